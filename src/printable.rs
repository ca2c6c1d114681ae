//! Text from files and arguments, so that it can be shown: nothing in it commands a terminal, hides, or turns its
//! neighbours around.

use std::borrow::Cow;

/// Whether a letter does something else than to be seen: controls of both sets, marks that turn the direction of
/// writing, letters without a width, breaks of lines and paragraphs, and tags.
fn is_harmful(letter: char) -> bool {
    matches!(
        letter,
        '\0'..='\u{1f}'
            | '\u{7f}'..='\u{9f}'
            | '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

/// The text with each of the letters shown otherwise that are to be.
fn shown(text: &str, otherwise: impl Fn(char) -> Option<String>) -> Cow<'_, str> {
    if !text.chars().any(|letter| otherwise(letter).is_some()) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().fold(String::with_capacity(text.len() + 16), |mut all, letter| {
        match otherwise(letter) {
            Some(other) => all.push_str(&other),
            None => all.push(letter),
        }
        all
    }))
}

/// A letter by its number, as JSON and TOML write it in text; JSON takes no numbers of more than four digits.
fn numbered(letter: char) -> String {
    match u32::from(letter) {
        short @ ..=0xffff => format!("\\u{short:04x}"),
        long => format!("\\U{long:08x}"),
    }
}

/// Text of several lines: what could do harm is shown by its number, such as `\u001b`. Breaks of lines and tabs stay.
pub fn lines(text: &str) -> Cow<'_, str> {
    shown(text, |letter| (is_harmful(letter) && !['\n', '\t'].contains(&letter)).then(|| numbered(letter)))
}

/// The same for text that is one line, such as a name: what would break it is a space.
pub fn line(text: &str) -> Cow<'_, str> {
    shown(text, |letter| match letter {
        '\n' | '\r' | '\t' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some(" ".to_owned()),
        harmful if is_harmful(harmful) => Some(numbered(harmful)),
        _ => None,
    })
}

/// JSON of the same meaning, in which nothing does harm before it is read.
pub fn json(text: &str) -> Cow<'_, str> {
    shown(text, |letter| {
        let escaped = || match *letter.encode_utf16(&mut [0; 2]) {
            [one] => format!("\\u{one:04x}"),
            [high, low] => format!("\\u{high:04x}\\u{low:04x}"),
            _ => String::new(),
        };
        (is_harmful(letter) && !['\n', '\t'].contains(&letter)).then(escaped)
    })
}

/// JSON whose texts are to be shown as they are: they say the numbers of what could do harm.
pub fn json_for_show(text: &str) -> Cow<'_, str> {
    shown(text, |letter| {
        (is_harmful(letter) && !['\n', '\t'].contains(&letter)).then(|| format!("\\{}", numbered(letter)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_harm_is_shown_by_its_number_and_all_else_stays() {
        for text in ["", "Алматы · Қазақстан", "a\u{a0}±\u{202f}b", "日本 🚕 é e\u{301}", "x\ty\nz"]
        {
            assert!(matches!(lines(text), Cow::Borrowed(same) if same == text), "{text}");
        }
        assert_eq!(
            lines("\u{1b}[2J\r\u{9b}1m\u{202e}x\u{2066}"),
            "\\u001b[2J\\u000d\\u009b1m\\u202ex\\u2066"
        );
        assert_eq!(line("a\r\nb\tc\u{2028}d\u{200b}e\u{e0041}"), "a  b c d\\u200be\\U000e0041");
    }

    #[test]
    fn json_keeps_its_meaning() {
        let text = "a\u{7f}\u{85}\u{202e}\u{feff}\u{e0041}\"\\ z";
        let written = serde_json::to_string(text).expect("text is JSON");
        let harmless = json(&written);
        assert!(harmless.chars().all(|letter| !is_harmful(letter)), "{harmless}");
        assert_eq!(serde_json::from_str::<String>(&harmless).expect("it is JSON"), text);
        let read: String = serde_json::from_str(&json_for_show(&written)).expect("it is JSON");
        assert_eq!(read, "a\\u007f\\u0085\\u202e\\ufeff\\U000e0041\"\\ z");
    }
}

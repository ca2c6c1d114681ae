//! Numbers and sentences as people read them in a terminal.

use crate::printable::line;
use crate::results::Summary;

/// Keys by as many of their last parts as tell them apart.
pub(super) fn short(keys: &[String]) -> Vec<String> {
    let last = |key: &str, parts: usize| {
        let all: Vec<&str> = key.split('.').collect();
        all[all.len().saturating_sub(parts)..].join(".")
    };
    let apart = |key: &str, parts: usize| {
        keys.iter().filter(|other| last(other, parts) == last(key, parts)).count() == 1
    };
    let shortest = |key: &String| {
        let parts = (1..key.split('.').count()).find(|parts| apart(key, *parts));
        parts.map_or_else(|| key.clone(), |parts| last(key, parts))
    };
    keys.iter().map(shortest).collect()
}

/// Decimals that leave about three digits.
pub(super) fn digits(value: f64) -> usize {
    match value.abs() {
        small if small < 1.0 => 2,
        middle if middle < 100.0 => 1,
        _ => 0,
    }
}

/// Decimals that leave about three digits, and at least two of tiny values such as shares.
pub(super) fn fine_digits(value: f64) -> usize {
    match value.abs() {
        small if 0.0 < small && small < 1.0 => 2 + (-libm::log10(small)).floor().min(7.0) as usize,
        value => digits(value),
    }
}

/// A scaled value and, if there is an interval, the longer of the distances to its bounds; or these, where they lie so
/// unevenly around the value that more than its last digit tells it.
pub(super) fn with_interval(value: Summary, scale: f64, digits: usize) -> String {
    let told = |value: f64| number(value * scale, digits);
    let mean = told(value.mean);
    let Some((low, high)) = value.ci95 else { return mean };
    let last = 0.1_f64.powi(digits as i32);
    let [below, above] = [value.mean - low, high - value.mean].map(|side| (side * scale / last).round());
    if (below - above).abs() <= 1.0 {
        format!("{mean}\u{a0}±\u{a0}{}", number(below.max(above) * last, digits))
    } else {
        format!("{mean}\u{a0}({}–{})", told(low), told(high))
    }
}

/// A number with this many decimals and a thin space between thousands.
pub(super) fn number(value: f64, digits: usize) -> String {
    let text = format!("{:.digits$}", value.abs());
    let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index) % 3 == 0 {
            grouped.push('\u{202f}');
        }
        grouped.push(digit);
    }
    let negative = value < 0.0 && text.chars().any(|digit| ('1'..='9').contains(&digit));
    format!("{}{grouped}{rest}", if negative { "−" } else { "" })
}

/// Words in lines no wider than `width`; a line break stays.
pub fn wrapped(words: &str, width: usize) -> String {
    words.lines().map(|line| wrapped_line(line, width)).collect::<Vec<_>>().join("\n")
}

/// A sentence below a page of text.
pub fn paragraph(words: &str, width: usize) -> String {
    format!("\n{}\n", wrapped(&line(words), width))
}

fn wrapped_line(words: &str, width: usize) -> String {
    let mut lines = vec![String::new()];
    for word in words.split(' ') {
        let line = lines.last_mut().expect("there is a line to begin with");
        if line.is_empty() {
            line.push_str(word);
        } else if line.chars().count() + 1 + word.chars().count() <= width {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_thin_thousands() {
        let written = [(1_234_567.25, 1), (999.0, 0), (-0.04, 1), (-1_000.0, 0)].map(|(v, d)| number(v, d));
        assert_eq!(written, ["1\u{202f}234\u{202f}567.2", "999", "0.0", "−1\u{202f}000"]);
    }

    #[test]
    fn keys_are_as_short_as_tells_them_apart() {
        let keys = |keys: &[&str]| short(&keys.iter().map(|key| (*key).to_owned()).collect::<Vec<_>>());
        assert_eq!(keys(&["stations.0.plugs", "fleet.electric"]), ["plugs", "electric"]);
        assert_eq!(keys(&["a.b.plugs", "a.c.plugs", "plugs"]), ["b.plugs", "c.plugs", "plugs"]);
        assert_eq!(keys(&["scenario"]), ["scenario"]);
    }

    #[test]
    fn tiny_shares_keep_two_digits() {
        let shown = |value: f64| number(value, fine_digits(value));
        assert_eq!([0.012_34, 0.5, 1.25, 432.1].map(shown), ["0.012", "0.50", "1.2", "432"]);
        assert_eq!(shown(0.0), "0.00");
    }
}

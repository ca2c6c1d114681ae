//! What is wrong with a scenario, as data: only the command line turns it into text for people.

use std::ops::Range;

/// A text that values came from: a file, an embedded scenario or the argument of `--set`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// What people call it, e.g. its path.
    pub name: String,
    /// All of it.
    pub text: String,
}

/// A range of bytes in one of a report's texts.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Index into [`Report::texts`].
    pub text: usize,
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// A place with what is to be said about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub place: Place,
    /// What is wrong there.
    pub words: String,
}

/// One mistake of the modeller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Names the thing that is wrong.
    pub title: String,
    /// Where it stands; the first label is the culprit, others give context.
    pub labels: Vec<Label>,
    /// What to do about it.
    pub help: Option<String>,
}

/// Every problem of a scenario, in the order of its texts. Never empty where it is an error.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The texts that places refer to.
    pub texts: Vec<Text>,
    /// The problems.
    pub problems: Vec<Problem>,
}

impl Report {
    /// Adds the problems of another report that this one has not told yet.
    ///
    /// The texts of the two may stand in another order.
    pub fn add(&mut self, other: Self) {
        let numbers: Vec<usize> = other.texts.into_iter().map(|text| self.number(text)).collect();
        for mut problem in other.problems {
            for label in &mut problem.labels {
                label.place.text = numbers.get(label.place.text).copied().unwrap_or(label.place.text);
            }
            if !self.problems.contains(&problem) {
                self.problems.push(problem);
            }
        }
    }

    /// The index of a text, which is added if it is not there.
    fn number(&mut self, text: Text) -> usize {
        self.texts.iter().position(|other| *other == text).unwrap_or_else(|| {
            self.texts.push(text);
            self.texts.len() - 1
        })
    }

    /// Puts the problems into the order of the texts.
    pub fn sort(&mut self) {
        let place = |problem: &Problem| problem.labels.first().map(|label| label.place.clone());
        self.problems.sort_by_key(place);
    }
}

impl Place {
    pub(super) fn new(text: usize, span: Range<usize>) -> Self {
        Self { text, start: span.start, end: span.end }
    }
}

impl From<Problem> for Report {
    /// A problem without a place in a text.
    fn from(problem: Problem) -> Self {
        Self { texts: Vec::new(), problems: vec![problem] }
    }
}

impl Problem {
    /// A problem without a place in a text.
    pub fn titled(title: impl Into<String>) -> Self {
        Self { title: title.into(), labels: Vec::new(), help: None }
    }

    /// The same problem, shown at one more place.
    #[must_use]
    pub fn at(mut self, place: Place, words: impl Into<String>) -> Self {
        self.labels.push(Label { place, words: words.into() });
        self
    }

    /// The same problem with its remedy.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same problem with its remedy, if there is one.
    #[must_use]
    pub(super) fn maybe_help(mut self, help: Option<String>) -> Self {
        self.help = help;
        self
    }
}

/// The known word nearest to a misspelt one, unless all are too far away to be meant.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // A word of thousands of letters is nobody's typing error, and its distances would take long.
    let length = word.chars().count();
    if length > 100 {
        return None;
    }
    let (distance, best) = known
        .into_iter()
        .map(|candidate| {
            let (word, candidate_folded) = (word.to_lowercase(), candidate.to_lowercase());
            (strsim::damerau_levenshtein(&word, &candidate_folded), candidate)
        })
        .min_by_key(|&(distance, _)| distance)?;
    let shorter = length.min(best.chars().count());
    let tolerated = if shorter < 4 { 1 } else { 1 + shorter / 3 };
    (distance <= tolerated && distance < shorter.max(2)).then_some(best)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_misspelt_word_finds_its_neighbour_and_a_strange_one_none() {
        let known = ["taxis", "electric", "lpg_share"];
        assert_eq!(nearest("taxi", known), Some("taxis"));
        assert_eq!(nearest("eletcric", known), Some("electric"));
        assert_eq!(nearest("Electric", known), Some("electric"));
        assert_eq!(nearest("zebra", known), None);
        assert_eq!(nearest("", known), None);
    }
}

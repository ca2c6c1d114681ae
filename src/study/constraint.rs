//! What a point must keep besides being good: `charging.wait_s.p95 <= 600`.

use super::ties::{self, Resolution};
use crate::results::{CITY, Estimate, Metric};
use crate::scenario::{Place, Problem, Report, Text, nearest};
use crate::stats::variance;

/// How often a verdict may be wrong.
const RISK: f64 = 0.05;

/// On which side of its bound a mean must lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// `<`
    Below,
    /// `<=`
    AtMost,
    /// `>=`
    AtLeast,
    /// `>`
    Above,
}

/// The relations as written; none of them begins with one that stands before it.
const WRITTEN: [(&str, Relation); 4] =
    [("<=", Relation::AtMost), (">=", Relation::AtLeast), ("<", Relation::Below), (">", Relation::Above)];

/// A bound on the mean of a metric of the whole city.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Constraint {
    /// The metric.
    pub metric: &'static Metric,
    /// The side.
    pub relation: Relation,
    /// The bound, in the metric's unit.
    pub bound: f64,
}

/// What runs say about a constraint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The whole 95 % interval of the mean keeps it.
    Kept,
    /// The whole 95 % interval breaks it.
    Broken,
    /// The interval reaches over the bound, or there are fewer than two values, or too few that tie.
    Undecided,
}

impl Constraint {
    /// Reads `METRIC <= NUMBER`; `<`, `>` and `>=` also, with or without spaces.
    ///
    /// # Errors
    ///
    /// Returns everything that is wrong with the text, each at its place in it, under the name of `option`.
    pub fn parse(text: &str, option: &str) -> Result<Self, Report> {
        let mut problems = Vec::new();
        let place = |part: &str| {
            let start = part.as_ptr() as usize - text.as_ptr() as usize;
            Place { text: 0, start, end: start + part.len() }
        };
        let relation = WRITTEN.iter().find_map(|(sign, relation)| Some((text.split_once(sign)?, *relation)));
        let constraint = match relation {
            None => {
                let help = format!("write e.g. `{option} 'charging.wait_s.p95 <= 600'`");
                let title = format!("`{text}` compares nothing");
                let words = "there is none of `<`, `<=`, `>=` and `>`";
                problems.push(Problem::titled(title).at(place(text), words).help(help));
                None
            }
            Some(((name, bound), relation)) => {
                let (name, bound) = (name.trim(), bound.trim());
                let metric = metric(name).map_err(|problem| problem.at(place(name), "no such metric"));
                let bound = number(bound).ok_or_else(|| {
                    let title = format!("`{bound}` is no number");
                    let words = "expected a number in the metric's unit";
                    Problem::titled(title)
                        .at(place(bound), words)
                        .help("write it in digits, e.g. `600` or `0.05`")
                });
                match (metric, bound) {
                    (Ok(metric), Ok(bound)) => Some(Self { metric, relation, bound }),
                    (metric, bound) => {
                        problems.extend(metric.err().into_iter().chain(bound.err()));
                        None
                    }
                }
            }
        };
        let texts = || vec![Text { name: option.to_owned(), text: text.to_owned() }];
        constraint.ok_or_else(|| Report { texts: texts(), problems })
    }

    /// What the metric over some replications says.
    ///
    /// The interval is the metric's own, two-sided, and each constraint of each point has one of its own. Replications that
    /// are all the same have none of any width: they decide only if they are six or more, as so many lie on one side of the
    /// bound less than once in twenty times by chance, or if the resolution says that they are exact.
    pub fn verdict(&self, estimate: &Estimate, resolution: Resolution) -> Verdict {
        let parts = &estimate.parts;
        let tie = variance(parts).is_some_and(|variance| Resolution::ties(variance, ties::size(parts)));
        if tie && resolution != Resolution::Exact && ties::signs(parts.len()) > RISK {
            return Verdict::Undecided;
        }
        let Some((low, high)) = estimate.ci95 else {
            return Verdict::Undecided;
        };
        let keeps = |value: f64| match self.relation {
            Relation::Below => value < self.bound,
            Relation::AtMost => value <= self.bound,
            Relation::AtLeast => value >= self.bound,
            Relation::Above => value > self.bound,
        };
        match (keeps(low), keeps(high)) {
            (true, true) => Verdict::Kept,
            (false, false) => Verdict::Broken,
            (true, false) | (false, true) => Verdict::Undecided,
        }
    }
}

impl std::fmt::Display for Constraint {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign =
            WRITTEN.iter().find(|(_, relation)| *relation == self.relation).map_or("", |(sign, _)| sign);
        write!(formatter, "{} {sign} {}", self.metric.name, self.bound)
    }
}

/// A metric of the whole city by its name.
///
/// # Errors
///
/// Returns that there is none of that name, with the nearest one as remedy.
pub fn metric(name: &str) -> Result<&'static Metric, Problem> {
    CITY.iter().find(|metric| metric.name == name).ok_or_else(|| {
        let known = CITY.iter().map(|metric| metric.name);
        let help = match nearest(name, known) {
            Some(near) => format!("did you mean `{near}`?"),
            None => {
                "the names are those of `metrics` in `summary.json`, e.g. `charging.wait_s.mean`".to_owned()
            }
        };
        Problem::titled(format!("unknown metric `{name}`")).help(help)
    })
}

/// A finite number.
fn number(text: &str) -> Option<f64> {
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::Range;
    use proptest::prelude::*;

    fn parse(text: &str) -> Result<Constraint, Vec<String>> {
        Constraint::parse(text, "--where").map_err(|report| {
            let told = |problem: Problem| {
                let place = &problem.labels[0].place;
                let at = &report.texts[0].text[place.start..place.end];
                format!("{} | {at} | {}", problem.title, problem.help.unwrap_or_default())
            };
            report.problems.into_iter().map(told).collect()
        })
    }

    #[test]
    fn each_relation_is_read_and_written() {
        for text in [
            "charging.wait_s.p95 <= 600",
            "rides.lost_share < 0.05",
            "operators.profit_kzt >= -1000000",
            "charging.busy > 0.5",
        ] {
            assert_eq!(parse(text).map(|constraint| constraint.to_string()), Ok(text.to_owned()));
        }
        assert_eq!(parse("charging.busy>0.5"), parse(" charging.busy  >  0.5 "));
    }

    #[test]
    fn everything_that_is_wrong_is_told_at_once_with_its_place() {
        let problems = parse("charging.wait_s.maen <= ten").expect_err("both sides are wrong");
        assert_eq!(
            problems,
            [
                "unknown metric `charging.wait_s.maen` | charging.wait_s.maen | did you mean `charging.wait_s.mean`?",
                "`ten` is no number | ten | write it in digits, e.g. `600` or `0.05`",
            ]
        );
        let problems = parse("charging.busy = 1").expect_err("equality is no constraint");
        assert_eq!(
            problems,
            ["`charging.busy = 1` compares nothing | charging.busy = 1 | \
              write e.g. `--where 'charging.wait_s.p95 <= 600'`"]
        );
        for bound in ["", "nan", "inf", "<= 1", "= 3"] {
            assert!(parse(&format!("charging.busy <= {bound}")).is_err(), "{bound}");
        }
    }

    #[test]
    fn a_constraint_is_decided_by_the_whole_interval() {
        // Three values 9, 10 and 11: 10 ± 4.303 / √3 = 10 ± 2.484.
        let of = |text: &str, values: &[f64]| {
            let estimate = Estimate::of_mean(Range::Any, values.to_vec());
            let verdict =
                |found: Estimate| parse(text).expect("it is right").verdict(&found, Resolution::Share(1e-8));
            estimate.map_or(Verdict::Undecided, verdict)
        };
        let verdict = |text: &str| of(text, &[9.0, 10.0, 11.0]);
        assert_eq!(verdict("charging.queue.mean <= 12.49"), Verdict::Kept);
        assert_eq!(verdict("charging.queue.mean <= 12.48"), Verdict::Undecided);
        assert_eq!(verdict("charging.queue.mean <= 7.51"), Verdict::Broken);
        assert_eq!(verdict("charging.queue.mean >= 7.51"), Verdict::Kept);
        assert_eq!(verdict("charging.queue.mean > 12.49"), Verdict::Broken);
        // Values that tie decide by their number, up to the bits of floats.
        for (text, decided) in
            [("charging.queue.mean <= 10", Verdict::Kept), ("charging.queue.mean < 10", Verdict::Broken)]
        {
            let ten = Estimate::of_mean(Range::Any, vec![10.0; 2]).expect("there are values");
            let exact = parse(text).expect("it is right").verdict(&ten, Resolution::Exact);
            assert_eq!(
                [of(text, &[10.0; 5]), of(text, &[10.0; 6]), exact],
                [Verdict::Undecided, decided, decided]
            );
        }
        assert_eq!(of("charging.queue.mean < 11", &[0.1 + 0.2, 0.3]), Verdict::Undecided);
        assert_eq!(of("charging.busy < 1", &[0.5]), Verdict::Undecided);
        assert_eq!(of("charging.busy < 1", &[]), Verdict::Undecided);
    }

    proptest! {
        #[test]
        fn no_text_breaks_the_parser(text in ".{0,60}") {
            if let Err(report) = Constraint::parse(&text, "--where") {
                prop_assert!(!report.problems.is_empty());
            }
        }
    }
}

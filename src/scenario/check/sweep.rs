//! The checks of a sweep's plan: what an axis is made of, and how many points and replications there may be.

use super::super::sweep::{Design, Raw, RawAxis, Scale, Until};
use super::{At, Checker, Known, Node, Problem, nearest};

/// More points than this are no plan that anybody reads.
const MOST_POINTS: u64 = 1_000_000;
/// The scrambled Sobol sequence is known up to here.
const MOST_SOBOL: u32 = 1 << 16;
const MOST_REPLICATIONS: u32 = 100_000;
const AN_AXIS: &str = "an axis has `key` with `values`, or `key` with `from` and `to`, or `scenarios`";

/// Checks the plan that was read from this tree.
pub(in crate::scenario) fn check(raw: &Raw, tree: &Node, known: &Known<'_>) -> Vec<Problem> {
    let mut checker = Checker::default();
    let root =
        At { node: Some(tree), place: tree.place.clone(), path: String::new(), owner: None, broken: false };
    checker.replications(&root, raw, known);
    let mut over_scenarios = 0;
    for (index, axis) in raw.axes.iter().enumerate() {
        let at = root.key("axes").index(index);
        checker.axis(&at, axis, raw.design);
        over_scenarios += u32::from(axis.scenarios.is_some());
        if over_scenarios > 1 && axis.scenarios.is_some() {
            checker.note(&at.key("scenarios"), "are a second list", "one axis may go over scenarios", "");
        }
    }
    checker.design(&root, raw);
    checker.problems
}

impl Checker {
    /// A metric of the city by its name.
    pub(super) fn metric(&mut self, at: &At<'_>, name: &str, known: &Known<'_>) {
        if known.metrics.contains(&name) {
            return;
        }
        let help = match nearest(name, known.metrics.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "metrics are named as in `summary.json`, e.g. `charging.wait_s.mean`".to_owned(),
        };
        self.note(at, "is no metric", "no such metric of the city", &help);
    }

    fn replications(&mut self, root: &At<'_>, raw: &Raw, known: &Known<'_>) {
        if let Some(count) = raw.replications {
            self.count(&root.key("replications"), count, 1, MOST_REPLICATIONS, "");
        }
        let Some(Until { metric, relative_half_width, at_least, at_most }) = &raw.until else { return };
        let at = root.key("until");
        if raw.replications.is_some() {
            let help = "leave one of them out";
            self.note(&at, "stands beside `replications`", "both say how many to run", help);
        }
        self.metric(&at.key("metric"), metric, known);
        let help = "0.05 asks for a mean that is known to within 5 %";
        self.within(&at.key("relative_half_width"), *relative_half_width, 1e-4, 0.5, help);
        self.count(&at.key("at_least"), *at_least, 2, MOST_REPLICATIONS, "an interval needs two values");
        let given = at.key("at_least").node.is_some();
        if self.count(&at.key("at_most"), *at_most, 2, MOST_REPLICATIONS, "") && given && at_most < at_least {
            let words = format!("fewer than `at_least`, which is {at_least}");
            self.note(&at.key("at_most"), "is out of range", words, "");
        }
    }

    fn axis(&mut self, at: &At<'_>, axis: &RawAxis, design: Design) {
        if axis.scenarios.as_ref().is_some_and(Vec::is_empty) {
            self.note(&at.key("scenarios"), "is empty", "needs one scenario or more", "");
        }
        if axis.values.as_ref().is_some_and(Vec::is_empty) {
            self.note(&at.key("values"), "is empty", "needs one value or more", "");
        }
        let range = axis.from.is_some() || axis.to.is_some();
        let sorts = [axis.scenarios.is_some(), axis.values.is_some(), range];
        if sorts.iter().filter(|sort| **sort).count() != 1 {
            self.note(at, "is not of one sort", "expected one sort of axis", AN_AXIS);
            return;
        }
        let has = |key: &str| at.node.and_then(|node| node.get(&super::Step::Key(key.to_owned()))).is_some();
        if axis.scenarios.is_some() == has("key") {
            let words = if has("key") { "scenarios need no key" } else { "there is no `key`" };
            self.note(at, "is incomplete", words, AN_AXIS);
        }
        if let Some(key) = &axis.key {
            let steps = super::super::layers::segments(&format!("{key}="));
            let own = ["name", "question", "answers", "base"];
            if steps.is_none_or(|(steps, _)| steps.iter().any(String::is_empty)) {
                self.note(
                    &at.key("key"),
                    "is no key",
                    "a part of the key is empty",
                    "write e.g. `fleet.electric`",
                );
            } else if own.contains(&key.as_str()) {
                let help = "an axis with `scenarios` goes over scenarios";
                self.note(&at.key("key"), "belongs to the file", "cannot be swept", help);
            } else if key == "time.replications" {
                let help = "`replications`, beside `design`, says how many each point gets";
                self.note(&at.key("key"), "is the same for all points", "cannot be swept", help);
            }
        }
        let stepped = matches!(design, Design::Grid | Design::Zip);
        for (key, given) in [("steps", axis.steps.is_some()), ("scale", axis.scale.is_some())] {
            if given && !range {
                self.note(&at.key(key), "divides no range", "goes with `from` and `to`", "");
            }
        }
        if !range {
            return;
        }
        match (axis.from, axis.to) {
            (Some(from), Some(to)) => self.range(at, axis, (from, to)),
            (Some(_), None) => self.note(at, "is incomplete", "`from` needs a `to`", AN_AXIS),
            _ => self.note(at, "is incomplete", "`to` needs a `from`", AN_AXIS),
        }
        match axis.steps {
            None if stepped => {
                let help = "add e.g. `steps = 5`: the number of values, both ends among them";
                self.note(at, "has no `steps`", "this design needs them", help);
            }
            Some(_) if !stepped => {
                self.note(
                    &at.key("steps"),
                    "is not used",
                    "this design places its own points",
                    "leave it out",
                );
            }
            Some(steps) => {
                self.count(
                    &at.key("steps"),
                    steps,
                    2,
                    MOST_POINTS as u32,
                    "a single value is written in `values`",
                );
            }
            None => {}
        }
    }

    fn range(&mut self, at: &At<'_>, axis: &RawAxis, (from, to): (f64, f64)) {
        #[expect(clippy::float_cmp, reason = "compares what was written")]
        if from == to {
            self.note(&at.key("to"), "is where the range begins", "must differ from `from`", "");
        }
        if axis.scale == Some(Scale::Log) && (from <= 0.0 || to <= 0.0) {
            let at = at.key(if from <= 0.0 { "from" } else { "to" });
            self.note(&at, "is out of range", "must be more than 0 where `scale` is \"log\"", "");
        }
        for (key, value) in [("from", from), ("to", to)] {
            self.within(&at.key(key), value, -1e15, 1e15, "");
        }
    }

    /// The number of points, where the axes are sound.
    fn design(&mut self, root: &At<'_>, raw: &Raw) {
        let at = root.key("design");
        if raw.axes.is_empty()
            && root.node.is_some_and(|node| node.get(&super::Step::Key("axes".to_owned())).is_some())
        {
            self.note(&root.key("axes"), "is empty", "a sweep needs one axis or more", "");
        }
        if !self.problems.is_empty() {
            return;
        }
        let lengths = || {
            raw.axes.iter().map(|axis| {
                let listed = axis.values.as_ref().map(Vec::len);
                let named = axis.scenarios.as_ref().map(Vec::len);
                listed.or(named).map_or(u64::from(axis.steps.unwrap_or(2)), |length| length as u64)
            })
        };
        let axes = raw.axes.len() as u64;
        let points = match raw.design {
            Design::Grid => lengths().fold(1, u64::saturating_mul),
            Design::Zip => {
                let first = lengths().next().unwrap_or(0);
                if let Some(other) = lengths().position(|length| length != first) {
                    let at = root.key("axes").index(other);
                    let words = format!(
                        "of length {}, and the first axis has {first}",
                        lengths().nth(other).unwrap_or(0)
                    );
                    self.note(&at, "is of another length", words, "axes that are zipped are equally long");
                }
                first
            }
            Design::LatinHypercube { points } => {
                self.count(&at.key("latin_hypercube").key("points"), points, 1, MOST_POINTS as u32, "");
                u64::from(points)
            }
            Design::Sobol { points } => {
                self.count(&at.key("sobol").key("points"), points, 1, MOST_SOBOL, "");
                u64::from(points)
            }
            Design::Saltelli { samples } => {
                self.count(&at.key("saltelli").key("samples"), samples, 2, MOST_SOBOL, "");
                u64::from(samples) * (axes + 2)
            }
            Design::OneAtATime => 1 + lengths().sum::<u64>(),
        };
        if points > MOST_POINTS {
            let words = format!("{points} points, of at most {MOST_POINTS}");
            self.note(&at, "has too many points", words, "a `sobol` or `latin_hypercube` design takes fewer");
        }
        // The sequence has 256 dimensions, and a Saltelli design takes two for each axis.
        let most = if matches!(raw.design, Design::Saltelli { .. }) { 128 } else { 256 };
        if axes > most {
            self.note(&root.key("axes"), "are too many", format!("{axes}, of at most {most}"), "");
        }
    }
}

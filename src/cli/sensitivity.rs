//! `zaryad sensitivity`: which axes of a sweep matter.

use super::wrong::Wrong;
use super::{Failure, SensitivityArguments, pretty, print, store, width};
use crate::report;
use crate::results::Metric;
use crate::scenario::{Design, Problem};
use crate::study::constraint;
use crate::study::influence::{self, Influence};

/// Tells for each metric what the axes of a whole sweep do to it.
pub(super) fn sensitivity(arguments: &SensitivityArguments) -> Result<(), Failure> {
    let mut wrong = Wrong::default();
    let known = |name: &String| constraint::metric(name).map_err(|problem| wrong.extend([problem])).ok();
    let metrics: Vec<&Metric> = arguments.metrics.iter().filter_map(known).collect();
    let swept = wrong.keep(store::load(&arguments.sweep))?;
    // An incomplete sweep of the wrong design need not be completed first.
    wrong.extend(swept.as_ref().and_then(|swept| unfit(swept.manifest.design)));
    let swept = wrong.finish(swept)?;
    store::check_whole(&arguments.sweep, &swept)?;
    let found: Vec<(&Metric, Influence)> =
        metrics.into_iter().filter_map(|metric| Some((metric, Influence::of(&swept, metric)?))).collect();
    if arguments.json {
        return print(&pretty(&influence::json(&swept, &found))?);
    }
    print(&report::influence(&swept, &found, width()))
}

/// What is wrong with a design that does not tell one axis from another.
fn unfit(design: Design) -> Option<Problem> {
    let name = match design {
        Design::Saltelli { .. } | Design::OneAtATime => return None,
        Design::Grid => "grid",
        Design::Zip => "zip",
        Design::LatinHypercube { .. } => "latin_hypercube",
        Design::Sobol { .. } => "sobol",
    };
    let help = "run the sweep with `design = \"one_at_a_time\"` for a quick look, or with \
                `design = { saltelli = { samples = 256 } }` for shares of variance";
    Some(Problem::titled(format!("the design `{name}` does not tell what each axis does")).help(help))
}

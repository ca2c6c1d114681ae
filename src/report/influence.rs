//! Which axis of a sweep matters, in a page of text.

use super::figures::{fine_digits, number, short, with_interval, wrapped};
use super::table::{Column, table};
use crate::printable::line;
use crate::results::{Metric, Summary};
use crate::study::Swept;
use crate::study::influence::{Differences, Influence, Shares};
use crate::study::sensitivity::{ENOUGH_SAMPLES, Share};

/// How many letters a bar of a tornado may have on either side of the base.
const BAR: f64 = 12.0;
/// A share of chance above this is worth a remark.
const MUCH_CHANCE: f64 = 0.05;

/// What each axis does to some metrics, as text of lines no wider than `width` where words allow it.
pub fn text(swept: &Swept, found: &[(&Metric, Influence)], width: usize) -> String {
    let title =
        format!("{} · which axis matters?\n{}", line(&swept.manifest.name), line(&swept.manifest.question));
    let mut sections = vec![wrapped(title.trim_end(), width)];
    for (metric, influence) in found {
        let (head, body) = match influence {
            Influence::Shares(shares) => {
                (head_of_shares(metric, shares), table_of_shares(swept, shares, width))
            }
            Influence::Differences(differences) => {
                (head_of_differences(metric, differences), table_of_differences(swept, differences, width))
            }
        };
        sections.push(wrapped(&head, width));
        sections.extend(body);
    }
    sections.join("\n\n") + "\n"
}

fn head_of_shares(metric: &Metric, shares: &Shares) -> String {
    let Some((mean, deviation)) = shares.spread else {
        return format!("{} applies nowhere.", metric.name);
    };
    let digits = fine_digits(mean);
    let mut words = vec![format!(
        "{}, in {}: {} on average, with a standard deviation of {} between points.",
        metric.name,
        metric.unit,
        number(mean, digits),
        number(deviation, digits),
    )];
    if shares.samples < shares.of {
        words.push(format!(
            "It does not apply at some point of {} of {} samples, which are left out.",
            number((shares.of - shares.samples) as f64, 0),
            number(shares.of as f64, 0)
        ));
    }
    match (&shares.indices, shares.chance) {
        (None, _) if shares.samples < 2 => words.push("Shares need two whole samples.".to_owned()),
        (None, _) => words.push("Nothing that the axes change moves it by more than chance would.".to_owned()),
        (Some(_), None) => words.push("With one replication each, chance counts as if axes did it.".to_owned()),
        (Some(_), Some(chance)) if chance > MUCH_CHANCE => words.push(format!(
            "{} % of the variance between points is chance, which the shares are cleared of; more replications would \
             make them surer.",
            number(chance * 100.0, 0)
        )),
        (Some(_), Some(_)) => {}
    }
    if shares.indices.is_some() && shares.rough() {
        words.push(format!(
            "Fewer than {ENOUGH_SAMPLES} samples tell shares roughly, and their intervals cover less than they say."
        ));
    }
    words.join(" ")
}

/// The shares, largest total first.
fn table_of_shares(swept: &Swept, shares: &Shares, width: usize) -> Option<String> {
    let indices = shares.indices.as_ref()?;
    let mut order: Vec<usize> = (0..indices.len()).collect();
    order.sort_by(|one, other| indices[*other].total.value.total_cmp(&indices[*one].total.value));
    let percent = |share: Share| {
        let [value, low, high] = [share.value, share.low, share.high].map(|share| number(share * 100.0, 0));
        format!("{value} ({low} to {high})")
    };
    let each = |cell: &dyn Fn(usize) -> String| order.iter().map(|axis| cell(*axis)).collect::<Vec<String>>();
    let keys = short(&swept.manifest.axes);
    let columns = vec![
        Column::left("Axis", each(&|axis| keys[axis].clone())),
        Column::right("Alone, % of variance", each(&|axis| percent(indices[axis].first))),
        Column::right("With others, %", each(&|axis| percent(indices[axis].total))),
    ];
    Some(table(columns, &[], width))
}

fn head_of_differences(metric: &Metric, differences: &Differences) -> String {
    match differences.base {
        Some(base) => format!(
            "{}, in {}: {} at the base; differences are paired by replication.",
            metric.name,
            metric.unit,
            with_interval(base, 1.0, fine_digits(base.mean))
        ),
        None => format!("{} does not apply at the base.", metric.name),
    }
}

/// The tornado, a row for each point.
fn table_of_differences(swept: &Swept, found: &Differences, width: usize) -> Option<String> {
    found.base?;
    let effects = || found.bars.iter().flat_map(|bar| bar.effects.iter().flatten());
    let largest = effects().fold(0.0, |most: f64, effect| most.max(effect.mean.abs()));
    let keys = short(&swept.manifest.axes);
    let mut cells: [Vec<String>; 4] = Default::default();
    for (bar, points) in found.bars.iter().zip(&found.points) {
        for (row, (point, effect)) in points.iter().zip(&bar.effects).enumerate() {
            let key = &keys[bar.axis];
            // A blank, as an empty cell would be marked as missing.
            cells[0].push(if row == 0 { key.clone() } else { " ".to_owned() });
            cells[1].push(swept.shown(*point).swap_remove(bar.axis));
            cells[2].push(effect.map_or(String::new(), |effect| signed(effect, fine_digits(largest))));
            cells[3].push(effect.map_or(String::new(), |effect| drawn(effect.mean, largest)));
        }
    }
    let [axes, settings, differences, bars] = cells;
    let columns = vec![
        Column::left("Axis", axes),
        Column::right("Set to", settings),
        Column::right("Difference", differences),
        Column::left("Less ◂ base ▸ more", bars),
    ];
    Some(table(columns, &["Less ◂ base ▸ more"], width))
}

fn signed(effect: Summary, digits: usize) -> String {
    let plus = if effect.mean > 0.0 { "+" } else { "" };
    format!("{plus}{}", with_interval(effect, 1.0, digits))
}

/// A bar from the middle, as long as the difference is large.
fn drawn(difference: f64, largest: f64) -> String {
    let room = BAR as usize;
    let length = if largest > 0.0 { (difference.abs() / largest * BAR).round() as usize } else { 0 };
    let bar = "█".repeat(length);
    let [left, right] = if difference < 0.0 { [bar.as_str(), ""] } else { ["", bar.as_str()] };
    format!("{left:>room$}│{right:<room$}")
}

//! A choice among the points of a sweep in a page of text.

use super::figures::{fine_digits, number, short, with_interval, wrapped};
use super::table::{Column, table};
use crate::printable::line;
use crate::results::{Summary, counted};
use crate::study::choice::{Choice, Considered, Standing};
use crate::study::constraint::{Constraint, Verdict};
use crate::study::effect::without_effect;
use crate::study::rank::Goal;

/// Points that are surely not the best are shown up to so many rows in all; the rest stand in the JSON.
const ENOUGH: usize = 20;
/// More rows than this are never shown.
const MOST: usize = 60;

/// A choice as text of lines no wider than `width` where words allow it.
pub fn text(choice: &Choice<'_>, width: usize) -> String {
    let mut sections = vec![wrapped(&head(choice), width), points(choice, width)];
    sections.extend(without_effect(choice.swept).iter().map(|words| wrapped(&line(words), width)));
    let foot = foot(choice);
    if !foot.is_empty() {
        sections.push(wrapped(&foot, width));
    }
    sections.join("\n\n") + "\n"
}

/// What was asked, and the answer in two sentences.
fn head(choice: &Choice<'_>) -> String {
    let question = &choice.question;
    let way = match question.goal {
        Goal::Lower => "lowest",
        Goal::Higher => "highest",
    };
    let (all, kept) = (choice.points.len(), choice.count(|standing| standing == Standing::MayBeBest));
    let mut lines = vec![format!(
        "{} · which point has the {way} {}, in {}?",
        line(&choice.swept.manifest.name),
        question.metric.name,
        question.metric.unit
    )];
    let kept_to =
        |constraint: &Constraint| format!("It must keep {constraint}, in {}.", constraint.metric.unit);
    lines.extend(question.constraints.iter().map(kept_to));
    let [all_points, kept_points] = [all, kept].map(|count| number(count as f64, 0));
    let first = choice.points.first().filter(|point| Some(point.point) == choice.first);
    let mut answer = vec![match (kept, first) {
        (0, _) => {
            "No point is left: each breaks a constraint, or the metric does not apply to it.".to_owned()
        }
        (1, Some(first)) => format!("Point {} of {all_points} is the best, at 95 %.", first.point),
        _ => format!("{kept_points} of {all_points} points may be the best, at 95 %."),
    }];
    if let (Some(chance), Some(first)) = (choice.chance_of_first, first)
        && kept > 1
        && chance >= 0.01
    {
        answer.push(format!(
            "Point {} has the best mean, and is the best with a chance of at least {} %{}.",
            first.point,
            // A chance below one is not rounded up to certainty.
            (chance * 100.0).floor(),
            if is_undecided(first) { ", if it keeps what is asked" } else { "" },
        ));
    }
    lines.push(answer.join(" "));
    lines.join("\n")
}

fn is_undecided(point: &Considered) -> bool {
    point.kept.iter().any(|(_, verdict)| *verdict == Verdict::Undecided)
}

/// What the table does not say.
fn foot(choice: &Choice<'_>) -> String {
    let mut lines = Vec::new();
    let mut kept = choice.points.iter().filter(|point| point.standing == Standing::MayBeBest);
    if kept.any(is_undecided) {
        lines.push(
            "A point whose constraints are undecided throws out no other: more runs decide them.".to_owned(),
        );
    }
    let fewest = choice.points.iter().map(|point| point.replications).min().unwrap_or(0);
    if fewest < 2 {
        lines.push("Points with fewer than two replications cannot be told from others.".to_owned());
    }
    let most = choice.points.iter().map(|point| point.replications).max().unwrap_or(0);
    if most > fewest {
        lines.push(
            "Points have unequal numbers of runs. Where earlier results decided who gets more, 95 % is nominal."
                .to_owned(),
        );
    }
    lines.join("\n")
}

/// The rows that are shown: all that may be the best, and of the others as many as fill the page.
fn shown<'a>(choice: &'a Choice<'_>) -> &'a [Considered] {
    let kept = choice.count(|standing| standing == Standing::MayBeBest);
    &choice.points[..choice.points.len().min(kept.max(ENOUGH)).min(MOST)]
}

fn points(choice: &Choice<'_>, width: usize) -> String {
    let rows = shown(choice);
    let each = |cell: &dyn Fn(&Considered) -> String| rows.iter().map(cell).collect::<Vec<String>>();
    let mut columns = vec![Column::right("Point", each(&|point| point.point.to_string()))];
    for (axis, key) in short(&choice.swept.manifest.axes).into_iter().enumerate() {
        columns.push(Column::right(key, each(&|point| choice.swept.shown(point.point).swap_remove(axis))));
    }
    let measured = |values: &dyn Fn(&Considered) -> Option<Summary>| {
        // As many digits as the interval of the first point has.
        let first = rows.iter().find_map(values);
        let half = first.and_then(|value| value.half_width()).filter(|half| *half > 0.0);
        let digits = fine_digits(half.or(first.map(|value| value.mean)).unwrap_or(1.0)).min(6);
        each(&|point| values(point).map_or(String::new(), |value| with_interval(value, 1.0, digits)))
    };
    columns.push(Column::right(choice.question.metric.name, measured(&|point| point.value)));
    for (index, constraint) in choice.question.constraints.iter().enumerate() {
        let values = measured(&|point| point.kept[index].0);
        let cells = rows.iter().zip(values).map(|(point, value)| {
            let verdict = match point.kept[index].1 {
                Verdict::Kept => "kept",
                Verdict::Broken => "broken",
                Verdict::Undecided => "undecided",
            };
            format!("{value} {verdict}").trim_start().to_owned()
        });
        columns.push(Column::right(constraint.to_string(), cells.collect()));
    }
    if rows.iter().any(|point| point.replications != rows[0].replications) {
        columns.push(Column::right("Runs", each(&|point| point.replications.to_string())));
    }
    columns.push(Column::left("At 95 %", each(&standing)));
    let next = format!("Of next {}", number(choice.next as f64, 0));
    columns.push(Column::right(next, each(&|point| point.next.to_string())));
    let drawn = table(columns, &["Runs"], width);
    let rest = &choice.points[rows.len()..];
    if rest.is_empty() {
        return drawn;
    }
    let more = counted(&number(rest.len() as f64, 0), "more point");
    let open = rest.iter().any(|point| point.standing == Standing::MayBeBest);
    let words = if open { "see --json" } else { "none of which may be the best" };
    format!("{drawn}\n… and {more}, {words}")
}

fn standing(point: &Considered) -> String {
    match point.standing {
        Standing::MayBeBest => "may be the best".to_owned(),
        Standing::Worse { than } => format!("worse than {than}"),
        Standing::Breaks => "breaks a constraint".to_owned(),
        Standing::Unmeasured => "not measured".to_owned(),
    }
}

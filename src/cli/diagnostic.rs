//! Problems as text for people, with the place in the text.

use crate::printable;
use crate::scenario::{Label, Problem, Report, Text};
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use std::fmt::Write;
use std::ops::Range;

/// More problems than this are counted and not shown: nobody reads on.
const MOST_SHOWN: usize = 100;
/// Longer lines are cut around the place.
const MOST_LINE: usize = 2_000;

/// A report as text that ends with a line break; `color` is for terminals.
pub fn render(report: &Report, color: bool) -> String {
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.term_width(120);
    let mut out = String::new();
    for (number, problem) in report.problems.iter().take(MOST_SHOWN).enumerate() {
        if number > 0 {
            out.push('\n');
        }
        out.push_str(&renderer.render(&[group(problem, &report.texts)]));
        out.push('\n');
    }
    let hidden = report.problems.len().saturating_sub(MOST_SHOWN);
    if hidden > 0 {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "\n… and {hidden} more problems");
    }
    out
}

fn group<'a>(problem: &'a Problem, texts: &'a [Text]) -> Group<'a> {
    let mut group = Group::with_title(Level::ERROR.primary_title(printable::line(&problem.title)));
    for (number, label) in problem.labels.iter().enumerate() {
        if let Some(text) = texts.get(label.place.text) {
            let kind = if number == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
            group = group.element(snippet(text, label, kind));
        }
    }
    match &problem.help {
        Some(help) => group.element(Level::HELP.message(printable::lines(help))),
        None => group,
    }
}

/// Only the labelled lines are handed on: a file may be large, and a line too.
fn snippet<'a>(
    text: &'a Text,
    label: &'a Label,
    kind: AnnotationKind,
) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    let all = text.text.as_str();
    let start = floor(all, label.place.start);
    let end = ceil(all, label.place.end.max(start));
    // A value over many lines is shown by its first.
    let end = all[start..end].find('\n').map_or(end, |line| start + line);
    let line_start = all[..start].rfind('\n').map_or(0, |at| at + 1);
    let line_end = all[end..].find('\n').map_or(all.len(), |at| end + at);
    let excerpt = excerpt(all, line_start..line_end, start..end);
    let line = all[..line_start].bytes().filter(|byte| *byte == b'\n').count() + 1;
    let end = end.min(excerpt.end);
    // What a file holds is shown harmless, and the place with it.
    let (place, shown) = (start - excerpt.start..end - excerpt.start, &all[excerpt]);
    let shown = shown.strip_suffix('\r').unwrap_or(shown);
    let place = place.start.min(shown.len())..place.end.min(shown.len());
    let length = |range: Range<usize>| printable::lines(&shown[range]).len();
    let begin = length(0..place.start);
    let place = begin..begin + length(place);
    Snippet::source(printable::lines(shown))
        .path(printable::line(&text.name))
        .line_start(line)
        .annotation(kind.span(place).label(printable::line(&label.words)))
}

/// The line, or the part of a very long line around the place.
fn excerpt(all: &str, line: Range<usize>, place: Range<usize>) -> Range<usize> {
    if line.len() <= MOST_LINE {
        return line;
    }
    let start = floor(all, place.start.saturating_sub(MOST_LINE / 2)).max(line.start);
    start..floor(all, (start + MOST_LINE).min(line.end))
}

fn floor(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

fn ceil(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    (at..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len())
}

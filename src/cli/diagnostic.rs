//! Problems as text for people, with the place in the text.

use crate::results::counted;
use crate::scenario::{Label, Problem, Report, Text};
use crate::{printable, report};
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};
use std::fmt::Write;
use std::ops::Range;

/// More problems than this are counted and not shown: nobody reads on.
const MOST_SHOWN: usize = 100;
/// Longer lines are cut around the place.
const MOST_LINE: usize = 2_000;

/// The width of excerpts that nobody sees on a terminal.
const WIDTH: usize = 120;

/// A report as text that ends with a line break; `color` is for terminals.
pub fn render(report: &Report, color: bool) -> String {
    render_within(report, color, None)
}

/// A report, in lines of at most this width if there is one and words allow it.
pub(super) fn render_within(report: &Report, color: bool, width: Option<usize>) -> String {
    rendered(report, &Level::ERROR, color, width)
}

/// Notes as text that ends with a line break, in lines as those of a report: what is right and may yet be meant otherwise.
pub(super) fn render_notes(notes: &Report, color: bool, width: Option<usize>) -> String {
    rendered(notes, &Level::NOTE, color, width)
}

fn rendered(report: &Report, level: &Level<'static>, color: bool, width: Option<usize>) -> String {
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.term_width(width.unwrap_or(WIDTH));
    let mut out = String::new();
    for (number, problem) in report.problems.iter().take(MOST_SHOWN).enumerate() {
        if number > 0 {
            out.push('\n');
        }
        out.push_str(&renderer.render(&[group(problem, level, &report.texts, width)]));
        out.push('\n');
    }
    let hidden = report.problems.len().saturating_sub(MOST_SHOWN);
    if hidden > 0 {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "\n… and {}", counted(&hidden.to_string(), "more problem"));
    }
    out
}

fn group<'a>(
    problem: &'a Problem,
    level: &Level<'static>,
    texts: &'a [Text],
    width: Option<usize>,
) -> Group<'a> {
    let width = width.unwrap_or(usize::MAX);
    let wrapped = |words: &str, before: usize| report::wrapped(words, width.saturating_sub(before).max(20));
    let title = wrapped(&printable::line(&problem.title), "error: ".len());
    let mut group = Group::with_title(level.clone().primary_title(title));
    for (number, label) in problem.labels.iter().enumerate() {
        if let Some(text) = texts.get(label.place.text) {
            let kind = if number == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
            let words = printable::line(&label.words);
            // The words stand behind the marks, or below them where there is no room.
            let (excerpt, annotation, ends) = snippet(text, label, kind);
            if ends.saturating_add(words.chars().count() + MARGIN) <= width {
                group = group.element(excerpt.annotation(annotation.label(words.into_owned())));
            } else {
                let below = Level::NOTE.no_name().message(wrapped(&words, MARGIN));
                group = group.element(excerpt.annotation(annotation)).element(below);
            }
        }
    }
    match &problem.help {
        Some(help) => {
            let help = wrapped(&printable::lines(help), MARGIN + "help: ".len());
            group.element(Level::HELP.message(help))
        }
        None => group,
    }
}

/// What stands before the words below an excerpt, line numbers among it.
const MARGIN: usize = 9;

/// The labelled lines alone, since a file may be large, and a line too; the mark; and the column at which that ends.
fn snippet<'a>(
    text: &'a Text,
    label: &Label,
    kind: AnnotationKind,
) -> (Snippet<'a, Annotation<'a>>, Annotation<'a>, usize) {
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
    let ends = shown[..place.end].chars().count();
    let place = begin..begin + length(place);
    let excerpt = Snippet::source(printable::lines(shown)).path(printable::line(&text.name)).line_start(line);
    (excerpt, kind.span(place), ends)
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

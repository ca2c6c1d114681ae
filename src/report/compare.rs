//! A comparison in a page of text: a few sentences, the metrics by what became of them, what the columns mean.

use super::figures::{number, wrapped};
use super::table::{Column, table};
use crate::printable::line;
use crate::results::{Metric, listed};
use crate::study::compare::{
    Compared, Comparison, MOST_REPLICATIONS, More, POWER, Pairing, Shared, Told, Verdict,
};

/// What people ask first: the metric, its name in a sentence, its unit there and what that takes.
const ASKED: [(&str, &str, &str, f64); 5] = [
    ("charging.wait_s.mean", "the mean wait for a plug", "min", 1.0 / 60.0),
    ("charging.wait_over_10min", "the share of waits over 10 minutes", "percentage points", 100.0),
    ("rides.lost_share", "the share of lost rides", "percentage points", 100.0),
    ("drivers.net_kzt_per_hour.electric", "the net income on electricity", "KZT an hour", 1.0),
    ("operators.profit_kzt", "the profit of operators", "M KZT", 1e-6),
];

/// What becomes of metrics, in the order of reading: the word of a sentence, and the heading of a table.
const GROUPS: [(Verdict, &str, &str); 5] = [
    (Verdict::Better, "better in B", "Better in B"),
    (Verdict::Worse, "worse", "Worse in B"),
    (Verdict::Changed, "changed without being better or worse", "Changed, neither good nor bad in itself"),
    (Verdict::Undecided, "undecided", "Undecided: chance alone may have made the difference"),
    (Verdict::Untested, "untested", "Too few replications to tell"),
];

/// What is left out where the terminal is narrow, in this order.
const SPARED: [&str; 2] = ["Shared\n%", "Change\n%"];

/// The names of the metrics that people ask about first.
pub(super) fn asked() -> impl Iterator<Item = &'static str> {
    ASKED.iter().map(|(name, ..)| *name)
}

/// A comparison as text of lines no wider than `width` where words allow it.
pub fn text(comparison: &Comparison, width: usize) -> String {
    // Answers are told apart where there are other metrics beside them.
    let starred = comparison.tested.iter().all(|count| *count > 0);
    let mut sections = vec![wrapped(&title(comparison), width), wrapped(&headline(comparison), width)];
    for (verdict, _, heading) in GROUPS {
        let rows: Vec<&Compared> = comparison.with(verdict).collect();
        if !rows.is_empty() {
            sections.push(format!("{heading}\n{}", group(&rows, starred, width)));
        }
    }
    let same: Vec<&Metric> = comparison.with(Verdict::Same).map(|compared| compared.metric).collect();
    let [a, b] = &comparison.alone;
    let lists = [
        ("The same in every replication", &same),
        ("Only A has", a),
        ("Only B has", b),
        ("Never in the same replication of A and B", &comparison.apart),
    ];
    for (words, metrics) in lists.into_iter().filter(|(_, metrics)| !metrics.is_empty()) {
        let names: Vec<&str> = metrics.iter().map(|metric| metric.name).collect();
        sections.push(wrapped(&format!("{words}: {}.", names.join(", ")), width));
    }
    sections.extend(legend(comparison).map(|words| wrapped(&words, width)));
    sections.iter().map(|section| format!("{section}\n")).collect::<Vec<_>>().join("\n")
}

fn counted(count: usize, one: &str) -> String {
    format!("{} {one}{}", number(count as f64, 0), if count == 1 { "" } else { "s" })
}

/// Who is compared, and which replications stand against each other.
fn title(comparison: &Comparison) -> String {
    let [a, b] = &comparison.sides;
    let side = |letter: &str, side: &Told| {
        let count = counted(side.replications, "replication");
        format!("{letter} = {}: {} · {count} · seed {}", line(&side.label), line(&side.scenario), side.seed)
    };
    let mut words = vec![match comparison.pairing {
        Pairing::BySeed => {
            "Compared replication by replication: those of the same number share their passengers and their luck."
                .to_owned()
        }
        Pairing::None => format!(
            "The seeds {} and {} differ, so no two replications share their luck: all of A stand against all of B \
             (Welch's test), which decides less. Better run both with one seed.",
            a.seed, b.seed
        ),
    }];
    for (letter, side) in [("A", a), ("B", b)].into_iter().filter(|(_, side)| side.left_out > 0) {
        let count = counted(side.left_out, "replication");
        words.push(format!("Left out without a partner: the last {count} of {letter}."));
    }
    if a.replications.min(b.replications) < 2 {
        words.push("Nothing is decided by one replication: an interval needs two on each side.".to_owned());
    }
    format!("{}\n{}\n{}", side("A", a), side("B", b), words.join(" "))
}

/// How many metrics became what, and what became of those that people ask first.
fn headline(comparison: &Comparison) -> String {
    let count = |verdict| comparison.with(verdict).count();
    let all = comparison.metrics.len();
    if all == 0 {
        return "There is no metric to compare.".to_owned();
    }
    if count(Verdict::Same) == all {
        return format!("{}, all the same in every replication.", counted(all, "metric"));
    }
    let groups = GROUPS.into_iter().map(|(verdict, word, _)| (count(verdict), word));
    let told = groups.chain([(count(Verdict::Same), "the same")]).filter(|(count, _)| *count > 0);
    let told: Vec<String> = told.map(|(count, word)| format!("{count} {word}")).collect();
    let moved: Vec<String> = ASKED
        .iter()
        .filter_map(|(name, words, unit, scale)| {
            let compared = comparison.get(name)?;
            let sure = matches!(compared.verdict, Verdict::Better | Verdict::Worse);
            let verb = if compared.difference < 0.0 { "falls" } else { "rises" };
            let by = with_error(compared, *scale, |value, decimals| number(value.abs(), decimals));
            sure.then(|| format!("{words} {verb} by {by} {unit}"))
        })
        .collect();
    let more = if moved.is_empty() { String::new() } else { format!(" In B {}.", listed(&moved)) };
    format!("{}: {}.{more}", counted(all, "metric"), listed(&told))
}

/// The name under which a metric is shown, with its unit if it does not say it, and what its numbers take for that.
fn shown(compared: &Compared) -> (String, f64) {
    let Metric { name, unit, .. } = compared.metric;
    let largest = compared.means[0].abs().max(compared.means[1].abs());
    match *unit {
        "share" => (format!("{name}, %"), 100.0),
        "KZT" if largest >= 1e6 => (format!("{name}, M"), 1e-6),
        _ if compared.metric.says_its_unit() => ((*name).to_owned(), 1.0),
        unit => (format!("{name}, {unit}"), 1.0),
    }
}

/// Half the width of the interval, scaled.
fn half_width(compared: &Compared, scale: f64) -> Option<f64> {
    compared.ci95.map(|(low, high)| (high - low) / 2.0 * scale)
}

/// As many decimals as show two digits of the error, or of the difference where there is none.
fn decimals(compared: &Compared, scale: f64) -> usize {
    let error = half_width(compared, scale).filter(|half| *half > 0.0);
    let finest = error.unwrap_or((compared.difference * scale).abs());
    if finest > 0.0 { (1.0 - finest.log10().floor()).clamp(0.0, 6.0) as usize } else { 1 }
}

/// A number with its sign, unless its digits are all zero.
fn signed(value: f64, decimals: usize) -> String {
    let text = number(value, decimals);
    let plus = value > 0.0 && text.contains(|letter| ('1'..='9').contains(&letter));
    format!("{}{text}", if plus { "+" } else { "" })
}

/// The difference as it is to be written, with half the width of its interval.
fn with_error(compared: &Compared, scale: f64, write: fn(f64, usize) -> String) -> String {
    let decimals = decimals(compared, scale);
    let difference = write(compared.difference * scale, decimals);
    match half_width(compared, scale) {
        Some(half) => format!("{difference}\u{a0}±\u{a0}{}", number(half, decimals)),
        None => difference,
    }
}

/// The table of one group; what does not apply is left empty.
fn group(rows: &[&Compared], starred: bool, width: usize) -> String {
    let cells =
        |cell: &dyn Fn(&Compared) -> String| rows.iter().map(|compared| cell(compared)).collect::<Vec<_>>();
    let mean = |compared: &Compared, side: usize| {
        let (_, scale) = shown(compared);
        number(compared.means[side] * scale, decimals(compared, scale))
    };
    let or_empty = |value: Option<String>| value.unwrap_or_default();
    let columns = vec![
        Column::left(
            "Metric",
            cells(&|compared| {
                format!("{}{}", shown(compared).0, if starred && compared.answer { " *" } else { "" })
            }),
        ),
        Column::right("A", cells(&|compared| mean(compared, 0))),
        Column::right("B", cells(&|compared| mean(compared, 1))),
        Column::right("B − A", cells(&|compared| with_error(compared, shown(compared).1, signed))),
        Column::right(
            "Change\n%",
            cells(&|one| or_empty(one.relative.map(|share| signed(share * 100.0, 1)))),
        ),
        Column::right("Chance", cells(&|one| or_empty(one.p_holm.map(chance)))),
        Column::right("Shared\n%", cells(&|one| or_empty(one.shared.map(shared)))),
        Column::right("More\nneeded", cells(&|one| or_empty(one.more.map(more)))),
    ];
    table(columns, &SPARED, width)
}

/// The part of the noise that pairing took away, of what it could at most.
fn shared(shared: Shared) -> String {
    let [removed, ceiling] = [shared.removed, shared.ceiling].map(|share| number(share * 100.0, 0));
    format!("{removed}\u{a0}of\u{a0}{ceiling}")
}

fn chance(chance: f64) -> String {
    if chance < 0.001 { "<\u{a0}0.001".to_owned() } else { number(chance, 3) }
}

fn more(more: More) -> String {
    match more {
        More::Replications(count) => number(count as f64, 0),
        More::TooMany => format!(">\u{a0}{}", number(MOST_REPLICATIONS as f64, 0)),
    }
}

/// What the columns mean, of those that are there.
fn legend(comparison: &Comparison) -> Option<String> {
    let [answers, others] = comparison.tested;
    let together = match (counted(answers, "answer"), counted(others, "metric")) {
        (_, others) if answers == 0 => others,
        (answers, _) if others == 0 => format!("{answers} to the question"),
        (_, others) => {
            format!("{} to the question, marked *, and {others} beside", counted(answers, "answer"))
        }
    };
    let each = if answers > 0 && others > 0 { ", each kind by itself," } else { "" };
    let any = |has: fn(&Compared) -> bool| comparison.metrics.iter().any(has);
    let sure = any(|compared| compared.verdict != Verdict::Same && compared.p.is_some());
    let mut words = vec![format!(
        "± is a 95 % interval of each difference. Chance says how often luck alone would make a difference that large \
         where {together} are looked at together{each} (Holm); up to 0.05 a difference is called sure."
    )];
    if any(|compared| compared.shared.is_some()) {
        words.push(
            "Shared is the part of the noise that both sides have in common and that pairing took away, of the most that \
             it could: less than all where one side varies more."
                .into(),
        );
    }
    if any(|compared| compared.more.is_some()) {
        words.push(format!(
            "More needed are the replications that each side lacks to decide with a chance of {:.0} %, if the difference is \
             what it seems to be.",
            POWER * 100.0
        ));
    }
    sure.then(|| words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::{CITY, Metrics};
    use crate::study::compare::Side;

    /// Replications with a little noise of their own for each side.
    fn side(label: &str, seed: u64, replications: usize, metrics: &[(&str, f64)]) -> Side {
        let noise =
            |row: usize, metric: usize| [0.0, 0.4, -0.7, 0.3, 0.1][(row * 2 + metric + label.len()) % 5];
        let one = |row: usize| {
            let mut one = Metrics::none(CITY);
            for (index, (name, value)) in metrics.iter().enumerate() {
                one.set("", name, value * (1.0 + (row as f64 + noise(row, index) * 0.1) / 20.0));
            }
            one
        };
        let scenario = format!("{label}-scenario");
        let city = (0..replications).map(one).collect();
        Side { label: label.to_owned(), scenario, seed, city, answers: Vec::new(), fixed: false }
    }

    const BASE: [(&str, f64); 8] = [
        ("charging.visits", 2_560.0),
        ("charging.wait_s.mean", 366.0),
        ("charging.wait_over_10min", 0.183),
        ("charging.queue.mean", 3.2),
        ("charging.busy", 0.341),
        ("rides.requested", 0.0),
        ("rides.lost_share", 0.032),
        ("operators.profit_kzt", 33_100_000.0),
    ];

    fn plan() -> Vec<(&'static str, f64)> {
        let times = [1.0, 0.3, 0.3, 0.999, 0.6, 1.0, 1.001, 0.84];
        let mut plan: Vec<_> =
            BASE.iter().zip(times).map(|((name, value), times)| (*name, value * times)).collect();
        plan.push(("operators.payback_years.p50", 4.5));
        plan
    }

    fn told(a: &Side, b: &Side, width: usize) -> String {
        text(&Comparison::of(a, b, &CITY.iter().collect::<Vec<_>>()), width)
    }

    #[test]
    fn a_comparison_reads_as_sentences_and_a_table_for_each_verdict() {
        let (base, plan) = (side("base", 1, 10, &BASE), side("plans", 1, 12, &plan()));
        insta::assert_snapshot!(told(&base, &plan, 100), @"
        A = base: base-scenario · 10 replications · seed 1
        B = plans: plans-scenario · 12 replications · seed 1
        Compared replication by replication: those of the same number share their passengers and their luck.
        Left out without a partner: the last 2 replications of B.

        8 metrics: 2 better in B, 1 worse, 1 changed without being better or worse, 3 undecided and 1 the
        same. In B the mean wait for a plug falls by 5.23 ± 0.47 min, the share of waits over 10 minutes
        falls by 15.7 ± 1.4 percentage points and the profit of operators falls by 6.49 ± 0.55 M KZT.

        Better in B
        Metric                          A    B        B − A  Change   Chance    Shared
                                                                  %                  %
        ───────────────────────────────────────────────────────────────────────────────
        charging.wait_s.mean          448  135    −314 ± 28   −70.0  < 0.001  55 of 55
        charging.wait_over_10min, %  22.4  6.7  −15.7 ± 1.4   −70.0  < 0.001  55 of 55
        ───────────────────────────────────────────────────────────────────────────────

        Worse in B
        Metric                       A      B         B − A  Change   Chance    Shared
                                                                  %                  %
        ───────────────────────────────────────────────────────────────────────────────
        operators.profit_kzt, M  40.55  34.06  −6.49 ± 0.55   −16.0  < 0.001  99 of 99
        ───────────────────────────────────────────────────────────────────────────────

        Changed, neither good nor bad in itself
        Metric               A     B        B − A  Change   Chance    Shared
                                                        %                  %
        ─────────────────────────────────────────────────────────────────────
        charging.busy, %  41.8  25.1  −16.7 ± 1.5   −40.0  < 0.001  88 of 88
        ─────────────────────────────────────────────────────────────────────

        Undecided: chance alone may have made the difference
        Metric                           A        B             B − A  Change  Chance      Shared    More
                                                                            %                   %  needed
        ──────────────────────────────────────────────────────────────────────────────────────────────────
        charging.visits            3 136.3  3 136.3         0.0 ± 6.7     0.0   1.000  100 of 100       –
        charging.queue.mean, cars   3.9203   3.9164  −0.0039 ± 0.0084    −0.1   0.938  100 of 100      88
        rides.lost_share, %         3.9203   3.9242  +0.0039 ± 0.0083    +0.1   0.938  100 of 100      85
        ──────────────────────────────────────────────────────────────────────────────────────────────────

        The same in every replication: rides.requested.

        Only B has: operators.payback_years.p50.

        ± is a 95 % interval of each difference. Chance says how often luck alone would make a difference
        that large where 7 metrics are looked at together (Holm); up to 0.05 a difference is called sure.
        Shared is the part of the noise that both sides have in common and that pairing took away, of the
        most that it could: less than all where one side varies more. More needed are the replications that
        each side lacks to decide with a chance of 80 %, if the difference is what it seems to be.
        ");
    }

    #[test]
    fn sides_of_other_seeds_are_compared_with_a_word_of_caution() {
        let (base, plan) = (side("base", 1, 4, &BASE[..2]), side("plans", 2, 3, &plan()[..2]));
        insta::assert_snapshot!(told(&base, &plan, 60), @"
        A = base: base-scenario · 4 replications · seed 1
        B = plans: plans-scenario · 3 replications · seed 2
        The seeds 1 and 2 differ, so no two replications share their
        luck: all of A stand against all of B (Welch's test), which
        decides less. Better run both with one seed.

        2 metrics: 1 better in B and 1 undecided. In B the mean wait
        for a plug falls by 4.63 ± 0.62 min.

        Better in B
        Metric                  A    B      B − A  Change   Chance
                                                        %
        ───────────────────────────────────────────────────────────
        charging.wait_s.mean  393  115  −278 ± 37   −70.7  < 0.001
        ───────────────────────────────────────────────────────────

        Undecided: chance alone may have made the difference
        Metric               A      B      B − A  Chance    More
                                                          needed
        ─────────────────────────────────────────────────────────
        charging.visits  2 755  2 685  −69 ± 286   0.561      70
        ─────────────────────────────────────────────────────────

        ± is a 95 % interval of each difference. Chance says how
        often luck alone would make a difference that large where 2
        metrics are looked at together (Holm); up to 0.05 a
        difference is called sure. More needed are the replications
        that each side lacks to decide with a chance of 80 %, if the
        difference is what it seems to be.
        ");
    }

    #[test]
    fn one_replication_has_differences_and_no_more() {
        let (base, plan) = (side("base", 1, 1, &BASE[..2]), side("plans", 1, 1, &plan()[..2]));
        insta::assert_snapshot!(told(&base, &plan, 80), @"
        A = base: base-scenario · 1 replication · seed 1
        B = plans: plans-scenario · 1 replication · seed 1
        Compared replication by replication: those of the same number share their
        passengers and their luck. Nothing is decided by one replication: an interval
        needs two on each side.

        2 metrics: 2 untested.

        Too few replications to tell
        Metric                      A        B  B − A  Change
                                                            %
        ──────────────────────────────────────────────────────
        charging.visits       2 561.3  2 560.0   −1.3     0.0
        charging.wait_s.mean      366      110   −256   −69.9
        ──────────────────────────────────────────────────────
        ");
    }

    #[test]
    fn nothing_and_nothing_new_are_told_so() {
        let base = side("base", 1, 2, &BASE);
        assert!(told(&base, &base, 100).contains("8 metrics, all the same in every replication."));
        let none = side("none", 1, 2, &[]);
        assert!(told(&none, &none, 100).contains("There is no metric to compare."));
    }
}

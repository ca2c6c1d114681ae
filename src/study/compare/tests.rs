use super::*;
use crate::results::CITY;
use proptest::prelude::*;

/// Student's own example: hours of sleep gained by ten patients on two drugs.
/// Source: Student, "The probable error of a mean", Biometrika 6 (1908) 1–25; it is `sleep` in R.
const SLEEP: [[f64; 10]; 2] = [
    [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0],
    [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4],
];
/// A metric of which more is worse, one of which more is better, one that only describes, and one that is a count.
const WAIT: &str = "charging.wait_s.mean";
const NET: &str = "drivers.net_kzt_per_hour.lpg";
const BUSY: &str = "charging.busy";
const LOST: &str = "rides.lost";

/// A side under a seed, with the values of some metrics by replication; NaN stands for one that does not apply.
fn side(seed: u64, metrics: &[(&str, &[f64])]) -> Side {
    let count = metrics.iter().map(|(_, values)| values.len()).max().unwrap_or(0);
    let mut city = vec![Metrics::none(CITY); count];
    for (name, values) in metrics {
        for (row, value) in city.iter_mut().zip(*values) {
            row.set("", name, Some(*value).filter(|value| !value.is_nan()));
        }
    }
    Side {
        label: "folder".to_owned(),
        scenario: "s".to_owned(),
        seed,
        city,
        answers: Vec::new(),
        fixed: false,
    }
}

fn all(a: &Side, b: &Side) -> Comparison {
    Comparison::of(a, b, &CITY.iter().collect::<Vec<_>>())
}

/// One metric of two sides under seeds of their own.
fn one(seeds: [u64; 2], name: &str, a: &[f64], b: &[f64]) -> Compared {
    let comparison = all(&side(seeds[0], &[(name, a)]), &side(seeds[1], &[(name, b)]));
    *comparison.get(name).expect("the metric applies on both sides")
}

fn paired(name: &str, a: &[f64], b: &[f64]) -> Compared {
    one([1, 1], name, a, b)
}

fn near(a: impl Into<Option<f64>>, b: f64, tolerance: f64) {
    let a = a.into().expect("there is a number");
    assert!((a - b).abs() <= tolerance, "{a} is not within {tolerance} of {b}");
}

#[test]
fn pairs_give_the_t_test_of_the_books() {
    // R: t.test(b, a, paired = TRUE) gives t = 4.0621, p = 0.002833 and the interval 0.7001142 to 2.4598858.
    let compared = paired(NET, &SLEEP[0], &SLEEP[1]);
    near(compared.difference, 1.58, 1e-12);
    near(compared.ci95.map(|ci95| ci95.0), 0.700_114_2, 5e-8);
    near(compared.ci95.map(|ci95| ci95.1), 2.459_885_8, 5e-8);
    near(compared.p, 0.002_833, 5e-7);
    assert_eq!((compared.verdict, compared.replications), (Verdict::Better, [10, 10]));
    // var(b − a) = 1.512889, var a = 3.200556, var b = 4.009000.
    let shared = compared.shared.expect("there are ten pairs");
    near(shared.removed, 1.0 - 1.512_889 / 7.209_556, 1e-6);
    // 1 − (1.789 010 − 2.002 249)² / 7.209 556.
    near(shared.ceiling, 0.993_693, 1e-6);
    near(compared.relative, 1.58 / 0.75, 1e-12);
    near(compared.means[0], 0.75, 1e-12);
    near(compared.means[1], 2.33, 1e-12);
}

#[test]
fn other_seeds_give_welchs_test_of_the_books() {
    // R: t.test(b, a) gives t = 1.8608 on 17.776 degrees, p = 0.07939 and the interval -0.2054832 to 3.3654832.
    let compared = one([1, 2], NET, &SLEEP[0], &SLEEP[1]);
    near(compared.difference, 1.58, 1e-12);
    near(compared.ci95.map(|ci95| ci95.0), -0.205_483_2, 5e-8);
    near(compared.ci95.map(|ci95| ci95.1), 3.365_483_2, 5e-8);
    near(compared.p, 0.079_39, 5e-6);
    assert_eq!((compared.verdict, compared.shared), (Verdict::Undecided, None));
}

#[test]
fn unpaired_sides_may_be_of_unlike_length() {
    // By hand: means 2 and 7, variances 1 and 20/3, parts 1/3 and 5/3, so that t = 5/√2 and the degrees of freedom are
    // 2² / ((1/3)²/2 + (5/3)²/3) = 4 / (53/54) = 216/53.
    let compared = one([1, 2], WAIT, &[1.0, 2.0, 3.0], &[4.0, 6.0, 8.0, 10.0]);
    near(compared.difference, 5.0, 1e-12);
    near(compared.p, student_p(5.0 / 2.0_f64.sqrt(), 216.0 / 53.0), 1e-12);
    assert_eq!(compared.replications, [3, 4]);
}

#[test]
fn holm_corrects_as_published() {
    let check = |chances: &[f64], expected: &[f64]| {
        let corrected = holm(chances);
        assert_eq!(corrected.len(), expected.len());
        corrected.iter().zip(expected).for_each(|(one, other)| near(*one, *other, 1e-12));
    };
    // The example of Wikipedia's article "Holm–Bonferroni method".
    check(&[0.01, 0.04, 0.03, 0.005], &[0.03, 0.06, 0.06, 0.02]);
    // R: p.adjust(c(0.9, 0.02, 0.02, 0.6), "holm").
    check(&[0.9, 0.02, 0.02, 0.6], &[1.0, 0.08, 0.08, 1.0]);
    check(&[0.03], &[0.03]);
    check(&[], &[]);
}

#[test]
fn a_verdict_knows_which_way_is_better() {
    let (low, high): ([f64; 4], [f64; 4]) = ([1.0, 1.1, 0.9, 1.0], [9.0, 9.2, 8.8, 9.1]);
    let verdicts = |name| [paired(name, &low, &high).verdict, paired(name, &high, &low).verdict];
    assert_eq!(verdicts(WAIT), [Verdict::Worse, Verdict::Better]);
    assert_eq!(verdicts(NET), [Verdict::Better, Verdict::Worse]);
    assert_eq!(verdicts(BUSY), [Verdict::Changed, Verdict::Changed]);
}

#[test]
fn what_is_sure_alone_may_be_undecided_among_many() {
    let still = [0.0; 6];
    let (moved, noisy) = ([1.0, 3.0, 2.0, 0.5, 4.0, 1.0], [5.0, -5.0, 4.0, -4.0, 3.0, -3.1]);
    let alone = paired(WAIT, &still, &moved);
    assert_eq!((alone.verdict, alone.p_holm), (Verdict::Worse, alone.p));
    // t = 3.4595 on five degrees of freedom, whose law has a closed form.
    near(alone.p, 0.018_051_5, 1e-8);

    let quiet = side(1, &[(WAIT, &still), (NET, &still), (BUSY, &still), (LOST, &still)]);
    let loud = side(1, &[(WAIT, &moved), (NET, &noisy), (BUSY, &noisy), (LOST, &still)]);
    let among = all(&quiet, &loud);
    let wait = among.get(WAIT).expect("it applies");
    assert_eq!((wait.verdict, wait.p), (Verdict::Undecided, alone.p));
    // What is zero on both sides could not have been decided, and is not counted.
    near(wait.p_holm, 3.0 * 0.018_051_5, 4e-8);
    assert_eq!(among.get(LOST).map(|lost| (lost.verdict, lost.p)), Some((Verdict::Same, None)));
    // What is the same in each replication, but not in all of them, might have differed.
    let (quiet, loud) =
        (side(1, &[(WAIT, &still), (LOST, &moved)]), side(1, &[(WAIT, &moved), (LOST, &moved)]));
    near(all(&quiet, &loud).get(WAIT).and_then(|wait| wait.p_holm), 2.0 * 0.018_051_5, 4e-8);
}

#[test]
fn answers_are_judged_together_and_have_one_verdict_whatever_else_is_looked_at() {
    let still = [0.0; 6];
    let (moved, noisy) = ([1.0, 3.0, 2.0, 0.5, 4.0, 1.0], [5.0, -5.0, 4.0, -4.0, 3.0, -3.1]);
    let quiet = side(1, &[(WAIT, &still), (NET, &still), (BUSY, &still), (LOST, &still)]);
    let loud = side(1, &[(WAIT, &moved), (NET, &noisy), (BUSY, &noisy), (LOST, &moved)]);
    let asking = |side: &Side, answers: &[&str]| Side {
        answers: answers.iter().map(|name| (*name).to_owned()).collect(),
        ..side.clone()
    };
    // Among four it is undecided, among two it is not.
    let p = 0.018_051_5;
    let of = |comparison: &Comparison, name: &str| *comparison.get(name).expect("it was compared");
    near(of(&all(&quiet, &loud), WAIT).p_holm, 4.0 * p, 4e-8);
    for (a, b) in
        [(asking(&quiet, &[WAIT, NET]), loud.clone()), (asking(&quiet, &[NET]), asking(&loud, &[WAIT]))]
    {
        let among = all(&a, &b);
        assert_eq!((of(&among, WAIT).answer, of(&among, LOST).answer, among.tested), (true, false, [2, 2]));
        near(of(&among, WAIT).p_holm, 2.0 * p, 4e-8);
        near(of(&among, LOST).p_holm, 2.0 * p, 4e-8);
        assert_eq!(of(&among, WAIT).verdict, Verdict::Worse);
        // The same verdict where only some of them are asked for.
        let metrics: Vec<&Metric> =
            CITY.iter().filter(|metric| [WAIT, LOST].contains(&metric.name)).collect();
        let few = Comparison::of(&a, &b, &metrics);
        assert_eq!((few.metrics.len(), few.tested, of(&few, WAIT)), (2, [2, 1], of(&among, WAIT)));
        near(of(&few, LOST).p_holm, p, 1e-8);
    }
}

#[test]
fn the_replications_that_would_decide_do_so_four_times_in_five() {
    // Mean 1 and variance 4: 34 pairs have the error 0.342997, and 2.034515 + 0.852998 of it are 0.990410; 33 have
    // 0.348155, and 2.036933 + 0.853189 of it are 1.006212.
    let differences = [1.0 + 2.0_f64.sqrt(), 1.0 - 2.0_f64.sqrt(), 3.0, -1.0];
    let compared = paired(WAIT, &[0.0; 4], &differences);
    assert_eq!((compared.verdict, compared.more), (Verdict::Undecided, Some(More::Replications(30))));
    let faint = paired(WAIT, &[0.0; 4], &[1.0, -1.0, 1.0, -0.999]);
    assert_eq!(faint.more, Some(More::TooMany));
    // No difference on the mean leaves nothing to decide on.
    let none = paired(WAIT, &[0.0; 2], &[1.0, -1.0]);
    assert_eq!((none.verdict, none.more), (Verdict::Undecided, None));
    // Law of the book (Cohen 1988, table 2.4.1): two samples whose means are half a deviation apart take 64 each.
    let values: Vec<f64> = (0..20).map(|index| if index % 2 == 0 { 1.0 } else { -1.0 }).collect();
    let deviation = variance(&values).map(f64::sqrt).expect("there are values");
    let apart =
        one([1, 2], WAIT, &values, &values.iter().map(|value| value + deviation / 2.0).collect::<Vec<_>>());
    assert_eq!(apart.more, Some(More::Replications(64 - 20)));
}

#[test]
fn the_part_of_the_noise_that_is_shared_is_told_from_ten_pairs_on_with_its_ceiling() {
    let luck = [3.0, -1.0, 2.0, 0.5, -2.0, 1.0, 0.0, -0.5, 2.5, -3.0];
    // B varies three times as much as A in step with it: of 1 + 9 the difference keeps 4.
    let threefold = luck.map(|value| 3.0 * value);
    let shared = paired(WAIT, &luck, &threefold).shared.expect("there are ten pairs");
    near(shared.removed, 0.6, 1e-12);
    near(shared.ceiling, 0.6, 1e-12);
    let against = paired(WAIT, &luck, &threefold.map(|value| -value)).shared.expect("there are ten pairs");
    near(against.removed, -0.6, 1e-12);
    near(against.ceiling, 0.6, 1e-12);
    assert_eq!(paired(WAIT, &luck[..9], &threefold[..9]).shared, None);
    assert_eq!(paired(WAIT, &[2.0; 10], &[3.0; 10]).shared, None);
}

#[test]
fn a_difference_without_variance_is_certain_only_where_the_scenario_sets_it() {
    let cost = paired("operators.opex_kzt", &[5.0, 5.0], &[7.0, 7.0]);
    assert_eq!((cost.verdict, cost.p, cost.ci95), (Verdict::Worse, Some(0.0), Some((2.0, 2.0))));
    let equal = one([1, 2], "equity.plugs_per_head.gini", &[0.2, 0.2], &[0.3, 0.3, 0.3]);
    assert_eq!((equal.verdict, equal.p), (Verdict::Worse, Some(0.0)));
    // Any other difference that is alike in n replications is as likely as n tosses of a coin.
    for name in [LOST, "charging.wait_s.p95", WAIT] {
        let of = |n: usize| paired(name, &vec![0.0; n], &vec![1.0; n]);
        for (n, p) in [(2, 0.5), (3, 0.25), (5, 0.062_5), (6, 0.031_25)] {
            near(of(n).p, p, 1e-8);
            let (low, high) = of(n).ci95.expect("there are two replications");
            assert_eq!((of(n).verdict == Verdict::Worse, low > 0.0), (p < RISK, p < RISK), "{name} {n}");
            near(f64::midpoint(low, high), 1.0, 1e-12);
        }
    }
    // Of two samples it is as likely as to draw the one from both.
    for (n, chance) in [(2, 1.0 / 3.0), (3, 0.1), (4, 2.0 / 70.0)] {
        near(one([1, 2], LOST, &vec![4.0; n], &vec![9.0; n]).p, chance, 1e-8);
    }
    let runs = |seed, value: f64| Side { fixed: true, ..side(seed, &[(WAIT, &[value, value])]) };
    for seed in [1, 2] {
        let certain = all(&runs(1, 4.0), &runs(seed, 9.0));
        assert_eq!(certain.get(WAIT).and_then(|wait| wait.p), Some(0.0));
        let half = all(&runs(1, 4.0), &Side { fixed: false, ..runs(seed, 9.0) });
        assert!(half.get(WAIT).and_then(|wait| wait.p) > Some(0.3));
    }
}

#[test]
fn values_that_nearly_tie_are_told_apart_no_finer_than_their_metric_does() {
    // The same difference of two waits, but for the last bits of their floats and the ninth digit of a file.
    let (a, b): ([f64; 2], [f64; 2]) = ([12.345, 45.678], [12.353, 45.686]);
    assert!(((b[0] - a[0]) - (b[1] - a[1])).abs() > 0.0);
    near(paired(WAIT, &a, &b).p, 0.5, 1e-6);
    near(paired(WAIT, &[1.0, 1.0], &[1.5, 1.500_000_01]).p, 0.5, 1e-6);
    // One bucket of a quantile, and then a little more.
    let close = paired("charging.wait_s.p95", &[100.0, 100.0], &[101.5, 101.6]);
    assert!(close.p > Some(0.1), "{close:?}");
    let mean = paired(WAIT, &[100.0, 100.0], &[101.5, 101.6]);
    assert!(mean.p < Some(0.05), "{mean:?}");
    let counts = paired(LOST, &[40.0, 40.0, 41.0, 40.0], &[41.0, 41.0, 42.0, 41.0]);
    near(counts.p, 0.125, 1e-8);
}

#[test]
fn the_same_is_said_only_where_no_replication_differs() {
    let values = [3.0, 4.0];
    assert_eq!(paired(WAIT, &values, &values).verdict, Verdict::Same);
    assert_eq!(paired(WAIT, &[3.0], &[3.0]).verdict, Verdict::Same);
    assert_eq!(paired(WAIT, &values, &[4.0, 3.0]).verdict, Verdict::Undecided);
    assert_eq!(one([1, 2], WAIT, &values, &values).verdict, Verdict::Undecided);
    assert_eq!(one([1, 2], WAIT, &[3.0, 3.0], &[3.0, 3.0, 3.0]).verdict, Verdict::Same);
    assert_eq!(one([1, 2], WAIT, &[3.0, 3.0], &[3.0, 3.0, 3.0]).p, None);
}

#[test]
fn one_common_replication_has_a_difference_and_no_verdict() {
    let compared = paired(WAIT, &[3.0, 5.0, 6.0], &[4.0]);
    assert_eq!((compared.difference, compared.ci95, compared.p), (1.0, None, None));
    assert_eq!((compared.verdict, compared.more), (Verdict::Untested, None));
    let comparison = all(&side(1, &[(WAIT, &[3.0, 5.0, 6.0])]), &side(1, &[(WAIT, &[4.0])]));
    assert_eq!(comparison.sides.each_ref().map(|side| (side.replications, side.left_out)), [(3, 2), (1, 0)]);
}

#[test]
fn what_applies_on_one_side_or_never_together_is_told_apart() {
    let none = f64::NAN;
    let a = side(1, &[(WAIT, &[1.0, none, 3.0]), (NET, &[1.0, none, none]), (LOST, &[1.0, 1.0, 2.0])]);
    let b = side(1, &[(WAIT, &[1.5, 9.0, 2.0]), (NET, &[none, 2.0, none]), (BUSY, &[0.5, 0.5, 0.5])]);
    let comparison = all(&a, &b);
    let names = |metrics: &[&Metric]| metrics.iter().map(|metric| metric.name).collect::<Vec<_>>();
    assert_eq!(names(&comparison.alone[0]), [LOST]);
    assert_eq!(names(&comparison.alone[1]), [BUSY]);
    assert_eq!(names(&comparison.apart), [NET]);
    let wait = comparison.get(WAIT).expect("it applies in replications 1 and 3");
    assert_eq!((wait.replications, wait.means, wait.difference), ([2, 2], [2.0, 1.75], -0.25));
    // Without pairs all values count.
    let unpaired = all(&a, &Side { seed: 2, ..b });
    assert_eq!(unpaired.get(WAIT).map(|wait| wait.replications), Some([2, 3]));
    assert_eq!(unpaired.get(NET).map(|net| net.verdict), Some(Verdict::Untested));
}

#[test]
fn numbers_beyond_reason_are_not_compared() {
    for (a, b) in [([f64::MAX, -f64::MAX], [-f64::MAX, f64::MAX]), ([f64::MAX; 2], [f64::MAX / 2.0; 2])] {
        for seed in [1, 2] {
            let compared = all(&side(1, &[(WAIT, &a)]), &side(seed, &[(WAIT, &b)]));
            assert!(compared.metrics.is_empty(), "{compared:?}");
        }
    }
    assert!(all(&side(1, &[]), &side(1, &[])).metrics.is_empty());
}

#[test]
fn json_has_what_applies_to_nine_digits() {
    let a = side(1, &[(NET, &SLEEP[0]), (WAIT, &[1.0, 1.0]), (LOST, &[7.0])]);
    let b = side(1, &[(NET, &SLEEP[1]), (WAIT, &[1.0, 2.0]), (BUSY, &[0.5])]);
    let text = serde_json::to_string_pretty(&all(&a, &b).json()).expect("it is JSON");
    insta::assert_snapshot!(text, @r#"
    {
      "schema_version": 1,
      "a": {
        "label": "folder",
        "scenario": "s",
        "seed": 1,
        "replications": 10,
        "left_out": 0
      },
      "b": {
        "label": "folder",
        "scenario": "s",
        "seed": 1,
        "replications": 10,
        "left_out": 0
      },
      "pairing": "by_seed",
      "answers_tested_together": 0,
      "tested_together": 2,
      "most_replications": 10000,
      "power": 0.8,
      "metrics": {
        "charging.wait_s.mean": {
          "unit": "s",
          "answer": false,
          "verdict": "undecided",
          "a": 1.0,
          "b": 1.5,
          "replications": [
            2,
            2
          ],
          "difference": 0.5,
          "ci95": [
            -5.85310237,
            6.85310237
          ],
          "relative": 0.5,
          "p": 0.5,
          "p_holm": 0.5,
          "more_replications": 16
        },
        "drivers.net_kzt_per_hour.lpg": {
          "unit": "KZT/h",
          "answer": false,
          "verdict": "better",
          "a": 0.75,
          "b": 2.33,
          "replications": [
            10,
            10
          ],
          "difference": 1.58,
          "ci95": [
            0.700114237,
            2.45988576
          ],
          "relative": 2.10666667,
          "p": 0.0028328902,
          "p_holm": 0.00566578039,
          "variance_removed": 0.790155041,
          "variance_removed_at_most": 0.993692967
        }
      },
      "only_a": [
        "rides.lost"
      ],
      "only_b": [
        "charging.busy"
      ],
      "never_in_the_same_replication": []
    }
    "#);
}

proptest! {
    #[test]
    fn the_other_way_round_the_verdicts_are_opposite(
        a in prop::collection::vec(-1e3_f64..1e3, 1..12), b in prop::collection::vec(-1e3_f64..1e3, 1..12), seed in 1_u64..3
    ) {
        let (there, back) = (one([1, seed], WAIT, &a, &b), one([seed, 1], WAIT, &b, &a));
        let opposite = match there.verdict {
            Verdict::Better => Verdict::Worse,
            Verdict::Worse => Verdict::Better,
            alike @ (Verdict::Changed | Verdict::Undecided | Verdict::Same | Verdict::Untested) => alike,
        };
        prop_assert_eq!(back.verdict, opposite);
        // Sums run from the smallest, and the smallest are others with the signs turned.
        let close = |a: f64, b: f64| (a - b).abs() <= 1e-9 * (1.0 + a.abs());
        prop_assert!(close(back.difference, -there.difference));
        prop_assert!(close(back.p.unwrap_or(2.0), there.p.unwrap_or(2.0)));
        // A difference is sure just where its interval leaves zero out.
        let sure = there.ci95.map(|(low, high)| low > 0.0 || high < 0.0);
        prop_assert_eq!(sure, there.p.map(|p| p < RISK));
    }

    #[test]
    fn corrected_chances_keep_their_order_and_are_no_smaller(chances in prop::collection::vec(0.0_f64..=1.0, 0..20)) {
        let corrected = holm(&chances);
        for (one, fixed) in chances.iter().zip(&corrected) {
            prop_assert!(fixed >= one && *fixed <= 1.0);
            for (other, other_fixed) in chances.iter().zip(&corrected) {
                prop_assert!(one > other || fixed <= other_fixed);
            }
        }
    }
}

//! How evenly the city is served.

use super::metrics::Metrics;

/// What a district has and gets.
pub(super) struct Served {
    /// Its inhabitants.
    pub(super) population: u32,
    /// The plugs of its stations.
    pub(super) plugs: usize,
    /// Visits to its stations that were served.
    pub(super) visits: u64,
    /// What these waited together, in seconds.
    pub(super) waited_s: f64,
}

/// How unequal districts are: in plugs per head, a head counting as much in any district, and in the mean wait, a
/// served visit counting as much in any.
pub(super) fn tell(to: &mut Metrics, districts: &[Served]) {
    let plugs = districts.iter().map(|district| (f64::from(district.population), district.plugs as f64));
    to.set("equity.", "plugs_per_head.gini", gini(plugs));
    let waits = districts.iter().map(|district| (district.visits as f64, district.waited_s));
    to.set("equity.", "wait_s.gini", gini(waits));
}

/// The Gini coefficient of what groups of people have per head, from each group's heads and what it has together:
/// `G = 1 − Σ (Pₖ − Pₖ₋₁)(Lₖ + Lₖ₋₁)`, one less twice the area under the Lorenz curve through the points `(Pₖ, Lₖ)`,
/// the shares of heads and of what they have in the first k groups by rising amount per head. It is 0 where all have
/// the same, and nears 1 where few have all; none where nobody has anything.
///
/// Source: A. Delbosc and G. Currie, "Using Lorenz curves to assess public transport equity", Journal of Transport
/// Geography 19 (2011) 1252–1259.
fn gini(groups: impl IntoIterator<Item = (f64, f64)>) -> Option<f64> {
    let mut groups: Vec<(f64, f64)> = groups.into_iter().filter(|(heads, _)| *heads > 0.0).collect();
    groups.sort_by(|(heads, has), (other_heads, other_has)| {
        (has / heads).total_cmp(&(other_has / other_heads))
    });
    let all_heads: f64 = groups.iter().map(|(heads, _)| heads).sum();
    let all: f64 = groups.iter().map(|(_, has)| has).sum();
    let (mut below, mut area) = (0.0, 0.0);
    for (heads, has) in groups {
        area += heads * (2.0 * below + has);
        below += has;
    }
    // Rounding must not take equal shares below nothing.
    (all > 0.0).then(|| (1.0 - area / (all_heads * all)).max(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(groups: &[(f64, f64)], expected: f64) {
        let gini = gini(groups.iter().copied()).expect("somebody has something");
        assert!((gini - expected).abs() < 1e-12, "{gini} of {groups:?} is not {expected}");
    }

    #[test]
    fn equal_shares_per_head_have_a_gini_of_nothing() {
        close(&[(100.0, 1.0), (300.0, 3.0), (50.0, 0.5)], 0.0);
        close(&[(7.0, 2.0)], 0.0);
    }

    #[test]
    fn a_quarter_of_the_heads_with_three_quarters_of_the_plugs_makes_a_half() {
        // The curve passes (0.75, 0.25): twice the area below it is 0.75 · 0.25 + 0.25 · (0.25 + 1) = 0.5.
        close(&[(100.0, 30.0), (300.0, 10.0)], 0.5);
        // Where the other district has none, it is the share of heads that have none.
        close(&[(100.0, 40.0), (300.0, 0.0)], 0.75);
    }

    #[test]
    fn a_district_split_in_two_of_the_same_rate_changes_nothing() {
        close(&[(60.0, 18.0), (300.0, 10.0), (40.0, 12.0)], 0.5);
    }

    #[test]
    fn groups_of_nobody_do_not_count_and_nothing_has_no_gini() {
        close(&[(0.0, 0.0), (100.0, 30.0), (300.0, 10.0)], 0.5);
        assert_eq!(gini([(100.0, 0.0), (300.0, 0.0)]), None);
        assert_eq!(gini([]), None);
    }
}

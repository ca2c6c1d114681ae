//! What is known exactly of a queue alone, to be held against what was simulated.
//!
//! Only one station without a place, with one Poisson stream that comes for a time, is such a queue; where anything fails
//! there, or laws are others, nothing is said. Values are those of the long run.
//!
//! Sources: D. Gross and others, "Fundamentals of Queueing Theory" (4th ed., 2008), chapter 2, for Erlang's formulas and
//! queues of limited room; A. Mandelbaum and S. Zeltyn, "Service engineering in action: the Palm/Erlang-A queue"
//! (2007); C. D. Crommelin, "Delay probability formulae when the holding times are constant", Post Office Electrical
//! Engineers Journal 25 (1932) 41–50.

use super::rounded;
use crate::ids::Id;
use crate::world::{Law, Need, World};
use serde_json::{Map, Value, json};
use statrs::function::gamma::gamma_lr;

/// More states or terms than this are not added up: the answer would take longer than the simulation.
const MOST_STEPS: usize = 1_000_000;
/// What is smaller than this, relative to the sum, does not change it.
const NEGLIGIBLE: f64 = 1e-17;

/// The exact values of a queue.
#[derive(Clone, Debug, PartialEq)]
pub struct Exact {
    /// The queue in Kendall's notation.
    pub system: String,
    /// By whose formula.
    pub by: &'static str,
    /// The mean wait of who is served, in seconds.
    pub wait_s: f64,
    /// The share of them that waits at all, where it is known.
    pub waits: Option<f64>,
    /// The share of all visits that leaves without being served.
    pub leaves: f64,
}

impl Exact {
    /// What is known of a world, if it is one of these queues.
    pub(super) fn of(world: &World) -> Option<Self> {
        let (mut stations, mut streams) = (world.stations.iter(), world.streams.iter());
        let (station, stream) = (stations.next()?, streams.next()?);
        let alone = stations.next().is_none() && streams.next().is_none() && station.place.is_none();
        let faults = &world.faults;
        let fails = faults.any() || faults.failing_plug_ins > 0.0 || !faults.outages.is_empty();
        if !alone || fails || stream.returns {
            return None;
        }
        let plugs = station.plugs.end.index() - station.plugs.start.index();
        let (Law::Exponential(gap), Need::Stay(stay)) = (&stream.gap, &stream.need) else { return None };
        let room = station.room.map(|room| room as usize);
        let (mean, letter) = match stay {
            Law::Exponential(mean) => (*mean, "M"),
            Law::Constant(span) => (span.as_millis() as f64, "D"),
            Law::Erlang(..) | Law::Lognormal(..) | Law::Hyperexponential(..) | Law::Weibull(..) => {
                return None;
            }
        };
        let load = mean / gap;
        let places = room.map_or(String::new(), |room| format!("/{}", plugs + room));
        let kendall = |more: &str| format!("M/{letter}/{plugs}{places}{more}");
        let (system, by, found) = match (letter, room, &stream.patience) {
            // Who finds all plugs taken leaves at once, and only the mean of stays counts.
            (_, Some(0), _) => (kendall(""), "Erlang B", of_states(plugs, Some(0), load, 0.0)?),
            ("M", None, None) => (kendall(""), "Erlang C", erlang_c(plugs, load)?),
            ("M", Some(_), None) => (kendall(""), "its states", of_states(plugs, room, load, 0.0)?),
            ("M", _, Some(Law::Exponential(patience))) if *patience > 0.0 => {
                (kendall("+M"), "Erlang A", of_states(plugs, room, load, mean / patience)?)
            }
            ("D", None, None) => (kendall(""), "Crommelin", (crommelin(plugs, load)?, None, 0.0)),
            _ => return None,
        };
        let (wait, waits, leaves) = found;
        Some(Self { system, by, wait_s: wait * mean / 1e3, waits, leaves })
    }

    /// The values as an object.
    pub(super) fn json(&self) -> Value {
        let mut exact = Map::new();
        exact.insert("system".to_owned(), json!(self.system));
        exact.insert("by".to_owned(), json!(self.by));
        exact.insert("charging.wait_s.mean".to_owned(), json!(rounded(self.wait_s)));
        if let Some(waits) = self.waits {
            exact.insert("share_that_waits".to_owned(), json!(rounded(waits)));
        }
        exact.insert("share_that_leaves".to_owned(), json!(rounded(self.leaves)));
        Value::Object(exact)
    }
}

/// The mean wait in mean stays, the share of the served that waits, and the share that leaves.
type Found = (f64, Option<f64>, f64);

/// M/M/c; none where more come than can be served.
fn erlang_c(plugs: usize, load: f64) -> Option<Found> {
    let spare = plugs as f64 - load;
    if spare <= 0.0 || plugs > MOST_STEPS {
        return None;
    }
    // Erlang's B of ever more plugs.
    let lost = (1..=plugs).fold(1.0, |lost, plugs| load * lost / (plugs as f64 + load * lost));
    let waits = lost / (1.0 - load / plugs as f64 * (1.0 - lost));
    Some((waits / spare, Some(waits), 0.0))
}

/// M/M/c/K, with patience M/M/c/K+M, from the chances of its states; `leaving` is the rate at which one who waits
/// leaves, in mean stays. Without room for waiting it is Erlang's B.
fn of_states(plugs: usize, room: Option<usize>, load: f64, leaving: f64) -> Option<Found> {
    let all_plugs = plugs as f64;
    let (mut state, mut all, mut at_once) = (1.0, 0.0, 0.0);
    let (mut waited, mut wait) = (0.0, 0.0);
    // Of one who joins behind so many: the chance to be served, and the wait where that happens, else nothing.
    let (mut served, mut by_then) = (1.0, 0.0);
    for number in 0..MOST_STEPS {
        all += state;
        let behind = number.checked_sub(plugs);
        match behind {
            None => at_once += state,
            Some(behind) if room.is_none_or(|room| behind < room) => {
                let going = all_plugs + behind as f64 * leaving;
                let rate = going + leaving;
                by_then = going / rate * (by_then + served / rate);
                served *= going / rate;
                waited += state * served;
                wait += state * by_then;
            }
            Some(_) => {}
        }
        let full = room.is_some_and(|room| number == plugs + room);
        if full || (behind.is_some() && state < NEGLIGIBLE * all && load < all_plugs + leaving) {
            let plugged_in = at_once + waited;
            return Some((wait / plugged_in, Some(waited / plugged_in), 1.0 - plugged_in / all));
        }
        let next = number + 1;
        state *= load / (next.min(plugs) as f64 + next.saturating_sub(plugs) as f64 * leaving);
        // Only ratios count.
        if state > 1e200 {
            for sum in [&mut state, &mut all, &mut at_once, &mut waited, &mut wait] {
                *sum /= 1e200;
            }
        }
    }
    None
}

/// The mean wait of M/D/c in stays: `Σ P(Nᵢ ≥ ic) − P(Nᵢ > ic)/ρ`, where Nᵢ is Poisson with the mean of i stays.
fn crommelin(plugs: usize, load: f64) -> Option<f64> {
    let use_of_plugs = load / plugs as f64;
    if use_of_plugs >= 1.0 || load <= 0.0 {
        return (load <= 0.0).then_some(0.0);
    }
    let mut sum = 0.0;
    for stays in 1..=MOST_STEPS / 10 {
        let (mean, served) = (stays as f64 * load, (stays * plugs) as f64);
        let term = gamma_lr(served, mean) - gamma_lr(served + 1.0, mean) / use_of_plugs;
        sum += term;
        if term < 1e-13 * sum.max(1e-9) {
            return Some(sum.max(0.0));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: f64, exact: f64) {
        assert!((found / exact - 1.0).abs() < 1e-6, "{found} of {exact}");
    }

    #[test]
    fn formulas_give_the_values_of_the_books() {
        for (plugs, used, wait) in
            [(2, 0.8, 1.777_778), (5, 0.9, 1.524_986), (10, 0.9, 0.668_731_5), (50, 0.9, 0.072_772_89)]
        {
            close(erlang_c(plugs, used * plugs as f64).expect("it is stable").0, wait);
        }
        for (plugs, waits) in [(10, 0.668_731_5), (50, 0.363_864_5)] {
            close(
                erlang_c(plugs, 0.9 * plugs as f64).and_then(|found| found.1).expect("it is stable"),
                waits,
            );
        }
        for (plugs, room, load, leaving, leaves) in [
            (10, Some(0), 9.0, 0.0, 0.167_963_2),
            (50, Some(0), 45.0, 0.0, 0.054_104_47),
            (8, Some(4), 8.0, 0.0, 0.121_285_4),
            (10, None, 9.0, 1.0, 0.085_912_11),
            (50, None, 50.0, 1.0, 0.056_325_01),
        ] {
            close(of_states(plugs, room, load, leaving).expect("it is known").2, leaves);
        }
        for (plugs, used, wait) in [(1, 0.5, 0.5), (4, 0.8, 0.386_094_9), (8, 0.9, 0.449_973_3)] {
            close(crommelin(plugs, used * plugs as f64).expect("it is stable"), wait);
        }
    }

    #[test]
    fn a_limit_far_away_is_none_and_much_patience_is_endless() {
        let (wait, waits, _) = erlang_c(10, 9.0).expect("it is stable");
        for (room, leaving) in [(Some(2_000), 0.0), (None, 1e-9)] {
            let found = of_states(10, room, 9.0, leaving).expect("it is known");
            assert!((found.0 / wait - 1.0).abs() < 1e-6 && found.2.abs() < 1e-6, "{found:?}");
            assert!((found.1.expect("known") / waits.expect("known") - 1.0).abs() < 1e-6);
        }
        assert_eq!(erlang_c(10, 10.0), None);
        assert_eq!(crommelin(10, 10.0), None);
        // Large stations do not run out of the range of floats.
        let many = of_states(5_000, Some(0), 5_000.0, 0.0).expect("it is known").2;
        assert!((0.005..0.02).contains(&many), "{many}");
    }
}

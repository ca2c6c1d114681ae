//! What fails: plugs by chance, stations by plan.

use super::Station;
use super::fleet::span;
use super::law::Law;
use crate::ids::{IdVec, StationId};
use crate::rng::Stream;
use crate::scenario::{self, Scenario};
use crate::units::{Duration, Time};
use std::collections::BTreeMap;

/// What fails in a world.
#[derive(Clone, Debug)]
pub struct Faults {
    /// Faults of plugs, each by itself.
    pub wear: Option<Wear>,
    /// Share of plug-ins that fail at once, of visitors who come for energy.
    pub failing_plug_ins: f64,
    /// Planned outages.
    pub outages: Vec<Outage>,
}

/// How long plugs work, and how long they are under repair.
#[derive(Clone, Copy, Debug)]
pub struct Wear {
    /// From the end of a repair to the next fault.
    pub up: Law,
    /// From a fault to the end of its repair.
    pub repair: Law,
    /// The mean from fault to fault, in milliseconds.
    cycle: f64,
}

/// A plug's past begins so many mean cycles before the run: long enough to forget that it began in working order.
const PAST_CYCLES: f64 = 8.0;
/// In no past more happens, however short most repairs are of a law whose mean is made by few.
const MOST_CHANGES: usize = 1_000;

impl Wear {
    fn new(faults: &scenario::Faults) -> Self {
        let minutes = faults.repair.mean_minutes();
        let hour = Duration::HOUR.as_millis() as f64;
        let up = Law::exponential(faults.mean_up_h * hour);
        Self { up, repair: Law::new(faults.repair), cycle: (faults.mean_up_h + minutes / 60.0) * hour }
    }

    /// Whether a plug is under repair when the run begins, and how long it stays as it is.
    ///
    /// Faults and repairs follow each other from long before, so that plugs are down as often as ever after. The past
    /// begins anywhere in a cycle: where all cycles are about as long, nothing else would tell plugs apart.
    pub fn at_start(&self, luck: &mut Stream) -> (bool, Duration) {
        let past = (self.cycle * (PAST_CYCLES + luck.uniform())).min(1e15);
        let mut left = Duration::from_millis(past as i64);
        let mut broken = false;
        for _ in 0..MOST_CHANGES {
            let lasting = if broken { self.repair } else { self.up }.draw(luck);
            if lasting > left {
                return (broken, lasting - left);
            }
            left -= lasting;
            broken = !broken;
        }
        (broken, Duration::ZERO)
    }
}

/// All plugs of a station are out of use.
#[derive(Clone, Copy, Debug)]
pub struct Outage {
    /// The station.
    pub station: StationId,
    /// When it begins.
    pub from: Time,
    /// How long it lasts.
    pub lasting: Duration,
}

impl Faults {
    pub(super) fn new(scenario: &Scenario, stations: &IdVec<StationId, Station>) -> Self {
        let network = &scenario.network;
        let named: BTreeMap<&str, StationId> =
            stations.enumerate().map(|(id, station)| (station.name.as_str(), id)).collect();
        let outages = network.outages.iter().filter_map(|outage| {
            let station = *named.get(outage.station.as_str())?;
            Some(Outage { station, from: Time::START + span(outage.from), lasting: span(outage.lasting) })
        });
        Self {
            wear: network.faults.as_ref().map(Wear::new),
            failing_plug_ins: network.failing_plug_ins,
            outages: merged(outages.collect()),
        }
    }

    /// Whether plugs can be out of use.
    pub fn any(&self) -> bool {
        self.wear.is_some() || !self.outages.is_empty()
    }
}

/// Outages by station and time, those of one station that overlap or touch as one: a plug is out for one outage at most.
fn merged(mut outages: Vec<Outage>) -> Vec<Outage> {
    outages.sort_by_key(|outage| (outage.station, outage.from));
    let mut merged: Vec<Outage> = Vec::new();
    for outage in outages {
        match merged.last_mut() {
            Some(last) if last.station == outage.station && outage.from <= last.from + last.lasting => {
                let end = (last.from + last.lasting).max(outage.from + outage.lasting);
                last.lasting = end - last.from;
            }
            Some(_) | None => merged.push(outage),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Purpose, Streams};
    use crate::scenario::Law::{Constant, Exponential, Lognormal};

    #[test]
    fn plugs_begin_as_they_are_in_the_long_run() {
        let plugs = 20_000;
        // The mean rest of a repair that is under way: half of its second moment over its mean.
        for (mean_up_h, repair, down, rest) in [
            (600.0, Lognormal { mean_minutes: 48.0 * 60.0, cv: 1.0 }, 48.0 / 648.0, 48.0),
            (600.0, Exponential { mean_minutes: 48.0 * 60.0 }, 48.0 / 648.0, 48.0),
            (2.0, Constant { minutes: 48.0 * 60.0 }, 48.0 / 50.0, 24.0),
            (1.0, Constant { minutes: 0.0 }, 0.0, 0.0),
        ] {
            let wear = Wear::new(&scenario::Faults { mean_up_h, repair });
            let (mut count, mut hours) = (0.0, [0.0; 2]);
            for plug in 0..plugs {
                let mut luck = Streams::new(1, 0).get(Purpose::Fault, plug);
                let (broken, lasting) = wear.at_start(&mut luck);
                count += f64::from(u8::from(broken));
                hours[usize::from(broken)] += lasting.as_hours_f64();
            }
            let share = count / plugs as f64;
            let error = libm::sqrt(down * (1.0 - down) / plugs as f64);
            assert!((share - down).abs() <= 4.0 * error, "{repair:?}: {share} are down, not {down}");
            let up = hours[0] / (plugs as f64 - count);
            assert!((up / mean_up_h - 1.0).abs() < 0.15, "{repair:?}: {up} hours to the next fault");
            let repaired = if count > 0.0 { hours[1] / count } else { 0.0 };
            assert!((repaired - rest).abs() <= 0.15 * rest, "{repair:?}: {repaired} hours to its end");
        }
    }
}

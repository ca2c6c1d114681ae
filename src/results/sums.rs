//! The sums of one replication: integers, so that they balance to the last unit.

use super::brands::Brand;
use super::classes::Class;
use super::day::Day;
use super::detail::Detail;
use super::drivers::Driver;
use super::series::Series;
use crate::ids::{DistrictId, IdVec, StationId};
use crate::observe::{Doing, Loss};
use crate::stats::Histogram;
use crate::units::{Duration, Energy, Length, Money, Volume};

/// Station visits by how they ended; those served, refused, balked, reneged, failed and unfinished add
/// up to all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct VisitCounts {
    /// Visits that arrived.
    pub visits: u64,
    /// Those whose session ended after it gave energy, or whose stay did; also if a fault cut it short.
    pub served: u64,
    /// Those that found no place to wait, or no plug that fits.
    pub refused: u64,
    /// Those that left at the sight of the queue.
    pub balked: u64,
    /// Those that left the queue.
    pub reneged: u64,
    /// Those of them that left for a station that served them sooner.
    pub jockeyed: u64,
    /// Those that got nothing from a plug: the plug-in failed, or the plug did before it gave any.
    pub failed: u64,
    /// Those that were queued or plugged in at the horizon.
    pub unfinished: u64,
}

/// Waits of visitors who plug in, before the horizon or after it, from arrival to plug-in; and of those who do not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Waits {
    /// Their sum.
    pub sum: Duration,
    /// The longest.
    pub longest: Duration,
    /// How many were longer than ten minutes.
    pub over_10min: u64,
    /// How many were longer than thirty minutes.
    pub over_30min: u64,
    /// Their milliseconds.
    pub histogram: Histogram,
    /// The milliseconds after which visitors left the queue without a plug.
    pub left: Histogram,
    /// What these waited, summed.
    pub left_after: Duration,
    /// The milliseconds that visitors had waited who still did when the run was closed.
    pub open: Histogram,
}

impl Waits {
    /// Somebody plugs in after a wait.
    pub(super) fn record(&mut self, wait: Duration) {
        self.sum += wait;
        self.longest = self.longest.max(wait);
        self.over_10min += u64::from(wait > Duration::minutes(10));
        self.over_30min += u64::from(wait > Duration::minutes(30));
        self.histogram.record(wait.as_millis() as u64);
    }

    /// Somebody leaves the queue after a wait.
    pub(super) fn leave(&mut self, wait: Duration) {
        self.left_after += wait;
        self.left.record(wait.as_millis() as u64);
    }

    /// Somebody has waited so long when the run is closed.
    pub(super) fn still(&mut self, wait: Duration) {
        self.open.record(wait.as_millis() as u64);
    }

    /// Adds the waits of another place.
    pub fn merge(&mut self, other: &Self) {
        self.sum += other.sum;
        self.longest = self.longest.max(other.longest);
        self.over_10min += other.over_10min;
        self.over_30min += other.over_30min;
        self.histogram.merge(&other.histogram);
        self.left.merge(&other.left);
        self.left_after += other.left_after;
        self.open.merge(&other.open);
    }
}

/// What was measured at one station, or at several.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Charging {
    /// Visits that arrived in the measured span.
    pub counts: VisitCounts,
    /// Their waits.
    pub waits: Waits,
    /// How many of them were served, before the horizon or after it.
    pub sessions: u64,
    /// The time that these were plugged in.
    pub plugged_in: Duration,
    /// Milliseconds of waiting visitors, over the measured span.
    pub queue: i64,
    /// Milliseconds of plugs in use, over the measured span.
    pub busy: i64,
    /// Energy drawn in the measured span.
    pub drawn: Energy,
    /// The greatest power drawn in the measured span, in watts.
    pub peak_watts: i64,
    /// Bills of sessions that ended in the measured span.
    pub revenue: Money,
    /// The value-added tax in them.
    pub vat: Money,
    /// Energy of sessions that ended in the measured span.
    pub sold: Energy,
    /// Milliseconds of plugs out of use, over the measured span.
    pub down: i64,
    /// Sessions that a fault ended in the measured span.
    pub cut: u64,
    /// Reservations that were kept in the measured span.
    pub reservations_kept: u64,
    /// Those that lapsed in it.
    pub reservations_lapsed: u64,
    /// How long cars stayed after sessions, of visits that ended in the measured span.
    pub overstayed: Duration,
}

impl Charging {
    /// Adds another place. The peak of both together is not the sum of their peaks, so it is left alone.
    pub fn merge(&mut self, other: &Self) {
        self.counts.visits += other.counts.visits;
        self.counts.served += other.counts.served;
        self.counts.refused += other.counts.refused;
        self.counts.balked += other.counts.balked;
        self.counts.reneged += other.counts.reneged;
        self.counts.jockeyed += other.counts.jockeyed;
        self.counts.failed += other.counts.failed;
        self.counts.unfinished += other.counts.unfinished;
        self.waits.merge(&other.waits);
        self.sessions += other.sessions;
        self.plugged_in += other.plugged_in;
        self.queue += other.queue;
        self.busy += other.busy;
        self.drawn += other.drawn;
        self.revenue += other.revenue;
        self.vat += other.vat;
        self.sold += other.sold;
        self.down += other.down;
        self.cut += other.cut;
        self.reservations_kept += other.reservations_kept;
        self.reservations_lapsed += other.reservations_lapsed;
        self.overstayed += other.overstayed;
    }
}

/// What the grid kept from the sessions of one district in the measured span.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Curtailed {
    /// Time of sessions that drew less than they would have.
    pub sessions: Duration,
    /// Time in which there was such a session.
    pub any: Duration,
}

/// Rides requested in the measured span, by how they ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rides {
    /// Rides requested.
    pub requested: u64,
    /// Those that reached their destination.
    pub served: u64,
    /// Those whose passenger gave up.
    pub lost: u64,
    /// These by their reasons.
    pub lost_why: [u64; Loss::ALL.len()],
    /// What multipliers of fares added to 1, in parts per million, over all requests.
    pub surge_ppm: i64,
    /// What the served passengers paid.
    pub fares: Money,
    /// Those that were waiting or under way at the horizon.
    pub unfinished: u64,
    /// The served passengers' waits, from request to pickup.
    pub pickup_wait: Duration,
}

impl Rides {
    /// Adds the rides of another place.
    pub fn merge(&mut self, other: &Self) {
        self.requested += other.requested;
        self.served += other.served;
        self.lost += other.lost;
        for (sum, other) in self.lost_why.iter_mut().zip(other.lost_why) {
            *sum += other;
        }
        self.surge_ppm += other.surge_ppm;
        self.fares += other.fares;
        self.unfinished += other.unfinished;
        self.pickup_wait += other.pickup_wait;
    }
}

/// What the taxis of one fuel did in the measured span.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fleet {
    /// How many taxis there are.
    pub taxis: u64,
    /// Distance driven, by purpose, of drives that ended in the span.
    pub driven: [Length; Doing::ALL.len()],
    /// Energy that their batteries gave on those drives.
    pub driving_energy: Energy,
    /// Energy that their systems and cabins drew while waiting.
    pub drained: Energy,
    /// Time by activity.
    pub time: [Duration; Doing::ALL.len()],
    /// Rides that ended in the span.
    pub rides: u64,
    /// What the drivers kept of their fares.
    pub earned: Money,
    /// Bills of charging at stations, and the energy charged there.
    pub charged: (Money, Energy),
    /// Bills of charging at home, and the energy charged there.
    pub charged_at_home: (Money, Energy),
    /// Bills at the pump.
    pub fuel: Money,
    /// Fuel burnt on drives that ended in the span.
    pub burnt: Volume,
    /// Leases.
    pub lease: Money,
    /// Tows.
    pub tow: Money,
    /// Places to wait after a ride.
    pub parking: Money,
    /// Days in the low-emission zone, or entries to it.
    pub zone: Money,
    /// How often a taxi ran out of energy.
    pub stranded: u64,
    /// How often no station within reach had a plug that fits.
    pub without_plug: u64,
}

impl Fleet {
    /// Adds the taxis of another fuel.
    pub fn merge(&mut self, other: &Self) {
        self.taxis += other.taxis;
        for end in 0..Doing::ALL.len() {
            self.driven[end] += other.driven[end];
            self.time[end] += other.time[end];
        }
        self.driving_energy += other.driving_energy;
        self.drained += other.drained;
        self.rides += other.rides;
        self.earned += other.earned;
        self.charged.0 += other.charged.0;
        self.charged.1 += other.charged.1;
        self.charged_at_home.0 += other.charged_at_home.0;
        self.charged_at_home.1 += other.charged_at_home.1;
        self.fuel += other.fuel;
        self.burnt += other.burnt;
        self.lease += other.lease;
        self.tow += other.tow;
        self.parking += other.parking;
        self.zone += other.zone;
        self.stranded += other.stranded;
        self.without_plug += other.without_plug;
    }
}

/// What was measured in one hour of the week, over all its occurrences in the measured span.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hour {
    /// How much of the measured span falls into it.
    pub measured: Duration,
    /// Visits that arrived in it.
    pub counts: VisitCounts,
    /// Their waits.
    pub waits: Waits,
    /// Milliseconds of waiting visitors.
    pub queue: i64,
    /// Milliseconds of plugs in use.
    pub busy: i64,
    /// Energy drawn.
    pub drawn: Energy,
    /// The greatest power drawn in it, in watts.
    pub peak_watts: i64,
    /// Rides requested in it.
    pub rides: Rides,
    /// Time that taxis spent on the way to a plug, in queues and plugged in.
    pub charging: Duration,
}

/// The sums of one replication.
pub struct Replication {
    /// The measured span.
    pub measured: Duration,
    /// By station.
    pub stations: IdVec<StationId, Charging>,
    /// The greatest power drawn in each district, in watts.
    pub district_peak_watts: IdVec<DistrictId, i64>,
    /// By district; nothing where the grid is not limited.
    pub curtailed: IdVec<DistrictId, Curtailed>,
    /// The greatest power drawn in the city, in watts.
    pub peak_watts: i64,
    /// How often a taxi ran out of energy on the way from a district.
    pub stranded: IdVec<DistrictId, u64>,
    /// Rides by the district they start in.
    pub rides: IdVec<DistrictId, Rides>,
    /// Milliseconds from request to pickup of the served passengers.
    pub pickup_waits: Histogram,
    /// Electric taxis by the makers of their cars, in the order of `Layout::brands`.
    pub brands: Vec<Brand>,
    /// Visitors by station and class, in the order of `Layout::classes`.
    pub classes: Vec<Class>,
    /// Electric, petrol and LPG taxis, in the order of `world::Fuel`.
    pub fleets: [Fleet; 3],
    /// The accounts of all drivers who worked or paid anything.
    pub drivers: Vec<Driver>,
    /// By hour of the week; Monday's first hour is 0.
    pub hours: Vec<Hour>,
    /// The run in slices.
    pub series: Series,
    /// By station and hour of the day.
    pub day: Day,
    /// The hash of all facts, those of the warm-up among them.
    pub fingerprint: blake3::Hash,
    /// How many facts were told.
    pub events: u64,
    /// One row for each visit and ride, if asked for.
    pub detail: Option<Detail>,
}

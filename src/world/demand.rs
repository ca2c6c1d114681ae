//! Ride requests: drawn a day at a time from their own streams, so that they never depend on the fleet.

use super::law::{Law, nearest};
use super::rhythm::Rhythm;
use super::travel::Travel;
use crate::ids::{DistrictId, Id, IdVec, NodeId};
use crate::rng::{Purpose, Stream, Streams};
use crate::units::{Duration, Time};
use rand_distr::weighted::WeightedAliasIndex;

/// A request for a ride.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ride {
    /// When it is made.
    pub requested: Time,
    /// Where the passenger stands.
    pub from: NodeId,
    /// Where to.
    pub to: NodeId,
    /// How long the passenger waits for a car to be assigned.
    pub patience: Duration,
}

/// The law of requests.
///
/// A nonhomogeneous Poisson process `λ_ij(t) = Λ · T_ij · w(hour, day type)`, constant within an hour.
#[derive(Clone, Debug)]
pub struct Demand {
    /// Requests per millisecond at pace 1.
    per_milli: f64,
    rhythm: Rhythm,
    /// Shares of the rides by origin and destination districts, row by row.
    trips: Vec<f64>,
    pairs: WeightedAliasIndex<f64>,
    districts: Vec<Ends>,
    patience: Law,
    patience_at_most: Duration,
}

/// Where rides of a district end.
#[derive(Clone, Debug)]
struct Ends {
    nodes: Vec<NodeId>,
    by_weight: WeightedAliasIndex<f64>,
}

/// A place where rides may end: a node, its district and its weight within the district.
#[derive(Clone, Copy, Debug)]
pub(crate) struct End {
    pub(crate) node: NodeId,
    pub(crate) district: DistrictId,
    pub(crate) weight: f64,
}

impl Demand {
    /// The law with this many rides a day; `attraction` is each district's share of trip ends.
    ///
    /// Trips between districts follow the doubly constrained gravity model `a_i b_j M_i M_j exp(−β d_ij)`,
    /// balanced by iterative proportional fitting to the districts' totals; `d_ij` is the mean length of the
    /// ways between their ends in km.
    pub(crate) fn new(
        rides_per_day: f64,
        rhythm: Rhythm,
        ends: &[End],
        attraction: &IdVec<DistrictId, f64>,
        decay_per_km: f64,
        travel: &Travel,
        (patience, patience_at_most): (Law, Duration),
    ) -> Self {
        let lengths = means(ends, attraction.len(), |from, to| travel.way(from, to).length.as_km_f64());
        let trips = gravity(attraction, &lengths, decay_per_km);
        let districts = attraction
            .ids()
            .map(|district| {
                let ends: Vec<&End> = ends.iter().filter(|end| end.district == district).collect();
                let weights = ends.iter().map(|end| end.weight).collect();
                Ends {
                    nodes: ends.iter().map(|end| end.node).collect(),
                    by_weight: WeightedAliasIndex::new(weights).expect("every district has roads"),
                }
            })
            .collect();
        Self {
            per_milli: rides_per_day / Duration::DAY.as_millis() as f64,
            rhythm,
            pairs: WeightedAliasIndex::new(trips.clone()).expect("shares of trips are positive"),
            trips,
            districts,
            patience,
            patience_at_most,
        }
    }

    /// Mean number of requests a day.
    pub fn rides_per_day(&self) -> f64 {
        self.per_milli * Duration::DAY.as_millis() as f64
    }

    /// The districts with their share of the rides that start there and these rides' mean time without traffic.
    pub(crate) fn origins(
        &self,
        ends: &[End],
        travel: &Travel,
    ) -> impl Iterator<Item = (DistrictId, f64, Duration)> {
        let count = self.districts.len();
        let times = means(ends, count, |from, to| travel.way(from, to).free_flow.as_secs_f64());
        (0..count).map(move |from| {
            let row = from * count..(from + 1) * count;
            let share: f64 = self.trips[row.clone()].iter().sum();
            let time: f64 = row.map(|pair| self.trips[pair] * times[pair]).sum();
            let mean = if share > 0.0 { time / share } else { 0.0 };
            (DistrictId::new(from), share, Duration::from_secs_f64(mean))
        })
    }

    /// A place in a district where a ride may start.
    pub fn place(&self, district: DistrictId, stream: &mut Stream) -> NodeId {
        let ends = &self.districts[district.index()];
        ends.nodes[stream.sample(&ends.by_weight)]
    }

    /// Draws the requests of one day, in order of time, into `rides`.
    pub fn draw_day(&self, day: i64, streams: &Streams, rides: &mut Vec<Ride>) {
        rides.clear();
        if self.per_milli <= 0.0 {
            return;
        }
        let mut stream = streams.get(Purpose::Demand, day as u64);
        let end = Time::START + Duration::DAY * (day + 1);
        let mut now = Time::START + Duration::DAY * day;
        loop {
            let work = nearest((stream.exponential() / self.per_milli).min(1e12));
            now = now + self.rhythm.after(now, Duration::from_millis(work));
            if now >= end {
                return;
            }
            rides.push(self.draw_ride(now, &mut stream));
        }
    }

    fn draw_ride(&self, requested: Time, stream: &mut Stream) -> Ride {
        let pair: usize = stream.sample(&self.pairs);
        let (from, to) =
            (&self.districts[pair / self.districts.len()], &self.districts[pair % self.districts.len()]);
        let from = from.nodes[stream.sample(&from.by_weight)];
        // Nobody orders a car to where they stand. A district of one node gives up after a few tries.
        let to =
            (0..8).map(|_| to.nodes[stream.sample(&to.by_weight)]).find(|&to| to != from).unwrap_or(from);
        let patience = self.patience.draw(stream).min(self.patience_at_most);
        Ride { requested, from, to, patience }
    }
}

/// Far below any share that a ride is ever drawn from, and far above the least number.
const LEAST_DECAY: f64 = 1e-100;

/// The mean over the ways between the ends of each pair of districts, row by row.
fn means(ends: &[End], districts: usize, of_way: impl Fn(NodeId, NodeId) -> f64) -> Vec<f64> {
    let mut sums = vec![0.0; districts * districts];
    let mut weights = vec![0.0; districts * districts];
    for from in ends {
        for to in ends {
            let pair = from.district.index() * districts + to.district.index();
            let weight = from.weight * to.weight;
            sums[pair] += weight * of_way(from.node, to.node);
            weights[pair] += weight;
        }
    }
    sums.iter().zip(weights).map(|(sum, weight)| if weight > 0.0 { sum / weight } else { 0.0 }).collect()
}

/// Shares of trips between districts, row by row: rows and columns both sum to `attraction`.
fn gravity(attraction: &IdVec<DistrictId, f64>, lengths: &[f64], decay_per_km: f64) -> Vec<f64> {
    let count = attraction.len();
    let total: f64 = attraction.iter().sum();
    let mass: Vec<f64> = attraction.iter().map(|mass| mass / total).collect();
    let mut trips: Vec<f64> = (0..count * count)
        // However far apart, some trip remains: a row of zeros could not be balanced.
        .map(|pair| {
            let near = libm::exp(-decay_per_km * lengths[pair]).max(LEAST_DECAY);
            mass[pair / count] * mass[pair % count] * near
        })
        .collect();
    // Fitting ends when the rows still hold after the columns were fitted; it converges within some twenty
    // rounds, and the bound only guards against a matrix that cannot be balanced.
    for _ in 0..10_000 {
        let mut worst: f64 = 0.0;
        for row in 0..count {
            let sum: f64 = trips[row * count..][..count].iter().sum();
            worst = worst.max((sum - mass[row]).abs());
            let scale = if sum > 0.0 { mass[row] / sum } else { 0.0 };
            trips[row * count..][..count].iter_mut().for_each(|trip| *trip *= scale);
        }
        for column in 0..count {
            let sum: f64 = (0..count).map(|row| trips[row * count + column]).sum();
            let scale = if sum > 0.0 { mass[column] / sum } else { 0.0 };
            (0..count).for_each(|row| trips[row * count + column] *= scale);
        }
        if worst < 1e-9 {
            break;
        }
    }
    trips
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trips_are_balanced_to_the_districts_totals_and_prefer_what_is_near() {
        let attraction: IdVec<DistrictId, f64> = [0.5, 0.3, 0.2].into_iter().collect();
        let lengths = [2.0, 6.0, 9.0, 6.0, 2.0, 5.0, 9.0, 5.0, 2.0];
        let trips = gravity(&attraction, &lengths, 0.25);
        for (index, &mass) in attraction.iter().enumerate() {
            let row: f64 = trips[index * 3..][..3].iter().sum();
            let column: f64 = (0..3).map(|other| trips[other * 3 + index]).sum();
            assert!((row - mass).abs() < 1e-9 && (column - mass).abs() < 1e-9, "{row} {column} {mass}");
        }
        assert!(trips[0] > 0.5 * 0.5, "more stay at home than chance alone would keep");
    }
}

//! What each district promises to an idle taxi.

use super::World;
use super::demand::{Demand, End};
use super::rhythm::Rhythm;
use super::travel::Travel;
use crate::ids::{DistrictId, IdVec, NodeId};
use crate::units::{Duration, Money, Time};

/// What drivers know of the districts when they look for a better place to wait.
#[derive(Clone, Debug)]
pub struct Lures {
    districts: IdVec<DistrictId, Lure>,
    rhythm: Rhythm,
    /// Scale of the multinomial logit, in tiyn an hour.
    pub spread: f64,
}

#[derive(Clone, Copy, Debug)]
struct Lure {
    /// Mean time between requests in it, at pace 1; none where nobody rides.
    gap: Option<Duration>,
    /// Mean time of a ride that starts in it, without traffic.
    ride: Duration,
    /// The node from which its ends are reached quickest.
    centre: NodeId,
}

/// Eleven days: a million taxis may wait in turn for such gaps, a thousand times as slow, within 64 bits.
const LONGEST_GAP_S: f64 = 1e6;

impl Lures {
    pub(crate) fn new(
        demand: &Demand,
        rhythm: Rhythm,
        ends: &[End],
        travel: &Travel,
        spread_kzt_per_hour: f64,
    ) -> Self {
        let districts = demand.origins(ends, travel).map(|(id, share, ride)| {
            let inside = || ends.iter().filter(move |end| end.district == id);
            let far = |from: &&End| -> f64 {
                let to = |end: &End| travel.way(from.node, end.node).free_flow.as_millis() as f64;
                inside().map(|end| end.weight * to(end)).sum()
            };
            let centre = inside().min_by(|a, b| far(a).total_cmp(&far(b))).expect("every district has roads");
            let per_day = demand.rides_per_day() * share;
            let gap =
                (per_day > 0.0).then(|| Duration::from_secs_f64((86_400.0 / per_day).min(LONGEST_GAP_S)));
            Lure { gap, ride, centre: centre.node }
        });
        let districts = districts.collect();
        Self { districts, rhythm, spread: spread_kzt_per_hour * 100.0 }
    }

    /// The districts.
    pub fn ids(&self) -> impl Iterator<Item = DistrictId> + use<> {
        self.districts.ids()
    }

    /// The pace of this moment, by which drivers reckon.
    pub fn moment(&self, world: &World, now: Time) -> Moment {
        Moment { traffic: world.traffic.slowness(now), demand: self.rhythm.slowness(now) }
    }

    /// What a taxi at a node may expect to keep of its fares per hour if it goes to wait in a district where it will
    /// be one of this many idle taxis: a share of a ride's fare over the drive there, the wait and the ride, all as
    /// if the pace of this moment lasted. The wait is the number of idle taxis times the mean time between requests.
    pub fn income(
        &self,
        world: &World,
        moment: Moment,
        from: NodeId,
        district: DistrictId,
        idle: u32,
    ) -> Money {
        let Lure { gap: Some(gap), ride, centre } = self.districts[district] else { return Money::ZERO };
        let home = world.nodes[from].district == Some(district);
        let way = if home { Duration::ZERO } else { world.travel.way(from, centre).free_flow };
        let slowed =
            |work: Duration, slowness: i64| Duration::from_millis((work.as_millis() * slowness) >> 16);
        let drive = slowed(way, moment.traffic);
        let wait = slowed(gap, moment.demand) * i64::from(idle.max(1));
        let ride = slowed(ride, moment.traffic);
        let fare = world.prices.fare(ride);
        let kept = fare - fare.share_ppm(world.prices.commission_ppm);
        let cycle = (drive + wait + ride).as_millis().max(1);
        Money::from_tiyn(kept.as_tiyn() * Duration::HOUR.as_millis() / cycle)
    }
}

/// How slow traffic and demand are, in units of 2⁻¹⁶ of their slowness at pace 1.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    traffic: i64,
    demand: i64,
}

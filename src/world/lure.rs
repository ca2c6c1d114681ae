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
            let gap = (per_day > 0.0).then(|| Duration::from_secs_f64((86_400.0 / per_day).min(1e9)));
            Lure { gap, ride, centre: centre.node }
        });
        let districts = districts.collect();
        Self { districts, rhythm, spread: spread_kzt_per_hour * 100.0 }
    }

    /// The districts.
    pub fn ids(&self) -> impl Iterator<Item = DistrictId> + use<> {
        self.districts.ids()
    }

    /// What a taxi at a node may expect to keep of its fares per hour if it goes to wait in a district where it will
    /// be one of this many idle taxis: a share of a ride's fare over the drive there, the wait and the ride. The wait
    /// is the number of idle taxis times the mean time between requests.
    pub fn income(&self, world: &World, now: Time, from: NodeId, district: DistrictId, idle: u32) -> Money {
        let Lure { gap: Some(gap), ride, centre } = self.districts[district] else { return Money::ZERO };
        let home = world.nodes[from].district == Some(district);
        let way = if home { Duration::ZERO } else { world.travel.way(from, centre).free_flow };
        let drive = world.drive_time(now, way);
        let wait = self.rhythm.after(now + drive, gap * i64::from(idle.max(1)));
        let ride = world.drive_time(now + drive + wait, ride);
        let fare = world.prices.fare(ride);
        let kept = fare - fare.share_ppm(world.prices.commission_ppm);
        let cycle = (drive + wait + ride).as_millis().max(1);
        Money::from_tiyn(kept.as_tiyn() * Duration::HOUR.as_millis() / cycle)
    }
}

//! Bus lanes that electric taxis may use: quicker than the street beside them, until too many use them.

use crate::scenario::BusLanes;

/// The unit of the factors below: 1 is 2¹⁶.
const UNIT: i64 = 1 << 16;

/// Bus lanes along main roads.
#[derive(Clone, Debug)]
pub struct Lanes {
    /// Share of the main roads that has a lane.
    street: i64,
    /// Share of a lane's way that taxis with access may use.
    access: i64,
    /// The pace on a lane by the number of taxis with access that are driving in the city.
    pace: Vec<u32>,
}

/// How quick the lanes are at a moment: their pace as a share of free-flow speed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lane(u32);

impl Lanes {
    /// Lanes that so many taxis have access to; none if nobody has.
    ///
    /// A lane slows by the law of the Bureau of Public Roads (1964): its travel time is `1 + α (volume / capacity)^β` of
    /// that on an empty one. The volume is the number of taxis with access that are driving.
    pub(crate) fn new(lanes: &BusLanes, taxis: u32) -> Option<Self> {
        if taxis == 0 || lanes.access_share <= 0.0 || lanes.street_share <= 0.0 {
            return None;
        }
        let share = |share: f64| (share * UNIT as f64).round() as i64;
        let pace = |driving: u32| {
            let load = f64::from(driving) / lanes.capacity_cars;
            let slower = 1.0 + lanes.alpha * libm::pow(load, lanes.beta);
            (share(lanes.speed_factor / slower).max(1)) as u32
        };
        Some(Self {
            street: share(lanes.street_share),
            access: share(lanes.access_share),
            pace: (0..=taxis).map(pace).collect(),
        })
    }

    /// How quick the lanes are while so many taxis with access drive.
    #[inline]
    pub fn at(&self, driving: u32) -> Lane {
        Lane(self.pace[(driving as usize).min(self.pace.len() - 1)])
    }

    /// The mean pace of a way, from the pace of traffic on it and the share of it on main roads, in 256ths of its time.
    ///
    /// On a lane a taxi drives at `general + access · (lane − general)`, and no slower than beside it. The paces of a
    /// way's parts are averaged by the time that the parts take.
    #[inline]
    pub(crate) fn mean_pace(&self, lane: Lane, main: u8, general: i64) -> i64 {
        let on_lane = general + self.access * (i64::from(lane.0) - general).max(0) / UNIT;
        if on_lane == general {
            return general;
        }
        // Of UNIT parts of a way at free flow, and their times in 2⁻²⁴.
        let with_lane = self.street * i64::from(main) / 255;
        let time = ((UNIT - with_lane) << 24) / general.max(1) + (with_lane << 24) / on_lane;
        ((UNIT << 24) / time.max(1)).max(general)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LANES: BusLanes = BusLanes {
        access_share: 1.0,
        street_share: 1.0,
        speed_factor: 0.8,
        capacity_cars: 100.0,
        alpha: 0.15,
        beta: 4.0,
    };

    fn lanes(lanes: BusLanes) -> Lanes {
        Lanes::new(&lanes, 1_000).expect("there is access")
    }

    fn share(pace: i64) -> f64 {
        pace as f64 / UNIT as f64
    }

    #[test]
    fn an_empty_lane_passes_the_jam_and_a_full_one_does_not() {
        let lanes = lanes(LANES);
        let half = UNIT / 2;
        let near =
            |pace: i64, wanted: f64| assert!((share(pace) - wanted).abs() < 1e-4, "{} {wanted}", share(pace));
        near(lanes.mean_pace(lanes.at(0), 255, half), 0.8);
        near(lanes.mean_pace(lanes.at(100), 255, half), 0.8 / 1.15);
        near(lanes.mean_pace(lanes.at(200), 255, half), 0.5);
        near(lanes.mean_pace(lanes.at(0), 255, UNIT), 1.0);
        near(lanes.mean_pace(lanes.at(0), 0, half), 0.5);
    }

    #[test]
    fn times_are_averaged_and_not_paces() {
        let lanes = lanes(BusLanes { street_share: 0.5, ..LANES });
        // Half of the way at a half, half of it at 0.8.
        let wanted = 1.0 / (0.5 / 0.5 + 0.5 / 0.8);
        let pace = share(lanes.mean_pace(lanes.at(0), 255, UNIT / 2));
        assert!((pace - wanted).abs() < 1e-4, "{pace} {wanted}");
        let half_access = super::tests::lanes(BusLanes { access_share: 0.5, ..LANES });
        let pace = share(half_access.mean_pace(half_access.at(0), 255, UNIT / 2));
        assert!((pace - 0.65).abs() < 1e-4, "{pace}");
    }

    #[test]
    fn without_access_there_are_no_lanes() {
        assert!(Lanes::new(&BusLanes { access_share: 0.0, ..LANES }, 1_000).is_none());
        assert!(Lanes::new(&BusLanes { street_share: 0.0, ..LANES }, 1_000).is_none());
        assert!(Lanes::new(&LANES, 0).is_none());
    }

    #[test]
    fn a_lane_slows_as_it_fills_and_never_stands() {
        let lanes = lanes(LANES);
        assert!(lanes.pace.windows(2).all(|pair| pair[0] >= pair[1]));
        assert!(lanes.pace.iter().all(|&pace| pace > 0));
        assert_eq!(lanes.at(5_000), lanes.at(1_000));
    }
}

//! The grid: what a district can spare, and who gives way where more is wanted.

use super::charge::level;
use super::network::Network;
use super::{Cabinet, World};
use crate::data::{Data, District};
use crate::ids::{CabinetId, DistrictId, IdVec, PlugId};
use crate::scenario::{Control, Scenario};
use crate::units::Power;

/// The districts whose spare power is limited.
#[derive(Clone, Debug)]
pub struct Grid {
    feeders: IdVec<DistrictId, Option<Feeder>>,
}

/// All that a district's stations are fed from.
#[derive(Clone, Debug)]
pub struct Feeder {
    /// The district.
    pub district: DistrictId,
    /// The most that its batteries may take together: the spare power at the meters less the losses.
    pub power: Power,
    /// The cabinets of its stations.
    pub cabinets: Vec<CabinetId>,
    control: Control,
}

impl Grid {
    pub(super) fn new(scenario: &Scenario, data: &Data, network: &Network) -> Option<Self> {
        let grid = scenario.network.grid.as_ref()?;
        let feeder = |(district, facts): (DistrictId, &District)| {
            let spare = Power::from_kw_f64(grid.scale * grid.spare_kw.get(&facts.key)?).as_watts() as f64;
            let fed = |cabinet: &Cabinet| {
                let station = &network.stations[network.plugs[cabinet.plugs.start].station];
                station.place.is_some_and(|place| place.district == district)
            };
            Some(Feeder {
                district,
                power: Power::watts((spare * scenario.charging.efficiency) as i64),
                cabinets: network
                    .cabinets
                    .enumerate()
                    .filter(|(_, facts)| fed(facts))
                    .map(|(id, _)| id)
                    .collect(),
                control: grid.control,
            })
        };
        Some(Self { feeders: data.districts.enumerate().map(feeder).collect() })
    }

    /// What feeds a district, if that is limited.
    #[inline]
    pub fn feeder(&self, district: DistrictId) -> Option<&Feeder> {
        self.feeders[district].as_ref()
    }
}

impl World {
    /// What feeds a plug's district, if that is limited.
    #[inline]
    pub fn feeder(&self, plug: PlugId) -> Option<&Feeder> {
        let place = self.stations[self.plugs[plug].station].place;
        self.grid.as_ref()?.feeder(place?.district)
    }
}

impl Feeder {
    /// Lowers powers of a watt or more, what each session would draw, until their sum is no more than the feeder's,
    /// and returns how many were lowered. Each keeps a watt at least, so that every session ends.
    pub fn curtail(&self, powers: &mut [Power]) -> u32 {
        let wanted: Power = powers.iter().copied().sum();
        if wanted <= self.power {
            return 0;
        }
        let mut lowered = 0;
        match self.control {
            Control::ProRata => {
                // A watt for each, and of the rest to each the share of it that is wanted.
                let watts = Power::watts(powers.len() as i64);
                let (spare, wanted) = ((self.power - watts).as_watts(), (wanted - watts).as_watts());
                for power in powers {
                    let more = i128::from(power.as_watts() - 1) * i128::from(spare) / i128::from(wanted);
                    let less = Power::watts(1 + more as i64);
                    lowered += u32::from(less < *power);
                    *power = less;
                }
            }
            Control::SmartCap => {
                let cap = level(self.power, powers);
                for power in powers {
                    lowered += u32::from(cap < *power);
                    *power = cap.min(*power);
                }
            }
        }
        lowered
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curtailed(control: Control, kw: i64, wanted: &[i64]) -> (Vec<i64>, u32) {
        let feeder = Feeder { district: DistrictId(0), power: Power::kw(kw), cabinets: Vec::new(), control };
        let mut powers: Vec<Power> = wanted.iter().map(|&kw| Power::kw(kw)).collect();
        let lowered = feeder.curtail(&mut powers);
        (powers.iter().map(|power| power.as_watts()).collect(), lowered)
    }

    #[test]
    fn enough_power_lowers_nobody() {
        for control in [Control::ProRata, Control::SmartCap] {
            assert_eq!(curtailed(control, 90, &[60, 20, 10]), (vec![60_000, 20_000, 10_000], 0));
            assert_eq!(curtailed(control, 90, &[]), (vec![], 0));
        }
    }

    #[test]
    fn pro_rata_lowers_all_alike_and_a_smart_cap_the_strongest() {
        // Rounded down to whole watts.
        assert_eq!(curtailed(Control::ProRata, 45, &[60, 20, 10]), (vec![29_999, 10_000, 5_000], 3));
        assert_eq!(curtailed(Control::SmartCap, 45, &[60, 20, 10]), (vec![17_500, 17_500, 10_000], 2));
        assert_eq!(curtailed(Control::SmartCap, 80, &[60, 20, 10]), (vec![50_000, 20_000, 10_000], 1));
    }
}

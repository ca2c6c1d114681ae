//! What waiting and driving on the city's streets cost: looking for a place to park, its fee, the low-emission zone.

use super::Fuel;
use crate::data::Data;
use crate::ids::{DistrictId, IdVec};
use crate::scenario::{Policy, ZoneFee};
use crate::units::{Duration, Length, Money};

/// What parking after a ride takes and costs.
#[derive(Clone, Copy, Debug)]
pub struct Parking {
    /// Of electric taxis, and of the others.
    of: [Search; 2],
}

/// The search for a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Search {
    /// How long it takes.
    pub lasting: Duration,
    /// How far it goes.
    pub length: Length,
    /// What the place costs.
    pub fee: Money,
}

impl Parking {
    /// None if nobody searches or pays.
    pub(crate) fn new(policy: &Policy) -> Option<Self> {
        let parking = &policy.parking;
        let search = |minutes: f64, fee_kzt: f64| Search {
            lasting: Duration::from_secs_f64(minutes * 60.0),
            length: Length::metres((minutes / 60.0 * parking.search_kmh * 1e3).round() as i64),
            fee: Money::from_kzt_f64(fee_kzt),
        };
        let electric = search(parking.electric_search_minutes, parking.electric_fee_kzt);
        let others = search(parking.search_minutes, parking.fee_kzt);
        let none = search(0.0, 0.0);
        (electric != none || others != none).then_some(Self { of: [electric, others] })
    }

    /// What a taxi with this fuel has to do for a place.
    #[inline]
    pub fn search(&self, fuel: Fuel) -> Search {
        self.of[usize::from(fuel != Fuel::Electric)]
    }
}

/// Districts that petrol and LPG taxis pay to drive into.
#[derive(Clone, Debug)]
pub struct Zone {
    within: IdVec<DistrictId, bool>,
    /// What a day, or an entry, costs.
    pub fee: Money,
    /// Whether the fee is for a day, however often the taxi enters.
    pub by_day: bool,
}

impl Zone {
    /// None if there is no district in it or nothing to pay.
    pub(crate) fn new(policy: &Policy, data: &Data) -> Option<Self> {
        let zone = &policy.low_emission_zone;
        let (kzt, by_day) = match zone.fee {
            ZoneFee::PerDayKzt(kzt) => (kzt, true),
            ZoneFee::PerEntryKzt(kzt) => (kzt, false),
        };
        let within = data.districts.iter().map(|district| zone.districts.contains(&district.key)).collect();
        (kzt > 0.0 && !zone.districts.is_empty()).then(|| Self {
            within,
            fee: Money::from_kzt_f64(kzt),
            by_day,
        })
    }

    /// Whether a place lies in it.
    #[inline]
    pub fn holds(&self, district: Option<DistrictId>) -> bool {
        district.is_some_and(|district| self.within[district])
    }
}

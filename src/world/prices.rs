//! What drivers and operators pay: tariffs of stations under the ceiling, fares, fuel and costs.

use super::{Fuel, Station, World};
use crate::ids::{Id, IdVec, StationId};
use crate::scenario::{self, Scenario};
use crate::units::{Due, Duration, Money, Power, Price, Time, Volume};
use jiff::Unit;
use jiff::civil::{Date, date};

/// From this day on value-added tax is that of `tariff.vat_from_2026`.
const NEW_VAT: Date = date(2026, 1, 1);

/// What a station asks for energy, VAT included and never above the ceiling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tariff {
    /// The same at any time.
    Flat(Price),
    /// By the time of day at which the energy flows: a session that spans bands pays each band's energy at its price.
    TimeOfUse(Bands),
    /// By how busy the station is at plug-in; that price holds for the whole session.
    Dynamic {
        /// The price where half of the other plugs are in use, before the ceiling.
        middle: Price,
        /// The share of it by which the price rises from an empty to a full station, in millionths.
        theta_ppm: i64,
        /// The ceiling, if there is one.
        most: Option<Price>,
        /// How many plugs the station has.
        plugs: u32,
    },
}

/// Prices by time of day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bands(Vec<(Duration, Price)>);

impl Bands {
    /// Bands that begin at these times of day, the first at midnight; each price holds until the next band begins.
    ///
    /// # Panics
    ///
    /// If the first band does not begin at midnight.
    pub fn new(bands: Vec<(Duration, Price)>) -> Self {
        assert_eq!(
            bands.first().map(|band| band.0),
            Some(Duration::ZERO),
            "a day begins with its first band"
        );
        Self(bands)
    }

    /// The price at a time, and until when it holds.
    pub fn at(&self, time: Time) -> (Price, Time) {
        let midnight = Time::START + Duration::DAY * time.day();
        let band = self.0.partition_point(|(starts, _)| midnight + *starts <= time) - 1;
        let ends = self.0.get(band + 1).map_or(Duration::DAY, |next| next.0);
        (self.0[band].1, midnight + ends)
    }

    /// What a constant power between two times costs, before rounding.
    pub fn due(&self, power: Power, from: Time, to: Time) -> Due {
        let (mut due, mut now) = (Due::ZERO, from);
        while now < to {
            let (price, ends) = self.at(now);
            let until = ends.min(to);
            due += price.exactly(power * (until - now));
            now = until;
        }
        due
    }
}

impl Tariff {
    /// The price of a kilowatt-hour for somebody who plugs in at this time, while `others` plugs of the station are
    /// in use by others; half of them where that is not known. Where prices follow the time of day, it is the price
    /// of what flows at this time.
    pub fn price(&self, at: Time, others: Option<u32>) -> Price {
        match self {
            Self::Flat(price) => *price,
            Self::TimeOfUse(bands) => bands.at(at).0,
            Self::Dynamic { middle, theta_ppm, most, plugs } => {
                // min(cap, p0 (1 + theta (busy - 1/2))), busy being the share of the other plugs that are in use: so
                // the price at a station of two plugs, too, can be lower or higher than at half use.
                let price = match (others, i64::from(*plugs) - 1) {
                    (Some(others), other @ 1..) => {
                        let busy = i64::from(others).min(other);
                        middle.scaled(2_000_000 * other + theta_ppm * (2 * busy - other), 2_000_000 * other)
                    }
                    _ => *middle,
                };
                most.map_or(price, |most| price.min(most))
            }
        }
    }
}

impl Tariff {
    /// The highest price that it ever asks.
    pub fn highest(&self) -> Price {
        match self {
            Self::Flat(price) => *price,
            Self::TimeOfUse(Bands(bands)) => bands.iter().map(|band| band.1).max().unwrap_or_default(),
            Self::Dynamic { plugs, .. } => self.price(Time::START, plugs.checked_sub(1)),
        }
    }
}

/// The tariff of each station.
///
/// # Panics
///
/// If a station asks a ceiling that there is none: a checked scenario has one.
pub(super) fn tariffs(
    scenario: &Scenario,
    stations: &IdVec<StationId, Station>,
    start: Date,
) -> IdVec<StationId, Tariff> {
    // Stations of the scenario come last.
    let placed = stations.len() - scenario.stations.len();
    let own = |id: StationId| scenario.stations.get(id.index().checked_sub(placed)?)?.price_kzt_per_kwh;
    let tariff = &scenario.tariff;
    let capped =
        |kzt: f64| Price::from_kzt_per_kwh_f64(tariff.cap_kzt_per_kwh.map_or(kzt, |cap| kzt.min(cap)));
    // A price over cost is set for the tax that holds when the run begins.
    let vat = if start < NEW_VAT { tariff.vat } else { tariff.vat_from_2026 };
    let of = |(id, station): (StationId, &Station)| {
        let price = own(id).unwrap_or(tariff.price_kzt_per_kwh);
        let asked = tariff.asked(price, scenario.charging.efficiency, vat);
        let asked = asked.expect("a checked scenario has a ceiling where a station asks it");
        match &tariff.shape {
            scenario::Shape::Flat => Tariff::Flat(capped(asked)),
            scenario::Shape::TimeOfUse(bands) => {
                let band = |&(hour, ratio): &(f64, f64)| {
                    (Duration::from_secs_f64(hour * 3_600.0), capped(asked * ratio))
                };
                Tariff::TimeOfUse(Bands::new(bands.iter().map(band).collect()))
            }
            scenario::Shape::Dynamic { theta } => Tariff::Dynamic {
                middle: Price::from_kzt_per_kwh_f64(asked),
                theta_ppm: (theta * 1e6).round() as i64,
                most: tariff.cap_kzt_per_kwh.map(Price::from_kzt_per_kwh_f64),
                plugs: station.plugs.end.0 - station.plugs.start.0,
            },
        }
    };
    stations.enumerate().map(of).collect()
}

impl World {
    /// The price of a kilowatt-hour at a station for somebody who plugs in at this time, VAT included: see
    /// [`Tariff::price`].
    #[inline]
    pub fn price(&self, station: StationId, at: Time, others: Option<u32>) -> Price {
        self.tariffs[station].price(at, others)
    }
}

impl World {
    /// The price of a kilowatt-hour at home at this time.
    pub fn home_price(&self, at: Time) -> Price {
        match &self.charging.night {
            Some(night) if night.part(at, at + Duration::from_millis(1)) > Duration::ZERO => night.price,
            Some(_) | None => self.prices.home,
        }
    }
}

/// What an operator of a station pays.
#[derive(Clone, Copy, Debug)]
pub struct OperatorCosts {
    /// Value-added tax contained in bills.
    pub vat: Vat,
    /// The share of bills, in millionths, that it costs to take the payments.
    pub acquiring_ppm: i64,
    /// The grid's energy, before VAT.
    pub grid: Price,
    /// For each kilowatt of the greatest power at the meter, a month.
    pub demand_charge: Money,
    /// Share of the grid's energy that reaches the battery.
    pub efficiency: f64,
    /// Investment per station.
    pub capex: Money,
    /// Yearly cost per station apart from energy.
    pub opex_per_year: Money,
    /// The years over which an investment must pay.
    pub lease_years: f64,
    /// What the operator's money costs a year, as a share.
    pub discount_rate: f64,
}

/// Value-added tax as a share on top of net prices, in millionths, and from a time on another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Vat {
    /// The first share.
    pub ppm: i64,
    /// When the second takes its place.
    pub until: Time,
    /// The second share.
    pub later_ppm: i64,
}

impl Vat {
    /// How much of a bill is tax, to the nearest tiyn.
    pub fn of(&self, bill: Money, at: Time) -> Money {
        let ppm = if at < self.until { self.ppm } else { self.later_ppm };
        bill - bill.net(ppm)
    }
}

impl OperatorCosts {
    pub(super) fn new(scenario: &Scenario, start: Date) -> Self {
        let tariff = &scenario.tariff;
        let ppm = |share: f64| (share * 1e6).round() as i64;
        let days = start.until((Unit::Day, NEW_VAT)).map_or(0, |span| i64::from(span.get_days()));
        Self {
            vat: Vat {
                ppm: ppm(tariff.vat),
                until: Time::START + Duration::DAY * days,
                later_ppm: ppm(tariff.vat_from_2026),
            },
            acquiring_ppm: ppm(tariff.acquiring),
            grid: Price::from_kzt_per_kwh_f64(tariff.grid_kzt_per_kwh),
            demand_charge: Money::from_kzt_f64(tariff.demand_charge_kzt_per_kw_month),
            efficiency: scenario.charging.efficiency,
            capex: Money::from_kzt_f64(tariff.capex_kzt),
            opex_per_year: Money::from_kzt_f64(tariff.opex_kzt_per_year),
            lease_years: tariff.lease_years,
            discount_rate: tariff.discount_rate,
        }
    }
}

/// What drivers pay and get, apart from public plugs.
#[derive(Clone, Copy, Debug)]
pub struct Prices {
    /// Energy at home, per kWh that reaches the battery.
    pub home: Price,
    /// A litre of petrol.
    pub petrol_per_litre: Money,
    /// A litre of LPG.
    pub lpg_per_litre: Money,
    /// The least fare.
    pub fare_at_least: Money,
    /// The fare for an hour of riding.
    pub fare_per_hour: Money,
    /// The app's share of the fare in parts per million.
    pub commission_ppm: i64,
    /// What the drivers of a car pay for it per day.
    pub lease: Money,
    /// What a tow costs.
    pub tow: Money,
}

impl Prices {
    pub(super) fn new(scenario: &Scenario) -> Self {
        let (tariff, fleet, demand) = (&scenario.tariff, &scenario.fleet, &scenario.demand);
        Self {
            home: Price::from_kzt_per_kwh_f64(tariff.home_kzt_per_kwh / scenario.charging.efficiency),
            petrol_per_litre: Money::from_kzt_f64(tariff.petrol_kzt_per_l),
            lpg_per_litre: Money::from_kzt_f64(tariff.lpg_kzt_per_l),
            fare_at_least: Money::from_kzt_f64(demand.fare_at_least_kzt),
            fare_per_hour: Money::from_kzt_f64(demand.fare_kzt_per_minute * 60.0),
            commission_ppm: (demand.commission * 1e6).round() as i64,
            lease: Money::from_kzt_f64(fleet.lease_kzt_per_day),
            tow: Money::from_kzt_f64(scenario.charging.tow_fee_kzt),
        }
    }

    /// The fare of a ride that took this long.
    pub fn fare(&self, lasting: Duration) -> Money {
        let exact = i128::from(self.fare_per_hour.as_tiyn()) * i128::from(lasting.as_millis());
        let by_time = exact / i128::from(Duration::HOUR.as_millis());
        self.fare_at_least.max(Money::from_tiyn(by_time as i64))
    }

    /// What this much fuel costs at the pump, rounded once; nothing for an electric car.
    pub fn fuel(&self, fuel: Fuel, volume: Volume) -> Money {
        let per_litre = match fuel {
            Fuel::Electric => return Money::ZERO,
            Fuel::Petrol => self.petrol_per_litre,
            Fuel::Lpg => self.lpg_per_litre,
        };
        // Microlitres are millionths of a litre.
        per_litre.share_ppm(volume.as_microlitres())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kzt(kzt: f64) -> Price {
        Price::from_kzt_per_kwh_f64(kzt)
    }

    #[test]
    fn energy_over_a_boundary_is_billed_in_both_bands() {
        let hours = Duration::hours;
        let bands = Bands::new(vec![(hours(0), kzt(51.0)), (hours(7), kzt(100.0)), (hours(23), kzt(51.0))]);
        let at = |minutes: i64| Time::START + Duration::DAY * 3 + Duration::minutes(minutes);
        // 60 kW from 06:30 to 07:15: 30 kWh by night, 15 kWh by day.
        let due = bands.due(Power::kw(60), at(390), at(435));
        assert_eq!(due.rounded(), Money::from_kzt_f64(30.0 * 51.0 + 15.0 * 100.0));
        // From 22:00 over midnight to 01:00, in two bands that cost the same.
        assert_eq!(bands.due(Power::kw(6), at(1_320), at(1_500)).rounded(), Money::from_kzt_f64(6.0 * 202.0));
        assert_eq!(bands.at(at(420)), (kzt(100.0), at(1_380)));
        assert_eq!(bands.at(at(419)), (kzt(51.0), at(420)));
    }

    #[test]
    fn a_busy_station_asks_more_up_to_the_ceiling() {
        let dynamic = |most, plugs| Tariff::Dynamic { middle: kzt(90.0), theta_ppm: 400_000, most, plugs };
        let prices = |tariff: Tariff, others: &[u32]| -> Vec<Price> {
            others.iter().map(|&others| tariff.price(Time::START, Some(others))).collect()
        };
        // 90 (1 + 0.4 (busy - 0.5)) with none, a quarter, a half, three quarters and all of the others in use.
        let asked = [72.0, 81.0, 90.0, 99.0, 108.0, 108.0].map(kzt);
        assert_eq!(prices(dynamic(None, 5), &[0, 1, 2, 3, 4, 9]), asked);
        assert_eq!(prices(dynamic(Some(kzt(100.0)), 2), &[0, 1]), [72.0, 100.0].map(kzt));
        assert_eq!(prices(dynamic(None, 1), &[0, 1]), [90.0, 90.0].map(kzt));
        assert_eq!(dynamic(None, 2).price(Time::START, None), kzt(90.0));
    }

    #[test]
    fn tax_changes_with_the_year() {
        let text = "name = \"a\"\ntime.start = \"2025-12-30\"\ntariff.vat_from_2026 = 0.25\n";
        let data = crate::data::Data::embedded();
        let scenario = crate::study::resolve_text(text, &[], &data).expect("the scenario is right");
        let vat = OperatorCosts::new(&scenario, date(2025, 12, 30)).vat;
        let midnight = Time::START + Duration::DAY * 2;
        let bill = Money::from_kzt_f64(560.0);
        assert_eq!(vat.of(bill, midnight - Duration::from_millis(1)), Money::from_kzt_f64(60.0));
        assert_eq!(vat.of(bill, midnight), Money::from_kzt_f64(112.0));
        // After that year's start there is only the later rate.
        let vat = OperatorCosts::new(&scenario, date(2026, 7, 1)).vat;
        assert_eq!(vat.of(bill, Time::START), Money::from_kzt_f64(112.0));
    }
}

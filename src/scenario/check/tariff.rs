//! The checks of prices and costs, of the grid and of what it emits.

use super::{At, Checker, Known, MOST_MONEY, MOST_PRICE, SHARES, plain};
use crate::scenario::model::{Price, Scenario, Shape};

/// Far beyond the city's own power stations.
const MOST_SPARE_KW: f64 = 1e7;

impl Checker {
    pub(super) fn tariff(&mut self, at: &At<'_>, scenario: &Scenario) {
        let tariff = &scenario.tariff;
        for (key, price) in [
            ("home_kzt_per_kwh", tariff.home_kzt_per_kwh),
            ("petrol_kzt_per_l", tariff.petrol_kzt_per_l),
            ("lpg_kzt_per_l", tariff.lpg_kzt_per_l),
            ("grid_kzt_per_kwh", tariff.grid_kzt_per_kwh),
            ("demand_charge_kzt_per_kw_month", tariff.demand_charge_kzt_per_kw_month),
        ] {
            self.within(&at.key(key), price, 0.0, MOST_PRICE, "");
        }
        self.share(&at.key("acquiring"), tariff.acquiring);
        match (tariff.price_kzt_per_kwh, tariff.cap_kzt_per_kwh) {
            (Price::Ceiling, None) => self.no_ceiling(&at.key("cap_kzt_per_kwh")),
            (price, _) => self.price(&at.key("price_kzt_per_kwh"), price, scenario),
        }
        if let Some(cap) = tariff.cap_kzt_per_kwh {
            self.within(&at.key("cap_kzt_per_kwh"), cap, 0.0, MOST_PRICE, "`\"none\"` is no ceiling");
        }
        self.shape(&at.key("shape"), &tariff.shape);
        self.share(&at.key("vat"), tariff.vat);
        self.share(&at.key("vat_from_2026"), tariff.vat_from_2026);
        self.within(&at.key("capex_kzt"), tariff.capex_kzt, 0.0, MOST_MONEY, "");
        self.within(&at.key("opex_kzt_per_year"), tariff.opex_kzt_per_year, 0.0, MOST_MONEY, "");
        self.positive(&at.key("lease_years"), tariff.lease_years, 100.0);
        self.within(&at.key("discount_rate"), tariff.discount_rate, 0.0, 10.0, SHARES);
    }

    /// What a station asks must be a price, and the ceiling only where there is one.
    pub(super) fn price(&mut self, at: &At<'_>, price: Price, scenario: &Scenario) {
        let tariff = &scenario.tariff;
        match price {
            Price::Ceiling if tariff.cap_kzt_per_kwh.is_none() => self.no_ceiling(at),
            Price::Ceiling => {}
            Price::Number(kzt) => _ = self.within(at, kzt, 0.0, MOST_PRICE, ""),
            Price::OverCost(left) => {
                let inner = at.key("over_cost");
                let asked =
                    tariff.asked(price, scenario.charging.efficiency, tariff.vat.max(tariff.vat_from_2026));
                let good = self.within(&inner, left, 0.0, MOST_PRICE, "");
                if good && !asked.is_some_and(|asked| (0.0..=MOST_PRICE).contains(&asked)) {
                    let words = format!(
                        "with the costs of energy, VAT and payments it is above {}",
                        plain(MOST_PRICE)
                    );
                    self.note(
                        &inner,
                        "makes no price",
                        words,
                        "see `tariff.grid_kzt_per_kwh` and `tariff.acquiring`",
                    );
                }
            }
        }
    }

    fn no_ceiling(&mut self, at: &At<'_>) {
        let help = "give a ceiling, or stations another price, e.g. `tariff.price_kzt_per_kwh = 100`";
        self.note(at, "leaves stations without a price", "they ask the ceiling, and there is none", help);
    }

    fn shape(&mut self, at: &At<'_>, shape: &Shape) {
        match shape {
            Shape::Flat => {}
            Shape::TimeOfUse(bands) => {
                let at = at.key("time_of_use");
                self.rising(&at, bands, "hours of the day from 0 to 24");
                for (number, (hour, ratio)) in bands.iter().enumerate() {
                    self.within(&at.index(number).index(0), *hour, 0.0, 24.0, "");
                    self.within(&at.index(number).index(1), *ratio, 0.0, 100.0, "");
                }
                if bands.first().is_some_and(|first| first.0 > 0.0) && !at.has_problem() {
                    let words = "the first band must begin at hour 0";
                    let help = "a band that lasts over midnight is written twice, as the first and the last";
                    self.note(&at.index(0).index(0), "does not cover the whole day", words, help);
                }
            }
            Shape::Dynamic { theta } => {
                self.within(&at.key("dynamic").key("theta"), *theta, 0.0, 2.0, "");
            }
        }
    }

    pub(super) fn co2(&mut self, at: &At<'_>, scenario: &Scenario) {
        let co2 = scenario.city.co2;
        for (key, kg) in [
            ("grid_kg_per_kwh", co2.grid_kg_per_kwh),
            ("petrol_kg_per_l", co2.petrol_kg_per_l),
            ("lpg_kg_per_l", co2.lpg_kg_per_l),
        ] {
            self.within(&at.key(key), kg, 0.0, 10.0, "");
        }
    }

    pub(super) fn grid(&mut self, at: &At<'_>, scenario: &Scenario, known: &Known<'_>) {
        let Some(grid) = &scenario.network.grid else { return };
        let spare = at.key("spare_kw");
        self.known_names(&spare, grid.spare_kw.keys(), known.districts, "district");
        for (district, kw) in &grid.spare_kw {
            self.positive(&spare.key(district), *kw, MOST_SPARE_KW);
        }
        self.positive(&at.key("scale"), grid.scale, 1_000.0);
    }
}

//! The checks of prices and costs, of the grid and of what it emits.

use super::super::bounds::{MOST_PRICE, plain};
use super::{At, Checker, Known};
use crate::scenario::model::{Price, Scenario, Shape};

impl Checker {
    pub(super) fn tariff(&mut self, at: &At<'_>, scenario: &Scenario) {
        let tariff = &scenario.tariff;
        match (tariff.price_kzt_per_kwh, tariff.cap_kzt_per_kwh) {
            (Price::Ceiling, None) => self.no_ceiling(&at.key("cap_kzt_per_kwh")),
            (price, _) => self.price(&at.key("price_kzt_per_kwh"), price, scenario),
        }
        self.shape(&at.key("shape"), &tariff.shape);
    }

    /// What a station asks must be a price, and the ceiling only where there is one.
    pub(super) fn price(&mut self, at: &At<'_>, price: Price, scenario: &Scenario) {
        let tariff = &scenario.tariff;
        match price {
            Price::Ceiling if tariff.cap_kzt_per_kwh.is_none() => self.no_ceiling(at),
            Price::Ceiling | Price::Number(_) => {}
            Price::OverCost(_) => {
                let inner = at.key("over_cost");
                let asked =
                    tariff.asked(price, scenario.charging.efficiency, tariff.vat.max(tariff.vat_from_2026));
                if !inner.has_problem() && !asked.is_some_and(|asked| (0.0..=MOST_PRICE).contains(&asked)) {
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
            Shape::Flat | Shape::Dynamic { .. } => {}
            Shape::TimeOfUse(bands) => {
                let at = at.key("time_of_use");
                self.rising(&at, bands, "hours of the day from 0 to 24");
                for (number, _) in
                    bands.iter().enumerate().filter(|(_, band)| (24.0..=24.0).contains(&band.0))
                {
                    let help = "hour 24 is hour 0 of the next day, with which the first band begins";
                    self.note(&at.index(number).index(0), "begins no band", "the day ends here", help);
                }
                if bands.first().is_some_and(|first| first.0 > 0.0) && !at.is_unread() {
                    let words = "the first band must begin at hour 0";
                    let help = "a band that lasts over midnight is written twice, as the first and the last";
                    self.note(&at.index(0).index(0), "does not cover the whole day", words, help);
                }
            }
        }
    }

    pub(super) fn grid(&mut self, at: &At<'_>, scenario: &Scenario, known: &Known<'_>) {
        let Some(grid) = &scenario.network.grid else { return };
        let spare = at.key("spare_kw");
        self.known_names(&spare, grid.spare_kw.keys(), known.districts, "district");
    }
}

//! What energy and fuel emit.

use super::Fuel;
use crate::scenario::Scenario;
use crate::units::{Energy, Volume};

/// Carbon dioxide of power stations and of burnt fuel.
#[derive(Clone, Copy, Debug)]
pub struct Emissions {
    /// Kilograms per kWh that reaches a battery, losses included.
    pub per_kwh: f64,
    /// Kilograms per litre of petrol and of LPG.
    pub per_litre: [f64; 2],
}

impl Emissions {
    pub(super) fn new(scenario: &Scenario) -> Self {
        let co2 = scenario.city.co2;
        Self {
            per_kwh: co2.grid_kg_per_kwh / scenario.charging.efficiency,
            per_litre: [co2.petrol_kg_per_l, co2.lpg_kg_per_l],
        }
    }

    /// Kilograms for what cars of one kind charged, or burnt.
    pub fn kg(&self, fuel: Fuel, charged: Energy, burnt: Volume) -> f64 {
        match fuel {
            Fuel::Electric => self.per_kwh * charged.as_kwh_f64(),
            Fuel::Petrol => self.per_litre[0] * burnt.as_litres_f64(),
            Fuel::Lpg => self.per_litre[1] * burnt.as_litres_f64(),
        }
    }
}

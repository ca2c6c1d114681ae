//! Electric cars on sale.

use super::table::{Problems, Table, TableError, rows};
use serde::Deserialize;
use std::collections::BTreeSet;

/// A variant of an electric car.
#[derive(Clone, Debug, PartialEq)]
pub struct Car {
    /// Make, model and variant, e.g. `BYD Song Plus Comfort`.
    pub name: String,
    /// The maker.
    pub make: String,
    /// Usable battery energy.
    pub battery_kwh: f64,
    /// Greatest charging power from alternating current.
    pub ac_kw: f64,
    /// Greatest charging power from direct current.
    pub dc_kw: f64,
    /// Consumption at the WLTP-equivalent rating; where the source has none, net battery over rated range.
    pub consumption_wh_per_km: f64,
    /// Mass without load; none where the source has none.
    pub curb_weight_kg: Option<f64>,
    /// Whether the cabin is heated by a heat pump; false where the source does not say.
    pub heat_pump: bool,
}

#[derive(Deserialize)]
struct Row {
    make: String,
    model: String,
    variant: String,
    battery_net_kwh: f64,
    ac_max_kw: f64,
    dc_max_kw: f64,
    consumption_wh_km_derived: Option<f64>,
    consumption_wh_km_wltp_equiv: Option<f64>,
    curb_weight_kg: Option<f64>,
    heat_pump: Option<bool>,
}

const COLUMNS: [&str; 10] = [
    "make",
    "model",
    "variant",
    "battery_net_kwh",
    "ac_max_kw",
    "dc_max_kw",
    "consumption_wh_km_derived",
    "consumption_wh_km_wltp_equiv",
    "curb_weight_kg",
    "heat_pump",
];

impl Car {
    /// Reads cars, in order of the rows; the columns carry their units in their names.
    ///
    /// # Errors
    ///
    /// Names every value that no car has, every car without a consumption, and every name that stands
    /// twice.
    pub fn parse_all(table: Table) -> Result<Vec<Self>, TableError> {
        let mut problems = Problems::of(table);
        let table_rows: Vec<(u64, Row)> = rows(table, &COLUMNS, &mut problems);
        if problems.none_yet() && table_rows.is_empty() {
            problems.whole("there is no car", "add at least one row");
        }
        let mut names = BTreeSet::new();
        let mut cars = Vec::with_capacity(table_rows.len());
        for (line, row) in table_rows {
            let name = format!("{} {} {}", row.make, row.model, row.variant);
            if !names.insert(name.clone()) {
                problems.at(line, format!("{name} stands twice"), "tell its variants apart");
            }
            problems.within(line, "battery_net_kwh", row.battery_net_kwh, 1.0..=500.0);
            problems.within(line, "ac_max_kw", row.ac_max_kw, 0.0..=100.0);
            problems.within(line, "dc_max_kw", row.dc_max_kw, 0.0..=2_000.0);
            if let Some(mass) = row.curb_weight_kg {
                problems.within(line, "curb_weight_kg", mass, 300.0..=20_000.0);
            }
            let consumption = row.consumption_wh_km_wltp_equiv.or(row.consumption_wh_km_derived);
            match consumption {
                Some(rated) => {
                    problems.within(line, "consumption_wh_km_wltp_equiv", rated, 30.0..=2_000.0);
                }
                None => problems.at(line, format!("{name} has no consumption"), "fill one of its columns"),
            }
            cars.push(Self {
                name,
                make: row.make,
                battery_kwh: row.battery_net_kwh,
                ac_kw: row.ac_max_kw,
                dc_kw: row.dc_max_kw,
                consumption_wh_per_km: consumption.unwrap_or_default(),
                curb_weight_kg: row.curb_weight_kg,
                heat_pump: row.heat_pump.unwrap_or(false),
            });
        }
        problems.finish(cars)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(rows: &str) -> Result<Vec<Car>, TableError> {
        let text = format!("{}\n{rows}", COLUMNS.join(","));
        Car::parse_all(Table { name: "cars.csv", text: &text })
    }

    #[test]
    fn what_the_source_does_not_say_stays_unsaid() {
        let cars = parse("Chery,eQ7,Base,64,11,80,125,,,\n").expect("the row is sound");
        assert_eq!(cars[0].name, "Chery eQ7 Base");
        assert_eq!((cars[0].curb_weight_kg, cars[0].heat_pump), (None, false));
        assert_eq!(cars[0].consumption_wh_per_km.to_bits(), 125.0_f64.to_bits());
    }

    #[test]
    fn every_slip_is_named_by_its_line() {
        let complaint = parse("A,B,C,64000,11,80,125,158,,\nA,B,C,64,11,80,,,,\n");
        assert_eq!(
            complaint.expect_err("both rows are broken").to_string(),
            "cars.csv, line 2: `battery_net_kwh` is 64000; give a number from 1 to 500\n\
             cars.csv, line 3: A B C stands twice; tell its variants apart\n\
             cars.csv, line 3: A B C has no consumption; fill one of its columns",
        );
    }
}

//! What a modeller may say: the keys of a scenario file, in the units that stand in their names.

mod charging;
mod faults;
mod stations;

pub use charging::*;
pub use faults::*;
pub use stations::*;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A resolved scenario: its file laid over its base, down to `data/assumptions.toml`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// A short name, used for results.
    #[schemars(example = &"mine")]
    pub name: String,
    /// The question the scenario answers.
    pub question: String,
    /// The metrics of the city that answer the question; comparisons judge them together, apart from all others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<String>,
    /// When, how long, how often.
    pub time: TimeTable,
    /// Roads and weather.
    pub city: City,
    /// Rides.
    pub demand: Demand,
    /// Cars and drivers.
    pub fleet: Fleet,
    /// How drivers charge.
    pub charging: Charging,
    /// Where they can charge.
    pub network: Network,
    /// Prices and costs.
    pub tariff: Tariff,
    /// Policy levers.
    pub policy: Policy,
    /// What is written.
    pub output: Output,
    /// Stations written out one by one.
    #[serde(default)]
    pub stations: Vec<Station>,
}

/// `[time]`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TimeTable {
    /// The first day, e.g. `2025-11-03`: sets day types and temperature.
    pub start: String,
    /// Simulated before anything is measured.
    pub warm_up: Span,
    /// The measured span after the warm-up.
    pub horizon: Span,
    /// How many independent replications.
    pub replications: u32,
    /// The master seed.
    pub seed: u64,
}

/// A span of time in one of three units.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Span {
    /// `{ days = … }`
    Days(f64),
    /// `{ hours = … }`
    Hours(f64),
    /// `{ minutes = … }`
    Minutes(f64),
}

/// `[city]`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct City {
    /// Speed without traffic by road class.
    pub free_flow_kmh: FreeFlow,
    /// Pairs of jam score (rising from 0 to 10) and speed factor (falling from 1).
    pub congestion: Vec<(f64, f64)>,
    /// What energy and fuel emit.
    pub co2: Co2,
    /// A constant temperature; left out, the climate of the month and hour.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub temperature_c: Option<f64>,
    /// What the weather does to demand and speed.
    pub weather: Weather,
    /// The tables of a road graph that ways lead over; left out, the main roads that the program carries.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roads: Option<RoadFiles>,
}

/// `city.roads`: paths relative to the file that names them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RoadFiles {
    /// The table of nodes, CSV with a header: `node_id` (0, 1, 2 and so on), `lon` and `lat` in degrees, `elev_m_approx` in
    /// whole metres.
    pub nodes: String,
    /// The table of edges, CSV with a header: `edge_id` (0, 1, 2 and so on), `from` and `to` (nodes), `length_m`, `class` (as
    /// the keys of `city.free_flow_kmh`), `oneway` (empty: every road may be driven both ways), `geometry` (`lon lat;lon
    /// lat`, two points or more).
    pub edges: String,
}

/// `city.weather`: factors, each of them a constant times one by temperature.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Weather {
    /// Of the number of requests.
    pub demand_factor: f64,
    /// Pairs of temperature in °C (rising) and factor of the number of requests.
    pub demand_by_temperature: Vec<(f64, f64)>,
    /// Of the speed of traffic.
    pub speed_factor: f64,
    /// Pairs of temperature in °C (rising) and factor of the speed of traffic.
    pub speed_by_temperature: Vec<(f64, f64)>,
}

/// `city.co2`
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Co2 {
    /// Of the mix of power stations, per kWh at the meter.
    pub grid_kg_per_kwh: f64,
    /// Of burnt petrol.
    pub petrol_kg_per_l: f64,
    /// Of burnt LPG.
    pub lpg_kg_per_l: f64,
}

/// `city.free_flow_kmh`: by road class of OpenStreetMap.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FreeFlow {
    /// Of trunk roads.
    pub trunk: f64,
    /// Of primary roads.
    pub primary: f64,
    /// Of secondary roads.
    pub secondary: f64,
    /// Of tertiary roads.
    pub tertiary: f64,
    /// Of unclassified roads, the least that lead through.
    pub unclassified: f64,
    /// Of residential streets.
    pub residential: f64,
    /// Of living streets, where walkers go first.
    pub living_street: f64,
}

/// `[demand]`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Demand {
    /// Mean number of requests a day.
    pub rides_per_day: f64,
    /// Exponent of the hourly shares of a day's rides: at 0 all hours are alike, at 2 peaks are squared.
    pub peakedness: f64,
    /// Decay of the gravity model with distance, per km.
    pub decay_per_km: f64,
    /// Weight of population against jobs in a district's attraction, 0–1.
    pub population_weight: f64,
    /// Share of the city's jobs by district; scaled to sum to one.
    pub jobs_share: BTreeMap<String, f64>,
    /// How long a passenger waits for a car to be assigned.
    pub patience: Law,
    /// No passenger waits longer for a car to be assigned.
    pub patience_at_most: Span,
    /// How rides find cars.
    pub matching: Matching,
    /// How fares rise where cars are short; left out, never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub surge: Option<Surge>,
    /// The least fare.
    pub fare_at_least_kzt: f64,
    /// The fare per minute of the ride.
    pub fare_kzt_per_minute: f64,
    /// The app's share of the fare, 0–1.
    pub commission: f64,
}

/// `demand.surge`: a multiplier of the fare, fixed at the request, by how many waiting passengers of a district outnumber
/// its idle cars.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Surge {
    /// The greatest multiplier.
    pub at_most: f64,
    /// The excess of passengers over cars that brings half of the greatest rise.
    pub half_at_excess: f64,
    /// A passenger rides with probability multiplier to the power of minus this.
    pub elasticity: f64,
}

/// `demand.matching`
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Matching {
    /// The free car that arrives first; a freed car takes the passenger it reaches first.
    Nearest,
    /// From time to time as many passengers as possible at once, at the least sum of costs: the time until a car arrives,
    /// and a penalty for its low charge.
    Batch {
        /// Time from one batch to the next.
        #[schemars(example = 10)]
        seconds: f64,
        /// The penalty of an empty battery against a full one.
        low_charge_minutes: f64,
        /// How many of the nearest cars are weighed for a passenger, or passengers for a car, whichever are fewer.
        #[schemars(example = 5)]
        nearest: u32,
    },
}

/// `[fleet]`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Fleet {
    /// All taxis.
    pub taxis: u32,
    /// Those of them that are electric.
    pub electric: u32,
    /// Share of LPG among the taxis that are not electric.
    pub lpg_share: f64,
    /// Electric models by name in the table of cars, with their weight in the mix.
    pub models: BTreeMap<String, f64>,
    /// Inlets of the cars by import channel, with their weight.
    pub inlets: Inlets,
    /// Length of the shift of a full-time driver who has the car alone.
    pub shift: Span,
    /// Who else drives, and when.
    pub shifts: Shifts,
    /// When a driver ends a shift before its time; left out, never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopping: Option<Stopping>,
    /// How an idle driver looks for a better place; left out, idle cars stay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reposition: Option<Reposition>,
    /// What the drivers of a car pay for it per day.
    pub lease_kzt_per_day: f64,
    /// Share of drivers of electric taxis who charge at home.
    pub home_charging: f64,
    /// Least and greatest power of a home charger.
    pub home_kw: (f64, f64),
    /// Beta law of the first charge of cars with home charging.
    pub start_soc_home: (f64, f64),
    /// Beta law of the first charge of cars without it.
    pub start_soc_no_home: (f64, f64),
    /// Petrol consumption in town.
    pub petrol_l_per_100km: f64,
    /// LPG consumption in town.
    pub lpg_l_per_100km: f64,
    /// Pairs of mean speed in km/h (rising) and consumption relative to that in town.
    pub fuel_speed_factor: Vec<(f64, f64)>,
    /// When a petrol or LPG car stops for fuel.
    pub refuel: Refuel,
    /// What moves and heats an electric car.
    pub energy: EnergyUse,
}

/// `fleet.stopping`: a logit, decided after each ride and whenever an idle driver looks around, every
/// `charging.opportunity.idle`. The shift ends by the clock at the latest.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Stopping {
    /// The logit at the start of a shift.
    pub at_start: f64,
    /// What each hour on shift adds.
    pub per_hour: f64,
    /// What each 10,000 tenge over the target add.
    pub per_10000_kzt_over: f64,
    /// What a driver wants to keep of the fares of a shift.
    pub target_kzt: f64,
}

/// `fleet.reposition`: a multinomial logit over districts on expected income, after each ride and whenever an idle
/// driver looks around, every `charging.opportunity.idle`. On the way a taxi is offered no ride.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reposition {
    /// Scale of the logit: a difference of that much income makes a district 2.7 times as likely.
    pub spread_kzt_per_hour: f64,
}

/// `fleet.refuel`
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Refuel {
    /// Length of the stop, the way to it included.
    pub minutes: f64,
    /// Share of the tank below which a driver stops.
    pub below: f64,
    /// What a tank holds.
    pub tank_l: f64,
}

/// `fleet.shifts`: shares of the cars; all others have one full-time driver.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Shifts {
    /// Cars with one driver who drives a few hours a day.
    pub part_time: PartTime,
    /// Cars with two drivers who take turns round the clock.
    pub double: Double,
    /// Distance that a driver expects to drive in an hour on shift: what a battery must last for.
    pub km_per_hour: f64,
}

/// `fleet.shifts.part_time`
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PartTime {
    /// Share of the cars.
    pub share: f64,
    /// Length of the shift.
    pub lasting: Span,
}

/// `fleet.shifts.double`
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Double {
    /// Share of the cars.
    pub share: f64,
    /// Hours of the day at which the drivers hand the car over, in rising order.
    pub handovers_h: (f64, f64),
}

/// `fleet.inlets`: weights by inlet.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Inlets {
    /// Imports from China: GB/T plugs.
    pub gbt: f64,
    /// European imports: CCS2 and Type 2 plugs.
    pub ccs2: f64,
    /// Teslas with the maker's adapter: CCS2 and Type 2 plugs.
    pub tesla: f64,
    /// Japanese imports: `CHAdeMO` and Type 2 plugs.
    pub chademo: f64,
}

/// `fleet.energy`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EnergyUse {
    /// Pairs of mean speed in km/h (rising) and consumption relative to that at 60 km/h.
    pub speed_factor: Vec<(f64, f64)>,
    /// Drawn by a waiting car on shift.
    pub idle_kw: f64,
    /// Extra driving energy per kelvin below `cold_below_c`.
    pub cold_per_kelvin: f64,
    /// See `cold_per_kelvin`.
    pub cold_below_c: f64,
    /// Cabin heat per kelvin below `heat_below_c`, before the heat pump.
    pub heat_kw_per_kelvin: f64,
    /// See `heat_kw_per_kelvin`.
    pub heat_below_c: f64,
    /// Cabin cooling per kelvin above `cool_above_c`.
    pub cool_kw_per_kelvin: f64,
    /// See `cool_kw_per_kelvin`.
    pub cool_above_c: f64,
    /// Most that the cabin draws.
    pub cabin_at_most_kw: f64,
    /// Pairs of temperature (rising) and coefficient of performance of a heat pump.
    pub heat_pump_cop: Vec<(f64, f64)>,
    /// Share of the drawn energy that lifts the car uphill.
    pub climb_efficiency: f64,
    /// Share of the energy of a descent that returns to the battery.
    pub regeneration: f64,
    /// Mass of a car whose table row has none, and of the people in it.
    pub curb_weight_kg: f64,
    /// Mass of driver, passengers and luggage.
    pub load_kg: f64,
}

/// `[network]`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Network {
    /// Number of existing stations, placed by rule.
    pub existing: u32,
    /// What they are made of.
    pub existing_kind: ExistingKind,
    /// The planned plots.
    pub planned: Planned,
    /// Who is served first at existing and planned stations.
    pub queue: Discipline,
    /// Share of plug-ins that fail at once, of those who come for energy: who comes for a time draws none. A driver whose
    /// plug-in fails chooses another station.
    pub failing_plug_ins: f64,
    /// Faults of plugs; left out, none fails.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub faults: Option<Faults>,
    /// Planned outages.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outages: Vec<Outage>,
    /// What the grid can give; left out, all that is drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grid: Option<Grid>,
}

/// How the names of existing stations begin.
pub const EXISTING: &str = "existing";
/// How the names of planned plots begin.
pub const PLOT: &str = "plot";

/// The name of a station placed by rule, of those that begin so: they are numbered from 1 on.
pub fn placed_name(begins: &str, number: u32) -> String {
    format!("{begins}-{number:03}")
}

/// `network.grid`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Grid {
    /// Power at the meters that each district can spare for charging; a district left out has enough.
    pub spare_kw: BTreeMap<String, f64>,
    /// Who gives way where more is wanted than can be spared.
    pub control: Control,
    /// All of `spare_kw` times this.
    #[serde(default = "one")]
    pub scale: f64,
}

fn one() -> f64 {
    1.0
}

/// `network.grid.control`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Control {
    /// Every session by the same share of what it would draw.
    ProRata,
    /// The strongest first: nobody gets more than a common cap, which is as high as the spare power allows.
    SmartCap,
}

/// `network.existing_kind`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExistingKind {
    /// Plugs per station.
    pub plugs: u32,
    /// Share of stations with direct current.
    pub dc_share: f64,
    /// Powers of a direct-current plug, given out in turn.
    pub dc_kw: Vec<f64>,
    /// Powers of an alternating-current plug, given out in turn.
    pub ac_kw: Vec<f64>,
    /// Standards of direct-current plugs, given out in turn.
    pub dc_standards: Vec<Standard>,
    /// Standards of alternating-current plugs, given out in turn.
    pub ac_standards: Vec<Standard>,
}

/// `network.planned`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Planned {
    /// Plots built.
    pub plots: u32,
    /// Plugs per plot.
    pub plugs: u32,
    /// How many of them share one cabinet; left out, all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plugs_per_cabinet: Option<u32>,
    /// Power of a cabinet, which its plugs share.
    pub cabinet_kw: f64,
    /// Rule of their places.
    pub siting: Siting,
    /// Standards of the plugs, given out in turn.
    pub standards: Vec<Standard>,
}

/// `network.planned.siting`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Siting {
    /// Main-road nodes, by the district's population and the node's share of its main roads.
    Population,
}

/// A plug's standard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Standard {
    /// `gbt`: GB/T 20234, direct or alternating current.
    Gbt,
    /// `ccs2`: Combined Charging System, direct current.
    Ccs2,
    /// `chademo`: `CHAdeMO`, direct current.
    Chademo,
    /// `type2`: IEC 62196 Type 2, alternating current.
    Type2,
}

/// `[tariff]`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Tariff {
    /// What stations ask that have no price of their own.
    pub price_kzt_per_kwh: Price,
    /// The ceiling: most that they may ask, VAT included; `"none"` for no ceiling.
    #[serde(serialize_with = "or_none")]
    pub cap_kzt_per_kwh: Option<f64>,
    /// How the price changes with time, or with how busy a station is.
    pub shape: Shape,
    /// Value-added tax until the end of 2025, as a share on top of the net price.
    pub vat: f64,
    /// The same from 2026 on.
    pub vat_from_2026: f64,
    /// What a driver pays at home per kWh drawn from the grid.
    pub home_kzt_per_kwh: f64,
    /// Petrol.
    pub petrol_kzt_per_l: f64,
    /// LPG.
    pub lpg_kzt_per_l: f64,
    /// What an operator pays for the grid's energy, before VAT.
    pub grid_kzt_per_kwh: f64,
    /// What an operator pays for taking payments, as a share of the bills.
    pub acquiring: f64,
    /// What an operator pays per kW of a station's greatest power at the meter, before VAT.
    pub demand_charge_kzt_per_kw_month: f64,
    /// Investment per station.
    pub capex_kzt: f64,
    /// Yearly cost per station apart from energy.
    pub opex_kzt_per_year: f64,
    /// How long an operator has the plot: the years over which an investment must pay.
    pub lease_years: f64,
    /// What the operator's money costs a year, as a share.
    pub discount_rate: f64,
}

/// `tariff.price_kzt_per_kwh` and `stations.price_kzt_per_kwh`: what a station asks, before shape and ceiling.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(from = "WrittenPrice", rename_all = "snake_case")]
pub enum Price {
    /// As much as it may: it follows the ceiling.
    Ceiling,
    /// So much that this is left of a kWh for the fixed costs, after VAT, energy and the taking of payments.
    OverCost(f64),
    /// A price, VAT included.
    #[serde(untagged)]
    Number(f64),
}

/// A price as a file has it; the reader of files takes a plain number for the choice `number`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename = "Price", rename_all = "snake_case")]
enum WrittenPrice {
    /// As much as it may: it follows the ceiling.
    Ceiling,
    /// So much that this is left of a kWh for the fixed costs, after VAT, energy and the taking of payments.
    OverCost(f64),
    /// A price, VAT included.
    #[schemars(untagged)]
    Number(f64),
}

impl From<WrittenPrice> for Price {
    fn from(price: WrittenPrice) -> Self {
        match price {
            WrittenPrice::Ceiling => Self::Ceiling,
            WrittenPrice::OverCost(kzt) => Self::OverCost(kzt),
            WrittenPrice::Number(kzt) => Self::Number(kzt),
        }
    }
}

impl Tariff {
    /// What is asked for a kWh before shape and ceiling, VAT included, in tenge, where the grid's energy reaches batteries
    /// at this efficiency and VAT is this share; none where a ceiling is asked and there is none.
    pub fn asked(&self, price: Price, efficiency: f64, vat: f64) -> Option<f64> {
        match price {
            Price::Ceiling => self.cap_kzt_per_kwh,
            Price::OverCost(left) => {
                Some((self.grid_kzt_per_kwh / efficiency + left) / (1.0 / (1.0 + vat) - self.acquiring))
            }
            Price::Number(kzt) => Some(kzt),
        }
    }
}

/// `tariff.shape`: what the price is multiplied by, before the ceiling.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Shape {
    /// One at any time.
    Flat,
    /// Pairs of the hour of the day at which a band begins (rising from 0) and its ratio to the flat price.
    TimeOfUse(#[schemars(example = [(0.0, 0.5), (7.0, 1.0), (23.0, 0.5)])] Vec<(f64, f64)>),
    /// 1 + theta (busy − 1/2), where busy is the share of the station's other plugs in use at plug-in.
    Dynamic {
        /// By how much the price rises from an empty to a full station, as a share.
        theta: f64,
    },
}

/// An optional number that a base may set, so that leaving it out would not unset it.
#[expect(clippy::ref_option, reason = "serde gives the field as it is")]
fn or_none<S: serde::Serializer>(value: &Option<f64>, serializer: S) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) => serializer.serialize_f64(*value),
        None => serializer.serialize_str("none"),
    }
}

/// `[policy]`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Bus lanes that electric taxis may use.
    pub bus_lanes: BusLanes,
    /// What parking after a ride takes and costs.
    pub parking: Parking,
    /// Districts that petrol and LPG taxis pay to drive into.
    pub low_emission_zone: LowEmissionZone,
}

/// `policy.parking`
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Parking {
    /// How long a petrol or LPG taxi without a next ride drives about for a place.
    pub search_minutes: f64,
    /// How long an electric one does.
    pub electric_search_minutes: f64,
    /// How fast they do.
    pub search_kmh: f64,
    /// What a petrol or LPG taxi then pays for the place.
    pub fee_kzt: f64,
    /// What an electric one pays.
    pub electric_fee_kzt: f64,
}

/// `policy.low_emission_zone`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LowEmissionZone {
    /// Keys of the districts in it.
    pub districts: Vec<String>,
    /// What a petrol or LPG taxi pays that drives into it, except on its way home.
    pub fee: ZoneFee,
}

/// `policy.low_emission_zone.fee`
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ZoneFee {
    /// Once a day, at the first drive into it.
    PerDayKzt(f64),
    /// At each drive from outside.
    PerEntryKzt(f64),
}

/// `policy.bus_lanes`
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BusLanes {
    /// Share of a lane's way that electric taxis may use; 0 is no access.
    pub access_share: f64,
    /// Share of trunk and primary roads that has a lane.
    pub street_share: f64,
    /// Speed on an empty lane, relative to that without traffic.
    pub speed_factor: f64,
    /// Electric taxis driving in the city at which the lanes are full.
    pub capacity_cars: f64,
    /// Extra travel time on a full lane, as a share.
    pub alpha: f64,
    /// How steeply a lane slows as it fills.
    pub beta: f64,
}

/// `[output]`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Output {
    /// Also write one row per visit and per ride.
    pub detail: bool,
}

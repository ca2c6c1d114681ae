//! What the engine may assume: integers, dense ids, tables. Nothing in a world changes during a run.
//!
//! [`World::compile`] turns a checked scenario and the data into the world of one replication. The table of
//! ways between road nodes takes longest and depends on roads and speeds alone, so it is made once, by
//! [`ways`], and shared.

mod batch;
mod charge;
mod charging;
mod demand;
mod emissions;
mod energy;
mod faults;
mod fleet;
mod fuel;
mod grid;
mod lanes;
mod law;
mod lure;
mod network;
mod prices;
mod reach;
mod rhythm;
mod shift;
mod station;
mod street;
mod surge;
mod travel;
mod visitors;

pub use batch::Batch;
pub use charge::{Battery, Cold, share};
pub use charging::{Charging, Choice, Jockey, Logit, Night, Overstay, RestOfShift};
pub use demand::{Demand, Ride};
pub use emissions::Emissions;
pub use energy::{Conditions, Needs};
pub use faults::{Faults, Outage, Wear};
pub use fuel::Tanks;
pub use grid::{Feeder, Grid};
pub use lanes::{Lane, Lanes};
pub use law::{FINE, Law};
pub use lure::Lures;
pub use network::Inlet;
pub use prices::{Bands, OperatorCosts, Prices, Tariff, Vat};
pub use reach::demand_beyond;
pub use rhythm::Rhythm;
pub use shift::Shift;
pub use station::{Cabinet, Origin, Place, Plug, Station};
pub use street::{Parking, Search, Zone};
pub use surge::Surge;
pub use travel::{Travel, Way};
pub use visitors::{Comer, Need, Private, WalkIns};

use crate::data::{Data, DayType};
use crate::ids::{
    CabinetId, DistrictId, Id, IdVec, ModelId, NodeId, PlugId, StationId, StreamId, TaxiId, each,
};
use crate::rng::{Streams, key};
use crate::scenario::{FreeFlow, RoadFiles, Scenario};
use crate::units::{Duration, Energy, Length, Money, Power, Price, Soc, Time, Volume};
use rand_distr::Beta;
use std::sync::Arc;

/// Everything one replication runs on.
#[derive(Debug)]
pub struct World {
    /// The end of the warm-up: only what begins from here on is measured.
    pub measured_from: Time,
    /// The end of the measured span. A run goes on beyond it only to see how the measured visits end.
    pub horizon: Time,
    /// When a run is closed at the latest, whoever still waits: as long after the horizon as the measured span, and a
    /// day at least.
    pub closes: Time,
    /// The day of the week of the first day; Monday is 0.
    pub first_weekday: u8,
    /// The districts' keys.
    pub districts: IdVec<DistrictId, String>,
    /// Their inhabitants.
    pub population: IdVec<DistrictId, u32>,
    /// The road nodes.
    pub nodes: IdVec<NodeId, Node>,
    /// Ways between them.
    pub travel: Arc<Travel>,
    /// The pace of traffic: the share of free-flow speed.
    pub traffic: Rhythm,
    /// Bus lanes, if electric taxis may use them.
    pub lanes: Option<Lanes>,
    /// What parking after a ride takes and costs, if anything.
    pub parking: Option<Parking>,
    /// The low-emission zone, if there is one.
    pub zone: Option<Zone>,
    /// Requests for rides.
    pub demand: Option<Demand>,
    /// How passengers and taxis are matched at once; none where one at a time.
    pub batch: Option<Batch>,
    /// How fares rise where cars are short; none where they never do.
    pub surge: Option<Surge>,
    /// What draws idle taxis to other districts; none where they stay.
    pub lures: Option<Lures>,
    /// What drives and waits draw.
    pub conditions: Conditions,
    /// What fuel cars burn.
    pub tanks: Tanks,
    /// The stations.
    pub stations: IdVec<StationId, Station>,
    /// The plugs of all stations; a station's plugs are neighbours.
    pub plugs: IdVec<PlugId, Plug>,
    /// The cabinets.
    pub cabinets: IdVec<CabinetId, Cabinet>,
    /// What districts can spare; none where everywhere is enough.
    pub grid: Option<Grid>,
    /// Streams of visitors.
    pub streams: IdVec<StreamId, WalkIns>,
    /// What private cars are, where stations have them as visitors.
    pub private: Private,
    /// For each node the stations a taxi can reach, by rising time from it.
    pub stations_from: IdVec<NodeId, Vec<StationId>>,
    /// For each node and inlet the first of them that it fits.
    pub refuges: IdVec<NodeId, [Option<StationId>; 4]>,
    /// For each node the stations close enough to charge at when an opportunity offers.
    pub stations_near: IdVec<NodeId, Vec<StationId>>,
    /// The models of electric cars, and the last one, `flat`.
    pub models: IdVec<ModelId, Model>,
    /// Not a car, but a battery without a curve: it takes whatever a plug gives.
    pub flat: ModelId,
    /// The fleet.
    pub taxis: IdVec<TaxiId, Taxi>,
    /// How drivers behave.
    pub habits: Habits,
    /// How drivers charge.
    pub charging: Charging,
    /// What fails.
    pub faults: Faults,
    /// What drivers pay and get, apart from public plugs.
    pub prices: Prices,
    /// What each station asks for energy.
    pub tariffs: IdVec<StationId, Tariff>,
    /// The most that any may ask; none where there is no ceiling.
    pub ceiling: Option<Price>,
    /// What operators pay.
    pub costs: OperatorCosts,
    /// What energy and fuel emit.
    pub emissions: Emissions,
    /// The source of everything that remains random.
    pub chance: Streams,
}

/// A road node.
#[derive(Clone, Copy, Debug)]
pub struct Node {
    /// Its district; none outside the city's limits.
    pub district: Option<DistrictId>,
    /// Its height in metres, approximate.
    pub height: i32,
}

impl Habits {
    /// The charge at which a session in a battery of this capacity stops: one that ends within the millisecond cannot
    /// overshoot beyond the capacity, if it stops a kilojoule below it, which is a millisecond at a megawatt.
    pub fn full(&self, capacity: Energy) -> Energy {
        self.stop_at.of(capacity).min(capacity - Energy::from_millijoules(1_000_000))
    }

    /// The charge from which on a session is not worth its stop.
    pub fn worthwhile_below(&self, capacity: Energy) -> Energy {
        self.full(capacity) - self.least_gain.of(capacity)
    }
}

/// A model of electric car.
#[derive(Clone, Debug)]
pub struct Model {
    /// Make, model and variant.
    pub name: String,
    /// The maker.
    pub make: String,
    /// How it charges.
    pub battery: Battery,
    /// What it consumes.
    pub needs: Needs,
}

/// A taxi with its driver or drivers.
#[derive(Clone, Copy, Debug)]
pub struct Taxi {
    /// What drives it.
    pub fuel: Fuel,
    /// The model, if electric.
    pub model: ModelId,
    /// The inlet, if electric.
    pub inlet: Inlet,
    /// Where the driver lives, or two drivers hand the car over.
    pub home: NodeId,
    /// When it is driven.
    pub shift: Shift,
    /// What a shift is expected to take from the battery, if electric.
    pub shift_needs: Energy,
    /// Power of the charger at home, if there is one.
    pub home_power: Option<Power>,
    /// Below this charge the driver goes to charge.
    pub threshold: Energy,
    /// The charge at the start of the run.
    pub stored_at_start: Energy,
    /// What the tank of a petrol or LPG car holds then.
    pub tank_at_start: Volume,
    /// Whether the driver's app shows the queues.
    pub has_app: bool,
    /// Whether an adapter is on board that opens plugs of any standard.
    pub adapter: bool,
}

impl Taxi {
    /// The inlets it can use, one bit each: its own, or with an adapter all.
    #[inline]
    pub fn fits(&self) -> u8 {
        if self.adapter {
            Inlet::ALL.iter().fold(0, |bits, inlet| bits | inlet.bit())
        } else {
            self.inlet.bit()
        }
    }
}

/// What drives a taxi.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fuel {
    /// A battery.
    Electric,
    /// Petrol.
    Petrol,
    /// Liquefied petroleum gas.
    Lpg,
}

/// How drivers behave.
#[derive(Clone, Copy, Debug)]
pub struct Habits {
    /// State of charge at which a session stops.
    pub stop_at: Soc,
    /// What a session gains at least, as a share of the battery.
    pub least_gain: Soc,
    /// State of charge left on reaching a plug after any ride that is taken.
    pub reserve: Soc,
    /// An idle driver looks for a free plug nearby after this long.
    pub opportunity_after: Duration,
    /// If the state of charge is below this.
    pub opportunity_below: Soc,
    /// Expected wait at which half of the arriving drivers leave, and the scale of the logistic law.
    pub balk: (Duration, Duration),
    /// How long a driver waits for a plug.
    pub patience: Law,
    /// Stations tried before a driver waits as long as it takes.
    pub attempts: u8,
    /// From running dry to standing at a station.
    pub tow: Duration,
    /// When drivers end a shift before its time; none where they never do.
    pub stopping: Option<Stopping>,
}

/// The logit by which a driver ends a shift: `at_start + per_hour · hours + per_tenge · income over the target`.
#[derive(Clone, Copy, Debug)]
pub struct Stopping {
    /// The logit at the start of a shift.
    pub at_start: f64,
    /// What each hour on shift adds.
    pub per_hour: f64,
    /// What each tenge over the target adds.
    pub per_tenge: f64,
    /// The target: what the driver keeps of the fares of a shift.
    pub target: Money,
}

/// Whether anything in a scenario moves on roads; a queue alone does not.
fn needs_roads(scenario: &Scenario) -> bool {
    let network = &scenario.network;
    scenario.fleet.taxis > 0
        || scenario.demand.rides_per_day > 0.0
        || network.existing > 0
        || network.planned.plots > 0
        || scenario.stations.iter().any(|station| station.at.is_some())
}

/// What the ways of a scenario depend on: scenarios in which it is the same share them.
#[derive(Clone, Debug, PartialEq)]
pub struct Ways {
    roads: Option<RoadFiles>,
    /// None for a queue alone.
    free_flow_kmh: Option<FreeFlow>,
}

impl Ways {
    /// What the ways of this scenario depend on.
    pub fn of(scenario: &Scenario) -> Self {
        let speeds = needs_roads(scenario).then_some(scenario.city.free_flow_kmh);
        Self { roads: scenario.city.roads.clone(), free_flow_kmh: speeds }
    }
}

/// The ways between all road nodes, for all replications of a scenario; empty for a queue alone.
///
/// # Panics
///
/// If the scenario names a road graph that is not in the data: see [`Data::with_graph`].
pub fn ways(scenario: &Scenario, data: &Data) -> Arc<Travel> {
    let read = scenario.city.roads.is_none() || data.graph.is_some();
    assert!(read, "the tables of `city.roads` must be read before the ways are computed");
    Arc::new(if needs_roads(scenario) {
        let speeds = &scenario.city.free_flow_kmh;
        match &data.graph {
            Some(graph) => Travel::over(graph, &data.roads, speeds),
            None => Travel::new(&data.roads, speeds),
        }
    } else {
        Travel::none()
    })
}

/// Whether two checked scenarios over the same data have the same table of ways.
pub fn same_ways(one: &Scenario, other: &Scenario) -> bool {
    let speeds = |scenario: &Scenario| format!("{:?}", scenario.city.free_flow_kmh);
    let needs = |scenario: &Scenario| needs_roads(scenario);
    (needs(one), &one.city.roads, speeds(one)) == (needs(other), &other.city.roads, speeds(other))
}

impl World {
    /// The world of one replication of a checked scenario.
    ///
    /// # Panics
    ///
    /// Panics on a scenario that was not checked: see [`load`](crate::scenario::load).
    pub fn compile(scenario: &Scenario, data: &Data, travel: &Arc<Travel>, replication: u64) -> Self {
        let chance = Streams::new(scenario.time.seed, replication);
        let start: jiff::civil::Date =
            scenario.time.start.parse().expect("a checked scenario starts on a date");
        let first_weekday = start.weekday().to_monday_zero_offset() as u8;
        let measured_from = Time::START + fleet::span(scenario.time.warm_up);
        let horizon = measured_from + fleet::span(scenario.time.horizon);
        let closes = horizon + (horizon - measured_from).max(Duration::DAY);
        let hours = (closes.hour() + 1).clamp(1, 24 * 366 * 20) as usize;
        let climate = energy::temperatures(scenario.city.temperature_c, &data.climate, start, hours);
        let temperatures: Vec<f64> = climate.collect();
        let weather = |factor: f64, by_temperature| {
            let of = move |celsius: &f64| factor * energy::interpolate(by_temperature, *celsius);
            temperatures.iter().map(of)
        };
        let about = &scenario.city.weather;
        let (models, mix) = fleet::models(scenario, data);
        let flat = ModelId::new(models.len() - 1);
        let mut network = network::Network::new(scenario, data);
        let (taxis, demand, lures) = if needs_roads(scenario) {
            let ends = network::ends(data);
            let homes = fleet::Homes::new(&ends, data);
            network::add_private(&mut network, scenario, data, &models);
            let rhythm = hourly(data, first_weekday, scenario.demand.peakedness)
                .under(weather(about.demand_factor, &about.demand_by_temperature));
            let demand = requests(scenario, data, &ends, travel, rhythm);
            let lures = scenario.fleet.reposition.map(|reposition| {
                let rhythm = hourly(data, first_weekday, scenario.demand.peakedness);
                Lures::new(&demand, rhythm, &ends, travel, reposition.spread_kzt_per_hour)
            });
            (fleet::taxis(scenario, data, (&models, &mix), &homes, &chance), Some(demand), lures)
        } else {
            (IdVec::new(), None, None)
        };
        let stations_from = network::stations_by_time(&network.stations, data, travel);
        let tariffs = prices::tariffs(scenario, &network.stations, start);
        let within = Length::metres((scenario.charging.opportunity.within_km * 1e3).round() as i64);
        let stations_near = stations_from
            .enumerate()
            .map(|(node, stations)| {
                let near = |station: &&StationId| {
                    let place = network.stations[**station].place.as_ref();
                    place.is_some_and(|place| travel.way(node, place.node).length <= within)
                };
                stations.iter().filter(near).copied().collect()
            })
            .collect();
        let faults = Faults::new(scenario, &network.stations);
        Self {
            measured_from,
            horizon,
            closes,
            first_weekday,
            districts: data.districts.iter().map(|district| district.key.clone()).collect(),
            population: data.districts.iter().map(|district| district.population.round() as u32).collect(),
            nodes: nodes(data),
            travel: Arc::clone(travel),
            traffic: traffic(scenario, data, first_weekday)
                .under(weather(about.speed_factor, &about.speed_by_temperature)),
            parking: Parking::new(&scenario.policy),
            zone: Zone::new(&scenario.policy, data),
            lanes: Lanes::new(&scenario.policy.bus_lanes, scenario.fleet.electric),
            demand,
            batch: batch::batch(scenario.demand.matching),
            surge: scenario.demand.surge.as_ref().map(Surge::new),
            lures,
            conditions: Conditions::new(
                &scenario.fleet.energy,
                &scenario.charging.cold_power,
                temperatures.iter().copied(),
            ),
            private: Private {
                rhythm: hourly(data, first_weekday, scenario.demand.peakedness),
                mix,
                arrival_soc: {
                    let (a, b) = scenario.charging.private.arrival_soc;
                    Beta::new(a, b).expect("a checked law")
                },
            },
            tanks: Tanks::new(&scenario.fleet),
            grid: Grid::new(scenario, data, &network),
            refuges: network::refuges(&network.stations, &stations_from),
            stations: network.stations,
            plugs: network.plugs,
            cabinets: network.cabinets,
            streams: network.streams,
            stations_from,
            stations_near,
            models,
            flat,
            taxis,
            habits: habits(scenario),
            charging: Charging::new(scenario),
            faults,
            prices: Prices::new(scenario),
            tariffs,
            ceiling: scenario.tariff.cap_kzt_per_kwh.map(Price::from_kzt_per_kwh_f64),
            costs: OperatorCosts::new(scenario, start),
            emissions: Emissions::new(scenario),
            chance,
        }
    }

    /// What a drive on the street takes if it starts now: through the traffic of each hour it meets.
    #[inline]
    pub fn drive_time(&self, start: Time, free_flow: Duration) -> Duration {
        self.traffic.after(start, free_flow)
    }

    /// What a way takes if it starts now: through the traffic of each hour it meets, or past it on a lane.
    #[inline]
    pub fn way_time(&self, start: Time, way: Way, lane: Option<Lane>) -> Duration {
        match (&self.lanes, lane) {
            (Some(lanes), Some(lane)) => self
                .traffic
                .after_at(start, way.free_flow, |general| lanes.mean_pace(lane, way.main, general)),
            _ => self.drive_time(start, way.free_flow),
        }
    }

    /// How many investments a station is: one, or on a plot one for each cabinet.
    pub fn investments(&self, station: StationId) -> i64 {
        let Station { origin, plugs, .. } = &self.stations[station];
        let cabinets = self.plugs.range(plugs).iter().map(|plug| plug.cabinet.0);
        match (origin, cabinets.clone().min(), cabinets.max()) {
            (Origin::Planned, Some(first), Some(last)) => i64::from(last - first) + 1,
            _ => 1,
        }
    }

    /// What keys the random numbers of a plug: the station's key, and which of its plugs it is.
    pub fn plug_key(&self, plug: PlugId) -> u64 {
        let station = &self.stations[self.plugs[plug].station];
        key(&[station.key, (plug.0 - station.plugs.start.0).into()])
    }

    /// The net climb in metres from one node to another.
    #[inline]
    pub fn rise(&self, from: NodeId, to: NodeId) -> i64 {
        i64::from(self.nodes[to].height - self.nodes[from].height)
    }
}

fn nodes(data: &Data) -> IdVec<NodeId, Node> {
    let nodes = data.roads.nodes.iter();
    nodes.map(|node| Node { district: node.district, height: node.height }).collect()
}

fn traffic(scenario: &Scenario, data: &Data, first_weekday: u8) -> Rhythm {
    Rhythm::new(first_weekday, |weekday, hour| {
        let day = match weekday {
            5 => DayType::Saturday,
            6 => DayType::Sunday,
            _ => DayType::Weekday,
        };
        energy::interpolate(&scenario.city.congestion, data.congestion.score(day, hour))
    })
    .expect("checked speed factors are positive")
}

/// The hourly shape of requests; its mean pace over a day is 1.
fn hourly(data: &Data, first_weekday: u8, peakedness: f64) -> Rhythm {
    let [weekday, weekend] = [data.demand.weekday, data.demand.weekend].map(|shares| {
        let sharpened = shares.map(|share| libm::pow(share, peakedness));
        let all: f64 = sharpened.iter().sum();
        sharpened.map(|share| share / all)
    });
    Rhythm::new(first_weekday, |day, hour| 24.0 * if day < 5 { weekday[hour] } else { weekend[hour] })
        .expect("a day has rides")
}

fn requests(
    scenario: &Scenario,
    data: &Data,
    ends: &[demand::End],
    travel: &Travel,
    rhythm: Rhythm,
) -> Demand {
    let demand = &scenario.demand;
    Demand::new(
        demand.rides_per_day,
        rhythm,
        ends,
        &reach::attraction(demand, data),
        demand.decay_per_km,
        travel,
        (Law::new(demand.patience), fleet::span(demand.patience_at_most)),
    )
}

fn habits(scenario: &Scenario) -> Habits {
    let charging = &scenario.charging;
    let minutes = |minutes: f64| Duration::from_secs_f64(minutes * 60.0);
    Habits {
        stop_at: Soc::from_share_f64(charging.stop_at),
        least_gain: Soc::from_share_f64(charging.least_gain.min(charging.stop_at / 2.0)),
        reserve: Soc::from_share_f64(charging.reserve),
        opportunity_after: fleet::span(charging.opportunity.idle),
        opportunity_below: Soc::from_share_f64(charging.opportunity.below),
        balk: (minutes(charging.balk.half_at_minutes), minutes(charging.balk.spread_minutes)),
        patience: Law::new(charging.patience),
        attempts: charging.attempts,
        tow: fleet::span(charging.tow),
        stopping: scenario.fleet.stopping.map(|stopping| Stopping {
            at_start: stopping.at_start,
            per_hour: stopping.per_hour,
            per_tenge: stopping.per_10000_kzt_over / 1e4,
            target: Money::from_kzt_f64(stopping.target_kzt),
        }),
    }
}

impl Station {
    /// Whether any of its plugs fits an inlet.
    #[inline]
    pub fn fits(&self, inlet: Inlet) -> bool {
        self.fitting[inlet as usize] > 0
    }

    /// Its plugs, one by one.
    pub fn each_plug(&self) -> impl DoubleEndedIterator<Item = PlugId> + use<> {
        each(&self.plugs)
    }
}

//! Stations, cabinets and plugs: those given one by one, and those placed by rule.

use super::demand::End;
use super::law::Law;
use super::travel::Travel;
use super::{Cabinet, Model, Need, Origin, Place, Plug, Station, WalkIns, fleet};
use crate::data::{Data, RoadClass};
use crate::geo::Point;
use crate::ids::{CabinetId, DistrictId, Id, IdVec, ModelId, NodeId, PlugId, StationId, StreamId};
use crate::rng::{key, key_of_name};
use crate::scenario::{self, Discipline, Scenario, Standard};
use crate::units::{Duration, Length, Power};
use statrs::function::beta::beta_reg;
use std::ops::Range;

/// An inlet of a car: which plugs fit it. One bit each in a plug's `fits`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Inlet {
    /// GB/T.
    Gbt,
    /// CCS2, which also takes Type 2.
    Ccs2,
    /// A Tesla with the maker's adapter to CCS2 and Type 2.
    Tesla,
    /// `CHAdeMO`, beside it Type 2.
    Chademo,
}

impl Inlet {
    /// All inlets, in order of their bits.
    pub const ALL: [Self; 4] = [Self::Gbt, Self::Ccs2, Self::Tesla, Self::Chademo];

    /// Its bit.
    pub const fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// Every plug fits: for plugs without a standard and visitors without a car.
pub(crate) const ANY: u8 = u8::MAX;

/// The inlets that a plug of this standard fits.
fn fits(standard: Standard) -> u8 {
    match standard {
        Standard::Gbt => Inlet::Gbt.bit(),
        Standard::Ccs2 => Inlet::Ccs2.bit() | Inlet::Tesla.bit(),
        Standard::Chademo => Inlet::Chademo.bit(),
        Standard::Type2 => Inlet::Ccs2.bit() | Inlet::Tesla.bit() | Inlet::Chademo.bit(),
    }
}

/// The charging network of a world.
#[derive(Debug, Default)]
pub(crate) struct Network {
    pub(crate) stations: IdVec<StationId, Station>,
    pub(crate) plugs: IdVec<PlugId, Plug>,
    pub(crate) cabinets: IdVec<CabinetId, Cabinet>,
    pub(crate) streams: IdVec<StreamId, WalkIns>,
}

impl Network {
    /// Existing stations, planned stations, then those given in the scenario.
    pub(crate) fn new(scenario: &Scenario, data: &Data) -> Self {
        let mut network = Self::default();
        let sites = Sites::new(data);
        network.add_existing(&scenario.network, &sites);
        network.add_planned(&scenario.network.planned, &sites);
        let (taxis, private) = (scenario.charging.taxi_class, scenario.charging.private.class);
        for id in network.stations.ids() {
            network.stations[id].taxi_class = taxis;
        }
        if scenario.network.queue == Discipline::Priority && taxis != private {
            for id in network.stations.ids() {
                let station = &mut network.stations[id];
                (station.ranks, station.taxi_rank) = (2, u8::from(taxis > private));
            }
        }
        for given in &scenario.stations {
            network.add_given(given, scenario.charging.taxi_class, data);
        }
        network
    }

    fn add_existing(&mut self, network: &scenario::Network, sites: &Sites) {
        let kind = &network.existing_kind;
        let (mut direct, mut alternating) = (Turn::default(), Turn::default());
        for index in 0..network.existing {
            let place = sites.place(spread(index, 2));
            // Direct-current stations come evenly among the others.
            let so_far = |count: u32| (f64::from(count) * kind.dc_share + 1e-9) as u32;
            let is_direct = so_far(index + 1) > so_far(index);
            let turn = if is_direct { &mut direct } else { &mut alternating };
            let (powers, standards) =
                if is_direct { (&kind.dc_kw, &kind.dc_standards) } else { (&kind.ac_kw, &kind.ac_standards) };
            // Powers change only after every standard had its turn, so that the two are not tied.
            let power = Power::from_kw_f64(powers[turn.stations / standards.len() % powers.len()]);
            let station = self.begin_station(
                scenario::placed_name(scenario::EXISTING, index + 1),
                Origin::Existing,
                Some(place),
            );
            let first = self.plugs.next_id();
            for _ in 0..kind.plugs {
                let plug = turn.plug(station, standards, power, is_direct, self.cabinets.next_id());
                self.plugs.push(plug);
                if !is_direct {
                    self.cabinets.push(Cabinet { plugs: last(&self.plugs), power });
                }
            }
            if is_direct {
                self.cabinets.push(Cabinet { plugs: first..self.plugs.next_id(), power });
            }
            turn.stations += 1;
            self.end_station(station, first);
        }
    }

    fn add_planned(&mut self, planned: &scenario::Planned, sites: &Sites) {
        let mut turn = Turn::default();
        let power = Power::from_kw_f64(planned.cabinet_kw);
        for index in 0..planned.plots {
            let place = sites.place(spread(index, 3));
            let station = self.begin_station(
                scenario::placed_name(scenario::PLOT, index + 1),
                Origin::Planned,
                Some(place),
            );
            let first = self.plugs.next_id();
            let mut left = planned.plugs;
            while left > 0 {
                let begin = self.plugs.next_id();
                let together = left.min(planned.plugs_per_cabinet.unwrap_or(planned.plugs));
                for _ in 0..together {
                    let plug = turn.plug(station, &planned.standards, power, true, self.cabinets.next_id());
                    self.plugs.push(plug);
                }
                self.cabinets.push(Cabinet { plugs: begin..self.plugs.next_id(), power });
                left -= together;
            }
            self.end_station(station, first);
        }
    }

    fn add_given(&mut self, given: &scenario::Station, taxi_class: u32, data: &Data) {
        let place = given.at.and_then(|at| {
            let at = Point { lon: at.lon, lat: at.lat };
            Some(Place { node: data.node_nearest(at).0, district: data.district_at(at)?, at })
        });
        let station = self.begin_station(given.name.clone(), Origin::Given, place);
        let first = self.plugs.next_id();
        let power = given.plug_kw.or(given.cabinet_kw).map(Power::from_kw_f64);
        for index in 0..given.plugs as usize {
            let standard = given.standards.as_ref().map(|standards| standards[index % standards.len()]);
            let own_cabinet = given.cabinet_kw.is_none();
            self.plugs.push(Plug {
                station,
                power,
                // Type 2 is alternating current; a GB/T plug is if it gives no more than such a plug can.
                direct: match standard {
                    Some(Standard::Type2) => false,
                    Some(Standard::Gbt) => power.is_none_or(|power| power > MOST_ALTERNATING),
                    Some(Standard::Ccs2 | Standard::Chademo) | None => true,
                },
                fits: standard.map_or(ANY, fits),
                cabinet: self.cabinets.next_id(),
            });
            if own_cabinet {
                self.cabinets.push(Cabinet { plugs: last(&self.plugs), power: power.unwrap_or_default() });
            }
        }
        if let Some(kw) = given.cabinet_kw {
            let power = Power::from_kw_f64(kw);
            self.cabinets.push(Cabinet { plugs: first..self.plugs.next_id(), power });
        }
        self.end_station(station, first);
        self.stations[station].room = given.room;
        let mut classes: Vec<u32> = given.walk_ins.iter().map(|walk_ins| walk_ins.class).collect();
        if given.queue == Discipline::Fifo {
            classes.clear();
        }
        classes.push(taxi_class);
        classes.sort_unstable();
        classes.dedup();
        let rank = |class: u32| classes.iter().position(|&other| other == class).unwrap_or(0) as u8;
        for (number, walk_ins) in given.walk_ins.iter().enumerate() {
            let need = match (walk_ins.stay, walk_ins.energy) {
                (Some(stay), _) => Need::Stay(Law::new(stay)),
                (None, Some(energy)) => Need::Energy(Law::of_energy(energy)),
                (None, None) => unreachable!("checked walk-ins come for something"),
            };
            let (count, gap) = match (walk_ins.per_hour, walk_ins.away) {
                (Some(0.0), _) => continue,
                (Some(per_hour), _) => (1, Law::exponential(Duration::HOUR.as_millis() as f64 / per_hour)),
                (None, Some(away)) => (walk_ins.cars.unwrap_or(0), Law::new(away)),
                (None, None) => unreachable!("checked walk-ins come from somewhere"),
            };
            let stream = WalkIns {
                station,
                number: number as u32,
                key: 0,
                class: walk_ins.class,
                rank: rank(walk_ins.class),
                gap,
                returns: walk_ins.per_hour.is_none(),
                need,
                patience: walk_ins.patience.map(Law::new),
            };
            // Each car that comes back is a stream of its own.
            for car in 0..count {
                let key = key(&[self.stations[station].key, number as u64, car.into()]);
                self.streams.push(WalkIns { key, ..stream.clone() });
            }
        }
        self.stations[station].ranks = classes.len() as u8;
        self.stations[station].taxi_rank = rank(taxi_class);
        self.stations[station].taxi_class = taxi_class;
    }

    fn begin_station(&mut self, name: String, origin: Origin, place: Option<Place>) -> StationId {
        let none = self.plugs.next_id();
        let plugs = none..none;
        self.stations.push(Station {
            key: key(&[origin as u64, key_of_name(&name)]),
            name,
            origin,
            place,
            plugs,
            room: None,
            ranks: 1,
            taxi_rank: 0,
            taxi_class: 0,
            fitting: [0; 4],
            inlets: 0,
        })
    }

    fn end_station(&mut self, station: StationId, first: PlugId) {
        let plugs = first..self.plugs.next_id();
        self.stations[station].fitting = Inlet::ALL.map(|inlet| {
            self.plugs.range(&plugs).iter().filter(|plug| plug.fits & inlet.bit() != 0).count() as u32
        });
        self.stations[station].inlets =
            self.plugs.range(&plugs).iter().fold(0, |inlets, plug| inlets | plug.fits);
        self.stations[station].plugs = plugs;
    }
}

/// The most that an alternating-current plug gives: three phases of 63 A.
const MOST_ALTERNATING: Power = Power::kw(43);

fn last(plugs: &IdVec<PlugId, Plug>) -> Range<PlugId> {
    PlugId::new(plugs.len() - 1)..plugs.next_id()
}

/// Whose turn it is while standards are given out.
#[derive(Default)]
struct Turn {
    stations: usize,
    plugs: usize,
}

impl Turn {
    fn plug(
        &mut self,
        station: StationId,
        standards: &[Standard],
        power: Power,
        direct: bool,
        cabinet: CabinetId,
    ) -> Plug {
        let standard = standards[self.plugs % standards.len()];
        self.plugs += 1;
        Plug { station, power: Some(power), direct, fits: fits(standard), cabinet }
    }
}

/// Main-road nodes by district, with weights: the district's population times the node's share of its
/// main roads (trunk, primary and secondary).
struct Sites {
    /// Places with the summed weights up to each.
    places: Vec<(f64, Place)>,
}

impl Sites {
    fn new(data: &Data) -> Self {
        let mut main: Vec<Length> = vec![Length::ZERO; data.roads.nodes.len()];
        for edge in data.roads.edges.iter().filter(|edge| edge.class <= RoadClass::Secondary) {
            main[edge.from.index()] += edge.length;
            main[edge.to.index()] += edge.length;
        }
        let mut sum = 0.0;
        let mut places = Vec::new();
        for (district, facts) in data.districts.enumerate() {
            let nodes: Vec<_> =
                data.roads.nodes.enumerate().filter(|(_, node)| node.district == Some(district)).collect();
            let total: Length = nodes.iter().map(|(node, _)| main[node.index()]).sum();
            for (node, facts_of_node) in
                nodes.into_iter().filter(|(node, _)| main[node.index()] > Length::ZERO)
            {
                sum += facts.population * main[node.index()].as_km_f64() / total.as_km_f64();
                places.push((sum, Place { node, district, at: facts_of_node.at }));
            }
        }
        Self { places }
    }

    /// The place at this share of the summed weights.
    fn place(&self, share: f64) -> Place {
        let total = self.places.last().map_or(0.0, |place| place.0);
        let index = self.places.partition_point(|place| place.0 <= share * total);
        self.places[index.min(self.places.len() - 1)].1
    }
}

/// The van der Corput sequence: the first n members are spread evenly over (0, 1) for every n, so that
/// the first hundred plots stay where they are when the others are added.
fn spread(index: u32, base: u32) -> f64 {
    let (mut rest, mut digit, mut sum) = (index + 1, 1.0, 0.0);
    while rest > 0 {
        digit /= f64::from(base);
        sum += digit * f64::from(rest % base);
        rest /= base;
    }
    sum
}

/// Where rides and homes lie: nodes of the districts, by the length of the local roads nearest to them.
pub(crate) fn ends(data: &Data) -> Vec<End> {
    data.roads
        .nodes
        .enumerate()
        .filter(|(_, facts)| facts.local_roads > Length::ZERO)
        .filter_map(|(node, facts)| {
            Some(End { node, district: facts.district?, weight: facts.local_roads.as_km_f64() })
        })
        .collect()
}

/// Adds the streams of private cars: their energy that is not charged at home, as sessions spread over the
/// districts by population and within a district over its plugs.
pub(crate) fn add_private(
    network: &mut Network,
    scenario: &Scenario,
    data: &Data,
    models: &IdVec<ModelId, Model>,
) {
    let private = &scenario.charging.private;
    let cars = f64::from(private.registered.saturating_sub(scenario.fleet.electric));
    let weights: Vec<f64> = scenario.fleet.models.values().copied().collect();
    let mean = |of: &dyn Fn(&crate::data::Car) -> f64| {
        let named =
            scenario.fleet.models.keys().filter_map(|name| data.cars.iter().find(|car| car.name == *name));
        named.zip(&weights).map(|(car, weight)| of(car) * weight).sum::<f64>() / weights.iter().sum::<f64>()
    };
    debug_assert_eq!(models.len(), weights.len() + 1, "the last is no car");
    let public_kwh =
        cars * private.km_per_day * mean(&|car| car.consumption_wh_per_km) / 1e3 * (1.0 - private.home_share);
    // Who considers charging and has too little to gain drives on. What cannot be had in sessions that are worth their
    // stop is charged at home: nobody considers it more often than once for each least gain of the energy.
    let gain = mean_gain(private.arrival_soc, scenario.charging.stop_at, scenario.charging.least_gain);
    let session_kwh = mean(&|car| car.battery_kwh) * gain;
    let sessions_per_day = public_kwh / session_kwh;
    let public = |station: &Station| station.origin != Origin::Given;
    let mut plugs = vec![0.0; data.districts.len()];
    for station in network.stations.iter().filter(|station| public(station)) {
        if let Some(place) = station.place {
            plugs[place.district.index()] += f64::from(station.plugs.end.0 - station.plugs.start.0);
        }
    }
    let served = |district: DistrictId| plugs[district.index()] > 0.0;
    let people: f64 =
        data.districts.enumerate().filter(|(id, _)| served(*id)).map(|(_, facts)| facts.population).sum();
    let inlets = fleet::inlet_weights(scenario);
    for (id, station) in network.stations.enumerate().filter(|(_, station)| public(station)) {
        let Some(place) = station.place else { continue };
        let share = data.districts[place.district].population / people
            * f64::from(station.plugs.end.0 - station.plugs.start.0)
            / plugs[place.district.index()];
        let mut summed = [0.0; 4];
        let mut sum = 0.0;
        for (inlet, slot) in summed.iter_mut().enumerate() {
            sum += if station.fitting[inlet] > 0 { inlets[inlet] } else { 0.0 };
            *slot = sum;
        }
        let per_day = sessions_per_day * share;
        if per_day > 0.0 && sum > 0.0 {
            network.streams.push(WalkIns {
                station: id,
                number: 0,
                key: key(&[station.key, 0, 0]),
                class: scenario.charging.private.class,
                // With taxis there are one rank or two.
                rank: if station.taxi_rank > 0 { 0 } else { station.ranks - 1 },
                gap: Law::exponential(Duration::DAY.as_millis() as f64 / per_day),
                returns: false,
                need: Need::Charge(summed),
                patience: Some(Law::new(scenario.charging.patience)),
            });
        }
    }
}

/// What a private car gains on average each time its driver considers charging, as a share of the battery: `stop_at` less
/// the charge on arrival, of a Beta law, where that is worth the stop, and nothing where not; at least the least gain.
fn mean_gain((a, b): (f64, f64), stop_at: f64, least_gain: f64) -> f64 {
    let least = least_gain.min(stop_at / 2.0);
    let below = stop_at - least;
    // E[(s − X)·1(X ≤ x)] = s·I(x; a, b) − a/(a + b)·I(x; a + 1, b).
    let gain = stop_at * beta_reg(a, b, below) - a / (a + b) * beta_reg(a + 1.0, b, below);
    // Rounded, so that the last bits of a machine's logarithms do not matter.
    ((gain * 1e9).round() / 1e9).max(least)
}

/// For each node the stations with a place, by rising time.
pub(crate) fn stations_by_time(
    stations: &IdVec<StationId, Station>,
    data: &Data,
    travel: &Travel,
) -> IdVec<NodeId, Vec<StationId>> {
    let mut at: IdVec<NodeId, Vec<StationId>> = data.roads.nodes.iter().map(|_| Vec::new()).collect();
    for (id, station) in stations.enumerate() {
        if let Some(place) = station.place {
            at[place.node].push(id);
        }
    }
    if at.iter().all(Vec::is_empty) {
        return at;
    }
    data.roads
        .nodes
        .ids()
        .map(|from| travel.order(from).iter().flat_map(|&node| at[node].iter().copied()).collect())
        .collect()
}

/// For each node and inlet the first station that it fits.
pub(crate) fn refuges(
    stations: &IdVec<StationId, Station>,
    stations_from: &IdVec<NodeId, Vec<StationId>>,
) -> IdVec<NodeId, [Option<StationId>; 4]> {
    let first = |from: &[StationId], inlet| from.iter().copied().find(|&id| stations[id].fits(inlet));
    stations_from.iter().map(|from| Inlet::ALL.map(|inlet| first(from, inlet))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_spread_evenly_and_earlier_ones_stay() {
        let first: Vec<f64> = (0..7).map(|index| spread(index, 2)).collect();
        assert_eq!(first, [0.5, 0.25, 0.75, 0.125, 0.625, 0.375, 0.875]);
        assert!((spread(2, 3) - 1.0 / 9.0).abs() < 1e-12);
    }

    #[test]
    fn the_baseline_network_is_what_its_scenario_says() {
        let data = Data::embedded();
        let text = "name = \"all\"\nbase = \"plan-622\"";
        let scenario = crate::study::resolve_text(text, &[], &data).expect("the shipped scenario is right");
        let network = Network::new(&scenario, &data);
        let of = |origin| network.stations.iter().filter(move |station| station.origin == origin);
        assert_eq!((of(Origin::Existing).count(), of(Origin::Planned).count()), (400, 311));
        assert_eq!(
            of(Origin::Planned).map(|station| station.plugs.end.0 - station.plugs.start.0).sum::<u32>(),
            622
        );
        let direct = of(Origin::Existing).filter(|station| network.plugs[station.plugs.start].direct).count();
        assert_eq!(direct, 180);
        for (id, plug) in network.plugs.enumerate() {
            assert!(network.cabinets[plug.cabinet].plugs.contains(&id));
            assert!(network.stations[plug.station].plugs.contains(&id));
        }
    }
}

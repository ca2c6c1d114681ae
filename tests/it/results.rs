//! Hand-fed facts with sums known beforehand.

use parquet::file::reader::{FileReader, SerializedFileReader};
use std::fs::File;
use std::io::Write;
use std::sync::Arc;
use zaryad::data::Data;
use zaryad::geo::Point;
use zaryad::ids::{DistrictId, IdVec, ModelId, NodeId, PlugId, RideId, StationId, StreamId, TaxiId, VisitId};
use zaryad::observe::{Cost, Doing, Drive, LateEnd, Loss, Observation, Observer, Visit, Visitor};
use zaryad::results::{CITY, Layout, Outcome, Recorder, Replication, Results, VisitCounts};
use zaryad::study::resolve_text;
use zaryad::units::{Duration, Energy, Length, Money, Power, Price, Time, Volume};
use zaryad::world::{Fuel, Inlet, OperatorCosts, Place, Shift, Taxi, Travel, Vat, World};

const TAXI: TaxiId = TaxiId(0);
const DISTRICT_0: DistrictId = DistrictId(0);

fn at(minutes: i64) -> Time {
    Time::START + Duration::minutes(minutes)
}

/// A queue alone, to which a test adds places and a taxi as it needs them.
const QUEUES: &str = r#"
name = "two"
time = { warm_up = { hours = 1 }, horizon = { hours = 4 }, replications = 1 }
demand = { rides_per_day = 0 }
fleet = { taxis = 0, electric = 0 }
network = { existing = 0, planned = { plots = 0 } }
[[stations]]
name = "S0"
plugs = 2
[[stations]]
name = "S1"
plugs = 2
"#;

/// Two stations of two plugs each, one electric taxi, measured from the first to the fifth hour of a Monday.
fn world(power: Option<Power>, placed: bool, taxis: bool) -> World {
    let data = Data::embedded();
    let scenario = resolve_text(QUEUES, &[], &data).expect("the scenario is right");
    let mut world = World::compile(&scenario, &data, &Arc::new(Travel::none()), 0);
    world.districts = ["almaly", "medeu"].map(str::to_owned).into_iter().collect();
    world.population = [3_000, 1_000].into_iter().collect();
    let place = Place { node: NodeId(0), district: DISTRICT_0, at: Point { lon: 76.9, lat: 43.2 } };
    for station in world.stations.ids() {
        world.stations[station].place = placed.then_some(place);
    }
    for plug in world.plugs.ids() {
        world.plugs[plug].power = power;
    }
    // Each station's cabinet gives what its two plugs take.
    for cabinet in world.cabinets.ids() {
        world.cabinets[cabinet].power = Power::kw(120);
    }
    let taxi = Taxi {
        fuel: Fuel::Electric,
        model: ModelId(0),
        inlet: Inlet::Gbt,
        home: NodeId(0),
        shift: Shift::Single { starts: Duration::ZERO, lasting: Duration::hours(10) },
        shift_needs: Energy::ZERO,
        home_power: None,
        threshold: Energy::ZERO,
        stored_at_start: Energy::ZERO,
        tank_at_start: Volume::ZERO,
        has_app: true,
        adapter: false,
    };
    world.taxis = if taxis { [taxi].into_iter().collect() } else { IdVec::new() };
    world.costs = OperatorCosts {
        vat: Vat { ppm: 250_000, until: at(60), later_ppm: 250_000 },
        grid: Price::from_kzt_per_kwh_f64(20.0),
        efficiency: 0.5,
        capex: Money::from_kzt_f64(1e6),
        acquiring_ppm: 0,
        opex_per_year: Money::from_kzt_f64(0.0),
        demand_charge: Money::ZERO,
        lease_years: 4.0,
        discount_rate: 0.2,
    };
    world
}

fn city_world() -> World {
    world(Some(Power::kw(60)), true, true)
}

fn visit(id: u32, arrived: i64) -> Visit {
    Visit {
        id: VisitId(id),
        station: StationId(0),
        visitor: Visitor::WalkIn(StreamId(0)),
        arrived: at(arrived),
    }
}

fn plug_in(visit: Visit) -> Observation {
    Observation::PluggedIn { visit, plug: PlugId(0) }
}

fn unplug(visit: Visit, plugged_in: i64, kwh: i64, kzt: f64) -> Observation {
    Observation::Unplugged {
        visit,
        plug: PlugId(0),
        plugged_in: at(plugged_in),
        energy: Energy::wh(kwh * 1_000),
        bill: Money::from_kzt_f64(kzt),
    }
}

fn draw(kw: i64, before: i64, since: i64) -> Observation {
    let (power, before) = (Power::kw(kw), Power::kw(before));
    Observation::Drawing { station: StationId(0), plug: PlugId(0), power, before, since: at(since) }
}

fn record(world: &World, facts: &[(i64, Observation)]) -> Replication {
    let mut recorder = Recorder::with_detail(world);
    for (now, what) in facts {
        recorder.observe(at(*now), *what);
    }
    recorder.finish(world.horizon)
}

/// How many rows a Parquet file has.
fn rows(bytes: &[u8]) -> i64 {
    let mut file: File = tempfile::tempfile().expect("the machine has a temporary folder");
    file.write_all(bytes).expect("the disk has room");
    let reader = SerializedFileReader::new(file).expect("the file is Parquet");
    reader.metadata().file_metadata().num_rows()
}

fn minutes(minutes: i64) -> i64 {
    Duration::minutes(minutes).as_millis()
}

/// A visit from before the warm-up's end, and one of each outcome after it.
fn visits() -> Vec<(i64, Observation)> {
    let [early, served, reneged, balked, refused, open, queued] =
        [(0, 30), (1, 70), (2, 80), (3, 90), (4, 95), (5, 230), (6, 240)]
            .map(|(id, arrived)| visit(id, arrived));
    vec![
        (30, Observation::Arrived(early)),
        (30, plug_in(early)),
        (70, Observation::Arrived(served)),
        (70, Observation::Queued(served)),
        (80, Observation::Arrived(reneged)),
        (80, Observation::Queued(reneged)),
        (90, Observation::Arrived(balked)),
        (90, Observation::Balked(balked)),
        (95, Observation::Arrived(refused)),
        (95, Observation::Refused(refused)),
        (100, Observation::Reneged(reneged)),
        (130, unplug(early, 30, 10, 1_000.0)),
        (130, plug_in(served)),
        (190, unplug(served, 130, 20, 2_000.0)),
        (230, Observation::Arrived(open)),
        (230, plug_in(open)),
        (240, Observation::Arrived(queued)),
        (240, Observation::Queued(queued)),
        (300, Observation::VisitUnfinished { visit: open, session: Some((PlugId(0), Energy::wh(5_000))) }),
        (300, Observation::VisitUnfinished { visit: queued, session: None }),
        (320, Observation::FollowedUp { visit: open, plugged_in: Some(at(230)), end: LateEnd::Served }),
        (350, Observation::FollowedUp { visit: queued, plugged_in: Some(at(320)), end: LateEnd::Served }),
    ]
}

#[test]
fn every_measured_visit_has_one_outcome() {
    let world = city_world();
    let sums = record(&world, &visits());
    let counts = sums.stations[StationId(0)].counts;
    let one = VisitCounts {
        visits: 6,
        served: 1,
        refused: 1,
        balked: 1,
        reneged: 1,
        jockeyed: 0,
        failed: 0,
        unfinished: 2,
    };
    assert_eq!(counts, one);
    assert_eq!(sums.stations[StationId(1)].counts, VisitCounts::default());
    let [second, fourth] = [1, 3].map(|hour| sums.hours[hour].counts);
    assert_eq!(second, VisitCounts { visits: 4, unfinished: 0, ..one });
    assert_eq!(fourth, VisitCounts { visits: 1, unfinished: 1, ..VisitCounts::default() });
    let outcome = Outcome::of(&world, sums);
    let files = Results::new("two".to_owned(), 7, Layout::of(&world), vec![outcome]).files();
    let (_, visits) = files.iter().find(|(name, _)| name == "visits.parquet").expect("detail was asked for");
    assert_eq!(rows(visits), 6);
}

#[test]
fn queues_and_busy_plugs_are_integrated_after_the_warm_up() {
    let sums = record(&city_world(), &visits());
    let station = &sums.stations[StationId(0)];
    // One waits from 70 to 130, another from 80 to 100, a third from 240 to the end.
    assert_eq!(station.queue, minutes(60 + 20 + 60));
    // The early session counts from 60, the last one to the end.
    assert_eq!(station.busy, minutes(70 + 60 + 70));
    assert_eq!(sums.hours.iter().map(|hour| hour.queue).sum::<i64>(), station.queue);
    let queue: Vec<i64> = sums.hours[..6].iter().map(|hour| hour.queue).collect();
    assert_eq!(queue, [0, minutes(50 + 20), minutes(10), 0, minutes(60), 0]);
    let busy: Vec<i64> = sums.hours[..6].iter().map(|hour| hour.busy).collect();
    assert_eq!(busy, [0, minutes(60), minutes(60), minutes(20), minutes(60), 0]);
}

#[test]
fn a_day_is_told_by_station_and_hour() {
    let mut world = city_world();
    // Two days and a bit, so that hours come round again, some of them without any fact.
    world.horizon = at(2 * 24 * 60 + 90);
    let open = visit(9, 200);
    let later = [(2_900, Observation::Arrived(visit(10, 2_900)))];
    let facts = [(200, Observation::Arrived(open)), (200, Observation::Queued(open))];
    let day = record(&world, &[&facts[..], &later[..]].concat()).day;
    assert_eq!(
        day.station(0)[3].queue,
        minutes(40 + 60),
        "from 3:20 on the first day, all of it on the second"
    );
    assert_eq!(day.station(0)[4].queue, minutes(120));
    assert_eq!(day.station(0)[0].queue, minutes(120), "both midnights");
    assert_eq!(day.station(0)[1].queue, minutes(60 + 30), "to 1:30 on the third day");
    assert_eq!(day.station(0)[0].visits, 1, "the second came at 0:20");
    assert_eq!(day.measured.into_iter().sum::<Duration>(), Duration::minutes(2 * 24 * 60 + 30));
    assert_eq!(day.measured[1], Duration::minutes(60 + 60 + 30));

    let world = city_world();
    let sums = record(&world, &visits());
    let hours = |of: fn(&zaryad::results::DayHour) -> i64| {
        sums.day.station(0)[..6].iter().map(of).collect::<Vec<_>>()
    };
    assert_eq!(hours(|hour| hour.queue), [0, minutes(50 + 20), minutes(10), 0, minutes(60), 0]);
    assert_eq!(hours(|hour| hour.busy), [0, minutes(60), minutes(60), minutes(20), minutes(60), 0]);
    assert_eq!(hours(|hour| hour.visits as i64), [0, 4, 0, 1, 1, 0]);
    assert_eq!(hours(|hour| hour.served as i64), [0, 1, 0, 0, 0, 0]);
    assert_eq!(hours(|hour| hour.plugged_in as i64), [0, 1, 0, 1, 1, 0]);
    assert_eq!(hours(|hour| hour.waited.as_millis()), [0, minutes(60), 0, 0, minutes(80), 0]);
    assert_eq!(sums.day.station(1), [zaryad::results::DayHour::default(); 24]);

    // The same run twice: means stay, and waits are counted together.
    let outcomes = [(); 2].map(|()| Outcome::of(&world, record(&world, &visits())));
    let results = Results::new("two".to_owned(), 7, Layout::of(&world), outcomes.into());
    let csv = |name: &str| {
        let files = results.files();
        let (_, bytes) = files.iter().find(|(file, _)| file == name).expect("every run writes it");
        String::from_utf8(bytes.clone()).expect("CSV is UTF-8")
    };
    let hours = csv("station_hours.csv");
    let lines: Vec<&str> = hours.lines().collect();
    assert_eq!(lines[0], "station,hour,visits,served,plugged_in,wait_s.mean,queue.mean_cars,busy_share");
    assert_eq!(lines[2], "S0,1,4,1,1,3600,1.16666667,0.5");
    assert_eq!(lines[6], "S0,5,0,0,0,,,", "nothing of the fifth hour was measured");
    assert_eq!(lines.len(), 1 + 2 * 24);
    // Two stations of two plugs stand in the first district.
    assert_eq!(csv("district_hours.csv").lines().nth(2), Some("almaly,1,4,1,1,3600,1.16666667,0.25"));
    let waits = "replication,of,wait_s.low,wait_s.high,count\n\
                 1,charging.wait_s,0,0,1\n1,charging.wait_s,3571.712,3604.479,1\n1,charging.wait_s,4784.128,4849.663,1\n\
                 2,charging.wait_s,0,0,1\n2,charging.wait_s,3571.712,3604.479,1\n2,charging.wait_s,4784.128,4849.663,1\n";
    assert_eq!(csv("waits.csv"), waits);
}

#[test]
fn waits_are_those_of_all_who_plug_in_and_bills_those_of_ended_sessions() {
    let world = city_world();
    let outcome = Outcome::of(&world, record(&world, &visits()));
    let city = |name: &str| outcome.city.get(name);
    // One waits an hour, one not at all, and one 80 minutes, to 20 minutes after the horizon.
    assert_eq!(city("charging.wait_s.n"), Some(3.0));
    assert_eq!(city("charging.wait_s.censored"), Some(0.0));
    assert_eq!(city("charging.wait_s.mean"), Some(60.0 * (60.0 + 80.0) / 3.0));
    assert_eq!(city("charging.wait_s.max"), Some(4_800.0));
    let p95 = city("charging.wait_s.p95").expect("three visitors plugged in");
    assert!((p95 - 4_800.0).abs() < 16.0, "{p95}");
    assert_eq!(city("charging.wait_over_10min"), Some(2.0 / 3.0));
    // One leaves after 20 minutes.
    assert_eq!(city("charging.left_after_s.n"), Some(1.0));
    assert_eq!(city("charging.left_after_s.mean"), Some(1_200.0));
    // Sessions of 60, 90 and 30 minutes.
    assert_eq!(city("charging.plugged_in_s.mean"), Some(3_600.0));
    assert_eq!(city("charging.queue.mean"), Some(140.0 / 240.0));
    assert_eq!(city("charging.busy"), Some(200.0 / 960.0));
    assert_eq!(city("operators.revenue_kzt"), Some(3_000.0));
    // 3000 / 1.25 less 30 kWh at 20 KZT with half of it lost.
    assert_eq!(city("operators.profit_kzt"), Some(2_400.0 - 1_200.0));
    assert_eq!(city("operators.vat_kzt"), Some(600.0));
    assert_eq!(city("operators.energy_cost_kzt"), Some(1_200.0));
    assert_eq!(city("operators.margin_kzt_per_kwh"), Some(40.0));
    // 30 kWh at two stations in four hours.
    assert_eq!(city("operators.sold_kwh_per_day"), Some(90.0));
    // One of two stations earns nothing, and the lower of two is the median.
    let years = 4.0 / 24.0 / 365.0;
    let payback = city("operators.payback_years.p50").expect("one station of two pays back");
    assert!((payback - 1e6 * years / 1_200.0).abs() < 1e-9);
    // Four hours like these, over and over for four years at 20 %, less two stations of a million.
    let worth = 1_200.0 / years * (1.0 - 1.2_f64.powi(-4)) / 0.2;
    assert!((city("operators.npv_kzt").expect("it was measured") - (worth - 2e6)).abs() < 1e-3);
    let district = outcome.districts[0].get("npv_kzt").expect("both stations stand in it");
    let stations = outcome.stations.iter().map(|station| station.get("npv_kzt").expect("it sells energy"));
    assert!((stations.sum::<f64>() - district).abs() < 1e-3);
}

#[test]
fn power_is_split_at_the_hours_and_clipped_at_the_warm_up() {
    let facts =
        [(30, draw(30, 0, 30)), (90, draw(60, 30, 30)), (135, draw(0, 60, 90)), (285, draw(12, 0, 285))];
    let world = city_world();
    let sums = record(&world, &facts);
    let station = &sums.stations[StationId(0)];
    assert_eq!(station.drawn, Energy::wh(15_000 + 45_000 + 3_000));
    let hours: Vec<Energy> = sums.hours[..6].iter().map(|hour| hour.drawn).collect();
    let wh = [0, 15_000 + 30_000, 15_000, 0, 3_000, 0].map(Energy::wh);
    assert_eq!(hours, wh);
    let peaks: Vec<i64> = sums.hours[..6].iter().map(|hour| hour.peak_watts).collect();
    assert_eq!(peaks, [0, 60_000, 60_000, 0, 12_000, 0]);
    assert_eq!((sums.peak_watts, station.peak_watts), (60_000, 60_000));
    assert_eq!(sums.district_peak_watts[DISTRICT_0], 60_000);
    // Two stations of two plugs of 60 kW.
    let outcome = Outcome::of(&world, sums);
    assert_eq!(outcome.city.get("charging.busy_by_energy"), Some(63.0 / (240.0 * 4.0)));
    assert_eq!(outcome.stations[0].get("busy_by_energy"), Some(63.0 / (120.0 * 4.0)));
    assert_eq!(outcome.districts[0].get("busy_by_energy"), Some(63.0 / (240.0 * 4.0)));
    assert_eq!(outcome.hours[1].get("busy_by_energy"), Some(45.0 / 240.0));
}

#[test]
fn taxis_are_accounted_for_their_time_distance_and_money() {
    let world = city_world();
    let began = |doing, before, since| Observation::Began { taxi: TAXI, doing, before, since: at(since) };
    let drove = |doing, km: i64| Observation::Drove {
        taxi: TAXI,
        doing,
        drive: Drive {
            length: Length::metres(1_000 * km),
            lasting: Duration::MINUTE,
            energy: Energy::ZERO,
            fuel: Volume::ZERO,
        },
    };
    let (ride, from) = (RideId(0), DISTRICT_0);
    let served = Observation::Served {
        ride,
        taxi: TAXI,
        from,
        requested: at(62),
        picked_up: at(65),
        fare: Money::from_kzt_f64(1_000.0),
        driver_share: Money::from_kzt_f64(800.0),
    };
    let lost = Observation::Lost { ride: RideId(1), from, requested: at(70), why: Loss::Impatient };
    let facts = [
        (0, began(Doing::Idle, Doing::OffShift, 0)),
        (50, drove(Doing::Approaching, 100)),
        (62, Observation::Requested { ride, from }),
        (65, drove(Doing::Approaching, 1)),
        (65, began(Doing::Carrying, Doing::Idle, 0)),
        (70, Observation::Requested { ride: RideId(1), from }),
        (80, lost),
        (90, drove(Doing::Carrying, 3)),
        (90, served),
        (90, began(Doing::Queued, Doing::Carrying, 65)),
        (120, began(Doing::OffShift, Doing::Queued, 90)),
        (121, Observation::Paid { taxi: TAXI, what: Cost::Lease, amount: Money::from_kzt_f64(100.0) }),
        (
            200,
            Observation::ChargedAtHome { taxi: TAXI, energy: Energy::wh(1), bill: Money::from_kzt_f64(60.0) },
        ),
    ];
    let sums = record(&world, &facts);
    let fleet = &sums.fleets[0];
    let time = |doing: Doing| fleet.time[doing as usize];
    assert_eq!(time(Doing::Idle), Duration::minutes(5));
    assert_eq!(time(Doing::Queued), Duration::minutes(30));
    assert_eq!(time(Doing::OffShift), Duration::minutes(180));
    let outcome = Outcome::of(&world, sums);
    let city = |name: &str| outcome.city.get(name);
    assert_eq!(city("taxis.empty_km_share"), Some(0.25));
    assert_eq!(city("taxis.km_per_day"), Some(4.0 / (4.0 / 24.0)));
    assert_eq!(city("taxis.charging_hours_per_day"), Some(3.0));
    assert_eq!(city("drivers.net_kzt_per_hour.electric"), Some(800.0 - 160.0));
    assert_eq!(city("rides.lost_share"), Some(0.5));
    assert_eq!(city("rides.pickup_wait_s.mean"), Some(180.0));
    assert_eq!(city("taxis.energy_cost_kzt_per_km"), Some(15.0));
    // A watt-hour that reached the battery, at 0.75 kg a kWh from the grid of which 0.92 do.
    assert_eq!(city("city.co2_kg"), Some(0.75 / 0.92 * 1e-3));
    assert_eq!(outcome.districts[0].get("rides.requested"), Some(2.0));
    assert_eq!(outcome.districts[1].get("rides.requested"), None);
}

/// A taxi of each of two makers and a petrol car, all as the one of `city_world`.
fn three_taxis() -> World {
    let mut world = city_world();
    let first = world.taxis[TAXI];
    let other_make = |id: &ModelId| world.models[*id].make != world.models[first.model].make;
    let model = world.models.ids().find(other_make).expect("the mix has several makers");
    let petrol = Taxi { fuel: Fuel::Petrol, ..first };
    world.taxis = [first, Taxi { model, ..first }, petrol].into_iter().collect();
    world
}

#[test]
fn electric_taxis_are_told_by_the_makers_of_their_cars() {
    let world = three_taxis();
    let [one, two, petrol] = [0, 1, 2].map(TaxiId);
    let by = |taxi, id, arrived| Visit { visitor: Visitor::Taxi(taxi), ..visit(id, arrived) };
    let (early, waited, refused, at_once, walk_in) =
        (by(one, 0, 30), by(one, 1, 70), by(two, 2, 90), by(two, 3, 95), visit(4, 140));
    let drove = |taxi, doing, km: i64, wh| Observation::Drove {
        taxi,
        doing,
        drive: Drive {
            length: Length::metres(1_000 * km),
            lasting: Duration::MINUTE,
            energy: Energy::wh(wh),
            fuel: Volume::ZERO,
        },
    };
    let began = |taxi, doing, before, since| Observation::Began { taxi, doing, before, since: at(since) };
    let facts = [
        (0, began(one, Doing::Idle, Doing::OffShift, 0)),
        (30, Observation::Arrived(early)),
        (30, plug_in(early)),
        (65, unplug(early, 30, 4, 400.0)),
        (70, began(one, Doing::SeekingCharge, Doing::Idle, 0)),
        (70, drove(one, Doing::Carrying, 30, 6_000)),
        (70, Observation::Arrived(waited)),
        (70, began(one, Doing::Queued, Doing::SeekingCharge, 70)),
        (70, Observation::Queued(waited)),
        (85, plug_in(waited)),
        (85, began(one, Doing::Charging, Doing::Queued, 70)),
        (90, Observation::Arrived(refused)),
        (90, Observation::Refused(refused)),
        (95, drove(two, Doing::SeekingCharge, 5, 500)),
        (95, Observation::Arrived(at_once)),
        (95, plug_in(at_once)),
        (96, drove(petrol, Doing::Homing, 7, 0)),
        (100, Observation::Stranded { taxi: two, from: Some(DistrictId(1)) }),
        (101, Observation::WithoutPlug { taxi: two }),
        (115, unplug(waited, 85, 20, 1_600.0)),
        (115, began(one, Doing::OffShift, Doing::Charging, 85)),
        (120, unplug(at_once, 95, 10, 900.0)),
        (140, Observation::Arrived(walk_in)),
        (140, plug_in(walk_in)),
        (150, unplug(walk_in, 140, 50, 5_000.0)),
        (200, Observation::ChargedAtHome { taxi: two, energy: Energy::wh(3_000), bill: Money::ZERO }),
    ];
    let sums = record(&world, &facts);
    let mut both = sums.brands[0].fleet;
    sums.brands[1..].iter().for_each(|brand| both.merge(&brand.fleet));
    assert_eq!(both, sums.fleets[Fuel::Electric as usize]);
    assert_eq!((both.taxis, both.charged.1), (2, Energy::wh(34_000)));
    assert_eq!(sums.fleets[Fuel::Petrol as usize].driven[Doing::Homing as usize], Length::metres(7_000));

    let outcome = Outcome::of(&world, sums);
    let layout = Layout::of(&world);
    let of = |taxi| {
        let make = &world.models[world.taxis[taxi].model].make;
        let index = layout.brands.iter().position(|name| name == make).expect("every maker has a row");
        &outcome.brands[index]
    };
    let (first, second) = (of(one), of(two));
    let expected = [
        ("taxis", 1.0, 1.0),
        ("visits", 1.0, 2.0),
        ("served", 1.0, 1.0),
        ("refused", 0.0, 1.0),
        ("without_plug", 0.0, 1.0),
        ("stranded", 0.0, 1.0),
        ("wait_s.mean", 900.0, 0.0),
        ("wait_over_10min", 1.0, 0.0),
        ("charged_kwh", 24.0, 10.0),
        ("charged_at_home_kwh", 0.0, 3.0),
        ("km_per_day", 180.0, 30.0),
        ("driving_kwh_per_100km", 20.0, 10.0),
        ("empty_km_share", 0.0, 1.0),
        ("queue_hours_per_day", 1.5, 0.0),
        ("charging_hours_per_day", 4.5, 0.0),
        ("energy_cost_kzt_per_km", 2_000.0 / 30.0, 180.0),
    ];
    for (name, of_first, of_second) in expected {
        assert_eq!((first.get(name), second.get(name)), (Some(of_first), Some(of_second)), "{name}");
    }
    let stranded = outcome.districts.iter().map(|district| district.get("stranded"));
    assert_eq!(stranded.collect::<Vec<_>>(), [Some(0.0), Some(1.0)]);
    // 2000 KZT for charging, and nothing earned, in 55 minutes on shift.
    assert_eq!(first.get("net_kzt_per_hour"), Some(-2_000.0 / (55.0 / 60.0)));
    let city = |name: &str| outcome.city.get(name);
    // One driver worked: a quarter of an hour in the queue and half an hour plugged in, of four hours.
    assert_eq!(city("drivers.charging_hours_per_day"), Some(4.5));
    assert_eq!(city("fleet.empty_km_share.electric"), Some(5.0 / 35.0));
    assert_eq!(city("fleet.empty_km_share.petrol"), Some(1.0));
    assert_eq!(city("fleet.empty_km_share.lpg"), None);

    let makers = layout.brands.len();
    let results = Results::new("three".to_owned(), 7, layout, vec![outcome]);
    let summary = results.summary_json(None);
    let brands = summary["brands"].as_array().expect("brands are a list");
    assert_eq!(brands.len(), 2, "makers without a taxi have nothing to tell");
    assert!(brands.iter().any(|brand| brand["metrics"]["charged_kwh"]["mean"] == 24.0));
    assert_eq!(results.brands_table().rows(), makers);
    insta::assert_snapshot!(
        results.brands_table().columns().iter().map(|(header, _)| header.as_str())
            .filter(|header| !header.contains(".ci95")).collect::<Vec<_>>().join(" "),
        @"name taxis km_per_day empty_km_share rides_per_day driving_kwh_per_100km charged_kwh charged_at_home_kwh visits served refused balked reneged jockeyed failed unfinished without_plug wait_s.n wait_s.censored wait_s.mean wait_s.p50 wait_s.p90 wait_s.p95 wait_s.p99 wait_s.max wait_over_10min_share wait_over_30min_share charging_hours_per_day queue_hours_per_day stranded energy_cost_kzt_per_km net_kzt_per_hour"
    );
}

#[test]
fn districts_have_plugs_by_the_thousand_and_are_compared_by_head_and_by_visit() {
    let mut world = city_world();
    let second = StationId(1);
    let place = world.stations[second].place.expect("it has a place");
    world.stations[second].place = Some(Place { district: DistrictId(1), ..place });
    let at_second = |id, arrived| Visit { station: second, ..visit(id, arrived) };
    let served = |visit: Visit, plugged_in| {
        let arrived = visit.arrived.since_start().as_millis() / minutes(1);
        [
            (arrived, Observation::Arrived(visit)),
            (plugged_in, plug_in(visit)),
            (plugged_in + 1, unplug(visit, plugged_in, 1, 100.0)),
        ]
    };
    // Three visits wait ten minutes each in the first district, one thirty in the other.
    let mut facts = [
        served(visit(0, 70), 80),
        served(visit(1, 90), 100),
        served(visit(2, 110), 120),
        served(at_second(3, 130), 160),
    ]
    .concat();
    let outcome = Outcome::of(&world, record(&world, &facts));
    assert_eq!(outcome.districts[0].get("plugs_per_1000"), Some(2.0 / 3.0));
    assert_eq!(outcome.districts[1].get("plugs_per_1000"), Some(2.0));
    // The curve passes (3/4, 1/2): 1 - 3/4 * 1/2 - 1/4 * 3/2.
    assert_eq!(outcome.city.get("equity.plugs_per_head.gini"), Some(0.25));
    assert_eq!(outcome.city.get("equity.wait_s.gini"), Some(0.25));
    // Where all wait alike there is no difference, and where nobody waits none is told.
    facts.truncate(9);
    let outcome = Outcome::of(&world, record(&world, &facts));
    assert_eq!(outcome.city.get("equity.wait_s.gini"), Some(0.0));
    let outcome = Outcome::of(&world, record(&world, &[]));
    assert_eq!(outcome.city.get("equity.wait_s.gini"), None);
}

#[test]
fn what_does_not_apply_is_left_out() {
    let world = world(None, false, false);
    let outcome = Outcome::of(&world, record(&world, &[]));
    let named: Vec<&str> = CITY
        .iter()
        .zip(outcome.city.values())
        .filter_map(|(metric, value)| value.map(|_| metric.name))
        .collect();
    let expected = [
        "charging.visits",
        "charging.served",
        "charging.refused",
        "charging.balked",
        "charging.reneged",
        "charging.failed",
        "charging.unfinished",
        "charging.wait_s.n",
        "charging.wait_s.censored",
        "charging.left_after_s.n",
        "charging.plugged_in_s.n",
        "charging.queue.mean",
        "charging.busy",
    ];
    assert_eq!(named, expected);
    assert!(outcome.districts.iter().all(|district| district.values().iter().all(Option::is_none)));
}

#[test]
fn a_fact_of_the_warm_up_changes_the_fingerprint() {
    let world = city_world();
    let mut facts = visits();
    let before = record(&world, &facts).fingerprint;
    assert_eq!(before, record(&world, &facts).fingerprint);
    facts.insert(0, (29, Observation::WithoutPlug { taxi: TAXI }));
    assert_ne!(before, record(&world, &facts).fingerprint);
}

fn results() -> Results {
    let world = city_world();
    let some = Outcome::of(&world, record(&world, &visits()));
    let fewer = Outcome::of(&world, record(&world, &visits()[..12]));
    let none = Outcome::of(&world, record(&world, &[]));
    Results::new("two".to_owned(), 7, Layout::of(&world), vec![some, fewer, none])
}

#[test]
fn a_metric_is_summarised_over_the_replications_that_have_it() {
    let summary = results().summary_json(Some(1.5));
    let keys: Vec<&String> = summary.as_object().expect("a summary is an object").keys().collect();
    let fixed = [
        "schema_version",
        "scenario",
        "seed",
        "replications",
        "fingerprint",
        "events",
        "wall_s",
        "notes",
        "metrics",
        "stations",
        "districts",
        "brands",
    ];
    assert_eq!(keys, fixed);
    assert_eq!(
        summary["metrics"]["charging.wait_s.mean"],
        // Nobody plugs in but in the first, and without it nothing could be told of an error.
        serde_json::json!({ "mean": 2800.0, "unit": "s" })
    );
    assert_eq!(summary["metrics"]["charging.visits"]["mean"], 3.333_333_33);
    // Visits are never negative: 3.33 times exp(± 4.303 · 1.764 / 3.33).
    let bound = |index: usize| summary["metrics"]["charging.visits"]["ci95"][index].as_f64();
    let factor = (4.302_652_73 * 1.763_834_21 / (10.0 / 3.0_f64)).exp();
    for (found, expected) in [(bound(0), 10.0 / 3.0 / factor), (bound(1), 10.0 / 3.0 * factor)] {
        assert!(found.is_some_and(|found| (found / expected - 1.0).abs() < 1e-6), "{found:?} {expected}");
    }
    assert_eq!(summary["stations"][0]["district"], "almaly");
    assert_eq!(summary["districts"][1]["metrics"]["plugs"]["mean"], 0.0);
}

#[test]
fn files_are_the_same_on_repeat_and_their_headers_carry_units() {
    let files = results().files();
    assert_eq!(files, results().files());
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names[18..], ["visits.parquet", "rides.parquet"]);
    let header = |name: &str| {
        let (_, bytes) = files.iter().find(|(file, _)| file == name).expect("the table is written");
        String::from_utf8_lossy(bytes).lines().next().unwrap_or_default().to_owned()
    };
    insta::assert_snapshot!(header("replications.csv").replace(',', " "), @"replication events charging.visits charging.served charging.refused charging.balked charging.reneged charging.jockeyed charging.failed charging.unfinished charging.wait_s.n charging.wait_s.censored charging.wait_s.mean charging.wait_s.p50 charging.wait_s.p90 charging.wait_s.p95 charging.wait_s.p99 charging.wait_s.max charging.wait_over_10min_share charging.wait_over_30min_share charging.left_after_s.n charging.left_after_s.mean charging.plugged_in_s.n charging.plugged_in_s.mean charging.queue.mean_cars charging.busy_share charging.busy_by_energy_share charging.plugs_up_share charging.sessions_cut charging.overstayed_minutes charging.reservations_kept charging.reservations_lapsed charging.energy_kwh charging.peak_kw grid.curtailed_hours grid.at_limit_share rides.requested rides.served rides.lost rides.unfinished rides.lost_share rides.lost.impatient rides.lost.no_car rides.lost.price rides.surge.mean_ratio rides.fare_kzt.mean rides.pickup_wait_s.mean rides.pickup_wait_s.p95 taxis.empty_km_share taxis.km_per_day taxis.rides_per_day taxis.charging_hours_per_day taxis.to_plug_hours_per_day taxis.queue_hours_per_day taxis.plugged_in_hours_per_day taxis.stranded taxis.without_plug taxis.energy_cost_kzt_per_km fleet.empty_km_share fleet.empty_km_share.electric fleet.empty_km_share.petrol fleet.empty_km_share.lpg fleet.km_per_day fleet.rides_per_day drivers.net_kzt_per_hour.electric drivers.net_kzt_per_hour.petrol drivers.net_kzt_per_hour.lpg drivers.net_kzt_per_hour.p10 drivers.net_kzt_per_hour.p50 drivers.net_kzt_per_hour.p90 drivers.gross_kzt_per_hour.electric drivers.gross_kzt_per_hour.petrol drivers.gross_kzt_per_hour.lpg drivers.gross_gini_ratio drivers.hours_per_day.electric drivers.hours_per_day.petrol drivers.hours_per_day.lpg drivers.charging_hours_per_day operators.revenue_kzt operators.vat_kzt operators.energy_cost_kzt operators.acquiring_kzt operators.demand_charge_kzt operators.opex_kzt operators.profit_kzt operators.npv_kzt operators.margin_kzt_per_kwh operators.break_even_kwh_per_day operators.sold_kwh_per_day operators.payback_years.p50 city.co2_kg fleet.co2_g_per_km.electric fleet.co2_g_per_km.petrol fleet.co2_g_per_km.lpg equity.plugs_per_head.gini_share equity.wait_s.gini_share");
    let stations = header("stations.csv");
    assert!(stations.starts_with("name,origin,synthetic,district,lon_deg,lat_deg,plugs,plug_kw,visits,"));
}

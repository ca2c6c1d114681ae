//! What holds in every run: over random small cities, from their scenarios to the last fact of their logs.
#![expect(clippy::wildcard_enum_match_arm, reason = "a law looks at the facts that it is about")]

use crate::stage::{Log, run, scenario, walk_ins, world};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner};
use rayon::prelude::*;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use zaryad::ids::{Id, PlugId, RideId, StationId, TaxiId};
use zaryad::observe::{Cost, Doing, LateEnd, Observation, Observer, Visit, Visitor};
use zaryad::results::{
    self, Account, Charging, DISTRICT, DayHour, Fleet, Hour, Layout, Metric, Metrics, Recorder, Replication,
    STATION, VisitCounts, Waits,
};
use zaryad::scenario::{Control, Grid, Scenario};
use zaryad::sim::{self, Outcome};
use zaryad::units::{Duration, Energy, Length, Money, Power, Price, Time, Volume};
use zaryad::world::{Fuel, Tariff, Taxi, World};

const CASES: u32 = 64;
/// In no city here so much happens; one that has more events, or more to tell, goes in circles.
const MOST_EVENTS: u64 = 1_000_000;

// Random cities.

/// A scenario's text; a failing test prints it.
#[derive(Clone)]
struct City(String);

impl fmt::Debug for City {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn time() -> impl Strategy<Value = String> {
    (0_u32..=6, 6_u32..=30, prop::sample::select(vec!["2025-11-03", "2025-07-05", "2026-01-31"]), 0_u32..100)
        .prop_map(|(warm_up, horizon, start, seed)| {
            format!(
                "name = \"city\"\n[time]\nstart = \"{start}\"\nwarm_up = {{ hours = {warm_up} }}\n\
                 horizon = {{ hours = {horizon} }}\nreplications = 1\nseed = {seed}\n"
            )
        })
}

fn fleet() -> impl Strategy<Value = String> {
    let shares = (0_u32..=100, 0_u32..=100, 0_u32..=100);
    let shifts = (0_u32..=50, 0_u32..=50, 1_u32..=12);
    let lines = vec![
        "",
        "stopping = { at_start = -4, per_hour = 0.5, per_10000_kzt_over = 1, target_kzt = 5000 }\n",
        "reposition = { spread_kzt_per_hour = 300 }\n",
        "stopping = { at_start = -3, per_hour = 0, per_10000_kzt_over = 0, target_kzt = 0 }\n\
         reposition = { spread_kzt_per_hour = 5000 }\n",
    ];
    let demands = vec![
        "",
        "matching = { batch = { seconds = 10, low_charge_minutes = 5, nearest = 8 } }\n",
        "surge = { at_most = 3, half_at_excess = 2, elasticity = 0.7 }\n",
        "surge = { at_most = 9, half_at_excess = 1, elasticity = 0 }\n\
         matching = { batch = { seconds = 30, low_charge_minutes = 1, nearest = 3 } }\n",
        "matching = { batch = { seconds = 90, low_charge_minutes = 0, nearest = 2 } }\n",
    ];
    let shifts = (shifts, prop::sample::select(lines), prop::sample::select(demands));
    let fleet = (0_u32..=60, 0_u32..=3_000, 1_u32..=24);
    let charge = prop::sample::select(vec!["[3, 3]", "[0.5, 5]", "[0.05, 50]", "[9, 1]"]);
    (fleet, shares, shifts, -30_i32..=40, charge).prop_map(
        |(
            (taxis, rides, shift),
            (electric, lpg, home),
            ((few, two, handover), line, demand),
            temperature,
            soc,
        )| {
            let electric = taxis * electric / 100;
            format!(
                "[city]\ntemperature_c = {temperature}\n\
                 weather.speed_by_temperature = [[-20, {}], [20, 1]]\nweather.demand_factor = {}\n\
                 [demand]\nrides_per_day = {rides}\n{demand}\
                 [fleet]\ntaxis = {taxis}\nelectric = {electric}\nlpg_share = {}\nhome_charging = {}\n\
                 start_soc_no_home = {soc}\nshift = {{ hours = {shift} }}\n\
                 refuel = {{ minutes = 8, below = {}, tank_l = {} }}\n\
                 shifts.part_time.share = {}\n\
                 shifts.double = {{ share = {}, handovers_h = [{handover}, 17] }}\n{line}",
                if rides % 2 == 0 { 0.5 } else { 1.0 },
                if rides % 3 == 0 { 1.5 } else { 1.0 },
                percent(lpg),
                percent(home),
                percent(lpg),
                37 + two,
                percent(few),
                percent(two),
            )
        },
    )
}

fn charging() -> impl Strategy<Value = String> {
    let laws = vec![
        "{ constant = { minutes = 5 } }",
        "{ constant = { minutes = 0 } }",
        "{ exponential = { mean_minutes = 40 } }",
        "{ weibull = { mean_minutes = 25, shape = 2 } }",
    ];
    let patience = prop::sample::select(laws);
    let drivers = (STOP_AT, 6_u32..=60, 0_u32..=20, 0_u8..=4, patience);
    (drivers, IDLE_MINUTES, TOW_MINUTES, 0_u32..=40, 0_u32..20_000).prop_map(
        |((stop_at, threshold, reserve, attempts, patience), idle, tow, half, registered)| {
            format!(
                "stop_at = {}\nreserve = {}\nattempts = {attempts}\npatience = {patience}\n\
                 threshold = {{ mean = {}, sd = 0.07, at_least = 0.05, at_most = 0.6 }}\n\
                 opportunity = {{ idle = {{ minutes = {idle} }}, within_km = 2, below = 0.7 }}\n\
                 cold_power = [[-20, 0.55], [0, {}], [20, 1]]\n\
                 tow = {{ minutes = {tow} }}\nbalk = {{ half_at_minutes = {half}, spread_minutes = 6 }}\n\
                 private.registered = {registered}\n",
                percent(stop_at),
                percent(reserve),
                percent(threshold),
                if attempts % 2 == 0 { 1.0 } else { 0.85 },
            )
        },
    )
}

/// When drivers go and stop.
fn habits() -> impl Strategy<Value = String> {
    let choose = prop::sample::select::<&'static str>;
    (
        choose(vec!["", "before_handover = { within = { minutes = 90 }, below = 0.9 }\n"]),
        choose(vec!["", "session_at_most = { minutes = 20 }\n"]),
        choose(vec!["", "spare_before_home = 0.1\n"]),
        choose(vec![
            "",
            "reservation = { held = { minutes = 15 } }\n",
            "reservation = { held = { minutes = 3 } }\n",
        ]),
        choose(vec!["", "jockey = { saves = 0.05, looks_every = { minutes = 2 } }\ntaxi_class = 2\n"]),
        choose(vec![
            "",
            "",
            "overstay = { lasting = { lognormal = { mean_minutes = 6, cv = 1 } }, free = { minutes = 10 }, \
             fee_kzt_per_minute = 50 }\n",
            "overstay = { lasting = { constant = { minutes = 0 } }, free = { minutes = 0 }, \
             fee_kzt_per_minute = 7.77 }\n",
        ]),
        choose(vec![
            "",
            "home_night = { from_h = 23, to_h = 7, kzt_per_kwh = 18.19, only = true }\n",
            "home_night = { from_h = 1.5, to_h = 5, kzt_per_kwh = 0, only = false }\n",
        ]),
    )
        .prop_map(|(handover, at_most, spare, reservation, jockey, overstay, night)| {
            [handover, at_most, spare, reservation, jockey, overstay, night].concat()
        })
}

/// How drivers charge.
fn drivers() -> impl Strategy<Value = String> {
    (driver_choice(), habits()).prop_map(|(choice, habits)| choice + &habits)
}

/// What drivers weigh, know and bring.
fn driver_choice() -> impl Strategy<Value = String> {
    let choices = vec!["least_total_time", "nearest", "cheapest", "logit", "logit"];
    let choice = prop::sample::select(choices);
    let adapter = prop::sample::select(vec![0, 0, 30]);
    (choice, 1_u32..=30, 0_u32..=100, adapter, 0_u32..=5).prop_map(
        |(choice, stations, app, adapter, fitting)| {
            format!(
                "[charging]\nchoice = \"{choice}\"\nlogit.stations = {stations}\napp.share = {}\n\
                 adapter = {{ share = {}, fitting = {{ minutes = {fitting} }} }}\n",
                percent(app),
                percent(adapter),
            )
        },
    )
}

const STOP_AT: std::ops::RangeInclusive<u32> = 5..=100;
const IDLE_MINUTES: std::ops::RangeInclusive<u32> = 1..=30;
const TOW_MINUTES: std::ops::RangeInclusive<u32> = 1..=90;

fn network() -> impl Strategy<Value = String> {
    // Some have no stations but those written out, which not every car fits.
    let up_to = |most: u32| (0..=2 * most).prop_map(move |count| count.saturating_sub(most));
    let grid = prop::option::of((prop::sample::select(vec![20, 45, 100]), prop::bool::ANY));
    let kw = prop::sample::select(vec![20, 60, 150]);
    (up_to(20), up_to(10), 1_u32..=3, kw, grid, faults(), prop::bool::ANY).prop_map(
        |(existing, plots, plugs, kw, grid, faults, outages)| {
            let grid = grid.map_or(String::new(), |(spare, smart)| {
                grid_of(&DISTRICTS[..6], spare, if smart { "smart_cap" } else { "pro_rata" })
            });
            let outages = if outages && plots > 0 { OUTAGES } else { "" };
            format!(
                "[network]\nqueue = \"priority\"\nexisting = {existing}\n\
                 planned = {{ plots = {plots}, plugs = {plugs}, cabinet_kw = {kw} }}\n{faults}{grid}{outages}"
            )
        },
    )
}

fn faults() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "",
        "",
        "failing_plug_ins = 0.3\n",
        "faults = { mean_up_h = 5, repair = { lognormal = { mean_minutes = 60, cv = 1 } } }\n",
        "faults = { mean_up_h = 1, repair = { constant = { minutes = 0 } } }\nfailing_plug_ins = 0.14\n",
    ])
}

/// Two outages of a station that overlap.
const OUTAGES: &str = "[[network.outages]]\nstation = \"plot-001\"\nfrom = { hours = 5 }\nlasting = { hours = 4 }\n\
    [[network.outages]]\nstation = \"plot-001\"\nfrom = { hours = 8 }\nlasting = { hours = 4 }\n";

fn policy() -> impl Strategy<Value = String> {
    let lanes = (prop::bool::ANY, 0_u32..=100, 1_u32..=50);
    let parking = ((0_u32..=10, 0_u32..=1), (0_u32..=500, 0_u32..=1));
    let zone = prop::sample::select(vec![
        "districts = []\nfee = { per_day_kzt = 500 }",
        "districts = [\"almaly\"]\nfee = { per_day_kzt = 1_000.5 }",
        "districts = [\"almaly\", \"medeu\", \"auezov\"]\nfee = { per_entry_kzt = 99.99 }",
    ]);
    (lanes, parking, zone).prop_map(
        |((access, street, capacity), ((search, electric), (fee, free)), zone)| {
            format!(
                "[policy.bus_lanes]\naccess_share = {}\nstreet_share = {}\nspeed_factor = 0.8\n\
                 capacity_cars = {capacity}\n[policy.parking]\nsearch_minutes = {search}\n\
                 electric_search_minutes = {}\nfee_kzt = {fee}\nelectric_fee_kzt = {}\n\
                 [policy.low_emission_zone]\n{zone}\n",
                u8::from(access),
                percent(street),
                search * electric,
                fee * free,
            )
        },
    )
}

const DISTRICTS: [&str; 8] =
    ["almaly", "bostandyk", "medeu", "auezov", "alatau", "turksib", "nauryzbay", "zhetysu"];

/// A grid that can spare so much in each of these districts.
fn grid_of(districts: &[&str], kw: u32, control: &str) -> String {
    let spare: Vec<String> = districts.iter().map(|district| format!("{district} = {kw}")).collect();
    format!("grid = {{ spare_kw = {{ {} }}, control = \"{control}\" }}\n", spare.join(", "))
}

fn station() -> impl Strategy<Value = String> {
    let choose = prop::sample::select::<&'static str>;
    let plugs = (1_u32..=4, choose(vec!["plug_kw = 7", "plug_kw = 60", "plug_kw = 120", "plug_kw = 0.5"]));
    let cabinet =
        choose(vec!["", "cabinet_kw = 60", "cabinet_kw = 20", "cabinet_kw = 150\nprice_kzt_per_kwh = 83.5"]);
    let standards = choose(vec![
        "",
        "standards = [\"gbt\", \"ccs2\"]",
        "standards = [\"chademo\", \"type2\", \"gbt\"]",
        "standards = [\"type2\"]",
    ]);
    let at = choose(vec![
        "",
        "at = { lon = 76.93, lat = 43.24 }",
        "at = { lon = 76.89, lat = 43.25 }",
        "at = { lon = 76.95, lat = 43.26 }",
    ]);
    let queue =
        choose(vec!["", "room = 0", "room = 2", "queue = \"priority\"", "queue = \"priority\"\nroom = 3"]);
    (plugs, cabinet, standards, at, queue, prop::collection::vec(walk_in(), 0..=3)).prop_map(
        |((plugs, power), cabinet, standards, at, queue, walk_ins)| {
            format!("plugs = {plugs}\n{power}\n{cabinet}\n{standards}\n{at}\n{queue}\n{}", walk_ins.concat())
        },
    )
}

fn walk_in() -> impl Strategy<Value = String> {
    let laws = vec![
        "{ exponential = { mean_minutes = 30 } }",
        "{ constant = { minutes = 20 } }",
        "{ lognormal = { mean_minutes = 45, cv = 1.5 } }",
        "{ constant = { minutes = 0 } }",
    ];
    let patience = prop::option::of(prop::sample::select(laws.clone()));
    let mut needs: Vec<String> = laws.iter().map(|law| format!("stay = {law}")).collect();
    needs.push("energy = { exponential = { mean_kwh = 20 } }".to_owned());
    needs.push("energy = { lognormal = { mean_kwh = 5, cv = 2 } }".to_owned());
    (0_u32..=60, 0_u32..=3, prop::sample::select(needs), patience).prop_map(
        |(tenths, class, need, patience)| {
            let patience = patience.map_or(String::new(), |law| format!("patience = {law}\n"));
            format!(
                "[[stations.walk_ins]]\nper_hour = {}\nclass = {class}\n{need}\n{patience}",
                f64::from(tenths) / 10.0
            )
        },
    )
}

fn tariff() -> impl Strategy<Value = String> {
    let shapes = vec![
        "\"flat\"",
        "{ time_of_use = [[0, 0.51], [7, 1], [19, 1.75], [23, 0.51]] }",
        "{ time_of_use = [[0, 0], [12.5, 3]] }",
        "{ dynamic = { theta = 1.5 } }",
    ];
    (
        prop::sample::select(vec!["100", "71.35", "\"none\"\nprice_kzt_per_kwh = 100"]),
        prop::sample::select(shapes),
    )
        .prop_map(|(cap, shape)| {
            format!(
                "[tariff]\ncap_kzt_per_kwh = {cap}\nshape = {shape}\ndemand_charge_kzt_per_kw_month = 990.5\n"
            )
        })
}

fn cities() -> impl Strategy<Value = City> {
    let stations = prop::collection::vec(station(), 0..=3);
    (time(), fleet(), drivers(), charging(), network(), (tariff(), policy()), stations).prop_map(
        |(time, fleet, drivers, charging, network, (tariff, policy), stations)| {
            let stations = stations.iter().enumerate();
            let stations: String = stations
                .map(|(index, station)| {
                    ["[[stations]]\nname = \"S", &index.to_string(), "\"\n", station].concat()
                })
                .collect();
            City([time, fleet, drivers, charging, network, tariff, policy, stations].concat())
        },
    )
}

fn percent(value: u32) -> f64 {
    f64::from(value) / 100.0
}

/// A law holds in every one of the cities; the same cities each time.
fn holds_in_every_city(law: impl Fn(&Scenario)) {
    let config =
        Config { cases: CASES, failure_persistence: None, max_shrink_iters: 400, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let result = runner.run(&cities(), |city| {
        law(&scenario(&city.0));
        Ok(())
    });
    match result {
        Ok(()) => {}
        Err(TestError::Fail(why, city)) => panic!("{why}\nin this city:\n{city:?}"),
        Err(TestError::Abort(why)) => panic!("{why}"),
    }
}

// What happened in a city.

/// A run, with all that it told.
struct Story {
    world: World,
    log: Log,
    outcome: Outcome,
    sums: Replication,
}

struct Witness {
    log: Log,
    recorder: Recorder,
}

impl Observer for Witness {
    fn observe(&mut self, now: Time, what: Observation) {
        assert!((self.log.len() as u64) < MOST_EVENTS, "at {now} the run goes in circles: {what:?}");
        self.log.push((now, what));
        self.recorder.observe(now, what);
    }
}

fn story(scenario: &Scenario) -> Story {
    let world = world(scenario, 0);
    let mut witness = Witness { log: Vec::new(), recorder: Recorder::new(&world) };
    let mut events = 0;
    let outcome = sim::run(&world, &mut witness, &mut |now, more| {
        events += more;
        assert!(events < MOST_EVENTS, "at {now} the run goes in circles and says nothing");
    })
    .expect("the run comes to its end");
    let sums = witness.recorder.finish(world.horizon);
    Story { world, log: witness.log, outcome, sums }
}

/// A law over what happened.
fn always(law: impl Fn(&Story)) {
    holds_in_every_city(|scenario| law(&story(scenario)));
}

/// A visit with what its log says of it.
#[derive(Clone, Copy, Debug)]
struct Stay {
    visit: Visit,
    rank: u8,
    fits: u8,
    queued: bool,
    plugged_in: Option<(Time, PlugId)>,
    /// The end of the visit.
    ended: Time,
    energy: Energy,
}

impl Story {
    /// All visits in order of arrival; what walk-ins bring is drawn again from their streams.
    fn stays(&self) -> Vec<Stay> {
        let mut walk_ins = walk_ins(&self.world).into_iter();
        let mut stays: Vec<Stay> = Vec::new();
        let at = |visit: Visit| visit.id.index();
        for &(now, what) in &self.log {
            match what {
                Observation::Arrived(visit) => {
                    let (rank, fits) = match visit.visitor {
                        Visitor::Taxi(taxi) => {
                            (self.world.stations[visit.station].taxi_rank, self.world.taxis[taxi].fits())
                        }
                        Visitor::WalkIn(stream) => {
                            let walk_in = walk_ins.next().expect("no walk-in comes that was not drawn");
                            let drawn = (walk_in.arrived, walk_in.station, walk_in.stream);
                            assert_eq!(drawn, (now, visit.station, stream), "{visit:?}");
                            (walk_in.rank, walk_in.fits)
                        }
                    };
                    assert_eq!((visit.arrived, visit.id.index()), (now, stays.len()), "{visit:?}");
                    let (ended, energy) = (self.world.horizon, Energy::ZERO);
                    stays.push(Stay { visit, rank, fits, queued: false, plugged_in: None, ended, energy });
                }
                Observation::Balked(visit) | Observation::Refused(visit) | Observation::Reneged(visit) => {
                    stays[at(visit)].ended = now;
                }
                Observation::Failed { visit, .. } => stays[at(visit)].ended = now,
                Observation::Queued(visit) => stays[at(visit)].queued = true,
                Observation::PluggedIn { visit, plug } => stays[at(visit)].plugged_in = Some((now, plug)),
                Observation::Unplugged { visit, plug: _, plugged_in: _, energy, bill: _ } => {
                    (stays[at(visit)].ended, stays[at(visit)].energy) = (now, energy);
                }
                Observation::VisitUnfinished { visit, session } => {
                    stays[at(visit)].energy = session.map_or(Energy::ZERO, |(_, energy)| energy);
                }
                _ => {}
            }
        }
        assert_eq!(walk_ins.count(), 0, "every walk-in that is drawn comes");
        stays
    }

    /// How much of a span is measured.
    fn measured(&self, from: Time, to: Time) -> Duration {
        (to.min(self.world.horizon) - from.max(self.world.measured_from)).max(Duration::ZERO)
    }

    /// Goes through what happened before the horizon: `fact` sees each fact with the floor before it, `rest` the
    /// floor at the end of each instant.
    fn replay(&self, mut fact: impl FnMut(&Floor, Time, Observation), mut rest: impl FnMut(&Floor, Time)) {
        let stays = self.stays();
        let mut floor = Floor {
            waiting: self.world.stations.iter().map(|_| BTreeMap::new()).collect(),
            taken: vec![false; self.world.plugs.len()],
            down: vec![false; self.world.plugs.len()],
            held: vec![None; self.world.plugs.len()],
            power: vec![Power::ZERO; self.world.plugs.len()],
        };
        let mut instant = Time::START;
        for &(now, what) in self.log.iter().take_while(|(now, _)| *now < self.world.horizon) {
            if now > instant {
                rest(&floor, instant);
                instant = now;
            }
            fact(&floor, now, what);
            floor.change(&stays, what);
        }
        rest(&floor, instant);
    }
}

/// Who waits and what is plugged in, at one time.
struct Floor {
    /// By station: who waits, by rank and then by arrival, with the inlets of their cars.
    waiting: Vec<BTreeMap<(u8, u32), u8>>,
    taken: Vec<bool>,
    /// Which plugs are out of use.
    down: Vec<bool>,
    /// For whom plugs are held, up to plug-in.
    held: Vec<Option<TaxiId>>,
    power: Vec<Power>,
}

impl Floor {
    fn change(&mut self, stays: &[Stay], what: Observation) {
        let key = |visit: Visit| (stays[visit.id.index()].rank, visit.id.0);
        match what {
            Observation::Queued(visit) => {
                let fits = stays[visit.id.index()].fits;
                self.waiting[visit.station.index()].insert(key(visit), fits);
            }
            Observation::Reneged(visit) => {
                let left = self.waiting[visit.station.index()].remove(&key(visit));
                assert!(left.is_some(), "{visit:?} leaves a queue it was not in");
            }
            Observation::PluggedIn { visit, plug } => {
                self.waiting[visit.station.index()].remove(&key(visit));
                assert!(!self.taken[plug.index()], "{visit:?} takes a plug that is taken");
                assert!(!self.down[plug.index()], "{visit:?} takes a plug that is out of use");
                self.taken[plug.index()] = true;
                let holder = self.held[plug.index()].take().map(Visitor::Taxi);
                assert!(
                    holder.is_none_or(|taxi| taxi == visit.visitor),
                    "{visit:?} takes the plug of {holder:?}"
                );
            }
            Observation::Unplugged { visit, plug, .. }
            | Observation::Failed { visit, plug, plugged_in: Some(_) } => {
                assert!(self.taken[plug.index()], "{visit:?} leaves a free plug");
                self.taken[plug.index()] = false;
            }
            Observation::Failed { visit, plug, plugged_in: None } => {
                self.waiting[visit.station.index()].remove(&key(visit));
                assert!(!self.taken[plug.index()], "{visit:?} tries a plug that is taken");
                let holder = self.held[plug.index()].take().map(Visitor::Taxi);
                assert!(
                    holder.is_none_or(|taxi| taxi == visit.visitor),
                    "{visit:?} tries the plug of {holder:?}"
                );
            }
            Observation::PlugDown { plug, .. } => {
                assert!(!self.down[plug.index()], "{what:?} twice");
                self.down[plug.index()] = true;
            }
            Observation::PlugUp { plug, .. } => {
                assert!(self.down[plug.index()], "{what:?} twice");
                self.down[plug.index()] = false;
            }
            Observation::Reserved { taxi, plug, .. } => self.held[plug.index()] = Some(taxi),
            Observation::ReservationLapsed { plug, .. } => self.held[plug.index()] = None,
            Observation::Drawing { plug, power, .. } => self.power[plug.index()] = power,
            _ => {}
        }
    }

    /// The free plugs of a station that fit a car.
    fn free<'a>(
        &'a self,
        world: &'a World,
        station: StationId,
        fits: u8,
    ) -> impl Iterator<Item = PlugId> + 'a {
        world.stations[station].each_plug().filter(move |&plug| {
            let usable =
                !self.taken[plug.index()] && !self.down[plug.index()] && self.held[plug.index()].is_none();
            usable && world.plugs[plug].fits & fits != 0
        })
    }
}

// Energy.

#[test]
fn energy_balances_to_the_last_millijoule() {
    always(|story| {
        let electric = story.world.taxis.iter().filter(|taxi| taxi.fuel == Fuel::Electric);
        let mut stored: Energy = electric.map(|taxi| taxi.stored_at_start).sum();
        for stay in story.stays() {
            if let Visitor::Taxi(_) = stay.visit.visitor {
                stored += stay.energy;
            }
        }
        for (_, what) in &story.log {
            match *what {
                Observation::ChargedAtHome { energy, .. } => stored += energy,
                Observation::Drained { energy, .. } => stored -= energy,
                Observation::Drove { taxi, drive, .. } => {
                    stored -= drive.energy;
                    let fuel = story.world.taxis[taxi].fuel;
                    assert!(
                        (fuel == Fuel::Electric || drive.energy == Energy::ZERO)
                            && (fuel != Fuel::Electric || drive.fuel == Volume::ZERO),
                        "{what:?} of a {fuel:?} car"
                    );
                }
                _ => {}
            }
        }
        assert_eq!(stored, story.outcome.stored);
    });
}

#[test]
fn fuel_balances_to_the_last_microlitre_and_no_tank_runs_dry() {
    always(|story| {
        let on_fuel = |taxi: &Taxi| taxi.fuel != Fuel::Electric;
        let at_start = |taxi: &Taxi| if on_fuel(taxi) { taxi.tank_at_start } else { Volume::ZERO };
        let mut tanks: Vec<Volume> = story.world.taxis.iter().map(at_start).collect();
        for (now, what) in &story.log {
            let (taxi, gain) = match *what {
                Observation::Drove { taxi, drive, .. } => (taxi, Volume::ZERO - drive.fuel),
                Observation::Refuelled { taxi, volume, bill } => {
                    let facts = &story.world.taxis[taxi];
                    assert!(on_fuel(facts), "{what:?}");
                    let per_litre = match facts.fuel {
                        Fuel::Lpg => story.world.prices.lpg_per_litre,
                        _ => story.world.prices.petrol_per_litre,
                    };
                    let exact = rounded(per_litre.as_tiyn(), volume.as_microlitres(), 1_000_000);
                    assert_eq!(bill.as_tiyn(), exact, "{what:?}");
                    (taxi, volume)
                }
                _ => continue,
            };
            let tank = &mut tanks[taxi.index()];
            *tank += gain;
            let held = (Volume::ZERO..=story.world.tanks.capacity).contains(tank);
            assert!(held, "{tank:?} at {now} after {what:?}");
        }
        assert_eq!(tanks.into_iter().sum::<Volume>(), story.outcome.tanks);
    });
}

#[test]
fn a_battery_holds_between_nothing_and_its_capacity() {
    always(|story| {
        let mut stored: Vec<Energy> = story.world.taxis.iter().map(|taxi| taxi.stored_at_start).collect();
        for (now, what) in &story.log {
            let (taxi, gain) = match *what {
                Observation::Drained { taxi, energy } => (taxi, Energy::ZERO - energy),
                Observation::Drove { taxi, drive, .. } => (taxi, Energy::ZERO - drive.energy),
                Observation::ChargedAtHome { taxi, energy, .. }
                | Observation::Unplugged {
                    visit: Visit { visitor: Visitor::Taxi(taxi), .. }, energy, ..
                } => (taxi, energy),
                _ => continue,
            };
            let holds = &mut stored[taxi.index()];
            *holds += gain;
            let capacity = story.world.models[story.world.taxis[taxi].model].battery.capacity;
            assert!(
                (Energy::ZERO..=capacity).contains(holds),
                "{holds:?} of {capacity:?} at {now} after {what:?}"
            );
        }
    });
}

#[test]
fn a_session_gains_what_its_plug_gave() {
    always(|story| {
        let mut given = vec![(Energy::ZERO, Power::ZERO, Time::START); story.world.plugs.len()];
        for &(now, what) in &story.log {
            if let Observation::Drawing { plug, power, before, since, station } = what {
                let (sum, last, from) = &mut given[plug.index()];
                assert_eq!(station, story.world.plugs[plug].station);
                assert_eq!(before, *last, "{what:?} at {now}");
                assert!(before == Power::ZERO || since == *from, "{what:?} at {now}");
                if before > Power::ZERO {
                    *sum += before * (now - since);
                }
                (*last, *from) = (power, now);
            }
            let session = match what {
                Observation::Unplugged { plug, energy, .. } => Some((plug, energy)),
                Observation::Failed { plug, .. } => Some((plug, Energy::ZERO)),
                Observation::VisitUnfinished { session, .. } => session,
                _ => None,
            };
            if let Some((plug, energy)) = session {
                let (sum, last, _) = &mut given[plug.index()];
                assert_eq!((*sum, *last), (energy, Power::ZERO), "{what:?} at {now}");
                *sum = Energy::ZERO;
            }
        }
        assert!(given.iter().all(|(sum, last, _)| *sum == Energy::ZERO && *last == Power::ZERO));
    });
}

#[test]
fn no_plug_and_no_cabinet_gives_more_than_its_power() {
    always(|story| {
        let world = &story.world;
        story.replay(
            |_, now, what| {
                if let Observation::Drawing { plug, power, .. } = what {
                    let most = world.plugs[plug].power.expect("a plug without power gives none");
                    assert!((Power::ZERO..=most).contains(&power), "{what:?} at {now}, at most {most:?}");
                }
            },
            |floor, now| {
                for cabinet in &world.cabinets {
                    let plugs = cabinet.plugs.start.index()..cabinet.plugs.end.index();
                    // Every session is given a watt at least.
                    let most = cabinet.power + Power::watts(plugs.len() as i64);
                    let given: Power = floor.power[plugs].iter().copied().sum();
                    assert!(given <= most, "{given:?} of {:?} at {now}", cabinet.power);
                }
            },
        );
    });
}

#[test]
fn no_district_draws_more_than_it_can_spare_and_none_is_wasted() {
    always(|story| {
        let world = &story.world;
        let curtailed = RefCell::new(vec![0; world.districts.len()]);
        let power = |floor: &Floor, district| -> Power {
            let fed = |plug: &PlugId| {
                let place = world.stations[world.plugs[*plug].station].place;
                place.is_some_and(|place| place.district == district)
            };
            world.plugs.ids().filter(fed).map(|plug| floor.power[plug.index()]).sum()
        };
        story.replay(
            |_, _, what| {
                if let Observation::Curtailed { district, sessions } = what {
                    curtailed.borrow_mut()[district.index()] = sessions;
                }
            },
            |floor, now| {
                let Some(grid) = &world.grid else { return };
                for district in world.districts.ids() {
                    let sessions = curtailed.borrow()[district.index()];
                    let Some(feeder) = grid.feeder(district) else {
                        assert_eq!(sessions, 0, "{district:?} is not limited");
                        continue;
                    };
                    let drawn = power(floor, district);
                    assert!(
                        drawn <= feeder.power,
                        "{drawn:?} of {:?} in {district:?} at {now}",
                        feeder.power
                    );
                    let busy = floor.power.iter().filter(|power| **power > Power::ZERO).count();
                    let least = feeder.power - Power::watts(busy as i64);
                    assert!(
                        sessions == 0 || drawn >= least,
                        "{drawn:?} of {least:?} in {district:?} at {now}"
                    );
                }
            },
        );
    });
}

#[test]
fn a_grid_that_can_spare_enough_changes_nothing() {
    holds_in_every_city(|scenario| {
        let (mut none, mut enough) = (scenario.clone(), scenario.clone());
        none.network.grid = None;
        let spare_kw = DISTRICTS.iter().map(|district| ((*district).to_owned(), 1e6)).collect();
        enough.network.grid = Some(Grid { spare_kw, control: Control::ProRata, scale: 1.0 });
        assert_eq!(story(&none).log, story(&enough).log);
    });
}

// Money.

/// A product of integers divided by another, rounded to the nearest, ties up.
fn rounded(a: i64, b: i64, by: i64) -> i64 {
    let (exact, by) = (i128::from(a) * i128::from(b), i128::from(by));
    ((2 * exact + by).div_euclid(2 * by)) as i64
}

#[test]
fn every_bill_is_the_price_of_its_energy_rounded_once() {
    always(|story| {
        let world = &story.world;
        let price = |price: Price| i128::from((price.as_kzt_per_kwh_f64() * 100.0).round() as i64);
        let mut busy = vec![0; world.stations.len()];
        // By plug: the price at plug-in, the energy drawn, and what is owed by the price of each moment.
        let mut sessions = vec![(0, 0, 0); world.plugs.len()];
        // By plug: what is owed for staying after the session.
        let mut fees = vec![0; world.plugs.len()];
        for &(now, what) in &story.log {
            let (exact, bill) = match what {
                Observation::Overstayed { plug, lasting, .. } => {
                    let overstay = world.charging.overstay.expect("cars stay only where a scenario says so");
                    let paid = i128::from((lasting - overstay.free).as_millis().max(0));
                    // A tiyn is 3.6 million kilojoules of a tiyn per kWh, and a minute has 60,000 ms.
                    fees[plug.index()] = i128::from(overstay.fee_per_minute.as_tiyn()) * paid * 60_000;
                    continue;
                }
                Observation::PluggedIn { visit, plug } => {
                    let others = &mut busy[visit.station.index()];
                    sessions[plug.index()] = (price(world.price(visit.station, now, Some(*others))), 0, 0);
                    *others += 1;
                    continue;
                }
                Observation::Drawing { station, plug, before, since, .. } => {
                    let (_, energy, owed) = &mut sessions[plug.index()];
                    *energy += i128::from((before * (now - since)).as_millijoules());
                    let mut from = since;
                    while from < now {
                        // Every price holds for a whole minute here.
                        let until = now.min(Time::from_millis((from.as_millis() / 60_000 + 1) * 60_000));
                        let drawn = i128::from((before * (until - from)).as_millijoules());
                        *owed += price(world.price(station, from, None)) * drawn;
                        from = until;
                    }
                    continue;
                }
                Observation::Failed { visit, plugged_in, .. } => {
                    busy[visit.station.index()] -= u32::from(plugged_in.is_some());
                    continue;
                }
                Observation::Unplugged { visit, plug, energy, bill, .. } => {
                    busy[visit.station.index()] -= 1;
                    let (locked, drawn, owed) = sessions[plug.index()];
                    assert_eq!(drawn, i128::from(energy.as_millijoules()), "{what:?}");
                    match world.tariffs[visit.station] {
                        Tariff::TimeOfUse(_) => (owed + std::mem::take(&mut fees[plug.index()]), bill),
                        Tariff::Flat(_) | Tariff::Dynamic { .. } => {
                            (locked * drawn + std::mem::take(&mut fees[plug.index()]), bill)
                        }
                    }
                }
                Observation::ChargedAtHome { energy, bill, .. } => {
                    let day = world.prices.home;
                    let night = world.charging.night.map_or(day, |night| night.price);
                    let asked = if bill == night * energy { night } else { day };
                    (price(asked) * i128::from(energy.as_millijoules()), bill)
                }
                _ => continue,
            };
            let tiyn = (2 * exact + 3_600_000_000).div_euclid(7_200_000_000);
            assert_eq!(i128::from(bill.as_tiyn()), tiyn, "{what:?}");
        }
    });
}

#[test]
fn no_energy_is_sold_above_the_ceiling() {
    holds_in_every_city(|scenario| {
        let Some(cap) = scenario.tariff.cap_kzt_per_kwh else { return };
        // What it costs to stay on after a session is not energy.
        if scenario.charging.overstay.is_some() {
            return;
        }
        for (_, what) in &story(scenario).log {
            if let Observation::Unplugged { energy, bill, .. } = *what {
                assert!(bill <= Price::from_kzt_per_kwh_f64(cap) * energy, "{what:?}");
            }
        }
    });
}

#[test]
fn driver_and_app_share_the_fare_and_nothing_is_left() {
    always(|story| {
        let mut surges = BTreeMap::new();
        for (now, what) in &story.log {
            if let Observation::Surged { ride, multiplier_ppm, .. } = *what {
                assert!(story.world.surge.is_some() && multiplier_ppm > 1_000_000, "{what:?}");
                surges.insert(ride, multiplier_ppm);
            }
            if let Observation::Served { ride, fare, driver_share, requested, picked_up, .. } = *what {
                let commission = rounded(fare.as_tiyn(), story.world.prices.commission_ppm, 1_000_000);
                assert_eq!(driver_share + Money::from_tiyn(commission), fare, "{what:?}");
                let surge = surges.get(&ride).copied().unwrap_or(1_000_000);
                let by_time = story.world.prices.fare(*now - picked_up);
                let by_time = Money::from_tiyn(rounded(by_time.as_tiyn(), surge, 1_000_000));
                let on_lanes = story.world.lanes.is_some() && fare >= by_time;
                assert!(fare == by_time || on_lanes, "{what:?}");
                assert!(requested <= picked_up && picked_up <= *now, "{what:?}");
            }
        }
    });
}

#[test]
fn what_visitors_pay_is_what_stations_earn() {
    always(|story| {
        let mut paid = vec![Money::ZERO; story.world.stations.len()];
        let mut by_drivers = Money::ZERO;
        for &(now, what) in &story.log {
            if let Observation::Unplugged { visit, bill, .. } = what
                && now >= story.world.measured_from
            {
                paid[visit.station.index()] += bill;
                if let Visitor::Taxi(_) = visit.visitor {
                    by_drivers += bill;
                }
            }
        }
        let earned: Vec<Money> = story.sums.stations.iter().map(|sums| sums.revenue).collect();
        assert_eq!(paid, earned);
        assert_eq!(story.sums.fleets.iter().map(|fleet| fleet.charged.0).sum::<Money>(), by_drivers);
    });
}

#[test]
fn accounts_balance_to_the_last_tiyn() {
    always(|story| {
        let costs = &story.world.costs;
        let measured = story.world.horizon - story.world.measured_from;
        let mut sums = Account::default();
        for station in &story.sums.stations {
            let account = Account::of(costs, 1, station, measured);
            let spent =
                account.vat + account.energy_cost + account.acquiring + account.demand_charge + account.opex;
            assert_eq!(spent + account.profit(), account.revenue, "{account:?}");
            // Bought is at least what was sold, and taxed no more than what was paid.
            assert!(account.energy_cost >= costs.grid * account.sold, "{account:?}");
            assert!((Money::ZERO..=account.revenue).contains(&account.vat), "{account:?}");
            sums = sums + account;
        }
        let (mut paid, mut taxed, mut sold) = (Money::ZERO, Money::ZERO, Energy::ZERO);
        for &(now, what) in story.log.iter().filter(|(now, _)| *now >= story.world.measured_from) {
            if let Observation::Unplugged { energy, bill, .. } = what {
                paid += bill;
                taxed += costs.vat.of(bill, now);
                sold += energy;
            }
        }
        assert_eq!((sums.revenue, sums.vat, sums.sold), (paid, taxed, sold));
    });
}

#[test]
fn stations_and_districts_add_up_to_the_city() {
    const ADDED: [&str; 10] = [
        "overstayed_minutes",
        "energy_kwh",
        "revenue_kzt",
        "vat_kzt",
        "energy_cost_kzt",
        "acquiring_kzt",
        "demand_charge_kzt",
        "opex_kzt",
        "profit_kzt",
        "npv_kzt",
    ];
    holds_in_every_city(|scenario| {
        let Story { world, sums, .. } = story(scenario);
        let outcome = results::Outcome::of(&world, sums);
        let same = |name: &str, one: f64, other: f64| {
            assert!((one - other).abs() <= 1e-6 * (1.0 + one.abs()), "{name}: {one} and {other}");
        };
        let adds = |metric: &&Metric| metric.unit == "count" || ADDED.contains(&metric.name);
        let of_city = |name: &str| {
            ["charging.", "operators.", "taxis.", ""]
                .iter()
                .find_map(|group| outcome.city.get(&[group, name].concat()))
        };
        let sum = |all: &[Metrics], name| all.iter().filter_map(|metrics| metrics.get(name)).sum::<f64>();
        for metric in STATION.iter().filter(adds) {
            same(metric.name, sum(&outcome.stations, metric.name), of_city(metric.name).unwrap_or(0.0));
        }
        let placed: Vec<Metrics> = (world.stations.iter().zip(&outcome.stations))
            .filter(|(station, _)| station.place.is_some())
            .map(|(_, metrics)| metrics.clone())
            .collect();
        for metric in DISTRICT.iter().filter(adds) {
            let name = metric.name;
            let districts = sum(&outcome.districts, name);
            if name.starts_with("rides.") {
                same(name, districts, of_city(name).unwrap_or(0.0));
            } else if STATION.iter().any(|of_station| of_station.name == name) {
                same(name, districts, sum(&placed, name));
            }
            // What is known of one district is known of all: none is left out for having nothing.
            let told = outcome.districts.iter().filter(|metrics| metrics.get(name).is_some()).count();
            assert!(told == 0 || told == outcome.districts.len(), "{name} of {told} districts");
        }
        let all = [&outcome.stations, &outcome.districts, &outcome.hours, &outcome.brands];
        for metrics in all.into_iter().flatten().chain([&outcome.city]) {
            assert!(metrics.values().iter().flatten().all(|value| value.is_finite()), "{metrics:?}");
        }
    });
}

#[test]
fn the_city_asks_what_its_levers_say_and_drivers_lose_no_more() {
    always(|story| {
        let world = &story.world;
        let mut paid = [Money::ZERO; 2];
        let mut days: BTreeSet<(usize, i64)> = BTreeSet::new();
        let mut origins = Vec::new();
        for &(now, what) in &story.log {
            if let Observation::Requested { from, .. } = what {
                origins.push(from);
            }
            if let (Observation::PickedUp { ride, taxi }, Some(zone)) = (what, &world.zone)
                && world.taxis[taxi].fuel != Fuel::Electric
                && zone.holds(Some(origins[ride.index()]))
            {
                let paid = days.contains(&(taxi.index(), now.day()));
                assert!(paid || !zone.by_day, "{what:?} in the zone without a fee");
            }
            let Observation::Paid { taxi, what: cost, amount } = what else { continue };
            let facts = &world.taxis[taxi];
            let kind = match cost {
                Cost::Parking => {
                    let fee = world.parking.expect("nobody pays for what is free").search(facts.fuel).fee;
                    assert_eq!(amount, fee, "{what:?}");
                    0
                }
                Cost::Zone => {
                    let zone = world.zone.as_ref().expect("nobody pays for what is free");
                    assert_ne!(facts.fuel, Fuel::Electric, "{what:?}");
                    assert_eq!(amount, zone.fee, "{what:?}");
                    let first = days.insert((taxi.index(), now.day()));
                    assert!(first || !zone.by_day, "{what:?} twice on one day");
                    1
                }
                Cost::Lease | Cost::Tow => continue,
            };
            if now >= world.measured_from {
                paid[kind] += amount;
            }
        }
        let sum = |of: fn(&Fleet) -> Money| story.sums.fleets.iter().map(of).sum::<Money>();
        assert_eq!(paid, [sum(|fleet| fleet.parking), sum(|fleet| fleet.zone)]);
    });
}

// Fates.

#[test]
fn every_ride_has_one_outcome() {
    always(|story| {
        let mut requests: Vec<(Time, u32)> = Vec::new();
        for &(now, what) in &story.log {
            let (ride, requested): (RideId, Option<Time>) = match what {
                Observation::Requested { ride, .. } => {
                    assert_eq!(ride.index(), requests.len(), "rides are numbered in order of request");
                    requests.push((now, 0));
                    continue;
                }
                Observation::Served { ride, requested, .. }
                | Observation::Lost { ride, requested, .. }
                | Observation::RideUnfinished { ride, requested, .. } => (ride, Some(requested)),
                _ => continue,
            };
            let (when, outcomes) = &mut requests[ride.index()];
            *outcomes += 1;
            assert_eq!(requested, Some(*when), "{what:?}");
        }
        for rides in &story.sums.rides {
            assert_eq!(rides.lost_why.iter().sum::<u64>(), rides.lost, "every loss has one reason");
            assert_eq!(rides.served + rides.lost + rides.unfinished, rides.requested);
        }
        let other = requests.iter().position(|(_, outcomes)| *outcomes != 1);
        assert_eq!(other, None, "this ride has none or several of {} requests", requests.len());
    });
}

/// How many visits have one of the outcomes there are.
fn ended(counts: &VisitCounts) -> u64 {
    let VisitCounts { visits: _, served, refused, balked, reneged, jockeyed: _, failed, unfinished } =
        *counts;
    served + refused + balked + reneged + failed + unfinished
}

#[test]
fn every_visit_has_one_outcome() {
    always(|story| {
        let mut outcomes: Vec<u32> = Vec::new();
        for (_, what) in &story.log {
            match *what {
                Observation::Arrived(visit) => {
                    assert_eq!(visit.id.index(), outcomes.len(), "visits are numbered in order of arrival");
                    outcomes.push(0);
                }
                Observation::Balked(visit)
                | Observation::Refused(visit)
                | Observation::Reneged(visit)
                | Observation::Failed { visit, .. }
                | Observation::Unplugged { visit, .. }
                | Observation::VisitUnfinished { visit, .. } => outcomes[visit.id.index()] += 1,
                _ => {}
            }
        }
        assert_eq!(outcomes.iter().position(|count| *count != 1), None, "this visit has none or several");
        let mut counted = 0;
        for sums in &story.sums.stations {
            let counts = sums.counts;
            assert_eq!(counts.visits, ended(&counts), "{counts:?}");
            counted += counts.visits;
        }
        let measured =
            story.stays().iter().filter(|stay| stay.visit.arrived >= story.world.measured_from).count();
        assert_eq!(counted, measured as u64);
    });
}

#[test]
fn waits_are_those_of_all_who_plug_in_also_after_the_horizon() {
    always(|story| {
        let (world, mut open) = (&story.world, BTreeSet::new());
        let (mut waits, mut left, mut still) = (Vec::new(), Vec::new(), Vec::new());
        for &(now, what) in &story.log {
            let measured = |visit: Visit| visit.arrived >= world.measured_from;
            let followed_up = matches!(what, Observation::FollowedUp { .. });
            assert!(now <= world.horizon || followed_up, "{what:?} is told at {now}, after the horizon");
            match what {
                Observation::PluggedIn { visit, .. } if measured(visit) => waits.push(now - visit.arrived),
                Observation::Reneged(visit) if measured(visit) => left.push(now - visit.arrived),
                Observation::VisitUnfinished { visit, .. } if measured(visit) => {
                    assert!(open.insert(visit.id), "{visit:?}");
                }
                Observation::FollowedUp { visit, plugged_in, end } => {
                    assert!(open.remove(&visit.id), "{visit:?} is followed up twice, or was not unfinished");
                    assert!(now <= world.closes && now >= world.horizon, "{what:?} at {now}");
                    match (plugged_in, end) {
                        (Some(since), _) if since >= world.horizon => waits.push(since - visit.arrived),
                        (None, LateEnd::Left) => left.push(now - visit.arrived),
                        (None, LateEnd::Open) => still.push(now - visit.arrived),
                        (Some(_), _) | (None, LateEnd::Failed) => {}
                        (None, LateEnd::Served) => panic!("{visit:?} was served without a plug"),
                    }
                    if end == LateEnd::Open {
                        assert_eq!(now, world.closes, "a run goes on until its visits have ended");
                    }
                }
                _ => {}
            }
        }
        assert!(open.is_empty(), "{open:?} are not followed up");
        let total =
            |of: fn(&Waits) -> u64| story.sums.stations.iter().map(|sums| of(&sums.waits)).sum::<u64>();
        assert_eq!(total(|waits| waits.histogram.total()), waits.len() as u64);
        assert_eq!(total(|waits| waits.left.total()), left.len() as u64);
        assert_eq!(total(|waits| waits.open.total()), still.len() as u64);
        let sum = |spans: &[Duration]| spans.iter().copied().sum::<Duration>();
        let told = |of: fn(&Waits) -> Duration| story.sums.stations.iter().map(|sums| of(&sums.waits)).sum();
        assert_eq!((sum(&waits), sum(&left)), (told(|waits| waits.sum), told(|waits| waits.left_after)));
        let in_hours: Duration = story.sums.hours.iter().map(|hour| hour.waits.sum).sum();
        assert_eq!(in_hours, sum(&waits));
    });
}

// Queues.

#[test]
fn no_plug_is_free_beside_a_car_that_waits_for_it() {
    always(|story| {
        story.replay(
            |_, _, _| (),
            |floor, now| {
                for (plug, (taken, down)) in floor.taken.iter().zip(&floor.down).enumerate() {
                    assert!(!(*taken && *down), "plug {plug} is in use at {now} and out of use");
                }
                for station in story.world.stations.ids() {
                    for (waiting, fits) in &floor.waiting[station.index()] {
                        let free = floor.free(&story.world, station, *fits).next();
                        assert_eq!(free, None, "{waiting:?} waits at {station:?} at {now}");
                    }
                }
            },
        );
    });
}

#[test]
fn a_plug_goes_to_the_first_in_rank_and_arrival_whom_it_fits() {
    always(|story| {
        let stays = story.stays();
        story.replay(
            |floor, now, what| {
                if let Observation::PluggedIn { visit, plug } = what {
                    let own = (stays[visit.id.index()].rank, visit.id.0);
                    let fits = story.world.plugs[plug].fits;
                    assert!(stays[visit.id.index()].fits & fits != 0, "{what:?} does not fit");
                    let first =
                        floor.waiting[visit.station.index()].iter().find(|(_, inlet)| **inlet & fits != 0);
                    let held = floor.held[plug.index()].is_some();
                    assert!(
                        held || first.is_none_or(|(key, _)| *key >= own),
                        "{what:?} at {now} passes {first:?}"
                    );
                }
            },
            |_, _| (),
        );
    });
}

#[test]
fn a_reservation_is_of_a_free_plug_and_has_one_end() {
    always(|story| {
        // By plug, for whom it is held since when.
        let mut held: BTreeMap<PlugId, (TaxiId, Time)> = BTreeMap::new();
        let mut ended = [0_u64; 2];
        let lasting = story.world.charging.held;
        // Who came for which plug, up to plug-in.
        let mut claimed = None;
        let mut broken = None;
        let mut taken = vec![false; story.world.plugs.len()];
        let mut down = taken.clone();
        for (index, &(now, what)) in story.log.iter().enumerate() {
            match what {
                Observation::Reserved { taxi, station, plug } => {
                    let facts = &story.world.taxis[taxi];
                    assert!(facts.has_app && facts.fits() & story.world.plugs[plug].fits != 0, "{what:?}");
                    assert_eq!(story.world.plugs[plug].station, station);
                    assert!(!taken[plug.index()] && !down[plug.index()], "{what:?} at {now}");
                    assert!(held.values().all(|(holder, _)| *holder != taxi), "{what:?} holds another");
                    assert_eq!(held.insert(plug, (taxi, now)), None, "{what:?} at {now}");
                }
                Observation::ReservationKept { taxi, plug, .. } => {
                    let (holder, since) = held.remove(&plug).expect("a plug is kept that is held");
                    assert!(holder == taxi && Some(now - since) <= lasting, "{what:?} at {now}");
                    assert_eq!(claimed.replace((taxi, plug)), None, "nobody else came at once");
                    ended[0] += u64::from(now >= story.world.measured_from);
                }
                Observation::ReservationLapsed { taxi, plug, .. } => {
                    let (holder, since) = held.remove(&plug).expect("a plug lapses that is held");
                    assert_eq!(holder, taxi);
                    let (is_over, at) = (Some(now - since) == lasting, Some(now));
                    let runs_dry = || story.log[index..].iter().take_while(|(then, _)| *then == now);
                    let is_own = |what: &Observation| matches!(what, Observation::Stranded { taxi: dry, .. } if *dry == taxi);
                    let runs_dry = runs_dry().any(|(_, what)| is_own(what));
                    assert!(is_over || runs_dry || broken == at.zip(Some(plug)), "{what:?} at {now}");
                    ended[1] += u64::from(now >= story.world.measured_from);
                }
                Observation::ReservationUnfinished { taxi, plug, .. } => {
                    let open = held.remove(&plug).map(|(taxi, _)| taxi);
                    assert_eq!((now, open), (story.world.horizon, Some(taxi)));
                }
                Observation::PluggedIn { visit, plug } => {
                    assert!(!held.contains_key(&plug), "{what:?} at {now} takes a plug that is held");
                    if let Some((taxi, own)) = claimed.take() {
                        assert_eq!((visit.visitor, plug), (Visitor::Taxi(taxi), own), "{what:?} at {now}");
                    }
                    taken[plug.index()] = true;
                }
                Observation::Failed { visit, plug, plugged_in: None } => {
                    assert!(!held.contains_key(&plug), "{what:?} at {now} tries a plug that is held");
                    if let Some((taxi, own)) = claimed.take() {
                        assert_eq!((visit.visitor, plug), (Visitor::Taxi(taxi), own), "{what:?} at {now}");
                    }
                }
                Observation::Unplugged { plug, .. } | Observation::Failed { plug, .. } => {
                    taken[plug.index()] = false;
                }
                Observation::PlugDown { plug, .. } => {
                    (broken, down[plug.index()]) = (Some((now, plug)), true);
                }
                Observation::PlugUp { plug, .. } => down[plug.index()] = false,
                _ => {}
            }
        }
        assert!(held.is_empty() && claimed.is_none(), "{held:?} and {claimed:?} have no end");
        let counted = |of: fn(&Charging) -> u64| story.sums.stations.iter().map(of).sum::<u64>();
        assert_eq!(ended[0], counted(|sums| sums.reservations_kept));
        assert_eq!(ended[1], counted(|sums| sums.reservations_lapsed));
    });
}

#[test]
fn only_those_are_refused_who_find_no_room_or_no_plug_that_fits() {
    always(|story| {
        let stays = story.stays();
        story.replay(
            |floor, now, what| {
                if let Observation::Refused(visit) = what {
                    let (station, fits) =
                        (&story.world.stations[visit.station], stays[visit.id.index()].fits);
                    assert_eq!(
                        floor.free(&story.world, visit.station, fits).next(),
                        None,
                        "{what:?} at {now}"
                    );
                    let waiting = floor.waiting[visit.station.index()].len();
                    let full = station.room.is_some_and(|room| waiting == room as usize);
                    let of_use = |plug: PlugId| !floor.down[plug.index()];
                    let none_fits = station
                        .each_plug()
                        .all(|plug| story.world.plugs[plug].fits & fits == 0 || !of_use(plug));
                    assert!(full || none_fits, "{what:?} at {now} with {waiting} waiting");
                }
            },
            |floor, now| {
                for (station, waiting) in story.world.stations.iter().zip(&floor.waiting) {
                    let room = station.room.is_none_or(|room| waiting.len() <= room as usize);
                    assert!(room, "{} wait at {} at {now}", waiting.len(), station.name);
                }
            },
        );
    });
}

#[test]
fn queues_and_busy_plugs_are_the_sums_of_the_visits_in_them() {
    always(|story| {
        let none = (Duration::ZERO, Duration::ZERO, Energy::ZERO);
        let mut sums = vec![none; story.world.stations.len()];
        for stay in story.stays() {
            let (queue, busy, _) = &mut sums[stay.visit.station.index()];
            let plugged_in = stay.plugged_in.map(|(when, _)| when);
            if stay.queued {
                *queue += story.measured(stay.visit.arrived, plugged_in.unwrap_or(stay.ended));
            }
            if let Some(when) = plugged_in {
                *busy += story.measured(when, stay.ended);
            }
        }
        for &(now, what) in &story.log {
            if let Observation::Drawing { station, before, since, .. } = what {
                sums[station.index()].2 += before * story.measured(since, now);
            }
        }
        for (station, (queue, busy, drawn)) in sums.into_iter().enumerate() {
            let recorded = &story.sums.stations[StationId::new(station)];
            let integrals = (Duration::from_millis(recorded.queue), Duration::from_millis(recorded.busy));
            assert_eq!((queue, busy, drawn), (integrals.0, integrals.1, recorded.drawn), "station {station}");
        }
    });
}

// Taxis.

#[test]
fn what_a_taxi_does_is_a_chain_and_it_drives_while_it_says_so() {
    always(|story| {
        let mut doing = vec![(Doing::OffShift, Time::START); story.world.taxis.len()];
        let mut driven = vec![Duration::ZERO; story.world.taxis.len()];
        for &(now, what) in &story.log {
            match what {
                Observation::Drove { taxi, doing: purpose, drive } => {
                    assert_eq!(purpose, doing[taxi.index()].0, "{what:?} at {now}");
                    assert!(
                        drive.length >= Length::ZERO && drive.lasting >= Duration::ZERO,
                        "{what:?} at {now}"
                    );
                    driven[taxi.index()] += drive.lasting;
                }
                Observation::Began { taxi, doing: next, before, since } => {
                    assert_eq!((before, since), doing[taxi.index()], "{what:?} at {now}");
                    assert_ne!(next, before, "{what:?} at {now}");
                    let driving = std::mem::take(&mut driven[taxi.index()]);
                    let whole = match before {
                        Doing::Approaching
                        | Doing::Carrying
                        | Doing::Repositioning
                        | Doing::Parking
                        | Doing::SeekingCharge
                        | Doing::Homing => now - since,
                        Doing::OffShift
                        | Doing::Idle
                        | Doing::Queued
                        | Doing::Charging
                        | Doing::Refuelling
                        | Doing::Stranded => Duration::ZERO,
                    };
                    assert_eq!(driving, whole, "{what:?} at {now}");
                    doing[taxi.index()] = (next, now);
                }
                _ => {}
            }
        }
        let shifts: Duration = story.sums.fleets.iter().flat_map(|fleet| fleet.time).sum();
        let measured = story.world.horizon - story.world.measured_from;
        assert_eq!(shifts, measured * story.world.taxis.len() as i64, "all time is accounted for");
    });
}

#[test]
fn two_drivers_of_a_car_take_turns_and_share_its_lease() {
    always(|story| {
        let mut drivers = vec![0; story.world.taxis.len()];
        for &(now, what) in &story.log {
            match what {
                Observation::HandedOver { taxi, driver } => {
                    assert!(story.world.taxis[taxi].shift.is_double(), "{what:?} at {now}");
                    assert_eq!(driver, 1 - drivers[taxi.index()], "{what:?} at {now}");
                    drivers[taxi.index()] = driver;
                }
                Observation::Paid { taxi, what: Cost::Lease, amount } => {
                    let payers = if story.world.taxis[taxi].shift.is_double() { 2 } else { 1 };
                    assert_eq!(amount.as_tiyn(), story.world.prices.lease.as_tiyn() / payers);
                }
                _ => {}
            }
        }
    });
}

#[test]
fn no_car_runs_dry_on_the_way_to_a_passenger_or_with_one_or_to_a_better_place() {
    always(|story| {
        let mut doing = vec![Doing::OffShift; story.world.taxis.len()];
        for &(now, what) in &story.log {
            match what {
                Observation::Began { taxi, doing: next, .. } => doing[taxi.index()] = next,
                Observation::Stranded { taxi, .. } => {
                    let on_a_job = [Doing::Approaching, Doing::Carrying, Doing::Repositioning];
                    let doing = doing[taxi.index()];
                    assert!(!on_a_job.contains(&doing), "{taxi:?} strands at {now} while {doing:?}");
                }
                _ => {}
            }
        }
    });
}

#[test]
fn what_drivers_net_and_work_adds_up_to_the_fleet() {
    always(|story| {
        let fleets = &story.sums.fleets;
        let on_shift = |fleet: &Fleet| {
            let all: Duration = fleet.time.iter().copied().sum();
            all - fleet.time[Doing::OffShift as usize]
        };
        let worked: Duration = story.sums.drivers.iter().map(|driver| driver.on_shift).sum();
        assert_eq!(worked, fleets.iter().map(on_shift).sum::<Duration>());
        let net = |fleet: &Fleet| {
            let energy = fleet.charged.0 + fleet.charged_at_home.0 + fleet.fuel;
            fleet.earned - energy - fleet.lease - fleet.tow - fleet.parking - fleet.zone
        };
        let netted: Money = story.sums.drivers.iter().map(|driver| driver.net).sum();
        assert_eq!(netted, fleets.iter().map(net).sum::<Money>());
    });
}

#[test]
fn hours_and_districts_add_up_to_the_city() {
    always(|story| {
        let by = |of: fn(&VisitCounts) -> u64| {
            let hours: u64 = story.sums.hours.iter().map(|hour| of(&hour.counts)).sum();
            let stations: u64 = story.sums.stations.iter().map(|sums| of(&sums.counts)).sum();
            assert_eq!(hours, stations);
        };
        by(|counts| counts.visits);
        by(|counts| counts.served);
        by(|counts| counts.refused);
        by(|counts| counts.balked);
        by(|counts| counts.reneged);
        by(|counts| counts.failed);
        by(|counts| counts.unfinished);
        by(|counts| counts.jockeyed);
        let charging = [Doing::SeekingCharge, Doing::Queued, Doing::Charging];
        let spent = |fleet: &Fleet| charging.map(|doing| fleet.time[doing as usize]).into_iter().sum();
        let day = |hour: usize, of: fn(&DayHour) -> i64| -> i64 {
            story.sums.day.stations.iter().skip(hour).step_by(24).map(of).sum()
        };
        let week = |hour: usize, of: fn(&Hour) -> i64| -> i64 {
            story.sums.hours.iter().skip(hour).step_by(24).map(of).sum()
        };
        for hour in 0..24 {
            assert_eq!(day(hour, |sums| sums.queue), week(hour, |sums| sums.queue));
            assert_eq!(day(hour, |sums| sums.busy), week(hour, |sums| sums.busy));
            assert_eq!(day(hour, |sums| sums.visits as i64), week(hour, |sums| sums.counts.visits as i64));
            assert_eq!(day(hour, |sums| sums.served as i64), week(hour, |sums| sums.counts.served as i64));
            let waited = day(hour, |sums| sums.waited.as_millis());
            assert_eq!(waited, week(hour, |sums| sums.waits.sum.as_millis()));
            let measured = week(hour, |sums| sums.measured.as_millis());
            assert_eq!(story.sums.day.measured[hour].as_millis(), measured);
        }
        let in_hours: Duration = story.sums.hours.iter().map(|hour| hour.charging).sum();
        assert_eq!(in_hours, story.sums.fleets.iter().map(spent).sum::<Duration>());
        // All roads that a taxi sets out on lie in the city.
        let stranded: u64 = story.sums.stranded.iter().sum();
        assert_eq!(stranded, story.sums.fleets.iter().map(|fleet| fleet.stranded).sum::<u64>());
    });
}

/// What the log says of electric taxis of one maker: visits, those served, the waits of who plugged in, energy charged at stations,
/// and distance driven.
type Told = (u64, u64, Duration, Energy, Length);

#[test]
fn what_is_said_of_makers_is_what_their_taxis_did_and_adds_up_to_the_electric_fleet() {
    always(|story| {
        let (world, from) = (&story.world, story.world.measured_from);
        let mut told: BTreeMap<&str, Told> = BTreeMap::new();
        let make = |taxi| {
            let taxi: &Taxi = &world.taxis[taxi];
            (taxi.fuel == Fuel::Electric).then(|| world.models[taxi.model].make.as_str())
        };
        for &(now, what) in &story.log {
            match what {
                Observation::Arrived(Visit { visitor: Visitor::Taxi(taxi), arrived, .. })
                    if arrived >= from =>
                {
                    told.entry(make(taxi).expect("it charges")).or_default().0 += 1;
                }
                Observation::PluggedIn { visit, .. } if visit.arrived >= from => {
                    if let Visitor::Taxi(taxi) = visit.visitor {
                        told.entry(make(taxi).expect("it charges")).or_default().2 += now - visit.arrived;
                    }
                }
                Observation::FollowedUp { visit, plugged_in: Some(since), .. } if since >= world.horizon => {
                    if let Visitor::Taxi(taxi) = visit.visitor {
                        told.entry(make(taxi).expect("it charges")).or_default().2 += since - visit.arrived;
                    }
                }
                Observation::Unplugged { visit, energy, .. } => {
                    if let Visitor::Taxi(taxi) = visit.visitor {
                        let told = told.entry(make(taxi).expect("it charges")).or_default();
                        told.1 += u64::from(visit.arrived >= from);
                        told.3 += if now >= from { energy } else { Energy::ZERO };
                    }
                }
                Observation::Drove { taxi, drive, .. } if now >= from => {
                    if let Some(make) = make(taxi) {
                        told.entry(make).or_default().4 += drive.length;
                    }
                }
                _ => {}
            }
        }
        let makers = Layout::of(world).brands;
        assert_eq!(makers.len(), story.sums.brands.len());
        let mut sum = Fleet::default();
        for (make, brand) in makers.iter().zip(&story.sums.brands) {
            let length = brand.fleet.driven.iter().copied().sum();
            let (counts, waits) = (brand.counts, brand.waits.sum);
            let one = (counts.visits, counts.served, waits, brand.fleet.charged.1, length);
            assert_eq!(told.remove(make.as_str()).unwrap_or_default(), one, "{make}");
            assert_eq!(counts.visits, ended(&counts), "{make}");
            sum.merge(&brand.fleet);
        }
        assert!(told.is_empty(), "{told:?} were told of no maker");
        assert_eq!(sum, story.sums.fleets[Fuel::Electric as usize]);
    });
}

// What the laws have seen.

/// A law says nothing about what never happens.
#[test]
fn the_cities_see_all_that_can_happen() {
    let seen: RefCell<BTreeSet<String>> = RefCell::default();
    let word = |text: String| text.split([' ', '(']).next().unwrap_or_default().to_owned();
    always(|story| {
        for (_, what) in &story.log {
            let mut name = word(format!("{what:?}"));
            if let Observation::Began { doing, .. } = what {
                name = format!("{name} {doing:?}");
            }
            if let Observation::Arrived(visit) = what {
                name += &word(format!(" {:?}", visit.visitor).replace(' ', "-"));
            }
            seen.borrow_mut().insert(name);
        }
    });
    insta::assert_snapshot!(seen.into_inner().into_iter().collect::<Vec<_>>().join("\n"));
}

// Repetition.

#[test]
fn the_same_seed_tells_the_same_story() {
    holds_in_every_city(|scenario| {
        let (first, second) = (story(scenario), story(scenario));
        assert_eq!(first.log, second.log);
        assert_eq!(first.sums.fingerprint, second.sums.fingerprint);
    });
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let pool = |threads| {
        rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("the machine has threads")
    };
    let pools = [pool(1), pool(2)];
    holds_in_every_city(|scenario| {
        let fingerprint = |replication| {
            let world = world(scenario, replication);
            let mut recorder = Recorder::new(&world);
            run(&world, &mut recorder);
            recorder.finish(world.horizon).fingerprint
        };
        let prints = |pool: &rayon::ThreadPool| {
            pool.install(|| (0..4).into_par_iter().map(fingerprint).collect::<Vec<_>>())
        };
        assert_eq!(prints(&pools[0]), prints(&pools[1]));
    });
}

/// Times and districts of all requests.
fn requests(scenario: &Scenario) -> Vec<(Time, Observation)> {
    let requested = |fact: &(Time, Observation)| matches!(fact.1, Observation::Requested { .. });
    story(scenario).log.into_iter().filter(requested).collect()
}

#[test]
fn one_more_taxi_changes_no_passenger() {
    holds_in_every_city(|scenario| {
        let mut larger = scenario.clone();
        larger.fleet.taxis += 1;
        assert_eq!(requests(scenario), requests(&larger));
    });
}

#[test]
fn one_more_plug_changes_no_visitor_of_a_queue() {
    holds_in_every_city(|scenario| {
        let mut larger = scenario.clone();
        larger.stations.iter_mut().for_each(|station| station.plugs += 1);
        let visitors = |scenario: &Scenario| -> Vec<(Time, StationId)> {
            let story = story(scenario);
            let given = |station: StationId| story.world.stations[station].name.starts_with('S');
            let arrived = |(now, what): &(Time, Observation)| match *what {
                Observation::Arrived(Visit { station, visitor: Visitor::WalkIn(_), .. })
                    if given(station) =>
                {
                    Some((*now, station))
                }
                _ => None,
            };
            story.log.iter().filter_map(arrived).collect()
        };
        assert_eq!(visitors(scenario), visitors(&larger));
    });
}

// Every run ends.

/// A day of five taxis and one plug, with this first charge and one more line.
fn ends(start_soc: &str, more: &str) {
    let text = format!(
        "name = \"day\"\n\
         time = {{ warm_up = {{ hours = 0 }}, horizon = {{ hours = 24 }}, replications = 1, seed = 1 }}\n\
         demand = {{ rides_per_day = 0 }}\n\
         fleet = {{ taxis = 5, electric = 5, home_charging = 0, start_soc_no_home = {start_soc} }}\n\
         network = {{ existing = 0, planned = {{ plots = 0 }} }}\n{more}\n\
         [[stations]]\nname = \"Q\"\nplugs = 1\nplug_kw = 7\nroom = 0\nat = {{ lon = 76.93, lat = 43.24 }}\n"
    );
    story(&scenario(&text));
}

#[test]
fn drivers_who_stop_charging_below_their_threshold_do_not_charge_in_circles() {
    ends("[0.05, 50]", "charging.stop_at = 0.1");
}

#[test]
fn drivers_who_look_around_every_minute_do_not_stop_the_clock() {
    ends("[5, 5]", "charging.opportunity.idle = { minutes = 1 }");
}

#[test]
fn the_quickest_tow_does_not_tow_in_circles() {
    ends("[0.05, 50]", "charging.tow = { minutes = 1 }");
}

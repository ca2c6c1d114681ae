//! Drivers who run dry, shifts that meet the next one, and what is counted by cabinets.
#![expect(clippy::wildcard_enum_match_arm, reason = "a log holds much that these tests pass by")]

use crate::stage::{DATA, Log, metric, run, scenario, world};
use zaryad::ids::TaxiId;
use zaryad::observe::{Doing, Observation, Visitor};
use zaryad::study;

/// A city without rides, with a near station and a cheaper one far away.
fn two_stations(charging: &str, more: &str) -> String {
    format!(
        "name = \"out of range\"
         time = {{ warm_up = {{ hours = 0 }}, horizon = {{ days = 1 }}, replications = 1 }}
         city.temperature_c = 22
         demand.rides_per_day = 0
         network.existing = 0
         fleet = {{ taxis = 100, electric = 100, home_charging = 0, start_soc_no_home = [40, 960],
                   models = {{ \"BYD Han Flagship\" = 1 }} }}
         charging = {{ {charging} }}
         {more}
         [[stations]]
         name = \"near\"
         plugs = 100
         plug_kw = 60
         at = {{ lon = 76.93, lat = 43.24 }}
         [[stations]]
         name = \"far\"
         plugs = 100
         plug_kw = 60
         price_kzt_per_kwh = 50
         at = {{ lon = 76.80, lat = 43.20 }}"
    )
}

fn log(text: &str) -> Log {
    let mut log = Log::new();
    run(&world(&scenario(text), 0), &mut log);
    log
}

/// The taxis that ran dry, with what they were doing.
fn stranded(log: &Log) -> Vec<(TaxiId, Doing)> {
    let mut doing = Vec::new();
    let mut stranded = Vec::new();
    for (_, what) in log {
        match *what {
            Observation::Drove { taxi, doing: now, .. } => doing.push((taxi, now)),
            Observation::Stranded { taxi, .. } => {
                stranded.extend(doing.iter().rev().find(|(other, _)| *other == taxi).copied());
            }
            _ => {}
        }
    }
    stranded
}

#[test]
fn nobody_sets_out_for_a_station_beyond_the_charge_if_a_nearer_one_is_in_reach() {
    let nearest = stranded(&log(&two_stations("choice = \"nearest\"", ""))).len();
    assert_eq!(nearest, 11, "so many have not the charge for either");
    for choice in ["\"cheapest\"", "\"least_total_time\"", "\"logit\""] {
        let count = stranded(&log(&two_stations(&format!("choice = {choice}"), ""))).len();
        assert_eq!(count, nearest, "choice = {choice}");
    }
}

#[test]
fn a_car_handed_over_beside_its_charger_without_the_charge_for_a_plug_charges_first() {
    for choice in ["\"nearest\"", "\"cheapest\"", "\"least_total_time\"", "\"logit\""] {
        let text = two_stations(&format!("choice = {choice}"), "")
            .replace(
                "home_charging = 0",
                "home_charging = 1, start_soc_home = [1, 999], shifts = { double = { share = 1 } }",
            )
            .replace("temperature_c = 22", "temperature_c = -20");
        let log = log(&text);
        assert_eq!(stranded(&log), [], "choice = {choice}");
        let at_home =
            log.iter().filter(|(_, what)| matches!(what, Observation::ChargedAtHome { .. })).count();
        assert!(at_home >= 50, "choice = {choice}: {at_home} charged at home");
    }
}

#[test]
fn a_driver_whose_charge_does_not_last_home_charges_on_the_way() {
    let text = "name = \"frost\"
        time = { warm_up = { hours = 0 }, horizon = { days = 3 }, replications = 1 }
        city.temperature_c = -20
        demand.rides_per_day = 3_000
        network.existing = 12
        fleet = { taxis = 90, electric = 90, home_charging = 0.3 }
        charging = { opportunity = { below = 0 }, threshold = { mean = 0.12, sd = 0, at_least = 0.1, at_most = 0.9 } }";
    let homing: Vec<_> =
        stranded(&log(text)).into_iter().filter(|(_, doing)| *doing == Doing::Homing).collect();
    assert_eq!(homing, []);
}

#[test]
fn shifts_that_end_after_the_next_begins_go_on() {
    let hours = |fleet: &str| {
        let text = format!(
            "name = \"round the clock\"
             time = {{ warm_up = {{ days = 1 }}, horizon = {{ days = 5 }}, replications = 1 }}
             demand.rides_per_day = 2_000
             network.existing = 2
             [fleet]\ntaxis = 40\nelectric = 0\n{fleet}"
        );
        metric(&text, "drivers.hours_per_day.petrol")[0]
    };
    // Two drivers of a car have half of the day each; the last ride and the way home may take longer than the shift.
    for (fleet, least, most) in [
        ("shift = { hours = 24 }", 23.95, 24.0),
        ("shift = { hours = 23.5 }", 23.3, 23.95),
        ("shifts = { part_time = { share = 1, lasting = { hours = 24 } } }", 23.95, 24.0),
        ("shifts = { double = { share = 1, handovers_h = [7, 8] } }", 11.75, 12.0),
        ("shifts = { double = { share = 1, handovers_h = [7, 19] } }", 11.75, 12.0),
        ("shift = { hours = 10 }", 10.0, 11.0),
    ] {
        let hours = hours(fleet);
        assert!((least..=most).contains(&hours), "{fleet}: {hours} hours a day");
    }
}

#[test]
fn a_cabinet_that_gives_all_it_can_is_busy_whatever_its_plugs_could_give() {
    for power in
        ["plugs = 2\ncabinet_kw = 60", "plugs = 3\nplug_kw = 40\ncabinet_kw = 60", "plugs = 2\nplug_kw = 30"]
    {
        let text = format!(
            "name = \"saturated\"
             city.temperature_c = 22
             demand.rides_per_day = 0
             fleet = {{ taxis = 0, electric = 0 }}
             network = {{ existing = 0, planned = {{ plots = 0 }} }}
             time = {{ warm_up = {{ hours = 20 }}, horizon = {{ hours = 100 }}, replications = 1, seed = 1 }}
             [[stations]]\nname = \"Q\"\n{power}
             [[stations.walk_ins]]\ncars = 10\naway = {{ constant = {{ minutes = 1 }} }}
             energy = {{ constant = {{ kwh = 30 }} }}"
        );
        let busy = metric(&text, "charging.busy_by_energy")[0];
        assert!((0.999..=1.0001).contains(&busy), "{power}: {busy}");
    }
}

#[test]
fn a_given_station_may_not_have_the_name_of_a_placed_one() {
    for (name, clashes) in [
        ("existing-001", true),
        ("existing-002", false),
        ("existing-1", false),
        ("existing-000", false),
        ("plot-002", true),
        ("plot-003", false),
        ("Plot-002", false),
    ] {
        let text = format!(
            "name = \"clash\"\nbase = \"assumptions\"
             network = {{ existing = 1, planned = {{ plots = 2 }} }}
             [[stations]]\nname = \"{name}\"\nplugs = 1\nplug_kw = 60\nat = {{ lon = 76.93, lat = 43.24 }}"
        );
        match study::resolve_text(&text, &[], &DATA) {
            Ok(_) => assert!(!clashes, "{name} is taken"),
            Err(report) => {
                let report = zaryad::cli::render(&report, false);
                assert!(clashes, "{name} is not taken: {report}");
                assert!(report.contains("a placed station has the name"), "{report}");
                assert!(report.contains("give this station another"), "{report}");
            }
        }
    }
}

#[test]
fn a_plug_a_station_a_taxi_or_a_price_more_leaves_every_other_arrival_and_repair_where_it_was() {
    let happened = |plugs: u32, network: &str, first: &str, more: &str| {
        let text = format!(
            "name = \"in step\"
             time = {{ warm_up = {{ hours = 0 }}, horizon = {{ days = 2 }}, replications = 1 }}
             demand.rides_per_day = 0
             network = {{ {network}, faults = {{ mean_up_h = 5, repair = {{ exponential = {{ mean_minutes = 60 }} }} }} }}
             {first}
             [[stations]]\nname = \"Q\"\nplugs = {plugs}\nplug_kw = 60\nat = {{ lon = 76.93, lat = 43.24 }}\n{more}
             [[stations.walk_ins]]\nper_hour = 3\nstay = {{ exponential = {{ mean_minutes = 30 }} }}
             patience = {{ exponential = {{ mean_minutes = 10 }} }}
             [[stations.walk_ins]]\nper_hour = 2\nenergy = {{ exponential = {{ mean_kwh = 20 }} }}"
        );
        let world = world(&scenario(&text), 0);
        let mut log = Log::new();
        run(&world, &mut log);
        let (id, station) =
            world.stations.enumerate().find(|(_, station)| station.name == "Q").expect("it is given");
        let mut happened = Vec::new();
        for (now, what) in log {
            match what {
                Observation::Arrived(visit)
                    if visit.station == id && matches!(visit.visitor, Visitor::WalkIn(_)) =>
                {
                    happened.push((now, "arrives", 0));
                }
                Observation::PlugDown { plug, .. } if station.plugs.contains(&plug) => {
                    happened.push((now, "fails", plug.0 - station.plugs.start.0));
                }
                Observation::PlugUp { plug, .. } if station.plugs.contains(&plug) => {
                    happened.push((now, "works", plug.0 - station.plugs.start.0));
                }
                _ => {}
            }
        }
        happened.retain(|&(_, _, plug)| plug < 2);
        let walk_ins = crate::stage::walk_ins(&world).into_iter().filter(|one| one.station == id);
        let drawn: Vec<_> = walk_ins.map(|one| (one.arrived, one.stay, one.patience)).collect();
        (happened, drawn)
    };
    let none = "existing = 0";
    let taxis = |taxis: u32| format!("fleet = {{ taxis = {taxis}, electric = {taxis} }}");
    let base = happened(2, none, &taxis(1), "");
    assert!(base.0.len() > 200 && base.1.len() > 200, "{} {}", base.0.len(), base.1.len());
    let other = format!(
        "{}\n[[stations]]\nname = \"A\"\nplugs = 2\nplug_kw = 60\nat = {{ lon = 76.9, lat = 43.23 }}",
        taxis(1)
    );
    let stream = "\n[[stations.walk_ins]]\nper_hour = 4\nstay = { exponential = { mean_minutes = 30 } }";
    assert!(happened(3, none, &taxis(1), "") == base, "a plug more");
    assert!(happened(2, none, &taxis(2), "") == base, "a taxi more");
    assert!(happened(2, none, &taxis(1), "price_kzt_per_kwh = 90") == base, "another price");
    assert!(happened(2, none, &other, "") == base, "a station more, given first");
    assert!(happened(2, none, &format!("{other}{stream}"), "") == base, "and visitors of its own");
    assert!(happened(2, "existing = 2", &taxis(1), "") == base, "placed stations");
}

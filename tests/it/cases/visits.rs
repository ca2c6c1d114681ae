//! What becomes of visits where plugs, plug-ins and stations fail.
#![expect(clippy::wildcard_enum_match_arm, reason = "a test looks at few kinds of facts")]

use crate::stage::{self, metric, run, scenario, world};
use zaryad::observe::{Observation, Visitor};
use zaryad::units::{Energy, Time};

/// Facts of one run.
fn log(text: &str) -> stage::Log {
    let world = world(&scenario(text), 0);
    let mut log = stage::Log::new();
    run(&world, &mut log);
    log
}

/// How often visits ended in each way: served, refused, reneged, failed, unfinished.
fn ends(log: &stage::Log) -> [usize; 5] {
    let count = |is: fn(&Observation) -> bool| log.iter().filter(|(_, what)| is(what)).count();
    [
        count(|what| matches!(what, Observation::Unplugged { .. })),
        count(|what| matches!(what, Observation::Refused(_))),
        count(|what| matches!(what, Observation::Reneged(_))),
        count(|what| matches!(what, Observation::Failed { .. })),
        count(|what| matches!(what, Observation::VisitUnfinished { .. })),
    ]
}

/// When visitors plugged in, in minutes.
fn plug_ins(log: &stage::Log) -> Vec<i64> {
    let minute = |now: Time| now.as_millis() / 60_000;
    log.iter()
        .filter(|(_, what)| matches!(what, Observation::PluggedIn { .. }))
        .map(|(now, _)| minute(*now))
        .collect()
}

const TAXIS_WHOSE_PLUG_INS_FAIL: &str = r#"
    name = "all-fail"
    time = { warm_up = { hours = 0 }, horizon = { days = 2 }, replications = 1 }
    demand = { rides_per_day = 0 }
    fleet = { taxis = 10, electric = 10, home_charging = 0, start_soc_no_home = [100, 900] }
    [network]
    existing = 0
    failing_plug_ins = 1
    [[stations]]
    name = "Q"
    plugs = 4
    plug_kw = 60
    at = { lon = 76.93, lat = 43.24 }
"#;

#[test]
fn who_gets_nothing_from_a_plug_is_not_served() {
    let log = log(TAXIS_WHOSE_PLUG_INS_FAIL);
    let [served, .., failed, unfinished] = ends(&log);
    assert!(failed > 0 && (served, unfinished) == (0, 0), "{failed} failed, {served} served");
    let of = |name| metric(TAXIS_WHOSE_PLUG_INS_FAIL, name)[0];
    let counts = ["charging.failed", "charging.visits", "charging.served", "charging.busy"].map(of);
    assert!(counts[0] >= counts[1] && counts[2..].iter().all(|value| *value <= 0.0), "{counts:?}");
    let world = world(&scenario(TAXIS_WHOSE_PLUG_INS_FAIL), 0);
    let mut recorder = zaryad::results::Recorder::new(&world);
    run(&world, &mut recorder);
    let outcome = zaryad::results::Outcome::of(&world, recorder.finish(world.horizon));
    assert_eq!(outcome.city.get("charging.wait_s.mean"), None, "nobody's wait is a mean of anything");
    assert_eq!(outcome.city.get("charging.plugged_in_s.mean"), None);
    for groups in [&outcome.stations, &outcome.districts, &outcome.hours, &outcome.brands] {
        let failed: f64 = groups.iter().filter_map(|group| group.get("failed")).sum();
        assert!((failed - of("charging.failed")).abs() < 1e-9, "{failed} in one of the tables");
    }
}

#[test]
fn a_driver_whose_plug_in_failed_tries_another_station() {
    let text = format!(
        "{TAXIS_WHOSE_PLUG_INS_FAIL}
        [[stations]]
        name = \"R\"
        plugs = 4
        plug_kw = 60
        at = {{ lon = 76.90, lat = 43.25 }}"
    );
    let log = log(&text);
    let visits = log.iter().filter_map(|(_, what)| match what {
        Observation::Failed { visit, .. } => Some((visit.visitor, visit.station)),
        _ => None,
    });
    let mut last = std::collections::BTreeMap::new();
    let (mut moved, mut stayed) = (0, 0);
    for (who, station) in visits {
        let Visitor::Taxi(taxi) = who else { continue };
        match last.insert(taxi, station) {
            Some(before) if before == station => stayed += 1,
            Some(_) => moved += 1,
            None => {}
        }
    }
    // Where both have failed, the driver goes home; the next shift begins anew.
    assert!(moved > stayed, "{moved} tried the other station, {stayed} the same");
}

/// A queue alone of which one key is put in place of `AT`, and one stream.
fn queue(at: &str, network: &str, stream: &str) -> String {
    format!(
        "name = \"Q\"\n\
         time = {{ warm_up = {{ hours = 0 }}, horizon = {{ hours = 1_000 }}, replications = 1 }}\n\
         demand = {{ rides_per_day = 0 }}\nfleet = {{ taxis = 0, electric = 0 }}\n\
         charging.private.registered = 0\n\
         [network]\nexisting = 0\nplanned = {{ plots = 0 }}\n{network}\n\
         [[stations]]\nname = \"Q\"\nplugs = 1\nplug_kw = 60\n{at}\n[[stations.walk_ins]]\n{stream}\n"
    )
}

const PLACE: &str = "at = { lon = 76.93, lat = 43.24 }";

#[test]
fn what_fails_fails_with_and_without_a_place() {
    for network in [
        "failing_plug_ins = 0.5",
        "faults = { mean_up_h = 1, repair = { constant = { minutes = 60 } } }",
        "failing_plug_ins = 0.5\nfaults = { mean_up_h = 1, repair = { constant = { minutes = 60 } } }",
        "outages = [{ station = \"Q\", from = { hours = 5 }, lasting = { hours = 30 } }]",
    ] {
        for stream in [
            "per_hour = 1\nstay = { constant = { minutes = 20 } }",
            "per_hour = 1\nenergy = { constant = { kwh = 20 } }",
            "cars = 3\naway = { exponential = { mean_minutes = 60 } }\nstay = { constant = { minutes = 20 } }",
            "cars = 3\naway = { exponential = { mean_minutes = 60 } }\nenergy = { constant = { kwh = 20 } }\n\
             patience = { constant = { minutes = 30 } }",
        ] {
            let (with, without) = (log(&queue(PLACE, network, stream)), log(&queue("", network, stream)));
            assert_eq!(with, without, "{network}\n{stream}");
        }
    }
    // A car that stays on is no less in the way at a queue alone.
    let overstay = "[charging.overstay]\nlasting = { constant = { minutes = 30 } }\nfree = { minutes = 10 }\n\
                    fee_kzt_per_minute = 50\n[[stations]]";
    let stream = "per_hour = 1\nenergy = { constant = { kwh = 20 } }";
    let busy =
        |at: &str| metric(&queue(at, "", stream).replace("[[stations]]", overstay), "charging.busy")[0];
    assert_eq!(busy(PLACE).to_bits(), busy("").to_bits());
    assert!(busy("") > metric(&queue("", "", stream), "charging.busy")[0] + 0.3);
}

#[test]
fn a_queue_alone_waits_for_repairs() {
    let faults = "faults = { mean_up_h = 1, repair = { constant = { minutes = 60 } } }";
    let stay = "per_hour = 1\nstay = { constant = { minutes = 20 } }";
    let waits = |network: &str| metric(&queue("", network, stay), "charging.wait_s.mean")[0] / 60.0;
    let (with, without) = (waits(faults), waits(""));
    assert!((35.0..46.0).contains(&with) && (3.0..6.0).contains(&without), "{with} and {without} minutes");
    // Who comes for a time draws no energy, so that no plug-in fails.
    let failing = format!("{faults}\nfailing_plug_ins = 0.5");
    assert_eq!(waits(&failing).to_bits(), with.to_bits());
}

#[test]
fn visitors_of_both_kinds_wait_through_an_outage() {
    // The car comes at minute 80, five minutes into the outage, and the plug works again at minute 120.
    let outage = "outages = [{ station = \"Q\", from = { minutes = 75 }, lasting = { minutes = 45 } }]";
    for source in ["cars = 1\naway = { constant = { minutes = 80 } }", "per_hour = 0.2"] {
        for need in ["stay = { constant = { minutes = 30 } }", "energy = { constant = { kwh = 30 } }"] {
            let log = log(&queue("", outage, &format!("{source}\n{need}")));
            let [_, refused, reneged, failed, _] = ends(&log);
            assert_eq!((refused, reneged, failed), (0, 0, 0), "{source} {need}");
            if source.starts_with("cars") {
                assert_eq!(plug_ins(&log)[..2], [120, 230], "{need}");
            }
        }
    }
    // One who waits when the outage begins goes on waiting, too.
    let outage = "outages = [{ station = \"Q\", from = { minutes = 85 }, lasting = { minutes = 45 } }]";
    for need in ["stay = { constant = { minutes = 30 } }", "energy = { constant = { kwh = 30 } }"] {
        let two = format!("cars = 2\naway = {{ constant = {{ minutes = 80 }} }}\n{need}");
        let log = log(&queue("", outage, &two));
        assert_eq!(plug_ins(&log)[..2], [80, 130], "{need}");
        let cut = log.iter().find(|(_, what)| matches!(what, Observation::Unplugged { .. }));
        let at = cut.map(|(now, _)| now.as_millis() / 60_000);
        assert_eq!(at, Some(85), "{need}: who was cut off after five minutes was served");
    }
}

#[test]
fn who_is_cut_off_before_anything_flowed_has_failed() {
    // The outage begins at the instant of the first plug-in.
    let outage = "outages = [{ station = \"Q\", from = { minutes = 80 }, lasting = { minutes = 45 } }]";
    for need in ["stay = { constant = { minutes = 30 } }", "energy = { constant = { kwh = 30 } }"] {
        let patient = "patience = { constant = { minutes = 0 } }";
        let stream = format!("cars = 1\naway = {{ constant = {{ minutes = 80 }} }}\n{need}\n{patient}");
        let log = log(&queue("", outage, &stream));
        let first = log.iter().find_map(|(_, what)| match what {
            Observation::Unplugged { visit, plugged_in, energy, .. } => {
                Some((visit.id.0, *plugged_in, *energy))
            }
            _ => None,
        });
        assert!(first.is_some_and(|(id, ..)| id > 0), "the first visit got nothing: {first:?}");
        let nothing = |what: &Observation| matches!(what, Observation::Unplugged { energy, .. } if *energy == Energy::ZERO);
        let served_with_nothing = log.iter().filter(|(_, what)| nothing(what)).count();
        assert!(served_with_nothing == 0 || need.starts_with("stay"), "{served_with_nothing} of {need}");
    }
}

#[test]
fn drivers_of_private_cars_leave_a_station_that_is_out() {
    // One busy plug that is out for the second half of each hour.
    let outage = |hour: i64| {
        format!(
            "[[network.outages]]\nstation = \"existing-001\"\nfrom = {{ minutes = {} }}\nlasting = {{ minutes = 30 }}\n",
            60 * hour + 30
        )
    };
    let text = format!(
        "name = \"private\"\n\
         time = {{ warm_up = {{ hours = 0 }}, horizon = {{ hours = 48 }}, replications = 1 }}\n\
         demand = {{ rides_per_day = 0 }}\nfleet = {{ taxis = 0, electric = 0 }}\n\
         charging.private.registered = 600\n\
         [network]\nexisting = 1\nexisting_kind = {{ plugs = 1, dc_share = 1, dc_kw = [60] }}\nplanned = {{ plots = 0 }}\n{}",
        (0..48).map(outage).collect::<String>()
    );
    let (mut refused, mut left) = (0, 0);
    for (now, what) in log(&text) {
        let rest = now.as_millis() % 3_600_000 - 1_800_000;
        match what {
            Observation::Queued(_) => assert!(rest < 0, "nobody queues at {now}"),
            Observation::Refused(_) if rest >= 0 => refused += 1,
            Observation::Reneged(_) if rest >= 0 => {
                assert_eq!(rest, 0, "nobody waits beyond the beginning of an outage");
                left += 1;
            }
            _ => {}
        }
    }
    assert!(refused > 0 && left > 0, "{refused} turned away, {left} left the queue");
}

#[test]
fn thousands_in_a_queue_may_fail_one_after_the_other() {
    // Twenty thousand wait for one plug, of which the first to stay lets nobody else charge.
    let text = queue(
        "",
        "failing_plug_ins = 1",
        "per_hour = 20_000\nenergy = { constant = { kwh = 1 } }\n\
         [[stations.walk_ins]]\nper_hour = 1\nstay = { constant = { minutes = 90 } }",
    );
    let [served, refused, _, failed, unfinished] = ends(&log(&text.replace("hours = 1_000", "hours = 4")));
    assert!(refused == 0 && served > 0 && failed > 20_000, "{served} {refused} {failed} {unfinished}");
}

#[test]
fn a_queue_alone_has_what_its_file_asks_for_and_nothing_of_the_baseline() {
    let faults = "faults = { mean_up_h = 1, repair = { constant = { minutes = 60 } } }";
    let stay = "per_hour = 1\nstay = { constant = { minutes = 20 } }";
    let resolve = |text: &str| {
        zaryad::study::resolve_text(text, &[], &stage::DATA).expect("the scenario has no problem")
    };
    let none = resolve(&queue("", "", stay));
    assert!(none.network.faults.is_none() && none.charging.overstay.is_none());
    assert!(resolve(&queue("", faults, stay)).network.faults.is_some());
    // In the city, or where the baseline is named, it holds.
    assert!(resolve(&queue(PLACE, "", stay)).network.faults.is_some());
    let named = format!("base = \"baseline\"\n{}", queue("", "", stay));
    assert!(resolve(&named).network.faults.is_some());
}

#[test]
fn private_cars_come_only_for_energy_they_want() {
    let text = |stop: f64| {
        format!(
            "name = \"need\"\n\
             time = {{ warm_up = {{ hours = 0 }}, horizon = {{ days = 20 }}, replications = 2 }}\n\
             city = {{ temperature_c = 22 }}\ndemand = {{ rides_per_day = 0 }}\n\
             fleet = {{ taxis = 0, electric = 0 }}\n\
             network = {{ existing = 20, existing_kind = {{ plugs = 20, dc_share = 1, dc_kw = [300] }} }}\n\
             charging = {{ stop_at = {stop}, private = {{ registered = 2000 }} }}"
        )
    };
    let energy = |stop: f64| metric(&text(stop), "charging.energy_kwh").iter().sum::<f64>() / 40.0;
    let [all, half, little] = [0.8, 0.4, 0.1].map(energy);
    assert!((5_100.0..5_450.0).contains(&all), "{all} kWh a day, where the cars need 5,277");
    assert!(half < 0.9 * all && little < half, "{half} and {little} kWh a day");
    for stop in [0.8, 0.4, 0.1] {
        let nothing = log(&text(stop))
            .iter()
            .filter(
                |(_, what)| matches!(what, Observation::Unplugged { energy, .. } if *energy == Energy::ZERO),
            )
            .count();
        assert_eq!(nothing, 0, "stop_at = {stop}");
    }
}

#[test]
fn a_session_is_worth_its_stop() {
    let text = |keys: &str| {
        format!(
            "name = \"worth\"\n\
             time = {{ warm_up = {{ hours = 0 }}, horizon = {{ days = 2 }}, replications = 1, seed = 1 }}\n\
             city = {{ temperature_c = 22 }}\ndemand = {{ rides_per_day = 0 }}\n\
             fleet = {{ taxis = 1, electric = 1, home_charging = 0, start_soc_no_home = [250, 750], \
             shift = {{ hours = 12 }}, models = {{ \"BYD Han Flagship\" = 1 }} }}\n\
             [charging]\nprivate = {{ registered = 0 }}\n{keys}\n\
             [network]\nexisting = 0\nplanned = {{ plots = 0 }}\n\
             [[stations]]\nname = \"Q\"\nplugs = 1\nplug_kw = 60\n{PLACE}"
        )
    };
    let threshold =
        |at: f64| format!("threshold = {{ mean = {at}, sd = 0, at_least = {at}, at_most = {at} }}\n");
    for keys in [
        format!("{}stop_at = 0.8", threshold(0.8)),
        format!("{}stop_at = 0.8", threshold(1.0)),
        format!("{}stop_at = 0.3", threshold(0.5)),
        "opportunity = { idle = { minutes = 1 }, within_km = 100, below = 1 }\nstop_at = 1".to_owned(),
        format!("{}spare_before_home = 0.8", threshold(0.9)),
        format!("{}before_handover = {{ within = {{ hours = 24 }}, below = 1 }}", threshold(0.2)),
    ] {
        let text = text(&keys);
        let world = world(&scenario(&text), 0);
        let mut log = stage::Log::new();
        run(&world, &mut log);
        let capacity = world.models.iter().next().expect("one model").battery.capacity;
        let gains: Vec<Energy> = log
            .iter()
            .filter_map(|(_, what)| match what {
                Observation::Unplugged { energy, .. } => Some(*energy),
                _ => None,
            })
            .collect();
        assert!(gains.len() < 30, "{} sessions in two days: {keys}", gains.len());
        let least = world.habits.least_gain.of(capacity);
        assert!(gains.iter().all(|gain| *gain >= least), "{gains:?}, at least {least:?}: {keys}");
    }
}

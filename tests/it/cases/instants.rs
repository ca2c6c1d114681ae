//! What must not go on for ever at one instant, and arrivals at the rate that is given.

use crate::stage::{DATA, Log, metric, run, scenario, world};
use zaryad::observe::Observation;
use zaryad::scenario::{Law, Scenario};
use zaryad::sim::{self, Entity, MOST_AT_ONCE};
use zaryad::study::{Progress, Standstill, replicate, resolve_text};
use zaryad::units::Time;

/// A queue alone over so many hours.
fn queue(hours: u32, station: &str, stream: &str) -> String {
    format!(
        "name = \"queue\"\nbase = \"assumptions\"\n\
         time = {{ warm_up = {{ hours = 0 }}, horizon = {{ hours = {hours} }}, replications = 1 }}\n\
         demand = {{ rides_per_day = 0 }}\nfleet = {{ taxis = 0, electric = 0 }}\n\
         [network]\nexisting = 0\nfailing_plug_ins = 0.5\n\
         [[stations]]\nname = \"Q\"\nplugs = 1\nplug_kw = 60\n{station}\n[[stations.walk_ins]]\n{stream}\n"
    )
}

#[test]
fn a_car_that_would_come_back_at_once_for_ever_is_refused() {
    let stay = "stay = { constant = { minutes = 30 } }";
    let gone = "cars = 2\naway = { constant = { minutes = 0 } }";
    for (station, stream) in [
        ("room = 0", format!("{gone}\n{stay}")),
        ("room = 1", format!("{gone}\n{stay}")),
        ("room = 0", format!("cars = 2\naway = {{ exponential = {{ mean_minutes = 1e-9 }} }}\n{stay}")),
        (
            "room = 0",
            format!("cars = 2\naway = {{ lognormal = {{ mean_minutes = 0.001, cv = 1 }} }}\n{stay}"),
        ),
        ("", format!("{gone}\n{stay}\npatience = {{ constant = {{ minutes = 0 }} }}")),
        ("", format!("{gone}\n{stay}\npatience = {{ exponential = {{ mean_minutes = 1e-9 }} }}")),
        ("", format!("{gone}\nstay = {{ constant = {{ minutes = 0 }} }}")),
        ("", format!("{gone}\nstay = {{ weibull = {{ mean_minutes = 1e-6, shape = 2 }} }}")),
        ("", format!("{gone}\nenergy = {{ constant = {{ kwh = 1e-12 }} }}")),
        ("", format!("{gone}\nenergy = {{ constant = {{ kwh = 20 }} }}")),
    ] {
        let text = queue(10, station, &stream);
        let problems = resolve_text(&text, &[], &DATA).expect_err(&text).problems;
        let told: Vec<String> = problems.iter().map(|problem| problem.title.clone()).collect();
        let refused = told[0].contains("away") || told[0].ends_with("is out of range");
        assert!(told.len() == 1 && refused, "{told:?}\n{text}");
    }
    // Without a way to leave at once time moves on, also for a car that is never away.
    for (station, stream) in [
        ("", format!("{gone}\n{stay}")),
        ("", format!("{gone}\n{stay}\npatience = {{ constant = {{ minutes = 5 }} }}")),
        ("room = 0", format!("cars = 2\naway = {{ constant = {{ minutes = 1 }} }}\n{stay}")),
        (
            "room = 0",
            "cars = 9\naway = { constant = { minutes = 1 } }\nstay = { constant = { minutes = 0 } }".into(),
        ),
        (
            "",
            "per_hour = 9\nstay = { constant = { minutes = 0 } }\npatience = { constant = { minutes = 0 } }"
                .into(),
        ),
    ] {
        let mut log = Log::new();
        run(&world(&scenario(&queue(10, station, &stream)), 0), &mut log);
        assert!(log.iter().any(|(_, what)| matches!(what, Observation::Unplugged { .. })));
    }
}

/// Six stations at one place, where every plug-in fails, and two taxis.
fn stations_at_one_place(keys: &str) -> String {
    let stations: Vec<String> = (0..6)
        .map(|number| {
            format!(
                "[[stations]]\nname = \"Q{number}\"\nplugs = 4\nplug_kw = 60\n\
                 at = {{ lon = 76.93, lat = 43.24 }}\n"
            )
        })
        .collect();
    format!(
        "name = \"attempts\"\n\
         time = {{ warm_up = {{ hours = 0 }}, horizon = {{ hours = 24 }}, replications = 1, seed = 1 }}\n\
         city = {{ temperature_c = 22 }}\ndemand = {{ rides_per_day = 0 }}\n\
         fleet = {{ taxis = 2, electric = 2, home_charging = 0, start_soc_no_home = [250, 750] }}\n\
         [network]\nexisting = 0\nplanned = {{ plots = 0 }}\nfailing_plug_ins = 1\n\
         [charging]\nprivate = {{ registered = 0 }}\n{keys}\n{}",
        stations.concat()
    )
}

#[test]
fn a_driver_tries_only_so_many_stations() {
    for keys in [
        "attempts = 247\nthreshold = { mean = 0.45, sd = 0, at_least = 0.45, at_most = 0.45 }",
        "attempts = 255\nthreshold = { mean = 0.45, sd = 0, at_least = 0.45, at_most = 0.45 }",
        "attempts = 255\npatience = { constant = { minutes = 0 } }",
        // A driver whom no opportunity tempts, but whose threshold is high.
        "opportunity = { below = 0.2 }\nthreshold = { mean = 0.7, sd = 0, at_least = 0.7, at_most = 0.7 }",
    ] {
        let mut log = Log::new();
        run(&world(&scenario(&stations_at_one_place(keys)), 0), &mut log);
        let failed = log.iter().filter(|(_, what)| matches!(what, Observation::Failed { .. })).count();
        assert!((1..2_000).contains(&failed), "{failed} plug-ins failed\n{keys}");
    }
}

#[test]
fn a_station_may_have_hundreds_of_outages_at_once() {
    let outages: Vec<String> = (0..600)
        .map(|number| {
            format!(
                "[[network.outages]]\nstation = \"Q\"\nfrom = {{ minutes = {number} }}\nlasting = {{ hours = 20 }}\n"
            )
        })
        .collect();
    let stream = "per_hour = 2\nstay = { constant = { minutes = 10 } }";
    let up = metric(&format!("{}{}", queue(100, "", stream), outages.concat()), "charging.plugs_up")[0];
    let out = (599.0 + 1_200.0) / 6_000.0;
    assert!((up - (1.0 - out)).abs() < 1e-9, "{up} of the time");
}

/// A scenario that no check would let pass: a car that comes back at once and finds no room.
fn endless() -> Scenario {
    let stream = "cars = 2\naway = { constant = { minutes = 30 } }\nstay = { constant = { minutes = 30 } }";
    let mut endless = scenario(&queue(10, "room = 0", stream));
    endless.stations[0].walk_ins[0].away = Some(Law::Constant { minutes: 0.0 });
    endless
}

#[test]
fn one_who_acts_without_end_at_one_instant_ends_the_run() {
    let world = world(&endless(), 0);
    let mut counted = 0;
    let stands = sim::run(&world, &mut (), &mut |_, events| counted += events);
    let stands = stands.expect_err("one of two cars finds no room for ever");
    assert!(matches!(stands.entity, Entity::Stream(_)) && stands.at == Time::START, "{stands:?}");
    assert!(counted < 100 * u64::from(MOST_AT_ONCE));
    // Studies hand it on with names, the first of all replications whatever the threads.
    let mut many = endless();
    many.time.replications = 8;
    let told = replicate(&many, &DATA, &Progress::default()).err();
    let Some(Standstill { replication: 1, ref who, .. }) = told else { panic!("{told:?}") };
    assert_eq!(who, "a stream of walk-ins at station \"Q\"");
    let failure = zaryad::cli::Failure::from(told.expect("just seen"));
    assert_eq!(failure.exit_code(), 1);
    assert_eq!(
        failure.to_string(),
        "the run came to a standstill: a stream of walk-ins at station \"Q\" acted over 1000 times at day 0 \
         00:00:00 in replication 1 of \"queue\", and would have gone on for ever"
    );
}

#[test]
fn many_may_act_once_at_one_instant() {
    let cars = "cars = 20_000\naway = { constant = { minutes = 30 } }\nstay = { constant = { minutes = 1 } }";
    let mut log = Log::new();
    run(&world(&scenario(&queue(1, "room = 0", cars)), 0), &mut log);
    let refused = log.iter().filter(|(_, what)| matches!(what, Observation::Refused(_))).count();
    assert_eq!(refused, 19_999);
}

#[test]
fn arrivals_come_at_the_rate_that_the_scenario_gives() {
    for (per_hour, hours) in [(1e6, 2), (3e5, 5), (1e4, 100)] {
        let stay = "stay = { constant = { minutes = 0.0001 } }";
        let text = queue(hours, "room = 0", &format!("per_hour = {per_hour}\n{stay}"));
        let expected = per_hour * f64::from(hours);
        let visits = metric(&text, "charging.visits")[0];
        let error = (visits - expected) / expected.sqrt();
        assert!(error.abs() < 3.5, "{visits} of {expected} arrivals: {error} standard deviations");
    }
    // Twenty years of a visitor in eleven, and of one in a thousand: 0.36 times 200 and 17.5 times 200 streams.
    for (per_hour, mean) in [(1e-5, 1.753_2), (1e-7, 0.017_532), (1e-300, 0.0)] {
        let one = format!(
            "[[stations.walk_ins]]\nper_hour = {per_hour:e}\nstay = {{ constant = {{ minutes = 1 }} }}\n"
        );
        let text = queue(175_320, "", "per_hour = 0\nstay = { constant = { minutes = 1 } }");
        let visits = metric(&format!("{text}{}", one.repeat(400)), "charging.visits")[0];
        let expected: f64 = 400.0 * mean;
        let error = (visits - expected).abs();
        assert!(error <= 3.5 * expected.sqrt(), "{visits} of {expected} visits at {per_hour} an hour");
    }
}

#[test]
fn plugs_that_fail_once_in_a_century_fail_as_often() {
    // Of 1,000 plugs with a fault in a million hours each, 175 hours in a thousand of which are seen here.
    let text = queue(100_000, "", "per_hour = 0\nstay = { constant = { minutes = 1 } }")
        .replace(
            "failing_plug_ins = 0.5",
            "faults = { mean_up_h = 1e6, repair = { constant = { minutes = 1 } } }",
        )
        .replace("plugs = 1\n", "plugs = 1_000\n");
    let mut log = Log::new();
    run(&world(&scenario(&text), 0), &mut log);
    let faults = log.iter().filter(|(_, what)| matches!(what, Observation::PlugDown { .. })).count();
    assert!((70..130).contains(&faults), "{faults} of 100 faults");
}

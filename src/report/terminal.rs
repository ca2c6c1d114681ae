//! A run in a page of text: one sentence, its day as bars, the districts, the worst stations, what to doubt.

use super::bars;
use super::figures::{digits, number, with_interval, wrapped};
use super::table::{Column, table};
use crate::printable::line;
use crate::results::{Results, Sample, Site, Summaries, counted, listed};
use crate::units::Duration;

/// How many stations are listed.
const WORST: usize = 10;

/// Missing in a table.
pub(super) const MISSING: &str = "–";

/// The inputs that are known worst, each with what it moves.
const WEAKEST: [(&str, &str); 5] = [
    ("number of electric taxis", "assumed; waits grow faster than in proportion to it"),
    ("plug mix", "assumed; it decides which cars fit where"),
    ("home-charging share", "assumed; whoever charges at home is missing from the queues"),
    ("hourly demand", "its shape is borrowed from other cities"),
    ("spare grid power", "unknown by district; where it is short, sessions are slower than shown"),
];

/// A run as text of lines no wider than `width` where words allow it.
pub fn text(results: &Results, width: usize) -> String {
    let mut head = vec![title(results), setting(results)];
    head.extend(changed(&results.sets));
    let title = wrapped(&head.join("\n"), width);
    let mut sections = vec![title, wrapped(&headline(results), width)];
    let city = results.layout.stations.iter().any(|site| site.at.is_some()) || results.layout.taxis != [0; 3];
    sections.extend(exact(results).map(|words| wrapped(&words, width)));
    sections.extend(operators(&results.city).map(|words| wrapped(&words, width)));
    sections.extend(bars::day(results, width));
    if city {
        sections.extend(districts(results, width));
    }
    sections.extend(stations(results, width));
    sections.extend(classes(results, width));
    sections.extend(trust(results, width));
    if city {
        sections.push(weakest(width));
    }
    sections.iter().map(|section| format!("{section}\n")).collect::<Vec<_>>().join("\n")
}

fn title(results: &Results) -> String {
    let count = results.replications.len();
    let span = span(results.layout.measured);
    let batches = results.city.iter().any(|(_, value)| value.batches.is_some());
    let interval = match count {
        1 if batches => " · ± is a 95 % interval by batch means",
        1 => "",
        _ => " · ± is a 95 % interval",
    };
    let runs = counted(&count.to_string(), "replication");
    format!("{} · {runs} of {span} · seed {}{interval}", line(&results.scenario), results.seed)
}

/// What `--set` and its like changed, if anything.
pub(super) fn changed(sets: &[String]) -> Option<String> {
    let shown = |set: &String| match set.split_once('=') {
        Some((key, value)) => format!("{} = {}", key.trim(), value.trim()),
        None => set.clone(),
    };
    let all: Vec<String> = sets.iter().map(shown).collect();
    (!all.is_empty()).then(|| format!("with {}", line(&all.join(", "))))
}

/// What the run was given, in numbers.
fn setting(results: &Results) -> String {
    let counted = |count: usize, one: &str| counted(&number(count as f64, 0), one);
    let stations = &results.layout.stations;
    let plugs: usize = stations.iter().map(|site| site.plugs).sum();
    let network = format!("{} with {}", counted(stations.len(), "station"), counted(plugs, "plug"));
    let taxis = results.layout.taxis;
    if taxis == [0; 3] {
        return network;
    }
    let [electric, petrol, lpg] = taxis.map(|count| number(count as f64, 0));
    let all = counted(taxis.iter().sum(), "taxi");
    format!("{all} ({electric} electric, {petrol} petrol, {lpg} LPG) · {network}")
}

fn span(measured: Duration) -> String {
    let days = measured >= Duration::DAY * 2 && measured.as_millis() % Duration::DAY.as_millis() == 0;
    let (unit, name) = if days { (Duration::DAY, "day") } else { (Duration::HOUR, "hour") };
    let amount = measured.as_millis() as f64 / unit.as_millis() as f64;
    counted(&number(amount, usize::from(amount.fract() != 0.0)), name)
}

/// The run in one sentence.
fn headline(results: &Results) -> String {
    let city = &results.city;
    let mut clauses = Vec::new();
    if let (Some(over), Some(mean)) = (city.get("charging.wait_over_10min"), city.get("charging.wait_s.mean"))
    {
        let p95 = city
            .get("charging.wait_s.p95")
            .map(|p95| match p95.mean / 60.0 {
                none if none < 0.005 => {
                    match p95.ci95.map(|(_, high)| high / 60.0).filter(|high| *high >= 0.005) {
                        Some(most) => {
                            format!(", 95 in 100 not at all or up to {} min", number(most, digits(most)))
                        }
                        None => ", 95 in 100 not at all".to_owned(),
                    }
                }
                minutes => {
                    format!(", 95 in 100 at most {} min", with_interval(p95, 1.0 / 60.0, digits(minutes)))
                }
            })
            .unwrap_or_default();
        clauses.push(format!(
            "{} % of those who plugged in waited over 10 minutes for it (mean {} min{p95})",
            with_interval(over, 100.0, 1),
            with_interval(mean, 1.0 / 60.0, digits(mean.mean / 60.0)),
        ));
    }
    clauses.extend(left(city));
    if let Some(busy) = city.get("charging.busy") {
        clauses.push(format!("plugs were busy {} % of the time", with_interval(busy, 100.0, 1)));
    }
    if let Some(lost) = city.get("rides.lost_share") {
        clauses.push(format!("{} % of ride requests were lost", with_interval(lost, 100.0, 1)));
    }
    let nets = [("electric", "electricity"), ("petrol", "petrol"), ("lpg", "LPG")].map(|(key, name)| {
        let net = city.get(&format!("drivers.net_kzt_per_hour.{key}"))?;
        Some((with_interval(net, 1.0, 0), name))
    });
    let unit = |index: usize| if index == 0 { " KZT an hour" } else { "" };
    let nets: Vec<String> = nets
        .into_iter()
        .flatten()
        .enumerate()
        .map(|(index, (net, name))| format!("{net}{} on {name}", unit(index)))
        .collect();
    if !nets.is_empty() {
        clauses.push(format!("a driver nets {}", listed(&nets)));
    }
    if clauses.is_empty() {
        return "Nothing was asked of any station or taxi.".to_owned();
    }
    let sentence = clauses.join("; ");
    let mut letters = sentence.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

/// What is known exactly of a queue alone, beside what was simulated.
fn exact(results: &Results) -> Option<String> {
    let exact = results.layout.exact.as_ref()?;
    let simulated = results.city.get("charging.wait_s.mean")?;
    let minutes = exact.wait_s / 60.0;
    let digits = digits(minutes) + 1;
    let percent = |share: f64| number(share * 100.0, 1);
    let mut clauses = vec![format!(
        "a mean wait of {} min, simulated {}",
        number(minutes, digits),
        with_interval(simulated, 1.0 / 60.0, digits)
    )];
    let samples = results.replications.iter().filter_map(|outcome| outcome.city.sample("charging.wait_s"));
    let all = Sample::pool(samples);
    if let Some(waits) = exact.waits.filter(|_| all.total() > 0.0) {
        let simulated = all.positive() / all.total();
        clauses.push(format!("{} % wait, simulated {}", percent(waits), percent(simulated)));
    }
    if exact.leaves > 0.0 {
        let simulated = percent(left_share(&results.city)?);
        clauses.push(format!("{} % leave, simulated {simulated}", percent(exact.leaves)));
    }
    Some(format!("Exact in the long run by {} ({}): {}.", exact.by, exact.system, clauses.join("; ")))
}

/// Whether stations pay, in one sentence.
fn operators(city: &Summaries) -> Option<String> {
    let said = |name: &str, digits| Some(number(city.get(name)?.mean, digits));
    Some(format!(
        "Of a kWh {} KZT are left for the fixed costs; with {} kWh a day a station pays over the lease, and the mean \
         station sells {}.",
        said("operators.margin_kzt_per_kwh", 1)?,
        said("operators.break_even_kwh_per_day", 0)?,
        with_interval(city.get("operators.sold_kwh_per_day")?, 1.0, 0),
    ))
}

/// Waits are those of who plugs in, so they must not be read without the visits that left.
fn left(city: &Summaries) -> Option<String> {
    left_share(city).map(|share| format!("{} % of visits left without charging", number(share * 100.0, 1)))
}

fn left_share(city: &Summaries) -> Option<f64> {
    let count = |name: &str| city.get(name).map_or(0.0, |value| value.mean);
    let visits = count("charging.visits");
    let left = ["refused", "balked", "reneged", "failed"].map(|end| count(&format!("charging.{end}")));
    let left: f64 = left.into_iter().sum();
    (visits > 0.0).then(|| left / visits)
}

/// A heading of a table whose counts are of one replication.
fn heading(words: &str, results: &Results) -> String {
    format!("{words} · counts and kWh are means per replication of {}", span(results.layout.measured))
}

fn districts(results: &Results, width: usize) -> Option<String> {
    let rows: Vec<(&String, &Summaries)> = results
        .layout
        .districts
        .iter()
        .zip(&results.districts)
        .filter(|(_, metrics)| metrics.iter().next().is_some())
        .collect();
    let names = rows.iter().map(|(name, _)| (*name).clone()).collect();
    let metrics: Vec<&Summaries> = rows.iter().map(|(_, metrics)| *metrics).collect();
    let columns = vec![
        Column::left("District", names),
        Column::count("Plugs", &metrics, "plugs"),
        Column::count("Visits", &metrics, "visits"),
        Column::of("Wait\nmin", &metrics, "wait_s.mean", 1.0 / 60.0),
        Column::of("p95\nmin", &metrics, "wait_s.p95", 1.0 / 60.0),
        Column::of(">10 min\n%", &metrics, "wait_over_10min", 100.0),
        Column::of("Busy\n%", &metrics, "busy", 100.0),
        Column::count("kWh", &metrics, "energy_kwh"),
        Column::of("Rides lost\n%", &metrics, "rides.lost_share", 100.0),
    ];
    (!rows.is_empty()).then(|| {
        format!(
            "{}\n{}",
            wrapped(&heading("Districts", results), width),
            table(columns, &["kWh", "p95\nmin", "Visits"], width)
        )
    })
}

fn stations(results: &Results, width: usize) -> Option<String> {
    let mut rows: Vec<_> = results
        .layout
        .stations
        .iter()
        .zip(&results.stations)
        .filter_map(|(site, metrics)| Some((metrics.get("wait_s.mean")?.mean, site, metrics)))
        .collect();
    rows.sort_by(|(a, one, _), (b, other, _)| b.total_cmp(a).then_with(|| one.name.cmp(&other.name)));
    let all = rows.len();
    rows.truncate(WORST);
    let names = rows.iter().map(|(_, site, _)| site.name.clone()).collect();
    let district = |site: &Site| {
        site.district.map_or(String::new(), |district| results.layout.districts[district].clone())
    };
    let districts = rows.iter().map(|(_, site, _)| district(site)).collect();
    let places = rows.iter().map(|(_, site, _)| if site.synthetic { "synthetic" } else { "" }.to_owned());
    let metrics: Vec<&Summaries> = rows.iter().map(|(_, _, metrics)| *metrics).collect();
    let columns = vec![
        Column::left("Station", names),
        Column::left("District", districts),
        Column::right("Plugs", rows.iter().map(|(_, site, _)| number(site.plugs as f64, 0)).collect()),
        Column::count("Served", &metrics, "served"),
        Column::of("Wait\nmin", &metrics, "wait_s.mean", 1.0 / 60.0),
        Column::of("p95\nmin", &metrics, "wait_s.p95", 1.0 / 60.0),
        Column::of(">10 min\n%", &metrics, "wait_over_10min", 100.0),
        Column::of("Queue", &metrics, "queue.mean", 1.0),
        Column::of("Busy\n%", &metrics, "busy", 100.0),
        Column::count("kWh", &metrics, "energy_kwh"),
        Column::left("Place", places.collect()),
    ];
    let words = if all > WORST { "Longest waits" } else { "Stations" };
    (!rows.is_empty()).then(|| {
        format!(
            "{}\n{}",
            wrapped(&heading(words, results), width),
            table(columns, &["Queue", "kWh", "Busy\n%", "p95\nmin"], width)
        )
    })
}

/// Visitors by class, at stations that several classes visit.
fn classes(results: &Results, width: usize) -> Option<String> {
    let rows: Vec<_> = results.layout.classes.iter().zip(&results.classes).take(2 * WORST).collect();
    let name = |station: usize| results.layout.stations[station].name.clone();
    let metrics: Vec<&Summaries> = rows.iter().map(|(_, metrics)| *metrics).collect();
    let columns = vec![
        Column::left("Station", rows.iter().map(|((station, _), _)| name(*station)).collect()),
        Column::right("Class", rows.iter().map(|((_, class), _)| class.to_string()).collect()),
        Column::count("Visits", &metrics, "visits"),
        Column::count("Served", &metrics, "served"),
        Column::of("Wait\nmin", &metrics, "wait_s.mean", 1.0 / 60.0),
        Column::of("p95\nmin", &metrics, "wait_s.p95", 1.0 / 60.0),
        Column::of(">10 min\n%", &metrics, "wait_over_10min", 100.0),
    ];
    (!rows.is_empty()).then(|| {
        format!("{}\n{}", heading("Classes", results), table(columns, &["p95\nmin", "Served"], width))
    })
}

/// What the notes say, if anything.
fn trust(results: &Results, width: usize) -> Option<String> {
    let lines: Vec<String> = results.notes.iter().map(|note| point(&note.text, width)).collect();
    (!lines.is_empty()).then(|| format!("How far to trust this\n{}", lines.join("\n")))
}

/// A point of a list.
fn point(words: &str, width: usize) -> String {
    format!("· {}", wrapped(words, width.saturating_sub(2)).replace('\n', "\n  "))
}

fn weakest(width: usize) -> String {
    let lines = WEAKEST.map(|(name, why)| point(&format!("{name}: {why}"), width));
    format!("Weakest inputs: doubt these first\n{}", lines.join("\n"))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::geo::Point;
    use crate::results::{
        CITY, DISTRICT, Day, Doubt, Fingerprint, Layout, Metric, Metrics, Note, Outcome, STATION, Series,
    };

    fn metrics(list: &'static [Metric], factor: f64, values: &[(&str, f64)]) -> Metrics {
        let mut metrics = Metrics::none(list);
        for (name, value) in values {
            metrics.set("", name, value * factor);
        }
        metrics
    }

    fn site(name: &str, at: Option<Point>) -> Site {
        let district = at.map(|_| 0);
        let synthetic = at.is_some();
        let (name, origin, taxi_class) = (name.to_owned(), "given", 0);
        Site { name, origin, synthetic, district, at, taxi_class, plugs: 2, plug_kw: None }
    }

    fn outcome(city: Metrics, stations: Vec<Metrics>, districts: Vec<Metrics>) -> Outcome {
        let (fingerprint, events) = Fingerprint::default().finish();
        Outcome {
            fingerprint,
            events,
            city,
            stations,
            districts,
            hours: Vec::new(),
            brands: Vec::new(),
            classes: Vec::new(),
            series: Series::default(),
            day: Day::default(),
            detail: None,
        }
    }

    pub(in crate::report) fn city() -> Results {
        let at = Some(Point { lon: 76.9, lat: 43.2 });
        let layout = Layout {
            districts: vec!["almaly".to_owned(), "nauryzbai".to_owned()],
            stations: (0..12).map(|index| site(&format!("plan-{index}"), at)).collect(),
            taxis: [1, 1, 1],
            measured: Duration::DAY * 7,
            ..Layout::default()
        };
        let run = |factor: f64| {
            let whole = [
                ("charging.visits", 2_560.0),
                ("charging.balked", 300.0),
                ("charging.reneged", 20.0),
                ("charging.wait_over_10min", 0.183),
                ("charging.wait_s.mean", 366.0),
                ("charging.wait_s.p95", 1_440.0),
                ("charging.busy", 0.341),
                ("rides.lost_share", 0.032),
                ("drivers.net_kzt_per_hour.electric", 2_345.0),
                ("drivers.net_kzt_per_hour.petrol", 1_980.0),
                ("drivers.net_kzt_per_hour.lpg", 2_210.0),
                ("operators.margin_kzt_per_kwh", 51.7 / factor),
                ("operators.break_even_kwh_per_day", 268.0 / factor),
                ("operators.sold_kwh_per_day", 245.0),
            ];
            let station = |index: i32| {
                let wait = [
                    ("served", 210.0),
                    ("wait_s.mean", 60.0 * f64::from(index)),
                    ("wait_s.p95", 240.0 * f64::from(index)),
                    ("wait_over_10min", 0.08 * f64::from(index)),
                    ("queue.mean", 0.2 * f64::from(index)),
                    ("busy", 0.5),
                    ("energy_kwh", 5_123.0),
                ];
                metrics(STATION, factor, if index == 3 { &[] } else { &wait })
            };
            let almaly = [
                ("plugs", 24.0 / factor),
                ("visits", 2_520.0),
                ("wait_s.mean", 366.0),
                ("wait_s.p95", 1_440.0),
                ("wait_over_10min", 0.183),
                ("busy", 0.341),
                ("energy_kwh", 61_234.5),
                ("rides.lost_share", 0.032),
            ];
            let nauryzbai = [("plugs", 0.0), ("rides.lost_share", 0.051)];
            let districts = vec![metrics(DISTRICT, factor, &almaly), metrics(DISTRICT, factor, &nauryzbai)];
            outcome(metrics(CITY, factor, &whole), (0..12).map(station).collect(), districts)
        };
        Results::new("plan-622".to_owned(), 1, layout, vec![run(0.99), run(1.0), run(1.01)])
    }

    #[test]
    fn a_city_reads_as_a_sentence_two_tables_and_a_warning() {
        insta::assert_snapshot!(text(&city(), 80), @"
        plan-622 · 3 replications of 7 days · seed 1 · ± is a 95 % interval
        3 taxis (1 electric, 1 petrol, 1 LPG) · 12 stations with 24 plugs

        18.3 ± 0.5 % of those who plugged in waited over 10 minutes for it (mean
        6.1 ± 0.2 min, 95 in 100 at most 24.0 ± 0.6 min); 12.5 % of visits left without
        charging; plugs were busy 34.1 ± 0.9 % of the time; 3.2 ± 0.1 % of ride requests
        were lost; a driver nets 2 345 ± 58 KZT an hour on electricity, 1 980 ± 49 on
        petrol and 2 210 ± 55 on LPG.

        Of a kWh 51.7 KZT are left for the fixed costs; with 268 kWh a day a station
        pays over the lease, and the mean station sells 245 ± 6.

        Districts · counts and kWh are means per replication of 7 days
        District   Plugs  Visits  Wait   p95  >10 min  Busy     kWh  Rides lost
                                   min   min        %     %                   %
        ────────────────────────────────────────────────────────────────────────
        almaly        24   2 520   6.1  24.0     18.3  34.1  61 234         3.2
        nauryzbai      0       –     –     –        –     –       –         5.1
        ────────────────────────────────────────────────────────────────────────

        Longest waits · counts and kWh are means per replication of 7 days
        Station  District  Plugs  Served  Wait   p95  >10 min  Busy    kWh  Place
                                           min   min        %     %
        ──────────────────────────────────────────────────────────────────────────────
        plan-11  almaly        2     210  11.0  44.0     88.0  50.0  5 123  synthetic
        plan-10  almaly        2     210  10.0  40.0     80.0  50.0  5 123  synthetic
        plan-9   almaly        2     210   9.0  36.0     72.0  50.0  5 123  synthetic
        plan-8   almaly        2     210   8.0  32.0     64.0  50.0  5 123  synthetic
        plan-7   almaly        2     210   7.0  28.0     56.0  50.0  5 123  synthetic
        plan-6   almaly        2     210   6.0  24.0     48.0  50.0  5 123  synthetic
        plan-5   almaly        2     210   5.0  20.0     40.0  50.0  5 123  synthetic
        plan-4   almaly        2     210   4.0  16.0     32.0  50.0  5 123  synthetic
        plan-2   almaly        2     210   2.0   8.0     16.0  50.0  5 123  synthetic
        plan-1   almaly        2     210   1.0   4.0      8.0  50.0  5 123  synthetic
        ──────────────────────────────────────────────────────────────────────────────

        Weakest inputs: doubt these first
        · number of electric taxis: assumed; waits grow faster than in proportion to it
        · plug mix: assumed; it decides which cars fit where
        · home-charging share: assumed; whoever charges at home is missing from the
          queues
        · hourly demand: its shape is borrowed from other cities
        · spare grid power: unknown by district; where it is short, sessions are slower
          than shown
        ");
    }

    #[test]
    fn a_queue_alone_is_a_sentence_and_a_table() {
        let layout = Layout {
            stations: vec![site("Q", None)],
            measured: Duration::hours(20_000),
            ..Layout::default()
        };
        let whole = [
            ("charging.wait_over_10min", 0.4),
            ("charging.wait_s.mean", 1_340.0),
            ("charging.wait_s.p95", 5_400.0),
            ("charging.busy", 0.8),
        ];
        let station = [
            ("served", 128_000.0),
            ("wait_s.mean", 1_340.0),
            ("queue.mean", 2.386),
            ("busy", 0.8),
            ("wait_s.p95", 5_400.0),
        ];
        let outcome = outcome(metrics(CITY, 1.0, &whole), vec![metrics(STATION, 1.0, &station)], Vec::new());
        let results = Results::new("m-m-4".to_owned(), 7, layout, vec![outcome]);
        insta::assert_snapshot!(text(&results, 80), @"
        m-m-4 · 1 replication of 20 000 hours · seed 7
        1 station with 2 plugs

        40.0 % of those who plugged in waited over 10 minutes for it (mean 22.3 min, 95
        in 100 at most 90.0 min); plugs were busy 80.0 % of the time.

        Stations · counts and kWh are means per replication of 20 000 hours
        Station  Plugs   Served  Wait   p95  Queue  Busy
                                  min   min            %
        ─────────────────────────────────────────────────
        Q            2  128 000  22.3  90.0    2.4  80.0
        ─────────────────────────────────────────────────
        ");
    }

    #[test]
    fn what_is_to_be_doubted_is_listed_before_the_inputs() {
        let mut results = city();
        assert!(!text(&results, 60).contains("How far"));
        let note = |text: &str| Note {
            doubt: Doubt::WarmUp,
            text: text.to_owned(),
            metrics: Vec::new(),
            numbers: Vec::new(),
        };
        results.notes =
            vec![note("a sentence which is so long that it needs a second line"), note("another")];
        let block = "\nHow far to trust this\n· a sentence which is so long that it needs a second\n  line\n· another\n\nWeakest";
        assert!(text(&results, 54).contains(block), "{}", text(&results, 54));
    }

    #[test]
    fn a_run_without_visits_says_so() {
        let outcome = outcome(Metrics::none(CITY), Vec::new(), Vec::new());
        let results = Results::new("empty".to_owned(), 1, Layout::default(), vec![outcome]);
        assert!(text(&results, 80).contains("Nothing was asked of any station or taxi."));
    }
}

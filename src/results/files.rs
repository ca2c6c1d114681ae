//! The tables of a results folder.

use super::detail::{RideRow, VisitRow, taxi};
use super::metrics::ratio;
use super::{DayHour, HOURS_OF_DAY, Metric, Outcome, Results, Summaries, Table, parquet, rounded};
use crate::ids::Id;
use crate::observe::Visitor;
use crate::units::Duration;

/// Monday's first hour is hour 0 of the week.
const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

impl Results {
    /// The tables as files: their names and bytes. The same run gives the same bytes.
    pub fn files(&self) -> Vec<(String, Vec<u8>)> {
        let mut files = Vec::new();
        let small = [
            ("replications", self.replications_table()),
            ("stations", self.stations_table()),
            ("districts", self.districts_table()),
            ("hours", self.hours_table()),
            ("brands", self.brands_table()),
            ("classes", self.classes_table()),
            ("station_hours", self.station_hours_table()),
            ("district_hours", self.district_hours_table()),
            ("waits", self.waits_table()),
        ];
        for (name, table) in small {
            files.push((format!("{name}.csv"), table.clone().csv()));
            files.push((format!("{name}.parquet"), table.parquet()));
        }
        if self.replications.iter().all(|outcome| outcome.detail.is_some()) {
            let numbered = || (1..).zip(&self.replications);
            let visits = parquet(numbered().map(|(number, outcome)| self.visits_table(number, outcome)));
            let rides = parquet(numbered().map(|(number, outcome)| self.rides_table(number, outcome)));
            files.push(("visits.parquet".to_owned(), visits));
            files.push(("rides.parquet".to_owned(), rides));
        }
        files
    }

    /// One row for each replication, one column for each metric of the city.
    pub fn replications_table(&self) -> Table<'_> {
        let all = &self.replications;
        let mut table = Table::default();
        table.whole("replication", (1..=all.len() as i64).map(Some));
        table.whole("events", all.iter().map(|outcome| Some(outcome.events as i64)));
        for (index, metric) in super::CITY.iter().enumerate() {
            let values = all.iter().map(|outcome| outcome.city.values()[index].map(rounded));
            table.real(metric.header(), values);
        }
        table
    }

    /// One row for each station.
    pub fn stations_table(&self) -> Table<'_> {
        let sites = &self.layout.stations;
        let mut table = Table::default();
        table.text("name", sites.iter().map(|site| Some(site.name.as_str())));
        table.text("origin", sites.iter().map(|site| Some(site.origin)));
        table.whole("synthetic", sites.iter().map(|site| Some(i64::from(site.synthetic))));
        let district = |index: usize| self.layout.districts[index].as_str();
        table.text("district", sites.iter().map(|site| site.district.map(district)));
        table.real("lon_deg", sites.iter().map(|site| site.at.map(|at| at.lon)));
        table.real("lat_deg", sites.iter().map(|site| site.at.map(|at| at.lat)));
        table.whole("plugs", sites.iter().map(|site| Some(site.plugs as i64)));
        table.real("plug_kw", sites.iter().map(|site| site.plug_kw));
        summaries(&mut table, super::STATION, &self.stations);
        table
    }

    /// One row for each district.
    pub fn districts_table(&self) -> Table<'_> {
        let mut table = Table::default();
        table.text("name", self.layout.districts.iter().map(|name| Some(name.as_str())));
        summaries(&mut table, super::DISTRICT, &self.districts);
        table
    }

    /// One row for each hour of the week.
    pub fn hours_table(&self) -> Table<'_> {
        let hours = 0..self.hours.len();
        let mut table = Table::default();
        table.whole("hour_of_week", hours.clone().map(|hour| Some(hour as i64)));
        table.text("weekday", hours.clone().map(|hour| Some(WEEKDAYS[hour / 24])));
        table.whole("hour", hours.map(|hour| Some((hour % 24) as i64)));
        summaries(&mut table, super::HOUR, &self.hours);
        table
    }

    /// One row for each maker of electric taxis.
    pub fn brands_table(&self) -> Table<'_> {
        let mut table = Table::default();
        table.text("name", self.layout.brands.iter().map(|name| Some(name.as_str())));
        summaries(&mut table, super::BRAND, &self.brands);
        table
    }

    /// One row for each class of visitors at each station that several classes visit.
    pub fn classes_table(&self) -> Table<'_> {
        let rows = &self.layout.classes;
        let mut table = Table::default();
        table.text(
            "station",
            rows.iter().map(|(station, _)| Some(self.layout.stations[*station].name.as_str())),
        );
        table.whole("class", rows.iter().map(|(_, class)| Some(i64::from(*class))));
        summaries(&mut table, super::CLASS, &self.classes);
        table
    }

    /// One row for each station and hour of the day: means over all replications and all days of the measured span.
    pub fn station_hours_table(&self) -> Table<'_> {
        let places: Vec<_> =
            self.layout.stations.iter().map(|site| (site.name.as_str(), site.plugs)).collect();
        self.day_table("station", &places, &self.day.stations)
    }

    /// One row for each district and hour of the day, as those of its stations together.
    pub fn district_hours_table(&self) -> Table<'_> {
        let mut places: Vec<_> = self.layout.districts.iter().map(|name| (name.as_str(), 0)).collect();
        let mut hours = vec![DayHour::default(); places.len() * HOURS_OF_DAY];
        for (index, site) in self.layout.stations.iter().enumerate() {
            let Some(district) = site.district else { continue };
            places[district].1 += site.plugs;
            for (sum, hour) in hours[district * HOURS_OF_DAY..].iter_mut().zip(self.day.station(index)) {
                sum.merge(hour);
            }
        }
        self.day_table("district", &places, &hours)
    }

    /// Hours of the day of named places, each with its number of plugs, one place after the other.
    fn day_table<'a>(&self, what: &str, places: &[(&'a str, usize)], hours: &[DayHour]) -> Table<'a> {
        let runs = self.replications.len() as f64;
        let rows = || {
            let places = places.iter().flat_map(|place| (0..HOURS_OF_DAY).map(move |hour| (place, hour)));
            places.zip(hours).map(|((place, hour), sums)| (place.0, place.1 as f64, hour, sums))
        };
        let measured = |hour: usize| self.day.measured[hour].as_millis() as f64;
        let real = |value: Option<f64>| value.map(rounded);
        let mut table = Table::default();
        table.text(what, rows().map(|(name, ..)| Some(name)));
        table.whole("hour", rows().map(|(_, _, hour, _)| Some(hour as i64)));
        table.real("visits", rows().map(|(.., sums)| real(Some(sums.visits as f64 / runs))));
        table.real("served", rows().map(|(.., sums)| real(Some(sums.served as f64 / runs))));
        table.real("plugged_in", rows().map(|(.., sums)| real(Some(sums.plugged_in as f64 / runs))));
        table.real(
            "wait_s.mean",
            rows().map(|(.., sums)| real(ratio(sums.waited.as_secs_f64(), sums.plugged_in as f64))),
        );
        table.real(
            "queue.mean_cars",
            rows().map(|(_, _, hour, sums)| real(ratio(sums.queue as f64, measured(hour)))),
        );
        table.real(
            "busy_share",
            rows().map(|(_, plugs, hour, sums)| real(ratio(sums.busy as f64, plugs * measured(hour)))),
        );
        table
    }

    /// One row for each replication, kind of wait and bucket in which there is one: its bounds, and how many waits.
    pub fn waits_table(&self) -> Table<'_> {
        let rows = || {
            (1..).zip(&self.replications).flat_map(|(number, outcome)| {
                let samples = outcome.city.samples().iter();
                samples
                    .flat_map(move |(of, sample)| sample.buckets().map(move |bucket| (number, *of, bucket)))
            })
        };
        let mut table = Table::default();
        table.whole("replication", rows().map(|(number, ..)| Some(number)));
        table.text("of", rows().map(|(_, of, _)| Some(of)));
        table.real("wait_s.low", rows().map(|(.., (low, ..))| Some(low as f64 / 1e3)));
        table.real("wait_s.high", rows().map(|(.., (_, high, _))| Some(high as f64 / 1e3)));
        table.real("count", rows().map(|(.., (.., count))| Some(count)));
        table
    }

    fn visits_table(&self, number: i64, outcome: &Outcome) -> Table<'_> {
        let rows = outcome.detail.as_ref().map_or(&[][..], |detail| &detail.visits);
        let station = |row: &VisitRow| self.layout.stations[row.visit.station.index()].name.as_str();
        let mut table = Table::default();
        table.whole("replication", rows.iter().map(|_| Some(number)));
        table.whole("visit", rows.iter().map(|row| Some(i64::from(row.visit.id.0))));
        table.text("station", rows.iter().map(|row| Some(station(row))));
        let visitor = |row: &VisitRow| taxi(row.visit).map_or("walk-in", |_| "taxi");
        table.text("visitor", rows.iter().map(|row| Some(visitor(row))));
        table.whole("taxi", rows.iter().map(|row| taxi(row.visit).map(|taxi| i64::from(taxi.0))));
        let stream = |row: &VisitRow| match row.visit.visitor {
            Visitor::Taxi(_) => None,
            Visitor::WalkIn(stream) => self.layout.streams.get(stream.index()).copied(),
        };
        table.whole("stream", rows.iter().map(|row| stream(row).map(|(number, _)| i64::from(number) + 1)));
        let class = |row: &VisitRow| match row.visit.visitor {
            Visitor::Taxi(_) => Some(self.layout.stations[row.visit.station.index()].taxi_class),
            Visitor::WalkIn(_) => stream(row).map(|(_, class)| class),
        };
        table.whole("class", rows.iter().map(|row| class(row).map(i64::from)));
        table.real("arrived_s", rows.iter().map(|row| Some(row.visit.arrived.since_start().as_secs_f64())));
        let seconds = |span: Duration| span.as_secs_f64();
        table.real("wait_s", rows.iter().map(|row| row.wait.map(seconds)));
        table.real("left_after_s", rows.iter().map(|row| row.left_after.map(seconds)));
        let session = || rows.iter().map(|row| row.session);
        table.real("session_s", session().map(|session| Some(session?.lasting.as_secs_f64())));
        table.real("energy_kwh", session().map(|session| Some(session?.energy.as_kwh_f64())));
        table.real("bill_kzt", session().map(|session| Some(session?.bill.as_kzt_f64())));
        table.text("outcome", rows.iter().map(|row| Some(row.outcome.word())));
        table
    }

    fn rides_table(&self, number: i64, outcome: &Outcome) -> Table<'_> {
        let rows = outcome.detail.as_ref().map_or(&[][..], |detail| &detail.rides);
        let district = |row: &RideRow| self.layout.districts[row.from.index()].as_str();
        let mut table = Table::default();
        table.whole("replication", rows.iter().map(|_| Some(number)));
        table.whole("ride", rows.iter().map(|row| Some(i64::from(row.ride.0))));
        table.text("district", rows.iter().map(|row| Some(district(row))));
        table.real("requested_s", rows.iter().map(|row| Some(row.requested.since_start().as_secs_f64())));
        let trip = || rows.iter().map(|row| row.trip);
        table.real("pickup_wait_s", trip().map(|trip| Some(trip?.wait.as_secs_f64())));
        table.real("ride_s", trip().map(|trip| Some(trip?.lasting.as_secs_f64())));
        table.real("fare_kzt", trip().map(|trip| Some(trip?.fare.as_kzt_f64())));
        table.whole("taxi", trip().map(|trip| trip.map(|trip| i64::from(trip.taxi.0))));
        table.text("outcome", rows.iter().map(|row| Some(row.outcome.word())));
        table
    }
}

/// Three columns for each metric: its mean and the bounds of its interval.
pub fn summaries(table: &mut Table<'_>, list: &[Metric], rows: &[Summaries]) {
    for metric in list {
        let values = || rows.iter().map(|row| row.get(metric.name));
        let header = metric.header();
        table.real(header.clone(), values().map(|value| value.map(|value| rounded(value.mean))));
        let bounds = || values().map(|value| value?.ci95);
        table.real(format!("{header}.ci95_low"), bounds().map(|bounds| bounds.map(|(low, _)| rounded(low))));
        table.real(
            format!("{header}.ci95_high"),
            bounds().map(|bounds| bounds.map(|(_, high)| rounded(high))),
        );
    }
}

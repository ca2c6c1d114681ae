//! Traffic jams: Yandex's score by day type and hour.

use super::hours::Hours;
use super::table::{Problems, Table, TableError, rows};
use serde::Deserialize;

/// Kinds of days with their own traffic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayType {
    /// Monday to Friday.
    Weekday,
    /// Saturday.
    Saturday,
    /// Sunday.
    Sunday,
}

/// Yandex jam scores, 0 (free) to 10, by day type and hour of the day.
#[derive(Clone, Debug, PartialEq)]
pub struct Congestion {
    /// Weekday: the mean of the measured Tuesday and Thursday.
    pub weekday: [f64; 24],
    /// The measured Saturday.
    pub saturday: [f64; 24],
    /// The measured Sunday.
    pub sunday: [f64; 24],
}

#[derive(Deserialize)]
struct Row {
    day_type: DayType,
    hour_local: usize,
    yandex_score_mean: f64,
}

const COLUMNS: [&str; 3] = ["day_type", "hour_local", "yandex_score_mean"];

impl Congestion {
    /// Reads a measured Tuesday, Saturday and Sunday from one table and a Thursday from another.
    ///
    /// Columns of both: `day_type`, `hour_local` (0–23), `yandex_score_mean` (0–10).
    ///
    /// # Errors
    ///
    /// Names hours that are missing or stand twice, and scores out of range.
    pub fn parse(week: Table, thursday: Table) -> Result<Self, TableError> {
        let [tuesday, saturday, sunday] = parse_days(
            week,
            [(DayType::Weekday, "Tuesday"), (DayType::Saturday, "Saturday"), (DayType::Sunday, "Sunday")],
        )?;
        let [thursday] = parse_days(thursday, [(DayType::Weekday, "Thursday")])?;
        let mut weekday = tuesday;
        for (score, other) in weekday.iter_mut().zip(thursday) {
            *score = f64::midpoint(*score, other);
        }
        Ok(Self { weekday, saturday, sunday })
    }

    /// The score in an hour (0–23) of a day.
    ///
    /// # Panics
    ///
    /// If the hour is not of the day.
    pub fn score(&self, day: DayType, hour: usize) -> f64 {
        match day {
            DayType::Weekday => self.weekday[hour],
            DayType::Saturday => self.saturday[hour],
            DayType::Sunday => self.sunday[hour],
        }
    }
}

/// The scores of the days that a table holds, each day with its name.
fn parse_days<const N: usize>(
    table: Table,
    days: [(DayType, &str); N],
) -> Result<[[f64; 24]; N], TableError> {
    let mut problems = Problems::of(table);
    let table_rows: Vec<(u64, Row)> = rows(table, &COLUMNS, &mut problems);
    let mut read: [Hours; N] = std::array::from_fn(|_| Hours::default());
    for (line, row) in table_rows {
        problems.within(line, "yandex_score_mean", row.yandex_score_mean, 0.0..=10.0);
        match days.iter().position(|(day, _)| *day == row.day_type) {
            Some(day) => read[day].set(line, row.hour_local, row.yandex_score_mean, &mut problems),
            None => problems.at(line, "this table holds weekdays only", "leave the row out"),
        }
    }
    let names = days.map(|(_, name)| name);
    let mut scores = [[0.0; 24]; N];
    for ((hours, name), scores) in read.into_iter().zip(names).zip(&mut scores) {
        *scores = hours.finish(name, &mut problems);
    }
    problems.finish(scores)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(day_type: &str, score: f64) -> String {
        let rows: Vec<String> = (0..24).map(|hour| format!("{day_type},{hour},{score}\n")).collect();
        rows.concat()
    }

    fn parse(week: &str, thursday: &str) -> Result<Congestion, TableError> {
        let header = COLUMNS.join(",");
        let (week, thursday) = (format!("{header}\n{week}"), format!("{header}\n{thursday}"));
        Congestion::parse(
            Table { name: "week.csv", text: &week },
            Table { name: "thursday.csv", text: &thursday },
        )
    }

    #[test]
    fn a_weekday_is_the_mean_of_tuesday_and_thursday() {
        let week = day("weekday", 4.0) + &day("saturday", 2.0) + &day("sunday", 1.0);
        let congestion = parse(&week, &day("weekday", 7.0)).expect("the tables are sound");
        for (day, score) in [(DayType::Weekday, 5.5), (DayType::Saturday, 2.0), (DayType::Sunday, 1.0)] {
            assert!((congestion.score(day, 23) - score).abs() < 1e-12);
        }
    }

    #[test]
    fn an_hour_is_wanted_once() {
        let week = day("weekday", 4.0) + &day("saturday", 2.0) + "sunday,0,1\nsunday,0,1\nsunday,24,11\n";
        let complaint = parse(&week, "").expect_err("Sunday is broken").to_string();
        let lines: Vec<&str> = complaint.lines().collect();
        assert_eq!(lines[0], "week.csv, line 51: hour 0 stands twice; keep one of its rows");
        assert_eq!(lines[1], "week.csv, line 52: `yandex_score_mean` is 11; give a number from 0 to 10");
        assert_eq!(lines[2], "week.csv, line 52: hour 24 is not of this day; count hours from 0 to 23");
        assert_eq!(lines[3], "week.csv: hour 1 of Sunday is missing; add its row");
    }
}

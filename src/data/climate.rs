//! The climate: temperature by month and hour.

use super::hours::Hours;
use super::table::{Problems, Table, TableError, rows};
use serde::Deserialize;

/// Mean temperature in °C by month (January first) and hour of the day.
///
/// The monthly means are measured; the swing over the day is assumed.
#[derive(Clone, Debug, PartialEq)]
pub struct Climate {
    /// `[month][hour]`, both from 0.
    pub celsius: [[f64; 24]; 12],
}

#[derive(Deserialize)]
struct Row {
    month: usize,
    hour_local: usize,
    t_c: f64,
}

impl Climate {
    /// Reads temperatures in columns `month` (1–12), `hour_local` (0–23) and `t_c` (°C).
    ///
    /// # Errors
    ///
    /// Names hours that are missing or stand twice, and temperatures no city has.
    pub fn parse(table: Table) -> Result<Self, TableError> {
        let mut problems = Problems::of(table);
        let table_rows: Vec<(u64, Row)> = rows(table, &["month", "hour_local", "t_c"], &mut problems);
        let mut months: [Hours; 12] = std::array::from_fn(|_| Hours::default());
        for (line, row) in table_rows {
            problems.within(line, "t_c", row.t_c, -60.0..=60.0);
            match row.month.checked_sub(1).and_then(|month| months.get_mut(month)) {
                Some(month) => month.set(line, row.hour_local, row.t_c, &mut problems),
                None => problems.at(
                    line,
                    format!("month {} is not of the year", row.month),
                    "count months from 1 to 12",
                ),
            }
        }
        let mut celsius = [[0.0; 24]; 12];
        for (number, (month, celsius)) in (1..).zip(months.into_iter().zip(&mut celsius)) {
            *celsius = month.finish(&format!("month {number}"), &mut problems);
        }
        problems.finish(Self { celsius })
    }

    /// The mean temperature in °C in a month (1–12, as in a date) and hour (0–23).
    ///
    /// # Panics
    ///
    /// If the month is not of the year or the hour not of the day.
    pub fn celsius(&self, month: usize, hour: usize) -> f64 {
        self.celsius[month - 1][hour]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Write;

    #[test]
    fn months_count_from_one_as_in_a_date() {
        let mut text = "month,hour_local,t_c\n".to_owned();
        for month in 1..=12 {
            for hour in 0..24 {
                writeln!(text, "{month},{hour},{month}.5").expect("a string takes any text");
            }
        }
        let climate = Climate::parse(Table { name: "climate.csv", text: &text }).expect("it is whole");
        assert!((climate.celsius(1, 0) - 1.5).abs() < 1e-12);
        assert!((climate.celsius(12, 23) - 12.5).abs() < 1e-12);

        text += "0,3,5\n13,3,5\n7,3,300\n";
        let error =
            Climate::parse(Table { name: "climate.csv", text: &text }).expect_err("the end is broken");
        assert_eq!(
            error.to_string(),
            "climate.csv, line 290: month 0 is not of the year; count months from 1 to 12\n\
             climate.csv, line 291: month 13 is not of the year; count months from 1 to 12\n\
             climate.csv, line 292: `t_c` is 300; give a number from -60 to 60\n\
             climate.csv, line 292: hour 3 stands twice; keep one of its rows"
        );
    }
}

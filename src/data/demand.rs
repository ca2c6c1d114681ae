//! The shape of a day's demand.

use super::hours::Hours;
use super::table::{Problems, Table, TableError, rows};
use serde::Deserialize;

/// Shares of a day's rides by hour; each sums to one. Borrowed from New York and Chicago.
#[derive(Clone, Debug, PartialEq)]
pub struct DemandProfile {
    /// Monday to Friday.
    pub weekday: [f64; 24],
    /// Saturday and Sunday.
    pub weekend: [f64; 24],
}

#[derive(Deserialize)]
struct Row {
    day_type: Half,
    hour_local: usize,
    share_mean: f64,
}

/// The two parts of the week that the table tells apart.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Half {
    Weekday,
    Weekend,
}

impl DemandProfile {
    /// Reads shares in columns `day_type` (`weekday` or `weekend`), `hour_local` and `share_mean`.
    ///
    /// The rounding of the table is taken out: the shares of a day, added in order, are exactly one.
    ///
    /// # Errors
    ///
    /// Names hours that are missing or stand twice, and days that are off one by over a hundredth.
    pub fn parse(table: Table) -> Result<Self, TableError> {
        let mut problems = Problems::of(table);
        let columns = ["day_type", "hour_local", "share_mean"];
        let table_rows: Vec<(u64, Row)> = rows(table, &columns, &mut problems);
        let (mut weekday, mut weekend) = (Hours::default(), Hours::default());
        for (line, row) in table_rows {
            problems.within(line, "share_mean", row.share_mean, 0.0..=1.0);
            let half = match row.day_type {
                Half::Weekday => &mut weekday,
                Half::Weekend => &mut weekend,
            };
            half.set(line, row.hour_local, row.share_mean, &mut problems);
        }
        let weekday = normalized(weekday, "the weekday", &mut problems);
        let weekend = normalized(weekend, "the weekend", &mut problems);
        problems.finish(Self { weekday, weekend })
    }
}

/// The shares of a day, made to sum to one; the last hour takes what rounding leaves.
fn normalized(hours: Hours, whose: &str, problems: &mut Problems) -> [f64; 24] {
    let mut shares = hours.finish(whose, problems);
    let total: f64 = shares.iter().sum();
    if problems.none_yet() && !(0.99..=1.01).contains(&total) {
        problems
            .whole(format!("the shares of {whose} sum to {total}"), "make them shares of one day's rides");
    }
    for share in &mut shares {
        *share /= total;
    }
    let but_last: f64 = shares[..23].iter().sum();
    shares[23] = (1.0 - but_last).max(0.0);
    shares
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Write;

    fn parse(weekday: f64, weekend: f64) -> Result<DemandProfile, TableError> {
        let mut text = "day_type,hour_local,share_mean\n".to_owned();
        for (day, share) in [("weekday", weekday), ("weekend", weekend)] {
            for hour in 0..24 {
                writeln!(text, "{day},{hour},{share}").expect("a string takes any text");
            }
        }
        DemandProfile::parse(Table { name: "demand.csv", text: &text })
    }

    #[test]
    fn rounded_shares_are_made_to_sum_to_one() {
        let profile = parse(0.0417, 0.0416).expect("both are near one");
        for day in [profile.weekday, profile.weekend] {
            assert_eq!(day.iter().sum::<f64>().to_bits(), 1.0_f64.to_bits());
            assert!(day.iter().all(|share| (share - 1.0 / 24.0).abs() < 1e-12));
        }
    }

    #[test]
    fn percentages_are_not_taken_for_shares() {
        let error = parse(0.0417, 0.4).expect_err("the weekend is broken");
        assert!(error.to_string().contains("the shares of the weekend sum to 9.6"), "{error}");
    }
}

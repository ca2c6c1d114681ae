//! The day of a run as bars of text: how long drivers wait and how many plugs are in use, hour by hour.

use super::figures::{digits, number};
use super::terminal::MISSING;
use crate::results::{DayHour, HOURS_OF_DAY, Results};

/// The narrowest text that has bars.
const NARROWEST: usize = 80;

/// How many lines the largest bar takes.
const ROWS: usize = 4;

/// A bar's last line, filled by so many eighths.
const EIGHTHS: [&str; 9] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

/// Every so many hours one is named.
const NAMED: usize = 3;

/// A value for each hour of the day; none where it does not apply.
type Hours = [Option<f64>; HOURS_OF_DAY];

/// The plots of a run whose hours differ, where the text is wide enough for them.
pub(super) fn day(results: &Results, width: usize) -> Vec<String> {
    if width < NARROWEST || !results.layout.weekly {
        return Vec::new();
    }
    let plugs: usize = results.layout.stations.iter().map(|site| site.plugs).sum();
    let plots = [
        ("Mean wait of who plugs in by hour of arrival, min".to_owned(), waits(results)),
        (format!("Mean plugs in use by hour, of {}", number(plugs as f64, 0)), plugs_in_use(results)),
    ];
    plots.into_iter().filter_map(|(title, hours)| Some(format!("{title}\n{}", bars(&hours)?))).collect()
}

/// The whole city in an hour of the day.
fn city(results: &Results, hour: usize) -> DayHour {
    let mut sum = DayHour::default();
    results.day.stations.iter().skip(hour).step_by(HOURS_OF_DAY).for_each(|station| sum.merge(station));
    sum
}

/// Minutes from arrival to plug-in.
fn waits(results: &Results) -> Hours {
    std::array::from_fn(|hour| {
        let city = city(results, hour);
        (city.plugged_in > 0).then(|| city.waited.as_secs_f64() / 60.0 / city.plugged_in as f64)
    })
}

fn plugs_in_use(results: &Results) -> Hours {
    std::array::from_fn(|hour| {
        let measured = results.day.measured[hour].as_millis();
        (measured > 0).then(|| city(results, hour).busy as f64 / measured as f64)
    })
}

/// Bars from zero to the largest value, which is written, above the hours; none if all are zero.
fn bars(hours: &Hours) -> Option<String> {
    let largest = hours.iter().flatten().copied().fold(0.0, f64::max);
    if largest == 0.0 {
        return None;
    }
    let top = number(largest, digits(largest));
    let margin = top.chars().count();
    let line = |row: usize| {
        let label = if row == ROWS { top.as_str() } else { "" };
        let cells: Vec<String> = hours.iter().map(|value| cell(*value, largest, row)).collect();
        format!("{label:>margin$} ┤{}", cells.join(" ")).trim_end().to_owned()
    };
    let mut lines: Vec<String> = (1..=ROWS).rev().map(line).collect();
    lines.push(format!("{:>margin$} └{}", "0", "─".repeat(3 * HOURS_OF_DAY)));
    let name = |hour| format!("{hour:<0$}", 3 * NAMED);
    let names: Vec<String> = (0..HOURS_OF_DAY).step_by(NAMED).map(name).collect();
    lines.push(format!("{:margin$}  {}", "", names.concat().trim_end()));
    Some(lines.join("\n"))
}

/// What a bar, two letters wide, shows in one of its lines, the lowest being 1. Whatever is more than zero is seen.
fn cell(value: Option<f64>, largest: f64, row: usize) -> String {
    let Some(value) = value else {
        return format!("{:2}", if row == 1 { MISSING } else { "" });
    };
    let eighths = (value / largest * (ROWS * 8) as f64).round() as usize;
    let eighths = if value > 0.0 { eighths.max(1) } else { 0 };
    EIGHTHS[eighths.saturating_sub((row - 1) * 8).min(8)].repeat(2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::terminal::tests::city;
    use crate::report::text;
    use crate::units::Duration;

    #[test]
    fn bars_rise_to_the_largest_hour_and_hours_without_a_value_are_told_from_zeros() {
        let mut hours: Hours = std::array::from_fn(|hour| Some(hour as f64 / 2.0));
        (hours[2], hours[3], hours[4], hours[23]) = (None, Some(0.0), Some(0.001), Some(16.0));
        insta::assert_snapshot!(bars(&hours).unwrap_or_default(), @"
        16.0 ┤                                                                     ██
             ┤                                                   ▁▁ ▂▂ ▃▃ ▄▄ ▅▅ ▆▆ ██
             ┤                           ▁▁ ▂▂ ▃▃ ▄▄ ▅▅ ▆▆ ▇▇ ██ ██ ██ ██ ██ ██ ██ ██
             ┤   ▁▁ –     ▁▁ ▅▅ ▆▆ ▇▇ ██ ██ ██ ██ ██ ██ ██ ██ ██ ██ ██ ██ ██ ██ ██ ██
           0 └────────────────────────────────────────────────────────────────────────
              0        3        6        9        12       15       18       21
        ");
    }

    #[test]
    fn nothing_is_drawn_of_zeros() {
        assert_eq!(bars(&[Some(0.0); HOURS_OF_DAY]), None);
        assert_eq!(bars(&[None; HOURS_OF_DAY]), None);
    }

    /// The city of the other tests over two days, of which only the hours from 6 to 12 and the last were measured: in
    /// each hour one more car waits five minutes at the first station, and the second serves one at once.
    fn two_days() -> Results {
        let mut results = city();
        results.layout.weekly = true;
        results.day.stations = vec![DayHour::default(); 2 * HOURS_OF_DAY];
        for hour in (6..12).chain([23]) {
            results.day.measured[hour] = Duration::HOUR * 2;
            let queued = DayHour {
                plugged_in: hour as u64,
                waited: Duration::minutes(5 * hour as i64),
                busy: hour as i64 * Duration::HOUR.as_millis(),
                ..DayHour::default()
            };
            results.day.stations[hour] = queued;
            results.day.stations[HOURS_OF_DAY + hour] = DayHour { plugged_in: 1, ..DayHour::default() };
        }
        results
    }

    #[test]
    fn a_day_is_told_as_waits_of_visits_and_as_plugs_in_use() {
        insta::assert_snapshot!(day(&two_days(), 80).join("\n\n"), @"
        Mean wait of who plugs in by hour of arrival, min
        4.8 ┤                  ▅▅ ▅▅ ▆▆ ▆▆ ▆▆ ▇▇                                  ██
            ┤                  ██ ██ ██ ██ ██ ██                                  ██
            ┤                  ██ ██ ██ ██ ██ ██                                  ██
            ┤–  –  –  –  –  –  ██ ██ ██ ██ ██ ██ –  –  –  –  –  –  –  –  –  –  –  ██
          0 └────────────────────────────────────────────────────────────────────────
             0        3        6        9        12       15       18       21

        Mean plugs in use by hour, of 24
        11.5 ┤                                                                     ██
             ┤                                                                     ██
             ┤                     ▂▂ ▃▃ ▅▅ ▆▆ ▇▇                                  ██
             ┤–  –  –  –  –  –  ██ ██ ██ ██ ██ ██ –  –  –  –  –  –  –  –  –  –  –  ██
           0 └────────────────────────────────────────────────────────────────────────
              0        3        6        9        12       15       18       21
        ");
        assert!(text(&two_days(), 80).contains("\n\nMean wait of who plugs in by hour"));
    }

    #[test]
    fn bars_are_left_out_where_text_is_narrow_and_where_all_hours_are_alike() {
        assert!(day(&two_days(), 79).is_empty());
        assert!(day(&city(), 80).is_empty());
    }
}

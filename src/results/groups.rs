//! One replication as rows: the city and each district are groups that share columns.

use super::{CITY, DISTRICT, Metric, Outcome, rounded};
use crate::ids::{DistrictId, IdVec};
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// The name of the group that is the whole city.
pub const WHOLE: &str = "city";

/// The metrics of one group, in the order of [`columns`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Group {
    /// `city`, or the key of a district.
    pub name: String,
    /// The values to nine digits; none where a metric does not apply.
    pub values: Vec<Option<f64>>,
}

/// The metrics of the city, and then those that only districts have.
pub fn columns() -> &'static [Metric] {
    &COLUMNS.0
}

/// The columns, and for each metric of a district its column.
static COLUMNS: LazyLock<(Vec<Metric>, Vec<usize>)> = LazyLock::new(|| {
    let mut columns = CITY.to_vec();
    let mut column = |metric: &Metric| {
        // A district's `wait_s.mean` is what the city calls `charging.wait_s.mean`.
        let meant = ["", "charging.", "operators.", "taxis."].iter().find_map(|group| {
            CITY.iter().position(|of_city| of_city.name.strip_prefix(group) == Some(metric.name))
        });
        meant.unwrap_or_else(|| {
            columns.push(*metric);
            columns.len() - 1
        })
    };
    let places = DISTRICT.iter().map(&mut column).collect();
    (columns, places)
});

/// The city and the districts in which anything applies; `districts` are their keys.
pub fn groups(outcome: &Outcome, districts: &IdVec<DistrictId, String>) -> Vec<Group> {
    let (columns, places) = &*COLUMNS;
    let mut city = vec![None; columns.len()];
    for (to, value) in city.iter_mut().zip(outcome.city.values()) {
        *to = value.map(rounded);
    }
    let district = |(name, metrics): (&String, &super::Metrics)| {
        let mut values = vec![None; columns.len()];
        for (place, value) in places.iter().zip(metrics.values()) {
            values[*place] = value.map(rounded);
        }
        Group { name: name.clone(), values }
    };
    let districts = districts.iter().zip(&outcome.districts).map(district);
    std::iter::once(Group { name: WHOLE.to_owned(), values: city })
        .chain(districts.filter(|group| group.values.iter().any(Option::is_some)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_district_shares_the_columns_of_the_city_and_adds_its_own() {
        let names: Vec<&str> = columns().iter().map(|metric| metric.name).collect();
        assert_eq!(names[CITY.len()..], ["stations", "plugs", "plugs_per_1000"]);
        let column = |name: &str| {
            let district = DISTRICT.iter().position(|metric| metric.name == name).expect("districts have it");
            names[COLUMNS.1[district]]
        };
        assert_eq!(column("wait_s.mean"), "charging.wait_s.mean");
        assert_eq!(column("payback_years.p50"), "operators.payback_years.p50");
        assert_eq!(column("stranded"), "taxis.stranded");
        assert_eq!(column("rides.lost"), "rides.lost");
    }

    #[test]
    fn no_two_metrics_of_a_district_share_a_column_and_units_agree() {
        let mut places = COLUMNS.1.clone();
        places.sort_unstable();
        places.dedup();
        assert_eq!(places.len(), DISTRICT.len());
        for (metric, place) in DISTRICT.iter().zip(&COLUMNS.1) {
            assert_eq!(metric.unit, columns()[*place].unit, "{}", metric.name);
        }
    }
}

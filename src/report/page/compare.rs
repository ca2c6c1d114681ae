//! What the page of a comparison shows, as one JSON document: the comparison itself, and both of its sides.

use super::city;
use super::content::{Shown, credits, keys};
use crate::data::Data;
use crate::report::compare::asked;
use crate::study::compare::Comparison;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// What readers must know of two sides that differ in more than their scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caution {
    /// Different programs ran them.
    Program,
    /// They do not measure the same span.
    Span,
}

impl Caution {
    /// The key of its sentence among the page's words.
    fn key(self) -> &'static str {
        match self {
            Self::Program => "p_program",
            Self::Span => "p_span",
        }
    }
}

/// Keys of a scenario that tell of its text, and not of the city.
const ABOUT: [&str; 3] = ["name", "question", "answers"];

/// The columns that say where a station stands and what it is, whoever runs it.
const PLACE: [&str; 6] = ["name", "lon", "lat", "district", "plugs", "synthetic"];

/// The document; `sides` are A and B.
pub(super) fn content(
    comparison: &Comparison,
    sides: [&Shown; 2],
    cautions: &[Caution],
    data: &Data,
) -> Value {
    let mut document = Map::new();
    let mut put = |key: &str, value: Value| document.insert(key.to_owned(), value);
    put("comparison", comparison.json());
    put("asked", asked().collect());
    put("cautions", cautions.iter().map(|caution| caution.key()).collect());
    put("changes", changes(sides.map(|side| &side.settings)));
    put("stations", stations(sides.map(|side| side.document.get("stations"))));
    put("sides", sides.iter().map(|side| Value::Object(side.document.clone())).collect());
    put("credits", credits());
    document.extend(city::around(data, &districts(sides)));
    Value::Object(document)
}

/// The title of the page.
pub(super) fn title(comparison: &Comparison) -> String {
    let [a, b] = &comparison.sides;
    format!("{} → {}", a.scenario, b.scenario)
}

/// The keys whose values differ, each with those of A and B; null where a side does not have it.
fn changes(sides: [&Map<String, Value>; 2]) -> Value {
    let [a, b] = sides;
    let new = b.keys().filter(|key| !a.contains_key(*key));
    let told = |key: &String| {
        let values = sides.map(|side| side.get(key).unwrap_or(&Value::Null));
        (!ABOUT.contains(&key.as_str()) && !alike(values)).then(|| json!([key, values[0], values[1]]))
    };
    a.keys().chain(new).filter_map(told).collect()
}

/// Whether two values are the same, numbers by what they are and not by how they are written.
fn alike([a, b]: [&Value; 2]) -> bool {
    a == b || a.as_f64().is_some_and(|number| Some(number) == b.as_f64())
}

/// The keys of the districts of A, and then those that only B has.
fn districts(sides: [&Shown; 2]) -> Vec<String> {
    let [a, b] = sides.map(|side| keys(&side.document["district"]).map(str::to_owned).collect::<Vec<_>>());
    let new: Vec<String> = b.into_iter().filter(|key| !a.contains(key)).collect();
    [a, new].concat()
}

/// The stations of both sides with their rows in A and in B: one of the same name at the same place is the same.
/// There are none unless both sides know theirs.
fn stations(sides: [Option<&Value>; 2]) -> Value {
    let [a, b] = sides.map(|side| side.unwrap_or(&Value::Null));
    let rows = if sides.contains(&None) { Vec::new() } else { joined([a, b]) };
    // Where both sides have it, B tells.
    let cell = |column: &str, [in_a, in_b]: &[Option<usize>; 2]| match (in_a, in_b) {
        (_, Some(row)) => b[column][*row].clone(),
        (Some(row), None) => a[column][*row].clone(),
        (None, None) => Value::Null,
    };
    let columns = PLACE.iter().map(|column| {
        let cells: Value = rows.iter().map(|of| cell(column, of)).collect();
        ((*column).to_owned(), cells)
    });
    let of_side = |side: usize| rows.iter().map(|of| json!(of[side])).collect::<Value>();
    let whole = columns.chain([("rows".to_owned(), json!([of_side(0), of_side(1)]))]);
    Value::Object(whole.collect())
}

/// For each station its row in A and in B.
fn joined(sides: [&Value; 2]) -> Vec<[Option<usize>; 2]> {
    let places = sides.map(|side| {
        let count = side["name"].as_array().map_or(0, Vec::len);
        (0..count).map(|row| json!([side["name"][row], side["lon"][row], side["lat"][row]]).to_string())
    });
    let [a, b] = places;
    let mut rows: Vec<[Option<usize>; 2]> = Vec::new();
    let mut at = BTreeMap::new();
    for (row, place) in a.enumerate() {
        at.insert(place, rows.len());
        rows.push([Some(row), None]);
    }
    for (row, place) in b.enumerate() {
        match at.remove(&place) {
            Some(index) => rows[index][1] = Some(row),
            None => rows.push([None, Some(row)]),
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::super::content::flat;
    use super::*;

    #[test]
    fn stations_are_joined_by_name_and_place_and_others_are_new_or_gone() {
        let side = |names: [&str; 2], lat: [f64; 2], plugs: [u32; 2]| {
            json!({ "name": names, "lon": [76.9, 76.95], "lat": lat, "district": ["almaly", "medeu"],
                    "plugs": plugs, "synthetic": ["1", "0"] })
        };
        let a = side(["north", "south"], [43.3, 43.2], [2, 3]);
        let b = side(["north", "south"], [43.3, 43.25], [4, 3]);
        let told = stations([Some(&a), Some(&b)]);
        assert_eq!(told["rows"], json!([[0, 1, null], [0, null, 1]]));
        assert_eq!(told["name"], json!(["north", "south", "south"]));
        assert_eq!(told["plugs"], json!([4, 3, 3]), "where both have it, B tells");
        assert_eq!(stations([Some(&a), None])["name"], json!([]), "a point of a sweep knows no stations");
    }

    #[test]
    fn changes_are_keys_with_other_values_whatever_their_writing() {
        let scenario = |name: &str, days: f64, more: Value| {
            flat(&json!({ "name": name, "time": { "horizon": { "days": days } }, "fleet": { "taxis": 3 },
                          "stations": more }))
        };
        let a = scenario("a", 7.0, json!([{ "plugs": 2 }]));
        let b = scenario("b", 8.0, json!([{ "plugs": 2, "room": 5 }, { "plugs": 1 }]));
        let expected = json!([
            ["time.horizon.days", 7.0, 8.0],
            ["stations[0].room", null, 5],
            ["stations[1].plugs", null, 1]
        ]);
        assert_eq!(changes([&a, &b]), expected);
        let whole = flat(&json!({ "time": { "horizon": { "days": 7 } } }));
        assert_eq!(changes([&flat(&json!({ "time": { "horizon": { "days": 7.0 } } })), &whole]), json!([]));
    }
}

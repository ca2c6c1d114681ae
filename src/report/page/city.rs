//! The city as lines on a map: outlines of districts with their names, and main roads.

use crate::data::{Data, RoadClass};
use crate::geo::Point;
use serde_json::{Map, Value, json};

/// The city around stations: the districts of these keys, and the main roads.
pub(super) fn around(data: &Data, keys: &[String]) -> Map<String, Value> {
    let parts = [("districts", districts(data, keys)), ("roads", roads(data))];
    parts.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// Degrees with four decimals: some ten metres.
fn degrees(value: f64) -> Value {
    json!((value * 1e4).round() / 1e4)
}

fn pair(point: Point) -> [Value; 2] {
    [degrees(point.lon), degrees(point.lat)]
}

/// The districts in the order of these keys: names in three languages and rings of points. A key that the tables do
/// not know is its own name and has no outline.
fn districts(data: &Data, keys: &[String]) -> Value {
    let district = |key: &String| {
        let Some(id) = data.district_by_key(key) else {
            return json!({ "key": key, "en": key, "ru": key, "kk": key, "rings": [] });
        };
        let known = &data.districts[id];
        let rings: Value = known.outline.exteriors().map(|ring| ring.map(pair).collect::<Value>()).collect();
        json!({ "key": key, "en": known.name_en, "ru": known.name_ru, "kk": known.name_kk, "rings": rings })
    };
    keys.iter().map(district).collect()
}

/// The main roads, the widest apart from the others: each course a list of points.
fn roads(data: &Data) -> Value {
    let wide = |class: RoadClass| matches!(class, RoadClass::Trunk | RoadClass::Primary);
    let courses = |of: bool| -> Value {
        let edges = data.roads.edges.iter().filter(|edge| wide(edge.class) == of);
        edges.map(|edge| edge.course.iter().copied().map(pair).collect::<Value>()).collect()
    };
    json!({ "wide": courses(true), "other": courses(false) })
}

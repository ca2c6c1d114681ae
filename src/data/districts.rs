//! The districts: names, inhabitants, outlines.

use super::table::{Problems, Table, TableError};
use crate::geo::{Point, Polygon};
use crate::ids::{DistrictId, IdVec};
use geojson::{Feature, FeatureCollection};
use std::collections::BTreeMap;

/// A district of the city.
#[derive(Clone, Debug)]
pub struct District {
    /// The key used in scenarios and results, e.g. `almaly`.
    pub key: String,
    /// Its name in English.
    pub name_en: String,
    /// Its name in Russian.
    pub name_ru: String,
    /// Its name in Kazakh.
    pub name_kk: String,
    /// Inhabitants, scaled to the city's total of February 2026.
    pub population: f64,
    /// Its outline.
    pub outline: Polygon,
}

impl District {
    /// Reads the districts from `GeoJSON`, in order of their keys.
    ///
    /// A feature is a polygon or several, with the properties `id`, `name_en`, `name_ru`, `name_kk`
    /// and `population_scaled_2026_02`.
    ///
    /// # Errors
    ///
    /// Names every feature without one of these, and every key that stands twice.
    pub fn parse_all(table: Table) -> Result<IdVec<DistrictId, Self>, TableError> {
        let mut problems = Problems::of(table);
        let features = match table.text.parse::<FeatureCollection>() {
            Ok(collection) => collection.features,
            Err(error) => {
                problems.whole(
                    format!("this is no GeoJSON feature collection ({error})"),
                    "export it again as GeoJSON in WGS 84 degrees",
                );
                Vec::new()
            }
        };
        if features.len() > usize::from(u8::MAX) {
            problems.whole(format!("there are {} districts", features.len()), "merge them into 255 or fewer");
        }
        // The map puts them in order of their keys.
        let mut districts = BTreeMap::new();
        for (number, feature) in (1..).zip(features) {
            match Self::from_feature(feature) {
                Ok(district) => {
                    let key = district.key.clone();
                    if districts.insert(key.clone(), district).is_some() {
                        problems.whole(format!("the id `{key}` stands twice"), "give each district its own");
                    }
                }
                Err((what, remedy)) => problems.whole(format!("feature {number} {what}"), remedy),
            }
        }
        if districts.is_empty() && problems.none_yet() {
            problems.whole("there is no district", "add at least one feature");
        }
        problems.finish(districts.into_values().collect())
    }

    /// The district in which a place lies: the first of two on their common border, none outside.
    pub(super) fn at(districts: &IdVec<DistrictId, Self>, place: Point) -> Option<DistrictId> {
        districts.enumerate().find(|(_, district)| district.outline.contains(place)).map(|(id, _)| id)
    }

    /// Reads one district; else what is wrong with it, and what to do.
    fn from_feature(feature: Feature) -> Result<Self, (String, &'static str)> {
        let text = |name: &str| {
            let value = feature.property(name).and_then(|value| value.as_str());
            value
                .filter(|value| !value.is_empty())
                .map(str::to_owned)
                .ok_or_else(|| (format!("has no text `{name}`"), "add it to the feature's properties"))
        };
        let (key, name_en) = (text("id")?, text("name_en")?);
        let (name_ru, name_kk) = (text("name_ru")?, text("name_kk")?);
        let population = feature.property("population_scaled_2026_02").and_then(serde_json::Value::as_f64);
        let population = population.filter(|&people| people > 0.0).ok_or_else(|| {
            (format!("({key}) has no `population_scaled_2026_02`"), "give its inhabitants, more than none")
        })?;
        let shape = feature.geometry.and_then(|geometry| geo::Geometry::<f64>::try_from(geometry).ok());
        let areas = match shape {
            Some(geo::Geometry::Polygon(area)) => geo::MultiPolygon(vec![area]),
            Some(geo::Geometry::MultiPolygon(areas)) => areas,
            _ => return Err((format!("({key}) has no area"), "give it a Polygon or a MultiPolygon")),
        };
        Ok(Self { key, name_en, name_ru, name_kk, population, outline: Polygon::new(areas) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(features: &str) -> Result<IdVec<DistrictId, District>, TableError> {
        let text = format!(r#"{{"type":"FeatureCollection","features":[{features}]}}"#);
        District::parse_all(Table { name: "districts.geojson", text: &text })
    }

    fn feature(key: &str, people: &str, shape: &str) -> String {
        format!(
            r#"{{"type":"Feature","properties":{{"id":"{key}","name_en":"E","name_ru":"R","name_kk":"K",
            "population_scaled_2026_02":{people}}},"geometry":{shape}}}"#
        )
    }

    const SQUARE: &str = r#"{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,1],[0,0]]]}"#;

    #[test]
    fn districts_stand_in_order_of_their_keys() {
        let read = parse(&format!("{},{}", feature("b", "10", SQUARE), feature("a", "20", SQUARE)));
        let keys: Vec<String> = read.expect("both are sound").iter().map(|d| d.key.clone()).collect();
        assert_eq!(keys, ["a", "b"]);
    }

    #[test]
    fn every_broken_feature_is_named() {
        let broken = [
            feature("", "10", SQUARE),
            feature("a", "0", SQUARE),
            feature("b", "10", r#"{"type":"Point","coordinates":[0,0]}"#),
            feature("c", "10", SQUARE),
            feature("c", "10", SQUARE),
        ];
        assert_eq!(
            parse(&broken.join(",")).expect_err("the table is broken").to_string(),
            "districts.geojson: feature 1 has no text `id`; add it to the feature's properties\n\
             districts.geojson: feature 2 (a) has no `population_scaled_2026_02`; \
             give its inhabitants, more than none\n\
             districts.geojson: feature 3 (b) has no area; give it a Polygon or a MultiPolygon\n\
             districts.geojson: the id `c` stands twice; give each district its own",
        );
    }
}

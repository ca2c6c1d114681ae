//! Points, distances and outlines on the map.

/// A place in degrees (WGS 84).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    /// Degrees east.
    pub lon: f64,
    /// Degrees north.
    pub lat: f64,
}

/// An outline.
#[derive(Clone, Debug)]
pub struct Polygon(pub geo::Polygon<f64>);

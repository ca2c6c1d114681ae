//! Points, distances and outlines on the map.

use ::geo::{BoundingRect, Intersects};

/// The mean radius of the earth in metres (IUGG).
const EARTH_RADIUS: f64 = 6_371_008.8;

/// A place in degrees (WGS 84).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    /// Degrees east.
    pub lon: f64,
    /// Degrees north.
    pub lat: f64,
}

impl Point {
    /// The distance to another place in metres, as the crow flies.
    ///
    /// Equirectangular about the middle latitude: within a city it differs from the great circle by
    /// less than a millionth part. The cosine comes from `libm`, so that every machine finds the same
    /// bits.
    pub fn metres_to(self, other: Self) -> f64 {
        let middle = f64::midpoint(self.lat, other.lat).to_radians();
        let east = (other.lon - self.lon).to_radians() * libm::cos(middle);
        let north = (other.lat - self.lat).to_radians();
        EARTH_RADIUS * (east * east + north * north).sqrt()
    }
}

/// An outline: one area or several apart, each perhaps with holes.
#[derive(Clone, Debug)]
pub struct Polygon {
    areas: ::geo::MultiPolygon<f64>,
    bounds: Option<::geo::Rect<f64>>,
}

impl Polygon {
    /// The outline of these areas, in degrees: `x` east, `y` north.
    pub fn new(areas: ::geo::MultiPolygon<f64>) -> Self {
        let bounds = areas.bounding_rect();
        Self { areas, bounds }
    }

    /// Whether a place lies inside or on the outline, by exact arithmetic on the degrees.
    pub fn contains(&self, place: Point) -> bool {
        let place = ::geo::Coord { x: place.lon, y: place.lat };
        // Most places lie outside most outlines: the box answers before the hundreds of corners.
        self.bounds.is_some_and(|bounds| bounds.intersects(&place)) && self.areas.intersects(&place)
    }

    /// The outer ring of each area, its first point repeated at its end, for maps.
    pub fn exteriors(&self) -> impl Iterator<Item = impl Iterator<Item = Point>> {
        self.areas.iter().map(|area| area.exterior().coords().map(|at| Point { lon: at.x, lat: at.y }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::geo::polygon;

    fn at(lon: f64, lat: f64) -> Point {
        Point { lon, lat }
    }

    /// A square with a hole, and a smaller square apart from it.
    fn two_squares() -> Polygon {
        let with_hole = polygon![
            exterior: [(x: 0.0, y: 0.0), (x: 3.0, y: 0.0), (x: 3.0, y: 3.0), (x: 0.0, y: 3.0)],
            interiors: [[(x: 1.0, y: 1.0), (x: 2.0, y: 1.0), (x: 2.0, y: 2.0), (x: 1.0, y: 2.0)]],
        ];
        let apart = polygon![(x: 5.0, y: 0.0), (x: 6.0, y: 0.0), (x: 6.0, y: 1.0), (x: 5.0, y: 1.0)];
        Polygon::new(::geo::MultiPolygon(vec![with_hole, apart]))
    }

    #[test]
    fn a_degree_north_is_111_km_and_a_degree_east_is_shorter_in_almaty() {
        let centre = at(76.9, 43.2);
        assert!((centre.metres_to(at(76.9, 44.2)) - 111_195.1).abs() < 0.1);
        let east = centre.metres_to(at(77.9, 43.2));
        assert!((east - 111_195.1 * libm::cos(43.2_f64.to_radians())).abs() < 0.1);
    }

    #[test]
    fn a_distance_is_the_same_there_and_back() {
        let (airport, square) = (at(77.0405, 43.3521), at(76.9455, 43.2383));
        assert_eq!(airport.metres_to(square).to_bits(), square.metres_to(airport).to_bits());
        assert!(airport.metres_to(airport) < f64::EPSILON);
    }

    #[test]
    fn an_outline_has_areas_holes_and_a_border() {
        let outline = two_squares();
        assert!(outline.contains(at(0.5, 0.5)));
        assert!(outline.contains(at(5.5, 0.5)));
        assert!(outline.contains(at(0.0, 1.5)), "the border belongs to the outline");
        assert!(!outline.contains(at(1.5, 1.5)), "a hole does not");
        assert!(!outline.contains(at(4.0, 0.5)));
        assert!(!Polygon::new(::geo::MultiPolygon(Vec::new())).contains(at(0.0, 0.0)));
    }

    #[test]
    fn exteriors_are_closed_rings() {
        let rings: Vec<Vec<Point>> = two_squares().exteriors().map(Iterator::collect).collect();
        assert_eq!(rings.len(), 2);
        assert!(rings.iter().all(|ring| ring.len() == 5 && ring.first() == ring.last()));
    }
}

//! The charging curve: power against state of charge.

use super::table::{Problems, Table, TableError, rows};
use serde::Deserialize;
use thiserror::Error;

/// Charging power as a share of a car's peak power, piecewise linear over the state of charge.
#[derive(Clone, Debug, PartialEq)]
pub struct ChargeCurve {
    /// Pairs of state of charge (percent, strictly rising from 0 to 100) and share of peak power
    /// (above 0, at most 1).
    pub points: Vec<(f64, f64)>,
}

/// Why points are no charging curve. `point` counts them from 0.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
pub enum CurveProblem {
    /// There are fewer than two points.
    #[error("a curve has two points or more")]
    TooShort,
    /// The first point is not at 0 %.
    #[error("the curve begins at {soc} % instead of 0 %")]
    Begin {
        /// Where it begins.
        soc: f64,
    },
    /// The last point is not at 100 %.
    #[error("the curve ends at {soc} % instead of 100 %")]
    End {
        /// Where it ends.
        soc: f64,
    },
    /// A state of charge is not above the one before.
    #[error("the state of charge does not rise to {soc} %")]
    NotRising {
        /// Which point.
        point: usize,
        /// Its state of charge.
        soc: f64,
    },
    /// A share is not above 0 and at most 1.
    #[error("the share of peak power is {share} at {soc} %")]
    Share {
        /// Which point.
        point: usize,
        /// Its state of charge.
        soc: f64,
        /// Its share.
        share: f64,
    },
}

#[derive(Deserialize)]
struct Row {
    make: String,
    soc_percent: f64,
    power_kw: f64,
}

impl ChargeCurve {
    /// The curve through points of state of charge (percent) and share of peak power.
    ///
    /// # Errors
    ///
    /// The first reason why the points are no curve.
    pub fn new(points: Vec<(f64, f64)>) -> Result<Self, CurveProblem> {
        let (Some(&(first, _)), Some(&(last, _)), 2..) = (points.first(), points.last(), points.len()) else {
            return Err(CurveProblem::TooShort);
        };
        for (point, &(soc, share)) in points.iter().enumerate() {
            let rises = point == 0 || soc > points[point - 1].0;
            if !rises {
                return Err(CurveProblem::NotRising { point, soc });
            }
            if !(share > 0.0 && share <= 1.0) {
                return Err(CurveProblem::Share { point, soc, share });
            }
        }
        if !(0.0..=0.0).contains(&first) {
            return Err(CurveProblem::Begin { soc: first });
        }
        if !(100.0..=100.0).contains(&last) {
            return Err(CurveProblem::End { soc: last });
        }
        Ok(Self { points })
    }

    /// Reads the mean of the measured curves: the rows whose `make` is `GENERIC`, with `soc_percent`
    /// and, in `power_kw`, the share of the peak power.
    ///
    /// # Errors
    ///
    /// Why these rows are no curve.
    pub fn parse(table: Table) -> Result<Self, TableError> {
        let mut problems = Problems::of(table);
        let mut generic: Vec<(u64, Row)> = rows(table, &["make", "soc_percent", "power_kw"], &mut problems);
        generic.retain(|(_, row)| row.make == "GENERIC");
        let points = generic.iter().map(|(_, row)| (row.soc_percent, row.power_kw)).collect();
        match Self::new(points) {
            Ok(curve) => problems.finish(curve),
            Err(problem) => {
                let point = match problem {
                    CurveProblem::TooShort => None,
                    CurveProblem::Begin { .. } => generic.first(),
                    CurveProblem::End { .. } => generic.last(),
                    CurveProblem::NotRising { point, .. } | CurveProblem::Share { point, .. } => {
                        generic.get(point)
                    }
                };
                let remedy =
                    "give GENERIC rows from 0 to 100 percent, rising, with shares above 0 and at most 1";
                problems.push(point.map(|(line, _)| *line), problem.to_string(), remedy);
                // Any value does: with a problem found it is dropped.
                problems.finish(Self { points: Vec::new() })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(points: &[(f64, f64)]) -> String {
        ChargeCurve::new(points.to_vec()).expect_err("these are no curve").to_string()
    }

    #[test]
    fn a_curve_rises_from_0_to_100_percent() {
        assert!(ChargeCurve::new(vec![(0.0, 1.0), (50.0, 0.8), (100.0, 0.1)]).is_ok());
        assert_eq!(problem(&[(0.0, 1.0)]), "a curve has two points or more");
        assert_eq!(problem(&[(5.0, 1.0), (100.0, 0.1)]), "the curve begins at 5 % instead of 0 %");
        assert_eq!(problem(&[(0.0, 1.0), (95.0, 0.1)]), "the curve ends at 95 % instead of 100 %");
        assert_eq!(
            problem(&[(0.0, 1.0), (60.0, 0.9), (60.0, 0.8), (100.0, 0.1)]),
            "the state of charge does not rise to 60 %"
        );
    }

    #[test]
    fn a_curve_never_reaches_zero_power_nor_more_than_the_peak() {
        assert_eq!(problem(&[(0.0, 1.0), (100.0, 0.0)]), "the share of peak power is 0 at 100 %");
        assert_eq!(problem(&[(0.0, 60.0), (100.0, 0.1)]), "the share of peak power is 60 at 0 %");
        assert_eq!(problem(&[(0.0, f64::NAN), (100.0, 0.1)]), "the share of peak power is NaN at 0 %");
        assert_eq!(problem(&[(f64::NAN, 1.0), (100.0, 0.1)]), "the state of charge does not rise to 100 %");
    }

    #[test]
    fn a_broken_curve_is_named_by_its_line() {
        let text = "make,soc_percent,power_kw\nBMW,0,148\nGENERIC,0,0.9\nGENERIC,50,90\nGENERIC,100,0.1\n";
        let error = ChargeCurve::parse(Table { name: "curves.csv", text }).expect_err("90 is no share");
        assert!(
            error.to_string().starts_with("curves.csv, line 4: the share of peak power is 90 at 50 %; give"),
            "{error}"
        );
    }
}

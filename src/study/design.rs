//! Where the points of an experiment lie, in the unit cube: designs know nothing of keys and values.
//!
//! A point has one coordinate for each axis. The grid and the zip speak of positions in lists of values; all others
//! of numbers in [0, 1), which the caller stretches to the axis. The same seed gives the same points on any
//! machine.

use crate::rng::{Purpose, Streams};

/// The most points of a Sobol sequence, and the most samples of a Saltelli design.
pub const MOST_SOBOL_POINTS: u32 = 1 << 16;
/// The most axes of a Sobol sequence; a Saltelli design needs two of them for each of its own.
pub const MOST_SOBOL_AXES: usize = sobol_burley::NUM_DIMENSIONS as usize;

/// The entity that scrambles Sobol points; those below it are the axes of Latin hypercubes.
const SCRAMBLE: u64 = u64::MAX;

/// Every combination of positions on axes with so many values each; the last axis turns fastest.
///
/// The answer has as many points as the product of the lengths, which the caller bounds. There are none if an
/// axis has no value, and one without coordinates if there is no axis.
pub fn grid(lengths: &[usize]) -> Vec<Vec<usize>> {
    let points = lengths.iter().product();
    let point = |index: usize| {
        let mut rest = index;
        let mut positions: Vec<usize> = lengths
            .iter()
            .rev()
            .map(|length| {
                let position = rest % length;
                rest /= length;
                position
            })
            .collect();
        positions.reverse();
        positions
    };
    (0..points).map(point).collect()
}

/// The first values of all axes, then the second ones, and so on; none if the axes are not equally long.
pub fn zip(lengths: &[usize]) -> Option<Vec<Vec<usize>>> {
    let first = *lengths.first()?;
    lengths
        .iter()
        .all(|length| *length == first)
        .then(|| (0..first).map(|position| vec![position; lengths.len()]).collect())
}

/// A plain Latin hypercube (`McKay`, Beckman and Conover 1979): on every axis one point in each of `points`
/// equal strata, at a random place within it, and the axes shuffled independently of each other.
///
/// It is not spread out further: a maximin search would push points to the edges, and means over the points
/// would no longer be unbiased.
pub fn latin_hypercube(points: u32, axes: usize, seed: u64) -> Vec<Vec<f64>> {
    let streams = Streams::new(seed, 0);
    let mut design = vec![vec![0.0; axes]; points as usize];
    for axis in 0..axes {
        let mut stream = streams.get(Purpose::Design, axis as u64);
        let mut strata: Vec<u32> = (0..points).collect();
        for last in (1..strata.len()).rev() {
            let other = (stream.uniform() * (last + 1) as f64) as usize;
            strata.swap(last, other);
        }
        for (point, stratum) in design.iter_mut().zip(strata) {
            // Nearer to the edge than this, the sum would be rounded into the next stratum.
            let within = stream.uniform().min(1.0 - 1.0 / f64::from(1 << 20));
            point[axis] = (f64::from(stratum) + within) / f64::from(points);
        }
    }
    design
}

/// The first points of a Sobol sequence (Joe and Kuo 2008), scrambled after Owen (1995) by hashes (Burley
/// 2020): every two axes of 2ᵐ points are as evenly filled as a random design can be. Powers of two are best.
///
/// # Panics
///
/// If there are more than [`MOST_SOBOL_POINTS`] points or [`MOST_SOBOL_AXES`] axes.
pub fn sobol(points: u32, axes: usize, seed: u64) -> Vec<Vec<f64>> {
    assert!(points <= MOST_SOBOL_POINTS, "a Sobol sequence ends after {MOST_SOBOL_POINTS} points");
    assert!(axes <= MOST_SOBOL_AXES, "a Sobol sequence has {MOST_SOBOL_AXES} axes");
    let scramble = Streams::new(seed, 0).get(Purpose::Design, SCRAMBLE).uniform();
    let scramble = (scramble * (1_u64 << 32) as f64) as u32;
    let point = |index: u32| -> Vec<f64> {
        (0..axes as u32).map(|axis| f64::from(sobol_burley::sample(index, axis, scramble))).collect()
    };
    (0..points).map(point).collect()
}

/// The `samples` × (`axes` + 2) points from which first-order and total Sobol indices are estimated
/// (Saltelli and others 2010).
///
/// Two independent matrices, A and B, are the halves of one Sobol sequence with twice as many axes. Sample by
/// sample there follow one another: the row of A, the row of B, and for each axis the row of A with that axis
/// taken from B. So sample j begins at j × (`axes` + 2), and the first points are a smaller design of the
/// same kind.
///
/// # Panics
///
/// If there are more than [`MOST_SOBOL_POINTS`] samples, or more axes than half of [`MOST_SOBOL_AXES`].
pub fn saltelli(samples: u32, axes: usize, seed: u64) -> Vec<Vec<f64>> {
    let sample = |row: &Vec<f64>| -> Vec<Vec<f64>> {
        let (a, b) = row.split_at(axes);
        let with_one_of_b = (0..axes).map(|axis| {
            let mut mixed = a.to_vec();
            mixed[axis] = b[axis];
            mixed
        });
        [a.to_vec(), b.to_vec()].into_iter().chain(with_one_of_b).collect()
    };
    sobol(samples, 2 * axes, seed).iter().flat_map(sample).collect()
}

/// The base, and then for each axis each of its so many values with all other axes left as the base has them,
/// which is told by none: 1 + the sum of the lengths points.
pub fn one_at_a_time(lengths: &[usize]) -> Vec<Vec<Option<usize>>> {
    let base = vec![None; lengths.len()];
    let changed =
        lengths.iter().enumerate().flat_map(|(axis, length)| (0..*length).map(move |value| (axis, value)));
    let points = changed.map(|(axis, value)| {
        let mut point = base.clone();
        point[axis] = Some(value);
        point
    });
    std::iter::once(base.clone()).chain(points).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use sobol_burley::parts::sobol_rev;

    #[test]
    fn the_last_axis_of_a_grid_turns_fastest() {
        let six = [[0, 0], [0, 1], [0, 2], [1, 0], [1, 1], [1, 2]];
        assert_eq!(grid(&[2, 3]), six);
        assert_eq!(grid(&[2, 0]), Vec::<Vec<usize>>::new());
        assert_eq!(grid(&[]), [Vec::<usize>::new()]);
    }

    #[test]
    fn a_zip_needs_axes_of_one_length() {
        assert_eq!(zip(&[2, 2, 2]), Some(vec![vec![0, 0, 0], vec![1, 1, 1]]));
        assert_eq!(zip(&[2, 3]), None);
        assert_eq!(zip(&[]), None);
    }

    /// How many of the coordinates lie in each of so many equal parts of [0, 1).
    fn filling(coordinates: impl Iterator<Item = f64>, parts: usize) -> Vec<usize> {
        let mut counts = vec![0; parts];
        for coordinate in coordinates {
            counts[(coordinate * parts as f64) as usize] += 1;
        }
        counts
    }

    proptest! {
        #[test]
        fn each_stratum_of_each_axis_of_a_latin_hypercube_has_one_point(
            points in 1_u32..200, axes in 0_usize..8, seed in any::<u64>(),
        ) {
            let design = latin_hypercube(points, axes, seed);
            prop_assert_eq!(design.len(), points as usize);
            for axis in 0..axes {
                let counts = filling(design.iter().map(|point| point[axis]), points as usize);
                prop_assert!(counts.iter().all(|count| *count == 1), "axis {}: {:?}", axis, counts);
            }
            prop_assert_eq!(&design, &latin_hypercube(points, axes, seed));
        }

        #[test]
        fn sobol_points_are_a_net_on_their_first_two_axes_and_stratified_on_every_axis(
            m in 0_u32..9, seed in any::<u64>(),
        ) {
            let points = sobol(1 << m, 20, seed);
            for axis in 0..20 {
                let counts = filling(points.iter().map(|point| point[axis]), 1 << m);
                prop_assert!(counts.iter().all(|count| *count == 1), "axis {}", axis);
            }
            // A (0, m, 2)-net: each of the 2ᵐ boxes of any shape 2⁻ᵏ × 2ᵏ⁻ᵐ holds exactly one point.
            for k in 0..=m {
                let (across, up) = (f64::from(1 << k), f64::from(1 << (m - k)));
                let mut boxes: Vec<(u32, u32)> =
                    points.iter().map(|point| ((point[0] * across) as u32, (point[1] * up) as u32)).collect();
                boxes.sort_unstable();
                boxes.dedup();
                prop_assert_eq!(boxes.len(), 1 << m);
            }
        }

        #[test]
        fn a_saltelli_design_is_a_smaller_one_continued(axes in 0_usize..6, seed in any::<u64>()) {
            let large = saltelli(16, axes, seed);
            prop_assert_eq!(large.len(), 16 * (axes + 2));
            prop_assert_eq!(&large[..8 * (axes + 2)], &saltelli(8, axes, seed)[..]);
            for sample in large.chunks(axes + 2) {
                for axis in 0..axes {
                    let mixed = &sample[2 + axis];
                    for (other, coordinate) in mixed.iter().enumerate() {
                        let origin = sample[usize::from(other == axis)][other];
                        prop_assert_eq!(coordinate.to_bits(), origin.to_bits());
                    }
                }
            }
        }
    }

    #[test]
    fn another_seed_gives_other_points() {
        assert_ne!(latin_hypercube(8, 2, 1), latin_hypercube(8, 2, 2));
        assert_ne!(sobol(8, 2, 1), sobol(8, 2, 2));
        // The seed counts with all its bits.
        assert_ne!(sobol(8, 2, 1), sobol(8, 2, 1 + (1 << 40)));
    }

    #[test]
    fn a_latin_hypercube_of_many_points_keeps_its_strata() {
        let points = 1 << 18;
        let counts = filling(latin_hypercube(points, 1, 3).iter().map(|point| point[0]), points as usize);
        assert!(counts.iter().all(|count| *count == 1));
    }

    #[test]
    fn the_sequence_below_the_scrambling_is_the_published_one() {
        // The first points of dimensions 1 to 3 as Joe and Kuo print them with new-joe-kuo-6.
        let published = [
            [0.0, 0.0, 0.0],
            [0.5, 0.5, 0.5],
            [0.75, 0.25, 0.25],
            [0.25, 0.75, 0.75],
            [0.375, 0.375, 0.625],
            [0.875, 0.875, 0.125],
            [0.625, 0.125, 0.875],
            [0.125, 0.625, 0.375],
            [0.1875, 0.3125, 0.9375],
            [0.6875, 0.8125, 0.4375],
        ];
        // They count in Gray code, which visits the same points of each power of two in another order.
        for (index, point) in published.iter().enumerate() {
            let gray = (index ^ (index >> 1)) as u32;
            for (axis, coordinate) in point.iter().enumerate() {
                let bits = sobol_rev(gray.reverse_bits(), axis as u32).reverse_bits();
                assert_eq!(bits, (coordinate * (1_u64 << 32) as f64) as u32, "point {index}, axis {axis}");
            }
        }
    }

    #[test]
    fn a_mean_over_sobol_points_is_far_closer_than_over_random_ones() {
        // Sobol' and Asotsky (2003): the product of 1 + (x − ½)/j² over the axes has mean 1.
        let f = |point: &Vec<f64>| -> f64 {
            (1..).zip(point).map(|(j, x)| 1.0 + (x - 0.5) / f64::from(j * j)).product()
        };
        let rms = |design: &dyn Fn(u64) -> Vec<Vec<f64>>| {
            let errors = (0..50).map(|seed| {
                let points = design(seed);
                points.iter().map(f).sum::<f64>() / points.len() as f64 - 1.0
            });
            (errors.map(|error| error * error).sum::<f64>() / 50.0).sqrt()
        };
        let random = |seed| {
            let mut stream = Streams::new(seed, 1).get(Purpose::Design, 0);
            (0..1024).map(|_| (0..8).map(|_| stream.uniform()).collect()).collect()
        };
        let (sobol, latin) = (rms(&|seed| sobol(1024, 8, seed)), rms(&|seed| latin_hypercube(1024, 8, seed)));
        let random = rms(&random);
        assert!(random > 0.005 && latin < random / 3.0 && sobol < random / 100.0, "{sobol} {latin} {random}");
    }

    #[test]
    fn one_axis_at_a_time_leaves_the_base() {
        let points = [[None, None], [Some(0), None], [Some(1), None], [None, Some(0)]];
        assert_eq!(one_at_a_time(&[2, 1]), points);
        assert_eq!(one_at_a_time(&[]), [Vec::<Option<usize>>::new()]);
    }
}

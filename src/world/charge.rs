//! Charging curves in one-percent steps: how long, how much and at what power, from one table.

use crate::units::{Duration, Energy, Power};

/// How a model of car charges.
#[derive(Clone, Debug)]
pub struct Battery {
    /// What it holds.
    pub capacity: Energy,
    /// The most it takes from direct current, by whole percent of charge.
    steps: Vec<Power>,
    /// The most it takes from alternating current.
    pub ac: Power,
    /// Time to charge from empty to each whole percent by direct current alone, at the curve's power.
    time_to: Vec<Duration>,
}

impl Battery {
    /// A battery with a curve through points of state of charge in percent and share of the peak power.
    pub(crate) fn new(capacity: Energy, dc: Power, ac: Power, curve: &[(f64, f64)]) -> Self {
        let steps: Vec<Power> = (0..100)
            .map(|percent| {
                // The power in the middle of the step stands for the whole step.
                let share = super::energy::interpolate(curve, f64::from(percent) + 0.5);
                Power::watts(((share * dc.as_watts() as f64).round() as i64).max(1))
            })
            .collect();
        let step = Energy::from_millijoules(capacity.as_millijoules() / 100);
        let mut time_to = vec![Duration::ZERO];
        for (percent, &power) in steps.iter().enumerate() {
            time_to.push(time_to[percent] + step / power);
        }
        Self { capacity, steps, ac, time_to }
    }

    /// The whole percent of charge.
    #[inline]
    fn percent(&self, stored: Energy) -> usize {
        // A battery is never above its capacity; at it, the last step's power still applies.
        (stored.as_millijoules() * 100 / self.capacity.as_millijoules()).clamp(0, 99) as usize
    }

    /// The most it takes at this charge from a plug that gives at most `limit`, by direct or alternating current.
    #[inline]
    pub fn takes(&self, stored: Energy, limit: Power, direct: bool) -> Power {
        limit.min(if direct { self.steps[self.percent(stored)] } else { self.ac })
    }

    /// How much it gains until what it takes from such a plug changes, at most up to `target`.
    pub fn gain_until_change(&self, stored: Energy, target: Energy, limit: Power, direct: bool) -> Energy {
        if direct {
            let now = self.percent(stored);
            let takes = limit.min(self.steps[now]);
            if let Some(ahead) = self.steps[now..].iter().position(|&step| limit.min(step) != takes) {
                let edge = self.at_percent(now + ahead);
                return edge.min(target) - stored;
            }
        }
        target - stored
    }

    /// The least charge that counts as this whole percent.
    fn at_percent(&self, percent: usize) -> Energy {
        let hundredths = self.capacity.as_millijoules() as u64 * percent as u64;
        Energy::from_millijoules(hundredths.div_ceil(100) as i64)
    }

    /// An estimate of the time from one charge to another at a plug that gives at most `limit`: the longer of what
    /// the curve and the limit alone allow.
    #[inline]
    pub fn time(&self, stored: Energy, target: Energy, limit: Power, direct: bool) -> Duration {
        let need = target - stored;
        if need <= Energy::ZERO {
            return Duration::ZERO;
        }
        if direct {
            (need / limit).max(self.time_to[self.percent(target)] - self.time_to[self.percent(stored)])
        } else {
            need / limit.min(self.ac)
        }
    }
}

/// Shares a cabinet's power among sessions that would take `takes`, by max–min fairness: nobody gets more
/// than it takes, and nobody could get more without another who has no more getting less.
///
/// The shares are written over what is taken. Their sum never exceeds `total`.
pub fn share(total: Power, takes: &mut [Power]) {
    let mut left = total;
    let mut hungry = takes.len() as i64;
    let mut level = Power::ZERO;
    // Fill up to each next lowest want while all that want more can follow.
    while hungry > 0 {
        let fair = Power::watts(left.as_watts() / hungry);
        let next = takes.iter().copied().filter(|&take| take > level).min();
        match next {
            Some(next) if next - level <= fair => {
                left -= (next - level) * hungry;
                level = next;
                hungry = takes.iter().filter(|&&take| take > level).count() as i64;
            }
            Some(_) => {
                level += fair;
                break;
            }
            None => break,
        }
    }
    for take in takes {
        *take = (*take).min(level);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shared(total: i64, takes: &[i64]) -> Vec<i64> {
        let mut takes: Vec<Power> = takes.iter().map(|&kw| Power::kw(kw)).collect();
        share(Power::kw(total), &mut takes);
        takes.iter().map(|power| power.as_watts()).collect()
    }

    #[test]
    fn a_cabinet_fills_the_modest_first_and_splits_the_rest() {
        assert_eq!(shared(60, &[50]), [50_000]);
        assert_eq!(shared(60, &[50, 50]), [30_000, 30_000]);
        assert_eq!(shared(60, &[20, 50]), [20_000, 40_000]);
        assert_eq!(shared(60, &[10, 20]), [10_000, 20_000]);
        assert_eq!(shared(60, &[50, 10, 50]), [25_000, 10_000, 25_000]);
        assert_eq!(shared(60, &[]), [0; 0]);
    }

    #[test]
    fn power_falls_along_the_curve_and_stays_below_the_plug() {
        let battery = Battery::new(
            Energy::wh(50_000),
            Power::kw(100),
            Power::kw(7),
            &[(0.0, 1.0), (50.0, 1.0), (100.0, 0.0)],
        );
        let at = |percent: i64| Energy::wh(500 * percent);
        assert_eq!(battery.takes(at(10), Power::kw(60), true), Power::kw(60));
        assert_eq!(battery.takes(at(80), Power::kw(60), true), Power::kw(39));
        assert_eq!(battery.takes(at(80), Power::kw(22), false), Power::kw(7));
        // Up to 70 % the plug limits, so nothing changes until the curve falls below it.
        assert_eq!(battery.gain_until_change(at(10), at(80), Power::kw(60), true), at(60));
        assert_eq!(battery.gain_until_change(at(75), at(80), Power::kw(60), true), at(1));
        assert_eq!(battery.gain_until_change(at(75), at(80), Power::kw(7), false), at(5));
    }
}

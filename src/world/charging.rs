//! How drivers charge: what they weigh, know and bring.

use super::fleet::span;
use crate::scenario::{self, Scenario};
use crate::units::{Duration, Power};

/// How drivers charge.
#[derive(Clone, Copy, Debug)]
pub struct Charging {
    /// How a driver chooses a station.
    pub choice: Choice,
    /// Weight of each new wait in what drivers without the app know of a station, in parts per million; none where
    /// every driver has the app.
    pub new_wait_ppm: Option<i64>,
    /// What an adapter adds to a session before energy flows.
    pub fitting: Duration,
    /// The share of a plug's power that an adapter lets through, in parts per million.
    pub adapter_ppm: i64,
}

/// How a driver chooses where to charge.
#[derive(Clone, Copy, Debug)]
pub enum Choice {
    /// The least sum of drive, expected wait and charging time.
    LeastTotalTime,
    /// The station reached first.
    Nearest,
    /// The lowest price; the nearest of several.
    Cheapest,
    /// By chance, see [`Logit`].
    Logit(Logit),
}

/// A multinomial logit over the nearest stations and the charger at home (`McFadden` 1974).
#[derive(Clone, Copy, Debug)]
pub struct Logit {
    /// What an hour costs a driver, in tiyn.
    pub per_hour: i64,
    /// What a kilometre costs, in tiyn.
    pub per_km: i64,
    /// The scale of the logit, in tiyn.
    pub scale: f64,
    /// How many of the nearest stations count.
    pub stations: usize,
}

impl Charging {
    pub(crate) fn new(scenario: &Scenario) -> Self {
        let charging = &scenario.charging;
        let logit = charging.logit;
        Self {
            choice: match charging.choice {
                scenario::Choice::LeastTotalTime => Choice::LeastTotalTime,
                scenario::Choice::Nearest => Choice::Nearest,
                scenario::Choice::Cheapest => Choice::Cheapest,
                scenario::Choice::Logit => Choice::Logit(Logit {
                    per_hour: tiyn(logit.hour_kzt),
                    per_km: tiyn(logit.km_kzt),
                    scale: logit.scale_kzt * 1e2,
                    stations: logit.stations as usize,
                }),
            },
            new_wait_ppm: (charging.app.share < 1.0).then(|| ppm(charging.app.new_wait_weight)),
            fitting: span(charging.adapter.fitting),
            adapter_ppm: ppm(charging.adapter.power_share),
        }
    }

    /// What an adapter lets through of a plug's power.
    pub fn through_adapter(&self, power: Power) -> Power {
        let watts = i128::from(power.as_watts()) * i128::from(self.adapter_ppm) / 1_000_000;
        Power::watts((watts as i64).max(1))
    }
}

fn tiyn(kzt: f64) -> i64 {
    (kzt * 1e2).round() as i64
}

fn ppm(share: f64) -> i64 {
    (share * 1e6).round() as i64
}

//! How drivers charge: what they weigh, know and bring.

use super::fleet::span;
use super::law::Law;
use crate::scenario::{self, Scenario};
use crate::units::{Due, Duration, Length, Money, Power, Price, Soc, Time};

/// How drivers charge.
#[derive(Clone, Copy, Debug)]
pub struct Charging {
    /// How a driver chooses a station.
    pub choice: Choice,
    /// Before a handover within this span a driver charges below this state of charge.
    pub before_handover: Option<(Duration, Soc)>,
    /// The longest session.
    pub session_at_most: Option<Duration>,
    /// What a driver who charges at home after the shift wants for the rest of it.
    pub rest_of_shift: Option<RestOfShift>,
    /// When a queued driver moves to another station.
    pub jockey: Option<Jockey>,
    /// How long a plug is held for a driver with the app who sets out to it.
    pub held: Option<Duration>,
    /// How long cars stay after their session.
    pub overstay: Option<Overstay>,
    /// The night tariff of homes.
    pub night: Option<Night>,
    /// Weight of each new wait in what drivers without the app know of a station, in parts per million; none where
    /// every driver has the app.
    pub new_wait_ppm: Option<i64>,
    /// What an adapter adds to a session before energy flows.
    pub fitting: Duration,
    /// The share of a plug's power that an adapter lets through, in parts per million.
    pub adapter_ppm: i64,
}

/// What a driver wants for the rest of a shift.
#[derive(Clone, Copy, Debug)]
pub struct RestOfShift {
    /// How far a taxi drives in an hour.
    pub per_hour: Length,
    /// State of charge to spare.
    pub spare: Soc,
}

/// When a queued driver moves to another station.
#[derive(Clone, Copy, Debug)]
pub struct Jockey {
    /// Share of the wait left here that must be saved, in parts per million.
    pub saves_ppm: i64,
    /// How often a queued driver looks.
    pub looks_every: Duration,
}

/// How long cars stay at a plug after their session.
#[derive(Clone, Copy, Debug)]
pub struct Overstay {
    /// From the end of the session to the car's leaving.
    pub lasting: Law,
    /// For so long it is free.
    pub free: Duration,
    /// What each minute beyond costs.
    pub fee_per_minute: Money,
}

impl Overstay {
    /// What is owed for a car that stays this long.
    pub fn fee(&self, lasting: Duration) -> Due {
        Due::per_minute(self.fee_per_minute, (lasting - self.free).max(Duration::ZERO))
    }
}

/// The night tariff of homes.
#[derive(Clone, Copy, Debug)]
pub struct Night {
    /// Time of day at which it begins.
    pub from: Duration,
    /// Its length.
    pub lasting: Duration,
    /// Energy then, per kWh that reaches the battery.
    pub price: Price,
    /// Whether cars at home charge at night only.
    pub only: bool,
}

impl Night {
    /// How much of a span falls into the night.
    pub fn part(&self, from: Time, to: Time) -> Duration {
        // Nights up to a time, counted from the first night's beginning on the day before the run.
        let up_to = |time: Time| {
            let since = (time - Time::START + Duration::DAY - self.from).as_millis();
            let (days, rest) = (since.div_euclid(DAY), since.rem_euclid(DAY));
            self.lasting * days + self.lasting.min(Duration::from_millis(rest))
        };
        up_to(to) - up_to(from)
    }
}

const DAY: i64 = Duration::DAY.as_millis();

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
            before_handover: charging
                .before_handover
                .map(|parts| (span(parts.within), Soc::from_share_f64(parts.below))),
            session_at_most: charging.session_at_most.map(span),
            rest_of_shift: charging.spare_before_home.map(|spare| RestOfShift {
                per_hour: Length::metres((scenario.fleet.shifts.km_per_hour * 1e3).round() as i64),
                spare: Soc::from_share_f64(spare),
            }),
            jockey: charging
                .jockey
                .map(|jockey| Jockey { saves_ppm: ppm(jockey.saves), looks_every: span(jockey.looks_every) }),
            held: charging.reservation.map(|reservation| span(reservation.held)),
            overstay: charging.overstay.map(|overstay| Overstay {
                lasting: Law::new(overstay.lasting),
                free: span(overstay.free),
                fee_per_minute: Money::from_kzt_f64(overstay.fee_kzt_per_minute),
            }),
            night: charging.home_night.map(|night| {
                let of_day = |hour: f64| Duration::from_secs_f64(hour * 3_600.0);
                let lasting = (of_day(night.to_h) - of_day(night.from_h)).as_millis();
                Night {
                    from: of_day(night.from_h),
                    lasting: Duration::from_millis(if lasting < 0 { lasting + DAY } else { lasting }),
                    price: Price::from_kzt_per_kwh_f64(night.kzt_per_kwh / charging.efficiency),
                    only: night.only,
                }
            }),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_night_has_its_part_of_every_span() {
        let night = Night {
            from: Duration::HOUR * 23,
            lasting: Duration::HOUR * 8,
            price: Price::default(),
            only: true,
        };
        let part = |from: i64, to: i64| {
            let part = night.part(Time::START + Duration::HOUR * from, Time::START + Duration::HOUR * to);
            part.as_millis() / Duration::HOUR.as_millis()
        };
        assert_eq!(part(0, 24), 8);
        assert_eq!((part(0, 6), part(6, 8), part(8, 23), part(22, 24)), (6, 1, 0, 1));
        assert_eq!((part(20, 32), part(24 * 6 + 12, 24 * 8 + 12)), (8, 16));
    }
}

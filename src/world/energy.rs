//! What a drive and a wait draw from a battery.

use super::charge::Cold;
use crate::data::Climate;
use crate::scenario::EnergyUse;
use crate::units::{Duration, Energy, Length, Power, Time};

/// The unit of the factors below: 1 is 2¹⁶.
const UNIT: i64 = 1 << 16;
/// Standard gravity in m/s².
const GRAVITY: f64 = 9.806_65;
/// Speeds beyond this many km/h consume like this.
const FASTEST: usize = 160;

/// The energy a model of car needs.
#[derive(Clone, Copy, Debug)]
pub struct Needs {
    /// Millijoules per metre at 60 km/h and 20 °C.
    per_metre: i64,
    /// Millijoules drawn per metre of climb, and returned per metre of descent.
    up: i64,
    down: i64,
    heat_pump: bool,
}

/// What speed, temperature and cabin add.
#[derive(Clone, Debug)]
pub struct Conditions {
    /// Consumption relative to that at 60 km/h, by whole km/h.
    by_speed: Vec<u32>,
    /// Hour by hour of the run, the last one standing for all later ones.
    weather: Vec<Weather>,
    idle: Power,
}

/// One hour of weather.
#[derive(Clone, Copy, Debug)]
struct Weather {
    /// Driving energy relative to that in mild weather.
    cold: i64,
    /// What the cabin draws without and with a heat pump.
    cabin: [Power; 2],
    /// What it leaves of charging power.
    charging: Cold,
}

impl Needs {
    /// The needs of a car with this consumption and mass.
    pub(crate) fn new(wh_per_km: f64, curb_kg: f64, heat_pump: bool, usage: &EnergyUse) -> Self {
        let lift = (curb_kg + usage.load_kg) * GRAVITY * 1e3;
        Self {
            per_metre: (wh_per_km * 3_600.0).round() as i64,
            up: (lift / usage.climb_efficiency).round() as i64,
            down: (lift * usage.regeneration).round() as i64,
            heat_pump,
        }
    }
}

impl Needs {
    /// What a distance takes at 60 km/h in mild weather.
    pub fn over(&self, length: Length) -> Energy {
        Energy::from_millijoules(self.per_metre * length.as_metres())
    }
}

impl Conditions {
    /// The conditions of a run whose hours have these temperatures in °C; `cold_power` are pairs of temperature and
    /// share of charging power.
    pub(crate) fn new(
        usage: &EnergyUse,
        cold_power: &[(f64, f64)],
        temperatures: impl Iterator<Item = f64>,
    ) -> Self {
        let by_speed = (0..=FASTEST)
            .map(|kmh| (interpolate(&usage.speed_factor, kmh as f64) * UNIT as f64) as u32)
            .collect();
        let weather = temperatures.map(|celsius| Weather::new(usage, cold_power, celsius)).collect();
        Self { by_speed, weather, idle: Power::from_kw_f64(usage.idle_kw) }
    }

    /// What a drive draws: `d·e₀·f(v)·cold + P_cabin·t + m·g·Δh/η` uphill, `− η_r·m·g·|Δh|` downhill.
    ///
    /// `rise` is the net climb in metres. The result is negative where a descent returns more than the rest takes.
    #[inline]
    pub fn drive(&self, needs: &Needs, length: Length, lasting: Duration, rise: i64, start: Time) -> Energy {
        let weather = self.weather_at(start);
        let (metres, millis) = (length.as_metres(), lasting.as_millis().max(1));
        let kmh = (metres * 3_600 / millis).min(FASTEST as i64);
        // The products of a long way in the greatest cold need more than 64 bits, what is left of them does not.
        let times =
            |energy: i64, factor: i64| (i128::from(energy) * i128::from(factor) / i128::from(UNIT)) as i64;
        let mild = times(metres * needs.per_metre, self.by_speed[kmh as usize].into());
        let moving = times(mild, weather.cold);
        let climb = if rise > 0 { rise * needs.up } else { rise * needs.down };
        Energy::from_millijoules(moving + climb) + weather.cabin[usize::from(needs.heat_pump)] * lasting
    }

    /// What a waiting car draws.
    #[inline]
    pub fn waiting(&self, needs: &Needs, start: Time) -> Power {
        self.idle + self.weather_at(start).cabin[usize::from(needs.heat_pump)]
    }

    /// What a battery that is plugged in now takes of its power, up to the end of the session.
    ///
    /// The cold is that of the hour of plug-in: a battery has the temperature in which the car was driven, and
    /// keeps it much longer than a session lasts.
    #[inline]
    pub fn cold(&self, plugged_in: Time) -> Cold {
        self.weather_at(plugged_in).charging
    }

    fn weather_at(&self, time: Time) -> &Weather {
        &self.weather[(time.hour() as usize).min(self.weather.len() - 1)]
    }
}

impl Weather {
    fn new(usage: &EnergyUse, cold_power: &[(f64, f64)], celsius: f64) -> Self {
        let cold = 1.0 + usage.cold_per_kelvin * (usage.cold_below_c - celsius).max(0.0);
        let heat = usage.heat_kw_per_kelvin * (usage.heat_below_c - celsius).max(0.0);
        let cool = usage.cool_kw_per_kelvin * (celsius - usage.cool_above_c).max(0.0);
        let cop = interpolate(&usage.heat_pump_cop, celsius);
        let draw = |kw: f64| Power::from_kw_f64(kw.min(usage.cabin_at_most_kw));
        Self {
            cold: (cold * UNIT as f64).round() as i64,
            cabin: [draw(heat + cool), draw(heat / cop + cool)],
            charging: Cold::leaving(interpolate(cold_power, celsius)),
        }
    }
}

/// The hourly temperatures of a run in °C: constant, or the climate of each hour's month.
pub(crate) fn temperatures(
    constant: Option<f64>,
    climate: &Climate,
    start: jiff::civil::Date,
    hours: usize,
) -> impl Iterator<Item = f64> {
    let mut date = start;
    (0..hours).map(move |hour| {
        if hour > 0 && hour % 24 == 0 {
            date = date.tomorrow().unwrap_or(date);
        }
        constant.unwrap_or_else(|| climate.celsius[date.month() as usize - 1][hour % 24])
    })
}

/// The value at `x` of a piecewise-linear function through points of rising x, constant beyond its ends.
pub(crate) fn interpolate(points: &[(f64, f64)], x: f64) -> f64 {
    let above = points.partition_point(|point| point.0 <= x);
    match (above.checked_sub(1).map(|below| points[below]), points.get(above)) {
        (Some((x0, y0)), Some(&(x1, y1))) => y0 + (y1 - y0) * (x - x0) / (x1 - x0),
        (Some((_, y)), None) | (None, Some(&(_, y))) => y,
        (None, None) => 1.0,
    }
}

#[cfg(test)]
mod tests;

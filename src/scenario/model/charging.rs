//! `[charging]`: how drivers charge.

use super::{Law, Span};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// `[charging]`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Charging {
    /// Below which state of charge a driver goes to charge: normal, bounded.
    pub threshold: Threshold,
    /// When an idle driver charges early.
    pub opportunity: Opportunity,
    /// When a driver charges before handing the car over; left out, only when the charge is low.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before_handover: Option<BeforeHandover>,
    /// State of charge at which a session stops.
    pub stop_at: f64,
    /// What a session gains at least, as a share of the battery: nobody goes to charge for less, at most half of
    /// `stop_at`.
    pub least_gain: f64,
    /// No session lasts longer; left out, it lasts until the charge is reached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_at_most: Option<Span>,
    /// State of charge to spare with which a driver who charges at home after the shift wants to end it, and for which
    /// a session stops earlier; left out, all stop at `stop_at`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spare_before_home: Option<f64>,
    /// How long cars stay at a plug after their session; left out, they leave at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overstay: Option<Overstay>,
    /// The night tariff of homes; left out, energy at home costs the same round the clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub home_night: Option<HomeNight>,
    /// State of charge that must be left when a car reaches a plug after a ride it is offered.
    pub reserve: f64,
    /// How a driver chooses a station.
    pub choice: Choice,
    /// What a driver weighs under `choice = "logit"`.
    pub logit: Logit,
    /// What drivers know of queues before they come.
    pub app: App,
    /// Adapters that open plugs of other standards.
    pub adapter: Adapter,
    /// Probability of leaving a queue at sight: logistic in the expected wait.
    pub balk: Balk,
    /// How long a driver waits for a plug.
    pub patience: Law,
    /// When a queued driver moves to another station; left out, never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jockey: Option<Jockey>,
    /// Drivers with the app reserve a free plug when they set out to it; left out, nobody does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reservation: Option<Reservation>,
    /// Class of taxis where a station's queue goes by priority: lower goes first.
    pub taxi_class: u32,
    /// Stations a driver tries before waiting at the next one for as long as it takes.
    pub attempts: u8,
    /// Share of the grid's energy that reaches the battery.
    pub efficiency: f64,
    /// Pairs of state of charge (percent, rising from 0 to 100) and share of peak power; left out, the table's mean curve.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub curve: Option<Vec<(f64, f64)>>,
    /// Pairs of temperature in °C (rising) and share of the curve's power that a battery takes then.
    pub cold_power: Vec<(f64, f64)>,
    /// From running dry to standing at a station.
    pub tow: Span,
    /// What the tow costs the driver.
    pub tow_fee_kzt: f64,
    /// Private electric cars that use the same plugs.
    pub private: Private,
}

/// `charging.threshold`: a bounded normal law of states of charge, 0–1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Threshold {
    /// The mean before it is bounded.
    pub mean: f64,
    /// The standard deviation before it is bounded.
    pub sd: f64,
    /// No driver has less.
    pub at_least: f64,
    /// No driver has more.
    pub at_most: f64,
}

/// `charging.opportunity`
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Opportunity {
    /// After this long without a ride.
    pub idle: Span,
    /// If a free plug lies within this distance by road.
    pub within_km: f64,
    /// And the state of charge is below this.
    pub below: f64,
}

/// `charging.before_handover`
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BeforeHandover {
    /// If the handover is this near.
    pub within: Span,
    /// And the state of charge is below this.
    pub below: f64,
}

/// `charging.jockey`
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Jockey {
    /// If the drive and the wait there would save more than this share of the wait that is left here.
    pub saves: f64,
    /// How often a queued driver with the app looks.
    pub looks_every: Span,
}

/// `charging.reservation`
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reservation {
    /// For so long the plug is held, from setting out.
    pub held: Span,
}

/// `charging.overstay`
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Overstay {
    /// From the end of the session to the car's leaving.
    pub lasting: Law,
    /// For so long it is free.
    pub free: Span,
    /// What each minute beyond costs, VAT included.
    pub fee_kzt_per_minute: f64,
}

/// `charging.home_night`
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HomeNight {
    /// Hour of the day at which the night tariff begins.
    pub from_h: f64,
    /// Hour of the day at which it ends.
    pub to_h: f64,
    /// What a driver pays at home per kWh drawn from the grid at night.
    pub kzt_per_kwh: f64,
    /// Whether a car at home charges at night only.
    pub only: bool,
}

/// `charging.choice`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// The least sum of drive, expected wait and charging time.
    LeastTotalTime,
    /// The station reached first.
    Nearest,
    /// The station with the lowest price; the nearest of several.
    Cheapest,
    /// Any of the nearest stations, or the charger at home, by chance: the less it costs in time and money, the
    /// likelier.
    Logit,
}

/// `charging.logit`
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Logit {
    /// What an hour of driving, waiting or charging costs a driver.
    pub hour_kzt: f64,
    /// What a kilometre of the drive there costs beside the time.
    pub km_kzt: f64,
    /// A difference in cost that makes the dearer of two stations e times less likely.
    pub scale_kzt: f64,
    /// How many of the nearest stations that fit a driver has in mind.
    pub stations: u32,
}

/// `charging.app`
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct App {
    /// Share of taxi drivers whose app shows every queue; the others go by the waits that drivers had before.
    pub share: f64,
    /// Weight of each new wait at a station in what drivers tell each other of it.
    pub new_wait_weight: f64,
}

/// `charging.adapter`
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Adapter {
    /// Share of drivers of electric taxis who have one.
    pub share: f64,
    /// What it adds to a session before any energy flows.
    pub fitting: Span,
    /// Share of the plug's power that it lets through.
    pub power_share: f64,
}

/// `charging.balk`
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Balk {
    /// Expected wait at which half of the drivers leave.
    pub half_at_minutes: f64,
    /// Scale of the logistic law.
    pub spread_minutes: f64,
}

/// `charging.private`
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Private {
    /// Registered electric cars of the city, taxis among them.
    pub registered: u32,
    /// Distance that one drives a day.
    pub km_per_day: f64,
    /// Share of their energy that is charged at home.
    pub home_share: f64,
    /// Their class where a station's queue goes by priority: lower goes first.
    pub class: u32,
    /// Beta law of the charge they arrive with.
    pub arrival_soc: (f64, f64),
}

//! What happens at a plug between plug-in and unplug.

use super::station::Guest;
use crate::ids::{ModelId, StationId, VisitId};
use crate::observe::{Visit, Visitor};
use crate::units::{Duration, Energy, Power, Time};
use crate::world::{Plug, World};

/// What a guest wants of a plug.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    /// To hold it for a time.
    Stay(Duration),
    /// To charge a battery from what is stored up to a target.
    Charge { model: ModelId, stored: Energy, target: Energy },
}

/// A plug's session, or after its end what is left of the last one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Session {
    pub(crate) busy: bool,
    pub(crate) visit: Visit,
    pub(crate) wish: Wish,
    pub(crate) plugged_in: Time,
    /// Up to when `gained` accounts.
    settled: Time,
    /// Constant until the cabinet is shared anew.
    pub(crate) power: Power,
    /// Since when that is drawn.
    pub(crate) powered: Time,
    pub(crate) gained: Energy,
}

impl Session {
    /// No session yet.
    pub(crate) fn none() -> Self {
        let (id, station, visitor, arrived) = (VisitId(0), StationId(0), Visitor::WalkIn, Time::START);
        Self {
            busy: false,
            visit: Visit { id, station, visitor, arrived },
            wish: Wish::Stay(Duration::ZERO),
            plugged_in: Time::START,
            settled: Time::START,
            power: Power::ZERO,
            powered: Time::START,
            gained: Energy::ZERO,
        }
    }

    /// A guest plugs in.
    #[inline]
    pub(crate) fn begin(&mut self, guest: &Guest, now: Time) {
        self.busy = true;
        self.visit = guest.visit;
        self.wish = guest.wish;
        self.plugged_in = now;
        self.settled = now;
        self.powered = now;
    }

    /// The guest unplugs.
    #[inline]
    pub(crate) fn end(&mut self) {
        self.busy = false;
        self.power = Power::ZERO;
        self.gained = Energy::ZERO;
    }

    /// Accounts for what was drawn up to now and returns what the battery holds; nothing for a stay.
    pub(crate) fn settle(&mut self, now: Time) -> Energy {
        let drawn = self.power * (now - self.settled);
        self.settled = now;
        self.gained += drawn;
        match &mut self.wish {
            Wish::Charge { stored, .. } => {
                *stored += drawn;
                *stored
            }
            Wish::Stay(_) => Energy::ZERO,
        }
    }

    /// The most the battery takes from this plug.
    pub(crate) fn takes(&self, world: &World, plug: &Plug) -> Power {
        match self.wish {
            Wish::Charge { model, stored, .. } => {
                world.models[model].battery.takes(stored, plug.power.unwrap_or_default(), plug.direct)
            }
            Wish::Stay(_) => Power::ZERO,
        }
    }

    /// When this session should be looked at again, if its power stays what it is: when it is full, or when what
    /// the battery takes changes.
    pub(crate) fn next_change(&self, world: &World, plug: &Plug) -> Time {
        match self.wish {
            Wish::Charge { model, stored, target } => {
                // A share below what the battery takes lasts until the battery takes less than the share.
                let battery = &world.models[model].battery;
                let plug_power = plug.power.unwrap_or_default();
                let shared = self.power < battery.takes(stored, plug_power, plug.direct);
                let limit = if shared { self.power } else { plug_power };
                let gain = battery.gain_until_change(stored, target, limit, plug.direct);
                self.settled + gain.max(Energy::ZERO) / self.power
            }
            Wish::Stay(stay) => self.plugged_in + stay,
        }
    }
}

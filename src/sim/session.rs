//! What happens at a plug between plug-in and unplug.

use super::station::Guest;
use crate::ids::ModelId;
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

/// A guest at a plug. Its power is constant until its cabinet is shared anew.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Session {
    pub(crate) guest: Guest,
    pub(crate) plugged_in: Time,
    /// Up to when `gained` accounts.
    pub(crate) settled: Time,
    pub(crate) power: Power,
    /// Since when that is drawn.
    pub(crate) powered: Time,
    pub(crate) gained: Energy,
}

impl Session {
    /// A session that begins.
    pub(crate) fn new(guest: Guest, now: Time) -> Self {
        Self { guest, plugged_in: now, settled: now, power: Power::ZERO, powered: now, gained: Energy::ZERO }
    }

    /// Accounts for what was drawn up to now.
    pub(crate) fn settle(&mut self, now: Time) {
        let drawn = self.power * (now - self.settled);
        self.gained += drawn;
        self.settled = now;
        if let Wish::Charge { stored, .. } = &mut self.guest.wish {
            *stored += drawn;
        }
    }

    /// The most the battery takes from this plug.
    pub(crate) fn takes(&self, world: &World, plug: &Plug) -> Power {
        match self.guest.wish {
            Wish::Charge { model, stored, .. } => {
                world.models[model].battery.takes(stored, plug.power.unwrap_or_default(), plug.direct)
            }
            Wish::Stay(_) => Power::ZERO,
        }
    }

    /// When this session should be looked at again, if its power stays what it is: when it is full, or when what
    /// the battery takes changes.
    pub(crate) fn next_change(&self, world: &World, plug: &Plug) -> Time {
        match self.guest.wish {
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

    /// Whether the guest has what it came for.
    pub(crate) fn is_over(&self, now: Time) -> bool {
        match self.guest.wish {
            Wish::Charge { stored, target, .. } => stored >= target,
            Wish::Stay(stay) => now >= self.plugged_in + stay,
        }
    }
}

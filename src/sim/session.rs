//! What happens at a plug between plug-in and unplug.

use crate::ids::ModelId;
use crate::units::{Due, Duration, Energy, Power, Price, Time};
use crate::world::{Cold, Plug, Tariff, World};

/// What a guest wants of a plug.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    /// To hold it for a time.
    Stay(Duration),
    /// To charge a battery from what it stores up to a target.
    Charge { model: ModelId, stored: Energy, target: Energy },
}

impl Wish {
    /// The charge that is wished for, of a battery that is this cold.
    pub(crate) fn charge(self, cold: Cold) -> Option<Charge> {
        match self {
            Self::Stay(_) => None,
            Self::Charge { model, stored, target } => Some(Charge { model, stored, target, cold }),
        }
    }
}

/// A battery's charge up to a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Charge {
    pub(crate) model: ModelId,
    pub(crate) stored: Energy,
    pub(crate) target: Energy,
    /// Of the hour of plug-in.
    pub(crate) cold: Cold,
}

/// What a plug gives to its guest, or what is left of its last session.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Session {
    /// The battery that is charged; nothing while the plug is free or only held.
    pub(crate) charge: Option<Charge>,
    /// Up to when `gained` accounts.
    settled: Time,
    /// Constant until the cabinet is shared anew.
    pub(crate) power: Power,
    /// Since when that is drawn.
    pub(crate) powered: Time,
    pub(crate) gained: Energy,
    /// What a kilowatt-hour cost at plug-in.
    pub(crate) price: Price,
    /// What is owed up to `powered`, where prices follow the time of day.
    due: Due,
}

impl Session {
    /// No session yet.
    pub(crate) fn none() -> Self {
        Self {
            charge: None,
            settled: Time::START,
            power: Power::ZERO,
            powered: Time::START,
            gained: Energy::ZERO,
            price: Price::default(),
            due: Due::ZERO,
        }
    }

    /// A battery begins to charge, at the price of this moment.
    pub(crate) fn charge(now: Time, charge: Charge, price: Price) -> Self {
        Self { charge: Some(charge), settled: now, powered: now, price, ..Self::none() }
    }

    /// The power changes: what the last one gave is owed at the prices of its time.
    pub(crate) fn set_power(&mut self, now: Time, power: Power, tariff: &Tariff) {
        if let Tariff::TimeOfUse(bands) = tariff {
            self.due += bands.due(self.power, self.powered, now);
        }
        (self.power, self.powered) = (power, now);
    }

    /// What is owed at the end of the session, when its power is zero.
    pub(crate) fn due(&self, tariff: &Tariff) -> Due {
        match tariff {
            Tariff::TimeOfUse(_) => self.due,
            Tariff::Flat(_) | Tariff::Dynamic { .. } => self.price.exactly(self.gained),
        }
    }

    /// Accounts for what was drawn up to now.
    pub(crate) fn settle(&mut self, now: Time) {
        let drawn = self.power * (now - self.settled);
        self.settled = now;
        self.gained += drawn;
        if let Some(charge) = &mut self.charge {
            charge.stored += drawn;
        }
    }
}

impl Charge {
    /// The most the battery takes from a plug.
    pub(crate) fn takes(&self, world: &World, plug: &Plug) -> Power {
        let limit = plug.power.unwrap_or_default();
        world.models[self.model].battery.takes(self.stored, limit, plug.direct, self.cold)
    }

    /// Until when the battery goes on to take this power: until it is full, or until what it takes changes.
    pub(crate) fn lasting(&self, world: &World, plug: &Plug, power: Power) -> Duration {
        // A share below what the battery takes lasts until the battery takes less than the share.
        let limit = if power < self.takes(world, plug) { power } else { plug.power.unwrap_or_default() };
        let battery = &world.models[self.model].battery;
        let gain = battery.gain_until_change(self.stored, self.target, limit, plug.direct, self.cold);
        gain.max(Energy::ZERO) / power
    }

    /// An estimate of the time it takes at a plug that gives at most `limit`.
    pub(crate) fn time(&self, world: &World, limit: Power, direct: bool) -> Duration {
        world.models[self.model].battery.time(self.stored, self.target, limit, direct, self.cold)
    }
}

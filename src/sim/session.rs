//! What happens at a plug between plug-in and unplug.

use crate::ids::ModelId;
use crate::units::{Due, Duration, Energy, Power, Price, Time};
use crate::world::{Cold, Plug, Tariff, World};

/// A battery's charge up to a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Charge {
    pub(crate) model: ModelId,
    pub(crate) stored: Energy,
    pub(crate) target: Energy,
    /// Of the hour of plug-in.
    pub(crate) cold: Cold,
    /// The inlets that the car has without an adapter, one bit each.
    pub(crate) native: u8,
}

/// What happens at a plug.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// The plug is free or only held.
    Nothing,
    /// An adapter is being fitted; then this is charged.
    Fitting(Charge),
    /// A battery is charged.
    Charging(Charge),
    /// The session ended at this time, but the car is still there.
    Over(Time),
}

/// What a plug gives to its guest, or what is left of its last session.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Session {
    pub(crate) phase: Phase,
    /// Up to when `gained` accounts.
    settled: Time,
    /// Constant until the cabinet is shared anew.
    pub(crate) power: Power,
    /// Since when that is drawn.
    pub(crate) powered: Time,
    pub(crate) gained: Energy,
    /// When the driver's patience with the plug ends.
    pub(crate) until: Time,
    /// What a kilowatt-hour cost at plug-in.
    pub(crate) price: Price,
    /// What is owed up to `powered`, where prices follow the time of day.
    due: Due,
}

impl Session {
    /// No session yet.
    pub(crate) fn none() -> Self {
        Self {
            phase: Phase::Nothing,
            settled: Time::START,
            power: Power::ZERO,
            powered: Time::START,
            gained: Energy::ZERO,
            until: Time::NEVER,
            price: Price::default(),
            due: Due::ZERO,
        }
    }

    /// A battery begins to charge, or what comes before, at the price of this moment.
    pub(crate) fn new(now: Time, phase: Phase, price: Price, at_most: Option<Duration>) -> Self {
        let until = at_most.map_or(Time::NEVER, |at_most| now + at_most);
        Self { phase, settled: now, powered: now, until, price, ..Self::none() }
    }

    /// Whether the battery is full enough, or the driver's patience at an end.
    pub(crate) fn is_over(&self, now: Time) -> bool {
        now >= self.until || self.charge().is_none_or(|charge| charge.stored >= charge.target)
    }

    /// The battery that is charged.
    pub(crate) fn charge(&self) -> Option<&Charge> {
        match &self.phase {
            Phase::Charging(charge) => Some(charge),
            Phase::Nothing | Phase::Fitting(_) | Phase::Over(_) => None,
        }
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
        if let Phase::Charging(charge) = &mut self.phase {
            charge.stored += drawn;
        }
    }
}

impl Charge {
    /// Whether the car fits this plug only by an adapter.
    pub(crate) fn needs_adapter(&self, plug: &Plug) -> bool {
        plug.fits & self.native == 0
    }

    /// The most that a plug gives to this car; none where stays are given as times.
    pub(crate) fn limit(&self, world: &World, plug: &Plug) -> Option<Power> {
        let power = plug.power?;
        Some(if self.needs_adapter(plug) { world.charging.through_adapter(power) } else { power })
    }

    /// The most the battery takes from a plug.
    pub(crate) fn takes(&self, world: &World, plug: &Plug) -> Power {
        let limit = self.limit(world, plug).unwrap_or_default();
        world.models[self.model].battery.takes(self.stored, limit, plug.direct, self.cold)
    }

    /// Until when the battery goes on to take this power: until it is full, or until what it takes changes.
    pub(crate) fn lasting(&self, world: &World, plug: &Plug, power: Power) -> Duration {
        // A share below what the battery takes lasts until the battery takes less than the share.
        let limit =
            if power < self.takes(world, plug) { power } else { self.limit(world, plug).unwrap_or_default() };
        let battery = &world.models[self.model].battery;
        let gain = battery.gain_until_change(self.stored, self.target, limit, plug.direct, self.cold);
        gain.max(Energy::ZERO) / power
    }

    /// An estimate of the time it takes at a plug that gives at most `limit`.
    pub(crate) fn time(&self, world: &World, limit: Power, direct: bool) -> Duration {
        world.models[self.model].battery.time(self.stored, self.target, limit, direct, self.cold)
    }

    /// The time it takes at a plug without limit.
    pub(crate) fn at_best(&self, world: &World) -> Duration {
        self.time(world, Power::watts(i64::MAX), true)
    }
}

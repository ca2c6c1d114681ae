//! What a taxi does, as a value.

use super::station::GuestId;
use crate::ids::{NodeId, RideId, StationId, TaxiId};
use crate::observe::Doing;
use crate::units::{Duration, Energy, Length, Money, Time, Volume};
use crate::world::{Fuel, Lane, Ride, World};

/// What a taxi is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Activity {
    /// At home until the next shift.
    OffShift,
    /// Waiting for a ride.
    Idle,
    /// Driving to a passenger.
    Approaching(Order),
    /// Driving a passenger, picked up at this time.
    Carrying(Order, Time),
    /// Driving to a station.
    SeekingCharge(StationId),
    /// Driving home to charge there.
    SeekingHome,
    /// Plugged in at home during the shift.
    ChargingAtHome,
    /// Waiting for a plug.
    Queued(GuestId),
    /// Plugged in: the plug's slot holds the end.
    Charging,
    /// Stopping for petrol or LPG.
    Refuelling,
    /// Driving to another district to wait there.
    Repositioning,
    /// Looking for a place to park after a ride.
    Parking,
    /// Driving home.
    Homing,
    /// Waiting for the tow to this station, or home.
    Stranded(Option<StationId>),
}

impl Activity {
    /// The word that observers know it by.
    pub(crate) fn doing(&self) -> Doing {
        match self {
            Self::OffShift => Doing::OffShift,
            Self::Idle => Doing::Idle,
            Self::Approaching(_) => Doing::Approaching,
            Self::Carrying(..) => Doing::Carrying,
            Self::SeekingCharge(_) | Self::SeekingHome => Doing::SeekingCharge,
            Self::Queued(_) => Doing::Queued,
            Self::Charging | Self::ChargingAtHome => Doing::Charging,
            Self::Refuelling => Doing::Refuelling,
            Self::Repositioning => Doing::Repositioning,
            Self::Parking => Doing::Parking,
            Self::Homing => Doing::Homing,
            Self::Stranded(_) => Doing::Stranded,
        }
    }
}

/// A ride that a taxi has accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Order {
    pub(crate) id: RideId,
    /// The multiplier of its fare, in parts per million.
    pub(crate) surge: u32,
    pub(crate) ride: Ride,
}

/// A drive under way or ahead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Trip {
    pub(crate) to: NodeId,
    pub(crate) lasting: Duration,
    pub(crate) length: Length,
    /// What it takes from the battery; negative if a descent returns more.
    pub(crate) energy: Energy,
    /// What it takes from the tank.
    pub(crate) fuel: Volume,
}

impl Trip {
    /// The drive of a taxi between two nodes that starts at this time, on lanes as quick as this.
    #[inline]
    pub(crate) fn of(
        world: &World,
        taxi: TaxiId,
        from: NodeId,
        to: NodeId,
        start: Time,
        lane: Option<Lane>,
    ) -> Self {
        let way = world.travel.way(from, to);
        let lasting = world.way_time(start, way, lane);
        let facts = &world.taxis[taxi];
        let energy = match facts.fuel {
            Fuel::Electric => {
                let needs = &world.models[facts.model].needs;
                world.conditions.drive(needs, way.length, lasting, world.rise(from, to), start)
            }
            Fuel::Petrol | Fuel::Lpg => Energy::ZERO,
        };
        let fuel = world.tanks.burn(facts.fuel, way.length, lasting);
        Self { to, lasting, length: way.length, energy, fuel }
    }

    /// A drive that ends where it starts.
    pub(crate) fn none(at: NodeId) -> Self {
        let (length, energy, fuel) = (Length::ZERO, Energy::ZERO, Volume::ZERO);
        Self { to: at, lasting: Duration::ZERO, length, energy, fuel }
    }

    /// As much of a trip as this energy allows.
    pub(crate) fn until_dry(self, stored: Energy) -> Self {
        let part = |whole: i64| {
            (i128::from(whole) * i128::from(stored.as_millijoules())
                / i128::from(self.energy.as_millijoules().max(1))) as i64
        };
        Self {
            to: self.to,
            lasting: Duration::from_millis(part(self.lasting.as_millis())),
            length: Length::metres(part(self.length.as_metres())),
            energy: stored,
            fuel: self.fuel,
        }
    }
}

/// The state of a taxi.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Car {
    pub(crate) activity: Activity,
    /// Since when it does what it does, in the words of observers.
    pub(crate) since: Time,
    /// Up to when the battery accounts for waiting or charging at home.
    pub(crate) settled: Time,
    /// Where it stands, or where its drive began.
    pub(crate) node: NodeId,
    /// The drive under way.
    pub(crate) trip: Trip,
    /// How quick the bus lanes were when the ride under way was taken.
    pub(crate) lane: Option<Lane>,
    /// The day for which it has paid for the low-emission zone.
    pub(crate) zone_paid: Option<i64>,
    /// Whether the drive under way ends where the energy does.
    pub(crate) runs_dry: bool,
    /// What the battery held at `settled`; nothing in petrol and LPG cars.
    pub(crate) stored: Energy,
    /// When the shift ends, or ended; where two drivers share the car, the time of the handover.
    pub(crate) shift_ends: Time,
    /// When it began, and what its driver has kept of fares since.
    pub(crate) shift_began: Time,
    pub(crate) earned: Money,
    /// Which of its drivers, 0 or 1, has or had it last.
    pub(crate) driver: u8,
    /// What the tank of a petrol or LPG car holds.
    pub(crate) tank: Volume,
    /// Stations left without a charge since the last charge.
    pub(crate) attempts: u16,
    /// Until when a queued driver waits.
    pub(crate) patient_until: Time,
    /// The last of them.
    pub(crate) shunned: [Option<StationId>; 4],
    /// How often it has visited a station, and its driver has chosen where to charge.
    ///
    /// What is drawn is keyed by these, so that a driver who draws once more at one visit draws the same at the next.
    pub(crate) visits: u32,
    pub(crate) choices: u32,
    /// How often the driver has drawn in this shift whether to end it, and where to wait.
    pub(crate) stops: u32,
    pub(crate) moves: u32,
}

impl Car {
    /// Remembers a station that was left without a charge.
    pub(crate) fn shun(&mut self, station: StationId) {
        self.shunned.rotate_right(1);
        self.shunned[0] = Some(station);
        self.attempts = self.attempts.saturating_add(1);
    }

    /// Forgets the stations that were left, after a charge or at a new start.
    pub(crate) fn forgive(&mut self) {
        self.shunned = [None; 4];
        self.attempts = 0;
    }
}

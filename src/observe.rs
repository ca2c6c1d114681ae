//! What the engine says happened: the only words that `sim` and `results` share.
//!
//! The engine keeps no statistics. It tells an [`Observer`] each fact once, in order of time, and
//! each fact that ends something (a ride, a visit, a shift) carries what is needed to account for it.

use crate::ids::{DistrictId, PlugId, RideId, StationId, StreamId, TaxiId, VisitId};
use crate::units::{Duration, Energy, Length, Money, Power, Time, Volume};

/// Receives the facts of one run.
pub trait Observer {
    /// Takes note of a fact. Facts come in order of time.
    fn observe(&mut self, now: Time, what: Observation);
}

/// Notes nothing: for benchmarks.
impl Observer for () {
    #[inline]
    fn observe(&mut self, _: Time, _: Observation) {}
}

/// Keeps every fact: for logs that a test can read.
impl Observer for Vec<(Time, Observation)> {
    fn observe(&mut self, now: Time, what: Observation) {
        self.push((now, what));
    }
}

/// Who visits a station.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Visitor {
    /// A taxi of the fleet.
    Taxi(TaxiId),
    /// A private car or an abstract visitor of a stream.
    WalkIn(StreamId),
}

/// What a taxi is doing, for the accounting of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Doing {
    /// At home, not working.
    OffShift,
    /// On shift, waiting for a ride.
    Idle,
    /// Driving to a passenger.
    Approaching,
    /// Driving a passenger.
    Carrying,
    /// Driving to a station.
    SeekingCharge,
    /// Waiting for a plug.
    Queued,
    /// Plugged in.
    Charging,
    /// Driving home at the end of a shift.
    Homing,
    /// Out of energy, waiting for the tow.
    Stranded,
    /// Stopping for petrol or LPG.
    Refuelling,
    /// Driving to another district to wait there.
    Repositioning,
    /// Looking for a place to park after a ride.
    Parking,
}

impl Doing {
    /// All of them, in order.
    pub const ALL: [Self; 12] = [
        Self::OffShift,
        Self::Idle,
        Self::Approaching,
        Self::Carrying,
        Self::SeekingCharge,
        Self::Queued,
        Self::Charging,
        Self::Homing,
        Self::Stranded,
        Self::Refuelling,
        Self::Repositioning,
        Self::Parking,
    ];

    /// Whether the taxi is on its way somewhere.
    #[inline]
    pub const fn drives(self) -> bool {
        matches!(
            self,
            Self::Approaching | Self::Carrying | Self::Repositioning | Self::SeekingCharge | Self::Homing
        )
    }
}

/// Why a ride was not served.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Loss {
    /// The passenger's patience ran out while there were idle cars enough: between two batches, or without the energy.
    Impatient,
    /// The passenger's patience ran out while fewer cars were idle than passengers waited.
    NoCar,
    /// The passenger did not take the raised fare.
    Price,
}

impl Loss {
    /// All of them, in order.
    pub const ALL: [Self; 3] = [Self::Impatient, Self::NoCar, Self::Price];
}

/// A drive that has ended (or run dry): how far, how long, with what energy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Drive {
    /// The distance driven.
    pub length: Length,
    /// The time it took.
    pub lasting: Duration,
    /// What the battery gave (negative if the descent gave more than the drive took); zero for petrol and LPG cars.
    pub energy: Energy,
    /// What a petrol or LPG car burnt.
    pub fuel: Volume,
}

/// A visit to a station, told when it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Visit {
    /// Its number in order of arrival.
    pub id: VisitId,
    /// Where.
    pub station: StationId,
    /// Who.
    pub visitor: Visitor,
    /// When it began.
    pub arrived: Time,
}

/// How a visit ended that was unfinished at the horizon.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LateEnd {
    /// Its session ended after it gave energy, or its stay did.
    Served,
    /// The visitor left without a plug.
    Left,
    /// It got nothing from a plug.
    Failed,
    /// It had not ended when the run was closed.
    Open,
}

/// One fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Observation {
    /// A passenger asks for a ride.
    Requested {
        /// The ride.
        ride: RideId,
        /// The district it starts in.
        from: DistrictId,
    },
    /// The fare of a ride that was just requested is raised.
    Surged {
        /// The ride.
        ride: RideId,
        /// The district it starts in.
        from: DistrictId,
        /// The multiplier in parts per million, more than a million.
        multiplier_ppm: i64,
    },
    /// A ride was given to a taxi, which drives to the passenger.
    Assigned {
        /// The ride.
        ride: RideId,
        /// The taxi.
        taxi: TaxiId,
    },
    /// The passenger is in the car.
    PickedUp {
        /// The ride.
        ride: RideId,
        /// The taxi.
        taxi: TaxiId,
    },
    /// A ride ended at its destination: its one outcome.
    Served {
        /// The ride.
        ride: RideId,
        /// The taxi.
        taxi: TaxiId,
        /// The district it started in.
        from: DistrictId,
        /// When it was requested.
        requested: Time,
        /// When the passenger was picked up.
        picked_up: Time,
        /// What the passenger paid.
        fare: Money,
        /// What the driver keeps of it.
        driver_share: Money,
    },
    /// A ride was not served: its one outcome.
    Lost {
        /// The ride.
        ride: RideId,
        /// The district it would have started in.
        from: DistrictId,
        /// When it was requested.
        requested: Time,
        /// Why.
        why: Loss,
    },
    /// A ride was waiting or under way at the horizon: its one outcome.
    RideUnfinished {
        /// The ride.
        ride: RideId,
        /// The district it started in.
        from: DistrictId,
        /// When it was requested.
        requested: Time,
    },
    /// A taxi ends one activity and begins another.
    Began {
        /// The taxi.
        taxi: TaxiId,
        /// What it does from now on.
        doing: Doing,
        /// What it did until now.
        before: Doing,
        /// Since when it did that.
        since: Time,
    },
    /// A taxi has driven: told at the end of the drive.
    Drove {
        /// The taxi.
        taxi: TaxiId,
        /// To what end: approaching, carrying, repositioning, seeking a charge or homing.
        doing: Doing,
        /// The drive.
        drive: Drive,
    },
    /// A waiting taxi drew energy from its battery for its systems and cabin.
    Drained {
        /// The taxi.
        taxi: TaxiId,
        /// How much.
        energy: Energy,
    },
    /// A petrol or LPG car has filled its tank.
    Refuelled {
        /// The taxi.
        taxi: TaxiId,
        /// How much its tank gained.
        volume: Volume,
        /// What the driver pays for it.
        bill: Money,
    },
    /// A taxi was billed for another running cost than energy.
    Paid {
        /// The taxi.
        taxi: TaxiId,
        /// For what.
        what: Cost,
        /// How much.
        amount: Money,
    },
    /// A driver takes over the car from the other one.
    HandedOver {
        /// The taxi.
        taxi: TaxiId,
        /// Which of its drivers has it from now on: 0, who takes it at the first handover of a day, or 1.
        driver: u8,
    },
    /// A taxi's battery was charged at home while it was off shift.
    ChargedAtHome {
        /// The taxi.
        taxi: TaxiId,
        /// How much its battery gained.
        energy: Energy,
        /// What the driver pays for it.
        bill: Money,
    },
    /// A taxi ran out of energy on the way.
    Stranded {
        /// The taxi.
        taxi: TaxiId,
        /// The district that it set out from; none outside the city's limits.
        from: Option<DistrictId>,
    },
    /// A taxi wants to charge, and no station within its reach has a plug that fits it.
    WithoutPlug {
        /// The taxi.
        taxi: TaxiId,
    },
    /// A visit begins.
    Arrived(Visit),
    /// The visitor saw the queue and left at once: the visit's one outcome.
    Balked(Visit),
    /// No place to wait, or no plug that fits: the visit's one outcome.
    Refused(Visit),
    /// The visitor joined the queue.
    Queued(Visit),
    /// The visitor left the queue before a plug was free: the visit's one outcome.
    Reneged(Visit),
    /// A session begins: the visitor's wait is `now - visit.arrived`.
    PluggedIn {
        /// The visit.
        visit: Visit,
        /// The plug.
        plug: PlugId,
    },
    /// The power drawn at a plug changes. A session begins and ends at zero.
    Drawing {
        /// The station.
        station: StationId,
        /// The plug.
        plug: PlugId,
        /// The power drawn from now on.
        power: Power,
        /// The power drawn until now.
        before: Power,
        /// Since when that was drawn.
        since: Time,
    },
    /// From now on so many sessions of a district draw less than they would, because the grid cannot spare more.
    Curtailed {
        /// The district.
        district: DistrictId,
        /// How many.
        sessions: u32,
    },
    /// A session and its visit end: the visit's one outcome, served.
    Unplugged {
        /// The visit.
        visit: Visit,
        /// The plug.
        plug: PlugId,
        /// When the session began.
        plugged_in: Time,
        /// What the battery gained; zero where stays are given as times.
        energy: Energy,
        /// What the visitor pays.
        bill: Money,
    },
    /// The visitor leaves the queue because another station serves it sooner. The end of the visit, reneged, follows.
    Jockeyed {
        /// The visit.
        visit: Visit,
        /// The other station.
        to: StationId,
    },
    /// A free plug is held from now on for a taxi that has set out to it.
    Reserved {
        /// The taxi.
        taxi: TaxiId,
        /// The station.
        station: StationId,
        /// The plug.
        plug: PlugId,
    },
    /// The taxi is there in time: the reservation's one outcome. Its session at the plug follows.
    ReservationKept {
        /// The taxi.
        taxi: TaxiId,
        /// The station.
        station: StationId,
        /// The plug.
        plug: PlugId,
    },
    /// The time was over, the taxi ran dry on the way or the plug is out of use: the reservation's one outcome.
    ReservationLapsed {
        /// The taxi.
        taxi: TaxiId,
        /// The station.
        station: StationId,
        /// The plug.
        plug: PlugId,
    },
    /// The taxi was on the way at the horizon: the reservation's one outcome.
    ReservationUnfinished {
        /// The taxi.
        taxi: TaxiId,
        /// The station.
        station: StationId,
        /// The plug.
        plug: PlugId,
    },
    /// A plug is out of use from now on, by a fault or an outage.
    PlugDown {
        /// The station.
        station: StationId,
        /// The plug.
        plug: PlugId,
    },
    /// A plug can be used again.
    PlugUp {
        /// The station.
        station: StationId,
        /// The plug.
        plug: PlugId,
    },
    /// The visitor got nothing from the plug: the plug-in failed, or the plug did before it gave any energy or the stay
    /// had begun. The visit's one outcome.
    Failed {
        /// The visit.
        visit: Visit,
        /// The plug.
        plug: PlugId,
        /// When the session began that gave nothing; none where the plug-in itself failed.
        plugged_in: Option<Time>,
    },
    /// The plug fails: the session ends with what it has given. The end of the visit follows.
    Cut {
        /// The visit.
        visit: Visit,
        /// The plug.
        plug: PlugId,
    },
    /// The car stayed at the plug after its session; a fee for it is part of the bill. The end of the visit follows.
    Overstayed {
        /// The visit.
        visit: Visit,
        /// The plug.
        plug: PlugId,
        /// From the end of the session to now.
        lasting: Duration,
    },
    /// The visitor was queued or plugged in at the horizon: the visit's one outcome.
    VisitUnfinished {
        /// The visit.
        visit: Visit,
        /// The plug and the energy gained so far, if plugged in.
        session: Option<(PlugId, Energy)>,
    },
    /// What became of a measured visit that was unfinished at the horizon: told when it ends, or when the run is closed.
    /// Nothing else is told after the horizon.
    FollowedUp {
        /// The visit.
        visit: Visit,
        /// When its session began, before or after the horizon; none if it never did.
        plugged_in: Option<Time>,
        /// How it ended.
        end: LateEnd,
    },
}

/// A running cost of a taxi other than charging and fuel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cost {
    /// The lease of the car for a day, or a driver's half of it.
    Lease,
    /// The tow after running out of energy.
    Tow,
    /// A place to wait after a ride.
    Parking,
    /// A day in the low-emission zone, or an entry to it.
    Zone,
}

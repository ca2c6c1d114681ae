//! One row for each measured visit and ride, kept only where they are asked for.

use crate::ids::{DistrictId, RideId, TaxiId};
use crate::observe::{Visit, Visitor};
use crate::units::{Duration, Energy, Money, Time};

/// How a visit ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum VisitOutcome {
    Served,
    Refused,
    Balked,
    Reneged,
    Failed,
    Unfinished,
}

impl VisitOutcome {
    /// The word in the table.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Served => "served",
            Self::Refused => "refused",
            Self::Balked => "balked",
            Self::Reneged => "reneged",
            Self::Failed => "failed",
            Self::Unfinished => "unfinished",
        }
    }
}

/// How a ride ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RideOutcome {
    Served,
    Lost,
    Unfinished,
}

impl RideOutcome {
    /// The word in the table.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Served => "served",
            Self::Lost => "lost",
            Self::Unfinished => "unfinished",
        }
    }
}

/// The session of a visit.
#[derive(Clone, Copy)]
pub(super) struct Session {
    pub(super) lasting: Duration,
    pub(super) energy: Energy,
    pub(super) bill: Money,
}

/// The passenger's side of a served ride.
#[derive(Clone, Copy)]
pub(super) struct Trip {
    pub(super) taxi: TaxiId,
    pub(super) wait: Duration,
    pub(super) lasting: Duration,
    pub(super) fare: Money,
}

/// A visit as a row.
#[derive(Clone, Copy)]
pub(super) struct VisitRow {
    pub(super) visit: Visit,
    /// From arrival to plug-in, before the horizon or after it.
    pub(super) wait: Option<Duration>,
    /// From arrival to when the visitor left without a plug.
    pub(super) left_after: Option<Duration>,
    /// The session if the visit was served.
    pub(super) session: Option<Session>,
    pub(super) outcome: VisitOutcome,
}

/// A ride as a row.
#[derive(Clone, Copy)]
pub(super) struct RideRow {
    pub(super) ride: RideId,
    pub(super) from: DistrictId,
    pub(super) requested: Time,
    /// The trip if the ride was served.
    pub(super) trip: Option<Trip>,
    pub(super) outcome: RideOutcome,
}

/// The rows of one replication, in the order in which visits and rides ended.
#[derive(Default)]
pub struct Detail {
    pub(super) visits: Vec<VisitRow>,
    pub(super) rides: Vec<RideRow>,
}

/// The taxi of a visit.
pub(super) fn taxi(visit: Visit) -> Option<TaxiId> {
    match visit.visitor {
        Visitor::Taxi(taxi) => Some(taxi),
        Visitor::WalkIn(_) => None,
    }
}

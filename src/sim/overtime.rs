//! Beyond the horizon: the run goes on until the measured visits have ended, and tells only what became of them.
//!
//! A wait that is cut off at the horizon would be missing from the measured ones, and the longest are cut off most
//! often. So everybody acts as before, arrivals and rides among them, until the last measured visit has ended or the
//! run is [closed](crate::world::World::closes).

use crate::ids::VisitId;
use crate::observe::{LateEnd, Observation, Observer, Visit};
use crate::units::Time;
use std::collections::BTreeMap;

/// Hands facts on to the observer: all of them up to the horizon, and after it how the visits ended that are followed up.
pub(super) struct Reporter<'a, O> {
    observer: &'a mut O,
    /// Whether the horizon is behind.
    over: bool,
    /// Visits that are followed up, each with the time when its session began.
    open: BTreeMap<VisitId, (Visit, Option<Time>)>,
}

impl<'a, O: Observer> Reporter<'a, O> {
    pub(super) fn new(observer: &'a mut O) -> Self {
        Self { observer, over: false, open: BTreeMap::new() }
    }

    /// Hands on a fact, if it is one to be told.
    #[inline(always)]
    pub(super) fn tell(&mut self, now: Time, what: Observation) {
        if self.over {
            self.follow(now, what);
        } else {
            self.observer.observe(now, what);
        }
    }

    /// Follows a visit up that is unfinished at the horizon; its session began at this time, if it has.
    pub(super) fn follow_up(&mut self, visit: Visit, plugged_in: Option<Time>) {
        self.open.insert(visit.id, (visit, plugged_in));
    }

    /// The horizon is behind: from now on nothing is told but how visits end.
    pub(super) fn close(&mut self) {
        self.over = true;
    }

    /// Whether any visit that is followed up has not ended.
    pub(super) fn waits(&self) -> bool {
        !self.open.is_empty()
    }

    /// Whether the run goes on: to the horizon in any case, and beyond it while a visit has not ended.
    pub(super) fn goes_on(&self) -> bool {
        !self.over || self.waits()
    }

    /// The run is closed: tells what is known of the visits that have not ended.
    pub(super) fn give_up(&mut self, now: Time) {
        for (visit, plugged_in) in std::mem::take(&mut self.open).into_values() {
            self.observer.observe(now, Observation::FollowedUp { visit, plugged_in, end: LateEnd::Open });
        }
    }

    /// What a fact after the horizon says of the visits that are followed up.
    #[cold]
    fn follow(&mut self, now: Time, what: Observation) {
        #[expect(clippy::wildcard_enum_match_arm, reason = "these facts alone end a visit or its wait")]
        let (visit, end) = match what {
            Observation::PluggedIn { visit, plug: _ } => {
                if let Some((_, plugged_in)) = self.open.get_mut(&visit.id) {
                    *plugged_in = Some(now);
                }
                return;
            }
            Observation::Unplugged { visit, .. } => (visit, LateEnd::Served),
            Observation::Failed { visit, .. } => (visit, LateEnd::Failed),
            Observation::Balked(visit) | Observation::Refused(visit) | Observation::Reneged(visit) => {
                (visit, LateEnd::Left)
            }
            _ => return,
        };
        if let Some((visit, plugged_in)) = self.open.remove(&visit.id) {
            self.observer.observe(now, Observation::FollowedUp { visit, plugged_in, end });
        }
    }
}

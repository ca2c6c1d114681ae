//! From facts to sums: integers only, and nothing is allocated for a fact.

use super::brands::Brands;
use super::classes::Classes;
use super::day::DayRecorder;
use super::detail::{Detail, RideOutcome, RideRow, Session, Trip, VisitOutcome, VisitRow};
use super::drivers::Drivers;
use super::fingerprint::Fingerprint;
use super::gauge::{Gauge, HOURS_OF_WEEK, Week, WeekGauge};
use super::series::Track;
use super::sums::{Charging, Curtailed, Fleet, Hour, Replication, Rides, VisitCounts, Waits};
use crate::ids::{DistrictId, Id, IdVec, StationId, TaxiId, VisitId};
use crate::observe::{Cost, Doing, LateEnd, Observation, Observer, Visit, Visitor};
use crate::stats::Histogram;
use crate::units::{Duration, Energy, Time};
use crate::world::{Station, Vat, World};

/// A station while the run goes on.
pub(super) struct Site {
    district: Option<DistrictId>,
    pub(super) queue: Gauge,
    pub(super) busy: Gauge,
    down: Gauge,
    power: Gauge,
    sums: Charging,
}

/// Keeps sums of the facts of one run.
///
/// Only what begins after the warm-up is measured: visits by their arrival, rides by their request. Waits and sessions of
/// measured visits are those of the whole visit, also if it ends after the horizon; how a visit ended is told at it.
/// Drives, bills, fares and costs count if they are told after the warm-up; queues, busy plugs, power
/// and activities are integrated over the measured span.
pub struct Recorder {
    from: Time,
    horizon: Time,
    vat: Vat,
    week: Week,
    fingerprint: Fingerprint,
    sites: IdVec<StationId, Site>,
    districts: IdVec<DistrictId, Gauge>,
    /// By district: the sessions that the grid curtails, and whether there are any.
    curtailed: IdVec<DistrictId, (Gauge, Gauge)>,
    queue: WeekGauge,
    busy: WeekGauge,
    power: WeekGauge,
    track: Track,
    /// One bit for each visit: whether it is in a queue.
    queued: Vec<u64>,
    stranded: IdVec<DistrictId, u64>,
    rides: IdVec<DistrictId, Rides>,
    pickup_waits: Histogram,
    /// What each taxi does, and since when.
    doing: IdVec<TaxiId, (Doing, Time)>,
    brands: Brands,
    classes: Classes,
    drivers: Drivers,
    hours: Vec<Hour>,
    day: DayRecorder,
    detail: Option<Detail>,
}

impl Recorder {
    /// A recorder of sums.
    pub fn new(world: &World) -> Self {
        let (from, week) = (world.measured_from, Week::starting(world.first_weekday));
        let site = |station: &Station| Site {
            district: station.place.map(|place| place.district),
            queue: Gauge::from(from),
            busy: Gauge::from(from),
            down: Gauge::from(from),
            power: Gauge::from(from),
            sums: Charging::default(),
        };
        Self {
            from,
            horizon: world.horizon,
            vat: world.costs.vat,
            week,
            fingerprint: Fingerprint::default(),
            sites: world.stations.iter().map(site).collect(),
            districts: world.districts.iter().map(|_| Gauge::from(from)).collect(),
            curtailed: world.districts.iter().map(|_| (Gauge::from(from), Gauge::from(from))).collect(),
            queue: WeekGauge::from(from, week),
            busy: WeekGauge::from(from, week),
            power: WeekGauge::from(from, week),
            track: Track::new(world.horizon),
            queued: Vec::new(),
            stranded: world.districts.iter().map(|_| 0).collect(),
            rides: world.districts.iter().map(|_| Rides::default()).collect(),
            pickup_waits: Histogram::default(),
            doing: world.taxis.iter().map(|_| (Doing::OffShift, Time::START)).collect(),
            brands: Brands::new(world),
            classes: Classes::new(world),
            drivers: Drivers::new(world),
            hours: vec![Hour::default(); HOURS_OF_WEEK],
            day: DayRecorder::new(world.stations.len(), from, week),
            detail: None,
        }
    }

    /// A recorder that also keeps one row for each visit and ride.
    pub fn with_detail(world: &World) -> Self {
        Self { detail: Some(Detail::default()), ..Self::new(world) }
    }

    /// Closes what is open at the end of the run.
    pub fn finish(mut self, end: Time) -> Replication {
        for taxi in self.doing.ids() {
            let (doing, since) = self.doing[taxi];
            self.spent(taxi, doing, since, end);
            self.drivers.spend(end, taxi, doing);
        }
        self.mark(end);
        let (_, _, queue) = self.queue.close(end);
        let (_, _, busy) = self.busy.close(end);
        let (_, peak_watts, drawn) = self.power.close(end);
        for (index, hour) in self.hours.iter_mut().enumerate() {
            (hour.queue, hour.busy) = (queue[index].0, busy[index].0);
            (hour.drawn, hour.peak_watts) = (Energy::from_millijoules(drawn[index].0), drawn[index].1);
        }
        self.week.spread(self.from, end, |hour, millis| {
            self.hours[hour].measured += Duration::from_millis(millis);
        });
        let day = self.day.finish(end, &mut self.sites);
        let mut stations = IdVec::new();
        for id in self.sites.ids() {
            let site = &mut self.sites[id];
            let mut sums = std::mem::take(&mut site.sums);
            (sums.queue, _) = site.queue.clone().close(end);
            (sums.busy, _) = site.busy.clone().close(end);
            (sums.down, _) = site.down.clone().close(end);
            let (drawn, peak) = site.power.clone().close(end);
            (sums.drawn, sums.peak_watts) = (Energy::from_millijoules(drawn), peak);
            stations.push(sums);
        }
        let (fingerprint, events) = self.fingerprint.finish();
        let (brands, fleets) = self.brands.finish();
        Replication {
            measured: (end - self.from).max(Duration::ZERO),
            stations,
            district_peak_watts: self.districts.iter().map(|gauge| gauge.clone().close(end).1).collect(),
            curtailed: self
                .curtailed
                .iter()
                .map(|(sessions, any)| Curtailed {
                    sessions: Duration::from_millis(sessions.clone().close(end).0),
                    any: Duration::from_millis(any.clone().close(end).0),
                })
                .collect(),
            peak_watts,
            stranded: self.stranded,
            rides: self.rides,
            pickup_waits: self.pickup_waits,
            brands,
            classes: self.classes.finish(),
            fleets,
            drivers: self.drivers.finish(),
            hours: self.hours,
            series: self.track.finish(),
            day,
            fingerprint,
            events,
            detail: self.detail,
        }
    }

    /// Counts a fact about a taxi, if it is told in the measured span.
    #[inline]
    fn account(&mut self, now: Time, taxi: TaxiId, count: impl FnOnce(&mut Fleet)) {
        if now >= self.from {
            count(&mut self.brands.of(taxi).fleet);
        }
    }

    /// A taxi has spent a span on an activity.
    #[inline]
    fn spent(&mut self, taxi: TaxiId, doing: Doing, since: Time, now: Time) {
        let since = since.max(self.from);
        if now > since {
            self.brands.of(taxi).fleet.time[doing as usize] += now - since;
            if matches!(doing, Doing::SeekingCharge | Doing::Queued | Doing::Charging) {
                let hours = &mut self.hours;
                self.week.spread(since, now, |hour, millis| {
                    hours[hour].charging += Duration::from_millis(millis);
                });
            }
        }
    }

    /// Closes the slices of the run that have ended: one call in hundreds does.
    #[inline]
    fn mark(&mut self, now: Time) {
        if self.track.ends() <= now {
            self.close_slices(now);
        }
    }

    #[cold]
    fn close_slices(&mut self, now: Time) {
        while self.track.ends() <= now {
            let end = self.track.ends();
            self.track.close(self.queue.integral(end), self.busy.integral(end));
        }
    }

    #[inline]
    fn queue(&mut self, now: Time, station: StationId, change: i64) {
        self.mark(now);
        self.sites[station].queue.add(now, change);
        self.queue.add(now, change);
    }

    #[inline]
    fn busy(&mut self, now: Time, station: StationId, change: i64) {
        self.mark(now);
        self.sites[station].busy.add(now, change);
        self.busy.add(now, change);
    }

    fn draw(&mut self, now: Time, station: StationId, change: i64) {
        let site = &mut self.sites[station];
        site.power.add(now, change);
        if let Some(district) = site.district {
            self.districts[district].add(now, change);
        }
        self.power.add(now, change);
    }

    fn enqueue(&mut self, now: Time, visit: Visit) {
        let (word, bit) = place(visit.id);
        if word >= self.queued.len() {
            self.queued.resize(word + 1, 0);
        }
        self.queued[word] |= bit;
        self.queue(now, visit.station, 1);
    }

    /// Takes a visit out of its queue, if it was in one: a visitor who finds a free plug never queues.
    fn dequeue(&mut self, now: Time, visit: Visit) {
        let (word, bit) = place(visit.id);
        if self.queued.get(word).is_some_and(|bits| bits & bit != 0) {
            self.queued[word] &= !bit;
            self.queue(now, visit.station, -1);
        }
    }

    /// Counts a visit, if it is measured: at its station, in the hour of its arrival, and for a taxi's maker.
    #[inline]
    fn count(&mut self, visit: Visit, count: impl Fn(&mut VisitCounts)) {
        if visit.arrived >= self.from {
            count(&mut self.sites[visit.station].sums.counts);
            count(&mut self.hours[self.week.hour(visit.arrived)].counts);
            if let Visitor::Taxi(taxi) = visit.visitor {
                count(&mut self.brands.of(taxi).counts);
            }
            if let Some(class) = self.classes.of(visit) {
                count(&mut class.counts);
            }
        }
    }

    fn unfinished(&mut self, now: Time, visit: Visit, plugged_in: bool) {
        if plugged_in {
            self.busy(now, visit.station, -1);
        } else {
            self.dequeue(now, visit);
        }
        self.count(visit, |counts| counts.unfinished += 1);
    }

    /// A measured visit that was unfinished at the horizon has ended, or the run is closed.
    fn follow_up(&mut self, now: Time, visit: Visit, plugged_in: Option<Time>, end: LateEnd) {
        match (plugged_in, end) {
            (Some(since), _) if since >= self.horizon => self.wait(visit, since - visit.arrived),
            (None, LateEnd::Left) => self.leave(now, visit),
            (None, LateEnd::Open) => self.each_waits(visit, |waits| waits.still(now - visit.arrived)),
            // The wait was told before the horizon, or there was none.
            (Some(_), _) | (None, LateEnd::Served | LateEnd::Failed) => {}
        }
        if let (Some(since), LateEnd::Served) = (plugged_in, end) {
            let sums = &mut self.sites[visit.station].sums;
            sums.sessions += 1;
            sums.plugged_in += now - since;
        }
        self.visit_row(VisitRow {
            visit,
            wait: plugged_in.map(|since| since - visit.arrived),
            left_after: (end == LateEnd::Left).then(|| now - visit.arrived),
            session: None,
            outcome: VisitOutcome::Unfinished,
        });
    }

    /// Does this to all waits that a measured visit belongs to.
    #[inline]
    fn each_waits(&mut self, visit: Visit, note: impl Fn(&mut Waits)) {
        note(&mut self.sites[visit.station].sums.waits);
        note(&mut self.hours[self.week.hour(visit.arrived)].waits);
        if let Visitor::Taxi(taxi) = visit.visitor {
            note(&mut self.brands.of(taxi).waits);
        }
        if let Some(class) = self.classes.of(visit) {
            note(&mut class.waits);
        }
    }

    /// A visitor plugs in after a wait.
    #[inline]
    fn wait(&mut self, visit: Visit, wait: Duration) {
        self.track.plugged_in(visit.arrived, wait);
        if visit.arrived >= self.from {
            self.each_waits(visit, |waits| waits.record(wait));
            self.day.plugged_in(visit, wait);
        }
    }

    /// A visitor leaves the queue without a plug.
    fn leave(&mut self, now: Time, visit: Visit) {
        if visit.arrived >= self.from {
            self.each_waits(visit, |waits| waits.leave(now - visit.arrived));
        }
    }

    /// Counts a fact about a station, if it is told in the measured span.
    fn note(&mut self, now: Time, station: StationId, count: impl FnOnce(&mut Charging)) {
        if now >= self.from {
            count(&mut self.sites[station].sums);
        }
    }

    #[inline]
    fn visit_row(&mut self, row: VisitRow) {
        if row.visit.arrived >= self.from
            && let Some(detail) = &mut self.detail
        {
            detail.visits.push(row);
        }
    }

    /// A visit has ended without a plug.
    fn turned_away(&mut self, visit: Visit, left_after: Option<Duration>, outcome: VisitOutcome) {
        self.visit_row(VisitRow { visit, wait: None, left_after, session: None, outcome });
    }

    fn unplugged(&mut self, now: Time, visit: Visit, wait: Duration, session: Session) {
        self.busy(now, visit.station, -1);
        let sums = &mut self.sites[visit.station].sums;
        if now >= self.from {
            sums.revenue += session.bill;
            sums.vat += self.vat.of(session.bill, now);
            sums.sold += session.energy;
        }
        if visit.arrived >= self.from {
            sums.sessions += 1;
            sums.plugged_in += session.lasting;
            self.day.served(visit);
        }
        self.count(visit, |counts| counts.served += 1);
        if let Visitor::Taxi(taxi) = visit.visitor {
            self.drivers.pay(now, taxi, session.bill);
            self.account(now, taxi, |fleet| {
                fleet.charged.0 += session.bill;
                fleet.charged.1 += session.energy;
            });
        }
        let (wait, session, outcome) = (Some(wait), Some(session), VisitOutcome::Served);
        self.visit_row(VisitRow { visit, wait, left_after: None, session, outcome });
    }

    /// Counts a ride in its district and in the hour of its request, if it is measured.
    #[inline]
    fn ride(&mut self, from: DistrictId, requested: Time, count: impl Fn(&mut Rides)) {
        if requested >= self.from {
            count(&mut self.rides[from]);
            count(&mut self.hours[self.week.hour(requested)].rides);
        }
    }

    #[inline]
    fn ride_row(&mut self, row: RideRow) {
        if row.requested >= self.from
            && let Some(detail) = &mut self.detail
        {
            detail.rides.push(row);
        }
    }
}

/// The word and the bit of a visit.
#[inline]
fn place(visit: VisitId) -> (usize, u64) {
    (visit.index() / 64, 1 << (visit.index() % 64))
}

impl Observer for Recorder {
    #[expect(clippy::too_many_lines, reason = "one arm a fact")]
    fn observe(&mut self, now: Time, what: Observation) {
        self.fingerprint.observe(now, what);
        if let Observation::FollowedUp { visit, plugged_in, end } = what {
            return self.follow_up(now, visit, plugged_in, end);
        }
        if self.day.is_due(now) {
            self.day.turn(now, &mut self.sites);
        }
        match what {
            Observation::Requested { ride: _, from } => self.ride(from, now, |rides| rides.requested += 1),
            Observation::Assigned { .. }
            | Observation::PickedUp { .. }
            | Observation::Reserved { .. }
            | Observation::ReservationUnfinished { .. }
            // What ends after the horizon changes no queue, and was followed up above.
            | Observation::FollowedUp { .. } => {}
            Observation::HandedOver { taxi, driver } => {
                self.drivers.spend(now, taxi, self.doing[taxi].0);
                self.drivers.take_over(taxi, driver);
            }
            Observation::Served { ride, taxi, from, requested, picked_up, fare, driver_share } => {
                let wait = picked_up - requested;
                self.ride(from, requested, |rides| {
                    rides.served += 1;
                    rides.pickup_wait += wait;
                    rides.fares += fare;
                });
                if requested >= self.from {
                    self.pickup_waits.record(wait.as_millis() as u64);
                }
                self.drivers.earn(now, taxi, fare, driver_share);
                self.account(now, taxi, |fleet| {
                    fleet.rides += 1;
                    fleet.earned += driver_share;
                });
                let trip = Some(Trip { taxi, wait, lasting: now - picked_up, fare });
                self.ride_row(RideRow { ride, from, requested, trip, outcome: RideOutcome::Served });
            }
            Observation::Surged { ride: _, from, multiplier_ppm } => {
                self.ride(from, now, |rides| rides.surge_ppm += multiplier_ppm - 1_000_000);
            }
            Observation::Lost { ride, from, requested, why } => {
                self.ride(from, requested, |rides| {
                    rides.lost += 1;
                    rides.lost_why[why as usize] += 1;
                });
                self.ride_row(RideRow { ride, from, requested, trip: None, outcome: RideOutcome::Lost });
            }
            Observation::RideUnfinished { ride, from, requested } => {
                self.ride(from, requested, |rides| rides.unfinished += 1);
                let outcome = RideOutcome::Unfinished;
                self.ride_row(RideRow { ride, from, requested, trip: None, outcome });
            }
            Observation::Began { taxi, doing, before, since } => {
                self.spent(taxi, before, since, now);
                self.drivers.spend(now, taxi, before);
                self.doing[taxi] = (doing, now);
            }
            Observation::Drove { taxi, doing, drive } => self.account(now, taxi, |fleet| {
                fleet.driven[doing as usize] += drive.length;
                fleet.driving_energy += drive.energy;
                fleet.burnt += drive.fuel;
            }),
            Observation::Drained { taxi, energy } => {
                self.account(now, taxi, |fleet| fleet.drained += energy);
            }
            Observation::Paid { taxi, what, amount } => {
                self.drivers.pay(now, taxi, amount);
                self.account(now, taxi, |fleet| match what {
                    Cost::Lease => fleet.lease += amount,
                    Cost::Tow => fleet.tow += amount,
                    Cost::Parking => fleet.parking += amount,
                    Cost::Zone => fleet.zone += amount,
                });
            }
            Observation::ChargedAtHome { taxi, energy, bill } => {
                self.drivers.pay(now, taxi, bill);
                self.account(now, taxi, |fleet| {
                    fleet.charged_at_home.0 += bill;
                    fleet.charged_at_home.1 += energy;
                });
            }
            Observation::Refuelled { taxi, volume: _, bill } => {
                self.drivers.pay(now, taxi, bill);
                self.account(now, taxi, |fleet| fleet.fuel += bill);
            }
            Observation::Stranded { taxi, from } => {
                self.account(now, taxi, |fleet| fleet.stranded += 1);
                if now >= self.from
                    && let Some(district) = from
                {
                    self.stranded[district] += 1;
                }
            }
            Observation::WithoutPlug { taxi } => self.account(now, taxi, |fleet| fleet.without_plug += 1),
            Observation::Arrived(visit) => {
                self.count(visit, |counts| counts.visits += 1);
                if visit.arrived >= self.from {
                    self.day.arrived(visit);
                }
            }
            Observation::Balked(visit) => {
                self.count(visit, |counts| counts.balked += 1);
                self.turned_away(visit, None, VisitOutcome::Balked);
            }
            Observation::Refused(visit) => {
                self.count(visit, |counts| counts.refused += 1);
                self.turned_away(visit, None, VisitOutcome::Refused);
            }
            Observation::Queued(visit) => self.enqueue(now, visit),
            Observation::Reneged(visit) => {
                self.dequeue(now, visit);
                self.count(visit, |counts| counts.reneged += 1);
                self.leave(now, visit);
                self.turned_away(visit, Some(now - visit.arrived), VisitOutcome::Reneged);
            }
            Observation::PluggedIn { visit, plug: _ } => {
                self.dequeue(now, visit);
                self.busy(now, visit.station, 1);
                self.wait(visit, now - visit.arrived);
            }
            Observation::Drawing { station, plug: _, power, before, since: _ } => {
                self.draw(now, station, (power - before).as_watts());
            }
            Observation::Curtailed { district, sessions } => {
                let (gauge, any) = &mut self.curtailed[district];
                gauge.set(now, i64::from(sessions));
                any.set(now, i64::from(sessions > 0));
            }
            Observation::Unplugged { visit, plug: _, plugged_in, energy, bill } => {
                let (wait, lasting) = (plugged_in - visit.arrived, now - plugged_in);
                self.unplugged(now, visit, wait, Session { lasting, energy, bill });
            }
            Observation::Jockeyed { visit, .. } => {
                self.count(visit, |counts| counts.jockeyed += 1);
            }
            Observation::PlugDown { station, .. } => self.sites[station].down.add(now, 1),
            Observation::PlugUp { station, .. } => self.sites[station].down.add(now, -1),
            Observation::Cut { visit, .. } => self.note(now, visit.station, |sums| sums.cut += 1),
            Observation::ReservationKept { station, .. } => {
                self.note(now, station, |sums| sums.reservations_kept += 1);
            }
            Observation::ReservationLapsed { station, .. } => {
                self.note(now, station, |sums| sums.reservations_lapsed += 1);
            }
            Observation::Failed { visit, plug: _, plugged_in } => {
                if plugged_in.is_some() {
                    self.busy(now, visit.station, -1);
                } else {
                    self.dequeue(now, visit);
                }
                self.count(visit, |counts| counts.failed += 1);
                let (wait, outcome) = (plugged_in.map(|since| since - visit.arrived), VisitOutcome::Failed);
                self.visit_row(VisitRow { visit, wait, left_after: None, session: None, outcome });
            }
            Observation::Overstayed { visit, lasting, .. } => {
                self.note(now, visit.station, |sums| sums.overstayed += lasting);
            }
            Observation::VisitUnfinished { visit, session } => {
                self.unfinished(now, visit, session.is_some());
            }
        }
    }
}

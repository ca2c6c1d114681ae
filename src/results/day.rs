//! The hours of the day, station by station: what a map of the city plays, in integers.

use super::gauge::{HOURS_OF_WEEK, Week};
use super::recorder::Site;
use crate::ids::{Id, IdVec, StationId};
use crate::observe::Visit;
use crate::units::{Duration, Time};

/// The hours of a day.
pub const HOURS_OF_DAY: usize = 24;

/// Sums of one station, or of several, in one hour of the day, over all days of the measured span.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DayHour {
    /// Visits that arrived in it.
    pub visits: u64,
    /// Those of them whose session ended.
    pub served: u64,
    /// Those of them who plugged in, before the horizon or after it.
    pub plugged_in: u64,
    /// What these waited together, from arrival to plug-in.
    pub waited: Duration,
    /// Milliseconds of waiting visitors.
    pub queue: i64,
    /// Milliseconds of plugs in use.
    pub busy: i64,
}

impl DayHour {
    /// Adds the same hour of another station or replication.
    pub fn merge(&mut self, other: &Self) {
        self.visits += other.visits;
        self.served += other.served;
        self.plugged_in += other.plugged_in;
        self.waited += other.waited;
        self.queue += other.queue;
        self.busy += other.busy;
    }
}

/// The day of all stations, in one replication or in all together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Day {
    /// How much of the measured span falls into each hour of the day.
    pub measured: [Duration; HOURS_OF_DAY],
    /// By station, its hours one after the other.
    pub stations: Vec<DayHour>,
}

impl Day {
    /// The hours of a station.
    ///
    /// # Panics
    ///
    /// If there is no station with this index.
    pub fn station(&self, index: usize) -> &[DayHour] {
        &self.stations[index * HOURS_OF_DAY..][..HOURS_OF_DAY]
    }

    /// Adds another replication of the same city.
    pub fn merge(&mut self, other: &Self) {
        for (sum, more) in self.measured.iter_mut().zip(other.measured) {
            *sum += more;
        }
        self.stations.resize(self.stations.len().max(other.stations.len()), DayHour::default());
        for (sum, more) in self.stations.iter_mut().zip(&other.stations) {
            sum.merge(more);
        }
    }
}

/// Reads the queues and busy plugs of all stations at each full hour, so that a fact costs a comparison and no more.
pub(super) struct DayRecorder {
    from: Time,
    week: Week,
    /// The next full hour.
    next: Time,
    day: Day,
    /// The integrals of queue and busy plugs at the last reading.
    read: IdVec<StationId, (i64, i64)>,
}

impl DayRecorder {
    /// Nothing yet of so many stations, measured from a time on.
    pub(super) fn new(stations: usize, from: Time, week: Week) -> Self {
        Self {
            from,
            week,
            next: Time::at_hour(1),
            day: Day { stations: vec![DayHour::default(); stations * HOURS_OF_DAY], ..Day::default() },
            read: (0..stations).map(|_| (0, 0)).collect(),
        }
    }

    /// Whether a full hour has passed since the last reading.
    #[inline]
    pub(super) fn is_due(&self, now: Time) -> bool {
        now >= self.next
    }

    /// Closes the hours that have passed. Since the last fact nothing has changed, so that all but the first of them
    /// saw the same queues.
    #[cold]
    pub(super) fn turn(&mut self, now: Time, sites: &mut IdVec<StationId, Site>) {
        let (full, last) = (self.next, Time::at_hour(now.hour()));
        self.read(full, sites);
        if last > full {
            let mut hours = [0; HOURS_OF_DAY];
            self.week.spread(full.max(self.from), last, |hour, millis| hours[hour % HOURS_OF_DAY] += millis);
            for id in sites.ids() {
                let (queue, busy) = (sites[id].queue.value(), sites[id].busy.value());
                if queue != 0 || busy != 0 {
                    for (hour, millis) in hours.iter().enumerate() {
                        let cell = &mut self.day.stations[id.index() * HOURS_OF_DAY + hour];
                        cell.queue += queue * millis;
                        cell.busy += busy * millis;
                    }
                }
            }
            self.advance(last, sites);
        }
        self.next = last + Duration::HOUR;
    }

    /// Gives the hour that ends the integrals since the last reading.
    fn read(&mut self, end: Time, sites: &mut IdVec<StationId, Site>) {
        let hour = self.hour(self.next) + HOURS_OF_DAY - 1;
        let before = self.read.clone();
        self.advance(end, sites);
        for id in sites.ids() {
            let ((queue, busy), (queue_before, busy_before)) = (self.read[id], before[id]);
            let cell = &mut self.day.stations[id.index() * HOURS_OF_DAY + hour % HOURS_OF_DAY];
            cell.queue += queue - queue_before;
            cell.busy += busy - busy_before;
        }
    }

    /// Completes all integrals up to a time, and notes them.
    fn advance(&mut self, to: Time, sites: &mut IdVec<StationId, Site>) {
        for id in sites.ids() {
            let site = &mut sites[id];
            self.read[id] = (site.queue.integral(to), site.busy.integral(to));
        }
    }

    /// The hour of the day at a time.
    fn hour(&self, time: Time) -> usize {
        self.week.hour(time) % HOURS_OF_DAY
    }

    /// A visit of the measured span has begun.
    #[inline]
    pub(super) fn arrived(&mut self, visit: Visit) {
        self.cell(visit).visits += 1;
    }

    /// The visitor of a visit of the measured span plugs in after a wait.
    #[inline]
    pub(super) fn plugged_in(&mut self, visit: Visit, wait: Duration) {
        let cell = self.cell(visit);
        cell.plugged_in += 1;
        cell.waited += wait;
    }

    /// A visit of the measured span has been served.
    #[inline]
    pub(super) fn served(&mut self, visit: Visit) {
        self.cell(visit).served += 1;
    }

    #[inline]
    fn cell(&mut self, visit: Visit) -> &mut DayHour {
        let hour = self.hour(visit.arrived);
        &mut self.day.stations[visit.station.index() * HOURS_OF_DAY + hour]
    }

    /// Closes the day at the end of the run.
    pub(super) fn finish(mut self, end: Time, sites: &mut IdVec<StationId, Site>) -> Day {
        if self.is_due(end) {
            self.turn(end, sites);
        }
        self.read(end, sites);
        let measured = &mut self.day.measured;
        self.week.spread(self.from, end, |hour, millis| {
            measured[hour % HOURS_OF_DAY] += Duration::from_millis(millis);
        });
        self.day
    }
}

// The hour of the day is that of the week but for whole days.
const _: () = assert!(HOURS_OF_WEEK.is_multiple_of(HOURS_OF_DAY));

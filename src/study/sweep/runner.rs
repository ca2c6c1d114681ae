//! Runs what a plan still lacks, on all threads of rayon's pool.

use super::{Extra, Plan, Rule, Run, Shard};
use crate::data::Data;
use crate::results::Metrics;
use crate::scenario::{RoadFiles, Scenario, Span};
use crate::study::{Progress, Standstill, simulate};
use crate::world::{self, Travel, Ways, World};
use rayon::ScopeFifo;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The data tables for every road graph that points name.
pub type Tables = Vec<(Option<RoadFiles>, Data)>;

/// How far a sweep has come; it is added to while runs go on, and the terminal reads it.
#[derive(Debug, Default)]
pub struct Running {
    /// Finished runs, those of earlier times included.
    pub done: AtomicU64,
    /// Runs that are wanted as far as is known now.
    pub wanted: AtomicU64,
    now: Mutex<BTreeMap<(u32, u32), Arc<Progress>>>,
}

impl Running {
    /// The runs under way, each a point and a replication, with how far it has come.
    pub fn now(&self) -> Vec<((u32, u32), Arc<Progress>)> {
        lock(&self.now).iter().map(|(run, progress)| (*run, Arc::clone(progress))).collect()
    }
}

/// Runs what a plan still lacks.
pub struct Runner<'a, E> {
    plan: &'a Plan,
    tables: &'a Tables,
    shard: Option<Shard>,
    extra: &'a Extra,
    running: &'a Running,
    keep: &'a (dyn Fn(&Run) -> Result<(), E> + Sync),
    points: Vec<Mutex<Point>>,
    ways: KnownWays,
    stop: AtomicBool,
    failure: Mutex<Option<E>>,
}

/// What is known of a point: for each finished replication the value that decides whether more are wanted.
#[derive(Debug, Default)]
struct Point {
    values: BTreeMap<u32, Option<Metrics>>,
    /// Replications up to this one are finished or under way.
    asked: u32,
}

impl<'a, E: Send + From<Standstill>> Runner<'a, E> {
    /// A runner of one machine's part of a plan, or of all of it.
    ///
    /// `keep` is called for each finished run, from many threads; when it fails, no run is begun any more.
    pub fn new(
        plan: &'a Plan,
        tables: &'a Tables,
        (shard, extra): (Option<Shard>, &'a Extra),
        running: &'a Running,
        keep: &'a (dyn Fn(&Run) -> Result<(), E> + Sync),
    ) -> Self {
        let points = plan.points.iter().map(|_| Mutex::default()).collect();
        Self {
            plan,
            tables,
            shard,
            extra,
            running,
            keep,
            points,
            ways: KnownWays::default(),
            stop: AtomicBool::new(false),
            failure: Mutex::new(None),
        }
    }

    /// Runs all that is wanted and not among `done`.
    ///
    /// Points are begun in their order, all replications of one before the next. A thread that has nothing
    /// to do takes the next run from whoever still has some, so that all are busy to the end.
    ///
    /// # Errors
    ///
    /// The first failure of `keep`, or a run that came to a standstill.
    pub fn run(self, done: &[Run]) -> Result<(), E> {
        for run in done {
            if let Some(point) = self.points.get(run.point as usize - 1) {
                lock(point).values.insert(run.replication, self.plan.rule.decisive(run));
            }
        }
        self.running.done.store(done.len() as u64, Ordering::Relaxed);
        self.running.wanted.store(done.len() as u64, Ordering::Relaxed);
        rayon::scope_fifo(|scope| {
            for point in 1..=self.points.len() as u32 {
                self.go_on(scope, point);
            }
        });
        match self.failure.into_inner().unwrap_or_else(PoisonError::into_inner) {
            Some(failure) => Err(failure),
            None => Ok(()),
        }
    }

    /// Begins what a point lacks, if all that was asked for is there.
    fn go_on<'s>(&'s self, scope: &ScopeFifo<'s>, point: u32) {
        let mut state = lock(&self.points[point as usize - 1]);
        loop {
            let mine = |replication: &u32| self.plan.rule.is_in(self.shard, point, *replication);
            if (1..=state.asked).filter(mine).any(|replication| !state.values.contains_key(&replication)) {
                return;
            }
            let wanted = wanted(&self.plan.rule, self.extra, point, state.asked, &state.values);
            if wanted == state.asked {
                return;
            }
            let missing: Vec<u32> = (state.asked + 1..=wanted)
                .filter(mine)
                .filter(|replication| !state.values.contains_key(replication))
                .collect();
            state.asked = wanted;
            self.running.wanted.fetch_add(missing.len() as u64, Ordering::Relaxed);
            for replication in missing {
                scope.spawn_fifo(move |scope| self.one(scope, point, replication));
            }
        }
    }

    /// Runs one replication of a point.
    fn one<'s>(&'s self, scope: &ScopeFifo<'s>, point: u32, replication: u32) {
        if self.stop.load(Ordering::Relaxed) {
            return;
        }
        let progress = Arc::new(Progress::default());
        lock(&self.running.now).insert((point, replication), Arc::clone(&progress));
        let run = self.simulate(point, replication, &progress);
        lock(&self.running.now).remove(&(point, replication));
        let kept = run.map_err(E::from).and_then(|run| (self.keep)(&run).map(|()| run));
        match kept {
            Ok(run) => {
                self.running.done.fetch_add(1, Ordering::Relaxed);
                lock(&self.points[point as usize - 1])
                    .values
                    .insert(replication, self.plan.rule.decisive(&run));
                self.go_on(scope, point);
            }
            Err(failure) => {
                self.stop.store(true, Ordering::Relaxed);
                lock(&self.failure).get_or_insert(failure);
            }
        }
    }

    fn simulate(&self, point: u32, replication: u32, progress: &Progress) -> Result<Run, Standstill> {
        let (scenario, data) = scenario(self.plan, self.tables, point);
        let travel = self.ways.of(&scenario, data);
        let world = World::compile(&scenario, data, &travel, u64::from(replication - 1));
        let outcome = simulate(&scenario, &world, replication, progress)?;
        Ok(Run::of(point, replication, &outcome, &world.districts))
    }
}

/// The ways that points need.
#[derive(Default)]
pub struct KnownWays(Mutex<Vec<(Ways, Arc<Travel>)>>);

impl KnownWays {
    /// The ways of a scenario, computed once for all points that do not differ in what they depend on.
    fn of(&self, scenario: &Scenario, data: &Data) -> Arc<Travel> {
        let wanted = Ways::of(scenario);
        // Whoever waits here would have to compute the same.
        let mut known = lock(&self.0);
        if let Some((_, travel)) = known.iter().find(|(ways, _)| *ways == wanted) {
            return Arc::clone(travel);
        }
        let travel = world::ways(scenario, data);
        known.push((wanted, Arc::clone(&travel)));
        travel
    }
}

/// The scenario of a point, with the tables that it runs on.
fn scenario<'t>(plan: &Plan, tables: &'t Tables, point: u32) -> (Scenario, &'t Data) {
    let (_, any) = &tables[0];
    let scenario = plan.scenario(point as usize - 1, any);
    let of_its_own = tables.iter().find(|(roads, _)| *roads == scenario.city.roads);
    let data = of_its_own.map_or(any, |(_, data)| data);
    (scenario, data)
}

/// The first replication of a point over a share of its time, warm-up included, to be run again and again: to learn how
/// much runs have to do, and how long it takes.
pub struct Pilot {
    scenario: Scenario,
    world: World,
    point: u32,
}

impl Pilot {
    /// Makes the world of a point.
    pub fn new(plan: &Plan, tables: &Tables, ways: &KnownWays, point: u32, share: f64) -> Self {
        let (mut scenario, data) = scenario(plan, tables, point);
        for span in [&mut scenario.time.warm_up, &mut scenario.time.horizon] {
            *span = match *span {
                Span::Days(days) => Span::Days(days * share),
                Span::Hours(hours) => Span::Hours(hours * share),
                Span::Minutes(minutes) => Span::Minutes(minutes * share),
            };
        }
        let world = World::compile(&scenario, data, &ways.of(&scenario, data), 0);
        Self { scenario, world, point }
    }

    /// Runs it; also the number of its events.
    ///
    /// # Errors
    ///
    /// Where the run comes to a standstill.
    pub fn run(&self) -> Result<(Run, u64), Standstill> {
        let outcome = simulate(&self.scenario, &self.world, 1, &Progress::default())?;
        Ok((Run::of(self.point, 1, &outcome, &self.world.districts), outcome.events))
    }
}

/// How many replications of a point are wanted when those up to `asked` are finished.
pub(super) fn wanted(
    rule: &Rule,
    extra: &Extra,
    point: u32,
    asked: u32,
    values: &BTreeMap<u32, Option<Metrics>>,
) -> u32 {
    let first: Vec<Option<Metrics>> =
        (1..=asked).map(|replication| values.get(&replication).cloned().flatten()).collect();
    rule.wanted(&first).max(extra.get(&point).copied().unwrap_or(0)).max(asked)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

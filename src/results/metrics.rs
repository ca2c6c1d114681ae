//! From the sums of one replication to named metrics; one that does not apply is left out, not zero.

use super::accounts::{self, Account};
use super::brands;
use super::classes;
use super::day::Day;
use super::detail::Detail;
use super::drivers;
use super::equity::{self, Served};
use super::lists::{CITY, DISTRICT, HOUR, Metric, STATION};
use super::sample::Sample;
use super::series::Series;
use super::sums::{Charging, Curtailed, Fleet, Hour, Replication, Rides, VisitCounts, Waits};
use crate::ids::{DistrictId, Id, StationId};
use crate::observe::{Doing, Loss};
use crate::units::{Duration, Energy, Money, Power};
use crate::world::{Fuel, Station, World};

/// No metric is larger. Sums are integers of 64 bits; a quotient beyond this comes of a division by next to nothing, and
/// what is reckoned from it, such as a variance, soon is no finite number.
pub(super) const MOST: f64 = 1e18;

/// A value that can be written, averaged and compared; none of infinities, of what is no number and of what no measured
/// quantity can be.
pub(super) fn measurable(value: f64) -> Option<f64> {
    (value.abs() <= MOST).then_some(value)
}

/// Values of a list of metrics, each present or left out. All that are present are finite.
#[derive(Clone, Debug, PartialEq)]
pub struct Metrics {
    list: &'static [Metric],
    values: Vec<Option<f64>>,
    /// What the list's quantiles are of, by the names of these without their last part.
    samples: Vec<(&'static str, Sample)>,
    left_out: Vec<&'static str>,
}

impl Metrics {
    /// Nothing known of a list.
    pub fn none(list: &'static [Metric]) -> Self {
        Self { list, values: vec![None; list.len()], samples: Vec::new(), left_out: Vec::new() }
    }

    /// The values of a list, in its order; those that are not given do not apply.
    pub fn of(list: &'static [Metric], values: &[Option<f64>]) -> Self {
        let value = |index: usize| values.get(index).copied().flatten().and_then(measurable);
        Self { list, values: (0..list.len()).map(value).collect(), samples: Vec::new(), left_out: Vec::new() }
    }

    /// The waits that some quantiles are of: `charging.wait_s` for `charging.wait_s.p95` and its like.
    pub fn sample(&self, stem: &str) -> Option<&Sample> {
        self.samples.iter().find(|(of, _)| *of == stem).map(|(_, sample)| sample)
    }

    /// All of them, by name.
    pub fn samples(&self) -> &[(&'static str, Sample)] {
        &self.samples
    }

    /// Notes what the quantiles of this name are of, if the list has any.
    pub fn set_sample(&mut self, stem: &str, sample: Sample) {
        let of_list = self.list.iter().find(|metric| metric.quantile.is_some() && metric.stem() == stem);
        if let Some(metric) = of_list {
            self.samples.push((metric.stem(), sample));
        }
    }

    /// The list.
    pub fn list(&self) -> &'static [Metric] {
        self.list
    }

    /// The values in the order of the list.
    pub fn values(&self) -> &[Option<f64>] {
        &self.values
    }

    /// The value of a metric, if the list has it and it applies.
    pub fn get(&self, name: &str) -> Option<f64> {
        self.list.iter().position(|metric| metric.name == name).and_then(|index| self.values[index])
    }

    /// The metric at this place alone, with what it is a mean or a quantile of.
    #[must_use]
    pub fn only(mut self, place: usize) -> Self {
        let (over, stem) = (self.list[place].over, self.list[place].stem());
        for (index, value) in self.values.iter_mut().enumerate().filter(|(index, _)| *index != place) {
            *value = value.filter(|_| Some(index) == over);
        }
        self.samples.retain(|(of, _)| *of == stem);
        self
    }

    /// The metrics whose value was no number that can be measured, and is left out for that.
    pub fn left_out(&self) -> &[&'static str] {
        &self.left_out
    }

    /// Notes a value, under a name that may stand below a group such as `charging.`. Lists differ in
    /// how much they tell: a name that this one does not have is not noted. Nor is a value that is not finite or larger
    /// than any that can be measured; see [`left_out`](Self::left_out).
    pub fn set(&mut self, group: &str, name: &str, value: impl Into<Option<f64>>) {
        let found = self
            .list
            .iter()
            .position(|metric| metric.name.strip_prefix(group).is_some_and(|rest| rest == name));
        if let Some(index) = found {
            let value = value.into();
            self.values[index] = value.and_then(measurable);
            if value.is_some() && self.values[index].is_none() {
                self.left_out.push(self.list[index].name);
            }
        }
    }
}

/// The metrics of one replication.
pub struct Outcome {
    /// The hash of all facts.
    pub fingerprint: blake3::Hash,
    /// How many events the run handled; a record without an engine counts the facts it was told.
    pub events: u64,
    /// Of the whole city, see [`CITY`].
    pub city: Metrics,
    /// By station, see [`STATION`].
    pub stations: Vec<Metrics>,
    /// By district, see [`DISTRICT`].
    pub districts: Vec<Metrics>,
    /// By hour of the week, see [`HOUR`].
    pub hours: Vec<Metrics>,
    /// Electric taxis by the makers of their cars, see [`BRAND`](super::BRAND).
    pub brands: Vec<Metrics>,
    /// Visitors by station and class, see [`CLASS`](super::CLASS).
    pub classes: Vec<Metrics>,
    /// The run in slices, its warm-up among them.
    pub series: Series,
    /// By station and hour of the day, as sums.
    pub day: Day,
    /// One row for each visit and ride, if asked for.
    pub detail: Option<Detail>,
}

impl Outcome {
    /// The metrics of a replication of a world.
    pub fn of(world: &World, replication: Replication) -> Self {
        Self {
            fingerprint: replication.fingerprint,
            events: replication.events,
            city: city(world, &replication),
            stations: world.stations.ids().map(|id| station(world, &replication, id)).collect(),
            districts: districts(world, &replication),
            hours: replication.hours.iter().map(|sums| hour(world, sums)).collect(),
            brands: replication
                .brands
                .iter()
                .map(|sums| brands::tell(world, sums, replication.measured))
                .collect(),
            classes: replication.classes.iter().map(classes::tell).collect(),
            series: replication.series,
            day: replication.day,
            detail: replication.detail,
        }
    }
}

/// A ratio; none if there is nothing to divide by.
pub(super) fn ratio(part: f64, whole: f64) -> Option<f64> {
    (whole > 0.0).then(|| part / whole)
}

/// A span in milliseconds.
fn millis(span: Duration) -> f64 {
    span.as_millis() as f64
}

pub(super) fn counts(to: &mut Metrics, group: &str, counts: VisitCounts) {
    let all = [
        ("visits", counts.visits),
        ("served", counts.served),
        ("refused", counts.refused),
        ("balked", counts.balked),
        ("reneged", counts.reneged),
        ("failed", counts.failed),
        ("unfinished", counts.unfinished),
    ];
    for (name, count) in all {
        to.set(group, name, count as f64);
    }
}

/// The waits of who plugs in. Of those who still waited when the run was closed the rest is estimated, to within the
/// buckets of a histogram.
pub(super) fn waits(to: &mut Metrics, group: &str, waits: &Waits) {
    let longest = waits.longest.as_millis() as u64;
    let (censored, left) = (waits.open.total(), waits.left.total());
    let sample = if censored == 0 {
        Sample::of(&waits.histogram, longest)
    } else {
        Sample::with_open(&waits.histogram, &waits.left, &waits.open, longest)
    };
    to.set(group, "wait_s.n", sample.total());
    to.set(group, "wait_s.censored", censored as f64);
    to.set(group, "left_after_s.n", left as f64);
    to.set(group, "left_after_s.mean", ratio(waits.left_after.as_secs_f64(), left as f64));
    let (mean, share): (Option<f64>, [f64; 2]) = if censored == 0 {
        let over = [waits.over_10min as f64, waits.over_30min as f64];
        (ratio(waits.sum.as_secs_f64(), sample.total()), over)
    } else {
        let over = [Duration::minutes(10), Duration::minutes(30)];
        (sample.mean().map(|mean| mean / 1e3), over.map(|span| sample.beyond(span.as_millis() as u64)))
    };
    to.set(group, "wait_s.mean", mean);
    to.set(group, "wait_s.max", mean.map(|_| waits.longest.as_secs_f64()));
    to.set(group, "wait_over_10min", ratio(share[0], sample.total()));
    to.set(group, "wait_over_30min", ratio(share[1], sample.total()));
    quantiles(to, &format!("{group}wait_s"), sample);
}

/// The quantiles that a list has of some waits, and the waits themselves.
fn quantiles(to: &mut Metrics, stem: &str, sample: Sample) {
    for metric in to.list() {
        if let Some(level) = metric.quantile.filter(|_| metric.stem() == stem) {
            to.set("", metric.name, sample.quantile(level).map(|wait| wait / 1e3));
        }
    }
    to.set_sample(stem, sample);
}

/// What stations tell, apart from money and power.
fn charging(to: &mut Metrics, group: &str, sums: &Charging, plugs: usize, measured: Duration) {
    counts(to, group, sums.counts);
    waits(to, group, &sums.waits);
    to.set(group, "plugged_in_s.n", sums.sessions as f64);
    to.set(group, "plugged_in_s.mean", ratio(sums.plugged_in.as_secs_f64(), sums.sessions as f64));
    to.set(group, "queue.mean", ratio(sums.queue as f64, millis(measured)));
    to.set(group, "busy", ratio(sums.busy as f64, plugs as f64 * millis(measured)));
}

/// What fails at stations, who moves on, who reserves and who stays too long.
fn wear(to: &mut Metrics, group: &str, world: &World, sums: &Charging, plugs: usize, measured: Duration) {
    let fails = world.faults.any();
    if fails {
        let down = ratio(sums.down as f64, plugs as f64 * millis(measured));
        to.set(group, "plugs_up", down.map(|down| 1.0 - down));
    }
    if fails || world.faults.failing_plug_ins > 0.0 {
        to.set(group, "sessions_cut", sums.cut as f64);
    }
    if world.charging.jockey.is_some() {
        to.set(group, "jockeyed", sums.counts.jockeyed as f64);
    }
    if world.charging.held.is_some() {
        to.set(group, "reservations_kept", sums.reservations_kept as f64);
        to.set(group, "reservations_lapsed", sums.reservations_lapsed as f64);
    }
    if world.charging.overstay.is_some() {
        to.set(group, "overstayed_minutes", sums.overstayed.as_secs_f64() / 60.0);
    }
}

/// Rides; nothing where nobody asks for any. Where nobody happened to, counts are zero and ratios do not apply.
fn rides(to: &mut Metrics, world: &World, rides: &Rides) {
    if rides.requested == 0 && !world.demand.as_ref().is_some_and(|demand| demand.rides_per_day() > 0.0) {
        return;
    }
    let requested = rides.requested as f64;
    let group = "rides.";
    to.set(group, "requested", requested);
    to.set(group, "served", rides.served as f64);
    to.set(group, "lost", rides.lost as f64);
    to.set(group, "unfinished", rides.unfinished as f64);
    to.set(group, "lost_share", ratio(rides.lost as f64, requested));
    for (why, name) in
        [(Loss::Impatient, "lost.impatient"), (Loss::NoCar, "lost.no_car"), (Loss::Price, "lost.price")]
    {
        to.set(group, name, rides.lost_why[why as usize] as f64);
    }
    to.set(group, "surge.mean", ratio(rides.surge_ppm as f64 / 1e6, requested).map(|added| 1.0 + added));
    to.set(group, "fare_kzt.mean", ratio(rides.fares.as_kzt_f64(), rides.served as f64));
    to.set(group, "pickup_wait_s.mean", ratio(rides.pickup_wait.as_secs_f64(), rides.served as f64));
}

/// Whether a station sells energy, rather than time at a plug.
pub(super) fn sells(world: &World, station: &Station) -> bool {
    world.plugs.range(&station.plugs).iter().any(|plug| plug.power.is_some())
}

/// What a station can give: each cabinet its power, or what its plugs can give together if that is less.
///
/// Plugs that are out of use count, and so does what a district's grid has not to spare: the capacity is what was built. A
/// plug whose power is not given has none.
fn power(world: &World, station: &Station) -> Power {
    let plugs = world.plugs.range(&station.plugs);
    plugs
        .chunk_by(|one, next| one.cabinet == next.cabinet)
        .map(|plugs| {
            let together: Power = plugs.iter().filter_map(|plug| plug.power).sum();
            together.min(world.cabinets[plugs[0].cabinet].power)
        })
        .sum()
}

/// The share of the energy that [cabinets could have given](power) which was drawn.
fn busy_by_energy(drawn: Energy, power: Power, measured: Duration) -> Option<f64> {
    ratio(drawn.as_kwh_f64(), power.as_kw_f64() * measured.as_hours_f64())
}

/// What stations that can give so much together gave.
fn energy(to: &mut Metrics, group: &str, sums: &Charging, power: Power, measured: Duration) {
    to.set(group, "energy_kwh", sums.drawn.as_kwh_f64());
    to.set(group, "busy_by_energy", busy_by_energy(sums.drawn, power, measured));
}

fn plugs(station: &Station) -> usize {
    station.plugs.end.index() - station.plugs.start.index()
}

fn station(world: &World, replication: &Replication, id: StationId) -> Metrics {
    let (station, sums) = (&world.stations[id], &replication.stations[id]);
    let mut to = Metrics::none(STATION);
    charging(&mut to, "", sums, plugs(station), replication.measured);
    wear(&mut to, "", world, sums, plugs(station), replication.measured);
    if sells(world, station) {
        energy(&mut to, "", sums, power(world, station), replication.measured);
        to.set("", "peak_kw", sums.peak_watts as f64 / 1e3);
        let account = Account::of(&world.costs, world.investments(id), sums, replication.measured);
        accounts::tell(&mut to, "", &world.costs, &[account], replication.measured);
    }
    to
}

/// Several stations taken together.
struct Group {
    sums: Charging,
    stations: usize,
    plugs: usize,
    /// What they can give together.
    power: Power,
    /// The accounts of those that sell energy.
    accounts: Vec<Account>,
}

fn group(world: &World, replication: &Replication, belongs: impl Fn(&Station) -> bool) -> Group {
    let mut group =
        Group { sums: Charging::default(), stations: 0, plugs: 0, power: Power::ZERO, accounts: Vec::new() };
    for (id, station) in world.stations.enumerate().filter(|(_, station)| belongs(station)) {
        let sums = &replication.stations[id];
        group.sums.merge(sums);
        group.stations += 1;
        group.plugs += plugs(station);
        group.power += power(world, station);
        if sells(world, station) {
            group.accounts.push(Account::of(&world.costs, world.investments(id), sums, replication.measured));
        }
    }
    group
}

/// Whether what a district's stations may draw is limited.
fn feeder(world: &World, district: DistrictId) -> bool {
    world.grid.as_ref().is_some_and(|grid| grid.feeder(district).is_some())
}

/// What the grid keeps from the sessions of some districts: the hours of those that draw less than they would, and
/// the share of time, over the districts, in which there is one.
fn grid(to: &mut Metrics, districts: &[Curtailed], measured: Duration) {
    let sum = |of: fn(&Curtailed) -> Duration| districts.iter().map(of).sum::<Duration>();
    to.set("grid.", "curtailed_hours", sum(|district| district.sessions).as_hours_f64());
    to.set(
        "grid.",
        "at_limit",
        ratio(millis(sum(|district| district.any)), districts.len() as f64 * millis(measured)),
    );
}

fn served(world: &World, replication: &Replication) -> Vec<Served> {
    let none = |population: &u32| Served { population: *population, plugs: 0, visits: 0, waited_s: 0.0 };
    let mut districts: Vec<Served> = world.population.iter().map(none).collect();
    for (id, station) in world.stations.enumerate() {
        if let Some(place) = station.place {
            let (sums, district) = (&replication.stations[id], &mut districts[place.district.index()]);
            district.plugs += plugs(station);
            district.visits += sums.waits.histogram.total();
            district.waited_s += sums.waits.sum.as_secs_f64();
        }
    }
    districts
}

fn districts(world: &World, replication: &Replication) -> Vec<Metrics> {
    let placed = world.stations.iter().any(|station| station.place.is_some());
    let electric = replication.fleets[Fuel::Electric as usize].taxis > 0;
    let sold = world.stations.iter().any(|station| station.place.is_some() && sells(world, station));
    let of = |id| {
        let mut to = Metrics::none(DISTRICT);
        let all =
            group(world, replication, |station| station.place.is_some_and(|place| place.district == id));
        if placed {
            to.set("", "stations", all.stations as f64);
            to.set("", "plugs", all.plugs as f64);
            let thousands = f64::from(world.population[id]) / 1e3;
            to.set("", "plugs_per_1000", ratio(all.plugs as f64, thousands));
        }
        // Where a city has stations, a district without any has no visits, rather than an unknown number of them.
        if placed {
            charging(&mut to, "", &all.sums, all.plugs, replication.measured);
            wear(&mut to, "", world, &all.sums, all.plugs, replication.measured);
        }
        if electric {
            to.set("", "stranded", replication.stranded[id] as f64);
        }
        if sold {
            accounts::tell(&mut to, "", &world.costs, &all.accounts, replication.measured);
            energy(&mut to, "", &all.sums, all.power, replication.measured);
            to.set("", "peak_kw", replication.district_peak_watts[id] as f64 / 1e3);
        }
        if feeder(world, id) {
            grid(&mut to, &[replication.curtailed[id]], replication.measured);
        }
        rides(&mut to, world, &replication.rides[id]);
        to
    };
    world.districts.ids().map(of).collect()
}

fn hour(world: &World, sums: &Hour) -> Metrics {
    let mut to = Metrics::none(HOUR);
    if sums.measured == Duration::ZERO {
        return to;
    }
    if !world.stations.is_empty() {
        counts(&mut to, "", sums.counts);
        waits(&mut to, "", &sums.waits);
        to.set("", "queue.mean", ratio(sums.queue as f64, millis(sums.measured)));
        to.set("", "busy", ratio(sums.busy as f64, world.plugs.len() as f64 * millis(sums.measured)));
    }
    if world.stations.iter().any(|station| sells(world, station)) {
        let all: Power = world.stations.iter().map(|station| power(world, station)).sum();
        to.set("", "busy_by_energy", busy_by_energy(sums.drawn, all, sums.measured));
        to.set("", "energy_kwh", sums.drawn.as_kwh_f64());
        to.set("", "drawn_kw.max", sums.peak_watts as f64 / 1e3);
        to.set("", "drawn_kw.mean", ratio(sums.drawn.as_kwh_f64(), sums.measured.as_hours_f64()));
    }
    if world.taxis.iter().any(|taxi| taxi.fuel == Fuel::Electric) {
        to.set("", "taxis.charging.mean", ratio(millis(sums.charging), millis(sums.measured)));
        if world.charging.jockey.is_some() {
            to.set("", "jockeyed", sums.counts.jockeyed as f64);
        }
    }
    rides(&mut to, world, &sums.rides);
    to
}

fn city(world: &World, replication: &Replication) -> Metrics {
    let mut to = Metrics::none(CITY);
    let all = group(world, replication, |_| true);
    if all.stations > 0 {
        charging(&mut to, "charging.", &all.sums, all.plugs, replication.measured);
        wear(&mut to, "charging.", world, &all.sums, all.plugs, replication.measured);
    }
    if !all.accounts.is_empty() {
        energy(&mut to, "charging.", &all.sums, all.power, replication.measured);
        to.set("charging.", "peak_kw", replication.peak_watts as f64 / 1e3);
        accounts::tell(&mut to, "operators.", &world.costs, &all.accounts, replication.measured);
    }
    let limited = world.districts.ids().filter(|id| feeder(world, *id));
    let curtailed: Vec<Curtailed> = limited.map(|id| replication.curtailed[id]).collect();
    if !curtailed.is_empty() {
        grid(&mut to, &curtailed, replication.measured);
    }
    if world.stations.iter().any(|station| station.place.is_some()) {
        equity::tell(&mut to, &served(world, replication));
    }
    let mut sum = Rides::default();
    replication.rides.iter().for_each(|rides| sum.merge(rides));
    rides(&mut to, world, &sum);
    if sum.served > 0 {
        let pickups = &replication.pickup_waits;
        quantiles(&mut to, "rides.pickup_wait_s", Sample::of(pickups, pickups.highest()));
    }

    let electric = &replication.fleets[Fuel::Electric as usize];
    work(&mut to, "taxis.", electric, replication.measured);
    if electric.taxis > 0 {
        electricity(&mut to, "taxis.", electric, replication.measured);
    }
    let mut fleet = Fleet::default();
    replication.fleets.iter().for_each(|fuel| fleet.merge(fuel));
    work(&mut to, "fleet.", &fleet, replication.measured);
    drivers::tell(&mut to, &replication.drivers, replication.measured);
    for (fuel, name) in [(Fuel::Electric, "electric"), (Fuel::Petrol, "petrol"), (Fuel::Lpg, "lpg")] {
        let fleet = &replication.fleets[fuel as usize];
        to.set("drivers.net_kzt_per_hour.", name, net_per_hour(fleet));
        to.set("fleet.empty_km_share.", name, empty_share(fleet));
        to.set("fleet.co2_g_per_km.", name, ratio(1e3 * co2(world, fuel, fleet), kilometres(fleet)));
    }
    if fleet.taxis > 0 {
        let all = [Fuel::Electric, Fuel::Petrol, Fuel::Lpg].into_iter();
        let kg: f64 = all.map(|fuel| co2(world, fuel, &replication.fleets[fuel as usize])).sum();
        to.set("city.", "co2_kg", kg);
    }
    to
}

/// What a group of taxis drives, per taxi and day.
pub(super) fn work(to: &mut Metrics, group: &str, fleet: &Fleet, measured: Duration) {
    let taxi_days = fleet.taxis as f64 * millis(measured) / millis(Duration::DAY);
    to.set(group, "km_per_day", ratio(kilometres(fleet), taxi_days));
    to.set(group, "empty_km_share", empty_share(fleet));
    to.set(group, "rides_per_day", ratio(fleet.rides as f64, taxi_days));
}

/// The share of its kilometres that a group of taxis drives without a passenger.
fn empty_share(fleet: &Fleet) -> Option<f64> {
    let km = kilometres(fleet);
    ratio(km - fleet.driven[Doing::Carrying as usize].as_km_f64(), km)
}

pub(super) fn kilometres(fleet: &Fleet) -> f64 {
    fleet.driven.iter().map(|length| length.as_km_f64()).sum()
}

/// The carbon dioxide of what taxis charged or burnt, in kilograms.
fn co2(world: &World, fuel: Fuel, fleet: &Fleet) -> f64 {
    world.emissions.kg(fuel, fleet.charged.1 + fleet.charged_at_home.1, fleet.burnt)
}

/// What charging means to electric taxis.
pub(super) fn electricity(to: &mut Metrics, group: &str, fleet: &Fleet, measured: Duration) {
    let taxi_days = fleet.taxis as f64 * millis(measured) / millis(Duration::DAY);
    let spent = |doing: Doing| fleet.time[doing as usize];
    let queued = spent(Doing::Queued);
    let (to_plug, plugged_in) = (spent(Doing::SeekingCharge), spent(Doing::Charging));
    let charging = to_plug + queued + plugged_in;
    to.set(group, "charging_hours_per_day", ratio(charging.as_hours_f64(), taxi_days));
    to.set(group, "to_plug_hours_per_day", ratio(to_plug.as_hours_f64(), taxi_days));
    to.set(group, "queue_hours_per_day", ratio(queued.as_hours_f64(), taxi_days));
    to.set(group, "plugged_in_hours_per_day", ratio(plugged_in.as_hours_f64(), taxi_days));
    to.set(group, "stranded", fleet.stranded as f64);
    to.set(group, "without_plug", fleet.without_plug as f64);
    let bills = fleet.charged.0 + fleet.charged_at_home.0;
    to.set(group, "energy_cost_kzt_per_km", ratio(bills.as_kzt_f64(), kilometres(fleet)));
}

/// What drivers keep of their fares after energy, lease, tows and the city's fees, per hour on shift, in tenge.
pub(super) fn net_per_hour(fleet: &Fleet) -> Option<f64> {
    let on_shift: Duration = Doing::ALL
        .into_iter()
        .filter(|doing| *doing != Doing::OffShift)
        .map(|doing| fleet.time[doing as usize])
        .sum();
    let running = [fleet.charged.0, fleet.charged_at_home.0, fleet.fuel, fleet.lease, fleet.tow];
    let costs: Money = running.into_iter().chain([fleet.parking, fleet.zone]).sum();
    ratio((fleet.earned - costs).as_kzt_f64(), on_shift.as_hours_f64())
}

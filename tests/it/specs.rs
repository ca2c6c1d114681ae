//! Small stories of the city, each a scenario in `specs/` beside the log of what happens in it.

use crate::stage::{self, scenario, world};
use insta::{assert_snapshot, with_settings};
use std::fmt::Write;
use zaryad::ids::{Id, PlugId, RideId, StationId, TaxiId};
use zaryad::observe::{Cost, Doing, LateEnd, Loss, Observation, Visit, Visitor};
use zaryad::units::{Duration, Energy, Money, Power, Time, Volume};
use zaryad::world::{Fuel, Inlet, World};

/// The story happens as its log says; `cargo insta review`, or `INSTA_UPDATE=always`, takes a new log.
fn check(name: &str, text: &str) {
    assert!(text.starts_with("# "), "{name} does not begin with its story");
    let world = world(&scenario(text), 0);
    let told = Teller::tell(&world);
    with_settings!({ snapshot_path => "specs", prepend_module_to_snapshot => false, omit_expression => true }, {
        assert_snapshot!(name, told);
    });
}

#[test]
fn the_third_car_at_two_plugs_waits() {
    check("three_cars_at_two_plugs", include_str!("specs/three_cars_at_two_plugs.toml"));
}

#[test]
fn two_cars_share_a_cabinet() {
    check("a_shared_cabinet", include_str!("specs/a_shared_cabinet.toml"));
}

#[test]
fn two_cars_share_a_cabinet_in_the_cold() {
    check("a_cold_night", include_str!("specs/a_cold_night.toml"));
}

#[test]
fn a_bus_lane_fills() {
    check("a_bus_lane_fills", include_str!("specs/a_bus_lane_fills.toml"));
}

#[test]
fn a_driver_who_loses_patience_goes_elsewhere() {
    check("a_driver_loses_patience", include_str!("specs/a_driver_loses_patience.toml"));
}

#[test]
fn a_stranded_car_is_towed() {
    check("a_stranded_car", include_str!("specs/a_stranded_car.toml"));
}

#[test]
fn two_drivers_hand_a_car_over() {
    check("a_handover", include_str!("specs/a_handover.toml"));
}

#[test]
fn a_driver_stops_for_fuel() {
    check("a_stop_for_fuel", include_str!("specs/a_stop_for_fuel.toml"));
}

#[test]
fn passengers_and_cars_are_matched_in_batches() {
    check("a_batch", include_str!("specs/a_batch.toml"));
}

#[test]
fn fares_rise_where_cars_are_short() {
    check("a_surge", include_str!("specs/a_surge.toml"));
}

#[test]
fn a_car_drives_past_a_plug_that_does_not_fit() {
    check("a_plug_that_does_not_fit", include_str!("specs/a_plug_that_does_not_fit.toml"));
}

#[test]
fn an_adapter_opens_a_plug_of_another_standard() {
    check("an_adapter", include_str!("specs/an_adapter.toml"));
}

#[test]
fn a_driver_goes_home_to_charge() {
    check("charging_at_home", include_str!("specs/charging_at_home.toml"));
}

#[test]
fn a_session_over_two_bands_is_billed_once_at_both_prices() {
    check("a_bill_over_two_bands", include_str!("specs/a_bill_over_two_bands.toml"));
}

#[test]
fn nobody_pays_more_than_the_ceiling() {
    check("a_ceiling_that_binds", include_str!("specs/a_ceiling_that_binds.toml"));
}

#[test]
fn a_district_shares_what_the_grid_can_spare() {
    check("a_curtailed_district", include_str!("specs/a_curtailed_district.toml"));
}

#[test]
fn a_car_is_charged_before_it_is_handed_over() {
    check("before_the_handover", include_str!("specs/before_the_handover.toml"));
}

#[test]
fn a_charger_at_home_waits_for_the_night() {
    check("home_at_night", include_str!("specs/home_at_night.toml"));
}

#[test]
fn a_car_stays_on_after_its_session_and_pays_for_it() {
    check("a_car_that_stays_on", include_str!("specs/a_car_that_stays_on.toml"));
}

#[test]
fn a_plug_that_fails_cuts_its_session() {
    check("a_plug_that_fails", include_str!("specs/a_plug_that_fails.toml"));
}

#[test]
fn an_outage_sends_drivers_from_a_hub() {
    check("an_outage_of_a_hub", include_str!("specs/an_outage_of_a_hub.toml"));
}

#[test]
fn a_queued_driver_moves_to_a_station_that_serves_sooner() {
    check("a_driver_who_jockeys", include_str!("specs/a_driver_who_jockeys.toml"));
}

#[test]
fn a_reserved_plug_waits_for_its_driver() {
    check("a_reservation_kept", include_str!("specs/a_reservation_kept.toml"));
}

#[test]
fn a_reservation_lapses_when_its_driver_is_late() {
    check("a_reservation_lapsed", include_str!("specs/a_reservation_lapsed.toml"));
}

/// Puts facts into words.
struct Teller<'a> {
    world: &'a World,
    /// What each taxi's battery holds.
    stored: Vec<Energy>,
    /// What each taxi's tank holds.
    tanks: Vec<Volume>,
    /// Who is at each plug.
    at: Vec<Option<Visit>>,
    text: String,
}

impl<'a> Teller<'a> {
    /// What happens in a world.
    fn tell(world: &'a World) -> String {
        let mut log: stage::Log = Vec::new();
        stage::run(world, &mut log);
        let stored = world.taxis.iter().map(|taxi| taxi.stored_at_start).collect();
        let tanks = world.taxis.iter().map(|taxi| taxi.tank_at_start).collect();
        let mut teller =
            Self { world, stored, tanks, at: vec![None; world.plugs.len()], text: String::new() };
        for (now, what) in log {
            if let Some(line) = teller.line(now, what) {
                let second = Time::from_millis(now.as_millis() / 1_000 * 1_000);
                let _ = writeln!(teller.text, "{second} {line}");
            }
        }
        teller.text
    }

    /// A fact in words; nothing for one that goes without saying.
    #[expect(clippy::too_many_lines, reason = "one arm for each kind of fact")]
    fn line(&mut self, now: Time, what: Observation) -> Option<String> {
        Some(match what {
            Observation::Began { taxi, doing, before, since: _ } => return self.begins(taxi, doing, before),
            Observation::Drove { taxi, doing: _, drive } => {
                self.stored[taxi.index()] -= drive.energy;
                self.tanks[taxi.index()] -= drive.fuel;
                let (minutes, charge) = (minutes(drive.lasting), self.charge(taxi));
                let km = drive.length.as_km_f64();
                format!("{} has driven {km:.1} km in {minutes} and has {charge} left", name(taxi))
            }
            Observation::Drained { taxi, energy } => {
                self.stored[taxi.index()] -= energy;
                return None;
            }
            Observation::ChargedAtHome { taxi, energy, bill } => {
                self.stored[taxi.index()] += energy;
                format!("{} has charged {} at home for {}", name(taxi), kwh(energy), tenge(bill))
            }
            Observation::Paid { taxi, what, amount } => return paid(taxi, what, amount),
            Observation::Drawing { power: Power::ZERO, .. } => return None,
            Observation::Stranded { taxi, .. } => {
                format!("{} stands still: its battery is empty", name(taxi))
            }
            Observation::Refuelled { taxi, volume, bill } => {
                self.tanks[taxi.index()] += volume;
                format!("{} fills up {:.1} l for {}", name(taxi), volume.as_litres_f64(), tenge(bill))
            }
            Observation::HandedOver { taxi, driver } => {
                format!("driver {} takes over {}", driver + 1, name(taxi))
            }
            Observation::WithoutPlug { taxi } => format!("{} knows no plug that fits", name(taxi)),
            Observation::Arrived(visit) => format!("{} arrives at {}", who(visit), self.place(visit)),
            Observation::Balked(visit) => {
                format!("{} sees the queue at {} and leaves", who(visit), self.place(visit))
            }
            Observation::Refused(visit) => format!("{} is refused at {}", who(visit), self.place(visit)),
            Observation::Queued(visit) => format!("{} waits at {}", who(visit), self.place(visit)),
            Observation::Reneged(visit) => {
                let waited = minutes(now - visit.arrived);
                format!("{} gives up at {} after {waited}", who(visit), self.place(visit))
            }
            Observation::PluggedIn { visit, plug } => {
                self.at[plug.index()] = Some(visit);
                let waited = now - visit.arrived;
                let after = match waited {
                    Duration::ZERO => "at once".to_owned(),
                    _ => format!("after {}", minutes(waited)),
                };
                format!("{} plugs in at {} {after}", who(visit), self.place(visit))
            }
            Observation::Drawing { plug, power, .. } => {
                format!("{} draws {:.1} kW", self.guest(plug), power.as_kw_f64())
            }
            Observation::Curtailed { district, sessions: 0 } => {
                format!("the grid of {} curtails nobody", self.world.districts[district])
            }
            Observation::Curtailed { district, sessions } => {
                format!("the grid of {} curtails {sessions}", self.world.districts[district])
            }
            Observation::Unplugged { visit, plug, plugged_in, energy, bill } => {
                self.at[plug.index()] = None;
                let mut charge = String::new();
                if let Visitor::Taxi(taxi) = visit.visitor {
                    self.stored[taxi.index()] += energy;
                    charge = format!(" with {}", self.charge(taxi));
                }
                format!(
                    "{} unplugs at {}{charge}: {} in {} for {}",
                    who(visit),
                    self.place(visit),
                    kwh(energy),
                    minutes(now - plugged_in),
                    tenge(bill)
                )
            }
            Observation::Jockeyed { visit, to } => {
                format!("{} finds {} quicker", who(visit), self.world.stations[to].name)
            }
            Observation::Reserved { taxi, station, plug } => {
                format!("{} reserves {}", name(taxi), self.plug(station, plug))
            }
            Observation::ReservationKept { taxi, station, plug } => {
                format!("{} finds {} held", name(taxi), self.plug(station, plug))
            }
            Observation::ReservationLapsed { taxi, station, plug } => {
                format!("{} is no longer held for {}", self.plug(station, plug), name(taxi))
            }
            Observation::ReservationUnfinished { taxi, station, plug } => {
                format!("{} is still held for {}", self.plug(station, plug), name(taxi))
            }
            Observation::PlugDown { station, plug } => format!("{} is out of use", self.plug(station, plug)),
            Observation::PlugUp { station, plug } => format!("{} works again", self.plug(station, plug)),
            Observation::Cut { visit, .. } => format!("{} is cut off at {}", who(visit), self.place(visit)),
            Observation::Failed { visit, plugged_in: None, .. } => {
                format!("{}'s plug-in fails at {}", who(visit), self.place(visit))
            }
            Observation::Failed { visit, plug, plugged_in: Some(_) } => {
                self.at[plug.index()] = None;
                format!("{} leaves {} with nothing", who(visit), self.place(visit))
            }
            Observation::Overstayed { visit, lasting, .. } => {
                format!("{} has stayed for {} after its session", who(visit), minutes(lasting))
            }
            Observation::VisitUnfinished { visit, session: None } => {
                format!("{} still waits at {}", who(visit), self.place(visit))
            }
            Observation::VisitUnfinished { visit, session: Some((_, energy)) } => {
                format!("{} is still plugged in at {} with {}", who(visit), self.place(visit), kwh(energy))
            }
            Observation::FollowedUp { visit, plugged_in, end } => {
                let waited = match plugged_in {
                    Some(since) => format!("after a wait of {}", minutes(since - visit.arrived)),
                    None => "without a plug".to_owned(),
                };
                let ended = match end {
                    LateEnd::Served => "unplugs",
                    LateEnd::Left => "leaves",
                    LateEnd::Failed => "leaves with nothing",
                    LateEnd::Open => "is still there",
                };
                format!("(after the end) {} {ended} at {} {waited}", who(visit), self.place(visit))
            }
            Observation::Requested { ride, from } => {
                format!("{} asks for a car in {}", passenger(ride), self.world.districts[from])
            }
            Observation::Assigned { ride, taxi } => format!("{} sets out to {}", name(taxi), passenger(ride)),
            Observation::PickedUp { ride, taxi } => format!("{} picks up {}", name(taxi), passenger(ride)),
            Observation::Served { ride, taxi, fare, .. } => {
                format!("{} drops off {} for {}", name(taxi), passenger(ride), tenge(fare))
            }
            Observation::Surged { ride, multiplier_ppm, .. } => {
                let times = multiplier_ppm as f64 / 1e6;
                format!("{} is asked for {times:.2} times the fare", passenger(ride))
            }
            Observation::Lost { ride, why: Loss::Price, .. } => {
                format!("{} finds it too dear", passenger(ride))
            }
            Observation::Lost { ride, requested, why: Loss::Impatient | Loss::NoCar, .. } => {
                format!("{} gives up after {}", passenger(ride), minutes(now - requested))
            }
            Observation::RideUnfinished { ride, .. } => format!("{} has not arrived yet", passenger(ride)),
        })
    }

    fn begins(&self, taxi: TaxiId, doing: Doing, before: Doing) -> Option<String> {
        let what = match doing {
            Doing::OffShift => "is at home",
            Doing::Idle => "waits for a ride",
            Doing::SeekingCharge => "sets out for a plug",
            Doing::Refuelling => "stops for fuel",
            Doing::Repositioning => "sets out for another district",
            Doing::Parking => "looks for a place to park",
            Doing::Homing => "sets out for home",
            Doing::Approaching | Doing::Carrying | Doing::Queued | Doing::Charging | Doing::Stranded => {
                return None;
            }
        };
        let start = if before == Doing::OffShift {
            format!("begins a shift{} with {} and ", self.inlet(taxi), self.charge(taxi))
        } else {
            String::new()
        };
        Some(format!("{} {start}{what}", name(taxi)))
    }

    /// The charge of a taxi's battery, or what is in its tank.
    fn charge(&self, taxi: TaxiId) -> String {
        if self.world.taxis[taxi].fuel != Fuel::Electric {
            return format!("{:.1} l", self.tanks[taxi.index()].as_litres_f64());
        }
        let capacity = self.world.models[self.world.taxis[taxi].model].battery.capacity;
        format!("{:.1} %", 100.0 * self.stored[taxi.index()].as_kwh_f64() / capacity.as_kwh_f64())
    }

    /// The inlet of a taxi, in a town where it matters.
    fn inlet(&self, taxi: TaxiId) -> &'static str {
        if self.world.plugs.iter().all(|plug| Inlet::ALL.iter().all(|inlet| plug.fits & inlet.bit() != 0)) {
            return "";
        }
        match self.world.taxis[taxi].inlet {
            Inlet::Gbt => " in a GB/T car",
            Inlet::Ccs2 => " in a CCS2 car",
            Inlet::Tesla => " in a Tesla car",
            Inlet::Chademo => " in a CHAdeMO car",
        }
    }

    fn place(&self, visit: Visit) -> &'a str {
        &self.world.stations[visit.station].name
    }

    /// A plug by its number at its station.
    fn plug(&self, station: StationId, plug: PlugId) -> String {
        let facts = &self.world.stations[station];
        format!("plug {} at {}", plug.index() - facts.plugs.start.index() + 1, facts.name)
    }

    fn guest(&self, plug: PlugId) -> String {
        who(self.at[plug.index()].expect("power flows to a guest"))
    }
}

fn paid(taxi: TaxiId, what: Cost, amount: Money) -> Option<String> {
    let (name, amount) = (name(taxi), tenge(amount));
    Some(match what {
        Cost::Lease => return None,
        Cost::Tow => format!("{name} is towed for {amount}"),
        Cost::Parking => format!("{name} parks for {amount}"),
        Cost::Zone => format!("{name} pays {amount} for the low-emission zone"),
    })
}

fn name(taxi: TaxiId) -> String {
    format!("taxi {}", taxi.index() + 1)
}

fn passenger(ride: RideId) -> String {
    format!("passenger {}", ride.index() + 1)
}

fn who(visit: Visit) -> String {
    match visit.visitor {
        Visitor::Taxi(taxi) => name(taxi),
        Visitor::WalkIn(_) => format!("visitor {}", visit.id.index() + 1),
    }
}

fn minutes(span: Duration) -> String {
    format!("{:.0} min", span.as_secs_f64() / 60.0)
}

fn kwh(energy: Energy) -> String {
    format!("{:.1} kWh", energy.as_kwh_f64())
}

fn tenge(money: Money) -> String {
    format!("{} tenge", money.as_tiyn() / 100)
}

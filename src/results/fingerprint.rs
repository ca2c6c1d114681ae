//! One number for a whole run: two runs that differ in any fact differ in it.

use crate::observe::{Cost, Doing, Observation, Observer, Visit, Visitor};
use crate::units::Time;

/// Bytes gathered before they are hashed: much cheaper than hashing fact by fact.
const ROOM: usize = 1 << 15;
/// The most bytes that one fact takes.
const LONGEST: usize = 8 * 8;

/// Hashes every fact of a run, those of the warm-up among them.
pub struct Fingerprint {
    hasher: blake3::Hasher,
    buffer: Vec<u8>,
    filled: usize,
    facts: u64,
}

impl Default for Fingerprint {
    fn default() -> Self {
        Self { hasher: blake3::Hasher::new(), buffer: vec![0; ROOM + LONGEST], filled: 0, facts: 0 }
    }
}

impl Fingerprint {
    /// The hash of the facts so far, and how many there were.
    pub fn finish(mut self) -> (blake3::Hash, u64) {
        self.hasher.update(&self.buffer[..self.filled]);
        (self.hasher.finalize(), self.facts)
    }

    /// Appends a fact as words; each kind has its own length, so that no two facts read alike.
    #[inline]
    fn put<const N: usize>(&mut self, now: Time, kind: u8, words: [u64; N]) {
        let bytes = &mut self.buffer[self.filled..self.filled + 8 * (N + 1)];
        let (head, tail) = bytes.split_at_mut(8);
        head.copy_from_slice(&((now.as_millis() as u64) << 8 | u64::from(kind)).to_le_bytes());
        for (chunk, word) in tail.chunks_exact_mut(8).zip(words) {
            chunk.copy_from_slice(&word.to_le_bytes());
        }
        self.filled += 8 * (N + 1);
        self.facts += 1;
        if self.filled >= ROOM {
            self.hasher.update(&self.buffer[..self.filled]);
            self.filled = 0;
        }
    }
}

/// Two ids, or an id and a small number, in one word.
#[inline]
fn pair(high: u32, low: u32) -> u64 {
    u64::from(high) << 32 | u64::from(low)
}

#[inline]
fn doing(doing: Doing) -> u32 {
    doing as u32
}

/// A visit in three words.
#[inline]
fn visit(visit: Visit) -> [u64; 3] {
    let who = match visit.visitor {
        Visitor::Taxi(taxi) => u64::from(taxi.0),
        Visitor::WalkIn(stream) => u64::MAX - u64::from(stream.0),
    };
    [pair(visit.id.0, visit.station.0), who, visit.arrived.as_millis() as u64]
}

impl Observer for Fingerprint {
    #[expect(clippy::too_many_lines, reason = "one arm a fact")]
    fn observe(&mut self, now: Time, what: Observation) {
        match what {
            Observation::Requested { ride, from } => self.put(now, 0, [pair(ride.0, u32::from(from.0))]),
            Observation::Assigned { ride, taxi } => self.put(now, 1, [pair(ride.0, taxi.0)]),
            Observation::PickedUp { ride, taxi } => self.put(now, 2, [pair(ride.0, taxi.0)]),
            Observation::Served { ride, taxi, from, requested, picked_up, fare, driver_share } => {
                let words = [
                    pair(ride.0, taxi.0),
                    u64::from(from.0),
                    requested.as_millis() as u64,
                    picked_up.as_millis() as u64,
                    fare.as_tiyn() as u64,
                    driver_share.as_tiyn() as u64,
                ];
                self.put(now, 3, words);
            }
            Observation::Lost { ride, from, requested, why } => {
                let words = [pair(ride.0, u32::from(from.0)), requested.as_millis() as u64, why as u64];
                self.put(now, 4, words);
            }
            Observation::RideUnfinished { ride, from, requested } => {
                self.put(now, 5, [pair(ride.0, u32::from(from.0)), requested.as_millis() as u64]);
            }
            Observation::Began { taxi, doing: new, before, since } => {
                let change = doing(new) << 8 | doing(before);
                self.put(now, 6, [pair(taxi.0, change), since.as_millis() as u64]);
            }
            Observation::Drove { taxi, doing: end, drive } => {
                let words = [
                    pair(taxi.0, doing(end)),
                    drive.length.as_metres() as u64,
                    drive.lasting.as_millis() as u64,
                    drive.energy.as_millijoules() as u64,
                    drive.fuel.as_microlitres() as u64,
                ];
                self.put(now, 7, words);
            }
            Observation::Drained { taxi, energy } => {
                self.put(now, 8, [u64::from(taxi.0), energy.as_millijoules() as u64]);
            }
            Observation::Paid { taxi, what, amount } => {
                let what = match what {
                    Cost::Lease => 1,
                    Cost::Tow => 2,
                    Cost::Parking => 3,
                    Cost::Zone => 4,
                };
                self.put(now, 9, [pair(taxi.0, what), amount.as_tiyn() as u64]);
            }
            Observation::ChargedAtHome { taxi, energy, bill } => {
                let words = [u64::from(taxi.0), energy.as_millijoules() as u64, bill.as_tiyn() as u64];
                self.put(now, 10, words);
            }
            Observation::Surged { ride, from, multiplier_ppm } => {
                self.put(now, 42, [pair(ride.0, u32::from(from.0)), multiplier_ppm as u64]);
            }
            Observation::Refuelled { taxi, volume, bill } => {
                let words = [u64::from(taxi.0), volume.as_microlitres() as u64, bill.as_tiyn() as u64];
                self.put(now, 41, words);
            }
            Observation::HandedOver { taxi, driver } => {
                self.put(now, 40, [pair(taxi.0, u32::from(driver))]);
            }
            Observation::Stranded { taxi, from } => {
                let from = from.map_or(u64::MAX, |district| u64::from(district.0));
                self.put(now, 11, [u64::from(taxi.0), from]);
            }
            Observation::WithoutPlug { taxi } => self.put(now, 12, [u64::from(taxi.0)]),
            Observation::Arrived(of) => self.put(now, 13, visit(of)),
            Observation::Balked(of) => self.put(now, 14, visit(of)),
            Observation::Refused(of) => self.put(now, 15, visit(of)),
            Observation::Queued(of) => self.put(now, 16, visit(of)),
            Observation::Reneged(of) => self.put(now, 17, visit(of)),
            Observation::PluggedIn { visit: of, plug } => {
                let [a, b, c] = visit(of);
                self.put(now, 18, [a, b, c, u64::from(plug.0)]);
            }
            Observation::Drawing { station, plug, power, before, since } => {
                let words = [
                    pair(station.0, plug.0),
                    power.as_watts() as u64,
                    before.as_watts() as u64,
                    since.as_millis() as u64,
                ];
                self.put(now, 19, words);
            }
            Observation::Unplugged { visit: of, plug, plugged_in, energy, bill } => {
                let [a, b, c] = visit(of);
                let words = [
                    a,
                    b,
                    c,
                    u64::from(plug.0),
                    plugged_in.as_millis() as u64,
                    energy.as_millijoules() as u64,
                    bill.as_tiyn() as u64,
                ];
                self.put(now, 20, words);
            }
            Observation::Curtailed { district, sessions } => {
                self.put(now, 60, [pair(u32::from(district.0), sessions)]);
            }
            Observation::Jockeyed { visit: of, to } => {
                let [a, b, c] = visit(of);
                self.put(now, 74, [a, b, c, u64::from(to.0)]);
            }
            Observation::Reserved { taxi, station, plug } => {
                self.put(now, 75, [pair(station.0, plug.0), u64::from(taxi.0)]);
            }
            Observation::ReservationKept { taxi, station, plug } => {
                self.put(now, 76, [pair(station.0, plug.0), u64::from(taxi.0)]);
            }
            Observation::ReservationLapsed { taxi, station, plug } => {
                self.put(now, 77, [pair(station.0, plug.0), u64::from(taxi.0)]);
            }
            Observation::ReservationUnfinished { taxi, station, plug } => {
                self.put(now, 78, [pair(station.0, plug.0), u64::from(taxi.0)]);
            }
            Observation::PlugDown { station, plug } => self.put(now, 70, [pair(station.0, plug.0)]),
            Observation::PlugUp { station, plug } => self.put(now, 71, [pair(station.0, plug.0)]),
            Observation::Cut { visit: of, plug } => {
                let [a, b, c] = visit(of);
                self.put(now, 72, [a, b, c, u64::from(plug.0)]);
            }
            Observation::Failed { visit: of, plug, plugged_in } => {
                let [a, b, c] = visit(of);
                let since = plugged_in.map_or(u64::MAX, |since| since.as_millis() as u64);
                self.put(now, 79, [a, b, c, u64::from(plug.0), since]);
            }
            Observation::Overstayed { visit: of, plug, lasting } => {
                let [a, b, c] = visit(of);
                self.put(now, 73, [a, b, c, u64::from(plug.0), lasting.as_millis() as u64]);
            }
            Observation::VisitUnfinished { visit: of, session } => {
                let [a, b, c] = visit(of);
                let (plug, energy) = session.map_or((u64::MAX, 0), |(plug, energy)| {
                    (u64::from(plug.0), energy.as_millijoules() as u64)
                });
                self.put(now, 21, [a, b, c, plug, energy]);
            }
            Observation::FollowedUp { visit: of, plugged_in, end } => {
                let [a, b, c] = visit(of);
                let since = plugged_in.map_or(u64::MAX, |since| since.as_millis() as u64);
                self.put(now, 80, [a, b, c, since, end as u64]);
            }
        }
    }
}

//! What each lever of a scenario moves, and in which direction, under common random numbers.

mod charging;
mod drivers;
mod money;
mod roads;

use crate::stage::moved;

/// From one scenario to the other a metric rises, beyond chance.
#[track_caller]
fn rises(name: &str, before: &str, after: &str) {
    let moved = moved(before, after, name);
    assert!(moved.low > 0.0, "{name}: {moved:?}\nfrom\n{before}\nto\n{after}");
}

/// From one scenario to the other a metric falls, beyond chance.
#[track_caller]
fn falls(name: &str, before: &str, after: &str) {
    let moved = moved(before, after, name);
    assert!(moved.high < 0.0, "{name}: {moved:?}\nfrom\n{before}\nto\n{after}");
}

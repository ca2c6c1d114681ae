//! What each lever of a scenario moves, and in which direction, under common random numbers.

mod charging;
mod drivers;
mod money;
mod roads;

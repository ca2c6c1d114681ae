//! Results for people: text for a terminal.

mod compare;
mod sweep;
mod terminal;

pub use compare::text as comparison;
pub use sweep::{axes, text as sweep};
pub use terminal::text;

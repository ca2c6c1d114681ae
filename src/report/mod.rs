//! Results for people: text for a terminal.

mod sweep;
mod terminal;

pub use sweep::{axes, text as sweep};
pub use terminal::text;

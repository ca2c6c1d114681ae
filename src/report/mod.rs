//! Results for people: text for a terminal.

mod choice;
mod compare;
mod influence;
mod sweep;
mod terminal;

pub use choice::text as choice;
pub use compare::text as comparison;
pub use influence::text as influence;
pub use sweep::{axes, text as sweep};
pub use terminal::text;

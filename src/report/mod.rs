//! Results for people: text for a terminal.

mod terminal;

pub use terminal::text;

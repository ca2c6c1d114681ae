//! Results for people: text for a terminal, and a page.

mod bars;
mod choice;
mod compare;
mod figures;
mod influence;
mod page;
mod sweep;
mod table;
mod terminal;

pub use choice::text as choice;
pub use compare::text as comparison;
pub use figures::{paragraph, wrapped};
pub use influence::text as influence;
pub use page::{Caution, PAGE_FILES, Shown, comparison_page, page, sweep_page};
pub use sweep::{axes, text as sweep};
pub use terminal::text;

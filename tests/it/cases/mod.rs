//! Small inputs that once went wrong, each with what is right, by theme.

mod bounds;
mod drivers;
mod folders;
mod instants;
mod keys;
mod layers;
mod manners;
mod numbers;
mod roads;
mod statements;
mod visits;
mod widths;

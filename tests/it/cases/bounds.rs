//! What a scenario may not say, and what layers do to it.

//! What must not go on for ever at one instant.

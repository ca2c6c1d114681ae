//! Drivers with little charge, long shifts and nothing to gain.

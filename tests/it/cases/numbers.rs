//! Numbers of results that must be finite, complete and of the right year.

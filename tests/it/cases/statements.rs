//! Intervals and verdicts that hold.

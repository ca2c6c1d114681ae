//! What commands say of themselves, and how wide.

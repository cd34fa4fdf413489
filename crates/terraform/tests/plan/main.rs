//! Plans and states, written by hand to the documented format, and by the terraform binary where it is there.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]

mod bad;
mod reality;
mod state;
mod support;
mod values;

//! One file a system, or a folder: what it is told, what it asks, how its answers become the rows of its export.

pub(crate) mod autotask;
pub(crate) mod connectwise;
pub(crate) mod halopsa;
pub(crate) mod kaseya_bms;
pub(crate) mod microsoft;
pub(crate) mod pax8;
pub(crate) mod sherweb;

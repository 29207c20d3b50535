//! The systems that can be read: a new one is a file in `systems` and a line here.

use crate::source::System;
use crate::systems;

/// The systems that can be read.
pub static SYSTEMS: &[&System] = &[
    &systems::autotask::SYSTEM,
    &systems::connectwise::SYSTEM,
    &systems::halopsa::SYSTEM,
    &systems::kaseya_bms::SYSTEM,
    &systems::microsoft::SYSTEM,
    &systems::pax8::SYSTEM,
    &systems::sherweb::SYSTEM,
];

/// The system that a word in `seatdrift.toml` means.
pub fn system(word: &str) -> Option<&'static System> {
    SYSTEMS.iter().copied().find(|system| system.word == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_system_says_what_it_needs() {
        for system in SYSTEMS {
            assert!(!system.secrets.is_empty() && !system.rights.is_empty(), "{}", system.word);
            assert!(system.manners.per_second > 0);
        }
    }
}

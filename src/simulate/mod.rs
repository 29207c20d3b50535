//! A made-up MSP: exports, decisions and the truth.

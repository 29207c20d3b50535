//! Numbers → the probability that two names are one thing.

//! Series → the month one should expect, as a distribution.

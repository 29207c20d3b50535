//! Matched lines → differences in units and money.

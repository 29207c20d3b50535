//! Two lists of names → the pairs worth comparing.

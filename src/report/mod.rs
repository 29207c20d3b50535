//! A run → files and words a person reads: one file per format.

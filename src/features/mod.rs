//! Pairs → numbers: the one place where names become an ndarray.

//! What people decided: the append-only file, and the labels it yields.

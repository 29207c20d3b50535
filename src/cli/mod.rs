//! One file per command: arguments, call, print.

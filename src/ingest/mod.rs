//! Exports → typed rows and rejected rows: the only text parsing in the program.

//! Scored pairs → who belongs to whom: accepted, asked about, or alone.

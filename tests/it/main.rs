//! The one test binary: see README.md beside this file.

//! Expected against seen → flags that explain themselves.

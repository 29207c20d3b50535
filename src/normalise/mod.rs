//! Names and products → comparable forms. What was written is kept beside what is compared.

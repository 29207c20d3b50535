//! Which column of a table holds what.

use std::collections::BTreeMap;

use super::fields::Field;

/// Which column holds what.
#[derive(Debug, Clone, Default)]
pub(super) struct Columns(pub(super) BTreeMap<Field, Column>);

/// One column: where it stands, and its header as written.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub idx: usize,
    pub header: String,
}

impl Columns {
    pub(crate) fn get(&self, field: Field) -> Option<&Column> {
        self.0.get(&field)
    }

    pub(crate) fn has(&self, field: Field) -> bool {
        self.0.contains_key(&field)
    }

    pub(crate) fn without(mut self, field: Field) -> Self {
        self.0.remove(&field);
        self
    }

    /// With the column of `unit` as the row's money, and the column of `other` as what one unit costs.
    pub(crate) fn of_all(mut self, unit: Field, other: Field) -> Self {
        if let Some(of_one) = self.0.remove(&other)
            && let Some(of_all) = self.0.insert(unit, of_one)
        {
            self.0.entry(Field::Amount).or_insert(of_all);
        }
        self
    }

    /// With the column of `unit` as the row's money, where no other is.
    pub(crate) fn of_all_alone(mut self, unit: Field) -> Self {
        if let Some(of_all) = self.0.remove(&unit) {
            self.0.entry(Field::Amount).or_insert(of_all);
        }
        self
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (Field, &Column)> {
        self.0.iter().map(|(field, column)| (*field, column))
    }

    pub(super) fn has_any(&self, fields: &[Field]) -> bool {
        fields.iter().any(|field| self.has(*field))
    }
}

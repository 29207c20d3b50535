//! What things are: parsed, comparable, and free of I/O. A value that exists is valid.

pub mod decision;
pub mod digest;
pub mod doubt;
pub mod entity;
pub mod exclusion;
pub mod finding;
pub mod format;
pub mod line;
pub mod money;
pub mod month;
pub mod period;
pub mod place;
pub mod probability;
pub mod quantity;
pub mod quoted;
pub mod row;
pub mod series;
pub mod unknown;

pub use decision::{Decision, Subject, Verdict};
pub use digest::Digest;
pub use doubt::{DateDoubt, Doubt, DoubtKind};
pub use entity::{Entity, EntityKind, Inherited, Occurrence, PairMemory, entities_of};
pub use exclusion::Exclusion;
pub use finding::{Direction, FindingKind};
pub use format::{ExportFormat, Rounding};
pub use line::{Line, LineKey, lines_of};
pub use money::{Currency, CurrencyError, Money, Totals};
pub use month::Month;
pub use place::{CellPlace, Place};
pub use probability::Probability;
pub use quantity::Quantity;
pub use quoted::{is_unseen, quoted};
pub use row::{ClientKey, ExportRow, LineKind, RejectedRow, Side, SkuKey, StatedTotal};
pub use series::{Series, SeriesSide};
pub use unknown::UnknownWords;

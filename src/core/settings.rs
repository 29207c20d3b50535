//! What the scoring of a month is told besides its rows: the MSP's name, its currency, how sure, how many.

use serde::{Deserialize, Serialize};

use crate::domain::Currency;

/// What an MSP has set.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// The MSP's name, for reports.
    pub name: String,
    /// The currency of exports that name none.
    pub currency: Currency,
    /// How sure, how many.
    pub thresholds: Thresholds,
    /// What is agreed about use.
    pub usage: Usage,
}

/// `[usage]` of `seatdrift.toml`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Usage {
    /// What clients pay for metered use above what it costs, as a share of it: 0.2 for a fifth. Where a client's
    /// own months show another margin, that is asked about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub margin: Option<f64>,
}

/// `[thresholds]` of `seatdrift.toml`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Thresholds {
    /// Precision that pairs accepted without a person must reach on held-out decisions.
    pub accept_precision: f64,
    /// How many false flags a month are worth a person's time.
    pub false_flags_per_month: f64,
    /// Instead, the share of the flags that may be nothing: promised once enough quiet months are known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub false_flag_share: Option<f64>,
    /// Whether several vendor clients may belong to one PSA client.
    pub clients: ClientPairing,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            accept_precision: 0.99,
            false_flags_per_month: 5.0,
            false_flag_share: None,
            clients: ClientPairing::ManyToOne,
        }
    }
}

/// How vendor clients may belong to PSA clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClientPairing {
    /// One vendor client to one PSA client.
    OneToOne,
    /// Several vendor clients (tenants) may be one PSA client.
    ManyToOne,
}

//! What the reader of an export will take for a client's and a product's key.

use super::clients::{Account, PsaCompany};
use super::recipe::{FormatPair, Keys, Recipe};
use super::world::{PsaProduct, VendorSku};

/// Partner Center: `CustomerId`. Pax8: `company_id`, else the name.
pub(super) fn vendor_client_key(recipe: &Recipe, account: &Account, month_idx: usize) -> String {
    match (recipe.formats, recipe.habits.vendor_keys) {
        (FormatPair::Pax8ConnectWise, Keys::Names) => account.name.at(month_idx).to_owned(),
        _ => account.id_at(month_idx).to_owned(),
    }
}

/// Partner Center: `ProductId:SkuId`. Pax8: `product_id`, else `sku`.
pub(super) fn vendor_sku_key(recipe: &Recipe, sku: &VendorSku) -> String {
    match (recipe.formats, recipe.habits.vendor_keys) {
        (FormatPair::PartnerCenterAutotask, _) => {
            format!("{}:{}", sku.product.commerce.0, sku.product.commerce.1)
        }
        (FormatPair::Pax8ConnectWise, Keys::RecordIds) => sku.product_id.clone(),
        (FormatPair::Pax8ConnectWise, _) => sku.code.clone(),
    }
}

/// ConnectWise: `Company RecID`, else `Company Identifier`. Autotask: `CompanyID`. Else the name.
pub(super) fn psa_client_key(recipe: &Recipe, company: &PsaCompany, month_idx: usize) -> String {
    match (recipe.formats, recipe.habits.psa_keys) {
        (_, Keys::RecordIds) => company.record_id.clone(),
        (FormatPair::Pax8ConnectWise, Keys::Identifiers) => company.identifier.clone(),
        _ => company.name.at(month_idx).to_owned(),
    }
}

/// ConnectWise: `Product ID`. Autotask: `ServiceID`, else `ServiceCode`, else the name.
pub(super) fn psa_sku_key(recipe: &Recipe, product: &PsaProduct) -> String {
    match (recipe.formats, recipe.habits.psa_keys) {
        (FormatPair::Pax8ConnectWise, _) | (_, Keys::Identifiers) => product.code.clone(),
        (FormatPair::PartnerCenterAutotask, Keys::RecordIds) => product.service_id.clone(),
        (FormatPair::PartnerCenterAutotask, Keys::Names) => product.name.clone(),
    }
}

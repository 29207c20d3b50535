//! An addition with its agreement and product → the row of the additions export.

use std::collections::BTreeMap;

use crate::json::Object;
use crate::source::LINE;

/// The columns of the additions export.
pub(super) const COLUMNS: [&str; 20] = [
    LINE,
    "Company RecID",
    "Company Name",
    "Agreement Name",
    "Agreement Status",
    "Product ID",
    "Description",
    "Manufacturer Part Number",
    "Vendor SKU",
    "Quantity",
    "Less Included",
    "Unit Price",
    "Ext Price",
    "Unit Cost",
    "Currency",
    "Effective Date",
    "Cancelled Date",
    "Billing Cycle",
    "Bill Customer",
    "Addition Status",
];

/// What an agreement says of each of its additions.
pub(super) struct Agreement {
    pub id: String,
    pub company_id: String,
    pub company: String,
    pub name: String,
    pub status: String,
    pub currency: String,
    pub cycle: String,
}

/// What the catalogue says of a product.
#[derive(Default)]
pub(super) struct Product {
    pub part_number: String,
    pub vendor_sku: String,
}

/// The cells of an addition, in the order of [`COLUMNS`].
pub(super) fn cells(
    one: &Object<'_>,
    agreement: &Agreement,
    products: &BTreeMap<String, Product>,
) -> Vec<String> {
    let unknown = Product::default();
    let product = products.get(&one.inner("product", "id")).unwrap_or(&unknown);
    let described = Some(one.text("description")).filter(|text| !text.is_empty());
    let cell = |column: &str| match column {
        LINE => one.text("id"),
        "Company RecID" => agreement.company_id.clone(),
        "Company Name" => agreement.company.clone(),
        "Agreement Name" => agreement.name.clone(),
        "Agreement Status" => agreement.status.clone(),
        "Product ID" => one.inner("product", "identifier"),
        "Description" => described.clone().unwrap_or_else(|| one.text("invoiceDescription")),
        "Manufacturer Part Number" => product.part_number.clone(),
        "Vendor SKU" => product.vendor_sku.clone(),
        "Quantity" => one.number("quantity"),
        "Less Included" => one.number("lessIncluded"),
        "Unit Price" => one.number("unitPrice"),
        "Ext Price" => one.number("extPrice"),
        "Unit Cost" => one.number("unitCost"),
        "Currency" => agreement.currency.clone(),
        "Effective Date" => one.day_text("effectiveDate"),
        "Cancelled Date" => one.day_text("cancelledDate"),
        "Billing Cycle" => agreement.cycle.clone(),
        "Bill Customer" => one.text("billCustomer"),
        _ => one.text("additionStatus"),
    };
    COLUMNS.iter().map(|column| cell(column)).collect()
}

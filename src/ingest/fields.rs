//! What a column can hold, and what people call such columns.

use std::fmt;

use serde::{Deserialize, Serialize};

use seatdrift_core::domain::Side;

/// What a column holds. The word in `seatdrift.toml` is the name in snake case: `client_name`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The client's name.
    ClientName,
    /// The client's id on this side.
    ClientId,
    /// The client's domain or tenant.
    ClientDomain,
    /// The product's name.
    ProductName,
    /// The product's id on this side.
    Sku,
    /// A further product code.
    PartNumber,
    /// Units.
    Quantity,
    /// Units included in the agreement and not billed.
    Included,
    /// The one user or device a row stands for, in files with one row each and no quantity.
    User,
    /// What one unit costs us.
    UnitCost,
    /// What the client pays for one unit.
    UnitPrice,
    /// The row's money: charged to us on a vendor file, billed on a PSA file.
    Amount,
    /// The currency of the row's money.
    Currency,
    /// First day charged for, or the day the row takes effect.
    PeriodStart,
    /// Last day charged for, inclusive.
    PeriodEnd,
    /// The day the row is cancelled: from that day on it is not billed.
    Cancelled,
    /// What the row charges for: subscription, proration, credit.
    ChargeType,
    /// How long the client is committed.
    Term,
    /// How often it is billed: unit prices are for one such period.
    Billing,
    /// The state of the row's agreement or subscription.
    AgreementStatus,
    /// The state of the row itself.
    Status,
    /// The state of the invoice the row stands on.
    InvoiceStatus,
    /// Whether the row is billed: Billable, DoNotBill, NoCharge.
    Bill,
    /// The subscription, agreement or contract.
    Agreement,
    /// What links the rows of one change.
    Reference,
    /// One unit for the part of its first period that a row is in force.
    ProratedPrice,
    /// Turns a price in another currency into the row's.
    ExchangeRate,
    /// What a metered row meters.
    Meter,
}

/// Every field with its word in `seatdrift.toml`, what its cells hold, and the folded headers that
/// mean it in an export of no known format, best first.
const FIELDS: &[(Field, &str, &str, &str)] = &[
    (
        Field::ClientName,
        "client_name",
        "a client's name",
        "clientname customername companyname customercompanyname endcustomername \
         endcustomercompany accountname tenantname organizationname organisationname orgname client \
         customer endcustomer company account tenant organization organisation billto sitename \
         contactname kundenname kunde klantnaam klant kundnamn kund nomduclient cliente",
    ),
    (
        Field::ClientId,
        "client_id",
        "a client's id",
        "clientid customerid companyid companyrecid companyidentifier accountid \
         customeraccountid tenantid customertenantid tenantcode externalid",
    ),
    (
        Field::ClientDomain,
        "client_domain",
        "a domain",
        "customerdomainname clientdomain customerdomain domainname primarydomain domain \
         website webaddress",
    ),
    (
        Field::ProductName,
        "product_name",
        "a product's name",
        "productname servicename itemname product service item offername skuname planname \
         subscriptionname stockdescription productdescription chargename itemshortdescription \
         subscriptiondescription invoicedescription description plan license licence lineitem \
         productservice produktname produkt artikelbezeichnung artikel bezeichnung produit \
         désignation designation libellé producto artículo prodotto articolo omschrijving \
         benämning",
    ),
    (
        Field::Sku,
        "sku",
        "a product's id",
        "sku productid productcode servicecode itemcode serviceid skuid vendorsku stockcode \
         partnumber mpn durableofferid identifier planid inventoryitemcode artikelnummer \
         artikelnr référence",
    ),
    (
        Field::PartNumber,
        "part_number",
        "a product code",
        "manufacturerpartnumber vendorpartnumber mfgpartnumber vendorskuid",
    ),
    (
        Field::Quantity,
        "quantity",
        "a number of units",
        "quantity qty billablequantity quantitybilled billedquantity units seats licenses \
         licences unitcount licensecount licencecount seatcount qtyorder count purchased \
         purchasedquantity purchasedlicenses purchasedlicences totallicenses totallicences assigned \
         users devices agents endpoints mailboxes menge anzahl stückzahl quantité qté cantidad \
         quantità aantal antal quantidade",
    ),
    (
        Field::Included,
        "included",
        "a number of units",
        "lessincluded includedquantity quantityincluded included qtyfree",
    ),
    (
        Field::User,
        "user",
        "a user or a device",
        "useremail username userprincipalname upn userid user devicename deviceid device \
         hostname computername mailbox emailaddress agentname",
    ),
    (
        Field::UnitCost,
        "unit_cost",
        "a unit cost",
        "unitcost partnerunitcost partnercost costperunit cost netprice buyprice \
         partnerbuyrate buyrate effectiveunitprice wholesaleprice costprice einkaufspreis ekpreis \
         inkoopprijs prixdachat",
    ),
    (
        Field::UnitPrice,
        "unit_price",
        "a unit price",
        "unitprice sellprice adjustedunitprice priceperunit price rate unitrrp rrp listprice \
         msrp retailprice suggestedprice customerprice unitamount priceperlicense \
         priceperlicence einzelpreis stückpreis prixunitaire prixunitaireht preciounitario \
         prezzounitario stuksprijs styckpris àpris preçounitário",
    ),
    (
        Field::Amount,
        "amount",
        "an amount of money",
        "costtotal totalcost extcost extendedcost partnersubtotal extprice extendedprice \
         totalprice linetotal lineamount netamount subtotal amount total value billedamount \
         totalforcustomer billingpretaxtotal charge gesamtpreis gesamtbetrag betrag montantht \
         montant importe importo bedrag belopp",
    ),
    (
        Field::Currency,
        "currency",
        "a currency",
        "currency currencycode billingcurrency invoicecurrency währung devise moneda valuta",
    ),
    (
        Field::PeriodStart,
        "period_start",
        "a date",
        "periodstart startperiod billingperiodstart chargestartdate servicestart usagestart \
         periodfrom fromdate effectivedate effective startdate start",
    ),
    (
        Field::PeriodEnd,
        "period_end",
        "a date",
        "periodend endperiod billingperiodend chargeenddate serviceend usageend periodto \
         todate enddate end",
    ),
    (
        Field::Cancelled,
        "cancelled",
        "a date",
        "cancelleddate canceleddate cancelled canceled cancellationdate canceldate",
    ),
    (Field::ChargeType, "charge_type", "a charge type", "chargetype linetype itemtype type"),
    (Field::Term, "term", "a term", "term billingterm commitmentterm commitment"),
    (
        Field::Billing,
        "billing",
        "a billing period",
        "billingcycle billingcycletype billingfrequency billingperiod periodtype frequency",
    ),
    (
        Field::AgreementStatus,
        "agreement_status",
        "a status",
        "agreementstatus contractstatus subscriptionstatus",
    ),
    (Field::Status, "status", "a status", "status additionstatus linestatus state"),
    (Field::InvoiceStatus, "invoice_status", "an invoice status", "invoicestatus"),
    (
        Field::Bill,
        "bill",
        "Billable, DoNotBill or NoCharge",
        "billcustomer billable bill billingoption",
    ),
    (
        Field::Agreement,
        "agreement",
        "an agreement",
        "agreementname agreement contractname contract recurringinvoice subscriptionid \
         vendorsubscriptionid",
    ),
    (Field::Reference, "reference", "a reference", "referenceid"),
    (Field::ProratedPrice, "prorated_price", "a price", "prorateprice proratedprice"),
    (Field::ExchangeRate, "exchange_rate", "an exchange rate", "exchangerate"),
    (Field::Meter, "meter", "a meter", "metername meterdescription"),
];

impl Field {
    /// Every field.
    pub fn all() -> impl Iterator<Item = Self> {
        FIELDS.iter().map(|(field, ..)| *field)
    }

    fn entry(self) -> &'static (Self, &'static str, &'static str, &'static str) {
        FIELDS.iter().find(|(field, ..)| *field == self).expect("every field has an entry")
    }

    /// The word in `seatdrift.toml`.
    pub fn word(self) -> &'static str {
        self.entry().1
    }

    /// What its cells hold, in plain words.
    pub fn holds(self) -> &'static str {
        self.entry().2
    }

    /// The folded headers that mean it where the format is not known, best first.
    pub(super) fn aliases(self) -> impl Iterator<Item = &'static str> {
        self.entry().3.split_whitespace()
    }

    /// Whether its cells are read as numbers.
    pub(super) fn is_number(self) -> bool {
        self.is_money() || matches!(self, Self::Quantity | Self::Included | Self::ExchangeRate)
    }

    /// Whether its cells are read as money.
    pub(super) fn is_money(self) -> bool {
        matches!(self, Self::UnitCost | Self::UnitPrice | Self::Amount)
    }

    /// Whether its cells are read as dates.
    pub(super) fn is_date(self) -> bool {
        matches!(self, Self::PeriodStart | Self::PeriodEnd | Self::Cancelled)
    }

    /// What one unit costs the one who is charged on this side.
    pub(super) fn unit_of(side: Side) -> Self {
        match side {
            Side::Vendor => Self::UnitCost,
            Side::Psa => Self::UnitPrice,
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::cells::folded;

    #[test]
    fn every_header_means_one_field_and_is_folded() {
        let mut seen = BTreeMap::new();
        for field in Field::all() {
            for alias in field.aliases() {
                assert_eq!(folded(alias), alias);
                assert_eq!(seen.insert(alias, field), None, "{alias}");
            }
        }
    }

    #[test]
    fn the_word_is_the_word_in_the_settings_file() {
        for field in Field::all() {
            assert_eq!(serde_json::to_value(field).unwrap(), field.word());
        }
    }
}

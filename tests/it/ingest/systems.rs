//! Exports of the systems without a sample: real headers, made-up rows.

use seatdrift_core::domain::Side;

use super::{read, shown};

fn seen(side: Side, text: &str) -> String {
    shown(&read("export.csv", text.as_bytes(), side, "2026-08").unwrap())
}

#[test]
fn partner_center_legacy() {
    insta::assert_snapshot!(seen(Side::Vendor, "\
PartnerId,CustomerId,CustomerName,SubscriptionId,SyndicationPartnerSubscriptionNumber,OfferId,DurableOfferID,OfferName,ChargeStartDate,ChargeEndDate,ChargeType,UnitPrice,Quantity,Amount,TotalOtherDiscount,Subtotal,Tax,TotalForCustomer,Currency,DomainName,BillingCycleType
p,c1,Northwind,o1,s1,off,dur-1,Office 365 E3,8/1/2026 0:00,8/31/2026 23:59,Cycle fee,20,5,100,0,100,8,108,EUR,,Monthly
p,c1,Northwind,o1,s1,off,dur-1,Office 365 E3,8/10/2026 0:00,8/31/2026 23:59,Cycle instance prorate,14,2,28,0,28,2,30,EUR,,Monthly
p,c1,Northwind,o1,s2,off,dur-2,Visio,8/1/2026 0:00,7/31/2027 23:59,Purchase fee,120,1,120,0,120,9,129,EUR,,Annual
p,c1,Northwind,o1,s3,off,dur-3,Project,8/1/2026 0:00,8/31/2026 23:59,Prorate fees when cancel,10,1,-10,0,-10,0,-10,EUR,,Monthly
"));
}

#[test]
fn partner_center_daily_usage() {
    insta::assert_snapshot!(seen(Side::Vendor, "\
PartnerId,CustomerId,CustomerName,ProductId,SkuId,SkuName,ChargeStartDate,ChargeEndDate,UsageDate,MeterId,MeterName,Unit,ChargeType,UnitPrice,Quantity,BillingPreTaxTotal,BillingCurrency,PricingPreTaxTotal,PricingCurrency,EffectiveUnitPrice
p,c1,Northwind,DZH318Z0BPS6,0001,Azure plan,8/1/2026,8/31/2026,8/3/2026,m1,vCPU,1 Hour,new,0.045,12.5,0.47,EUR,0.56,USD,0.038
"));
}

#[test]
fn dicker_invoice_details() {
    insta::assert_snapshot!(seen(
        Side::Vendor,
        "\
TENANT NAME,SUBSCRIPTION ID,STOCK CODE,USAGE START,USAGE END,QTY,UNIT PRICE,TERM START,TERM END
ATLAS,SUB-1,P1Y:CFQ7TTC0LCHC:0002:1:,01-AUG-2026,31-AUG-2026,275.00,$28.19,31-AUG-2025,30-AUG-2026
ATLAS,SUB-1,P1Y:CFQ7TTC0LCHC:0002:1:,17-AUG-2026,31-AUG-2026,5.00,$13.64,31-AUG-2025,30-AUG-2026
Galilee,SUB-4,P1Y:CFQ7TTC0LFLZ:0002:Y:,17-AUG-2026,16-AUG-2027,10.00,$835.26,17-AUG-2026,16-AUG-2027
"
    ));
}

#[test]
fn halo_recurring_lines() {
    insta::assert_snapshot!(seen(Side::Psa, "\
client_id,client_name,item_code,item_shortdescription,qty_order,unit_price,unit_cost,net_amount,prorata_quantity,billingperiod,startdate,enddate,isinactive
12,Northwind,M365BP,M365 Business Premium,40,22.00,16.50,880.00,0,Monthly,2026-01-01T00:00:00,,false
12,Northwind,M365BP,M365 Business Premium,0,22.00,16.50,22.00,2,Monthly,2026-08-17T00:00:00,,false
12,Northwind,EDR,Managed EDR,10,60.00,36.00,600.00,0,Yearly,2026-01-01T00:00:00,,true
"));
}

#[test]
fn kaseya_recurring_services() {
    insta::assert_snapshot!(seen(Side::Psa, "\
Contract Name,Account,Service,Effective Date,Unit Price,Extended Unit Price,Unit Cost,Extended Unit Cost,Units,Total Price,Total Cost
Managed,Northwind,M365 Business Premium,2026-01-17,22.00,22.00,16.50,16.50,40,880.00,660.00
Managed,Northwind,Backup,2026-09-17,5.00,5.00,2.00,2.00,3,15.00,6.00
"));
}

#[test]
fn autotask_prices_of_a_year_and_totals_without_a_unit_price() {
    insta::assert_snapshot!(seen(
        Side::Psa,
        "\
CompanyID,CompanyName,ContractID,ServiceID,ServiceName,Units,Price,PeriodType,StartDate,EndDate
7,Northwind,1,31,M365 Business Premium,4,1056.00,Yearly,2026-03-31T00:00:00,2027-03-30T00:00:00
7,Northwind,1,31,M365 Business Premium,4,88.00,Monthly,2026-07-31T00:00:00,2026-08-30T00:00:00
"
    ));
}

#[test]
fn connectwise_list_view_with_the_names_of_its_columns() {
    insta::assert_snapshot!(seen(Side::Psa, "\
Company Identifier,Company Name,Sequence,Effective,Cancelled,Product ID,Description,Quantity,Price,Ext Price,Bill,Agreement Status,Cost,Serial #
NWD,Northwind,1,1/1/2026,,EXO-P1,Exchange Online Plan 1,18,$4.00,$72.00,Billable,Active,$3.50,
NWD,Northwind,2,8/17/2026,,EXO-P1,Exchange Online Plan 1,-2,$4.00,($8.00),Billable,Active,$3.50,
NWD,Northwind,3,9/1/2026,,EXO-P1,Exchange Online Plan 1,3,$4.00,$12.00,Billable,Active,$3.50,
NWD,Northwind,4,1/1/2026,,DISC,Loyalty discount,1,-$10.00,-$10.00,Billable,Active,,
"));
}

#[test]
fn a_total_that_is_the_clients_is_not_the_vendors_charge() {
    let read = read(
        "vendor.csv",
        b"Client,Product,Qty,Cost,Price,Total\nA,M365,2,10.00,15.00,30.00\n",
        Side::Vendor,
        "2026-08",
    );
    assert_eq!(read.unwrap().rows[0].amount.to_string(), "$20.00");
}

#[test]
fn a_client_called_total_is_a_client() {
    let read = read(
        "psa.csv",
        b"Client,Product,Quantity,Unit Price\nTotal Dental,M365,5,22\nTotal,M365,5,22\nTotal,,10,\n",
        Side::Psa,
        "2026-08",
    );
    assert_eq!(read.unwrap().rows.len(), 2);
}

//! What an MSP resells: costs, prices, and the names each side has for one product.

/// What a product's quantity follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Counts {
    /// Everybody at the client.
    Users,
    /// A share of the people: the tenth who need it.
    SomeUsers,
    /// Computers: a little more than people.
    Devices,
    /// Servers and sites: few, and seldom changing.
    Few,
}

/// One product of the usual stack.
#[derive(Debug)]
pub(super) struct Product {
    /// The name on vendor invoices.
    pub vendor_name: &'static str,
    /// The distributor's code.
    pub vendor_code: &'static str,
    /// Microsoft's product and SKU ids; empty for other vendors.
    pub commerce: (&'static str, &'static str),
    /// The publisher's name and the unit that is counted.
    pub unit: &'static str,
    /// What one unit costs a month on an annual commitment, in cents.
    pub cost: u32,
    /// What a client usually pays a month, in cents.
    pub price: u32,
    /// What the quantity follows.
    pub counts: Counts,
    /// How a PSA may name it: in full, in shorthand, as a service the client understands.
    pub psa_names: [&'static str; 3],
    /// The PSA's product code.
    pub psa_code: &'static str,
}

impl Product {
    /// Whether Microsoft sells it, so that it can be on a Partner Center file.
    pub(super) fn is_microsoft(&self) -> bool {
        !self.commerce.0.is_empty()
    }
}

use Counts::{Devices, Few, SomeUsers, Users};

macro_rules! products {
    ($($vendor_name:literal $vendor_code:literal $id:literal $sku:literal $unit:literal
        $cost:literal $price:literal $counts:ident
        [$full:literal, $short:literal, $service:literal] $psa_code:literal;)*) => {
        &[$(Product {
            vendor_name: $vendor_name,
            vendor_code: $vendor_code,
            commerce: ($id, $sku),
            unit: $unit,
            cost: $cost,
            price: $price,
            counts: $counts,
            psa_names: [$full, $short, $service],
            psa_code: $psa_code,
        }),*]
    };
}

/// Every product, the most usual first.
///
/// Microsoft ids follow the published pattern; where none is public they are made up.
pub(super) const PRODUCTS: &[Product] = products![
    "Microsoft 365 Business Premium" "MST-NCE-103-C100" "CFQ7TTC0LCHC" "0002" "User" 1815 2600 Users
        ["Microsoft 365 Business Premium", "M365 BP", "Premium Workplace Licence"] "M365-BP";
    "Microsoft 365 Business Standard" "MST-NCE-102-C100" "CFQ7TTC0LDPB" "0001" "User" 1031 1500 Users
        ["Microsoft 365 Business Standard", "M365 BS", "Standard Workplace Licence"] "M365-BS";
    "Microsoft 365 Business Basic" "MST-NCE-101-C100" "CFQ7TTC0LH18" "0001" "User" 495 750 SomeUsers
        ["Microsoft 365 Business Basic", "M365 BB", "Frontline Mail and Teams"] "M365-BB";
    "Exchange Online (Plan 1)" "MST-NCE-201-C100" "CFQ7TTC0LH16" "0001" "User" 330 500 SomeUsers
        ["Exchange Online Plan 1", "EXO P1", "Hosted Mailbox"] "EXO-P1";
    "Exchange Online (Plan 2)" "MST-NCE-202-C100" "CFQ7TTC0LH1P" "0001" "User" 660 1000 SomeUsers
        ["Exchange Online Plan 2", "EXO P2", "Hosted Mailbox - Archive"] "EXO-P2";
    "Exchange Online Kiosk" "MST-NCE-203-C100" "CFQ7TTC0LH0L" "0001" "User" 165 300 SomeUsers
        ["Exchange Online Kiosk", "EXO Kiosk", "Kiosk Mailbox"] "EXO-K";
    "Microsoft 365 E3" "MST-NCE-301-C100" "CFQ7TTC0LFLX" "0001" "User" 2970 3900 Users
        ["Microsoft 365 E3", "M365 E3", "Enterprise Workplace"] "M365-E3";
    "Microsoft 365 E5" "MST-NCE-302-C100" "CFQ7TTC0LFLZ" "0002" "User" 4703 6000 SomeUsers
        ["Microsoft 365 E5", "M365 E5", "Enterprise Workplace Plus"] "M365-E5";
    "Office 365 E3" "MST-NCE-303-C100" "CFQ7TTC0LGZT" "0001" "User" 1898 2500 SomeUsers
        ["Office 365 E3", "O365 E3", "Enterprise Office"] "O365-E3";
    "Microsoft 365 F3" "MST-NCE-304-C100" "CFQ7TTC0LH05" "0001" "User" 660 1000 SomeUsers
        ["Microsoft 365 F3", "M365 F3", "Frontline Worker"] "M365-F3";
    "Microsoft 365 Apps for Business" "MST-NCE-104-C100" "CFQ7TTC0LH1G" "0001" "User" 681 1000 SomeUsers
        ["Microsoft 365 Apps for Business", "M365 Apps Bus", "Desktop Office"] "M365-APP";
    "Microsoft Intune Plan 1" "MST-NCE-401-C100" "CFQ7TTC0LCH4" "0001" "User" 660 950 SomeUsers
        ["Microsoft Intune", "Intune P1", "Mobile Device Management"] "INTUNE";
    "Microsoft Entra ID P1" "MST-NCE-402-C100" "CFQ7TTC0LFLS" "0002" "User" 495 700 SomeUsers
        ["Microsoft Entra ID P1", "Azure AD P1", "Conditional Access"] "AADP1";
    "Microsoft Entra ID P2" "MST-NCE-403-C100" "CFQ7TTC0LFK5" "0001" "User" 743 1050 SomeUsers
        ["Microsoft Entra ID P2", "Azure AD P2", "Identity Protection"] "AADP2";
    "Microsoft Defender for Office 365 (Plan 1)" "MST-NCE-404-C100" "CFQ7TTC0LH04" "0001" "User" 165 300 Users
        ["Defender for Office 365 P1", "MDO P1", "Mail Threat Protection"] "MDO-P1";
    "Microsoft Defender for Business" "MST-NCE-405-C100" "CFQ7TTC0LH3F" "0001" "User" 248 450 Devices
        ["Defender for Business", "MDB", "Managed Antivirus"] "MDB";
    "Microsoft Teams Phone Standard" "MST-NCE-501-C100" "CFQ7TTC0LHXJ" "0001" "User" 825 1200 SomeUsers
        ["Teams Phone Standard", "Teams Phone", "Cloud Telephony"] "TEAMS-PH";
    "Visio Plan 2" "MST-NCE-601-C100" "CFQ7TTC0HD32" "0002" "User" 1238 1800 Few
        ["Visio Plan 2", "Visio P2", "Diagramming"] "VISIO-P2";
    "Planner and Project Plan 3" "MST-NCE-602-C100" "CFQ7TTC0HDB0" "0002" "User" 2475 3400 Few
        ["Project Plan 3", "Project P3", "Project Planning"] "PROJ-P3";
    "Power BI Pro" "MST-NCE-603-C100" "CFQ7TTC0HL8W" "0001" "User" 1155 1600 SomeUsers
        ["Power BI Pro", "PBI Pro", "Business Reports"] "PBI-PRO";
    "Huntress Managed EDR" "HNT-EDR-C100" "" "" "Agent" 310 600 Devices
        ["Huntress Managed EDR", "Huntress Agent", "Managed Detection"] "HNT";
    "Huntress Managed ITDR" "HNT-ITD-C100" "" "" "Identity" 190 400 Users
        ["Huntress Managed ITDR", "Huntress Identity", "Identity Monitoring"] "HNT-ID";
    "Huntress Security Awareness Training" "HNT-SAT-C100" "" "" "Learner" 125 300 Users
        ["Huntress SAT", "Sec Awareness", "Staff Security Training"] "HNT-SAT";
    "SentinelOne Singularity Complete" "SEN-CMP-C100" "" "" "Agent" 475 850 Devices
        ["SentinelOne Complete", "S1 Complete", "Endpoint Protection Plus"] "S1-CMP";
    "SentinelOne Singularity Control" "SEN-CTL-C100" "" "" "Agent" 340 600 Devices
        ["SentinelOne Control", "S1 Control", "Endpoint Protection"] "S1-CTL";
    "Proofpoint Essentials - Professional" "PPE-PRO-C100" "" "" "User" 395 650 Users
        ["Proofpoint Essentials Professional", "PPE Pro", "Email Filtering Plus"] "PPE-PRO";
    "Proofpoint Essentials - Advanced" "PPE-ADV-C100" "" "" "User" 275 450 Users
        ["Proofpoint Essentials Advanced", "PPE Adv", "Email Filtering"] "PPE-ADV";
    "Acronis Cyber Protect Cloud" "ACR-CPC-C100" "" "" "Workload" 690 1400 Few
        ["Acronis Cyber Protect Cloud", "Acronis Workload", "Cloud Backup"] "BKP-ACR";
    "Datto SaaS Protection" "DTO-SAS-C100" "" "" "Seat" 210 450 Users
        ["Datto SaaS Protection", "SaaS Backup", "Microsoft 365 Backup"] "BKP-365";
    "Datto Continuity - Per Agent" "DTO-CPA-C100" "" "" "Agent" 2900 5500 Few
        ["Datto Continuity Agent", "Datto Agent", "Server Continuity"] "BCDR-AG";
    "AvePoint Cloud Backup for Microsoft 365" "AVP-CBM-C100" "" "" "Seat" 195 400 Users
        ["AvePoint Cloud Backup", "AvePoint", "Tenant Backup"] "BKP-AVP";
    "KnowBe4 Security Awareness Training Gold" "KB4-GLD-C100" "" "" "User" 150 300 Users
        ["KnowBe4 Gold", "KB4", "Phishing Training"] "KB4";
    "DNSFilter Enterprise" "DNF-ENT-C100" "" "" "User" 90 200 Users
        ["DNSFilter", "DNSF", "Web Filtering"] "DNSF";
    "Keeper Business" "KPR-BUS-C100" "" "" "User" 240 500 Users
        ["Keeper Business", "Keeper", "Password Manager"] "KPR";
    "Duo Essentials" "DUO-ESS-C100" "" "" "User" 210 400 Users
        ["Duo Essentials", "Duo", "Two-Step Sign-in"] "DUO";
    "NinjaOne Endpoint Management" "NIN-END-C100" "" "" "Device" 225 500 Devices
        ["NinjaOne RMM", "Ninja", "Workstation Monitoring"] "RMM-WS";
    "Auvik Essentials" "AUV-ESS-C100" "" "" "Device" 850 1500 Few
        ["Auvik Essentials", "Auvik", "Network Monitoring"] "NET-MON";
    "Exclaimer Signatures for Microsoft 365" "EXC-SIG-C100" "" "" "User" 95 200 Users
        ["Exclaimer Signatures", "Exclaimer", "Email Signatures"] "SIG";
    "Adobe Acrobat Pro for teams" "ADB-ACR-C100" "" "" "User" 1720 2500 Few
        ["Adobe Acrobat Pro", "Acrobat Pro", "PDF Editor"] "ADB-PRO";
    "Adobe Creative Cloud All Apps for teams" "ADB-CCA-C100" "" "" "User" 6900 9000 Few
        ["Adobe Creative Cloud", "Adobe CC", "Design Suite"] "ADB-CC";
    "Nerdio Manager for MSP" "NRD-MSP-C100" "" "" "User" 600 1000 SomeUsers
        ["Nerdio Manager", "Nerdio", "Virtual Desktop Management"] "NRD";
    "Bitdefender GravityZone Business Security" "BIT-GZB-C100" "" "" "Endpoint" 145 350 Devices
        ["Bitdefender GravityZone", "GravityZone", "Antivirus"] "AV-BD";
];

/// Services of the MSP's own: billed and never bought. Name, code, price in cents.
pub(super) const OWN_SERVICES: [(&str, &str, u32); 5] = [
    ("Managed Services - per user", "MS-USER", 8500),
    ("Service Desk Labour - remote", "LAB-REM", 14500),
    ("Managed Server", "MS-SRV", 12000),
    ("Virtual CIO Retainer", "VCIO", 75000),
    ("Onsite Support Block", "BLK-ONS", 95000),
];

use super::*;
use proptest::prelude::*;

fn resolved(written: &str) -> Option<CatalogueId> {
    product_name(written, &[]).catalogue
}

#[test]
fn every_way_to_write_business_premium_is_one_product() {
    for written in [
        "Microsoft 365 Business Premium",
        "M365 Bus Premium",
        "Microsoft 365 BP",
        "M365 Bus Prem",
        "M365 Business Premium Licenses",
        "Microsoft 365 Business Premium [New Commerce Experience]",
        "MS NCE M365 BP 1YR",
        "MS NCE M365 BP 1MTH",
        "P1Y:CFQ7TTC0LCHC:0002:1:",
        "CFQ7TTC0LCHC:0002",
        "CFQ7TTC0LCHC-0002",
        "USCFQ7TTC0LCHC0002",
        "MST-NCE-103-C100",
        "SPB",
        " spb ",
        "M365 Business Premium - Annual/Monthly 2023",
        "cbdc14ab-d96c-4c30-b9f4-6ada7cdc1d46",
    ] {
        assert_eq!(resolved(written), Some("m365-business-premium"), "{written}");
    }
}

#[test]
fn former_names_ids_and_initials_resolve() {
    for (written, id) in [
        ("O365_BUSINESS_PREMIUM", "m365-business-standard"),
        ("SMB_BUSINESS_PREMIUM", "m365-business-standard-prepaid"),
        ("Microsoft 365 Business Std.", "m365-business-standard"),
        ("M365 Basic", "m365-business-basic"),
        ("O365 Business Basic", "m365-business-basic"),
        ("EXO P1", "exchange-p1"),
        ("Exchange Online (Plan 2)", "exchange-p2"),
        ("MDB", "defender-business"),
        ("Microsoft Office 365 (Plan E3)", "o365-e3"),
        ("MS NCE M365 E5 1YR ANNUAL BILL", "m365-e5"),
        ("MS NCE VISIO PLAN 2 1YR", "visio-p2"),
        ("MS NCE TEAMS PHONE RESOURCE", "teams-phone-resource"),
        ("SPE_F1", "m365-f3"),
        ("DESKLESSPACK", "o365-f3"),
        ("Copilot for Microsoft 365", "m365-copilot"),
        ("Microsoft Azure AD P1", "entra-p1"),
        ("Azure AD Premium", "entra-p1"),
        ("AAD P1", "entra-p1"),
        ("S1 Complete", "sentinelone-complete"),
        ("Datto Backupify", "datto-saas"),
        ("Veeam Standard Server ", "veeam-server"),
        ("Project Plan 3", "project-p3"),
        ("Power Virtual Agent User License", "copilot-studio"),
        ("Huntress MDR for Microsoft 365", "huntress-itdr"),
    ] {
        assert_eq!(resolved(written), Some(id), "{written}");
    }
}

#[test]
fn products_one_word_apart_stay_apart() {
    for (left, right) in [
        ("Microsoft 365 Business Standard", "Microsoft 365 Business Premium"),
        ("Microsoft 365 E3", "Office 365 E3"),
        ("Microsoft 365 E3", "Microsoft 365 E5"),
        ("Microsoft 365 F1", "Microsoft 365 F3"),
        ("Exchange Online (Plan 1)", "Exchange Online (Plan 2)"),
        ("Microsoft Entra ID P1", "Microsoft Entra ID P2"),
        ("Microsoft Defender for Office 365 (Plan 1)", "Microsoft Defender for Endpoint P1"),
        ("Microsoft Defender for Business", "Microsoft 365 Business Premium"),
        ("SentinelOne Control", "SentinelOne Complete"),
        ("Huntress Managed EDR", "Huntress Managed ITDR"),
        ("Proofpoint Essentials - Professional", "Proofpoint Essentials - Enterprise"),
        ("Visio Plan 1", "Visio Plan 2"),
        ("Microsoft Teams Phone Standard", "Microsoft Teams Phone Resource Account"),
        ("Acronis Advanced Backup", "Acronis Cyber Protect"),
        ("O365_BUSINESS_PREMIUM", "Microsoft 365 Business Premium"),
    ] {
        let (left_id, right_id) = (resolved(left), resolved(right));
        assert!(left_id.is_some() && right_id.is_some(), "{left} / {right}");
        assert_ne!(left_id, right_id, "{left} / {right}");
    }
}

#[test]
fn audience_and_commitment_are_set_apart_from_the_product() {
    let name = product_name("Microsoft 365 Business Standard EEA (no Teams) Annual", &[]);
    assert_eq!(name.catalogue, Some("m365-business-standard"));
    assert_eq!(name.terms.audience.iter().copied().collect::<Vec<_>>(), ["eea", "no teams"]);
    assert_eq!(name.terms.commitment, Some(Commitment::Annual));
}

#[test]
fn client_ids_markers_and_legal_forms_are_set_apart() {
    for (written, core) in [
        ("0633 - Citizens State Bank", "citizens state bank"),
        ("047 Acupuncture Search, Inc.", "acupuncture search"),
        ("360 Physical Therapy", "360 physical therapy"),
        ("Acme Corp (INACTIVE)", "acme"),
        ("zz_Acme Corp", "acme"),
        ("Acme (ACM-0012)", "acme"),
        ("Acme Dental (2)", "acme dental"),
        ("Acme Fund II, L.P.", "acme fund 2"),
        ("D/B/A Acme", "acme"),
        ("HALVORSEN COMPANIES INC /DE/", "halvorsen companies"),
        ("Halvorsen Companies, Inc. (The)", "halvorsen companies"),
        ("O REILLY DENTAL", "oreilly dental"),
        ("Grupo Halvorsen, S.A. de C.V.", "group halvorsen"),
        ("Gebr. Halvorsen B.V.", "brothers halvorsen"),
        ("LLC", "llc"),
        ("Acme Mfg Intl", "acme manufacturing international"),
        ("S.C. Johnson & Co.", "sc johnson"),
        ("deltalog.onmicrosoft.com", "deltalog"),
        ("The Company of the Wolves", "company wolves"),
    ] {
        assert_eq!(client_name(written).core.join(" "), core, "{written}");
    }
}

#[test]
fn a_person_filed_under_the_family_name_is_also_read_the_other_way_round() {
    let cores = |written: &str| -> Vec<String> {
        client_names(written).iter().map(|name| name.core.join(" ")).collect()
    };
    assert_eq!(cores("Barker, Julia"), ["barker julia", "julia barker"]);
    assert_eq!(cores("Barker, Julia Ann"), ["barker julia ann", "julia ann barker"]);
    for written in ["Acme, Inc.", "Lantern Bookshop, The", "Barker, Jones & Lee", "Barker Julia"] {
        assert_eq!(cores(written).len(), 1, "{written}");
    }
}

#[test]
fn places_behind_a_name_are_set_apart_with_the_form() {
    let name = client_name("First Bancorp Inc /ME/");
    assert_eq!((name.core.join(" "), name.legal_form), ("first bancorp".to_owned(), Some("inc")));
    assert_eq!(name.places.iter().copied().collect::<Vec<_>>(), ["me"]);
    assert_eq!(name.written, "First Bancorp Inc /ME/");
}

#[test]
fn a_code_says_to_whom_the_product_is_sold() {
    for (written, id, audience) in [
        (
            "Office_365_w/o_Teams_Bundle_Business_Standard",
            "m365-business-standard",
            &["eea", "no teams"][..],
        ),
        ("M365_F1_GOV", "m365-f3", &["government"]),
        ("WIN10_VDA_E3", "windows-e3", &[]),
        ("SPE_F5_SEC", "m365-f5-security", &["add-on"]),
        ("cb10e6cd-9da4-4992-867b-67546b1db821", "windows-e3", &[]),
    ] {
        let name = product_name(written, &[]);
        assert_eq!(name.catalogue, Some(id), "{written}");
        assert_eq!(name.terms.audience.iter().copied().collect::<Vec<_>>(), audience, "{written}");
    }
}

#[test]
fn names_that_say_too_little_are_no_product() {
    for written in [
        "Business Pack",
        "Cloud Backup",
        "Endpoint Protection",
        "Power BI",
        "Windows 365",
        "Plan 1",
    ] {
        assert_eq!(resolved(written), None, "{written}");
    }
}

#[test]
fn both_names_of_a_client_trading_under_another_count() {
    let cores: Vec<String> = client_names("Northwind Traders LLC dba Harbor Cafe")
        .iter()
        .map(|name| name.core.join(" "))
        .collect();
    assert!(cores.contains(&"northwind traders".to_owned()), "{cores:?}");
    assert!(cores.contains(&"harbor cafe".to_owned()), "{cores:?}");
}

proptest! {
    #[test]
    fn any_text_has_a_comparable_name_and_case_does_not_matter(written in "[ -~]{1,40}") {
        let lower = client_name(&written.to_lowercase());
        let upper = client_name(&written.to_uppercase());
        prop_assert_eq!(&lower.core, &upper.core);
        prop_assert_eq!(lower.core.is_empty(), !written.chars().any(char::is_alphanumeric));
        let product = product_name(&written, &[]);
        prop_assert_eq!(product.core.is_empty(), !written.chars().any(char::is_alphanumeric));
    }
}

#[test]
fn a_code_that_spells_a_product_counts_where_the_name_does_not() {
    let written = |name: &str, code: &str| product_name(name, &[code.to_owned()]).catalogue;
    let known = product_name("Office 365 E3", &[]).catalogue;
    assert!(known.is_some());
    assert_eq!(written("Enterprise Office", "O365-E3"), known);
    assert_eq!(written("Workstation Care", "WS-CARE"), None);
    let named = product_name("Microsoft 365 Business Premium", &["O365-E3".to_owned()]).catalogue;
    assert_ne!(named, known, "the name comes first");
}

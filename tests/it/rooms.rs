//! The pages beside the queues: home, what to do, clients, products, one client, activity, search.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use crate::decided::{decide, score, workspace};
use crate::served::{HOSTILE, Served, decided, reviewed};

const ROOMS: [&str; 8] = [
    "/home",
    "/to-do",
    "/clients",
    "/clients?q=%22%3E%3Cscript%3E",
    "/products",
    "/activity?q=%22%3E%3Cscript%3E",
    "/find?q=%22%3E%3Cscript%3E",
    "/client?name=%22%3E%3Cscript%3Ealert%281%29%3C%2Fscript%3E%3Cimg%20src%3Dx%20onerror%3D%27alert%282%29%27%3E",
];

#[test]
fn a_name_that_would_like_to_be_a_script_is_a_name_in_every_room() {
    let msp = reviewed();
    msp.write(
        "workspace/decisions.csv",
        "subject,vendor_client,vendor_sku,psa_client,psa_sku,month,verdict,reason,until,by,at\n\
         client,v3,,p3,,,same,<script>alert(3)</script>,,<b>kim</b>,2026-11-01T00:00:00Z\n",
    );
    let served = Served::of(&msp, &[]);
    for room in ROOMS {
        let (status, page) = served.get(room);
        assert_eq!(status, 200, "{room}: {page}");
        for tag in ["<script>", "<img", "<b>kim", "onerror='"] {
            assert!(!page.contains(tag), "{room}: {tag}");
        }
    }
    let hostile = served.get(ROOMS[7]).1;
    assert!(hostile.contains("&#60;script&#62;"), "{hostile}");
    assert!(HOSTILE.contains("<script>"));
}

#[test]
fn what_is_sent_from_elsewhere_changes_nothing_and_no_name_of_a_file_is_a_path() {
    let msp = reviewed();
    let served = Served::of(&msp, &[]);
    for address in ["/to-do/tick", "/to-do/letter", "/unlink"] {
        let (status, said) = served.post_with(address, "another", &[("id", "s-8")]);
        assert_eq!(status, 403, "{address}: {said}");
    }
    assert!(decided(&msp).is_empty());
    assert!(!msp.path("workspace/done.csv").exists());
    for name in ["run.json", "..%2Fdecisions.csv", "%2Fetc%2Fpasswd", "report.html%00"] {
        assert_eq!(served.get(&format!("/to-do/file/{name}")).0, 404, "{name}");
    }
    assert_eq!(served.get("/client?name=nobody").0, 404);
}

#[test]
fn what_was_decided_is_a_change_with_its_price_a_letter_and_files_to_take_along() {
    let msp = workspace();
    score(&msp, "2026-04", (42, 40), 5);
    let served = Served::of(&msp, &[]);
    assert!(served.get("/to-do").1.contains("Nothing was decided to be fixed in the PSA."));
    decide(&msp, "line,v1,BP,Wayne Enterprises,M365-BP,2026-04,fix_psa,secret reason,,kim,\n");
    let page = served.get("/to-do").1;
    assert!(page.contains("Microsoft 365 Business Premium: 40 → 42"), "{page}");
    assert!(page.contains("+$44.00 a month") && page.contains("$22.00 a unit"), "{page}");
    let letter = page.split("<textarea").nth(1).unwrap().split("</textarea>").next().unwrap();
    assert!(letter.contains("Dear Wayne Enterprises team"), "{letter}");
    assert!(letter.contains("Altogether your invoice is $44.00 more a month"), "{letter}");
    assert!(!letter.contains("secret") && !letter.contains("16.00"), "{letter}");
    let changes = served.get("/to-do/file/changes.csv").1;
    assert!(changes.contains("attachment; filename=\"changes-2026-04.csv\""), "{changes}");
    assert!(changes.contains(",40,42,2026-05-01,"), "{changes}");
    assert!(changes.contains(",22.00,22.00,44.00,USD"), "{changes}");
    let report = served.get("/to-do/file/report.html").1;
    assert!(report.contains("To be changed from 1 May 2026 on"), "decided since, and in it");
    assert!(served.get("/to-do/file/report.xlsx").1.contains("report-2026-04.xlsx"));
    assert!(served.get("/to-do/file/claims.csv").1.contains("file,client,product,what,money"));
    // A letter comes back as it was typed.
    let csrf = page.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let typed = [("file", "wayne-enterprises"), ("as", "html"), ("text", "Hello+%3Cb%3EWayne")];
    let (status, said) = served.post_with("/to-do/letter", csrf, &typed);
    assert_eq!(status, 200, "{said}");
    assert!(said.contains("wayne-enterprises.html") && said.contains("Hello &#60;b&#62;Wayne"));
}

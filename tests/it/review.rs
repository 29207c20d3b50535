//! The review page at its edges: who may ask, what may be sent, and a disk that does not play along.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::served::{Served, decided, reviewed, run, write_run};

const ACCEPT: [(&str, &str); 4] =
    [("id", "s-1"), ("queue", "names"), ("verdict", "same"), ("candidate", "s-1")];

#[test]
fn a_page_elsewhere_cannot_ask_or_answer() {
    let msp = reviewed();
    let served = Served::of(&msp, &[]);
    let asked = |head: &str| served.raw(&format!("{head}\r\nConnection: close\r\n\r\n")).0;
    let host = format!("127.0.0.1:{}", served.port);
    assert_eq!(asked(&format!("GET /names HTTP/1.1\r\nHost: {host}")), 200);
    assert_eq!(asked(&format!("GET /names HTTP/1.1\r\nHost: evil.example:{}", served.port)), 403);
    assert_eq!(asked("GET /names HTTP/1.1\r\nHost: 127.0.0.1:1"), 403);
    let form = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 0";
    let foreign =
        format!("POST /decide HTTP/1.1\r\nHost: {host}\r\nOrigin: http://evil.example\r\n{form}");
    assert_eq!(asked(&foreign), 403);
    let (status, page) = served.post_with("/decide", "guessed", &ACCEPT);
    assert_eq!(status, 403);
    assert!(page.contains("load it anew"), "{page}");
    for path in ["/undo", "/take-back", "/bulk", "/retrain"] {
        assert_eq!(served.post_with(path, "", &ACCEPT).0, 403, "{path}");
    }
    assert_eq!(decided(&msp), Vec::<String>::new());
}

#[test]
fn every_answer_carries_a_policy_that_lets_nothing_in() {
    let msp = reviewed();
    let served = Served::of(&msp, &[]);
    for path in ["/names", "/assets/review.js", "/nowhere"] {
        let page = served.get(path).1;
        assert!(page.contains("content-security-policy: default-src 'none';"), "{path}");
        assert!(!page.contains("unsafe-inline") && !page.contains("unsafe-eval"), "{path}");
        assert!(!page.contains(" style=\"") && !page.contains(" onclick="), "{path}");
    }
}

#[test]
fn no_path_of_a_request_reaches_the_disk() {
    let msp = reviewed();
    let served = Served::of(&msp, &[]);
    for path in [
        "/assets/../seatdrift.toml",
        "/assets/..%2f..%2fseatdrift.toml",
        "/assets/%2e%2e/seatdrift.toml",
        "/..%2fseatdrift.toml",
        "/runs/2026-10/run.json",
        "/assets/",
    ] {
        assert_eq!(served.get(path).0, 404, "{path}");
    }
    assert_eq!(served.get("/names?at=../../seatdrift.toml&candidate=..%2f..").0, 200);
}

#[test]
fn who_connects_and_never_says_what_they_want_is_hung_up_on() {
    let msp = reviewed();
    let served = Served::of(&msp, &[]);
    // Nothing, half a head, and a head that comes letter by letter.
    let heads =
        [(1, ""), (1, "GET /names HTTP/1.1\r\nHost: 127.0"), (1000, "GET /names HTTP/1.1\r\n")];
    let port = served.port;
    let callers =
        heads.map(|(pace, head)| std::thread::spawn(move || hung_up_after(port, head, pace)));
    for caller in callers {
        let seconds = caller.join().unwrap().as_secs_f64();
        assert!(8.0 < seconds, "{seconds}");
    }
    assert_eq!(served.get("/names").0, 200);
}

/// How long a connection is held that says this, a letter each so many milliseconds, and then nothing.
fn hung_up_after(port: u16, head: &str, pace: u64) -> Duration {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let since = Instant::now();
    for letter in head.bytes() {
        // The other end may have hung up already.
        if stream.write_all(&[letter]).is_err() || Duration::from_secs(20) < since.elapsed() {
            break;
        }
        std::thread::sleep(Duration::from_millis(pace));
    }
    let ended = stream.read(&mut [0; 1024]).map_err(|error| error.kind());
    assert!(!matches!(ended, Err(ErrorKind::WouldBlock | ErrorKind::TimedOut)), "it still holds");
    since.elapsed()
}

#[test]
fn a_form_that_is_too_large_is_refused() {
    let msp = reviewed();
    let served = Served::of(&msp, &[]);
    let reason = "x".repeat(100_000);
    let (status, _) = served.post("/decide", &[&ACCEPT[..], &[("reason", &reason)]].concat());
    assert_eq!(status, 413);
    assert_eq!(decided(&msp), Vec::<String>::new());
}

#[test]
fn an_answer_that_means_nothing_here_is_not_kept_and_says_why() {
    let msp = reviewed();
    let served = Served::of(&msp, &[]);
    for (fields, words) in [
        ([("id", "s-99"), ("verdict", "same"), ("candidate", "s-1")], "not in the run any more"),
        ([("id", "s-1"), ("verdict", "maybe"), ("candidate", "s-1")], "No such answer"),
        ([("id", "s-1"), ("verdict", "real"), ("candidate", "s-1")], "is for something else"),
        ([("id", "s-1"), ("verdict", "same"), ("candidate", "s-99")], "Which partner"),
        ([("id", "s-1"), ("verdict", "same"), ("candidate", "s-6")], "of another kind"),
        ([("id", "s-1"), ("verdict", "same"), ("partner", "p99")], "No name of this month"),
        ([("id", "f-1"), ("verdict", "free"), ("reason", "+")], "Say why it is free"),
        ([("id", "f-1"), ("verdict", "accepted"), ("until", "soon")], "a day as YYYY-MM-DD"),
    ] {
        let (status, page) = served.post("/decide", &fields);
        assert_eq!(status, 422, "{fields:?}");
        assert!(page.contains(words), "{words}: {page}");
    }
    assert_eq!(decided(&msp), Vec::<String>::new());
}

#[test]
fn a_second_page_on_a_workspace_says_where_the_first_is() {
    let msp = reviewed();
    let served = Served::of(&msp, &[]);
    let second = msp.run(&["review"]);
    assert_eq!(second.status, Some(2));
    let words = format!("is open already, at {}/", served.address);
    assert!(second.stderr.contains(&words), "{}", second.stderr);
    drop(served);
    Served::of(&msp, &[]);
}

#[test]
fn a_port_that_is_taken_is_said_to_be() {
    let (one, other) = (reviewed(), reviewed());
    let served = Served::of(&one, &[]);
    let refused = other.run(&["review", "--port", &served.port.to_string()]);
    assert_eq!(refused.status, Some(2));
    assert!(refused.stderr.contains("cannot listen on 127.0.0.1:"), "{}", refused.stderr);
    assert!(refused.stderr.contains("name another port"), "{}", refused.stderr);
}

#[test]
fn whoever_else_uses_this_computer_sees_nothing_without_the_token() {
    let msp = reviewed();
    let mut program = Command::new(env!("CARGO_BIN_EXE_seatdrift"));
    let listen = ["review", "--json", "--workspace", "workspace", "--listen", "127.0.0.1:0"];
    let listening = Served::started(program.args(listen).current_dir(msp.path("")));
    let (here, msp) = (reviewed(), msp);
    for served in [Served::of(&here, &[]), listening] {
        let asked = |head: &str| {
            let host = format!("Host: 127.0.0.1:{}", served.port);
            served.stranger(&format!("{head}\r\n{host}\r\nConnection: close\r\n\r\n"))
        };
        for path in ["/", "/names", "/names?token=guessed", "/assets/review.js", "/?token="] {
            assert_eq!(asked(&format!("GET {path} HTTP/1.1")).0, 403, "{path}");
        }
        let form = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 0";
        assert_eq!(asked(&format!("POST /decide HTTP/1.1\r\n{form}")).0, 403);
        // The link leads to the page that was meant, and the token leaves the address.
        let token = &served.token;
        let (status, answer) = asked(&format!("GET /names?at=s-2&token={token} HTTP/1.1"));
        assert_eq!(status, 303);
        assert!(answer.contains("location: /names?at=s-2\r\n"), "{answer}");
        assert!(answer.contains("HttpOnly; SameSite=Lax"), "{answer}");
        let elsewhere = asked(&format!("GET //evil.example?token={token} HTTP/1.1")).1;
        assert!(elsewhere.contains("location: /evil.example\r\n"), "{elsewhere}");
        let cookie = answer.split("set-cookie: ").nth(1).unwrap().split(';').next().unwrap();
        assert_eq!(asked(&format!("GET /names HTTP/1.1\r\nCookie: {cookie}")).0, 200);
    }
    assert_eq!(decided(&msp), Vec::<String>::new());
}

#[cfg(unix)]
#[test]
fn the_token_lies_in_no_file_that_others_may_read() {
    use std::os::unix::fs::PermissionsExt;
    let msp = reviewed();
    msp.write("workspace/.seatdrift-review.lock", "");
    let served = Served::of(&msp, &[]);
    let lock = msp.path("workspace/.seatdrift-review.lock");
    assert!(std::fs::read_to_string(&lock).unwrap().contains(&served.token));
    assert_eq!(std::fs::metadata(&lock).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn who_holds_a_hundred_connections_and_reads_nothing_keeps_nobody_out() {
    let msp = reviewed();
    let served = Served::of(&msp, &[]);
    let host = format!("127.0.0.1:{}", served.port);
    let mut held = Vec::new();
    for n in 0..400 {
        let mut stream = TcpStream::connect(("127.0.0.1", served.port)).unwrap();
        let head = match n % 2 {
            0 => format!("GET /names HTTP/1.1\r\nHost: {host}\r\n\r\n"),
            _ => format!("GET /names HTTP/1.1\r\nHost: {host}\r\n"),
        };
        let _ = stream.write_all(head.as_bytes());
        held.push(stream);
        if n % 100 == 99 {
            let since = Instant::now();
            assert_eq!(served.get("/names").0, 200);
            assert!(since.elapsed() < Duration::from_secs(2), "{:?}", since.elapsed());
        }
    }
}

#[test]
fn answers_of_two_tabs_and_a_spreadsheet_at_once_are_all_kept() {
    let msp = reviewed();
    let served = Served::of(&msp, &[]);
    let header =
        "subject,vendor_client,vendor_sku,psa_client,psa_sku,month,verdict,reason,until,by,at\n";
    let rows: String = (0..200).map(|n| format!("client,c{n},,q{n},,,same,,,sam,\n")).collect();
    msp.write("sheet.csv", format!("{header}{rows}"));
    let answer = |id: &str, verdict: &str| {
        for _ in 0..25 {
            let fields = [("id", id), ("queue", "names"), ("verdict", verdict), ("candidate", id)];
            assert_eq!(served.post("/decide", &fields).0, 303);
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(|| answer("s-1", "same"));
        scope.spawn(|| answer("s-2", "different"));
        scope.spawn(|| assert_eq!(msp.run(&["decide", "sheet.csv"]).status, Some(0)));
    });
    let rows = decided(&msp);
    let count = |word: &str| rows.iter().filter(|row| row.contains(word)).count();
    assert_eq!((count(",v1,"), count(",v2,"), count(",sam,")), (25, 25, 200));
    assert_eq!(rows.len(), 250);
    assert!(served.get("/names").1.contains("3 of 5 left"), "the page knows the spreadsheet's too");
}

#[test]
fn a_row_spoiled_by_hand_is_named_and_passed_over_and_stays_as_it_is() {
    let msp = reviewed();
    let served = Served::of(&msp, &[]);
    assert_eq!(served.post("/decide", &ACCEPT).0, 303);
    let good = msp.text("workspace/decisions.csv");
    let spoiled = format!("{good}client,v2,,p2,,,perhaps,,,sam,\n");
    msp.write("workspace/decisions.csv", &spoiled);
    let (status, page) = served.get("/names");
    assert_eq!(status, 200);
    assert!(page.contains("decisions.csv:3:verdict: expected one of"), "{page}");
    assert!(page.contains("this row is passed over") && page.contains("4 of 5 left"), "{page}");
    let other = [("id", "s-5"), ("queue", "names"), ("verdict", "same"), ("candidate", "s-5")];
    assert_eq!(served.post("/decide", &other).0, 303);
    let text = msp.text("workspace/decisions.csv");
    assert!(text.starts_with(&spoiled) && text.contains("\nclient,v5,,p5,,,same,"), "{text}");
    assert!(served.get("/names").1.contains("3 of 5 left"));
    msp.write("workspace/decisions.csv", good);
    let page = served.get("/names").1;
    assert!(page.contains("4 of 5 left") && !page.contains("passed over"), "{page}");
}

#[test]
fn a_file_without_its_columns_is_named_and_nothing_is_written_to_it() {
    let msp = reviewed();
    let served = Served::of(&msp, &[]);
    let csrf = served.get("/names").1;
    let csrf = csrf.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    msp.write("workspace/decisions.csv", "name,answer\nv1,same\n");
    let (status, page) = served.get("/names");
    assert_eq!(status, 409);
    assert!(page.contains("decisions.csv: expected a decisions file with the columns"), "{page}");
    assert!(page.contains("Mend the first row"), "{page}");
    assert_eq!(served.post_with("/decide", csrf, &ACCEPT).0, 409);
    assert_eq!(msp.text("workspace/decisions.csv"), "name,answer\nv1,same\n");
}

/// What stands of a card as its form carries it.
fn stands(page: &str) -> String {
    let form = page.split("action=\"/decide\"").nth(1).unwrap();
    let value = form.split("name=\"stands\" value=\"").nth(1).unwrap();
    value.split('"').next().unwrap().to_owned()
}

#[test]
fn an_answer_over_a_newer_one_is_refused_and_the_newer_one_is_shown() {
    let msp = reviewed();
    let served = Served::of(&msp, &[]);
    let card = "/names?at=s-2";
    let drawn = stands(&served.get(card).1);
    let same = [("id", "s-2"), ("verdict", "same"), ("candidate", "s-2"), ("stands", &drawn)];
    let no = [("id", "s-2"), ("verdict", "different"), ("candidate", "s-2"), ("stands", &drawn)];
    assert_eq!(served.post("/decide", &same).0, 303);
    let (status, page) = served.post("/decide", &no);
    assert_eq!(status, 409);
    let newer = "it was answered: same (Harbor Legal · Harbour Legal LLP), by kim, 20";
    assert!(page.contains(newer) && page.contains("href=\"/names?at=s-2\""), "{page}");
    assert_eq!(decided(&msp).len(), 1);
    // The same form sent twice says nothing new and is no quarrel.
    assert_eq!(served.post("/decide", &same).0, 303);
    assert_eq!(decided(&msp).len(), 1);
    // Whoever has seen what stands may say otherwise; so may somebody with a spreadsheet.
    let seen = stands(&served.get(card).1);
    msp.write(
        "sheet.csv",
        "subject,vendor_client,vendor_sku,psa_client,psa_sku,month,verdict,reason,until,by,at\n\
         client,v2,,,,,none,left us,,sam,2026-11-03T09:10:11Z\n",
    );
    msp.done(&["decide", "sheet.csv", "--workspace", "workspace"]);
    let over = [("id", "s-2"), ("verdict", "different"), ("candidate", "s-2"), ("stands", &seen)];
    let (status, page) = served.post("/decide", &over);
    assert_eq!(status, 409);
    let sheet = "none (Harbor Legal), &#34;left us&#34;, by sam, 2026-11-03 09:10:11 UTC";
    assert!(page.contains(sheet), "{page}");
    let seen = stands(&served.get(card).1);
    let over = [("id", "s-2"), ("verdict", "different"), ("candidate", "s-2"), ("stands", &seen)];
    assert_eq!(served.post("/decide", &over).0, 303);
    assert_eq!(decided(&msp).len(), 3);
    // Another name's answer makes no card stale.
    let other = stands(&served.get("/names?at=s-5").1);
    assert_eq!(served.post("/decide", &ACCEPT).0, 303);
    let other = [("id", "s-5"), ("verdict", "same"), ("candidate", "s-5"), ("stands", &other)];
    assert_eq!(served.post("/decide", &other).0, 303);
}

#[test]
fn an_answer_over_one_that_was_taken_back_is_refused_too() {
    let msp = reviewed();
    let served = Served::of(&msp, &[]);
    assert_eq!(served.post("/decide", &ACCEPT).0, 303);
    let first = decided(&msp)[0].rsplit(',').next().unwrap().to_owned();
    let drawn = stands(&served.get("/names?at=s-1").1);
    assert_eq!(served.post("/undo", &[("at", &first)]).0, 303);
    let late = [("id", "s-1"), ("verdict", "different"), ("candidate", "s-1"), ("stands", &drawn)];
    let (status, page) = served.post("/decide", &late);
    assert_eq!(status, 409);
    assert!(page.contains("Since this card was drawn its answer was taken back"), "{page}");
    // Nor is an answer taken back that somebody has answered over since.
    assert_eq!(served.post("/decide", &ACCEPT).0, 303);
    let first = decided(&msp)[2].rsplit(',').next().unwrap().to_owned();
    let no = [("id", "s-1"), ("verdict", "different"), ("candidate", "s-1")];
    assert_eq!(served.post("/decide", &no).0, 303);
    let (status, page) = served.post("/undo", &[("at", &first)]);
    assert_eq!(status, 409);
    assert!(page.contains("That was answered again since: different"), "{page}");
    assert_eq!(decided(&msp).len(), 4);
}

#[test]
fn many_are_accepted_only_as_they_were_shown() {
    let msp = reviewed();
    let served = Served::of(&msp, &[]);
    let page = served.get("/bulk?at_least=0.95").1;
    let pairs = page.split("name=\"pairs\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let fields = [("at_least", "0.95"), ("count", "2"), ("pairs", pairs)];
    // Another run, as many pairs: one of them another.
    let mut other = run();
    other["suggestions"][1]["psa_id"] = json!("p7");
    write_run(&msp, &other);
    let (status, page) = served.post("/bulk", &fields);
    assert_eq!(status, 200);
    assert!(page.contains("what waits has changed meanwhile"), "{page}");
    assert_eq!(decided(&msp).len(), 0);
}

#[test]
fn an_answer_that_lacks_something_comes_back_with_what_was_typed() {
    let msp = reviewed();
    let served = Served::of(&msp, &[]);
    let fields = [("id", "f-1"), ("queue", "differences"), ("until", "2026-12-31")];
    let (status, page) = served.post("/decide", &[&fields[..], &[("verdict", "free")]].concat());
    assert_eq!(status, 422);
    assert!(page.contains("Say why it is free"), "{page}");
    // Enter answers as chosen; the day is kept.
    let first = page.split("<form class=\"answer\"").nth(1).unwrap();
    let first = first.split("<button").nth(1).unwrap();
    assert!(first.contains("name=\"verdict\" value=\"free\""), "{first}");
    assert!(page.contains("name=\"until\" value=\"2026-12-31\""), "{page}");
    // Enter where nothing was chosen asks, and saves nothing.
    let typed = [("verdict", ""), ("reason", "good%22will")];
    let (status, page) = served.post("/decide", &[&fields[..], &typed].concat());
    assert_eq!(status, 422);
    assert!(page.contains("Which answer? choose one of the buttons"), "{page}");
    assert!(page.contains("name=\"reason\" value=\"good&#34;will\""), "{page}");
    assert_eq!(decided(&msp), Vec::<String>::new());
    let page = served.get("/differences").1;
    let first =
        page.split("<form class=\"answer\"").nth(1).unwrap().split("<button").nth(1).unwrap();
    assert!(first.contains("name=\"verdict\" value=\"\""), "{first}");
}

#[test]
fn a_run_that_goes_or_changes_while_the_page_is_open_is_noticed() {
    let msp = reviewed();
    let served = Served::of(&msp, &[]);
    assert_eq!(served.post("/decide", &ACCEPT).0, 303);
    std::fs::remove_dir_all(msp.path("workspace/runs/2026-10")).unwrap();
    let (status, page) = served.get("/differences");
    assert_eq!(status, 410);
    assert!(page.contains("The run of 2026-10 is not there any more"), "{page}");
    assert!(page.contains("what you decided is in decisions.csv"), "{page}");
    let mut smaller = run();
    smaller["findings"] = json!([]);
    write_run(&msp, &smaller);
    assert!(served.get("/differences").1.contains("No difference waits"));
    assert!(served.get("/names").1.contains("4 of 5 left"), "what was decided is still decided");
}

/// A full disk, as far as a test may make one: no file of the program may grow beyond some bytes.
#[cfg(unix)]
#[test]
fn on_a_full_disk_an_answer_is_refused_and_no_half_row_is_left() {
    let msp = reviewed();
    let header =
        "subject,vendor_client,vendor_sku,psa_client,psa_sku,month,verdict,reason,until,by,at\n";
    let rows: String = (0..12).map(|n| format!("client,c{n},,q{n},,,same,,,sam,\n")).collect();
    let mut before = format!("{header}{rows}");
    // The limit counts blocks of 512 bytes: the file ends a little before one.
    before.push_str(&format!(
        "client,c,,q,,,same,{},,sam,\n",
        "x".repeat(1024 - 25 - 20 - before.len())
    ));
    assert!((990..1024).contains(&before.len()), "{}", before.len());
    msp.write("workspace/decisions.csv", &before);
    let mut program = Command::new("sh");
    let script = format!(
        "trap '' XFSZ; ulimit -f 2; exec {} review --by kim --json --workspace workspace",
        env!("CARGO_BIN_EXE_seatdrift")
    );
    let served = Served::started(program.args(["-c", &script]).current_dir(msp.path("")));
    let (status, page) = served.post("/decide", &ACCEPT);
    assert_eq!(status, 500, "{page}");
    assert!(page.contains("Cannot append to"), "{page}");
    assert!(page.contains("Is the disk full"), "{page}");
    assert_eq!(msp.text("workspace/decisions.csv"), before);
    assert!(served.get("/names").1.contains("5 of 5 left"));
}

#[test]
fn a_card_off_the_list_leaves_every_row_of_the_list_unmarked() {
    let msp = reviewed();
    let served = Served::of(&msp, &[]);
    let list = |path: &str| {
        let page = served.get(path).1;
        let list = page.split("<ol class=\"list\">").nth(1).unwrap().split("</ol>").next();
        (list.unwrap().matches("aria-current").count(), page)
    };
    assert_eq!(list("/names?at=s-5").0, 1, "on the list");
    assert_eq!(list("/names").0, 1, "the first where none is named");
    // Another client's card, and one that was answered.
    let (n_marked, page) = list("/names?client=north&at=s-5");
    assert_eq!(n_marked, 0, "{page}");
    assert!(page.contains("Alder Dental") && page.contains("Northwnd Traders"), "{page}");
    assert!(page.contains("rel=\"next\" href=\"/names?at=s-1&#38;client=north\""), "{page}");
    assert!(!page.contains("rel=\"prev\""), "{page}");
    assert_eq!(served.post("/decide", &ACCEPT).0, 303);
    let (n_marked, page) = list("/names?at=s-1");
    assert_eq!(n_marked, 0, "{page}");
    assert!(page.contains("Decided: same as Northwind Traders Ltd"), "{page}");
}

#[test]
fn what_was_taken_back_counts_as_never_said() {
    let msp = reviewed();
    let served = Served::of(&msp, &[]);
    assert_eq!(served.post("/decide", &ACCEPT).0, 303);
    let row = decided(&msp)[0].clone();
    let at = row.rsplit(',').next().unwrap().to_owned();
    assert_eq!(served.post("/undo", &[("at", &at)]).0, 303);
    assert_eq!(served.post("/undo", &[("at", &at)]).0, 422, "once");
    drop(served);
    // The same row given again as a file is old news; it does not come back to life.
    let header =
        "subject,vendor_client,vendor_sku,psa_client,psa_sku,month,verdict,reason,until,by,at\n";
    msp.write("again.csv", format!("{header}{row}\n"));
    let answer = msp.done(&["decide", "again.csv", "--workspace", "workspace"]);
    assert!(answer.stdout.contains("0 decisions appended"), "{}", answer.stdout);
    assert!(Served::of(&msp, &[]).get("/names").1.contains("5 of 5 left"));
}

#[test]
fn products_that_may_be_parts_of_a_bundle_are_never_accepted_many_at_once() {
    let msp = reviewed();
    let mut run = run();
    let of_bundle = |id: &str, vendor: &str, bundle: &str| {
        let mut pair = run["suggestions"][5].clone();
        pair["id"] = json!(id);
        pair["vendor_id"] = json!(vendor);
        pair["vendor_name"] = json!(vendor);
        pair["psa_id"] = json!(bundle);
        pair["psa_name"] = json!(bundle);
        pair["probability"] = json!(0.97);
        pair
    };
    // Two that claim one product of the PSA, one that claims a product of its own, and one whose seats
    // propose it as a part.
    let mut more = vec![
        of_bundle("s-20", "DNSFilter", "Security Stack"),
        of_bundle("s-21", "Huntress", "Security Stack"),
        of_bundle("s-22", "Acronis", "Backup"),
        of_bundle("s-23", "Mailfilter", "Secure Office"),
    ];
    more[3]["contributions"][0]["feature"] = json!("bundle_prior");
    run["suggestions"].as_array_mut().unwrap().extend(more);
    write_run(&msp, &run);
    let served = Served::of(&msp, &[]);
    let (status, page) = served.get("/bulk?at_least=0.95&kind=sku");
    assert_eq!(status, 200);
    assert!(page.contains("Acronis"), "{page}");
    for part in ["DNSFilter", "Huntress", "Mailfilter"] {
        assert!(!page.contains(part), "{part} would be accepted: {page}");
    }
    let (_, card) = served.get("/names?at=s-23");
    let place = |label: &str| card.find(label).unwrap_or_else(|| panic!("no {label}: {card}"));
    assert!(place("Part of that bundle") < place("The same"), "what is asked comes first");
}

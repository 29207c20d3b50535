//! A browser, driven through WebDriver: JSON over HTTP.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// How long a test waits for something to come.
const PATIENCE: Duration = Duration::from_secs(20);

/// A browser of its own for one test; it ends with it.
pub(super) struct Browser {
    driver: Child,
    session: String,
    agent: ureq::Agent,
    _profile: tempfile::TempDir,
}

/// How the browser shows pages.
#[derive(Clone, Copy)]
pub(super) struct Screen {
    pub width: u32,
    pub height: u32,
    pub scheme: &'static str,
}

pub(super) const DESK: Screen = Screen { width: 1400, height: 1000, scheme: "light" };

/// The programs, where both are installed. Without them a test has nothing to do, unless
/// `SEATDRIFT_BROWSER=required`.
fn programs() -> Option<(PathBuf, PathBuf)> {
    let found = |names: &[&str]| {
        let folders = std::env::var_os("PATH")?;
        let mut paths = std::env::split_paths(&folders)
            .flat_map(|folder| names.iter().map(move |name| folder.join(name)));
        paths.find(|path| path.is_file())
    };
    let browser = found(&["chromium", "chromium-browser", "google-chrome"]);
    let both = browser.zip(found(&["chromedriver"]));
    if both.is_none() {
        let is_required = std::env::var("SEATDRIFT_BROWSER").is_ok_and(|word| word == "required");
        assert!(!is_required, "SEATDRIFT_BROWSER=required, and no chromium with chromedriver here");
        // Past the capture of the test runner, which shows nothing of a test that passes.
        let _ = writeln!(std::io::stderr(), "skipped: no chromium with chromedriver here");
    }
    both
}

impl Browser {
    /// A browser, or `None` where none is installed.
    pub(super) fn open() -> Option<Self> {
        let (browser, driver) = programs()?;
        let mut driver = Command::new(driver)
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let port = port(&mut driver);
        let profile = tempfile::tempdir().unwrap();
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(60)))
            .build()
            .into();
        let mut browser_session =
            Self { driver, session: format!("http://127.0.0.1:{port}"), agent, _profile: profile };
        let arguments = [
            "--headless=new".to_owned(),
            "--no-sandbox".to_owned(),
            "--disable-gpu".to_owned(),
            "--disable-dev-shm-usage".to_owned(),
            "--disable-background-networking".to_owned(),
            "--no-first-run".to_owned(),
            format!("--user-data-dir={}", browser_session._profile.path().display()),
        ];
        let capabilities = json!({ "capabilities": { "alwaysMatch": {
            "goog:chromeOptions": { "binary": browser, "args": arguments },
            "goog:loggingPrefs": { "performance": "ALL" },
            "unhandledPromptBehavior": "ignore",
        } } });
        let made = browser_session.post("/session", &capabilities);
        let id = made["sessionId"].as_str().unwrap().to_owned();
        browser_session.session.push_str(&format!("/session/{id}"));
        browser_session.show_on(DESK);
        Some(browser_session)
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        let answer = self.agent.post(format!("{}{path}", self.session)).send_json(body);
        let answer: Value = answer.unwrap().body_mut().read_json().unwrap();
        let value = answer["value"].clone();
        assert!(value["error"].is_null(), "{path}: {value}");
        value
    }

    fn get(&self, path: &str) -> Value {
        let answer = self.agent.get(format!("{}{path}", self.session)).call();
        let answer: Value = answer.unwrap().body_mut().read_json().unwrap();
        answer["value"].clone()
    }

    /// A command of the browser's own protocol.
    fn devtools(&self, command: &str, parameters: &Value) {
        self.post("/goog/cdp/execute", &json!({ "cmd": command, "params": parameters }));
    }

    /// Shows pages so from now on.
    pub(super) fn show_on(&self, screen: Screen) {
        let size = json!({ "width": screen.width, "height": screen.height,
            "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", &size);
        let features = json!({ "features": [
            { "name": "prefers-color-scheme", "value": screen.scheme },
            { "name": "hover", "value": if screen.width < 600 { "none" } else { "hover" } },
        ] });
        self.devtools("Emulation.setEmulatedMedia", &features);
    }

    pub(super) fn goto(&self, address: &str) {
        self.post("/url", &json!({ "url": address }));
    }

    /// Pages opened from now on run none of their scripts; the driver's own still run.
    pub(super) fn run_no_scripts_from_now(&self) {
        self.devtools("Emulation.setScriptExecutionDisabled", &json!({ "value": true }));
    }

    /// Clicks on the first element a selector finds, as a mouse does.
    pub(super) fn click(&self, selector: &str) {
        let found = json!({ "using": "css selector", "value": selector });
        let element = self.post("/element", &found);
        let id = element.as_object().unwrap().values().next().unwrap().as_str().unwrap();
        self.post(&format!("/element/{id}/click"), &json!({}));
    }

    /// Chooses files for the first field a selector finds: their paths, one a line.
    pub(super) fn choose(&self, selector: &str, paths: &str) {
        let found = json!({ "using": "css selector", "value": selector });
        let element = self.post("/element", &found);
        let id = element.as_object().unwrap().values().next().unwrap().as_str().unwrap();
        self.post(&format!("/element/{id}/value"), &json!({ "text": paths }));
    }

    /// The value of a script's `return`.
    pub(super) fn run(&self, script: &str) -> Value {
        self.post("/execute/sync", &json!({ "script": script, "args": [] }))
    }

    /// What a script gives to its last argument, a function.
    pub(super) fn wait_for_script(&self, script: &str) -> Value {
        self.post("/execute/async", &json!({ "script": script, "args": [] }))
    }

    /// The text of the first element a selector finds; empty where there is none.
    pub(super) fn text(&self, selector: &str) -> String {
        let script = format!(
            "const one = document.querySelector({}); return one ? one.textContent.trim() : '';",
            json!(selector)
        );
        self.run(&script).as_str().unwrap_or_default().to_owned()
    }

    /// Waits until a selector's text has these words.
    pub(super) fn wait_for(&self, selector: &str, words: &str) {
        let since = Instant::now();
        loop {
            let text = self.text(selector);
            if text.contains(words) {
                return;
            }
            let page = self.run("return document.body.innerText");
            assert!(since.elapsed() < PATIENCE, "{selector}: {words:?} never came:\n{page}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Presses keys one after the other.
    pub(super) fn press(&self, keys: &str) {
        let presses = keys.chars().flat_map(|key| {
            let key = key.to_string();
            [json!({ "type": "keyDown", "value": key }), json!({ "type": "keyUp", "value": key })]
        });
        let presses: Vec<Value> = presses.collect();
        let actions = json!({ "actions": [{ "type": "key", "id": "keys", "actions": presses }] });
        self.post("/actions", &actions);
    }

    /// Opens another tab and turns to it; gives the one it came from.
    pub(super) fn other_tab(&self) -> String {
        let here = self.get("/window").as_str().unwrap().to_owned();
        let made = self.post("/window/new", &json!({ "type": "tab" }));
        self.turn_to(made["handle"].as_str().unwrap());
        here
    }

    pub(super) fn turn_to(&self, tab: &str) {
        self.post("/window", &json!({ "handle": tab }));
    }

    /// Addresses that pages asked for since this was last called; the browser's own pages and what an
    /// address itself carries left out.
    pub(super) fn asked_for(&self) -> Vec<String> {
        let log = self.post("/se/log", &json!({ "type": "performance" }));
        let entries = log.as_array().unwrap().iter();
        let messages = entries.map(|entry| -> Value {
            serde_json::from_str(entry["message"].as_str().unwrap()).unwrap()
        });
        messages
            .filter(|entry| entry["message"]["method"] == "Network.requestWillBeSent")
            .filter_map(|entry| {
                Some(entry["message"]["params"]["request"]["url"].as_str()?.to_owned())
            })
            .filter(|url| !url.starts_with("chrome://") && !url.starts_with("data:"))
            .collect()
    }

    /// What axe finds wrong with the page as it is, one line a rule.
    pub(super) fn violations(&self) -> Vec<String> {
        self.run(include_str!("axe/axe.min.js"));
        let script = "const done = arguments[arguments.length - 1]; \
            axe.run(document, { resultTypes: ['violations'] }).then((all) => done(all.violations.map(\
            (one) => `${one.id}: ${one.nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`)))";
        let found = self.wait_for_script(script);
        let lines = found.as_array().unwrap().iter();
        lines.map(|line| line.as_str().unwrap().to_owned()).collect()
    }

    /// How many pages of paper the page as it is takes.
    pub(super) fn pages_printed(&self) -> usize {
        let paper = json!({ "page": { "width": 21.0, "height": 29.7 } });
        let printed = self.post("/print", &paper);
        let bytes = decoded(printed.as_str().unwrap());
        let text = String::from_utf8_lossy(&bytes);
        let pages = text
            .match_indices("/Type /Page")
            .filter(|(at, word)| !text[at + word.len()..].starts_with('s'));
        pages.count()
    }

    /// Keeps a picture of the page in the target folder.
    pub(super) fn picture(&self, name: &str) {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("screenshots");
        std::fs::create_dir_all(&folder).unwrap();
        let picture = self.get("/screenshot");
        let bytes = decoded(picture.as_str().unwrap());
        let mut file = std::fs::File::create(folder.join(format!("{name}.png"))).unwrap();
        file.write_all(&bytes).unwrap();
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // A test that failed already says more than a browser that would not go.
        let _ = self.agent.delete(&self.session).call();
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// The port chromedriver says it listens on.
fn port(driver: &mut Child) -> u16 {
    let lines = BufReader::new(driver.stdout.take().unwrap()).lines();
    let port = lines.map_while(Result::ok).find_map(|line| {
        let (_, port) = line.split_once("started successfully on port ")?;
        port.trim_end_matches('.').parse().ok()
    });
    port.expect("chromedriver says its port")
}

/// The bytes of Base64 text.
fn decoded(text: &str) -> Vec<u8> {
    let value = |letter: u8| match letter {
        b'A'..=b'Z' => u32::from(letter - b'A'),
        b'a'..=b'z' => u32::from(letter - b'a') + 26,
        b'0'..=b'9' => u32::from(letter - b'0') + 52,
        b'+' => 62,
        _ => 63,
    };
    let letters: Vec<u8> = text.bytes().filter(|letter| *letter != b'=').collect();
    let bytes = letters.chunks(4).flat_map(|four| {
        let bits = four.iter().fold(0, |bits, letter| bits << 6 | value(*letter));
        let bits = bits << (6 * (4 - four.len()));
        bits.to_be_bytes()[1..four.len()].to_vec()
    });
    bytes.collect()
}

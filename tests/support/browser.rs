//! Debian's Chromium over its debugging pipe, with one tab: the standard library is enough.

use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(30);

const FLAGS: &str = "--headless --no-sandbox --disable-gpu --disable-dev-shm-usage --hide-scrollbars \
     --no-first-run --disable-extensions --disable-background-networking --disable-component-update \
     --disable-sync --mute-audio --force-color-profile=srgb --font-render-hinting=none \
     --remote-debugging-pipe";

/// One browser with one tab and a profile of its own.
pub(crate) struct Browser {
    child: Child,
    to: ChildStdin,
    from: Receiver<Value>,
    number: u64,
    session: Option<String>,
    /// Requests of the tab that no policy stopped, by their ids, in order.
    asked: Vec<(String, String)>,
    /// What the page's own scripts complained about, content security policy included.
    pub(crate) complaints: Vec<String>,
    _profile: tempfile::TempDir,
}

impl Browser {
    /// Starts it.
    pub(crate) fn start() -> Self {
        let profile = tempfile::tempdir().expect("a folder");
        // The pipe has to be file descriptors 3 and 4 of the browser.
        let line = format!(
            "exec chromium {FLAGS} --user-data-dir={} about:blank 3<&0 4>&1 0</dev/null 1>/dev/null",
            profile.path().display()
        );
        let mut child = Command::new("bash")
            .args(["-c", &line])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .expect("bash runs");
        let to = child.stdin.take().expect("piped");
        let mut out = BufReader::new(child.stdout.take().expect("piped"));
        let (sender, from) = channel();
        std::thread::spawn(move || {
            let mut message = Vec::new();
            while out.read_until(0, &mut message).is_ok_and(|read| read > 0) {
                message.pop();
                let parsed = serde_json::from_slice(&message).expect("the browser speaks JSON");
                if sender.send(parsed).is_err() {
                    return;
                }
                message.clear();
            }
        });
        let mut browser = Self {
            child,
            to,
            from,
            number: 0,
            session: None,
            asked: Vec::new(),
            complaints: Vec::new(),
            _profile: profile,
        };
        let target = browser.call("Target.createTarget", json!({"url": "about:blank"}));
        let target = target["targetId"].clone();
        let attached = browser.call(
            "Target.attachToTarget",
            json!({"targetId": target, "flatten": true}),
        );
        browser.session = attached["sessionId"].as_str().map(str::to_owned);
        for domain in ["Page", "Network", "Runtime", "Log"] {
            browser.call(&format!("{domain}.enable"), json!({}));
        }
        browser.screen(1280, 900, false);
        browser
    }

    /// One command of the debugging protocol; what happens meanwhile is noted.
    pub(crate) fn call(&mut self, method: &str, params: Value) -> Value {
        let answer = self.answer(method, params);
        assert!(answer["error"].is_null(), "{method}: {}", answer["error"]);
        answer["result"].clone()
    }

    /// The answer to a command, which may be an error.
    fn answer(&mut self, method: &str, params: Value) -> Value {
        self.number += 1;
        let number = self.number;
        let mut message = json!({"id": number, "method": method, "params": params});
        if let Some(session) = &self.session {
            message["sessionId"] = json!(session);
        }
        let mut bytes = message.to_string().into_bytes();
        bytes.push(0);
        self.to.write_all(&bytes).expect("the browser listens");
        let end = Instant::now() + PATIENCE;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let message = (self.from.recv_timeout(left)).unwrap_or_else(|_| {
                panic!("{method}: Chromium gave no answer; tests/run installs it")
            });
            if message["id"] == number {
                return message;
            }
            self.note(&message);
        }
    }

    fn note(&mut self, message: &Value) {
        let params = &message["params"];
        match message["method"].as_str().unwrap_or_default() {
            "Network.requestWillBeSent" => {
                let address = params["request"]["url"].as_str().unwrap_or_default();
                let id = params["requestId"].as_str().unwrap_or_default();
                self.asked.push((id.to_owned(), address.to_owned()));
            }
            // What a policy stops is told as a request first.
            "Network.loadingFailed" if params["blockedReason"] == "csp" => {
                self.asked
                    .retain(|(id, _)| params["requestId"] != id.as_str());
            }
            "Log.entryAdded" => self.complaints.push(params["entry"]["text"].to_string()),
            "Runtime.exceptionThrown" => {
                self.complaints.push(params["exceptionDetails"].to_string());
            }
            "Page.javascriptDialogOpening" => self.complaints.push(format!("dialog {params}")),
            _ => {}
        }
    }

    /// Addresses that were asked for and are none of the site at `root`.
    pub(crate) fn asked_beyond(&self, root: &str) -> Vec<&str> {
        let addresses = self.asked.iter().map(|(_, address)| address.as_str());
        let own = |address: &&str| !address.starts_with(root) && !address.starts_with("data:");
        addresses
            .filter(own)
            .filter(|address| *address != "about:blank")
            .collect()
    }

    /// The size of the screen, and whether it is a telephone's.
    pub(crate) fn screen(&mut self, width: u32, height: u32, is_mobile: bool) {
        let size =
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": is_mobile});
        self.call("Emulation.setDeviceMetricsOverride", size);
    }

    /// Light or dark, as the system says.
    pub(crate) fn dark(&mut self, is_dark: bool) {
        let scheme = if is_dark { "dark" } else { "light" };
        let features = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        self.call("Emulation.setEmulatedMedia", features);
    }

    /// Whether pages may run scripts.
    pub(crate) fn scripts(&mut self, run: bool) {
        self.call(
            "Emulation.setScriptExecutionDisabled",
            json!({"value": !run}),
        );
    }

    /// Opens an address and waits until it is loaded.
    pub(crate) fn open(&mut self, address: &str) {
        self.call("Page.navigate", json!({"url": address}));
        self.until("location.href !== 'about:blank'");
    }

    /// The value of an expression in the page; promises are waited for.
    pub(crate) fn eval(&mut self, expression: &str) -> Value {
        let params = json!({"expression": expression, "returnByValue": true, "awaitPromise": true});
        let result = self.call("Runtime.evaluate", params);
        assert!(
            result["exceptionDetails"].is_null(),
            "{expression}: {}",
            result["exceptionDetails"]
        );
        result["result"]["value"].clone()
    }

    /// The same as text.
    pub(crate) fn text(&mut self, expression: &str) -> String {
        let value = self.eval(expression);
        value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned)
    }

    /// Waits until an expression holds.
    pub(crate) fn until(&mut self, condition: &str) {
        let end = Instant::now() + PATIENCE;
        loop {
            // In between two pages there is nothing to evaluate in.
            let params = json!({"expression": format!("document.readyState === 'complete' && !!({condition})"), "returnByValue": true});
            let answer = self.answer("Runtime.evaluate", params);
            if answer["result"]["result"]["value"] == true {
                return;
            }
            assert!(
                Instant::now() < end,
                "{condition} never held: {}",
                self.text("document.body.innerText")
            );
            std::thread::sleep(Duration::from_millis(40));
        }
    }

    /// Clicks in the middle of the first element of a selector, with the mouse.
    pub(crate) fn click(&mut self, selector: &str) {
        let place = format!(
            "(() => {{ const one = document.querySelector({selector:?}); one.scrollIntoView({{block: 'center'}}); \
             const at = one.getBoundingClientRect(); return [at.x + at.width / 2, at.y + at.height / 2]; }})()"
        );
        let at = self.eval(&place);
        for kind in ["mousePressed", "mouseReleased"] {
            let event =
                json!({"type": kind, "x": at[0], "y": at[1], "button": "left", "clickCount": 1});
            self.call("Input.dispatchMouseEvent", event);
        }
    }

    /// Presses a key: `Tab`, `Enter`, `Space`, `ArrowDown` …
    pub(crate) fn press(&mut self, key: &str, shift: bool) {
        let (key, code, number, text) = match key {
            "Tab" => ("Tab", "Tab", 9, ""),
            "Enter" => ("Enter", "Enter", 13, "\r"),
            "Space" => (" ", "Space", 32, " "),
            "ArrowDown" => ("ArrowDown", "ArrowDown", 40, ""),
            other => panic!("no such key here: {other}"),
        };
        let modifiers = if shift { 8 } else { 0 };
        let event = |kind: &str| {
            json!({"type": kind, "key": key, "code": code, "windowsVirtualKeyCode": number,
                "text": if kind == "keyDown" { text } else { "" }, "modifiers": modifiers})
        };
        let down = if text.is_empty() {
            "rawKeyDown"
        } else {
            "keyDown"
        };
        self.call("Input.dispatchKeyEvent", event(down));
        self.call("Input.dispatchKeyEvent", event("keyUp"));
    }

    /// Types text where the focus is.
    pub(crate) fn type_text(&mut self, text: &str) {
        self.call("Input.insertText", json!({"text": text}));
    }

    /// Presses Tab until an expression about `document.activeElement`, called `at`, holds.
    pub(crate) fn tab_to(&mut self, condition: &str) {
        for _ in 0..200 {
            self.press("Tab", false);
            let holds = format!("(at => !!at && !!({condition}))(document.activeElement)");
            if self.eval(&holds) == true {
                return;
            }
        }
        panic!("Tab never came to {condition}");
    }

    /// Keeps a picture of the page as it is on the screen, or of all of it.
    pub(crate) fn picture(&mut self, path: &Path, whole: bool) {
        let shot = self.call(
            "Page.captureScreenshot",
            json!({"format": "png", "captureBeyondViewport": whole}),
        );
        let bytes = base64(shot["data"].as_str().expect("a picture"));
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, bytes).expect("a picture is written");
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Its helpers end with it.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Base64 without line breaks, as the protocol sends it.
fn base64(text: &str) -> Vec<u8> {
    let value = |letter: u8| match letter {
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        b'0'..=b'9' => letter - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    for four in text.trim_end_matches('=').as_bytes().chunks(4) {
        let joined = (four.iter().zip([18, 12, 6, 0])).fold(0_u32, |joined, (letter, shift)| {
            joined | u32::from(value(*letter)) << shift
        });
        let three = joined.to_be_bytes();
        bytes.extend_from_slice(&three[1..four.len()]);
    }
    bytes
}

//! A review desk of the program over a case of its own, and a browser before it.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::LazyLock;

use serde_json::Value;

use super::browser::Browser;
use super::{scanned, sidedoor};

/// The case of the marketplace, made once; every test has a copy of its own.
static MARKETPLACE: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("review");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("a desk over a case");
    scanned(&folder, "marketplace")
});

/// Copies a folder.
pub(crate) fn copied(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a desk over a case");
    for entry in std::fs::read_dir(from).expect("a desk over a case") {
        let entry = entry.expect("a desk over a case");
        let there = to.join(entry.file_name());
        if entry.file_type().expect("a desk over a case").is_dir() {
            copied(&entry.path(), &there);
        } else {
            std::fs::copy(entry.path(), there).expect("a desk over a case");
        }
    }
}

/// A desk over a case of its own.
pub(crate) struct Desk {
    pub(crate) child: Child,
    entrance: String,
    pub(crate) case: PathBuf,
    _folder: tempfile::TempDir,
}

impl Desk {
    pub(crate) fn of(case: &Path) -> Self {
        let folder = tempfile::tempdir().expect("a desk over a case");
        let own = folder.path().join("case");
        copied(case, &own);
        let mut child = sidedoor()
            .args(["review", "--case"])
            .arg(&own)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("a desk over a case");
        let mut entrance = String::new();
        let mut out = BufReader::new(child.stdout.take().expect("a desk over a case"));
        out.read_line(&mut entrance).expect("a desk over a case");
        Self {
            child,
            entrance: entrance.trim().to_owned(),
            case: own,
            _folder: folder,
        }
    }

    pub(crate) fn marketplace() -> Self {
        Self::of(&MARKETPLACE)
    }

    pub(crate) fn root(&self) -> &str {
        self.entrance
            .split_once("/enter")
            .expect("a desk over a case")
            .0
    }

    /// A browser that was let in and sees the list.
    pub(crate) fn entered(&self) -> Browser {
        let mut browser = Browser::start();
        self.enter(&mut browser);
        browser
    }

    pub(crate) fn enter(&self, browser: &mut Browser) {
        browser.open(&self.entrance);
        browser.until("document.querySelector('h1')?.textContent === 'Findings'");
    }

    /// The entries of the journal.
    pub(crate) fn journal(&self) -> Vec<Value> {
        let text = std::fs::read_to_string(self.case.join("decisions.jsonl")).unwrap_or_default();
        let lines = text.lines();
        lines
            .map(|line| serde_json::from_str(line).expect("a desk over a case"))
            .collect()
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Where a picture goes: beside the binary's folder, in the target folder.
pub(crate) fn picture(name: &str) -> PathBuf {
    let binary = Path::new(env!("CARGO_BIN_EXE_sidedoor"));
    let target = binary
        .parent()
        .and_then(Path::parent)
        .expect("a desk over a case");
    target.join("screenshots").join(name)
}

/// What axe finds wrong with the page.
pub(crate) fn assert_accessible(browser: &mut Browser, what: &str) {
    static AXE: LazyLock<String> = LazyLock::new(|| {
        let modules = std::env::var("SIDEDOOR_NODE_MODULES")
            .expect("tests/run installs axe-core and names its folder in SIDEDOOR_NODE_MODULES");
        std::fs::read_to_string(Path::new(&modules).join("axe-core/axe.min.js"))
            .expect("a desk over a case")
    });
    browser.eval(&AXE);
    let wrong = browser.text(
        "axe.run(document, {iframes: false}).then(found => found.violations.map(one => \
         one.id + ': ' + one.nodes.slice(0, 5).map(node => node.target.join(' ') + ' ' + (node.any[0]?.message ?? '')).join(' | ')).join('\\n'))",
    );
    assert_eq!(wrong, "", "{what}");
}

/// Fills in and sends the form of a decision.
pub(crate) fn decide(browser: &mut Browser, decision: &str, reason: &str, reviewer: &str) {
    browser.click(&format!("input[name=decision][value={decision}]"));
    browser.eval(&format!(
        "document.querySelector('#reason-finding').value = {reason:?}; \
         document.querySelector('#reviewer-finding').value = {reviewer:?}"
    ));
    browser.click("form[action='/decide'] .buttons button");
}

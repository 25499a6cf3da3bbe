//! A browser judges the reader: whether an anchor is seen, on a suite of small pages.
//!
//! `tests/oracle/README.md` tells how; `tests/run` installs the browser.

use std::path::Path;
use std::process::Command;

/// Renders the suite in Chromium, compares its verdicts with those that are kept and with what
/// `sidedoor inspect` says. The script ends with 1 when a bar is missed.
#[test]
fn the_reader_agrees_with_a_browser() {
    let oracle = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/oracle");
    let judged = Command::new("python3")
        .arg(oracle.join("judge.py"))
        .args(["suite", "--sidedoor", env!("CARGO_BIN_EXE_sidedoor")])
        .output()
        .expect("Python 3 runs; tests/run installs it");
    let told = String::from_utf8_lossy(&judged.stdout);
    println!("{told}");
    assert!(
        judged.status.success(),
        "{told}\n{}",
        String::from_utf8_lossy(&judged.stderr)
    );
}

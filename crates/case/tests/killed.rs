//! A crawl that is killed again and again ends as one that never was.

use std::process::{Command, Stdio};
use std::time::Duration;

use sidedoor_case::CaseFolder;

use crate::made::{brief, crawl, everything};
use crate::warc::{files, records};

/// Tells the child where its case is.
const FOLDER: &str = "SIDEDOOR_KILLED_CASE";
const LAST: usize = 1_500;

/// Not a test: what the test below starts, and kills.
#[test]
#[ignore = "run by a_crawl_that_is_killed_again_and_again_loses_nothing"]
#[expect(
    clippy::disallowed_methods,
    reason = "the parent says where the case is"
)]
fn the_crawl_that_is_killed() {
    if let Ok(folder) = std::env::var(FOLDER) {
        let (mut case, _) = CaseFolder::open_or_create(folder.as_ref(), &brief()).unwrap();
        crawl(&mut case, LAST, 4);
    }
}

#[test]
fn a_crawl_that_is_killed_again_and_again_loses_nothing() {
    let killed = tempfile::tempdir().unwrap();
    let whole = tempfile::tempdir().unwrap();
    let mut case = CaseFolder::create(whole.path(), &brief()).unwrap();
    crawl(&mut case, LAST, 4);
    let mut done = Vec::new();
    // At least once it must be killed in the midst of its work, however slow the machine.
    for turn in 0.. {
        if turn >= 12 && done.last() > Some(&0) {
            break;
        }
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "killed::the_crawl_that_is_killed", "--ignored"])
            .env(FOLDER, killed.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(30 + turn * 12));
        child.kill().unwrap();
        child.wait().unwrap();
        let (case, _) = CaseFolder::open_or_create(killed.path(), &brief()).unwrap();
        done.push(case.counts().unwrap().done);
    }
    assert!(done.is_sorted(), "{done:?}");
    let mut resumed = CaseFolder::open(killed.path()).unwrap();
    crawl(&mut resumed, LAST, 4);
    assert!(everything(&resumed) == everything(&case));
    let text = |folder: &tempfile::TempDir| format!("{:?}", records(&files(folder.path())[0]));
    assert!(text(&killed) == text(&whole));
}

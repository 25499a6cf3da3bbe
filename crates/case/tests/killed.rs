//! A crawl that is killed again and again ends as one that never was.
//!
//! A program of its own, without the harness of tests, since it is its own child: it starts itself
//! with the folder of a case, and that process crawls until it is killed.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test may fail loudly and tells what it did"
)]

#[path = "case/made.rs"]
mod made;
#[path = "case/warc.rs"]
mod warc;

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use sidedoor_case::CaseFolder;

use made::{brief, crawl, everything};
use warc::{files, records};

/// The word before the folder that tells the child what it is.
const CRAWL: &str = "crawl-until-killed";
const LAST: usize = 1_500;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [CRAWL, folder] = arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        let (mut case, _) = CaseFolder::open_or_create(folder.as_ref(), &brief()).unwrap();
        crawl(&mut case, LAST, 4);
    } else {
        a_crawl_that_is_killed_again_and_again_loses_nothing();
    }
}

/// Starts the child on a case.
fn start_crawl(folder: &Path) -> Child {
    Command::new(std::env::current_exe().expect("this program has a place"))
        .arg(CRAWL)
        .arg(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("this program runs")
}

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
        let mut child = start_crawl(killed.path());
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
    println!("killed {} times, with {done:?} pages done", done.len());
}

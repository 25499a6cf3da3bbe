//! A loss of power: what the disk holds then of the database and of the evidence are two moments, and neither
//! need be the end of a write.

#![expect(
    clippy::disallowed_methods,
    reason = "tests of the room that touches the disk"
)]

use std::fs;
use std::path::Path;

use model::StopReason;
use rusqlite::Connection;
use sidedoor_case::{CaseFolder, OpenError, verify};

use crate::made::{brief, crawl, everything, offer, page};
use crate::warc::files;

/// The last page.
const LAST: usize = 12;

/// What the disk holds of a case at a moment, the log of the database not yet written back.
struct Disk {
    base: Vec<u8>,
    log: Vec<u8>,
    evidence: Vec<u8>,
}

impl Disk {
    fn of(case: &Path) -> Self {
        Self {
            base: fs::read(case.join("case.sqlite")).unwrap(),
            log: fs::read(case.join("case.sqlite-wal")).unwrap(),
            // Before the first commit there is none.
            evidence: files(case)
                .first()
                .map_or(Vec::new(), |file| fs::read(file).unwrap()),
        }
    }

    /// Makes a case folder of it.
    fn write(&self, case: &Path) {
        fs::create_dir_all(case.join("evidence")).unwrap();
        fs::write(case.join("case.sqlite"), &self.base).unwrap();
        fs::write(case.join("case.sqlite-wal"), &self.log).unwrap();
        fs::write(case.join("evidence/00001.warc.gz"), &self.evidence).unwrap();
    }
}

/// A case whose crawl has ended and whose process is at work: what was committed, and how long the log of the
/// database was before the first page.
fn at_work(case: &Path) -> (Disk, usize, Vec<String>) {
    drop(CaseFolder::create(case, &brief()).unwrap());
    let mut open = CaseFolder::open(case).unwrap();
    open.offer(&[offer(page(0))]).unwrap();
    let begun = Disk::of(case).log.len();
    crawl(&mut open, LAST, 1);
    (Disk::of(case), begun, everything(&open))
}

/// How many bytes of the evidence the database knows of.
fn committed(disk: &Disk) -> usize {
    let copy = tempfile::tempdir().unwrap();
    disk.write(copy.path());
    let base = Connection::open(copy.path().join("case.sqlite")).unwrap();
    let bytes: Option<u64> = base
        .query_row("SELECT sum(bytes) FROM evidence", [], |row| row.get(0))
        .unwrap();
    usize::try_from(bytes.unwrap_or(0)).unwrap()
}

/// Goes on with what is on the disk, to the end, and checks that it ends as if nothing had happened.
fn assert_goes_on(disk: &Disk, known: usize, undisturbed: &[String], story: &str) {
    let folder = tempfile::tempdir().unwrap();
    let case = folder.path();
    disk.write(case);
    let mut resumed = CaseFolder::open(case).unwrap();
    let told = resumed.torn().unwrap();
    let cut: u64 = told.iter().map(|torn| torn.bytes).sum();
    assert_eq!(cut, (disk.evidence.len() - known) as u64, "{story}");
    let done = resumed.counts().unwrap().done;
    assert!(told.iter().all(|torn| torn.visit == done), "{story}");
    crawl(&mut resumed, LAST, 1);
    let counts = resumed.counts().unwrap();
    assert_eq!(counts.visits, LAST as u64 + 1, "{story}: nothing twice");
    assert_eq!(everything(&resumed), undisturbed, "{story}");
    resumed.set_stop(StopReason::FrontierEmpty).unwrap();
    resumed.seal().unwrap();
    let found = verify(case).unwrap();
    assert!(found.is_whole(), "{story}: {found:?}");
}

#[test]
fn whatever_was_lost_of_the_database_the_evidence_is_cut_to_it_and_what_it_held_is_asked_again() {
    let folder = tempfile::tempdir().unwrap();
    let (disk, begun, undisturbed) = at_work(folder.path());
    let mut lengths = std::collections::BTreeSet::new();
    for part in 0..=40 {
        // Somewhere in a page of the log, and now and then at its end.
        let log = begun + (disk.log.len() - begun) * part / 40;
        let lost = Disk {
            base: disk.base.clone(),
            log: disk.log[..log].to_vec(),
            evidence: disk.evidence.clone(),
        };
        let known = committed(&lost);
        lengths.insert(known);
        // The evidence reaches as far as the database, at least: it was written, and waited for, before.
        for kept in [
            known,
            known + (disk.evidence.len() - known) * part / 40,
            disk.evidence.len(),
        ] {
            let torn = Disk {
                evidence: disk.evidence[..kept].to_vec(),
                base: lost.base.clone(),
                log: lost.log.clone(),
            };
            let story = format!("log {log}, evidence {kept} of {known}");
            assert_goes_on(&torn, known, &undisturbed, &story);
        }
    }
    assert!(
        lengths.len() > LAST / 2,
        "many moments were seen: {lengths:?}"
    );
}

#[test]
fn a_log_that_ends_in_bytes_that_were_never_written_counts_up_to_them() {
    let folder = tempfile::tempdir().unwrap();
    let (disk, begun, undisturbed) = at_work(folder.path());
    for (part, filling) in [(1, 0_u8), (2, 0xff), (3, 0x5a)] {
        let from = begun + (disk.log.len() - begun) * part / 4;
        let mut log = disk.log.clone();
        log[from..].fill(filling);
        let mut evidence = disk.evidence.clone();
        let lost = Disk {
            base: disk.base.clone(),
            log: log.clone(),
            evidence: evidence.clone(),
        };
        let known = committed(&lost);
        // What lies behind was given its length on the disk, and never its bytes.
        evidence[known..].fill(filling);
        let torn = Disk {
            base: disk.base.clone(),
            log,
            evidence,
        };
        assert_goes_on(
            &torn,
            known,
            &undisturbed,
            &format!("{filling:#x} from {from}"),
        );
    }
}

#[test]
fn evidence_that_is_older_than_its_database_is_refused_at_every_length_and_nothing_is_made_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let (disk, ..) = at_work(folder.path());
    let committed = disk.evidence.len();
    for part in 0..10 {
        let kept = committed * part / 10;
        let older = tempfile::tempdir().unwrap();
        let torn = Disk {
            base: disk.base.clone(),
            log: disk.log.clone(),
            evidence: disk.evidence[..kept].to_vec(),
        };
        torn.write(older.path());
        let refused = CaseFolder::open(older.path()).unwrap_err();
        let OpenError::EvidenceShort {
            found,
            committed: known,
            ..
        } = refused
        else {
            panic!("{refused:?}");
        };
        assert_eq!((found, known), (kept as u64, committed as u64));
        assert_eq!(fs::read(&files(older.path())[0]).unwrap().len(), kept);
    }
}

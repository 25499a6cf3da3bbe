//! Making, opening and losing cases.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::num::NonZeroU32;
use std::path::Path;

use model::{Brief, Landings, Robots};
use rusqlite::Connection;
use sidedoor_case::{CaseFolder, CommitError, OpenError, Opened};

use crate::made::{brief, crawl, everything, offer, page};
use crate::warc::{files, records};

#[expect(clippy::disallowed_methods, reason = "the room that touches the disk")]
fn write(path: &Path, bytes: &[u8]) {
    fs::write(path, bytes).unwrap();
}

#[expect(clippy::disallowed_methods, reason = "the room that touches the disk")]
fn read(path: &Path) -> Vec<u8> {
    fs::read(path).unwrap()
}

fn refusal(result: Result<CaseFolder, OpenError>) -> OpenError {
    result.map(drop).unwrap_err()
}

#[test]
fn a_case_is_created_once_and_resumed_from_then_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new/case");
    let (case, opened) = CaseFolder::open_or_create(&path, &brief()).unwrap();
    assert_eq!(opened, Opened::Created);
    drop(case);
    let (case, opened) = CaseFolder::open_or_create(&path, &brief()).unwrap();
    assert_eq!(opened, Opened::Resumed);
    assert_eq!(case.brief(), &brief());
    drop(case);
    let refused = refusal(CaseFolder::create(&path, &brief()));
    assert!(matches!(refused, OpenError::AlreadyACase { .. }));
}

#[test]
fn a_folder_that_is_no_case_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    assert!(matches!(
        refusal(CaseFolder::open(&path.join("nowhere"))),
        OpenError::Missing { .. }
    ));
    assert!(matches!(
        refusal(CaseFolder::open(path)),
        OpenError::NotACase { .. }
    ));
    write(&path.join("notes.txt"), b"mine");
    for refused in [
        refusal(CaseFolder::create(path, &brief())),
        refusal(CaseFolder::open_or_create(path, &brief()).map(|(case, _)| case)),
        refusal(CaseFolder::create(&path.join("notes.txt"), &brief())),
    ] {
        assert!(matches!(refused, OpenError::NotEmpty { .. }));
    }
    assert_eq!(fs::read_dir(path).unwrap().count(), 1);
    write(
        &path.join("case.sqlite"),
        b"this is no database, only a file of that name",
    );
    assert!(matches!(
        refusal(CaseFolder::open(path)),
        OpenError::NotACase { .. }
    ));
    assert!(matches!(
        refusal(CaseFolder::open_read_only(path)),
        OpenError::NotACase { .. }
    ));
}

#[test]
fn the_database_of_another_program_is_no_case() {
    let folder = tempfile::tempdir().unwrap();
    let base = Connection::open(folder.path().join("case.sqlite")).unwrap();
    base.execute_batch("CREATE TABLE theirs (x)").unwrap();
    drop(base);
    assert!(matches!(
        refusal(CaseFolder::open(folder.path())),
        OpenError::NotACase { .. }
    ));
    assert!(matches!(
        refusal(CaseFolder::create(folder.path(), &brief())),
        OpenError::NotEmpty { .. }
    ));
}

#[test]
fn a_creation_that_was_killed_halfway_can_be_done_again() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("evidence")).unwrap();
    write(&folder.path().join("case.lock"), b"");
    write(&folder.path().join("case.sqlite"), b"");
    let (_case, opened) = CaseFolder::open_or_create(folder.path(), &brief()).unwrap();
    assert_eq!(opened, Opened::Created);
}

#[test]
fn evidence_whose_database_is_lost_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = CaseFolder::create(folder.path(), &brief()).unwrap();
    crawl(&mut case, 5, 2);
    drop(case);
    let (base, file) = (
        folder.path().join("case.sqlite"),
        folder.path().join("evidence/00001.warc.gz"),
    );
    let evidence = read(&file);
    for damage in [
        &|| fs::remove_file(&base).unwrap(),
        &|| write(&base, b""),
        &|| write(&base, &[7; 9_000]),
    ] as [&dyn Fn(); 3]
    {
        damage();
        for refused in [
            refusal(CaseFolder::create(folder.path(), &brief())),
            refusal(CaseFolder::open(folder.path())),
            refusal(CaseFolder::open_or_create(folder.path(), &brief()).map(|(case, _)| case)),
            refusal(CaseFolder::open_read_only(folder.path())),
        ] {
            assert!(matches!(refused, OpenError::BaseLost { .. }), "{refused:?}");
        }
        assert_eq!(read(&file), evidence);
    }
}

#[test]
fn another_brief_is_refused_with_the_field_that_differs() {
    let folder = tempfile::tempdir().unwrap();
    drop(CaseFolder::create(folder.path(), &brief()).unwrap());
    let other = |change: fn(&mut Brief)| {
        let mut other = brief();
        other.budget.pages = NonZeroU32::MIN;
        change(&mut other);
        refusal(CaseFolder::open_or_create(folder.path(), &other).map(|(case, _)| case))
    };
    for (expected, refused) in [
        (
            "budget.redirects",
            other(|brief| brief.budget.redirects = 1),
        ),
        ("landings", other(|brief| brief.landings = Landings::Record)),
        ("robots", other(|brief| brief.robots = Robots::Ignore)),
        (
            "scope.excluded_paths",
            other(|brief| brief.scope.excluded_paths.push("/x".to_owned())),
        ),
        ("seeds", other(|brief| brief.seeds.clear())),
        ("vantages", other(|brief| brief.vantages.clear())),
    ] {
        let OpenError::OtherBrief { field, .. } = &refused else {
            panic!("{refused:?}");
        };
        assert_eq!(field, expected);
    }
    let told = other(|brief| brief.budget.redirects = 1).to_string();
    assert!(told.contains("budget.redirects = 20, now 1"), "{told}");
    let case = CaseFolder::open(folder.path()).unwrap();
    assert_eq!(
        case.brief(),
        &brief(),
        "what was refused left nothing behind"
    );
    assert_eq!(case.brief_changes().unwrap(), []);
}

#[test]
fn budgets_and_pace_change_while_a_case_goes_on_and_their_history_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = CaseFolder::create(folder.path(), &brief()).unwrap();
    crawl(&mut case, 3, 2);
    drop(case);
    let mut larger = brief();
    larger.budget.pages = NonZeroU32::new(200_000).unwrap();
    larger.politeness.delay_millis = 50;
    let (case, opened) = CaseFolder::open_or_create(folder.path(), &larger).unwrap();
    assert_eq!(opened, Opened::Resumed);
    assert_eq!(case.brief(), &larger);
    drop(case);
    let case = CaseFolder::open_read_only(folder.path()).unwrap();
    assert_eq!(case.brief(), &larger);
    let told: Vec<String> = case
        .brief_changes()
        .unwrap()
        .iter()
        .map(|one| format!("{} {} {} {}", one.visit, one.field, one.before, one.after))
        .collect();
    let expected = [
        "4 budget.pages 100000 200000",
        "4 politeness.delay_millis 200 50",
    ];
    assert_eq!(told, expected);
}

#[test]
fn a_case_of_an_earlier_version_is_read_from_a_copy_and_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = CaseFolder::create(folder.path(), &brief()).unwrap();
    crawl(&mut case, 3, 2);
    let expected = case.coverage().unwrap();
    drop(case);
    let path = folder.path().join("case.sqlite");
    let base = Connection::open(&path).unwrap();
    // What the versions after the third one added.
    base.execute_batch(
        "DROP TABLE sitemap_loss; DROP TABLE brief_change; DROP TABLE way_on; ALTER TABLE frontier DROP COLUMN reach;
         DROP TABLE session; DROP INDEX frontier_reasked;
         ALTER TABLE frontier DROP COLUMN reask; ALTER TABLE frontier DROP COLUMN cookies;
         ALTER TABLE exchange DROP COLUMN cookies;
         ALTER TABLE guise DROP COLUMN referral; ALTER TABLE guise DROP COLUMN cookies;
         DROP TABLE torn; ALTER TABLE exchange DROP COLUMN payload_sha256;
         ALTER TABLE evidence DROP COLUMN warcinfo;
         DROP TABLE pattern; DROP TABLE learned; DROP TABLE memory; DROP TABLE refused;
         DROP INDEX frontier_waiting; DROP INDEX frontier_key; DROP INDEX frontier_variant;
         DROP INDEX frontier_withheld; CREATE INDEX frontier_waiting ON frontier (place) WHERE done = 0;
         ALTER TABLE frontier DROP COLUMN band; ALTER TABLE frontier DROP COLUMN key;
         ALTER TABLE frontier DROP COLUMN variant_of; ALTER TABLE frontier DROP COLUMN withheld;",
    )
    .unwrap();
    base.pragma_update(None, "user_version", 3).unwrap();
    drop(base);
    let before = read(&path);
    let case = CaseFolder::open_read_only(folder.path()).unwrap();
    assert_eq!(case.coverage().unwrap(), expected);
    assert_eq!(case.brief_changes().unwrap(), []);
    drop(case);
    assert_eq!(read(&path), before);
}

#[test]
fn a_creation_that_was_killed_in_its_first_write_can_be_done_again() {
    let (source, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let base = Connection::open(source.path().join("case.sqlite")).unwrap();
    // So many pages that some of them are written before the end of the transaction.
    base.execute_batch(
        "PRAGMA cache_size = 5; BEGIN IMMEDIATE; CREATE TABLE t (x);
         WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
         INSERT INTO t SELECT randomblob(500) FROM n;",
    )
    .unwrap();
    for name in ["case.sqlite", "case.sqlite-journal"] {
        let bytes = read(&source.path().join(name));
        assert!(!bytes.is_empty(), "{name}");
        write(&folder.path().join(name), &bytes);
    }
    let (case, opened) = CaseFolder::open_or_create(folder.path(), &brief()).unwrap();
    assert_eq!(opened, Opened::Created);
    assert_eq!(case.counts().unwrap().waiting, 0);
}

#[test]
fn a_case_of_a_later_version_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    drop(CaseFolder::create(folder.path(), &brief()).unwrap());
    let base = Connection::open(folder.path().join("case.sqlite")).unwrap();
    base.pragma_update(None, "user_version", 99).unwrap();
    drop(base);
    for refused in [
        refusal(CaseFolder::open(folder.path())),
        refusal(CaseFolder::open_read_only(folder.path())),
    ] {
        assert!(
            matches!(refused, OpenError::NewerSchema { found: 99, .. }),
            "{refused:?}"
        );
    }
}

#[test]
fn a_damaged_database_is_refused_and_not_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = CaseFolder::create(folder.path(), &brief()).unwrap();
    crawl(&mut case, 40, 10);
    drop(case);
    let path = folder.path().join("case.sqlite");
    let whole = read(&path);
    for kept in [100, 5_000, whole.len() / 2] {
        write(&path, &whole[..kept]);
        let refused = CaseFolder::open_or_create(folder.path(), &brief())
            .map(drop)
            .unwrap_err();
        assert!(
            matches!(refused, OpenError::Base { .. }),
            "{kept}: {refused:?}"
        );
    }
    write(&path, &whole);
    assert_eq!(
        everything(&CaseFolder::open(folder.path()).unwrap()).len(),
        41
    );
}

#[test]
fn a_case_can_be_handed_to_another_thread() {
    fn is_send<T: Send>() {}
    is_send::<CaseFolder>();
}

#[test]
fn one_process_writes_and_others_may_read() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = CaseFolder::create(folder.path(), &brief()).unwrap();
    let refused = refusal(CaseFolder::open(folder.path()));
    assert!(matches!(refused, OpenError::Locked { .. }), "{refused:?}");
    let reader = CaseFolder::open_read_only(folder.path()).unwrap();
    crawl(&mut case, 3, 1);
    assert_eq!(everything(&reader).len(), 4);
    drop(case);
    CaseFolder::open(folder.path()).unwrap();
}

#[test]
fn a_torn_tail_is_cut_and_the_crawl_goes_on_as_if_nothing_had_happened() {
    let whole = tempfile::tempdir().unwrap();
    let mut case = CaseFolder::create(whole.path(), &brief()).unwrap();
    crawl(&mut case, 20, 1);

    let torn = tempfile::tempdir().unwrap();
    let mut begun = CaseFolder::create(torn.path(), &brief()).unwrap();
    crawl(&mut begun, 7, 1);
    drop(begun);
    let file = files(torn.path()).remove(0);
    let mut tail = OpenOptions::new().append(true).open(&file).unwrap();
    tail.write_all(b"\x1f\x8b half a member").unwrap();
    write(&torn.path().join("evidence/00002.warc.gz"), b"\x1f\x8b");
    let mut resumed = CaseFolder::open(torn.path()).unwrap();
    assert_eq!(files(torn.path()).len(), 1);
    let told: Vec<_> = resumed
        .torn()
        .unwrap()
        .into_iter()
        .map(|one| (one.file, one.bytes))
        .collect();
    let path = |number| format!("evidence/0000{number}.warc.gz");
    assert_eq!(told, [(path(1), 16), (path(2), 2)]);
    assert_eq!(
        resumed.torn().unwrap()[0].visit,
        resumed.counts().unwrap().visits
    );
    resumed.offer(&[offer(page(8))]).unwrap();
    crawl(&mut resumed, 20, 1);

    assert_eq!(everything(&resumed), everything(&case));
    assert_eq!(read(&file), read(&files(whole.path())[0]));
}

#[test]
fn evidence_that_lost_committed_bytes_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = CaseFolder::create(folder.path(), &brief()).unwrap();
    crawl(&mut case, 3, 1);
    drop(case);
    let file = files(folder.path()).remove(0);
    let length = fs::metadata(&file).unwrap().len();
    OpenOptions::new()
        .write(true)
        .open(&file)
        .unwrap()
        .set_len(length - 1)
        .unwrap();
    let refused = refusal(CaseFolder::open(folder.path()));
    let OpenError::EvidenceShort {
        found, committed, ..
    } = refused
    else {
        panic!("{refused:?}");
    };
    assert_eq!((found, committed), (length - 1, length));
    fs::remove_file(&file).unwrap();
    assert!(matches!(
        refusal(CaseFolder::open(folder.path())),
        OpenError::EvidenceShort { found: 0, .. }
    ));
}

/// `/dev/full` takes no byte: writing to it is writing to a full disk.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_keeps_nothing_and_the_case_goes_on_once_there_is_room() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = CaseFolder::create(folder.path(), &brief()).unwrap();
    case.offer(&[offer(page(0))]).unwrap();
    let file = folder.path().join("evidence/00001.warc.gz");
    std::os::unix::fs::symlink("/dev/full", &file).unwrap();
    let waiting = case
        .next_waiting(sidedoor_case::Band::First, 0, 1)
        .unwrap()
        .remove(0);
    let reply = model::Reply::Answered(crate::made::answer(200, "x"));
    let step = crate::made::step(waiting, reply, vec![offer(page(1))]);
    let refused = case.commit(std::slice::from_ref(&step)).unwrap_err();
    assert!(
        matches!(refused, CommitError::DiskFull { .. }),
        "{refused:?}"
    );
    assert!(
        refused
            .to_string()
            .contains("goes on from there once there is room")
    );
    assert_eq!(case.counts().unwrap().waiting, 1);
    assert_eq!(everything(&case).len(), 0);
    // The link to the full disk was taken back with the rest of the commit.
    case.commit(&[step]).unwrap();
    crawl(&mut case, 4, 1);
    assert_eq!(everything(&case).len(), 5);
    assert_eq!(records(&file).len(), 1 + 3 * 5);
}

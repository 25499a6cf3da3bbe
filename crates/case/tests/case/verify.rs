#![expect(
    clippy::disallowed_methods,
    reason = "tests of the room that touches the disk"
)]

use std::path::{Path, PathBuf};

use model::Reply;
use sidedoor_case::{CaseFolder, Doubt, Flaw, verify};

use super::made::{answer, brief, crawl, offer, page, step};

/// A case of a few pages, in files of evidence of one commit each.
fn made(folder: &Path) {
    let mut case = CaseFolder::create(folder, &brief()).unwrap();
    case.rotate_evidence_at(1);
    crawl(&mut case, 1, 1);
    case.set_stop(model::StopReason::FrontierEmpty).unwrap();
    case.seal().unwrap();
}

fn evidence(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder.join("evidence"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files
}

fn flipped(path: &Path, at: usize, bit: u8) -> Vec<u8> {
    let mut bytes = std::fs::read(path).unwrap();
    bytes[at] ^= bit;
    bytes
}

#[test]
fn a_case_that_nobody_touched_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    made(folder.path());
    let found = verify(folder.path()).unwrap();
    assert!(found.is_whole(), "{found:?}");
    assert_eq!((found.files, found.exchanges, found.visits), (2, 2, 2));
}

#[test]
fn every_flipped_byte_of_the_evidence_is_found_at_its_place() {
    let folder = tempfile::tempdir().unwrap();
    made(folder.path());
    for path in evidence(folder.path()) {
        let whole = std::fs::read(&path).unwrap();
        let name = Path::new("evidence").join(path.file_name().unwrap());
        for at in 0..whole.len() {
            std::fs::write(&path, flipped(&path, at, 1 << (at % 8))).unwrap();
            let found = verify(folder.path()).unwrap();
            std::fs::write(&path, &whole).unwrap();
            let place = at as u64;
            assert!(
                found.faults.iter().any(|fault| fault.file == name
                    && fault
                        .span
                        .is_some_and(|(start, bytes)| (start..start + bytes).contains(&place))),
                "byte {at} of {}: {found:?}",
                name.display()
            );
        }
    }
    assert!(verify(folder.path()).unwrap().is_whole());
}

#[test]
fn a_flipped_byte_of_the_database_is_found() {
    let folder = tempfile::tempdir().unwrap();
    made(folder.path());
    let path = folder.path().join("case.sqlite");
    let whole = std::fs::read(&path).unwrap();
    // Every byte of the heading, and a sample of the rest.
    for at in (0..100).chain((100..whole.len()).step_by(211)) {
        std::fs::write(&path, flipped(&path, at, 4)).unwrap();
        let found = verify(folder.path()).unwrap();
        assert!(
            found
                .faults
                .iter()
                .any(|fault| matches!(fault.flaw, Flaw::Seal)),
            "byte {at}: {found:?}"
        );
        std::fs::write(&path, &whole).unwrap();
    }
    assert!(verify(folder.path()).unwrap().is_whole());
}

#[test]
fn every_flipped_byte_of_the_seal_is_found() {
    let folder = tempfile::tempdir().unwrap();
    made(folder.path());
    let path = folder.path().join("case.sqlite.sha256");
    let whole = std::fs::read(&path).unwrap();
    for at in 0..whole.len() {
        std::fs::write(&path, flipped(&path, at, 1)).unwrap();
        assert!(
            !verify(folder.path()).unwrap().faults.is_empty(),
            "byte {at}"
        );
        std::fs::write(&path, &whole).unwrap();
    }
}

#[test]
fn what_is_missing_added_or_lies_among_the_evidence_is_found() {
    let folder = tempfile::tempdir().unwrap();
    made(folder.path());
    let files = evidence(folder.path());
    let whole = std::fs::read(&files[0]).unwrap();
    let flaw = |change: &dyn Fn()| {
        change();
        let found = verify(folder.path()).unwrap();
        std::fs::write(&files[0], &whole).unwrap();
        format!("{:?}", found.faults)
    };
    let shorter = flaw(&|| std::fs::write(&files[0], &whole[..whole.len() - 1]).unwrap());
    assert!(shorter.contains("Short"), "{shorter}");
    let longer = flaw(&|| std::fs::write(&files[0], [&whole[..], b"x"].concat()).unwrap());
    assert!(longer.contains("Long"), "{longer}");
    let gone = flaw(&|| std::fs::remove_file(&files[0]).unwrap());
    assert!(gone.contains("Missing"), "{gone}");
    let strange = folder.path().join("evidence/extra.warc.gz");
    let added = flaw(&|| std::fs::write(&strange, b"x").unwrap());
    std::fs::remove_file(&strange).unwrap();
    assert!(added.contains("Unknown"), "{added}");
    std::fs::remove_file(folder.path().join("case.sqlite")).unwrap();
    let lost = verify(folder.path()).unwrap();
    assert!(matches!(lost.faults[0].flaw, Flaw::Missing), "{lost:?}");
}

#[test]
fn a_case_at_work_has_no_seal_and_that_is_said() {
    let folder = tempfile::tempdir().unwrap();
    made(folder.path());
    let mut case = CaseFolder::open(folder.path()).unwrap();
    case.offer(&[offer(page(9))]).unwrap();
    let waiting = case
        .next_waiting(sidedoor_case::Band::First, 0, 1)
        .unwrap()
        .remove(0);
    case.commit(&[step(waiting, Reply::Answered(answer(200, "new")), vec![])])
        .unwrap();
    let found = verify(folder.path()).unwrap();
    assert!(found.faults.is_empty(), "{found:?}");
    assert_eq!(found.doubts, [Doubt::Unsealed]);
    case.seal().unwrap();
    assert!(verify(folder.path()).unwrap().is_whole());
}

#[test]
fn the_index_names_every_answer_in_order_and_a_changed_one_is_found() {
    let folder = tempfile::tempdir().unwrap();
    made(folder.path());
    let path = folder.path().join("index.cdxj");
    let index = std::fs::read_to_string(&path).unwrap();
    let lines: Vec<&str> = index.lines().collect();
    assert_eq!(lines.len(), 2);
    assert!(lines.is_sorted());
    assert!(lines[0].starts_with("test,shop)/0 20260921"), "{index}");
    for line in &lines {
        let fields: serde_json::Value =
            serde_json::from_str(line.splitn(3, ' ').last().unwrap()).unwrap();
        assert_eq!(fields["status"], "200");
        assert_eq!(fields["mime"], "text/html");
        let file = folder
            .path()
            .join("evidence")
            .join(fields["filename"].as_str().unwrap());
        let at: usize = fields["offset"].as_str().unwrap().parse().unwrap();
        let record = std::fs::read(file).unwrap();
        assert_eq!(&record[at..at + 2], [0x1F, 0x8B]);
    }
    for at in 0..index.len() {
        std::fs::write(&path, flipped(&path, at, 2)).unwrap();
        assert!(!verify(folder.path()).unwrap().is_whole(), "byte {at}");
        std::fs::write(&path, &index).unwrap();
    }
}

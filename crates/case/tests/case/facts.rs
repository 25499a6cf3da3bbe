//! Facts that are damaged in the database are told of their visit, and never lost unseen.

use std::io::Write;
use std::path::Path;

use model::{PageFacts, VisitId};
use rusqlite::types::Value;
use rusqlite::{Connection, params};
use sidedoor_case::{CaseFolder, Flaw, ReadError, verify};

use super::made::{brief, crawl, everything, page};

const VISITS: u64 = 5;
/// The visit in the middle, whose facts are damaged.
const THIRD: u64 = 3;

fn made(folder: &Path) {
    let mut case = CaseFolder::create(folder, &brief()).unwrap();
    crawl(&mut case, 4, 2);
    case.set_stop(model::StopReason::FrontierEmpty).unwrap();
    case.seal().unwrap();
}

fn base(folder: &Path) -> Connection {
    Connection::open(folder.join("case.sqlite")).unwrap()
}

fn kept(folder: &Path, visit: u64) -> Vec<u8> {
    base(folder)
        .query_row("SELECT json FROM facts WHERE visit = ?1", [visit], |row| {
            row.get(0)
        })
        .unwrap()
}

fn put(folder: &Path, visit: u64, facts: impl Into<Value>) {
    let put = params![visit, facts.into()];
    base(folder)
        .execute("INSERT OR REPLACE INTO facts VALUES (?1, ?2)", put)
        .unwrap();
}

fn read(folder: &Path) -> Result<u64, ReadError> {
    let case = CaseFolder::open_read_only(folder).unwrap();
    let mut visits = 0;
    case.for_each_visit(&mut |_, _| {
        visits += 1;
        Ok::<(), ReadError>(())
    })?;
    Ok(visits)
}

/// That the third visit, and no other, is told to be damaged: by who reads, and by who verifies.
fn is_told_of_the_third(folder: &Path, what: &str) {
    match read(folder) {
        Err(wrong @ ReadError::Facts { visit, .. }) => {
            assert_eq!(visit, VisitId(THIRD), "{what}");
            assert!(wrong.to_string().contains("visit 3"), "{wrong}");
        }
        other => panic!("{what}: {other:?}"),
    }
    let found = verify(folder).unwrap();
    let flaws: Vec<&Flaw> = found.faults.iter().map(|fault| &fault.flaw).collect();
    assert!(
        matches!(flaws[..], [Flaw::Seal, Flaw::Facts(VisitId(THIRD))]),
        "{what}: {flaws:?}"
    );
}

#[test]
fn every_cut_and_every_flipped_bit_of_facts_is_told_of_its_visit() {
    let folder = tempfile::tempdir().unwrap();
    made(folder.path());
    let whole = kept(folder.path(), THIRD);
    let case = CaseFolder::open_read_only(folder.path()).unwrap();
    let before = everything(&case);
    for bytes in 0..whole.len() {
        put(folder.path(), THIRD, whole[..bytes].to_vec());
        is_told_of_the_third(folder.path(), &format!("the first {bytes} bytes"));
    }
    for at in 0..whole.len() {
        let mut flipped = whole.clone();
        flipped[at] ^= 1 << (at % 8);
        put(folder.path(), THIRD, flipped);
        is_told_of_the_third(folder.path(), &format!("byte {at} flipped"));
    }
    put(folder.path(), THIRD, whole);
    assert_eq!(read(folder.path()).unwrap(), VISITS);
    let case = CaseFolder::open_read_only(folder.path()).unwrap();
    assert_eq!(everything(&case), before);
}

#[test]
fn facts_that_are_lost_swapped_or_of_another_type_are_told_of_their_visit() {
    let folder = tempfile::tempdir().unwrap();
    made(folder.path());
    let whole = kept(folder.path(), THIRD);
    for (what, facts) in [
        ("a text", Value::Text("{}".to_owned())),
        ("a number", Value::Integer(7)),
        ("a fraction", Value::Real(0.5)),
        ("those of another page", Value::Blob(kept(folder.path(), 2))),
        (
            "twice",
            Value::Blob([whole.clone(), whole.clone()].concat()),
        ),
        ("JSON as it is", Value::Blob(b"{}".to_vec())),
    ] {
        put(folder.path(), THIRD, facts);
        is_told_of_the_third(folder.path(), what);
    }
    base(folder.path())
        .execute("DELETE FROM facts WHERE visit = ?1", [THIRD])
        .unwrap();
    is_told_of_the_third(folder.path(), "nothing");
}

fn zlib(json: &[u8]) -> Vec<u8> {
    let mut into = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    into.write_all(json).unwrap();
    into.finish().unwrap()
}

fn gzip(json: &[u8]) -> Vec<u8> {
    let mut into = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    into.write_all(json).unwrap();
    into.finish().unwrap()
}

#[test]
fn facts_of_all_forms_in_one_case_read_as_those_of_one_form() {
    let folder = tempfile::tempdir().unwrap();
    made(folder.path());
    let before = everything(&CaseFolder::open_read_only(folder.path()).unwrap());
    for (visit, pack) in [(2, zlib as fn(&[u8]) -> Vec<u8>), (4, gzip)] {
        let address = page(usize::try_from(visit).unwrap() - 1);
        let mut facts = PageFacts::empty(address.clone());
        facts.title = format!("The page {address}");
        put(
            folder.path(),
            visit,
            pack(&serde_json::to_vec(&facts).unwrap()),
        );
    }
    let after = everything(&CaseFolder::open_read_only(folder.path()).unwrap());
    assert_eq!(after, before);
}

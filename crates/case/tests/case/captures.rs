#![expect(
    clippy::disallowed_methods,
    reason = "tests of the room that touches the disk"
)]

use std::io::Write as _;
use std::path::PathBuf;

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder};
use model::{BodyCut, BodyHash, VantageId};
use proptest::prelude::*;
use sidedoor_case::{Capture, CaptureFault, CaptureForm, Found, Shelf};

use super::made::url;

const LONGEST: u64 = 1 << 20;

/// Shelves one file of these bytes.
fn shelved(form: CaptureForm, bytes: &[u8]) -> (Shelf, Capture) {
    let folder = tempfile::tempdir().unwrap();
    let file: PathBuf = folder.path().join("capture");
    std::fs::write(&file, bytes).unwrap();
    let (shelf, mut captures) = Shelf::fill(folder.path(), form, &[file], LONGEST).unwrap();
    (shelf, captures.remove(0))
}

fn record(kind: &str, target: &str, more: &str, block: &str) -> String {
    format!(
        "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: <{target}>\r\n\
         WARC-Date: 2026-01-02T03:04:05Z\r\nWARC-Record-ID: <urn:uuid:{kind}:{target}>\r\n{more}\
         Content-Length: {}\r\n\r\n{block}\r\n\r\n",
        block.len()
    )
}

fn response(target: &str, body: &str) -> String {
    let block = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{body}");
    record("response", target, "", &block)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::new(6));
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

fn found(shelf: &Shelf, address: &str) -> Option<Found> {
    shelf.find(&url(address), VantageId::Desktop).unwrap()
}

fn body(shelf: &Shelf, address: &str) -> Option<String> {
    let found = found(shelf, address)?;
    Some(String::from_utf8(found.answer.payload.to_vec()).unwrap())
}

fn faults(capture: &Capture) -> Vec<(CaptureFault, u64)> {
    capture.faults.clone()
}

#[test]
fn a_warc_is_read_plain_packed_by_record_and_packed_as_a_whole() {
    let records = [
        response("http://a.test/", "one"),
        response("http://a.test/2", "two"),
    ];
    let plain = records.concat().into_bytes();
    let by_record: Vec<u8> = records
        .iter()
        .flat_map(|one| gzip(one.as_bytes()))
        .collect();
    for bytes in [plain.clone(), by_record, gzip(&plain)] {
        let (shelf, capture) = shelved(CaptureForm::Warc, &bytes);
        assert_eq!((capture.answers, faults(&capture)), (2, vec![]));
        assert_eq!(body(&shelf, "http://a.test/").unwrap(), "one");
        assert_eq!(body(&shelf, "http://a.test/2").unwrap(), "two");
        assert_eq!(shelf.seeds(), [url("http://a.test/")]);
    }
}

#[test]
fn questions_are_joined_to_their_answers_on_either_side() {
    let before = [
        record(
            "request",
            "http://a.test/1",
            "",
            "GET /1 HTTP/1.1\r\nUser-Agent: x iPhone\r\n\r\n",
        ),
        response("http://a.test/1", "one"),
        response("http://a.test/2", "two"),
        record("request", "http://a.test/2", "", "POST /2 HTTP/1.1\r\n\r\n"),
    ];
    let (shelf, capture) = shelved(CaptureForm::Warc, before.concat().as_bytes());
    assert_eq!(faults(&capture), [(CaptureFault::OtherMethod, 1)]);
    let one = found(&shelf, "http://a.test/1").or(shelf
        .find(&url("http://a.test/1"), VantageId::Phone)
        .unwrap());
    assert_eq!(one.unwrap().vantage.user_agent, "x iPhone");
    assert!(found(&shelf, "http://a.test/2").is_none());
}

#[test]
fn a_revisit_has_the_payload_it_refers_to_wherever_that_is() {
    let text = [
        record(
            "revisit",
            "http://a.test/again",
            "WARC-Refers-To-Target-URI: http://a.test/\r\n\
             WARC-Refers-To-Date: 2026-01-02T03:04:05Z\r\n",
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-Mine: yes\r\n\r\n",
        ),
        record(
            "revisit",
            "http://a.test/lost",
            "WARC-Payload-Digest: sha1:AAAA\r\n",
            "",
        ),
        response("http://a.test/", "the page"),
    ];
    let (shelf, capture) = shelved(CaptureForm::Warc, text.concat().as_bytes());
    assert_eq!(faults(&capture), [(CaptureFault::UnresolvedRevisit, 1)]);
    let again = found(&shelf, "http://a.test/again").unwrap();
    assert_eq!(&again.answer.payload[..], b"the page");
    assert_eq!(again.answer.headers.first("x-mine"), Some("yes"));
}

#[test]
fn a_resource_is_a_page_without_http() {
    let text = record(
        "resource",
        "http://a.test/r",
        "Content-Type: text/html\r\n",
        "<p>x",
    );
    let (shelf, _) = shelved(CaptureForm::Warc, text.as_bytes());
    let resource = found(&shelf, "http://a.test/r").unwrap();
    assert_eq!(resource.answer.status, 200);
    assert_eq!(
        resource.answer.headers.first("content-type"),
        Some("text/html")
    );
}

#[test]
fn the_first_whole_answer_of_an_address_is_used() {
    let cut = record(
        "response",
        "http://a.test/",
        "WARC-Truncated: time\r\n",
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\nhal",
    );
    let text = [
        cut,
        response("http://a.test/", "whole"),
        response("http://a.test/", "later"),
    ];
    let (shelf, capture) = shelved(CaptureForm::Warc, text.concat().as_bytes());
    assert_eq!(body(&shelf, "http://a.test/").unwrap(), "whole");
    assert_eq!(faults(&capture), [(CaptureFault::Repeated, 1)]);
}

#[test]
fn what_is_broken_is_noted_and_the_rest_is_had() {
    let records = ["1", "2", "3"].map(|n| response(&format!("http://a.test/{n}"), n));
    let members: Vec<Vec<u8>> = records.iter().map(|one| gzip(one.as_bytes())).collect();
    // A byte of the second member is another one: the first and the third are had.
    let mut bytes = members.concat();
    let at = members[0].len() + members[1].len() / 2;
    bytes[at] ^= 0xFF;
    let (shelf, capture) = shelved(CaptureForm::Warc, &bytes);
    assert!(!capture.faults.is_empty());
    assert_eq!(body(&shelf, "http://a.test/1").unwrap(), "1");
    assert_eq!(body(&shelf, "http://a.test/3").unwrap(), "3");
    // The file ends in the third member.
    let bytes = members.concat();
    let (shelf, capture) = shelved(CaptureForm::Warc, &bytes[..bytes.len() - 20]);
    assert!(
        capture
            .faults
            .iter()
            .any(|(what, _)| *what == CaptureFault::Truncated)
    );
    assert_eq!(body(&shelf, "http://a.test/2").unwrap(), "2");
    // Between two records stands something else, and a record has no length.
    let text = format!(
        "{}junk\r\nWARC/1.0\r\nWARC-Type: x\r\n\r\n{}",
        records[0], records[1]
    );
    let (shelf, capture) = shelved(CaptureForm::Warc, text.as_bytes());
    assert_eq!(capture.answers, 2, "{:?}", capture.notes);
    assert_eq!(
        faults(&capture),
        [(CaptureFault::Stray, 1), (CaptureFault::BrokenRecord, 1)]
    );
    assert_eq!(capture.notes[0].at, records[0].len() as u64);
    assert_eq!(body(&shelf, "http://a.test/2").unwrap(), "2");
}

#[test]
fn a_digest_that_does_not_match_is_noted() {
    let text = record(
        "response",
        "http://a.test/",
        "WARC-Block-Digest: sha1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r\n",
        "HTTP/1.1 200 OK\r\n\r\nx",
    );
    let (_, capture) = shelved(CaptureForm::Warc, text.as_bytes());
    assert_eq!(faults(&capture), [(CaptureFault::Digest, 1)]);
}

#[test]
fn a_payload_over_the_budget_is_cut() {
    let long = "x".repeat(3 << 20);
    let text = [
        response("http://a.test/", &long),
        response("http://a.test/2", "two"),
    ];
    let (shelf, _) = shelved(CaptureForm::Warc, text.concat().as_bytes());
    let cut = found(&shelf, "http://a.test/").unwrap();
    assert_eq!(cut.answer.cut, Some(BodyCut::WireBudget));
    assert_eq!(cut.answer.payload.len() as u64, LONGEST);
    assert_eq!(body(&shelf, "http://a.test/2").unwrap(), "two");
}

#[test]
fn a_file_that_grows_without_end_is_read_no_further() {
    let record = response("http://a.test/", "one");
    let mut packed = GzEncoder::new(Vec::new(), Compression::new(9));
    packed
        .write_all(b"WARC/1.1\r\nWARC-Type: response\r\nContent-Length: 9000000000\r\n\r\n")
        .unwrap();
    let zeros = vec![0; 1 << 20];
    for _ in 0..700 {
        packed.write_all(&zeros).unwrap();
    }
    let bytes = [gzip(record.as_bytes()), packed.finish().unwrap()].concat();
    let (shelf, capture) = shelved(CaptureForm::Warc, &bytes);
    assert_eq!(body(&shelf, "http://a.test/").unwrap(), "one");
    assert_eq!(faults(&capture), [(CaptureFault::Truncated, 1)]);
}

/// A zip file with these entries, deflated where that is said.
fn zip(entries: &[(&str, &[u8], bool)]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, bytes, is_deflated) in entries {
        let packed = if *is_deflated {
            let mut packed = DeflateEncoder::new(Vec::new(), Compression::new(6));
            packed.write_all(bytes).unwrap();
            packed.finish().unwrap()
        } else {
            bytes.to_vec()
        };
        let mut crc = flate2::Crc::new();
        crc.update(bytes);
        let at = u32::try_from(out.len()).unwrap();
        let mut fixed = Vec::new();
        fixed.extend([20, 0, 0, 0, if *is_deflated { 8 } else { 0 }, 0, 0, 0, 0, 0]);
        fixed.extend(crc.sum().to_le_bytes());
        fixed.extend(u32::try_from(packed.len()).unwrap().to_le_bytes());
        fixed.extend(u32::try_from(bytes.len()).unwrap().to_le_bytes());
        fixed.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
        fixed.extend([0, 0]);
        out.extend(b"PK\x03\x04");
        out.extend(&fixed);
        out.extend(name.as_bytes());
        out.extend(&packed);
        directory.extend(b"PK\x01\x02\x14\0");
        directory.extend(&fixed);
        directory.extend([0; 10]);
        directory.extend(at.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let at = u32::try_from(out.len()).unwrap();
    let count = u16::try_from(entries.len()).unwrap().to_le_bytes();
    let length = u32::try_from(directory.len()).unwrap();
    out.extend(&directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend([count, count].concat());
    out.extend(length.to_le_bytes());
    out.extend(at.to_le_bytes());
    out.extend([0, 0]);
    out
}

const PAGES: &[u8] = b"{\"format\": \"json-pages-1.0\"}\n{\"url\": \"http://a.test/\"}\n{broken\n";

/// A package with one answer, whose description says this of its list of pages.
fn package(hash: BodyHash) -> Vec<u8> {
    let warc = gzip(response("http://a.test/", "packed").as_bytes());
    let description = format!(
        "{{\"resources\": [{{\"path\": \"pages/pages.jsonl\", \"hash\": \"sha256:{hash}\"}}]}}"
    );
    zip(&[
        ("archive/data.warc.gz", &warc, false),
        ("pages/pages.jsonl", PAGES, true),
        ("datapackage.json", description.as_bytes(), true),
    ])
}

#[test]
fn a_package_gives_its_archive_its_pages_and_what_is_wrong_with_it() {
    let bytes = package(BodyHash::of(PAGES));
    let (shelf, capture) = shelved(CaptureForm::Wacz, &bytes);
    assert_eq!(body(&shelf, "http://a.test/").unwrap(), "packed");
    assert_eq!(shelf.seeds(), [url("http://a.test/")]);
    assert_eq!(faults(&capture), []);
    let (_, altered) = shelved(CaptureForm::Wacz, &package(BodyHash::of(b"other")));
    assert_eq!(faults(&altered), [(CaptureFault::Digest, 1)]);
    // Without the directory at the end, the entries are found one after the other.
    let end = place(&bytes, b"PK\x01\x02");
    let (shelf, capture) = shelved(CaptureForm::Wacz, &bytes[..end]);
    assert_eq!(body(&shelf, "http://a.test/").unwrap(), "packed");
    assert!(
        faults(&capture).contains(&(CaptureFault::BrokenPackage, 1)),
        "{capture:?}"
    );
}

fn place(text: &[u8], pattern: &[u8]) -> usize {
    text.windows(pattern.len())
        .position(|window| window == pattern)
        .unwrap()
}

/// Bytes like those of a capture, somewhere broken.
fn nearly(whole: Vec<u8>) -> impl Strategy<Value = Vec<u8>> {
    let length = whole.len();
    let changes = prop::collection::vec((0..length, any::<u8>()), 0..6);
    (changes, 0..=length, 0..=length).prop_map(move |(changes, from, to)| {
        let mut bytes = whole.clone();
        for (at, byte) in changes {
            bytes[at] = byte;
        }
        bytes[from.min(to)..from.max(to)].to_vec()
    })
}

fn outcome(bytes: &[u8]) {
    for form in [CaptureForm::Warc, CaptureForm::Har, CaptureForm::Wacz] {
        let (shelf, capture) = shelved(form, bytes);
        for (address, _) in shelf.pages() {
            shelf.find(address, VantageId::Desktop).unwrap();
        }
        assert!(capture.notes.len() <= 100);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn any_bytes_have_an_outcome(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
        outcome(&bytes);
    }

    #[test]
    fn a_broken_package_has_an_outcome(bytes in nearly(package(BodyHash::of(PAGES)))) {
        outcome(&bytes);
    }

    #[test]
    fn a_broken_warc_has_an_outcome(bytes in nearly({
        let records = [response("http://a.test/", "one"), response("http://a.test/2", "two")];
        let packed: Vec<u8> = records.iter().flat_map(|one| gzip(one.as_bytes())).collect();
        [records.concat().into_bytes(), packed].concat()
    })) {
        outcome(&bytes);
    }

    #[test]
    fn a_broken_har_has_an_outcome(bytes in nearly(
        br#"{"log":{"entries":[{"request":{"method":"GET","url":"http://a.test/"},"response":{"status":200,
        "headers":[{"name":"x","value":"y"}],"content":{"size":3,"text":"QUJD","encoding":"base64"}}}]}}"#
            .to_vec()
    )) {
        outcome(&bytes);
    }
}

//! A reader of WARC that shares nothing with the writer, to judge it.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use flate2::bufread::GzDecoder;
use sha2::{Digest, Sha256};

/// A record: fields by their names in lower case, and its block.
#[derive(Debug)]
pub(crate) struct Record {
    pub(crate) fields: BTreeMap<String, String>,
    pub(crate) block: Vec<u8>,
}

impl Record {
    pub(crate) fn get(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", String::as_str)
    }

    pub(crate) fn kind(&self) -> &str {
        self.get("warc-type")
    }

    /// What follows the head of the HTTP message in the block.
    pub(crate) fn payload(&self) -> &[u8] {
        let head = self.block.windows(4).position(|four| four == b"\r\n\r\n");
        &self.block[head.unwrap() + 4..]
    }
}

pub(crate) fn files(case: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(case.join("evidence")).unwrap();
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

/// Every record of a file, each from a gzip member of its own, with lengths and digests checked.
#[expect(clippy::disallowed_methods, reason = "the room that touches the disk")]
pub(crate) fn records(file: &Path) -> Vec<Record> {
    let bytes = fs::read(file).unwrap();
    let mut rest: &[u8] = &bytes;
    let mut records = Vec::new();
    while !rest.is_empty() {
        let mut text = Vec::new();
        let mut member = GzDecoder::new(rest);
        member.read_to_end(&mut text).unwrap();
        rest = member.into_inner();
        records.push(record(&text));
    }
    records
}

fn record(text: &[u8]) -> Record {
    let mut fields = BTreeMap::new();
    let mut rest = text;
    let mut line = || {
        let end = rest.iter().position(|byte| *byte == b'\n').unwrap();
        let line = std::str::from_utf8(&rest[..end]).unwrap();
        rest = &rest[end + 1..];
        line.strip_suffix('\r').unwrap()
    };
    assert_eq!(line(), "WARC/1.1");
    loop {
        match line() {
            "" => break,
            field => {
                let (name, value) = field.split_once(':').unwrap();
                let old = fields.insert(name.to_ascii_lowercase(), value.trim().to_owned());
                assert_eq!(old, None, "{name} is there twice");
            }
        }
    }
    let length: usize = fields["content-length"].parse().unwrap();
    let block = rest[..length].to_vec();
    assert_eq!(&rest[length..], b"\r\n\r\n");
    for must in ["warc-record-id", "warc-date", "warc-type", "content-type"] {
        assert!(fields.contains_key(must), "{must} is missing");
    }
    let id = &fields["warc-record-id"];
    assert!(id.starts_with("<urn:uuid:") && id.ends_with('>') && id.len() == 47);
    let record = Record { fields, block };
    assert_eq!(record.get("warc-block-digest"), sha256(&record.block));
    // The payload of a revisit stands in another record.
    if record.kind() != "revisit" && record.fields.contains_key("warc-payload-digest") {
        assert_eq!(record.get("warc-payload-digest"), sha256(record.payload()));
    }
    record
}

fn sha256(bytes: &[u8]) -> String {
    let mut bits: String = Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:08b}"))
        .collect();
    while !bits.len().is_multiple_of(5) {
        bits.push('0');
    }
    let letters: String = bits
        .as_bytes()
        .chunks(5)
        .map(|five| {
            let index = u8::from_str_radix(std::str::from_utf8(five).unwrap(), 2).unwrap();
            char::from(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[usize::from(index)])
        })
        .collect();
    format!("sha256:{letters}====")
}

//! Reading the records of one exchange back.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use bytes::Bytes;
use flate2::bufread::GzDecoder;
use model::Headers;

use super::Stretch;
use super::http::{find, parse_head, status};
use super::record::digest;

/// Room for the fields of a record and of the message in it, beyond the body.
const HEADS: u64 = 16 << 20;

/// What is wrong with a piece of evidence.
#[derive(Debug, thiserror::Error)]
pub enum EvidenceFault {
    /// The file cannot be read, or is no gzip there.
    #[error("cannot be read")]
    Read(#[from] io::Error),
    /// The records are not those of an exchange.
    #[error("no WARC records of an exchange")]
    NotWarc,
    /// The block of a record is no HTTP message.
    #[error("no HTTP message")]
    NotHttp,
    /// A digest does not match: the bytes are not those that were received.
    #[error("the digest of the {what} does not match")]
    Digest {
        /// What was digested.
        what: &'static str,
    },
}

/// What the evidence has of one exchange.
#[derive(Debug)]
pub(crate) struct Evident {
    /// `WARC-Target-URI` of the response.
    pub(crate) address: String,
    /// `WARC-Date` of the response.
    pub(crate) date: String,
    pub(crate) status: u16,
    pub(crate) headers: Headers,
    pub(crate) request_headers: Headers,
    pub(crate) payload: Bytes,
    pub(crate) body: Bytes,
}

/// Reads the exchange at `stretch`, checking every digest. The payload of a revisit is read from the
/// records of its `original`. A record that unpacks to more than
/// `longest` bytes and a heading is none that was written here.
pub(crate) fn read_exchange(
    path: &Path,
    stretch: Stretch,
    original: Option<(&Path, Stretch)>,
    longest: u64,
) -> Result<Evident, EvidenceFault> {
    let [response, request, conversion] = read_records(path, stretch, longest)?;
    let (Some(response), Some(request)) = (response, request) else {
        return Err(EvidenceFault::NotWarc);
    };
    let (line, headers, start) = parse_head(&response.block)?;
    let status = status(line)?;
    let (payload, conversion) = match (response.field("WARC-Type"), original) {
        (Some("revisit"), Some((path, stretch))) => {
            let [original, _, conversion] = read_records(path, stretch, longest)?;
            (payload_of(original)?, conversion)
        }
        (Some("revisit"), None) => return Err(EvidenceFault::NotWarc),
        _ => (response.block.slice(start..), conversion),
    };
    if response.field("WARC-Payload-Digest") != Some(&digest(&[&payload])) {
        return Err(EvidenceFault::Digest { what: "payload" });
    }
    let (_, request_headers, _) = parse_head(&request.block)?;
    let of_response = |name| response.field(name).unwrap_or_default().to_owned();
    Ok(Evident {
        address: of_response("WARC-Target-URI"),
        date: of_response("WARC-Date"),
        status,
        headers,
        request_headers,
        body: conversion.map_or_else(|| payload.clone(), |record| record.block),
        payload,
    })
}

/// The payload of the answer to which a revisit refers.
fn payload_of(original: Option<Record>) -> Result<Bytes, EvidenceFault> {
    let original = original
        .filter(|record| record.field("WARC-Type") == Some("response"))
        .ok_or(EvidenceFault::NotWarc)?;
    let (_, _, start) = parse_head(&original.block)?;
    Ok(original.block.slice(start..))
}

/// Reads the one record at `stretch`, which must be the description of its file, and checks its
/// digest.
pub(crate) fn read_description(path: &Path, stretch: Stretch) -> Result<(), EvidenceFault> {
    match read_alone(path, stretch)?.field("WARC-Type") {
        Some("warcinfo") => Ok(()),
        _ => Err(EvidenceFault::NotWarc),
    }
}

/// What the evidence has of an exchange without an answer.
#[derive(Debug)]
pub(crate) struct Unanswered {
    /// `WARC-Target-URI` of its record.
    pub(crate) address: String,
    /// `WARC-Date` of its record.
    pub(crate) date: String,
    /// The fields in the record.
    pub(crate) block: Bytes,
}

/// Reads the one record at `stretch`, which must say why an exchange has no answer, and checks its
/// digest.
pub(crate) fn read_unanswered(path: &Path, stretch: Stretch) -> Result<Unanswered, EvidenceFault> {
    let record = read_alone(path, stretch)?;
    if record.field("WARC-Type") != Some("metadata") {
        return Err(EvidenceFault::NotWarc);
    }
    let field = |name| record.field(name).unwrap_or_default().to_owned();
    Ok(Unanswered {
        address: field("WARC-Target-URI"),
        date: field("WARC-Date"),
        block: record.block,
    })
}

/// The record that is all there is at `stretch`.
fn read_alone(path: &Path, stretch: Stretch) -> Result<Record, EvidenceFault> {
    let mut file = open(path)?;
    file.seek(SeekFrom::Start(stretch.offset))?;
    let mut packed = BufReader::new(file.take(stretch.bytes));
    let mut text = Vec::new();
    GzDecoder::new(&mut packed)
        .take(HEADS)
        .read_to_end(&mut text)?;
    if packed.fill_buf()?.is_empty() {
        Record::parse(text)
    } else {
        Err(EvidenceFault::NotWarc)
    }
}

/// Response, request and conversion, as far as they are there.
fn read_records(
    path: &Path,
    stretch: Stretch,
    longest: u64,
) -> Result<[Option<Record>; 3], EvidenceFault> {
    let mut file = open(path)?;
    file.seek(SeekFrom::Start(stretch.offset))?;
    let mut packed = BufReader::new(file.take(stretch.bytes));
    let mut records = [None, None, None];
    while !packed.fill_buf()?.is_empty() {
        let mut text = Vec::new();
        GzDecoder::new(&mut packed)
            .take(longest.saturating_add(HEADS))
            .read_to_end(&mut text)?;
        let record = Record::parse(text)?;
        let place = match record.field("WARC-Type") {
            Some("response" | "revisit") => 0,
            Some("request") => 1,
            Some("conversion") => 2,
            Some("metadata") => continue,
            _ => return Err(EvidenceFault::NotWarc),
        };
        records[place] = Some(record);
    }
    Ok(records)
}

#[expect(clippy::disallowed_methods, reason = "the room that touches the disk")]
fn open(path: &Path) -> io::Result<File> {
    // A pipe would be waited for without end.
    if !std::fs::metadata(path)?.is_file() {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "it is no plain file",
        ));
    }
    File::open(path)
}

/// A record as it was read.
struct Record {
    fields: Vec<(String, String)>,
    block: Bytes,
}

impl Record {
    fn parse(text: Vec<u8>) -> Result<Self, EvidenceFault> {
        let end = find(&text, b"\r\n\r\n").ok_or(EvidenceFault::NotWarc)?;
        let head = std::str::from_utf8(&text[..end]).map_err(|_| EvidenceFault::NotWarc)?;
        let lines = head
            .strip_prefix("WARC/1.1\r\n")
            .ok_or(EvidenceFault::NotWarc)?;
        let fields: Vec<(String, String)> = lines
            .split("\r\n")
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let mut record = Self {
            fields,
            block: Bytes::new(),
        };
        let length: usize = record
            .field("Content-Length")
            .and_then(|length| length.parse().ok())
            .ok_or(EvidenceFault::NotWarc)?;
        let start = end + 4;
        let stop = start.checked_add(length).ok_or(EvidenceFault::NotWarc)?;
        if text.get(stop..) != Some(b"\r\n\r\n") {
            return Err(EvidenceFault::NotWarc);
        }
        record.block = Bytes::from(text).slice(start..stop);
        if record.field("WARC-Block-Digest") != Some(&digest(&[&record.block])) {
            return Err(EvidenceFault::Digest { what: "block" });
        }
        Ok(record)
    }

    fn field(&self, name: &str) -> Option<&str> {
        self.fields
            .iter()
            .find(|(field, _)| field == name)
            .map(|(_, value)| value.as_str())
    }
}

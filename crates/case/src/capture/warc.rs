//! WARC 1.0 and 1.1 (ISO 28500), as any writer may have left it.

use std::io::{self, BufRead, BufReader, Read};
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use bytes::Bytes;
use model::{BodyCut, Headers, HttpVersion, PageUrl};
use sha1::Sha1;
use sha2::{Digest, Sha256};

use super::shelf::{Filling, Stop};
use super::unpack::Unpacked;
use super::{Body, CaptureFault, Captured, Head, http, time};
use crate::warc::base32;

/// Bytes of the heading of a record, and of one line of it.
const HEADING: u64 = 64 << 10;
/// Bytes of a block besides the payload.
const MESSAGE_HEAD: u64 = 1 << 20;

/// Reads every record of a file.
pub(super) fn read(from: impl BufRead, filling: &mut Filling) -> Result<(), Stop> {
    let unpacked = Unpacked::new(from).map_err(Stop::File)?;
    let mut reader = Reader {
        text: BufReader::with_capacity(64 << 10, unpacked),
        filling,
        line: Vec::new(),
        pending: None,
        question: None,
    };
    reader.run()?;
    reader.filling.end_file();
    Ok(())
}

struct Reader<'f, R: BufRead> {
    text: BufReader<Unpacked<R>>,
    filling: &'f mut Filling,
    /// The first line of a record that was met while looking for one.
    line: Vec<u8>,
    /// An answer whose question may still come.
    pending: Option<(Captured, Ids)>,
    /// A question whose answer may still come.
    question: Option<Question>,
}

/// What ties an answer and its question together.
#[derive(Debug, Clone, Default)]
struct Ids {
    own: String,
    concurrent_to: String,
    target: String,
}

struct Question {
    ids: Ids,
    method: String,
    headers: Headers,
}

/// A record: its fields with names in lower case, and as much of its block as is kept.
struct Record {
    at: u64,
    fields: Vec<(String, String)>,
    block: Bytes,
    /// Whether the end of the block was not there.
    is_torn: bool,
    /// Whether the block is longer than what is kept.
    is_cut: bool,
}

impl Record {
    fn field(&self, name: &str) -> &str {
        let found = self.fields.iter().find(|(field, _)| field == name);
        found.map_or("", |(_, value)| value)
    }

    /// Values of addresses and ids stand in angle brackets with some writers.
    fn bare(&self, name: &str) -> &str {
        self.field(name)
            .trim_start_matches('<')
            .trim_end_matches('>')
    }

    fn ids(&self) -> Ids {
        Ids {
            own: self.bare("warc-record-id").to_owned(),
            concurrent_to: self.bare("warc-concurrent-to").to_owned(),
            target: self.bare("warc-target-uri").to_owned(),
        }
    }

    /// Whether the digest of the block is wrong, where one is given in a form that is known.
    fn is_altered(&self) -> bool {
        if self.is_cut || self.is_torn {
            return false;
        }
        let Some((name, digest)) = self.field("warc-block-digest").split_once(':') else {
            return false;
        };
        let bytes: Vec<u8> = match name.to_ascii_lowercase().as_str() {
            "sha1" => Sha1::digest(&self.block).to_vec(),
            "sha256" | "sha-256" => Sha256::digest(&self.block).to_vec(),
            _ => return false,
        };
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let is_base32 = digest
            .trim_end_matches('=')
            .eq_ignore_ascii_case(base32(&bytes).trim_end_matches('='));
        !is_base32 && !digest.eq_ignore_ascii_case(&hex)
    }
}

impl Ids {
    fn belong_to(&self, other: &Self) -> bool {
        let names = |id: &str, other: &str| !id.is_empty() && id == other;
        names(&self.concurrent_to, &other.own)
            || names(&other.concurrent_to, &self.own)
            || (self.concurrent_to.is_empty() && other.concurrent_to.is_empty())
                && names(&self.target, &other.target)
    }
}

impl<R: BufRead> Reader<'_, R> {
    fn run(&mut self) -> Result<(), Stop> {
        loop {
            match self.record() {
                Ok(Some(record)) => {
                    let is_torn = record.is_torn;
                    self.take(record)?;
                    if is_torn && !self.go_on() {
                        break;
                    }
                }
                Ok(None) => break,
                Err(wrong) => {
                    let what = if wrong.kind() == io::ErrorKind::UnexpectedEof {
                        CaptureFault::Truncated
                    } else {
                        CaptureFault::BrokenPacking
                    };
                    let at = self.at(0);
                    self.filling.note(what, at, None);
                    if !self.go_on() {
                        break;
                    }
                }
            }
        }
        self.flush()
    }

    /// Where the last `read` bytes began: in the file for a plain one, else where their gzip
    /// member begins.
    fn at(&self, read: usize) -> u64 {
        let unpacked = self.text.get_ref();
        if unpacked.is_plain() {
            let ahead = self.text.buffer().len() + read;
            unpacked.at().saturating_sub(ahead as u64)
        } else {
            unpacked.at()
        }
    }

    /// After something was broken: whether reading can go on behind it.
    fn go_on(&mut self) -> bool {
        // After an error nothing is left in the buffer; after a torn record something may be.
        if self.text.buffer().is_empty() {
            self.text.get_mut().recover()
        } else {
            true
        }
    }

    /// The next record; `None` at the end. Bytes between records are told once.
    fn record(&mut self) -> io::Result<Option<Record>> {
        let mut is_told = false;
        loop {
            if self.line.is_empty() && self.read_line()? == 0 {
                return Ok(None);
            }
            let at = self.at(self.line.len());
            let line = std::mem::take(&mut self.line);
            if line.starts_with(b"WARC/") {
                if let Some(record) = self.rest_of_record(at)? {
                    return Ok(Some(record));
                }
                self.filling.note(CaptureFault::BrokenRecord, at, None);
            } else if !line.trim_ascii().is_empty() && !is_told {
                is_told = true;
                self.filling.note(CaptureFault::Stray, at, None);
            }
        }
    }

    fn read_line(&mut self) -> io::Result<usize> {
        self.line.clear();
        (&mut self.text)
            .take(HEADING)
            .read_until(b'\n', &mut self.line)
    }

    /// Fields and block, behind the first line; `None` where the heading does not read.
    fn rest_of_record(&mut self, at: u64) -> io::Result<Option<Record>> {
        let Some(fields) = self.fields()? else {
            return Ok(None);
        };
        let mut record = Record {
            at,
            fields,
            block: Bytes::new(),
            is_torn: false,
            is_cut: false,
        };
        let Ok(length) = record.field("content-length").parse::<u64>() else {
            return Ok(None);
        };
        let kept = length.min(self.filling.longest.saturating_add(MESSAGE_HEAD));
        let mut block = Vec::new();
        let read = (&mut self.text).take(kept).read_to_end(&mut block);
        record.is_cut = kept < length;
        record.is_torn = match read {
            Ok(_) if (block.len() as u64) < kept => true,
            Ok(_) => {
                let rest = length - kept;
                let skipped = io::copy(&mut (&mut self.text).take(rest), &mut io::sink());
                !skipped.is_ok_and(|skipped| skipped == rest)
            }
            Err(_) => true,
        };
        record.block = Bytes::from(block);
        Ok(Some(record))
    }

    /// The fields of a heading; `None` where it has no end.
    fn fields(&mut self) -> io::Result<Option<Vec<(String, String)>>> {
        let mut fields: Vec<(String, String)> = Vec::new();
        let mut left = HEADING;
        loop {
            let read = self.read_line()? as u64;
            let line = String::from_utf8_lossy(&self.line).into_owned();
            if read == 0 || read > left || line.starts_with("WARC/1") {
                if read == 0 {
                    self.line.clear();
                }
                return Ok(None);
            }
            left -= read;
            self.line.clear();
            let line = line.trim_end_matches(['\r', '\n']);
            if line.is_empty() {
                return Ok(Some(fields));
            }
            if line.starts_with([' ', '\t'])
                && let Some((_, value)) = fields.last_mut()
            {
                value.push(' ');
                value.push_str(line.trim());
            } else if let Some((name, value)) = line.split_once(':') {
                fields.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
            }
        }
    }

    fn take(&mut self, record: Record) -> Result<(), Stop> {
        let address = PageUrl::parse(record.bare("warc-target-uri")).ok();
        if record.is_torn {
            self.filling
                .note(CaptureFault::Truncated, record.at, address.clone());
        }
        if record.is_altered() {
            self.filling
                .note(CaptureFault::Digest, record.at, address.clone());
        }
        let kind = record.field("warc-type").to_ascii_lowercase();
        match (kind.as_str(), address) {
            ("request", Some(_)) => return self.take_question(&record),
            ("response", Some(address)) => {
                self.flush()?;
                self.take_answer(&record, address);
            }
            ("resource", Some(address)) => {
                self.flush()?;
                self.pending = Some((
                    resource(&record, address, self.filling.longest),
                    record.ids(),
                ));
            }
            ("revisit", Some(address)) => {
                self.flush()?;
                self.pending = Some((revisit(&record, address), record.ids()));
            }
            ("continuation", address) => {
                self.filling
                    .note(CaptureFault::Segmented, record.at, address);
            }
            _ => self.filling.pass_over(),
        }
        self.join_question();
        Ok(())
    }

    fn take_answer(&mut self, record: &Record, address: PageUrl) {
        let Some(answered) = http::answer(&record.block) else {
            self.filling
                .note(CaptureFault::BrokenMessage, record.at, Some(address));
            return;
        };
        let payload = record.block.slice(answered.body..);
        let is_chunked = answered
            .headers
            .all("transfer-encoding")
            .any(|value| value.to_ascii_lowercase().contains("chunked"));
        let (payload, is_whole) = if is_chunked {
            http::without_chunks(&payload)
        } else {
            (payload, true)
        };
        if !is_whole && !record.is_torn && !record.is_cut {
            self.filling.note(
                CaptureFault::BrokenMessage,
                record.at,
                Some(address.clone()),
            );
        }
        let (payload, is_long) = bounded(payload, self.filling.longest);
        let cut = match record.field("warc-truncated") {
            _ if record.is_cut || is_long => Some(BodyCut::WireBudget),
            "" if record.is_torn || !is_whole => Some(BodyCut::Incomplete),
            "" => None,
            "length" => Some(BodyCut::WireBudget),
            "time" => Some(BodyCut::Time),
            "disconnect" => Some(BodyCut::Disconnect),
            _ => Some(BodyCut::Incomplete),
        };
        let mut head = head_of(record, &address, answered.version, answered.headers);
        head.cut = cut;
        let captured = Captured {
            names: names(record, &address),
            address,
            status: answered.status,
            head,
            payload: Body::Here(payload),
            at: record.at,
            is_document: false,
            led_from: None,
        };
        self.pending = Some((captured, record.ids()));
    }

    fn take_question(&mut self, record: &Record) -> Result<(), Stop> {
        let (method, headers) = http::question(&record.block);
        let question = Question {
            ids: record.ids(),
            method,
            headers,
        };
        self.question = Some(question);
        self.join_question();
        Ok(())
    }

    /// Puts the question that waits and the answer that waits together, if they belong so.
    fn join_question(&mut self) {
        let belong = match (&self.pending, &self.question) {
            (Some((_, answer)), Some(question)) => question.ids.belong_to(answer),
            _ => false,
        };
        if belong
            && let Some(question) = self.question.take()
            && let Some((captured, _)) = &mut self.pending
        {
            let is_get = matches!(question.method.as_str(), "GET" | "");
            captured.head.request_headers = question.headers;
            if !is_get {
                let (at, address) = (captured.at, captured.address.clone());
                self.filling
                    .note(CaptureFault::OtherMethod, at, Some(address));
                self.pending = None;
            }
        }
    }

    /// The question of the answer that waits does not come any more.
    fn flush(&mut self) -> Result<(), Stop> {
        match self.pending.take() {
            Some((captured, _)) => self.filling.add(captured),
            None => Ok(()),
        }
    }
}

/// At most `longest` bytes of a payload, and whether that is a part of it.
fn bounded(payload: Bytes, longest: u64) -> (Bytes, bool) {
    let longest = usize::try_from(longest).unwrap_or(usize::MAX);
    if payload.len() > longest {
        (payload.slice(..longest), true)
    } else {
        (payload, false)
    }
}

/// The names by which a later record may mean this payload.
fn names(record: &Record, address: &PageUrl) -> Vec<String> {
    let digest = record.field("warc-payload-digest").to_ascii_lowercase();
    let id = record.bare("warc-record-id");
    let dated = dated(address.as_str(), record.field("warc-date"));
    [id.to_owned(), digest, dated, address.as_str().to_owned()]
        .into_iter()
        .filter(|name| !name.is_empty())
        .collect()
}

fn dated(address: &str, date: &str) -> String {
    format!("{address} {date}")
}

fn head_of(record: &Record, address: &PageUrl, version: HttpVersion, headers: Headers) -> Head {
    let ip: Option<IpAddr> = record.field("warc-ip-address").parse().ok();
    Head {
        version,
        has_headers: !headers.0.is_empty(),
        headers,
        request_headers: Headers::default(),
        peer: ip.map(|ip| SocketAddr::new(ip, address.port())),
        started: time(record.field("warc-date")),
        elapsed: Duration::ZERO,
        cut: None,
        is_decoded: false,
    }
}

/// A file that was put into the archive without HTTP.
fn resource(record: &Record, address: PageUrl, longest: u64) -> Captured {
    let kind = record.field("content-type");
    let headers = match kind {
        "" => Headers::default(),
        kind => Headers::from([("content-type", kind)]),
    };
    let (payload, is_long) = bounded(record.block.clone(), longest);
    let mut head = head_of(record, &address, HttpVersion::Http11, headers);
    head.is_decoded = true;
    head.cut = if record.is_cut || is_long {
        Some(BodyCut::WireBudget)
    } else {
        record.is_torn.then_some(BodyCut::Incomplete)
    };
    Captured {
        names: names(record, &address),
        address,
        status: 200,
        head,
        payload: Body::Here(payload),
        at: record.at,
        is_document: false,
        led_from: None,
    }
}

/// An answer whose payload is that of another record. One without headers has the status 0 until
/// the other is found.
fn revisit(record: &Record, address: PageUrl) -> Captured {
    let answered = http::answer(&record.block);
    let (status, version, headers) = match answered {
        Some(answered) => (answered.status, answered.version, answered.headers),
        None => (0, HttpVersion::Http11, Headers::default()),
    };
    let target = record.bare("warc-refers-to-target-uri");
    let of_target =
        PageUrl::parse(target).map_or_else(|_| String::new(), |url| url.as_str().into());
    let date = record.field("warc-refers-to-date");
    let mut names = vec![
        record.bare("warc-refers-to").to_owned(),
        dated(&of_target, date),
        record.field("warc-payload-digest").to_ascii_lowercase(),
        of_target,
    ];
    // Old writers name nothing: then it is the same address that is meant.
    if record.field("warc-payload-digest").is_empty() {
        names.push(address.as_str().to_owned());
    }
    names.retain(|name| !name.trim().is_empty());
    let head = head_of(record, &address, version, headers);
    Captured {
        address,
        status,
        head,
        payload: Body::SameAs(names),
        at: record.at,
        is_document: false,
        led_from: None,
        names: Vec::new(),
    }
}

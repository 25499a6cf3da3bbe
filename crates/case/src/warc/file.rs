//! The files of evidence: drafted in memory, appended before the rows that name them, and cut back
//! to what was committed.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use model::{Answer, BodyCut, Exchange, Reply};

use super::http::{request_block, response_head};
use super::record::{Record, labelled, record_id};
use crate::open::{OpenError, disk_error};
use crate::pack::{Members, Packer};
use crate::provenance::Provenance;

/// Default of the length from which on a new file is begun.
const ROTATE_AT: u64 = 1 << 30;

/// Where the records of one exchange are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stretch {
    /// Number of the file.
    pub(crate) file: u32,
    /// First byte.
    pub(crate) offset: u64,
    /// Length in bytes, compressed.
    pub(crate) bytes: u64,
}

/// The name of a file of evidence.
pub(crate) fn file_name(number: u32) -> String {
    format!("{number:05}.warc.gz")
}

/// The path of a file of evidence.
pub(crate) fn file_path(folder: &Path, number: u32) -> PathBuf {
    folder.join(file_name(number))
}

/// The files of evidence of a case that is open for writing.
#[derive(Debug)]
pub(crate) struct Evidence {
    folder: PathBuf,
    rotate_at: u64,
    /// The last file, from 1; 0 before the first.
    number: u32,
    /// Its committed length.
    committed: u64,
    file: Option<File>,
    /// What every file says of the crawl, as lines of fields.
    about: Arc<str>,
    /// Id of the description of the last file; empty where it is not known.
    description: Arc<str>,
    /// What was cut off when the files were taken up: the file, and how many bytes.
    torn: Vec<(u32, u64)>,
    /// Waits here between two drafts.
    packer: Option<Packer>,
}

impl Evidence {
    /// Takes up the files that the database knows, with their committed lengths, in order. What
    /// lies behind was torn off by the end of a process and is cut.
    pub(crate) fn resume(folder: &Path, files: &[(u32, u64)]) -> Result<Self, OpenError> {
        let mut torn = Vec::new();
        for &(number, committed) in files {
            let path = file_path(folder, number);
            let found = match fs::metadata(&path) {
                Ok(found) => found.len(),
                Err(wrong) if wrong.kind() == io::ErrorKind::NotFound => 0,
                Err(source) => return Err(disk_error(&path, source)),
            };
            if found < committed {
                return Err(OpenError::EvidenceShort {
                    file: path,
                    found,
                    committed,
                });
            }
            if found > committed {
                tracing::warn!(
                    file = %path.display(),
                    bytes = found - committed,
                    "cut a torn tail off the evidence: its commit had not ended",
                );
                shorten(&path, committed).map_err(|source| disk_error(&path, source))?;
                torn.push((number, found - committed));
            }
        }
        let &(number, committed) = files.last().unwrap_or(&(0, 0));
        let mut evidence = Self {
            folder: folder.to_owned(),
            rotate_at: ROTATE_AT,
            number,
            committed,
            file: None,
            about: Arc::from(""),
            description: Arc::from(""),
            torn,
            packer: None,
        };
        let removed = evidence
            .remove_uncommitted()
            .map_err(|source| disk_error(folder, source))?;
        evidence.torn.extend(removed);
        Ok(evidence)
    }

    /// What was cut off when the files were taken up.
    pub(crate) fn torn(&self) -> &[(u32, u64)] {
        &self.torn
    }

    /// Names the description of the last file.
    pub(crate) fn set_description(&mut self, id: &str) {
        self.description = Arc::from(id);
    }

    /// Says of the crawl what every further file begins with.
    pub(crate) fn describe(&mut self, about: &str) {
        self.about = Arc::from(about);
    }

    pub(crate) fn rotate_at(&mut self, bytes: u64) {
        self.rotate_at = bytes;
    }

    /// A draft that goes on where the committed evidence ends.
    pub(crate) fn draft(&mut self) -> Draft {
        Draft {
            packer: self.packer.take().unwrap_or_default(),
            rotate_at: self.rotate_at,
            number: self.number,
            committed: self.committed,
            about: Arc::clone(&self.about),
            description: Arc::clone(&self.description),
            pieces: Vec::new(),
        }
    }

    /// Appends a draft to the files. Nothing of it counts until [`keep`](Self::keep).
    pub(crate) fn write(&mut self, draft: &mut Draft) -> io::Result<()> {
        let mut current = self.number;
        for piece in &draft.pieces {
            if piece.number != current || self.file.is_none() {
                // A file that is left is made safe: no later commit looks at it again.
                if let Some(file) = self.file.take() {
                    file.sync_data()?;
                }
                let path = file_path(&self.folder, piece.number);
                self.file = Some(OpenOptions::new().create(true).append(true).open(path)?);
                current = piece.number;
                if piece.start == 0 {
                    sync_folder(&self.folder);
                }
            }
            if let Some(file) = &mut self.file {
                if file.metadata()?.len() != piece.start {
                    file.set_len(piece.start)?;
                }
                file.write_all(&piece.bytes)?;
            }
        }
        Ok(())
    }

    /// Waits until the disk has what was written.
    pub(crate) fn sync(&self) -> io::Result<()> {
        self.file.as_ref().map_or(Ok(()), File::sync_data)
    }

    /// The rows that name the draft are committed.
    pub(crate) fn keep(&mut self, draft: Draft) {
        if let Some(piece) = draft.pieces.last() {
            self.number = piece.number;
            self.committed = piece.start + piece.bytes.len() as u64;
            self.description = Arc::clone(&draft.description);
        }
        self.packer = Some(draft.packer);
    }

    /// Takes back what was written and not committed. What cannot be taken back now is cut by the
    /// next write, or when the case is opened again.
    pub(crate) fn cut_back(&mut self) {
        self.file = None;
        let path = file_path(&self.folder, self.number);
        let longer = fs::metadata(&path).is_ok_and(|file| file.len() > self.committed);
        let cut = if self.number > 0 && longer {
            shorten(&path, self.committed)
        } else {
            Ok(())
        };
        if let Err(wrong) = cut.and_then(|()| self.remove_uncommitted().map(drop)) {
            tracing::warn!(%wrong, folder = %self.folder.display(), "evidence not cut back yet");
        }
    }

    /// Removes files that no committed row names; gives which, and how long they were.
    fn remove_uncommitted(&self) -> io::Result<Vec<(u32, u64)>> {
        let mut removed = Vec::new();
        for number in self.number + 1.. {
            let path = file_path(&self.folder, number);
            let bytes = fs::metadata(&path).map_or(0, |file| file.len());
            match fs::remove_file(&path) {
                Ok(()) => {
                    tracing::warn!(
                        file = %path.display(),
                        "removed a file of evidence whose commit had not ended",
                    );
                    removed.push((number, bytes));
                }
                Err(wrong) if wrong.kind() == io::ErrorKind::NotFound => break,
                Err(wrong) => return Err(wrong),
            }
        }
        Ok(removed)
    }
}

/// Makes the name of a new file safe. Not every system can do that for a folder, and those that
/// cannot need not.
#[expect(clippy::disallowed_methods, reason = "the room that touches the disk")]
fn sync_folder(folder: &Path) {
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
}

fn shorten(path: &Path, length: u64) -> io::Result<()> {
    OpenOptions::new().write(true).open(path)?.set_len(length)
}

/// Records of one commit, not yet written.
#[derive(Debug)]
pub(crate) struct Draft {
    packer: Packer,
    rotate_at: u64,
    number: u32,
    committed: u64,
    about: Arc<str>,
    /// Id of the description of the file that is written to.
    description: Arc<str>,
    pieces: Vec<Piece>,
}

/// What one commit adds to one file.
#[derive(Debug)]
struct Piece {
    number: u32,
    start: u64,
    bytes: Vec<u8>,
    /// Id of the description with which the file begins, if it begins here.
    description: Option<String>,
}

impl Draft {
    /// Drafts the records of an answered exchange; `number` is that of the exchange in the case.
    pub(crate) fn add(
        &mut self,
        exchange: &Exchange,
        answer: &Answer,
        number: u64,
        provenance: &Provenance,
    ) -> io::Result<Stretch> {
        self.put(exchange, number, |naming, out| {
            naming.write(answer, provenance, out)
        })
    }

    /// Drafts the record of an exchange without an answer: what was asked, how it was found, and why
    /// there is none.
    pub(crate) fn add_unanswered(
        &mut self,
        exchange: &Exchange,
        number: u64,
        found: &str,
    ) -> io::Result<Stretch> {
        self.put(exchange, number, |naming, out| {
            naming.write_unanswered(found, out)
        })
    }

    fn put(
        &mut self,
        exchange: &Exchange,
        number: u64,
        write: impl FnOnce(&Naming<'_>, &mut Members<'_>) -> io::Result<()>,
    ) -> io::Result<Stretch> {
        let date = exchange.started.to_string();
        self.begin_piece(&date)?;
        let naming = Naming {
            exchange,
            number,
            date,
            description: &self.description,
        };
        let Some(piece) = self.pieces.last_mut() else {
            return Err(io::Error::other("a piece was begun"));
        };
        let before = piece.bytes.len();
        write(&naming, &mut self.packer.members(&mut piece.bytes))?;
        Ok(Stretch {
            file: piece.number,
            offset: piece.start + before as u64,
            bytes: (piece.bytes.len() - before) as u64,
        })
    }

    /// Each file that the draft begins, with the id of its description.
    pub(crate) fn begun(&self) -> impl Iterator<Item = (u32, &str)> {
        self.pieces
            .iter()
            .filter_map(|piece| Some((piece.number, piece.description.as_deref()?)))
    }

    /// Each touched file with its length after the draft.
    pub(crate) fn lengths(&self) -> impl Iterator<Item = (u32, u64)> {
        self.pieces
            .iter()
            .map(|piece| (piece.number, piece.start + piece.bytes.len() as u64))
    }

    /// What the draft adds to each touched file: its number, the first byte, and the bytes.
    pub(crate) fn added(&self) -> impl Iterator<Item = (u32, u64, &[u8])> {
        self.pieces
            .iter()
            .map(|piece| (piece.number, piece.start, piece.bytes.as_slice()))
    }

    /// Makes sure that the last piece is the one to write to.
    fn begin_piece(&mut self, date: &str) -> io::Result<()> {
        let (number, length) = self
            .lengths()
            .last()
            .unwrap_or((self.number, self.committed));
        let full = number == 0 || length >= self.rotate_at;
        if full || self.pieces.is_empty() {
            let mut piece = Piece {
                number: if full { number + 1 } else { number },
                start: if full { 0 } else { length },
                bytes: Vec::new(),
                description: None,
            };
            if full {
                let id = write_warcinfo(&mut piece, &mut self.packer, date, &self.about)?;
                self.description = Arc::from(id.as_str());
                piece.description = Some(id);
            }
            self.pieces.push(piece);
        }
        Ok(())
    }
}

/// Writes the description of a file and gives its id.
fn write_warcinfo(
    piece: &mut Piece,
    packer: &mut Packer,
    date: &str,
    about: &str,
) -> io::Result<String> {
    let software = concat!(
        "software: sidedoor/",
        env!("CARGO_PKG_VERSION"),
        "\r\nformat: WARC File Format 1.1\r\n",
        "conformsTo: http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        "\r\n"
    );
    let block = [software.as_bytes(), about.as_bytes()].concat();
    let name = file_name(piece.number);
    let id = record_id(&["warcinfo", &name, date]);
    let mut record = Record::new("warcinfo", &id, date, vec![&block]);
    record.add("WARC-Filename", name);
    record.add("Content-Type", "application/warc-fields");
    record.write(&mut packer.members(&mut piece.bytes))?;
    Ok(id)
}

/// The profile of a revisit whose payload is that of the record that it refers to.
const IDENTICAL: &str = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest";

/// The id of a record of an exchange: what it is of, and the number of the exchange in the case.
pub(crate) fn exchange_record_id(
    kind: &str,
    address: &str,
    vantage: &str,
    purpose: &str,
    date: &str,
    number: u64,
) -> String {
    record_id(&[kind, address, vantage, purpose, date, &number.to_string()])
}

/// An exchange on its way into records.
struct Naming<'a> {
    exchange: &'a Exchange,
    number: u64,
    date: String,
    /// Id of the description of the file; empty where it is not known.
    description: &'a str,
}

impl Naming<'_> {
    fn write(
        &self,
        answer: &Answer,
        provenance: &Provenance,
        out: &mut Members<'_>,
    ) -> io::Result<()> {
        let response = self.id("response");
        self.write_response(&response, answer, provenance, out)?;
        self.write_request(&response, out)?;
        if answer.body != answer.payload && provenance.original.is_none() {
            self.write_conversion(&response, answer, out)?;
        }
        self.write_metadata(Some(&response), &provenance.found, out)
    }

    /// What was asked, and why there is no answer: whoever reads the archive alone sees the gap.
    fn write_unanswered(&self, found: &str, out: &mut Members<'_>) -> io::Result<()> {
        let (outcome, why) = match &self.exchange.reply {
            Reply::Declined(why) => ("declined", why.as_str()),
            Reply::Unreachable(why) => ("unreachable", why.as_str()),
            Reply::Answered(_) => ("answered", ""),
        };
        let block = format!("outcome: {outcome}\r\nwhy: {why}\r\n{found}");
        self.write_metadata(None, &block, out)
    }

    fn write_response(
        &self,
        id: &str,
        answer: &Answer,
        provenance: &Provenance,
        out: &mut Members<'_>,
    ) -> io::Result<()> {
        let head = response_head(answer);
        let payload: &[u8] = &answer.payload;
        let mut record = match &provenance.original {
            None => self.record("response", id, vec![&head, payload]),
            Some(original) => {
                let mut record = self.record("revisit", id, vec![&head]);
                record.add("WARC-Profile", IDENTICAL);
                record.add("WARC-Refers-To", original.id.as_str());
                record.add("WARC-Refers-To-Target-URI", original.address.as_str());
                record.add("WARC-Refers-To-Date", original.date.as_str());
                record
            }
        };
        if let Some(peer) = self.exchange.peer {
            record.add("WARC-IP-Address", peer.ip().to_string());
        }
        record.add(
            "WARC-Protocol",
            match answer.version {
                model::HttpVersion::Http10 => "http/1.0",
                model::HttpVersion::Http11 => "http/1.1",
                model::HttpVersion::Http2 => "h2",
            },
        );
        // A broken coding does not shorten the payload, only what can be read of it; and a part is all
        // that was sent.
        match answer.cut {
            Some(BodyCut::WireBudget | BodyCut::DecodedBudget | BodyCut::RatioBudget) => {
                record.add("WARC-Truncated", "length");
            }
            Some(BodyCut::Time) => record.add("WARC-Truncated", "time"),
            Some(BodyCut::Disconnect) => record.add("WARC-Truncated", "disconnect"),
            Some(BodyCut::Incomplete) => record.add("WARC-Truncated", "unspecified"),
            Some(BodyCut::BrokenCoding | BodyCut::Part) | None => {}
        }
        record.add("WARC-Payload-Digest", labelled(provenance.payload.bytes()));
        record.add("Content-Type", "application/http;msgtype=response");
        record.write(out)
    }

    fn write_request(&self, response: &str, out: &mut Members<'_>) -> io::Result<()> {
        let block = request_block(self.exchange);
        let mut record = self.record("request", &self.id("request"), vec![&block]);
        record.add("WARC-Concurrent-To", response);
        record.add("Content-Type", "application/http;msgtype=request");
        record.write(out)
    }

    /// How the address was found, for readers that have no database.
    fn write_metadata(
        &self,
        response: Option<&str>,
        block: &str,
        out: &mut Members<'_>,
    ) -> io::Result<()> {
        let mut record = self.record("metadata", &self.id("metadata"), vec![block.as_bytes()]);
        if let Some(response) = response {
            record.add("WARC-Concurrent-To", response);
        }
        record.add("Content-Type", "application/warc-fields");
        record.write(out)
    }

    /// The body with content codings off: the very bytes that the facts count in, kept so that
    /// evidence can be shown without trusting a decoder.
    fn write_conversion(
        &self,
        response: &str,
        answer: &Answer,
        out: &mut Members<'_>,
    ) -> io::Result<()> {
        let body: &[u8] = &answer.body;
        let mut record = self.record("conversion", &self.id("conversion"), vec![body]);
        record.add("WARC-Refers-To", response);
        let kind = answer.headers.first("content-type");
        record.add("Content-Type", kind.unwrap_or("application/octet-stream"));
        record.write(out)
    }

    fn record<'b>(&self, kind: &str, id: &str, block: Vec<&'b [u8]>) -> Record<'b> {
        let ask = &self.exchange.ask;
        let mut record = Record::new(kind, id, &self.date, block);
        record.add("WARC-Target-URI", ask.address.as_str());
        record.add("WARC-Sidedoor-Vantage", ask.vantage.id.as_str());
        record.add("WARC-Sidedoor-Purpose", ask.purpose.as_str());
        if !self.description.is_empty() {
            record.add("WARC-Warcinfo-ID", self.description);
        }
        record
    }

    fn id(&self, kind: &str) -> String {
        let ask = &self.exchange.ask;
        let (vantage, purpose) = (ask.vantage.id.as_str(), ask.purpose.as_str());
        exchange_record_id(
            kind,
            ask.address.as_str(),
            vantage,
            purpose,
            &self.date,
            self.number,
        )
    }
}

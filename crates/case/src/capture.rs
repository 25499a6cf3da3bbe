//! Captures made elsewhere: WARC, HAR and WACZ files, read leniently.
//!
//! Every file gives what can be had of it: what is broken, cut off or of no use becomes a
//! [`CaptureNote`], and reading goes on behind it. Reading is one pass forward, in time linear in
//! the bytes and in memory of one record; what was read is put on a [`Shelf`], which answers by
//! address.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use bytes::Bytes;
use model::{BodyCut, Headers, HttpVersion, PageUrl, Timestamp, Unseen, VantageId};
use serde::{Deserialize, Serialize};

use crate::commit::CommitError;
use crate::open::CaseFolder;
use crate::read::ReadError;

mod har;
mod http;
mod shelf;
mod unpack;
mod wacz;
mod warc;
mod zip;

pub use shelf::{Found, Led, Shelf};

/// The form of a capture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CaptureForm {
    /// WARC 1.0 or 1.1, plain or in gzip, by record or as a whole.
    Warc,
    /// HAR 1.2, as browsers and proxies write it.
    Har,
    /// WACZ 1.x: a zip with WARC files and a list of pages.
    Wacz,
}

/// What is wrong with a place of a capture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CaptureFault {
    /// The file ends in the middle of something.
    Truncated,
    /// The compression is broken; reading went on at the next member.
    BrokenPacking,
    /// Bytes that belong to no record or entry.
    Stray,
    /// A record or entry that does not read.
    BrokenRecord,
    /// A record whose block is no answer of HTTP.
    BrokenMessage,
    /// A digest that is not that of the bytes; they are used all the same.
    Digest,
    /// An answer without its body.
    MissingBody,
    /// A record that refers to a payload which no file has.
    UnresolvedRevisit,
    /// A record in several pieces: the first one is used.
    Segmented,
    /// A question that was not a GET: its answer is no page.
    OtherMethod,
    /// A further answer to an address in the same guise: the first whole one is used.
    Repeated,
    /// A file of the package that is missing or does not unpack.
    BrokenPackage,
}

impl CaptureFault {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Truncated => "truncated",
            Self::BrokenPacking => "broken packing",
            Self::Stray => "stray bytes",
            Self::BrokenRecord => "broken record",
            Self::BrokenMessage => "no HTTP answer",
            Self::Digest => "digest does not match",
            Self::MissingBody => "body missing",
            Self::UnresolvedRevisit => "revisit of nothing",
            Self::Segmented => "segmented record",
            Self::OtherMethod => "no GET",
            Self::Repeated => "repeated",
            Self::BrokenPackage => "broken package",
        }
    }

    /// Whether something that was there to be seen is not seen for it.
    #[must_use]
    pub const fn is_loss(self) -> bool {
        !matches!(self, Self::OtherMethod | Self::Repeated)
    }
}

/// A place of a capture that does not give all that it should.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaptureNote {
    /// What is wrong.
    pub what: CaptureFault,
    /// Where, in bytes from the beginning of the file (or of the file within the package).
    pub at: u64,
    /// The address that it is about, where that is known.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub address: Option<PageUrl>,
}

/// What was read of one file. Kept in the case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capture {
    /// Name of the file.
    pub file: String,
    /// Its form.
    pub form: CaptureForm,
    /// Its length in bytes.
    pub bytes: u64,
    /// Its SHA-256 in hex.
    pub sha256: String,
    /// Answers that were read.
    pub answers: u64,
    /// Records and entries that are no answers of the web.
    pub passed_over: u64,
    /// What is wrong with it, in order; at most 100.
    pub notes: Vec<CaptureNote>,
    /// How often each thing is wrong, all places counted.
    pub faults: Vec<(CaptureFault, u64)>,
}

/// Where a case keeps what was imported into it.
const KEPT: &str = "captures";

impl CaseFolder {
    /// What was imported into the case; empty for a case of a crawl.
    ///
    /// # Errors
    /// [`ReadError`].
    pub fn captures(&self) -> Result<Vec<Capture>, ReadError> {
        let kept = self.setting(KEPT)?.unwrap_or_default();
        if kept.is_null() {
            return Ok(Vec::new());
        }
        serde_json::from_value(kept).map_err(|source| ReadError::Setting {
            key: KEPT.to_owned(),
            source,
        })
    }

    /// Writes down what is imported into the case.
    ///
    /// # Errors
    /// [`CommitError`].
    pub fn put_captures(&mut self, captures: &[Capture]) -> Result<(), CommitError> {
        let value = serde_json::to_value(captures).unwrap_or_default();
        self.put_setting(KEPT, &value)
    }

    /// What of the captures could not be read, by reason: parts of the scope that were not seen.
    pub(crate) fn lost_of_captures(&self) -> Result<Vec<Unseen>, ReadError> {
        let mut lost: BTreeMap<CaptureFault, Unseen> = BTreeMap::new();
        for capture in self.captures()? {
            for (what, times) in capture.faults {
                if what.is_loss() {
                    let unseen = lost.entry(what).or_insert_with(|| Unseen {
                        why: format!("capture: {}", what.as_str()),
                        addresses: 0,
                        examples: Vec::new(),
                    });
                    unseen.addresses += times;
                }
            }
            for note in capture.notes {
                if let (Some(unseen), Some(address)) = (lost.get_mut(&note.what), note.address)
                    && unseen.examples.len() < 5
                {
                    unseen.examples.push(address);
                }
            }
        }
        Ok(lost.into_values().collect())
    }
}

/// Why captures cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum CaptureError {
    /// The file cannot be read.
    #[error("cannot read the capture {}", file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// There is no room to unpack captures in the folder of the case.
    #[error("cannot unpack captures in {}; make room on the disk and try again", folder.display())]
    Room {
        /// The folder of the case.
        folder: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

/// One answer as a capture has it.
#[derive(Debug, Clone)]
pub(crate) struct Captured {
    pub(crate) address: PageUrl,
    pub(crate) status: u16,
    pub(crate) head: Head,
    pub(crate) payload: Body,
    /// Where it stands in the file, in bytes.
    pub(crate) at: u64,
    /// Whether the capture says that it is a document of its own.
    pub(crate) is_document: bool,
    /// The page whose script or redirect led here, by the capture.
    pub(crate) led_from: Option<PageUrl>,
    /// Names by which later records may refer to it.
    pub(crate) names: Vec<String>,
}

/// Where the payload of an answer is.
#[derive(Debug, Clone)]
pub(crate) enum Body {
    /// Here.
    Here(Bytes),
    /// In another record, under one of these names.
    SameAs(Vec<String>),
}

/// What a capture says of an exchange besides its payload.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Head {
    pub(crate) version: HttpVersion,
    pub(crate) headers: Headers,
    pub(crate) request_headers: Headers,
    pub(crate) peer: Option<SocketAddr>,
    pub(crate) started: Timestamp,
    pub(crate) elapsed: Duration,
    pub(crate) cut: Option<BodyCut>,
    /// Whether the capture took the content codings off.
    pub(crate) is_decoded: bool,
    /// Whether the headers were there; a revisit may have left them out.
    pub(crate) has_headers: bool,
}

impl Head {
    /// The page that the browser said it came from.
    pub(crate) fn referrer(&self) -> Option<PageUrl> {
        let referrer = self.request_headers.first("referer")?;
        PageUrl::parse(referrer).ok()
    }

    /// The guise of the request, by its `User-Agent`: the crawlers of search engines, telephones,
    /// and everything else.
    pub(crate) fn vantage(&self) -> VantageId {
        const CRAWLERS: [&str; 7] = [
            "googlebot",
            "bingbot",
            "yandexbot",
            "baiduspider",
            "duckduckbot",
            "applebot",
            "petalbot",
        ];
        let agent = self.request_headers.first("user-agent").unwrap_or_default();
        let agent = agent.to_ascii_lowercase();
        if CRAWLERS.iter().any(|name| agent.contains(name)) {
            VantageId::Crawler
        } else if ["mobile", "android", "iphone"]
            .iter()
            .any(|word| agent.contains(word))
        {
            VantageId::Phone
        } else {
            VantageId::Desktop
        }
    }
}

/// Reads a point in time in RFC 3339; what does not read is the beginning of 1970.
fn time(text: &str) -> Timestamp {
    let time =
        time::OffsetDateTime::parse(text.trim(), &time::format_description::well_known::Rfc3339);
    let millis = time.map_or(0, |time| time.unix_timestamp_nanos() / 1_000_000);
    Timestamp::from_millis(i64::try_from(millis).unwrap_or(0))
}

//! What was read of captures, put where it can be found by address: the index in memory, the rest
//! in a file of the case folder that has no name any more.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use model::{PageUrl, Vantage, VantageId};

use super::{Capture, CaptureError, CaptureForm, Head, har, wacz, warc};
use crate::seal::digest_of;

mod filling;

pub(crate) use filling::{Filling, Stop};

/// What captures answer, by address and guise.
#[derive(Debug)]
pub struct Shelf {
    entries: Vec<Entry>,
    by_address: BTreeMap<PageUrl, Vec<u32>>,
    /// Guises, the one with the most answers first.
    vantages: Vec<VantageId>,
    seeds: Vec<PageUrl>,
    led: BTreeMap<PageUrl, Vec<Led>>,
    spool: Mutex<File>,
}

/// A way that somebody was led while a capture was made.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Led {
    /// Where to.
    pub target: PageUrl,
}

/// An answer, as the capture has it.
#[derive(Debug, Clone)]
pub struct Found {
    /// The guise, by the request in the capture.
    pub vantage: Vantage,
    /// The exchange, with the payload for a body: content codings are still on unless
    /// `is_decoded`.
    pub answer: model::Answer,
    /// Request header fields.
    pub request_headers: model::Headers,
    /// Who answered.
    pub peer: Option<std::net::SocketAddr>,
    /// When.
    pub started: model::Timestamp,
    /// How long it took.
    pub elapsed: std::time::Duration,
    /// Whether the capture took the content codings off.
    pub is_decoded: bool,
}

#[derive(Debug)]
struct Entry {
    address: PageUrl,
    vantage: VantageId,
    status: u16,
    is_page: bool,
    is_whole: bool,
    referrer: Option<PageUrl>,
    /// Which of the files, and where in it.
    file: usize,
    at: u64,
    head: Place,
    payload: Option<Place>,
}

/// A stretch of the spool.
#[derive(Debug, Clone, Copy)]
struct Place {
    offset: u64,
    bytes: u64,
}

impl Shelf {
    /// Reads `files`, in order. Payloads of more than `longest` bytes are cut. What is unpacked
    /// lies in `folder` until the shelf is dropped.
    ///
    /// # Errors
    /// [`CaptureError`]: a file that cannot be opened, or no room. What is wrong inside of a file
    /// is in its [`Capture::notes`].
    pub fn fill(
        folder: &Path,
        form: CaptureForm,
        files: &[PathBuf],
        longest: u64,
    ) -> Result<(Self, Vec<Capture>), CaptureError> {
        let no_room = |source| CaptureError::Room {
            folder: folder.to_owned(),
            source,
        };
        let mut filling = Filling::new(folder, longest).map_err(no_room)?;
        let mut captures = Vec::new();
        for path in files {
            let unread = |source| CaptureError::File {
                file: path.clone(),
                source,
            };
            let digest = digest_of(path, 0, u64::MAX).map_err(unread)?;
            let bytes = fs::metadata(path).map_err(unread)?.len();
            let name = path.file_name().unwrap_or(path.as_os_str());
            filling.capture = Capture {
                file: name.to_string_lossy().into_owned(),
                form,
                bytes,
                sha256: digest.to_string(),
                answers: 0,
                passed_over: 0,
                notes: Vec::new(),
                faults: Vec::new(),
            };
            let file = open(path).map_err(unread)?;
            let read = match form {
                CaptureForm::Warc => warc::read(BufReader::new(file), &mut filling),
                CaptureForm::Har => har::read(file, bytes, &mut filling),
                CaptureForm::Wacz => wacz::read(file, bytes, &mut filling),
            };
            match read {
                Err(Stop::Room(source)) => return Err(no_room(source)),
                Err(Stop::File(source)) => return Err(unread(source)),
                Ok(()) => captures.push(filling.capture.clone()),
            }
        }
        let shelf = filling.finish(&mut captures).map_err(no_room)?;
        Ok((shelf, captures))
    }

    /// The pages that the captures name as their beginnings; else the first page in them.
    #[must_use]
    pub fn seeds(&self) -> Vec<PageUrl> {
        if !self.seeds.is_empty() {
            return self.seeds.clone();
        }
        let is_seed = |entry: &&Entry| entry.is_page && entry.is_whole;
        let first = self.entries.iter().find(is_seed);
        first
            .map(|entry| entry.address.clone())
            .into_iter()
            .collect()
    }

    /// The guises of the answers, the one with the most first; never empty.
    #[must_use]
    pub fn vantages(&self) -> &[VantageId] {
        &self.vantages
    }

    /// Every document, in the order of the captures, with the page from which it was reached.
    pub fn pages(&self) -> impl Iterator<Item = (&PageUrl, Option<&PageUrl>)> {
        let pages = self.entries.iter().filter(|entry| entry.is_page);
        pages.map(|entry| (&entry.address, entry.referrer.as_ref()))
    }

    /// Where somebody was led from a page by its scripts while the capture was made.
    #[must_use]
    pub fn led(&self, from: &PageUrl) -> &[Led] {
        self.led.get(from).map_or(&[], Vec::as_slice)
    }

    /// The first whole answer of an address in a guise. For the guise with the most answers, that
    /// of any other serves where it has none of its own: [`Found::vantage`] says which.
    ///
    /// # Errors
    /// When what was unpacked cannot be read back.
    pub fn find(&self, address: &PageUrl, vantage: VantageId) -> io::Result<Option<Found>> {
        let own = || self.of(address, vantage);
        let is_first = self.vantages.first() == Some(&vantage);
        let found = own()
            .find(|entry| entry.is_whole)
            .or_else(|| own().next())
            .or_else(|| self.of_any(address).find(|_| is_first));
        found.map(|entry| self.take(entry)).transpose()
    }

    /// A further whole answer of an address in a guise: the one after so many others.
    ///
    /// # Errors
    /// When what was unpacked cannot be read back.
    pub fn find_later(
        &self,
        address: &PageUrl,
        vantage: VantageId,
        others: usize,
    ) -> io::Result<Option<Found>> {
        let mut whole = self.of(address, vantage).filter(|entry| entry.is_whole);
        let found = whole.nth(others);
        found.map(|entry| self.take(entry)).transpose()
    }

    /// The addresses that were answered more than once in one guise, each with it, in order.
    #[must_use]
    pub fn repeated(&self) -> Vec<(PageUrl, VantageId)> {
        let mut repeated = Vec::new();
        for (address, entries) in &self.by_address {
            if entries.len() < 2 {
                continue;
            }
            for vantage in &self.vantages {
                let of = self.of(address, *vantage);
                if of.filter(|entry| entry.is_whole).count() > 1 {
                    repeated.push((address.clone(), *vantage));
                }
            }
        }
        repeated
    }

    fn of_any(&self, address: &PageUrl) -> impl Iterator<Item = &Entry> {
        let numbers = self.by_address.get(address).map_or(&[][..], Vec::as_slice);
        let at = |number: &u32| self.entries.get(usize::try_from(*number).ok()?);
        numbers.iter().filter_map(at)
    }

    fn of(&self, address: &PageUrl, vantage: VantageId) -> impl Iterator<Item = &Entry> {
        self.of_any(address)
            .filter(move |entry| entry.vantage == vantage)
    }

    fn take(&self, entry: &Entry) -> io::Result<Found> {
        let head: Head = serde_json::from_slice(&self.read(entry.head)?)?;
        let payload = match entry.payload {
            Some(place) => Bytes::from(self.read(place)?),
            None => Bytes::new(),
        };
        let said = |name| {
            head.request_headers
                .first(name)
                .unwrap_or_default()
                .to_owned()
        };
        Ok(Found {
            vantage: Vantage {
                id: entry.vantage,
                user_agent: said("user-agent"),
                accept_language: said("accept-language"),
                referral: model::Referral::Unsaid,
                cookies: model::Cookies::Refuse,
            },
            answer: model::Answer {
                status: entry.status,
                version: head.version,
                headers: head.headers,
                body: payload.clone(),
                payload,
                cut: head.cut,
            },
            request_headers: head.request_headers,
            peer: head.peer,
            started: head.started,
            elapsed: head.elapsed,
            is_decoded: head.is_decoded,
        })
    }

    fn read(&self, place: Place) -> io::Result<Vec<u8>> {
        let mut spool = self.spool.lock().unwrap_or_else(PoisonError::into_inner);
        spool.seek(SeekFrom::Start(place.offset))?;
        let mut bytes = vec![0; usize::try_from(place.bytes).map_err(io::Error::other)?];
        spool.read_exact(&mut bytes)?;
        Ok(bytes)
    }
}

#[expect(clippy::disallowed_methods, reason = "the room that touches the disk")]
fn open(path: &Path) -> io::Result<File> {
    File::open(path)
}

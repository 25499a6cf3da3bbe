//! What was read of captures, put where it can be found by address: the index in memory, the rest
//! in a file of the case folder that has no name any more.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use model::{BodyCut, PageUrl, Vantage, VantageId};

use super::{
    Body, Capture, CaptureError, CaptureFault, CaptureForm, CaptureNote, Captured, Head, har, wacz,
    warc,
};
use crate::seal::digest_of;

/// Notes of one file that are kept one by one.
const NOTES: usize = 100;
/// Seeds that captures may name.
const SEEDS: usize = 1_000;

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
        let entries = self.by_address.get(address).map_or(&[][..], Vec::as_slice);
        let entries = || {
            entries
                .iter()
                .filter_map(|number| self.entries.get(usize::try_from(*number).ok()?))
        };
        let own = || entries().filter(|entry| entry.vantage == vantage);
        let is_first = self.vantages.first() == Some(&vantage);
        let found = own()
            .find(|entry| entry.is_whole)
            .or_else(|| own().next())
            .or_else(|| entries().find(|_| is_first));
        found.map(|entry| self.take(entry)).transpose()
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

/// Why reading a capture ends before its end.
#[derive(Debug)]
pub(crate) enum Stop {
    /// The capture cannot be read.
    File(io::Error),
    /// What was read cannot be put away.
    Room(io::Error),
}

/// A shelf while it is filled.
pub(crate) struct Filling {
    spool: io::BufWriter<File>,
    end: u64,
    entries: Vec<Entry>,
    seeds: Vec<PageUrl>,
    led: BTreeMap<PageUrl, Vec<Led>>,
    /// Payloads by the names that records give them.
    named: BTreeMap<String, usize>,
    /// Entries whose payload is elsewhere, with its names, the file and the place.
    open: Vec<(usize, Vec<String>, usize, u64)>,
    /// Files that were read before the present one.
    files: usize,
    /// Notes that come up at the end, by file.
    late: Vec<(usize, CaptureNote)>,
    capture: Capture,
    /// Bytes of the longest payload that is kept.
    pub(super) longest: u64,
}

impl Filling {
    fn new(folder: &Path, longest: u64) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let path = folder.join("import.spool");
        let spool = OpenOptions::new()
            .create(true)
            .truncate(true)
            .read(true)
            .write(true)
            .open(&path)?;
        // Without a name, it goes when the process goes, however that ends. Where a file that is
        // open keeps its name, the next import writes over it.
        let _ = fs::remove_file(&path);
        Ok(Self {
            spool: io::BufWriter::new(spool),
            end: 0,
            entries: Vec::new(),
            seeds: Vec::new(),
            led: BTreeMap::new(),
            named: BTreeMap::new(),
            open: Vec::new(),
            files: 0,
            late: Vec::new(),
            capture: Capture {
                file: String::new(),
                form: CaptureForm::Warc,
                bytes: 0,
                sha256: String::new(),
                answers: 0,
                passed_over: 0,
                notes: Vec::new(),
                faults: Vec::new(),
            },
            longest,
        })
    }

    /// Puts an answer on the shelf.
    pub(super) fn add(&mut self, captured: Captured) -> Result<(), Stop> {
        self.capture.answers += 1;
        let number = self.entries.len();
        let payload = match captured.payload {
            Body::Here(payload) => {
                for name in captured.names {
                    self.named.entry(name).or_insert(number);
                }
                Some(self.put(&payload).map_err(Stop::Room)?)
            }
            Body::SameAs(names) => {
                let file = self.files;
                self.open.push((number, names, file, captured.at));
                None
            }
        };
        let head = serde_json::to_vec(&captured.head).map_err(|wrong| Stop::Room(wrong.into()))?;
        let head_place = self.put(&head).map_err(Stop::Room)?;
        if let Some(from) = &captured.led_from
            && *from != captured.address
        {
            let led = self.led.entry(from.clone()).or_default();
            let way = Led {
                target: captured.address.clone(),
            };
            if !led.contains(&way) && led.len() < NOTES {
                led.push(way);
            }
        }
        let referrer = captured.head.referrer().or(captured.led_from);
        self.entries.push(Entry {
            vantage: captured.head.vantage(),
            status: captured.status,
            is_page: captured.is_document || is_page(captured.status, &captured.head),
            is_whole: captured.head.cut.is_none() && captured.status != 304,
            referrer: referrer.filter(|from| *from != captured.address),
            address: captured.address,
            file: self.files,
            at: captured.at,
            head: head_place,
            payload,
        });
        Ok(())
    }

    /// Takes note of a page that the capture names as a beginning.
    pub(super) fn seed(&mut self, address: PageUrl) {
        if self.seeds.len() < SEEDS && !self.seeds.contains(&address) {
            self.seeds.push(address);
        }
    }

    /// Takes note of a record that is no answer of the web.
    pub(super) fn pass_over(&mut self) {
        self.capture.passed_over += 1;
    }

    /// Takes note of something wrong.
    pub(super) fn note(&mut self, what: CaptureFault, at: u64, address: Option<PageUrl>) {
        note_in(&mut self.capture, CaptureNote { what, at, address });
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<Place> {
        self.spool.write_all(bytes)?;
        let place = Place {
            offset: self.end,
            bytes: bytes.len() as u64,
        };
        self.end += place.bytes;
        Ok(place)
    }

    /// Ends the present file.
    pub(super) fn end_file(&mut self) {
        self.files += 1;
    }

    /// What is read next belongs to the file that was ended.
    pub(super) fn same_file(&mut self) {
        self.files = self.files.saturating_sub(1);
    }

    fn finish(mut self, captures: &mut [Capture]) -> io::Result<Shelf> {
        self.resolve();
        let mut by_address: BTreeMap<PageUrl, Vec<u32>> = BTreeMap::new();
        let mut counts: BTreeMap<VantageId, usize> = BTreeMap::new();
        for (number, entry) in self.entries.iter().enumerate() {
            *counts.entry(entry.vantage).or_default() += 1;
            if let Ok(number) = u32::try_from(number) {
                by_address
                    .entry(entry.address.clone())
                    .or_default()
                    .push(number);
            }
        }
        for (file, note) in std::mem::take(&mut self.late) {
            if let Some(capture) = captures.get_mut(file) {
                note_in(capture, note);
            }
        }
        let mut vantages: Vec<VantageId> = VantageId::ALL
            .iter()
            .copied()
            .filter(|vantage| counts.contains_key(vantage))
            .collect();
        vantages.sort_by_key(|vantage| std::cmp::Reverse(counts.get(vantage).copied()));
        if vantages.is_empty() {
            vantages.push(VantageId::Desktop);
        }
        let spool = self
            .spool
            .into_inner()
            .map_err(io::IntoInnerError::into_error)?;
        Ok(Shelf {
            entries: self.entries,
            by_address,
            vantages,
            seeds: self.seeds,
            led: self.led,
            spool: Mutex::new(spool),
        })
    }

    /// Gives every entry whose payload is elsewhere that payload, and its headers where it has
    /// none of its own.
    fn resolve(&mut self) {
        for (number, names, file, at) in std::mem::take(&mut self.open) {
            let original = names.iter().find_map(|name| self.named.get(name).copied());
            let found = original.and_then(|original| {
                let original = self.entries.get(original)?;
                Some((
                    original.payload?,
                    original.head,
                    original.status,
                    original.is_page,
                ))
            });
            let Some(entry) = self.entries.get_mut(number) else {
                continue;
            };
            match found {
                Some((payload, head, status, is_page)) => {
                    entry.payload = Some(payload);
                    entry.is_page |= is_page;
                    if entry.status == 0 || entry.status == 304 {
                        entry.status = status;
                        entry.head = head;
                        entry.is_whole = true;
                    }
                }
                None => {
                    entry.is_whole = false;
                    let note = CaptureNote {
                        what: CaptureFault::UnresolvedRevisit,
                        at,
                        address: Some(entry.address.clone()),
                    };
                    self.late.push((file, note));
                }
            }
        }
        // What has neither headers nor a payload answers nothing.
        self.entries
            .retain(|entry| entry.payload.is_some() || entry.status != 0);
        let mut known = BTreeSet::new();
        for entry in &mut self.entries {
            let is_first = known.insert((entry.address.clone(), entry.vantage, entry.is_whole));
            if !is_first && entry.is_whole {
                let note = CaptureNote {
                    what: CaptureFault::Repeated,
                    at: entry.at,
                    address: Some(entry.address.clone()),
                };
                self.late.push((entry.file, note));
                entry.is_page = false;
            }
        }
    }
}

fn note_in(capture: &mut Capture, note: CaptureNote) {
    match capture
        .faults
        .iter_mut()
        .find(|(what, _)| *what == note.what)
    {
        Some((_, times)) => *times += 1,
        None => capture.faults.push((note.what, 1)),
    }
    if capture.notes.len() < NOTES {
        capture.notes.push(note);
    }
}

/// Whether an answer is a document that somebody may have stood on: HTML, or a redirect.
fn is_page(status: u16, head: &Head) -> bool {
    let kind = head.headers.first("content-type").unwrap_or_default();
    let kind = kind.trim_start().to_ascii_lowercase();
    let is_html = kind.starts_with("text/html") || kind.starts_with("application/xhtml");
    let is_redirect =
        matches!(status, 301 | 302 | 303 | 307 | 308) && head.headers.first("location").is_some();
    let is_cut = matches!(head.cut, Some(BodyCut::BrokenCoding));
    (is_html || is_redirect) && !is_cut
}

#[expect(clippy::disallowed_methods, reason = "the room that touches the disk")]
fn open(path: &Path) -> io::Result<File> {
    File::open(path)
}

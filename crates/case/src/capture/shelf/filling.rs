//! A shelf while it is filled.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::sync::Mutex;

use model::{BodyCut, PageUrl, VantageId};

use super::{Entry, Led, Place, Shelf};
use crate::capture::{Body, Capture, CaptureFault, CaptureForm, CaptureNote, Captured, Head};

/// Notes of one file that are kept one by one.
const NOTES: usize = 100;
/// Seeds that captures may name.
const SEEDS: usize = 1_000;

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
    pub(super) capture: Capture,
    /// Bytes of the longest payload that is kept.
    pub(in crate::capture) longest: u64,
}

impl Filling {
    pub(super) fn new(folder: &Path, longest: u64) -> io::Result<Self> {
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
    pub(in crate::capture) fn add(&mut self, captured: Captured) -> Result<(), Stop> {
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
    pub(in crate::capture) fn seed(&mut self, address: PageUrl) {
        if self.seeds.len() < SEEDS && !self.seeds.contains(&address) {
            self.seeds.push(address);
        }
    }

    /// Takes note of a record that is no answer of the web.
    pub(in crate::capture) fn pass_over(&mut self) {
        self.capture.passed_over += 1;
    }

    /// Takes note of something wrong.
    pub(in crate::capture) fn note(
        &mut self,
        what: CaptureFault,
        at: u64,
        address: Option<PageUrl>,
    ) {
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
    pub(in crate::capture) fn end_file(&mut self) {
        self.files += 1;
    }

    /// What is read next belongs to the file that was ended.
    pub(in crate::capture) fn same_file(&mut self) {
        self.files = self.files.saturating_sub(1);
    }

    pub(super) fn finish(mut self, captures: &mut [Capture]) -> io::Result<Shelf> {
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
        let mut vantages: Vec<VantageId> = VantageId::DEFAULT
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

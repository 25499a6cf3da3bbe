//! Just enough of zip (APPNOTE 6.3) to read a WACZ: entries that are stored or deflated, of any
//! length, by the directory at the end; without one, by the headings of the entries.

use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};

use flate2::bufread::DeflateDecoder;

/// Entries that are looked at.
const ENTRIES: usize = 100_000;
/// Bytes of the directory that are read.
const DIRECTORY: u64 = 64 << 20;

/// An entry of a zip file.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) name: String,
    /// 0 for stored, 8 for deflated.
    method: u16,
    packed: u64,
    pub(super) bytes: u64,
    /// Where its heading begins.
    pub(super) at: u64,
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(bytes.get(at..at + 8)?.try_into().ok()?))
}

/// The entries, and whether the directory at the end names them; without it, those that are found
/// from the beginning on as far as each says how long it is.
pub(super) fn entries(
    file: &mut (impl Read + Seek),
    length: u64,
) -> io::Result<(Vec<Entry>, bool)> {
    if let Some((at, bytes)) = directory(file, length)?
        && at < length
    {
        file.seek(SeekFrom::Start(at))?;
        let mut text = Vec::new();
        file.take(bytes.min(DIRECTORY)).read_to_end(&mut text)?;
        let entries = listed(&text);
        if !entries.is_empty() {
            return Ok((entries, true));
        }
    }
    Ok((found(file, length)?, false))
}

/// Where the directory is, by the record at the end of the file.
fn directory(file: &mut (impl Read + Seek), length: u64) -> io::Result<Option<(u64, u64)>> {
    let tail = length.min((1 << 16) + 22 + 20);
    file.seek(SeekFrom::Start(length - tail))?;
    let mut text = Vec::new();
    file.take(tail).read_to_end(&mut text)?;
    let Some(end) = text.windows(4).rposition(|sign| sign == b"PK\x05\x06") else {
        return Ok(None);
    };
    let small = u32_at(&text, end + 12).zip(u32_at(&text, end + 16));
    let Some((bytes, at)) = small else {
        return Ok(None);
    };
    if at != u32::MAX && bytes != u32::MAX {
        return Ok(Some((at.into(), bytes.into())));
    }
    // The record for long files stands before, and a locator of it right before.
    let locator = end.checked_sub(20).and_then(|at| text.get(at..at + 20));
    let Some(long) = locator
        .filter(|locator| locator.starts_with(b"PK\x06\x07"))
        .and_then(|locator| u64_at(locator, 8))
        .filter(|at| *at < length)
    else {
        return Ok(None);
    };
    file.seek(SeekFrom::Start(long))?;
    let mut record = Vec::new();
    file.take(56).read_to_end(&mut record)?;
    Ok(u64_at(&record, 48).zip(u64_at(&record, 40)))
}

/// The entries that a directory names.
fn listed(text: &[u8]) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..)
        && rest.starts_with(b"PK\x01\x02")
        && entries.len() < ENTRIES
    {
        let lengths = [28, 30, 32].map(|field| u16_at(rest, field).map(usize::from));
        let [Some(name), Some(extra), Some(comment)] = lengths else {
            break;
        };
        let Some(entry) = of_directory(rest, name, extra) else {
            break;
        };
        entries.push(entry);
        at += 46 + name + extra + comment;
    }
    entries
}

fn of_directory(rest: &[u8], name: usize, extra: usize) -> Option<Entry> {
    let mut entry = Entry {
        name: String::from_utf8_lossy(rest.get(46..46 + name)?).into_owned(),
        method: u16_at(rest, 10)?,
        packed: u32_at(rest, 20)?.into(),
        bytes: u32_at(rest, 24)?.into(),
        at: u32_at(rest, 42)?.into(),
    };
    let fields = rest.get(46 + name..46 + name + extra).unwrap_or_default();
    lengthen(&mut entry, fields);
    Some(entry)
}

/// Takes the lengths of an entry over 4 GiB from its extra fields.
fn lengthen(entry: &mut Entry, mut fields: &[u8]) {
    const LONG: u64 = u32::MAX as u64;
    while let Some((id, bytes)) = u16_at(fields, 0).zip(u16_at(fields, 2)) {
        let field = fields.get(4..4 + usize::from(bytes)).unwrap_or_default();
        if id == 1 {
            let mut at = 0;
            for value in [&mut entry.bytes, &mut entry.packed, &mut entry.at] {
                if *value == LONG
                    && let Some(long) = u64_at(field, at)
                {
                    *value = long;
                    at += 8;
                }
            }
        }
        fields = fields.get(4 + usize::from(bytes)..).unwrap_or_default();
    }
}

/// The entries that stand end to end from the beginning of a file that has no directory.
fn found(file: &mut (impl Read + Seek), length: u64) -> io::Result<Vec<Entry>> {
    let mut entries = Vec::new();
    let mut at = 0;
    while entries.len() < ENTRIES && at < length {
        let Some((entry, heading)) = heading(file, at)? else {
            break;
        };
        let next = at.saturating_add(heading).saturating_add(entry.packed);
        // An entry whose length stands behind it cannot be left without reading it.
        if next <= at {
            break;
        }
        entries.push(entry);
        at = next;
    }
    Ok(entries)
}

/// The heading of the entry at `at`, and its length.
fn heading(file: &mut (impl Read + Seek), at: u64) -> io::Result<Option<(Entry, u64)>> {
    file.seek(SeekFrom::Start(at))?;
    let mut fixed = Vec::new();
    file.take(30).read_to_end(&mut fixed)?;
    let read = || {
        let (name, extra) = (u16_at(&fixed, 26)?, u16_at(&fixed, 28)?);
        let entry = Entry {
            name: String::new(),
            method: u16_at(&fixed, 8)?,
            packed: u32_at(&fixed, 18)?.into(),
            bytes: u32_at(&fixed, 22)?.into(),
            at,
        };
        fixed
            .starts_with(b"PK\x03\x04")
            .then_some((entry, name, extra))
    };
    let Some((mut entry, name, extra)) = read() else {
        return Ok(None);
    };
    let mut text = Vec::new();
    let lengths = u64::from(name) + u64::from(extra);
    file.take(lengths).read_to_end(&mut text)?;
    let (named, fields) = text.split_at(usize::from(name).min(text.len()));
    entry.name = String::from_utf8_lossy(named).into_owned();
    lengthen(&mut entry, fields);
    Ok(Some((entry, 30 + lengths)))
}

/// The bytes of an entry, unpacked; `None` where its heading is broken or its packing is not
/// known.
pub(super) fn open<'a, F: Read + Seek>(
    file: &'a mut F,
    entry: &Entry,
) -> io::Result<Option<Box<dyn BufRead + 'a>>> {
    let Some((_, length)) = heading(file, entry.at)? else {
        return Ok(None);
    };
    file.seek(SeekFrom::Start(entry.at.saturating_add(length)))?;
    let packed = BufReader::with_capacity(64 << 10, file.take(entry.packed));
    Ok(match entry.method {
        0 => Some(Box::new(packed)),
        8 => Some(Box::new(BufReader::with_capacity(
            64 << 10,
            DeflateDecoder::new(packed),
        ))),
        _ => None,
    })
}

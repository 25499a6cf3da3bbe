//! WACZ 1.x: WARC files, a list of pages and the digests of both, in one zip file.

use std::io::{self, BufRead, Read, Seek};

use model::PageUrl;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::shelf::{Filling, Stop};
use super::zip::{self, Entry};
use super::{CaptureFault, warc};

/// Bytes of the description of a package that are read.
const DESCRIPTION: u64 = 16 << 20;
/// Bytes of one line of the list of pages.
const LINE: u64 = 1 << 20;

#[derive(Deserialize)]
struct Description {
    #[serde(default)]
    resources: Vec<Resource>,
}

#[derive(Deserialize)]
struct Resource {
    #[serde(default)]
    path: String,
    #[serde(default)]
    hash: String,
}

#[derive(Deserialize)]
struct Page {
    url: String,
}

/// Reads every WARC file of a package, in the order of their names.
pub(super) fn read<F: Read + Seek>(
    mut file: F,
    length: u64,
    filling: &mut Filling,
) -> Result<(), Stop> {
    let (mut entries, is_listed) = zip::entries(&mut file, length).map_err(Stop::File)?;
    if !is_listed {
        filling.note(CaptureFault::BrokenPackage, length, None);
    }
    entries.sort_by(|one, other| one.name.cmp(&other.name));
    check(&mut file, &entries, filling);
    let is_pages =
        |entry: &&Entry| entry.name.starts_with("pages/") && entry.name.ends_with(".jsonl");
    // `pages.jsonl` has the beginnings; what other lists name was found from there.
    let lists: Vec<&Entry> = entries.iter().filter(is_pages).collect();
    let main = lists.iter().find(|entry| entry.name == "pages/pages.jsonl");
    if let Some(list) = main.or_else(|| lists.first()) {
        read_pages(&mut file, list, filling);
    }
    let mut is_first = true;
    for entry in &entries {
        let name = entry.name.to_ascii_lowercase();
        if !(name.ends_with(".warc") || name.ends_with(".warc.gz")) {
            continue;
        }
        match zip::open(&mut file, entry) {
            Ok(Some(text)) => {
                if !is_first {
                    filling.same_file();
                }
                is_first = false;
                match warc::read(text, filling) {
                    // Not the file is unreadable, but what is packed in it.
                    Err(Stop::File(_)) => filling.note(CaptureFault::BrokenPackage, entry.at, None),
                    other => other?,
                }
            }
            _ => filling.note(CaptureFault::BrokenPackage, entry.at, None),
        }
    }
    if is_first {
        filling.note(CaptureFault::BrokenPackage, 0, None);
        filling.end_file();
    }
    Ok(())
}

/// Compares every file of the package with the digest that its description gives.
fn check<F: Read + Seek>(file: &mut F, entries: &[Entry], filling: &mut Filling) {
    let named = |name: &str| entries.iter().find(|entry| entry.name == name);
    let Some(entry) = named("datapackage.json") else {
        filling.note(CaptureFault::BrokenPackage, 0, None);
        return;
    };
    let mut text = Vec::new();
    let read = zip::open(file, entry).and_then(|opened| match opened {
        Some(opened) => opened.take(DESCRIPTION).read_to_end(&mut text).map(drop),
        None => Err(io::ErrorKind::InvalidData.into()),
    });
    let description = read
        .ok()
        .and_then(|()| serde_json::from_slice::<Description>(&text).ok());
    let Some(description) = description else {
        filling.note(CaptureFault::BrokenPackage, entry.at, None);
        return;
    };
    for resource in description.resources {
        let Some(digest) = resource.hash.strip_prefix("sha256:") else {
            continue;
        };
        let at = named(&resource.path).map_or(0, |entry| entry.at);
        let found = named(&resource.path).and_then(|entry| digest_of(file, entry).ok());
        match found {
            Some(found) if found.eq_ignore_ascii_case(digest) => {}
            Some(_) => filling.note(CaptureFault::Digest, at, None),
            None => filling.note(CaptureFault::BrokenPackage, at, None),
        }
    }
}

fn digest_of<F: Read + Seek>(file: &mut F, entry: &Entry) -> io::Result<String> {
    let Some(mut text) = zip::open(file, entry)? else {
        return Err(io::ErrorKind::InvalidData.into());
    };
    let mut hasher = Sha256::new();
    loop {
        let ready = text.fill_buf()?;
        if ready.is_empty() {
            break;
        }
        hasher.update(ready);
        let read = ready.len();
        text.consume(read);
    }
    let digest = hasher.finalize();
    Ok(digest.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// The pages that a package names: one JSON object a line, the first of which is a heading.
fn read_pages<F: Read + Seek>(file: &mut F, list: &Entry, filling: &mut Filling) {
    let Ok(Some(mut text)) = zip::open(file, list) else {
        filling.note(CaptureFault::BrokenPackage, list.at, None);
        return;
    };
    loop {
        let mut line = Vec::new();
        match (&mut text).take(LINE).read_until(b'\n', &mut line) {
            Ok(0) => return,
            Ok(_) => {}
            Err(_) => {
                filling.note(CaptureFault::BrokenPackage, list.at, None);
                return;
            }
        }
        if let Ok(page) = serde_json::from_slice::<Page>(&line)
            && let Ok(address) = PageUrl::parse(&page.url)
        {
            filling.seed(address);
        }
    }
}

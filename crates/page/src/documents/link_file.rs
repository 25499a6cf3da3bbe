//! Link files: Windows `.url`, freedesktop `.desktop`, and binary property lists (`.webloc`).
//! Property lists in XML are read as XML.
//!
//! A person who opens such a file is taken to its target, and sees the file's name only.

use model::{Carrier, HopKind, ResourceKind};

use crate::documents::finder::{Finder, Way, is_absolute};

/// Reads a link file.
pub(crate) fn read(finder: &mut Finder<'_>, body: &[u8]) {
    if body.starts_with(b"bplist") {
        binary_list(finder, body);
        return;
    }
    let text = finder.text;
    let mut at = 0;
    let mut name = String::new();
    let first = finder.found.links.len();
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let end = start + line.trim_end().len();
        let Some((key, value)) = line.trim().split_once('=') else {
            continue;
        };
        // Names and comments come in several languages: `Name[de]`.
        let key = key.split('[').next().unwrap_or_default().trim();
        let value = value.trim();
        match key.to_ascii_lowercase().as_str() {
            "url" | "baseurl" | "origurl" => add(finder, value, key, start..end),
            "iconfile" | "icon" if is_absolute(value) => {
                finder.resource(value, ResourceKind::Image);
            }
            "name" if name.is_empty() => {
                value.clone_into(&mut name);
                finder.title.clone_from(&name);
            }
            // `Exec=xdg-open https://…` and comments.
            _ => {
                let whole = start..end;
                finder.written(value, None, Some(&whole), Carrier::LinkFile, key);
            }
        }
    }
    finder.name_links(first, &name);
}

fn add(finder: &mut Finder<'_>, href: &str, path: &str, at: std::ops::Range<usize>) {
    finder.add(&Way {
        href,
        kind: HopKind::Anchor,
        carrier: Carrier::LinkFile,
        text: "",
        at: Some(at),
        path,
    });
}

/// The ASCII strings of a binary property list that are addresses. Each has its length before it:
/// in the low half of a marker `0x5n`, or behind `0x5F` in an integer object.
fn binary_list(finder: &mut Finder<'_>, body: &[u8]) {
    let mut at = 8;
    while at < body.len() {
        let (start, length) = match (body[at], body.get(at + 1), body.get(at + 2)) {
            (0x5F, Some(0x10), Some(&length)) => (at + 3, usize::from(length)),
            (0x5F, Some(0x11), Some(&high)) => {
                let low = body.get(at + 3).copied().unwrap_or_default();
                (at + 4, usize::from(high) << 8 | usize::from(low))
            }
            (marker @ 0x58..=0x5E, ..) => (at + 1, usize::from(marker & 0x0F)),
            _ => {
                at += 1;
                continue;
            }
        };
        let string = body.get(start..start + length);
        let address = string
            .and_then(|bytes| std::str::from_utf8(bytes).ok())
            .filter(|text| is_absolute(text));
        let Some(address) = address else {
            at += 1;
            continue;
        };
        let address = address.to_owned();
        let place = finder.add(&Way {
            href: &address,
            kind: HopKind::Anchor,
            carrier: Carrier::LinkFile,
            text: "",
            at: None,
            path: "URL",
        });
        if let Some(link) = place.and_then(|place| finder.found.links.get_mut(place)) {
            // The bytes were never decoded as text.
            link.span = Some(model::Span {
                start,
                end: start + length,
            });
        }
        at = start + length;
    }
}

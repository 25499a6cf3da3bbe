//! vCards and calendars: properties whose values are addresses or contacts (RFC 6350, RFC 5545).

use std::ops::Range;

use model::{Carrier, HopKind, Place, ResourceKind};

use crate::contact;
use crate::documents::finder::{Finder, Way, is_absolute};

/// Reads a vCard or an iCalendar document.
pub(crate) fn read(finder: &mut Finder<'_>) {
    let text = finder.text;
    let mut name = String::new();
    let mut first = 0;
    for (line, at) in unfolded(text) {
        let Some((head, value)) = line.split_once(':') else {
            continue;
        };
        let mut parts = head.split(';');
        let property = parts.next().unwrap_or_default();
        // A group may stand before the name: `item1.URL`.
        let property = property.rsplit('.').next().unwrap_or(property);
        let property = property.trim().to_ascii_uppercase();
        let value = unescaped(value);
        match property.as_str() {
            "BEGIN" => first = finder.found.links.len(),
            "FN" | "SUMMARY" | "X-WR-CALNAME" => {
                name = value.trim().to_owned();
                finder.passage(Place::Body, &name, Some(&at));
                if finder.title.is_empty() {
                    finder.title.clone_from(&name);
                }
                finder.written(&value, None, Some(&at), Carrier::Card, &property);
            }
            "END" => {
                finder.name_links(first, &name);
                name.clear();
            }
            _ => self::property(finder, &property, &value, &at),
        }
        // Parameters hold addresses, too (`ALTREP="https://…"`).
        for parameter in parts {
            let value = parameter.split_once('=').map_or("", |(_, value)| value);
            let value = value.trim_matches('"');
            if is_absolute(value) {
                way(finder, value, HopKind::Alternate, &property, &at);
            }
        }
    }
}

fn property(finder: &mut Finder<'_>, name: &str, value: &str, at: &Range<usize>) {
    let value = value.trim();
    match name {
        "URL" | "CONFERENCE" | "CALURI" | "FBURL" | "SOURCE" | "X-SOCIALPROFILE"
        | "SOCIALPROFILE" | "IMPP" | "CONTACT-URI" => {
            // `URL:www.example.com` is usual, and shown as a link.
            let bare = !value.contains("://") && value.starts_with("www.");
            let href = if bare {
                format!("http://{value}")
            } else {
                value.to_owned()
            };
            way(finder, &href, HopKind::Anchor, name, at);
        }
        "TEL" | "EMAIL" => {
            let scheme = if name == "TEL" { "tel:" } else { "mailto:" };
            let href = if value.contains(':') {
                value.to_owned()
            } else {
                format!("{scheme}{value}")
            };
            if let Some(handle) = contact::of_href(&href) {
                let span = finder.span(at);
                finder.contact(handle, Some(span));
            }
        }
        "PHOTO" | "LOGO" | "IMAGE" | "SOUND" | "ATTACH" if is_absolute(value) => {
            let kind = if name == "ATTACH" || name == "SOUND" {
                ResourceKind::Other
            } else {
                ResourceKind::Image
            };
            finder.resource(value, kind);
        }
        // Pictures and keys in base64, and names of programs.
        "PHOTO" | "LOGO" | "SOUND" | "KEY" | "ATTACH" | "IMAGE" | "PRODID" | "UID" => {}
        _ if is_absolute(value) => way(finder, value, HopKind::Anchor, name, at),
        _ => finder.written(value, None, Some(at), Carrier::Card, name),
    }
}

fn way(finder: &mut Finder<'_>, href: &str, kind: HopKind, path: &str, at: &Range<usize>) {
    finder.add(&Way {
        href,
        kind,
        carrier: Carrier::Card,
        text: "",
        at: Some(at.clone()),
        path,
    });
}

/// The logical lines of a text, with their place: a line that begins with white space goes on with
/// the one before; in vCard 2.1 a line that ends with `=` goes on, too.
fn unfolded(text: &str) -> impl Iterator<Item = (String, Range<usize>)> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        if at >= text.len() {
            return None;
        }
        let start = at;
        let mut line = String::new();
        loop {
            let rest = &text[at..];
            let end = rest.find('\n').map_or(rest.len(), |end| end + 1);
            let part = rest[..end].trim_end_matches(['\r', '\n']);
            at += end;
            let soft = part.ends_with('=') && line_is_quoted(&line, part);
            line.push_str(part.strip_suffix('=').filter(|_| soft).unwrap_or(part));
            match text.as_bytes().get(at) {
                Some(b' ' | b'\t') => at += 1,
                Some(_) if soft => {}
                _ => break,
            }
        }
        let end = start + text[start..at].trim_end().len();
        Some((line, start..end))
    })
}

fn line_is_quoted(line: &str, part: &str) -> bool {
    let head = if line.is_empty() { part } else { line };
    let head: String = head.chars().take(200).take_while(|&c| c != ':').collect();
    head.to_ascii_uppercase().contains("QUOTED-PRINTABLE")
}

fn unescaped(value: &str) -> String {
    value
        .replace("\\n", "\n")
        .replace("\\N", "\n")
        .replace("\\,", ",")
        .replace("\\;", ";")
        .replace("=3D", "=")
        .replace("\\\\", "\\")
}

//! JSON documents: any data, and the dialects whose addresses mean something: JSON Feed, JSON-LD,
//! the manifest of a web app.
//!
//! What only a program reads is a claim; what a JSON Feed shows as items are anchors; addresses
//! within a text are written.

use std::ops::Range;

use model::{Carrier, Headers, HopKind, Place, ResourceKind};

use crate::documents::finder::{Finder, Way, is_absolute};
use crate::documents::json::{self, Event, Steps};
use crate::documents::markup::is_picture;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dialect {
    Feed,
    Linked,
    Manifest,
    Plain,
}

/// An object or an array that is open.
#[derive(Default)]
struct Level {
    first_link: usize,
    title: String,
}

/// Reads a JSON document.
pub(crate) fn read(finder: &mut Finder<'_>, headers: &Headers) {
    let text = finder.text;
    let dialect = dialect(text, headers.first("content-type").unwrap_or_default());
    let mut levels: Vec<Level> = Vec::new();
    json::walk(text, |steps, event| {
        match event {
            Event::Text(value, at) => {
                while levels.len() < steps.depth().min(512) {
                    levels.push(Level {
                        first_link: finder.found.links.len(),
                        title: String::new(),
                    });
                }
                if matches!(
                    steps.key(),
                    "title" | "name" | "headline" | "text" | "label"
                ) && let Some(level) = levels.last_mut()
                    && level.title.is_empty()
                {
                    level.title = value.chars().take(200).collect();
                }
                value_of(finder, dialect, steps, &value, at);
            }
            Event::End => {
                if levels.len() >= steps.depth()
                    && let Some(level) = levels.pop()
                {
                    name_links(finder, &level);
                }
            }
        }
        !finder.found.is_full()
    });
    while let Some(level) = levels.pop() {
        name_links(finder, &level);
    }
}

/// Links of an object are called what the object is called.
fn name_links(finder: &mut Finder<'_>, level: &Level) {
    if !level.title.is_empty() {
        finder.name_links(level.first_link, &level.title);
    }
}

fn dialect(text: &str, content_type: &str) -> Dialect {
    let mut end = text.len().min(4_096);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let head = &text[..end];
    if head.contains("jsonfeed.org/version/") || head.contains("jsonfeed.org\\/version\\/") {
        Dialect::Feed
    } else if content_type.contains("ld+json") || head.contains("\"@context\"") {
        Dialect::Linked
    } else if content_type.contains("manifest+json") || head.contains("\"start_url\"") {
        Dialect::Manifest
    } else {
        Dialect::Plain
    }
}

fn value_of(
    finder: &mut Finder<'_>,
    dialect: Dialect,
    steps: &Steps<'_>,
    value: &str,
    at: Range<usize>,
) {
    let key = steps.key();
    let shown = steps.to_string();
    let verbatim = at.len() == value.len();
    let start = verbatim.then_some(at.start);
    match meaning(dialect, steps, key, value) {
        Meaning::Nothing => {}
        Meaning::Title => {
            finder.title = value.to_owned();
            finder.passage(Place::Title, value, Some(&at));
        }
        Meaning::Html => {
            let why = (dialect != Dialect::Feed).then_some("data that a script may show");
            finder.html(value, start, &at, &shown, why);
        }
        Meaning::Text => finder.written(value, start, Some(&at), Carrier::Json, &shown),
        Meaning::Resource(kind) => finder.resource(value, kind),
        Meaning::Link(kind, rel) => {
            let carrier = match dialect {
                Dialect::Feed => Carrier::Feed,
                Dialect::Linked => Carrier::StructuredData,
                Dialect::Manifest | Dialect::Plain => Carrier::Json,
            };
            let way = Way {
                href: value,
                kind,
                carrier,
                text: "",
                at: Some(at),
                path: &shown,
            };
            finder.add_related(&way, rel);
        }
    }
}

enum Meaning {
    Nothing,
    Title,
    Html,
    Text,
    Resource(ResourceKind),
    Link(HopKind, &'static [&'static str]),
}

fn meaning(dialect: Dialect, steps: &Steps<'_>, key: &str, value: &str) -> Meaning {
    let is_address = is_absolute(value);
    let known = match dialect {
        Dialect::Feed => of_feed(steps, key),
        Dialect::Linked => of_linked_data(key, is_address),
        Dialect::Manifest => of_manifest(steps, key),
        Dialect::Plain => None,
    };
    if let Some(known) = known {
        return known;
    }
    if is_address && is_picture(key) {
        Meaning::Resource(ResourceKind::Image)
    } else if is_address || is_reference(key, value) {
        Meaning::Link(HopKind::Alternate, &[])
    } else if holds_html(value) {
        Meaning::Html
    } else {
        Meaning::Text
    }
}

fn of_feed(steps: &Steps<'_>, key: &str) -> Option<Meaning> {
    let outer = steps.keys().next().unwrap_or_default();
    Some(match (outer, key) {
        ("items", "url" | "external_url") | ("home_page_url", _) => {
            Meaning::Link(HopKind::Anchor, &[])
        }
        ("feed_url", _) => Meaning::Link(HopKind::Alternate, &["self"]),
        ("next_url", _) => Meaning::Link(HopKind::Alternate, &["next"]),
        ("items", "content_html") => Meaning::Html,
        (_, "image" | "banner_image" | "icon" | "favicon" | "avatar") => {
            Meaning::Resource(ResourceKind::Image)
        }
        ("title", _) => Meaning::Title,
        ("version", _) | ("items", "id" | "mime_type") => Meaning::Nothing,
        _ if steps.keys().any(|key| key == "attachments") && key == "url" => {
            Meaning::Resource(ResourceKind::Other)
        }
        _ => return None,
    })
}

fn of_linked_data(key: &str, is_address: bool) -> Option<Meaning> {
    match key {
        // Names of vocabularies and types, in the form of addresses.
        "@context" | "@type" | "@vocab" | "itemtype" => Some(Meaning::Nothing),
        "availability" | "itemCondition" | "businessFunction" if is_address => {
            Some(Meaning::Nothing)
        }
        "contentUrl" | "thumbnailUrl" if is_address => Some(Meaning::Resource(ResourceKind::Image)),
        _ => None,
    }
}

fn of_manifest(steps: &Steps<'_>, key: &str) -> Option<Meaning> {
    let outer = steps.keys().next().unwrap_or_default();
    Some(match (outer, key) {
        ("name", _) => Meaning::Title,
        ("icons" | "screenshots", "src") | (_, "icons") => Meaning::Resource(ResourceKind::Image),
        ("shortcuts", "src") => Meaning::Resource(ResourceKind::Image),
        ("start_url" | "scope" | "shortcuts" | "related_applications", "url")
        | ("start_url" | "scope", _)
        | ("share_target" | "file_handlers", "action")
        | ("protocol_handlers", "url")
        | ("scope_extensions", "origin")
        | ("note_taking", "new_note_url") => Meaning::Link(HopKind::Alternate, &[]),
        ("src", _) => Meaning::Resource(ResourceKind::Other),
        _ => return None,
    })
}

/// Whether a key says that its value is a reference, and the value has the form of one without a
/// host.
fn is_reference(key: &str, value: &str) -> bool {
    let key = key.to_ascii_lowercase();
    let named = [
        "url",
        "href",
        "link",
        "uri",
        "permalink",
        "redirect",
        "location",
    ]
    .iter()
    .any(|word| key.ends_with(word));
    let is_path = value.starts_with('/') || value.starts_with("./") || value.starts_with('?');
    named && is_path && value.len() > 1 && !value.contains(char::is_whitespace)
}

fn holds_html(value: &str) -> bool {
    value.contains('<') && (value.contains("href") || value.contains("src") || value.contains("</"))
}

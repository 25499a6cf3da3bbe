//! The order in which a document is read.

use model::{HopKind, Note, NoteKind, PageFacts, PageUrl, RawHref};

use crate::Document;
use crate::carriers::{Found, Walk, headers};
use crate::css::cascade::Cascade;
use crate::document::{Reading, decode, reading};
use crate::outline::Outline;
use crate::parse::parse;
use crate::visibility::Judge;
use crate::visibility::reveal::Reveals;
use crate::{sheets, zone};

/// Reads a document. Never fails: any bytes give facts, with notes on what is wrong.
///
/// Cost: about twice that of parsing the tree; linear in the body, apart from the cascade, which
/// is elements × candidate rules, capped.
#[must_use]
pub fn read(document: &Document<'_>) -> PageFacts {
    let mut facts = PageFacts::empty(document.address.clone());
    let mut found = Found::default();
    headers::take(
        &mut found,
        document.address,
        document.status,
        document.headers,
    );
    if document.cut {
        found.notes.push(note(
            NoteKind::Truncated,
            "the body was cut; these are facts of its beginning",
        ));
    }
    match reading(document.headers, document.body) {
        Reading::Html => read_html(document, found, &mut facts),
        Reading::Text => {
            found.notes.push(note(
                NoteKind::NotADocument,
                "not HTML; read for written addresses only",
            ));
            facts.links = found.links;
            facts.notes = found.notes;
        }
        Reading::Binary => {
            found.notes.push(note(
                NoteKind::NotADocument,
                "not a document that this reader knows",
            ));
            facts.links = found.links;
            facts.notes = found.notes;
        }
    }
    facts
}

fn note(kind: NoteKind, text: &str) -> Note {
    Note {
        kind,
        text: text.to_owned(),
        span: None,
    }
}

fn read_html(document: &Document<'_>, mut found: Found, facts: &mut PageFacts) {
    let decoded = decode(document.headers, document.body);
    found.notes.extend(decoded.note.clone());
    let parsed = parse(&decoded.text);
    if parsed.too_deep {
        found.notes.push(note(
            NoteKind::TooDeep,
            "nested deeper than 512 elements; read flat below",
        ));
    }
    let outline = Outline::of(&parsed, &decoded.map);
    let base = base_of(&outline, document.address);
    let (rules, missing) = sheets::rules_of(&outline, &base, document.sheets);
    let misses_sheets = !missing.is_empty();
    found.notes.extend(missing);
    let cascade = Cascade::run(&outline, &rules);
    let judge = Judge {
        outline: &outline,
        rules: &rules,
        cascade: &cascade,
        reveals: Reveals::of_page(&outline),
        misses_sheets,
    };
    let zones = zone::zones(&outline);
    let mut walk = Walk {
        outline: &outline,
        judge: &judge,
        zones: &zones,
        address: document.address,
        base,
        depth: 0,
        is_listing: true,
        found,
    };
    walk.run();
    let found = walk.found;
    facts.claimed_canonical = found
        .links
        .iter()
        .filter(|link| link.kind == HopKind::Canonical)
        .find_map(|link| link.target.clone());
    facts.links = found.links;
    facts.resources = found.resources;
    facts.notes = found.notes;
}

/// What relative references are resolved against: the first `base` with an address.
fn base_of(outline: &Outline<'_>, address: &PageUrl) -> PageUrl {
    (0..outline.items.len())
        .filter(|&at| outline.name(at) == "base")
        .find_map(|at| outline.attr(at, "href"))
        .and_then(|href| RawHref::new(href).resolve(address).ok())
        .unwrap_or_else(|| address.clone())
}

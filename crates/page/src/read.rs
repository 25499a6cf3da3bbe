//! The order in which a document is read.

use model::{
    Carrier, Contact, Headers, HopKind, Language, Link, Note, NoteKind, PageFacts, PageUrl,
    RawHref, Zone,
};

use crate::carriers::scripts::Linked;
use crate::carriers::{Found, Walk, bare_link, headers};
use crate::css::cascade::Cascade;
use crate::document::decode;
use crate::documents::{self, Reading, reading};
use crate::outline::Outline;
use crate::parse::parse;
use crate::position::Positions;
use crate::structured::{self, Claims};
use crate::visibility::Judge;
use crate::visibility::effort::Effort;
use crate::visibility::reveal::Reveals;
use crate::{Document, ReadSettings};
use crate::{
    contact, cues, directives, gate, kind, medicine, outline, sheets, texts, trader, zone,
};

/// Reads a document. Never fails: any bytes give facts, with notes on what is wrong.
///
/// Cost: about twice that of parsing the tree; linear in the body, apart from the cascade, which
/// is elements × candidate rules, capped.
#[must_use]
pub fn read(document: &Document<'_>) -> PageFacts {
    read_with(document, ReadSettings::default())
}

/// Reads a document with settings; see [`read`].
///
/// Cost of pictures: up to a second for one of sixteen million pixels, at most 32 of a page.
#[must_use]
pub fn read_with(document: &Document<'_>, settings: ReadSettings) -> PageFacts {
    let mut facts = PageFacts::empty(document.address.clone());
    facts.directives = directives::of_headers(document.headers);
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
        Reading::Html => read_html(document, settings, found, &mut facts),
        Reading::As(format) => documents::read(document, settings, format, found, &mut facts),
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

fn read_html(
    document: &Document<'_>,
    settings: ReadSettings,
    mut found: Found,
    facts: &mut PageFacts,
) {
    let address = document.address;
    let decoded = decode(document.headers, document.body);
    found.notes.extend(decoded.note.clone());
    let parsed = parse(&decoded.text);
    if parsed.too_deep {
        found.notes.push(note(
            NoteKind::TooDeep,
            "nested deeper than 512 elements, or larger than 400,000; read flat below, or left out behind",
        ));
    }
    let outline = Outline::of(&parsed, &decoded.map);
    let base = base_of(&outline, address);
    let (rules, missing) = sheets::rules_of(&outline, &base, document.sheets);
    let cascade = Cascade::run(&outline, &rules);
    let judge = Judge {
        outline: &outline,
        rules: &rules,
        cascade: &cascade,
        reveals: Reveals::of_page(&outline),
        misses_sheets: !missing.is_empty(),
        effort: Effort::of_page(),
    };
    found.notes.extend(missing);
    found.notes.extend(cascade.note(&outline));
    let zone::Zones { of: zones, said } = zone::zones(&outline);
    let mut claims = structured::read(&outline, document.headers);
    let signs = kind::signs(&outline, &zones, &claims, address);
    let is_listing = signs.is_listing;
    let mut walk = Walk {
        outline: &outline,
        judge: &judge,
        zones: &zones,
        address,
        base: base.clone(),
        depth: 0,
        is_listing,
        found,
        linked: Linked::new(document.scripts),
        codes: Vec::new(),
        injected: Vec::new(),
        positions: Positions::of(&parsed.marks),
        base_elsewhere: !base.is_same_site(address),
    };
    walk.run();
    walk.lenient(&decoded.text, document.body);
    if settings.images {
        walk.pictures();
    }
    let mut found = walk.found;
    let reader = texts::Reader {
        outline: &outline,
        judge: &judge,
        zones: &zones,
        said: &said,
        address,
        is_listing,
    };
    let texts = reader.read(&mut found);
    facts.gates = asked(&judge, &zones, &signs, &found, &mut claims, document);
    claimed_links(&claims, &outline, &base, is_listing, &mut found, address);
    facts.contacts = contacts(&found, &outline, &zones, texts.contacts);
    facts.kind = kind::kind(address, &signs, &claims, &facts.gates, &found.links);
    facts.offers_sale = kind::offers_sale(&signs, &claims);
    facts.medicine_logo = medicine::logo(&outline, &base);
    facts.title = title(&outline);
    facts.language = language(&outline, document.headers);
    facts.passages = texts.passages;
    hand_over(claims, found, facts);
}

/// What the text of a page is asked for: age gates; and traders, who are put to what is claimed of them.
fn asked(
    judge: &Judge<'_, '_>,
    zones: &[Zone],
    signs: &kind::Signs,
    found: &Found,
    claims: &mut Claims,
    document: &Document<'_>,
) -> Vec<model::AgeGate> {
    let (outline, address) = (judge.outline, document.address);
    let shows_goods = signs.shows_goods();
    let cues = cues::find(outline);
    trader::read(outline, &cues.traders, &mut claims.trader);
    let mut gates = gate::find(
        outline,
        zones,
        address,
        signs.words,
        shows_goods,
        &cues.ages,
    );
    if gates.is_empty() {
        let is_bare = signs.words <= 80 && !shows_goods;
        gates.extend(gate::passed_on(&found.links, address, is_bare));
    }
    gates
}

/// Puts what was claimed and found into the facts.
fn hand_over(claims: Claims, mut found: Found, facts: &mut PageFacts) {
    facts.seller = claims.seller.or_else(|| {
        let mut to_seller = found.links.iter().filter(|link| link.to_seller);
        to_seller
            .find(|link| !link.text.is_empty())
            .map(|link| link.text.clone())
    });
    found.notes.extend(claims.notes);
    for rating in &claims.ratings {
        found
            .notes
            .push(note(NoteKind::Rating, &format!("rated {rating}")));
    }
    facts.claimed_canonical = canonical(&found.links);
    facts.products = claims.products;
    facts.trader = claims.trader;
    facts.ratings = claims.ratings;
    in_document_order(&mut found.links);
    facts.links = found.links;
    facts.directives.append(&mut found.directives);
    facts.script_cookies.append(&mut found.cookies);
    facts.resources = found.resources;
    facts.notes = found.notes;
}

/// The facts of a piece of HTML that stands inside of another document (an item of a feed, a
/// string of JSON). Spans are offsets in `html`.
pub(crate) fn read_piece(address: &PageUrl, html: &str) -> PageFacts {
    let headers = Headers(vec![(
        "content-type".to_owned(),
        "text/html; charset=utf-8".to_owned(),
    )]);
    let mut facts = PageFacts::empty(address.clone());
    let document = Document {
        address,
        status: 200,
        headers: &headers,
        body: html.as_bytes(),
        cut: false,
        sheets: &[],
        scripts: &[],
    };
    let settings = ReadSettings::default();
    read_html(&document, settings, Found::default(), &mut facts);
    facts
}

/// What structured data claims: addresses that nobody clicks, and the seller's page.
fn claimed_links(
    claims: &Claims,
    outline: &Outline<'_>,
    base: &PageUrl,
    is_listing: bool,
    found: &mut Found,
    page: &PageUrl,
) {
    for (url, index) in &claims.urls {
        let mut link = bare_link(url, base, HopKind::Alternate, Carrier::StructuredData);
        if link.target.is_none() || link.target.as_ref() == Some(page) {
            continue;
        }
        link.span = outline.span(*index);
        link.dom_path = outline.dom_path(*index);
        found.push(link);
    }
    let seller = claims
        .seller_url
        .as_ref()
        .and_then(|url| RawHref::new(url.clone()).resolve(base).ok());
    if let Some(seller) = seller.filter(|_| is_listing) {
        for link in &mut found.links {
            link.to_seller |= link.kind == HopKind::Anchor && link.target.as_ref() == Some(&seller);
        }
    }
}

fn contacts(
    found: &Found,
    outline: &Outline<'_>,
    zones: &[Zone],
    written: Vec<Contact>,
) -> Vec<Contact> {
    let mut contacts = Vec::new();
    for (href, index, visibility) in &found.contacts {
        if let Some(handle) = contact::of_href(href) {
            let span = outline.span(*index);
            texts::push_contact(
                &mut contacts,
                handle,
                visibility.clone(),
                zones[*index],
                span,
            );
        }
    }
    for contact in written {
        let known = contacts
            .iter()
            .any(|c| c.kind == contact.kind && c.handle == contact.handle);
        if !known {
            contacts.push(contact);
        }
    }
    contacts
}

fn title(outline: &Outline<'_>) -> String {
    let is_title = |at: &usize| {
        outline.name(*at) == "title"
            && outline
                .lineage(*at)
                .all(|above| outline.name(above) != "svg")
    };
    let Some(title) = outline.heads.iter().copied().find(is_title) else {
        return String::new();
    };
    let text: String = outline
        .below(title)
        .filter_map(|at| outline.text(at))
        .collect();
    outline::collapse(&text, 500)
}

fn language(outline: &Outline<'_>, headers: &Headers) -> Option<Language> {
    let stated = outline
        .head("html")
        .and_then(|at| outline.attr(at, "lang"))
        .map(str::trim)
        .filter(|lang| !lang.is_empty());
    let header = || {
        headers
            .first("content-language")
            .and_then(|value| value.split(',').next())
    };
    stated
        .or_else(header)
        .map(|lang| Language(lang.trim().to_ascii_lowercase()))
}

/// `rel=canonical` before `og:url`.
fn canonical(links: &[Link]) -> Option<PageUrl> {
    let of = |carriers: &[Carrier]| {
        links
            .iter()
            .filter(|link| link.kind == HopKind::Canonical && carriers.contains(&link.carrier))
            .find_map(|link| link.target.clone())
    };
    of(&[Carrier::LinkCanonical, Carrier::LinkHeader]).or_else(|| of(&[Carrier::MetaUrl]))
}

/// Headers first, then by place in the body; what has no place keeps its neighbours.
fn in_document_order(links: &mut Vec<Link>) {
    let mut last = 0;
    let mut order: Vec<(usize, usize)> = Vec::with_capacity(links.len());
    for (place, link) in links.iter().enumerate() {
        let key = match (&link.span, link.inside) {
            // A nested address follows its outer one.
            (_, Some(outer)) => order.get(outer).map_or(last, |(key, _)| *key),
            (Some(span), None) => span.start + 1,
            (None, None) => last,
        };
        last = key;
        order.push((key, place));
    }
    let mut sorted = order;
    sorted.sort_by_key(|&(key, place)| (key, links[place].inside.unwrap_or(place), place));
    let mut moved = vec![0; links.len()];
    for (new, &(_, old)) in sorted.iter().enumerate() {
        moved[old] = new;
    }
    let mut taken: Vec<Option<Link>> = links.drain(..).map(Some).collect();
    for (_, old) in sorted {
        if let Some(mut link) = taken.get_mut(old).and_then(Option::take) {
            link.inside = link.inside.map(|outer| moved[outer]);
            links.push(link);
        }
    }
}

/// What relative references are resolved against: the first `base` with an address.
fn base_of(outline: &Outline<'_>, address: &PageUrl) -> PageUrl {
    outline
        .heads
        .iter()
        .filter(|&&at| outline.name(at) == "base")
        .find_map(|&at| outline.attr(at, "href"))
        .and_then(|href| RawHref::new(href).resolve(address).ok())
        .unwrap_or_else(|| address.clone())
}

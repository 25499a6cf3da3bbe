//! The stylesheets of a document: which it links to, and which of them are at hand.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use html5ever::local_name;
use model::{Headers, Note, NoteKind, PageUrl, RawHref, Span};

use crate::Sheet;
use crate::ascii::begins;
use crate::css::media::{self, Profiles};
use crate::css::rule_set::RuleSet;
use crate::css::shadow::{Tree, tree_of};
use crate::css::vocabulary::Vocabulary;
use crate::outline::{Index, Outline};

/// At most so many stylesheets of a page are worth fetching.
const MAX_LINKS: usize = 16;

/// The stylesheets that a document links to, in order, at most 16. A scan of the tags without a
/// tree: O(bytes).
#[must_use]
pub fn stylesheet_links(address: &PageUrl, headers: &Headers, body: &[u8]) -> Vec<PageUrl> {
    if crate::documents::reading(headers, body) != crate::documents::Reading::Html {
        return Vec::new();
    }
    let text = crate::document::decode(headers, body).text;
    let mut base = address.clone();
    let mut has_base = false;
    let mut links: Vec<PageUrl> = Vec::new();
    let mut rest = &*text;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let is = |name: &str| {
            begins(rest, name)
                && rest[name.len()..].starts_with(|c: char| c.is_ascii_whitespace() || c == '/')
        };
        if rest.starts_with("!--") {
            rest = rest.find("-->").map_or("", |end| &rest[end + 3..]);
        } else if is("link") || is("base") {
            let attributes = attributes(rest);
            let find = |name: &str| {
                attributes
                    .iter()
                    .find(|(known, _)| known.eq_ignore_ascii_case(name))
                    .map(|(_, v)| v.as_str())
            };
            let Some(href) = find("href") else { continue };
            if is("base") {
                if !has_base && let Ok(new) = RawHref::new(href).resolve(address) {
                    base = new;
                    has_base = true;
                }
            } else if is_sheet(
                find("rel").unwrap_or_default(),
                find("media").unwrap_or_default(),
            ) && let Ok(link) = RawHref::new(href).resolve(&base)
                && !links.contains(&link)
            {
                links.push(link);
                if links.len() == MAX_LINKS {
                    break;
                }
            }
        }
    }
    links
}

/// Whether a `link` is a stylesheet that counts on some screen.
fn is_sheet(rel: &str, media: &str) -> bool {
    let has = |word: &str| rel.split_whitespace().any(|r| r.eq_ignore_ascii_case(word));
    has("stylesheet") && !has("alternate") && media::profiles(media) != 0
}

/// The attributes of the tag whose text begins here, at most 32.
pub(crate) fn attributes(tag: &str) -> Vec<(&str, String)> {
    let mut found = Vec::new();
    let mut rest = tag.trim_start_matches(|c: char| c.is_ascii_alphanumeric());
    while found.len() < 32 {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        if rest.is_empty() || rest.starts_with('>') {
            break;
        }
        let end = rest
            .find(|c: char| c.is_ascii_whitespace() || matches!(c, '=' | '>' | '/'))
            .unwrap_or(rest.len());
        let name = &rest[..end.max(1).min(rest.len())];
        rest = rest[name.len()..].trim_start();
        let Some(value) = rest.strip_prefix('=') else {
            found.push((name, String::new()));
            continue;
        };
        let value = value.trim_start();
        let (raw, after) = match value.chars().next() {
            Some(quote @ ('"' | '\'')) => {
                let inner = &value[1..];
                inner.split_once(quote).unwrap_or((inner, ""))
            }
            _ => {
                let end = value
                    .find(|c: char| c.is_ascii_whitespace() || c == '>')
                    .unwrap_or(value.len());
                value.split_at(end)
            }
        };
        found.push((name, raw.replace("&amp;", "&")));
        rest = after;
    }
    found
}

fn missing(href: &str, span: Option<Span>) -> Note {
    Note {
        kind: NoteKind::MissingStylesheet,
        text: format!(
            "the stylesheet {} was not read",
            crate::outline::collapse(href, 200)
        ),
        span,
    }
}

fn at_address<'s>(sheets: &'s [Sheet], base: &PageUrl, href: &str) -> Option<&'s Sheet> {
    let address = RawHref::new(href).resolve(base).ok();
    sheets
        .iter()
        .find(|sheet| sheet.address.is_some() && sheet.address == address)
}

/// The addresses that a sheet imports, with the media for which it does; at most 16.
fn imports(sheet: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    let mut rest = sheet;
    while let Some(at) = rest.find("@import").filter(|_| found.len() < 16) {
        rest = rest[at + 7..].trim_start();
        let inner = rest.strip_prefix("url(").unwrap_or(rest).trim_start();
        let (address, after) = match inner.chars().next() {
            Some(quote @ ('"' | '\'')) => inner[1..].split_once(quote).unwrap_or((inner, "")),
            _ => inner.split_once([')', ';']).unwrap_or((inner, "")),
        };
        let media = after.split(';').next().unwrap_or_default();
        found.push((address.trim(), media.trim().trim_start_matches(')').trim()));
        rest = after;
    }
    found
}

/// The text of a sheet that stands in its address.
fn data_sheet(href: &str) -> Option<String> {
    let head = href.trim_start().get(..13)?;
    if !head.eq_ignore_ascii_case("data:text/css") {
        return None;
    }
    let (kind, data) = href.split_once(',')?;
    let bytes: Vec<u8> = percent_encoding::percent_decode_str(data).collect();
    let bytes = if kind.trim_end().ends_with(";base64") {
        let plain: Vec<u8> = bytes
            .into_iter()
            .filter(|b| !b.is_ascii_whitespace())
            .collect();
        STANDARD.decode(plain).ok()?
    } else {
        bytes
    };
    String::from_utf8(bytes).ok()
}

/// From this length on, it pays to know the words of the document before a sheet is read.
const LONG: usize = 2_000;

/// Adds the rules of a sheet that holds on `screen`, in the trees of `host`; see
/// [`RuleSet::add_scoped`].
fn add(
    rules: &mut RuleSet,
    outline: &Outline<'_>,
    text: &str,
    screen: Profiles,
    (origin, host): (Option<usize>, Option<&str>),
) {
    if rules.vocabulary.is_none() && text.len() >= LONG {
        rules.vocabulary = Some(Vocabulary::of(outline));
    }
    rules.add_scoped(text, screen, origin, host);
}

/// Adds the rules of a `style` element, and of the sheets that it imports.
fn add_style(
    outline: &Outline<'_>,
    index: Index,
    base: &PageUrl,
    sheets: &[Sheet],
    (rules, notes): (&mut RuleSet, &mut Vec<Note>),
) {
    let screen = media::profiles(outline.attr(index, "media").unwrap_or_default());
    let is_css = outline
        .attr(index, "type")
        .is_none_or(|kind| kind.trim().is_empty() || kind.trim().eq_ignore_ascii_case("text/css"));
    let tree = tree_of(outline, index);
    if tree == Tree::Inert || !is_css || screen == 0 {
        return;
    }
    let host = tree.host();
    for at in outline.below(index) {
        let Some(text) = outline.text(at) else {
            continue;
        };
        let exact = outline.items[at]
            .place
            .filter(|(start, end)| end - start == text.len());
        for (address, media) in imports(text) {
            let on = screen & media::profiles(media);
            if on == 0 {
                continue;
            }
            if let Some(sheet) = data_sheet(address) {
                add(rules, outline, &sheet, on, (None, host));
            } else if let Some(sheet) = at_address(sheets, base, address) {
                add(rules, outline, &sheet.text, on, (None, host));
            } else if notes.len() < 16 {
                notes.push(missing(address, outline.span(index)));
            }
        }
        let origin = exact.map(|(start, _)| start);
        add(rules, outline, text, screen, (origin, host));
    }
}

/// Gathers the rules of a page: its `style` elements and the sheets at hand, in document order.
/// Gives the rules, and a note for each sheet that is missing.
pub(crate) fn rules_of(
    outline: &Outline<'_>,
    base: &PageUrl,
    sheets: &[Sheet],
) -> (RuleSet, Vec<Note>) {
    let mut rules = RuleSet::default();
    let mut notes = Vec::new();
    let given: Vec<&Sheet> = sheets
        .iter()
        .filter(|sheet| sheet.address.is_none())
        .collect();
    let mut used_given = 0;
    for index in 0..outline.items.len() {
        let Some(element) = outline.element(index) else {
            continue;
        };
        if element.name.local == local_name!("style") {
            add_style(outline, index, base, sheets, (&mut rules, &mut notes));
        }
        if element.name.local != local_name!("link") {
            continue;
        }
        let media = outline.attr(index, "media").unwrap_or_default();
        let rel = outline.attr(index, "rel").unwrap_or_default();
        let Some(href) = outline.attr(index, "href").filter(|_| is_sheet(rel, media)) else {
            continue;
        };
        let screen = media::profiles(media);
        let tree = tree_of(outline, index);
        if tree == Tree::Inert {
            continue;
        }
        let host = tree.host();
        if let Some(sheet) = data_sheet(href) {
            add(&mut rules, outline, &sheet, screen, (None, host));
        } else if let Some(sheet) = at_address(sheets, base, href) {
            add(&mut rules, outline, &sheet.text, screen, (None, host));
        } else if let Some(sheet) = given.get(used_given) {
            add(&mut rules, outline, &sheet.text, screen, (None, host));
            used_given += 1;
        } else if given.is_empty() && notes.len() < 16 {
            notes.push(missing(href, outline.span(index)));
        }
    }
    for sheet in given.iter().skip(used_given) {
        add(&mut rules, outline, &sheet.text, media::ALL, (None, None));
    }
    (rules, notes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stylesheets_are_found_without_a_tree() {
        let body = br#"<base href="/s/"><!-- <link rel=stylesheet href=no.css> -->
            <LINK REL="stylesheet" href='a.css?x=1&amp;y'><link rel=stylesheet media=print href=p.css>
            <link href=b.css rel=stylesheet><link rel=icon href=i.ico>"#;
        let page = PageUrl::parse("https://a.com/x").unwrap();
        let links = stylesheet_links(&page, &Headers::default(), body);
        let links: Vec<_> = links.iter().map(PageUrl::as_str).collect();
        assert_eq!(
            links,
            ["https://a.com/s/a.css?x=1&y", "https://a.com/s/b.css"]
        );
    }
}

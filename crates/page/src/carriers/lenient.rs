//! References that only a lenient reader of the bytes sees (V47): a second `href` on one tag, a tag
//! that the document ends in, attributes of end tags, text in another charset.
//!
//! Crawlers and scanners that read bytes follow such references, and so do mail clients; a browser
//! does not. What stands where the tree has a tag, a comment or raw text is read with it.

use std::collections::HashSet;

use model::{Carrier, HopKind, PageUrl};
use scraper::Node;

use crate::carriers::elements::{is_media_name, is_reference};
use crate::carriers::{Walk, only_for_others};
use crate::outline::Index;
use crate::sheets;
use crate::tags::Tag;

/// At most so many are kept.
const MAX_KEPT: usize = 50;

/// At most so many tags are read again.
const MAX_TAGS: usize = 2_000;

/// Where the name stands in a text, in any spelling. One vectorized scan for its rarest letter.
fn names(text: &str) -> impl Iterator<Item = usize> + '_ {
    let bytes = text.as_bytes();
    memchr::memchr2_iter(b'f', b'F', bytes).filter_map(|last| {
        let at = last.checked_sub(3)?;
        bytes[at..last].eq_ignore_ascii_case(b"hre").then_some(at)
    })
}

/// What the tree makes of a stretch of the text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Told {
    Tag(Index),
    Raw,
}

impl Walk<'_, '_> {
    /// Looks for references that the tree does not have. One vectorized scan of the text, and for
    /// each hit a look-up among the tags.
    pub(crate) fn lenient(&mut self, text: &str, body: &[u8]) {
        let mut found: Vec<(String, usize)> = Vec::new();
        // Where the name stands as often in the text as tags have it, each is that of one of them.
        if names(text).count() != self.outline.hrefs {
            self.look_again(text, &mut found);
        }
        if !found.is_empty() {
            self.keep(found);
        }
        if let Some((html, shows)) = other_charset(body) {
            self.other_reading(&html, shows);
        }
    }

    fn look_again(&self, text: &str, found: &mut Vec<(String, usize)>) {
        let told = self.told();
        let mut again: Vec<(Index, usize)> = Vec::new();
        let mut loose: Vec<usize> = Vec::new();
        for at in names(text) {
            let next = told.partition_point(|&(start, _, _)| start <= at);
            match next.checked_sub(1).map(|place| told[place]) {
                Some((_, end, Told::Tag(index))) if at < end => match again.last_mut() {
                    Some((last, count)) if *last == index => *count += 1,
                    _ => again.push((index, 1)),
                },
                Some((_, end, Told::Raw)) if at < end => {}
                _ if loose.len() < MAX_KEPT => loose.push(at),
                _ => {}
            }
        }
        let is_told = |index| self.outline.attr(index, "href").is_some();
        again.retain(|&(index, count)| count > 1 || !is_told(index));
        for (index, _) in again.into_iter().take(MAX_TAGS) {
            if is_told(index) {
                self.repeated(index, text, found);
            } else {
                self.untold(index, text, found);
            }
        }
        for at in loose {
            if let Some(value) = value_behind(text, at) {
                found.push((value, at));
            }
        }
    }

    /// The stretches of the text that the tree has tags, comments and raw texts for, ascending.
    fn told(&self) -> Vec<(usize, usize, Told)> {
        let mut told: Vec<(usize, usize, Told)> = Vec::with_capacity(self.outline.items.len());
        for (index, item) in self.outline.items.iter().enumerate() {
            let Some((start, end)) = item.place else {
                continue;
            };
            match item.node.value() {
                Node::Element(_) => told.push((start, end, Told::Tag(index))),
                Node::Comment(_) => told.push((start, end, Told::Raw)),
                Node::Text(_) if self.outline.is(item.parent, Tag::RAW) => {
                    told.push((start, end, Told::Raw));
                }
                _ => {}
            }
        }
        // Document order is the order of the source but for what the parser moved.
        told.sort_by_key(|&(start, _, _)| start);
        told
    }

    /// Values of `href` on a tag that has none for the tree: in a value whose quotation mark was left out.
    fn untold(&self, index: Index, text: &str, found: &mut Vec<(String, usize)>) {
        let Some((start, end)) = self.outline.items[index].place else {
            return;
        };
        for at in names(text.get(start..end).unwrap_or_default()) {
            if let Some(value) = value_behind(text, start + at)
                && found.len() < MAX_KEPT
                && value.contains("://")
            {
                found.push((value, start + at));
            }
        }
    }

    /// Values of `href` after the first, on one tag.
    fn repeated(&self, index: Index, text: &str, found: &mut Vec<(String, usize)>) {
        let Some((start, end)) = self.outline.items[index].place else {
            return;
        };
        let Some(tag) = text.get(start + 1..end) else {
            return;
        };
        let values = sheets::attributes(tag)
            .into_iter()
            .filter(|(name, _)| name.eq_ignore_ascii_case("href"))
            .map(|(_, value)| value);
        for value in values.skip(1) {
            if found.len() < MAX_KEPT {
                found.push((value, start));
            }
        }
    }

    fn keep(&mut self, found: Vec<(String, usize)>) {
        let links = self
            .found
            .links
            .iter()
            .filter_map(|link| link.target.clone());
        let resources = self.found.resources.iter().filter_map(|r| r.target.clone());
        let mut known: HashSet<PageUrl> = links.chain(resources).collect();
        known.insert(self.address.clone());
        for (value, at) in found.into_iter().take(MAX_KEPT) {
            if !is_reference(&value) || is_media_name(&value) {
                continue;
            }
            let host = self.before(at);
            let mut link = self.link_on(host, &value, HopKind::Anchor, Carrier::RawBytes);
            let Some(target) = link.target.clone().filter(|target| !known.contains(target)) else {
                continue;
            };
            known.insert(target);
            let span = self.outline.body_span(at, at + 4);
            link.span = Some(span);
            link.position = self.positions.at(at);
            let shows = "only a lenient reader of the bytes sees it";
            only_for_others(&mut link, shows, Some(span));
            self.add(link);
        }
    }

    /// The element whose tag stands last before an offset.
    fn before(&self, at: usize) -> Index {
        let items = self.outline.items.iter().enumerate();
        items
            .filter(|(_, item)| item.node.value().is_element())
            .filter_map(|(index, item)| Some((item.place?.0, index)))
            .filter(|&(start, _)| start <= at)
            .max()
            .map_or(0, |(_, index)| index)
    }
}

/// The value of the attribute whose name begins at `at`, as a lenient reader takes it.
fn value_behind(text: &str, at: usize) -> Option<String> {
    let before = text[..at].chars().next_back()?;
    if before.is_alphanumeric() || matches!(before, '-' | '_' | '.') {
        return None;
    }
    let rest = text.get(at + 4..)?.trim_start();
    let rest = rest.strip_prefix('=')?.trim_start();
    let rest = rest.strip_prefix("&quot;").unwrap_or(rest);
    let (rest, ends): (&str, &[char]) = match rest.chars().next()? {
        '"' => (&rest[1..], &['"']),
        '\'' => (&rest[1..], &['\'']),
        _ => (rest, &[' ', '\t', '\n', '\r', '>', '"', '\'', '<']),
    };
    let end = rest.find(ends).unwrap_or(rest.len());
    let value = rest[..end].split("&quot;").next().unwrap_or_default();
    let is_plausible = (4..2_048).contains(&value.len()) && !value.contains(['\n', '<']);
    is_plausible.then(|| value.replace("&amp;", "&"))
}

/// The text of a body that is UTF-16 without a mark, or UTF-7: old readers decode either, and
/// browsers neither.
fn other_charset(body: &[u8]) -> Option<(String, &'static str)> {
    const MOST: usize = 1 << 20;
    let body = &body[..body.len().min(MOST)];
    let is_marked = body.starts_with(&[0xFF, 0xFE]) || body.starts_with(&[0xFE, 0xFF]);
    let head = &body[..body.len().min(512)];
    let (even, odd) = head.chunks_exact(2).fold((0, 0), |(even, odd), pair| {
        (
            even + usize::from(pair[0] == 0),
            odd + usize::from(pair[1] == 0),
        )
    });
    let half = head.len() / 4;
    if !is_marked && half > 8 && (even > half || odd > half) {
        let encoding = if odd > half {
            encoding_rs::UTF_16LE
        } else {
            encoding_rs::UTF_16BE
        };
        let (text, _) = encoding.decode_without_bom_handling(body);
        return Some((text.into_owned(), "read as UTF-16, which nothing declares"));
    }
    let has_tag = memchr::memmem::find(body, b"+ADw").is_some();
    (has_tag && body.is_ascii()).then(|| (utf7(body), "read as UTF-7, which browsers do not"))
}

/// UTF-7 (RFC 2152) decoded; what does not decode is left out.
fn utf7(body: &[u8]) -> String {
    use base64::Engine;
    let text = String::from_utf8_lossy(body);
    let mut plain = String::with_capacity(text.len());
    let mut rest = &*text;
    while let Some(plus) = rest.find('+') {
        plain.push_str(&rest[..plus]);
        let inner = &rest[plus + 1..];
        let is_letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/');
        let end = inner.find(|c| !is_letter(c)).unwrap_or(inner.len());
        if end == 0 {
            plain.push('+');
        }
        let config = base64::engine::general_purpose::GeneralPurposeConfig::new()
            .with_decode_allow_trailing_bits(true)
            .with_decode_padding_mode(base64::engine::DecodePaddingMode::Indifferent);
        let engine = base64::engine::general_purpose::GeneralPurpose::new(
            &base64::alphabet::STANDARD,
            config,
        );
        if let Ok(bytes) = engine.decode(&inner[..end]) {
            let units = bytes
                .chunks_exact(2)
                .map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
            plain.extend(char::decode_utf16(units).map_while(Result::ok));
        }
        rest = inner[end..].strip_prefix('-').unwrap_or(&inner[end..]);
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_is_found_in_any_spelling() {
        let text = "f href=a hrEF xHREF ref hre";
        assert_eq!(names(text).collect::<Vec<_>>(), [2, 9, 15]);
    }

    #[test]
    fn utf7_is_decoded() {
        assert_eq!(utf7(b"+ADw-a href=x+AD4-y 1+-1"), "<a href=x>y 1+1");
    }

    #[test]
    fn values_are_read_leniently() {
        assert_eq!(
            value_behind(" href=http://a/ b", 1).as_deref(),
            Some("http://a/")
        );
        assert_eq!(
            value_behind("&lt;a href=&quot;/abc&quot;", 6).as_deref(),
            Some("/abc")
        );
        assert_eq!(value_behind("data-href=/abc", 5), None);
    }
}

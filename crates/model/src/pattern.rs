//! The pattern of an address: what is left when values are replaced by their class, so that the pages
//! of one template of a site have one pattern (`/product/17` and `/product/18` are both
//! `/product/{int}`).
//!
//! Which plain words are values is not seen in one address (`/brand/nike`): whoever collects patterns
//! learns it, and so an address gives its pieces here, and the pattern is put together from them.

use std::borrow::Cow;

use crate::key::{is_session_path, is_session_segment, name_of};
use crate::part::token;
use crate::{PageUrl, Site, variant_parameter};

/// Characters of a word that may be no value.
const LONGEST_WORD: usize = 40;
/// Hyphens or underscores that make a word a title.
const SLUG_MARKS: usize = 2;
/// Characters of a token that is one whatever its letters are.
const LONG_TOKEN: usize = 16;
/// Names of parameters that are told apart in one query.
const MOST_NAMES: usize = 24;

/// One piece of an address, in the order in which they decide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PatternPiece<'a> {
    /// The site.
    Site(Cow<'a, str>),
    /// A label of the host name below the site; that next to the site comes first.
    Label(Cow<'a, str>),
    /// A segment of the path that is a plain word, numbers in it replaced.
    Word(Cow<'a, str>),
    /// A segment of the path that is a value, by its class: `{int}`, `{date}`, `{uuid}`, `{hex}`, `{slug}`.
    Value(&'static str),
    /// The names of the parameters of the query, in order, those of dates marked (`month={date}`); last, and
    /// only where there is a query. Session ids and tracking parameters are not among them.
    Names(String),
}

/// The pieces of an address: site, labels, path, query. Session ids are left out. Linear; at most `most`
/// segments of the path are given.
#[must_use]
pub fn pattern_pieces(address: &PageUrl, most: usize) -> Vec<PatternPiece<'_>> {
    let mut pieces = Vec::with_capacity(8);
    let host = address.host_text();
    let site = Site::of(address);
    let labels = host.strip_suffix(site.as_str()).unwrap_or_default();
    pieces.push(PatternPiece::Site(Cow::Owned(site.as_str().to_owned())));
    let labels = labels.split('.').rev().filter(|label| !label.is_empty());
    pieces.extend(labels.map(|label| PatternPiece::Label(without_numbers(label))));
    pattern_path(address, most, &mut pieces);
    pieces
}

/// The pieces of the path and the query alone, appended to `pieces`.
pub fn pattern_path<'a>(address: &'a PageUrl, most: usize, pieces: &mut Vec<PatternPiece<'a>>) {
    let url = address.as_url();
    let segments = url.path().split('/').skip(1);
    let segments = segments.map(without_session);
    let segments = segments.filter(|segment| !is_session_segment(segment));
    let mut segments = segments.take(most).peekable();
    // How many more segments belong to a date that began: a month, and a day.
    let mut of_date = 0;
    while let Some(segment) = segments.next() {
        if of_date > 0 && number(segment).is_some_and(|n| (1..=31).contains(&n)) {
            of_date -= 1;
            pieces.push(PatternPiece::Value("{date}"));
            continue;
        }
        of_date = 0;
        let month = segments.peek().and_then(|next| number(next));
        if is_year(segment) && month.is_some_and(|month| (1..=12).contains(&month)) {
            of_date = 2;
            pieces.push(PatternPiece::Value("{date}"));
        } else {
            pieces.push(match class(segment) {
                Some(class) => PatternPiece::Value(class),
                None => PatternPiece::Word(without_token(segment)),
            });
        }
    }
    if let Some(names) = url.query().and_then(names) {
        pieces.push(PatternPiece::Names(names));
    }
}

/// A segment without its session parameter.
fn without_session(segment: &str) -> &str {
    match segment.split_once(';') {
        Some((bare, rest)) if is_session_path(rest) => bare,
        _ => segment,
    }
}

/// The class of a segment that is a value by its form.
fn class(segment: &str) -> Option<&'static str> {
    let bytes = segment.as_bytes();
    if bytes.len() > LONGEST_WORD {
        return Some(if is_uuid(bytes) { "{uuid}" } else { "{slug}" });
    }
    let digits = bytes.iter().filter(|byte| byte.is_ascii_digit()).count();
    if digits == 0 {
        return is_slug(bytes).then_some("{slug}");
    }
    if is_date(bytes) {
        return Some("{date}");
    }
    if digits == bytes.len() {
        return Some("{int}");
    }
    if is_uuid(bytes) {
        return Some("{uuid}");
    }
    let is_hex = bytes.len() >= 8 && bytes.iter().all(u8::is_ascii_hexdigit);
    if is_hex {
        return Some("{hex}");
    }
    is_slug(bytes).then_some("{slug}")
}

fn is_slug(bytes: &[u8]) -> bool {
    let marks = bytes.iter().filter(|byte| matches!(byte, b'-' | b'_'));
    marks.count() >= SLUG_MARKS
}

pub(crate) fn is_uuid(bytes: &[u8]) -> bool {
    let fits = |(at, byte): (usize, &u8)| match at {
        8 | 13 | 18 | 23 => *byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    };
    bytes.len() == 36 && bytes.iter().enumerate().all(fits)
}

/// A number of at most four digits.
fn number(text: &str) -> Option<u32> {
    let is_short = (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    is_short.then(|| text.parse().ok()).flatten()
}

fn is_year(text: &str) -> bool {
    text.len() == 4 && number(text).is_some_and(|year| (1900..2200).contains(&year))
}

/// `2026-11`, `2026-11-22`, with any of `-._` or nothing between year, month and day.
fn is_date(bytes: &[u8]) -> bool {
    let Some((year, rest)) = bytes.split_at_checked(4) else {
        return false;
    };
    let Ok(year) = std::str::from_utf8(year) else {
        return false;
    };
    let mark = rest
        .first()
        .filter(|byte| matches!(byte, b'-' | b'.' | b'_'));
    let mut parts = rest.chunks(if mark.is_some() { 3 } else { 2 }).map(|part| {
        let digits = match mark {
            Some(mark) if part.first() == Some(mark) => part.get(1..)?,
            Some(_) => return None,
            None => part,
        };
        let two = digits.len() == 2;
        let text = std::str::from_utf8(digits).ok().filter(|_| two)?;
        number(text)
    });
    let month = parts.next().flatten();
    let day = parts.next();
    let is_month = month.is_some_and(|month| (1..=12).contains(&month));
    let is_day = match day {
        // Six digits in a row are a number before they are a month.
        None => mark.is_some(),
        Some(day) => day.is_some_and(|day| (1..=31).contains(&day)),
    };
    is_year(year) && is_month && is_day && parts.next().is_none()
}

/// A word with `{hex}` for the token at its end, if it has one (`s-9f86d081` is `s-{hex}`), else with its
/// numbers replaced: the parts of a token between its numbers are no words.
fn without_token(segment: &str) -> Cow<'_, str> {
    let is_hex = |token: &std::ops::Range<usize>| {
        let bytes = &segment.as_bytes()[token.clone()];
        bytes.len() >= LONG_TOKEN || bytes.iter().all(u8::is_ascii_hexdigit)
    };
    let token = token(segment).filter(|token| token.start > 0 || token.end < segment.len());
    let Some(token) = token.filter(is_hex) else {
        return without_numbers(segment);
    };
    let (before, after) = (&segment[..token.start], &segment[token.end..]);
    Cow::Owned(without_numbers(before).into_owned() + "{hex}" + after)
}

/// A text with each run of digits replaced by `{int}`, cut to a length.
fn without_numbers(text: &str) -> Cow<'_, str> {
    let cut = text.char_indices().nth(LONGEST_WORD).map(|(at, _)| at);
    let text = &text[..cut.unwrap_or(text.len())];
    if !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len() + 4);
    let mut in_number = false;
    for letter in text.chars() {
        if letter.is_ascii_digit() {
            if !in_number {
                plain.push_str("{int}");
            }
            in_number = true;
        } else {
            plain.push(letter);
            in_number = false;
        }
    }
    Cow::Owned(plain)
}

/// The names of the parameters of a query, in order; `None` where it has none that count.
fn names(query: &str) -> Option<String> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let counting = pairs.filter(|pair| variant_parameter(name_of(pair)).is_none());
    let mut names: Vec<Cow<'_, str>> = counting.take(MOST_NAMES).map(name_and_class).collect();
    if names.is_empty() {
        return None;
    }
    names.sort_unstable();
    Some(names.join("&"))
}

/// The name of a parameter; with its class where it is a date.
fn name_and_class(pair: &str) -> Cow<'_, str> {
    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
    let is_of_date = || {
        let names = ["year", "y", "yr", "month", "m", "date", "week", "day", "d"];
        names.iter().any(|one| name.eq_ignore_ascii_case(one))
    };
    let is_dated = is_date(value.as_bytes()) || (is_year(value) && is_of_date());
    let name = without_numbers(name);
    if is_dated {
        Cow::Owned(format!("{name}={{date}}"))
    } else {
        name
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pattern(address: &str) -> String {
        let address = PageUrl::parse(address).unwrap();
        let mut text = String::new();
        for piece in pattern_pieces(&address, 20) {
            match piece {
                PatternPiece::Site(site) => text = site.into_owned(),
                PatternPiece::Label(label) => text = format!("{label}.{text}"),
                PatternPiece::Word(word) => text += &format!("/{word}"),
                PatternPiece::Value(class) => text += &format!("/{class}"),
                PatternPiece::Names(names) => text += &format!("?{names}"),
            }
        }
        text
    }

    #[test]
    fn values_are_replaced_by_their_class() {
        for (address, expected) in [
            ("http://shop.test/product/17", "shop.test/product/{int}"),
            (
                "http://www.shop.test/item17.html",
                "www.shop.test/item{int}.html",
            ),
            (
                "http://a.test/cal/2026/11/22",
                "a.test/cal/{date}/{date}/{date}",
            ),
            ("http://a.test/cal/2026-11", "a.test/cal/{date}"),
            ("http://a.test/cal/20261122/x", "a.test/cal/{date}/x"),
            ("http://a.test/2026/sale", "a.test/{int}/sale"),
            (
                "http://a.test/c?month=2026-11&page=2",
                "a.test/c?month={date}&page",
            ),
            ("http://a.test/c?y=2026&m=11", "a.test/c?m&y={date}"),
            ("http://a.test/c?b=1&a=2&b=3", "a.test/c?a&b&b"),
            ("http://a.test/c?utm_source=1", "a.test/c"),
            ("http://a.test/a-fine-red-shoe", "a.test/{slug}"),
            ("http://a.test/s-9f86d081884c7d65/p", "a.test/s-{hex}/p"),
            ("http://a.test/s2-9f86d081.html", "a.test/s{int}-{hex}.html"),
            ("http://a.test/iphone15pro", "a.test/iphone{int}pro"),
            ("http://a.test/9f86d081884c7d65", "a.test/{hex}"),
            (
                "http://a.test/f47ac10b-58cc-4372-a567-0e02b2c3d479",
                "a.test/{uuid}",
            ),
            ("http://a.test/p;jsessionid=1/q", "a.test/p/q"),
            ("http://a.test/(S(x))/q", "a.test/q"),
            ("http://127.0.0.1:8080/q", "127.0.0.1:8080/q"),
            ("http://a.test/", "a.test/"),
        ] {
            assert_eq!(pattern(address), expected, "{address}");
        }
    }

    proptest! {
        #[test]
        fn any_address_has_pieces(path in "(/[a-z0-9._;()é%-]{0,45}){0,5}", query in "([?][a-z0-9&=-]{0,20})?") {
            let address = PageUrl::parse(&format!("http://a.b.test{path}{query}")).unwrap();
            prop_assert!(!pattern_pieces(&address, 20).is_empty());
        }
    }
}

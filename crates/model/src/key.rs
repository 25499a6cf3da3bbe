//! The key of an address: what is left of it when all that tells visits of one page apart is taken off.
//!
//! Two addresses with one key are *variants* of one page, by what is known of session ids and
//! tracking parameters. A key is never asked for and is no page of the graph: a tracking parameter can be
//! the hidden link. It only tells which addresses are worth a request each, and which are not.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::PageUrl;
use crate::hop::words;
use crate::part::{path_name, token, token_name};

words! {
/// What a part of an address that the key leaves out is for.
VariantKind {
    /// It tells who visits.
    Session = "session",
    /// It tells where the visitor comes from.
    Tracking = "tracking",
}
}

/// The version of the compiled-in rules, of which `variants.txt` is the source.
#[must_use]
pub fn variant_rules_version() -> &'static str {
    RULES.version
}

/// What kind of parameter of a query a name is, by the compiled-in rules; `None` where they do not
/// name it. `name` as it is written in the address.
#[must_use]
pub fn variant_parameter(name: &str) -> Option<VariantKind> {
    RULES.kind(Where::Query, name)
}

/// The key of an address, as text: an address without session ids, session segments, tracking
/// parameters and the dot of the root behind its host, the pairs of its query in order of their names (pairs of one name as they stood), and
/// without a query that is empty then. An address without any of it is its own key.
///
/// The key of a key is the key itself.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AddressKey(PageUrl);

impl AddressKey {
    /// The key of `address`. `is_left_out` is asked of the names and the values of its parts,
    /// as [`variable_parts`](crate::variable_parts) gives them, with what the compiled-in rules say of each: what a
    /// crawl has learned of the host. Tokens in the path are asked about where `has_tokens`; in the key, `*` stands
    /// for them. `None` where the address is its own key.
    ///
    /// Linear, times the logarithm of the number of pairs; costs one search in an address without `?`,
    /// `;` and `(`, unless `has_tokens`.
    #[must_use]
    pub fn of(
        address: &PageUrl,
        has_tokens: bool,
        is_left_out: impl Fn(&str, &str, Option<VariantKind>) -> bool,
    ) -> Option<Self> {
        let is_rooted = address.is_rooted();
        if !has_tokens && !is_rooted && !address.as_str().contains(['?', ';', '(']) {
            return None;
        }
        let url = address.as_url();
        let path = bare_path(url.path(), has_tokens, &is_left_out);
        let query = url.query().map(|query| bare_query(query, &is_left_out));
        let is_bare = query.as_deref() == url.query() && query.as_deref() != Some("");
        if path.is_none() && is_bare && !is_rooted {
            return None;
        }
        let mut url = address.without_root().as_url().clone();
        if let Some(path) = path {
            url.set_path(&path);
        }
        url.set_query(query.as_deref().filter(|query| !query.is_empty()));
        // It is an address of http or https, like the one that it was made of.
        let key = PageUrl::from_url(url).ok()?;
        (key != *address).then_some(Self(key))
    }

    /// The key as text, in the form of an address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

/// Whether a segment of a path is a session id and nothing else.
pub(crate) fn is_session_segment(segment: &str) -> bool {
    segment.starts_with('(') && RULES.kind(Where::Segment, segment).is_some()
}

/// Whether a parameter of a path segment is a session id.
pub(crate) fn is_session_path(parameter: &str) -> bool {
    RULES.kind(Where::Path, name_of(parameter)).is_some()
}

/// Whether a segment is one of those that say "here" and "one up".
fn is_dots(word: &str) -> bool {
    if word.len() > "%2e%2e".len() {
        return false;
    }
    let dots = word.to_ascii_lowercase().replace("%2e", ".");
    matches!(dots.as_str(), "." | "..")
}

/// A path without session segments, parameters and tokens; `None` where it has none.
fn bare_path(
    path: &str,
    has_tokens: bool,
    is_left_out: &impl Fn(&str, &str, Option<VariantKind>) -> bool,
) -> Option<String> {
    if !has_tokens && !path.contains([';', '(']) {
        return None;
    }
    let mut bare = String::with_capacity(path.len());
    // Session segments have no place: what they left out of the key names no other part.
    let mut place = 0;
    for segment in path.split('/').skip(1) {
        let mut pieces = segment.split(';');
        let start = bare.len();
        bare.push('/');
        let word = pieces.next().unwrap_or_default();
        if is_dots(word) {
            // Without its parameters it would be no segment, but a step up or none.
            bare.push_str(segment);
            place += 1;
            continue;
        }
        let token = token(word).filter(|_| has_tokens);
        match token.filter(|token| {
            let name = token_name(place, word, token);
            is_left_out(&name, &word[token.clone()], None)
        }) {
            Some(token) => {
                bare.push_str(&word[..token.start]);
                bare.push('*');
                bare.push_str(&word[token.end..]);
            }
            None => bare.push_str(word),
        }
        for piece in pieces {
            let kind = is_session_path(piece).then_some(VariantKind::Session);
            if !is_left_out(&path_name(piece), value_of(piece), kind) {
                bare.push(';');
                bare.push_str(piece);
            }
        }
        if is_session_segment(&bare[start + 1..]) {
            bare.truncate(start);
        }
        place += usize::from(!is_session_segment(word));
    }
    if bare.is_empty() {
        bare.push('/');
    }
    (bare != path).then_some(bare)
}

fn bare_query(
    query: &str,
    is_left_out: &impl Fn(&str, &str, Option<VariantKind>) -> bool,
) -> String {
    let is_left_out = |pair: &str| {
        let name = name_of(pair);
        is_left_out(name, value_of(pair), RULES.kind(Where::Query, name))
    };
    let mut pairs: Vec<&str> = query
        .split('&')
        .filter(|pair| !pair.is_empty() && !is_left_out(pair))
        .collect();
    pairs.sort_by_key(|pair| name_of(pair));
    pairs.join("&")
}

/// The name of a pair `name=value`.
pub(crate) fn name_of(pair: &str) -> &str {
    pair.split_once('=').map_or(pair, |(name, _)| name)
}

/// The value of a pair `name=value`.
fn value_of(pair: &str) -> &str {
    pair.split_once('=').map_or("", |(_, value)| value)
}

/// Where in an address a rule looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Where {
    Query,
    Path,
    Segment,
}

/// The compiled-in rules.
struct Rules {
    version: &'static str,
    /// In order of place and name; names in lower case.
    exact: Vec<(Where, String, VariantKind)>,
    /// Few, so they are tried one after the other; in lower case.
    prefixes: Vec<(Where, String, VariantKind)>,
}

static RULES: LazyLock<Rules> = LazyLock::new(|| Rules::read(include_str!("variants.txt")));

/// Bytes of a name that a rule can match; longer ones are no names of the list.
const LONGEST_NAME: usize = 64;

impl Rules {
    /// Lines that do not read are left out; a test keeps the list free of them.
    fn read(text: &'static str) -> Self {
        let mut rules = Self {
            version: "",
            exact: Vec::new(),
            prefixes: Vec::new(),
        };
        for line in text.lines() {
            let mut words = line.split_whitespace();
            let (kind, place, name) = (words.next(), words.next(), words.next());
            if kind == Some("version") {
                rules.version = place.unwrap_or_default();
            }
            let Some((kind, place, name)) = rule(kind, place, name) else {
                continue;
            };
            match name.strip_suffix('*') {
                Some(start) => rules.prefixes.push((place, start.to_owned(), kind)),
                None if place == Where::Segment => rules.prefixes.push((place, name, kind)),
                None => rules.exact.push((place, name, kind)),
            }
        }
        rules.exact.sort();
        rules
    }

    fn kind(&self, place: Where, name: &str) -> Option<VariantKind> {
        if place == Where::Segment && !name.ends_with(')') {
            return None;
        }
        if name.len() > LONGEST_NAME && place != Where::Segment {
            return None;
        }
        let found = self.exact.binary_search_by(|(at, known, _)| {
            let known = known.bytes();
            at.cmp(&place)
                .then_with(|| known.cmp(name.bytes().map(|byte| byte.to_ascii_lowercase())))
        });
        if let Ok(at) = found {
            return self.exact.get(at).map(|rule| rule.2);
        }
        let begins = |start: &str| {
            let head = name.as_bytes().get(..start.len());
            head.is_some_and(|head| head.eq_ignore_ascii_case(start.as_bytes()))
        };
        let mut prefixes = self.prefixes.iter();
        prefixes
            .find(|(at, start, _)| *at == place && begins(start))
            .map(|rule| rule.2)
    }
}

/// A line of the list.
fn rule(
    kind: Option<&str>,
    place: Option<&str>,
    name: Option<&str>,
) -> Option<(VariantKind, Where, String)> {
    let kind = VariantKind::ALL
        .iter()
        .find(|one| Some(one.as_str()) == kind)?;
    let place = match place? {
        "query" => Where::Query,
        "path" => Where::Path,
        "segment" => Where::Segment,
        _ => return None,
    };
    Some((*kind, place, name?.to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(address: &str) -> String {
        let address = PageUrl::parse(address).unwrap();
        let learned = ["learned", ";learned", "/s-*", "/*/*"];
        AddressKey::of(&address, true, |name, _, kind| {
            kind.is_some() || learned.contains(&name)
        })
        .map_or(address.to_string(), |key| key.as_str().to_owned())
    }

    #[test]
    fn every_line_of_the_list_is_a_rule() {
        let text = include_str!("variants.txt");
        let lines = text.lines().map(str::trim);
        let rules = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
        let version = 1;
        assert_eq!(
            rules.count(),
            RULES.exact.len() + RULES.prefixes.len() + version
        );
        assert_eq!(variant_rules_version().len(), "2026-11-23".len());
    }

    #[test]
    fn session_ids_and_tracking_parameters_are_not_in_the_key() {
        for (address, expected) in [
            ("http://a.test/p?utm_source=x", "http://a.test/p"),
            (
                "http://a.test/p?b=1&UTM_Medium=x&a=2",
                "http://a.test/p?a=2&b=1",
            ),
            (
                "http://a.test/p?a=2&a=1&fbclid=z",
                "http://a.test/p?a=2&a=1",
            ),
            ("http://a.test/p;jsessionid=1F?q=1", "http://a.test/p?q=1"),
            (
                "http://a.test/p;v=1;JSESSIONID=1/q",
                "http://a.test/p;v=1/q",
            ),
            ("http://a.test/(S(abc))/p.aspx", "http://a.test/p.aspx"),
            (
                "http://a.test/(A(a)S(b)F(c))/p.aspx",
                "http://a.test/p.aspx",
            ),
            ("http://a.test/(S(abc))", "http://a.test/"),
            ("http://a.test/p?ASPSESSIONIDQQ=1", "http://a.test/p"),
            ("http://a.test/p?", "http://a.test/p"),
            ("http://a.test./", "http://a.test/"),
            ("http://a.test.:81/p?b&a", "http://a.test:81/p?a&b"),
            ("http://a.test../", "http://a.test../"),
            ("http://a.test/p?&&", "http://a.test/p"),
            ("http://a.test/p?learned=7", "http://a.test/p"),
            ("http://a.test/p;learned=7", "http://a.test/p"),
            ("http://a.test/s-9f86d081/p", "http://a.test/s-*/p"),
            ("http://a.test/p/9f86d081;v=1", "http://a.test/p/*;v=1"),
            ("http://a.test/(S(abc))/p/9f86d081", "http://a.test/p/*"),
            ("http://a.test/p/x-9f86d081", "http://a.test/p/x-9f86d081"),
            ("http://a.test/p?side=1&sid=2", "http://a.test/p?side=1"),
            // No session: an ordinary bracket, a name that only begins alike.
            ("http://a.test/(Sale)/p", "http://a.test/(Sale)/p"),
            ("http://a.test/p;a=1", "http://a.test/p;a=1"),
            ("http://a.test/p?gclid2=1", "http://a.test/p?gclid2=1"),
        ] {
            assert_eq!(key(address), expected, "{address}");
        }
    }

    #[test]
    fn an_address_without_any_of_it_is_its_own_key() {
        for address in [
            "http://a.test/",
            "http://a.test/p?a=1&b=2",
            "http://a.test/a;b",
        ] {
            let address = PageUrl::parse(address).unwrap();
            assert_eq!(
                AddressKey::of(&address, false, |_, _, kind| kind.is_some()),
                None,
                "{address}"
            );
        }
    }

    proptest! {
        #[test]
        fn the_key_of_a_key_is_the_key(
            root in "[.]{0,2}",
            path in "(/(a|9f86d081|s-|[.]{1,2}|%2e|;|;sid=1|[(]S[(]x[)][)]|[(]S|%|é){0,3}){1,4}",
            query in "([?]((a|b|sid|utm_x|learned|%73id)?(=[a1&]?)?&?){0,4})?",
        ) {
            let once = key(&format!("http://a.test{root}{path}{query}"));
            prop_assert_eq!(key(&once), once);
        }
    }
}

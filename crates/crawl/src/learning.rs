//! Learns which parameters are session ids of a host: those whose values never repeat, over links to pages
//! of equal content.
//!
//! Each of [`PAGES`] pages was found on another page and differs from the others in the value of the one
//! parameter alone; all of them look alike; no page offers two values for one address, and no value comes
//! from two pages. Small numbers are not looked at: the numbers of pages do not repeat either, and pages
//! behind the last one look alike.

use std::collections::{BTreeMap, BTreeSet};

use case::{LearnedMemo, Likeness, Memo};
use model::{PageUrl, variant_parameter};
use serde::{Deserialize, Serialize};

use crate::likeness::{Mix, distance, hash_of};

/// Pages of equal content that show a session id.
const PAGES: usize = 5;
/// Parameters of hosts that are looked at.
const SUSPECTS: usize = 512;
/// Values, and addresses, of one of them that are remembered; one that is not found out by then is none.
const VALUES: usize = 64;
/// Parameters of one address that are looked at.
const PARAMETERS: usize = 8;
/// Bits in which texts of equal content may differ.
const EQUAL: u32 = 3;
/// Bits in which texts of other content differ.
const OTHER: u32 = 16;
/// Digits of a number that may count pages.
const COUNTER: usize = 7;
/// Characters of the shortest value of a session id.
const SHORTEST: usize = 4;

/// A parameter of a host.
type Name = (String, String);

/// What is known of session ids.
#[derive(Debug, Default)]
pub(crate) struct Sessions {
    suspects: BTreeMap<Name, Suspect>,
    learned: BTreeSet<Name>,
    changed: BTreeSet<Name>,
    news: Vec<LearnedMemo>,
}

/// A parameter that may be a session id.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Suspect {
    /// It is none.
    is_cleared: bool,
    /// The page on which each value was found.
    values: BTreeMap<u64, u64>,
    /// The value that a page offers for an address.
    offers: BTreeMap<u64, u64>,
    /// What was seen, by the address without the parameter.
    bases: BTreeMap<u64, Base>,
}

/// Pages that differ in the value of the parameter alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Base {
    text: u64,
    links: u64,
    referrers: BTreeSet<u64>,
    examples: Vec<String>,
}

/// A parameter of an address.
struct Parameter {
    name: Name,
    value: u64,
    /// The address without it.
    base: u64,
}

impl Sessions {
    /// Takes back a parameter that was learned.
    pub(crate) fn restore_learned(&mut self, memo: LearnedMemo) {
        self.learned.insert((memo.host, memo.parameter));
    }

    /// Takes back what was noted under a key, if it is a key of this room.
    pub(crate) fn restore(&mut self, key: &str, value: &str) {
        if let Some((host, parameter)) = key.strip_prefix(NOTE).and_then(|key| key.split_once(' '))
            && let Ok(suspect) = serde_json::from_str(value)
        {
            let name = (host.to_owned(), parameter.to_owned());
            self.suspects.insert(name, suspect);
        }
    }

    /// What changed since the last call.
    pub(crate) fn memos(&mut self) -> Vec<Memo> {
        let news = std::mem::take(&mut self.news);
        let mut memos: Vec<_> = news.into_iter().map(Memo::Learned).collect();
        for name in std::mem::take(&mut self.changed) {
            if let Some(suspect) = self.suspects.get(&name) {
                memos.push(Memo::Note {
                    key: format!("{NOTE}{} {}", name.0, name.1),
                    // Numbers and texts always have a JSON form.
                    value: serde_json::to_string(suspect).unwrap_or_default(),
                });
            }
        }
        memos
    }

    /// Whether a parameter is a session id of a host.
    pub(crate) fn has_learned(&self, host: &str, parameter: &str) -> bool {
        // Most crawls learn none, and then nothing is copied.
        !self.learned.is_empty()
            && self
                .learned
                .contains(&(host.to_owned(), parameter.to_owned()))
    }

    /// Takes note of an address that is new, and of the page that offers it.
    pub(crate) fn offered(&mut self, address: &PageUrl, page: &PageUrl) {
        let from = hash_of(page.as_str());
        for Parameter { name, value, base } in parameters(address) {
            if self.learned.contains(&name) {
                continue;
            }
            if self.suspects.len() >= SUSPECTS && !self.suspects.contains_key(&name) {
                continue;
            }
            let suspect = self.suspects.entry(name.clone()).or_default();
            if suspect.is_cleared {
                continue;
            }
            let mut offer = Mix::default();
            offer.number(base);
            offer.number(from);
            let first = *suspect.values.entry(value).or_insert(from);
            let offered = *suspect.offers.entry(offer.end()).or_insert(value);
            let is_full = suspect.values.len() > VALUES || suspect.offers.len() > VALUES;
            if first != from || offered != value || is_full {
                suspect.clear();
            }
            self.changed.insert(name);
        }
    }

    /// Looks at a page that was answered at `place`, and learns.
    pub(crate) fn look_at(
        &mut self,
        address: &PageUrl,
        referrer: Option<&PageUrl>,
        like: Likeness,
        place: u64,
    ) {
        let Some(from) = referrer.map(|referrer| hash_of(referrer.as_str())) else {
            return;
        };
        for Parameter { name, base, .. } in parameters(address) {
            let Some(suspect) = self.suspects.get_mut(&name) else {
                continue;
            };
            if suspect.is_cleared || self.learned.contains(&name) {
                continue;
            }
            let known = suspect.bases.entry(base).or_insert_with(|| Base {
                text: like.text,
                links: like.links,
                referrers: BTreeSet::new(),
                examples: Vec::new(),
            });
            let differs = distance(known.text, like.text);
            if differs <= EQUAL && known.links == like.links {
                known.referrers.insert(from);
                if known.examples.len() < PAGES {
                    known.examples.push(address.as_str().to_owned());
                }
            }
            let is_shown = known.referrers.len() >= PAGES;
            if is_shown {
                self.news.push(LearnedMemo {
                    host: name.0.clone(),
                    parameter: name.1.clone(),
                    place,
                    evidence: std::mem::take(&mut known.examples),
                });
                self.learned.insert(name.clone());
            }
            if is_shown || differs > OTHER || suspect.bases.len() > VALUES {
                suspect.clear();
            }
            self.changed.insert(name);
        }
    }
}

impl Suspect {
    fn clear(&mut self) {
        *self = Self {
            is_cleared: true,
            ..Self::default()
        };
    }
}

/// The beginning of the keys of notes.
const NOTE: &str = "session ";

/// The parameters of an address that may be session ids, and that no rule names.
fn parameters(address: &PageUrl) -> impl Iterator<Item = Parameter> {
    let url = address.as_url();
    let query = url.query().unwrap_or_default();
    let pairs: Vec<&str> = query.split('&').take(PARAMETERS).collect();
    let may_be = |(name, value): &(&str, &str)| {
        let is_counter = value.len() <= COUNTER && value.bytes().all(|byte| byte.is_ascii_digit());
        value.len() >= SHORTEST && !is_counter && variant_parameter(name).is_none()
    };
    let suspects = pairs.iter().filter_map(|pair| pair.split_once('='));
    let suspects: Vec<_> = suspects.filter(may_be).collect();
    suspects.into_iter().map(move |(name, value)| {
        let mut base = Mix::default();
        base.text(url.path());
        for pair in query.split('&') {
            if pair.split_once('=').map(|(name, _)| name) != Some(name) {
                base.text(pair);
            }
        }
        Parameter {
            name: (address.host_text().to_owned(), name.to_owned()),
            value: hash_of(value),
            base: base.end(),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(address: &str) -> PageUrl {
        PageUrl::parse(address).unwrap()
    }

    /// The address that is offered at a time, and the page that offers it.
    type Offered = fn(usize) -> (String, String);

    const ALIKE: Likeness = Likeness { text: 1, links: 2 };

    fn visit(sessions: &mut Sessions, address: &str, from: &str, like: Likeness) {
        sessions.offered(&url(address), &url(from));
        sessions.look_at(&url(address), Some(&url(from)), like, 9);
    }

    #[test]
    fn a_value_that_never_repeats_over_equal_pages_is_a_session_id() {
        let mut sessions = Sessions::default();
        for page in ["one", "two", "three", "four", "five"] {
            assert!(!sessions.has_learned("a.test", "tk"));
            let from = format!("http://a.test/{page}");
            visit(
                &mut sessions,
                &format!("http://a.test/p?tk=x{page}&a=1"),
                &from,
                ALIKE,
            );
            // What was kept goes on as it was.
            let mut again = Sessions::default();
            for memo in sessions.memos() {
                match memo {
                    Memo::Note { key, value } => again.restore(&key, &value),
                    Memo::Learned(memo) => again.restore_learned(memo),
                    Memo::Pattern(_) => {}
                }
            }
            assert_eq!(
                again.suspects.get(&("a.test".into(), "tk".into())),
                sessions.suspects.get(&("a.test".into(), "tk".into()))
            );
            sessions = again;
        }
        assert!(sessions.has_learned("a.test", "tk"));
        assert!(!sessions.has_learned("b.test", "tk"));
    }

    #[test]
    fn what_repeats_or_matters_or_counts_is_none() {
        let other = Likeness { text: !1, links: 2 };
        let cases: [(&str, Offered, Likeness); 4] = [
            (
                "the value comes from two pages",
                |n| (format!("/{n}?tk=same"), format!("/f{n}")),
                ALIKE,
            ),
            (
                "one page offers several values",
                |n| (format!("/p?tk=value{n}"), "/f".to_owned()),
                ALIKE,
            ),
            (
                "the pages differ",
                |n| (format!("/p?tk=value{n}"), format!("/f{n}")),
                other,
            ),
            (
                "the value is a number of a page",
                |n| (format!("/p?tk=100{n}"), format!("/f{n}")),
                ALIKE,
            ),
        ];
        for (story, addresses, like) in cases {
            let mut sessions = Sessions::default();
            visit(
                &mut sessions,
                "http://a.test/p?tk=first",
                "http://a.test/f",
                ALIKE,
            );
            for n in 0..10 {
                let (address, from) = addresses(n);
                let [address, from] = [address, from].map(|at| format!("http://a.test{at}"));
                visit(&mut sessions, &address, &from, like);
            }
            assert!(!sessions.has_learned("a.test", "tk"), "{story}");
        }
    }
}

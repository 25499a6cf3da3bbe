//! Learns which parts of addresses are session ids of a host: those whose values never repeat, over links to
//! pages of equal content. What is a part is said by [`model::variable_parts`], what is counted of one by
//! [`Part`], and what was decided of it is here.
//!
//! A part that *rotates* (each page offers one value for an address, and another page another) is presumed to be
//! a session id until pages show whether it is; what is held back meanwhile is taken up again if it is none, or
//! if nothing else is left to be asked. A part that was learned is sampled: a few of the addresses that it holds
//! back are asked all the same, and one of other content ends it. See docs/decisions/traps.md.

use std::collections::{BTreeMap, BTreeSet};

use case::{Against, LearnedMemo, Memo};
use model::{PageUrl, VariantKind, names_destination};

use crate::likeness::hash_of;

mod part;
mod places;

pub(crate) use part::Seen;
use part::{Part, State};
use places::{Place, places};

/// Parts that are looked at.
const PARTS: usize = 512;
/// Parts of one host that are looked at.
const PARTS_OF_HOST: u32 = 48;
/// Parts of a host that may turn out to be none: behind them, nothing is learned there any more.
const MISTAKES: u32 = 8;
/// Addresses that a part holds back of which the first ones are asked, behind everything else.
const SAMPLES: u32 = 64;
/// One of so many later ones is asked, too, up to [`LATER`] times.
const EVERY: u32 = 128;
/// See [`EVERY`].
const LATER: u32 = 64;

/// A part of the addresses of a host: its host and its name.
type Name = (String, String);

/// What is known of session ids.
#[derive(Debug, Default)]
pub(crate) struct Sessions {
    parts: BTreeMap<Name, Part>,
    hosts: BTreeMap<String, Host>,
    changed: BTreeSet<Name>,
    news: Vec<LearnedMemo>,
    /// Hosts of which something that was held back is taken up again.
    freed: BTreeSet<String>,
    /// Parts of addresses that were not looked at, because of the bounds; none while it did not change.
    cut: u64,
    cut_is_new: bool,
}

/// What is known of a host, made of its parts.
#[derive(Debug, Default)]
struct Host {
    parts: u32,
    mistakes: u32,
    /// Names that are left out of keys.
    out: BTreeSet<String>,
    /// Names of the list of rules that are not left out.
    kept: BTreeSet<String>,
    /// Whether a token of the path is left out.
    has_tokens: bool,
    /// Whether anything of its parameters, and of its tokens, is not decided.
    watches: [bool; 2],
}

/// When an address that a part holds back has its turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Turn {
    /// As if nothing held it back.
    Sample,
    /// Behind everything else.
    LateSample,
    /// Never, as far as is known.
    Held,
}

impl Sessions {
    /// Takes back a parameter that was learned; what is known of it besides comes by [`restore`](Self::restore).
    pub(crate) fn restore_learned(&mut self, memo: LearnedMemo) {
        let name = (memo.host.clone(), memo.parameter.clone());
        let part = self.parts.entry(name.clone()).or_default();
        part.learned = Some(memo);
        self.tell_host(&name);
    }

    /// Takes back what was noted under a key, if it is a key of this room.
    pub(crate) fn restore(&mut self, key: &str, value: &str) {
        if key == CUT {
            self.cut = value.parse().unwrap_or(0);
        } else if let Some((host, name)) =
            key.strip_prefix(NOTE).and_then(|key| key.split_once(' '))
            && let Ok(mut part) = serde_json::from_str::<Part>(value)
        {
            let name = (host.to_owned(), name.to_owned());
            part.learned = self.parts.remove(&name).and_then(|part| part.learned);
            let host = self.hosts.entry(name.0.clone()).or_default();
            host.parts += 1;
            host.mistakes += u32::from(part.is_mistake);
            self.parts.insert(name.clone(), part);
            self.tell_host(&name);
        }
    }

    /// What changed since the last call.
    pub(crate) fn memos(&mut self) -> Vec<Memo> {
        let news = std::mem::take(&mut self.news);
        let mut memos: Vec<_> = news.into_iter().map(Memo::Learned).collect();
        for name in std::mem::take(&mut self.changed) {
            if let Some(part) = self.parts.get(&name) {
                memos.push(Memo::Note {
                    key: format!("{NOTE}{} {}", name.0, name.1),
                    // Numbers and texts always have a JSON form.
                    value: serde_json::to_string(part).unwrap_or_default(),
                });
            }
        }
        if std::mem::take(&mut self.cut_is_new) {
            memos.push(Memo::Note {
                key: CUT.to_owned(),
                value: self.cut.to_string(),
            });
        }
        memos
    }

    /// Whether a part is left out of keys, by its name, its value, and what the rules say of it.
    pub(crate) fn leaves_out(
        &self,
        host: &str,
        name: &str,
        value: &str,
        kind: Option<VariantKind>,
    ) -> bool {
        match (kind, self.hosts.get(host)) {
            (None, None) => false,
            (Some(_), None) | (Some(VariantKind::Tracking), _) => true,
            (None, Some(host)) => host.out.contains(name) && !names_destination(value),
            (Some(VariantKind::Session), Some(host)) => !host.kept.contains(name),
        }
    }

    /// Whether tokens in paths of a host are left out.
    pub(crate) fn has_tokens(&self, host: &str) -> bool {
        self.hosts.get(host).is_some_and(|host| host.has_tokens)
    }

    /// Takes note of an address that is new, and of the page that offers it, by its hash.
    pub(crate) fn offered(&mut self, address: &PageUrl, page: u64) {
        for place in self.places(address) {
            let Some(part) = self.part(address, &place) else {
                continue;
            };
            if part.state == State::Cleared {
                continue;
            }
            part.offered(place.base, place.value, page);
            self.decide(&place.name, None);
        }
    }

    /// Takes note of an address that was offered before, and of the page that offers it again.
    pub(crate) fn known(&mut self, address: &PageUrl, page: u64) {
        let host = self.hosts.get(address.host_text());
        let [parameters, tokens] = host.map_or([false; 2], |host| host.watches);
        let may_be = tokens || (parameters && address.as_str().contains(['?', ';']));
        if !may_be {
            return;
        }
        for place in self.places(address) {
            if let Some(part) = self.parts.get_mut(&place.name)
                && part.state != State::Cleared
                && part.repeated(place.value, page)
            {
                self.decide(&place.name, None);
            }
        }
    }

    /// Looks at a page that was answered.
    pub(crate) fn look_at(&mut self, address: &PageUrl, referrer: Option<&PageUrl>, seen: Seen) {
        let Some(from) = referrer.map(|referrer| hash_of(referrer.as_str())) else {
            return;
        };
        for place in self.places(address) {
            if let Some(part) = self.parts.get_mut(&place.name)
                && part.state != State::Cleared
            {
                part.look_at(place.base, from, address.as_str(), seen);
                self.decide(&place.name, Some((seen.place, address.as_str())));
            }
        }
    }

    /// When an address has its turn that is one variant too many, by a part of it that was learned; `None`
    /// where no such part makes it a variant.
    pub(crate) fn turn(&mut self, address: &PageUrl) -> Option<Turn> {
        let places = self.places(address);
        let is_out = |place: &&Place| self.parts.get(&place.name).is_some_and(Part::is_out);
        let name = places.iter().find(is_out)?.name.clone();
        let part = self.parts.get_mut(&name)?;
        part.held = part.held.saturating_add(1);
        let held = part.held;
        self.changed.insert(name);
        Some(match held {
            _ if held.is_power_of_two() => Turn::Sample,
            _ if held <= SAMPLES || (held % EVERY == 0 && held / EVERY <= LATER) => {
                Turn::LateSample
            }
            _ => Turn::Held,
        })
    }

    /// The next host of which something that was held back is taken up again.
    pub(crate) fn takes_back(&mut self) -> Option<String> {
        self.freed.pop_first()
    }

    /// Whether a page that offers nothing may have something taken up again.
    pub(crate) fn may_free(&self) -> bool {
        self.hosts.values().any(|host| !host.out.is_empty())
    }

    /// Presumes no longer what nothing was seen to speak for, because nothing else is left to be asked; gives
    /// whether anything was held back by it.
    pub(crate) fn release(&mut self) -> bool {
        let is_undecided = |part: &Part| part.state == State::Presumed && part.held > 0;
        let parts = self.parts.iter().filter(|(_, part)| is_undecided(part));
        let names: Vec<Name> = parts.map(|(name, _)| name.clone()).collect();
        for name in &names {
            if let Some(part) = self.parts.get_mut(name) {
                part.state = State::Open;
                part.is_released = true;
            }
            self.freed.insert(name.0.clone());
            self.changed.insert(name.clone());
            self.tell_host(name);
        }
        !names.is_empty()
    }

    fn places(&self, address: &PageUrl) -> Vec<Place> {
        let host = address.host_text();
        let has_learned = |name: &str| {
            // Most crawls learn none, and then nothing is copied.
            self.hosts
                .get(host)
                .is_some_and(|host| !host.out.is_empty())
                && self
                    .parts
                    .get(&(host.to_owned(), name.to_owned()))
                    .is_some_and(|part| part.state == State::Learned)
        };
        let is_kept = |name: &str| {
            let host = self.hosts.get(host);
            host.is_some_and(|host| host.kept.contains(name))
        };
        places(address, has_learned, is_kept)
    }

    /// What is known of a part; `None` where a bound has it not looked at.
    fn part(&mut self, address: &PageUrl, place: &Place) -> Option<&mut Part> {
        let host = address.host_text();
        if !self.parts.contains_key(&place.name) {
            let known = self.hosts.entry(host.to_owned()).or_default();
            if self.parts.len() >= PARTS || known.parts >= PARTS_OF_HOST {
                self.cut += 1;
                self.cut_is_new = true;
                return None;
            }
            known.parts += 1;
            let part = Part::new(place.is_ruled);
            self.parts.insert(place.name.clone(), part);
            known.watches[usize::from(place.name.1.starts_with('/'))] = true;
        }
        self.changed.insert(place.name.clone());
        self.parts.get_mut(&place.name)
    }

    /// Draws the conclusions from what was counted; `shown` is the page by which, and its place.
    fn decide(&mut self, name: &Name, shown: Option<(u64, &str)>) {
        let mistakes = self.hosts.get(&name.0).map_or(0, |host| host.mistakes);
        let Some(part) = self.parts.get_mut(name) else {
            return;
        };
        let before = part.state;
        let mut after = part.next_state();
        if mistakes >= MISTAKES && matches!(after, State::Presumed | State::Learned) {
            after = State::Cleared;
        }
        self.changed.insert(name.clone());
        if before == after {
            return;
        }
        part.state = after;
        let (place, address) = shown.unwrap_or_default();
        if after == State::Learned {
            let memo = LearnedMemo {
                host: name.0.clone(),
                parameter: name.1.clone(),
                place,
                evidence: part.evidence(),
                against: None,
            };
            part.learned = Some(memo.clone());
            self.news.push(memo);
        }
        if after == State::Cleared {
            let held_back = before == State::Ruled || part.held > 0;
            part.clear(before != State::Open && held_back);
            if before != State::Open {
                self.freed.insert(name.0.clone());
            }
            if held_back {
                self.hosts.entry(name.0.clone()).or_default().mistakes += 1;
            }
            if let Some(memo) = &mut part.learned {
                memo.against = Some(Against {
                    place,
                    address: address.to_owned(),
                });
                self.news.push(memo.clone());
            }
        }
        self.tell_host(name);
    }

    /// Makes what is known of a host anew from what is known of one of its parts.
    fn tell_host(&mut self, name: &Name) {
        let Some(part) = self.parts.get(name) else {
            return;
        };
        let host = self.hosts.entry(name.0.clone()).or_default();
        if part.is_mistake && part.was_ruled {
            host.kept.insert(name.1.clone());
        }
        host.out.clear();
        host.watches = [false; 2];
        let of_host = self.parts.range((name.0.clone(), String::new())..);
        for ((_, name), part) in of_host.take_while(|((at, _), _)| *at == name.0) {
            if part.is_out() {
                host.out.extend(name.split(places::AND).map(str::to_owned));
            }
            if part.state != State::Cleared {
                host.watches[usize::from(name.starts_with('/'))] = true;
            }
        }
        host.has_tokens = host.out.iter().any(|name| name.starts_with('/'));
    }
}

/// The beginning of the keys of notes.
const NOTE: &str = "session ";
/// The key of the note on what was not looked at.
const CUT: &str = "sessions-cut";

#[cfg(test)]
mod tests;

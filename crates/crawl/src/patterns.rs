//! Patterns of addresses, what their pages bring, and which of them are traps.
//!
//! A pattern is *barren* while its last [`BARREN`] pages brought nothing new: no address of another
//! pattern, no text that is not near-equal to the one of its pages before, no other set of patterns that
//! it leads to. See docs/decisions/traps.md.

use std::collections::{BTreeSet, HashMap, VecDeque};

use case::{Likeness, PatternMemo};
use model::{Declined, PageUrl, PatternPiece, pattern_pieces};
use serde::{Deserialize, Serialize};

use crate::likeness::{Mix, distance};

/// Pages in a row that bring nothing new before a pattern is barren.
const BARREN: u32 = 8;
/// Bits in which near-equal texts may differ.
const NEAR: u32 = 3;
/// The same where the pattern has a date in it: the names of months and days are not content.
const NEAR_DATES: u32 = 14;
/// Texts of a pattern that a page is compared with.
const TEXTS: usize = 4;
/// Sets of links of a pattern that are remembered.
const LINKS: usize = 8;
/// Patterns that are told apart; addresses beyond are one pattern of their site.
const MOST: usize = 16_384;
/// Plain words in one place of an address that are told apart; with more, the place has a value.
const WORDS: usize = 32;
/// Sets of parameters of one path that are told apart; with more, they are combined at will.
const NAMES: usize = 8;
/// Segments of a path that is no trap.
const SEGMENTS: usize = 20;
/// Equal path segments in a row that show a trap.
const EQUAL_SEGMENTS: usize = 3;

/// All patterns of a crawl.
#[derive(Debug, Default)]
pub(crate) struct Patterns {
    list: Vec<Pattern>,
    known: HashMap<String, usize>,
    /// What stands behind a beginning of a pattern, by the hash of that beginning.
    children: HashMap<u64, Children>,
    changed: BTreeSet<usize>,
    /// Patterns that no address has any more, by the one that their addresses have now and that was not
    /// found yet: it takes over what they counted.
    outdated: HashMap<String, Vec<usize>>,
}

/// Plain words that stand in one place.
#[derive(Debug)]
enum Children {
    Few(Vec<u64>),
    /// So many that the place has a value.
    Many,
}

/// A pattern, and what became of its addresses.
#[derive(Debug)]
pub(crate) struct Pattern {
    template: String,
    offered: u64,
    asked: u64,
    set_back: u64,
    withheld: u64,
    why: Option<Declined>,
    /// The places of its plain words.
    places: Vec<u64>,
    state: State,
}

/// What is kept of a pattern besides.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct State {
    /// The address by which it was found: what it teaches about words is learned again from it.
    first: String,
    /// The last texts.
    texts: VecDeque<u64>,
    /// The last sets of links that differ.
    links: VecDeque<u64>,
    /// Pages in a row that brought nothing new.
    barren: u32,
    /// Addresses that were taken since it is barren.
    taken: u32,
}

/// A piece of a pattern that is a plain word, at the place that its beginning stands for.
struct Word {
    place: u64,
    word: u64,
    most: usize,
}

impl Patterns {
    /// Takes back what was kept.
    pub(crate) fn restore(&mut self, memo: PatternMemo) {
        let state: State = serde_json::from_str(&memo.state).unwrap_or_default();
        let (mut places, mut filled) = (Vec::new(), Vec::new());
        if let Ok(first) = PageUrl::parse(&state.first) {
            let (_, words) = self.template(&first);
            places = words.iter().map(|word| word.place).collect();
            filled = self.learn(&words);
        }
        let why = memo.why.as_deref();
        let why = Declined::ALL.iter().find(|one| Some(one.as_str()) == why);
        self.known.insert(memo.template.clone(), self.list.len());
        self.list.push(Pattern {
            template: memo.template,
            offered: memo.offered,
            asked: memo.asked,
            set_back: memo.set_back,
            withheld: memo.withheld,
            why: why.copied(),
            places,
            state,
        });
        self.outdate(&filled);
        // What it took over stands in its counts.
        if let Some(pattern) = self.list.last() {
            self.outdated.remove(&pattern.template);
        }
    }

    /// What changed since the last call, in order.
    pub(crate) fn memos(&mut self) -> Vec<PatternMemo> {
        let changed = std::mem::take(&mut self.changed);
        let list = &self.list;
        let memo = |index: usize| {
            let pattern = list.get(index)?;
            Some(PatternMemo {
                id: u64::try_from(index).unwrap_or(u64::MAX) + 1,
                template: pattern.template.clone(),
                offered: pattern.offered,
                asked: pattern.asked,
                set_back: pattern.set_back,
                withheld: pattern.withheld,
                why: pattern.why.map(|why| why.as_str().to_owned()),
                // A value of numbers and texts always has a JSON form.
                state: serde_json::to_string(&pattern.state).unwrap_or_default(),
            })
        };
        changed.into_iter().filter_map(memo).collect()
    }

    /// The pattern of an address, if it was found before.
    pub(crate) fn find(&self, address: &PageUrl) -> Option<&Pattern> {
        let (template, _) = self.template(address);
        self.list.get(*self.known.get(&template)?)
    }

    /// The pattern of an address, and whether it was not known.
    pub(crate) fn take(&mut self, address: &PageUrl) -> (usize, bool) {
        let (mut template, words) = self.template(address);
        if let Some(&known) = self.known.get(&template) {
            return (known, false);
        }
        let is_full = self.list.len() >= MOST;
        let former = self.outdated.remove(&template).unwrap_or_default();
        let places = words.iter().map(|word| word.place).collect();
        let mut filled = Vec::new();
        if is_full {
            template = "{other}".to_owned();
            if let Some(&known) = self.known.get(&template) {
                self.take_over(known, &former);
                return (known, false);
            }
        } else {
            filled = self.learn(&words);
        }
        let index = self.list.len();
        self.known.insert(template.clone(), index);
        self.list.push(Pattern {
            template,
            offered: 0,
            asked: 0,
            set_back: 0,
            withheld: 0,
            why: None,
            places,
            state: State {
                first: address.as_str().to_owned(),
                ..State::default()
            },
        });
        self.changed.insert(index);
        self.take_over(index, &former);
        self.outdate(&filled);
        (index, !is_full)
    }

    /// Takes note of the patterns whose plain words stand in places that have a value now: their addresses
    /// have another pattern from now on. Linear in the number of patterns for each such place, of which
    /// there is one for [`NAMES`] patterns at most.
    fn outdate(&mut self, filled: &[u64]) {
        if filled.is_empty() {
            return;
        }
        let stands = |pattern: &Pattern| pattern.places.iter().any(|at| filled.contains(at));
        let outdated: Vec<_> = (self.list.iter().enumerate())
            .filter(|(_, pattern)| stands(pattern))
            .filter_map(|(index, pattern)| {
                let first = PageUrl::parse(&pattern.state.first).ok()?;
                let (now, words) = self.template(&first);
                let places: Vec<_> = words.iter().map(|word| word.place).collect();
                Some((index, now, places))
            })
            .collect();
        for (index, now, places) in outdated {
            if let Some(pattern) = self.list.get_mut(index) {
                // What it would be now may be outdated once more.
                pattern.places = places;
            }
            match self.known.get(&now) {
                Some(&known) if known != index => self.take_over(known, &[index]),
                Some(_) => {}
                None => self.outdated.entry(now).or_default().push(index),
            }
        }
    }

    /// Counts what patterns that no address has any more counted for the one at `index`.
    fn take_over(&mut self, index: usize, former: &[usize]) {
        for &former in former {
            let Some(old) = self.list.get_mut(former) else {
                continue;
            };
            let counts = [old.offered, old.asked, old.set_back, old.withheld];
            let why = old.why.take();
            old.places.clear();
            (old.offered, old.asked, old.set_back, old.withheld) = (0, 0, 0, 0);
            self.changed.insert(former);
            if let Some(new) = self.list.get_mut(index) {
                new.offered += counts[0];
                new.asked += counts[1];
                new.set_back += counts[2];
                new.withheld += counts[3];
                new.why = new.why.or(why);
                self.changed.insert(index);
            }
        }
    }

    /// The place of the pattern that an address has now, which may be another one than when it was found.
    pub(crate) fn now(&self, address: &PageUrl, then: usize) -> usize {
        let (template, _) = self.template(address);
        self.known.get(&template).copied().unwrap_or(then)
    }

    pub(crate) fn get(&self, index: usize) -> Option<&Pattern> {
        self.list.get(index)
    }

    pub(crate) fn get_mut(&mut self, index: usize) -> Option<&mut Pattern> {
        self.changed.insert(index);
        self.list.get_mut(index)
    }

    /// The pattern of an address as text, and its plain words.
    fn template(&self, address: &PageUrl) -> (String, Vec<Word>) {
        let mut words = Vec::new();
        let (mut host, mut path) = (String::new(), String::new());
        let mut place = Mix::default();
        for piece in pattern_pieces(address, SEGMENTS) {
            let (kind, most, word) = match &piece {
                PatternPiece::Site(site) => {
                    place.text(site);
                    host.push_str(site);
                    continue;
                }
                PatternPiece::Value(class) => {
                    place.text(class);
                    path = path + "/" + class;
                    continue;
                }
                PatternPiece::Label(label) => ("{label}", WORDS, label.as_ref()),
                PatternPiece::Word(word) => ("{word}", WORDS, word.as_ref()),
                PatternPiece::Names(names) => ("{names}", NAMES, names.as_str()),
            };
            let mut at = place;
            at.text(kind);
            let shown = match self.children.get(&at.end()) {
                Some(Children::Many) => kind,
                _ => {
                    words.push(Word {
                        place: at.end(),
                        word: crate::likeness::hash_of(word),
                        most,
                    });
                    word
                }
            };
            place.text(shown);
            match piece {
                PatternPiece::Label(_) => host = format!("{shown}.{host}"),
                PatternPiece::Names(_) => path = path + "?" + shown,
                _ => path = path + "/" + shown,
            }
        }
        (host + &path, words)
    }

    /// Learns plain words; gives the places that have a value from now on.
    fn learn(&mut self, words: &[Word]) -> Vec<u64> {
        let mut filled = Vec::new();
        for word in words {
            let children = self.children.entry(word.place);
            let children = children.or_insert_with(|| Children::Few(Vec::new()));
            if let Children::Few(few) = children
                && !few.contains(&word.word)
            {
                few.push(word.word);
                if few.len() > word.most {
                    *children = Children::Many;
                    filled.push(word.place);
                }
            }
        }
        filled
    }
}

impl Pattern {
    /// Whether its pages have no end by their kind: dates, or parameters that are combined at will.
    pub(crate) fn is_endless(&self) -> bool {
        self.is_dated() || self.combines()
    }

    fn is_dated(&self) -> bool {
        self.template.contains("{date}")
    }

    fn combines(&self) -> bool {
        self.template.ends_with("?{names}")
    }

    /// Whether its last pages brought nothing new.
    pub(crate) const fn is_barren(&self) -> bool {
        self.state.barren >= BARREN
    }

    /// Counts an address that was found.
    pub(crate) const fn offered(&mut self) {
        self.offered += 1;
    }

    /// Counts an address that is not asked.
    pub(crate) const fn withhold(&mut self, why: Declined) {
        self.withheld += 1;
        self.why = Some(why);
    }

    /// Takes an address although nothing new is expected of it, unless `most` were taken so.
    pub(crate) const fn take_barren(&mut self, most: u32) -> bool {
        if self.state.taken >= most {
            return false;
        }
        self.state.taken += 1;
        self.set_back += 1;
        true
    }

    /// Counts a page that was answered; one that says nothing of its own (a redirect) is not looked at.
    pub(crate) const fn answered(&mut self) {
        self.asked += 1;
    }

    /// Looks at a page that was answered: `is_fresh` if it led to something new.
    pub(crate) fn look_at(&mut self, like: Likeness, is_fresh: bool) {
        let near = if self.is_dated() { NEAR_DATES } else { NEAR };
        let combines = self.combines();
        let state = &mut self.state;
        let mut texts = state.texts.iter();
        let is_near = combines || texts.any(|text| distance(*text, like.text) <= near);
        let leads_alike = combines || state.links.contains(&like.links);
        if is_fresh || !is_near || !leads_alike {
            (state.barren, state.taken) = (0, 0);
        } else {
            state.barren = state.barren.saturating_add(1);
        }
        state.texts.push_back(like.text);
        if state.texts.len() > TEXTS {
            state.texts.pop_front();
        }
        if !state.links.contains(&like.links) {
            state.links.push_back(like.links);
            if state.links.len() > LINKS {
                state.links.pop_front();
            }
        }
    }
}

/// Whether a path has the form of a trap: it has too many segments, repeats one of them three times in a
/// row, or has the same two of them, one behind the other, twice. Linear in the length of the path, times
/// the bound on its segments.
pub(crate) fn repeats_itself(address: &PageUrl) -> bool {
    let segments = address.as_url().path().split('/').skip(1);
    let segments: Vec<_> = segments.take(SEGMENTS + 2).collect();
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let is_word = |segment: &&&str| !segment.is_empty();
    // A slash at the end makes no segment.
    if segments.iter().filter(is_word).count() > SEGMENTS {
        return true;
    }
    let in_a_row = segments
        .windows(EQUAL_SEGMENTS)
        .any(|run| !run[0].is_empty() && run.iter().all(|segment| *segment == run[0]));
    let mut pairs = segments.windows(2).enumerate();
    in_a_row
        || pairs.any(|(at, pair)| {
            let counts = pair[0] != pair[1]
                && !pair.iter().any(|segment| segment.is_empty())
                && !pair.iter().all(|segment| is_number(segment));
            counts && segments[at + 2..].windows(2).any(|later| later == pair)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(address: &str) -> PageUrl {
        PageUrl::parse(address).unwrap()
    }

    fn template(patterns: &mut Patterns, address: &str) -> String {
        let (index, _) = patterns.take(&url(address));
        patterns.get(index).unwrap().template.clone()
    }

    #[test]
    fn a_place_with_many_words_has_a_value() {
        let mut patterns = Patterns::default();
        for word in 0..40_u8 {
            let word = format!(
                "{}{}",
                (b'a' + word / 26) as char,
                (b'a' + word % 26) as char
            );
            let found = template(&mut patterns, &format!("http://a.test/brand/{word}"));
            if word.as_str() <= "bg" {
                assert_eq!(found, format!("a.test/brand/{word}"));
            } else {
                assert_eq!(found, "a.test/brand/{word}");
            }
        }
        assert_eq!(
            template(&mut patterns, "http://a.test/about"),
            "a.test/about"
        );
    }

    #[test]
    fn what_a_pattern_counts_is_taken_over_by_the_one_that_its_addresses_have_later() {
        let mut patterns = Patterns::default();
        let mut addresses = Vec::new();
        for number in 0..60_u8 {
            let (one, two) = (b'a' + number / 26, b'a' + number % 26);
            let (one, two) = (char::from(one), char::from(two));
            addresses.push(url(&format!(
                "http://a.test/brand/{one}{two}?p{one}{two}=1"
            )));
        }
        for address in &addresses {
            let (index, _) = patterns.take(address);
            patterns.get_mut(index).unwrap().offered();
        }
        let mut again = Patterns::default();
        for memo in patterns.memos() {
            again.restore(memo);
        }
        for patterns in [&mut patterns, &mut again] {
            for address in &addresses {
                let (index, _) = patterns.take(address);
                patterns.get_mut(index).unwrap().answered();
            }
            let counts = patterns.list.iter();
            let counts: Vec<_> = counts
                .map(|pattern| (pattern.offered, pattern.asked))
                .filter(|counts| *counts != (0, 0))
                .collect();
            assert_eq!(counts.iter().map(|(offered, _)| offered).sum::<u64>(), 60);
            assert!(
                counts.iter().all(|(offered, asked)| offered == asked),
                "{counts:?}"
            );
        }
    }

    #[test]
    fn parameters_that_are_combined_at_will_are_one_pattern() {
        let mut patterns = Patterns::default();
        for mask in 1..32_u32 {
            let names = (0..5).filter(|bit| mask >> bit & 1 == 1);
            let query: Vec<_> = names
                .map(|bit| format!("f{}=x", "abcde".split_at(bit).1))
                .collect();
            template(
                &mut patterns,
                &format!("http://a.test/list?{}", query.join("&")),
            );
        }
        let found = template(&mut patterns, "http://a.test/list?new=1");
        assert_eq!(found, "a.test/list?{names}");
        assert!(
            patterns
                .find(&url("http://a.test/list?z=1"))
                .unwrap()
                .is_endless()
        );
    }

    #[test]
    fn what_was_kept_goes_on_as_it_was() {
        let (mut whole, mut kept) = (Patterns::default(), Patterns::default());
        for number in 0..60_u8 {
            let word = format!(
                "{}{}",
                (b'a' + number / 26) as char,
                (b'a' + number % 26) as char
            );
            let address = format!("http://a.test/brand/{word}?p{word}=1");
            let like = Likeness { text: 0, links: 0 };
            for patterns in [&mut whole, &mut kept] {
                let (index, _) = patterns.take(&url(&address));
                let pattern = patterns.get_mut(index).unwrap();
                pattern.offered();
                pattern.look_at(like, number % 20 == 0);
            }
            if number % 7 == 0 {
                let mut again = Patterns::default();
                kept.changed = (0..kept.list.len()).collect();
                for memo in kept.memos() {
                    again.restore(memo);
                }
                kept = again;
            }
        }
        for patterns in [&mut whole, &mut kept] {
            patterns.changed = (0..patterns.list.len()).collect();
        }
        assert_eq!(whole.memos(), kept.memos());
    }

    #[test]
    fn near_equal_pages_are_barren_until_one_brings_something() {
        let mut patterns = Patterns::default();
        let (index, _) = patterns.take(&url("http://a.test/p/1"));
        let pattern = patterns.get_mut(index).unwrap();
        let like = Likeness { text: 7, links: 1 };
        for _ in 0..BARREN {
            pattern.look_at(like, false);
            assert!(!pattern.is_barren());
        }
        pattern.look_at(Likeness { text: 5, links: 1 }, false);
        assert!(pattern.is_barren());
        assert!(pattern.take_barren(1) && !pattern.take_barren(1));
        pattern.look_at(Likeness { text: !7, links: 1 }, false);
        assert!(!pattern.is_barren());
    }

    #[test]
    fn paths_that_repeat_themselves_are_traps() {
        let long = "/ab".to_owned() + &(0..20).map(|n| format!("/s{n}")).collect::<String>();
        for path in ["/a/a/a", "/x/a/b/a/b", "/a/b/c/a/b", &long, "/1/x/1/x"] {
            assert!(
                repeats_itself(&url(&format!("http://a.test{path}"))),
                "{path}"
            );
        }
        for path in [
            "/",
            "/a/a",
            "/a/b/a",
            "/1/2/1/2",
            "/a//b//c//d",
            "/a/b/b/a/",
        ] {
            assert!(
                !repeats_itself(&url(&format!("http://a.test{path}"))),
                "{path}"
            );
        }
    }
}

//! Decides what becomes of the addresses that are offered: variants of known pages, addresses of patterns that
//! bring nothing new, sites that are larger than the budget, paths that repeat themselves.
//!
//! All of it depends on what was committed before and on nothing else, so that it does not depend on timing;
//! and what it depends on is kept with every commit, so that a crawl that was killed goes on as it was going.

use std::collections::{BTreeMap, BTreeSet};

use case::{Band, FoundBy, Kin, Memo, NAME_SETS, Offer, Step, Verdict};
use model::{AddressKey, Budget, Declined, PageUrl, variant_rules_version};

use crate::asking::answer;
use crate::learning::{Seen, Sessions, Turn};
use crate::likeness::hash_of;
use crate::patterns::{Patterns, repeats_itself};

/// The judge of a crawl.
#[derive(Debug)]
pub(crate) struct Judge {
    budget: Budget,
    patterns: Patterns,
    sessions: Sessions,
    /// Addresses that were taken of each site that has a budget.
    sites: BTreeMap<String, u32>,
    changed_sites: BTreeSet<String>,
    /// The version of the rules under which keys were made, until it is kept.
    rules: Option<&'static str>,
    page: Option<Page>,
    /// How many addresses of a page were not taken, by its place.
    withheld: BTreeMap<u64, u64>,
    /// Whether what is offered was held back before.
    takes_back: bool,
}

/// The page whose offers are judged.
#[derive(Debug)]
struct Page {
    place: u64,
    /// The hash of its address.
    hash: u64,
    host: String,
    /// Its pattern; none where nothing answered.
    pattern: Option<usize>,
    key: Option<String>,
    /// Whether it leads to something new.
    is_fresh: bool,
    withheld: u64,
}

impl Judge {
    /// A judge that goes on from what was kept.
    pub(crate) fn new(budget: Budget, memos: Vec<Memo>) -> Self {
        let mut judge = Self {
            budget,
            patterns: Patterns::default(),
            sessions: Sessions::default(),
            sites: BTreeMap::new(),
            changed_sites: BTreeSet::new(),
            rules: Some(variant_rules_version()),
            page: None,
            withheld: BTreeMap::new(),
            takes_back: false,
        };
        for memo in &memos {
            if let Memo::Note { key, value } = memo
                && let Some(place) = key.strip_prefix(MIXING)
            {
                judge.patterns.restore_note(place, value);
            }
        }
        for memo in memos {
            match memo {
                Memo::Pattern(memo) => judge.patterns.restore(memo),
                Memo::Learned(memo) => judge.sessions.restore_learned(memo),
                Memo::Note { key, value } => judge.restore(&key, &value),
            }
        }
        judge.patterns.restored();
        judge
    }

    fn restore(&mut self, key: &str, value: &str) {
        if let Some(site) = key.strip_prefix(SITE) {
            self.sites
                .insert(site.to_owned(), value.parse().unwrap_or(u32::MAX));
        } else if key == RULES {
            self.rules = self.rules.filter(|rules| *rules != value);
        } else {
            self.sessions.restore(key, value);
        }
    }

    /// How many addresses of the page at a place were not taken; asked once.
    pub(crate) fn withheld_of(&mut self, place: u64) -> u64 {
        self.withheld.remove(&place).unwrap_or(0)
    }

    /// Whether a page that offers nothing may have something else offered again.
    pub(crate) fn may_take_back(&self) -> bool {
        self.sessions.may_free()
    }

    /// Takes up what is held back by mere presumption, because nothing else waits; gives whether there is any.
    pub(crate) fn release(&mut self) -> bool {
        self.sessions.release()
    }

    /// Whether an address may be asked before it has its place: nothing speaks against it so far.
    pub(crate) fn may_be_scouted(&self, offer: &Offer) -> bool {
        let address = &offer.address;
        let pattern = self.patterns.find(address);
        self.key_of(address).is_none()
            && !repeats_itself(address)
            && pattern.is_none_or(|pattern| !pattern.is_barren() && !pattern.is_endless())
    }

    fn key_of(&self, address: &PageUrl) -> Option<AddressKey> {
        let host = address.host_text();
        let sessions = &self.sessions;
        AddressKey::of(address, sessions.has_tokens(host), |name, value, kind| {
            sessions.leaves_out(host, name, value, kind)
        })
    }

    fn is_variant(&self, offer: &Offer, from: Option<&Step>, key: &AddressKey, kin: Kin) -> bool {
        // A redirect to a variant of the page itself is followed: where it leads is the point, and
        // the budget of redirects ends it.
        let is_own = || {
            let page = self.page.as_ref();
            offer.redirects > 0 && page.and_then(|page| page.key.as_deref()) == Some(key.as_str())
        };
        // The first of every set of names is asked, too: a few decoys must not hide the one that differs.
        let most = self.budget.variants;
        let is_sample = kin.has_new_names && kin.asked <= most.saturating_add(NAME_SETS);
        let is_over = kin.asked > most && !is_sample;
        (is_over || is_led_round(offer, from, kin)) && !is_own()
    }

    fn site_is_spent(&mut self, offer: &Offer) -> bool {
        let most = if offer.in_scope {
            self.budget.site_addresses
        } else {
            self.budget.landing_addresses
        };
        if most == u32::MAX {
            return false;
        }
        let site = offer.address.site().as_str().to_owned();
        let taken = self.sites.entry(site.clone()).or_default();
        if *taken >= most {
            return true;
        }
        *taken += 1;
        self.changed_sites.insert(site);
        false
    }

    /// Judges an address by its pattern.
    fn by_pattern(&mut self, offer: &Offer, is_first: bool, is_free: bool) -> Verdict {
        let (index, is_new) = self.patterns.take(&offer.address);
        let from = self.page.as_ref().and_then(|page| page.pattern);
        let of_page = from.and_then(|from| self.patterns.get(from));
        let page_is_barren = of_page.is_some_and(|pattern| pattern.is_barren());
        let page_is_endless = of_page.is_some_and(|pattern| pattern.is_endless());
        let budget = &self.budget;
        let (most, endless) = (budget.pattern_addresses, budget.endless_addresses);
        let Some(pattern) = self.patterns.get_mut(index) else {
            return Verdict::default();
        };
        pattern.offered();
        pattern.look_at_values(&offer.address);
        // Its own pages lead to it, each time by values that were never there.
        let is_made_up = from == Some(index) && pattern.is_made_up();
        let (is_endless, is_barren) = (pattern.is_endless(), pattern.is_barren());
        let mut is_fresh = is_new || (from != Some(index) && !is_endless);
        if let Some(from) = from.filter(|_| is_fresh && is_first && !is_new) {
            is_fresh = self.patterns.leads(from, index);
        }
        if is_fresh && is_first && !is_new && page_is_endless && is_barren {
            // The goods of a list that is filtered at will; a trap makes goods of its own without an end.
            let of_page = from.and_then(|from| self.patterns.get_mut(from));
            is_fresh = of_page.is_some_and(|pattern| pattern.brings(most));
        }
        if let Some(page) = &mut self.page {
            page.is_fresh |= is_first && is_fresh;
        }
        if is_free || !page_is_barren || !is_barren {
            return Verdict::default();
        }
        let most = if is_endless || is_made_up {
            endless
        } else {
            most
        };
        let Some(pattern) = self.patterns.get_mut(index) else {
            return Verdict::default();
        };
        let withheld = (!pattern.take_barren(most)).then_some(Declined::Pattern);
        if let Some(why) = withheld {
            pattern.withhold(why);
        }
        let band = self.late(offer);
        Verdict { band, withheld }
    }

    /// The band of what comes behind everything else.
    fn late(&self, offer: &Offer) -> Band {
        // What is the first to be asked of a host has its turn by its place: it opens the host.
        let is_known = self
            .page
            .as_ref()
            .is_some_and(|page| page.host == offer.address.host_text());
        if is_known || self.takes_back {
            Band::Second
        } else {
            Band::First
        }
    }

    /// Counts an address that is not asked, for its pattern.
    fn withhold(&mut self, offer: &Offer, why: Declined) -> Verdict {
        let (index, _) = self.patterns.take(&offer.address);
        if let Some(pattern) = self.patterns.get_mut(index) {
            pattern.offered();
            pattern.withhold(why);
        }
        Verdict {
            withheld: Some(why),
            ..Verdict::default()
        }
    }
}

/// Whether a page below a name with the dot of the root leads to another one there that is asked without
/// the dot. Such a name leads to itself by every relative reference: without this, one link to it
/// would be a crawl of the site once more.
fn is_led_round(offer: &Offer, from: Option<&Step>, kin: Kin) -> bool {
    let is_below = from.is_some_and(|from| from.waiting.offer.address.is_rooted());
    is_below && offer.address.is_rooted() && kin.asked > 0
}

/// The beginning of the keys of notes on sites.
const SITE: &str = "site ";
/// The beginning of the keys of notes on words that are combined in paths.
const MIXING: &str = "mixing ";
/// The key of the note on the rules for keys.
const RULES: &str = "variant-rules";

impl case::Judge for Judge {
    fn begin(&mut self, step: &Step) {
        let address = &step.waiting.offer.address;
        let is_answered = step.likeness.is_some();
        let pattern = is_answered.then(|| self.patterns.take(address).0);
        let key = self.key_of(address);
        self.page = Some(Page {
            place: step.waiting.place,
            hash: hash_of(address.as_str()),
            host: address.host_text().to_owned(),
            pattern,
            key: Some(key.map_or_else(|| address.to_string(), |key| key.as_str().to_owned())),
            is_fresh: false,
            withheld: 0,
        });
    }

    fn key(&mut self, offer: &Offer) -> Option<String> {
        if let Some(page) = &self.page {
            self.sessions.offered(&offer.address, page.hash);
        }
        let key = self.key_of(&offer.address)?;
        Some(key.as_str().to_owned())
    }

    fn verdict(&mut self, offer: &Offer, from: Option<&Step>, kin: Kin) -> Verdict {
        // What a person names, and what a capture holds, is always taken.
        let is_free = from.is_none() && offer.found_by != FoundBy::Sitemap && !self.takes_back;
        if self.takes_back {
            self.patterns.take_back(&offer.address);
        }
        let key = self.key_of(&offer.address);
        let mut is_late = false;
        let why = if is_free {
            None
        } else if repeats_itself(&offer.address) {
            Some(Declined::Path)
        } else if key.is_some_and(|key| self.is_variant(offer, from, &key, kin)) {
            match self.sessions.turn(&offer.address) {
                Some(Turn::Sample) => None,
                Some(Turn::LateSample) => {
                    is_late = true;
                    None
                }
                Some(Turn::Held) | None => Some(Declined::Variant),
            }
        } else {
            None
        };
        let why = why.or_else(|| {
            let is_spent = !is_free && self.site_is_spent(offer);
            is_spent.then_some(Declined::Site)
        });
        let mut verdict = match why {
            Some(why) => self.withhold(offer, why),
            None => self.by_pattern(offer, kin.asked == 0, is_free || from.is_none()),
        };
        if is_late && verdict.withheld.is_none() {
            verdict.band = self.late(offer);
        }
        if let (Some(page), Some(_)) = (&mut self.page, verdict.withheld) {
            page.withheld += 1;
        }
        verdict
    }

    fn end(&mut self, step: &Step) {
        let Some(page) = self.page.take() else { return };
        if page.withheld > 0 {
            self.withheld.insert(page.place, page.withheld);
        }
        let Some(like) = step.likeness else { return };
        let offer = &step.waiting.offer;
        let primary = step.observed.first();
        let answer = primary.and_then(|seen| answer(&seen.exchange));
        let is_redirect = answer.is_some_and(model::Answer::is_redirect);
        let now = page
            .pattern
            .map(|then| self.patterns.now(&offer.address, then));
        if let Some(pattern) = now.and_then(|at| self.patterns.get_mut(at)) {
            pattern.answered();
        }
        if let Some(pattern) = page.pattern.and_then(|at| self.patterns.get_mut(at)) {
            // A variant looks like its page, whatever the pattern brings.
            let is_variant = page.key.as_deref() != Some(offer.address.as_str());
            if !is_redirect && !is_variant {
                pattern.look_at(like, page.is_fresh);
            }
        }
        let is_page = answer.is_some_and(|answer| (200..300).contains(&answer.status));
        if is_redirect || is_page {
            let seen = Seen {
                like,
                place: page.place,
                is_redirect,
                is_fresh: page.is_fresh,
            };
            let referrer = offer.referrer.as_ref();
            self.sessions.look_at(&offer.address, referrer, seen);
        }
    }

    fn known(&mut self, offer: &Offer) {
        if let Some(page) = &self.page {
            self.sessions.known(&offer.address, page.hash);
        }
    }

    fn takes_back(&mut self) -> Option<String> {
        let host = self.sessions.takes_back();
        self.takes_back = host.is_some();
        host
    }

    fn memos(&mut self) -> Vec<Memo> {
        let patterns = self.patterns.memos().into_iter().map(Memo::Pattern);
        let mut memos: Vec<Memo> = patterns.collect();
        memos.extend(self.sessions.memos());
        let notes = self.patterns.notes().into_iter();
        memos.extend(notes.map(|(place, value)| Memo::Note {
            key: format!("{MIXING}{place}"),
            value,
        }));
        for site in std::mem::take(&mut self.changed_sites) {
            if let Some(taken) = self.sites.get(&site) {
                memos.push(Memo::Note {
                    key: format!("{SITE}{site}"),
                    value: taken.to_string(),
                });
            }
        }
        if let Some(rules) = self.rules.take() {
            memos.push(Memo::Note {
                key: RULES.to_owned(),
                value: rules.to_owned(),
            });
        }
        memos
    }
}

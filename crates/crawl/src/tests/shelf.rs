//! A case in memory.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use case::{Band, Judge, Kin, Memo, Offer, Reask, Step, Waiting};
use model::{
    Ask, Brief, Coverage, Exchange, Host, Origin, PageUrl, Purpose, Reply, SitemapLoss, StopReason,
    VantageId,
};

use crate::CrawlError;
use crate::asking::body_bytes;
use crate::ledger::{Ledger, Tally};

/// What a case holds, as far as a crawl can tell.
#[derive(Debug)]
pub(super) struct Shelf {
    pub(super) brief: Brief,
    frontier: Vec<Place>,
    known: BTreeMap<PageUrl, usize>,
    memos: BTreeMap<String, Memo>,
    tally: Tally,
    side: BTreeMap<(PageUrl, Purpose, VantageId), Exchange>,
    held: BTreeMap<(PageUrl, VantageId, Purpose), Arc<Exchange>>,
    sitemap_losses: BTreeMap<Origin, Vec<SitemapLoss>>,
    pub(super) steps: Vec<Step>,
    /// What was asked again, and which try of it.
    pub(super) tries: Vec<(String, u32)>,
    /// What was asked on the way through a round.
    pub(super) walked: Vec<String>,
    pub(super) stop: StopReason,
    pub(super) is_full: bool,
}

/// An address of the frontier.
#[derive(Debug)]
struct Place {
    offer: Offer,
    band: Band,
    key: Option<String>,
    variant_of: Option<u64>,
    withheld: Option<model::Declined>,
    is_done: bool,
    /// It was offered again, and has another place.
    is_gone: bool,
}

impl Shelf {
    pub(super) fn new(brief: Brief) -> Self {
        Self {
            brief,
            frontier: Vec::new(),
            known: BTreeMap::new(),
            memos: BTreeMap::new(),
            tally: Tally::default(),
            side: BTreeMap::new(),
            held: BTreeMap::new(),
            sitemap_losses: BTreeMap::new(),
            steps: Vec::new(),
            tries: Vec::new(),
            walked: Vec::new(),
            stop: StopReason::Unfinished,
            is_full: false,
        }
    }

    /// Addresses in the order of their commits.
    pub(super) fn addresses(&self) -> Vec<&str> {
        let offers = self.steps.iter().map(|step| &step.waiting.offer);
        offers.map(|offer| offer.address.as_str()).collect()
    }

    /// Everything that was committed but for times, in order: equal for equal cases.
    pub(super) fn text(&self) -> String {
        let mut text = format!("{:?}\n", self.tally);
        for step in &self.steps {
            text += &format!("{:?}\n", step.waiting);
            for seen in &step.observed {
                let (ask, reply) = (&seen.exchange.ask, &seen.exchange.reply);
                text += &format!("  {ask:?} {reply:?} {:?} {}\n", seen.facts, seen.churns);
            }
            text += &format!("  {:?} {:?} {}\n", step.offers, step.reask, step.opens);
        }
        for entry in &self.frontier {
            text += &format!("{entry:?}\n");
        }
        for memo in self.memos.values() {
            text += &format!("{memo:?}\n");
        }
        for (key, exchange) in &self.side {
            text += &format!("{key:?} {:?} {:?}\n", exchange.ask, exchange.reply);
        }
        text
    }

    /// What became of an address: a status, or the word of a refusal.
    pub(super) fn outcome(&self, address: &str) -> String {
        let step = self
            .steps
            .iter()
            .find(|step| step.waiting.offer.address.as_str() == address);
        match step.map(|step| &step.observed[0].exchange.reply) {
            Some(Reply::Answered(answer)) => answer.status.to_string(),
            Some(Reply::Declined(why)) => why.to_string(),
            Some(Reply::Unreachable(why)) => why.to_string(),
            None => {
                let entry = self.known.get(&super::web::url(address));
                let withheld = entry.and_then(|at| self.frontier[*at].withheld);
                withheld.map_or("not visited".to_owned(), |why| format!("withheld {why}"))
            }
        }
    }

    /// What was lost of sitemaps.
    pub(super) fn sitemap_losses(&self) -> Vec<SitemapLoss> {
        self.sitemap_losses.values().flatten().cloned().collect()
    }

    pub(super) fn side(&self, address: &str) -> Option<&Exchange> {
        let of = |(key, _): &(&(PageUrl, Purpose, VantageId), &Exchange)| key.0.as_str() == address;
        self.side.iter().find(of).map(|(_, exchange)| exchange)
    }

    pub(super) fn offer_of(&self, address: &str) -> Option<&Offer> {
        let at = self.known.get(&super::web::url(address))?;
        Some(&self.frontier[*at].offer)
    }

    /// How many addresses were not asked for a reason that was known when they were offered.
    pub(super) fn withheld(&self, why: model::Declined) -> usize {
        let entries = self.frontier.iter();
        let here = entries.filter(|entry| !entry.is_gone);
        here.filter(|entry| entry.withheld == Some(why)).count()
    }

    /// The address of which another is a variant.
    pub(super) fn variant_of(&self, address: &str) -> Option<&str> {
        let at = self.known.get(&super::web::url(address))?;
        let first = usize::try_from(self.frontier[*at].variant_of?).unwrap() - 1;
        Some(self.frontier[first].offer.address.as_str())
    }

    /// The memos of a judge.
    pub(super) fn kept(&self) -> Vec<Memo> {
        self.memos().unwrap()
    }

    fn put(&mut self, offer: &Offer, from: Option<&Step>, judge: &mut dyn Judge) {
        if self.known.contains_key(&offer.address) {
            judge.known(offer);
            return;
        }
        let key = judge.key(offer);
        let wanted = key.as_deref().unwrap_or(offer.address.as_str());
        let variants = self.brief.budget.variants;
        let most = variants as usize + 1 + case::NAME_SETS as usize;
        let is_plain = |entry: &Place| key.is_some() && entry.offer.address.as_str() == wanted;
        let has_key =
            |entry: &Place| entry.key.as_deref() == Some(wanted) && entry.withheld.is_none();
        let entries = || self.frontier.iter().enumerate();
        let plain = entries().filter(|(_, entry)| is_plain(entry));
        let keyed = entries().filter(|(_, entry)| has_key(entry)).take(most);
        let kin: Vec<u64> = plain.chain(keyed).map(|(at, _)| at as u64 + 1).collect();
        let kin = Kin {
            first: kin.iter().min().copied(),
            asked: u32::try_from(kin.len()).unwrap(),
            has_new_names: kin.len() > variants as usize && {
                let names = |address| case::parameter_names(address);
                let of = |place: &u64| names(&self.frontier[*place as usize - 1].offer.address);
                kin.iter().all(|place| of(place) != names(&offer.address))
            },
        };
        let verdict = judge.verdict(offer, from, kin);
        self.known
            .insert(offer.address.clone(), self.frontier.len());
        self.tally.waiting += u64::from(verdict.withheld.is_none());
        self.frontier.push(Place {
            offer: offer.clone(),
            band: verdict.band,
            key,
            variant_of: kin.first,
            withheld: verdict.withheld,
            is_done: verdict.withheld.is_some(),
            is_gone: false,
        });
    }

    /// Offers again what has another key now.
    fn take_back(&mut self, judge: &mut dyn Judge) {
        while let Some(host) = judge.takes_back() {
            for at in 0..self.frontier.len() {
                let entry = &self.frontier[at];
                let is_variant = entry.withheld == Some(model::Declined::Variant);
                let is_of_host = entry.offer.address.host_text() == host;
                if !is_of_host || entry.key.is_none() || (entry.withheld.is_some() && !is_variant) {
                    continue;
                }
                let offer = entry.offer.clone();
                let key = judge.key(&offer);
                if key == self.frontier[at].key {
                    continue;
                }
                let entry = &mut self.frontier[at];
                if is_variant {
                    // Its place stays empty.
                    (entry.is_gone, entry.key) = (true, None);
                    self.known.remove(&offer.address);
                    self.put(&offer, None, judge);
                } else {
                    (entry.key, entry.variant_of) = (key, None);
                }
            }
        }
    }

    fn remember(&mut self, memos: Vec<Memo>) {
        for memo in memos {
            let key = match &memo {
                Memo::Pattern(pattern) => format!("pattern {:08}", pattern.id),
                Memo::Learned(learned) => format!("learned {} {}", learned.host, learned.parameter),
                Memo::Note { key, .. } => key.clone(),
            };
            self.memos.insert(key, memo);
        }
    }
}

fn key_of(ask: &Ask) -> (PageUrl, VantageId, Purpose) {
    (ask.address.clone(), ask.vantage.id, ask.purpose)
}

impl Ledger for Shelf {
    fn brief(&self) -> &Brief {
        &self.brief
    }

    fn offer(&mut self, offers: &[Offer], judge: &mut dyn Judge) -> Result<(), CrawlError> {
        for offer in offers {
            self.put(offer, None, judge);
        }
        self.take_back(judge);
        self.remember(judge.memos());
        Ok(())
    }

    fn memos(&self) -> Result<Vec<Memo>, CrawlError> {
        Ok(self.memos.values().cloned().collect())
    }

    fn next_waiting(
        &self,
        band: Band,
        place: u64,
        limit: usize,
    ) -> Result<Vec<Waiting>, CrawlError> {
        let after = usize::try_from(place).unwrap();
        let rest = self.frontier.iter().enumerate().skip(after);
        let waiting = rest.filter(|(_, entry)| !entry.is_done && entry.band == band);
        Ok(waiting
            .take(limit)
            .map(|(index, entry)| Waiting {
                place: index as u64 + 1,
                band,
                offer: entry.offer.clone(),
            })
            .collect())
    }

    fn waiting(&self) -> Result<u64, CrawlError> {
        Ok(self.tally.waiting)
    }

    fn tally(&self) -> Result<Tally, CrawlError> {
        Ok(self.tally)
    }

    fn commit(&mut self, steps: &[Step], judge: &mut dyn Judge) -> Result<(), CrawlError> {
        if self.is_full {
            // Any error will do: it must come back as it is.
            return Err(CrawlError::NoVantage);
        }
        for step in steps {
            self.tally.done += 1;
            let mut next = self.next_waiting(Band::First, 0, 1)?;
            next.extend(self.next_waiting(Band::Second, 0, 1)?);
            assert_eq!(Some(&step.waiting), next.first(), "in order, without gaps");
            self.frontier[usize::try_from(step.waiting.place).unwrap() - 1].is_done = true;
            self.tally.waiting -= 1;
            for exchange in &step.side {
                let ask = &exchange.ask;
                let key = (ask.address.clone(), ask.purpose, ask.vantage.id);
                if let Entry::Vacant(vacant) = self.side.entry(key) {
                    vacant.insert(Exchange::clone(exchange));
                    self.tally.body_bytes += body_bytes(exchange);
                }
            }
            let mut step = step.clone();
            for seen in &mut step.observed {
                let key = key_of(&seen.exchange.ask);
                let held = self.held.remove(&key);
                let held = held.filter(|held| held.ask.cookies == seen.exchange.ask.cookies);
                assert!(held.is_some() || !seen.is_held, "{key:?} is not held");
                let is_asked = !matches!(seen.exchange.reply, Reply::Declined(_));
                if let Some(held) = held.filter(|_| is_asked) {
                    let mut held = Exchange::clone(&held);
                    held.ask.referrer = seen.exchange.ask.referrer.clone();
                    seen.exchange = Arc::new(held);
                }
                seen.is_held = false;
                self.tally.body_bytes += body_bytes(&seen.exchange);
            }
            self.tally.reasked += u64::from(step.reask == Reask::Asked);
            let first = &step.observed[0].exchange.reply;
            self.tally.asked += u64::from(!matches!(first, Reply::Declined(_)));
            judge.begin(&step);
            for offer in &step.offers {
                self.put(offer, Some(&step), judge);
            }
            judge.end(&step);
            self.take_back(judge);
            self.steps.push(step);
        }
        self.remember(judge.memos());
        Ok(())
    }

    fn hold(&mut self, exchanges: &[Arc<Exchange>]) -> Result<(), CrawlError> {
        for exchange in exchanges {
            let key = key_of(&exchange.ask);
            let is_same = |held: &&Arc<Exchange>| held.ask.cookies == exchange.ask.cookies;
            if self.held.get(&key).filter(is_same).is_none() {
                self.held.insert(key, Arc::clone(exchange));
            }
        }
        Ok(())
    }

    fn held_count(&self) -> Result<u64, CrawlError> {
        Ok(self.held.len() as u64)
    }

    fn held(&self, ask: &Ask) -> Result<Option<Exchange>, CrawlError> {
        let held = self.held.get(&key_of(ask));
        let held = held.filter(|held| held.ask.cookies == ask.cookies);
        Ok(held.map(|held| Exchange::clone(held)))
    }

    fn opening(&self, host: &Host) -> Result<Option<Exchange>, CrawlError> {
        let is_of = |step: &&Step| step.opens && step.waiting.offer.address.host() == *host;
        let step = self.steps.iter().find(is_of);
        Ok(step.map(|step| Exchange::clone(&step.observed[0].exchange)))
    }

    fn keep_try(&mut self, exchange: &Exchange, number: u32) -> Result<(), CrawlError> {
        let address = exchange.ask.address.to_string();
        self.tries.push((address, number));
        Ok(())
    }

    fn keep_walked(&mut self, exchange: &Exchange) -> Result<(), CrawlError> {
        self.walked.push(exchange.ask.address.to_string());
        Ok(())
    }

    fn keep_side(&mut self, side: &[Arc<Exchange>]) -> Result<(), CrawlError> {
        for exchange in side {
            let ask = &exchange.ask;
            let key = (ask.address.clone(), ask.purpose, ask.vantage.id);
            if let Entry::Vacant(vacant) = self.side.entry(key) {
                vacant.insert(Exchange::clone(exchange));
                self.tally.body_bytes += body_bytes(exchange);
            }
        }
        Ok(())
    }

    fn keep_sitemap_losses(
        &mut self,
        origin: &Origin,
        losses: &[SitemapLoss],
    ) -> Result<(), CrawlError> {
        self.sitemap_losses.insert(origin.clone(), losses.to_vec());
        Ok(())
    }

    fn origins(&self) -> Result<BTreeSet<Origin>, CrawlError> {
        let steps = self.steps.iter();
        let answered = steps.filter(|step| {
            step.waiting.offer.in_scope
                && matches!(step.observed[0].exchange.reply, Reply::Answered(_))
        });
        Ok(answered
            .map(|step| step.waiting.offer.address.origin())
            .collect())
    }

    fn has_place(&self, address: &PageUrl) -> Result<bool, CrawlError> {
        Ok(self.known.contains_key(address))
    }

    fn set_stop(&mut self, stop: StopReason) -> Result<(), CrawlError> {
        self.stop = stop;
        Ok(())
    }

    fn coverage(&self) -> Result<Coverage, CrawlError> {
        Ok(Coverage {
            seen: self.tally.asked,
            landings: 0,
            unseen: Vec::new(),
            unseen_landings: Vec::new(),
            orphans: 0,
            sitemaps: self.sitemap_losses(),
            sitemaps_in_all: 0,
            retried: Vec::new(),
            chain_ends: Vec::new(),
            reasked: 0,
            not_reasked: Vec::new(),
            held_back: model::HeldBack::default(),
            stop: self.stop,
            body_bytes: self.tally.body_bytes,
        })
    }

    fn exchange(
        &self,
        address: &PageUrl,
        vantage: VantageId,
        purpose: Purpose,
    ) -> Result<Option<Exchange>, CrawlError> {
        Ok(self.side.get(&(address.clone(), purpose, vantage)).cloned())
    }
}

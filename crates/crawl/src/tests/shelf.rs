//! A case in memory.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use case::{Offer, Reask, Step, Waiting};
use model::{
    Ask, Brief, Coverage, Exchange, Host, Origin, PageUrl, Purpose, Reply, StopReason, VantageId,
};

use crate::CrawlError;
use crate::asking::body_bytes;
use crate::ledger::{Ledger, Tally};

/// What a case holds, as far as a crawl can tell.
#[derive(Debug)]
pub(super) struct Shelf {
    pub(super) brief: Brief,
    frontier: Vec<Offer>,
    known: BTreeSet<PageUrl>,
    tally: Tally,
    side: BTreeMap<(PageUrl, Purpose, VantageId), Exchange>,
    held: BTreeMap<(PageUrl, VantageId, Purpose), Arc<Exchange>>,
    pub(super) steps: Vec<Step>,
    /// What was asked again, and which try of it.
    pub(super) tries: Vec<(String, u32)>,
    pub(super) stop: StopReason,
    pub(super) is_full: bool,
}

impl Shelf {
    pub(super) fn new(brief: Brief) -> Self {
        Self {
            brief,
            frontier: Vec::new(),
            known: BTreeSet::new(),
            tally: Tally::default(),
            side: BTreeMap::new(),
            held: BTreeMap::new(),
            steps: Vec::new(),
            tries: Vec::new(),
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
            None => "not visited".to_owned(),
        }
    }

    pub(super) fn side(&self, address: &str) -> Option<&Exchange> {
        let of = |(key, _): &(&(PageUrl, Purpose, VantageId), &Exchange)| key.0.as_str() == address;
        self.side.iter().find(of).map(|(_, exchange)| exchange)
    }

    pub(super) fn offer_of(&self, address: &str) -> Option<&Offer> {
        self.frontier
            .iter()
            .find(|offer| offer.address.as_str() == address)
    }
}

fn key_of(ask: &Ask) -> (PageUrl, VantageId, Purpose) {
    (ask.address.clone(), ask.vantage.id, ask.purpose)
}

impl Ledger for Shelf {
    fn brief(&self) -> &Brief {
        &self.brief
    }

    fn offer(&mut self, offers: &[Offer]) -> Result<(), CrawlError> {
        for offer in offers {
            if self.known.insert(offer.address.clone()) {
                self.frontier.push(offer.clone());
                self.tally.waiting += 1;
            }
        }
        Ok(())
    }

    fn next_waiting(&self, place: u64, limit: usize) -> Result<Vec<Waiting>, CrawlError> {
        let done = usize::try_from(self.tally.done.max(place)).unwrap();
        let rest = self.frontier.iter().enumerate().skip(done).take(limit);
        Ok(rest
            .map(|(index, offer)| Waiting {
                place: index as u64 + 1,
                offer: offer.clone(),
            })
            .collect())
    }

    fn waiting(&self) -> Result<u64, CrawlError> {
        Ok(self.tally.waiting)
    }

    fn tally(&self) -> Result<Tally, CrawlError> {
        Ok(self.tally)
    }

    fn commit(&mut self, steps: &[Step]) -> Result<(), CrawlError> {
        if self.is_full {
            // Any error will do: it must come back as it is.
            return Err(CrawlError::NoVantage);
        }
        for step in steps {
            self.tally.done += 1;
            assert_eq!(
                step.waiting.place, self.tally.done,
                "in order, without gaps"
            );
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
            self.offer(&step.offers)?;
            self.steps.push(step);
        }
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
        Ok(self.known.contains(address))
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
            retried: Vec::new(),
            chain_ends: Vec::new(),
            reasked: 0,
            not_reasked: Vec::new(),
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

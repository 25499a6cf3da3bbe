//! What the run does ahead of the order: answers are held, work is let go of and done again, and
//! addresses are asked that have no place yet.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use case::{Band, Offer, Waiting};

use super::{AGAIN, Job, KEPT, KEPT_BYTES, NO_PLACE, Run, STUCK, WINDOW};
use crate::CrawlError;
use crate::holding::{strip, took_place};
use crate::judge::Judge;
use crate::ledger::Ledger;
use crate::queue::turn;
use crate::scout::Scout;
use crate::worker::Done;

impl Run<'_> {
    /// Begins an address that has no place yet, when the order is held up and the budget has a page
    /// left; gives whether there was one.
    pub(super) fn begin_ahead(&mut self) -> bool {
        if self.pages_unasked() == 0 {
            return false;
        }
        let queue = &self.queue;
        let next = self
            .scout
            .pop(|offer| queue.has_turn(&offer.address.host()));
        let Some(offer) = next else { return false };
        self.queue.begin(&offer.address.host());
        self.worker.recalls.store(true, Ordering::Release);
        let place = NO_PLACE;
        let band = Band::Second;
        self.spawn(Job::Ahead, Waiting { place, band, offer });
        true
    }

    /// Takes the addresses that pages offer which have waited too long for their turn.
    pub(super) fn look_ahead(&mut self) -> Result<(), CrawlError> {
        while let Some(&(since, turn)) = self.unscouted.front()
            && since.elapsed() >= STUCK
        {
            self.unscouted.pop_front();
            if let Some(done) = self.ready.get(&turn) {
                let among = (&mut self.scout, &self.judge);
                scout_among(among, self.ledger, &done.step.offers)?;
            }
        }
        Ok(())
    }

    /// Does again what was let go of, the first places first: when there is room for it, and when
    /// it comes before other work that is kept.
    pub(super) fn do_again(&mut self) {
        while let Some((&first, _)) = self.aside.first_key_value() {
            let has_room = self.ready.len() < KEPT / 2 && self.ready_bytes < KEPT_BYTES / 2;
            let is_before = self
                .ready
                .last_key_value()
                .is_some_and(|(&last, _)| first < last);
            let is_head = self.window.first() == Some(&first);
            let may = (has_room || is_before) && self.again < AGAIN && self.working.len() < WINDOW;
            if !may && !is_head {
                break;
            }
            if let Some((turn, next)) = self.aside.pop_first() {
                self.again += 1;
                self.spawn(Job::Again(turn), next);
            }
        }
    }

    /// Holds what has waited long enough in memory alone, or all of it.
    pub(super) fn hold(&mut self, all: bool) -> Result<(), CrawlError> {
        let all = all || !self.worker.asker.room.is_open();
        let (mut exchanges, turns) = self.holding.take(all);
        for done in turns.iter().filter_map(|turn| self.ready.get(turn)) {
            let seen = done.step.observed.iter().map(|seen| &seen.exchange);
            exchanges.extend(seen.map(Arc::clone));
        }
        exchanges.retain(|exchange| took_place(exchange));
        if exchanges.is_empty() && turns.is_empty() {
            return Ok(());
        }
        if !exchanges.is_empty() {
            self.ledger.hold(&exchanges)?;
        }
        for turn in turns {
            if let Some(done) = self.ready.get_mut(&turn) {
                for seen in done.step.observed.iter().filter(|seen| !seen.is_held) {
                    let room = &self.worker.asker.room;
                    room.give_back(&seen.exchange, seen.facts.as_deref());
                }
                strip(done);
            }
        }
        self.let_go()?;
        self.move_head();
        Ok(())
    }

    /// Lets go of what is furthest from its turn, when more is done than memory is for.
    pub(super) fn let_go(&mut self) -> Result<(), CrawlError> {
        while (self.ready.len() > KEPT || self.ready_bytes > KEPT_BYTES)
            && let Some(last) = self.ready.last_entry()
            && last.get().is_held()
        {
            let (turn, done) = last.remove_entry();
            self.ready_bytes -= done.facts_bytes();
            let among = (&mut self.scout, &self.judge);
            scout_among(among, self.ledger, &done.step.offers)?;
            self.worker.recalls.store(true, Ordering::Release);
            self.aside.insert(turn, done.step.waiting);
        }
        Ok(())
    }

    /// Holds what an address without a place was answered, and goes on from there.
    pub(super) fn keep_ahead(&mut self, done: &Done) -> Result<(), CrawlError> {
        let seen = done.step.observed.iter().map(|seen| &seen.exchange);
        let took = seen.filter(|exchange| took_place(exchange));
        let took: Vec<_> = took.map(Arc::clone).collect();
        self.ledger.hold(&took)?;
        for seen in &done.step.observed {
            let room = &self.worker.asker.room;
            room.give_back(&seen.exchange, seen.facts.as_deref());
        }
        let among = (&mut self.scout, &self.judge);
        scout_among(among, self.ledger, &done.step.offers)?;
        let address = &done.step.waiting.offer.address;
        if took.is_empty() {
            self.scout.forget(address);
        } else {
            self.scout.held(address);
        }
        if let Some(next) = self.awaiting.remove(address) {
            self.scout.forget(address);
            self.again += 1;
            self.spawn(Job::Again(turn(&next)), next);
        }
        self.move_head();
        Ok(())
    }
}

/// Takes those of some addresses that have no place yet, to be asked while the order is held up, and
/// against which nothing speaks.
fn scout_among(
    (scout, judge): (&mut Scout, &Judge),
    ledger: &dyn Ledger,
    offers: &[Offer],
) -> Result<(), CrawlError> {
    for offer in offers {
        if !scout.has_room() {
            break;
        }
        if !ledger.has_place(&offer.address)? && judge.may_be_scouted(offer) {
            scout.add(offer);
        }
    }
    Ok(())
}

//! The commit point: what is done is committed in order of turns, and the watcher is told.

use std::sync::atomic::Ordering;

use case::{Band, Reask, Step};
use model::Reply;
use tokio::time::Instant;

use super::{BATCH, BATCH_BYTES, LINGER, NO_PLACE, Run, WORTH};
use crate::asking::body_bytes;
use crate::ledger::Tally;
use crate::queue::{Turn, in_order};
use crate::worker::Done;
use crate::{CrawlError, CrawlEvent};

impl Run<'_> {
    /// Whether what is done at the commit point need not wait for more.
    pub(super) fn is_worth_a_commit(&mut self) -> bool {
        let is_ready = |turn: &Turn| self.ready.contains_key(turn);
        if !self.window.first().is_some_and(is_ready) {
            self.head_done = None;
            return false;
        }
        let since = *self.head_done.get_or_insert_with(Instant::now);
        let is_idle = self.working.len() <= WORTH || self.queue.is_read_out();
        let many = self.window.iter().take(WORTH).all(is_ready);
        is_idle || many || since.elapsed() >= LINGER
    }

    /// Commits what is done without a gap from the commit point on.
    pub(super) fn commit_ready(&mut self) -> Result<(), CrawlError> {
        loop {
            let mut batch = Vec::new();
            let mut offers_more = false;
            let mut tally = self.tally;
            while batch.len() < BATCH
                && tally.body_bytes - self.tally.body_bytes < BATCH_BYTES
                && tally.body_bytes < self.worker.brief.budget.total_bytes
                && let Some(&head) = self.window.first()
                && self.ready.contains_key(&head)
                && self.may_commit(head, tally, offers_more)?
                && let Some(done) = self.ready.remove(&head)
            {
                self.window.remove(&head);
                self.ready_bytes -= done.facts_bytes();
                tally = self.tally_with(tally, &done);
                offers_more |= !done.step.offers.is_empty() || self.judge.may_take_back();
                batch.push((done, tally));
            }
            if batch.is_empty() {
                self.head_done = None;
                return Ok(());
            }
            self.commit(batch)?;
        }
    }

    /// Whether it is the turn of the first entry of the window. In the second band it is when nothing of the
    /// first one waits (steps of the same batch that offer more may change that), and when the budget of
    /// pages is not spent: others may have overtaken it since it was begun.
    fn may_commit(
        &mut self,
        head: Turn,
        tally: Tally,
        offers_more: bool,
    ) -> Result<bool, CrawlError> {
        if head.0 == Band::First {
            return Ok(true);
        }
        if tally.asked >= self.pages() || offers_more {
            return Ok(false);
        }
        self.read_on()?;
        Ok(self.queue.peek().is_none())
    }

    /// Commits a batch, each step with the tally after it.
    fn commit(&mut self, batch: Vec<(Done, Tally)>) -> Result<(), CrawlError> {
        let (steps, after): (Vec<_>, Vec<_>) = batch
            .into_iter()
            .map(|(done, tally)| (done.step, tally))
            .unzip();
        self.ledger.commit(&steps, &mut self.judge)?;
        for step in steps.iter().filter(|step| step.opens) {
            let host = step.waiting.offer.address.host();
            self.worker.sessions.keep(&host);
        }
        if self.ledger.held_count()? == 0 && self.aside.is_empty() && self.scout.asked() == 0 {
            self.worker.recalls.store(false, Ordering::Release);
        }
        let mut waiting = self.ledger.waiting()?;
        waiting += u64::try_from(steps.len()).unwrap_or(u64::MAX);
        for (step, tally) in steps.into_iter().zip(after) {
            waiting = waiting.saturating_sub(1);
            self.tally = Tally { waiting, ..tally };
            // What is held has given its room back.
            for seen in step.observed.iter().filter(|seen| !seen.is_held) {
                let room = &self.worker.asker.room;
                room.give_back(&seen.exchange, seen.facts.as_deref());
            }
            let refused = step.refused.iter().map(|refused| refused.addresses);
            let withheld = self.judge.withheld_of(step.waiting.place);
            self.tell(&step, refused.sum::<u64>() + withheld);
        }
        self.move_head();
        Ok(())
    }

    /// Lets the address at the commit point through, however short memory is.
    pub(super) fn move_head(&self) {
        match self.window.first() {
            // Whether something overtakes it is known when the frontier was read.
            Some((Band::Second, _)) => {
                self.worker.asker.room.move_head(NO_PLACE);
                self.worker.reasks.move_head(0, self.tally.reasked);
            }
            Some(_) => self.let_head_through(),
            None => {}
        }
    }

    pub(super) fn let_head_through(&self) {
        if let Some(&(band, place)) = self.window.first() {
            // What it waits for is asked without a place.
            let awaits = self.awaiting.values().any(|next| next.place == place);
            let head = if awaits { NO_PLACE } else { place };
            self.worker.asker.room.move_head(head);
            let head = in_order((band, place));
            self.worker.reasks.move_head(head, self.tally.reasked);
        }
    }

    fn tell(&mut self, step: &Step, refused: u64) {
        let Some(seen) = step.observed.first() else {
            return;
        };
        let exchange = &seen.exchange;
        let address = &exchange.ask.address;
        let in_scope = step.waiting.offer.in_scope;
        let Tally {
            done: finished,
            waiting,
            ..
        } = self.tally;
        self.watcher.on(&match &exchange.reply {
            Reply::Declined(why) => CrawlEvent::Declined {
                address,
                why: *why,
                in_scope,
                done: finished,
                waiting,
            },
            outcome => CrawlEvent::Visited {
                address,
                outcome,
                in_scope,
                done: finished,
                waiting,
            },
        });
        if refused > 0 {
            self.watcher.on(&CrawlEvent::NotOffered {
                address,
                addresses: refused,
            });
        }
    }

    /// The tally after one more step. An exchange that several steps share counts once.
    fn tally_with(&self, tally: Tally, done: &Done) -> Tally {
        let reply = done.primary().map(|seen| &seen.reply);
        let is_asked = !matches!(reply, Some(Reply::Declined(_)));
        let shared = done
            .step
            .side
            .iter()
            .filter(|exchange| self.worker.once.commits(&self.worker.asker, exchange))
            .map(|exchange| body_bytes(exchange))
            .sum::<u64>();
        let bytes = done.body_bytes.saturating_add(shared);
        Tally {
            done: tally.done + 1,
            asked: tally.asked + u64::from(is_asked),
            waiting: tally.waiting,
            body_bytes: tally.body_bytes.saturating_add(bytes),
            reasked: tally.reasked + u64::from(done.step.reask == Reask::Asked),
        }
    }
}

//! What workers say on the way, and what they give in the end.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use model::{Ask, Exchange, Purpose};
use tokio::task::JoinError;
use tokio::time::Instant;

use super::{Job, Run};
use crate::CrawlError;
use crate::asking::{Recalled, Word};
use crate::holding::took_place;
use crate::queue::Turn;
use crate::worker::Done;

impl Run<'_> {
    /// Hears what was said so far.
    pub(super) fn hear_all(&mut self) -> Result<(), CrawlError> {
        while let Ok(word) = self.words.try_recv() {
            self.hear(word)?;
        }
        Ok(())
    }

    /// Answers a worker's question to the case, or passes a note on.
    pub(super) fn hear(&mut self, word: Word) -> Result<(), CrawlError> {
        match word {
            Word::Note(note) => self.watcher.on(&note.event()),
            Word::Side(side) => self.keep_side(&side)?,
            Word::Answered(exchange) => self.holding.answered(&exchange),
            Word::Tried(exchange, number) => self.ledger.keep_try(&exchange, number)?,
            Word::Walked { exchange, waits } => self.keep_walked(exchange, waits)?,
            Word::Opening { host, reply } => {
                let opening = self.ledger.opening(&host)?;
                let _ = reply.send(opening.map(Box::new));
            }
            Word::Known { ask, reply } => {
                let _ = reply.send(self.known(&ask)?.map(Box::new));
            }
            Word::Recall { ask, place, reply } => {
                let recalled = self.recall(&ask, place)?;
                // A worker that was aborted waits no more.
                let _ = reply.send(recalled);
            }
        }
        Ok(())
    }

    /// Keeps what was asked to see where a way leads: for its turn, if that is to come, else as evidence
    /// alone.
    fn keep_walked(&mut self, exchange: Arc<Exchange>, waits: bool) -> Result<(), CrawlError> {
        let is_new = !self.ledger.has_place(&exchange.ask.address)?;
        if waits && is_new && took_place(&exchange) {
            let mut exchange = Arc::unwrap_or_clone(exchange);
            // The question is the same, word for word.
            exchange.ask.purpose = Purpose::Page;
            self.worker.recalls.store(true, Ordering::Release);
            return self.ledger.hold(&[Arc::new(exchange)]);
        }
        self.ledger.keep_walked(&exchange)
    }

    fn known(&self, ask: &Ask) -> Result<Option<Exchange>, CrawlError> {
        for purpose in [ask.purpose, Purpose::Check] {
            let known = self
                .ledger
                .exchange(&ask.address, ask.vantage.id, purpose)?;
            if known.is_some() {
                return Ok(known);
            }
        }
        Ok(None)
    }

    fn recall(&self, ask: &Ask, place: Option<u64>) -> Result<Recalled, CrawlError> {
        let room = &self.worker.asker.room;
        if place.is_some_and(|place| !room.is_open_to(place)) {
            return Ok(Recalled::NoRoom);
        }
        let kept = match ask.purpose {
            purpose if purpose.is_page() => self.ledger.held(ask)?,
            purpose => self
                .ledger
                .exchange(&ask.address, ask.vantage.id, purpose)?,
        };
        let Some(kept) = kept else {
            return Ok(Recalled::Nothing);
        };
        if place.is_some() {
            room.take(&kept);
        }
        Ok(Recalled::Kept(Box::new(kept)))
    }

    /// Takes every worker's result that is there, so that they share a commit.
    pub(super) fn take_all(&mut self) -> Result<(), CrawlError> {
        while let Some(joined) = self.working.try_join_next() {
            self.take(joined)?;
        }
        Ok(())
    }

    pub(super) fn take(
        &mut self,
        joined: Result<(Job, Done), JoinError>,
    ) -> Result<(), CrawlError> {
        let (job, done) = joined.map_err(CrawlError::Worker)?;
        let address = &done.step.waiting.offer.address;
        match job {
            Job::Turn(turn) => {
                self.queue.finished(&address.host());
                self.keep(turn, done);
            }
            Job::Again(turn) => {
                self.again = self.again.saturating_sub(1);
                self.keep(turn, done);
            }
            Job::Ahead => {
                self.queue.finished(&address.host());
                self.keep_ahead(&done)?;
            }
        }
        Ok(())
    }

    /// Keeps work that is done until its turn comes.
    fn keep(&mut self, turn: Turn, done: Done) {
        if self.window.first() != Some(&turn) {
            self.holding.late(turn);
            self.unscouted.push_back((Instant::now(), turn));
        }
        self.ready_bytes += done.facts_bytes();
        self.ready.insert(turn, done);
    }
}

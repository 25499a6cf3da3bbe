//! The run: hands out work ahead, commits it in order of place, tells the watcher.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use case::{Offer, Waiting};
use fetch::Fetch;
use model::{Coverage, PageUrl, Reply, StopReason, Vantage};
use tokio::sync::mpsc;
use tokio::task::{JoinError, JoinSet};
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use crate::asking::{Asker, Word, body_bytes};
use crate::ledger::{Ledger, Tally};
use crate::once::Once;
use crate::politeness::Turns;
use crate::reader::Reader;
use crate::room::Room;
use crate::worker::{Done, Worker};
use crate::{CrawlError, CrawlEvent, Watcher};

/// Addresses that are worked on or done ahead of the commit point.
const WINDOW: usize = 1_024;
/// Steps in one commit.
const BATCH: usize = 64;
/// Entries of the frontier that are read at once.
const READ_AHEAD: usize = 256;

/// Runs a crawl to its end on any ledger. See [`crate::run`].
pub(crate) async fn run(
    fetch: Arc<dyn Fetch>,
    reader: Arc<dyn Reader>,
    ledger: &mut dyn Ledger,
    watcher: &mut dyn Watcher,
    cancel: CancellationToken,
    room: Room,
) -> Result<Coverage, CrawlError> {
    let ended = match Run::begin(fetch, reader, ledger, watcher, room) {
        Ok(mut run) => run.go_on(&cancel).await,
        Err(error) => Err(error),
    };
    let ended = ended.and_then(|stop| {
        ledger.set_stop(stop)?;
        Ok((stop, ledger.coverage()?))
    });
    let stop = ended
        .as_ref()
        .map_or(StopReason::Unfinished, |(stop, _)| *stop);
    watcher.on(&CrawlEvent::Stopped(stop));
    ended.map(|(_, coverage)| coverage)
}

struct Run<'run> {
    ledger: &'run mut dyn Ledger,
    watcher: &'run mut dyn Watcher,
    worker: Arc<Worker>,
    words: mpsc::UnboundedReceiver<Word>,
    /// Workers, each with the place that it works on. Aborted when the run is dropped.
    working: JoinSet<(u64, Done)>,
    /// Places handed out and not committed, in order.
    window: VecDeque<u64>,
    /// Work done ahead of the commit point, by place.
    ready: BTreeMap<u64, Done>,
    /// Entries read from the frontier and not handed out, in order.
    ahead: VecDeque<Waiting>,
    /// The last place that was read from the frontier.
    read_to: u64,
    tally: Tally,
    deadline: Instant,
}

impl<'run> Run<'run> {
    fn begin(
        fetch: Arc<dyn Fetch>,
        reader: Arc<dyn Reader>,
        ledger: &'run mut dyn Ledger,
        watcher: &'run mut dyn Watcher,
        room: Room,
    ) -> Result<Self, CrawlError> {
        let brief = ledger.brief().clone();
        let primary = *brief.vantages.first().ok_or(CrawlError::NoVantage)?;
        if brief.seeds.is_empty() {
            return Err(CrawlError::NoSeeds);
        }
        let seeds: Vec<_> = brief
            .seeds
            .iter()
            .map(|seed| offer_of(&brief, seed))
            .collect();
        ledger.offer(&seeds)?;
        let tally = ledger.tally()?;
        if tally.done > 0 {
            watcher.on(&CrawlEvent::Resumed {
                done: tally.done,
                waiting: tally.waiting,
            });
        }
        let (say, words) = mpsc::unbounded_channel();
        let deadline = Instant::now()
            .checked_add(brief.budget.wall())
            .unwrap_or_else(far_away);
        let asker = Asker::new(fetch, Turns::new(brief.politeness.clone()), room, say);
        let once = Once::new(Vantage::standard(primary), tally.done > 0);
        Ok(Self {
            ledger,
            watcher,
            worker: Arc::new(Worker::new(brief, primary, asker, once, reader)),
            words,
            working: JoinSet::new(),
            window: VecDeque::new(),
            ready: BTreeMap::new(),
            ahead: VecDeque::new(),
            read_to: 0,
            tally,
            deadline,
        })
    }

    /// Works until something ends the crawl, and says what.
    async fn go_on(&mut self, cancel: &CancellationToken) -> Result<StopReason, CrawlError> {
        loop {
            self.commit_ready()?;
            if let Some(stop) = self.hand_out()? {
                return Ok(stop);
            }
            let interrupted = tokio::select! {
                biased;
                () = cancel.cancelled() => Some(StopReason::Cancelled),
                () = sleep_until(self.deadline) => Some(StopReason::WallSpent),
                Some(word) = self.words.recv() => { self.hear(word)?; None }
                Some(joined) = self.working.join_next() => { self.take(joined)?; None }
            };
            self.take_all()?;
            if let Some(stop) = interrupted {
                self.working.abort_all();
                self.commit_ready()?;
                return Ok(stop);
            }
        }
    }

    /// Hands out entries in order of place, as far as window and budget go. Says why the crawl
    /// ends when nothing is left to wait for.
    fn hand_out(&mut self) -> Result<Option<StopReason>, CrawlError> {
        loop {
            if self.ahead.is_empty() {
                self.read_ahead()?;
            }
            let idle = self.window.is_empty();
            let next = self.ahead.front().map(|next| next.place);
            let budget = &self.worker.brief.budget;
            if idle && next.is_none() {
                return Ok(Some(StopReason::FrontierEmpty));
            }
            // What is under way is not within the budget of bytes any more: it is dropped.
            if self.tally.body_bytes >= budget.total_bytes {
                return Ok(Some(StopReason::BytesSpent));
            }
            let Some(place) = next else { return Ok(None) };
            // Entries under way count as asked until they are committed, so that no page is
            // asked beyond the budget; one that turns out to be declined gives its place back.
            let under_way = u64::try_from(self.window.len()).unwrap_or(u64::MAX);
            if self.tally.asked.saturating_add(under_way) >= u64::from(budget.pages.get()) {
                return Ok(idle.then_some(StopReason::PagesSpent));
            }
            let has_room = self.window.len() < WINDOW && self.worker.asker.room.is_open();
            if !idle && !has_room {
                return Ok(None);
            }
            if let Some(next) = self.ahead.pop_front() {
                let worker = Arc::clone(&self.worker);
                self.window.push_back(place);
                if idle {
                    self.move_head();
                }
                self.working
                    .spawn(async move { (place, worker.visit(next).await) });
            }
        }
    }

    fn read_ahead(&mut self) -> Result<(), CrawlError> {
        let entries = self.ledger.next_waiting(self.read_to, READ_AHEAD)?;
        if let Some(last) = entries.last() {
            self.read_to = last.place;
        }
        self.ahead.extend(entries);
        Ok(())
    }

    /// Commits what is done without a gap from the commit point on.
    fn commit_ready(&mut self) -> Result<(), CrawlError> {
        loop {
            let mut batch = Vec::new();
            let mut tally = self.tally;
            while batch.len() < BATCH
                && tally.body_bytes < self.worker.brief.budget.total_bytes
                && let Some(done) = self.window.front().and_then(|at| self.ready.remove(at))
            {
                self.window.pop_front();
                tally = self.tally_with(tally, &done);
                batch.push((done, tally));
            }
            if batch.is_empty() {
                return Ok(());
            }
            self.commit(batch)?;
        }
    }

    /// Commits a batch, each step with the tally after it.
    fn commit(&mut self, batch: Vec<(Done, Tally)>) -> Result<(), CrawlError> {
        let (steps, after): (Vec<_>, Vec<_>) = batch
            .into_iter()
            .map(|(done, tally)| (done.step, (done.refused, tally)))
            .unzip();
        self.ledger.commit(&steps)?;
        let mut waiting = self.ledger.waiting()?;
        waiting += u64::try_from(steps.len()).unwrap_or(u64::MAX);
        for (step, (refused, tally)) in steps.into_iter().zip(after) {
            waiting = waiting.saturating_sub(1);
            self.tally = Tally { waiting, ..tally };
            for seen in &step.observed {
                self.worker.asker.room.give_back(&seen.exchange);
            }
            self.tell(&Done { step, refused });
        }
        self.move_head();
        Ok(())
    }

    /// Lets the address at the commit point through, however short memory is.
    fn move_head(&self) {
        if let Some(place) = self.window.front() {
            self.worker.asker.room.move_head(*place);
        }
    }

    fn tell(&mut self, done: &Done) {
        let Some(exchange) = done.primary() else {
            return;
        };
        let address = &exchange.ask.address;
        let in_scope = done.step.waiting.offer.in_scope;
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
        if done.refused > 0 {
            self.watcher.on(&CrawlEvent::NotOffered {
                address,
                addresses: done.refused,
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
        let bytes = done.body_bytes().saturating_add(shared);
        Tally {
            done: tally.done + 1,
            asked: tally.asked + u64::from(is_asked),
            waiting: tally.waiting,
            body_bytes: tally.body_bytes.saturating_add(bytes),
        }
    }

    /// Answers a worker's question to the case, or passes a note on.
    fn hear(&mut self, word: Word) -> Result<(), CrawlError> {
        match word {
            Word::Note(note) => self.watcher.on(&note.event()),
            Word::Recall { ask, reply } => {
                let kept = self
                    .ledger
                    .exchange(&ask.address, ask.vantage.id, ask.purpose)?;
                // A worker that was aborted waits no more.
                let _ = reply.send(kept);
            }
        }
        Ok(())
    }

    /// Takes every worker's result that is there, so that they share a commit.
    fn take_all(&mut self) -> Result<(), CrawlError> {
        while let Some(joined) = self.working.try_join_next() {
            self.take(joined)?;
        }
        Ok(())
    }

    fn take(&mut self, joined: Result<(u64, Done), JoinError>) -> Result<(), CrawlError> {
        let (place, done) = joined.map_err(CrawlError::Worker)?;
        self.ready.insert(place, done);
        Ok(())
    }
}

/// A seed as it is offered.
pub(crate) fn offer_of(brief: &model::Brief, seed: &PageUrl) -> Offer {
    let in_scope = brief.scope.contains(seed);
    Offer {
        address: seed.clone(),
        referrer: None,
        depth: 0,
        redirects: 0,
        beyond: u32::from(!in_scope),
        in_scope,
    }
}

/// A deadline that no crawl reaches, for a budget of time that no clock holds.
fn far_away() -> Instant {
    Instant::now() + std::time::Duration::from_secs(60 * 60 * 24 * 365 * 30)
}

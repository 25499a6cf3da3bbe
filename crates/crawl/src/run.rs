//! The run: hands out work ahead, commits it in order of place, tells the watcher.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use case::{Band, FoundBy, Offer, Reask, Step, Waiting};
use fetch::Fetch;
use model::{Ask, Coverage, Origin, PageUrl, Reply, StopReason, Vantage};
use tokio::sync::mpsc;
use tokio::task::{JoinError, JoinSet};
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use crate::asking::{Asker, Recalled, Word, body_bytes};
use crate::holding::Holding;
use crate::judge::Judge;
use crate::ledger::{Ledger, Tally};
use crate::once::Once;
use crate::politeness::Turns;
use crate::queue::{Queue, Turn, in_order, turn};
use crate::reader::Reader;
use crate::room::Room;
use crate::scout::Scout;
use crate::sessions::Sessions;
use crate::sitemaps::Mapped;
use crate::worker::{Done, Worker};
use crate::{CrawlError, CrawlEvent, Watcher};

mod ahead;
mod mapping;

/// Workers at once; most of them wait for the turn of their host.
const WINDOW: usize = 1_024;
/// Work done ahead of the commit point that is kept in memory, without its bodies.
const KEPT: usize = 2_048;
/// Bytes of its facts, about.
const KEPT_BYTES: u64 = 48 << 20;
/// Work that was let go of and is done again at once.
const AGAIN: usize = 64;
/// How long what is done may wait for its turn before the addresses that it offers are asked without
/// a place.
const STUCK: Duration = Duration::from_secs(1);
/// The place of an address that has none.
const NO_PLACE: u64 = u64::MAX;
/// Steps in one commit.
const BATCH: usize = 64;
/// Decoded bytes in one commit, but for its last step: they are packed for the evidence in memory.
const BATCH_BYTES: u64 = 8 << 20;
/// Steps that are worth a commit whatever else is under way.
const WORTH: usize = 32;
/// How long fewer of them wait for more while enough is under way: a commit costs more than a step.
const LINGER: Duration = Duration::from_millis(10);
/// Entries of the frontier that are read at once.
const READ_AHEAD: usize = 256;
/// Entries of the second band under way at once. What one of them offers may overtake the others, which
/// then were asked in vain if the budget of pages ends before their turn: so none is begun beside
/// another when fewer pages than this are left.
const SECOND_BAND: usize = 256;

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
    /// Workers, each with what it works on. Aborted when the run is dropped.
    working: JoinSet<(Job, Done)>,
    /// Turns that were handed out or parked and are not committed.
    window: BTreeSet<Turn>,
    /// Work done ahead of the commit point.
    ready: BTreeMap<Turn, Done>,
    /// Bytes of their facts, about.
    ready_bytes: u64,
    /// Work done so far ahead that it was let go of: its answers are held, and it is done again from
    /// them, without the web, when its turn comes near.
    aside: BTreeMap<Turn, Waiting>,
    /// How many of those are being done again.
    again: usize,
    /// Entries that wait for an answer which is asked for without a place.
    awaiting: BTreeMap<PageUrl, Waiting>,
    queue: Queue,
    holding: Holding,
    scout: Scout,
    /// Workers that read sitemaps, one for each origin.
    mapping: JoinSet<Mapped>,
    /// What they found, until all of them are done.
    mapped: Vec<Mapped>,
    /// Origins whose sitemaps were read in this run.
    charted: BTreeSet<Origin>,
    /// What is done before its turn and was not scouted from, oldest first.
    unscouted: VecDeque<(Instant, Turn)>,
    judge: Judge,
    /// Since when the entry at the commit point is done.
    head_done: Option<Instant>,
    tally: Tally,
    deadline: Instant,
}

/// What a worker works on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Job {
    /// The entry of a turn.
    Turn(Turn),
    /// The entry of a turn once more, from what is held.
    Again(Turn),
    /// An address without a place.
    Ahead,
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
        let mut judge = Judge::new(brief.budget.clone(), ledger.memos()?);
        ledger.offer(&seeds, &mut judge)?;
        let tally = ledger.tally()?;
        let holds = ledger.held_count()? > 0;
        if tally.done > 0 || holds {
            watcher.on(&CrawlEvent::Resumed {
                done: tally.done,
                waiting: tally.waiting,
            });
        }
        let (say, words) = mpsc::unbounded_channel();
        let deadline = Instant::now()
            .checked_add(brief.budget.wall())
            .unwrap_or_else(far_away);
        let turns = Turns::new(brief.politeness.clone());
        let asker = Asker::new(fetch, turns, room, say, brief.budget.retries);
        let once = Once::new(Vantage::standard(primary), tally.done > 0);
        let mut worker = Worker::new(brief, primary, asker, once, reader);
        worker.sessions = Sessions::new(tally.done > 0);
        worker.recalls.store(holds, Ordering::Release);
        Ok(Self {
            ledger,
            watcher,
            worker: Arc::new(worker),
            words,
            working: JoinSet::new(),
            window: BTreeSet::new(),
            ready: BTreeMap::new(),
            ready_bytes: 0,
            aside: BTreeMap::new(),
            again: 0,
            awaiting: BTreeMap::new(),
            queue: Queue::default(),
            holding: Holding::default(),
            scout: Scout::default(),
            mapping: JoinSet::new(),
            mapped: Vec::new(),
            charted: BTreeSet::new(),
            unscouted: VecDeque::new(),
            judge,
            head_done: None,
            tally,
            deadline,
        })
    }

    /// Works until something ends the crawl, and says what.
    async fn go_on(&mut self, cancel: &CancellationToken) -> Result<StopReason, CrawlError> {
        loop {
            if self.is_worth_a_commit() {
                self.commit_ready()?;
            }
            self.look_ahead()?;
            if let Some(stop) = self.hand_out()? {
                self.commit_ready()?;
                self.hear_all()?;
                self.hold(true)?;
                return Ok(stop);
            }
            let wake = self.wake();
            let interrupted = tokio::select! {
                biased;
                () = cancel.cancelled() => Some(StopReason::Cancelled),
                () = sleep_until(self.deadline) => Some(StopReason::WallSpent),
                Some(word) = self.words.recv() => { self.hear(word)?; self.hear_all()?; None }
                Some(joined) = self.working.join_next() => { self.take(joined)?; None }
                Some(joined) = self.mapping.join_next() => { self.take_mapped(joined)?; None }
                () = sleep_until(wake) => None,
            };
            self.take_all()?;
            if let Some(stop) = interrupted {
                self.working.abort_all();
                self.hear_all()?;
                self.commit_ready()?;
                self.hold(true)?;
                return Ok(stop);
            }
            self.hold(false)?;
        }
    }

    /// Hears what was said so far.
    fn hear_all(&mut self) -> Result<(), CrawlError> {
        while let Ok(word) = self.words.try_recv() {
            self.hear(word)?;
        }
        Ok(())
    }

    /// When there is something to do although nobody says anything.
    fn wake(&self) -> Instant {
        let unscouted = self.unscouted.front().map(|(since, _)| *since + STUCK);
        let due = self.holding.due();
        let lingers = self.head_done.map(|since| since + LINGER);
        let first = unscouted.into_iter().chain(due).chain(lingers).min();
        first.unwrap_or_else(far_away)
    }

    /// Hands out entries in order of place, as far as hosts, memory and budget go. Says why the
    /// crawl ends when nothing is left to wait for.
    fn hand_out(&mut self) -> Result<Option<StopReason>, CrawlError> {
        self.do_again();
        loop {
            self.read_on()?;
            let idle = self.window.is_empty();
            if idle && self.queue.is_read_out() {
                let is_mapping = !self.mapping.is_empty() || self.begin_mapping()?;
                return Ok((!is_mapping).then_some(StopReason::FrontierEmpty));
            }
            // What is under way is not within the budget of bytes any more: it is dropped.
            if self.tally.body_bytes >= self.worker.brief.budget.total_bytes {
                return Ok(Some(StopReason::BytesSpent));
            }
            if let Some(head) = self.parked_head() {
                self.begin_turn(head);
                continue;
            }
            let in_second = self
                .window
                .first()
                .is_some_and(|head| head.0 == Band::Second);
            if in_second && self.tally.asked >= self.pages() {
                return Ok(Some(StopReason::PagesSpent));
            }
            if in_second && let Some(overtaking) = self.queue.pop_first() {
                self.begin_turn(overtaking);
                continue;
            }
            if in_second {
                self.let_head_through();
            }
            let left = self.pages_left();
            if idle && left == 0 {
                return Ok(Some(StopReason::PagesSpent));
            }
            let has_room = self.working.len() < WINDOW && self.worker.asker.room.is_open();
            if !idle && !has_room {
                return Ok(None);
            }
            let mut parked = Vec::new();
            let next = self.queue.pop_parked();
            let next = next.or_else(|| self.queue.pop(left, &mut parked));
            self.window.extend(parked);
            let next = next.or_else(|| self.pop_second(left));
            match next {
                Some(next) => self.begin_turn(next),
                None if self.begin_ahead() => {}
                None => return Ok(None),
            }
        }
    }

    /// Reads on in the frontier: of the second band only when the first one is read out.
    fn read_on(&mut self) -> Result<(), CrawlError> {
        for band in [Band::First, Band::Second] {
            if let Some(read_to) = self.queue.wants_more(band) {
                let entries = self.ledger.next_waiting(band, read_to, READ_AHEAD)?;
                self.queue.extend(band, entries);
            }
            if !self.queue.is_read_out() {
                break;
            }
        }
        Ok(())
    }

    /// The next entry of the second band, when nothing of the first one is left to be begun.
    fn pop_second(&mut self, left: u64) -> Option<Waiting> {
        if left == 0 || self.queue.peek().is_some() {
            return None;
        }
        let most = u64::try_from(SECOND_BAND).unwrap_or(u64::MAX);
        let may_go = match left {
            left if left > most => self.window.len() < SECOND_BAND,
            _ => self.window.is_empty(),
        };
        may_go.then(|| self.queue.pop_second()).flatten()
    }

    /// The budget of pages.
    fn pages(&self) -> u64 {
        u64::from(self.worker.brief.budget.pages.get())
    }

    /// How many more pages may be begun. Entries under way and parked ones count as asked until they
    /// are committed, so that no page is asked beyond the budget; one that turns out to be declined
    /// gives its place back.
    fn pages_left(&self) -> u64 {
        let is_asked = |next: &Waiting| self.scout.has_asked(&next.offer.address);
        // What was asked before it had its place is counted already.
        u64::from(self.queue.peek().is_some_and(is_asked)).max(self.pages_unasked())
    }

    /// The entry at the commit point, if it is parked: it goes first, however short memory is.
    fn parked_head(&mut self) -> Option<Waiting> {
        let head = *self.window.first()?;
        self.queue.pop_head(head)
    }

    /// How many more pages may be asked for that were not asked yet.
    fn pages_unasked(&self) -> u64 {
        let under_way = u64::try_from(self.window.len()).unwrap_or(u64::MAX);
        let asked = self.tally.asked.saturating_add(under_way);
        let asked = asked.saturating_add(self.scout.asked());
        self.pages().saturating_sub(asked)
    }

    /// Begins the entry at a place. One whose address a worker asks already waits for that.
    fn begin_turn(&mut self, next: Waiting) {
        let turn = turn(&next);
        // An entry that was parked stands in the window already.
        self.window.insert(turn);
        if self.window.first() == Some(&turn) {
            self.move_head();
        }
        let address = &next.offer.address;
        self.worker.enter(address, next.place);
        if self.scout.has_under_way(address) {
            self.queue.finished(&address.host());
            self.awaiting.insert(address.clone(), next);
            self.move_head();
            return;
        }
        self.scout.forget(address);
        self.spawn(Job::Turn(turn), next);
    }

    fn spawn(&mut self, job: Job, next: Waiting) {
        let worker = Arc::clone(&self.worker);
        let under_way = self.window.len();
        // How many will overtake an entry of the second band, nobody knows.
        let is_sure =
            next.band == Band::First && worker.reasks.is_sure(self.tally.reasked, under_way);
        self.working
            .spawn(async move { (job, worker.visit(next, is_sure).await) });
    }

    /// Whether what is done at the commit point need not wait for more.
    fn is_worth_a_commit(&mut self) -> bool {
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
    fn commit_ready(&mut self) -> Result<(), CrawlError> {
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
                offers_more |= !done.step.offers.is_empty();
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
    fn move_head(&self) {
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

    fn let_head_through(&self) {
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

    /// Answers a worker's question to the case, or passes a note on.
    fn hear(&mut self, word: Word) -> Result<(), CrawlError> {
        match word {
            Word::Note(note) => self.watcher.on(&note.event()),
            Word::Side(side) => self.keep_side(&side)?,
            Word::Answered(exchange) => self.holding.answered(&exchange),
            Word::Tried(exchange, number) => self.ledger.keep_try(&exchange, number)?,
            Word::Opening { host, reply } => {
                let opening = self.ledger.opening(&host)?;
                let _ = reply.send(opening.map(Box::new));
            }
            Word::Recall { ask, place, reply } => {
                let recalled = self.recall(&ask, place)?;
                // A worker that was aborted waits no more.
                let _ = reply.send(recalled);
            }
        }
        Ok(())
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
    fn take_all(&mut self) -> Result<(), CrawlError> {
        while let Some(joined) = self.working.try_join_next() {
            self.take(joined)?;
        }
        Ok(())
    }

    fn take(&mut self, joined: Result<(Job, Done), JoinError>) -> Result<(), CrawlError> {
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
        found_by: FoundBy::Seed,
        cookies: Vec::new(),
    }
}

/// A deadline that no crawl reaches, for a budget of time that no clock holds.
fn far_away() -> Instant {
    Instant::now() + std::time::Duration::from_secs(60 * 60 * 24 * 365 * 30)
}

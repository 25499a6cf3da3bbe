//! The run: hands out work ahead, commits it in order of place, tells the watcher.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use case::{Band, FoundBy, Offer, Waiting};
use fetch::Fetch;
use model::{Coverage, Origin, PageUrl, StopReason, Vantage};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use crate::asking::{Asker, Word};
use crate::holding::Holding;
use crate::judge::Judge;
use crate::ledger::{Ledger, Tally};
use crate::once::Once;
use crate::politeness::Turns;
use crate::queue::{Queue, Turn, turn};
use crate::reader::Reader;
use crate::reading::Reading;
use crate::room::Room;
use crate::scout::Scout;
use crate::sessions::Sessions;
use crate::sitemaps::Mapped;
use crate::worker::{Done, Worker};
use crate::{CrawlError, CrawlEvent, Watcher};

mod ahead;
mod committing;
mod hearing;
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
        let asker = Asker::new(
            fetch,
            turns,
            room,
            Reading::new(reader),
            say,
            brief.budget.retries,
        );
        let once = Once::new(Vantage::standard(primary), tally.done > 0);
        let mut worker = Worker::new(brief, primary, asker, once);
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
                return self.wind_up(stop);
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
                return self.wind_up(stop);
            }
            self.hold(false)?;
        }
    }

    /// Commits what can be committed, and holds the rest.
    fn wind_up(&mut self, stop: StopReason) -> Result<StopReason, CrawlError> {
        self.hear_all()?;
        self.commit_ready()?;
        self.hold(true)?;
        Ok(stop)
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
                if self.judge.release() {
                    self.ledger.offer(&[], &mut self.judge)?;
                    self.tally.waiting = self.ledger.waiting()?;
                    continue;
                }
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

//! Where a crawl stands, counted from its events: what progress, ticks and the summary tell.

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

use crawl::CrawlEvent;
use model::{Brief, Budget, Host, Reply};

/// The time over which the rate is taken: long enough to be calm, short enough to follow a pause.
const WINDOW: Duration = Duration::from_secs(30);

/// Where a crawl stands.
pub(crate) struct Tally {
    begun: Instant,
    budget: Budget,
    /// Addresses done, those of earlier runs included.
    pub(crate) done: u64,
    /// Addresses that wait.
    pub(crate) waiting: u64,
    /// Addresses that this run asked, and what it chose not to ask.
    pub(crate) visited: u64,
    pub(crate) declined: u64,
    /// Decoded bytes of the pages of this run.
    pub(crate) body_bytes: u64,
    /// What became of the addresses of this run: `status 200`, `timeout`, `robots` ...
    pub(crate) outcomes: BTreeMap<String, u64>,
    /// Hosts that are left alone, and until when.
    resting: BTreeMap<Host, Instant>,
    /// Moments of the last steps, oldest first, one for each quarter of a second at most, with the
    /// number of steps up to then.
    steps: VecDeque<(Instant, u64)>,
}

/// The rate, and what is left.
pub(crate) struct Pace {
    /// Addresses in a second, lately.
    pub(crate) per_second: f64,
    /// Addresses until the budget is spent.
    pub(crate) pages_left: u64,
    /// Bytes until the budget is spent, those of earlier runs not counted.
    pub(crate) bytes_left: u64,
    /// Seconds until the budget is spent.
    pub(crate) seconds_left: u64,
    /// Until what waits now is done at this rate, or a budget is spent.
    pub(crate) to_go: Option<Duration>,
    /// Hosts that are left alone, and how long yet.
    pub(crate) resting: Vec<(Host, Duration)>,
}

impl Tally {
    /// Of a crawl that begins now.
    pub(crate) fn new(brief: &Brief) -> Self {
        Self {
            begun: Instant::now(),
            budget: brief.budget.clone(),
            done: 0,
            waiting: 0,
            visited: 0,
            declined: 0,
            body_bytes: 0,
            outcomes: BTreeMap::new(),
            resting: BTreeMap::new(),
            steps: VecDeque::new(),
        }
    }

    /// Seconds since the run began.
    pub(crate) fn seconds(&self) -> f64 {
        self.begun.elapsed().as_secs_f64()
    }

    /// Counts one event.
    pub(crate) fn on(&mut self, event: &CrawlEvent<'_>) {
        match event {
            CrawlEvent::Resumed { done, waiting } => {
                (self.done, self.waiting) = (*done, *waiting);
            }
            CrawlEvent::Visited {
                outcome,
                done,
                waiting,
                ..
            } => {
                (self.done, self.waiting) = (*done, *waiting);
                self.visited += 1;
                let word = match outcome {
                    Reply::Answered(answer) => {
                        self.body_bytes += answer.body.len() as u64;
                        format!("status {}", answer.status)
                    }
                    Reply::Unreachable(why) => why.to_string(),
                    Reply::Declined(why) => why.to_string(),
                };
                self.step(word);
            }
            CrawlEvent::Declined {
                why, done, waiting, ..
            } => {
                (self.done, self.waiting) = (*done, *waiting);
                self.declined += 1;
                self.step(why.to_string());
            }
            CrawlEvent::HostDelayed { host, pause } => {
                if let Some(until) = Instant::now().checked_add(*pause) {
                    self.resting.insert((*host).clone(), until);
                }
            }
            _ => {}
        }
    }

    fn step(&mut self, word: String) {
        *self.outcomes.entry(word).or_default() += 1;
        let steps = self.visited + self.declined;
        let now = Instant::now();
        match self.steps.back_mut() {
            Some((at, count)) if now.duration_since(*at) < Duration::from_millis(250) => {
                *count = steps;
            }
            _ => self.steps.push_back((now, steps)),
        }
    }

    /// The rate over the last half minute, and what is left at it.
    pub(crate) fn pace(&mut self) -> Pace {
        let now = Instant::now();
        while self.steps.len() > 1
            && self
                .steps
                .front()
                .is_some_and(|(at, _)| now.duration_since(*at) > WINDOW)
        {
            self.steps.pop_front();
        }
        let steps = self.visited + self.declined;
        let (since, before) = if now.duration_since(self.begun) <= WINDOW {
            (self.begun, 0)
        } else {
            self.steps.front().copied().unwrap_or((self.begun, 0))
        };
        let seconds = now.duration_since(since).as_secs_f64().max(0.001);
        let per_second = small(steps.saturating_sub(before)) / seconds;
        let pages_left = u64::from(self.budget.pages.get()).saturating_sub(self.done);
        let elapsed = now.duration_since(self.begun).as_secs();
        let seconds_left = self.budget.wall_seconds.saturating_sub(elapsed);
        let open = self.waiting.min(pages_left);
        let to_go = (per_second > 0.0)
            .then(|| Duration::try_from_secs_f64(small(open) / per_second).ok())
            .flatten()
            .map(|left| left.min(Duration::from_secs(seconds_left)));
        self.resting.retain(|_, until| *until > now);
        Pace {
            per_second: (per_second * 10.0).round() / 10.0,
            pages_left,
            bytes_left: self.budget.total_bytes.saturating_sub(self.body_bytes),
            seconds_left,
            to_go,
            resting: self
                .resting
                .iter()
                .map(|(host, until)| (host.clone(), until.duration_since(now)))
                .collect(),
        }
    }
}

/// A count as a number to divide; no crawl counts beyond 2^52.
fn small(count: u64) -> f64 {
    u32::try_from(count).map_or(f64::from(u32::MAX), f64::from)
}

impl Pace {
    /// In a line.
    pub(crate) fn line(&self, tally: &Tally) -> String {
        let mut line = format!(
            "{} addresses done, {} waiting, {:.1} a second, {} pages of the budget left",
            tally.done, tally.waiting, self.per_second, self.pages_left
        );
        match self.to_go {
            Some(left) if tally.waiting > 0 => {
                line.push_str(&format!(", {} to go at this rate", clock(left)));
            }
            _ => {}
        }
        if let Some((host, left)) = self.resting.first() {
            let more = self.resting.len() - 1;
            line.push_str(&format!("; {host} rests for {}", clock(*left)));
            if more > 0 {
                line.push_str(&format!(", and {more} more hosts"));
            }
        }
        line
    }
}

/// A time for a person: `42 s`, `3 min 5 s`, `2 h 10 min`.
fn clock(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3_600 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", seconds / 3_600, seconds % 3_600 / 60),
    }
}

//! Progress on stderr: a bar for a person, plain lines for a log, events for a program.

use std::io::IsTerminal as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crawl::{CrawlEvent, Watcher};
use indicatif::{ProgressBar, ProgressStyle};
use model::{Brief, Coverage, StopReason};

use crate::args::{EventsFormat, WatchArgs};
use crate::events::Events;
use crate::output::say;
use crate::tally::Tally;

/// Time between two ticks: they come whether anything happens or not.
const TICK: Duration = Duration::from_secs(1);
/// Ticks between two plain lines.
const LINE_EVERY: u32 = 5;

/// A crawl-delay beyond it is no number of seconds that anyone means.
const A_DAY: Duration = Duration::from_secs(86_400);

/// Says which stage of a judgement runs, and how long each took.
pub(crate) struct Stages {
    is_quiet: bool,
    running: Option<Stage>,
}

struct Stage {
    what: &'static str,
    started: Instant,
    bar: Option<ProgressBar>,
}

impl Stages {
    pub(crate) const fn new(is_quiet: bool) -> Self {
        Self {
            is_quiet,
            running: None,
        }
    }

    /// Ends the stage that runs and begins another: a spinner while a person looks.
    pub(crate) fn begin(&mut self, what: &'static str) {
        let spinner = self.bar(ProgressBar::new_spinner, "{spinner} {wide_msg} {elapsed}");
        self.start(what, spinner);
    }

    /// The same for a stage of which it is known how much there is: a bar while a person looks.
    pub(crate) fn begin_counted(&mut self, what: &'static str, count: u64) {
        let line = "{spinner} {msg} {bar:30} {pos}/{len} {eta}";
        let bar = self.bar(|| ProgressBar::new(count), line);
        self.start(what, bar);
    }

    fn bar(&self, make: impl FnOnce() -> ProgressBar, line: &str) -> Option<ProgressBar> {
        if self.is_quiet || !std::io::stderr().is_terminal() {
            return None;
        }
        let bar = make();
        if let Ok(style) = ProgressStyle::with_template(line) {
            bar.set_style(style);
        }
        Some(bar)
    }

    fn start(&mut self, what: &'static str, bar: Option<ProgressBar>) {
        self.end();
        if let Some(bar) = &bar {
            bar.set_message(what);
            bar.enable_steady_tick(Duration::from_millis(200));
        }
        self.running = Some(Stage {
            what,
            started: Instant::now(),
            bar,
        });
    }

    /// One more of what the running stage counts is done.
    pub(crate) fn step(&self) {
        if let Some(Stage { bar: Some(bar), .. }) = &self.running {
            bar.inc(1);
        }
    }

    /// Ends the stage that runs, if one does, and says its time.
    pub(crate) fn end(&mut self) {
        let Some(stage) = self.running.take() else {
            return;
        };
        if let Some(bar) = stage.bar {
            bar.finish_and_clear();
        }
        if !self.is_quiet {
            let seconds = stage.started.elapsed().as_secs_f64();
            say(&format!("{}: {seconds:.2} s", stage.what));
        }
    }

    /// Runs a stage of its own.
    pub(crate) fn run<T>(&mut self, what: &'static str, stage: impl FnOnce() -> T) -> T {
        self.begin(what);
        let done = stage();
        self.end();
        done
    }
}

/// Listens to a crawl and says how far it is. A clone listens to the same crawl.
#[derive(Clone)]
pub(crate) struct Progress(Arc<Mutex<Shown>>);

struct Shown {
    bar: Option<ProgressBar>,
    is_quiet: bool,
    tally: Tally,
    events: Option<Events>,
    ticks: u32,
}

impl Progress {
    /// A bar where stderr is a terminal, lines elsewhere, nothing when quiet; and events where
    /// they are asked for. Events on stderr are alone there.
    pub(crate) fn open(brief: &Brief, is_quiet: bool, watch: &WatchArgs) -> anyhow::Result<Self> {
        let file = watch.events_file.as_deref();
        let events = watch.events.map(|EventsFormat::Ndjson| Events::open(file));
        let is_quiet = is_quiet || watch.take_stderr();
        Ok(Self::new(brief, is_quiet, events.transpose()?))
    }

    fn new(brief: &Brief, is_quiet: bool, events: Option<Events>) -> Self {
        let bar = (!is_quiet && std::io::stderr().is_terminal()).then(|| {
            let bar = ProgressBar::new(0);
            let style = ProgressStyle::with_template("{spinner} {bar:30} {wide_msg}");
            if let Ok(style) = style {
                bar.set_style(style);
            }
            bar
        });
        Self(Arc::new(Mutex::new(Shown {
            bar,
            is_quiet,
            tally: Tally::new(brief),
            events,
            ticks: 0,
        })))
    }

    fn shown(&self) -> MutexGuard<'_, Shown> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells every second how far the crawl is, also while all wait; ends when it is dropped.
    pub(crate) async fn tick(self) {
        let mut clock = tokio::time::interval(TICK);
        clock.tick().await;
        loop {
            clock.tick().await;
            self.shown().tick();
        }
    }

    /// Tells what came of the crawl.
    pub(crate) fn summary(&self, coverage: &Coverage) {
        self.shown().summary(coverage);
    }
}

impl Shown {
    fn tick(&mut self) {
        let pace = self.tally.pace();
        self.ticks += 1;
        if let Some(bar) = &self.bar {
            bar.set_length(self.tally.done + self.tally.waiting);
            bar.set_position(self.tally.done);
            bar.set_message(pace.line(&self.tally));
        }
        if let Some(events) = &mut self.events {
            events.tick(&self.tally, &pace);
        }
        let is_due = self.ticks.is_multiple_of(LINE_EVERY);
        if is_due && self.bar.is_none() && !self.is_quiet {
            say(&pace.line(&self.tally));
        }
    }

    fn note(&self, line: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| say(line)),
            None if !self.is_quiet => say(line),
            None => {}
        }
    }

    fn stopped(&mut self, reason: StopReason) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
        if !self.is_quiet {
            let tally = &self.tally;
            say(&format!(
                "{} addresses in {:.1} s; the crawl ended: {reason}",
                tally.visited + tally.declined,
                tally.seconds()
            ));
        }
    }

    fn summary(&mut self, coverage: &Coverage) {
        if let Some(events) = &mut self.events {
            events.summary(&self.tally, coverage);
        }
        if self.is_quiet || self.tally.outcomes.is_empty() {
            return;
        }
        let outcomes: Vec<String> = self
            .tally
            .outcomes
            .iter()
            .map(|(word, addresses)| format!("{word}: {addresses}"))
            .collect();
        say(&format!("outcomes: {}", outcomes.join(", ")));
    }

    fn on(&mut self, event: &CrawlEvent<'_>) {
        self.tally.on(event);
        if let Some(events) = &mut self.events {
            events.on(event);
        }
        match event {
            CrawlEvent::Resumed { done, waiting } => self.note(&format!(
                "going on with the case: {done} addresses done, {waiting} waiting"
            )),
            CrawlEvent::HostDelayed { host, pause } => {
                self.note(&format!("{host} asked for {:.0} s", pause.as_secs_f64()));
            }
            CrawlEvent::CrawlDelayCapped { host, asked, given } => self.note(&format!(
                "{host} asks for {} between requests and gets {:.0} s",
                if *asked > A_DAY {
                    "more than a day".to_owned()
                } else {
                    format!("{:.0} s", asked.as_secs_f64())
                },
                given.as_secs_f64()
            )),
            CrawlEvent::Stopped(reason) => self.stopped(*reason),
            _ => {}
        }
    }
}

impl Watcher for Progress {
    fn on(&mut self, event: &CrawlEvent<'_>) {
        self.shown().on(event);
    }
}

//! Progress on stderr: a bar for a person, plain lines for a log.

use std::io::IsTerminal as _;
use std::time::{Duration, Instant};

use crawl::{CrawlEvent, Watcher};
use indicatif::{ProgressBar, ProgressStyle};
use model::StopReason;

use crate::output::say;

/// Time between two plain lines.
const LINE_EVERY: Duration = Duration::from_secs(5);

/// A crawl-delay beyond it is no number of seconds that anyone means.
const A_DAY: Duration = Duration::from_secs(86_400);

/// Listens to a crawl and says how far it is.
pub(crate) struct Progress {
    bar: Option<ProgressBar>,
    is_quiet: bool,
    begun: Instant,
    last_line: Instant,
    visited: u64,
}

impl Progress {
    /// A bar where stderr is a terminal, lines elsewhere, nothing when quiet.
    pub(crate) fn new(is_quiet: bool) -> Self {
        let bar = (!is_quiet && std::io::stderr().is_terminal()).then(|| {
            let bar = ProgressBar::new(0);
            let style = ProgressStyle::with_template(
                "{spinner} {bar:30} {pos}/{len} addresses  {per_sec}  {wide_msg}",
            );
            if let Ok(style) = style {
                bar.set_style(style);
            }
            bar
        });
        let now = Instant::now();
        Self {
            bar,
            is_quiet,
            begun: now,
            last_line: now,
            visited: 0,
        }
    }

    fn step(&mut self, done: u64, waiting: u64, at: &str) {
        self.visited += 1;
        if let Some(bar) = &self.bar {
            bar.set_length(done + waiting);
            bar.set_position(done);
            bar.set_message(at.to_owned());
        } else if !self.is_quiet && self.last_line.elapsed() >= LINE_EVERY {
            self.last_line = Instant::now();
            say(&format!("{done} addresses done, {waiting} waiting"));
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
        let seconds = self.begun.elapsed().as_secs_f64();
        if !self.is_quiet {
            say(&format!(
                "{} addresses in {seconds:.1} s; the crawl ended: {reason}",
                self.visited
            ));
        }
    }
}

impl Watcher for Progress {
    fn on(&mut self, event: &CrawlEvent<'_>) {
        match event {
            CrawlEvent::Resumed { done, waiting } => self.note(&format!(
                "going on with the case: {done} addresses done, {waiting} waiting"
            )),
            CrawlEvent::Visited {
                address,
                done,
                waiting,
                ..
            }
            | CrawlEvent::Declined {
                address,
                done,
                waiting,
                ..
            } => self.step(*done, *waiting, address.as_str()),
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

//! `--events ndjson`: what happens in a crawl, one JSON object a line, for other programs.
//!
//! The form is documented in docs/crawling.md and has a version. Header fields, cookies and
//! bodies are never in it; addresses are those of the case.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::Path;
use std::time::SystemTime;

use anyhow::Context as _;
use crawl::CrawlEvent;
use model::{Coverage, Reply, Timestamp};
use serde_json::{Value, json};

use crate::output;
use crate::tally::{Pace, Tally};

/// Version of the form: raised when a field changes its meaning or goes. New fields and new
/// events do not raise it.
const VERSION: u32 = 1;

/// Writes events, each with a number and the time.
pub(crate) struct Events {
    out: Box<dyn Write + Send>,
    number: u64,
    /// A reader that went away is told of once, and the crawl goes on.
    is_broken: bool,
}

impl Events {
    /// Appends to a file, or writes to stderr where none is named.
    pub(crate) fn open(file: Option<&Path>) -> anyhow::Result<Self> {
        let out: Box<dyn Write + Send> = match file {
            None => Box::new(io::stderr()),
            Some(path) => {
                let file = OpenOptions::new().create(true).append(true).open(path);
                let file =
                    file.with_context(|| format!("cannot write the events to {}", path.display()))?;
                Box::new(io::LineWriter::new(file))
            }
        };
        Ok(Self {
            out,
            number: 0,
            is_broken: false,
        })
    }

    /// Writes one event of the crawl.
    pub(crate) fn on(&mut self, event: &CrawlEvent<'_>) {
        if let Some((name, fields)) = said(event) {
            self.write(name, fields);
        }
    }

    /// How far the crawl is.
    pub(crate) fn tick(&mut self, tally: &Tally, pace: &Pace) {
        self.write("tick", tick(tally, pace));
    }

    /// What came of the crawl.
    pub(crate) fn summary(&mut self, tally: &Tally, coverage: &Coverage) {
        self.write(
            "summary",
            json!({
                "seen": coverage.seen,
                "landings": coverage.landings,
                "unseen": coverage.unseen,
                "unseen_landings": coverage.unseen_landings,
                "stop": coverage.stop,
                "whole": coverage.is_whole(),
                "body_bytes": coverage.body_bytes,
                "outcomes": tally.outcomes,
                "seconds": tally.seconds(),
            }),
        );
    }

    fn write(&mut self, name: &str, fields: Value) {
        if self.is_broken {
            return;
        }
        self.number += 1;
        let mut line = json!({
            "v": VERSION,
            "n": self.number,
            "at": Timestamp::from(SystemTime::now()),
            "event": name,
        });
        if let (Some(line), Value::Object(fields)) = (line.as_object_mut(), fields) {
            line.extend(fields);
        }
        if let Err(wrong) = writeln!(self.out, "{line}").and_then(|()| self.out.flush()) {
            self.is_broken = true;
            output::warn(&anyhow::Error::new(wrong).context("no more events are written"));
        }
    }
}

/// The name and the fields of an event.
fn said(event: &CrawlEvent<'_>) -> Option<(&'static str, Value)> {
    Some(match event {
        CrawlEvent::Resumed { done, waiting } => {
            ("resumed", json!({"done": done, "waiting": waiting}))
        }
        CrawlEvent::Visited {
            address,
            outcome,
            in_scope,
            done,
            waiting,
        } => {
            let mut fields = json!({
                "address": address,
                "in_scope": in_scope,
                "done": done,
                "waiting": waiting,
            });
            match outcome {
                Reply::Answered(answer) => {
                    fields["status"] = json!(answer.status);
                    fields["body_bytes"] = json!(answer.body.len());
                    fields["cut"] = json!(answer.cut);
                }
                Reply::Unreachable(why) => fields["unreachable"] = json!(why),
                Reply::Declined(why) => fields["declined"] = json!(why),
            }
            ("visited", fields)
        }
        CrawlEvent::Declined {
            address,
            why,
            in_scope,
            done,
            waiting,
        } => (
            "declined",
            json!({
                "address": address,
                "why": why,
                "in_scope": in_scope,
                "done": done,
                "waiting": waiting,
            }),
        ),
        CrawlEvent::NotOffered { address, addresses } => (
            "not-offered",
            json!({"address": address, "addresses": addresses}),
        ),
        CrawlEvent::HostDelayed { host, pause } => (
            "host-delayed",
            json!({"host": host, "seconds": pause.as_secs_f64()}),
        ),
        CrawlEvent::CrawlDelayCapped { host, asked, given } => (
            "crawl-delay-capped",
            json!({
                "host": host,
                "asked_seconds": asked.as_secs_f64(),
                "given_seconds": given.as_secs_f64(),
            }),
        ),
        CrawlEvent::Stopped(reason) => ("stopped", json!({"stop": reason})),
        _ => return None,
    })
}

fn tick(tally: &Tally, pace: &Pace) -> Value {
    let hosts: Vec<Value> = pace
        .resting
        .iter()
        .map(|(host, left)| json!({"host": host, "seconds": left.as_secs_f64()}))
        .collect();
    json!({
        "done": tally.done,
        "waiting": tally.waiting,
        "body_bytes": tally.body_bytes,
        "per_second": pace.per_second,
        "seconds": tally.seconds(),
        "pages_left": pace.pages_left,
        "bytes_left": pace.bytes_left,
        "seconds_left": pace.seconds_left,
        "to_go_seconds": pace.to_go.map(|left| left.as_secs()),
        "resting": hosts,
    })
}

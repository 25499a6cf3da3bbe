//! Judging the case again, beside what the pages show meanwhile.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use askama::Template;
use axum::http::StatusCode;
use model::Fingerprint;

use crate::answer::Reply;
use crate::ask::Ask;
use crate::desk::{Desk, Row, Standing};
use crate::frame::{Frame, Here, Trouble};

/// Findings that came or went, of which each is listed.
const LISTED: usize = 200;

/// Whether the case is being judged again, and what came of the last time.
#[derive(Debug, Default)]
pub(crate) enum Judging {
    /// Nobody has asked for it.
    #[default]
    Never,
    /// Since then.
    Now(Instant),
    /// It changed this.
    Done(Difference),
    /// It could not be done.
    Failed(String),
}

/// What a new judgement changed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Difference {
    pub(crate) gone: Vec<String>,
    pub(crate) new: Vec<String>,
    pub(crate) before: usize,
    pub(crate) after: usize,
    pub(crate) millis: u128,
}

impl Difference {
    /// Of the findings before and after.
    fn of(before: &[Row], after: &[Row], millis: u128) -> Self {
        let named = |rows: &[Row]| -> BTreeMap<Fingerprint, String> {
            let told = |row: &Row| format!("{} · {} → {}", row.detector, row.listing, row.target);
            rows.iter()
                .map(|row| (row.fingerprint.clone(), told(row)))
                .collect()
        };
        let (old, young) = (named(before), named(after));
        let only = |these: &BTreeMap<Fingerprint, String>,
                    those: &BTreeMap<Fingerprint, String>| {
            (these.iter())
                .filter(|(fingerprint, _)| !those.contains_key(*fingerprint))
                .map(|(_, told)| report::shortened(told, 200))
                .collect()
        };
        Self {
            gone: only(&old, &young),
            new: only(&young, &old),
            before: before.len(),
            after: after.len(),
            millis,
        }
    }
}

#[derive(Template)]
#[template(path = "judging.html")]
struct JudgingPage {
    frame: Frame,
    seconds: Option<u64>,
    failed: String,
    done: Option<Difference>,
    listed: usize,
}

/// How it stands. The page loads itself again until it is done.
pub(crate) fn show(desk: &Arc<Desk>, ask: &Ask) -> Result<Reply, Trouble> {
    let frame = Frame::of(desk, ask, Here::Elsewhere, "Judging again")?;
    let mut page = JudgingPage {
        frame,
        seconds: None,
        failed: String::new(),
        done: None,
        listed: LISTED,
    };
    match &*desk.judging() {
        Judging::Never => {}
        Judging::Now(since) => page.seconds = Some(since.elapsed().as_secs()),
        Judging::Done(difference) => page.done = Some(difference.clone()),
        Judging::Failed(why) => page.failed.clone_from(why),
    }
    Ok(Reply::Page {
        status: StatusCode::OK,
        again_after: page.seconds.map(|_| 1),
        html: page.render()?,
        nonce: ask.nonce.clone(),
    })
}

/// Begins, unless it has begun, and shows how it stands.
pub(crate) fn begin(desk: &Arc<Desk>, _: &Ask) -> Result<Reply, Trouble> {
    start(desk)?;
    Ok(Reply::Onward("/judge".to_owned()))
}

/// Begins to judge on a thread of its own, unless somebody has.
pub(crate) fn start(desk: &Arc<Desk>) -> Result<(), Trouble> {
    {
        let mut judging = desk.judging();
        if matches!(*judging, Judging::Now(_)) {
            return Ok(());
        }
        *judging = Judging::Now(Instant::now());
    }
    let desk = Arc::clone(desk);
    std::thread::Builder::new()
        .name("judging".to_owned())
        .spawn(move || {
            let became = judge(&desk).unwrap_or_else(Judging::Failed);
            *desk.judging() = became;
        })?;
    Ok(())
}

/// Judges and puts the new judgement in place of the old one.
fn judge(desk: &Arc<Desk>) -> Result<Judging, String> {
    let since = Instant::now();
    let told = |error: &dyn std::fmt::Display| report::legible(&error.to_string());
    let (journal, _) = desk.journal().map_err(|error| told(&error))?;
    let judge = desk.judge();
    // A judgement that panics must not leave the desk saying that it goes on.
    let judged = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| judge()))
        .map_err(|_| "the judgement broke off; what stood before it stands".to_owned())?
        .map_err(|error| told(&error))?;
    let new = Standing::of(judged, journal.entries().len() as u64);
    let mut standing = desk.standing();
    let millis = since.elapsed().as_millis();
    let difference = Difference::of(&standing.rows, &new.rows, millis);
    *standing = new;
    Ok(Judging::Done(difference))
}

//! The trail of what was decided, the latest first.

use std::sync::Arc;

use askama::Template;
use axum::http::StatusCode;
use model::{Change, Decision, JournalEntry};

use crate::answer::Reply;
use crate::ask::{Ask, address};
use crate::desk::Desk;
use crate::frame::{Frame, Here, Trouble, told};

/// Entries of one page.
const ENTRIES: usize = 100;

/// An entry as pages show it.
pub(crate) struct EntryView {
    pub(crate) number: u64,
    pub(crate) at: String,
    pub(crate) reviewer: String,
    /// The decision as a word of style.
    pub(crate) decision: &'static str,
    pub(crate) told: String,
    pub(crate) about: String,
    /// Where the desk shows it.
    pub(crate) address: String,
    pub(crate) reason: String,
    pub(crate) previous: String,
}

impl EntryView {
    /// Of an entry.
    pub(crate) fn of(entry: &JournalEntry) -> Self {
        let (about, place, decision) = match &entry.change {
            Change::Finding {
                fingerprint,
                decision,
            } => (
                format!("finding {}", fingerprint.as_str()),
                format!("/finding/{}", fingerprint.as_str()),
                decision.as_str(),
            ),
            Change::Page {
                address: page,
                label,
            } => (
                report::legible(page.as_str()),
                address("/page", &[("address", page.as_str())]),
                match label {
                    Some(_) => "labelled",
                    None => Decision::Undone.as_str(),
                },
            ),
        };
        Self {
            number: entry.number,
            at: entry.at.to_string(),
            reviewer: report::legible(&entry.reviewer),
            decision,
            told: told(entry),
            about,
            address: place,
            reason: report::legible(&entry.reason),
            previous: entry.previous.to_string(),
        }
    }
}

#[derive(Template)]
#[template(path = "decisions.html")]
struct DecisionsPage {
    frame: Frame,
    entries: Vec<EntryView>,
    earlier: String,
    later: String,
    place: String,
}

/// The trail.
pub(crate) fn show(desk: &Arc<Desk>, ask: &Ask) -> Result<Reply, Trouble> {
    let frame = Frame::of(desk, ask, Here::Decisions, "Decisions")?;
    let (journal, _) = desk.journal()?;
    let pages = journal.entries().len().div_ceil(ENTRIES).max(1);
    let asked = ask
        .query
        .number("page")
        .and_then(|page| usize::try_from(page).ok());
    let page = asked.unwrap_or(1).clamp(1, pages);
    let to = |page: usize| address("/decisions", &[("page", &page.to_string())]);
    let latest = journal.entries().iter().rev();
    let html = DecisionsPage {
        frame,
        entries: latest
            .skip((page - 1) * ENTRIES)
            .take(ENTRIES)
            .map(EntryView::of)
            .collect(),
        earlier: if page > 1 {
            to(page - 1)
        } else {
            String::new()
        },
        later: if page < pages {
            to(page + 1)
        } else {
            String::new()
        },
        place: format!("Page {page} of {pages}"),
    }
    .render()?;
    Ok(Reply::page(StatusCode::OK, html, &ask.nonce))
}

//! What every page has around it, and the page that tells what went wrong.

use std::sync::Arc;

use askama::Template;
use axum::http::StatusCode;
use case::JournalError;
use model::{Change, JournalEntry};

use crate::answer::Reply;
use crate::ask::Ask;
use crate::desk::Desk;

/// The style of the desk, after that of the report.
const STYLE: &str = include_str!("../templates/review.css");
/// The one script of the desk. Without it everything works, with whole pages.
const SCRIPT: &str = include_str!("../templates/review.js");

/// What every page has around it.
pub(crate) struct Frame {
    pub(crate) title: String,
    pub(crate) nonce: String,
    pub(crate) form: String,
    /// Which part of the desk it is.
    pub(crate) here: Here,
    /// What became of the last change, in a sentence; empty where there was none.
    pub(crate) said: String,
    /// Labels that were corrected since the judgement.
    pub(crate) unjudged: usize,
    pub(crate) judged_by: String,
    pub(crate) entries: usize,
}

/// Parts of the desk that can be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Here {
    /// The list of findings, and one of them.
    Findings,
    /// What was decided.
    Decisions,
    /// Pages and what is around them.
    Pages,
    /// Something else.
    Elsewhere,
}

impl Frame {
    /// Of a page that is asked for.
    pub(crate) fn of(desk: &Desk, ask: &Ask, here: Here, title: &str) -> Result<Self, Trouble> {
        let (journal, _) = desk.journal()?;
        let standing = desk.standing();
        let later = journal.entries().iter();
        let unjudged = later
            .filter(|entry| {
                entry.number > standing.entries && matches!(entry.change, Change::Page { .. })
            })
            .count();
        Ok(Self {
            title: title.to_owned(),
            nonce: ask.nonce.clone(),
            form: ask.visitor.form.clone(),
            here,
            said: said(ask, journal.entries()),
            unjudged,
            judged_by: standing.judged_by.clone(),
            entries: journal.entries().len(),
        })
    }

    /// The style of the page.
    pub(crate) fn style(&self) -> String {
        format!("{}{STYLE}", report::STYLE)
    }

    /// The script of the page.
    pub(crate) const fn script(&self) -> &'static str {
        SCRIPT
    }

    /// Whether it is this part of the desk.
    pub(crate) fn is(&self, word: &str) -> bool {
        let own = match self.here {
            Here::Findings => "findings",
            Here::Decisions => "decisions",
            Here::Pages => "pages",
            Here::Elsewhere => "",
        };
        own == word
    }
}

/// What the address says of the change before, if the journal bears it out: `kept=12`, or `kept=12-15`.
fn said(ask: &Ask, entries: &[JournalEntry]) -> String {
    let kept = ask.query.of("kept");
    let (first, last) = kept.split_once('-').unwrap_or((kept, kept));
    let (Ok(first), Ok(last)) = (first.parse::<usize>(), last.parse::<usize>()) else {
        return String::new();
    };
    let Some(entry) = last.checked_sub(1).and_then(|place| entries.get(place)) else {
        return String::new();
    };
    let what = told(entry);
    match last.saturating_sub(first) + 1 {
        1 => format!("Kept as entry {last}: {what}."),
        many => format!("Kept {many} entries, {first} to {last}: {what}."),
    }
}

/// What an entry says, in a few words.
pub(crate) fn told(entry: &JournalEntry) -> String {
    match &entry.change {
        Change::Finding { decision, .. } => decision.to_string(),
        Change::Page { label: None, .. } => "label taken back".to_owned(),
        Change::Page {
            label: Some(label), ..
        } => match &label.category {
            None => format!("labelled {}", report::policy_words(label.policy)),
            Some(category) => format!(
                "labelled {} ({})",
                report::policy_words(label.policy),
                report::legible(&category.0)
            ),
        },
    }
}

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Trouble {
    /// What was asked for is not there.
    #[error("{0}")]
    Nothing(&'static str),
    /// What was sent cannot be kept.
    #[error("{0}")]
    Unfit(String),
    /// The decisions cannot be read or kept.
    #[error("{0}")]
    Journal(#[from] JournalError),
    /// The system has no random numbers.
    #[error("the system gives no random numbers: {0}")]
    Random(#[from] getrandom::Error),
    /// A page could not be written.
    #[error("{0}")]
    Written(#[from] askama::Error),
    /// A file could not be written.
    #[error("{0}")]
    Made(#[from] std::io::Error),
}

#[derive(Template)]
#[template(path = "trouble.html")]
struct TroublePage {
    frame: Frame,
    told: String,
}

impl Trouble {
    /// What was asked for is not there.
    pub(crate) const fn nothing(told: &'static str) -> Self {
        Self::Nothing(told)
    }

    const fn status(&self) -> StatusCode {
        match self {
            Self::Nothing(_) => StatusCode::NOT_FOUND,
            Self::Unfit(_)
            | Self::Journal(JournalError::Unsaid(_) | JournalError::NothingToUndo) => {
                StatusCode::UNPROCESSABLE_ENTITY
            }
            Self::Journal(JournalError::Meanwhile(_)) => StatusCode::CONFLICT,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The page that tells it.
    pub(crate) fn shown(&self, desk: &Desk, ask: &Ask) -> Reply {
        let made = Frame::of(desk, ask, Here::Elsewhere, "This did not work")
            .ok()
            .and_then(|frame| {
                let told = report::legible(&self.to_string());
                TroublePage { frame, told }.render().ok()
            });
        match made {
            Some(html) => Reply::page(self.status(), html, &ask.nonce),
            None => Reply::Sentence {
                status: StatusCode::INTERNAL_SERVER_ERROR,
                text: "The decisions of the case cannot be read: check it with `sidedoor verify`.",
            },
        }
    }
}

#[derive(Template)]
#[template(path = "invitation.html")]
struct InvitationPage {
    frame: Frame,
    address: String,
}

/// The page that shows an invitation.
pub(crate) fn invitation(desk: &Arc<Desk>, ask: &Ask, address: &str) -> Result<Reply, Trouble> {
    let page = InvitationPage {
        frame: Frame::of(desk, ask, Here::Elsewhere, "An invitation")?,
        address: address.to_owned(),
    };
    Ok(Reply::page(StatusCode::OK, page.render()?, &ask.nonce))
}

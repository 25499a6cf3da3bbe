//! Keeping a decision about a finding, and those about the same listing and target.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::http::StatusCode;
use case::{JournalError, NewEntry, decide_all};
use model::{Change, Decision, Fingerprint, JournalEntry};

use crate::answer::Reply;
use crate::ask::{Ask, Fields};
use crate::desk::{Desk, now};
use crate::filter::Filter;
use crate::finding;
use crate::frame::Trouble;

/// What a reviewer typed into a form of decisions.
#[derive(Debug, Clone, Default)]
pub(crate) struct Typed {
    pub(crate) decision: Option<Decision>,
    pub(crate) reason: String,
    pub(crate) reviewer: String,
    /// Fingerprints of further findings.
    pub(crate) also: Vec<String>,
    /// What another reviewer decided meanwhile.
    pub(crate) meanwhile: Option<JournalEntry>,
    /// Why it was not kept.
    pub(crate) wrong: String,
}

impl Typed {
    /// Reads a form.
    pub(crate) fn of(form: &Fields) -> Self {
        Self {
            decision: decision_named(form.of("decision")),
            reason: form.of("reason").to_owned(),
            reviewer: form.of("reviewer").to_owned(),
            also: form.all("also").map(str::to_owned).collect(),
            ..Self::default()
        }
    }

    /// The same with the reason for which it was not kept.
    pub(crate) fn refused(mut self, error: JournalError) -> Result<(Self, StatusCode), Trouble> {
        let status = match error {
            JournalError::Meanwhile(entry) => {
                self.meanwhile = Some(*entry);
                StatusCode::CONFLICT
            }
            JournalError::Unsaid(_) | JournalError::NothingToUndo => {
                self.wrong = format!("Nothing was kept: {error}.");
                StatusCode::UNPROCESSABLE_ENTITY
            }
            error @ (JournalError::Disk { .. }
            | JournalError::NoFile { .. }
            | JournalError::Head { .. }) => {
                let told = report::legible(&error.to_string());
                self.wrong = format!("Nothing was kept: {told}.");
                StatusCode::INTERNAL_SERVER_ERROR
            }
            other => return Err(other.into()),
        };
        Ok((self, status))
    }

    /// The entry about a finding.
    pub(crate) fn entry(&self, fingerprint: &Fingerprint, decision: Decision) -> NewEntry {
        NewEntry {
            at: now(),
            reviewer: self.reviewer.clone(),
            change: Change::Finding {
                fingerprint: fingerprint.clone(),
                decision,
            },
            reason: self.reason.clone(),
        }
    }
}

/// A decision by its word.
pub(crate) fn decision_named(word: &str) -> Option<Decision> {
    let mut all = Decision::ALL.iter().copied();
    all.find(|decision| decision.as_str() == word)
}

/// The name of what was kept in the address of the next page.
pub(crate) fn kept(entries: &[JournalEntry]) -> String {
    match entries {
        [] => String::new(),
        [one] => one.number.to_string(),
        [first, .., last] => format!("{}-{}", first.number, last.number),
    }
}

/// Keeps a decision and shows the finding again.
pub(crate) fn keep(desk: &Arc<Desk>, ask: &Ask) -> Result<Reply, Trouble> {
    let typed = Typed::of(&ask.form);
    let filter = Filter::of(&Fields::read(ask.form.of("filter").as_bytes()));
    let text = ask.form.of("fingerprint");
    desk.sessions().name(&ask.visitor, &typed.reviewer);
    let Some(decision) = typed.decision else {
        let typed = Typed {
            wrong: "Nothing was kept: choose confirmed, dismissed or unclear.".to_owned(),
            ..typed
        };
        return finding::page(
            desk,
            ask,
            text,
            &filter,
            &typed,
            StatusCode::UNPROCESSABLE_ENTITY,
        );
    };
    let new = {
        let standing = desk.standing();
        // A finding that is named twice is decided once.
        let mut named = BTreeSet::new();
        let also = typed.also.iter().map(String::as_str);
        let meant = std::iter::once(text).chain(also);
        let meant = meant.filter(|text| named.insert(*text));
        let found = meant.map(|text| standing.find(text));
        let fingerprints: Option<Vec<&Fingerprint>> = found
            .map(|found| found.map(|(fingerprint, _)| fingerprint))
            .collect();
        let fingerprints = fingerprints.ok_or(Trouble::nothing(
            "the case has no finding of this fingerprint; nothing was kept",
        ))?;
        (fingerprints.into_iter())
            .map(|fingerprint| typed.entry(fingerprint, decision))
            .collect()
    };
    // An unreadable number means that nothing was seen.
    let seen = ask.form.number("seen").unwrap_or(0);
    match decide_all(desk.folder(), new, Some(seen)) {
        Ok(entries) => Ok(Reply::Onward(
            filter.address(&format!("/finding/{text}"), &[("kept", &kept(&entries))]),
        )),
        Err(error) => {
            let (typed, status) = typed.refused(error)?;
            finding::page(desk, ask, text, &filter, &typed, status)
        }
    }
}

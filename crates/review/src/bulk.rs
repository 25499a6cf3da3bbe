//! One decision about many findings: the set is shown and listed before it is kept.

use std::collections::BTreeSet;
use std::sync::Arc;

use askama::Template;
use axum::http::StatusCode;
use case::{NewEntry, decide_all};
use model::{BodyHash, Decision, Fingerprint};

use crate::answer::Reply;
use crate::ask::{Ask, Fields};
use crate::decide::{Typed, kept};
use crate::desk::{Decisions, Desk, Standing};
use crate::filter::Filter;
use crate::frame::{Frame, Here, Trouble};
use crate::journal::EntryView;
use crate::list::RowView;

/// Findings of the set that one page lists; the others are on further pages.
const ROWS: usize = 200;

#[derive(Template)]
#[template(path = "bulk.html")]
struct BulkPage {
    frame: Frame,
    rows: Vec<RowView>,
    told: String,
    chosen: String,
    filter: String,
    list: String,
    digest: String,
    seen: u64,
    decided: usize,
    earlier: String,
    later: String,
    place: String,
    decision: String,
    reason: String,
    reviewer: String,
    meanwhile: Option<EntryView>,
    wrong: String,
}

/// The findings that are meant.
struct Meant {
    filter: Filter,
    places: Vec<usize>,
    fingerprints: BTreeSet<Fingerprint>,
}

impl Meant {
    fn of(filter: Filter, standing: &Standing, decisions: &Decisions) -> Self {
        let places = filter.places(&standing.rows, decisions);
        let rows = places.iter().filter_map(|place| standing.rows.get(*place));
        Self {
            fingerprints: rows.map(|row| row.fingerprint.clone()).collect(),
            filter,
            places,
        }
    }

    /// Identity of the set, so that what is kept is what was shown.
    fn digest(&self) -> String {
        let texts: Vec<&str> = self.fingerprints.iter().map(Fingerprint::as_str).collect();
        BodyHash::of(texts.join(" ").as_bytes()).to_string()
    }
}

/// The set that a filter means, with the form.
pub(crate) fn show(desk: &Arc<Desk>, ask: &Ask) -> Result<Reply, Trouble> {
    let filter = Filter::of(&ask.query);
    page(desk, ask, filter, &Typed::default(), StatusCode::OK)
}

fn page(
    desk: &Arc<Desk>,
    ask: &Ask,
    filter: Filter,
    typed: &Typed,
    status: StatusCode,
) -> Result<Reply, Trouble> {
    let frame = Frame::of(desk, ask, Here::Findings, "Decide many findings")?;
    let (journal, decisions) = desk.journal()?;
    let standing = desk.standing();
    let meant = Meant::of(filter, &standing, &decisions);
    let decided = meant.fingerprints.iter();
    let pages = meant.places.len().div_ceil(ROWS).max(1);
    let asked = usize::try_from(ask.query.number("page").unwrap_or(1)).unwrap_or(usize::MAX);
    let number = asked.clamp(1, pages);
    let to = |page: usize| match page {
        page if (1..=pages).contains(&page) => meant
            .filter
            .address("/bulk", &[("page", &page.to_string())]),
        _ => String::new(),
    };
    let rows = (meant.places.iter().skip((number - 1) * ROWS).take(ROWS))
        .filter_map(|place| standing.rows.get(*place));
    let html = BulkPage {
        frame,
        told: report::counted(meant.fingerprints.len() as u64, "finding", "findings"),
        chosen: meant.filter.told(),
        filter: meant
            .filter
            .address("", &[])
            .trim_start_matches('?')
            .to_owned(),
        list: meant.filter.address("/", &[]),
        digest: meant.digest(),
        seen: journal.entries().len() as u64,
        earlier: to(number - 1),
        later: to(number + 1),
        place: format!("Page {number} of {pages}"),
        decided: decided.filter(|one| decisions.contains_key(*one)).count(),
        rows: rows
            .map(|row| RowView::of(row, &meant.filter, &decisions))
            .collect(),
        decision: typed.decision.map_or("", Decision::as_str).to_owned(),
        reason: typed.reason.clone(),
        reviewer: if typed.reviewer.is_empty() {
            ask.visitor.reviewer.clone()
        } else {
            typed.reviewer.clone()
        },
        meanwhile: typed.meanwhile.as_ref().map(EntryView::of),
        wrong: typed.wrong.clone(),
    }
    .render()?;
    Ok(Reply::page(status, html, &ask.nonce))
}

/// Keeps one decision about all of them, or none.
pub(crate) fn keep(desk: &Arc<Desk>, ask: &Ask) -> Result<Reply, Trouble> {
    let typed = Typed::of(&ask.form);
    let filter = Filter::of(&Fields::read(ask.form.of("filter").as_bytes()));
    desk.sessions().name(&ask.visitor, &typed.reviewer);
    let Some(decision) = typed.decision else {
        let typed = Typed {
            wrong: "Nothing was kept: choose a decision.".to_owned(),
            ..typed
        };
        return page(desk, ask, filter, &typed, StatusCode::UNPROCESSABLE_ENTITY);
    };
    let (_, decisions) = desk.journal()?;
    let meant = Meant::of(filter, &desk.standing(), &decisions);
    if meant.digest() != ask.form.of("digest") {
        let typed = Typed {
            wrong: "Nothing was kept: other findings are meant now than those that were listed, because \
                    somebody decided some of them or the case was judged again. Look at the list below \
                    and keep the decision again."
                .to_owned(),
            ..typed
        };
        return page(desk, ask, meant.filter, &typed, StatusCode::CONFLICT);
    }
    let is_meant = |fingerprint: &&Fingerprint| {
        decision != Decision::Undone || decisions.contains_key(*fingerprint)
    };
    let new: Vec<NewEntry> = (meant.fingerprints.iter())
        .filter(is_meant)
        .map(|fingerprint| typed.entry(fingerprint, decision))
        .collect();
    if new.is_empty() {
        let typed = Typed {
            wrong: "Nothing was kept: there is nothing that could be decided so.".to_owned(),
            ..typed
        };
        return page(
            desk,
            ask,
            meant.filter,
            &typed,
            StatusCode::UNPROCESSABLE_ENTITY,
        );
    }
    match decide_all(desk.folder(), new, ask.form.number("seen").or(Some(0))) {
        Ok(entries) => Ok(Reply::Onward(
            meant.filter.address("/", &[("kept", &kept(&entries))]),
        )),
        Err(error) => {
            let (typed, status) = typed.refused(error)?;
            page(desk, ask, meant.filter, &typed, status)
        }
    }
}

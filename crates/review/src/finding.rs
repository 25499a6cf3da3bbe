//! The page of a finding: its card as in the report, the decision, what was decided before.

use std::sync::Arc;

use askama::Template;
use axum::http::StatusCode;
use model::{Decision, Fingerprint, JournalEntry, PageUrl, VantageId};

use crate::answer::Reply;
use crate::ask::{Ask, address};
use crate::decide::Typed;
use crate::desk::{Decisions, Desk, Standing, decision};
use crate::filter::Filter;
use crate::frame::{Frame, Here, Trouble};
use crate::journal::EntryView;
use crate::judged::reported;

/// Cards of one page: findings that share a fingerprint have one each.
const CARDS: usize = 5;

#[derive(Template)]
#[template(path = "finding.html")]
pub(crate) struct FindingPage {
    frame: Frame,
    place: String,
    list: String,
    earlier: String,
    later: String,
    undecided: String,
    statement: String,
    severity: &'static str,
    form: DecisionForm,
    history: Vec<EntryView>,
    undo: bool,
    pages: Vec<PageLink>,
    cards: Vec<String>,
    left_out: usize,
    gone: bool,
}

/// What is typed into the form of a decision, and what it is about.
pub(crate) struct DecisionForm {
    fingerprint: String,
    filter: String,
    seen: u64,
    decision: String,
    reason: String,
    reviewer: String,
    others: Vec<Other>,
    /// What another reviewer decided while this one was typing.
    meanwhile: Option<EntryView>,
    wrong: String,
}

/// Another finding about the same listing and target.
struct Other {
    fingerprint: String,
    detector: &'static str,
    decision: &'static str,
    is_chosen: bool,
}

/// A page of the walk.
struct PageLink {
    role: &'static str,
    page: String,
    source: String,
    around: String,
}

/// The page.
pub(crate) fn show(desk: &Arc<Desk>, ask: &Ask) -> Result<Reply, Trouble> {
    let filter = Filter::of(&ask.query);
    page(
        desk,
        ask,
        ask.last(),
        &filter,
        &Typed::default(),
        StatusCode::OK,
    )
}

/// The page with what was typed, and what became of it.
pub(crate) fn page(
    desk: &Arc<Desk>,
    ask: &Ask,
    fingerprint: &str,
    filter: &Filter,
    typed: &Typed,
    status: StatusCode,
) -> Result<Reply, Trouble> {
    let (journal, decisions) = desk.journal()?;
    let frame = Frame::of(desk, ask, Here::Findings, "Finding")?;
    let standing = desk.standing();
    let about = |entry: &&JournalEntry| matches!(&entry.change, model::Change::Finding { fingerprint: own, .. } if own.as_str() == fingerprint);
    let entries: Vec<&JournalEntry> = journal.entries().iter().filter(about).collect();
    let Some((fingerprint, places)) = standing.find(fingerprint) else {
        return gone(frame, ask, fingerprint, &entries);
    };
    let first = places.first().copied().unwrap_or_default();
    let row = (standing.rows.get(first)).ok_or(Trouble::nothing("the finding is not there"))?;
    let listed = filter.places(&standing.rows, &decisions);
    let at = listed.iter().position(|place| *place == first);
    let to = |place: Option<usize>| {
        let row = place.and_then(|place| standing.rows.get(place));
        row.map_or(String::new(), |row| {
            filter.address(&format!("/finding/{}", row.fingerprint.as_str()), &[])
        })
    };
    let beside = |step: isize| {
        let at = at.and_then(|at| at.checked_add_signed(step))?;
        listed.get(at).copied()
    };
    let page = FindingPage {
        frame: Frame {
            title: format!("Finding {}", row.index.card),
            ..frame
        },
        place: at.map_or_else(
            || "Not in the list that you came from".to_owned(),
            |at| format!("{} of {}", at + 1, report::grouped(listed.len() as u64)),
        ),
        list: filter.address("/", &[]),
        earlier: to(beside(-1)),
        later: to(beside(1)),
        undecided: to(next_undecided(&standing, &listed, at, &decisions)),
        statement: row.statement.clone(),
        severity: row.severity.as_str(),
        form: form(
            ask,
            &standing,
            fingerprint,
            places,
            filter,
            typed,
            &entries,
            &decisions,
        ),
        undo: decisions.contains_key(fingerprint),
        history: entries
            .iter()
            .rev()
            .map(|entry| EntryView::of(entry))
            .collect(),
        pages: pages(&standing, first),
        cards: cards(&standing, places, &decisions),
        left_out: places.len().saturating_sub(CARDS),
        gone: false,
    };
    Ok(Reply::page(status, page.render()?, &ask.nonce))
}

/// The page of a finding that the case has no longer, but of which something was decided.
fn gone(
    frame: Frame,
    ask: &Ask,
    fingerprint: &str,
    entries: &[&JournalEntry],
) -> Result<Reply, Trouble> {
    if entries.is_empty() {
        return Err(Trouble::nothing(
            "the case has no finding of this fingerprint",
        ));
    }
    let page = FindingPage {
        frame,
        place: String::new(),
        list: "/".to_owned(),
        earlier: String::new(),
        later: String::new(),
        undecided: String::new(),
        statement: format!("{fingerprint} is no finding of this judgement any more."),
        severity: "",
        form: DecisionForm::empty(),
        history: entries
            .iter()
            .rev()
            .map(|entry| EntryView::of(entry))
            .collect(),
        undo: false,
        pages: Vec::new(),
        cards: Vec::new(),
        left_out: 0,
        gone: true,
    };
    Ok(Reply::page(
        StatusCode::NOT_FOUND,
        page.render()?,
        &ask.nonce,
    ))
}

/// The next finding of the list of which nothing was decided, after this one, then from the beginning.
fn next_undecided(
    standing: &Standing,
    listed: &[usize],
    at: Option<usize>,
    decisions: &Decisions,
) -> Option<usize> {
    let after = at.map_or(0, |at| at + 1);
    let (before, after) = listed.split_at(after.min(listed.len()));
    let is_open = |place: &&usize| {
        let row = standing.rows.get(**place);
        row.is_some_and(|row| !decisions.contains_key(&row.fingerprint))
    };
    let before = before.iter().take(before.len().saturating_sub(1));
    after.iter().chain(before).find(is_open).copied()
}

fn cards(standing: &Standing, places: &[usize], decisions: &Decisions) -> Vec<String> {
    let cards = reported(&*standing.judged, |report| {
        let report = report::Report {
            decisions,
            ..*report
        };
        let numbers = places
            .iter()
            .take(CARDS)
            .filter_map(|place| standing.rows.get(*place));
        numbers
            .filter_map(|row| {
                let together: Vec<usize> = standing
                    .of_card(row.index.card)
                    .map(|row| row.index.finding)
                    .collect();
                report::card(&report, row.index.card, &together)
            })
            .collect()
    });
    cards.unwrap_or_default()
}

/// The pages of the walk, each with what is kept of it.
fn pages(standing: &Standing, place: usize) -> Vec<PageLink> {
    let Some(row) = standing.rows.get(place) else {
        return Vec::new();
    };
    let walked: Vec<(PageUrl, VantageId)> = reported(&*standing.judged, |report| {
        let finding = report.findings.get(row.index.finding)?;
        let mut walked: Vec<(PageUrl, VantageId)> = Vec::new();
        for hop in &finding.witness.hops {
            let vantage = hop.vantages.first().copied().unwrap_or(VantageId::Desktop);
            walked.push((hop.source.clone(), vantage));
        }
        let seen = finding
            .evidence
            .iter()
            .find(|piece| piece.page == finding.target);
        let vantage = seen.map_or(VantageId::Desktop, |piece| piece.vantage);
        walked.push((finding.target.clone(), vantage));
        Some(walked)
    })
    .flatten()
    .unwrap_or_default();
    let last = walked.len().saturating_sub(1);
    (walked.iter().enumerate())
        .map(|(index, (page, vantage))| PageLink {
            role: match index {
                0 => "listing",
                _ if index == last => "target",
                _ => "on the way",
            },
            page: report::shortened(&report::legible(page.as_str()), 120),
            source: address(
                "/page",
                &[("address", page.as_str()), ("vantage", vantage.as_str())],
            ),
            around: address("/around", &[("address", page.as_str())]),
        })
        .collect()
}

#[expect(clippy::too_many_arguments, reason = "the parts of one form")]
fn form(
    ask: &Ask,
    standing: &Standing,
    fingerprint: &Fingerprint,
    places: &[usize],
    filter: &Filter,
    typed: &Typed,
    entries: &[&JournalEntry],
    decisions: &Decisions,
) -> DecisionForm {
    let cards = places.iter().filter_map(|place| standing.rows.get(*place));
    let mut others: Vec<Other> = Vec::new();
    for row in cards.flat_map(|row| standing.of_card(row.index.card)) {
        let text = row.fingerprint.as_str();
        if row.fingerprint != *fingerprint && !others.iter().any(|other| other.fingerprint == text)
        {
            let entry = decisions.get(&row.fingerprint);
            others.push(Other {
                fingerprint: text.to_owned(),
                detector: row.detector,
                decision: entry
                    .and_then(decision)
                    .map_or("not decided", Decision::as_str),
                is_chosen: typed.also.iter().any(|also| also == text),
            });
        }
    }
    let now = decisions.get(fingerprint).and_then(decision);
    DecisionForm {
        fingerprint: fingerprint.as_str().to_owned(),
        filter: filter.address("", &[]).trim_start_matches('?').to_owned(),
        seen: entries.last().map_or(0, |entry| entry.number),
        decision: match typed.decision {
            Some(typed) => typed.as_str(),
            None => now.map_or("", Decision::as_str),
        }
        .to_owned(),
        reason: typed.reason.clone(),
        reviewer: if typed.reviewer.is_empty() {
            ask.visitor.reviewer.clone()
        } else {
            typed.reviewer.clone()
        },
        others,
        meanwhile: typed.meanwhile.as_ref().map(EntryView::of),
        wrong: typed.wrong.clone(),
    }
}

impl DecisionForm {
    const fn empty() -> Self {
        Self {
            fingerprint: String::new(),
            filter: String::new(),
            seen: 0,
            decision: String::new(),
            reason: String::new(),
            reviewer: String::new(),
            others: Vec::new(),
            meanwhile: None,
            wrong: String::new(),
        }
    }
}

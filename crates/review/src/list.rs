//! The list of findings.

use std::cmp::Reverse;
use std::sync::Arc;

use askama::Template;
use axum::http::StatusCode;
use model::Severity;
use report::{counted, shortened};

use crate::answer::Reply;
use crate::ask::Ask;
use crate::desk::{Decisions, Desk, Row, Standing, decision};
use crate::filter::{Counts, Dimension, Filter, UNDECIDED, Values};
use crate::frame::{Frame, Here, Trouble};

/// Findings of one page of the list.
const ROWS: usize = 50;
/// Values of one filter, the most frequent ones.
const VALUES: usize = 500;

#[derive(Template)]
#[template(path = "list.html")]
struct ListPage {
    frame: Frame,
    choices: Vec<Choice>,
    search: String,
    is_filtered: bool,
    told: String,
    progress: String,
    rows: Vec<RowView>,
    bulk: String,
    earlier: String,
    later: String,
    place: String,
    is_whole: bool,
    nothing_found: bool,
}

/// A filter over one dimension.
struct Choice {
    name: &'static str,
    title: &'static str,
    values: Vec<Value>,
}

struct Value {
    value: String,
    word: String,
    count: String,
    is_chosen: bool,
}

/// A finding in a list.
pub(crate) struct RowView {
    pub(crate) number: usize,
    pub(crate) address: String,
    pub(crate) severity: &'static str,
    pub(crate) statement: String,
    pub(crate) listing: String,
    pub(crate) target: String,
    pub(crate) detector: &'static str,
    pub(crate) category: String,
    pub(crate) decision: &'static str,
    pub(crate) by: String,
}

impl RowView {
    /// Of a finding; `filter` goes along, so that the next finding is one of the list.
    pub(crate) fn of(row: &Row, filter: &Filter, decisions: &Decisions) -> Self {
        let entry = decisions.get(&row.fingerprint);
        let decided = entry.and_then(decision);
        Self {
            number: row.index.card,
            address: filter.address(&format!("/finding/{}", row.fingerprint.as_str()), &[]),
            severity: row.severity.as_str(),
            statement: shortened(&row.statement, 160),
            listing: shortened(&row.listing, 110),
            target: shortened(&row.target, 110),
            detector: row.detector,
            category: shortened(&row.index.category, 60),
            decision: decided.map_or("", model::Decision::as_str),
            by: entry.map_or(String::new(), |entry| {
                shortened(&report::legible(&entry.reviewer), 40)
            }),
        }
    }
}

/// The list.
pub(crate) fn show(desk: &Arc<Desk>, ask: &Ask) -> Result<Reply, Trouble> {
    let frame = Frame::of(desk, ask, Here::Findings, "Findings")?;
    let (_, decisions) = desk.journal()?;
    let standing = desk.standing();
    let filter = Filter::of(&ask.query);
    let of_decisions = Values::of(Dimension::Decision, &standing.rows, &decisions);
    let (places, counts) = filter.survey(&standing, &of_decisions);
    let pages = places.len().div_ceil(ROWS).max(1);
    let asked = ask
        .query
        .number("page")
        .and_then(|page| usize::try_from(page).ok());
    let page = asked.unwrap_or(1).clamp(1, pages);
    let to = |page: usize| filter.address("/", &[("page", &page.to_string())]);
    let shown = places.iter().skip((page - 1) * ROWS).take(ROWS);
    let html = ListPage {
        frame,
        choices: choices(&filter, counts),
        search: filter.search().to_owned(),
        is_filtered: !filter.is_empty(),
        told: counted(places.len() as u64, "finding", "findings"),
        progress: progress(&standing, &decisions),
        rows: shown
            .filter_map(|place| standing.rows.get(*place))
            .map(|row| RowView::of(row, &filter, &decisions))
            .collect(),
        bulk: filter.address("/bulk", &[]),
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
        is_whole: standing.is_whole,
        nothing_found: standing.rows.is_empty(),
    }
    .render()?;
    Ok(Reply::page(StatusCode::OK, html, &ask.nonce))
}

/// How much is decided, in a sentence.
fn progress(standing: &Standing, decisions: &Decisions) -> String {
    let decided = (standing.rows.iter())
        .filter(|row| decisions.contains_key(&row.fingerprint))
        .count();
    format!(
        "{} of {} decided",
        report::grouped(decided as u64),
        counted(standing.rows.len() as u64, "finding", "findings")
    )
}

/// The filters that part the findings at all.
fn choices(filter: &Filter, counts: Counts<'_>) -> Vec<Choice> {
    (counts.into_iter())
        .filter_map(|(dimension, mut values)| {
            let chosen = filter.chosen(dimension);
            if values.len() < 2 && chosen.is_empty() {
                return None;
            }
            values.sort_by_key(|(word, count)| (rank(dimension, word), Reverse(*count)));
            values.truncate(VALUES);
            if !chosen.is_empty() && !values.iter().any(|(word, _)| *word == chosen) {
                values.push((chosen, 0));
            }
            Some(Choice {
                name: dimension.name(),
                title: dimension.title(),
                values: (values.into_iter())
                    .map(|(word, count)| Value {
                        value: word.to_owned(),
                        word: shortened(word, 60),
                        count: report::grouped(count as u64),
                        is_chosen: word == chosen,
                    })
                    .collect(),
            })
        })
        .collect()
}

/// The order of values that have one of their own.
fn rank(dimension: Dimension, word: &str) -> usize {
    match dimension {
        Dimension::Severity => (Severity::ALL.iter().rev())
            .position(|severity| severity.as_str() == word)
            .unwrap_or_default(),
        Dimension::Decision if word == UNDECIDED => 0,
        Dimension::Decision => 1,
        _ => 0,
    }
}

//! A page as it was kept: its source with the constructs marked, a rendering, its label.

use std::sync::Arc;

use askama::Template;
use axum::http::StatusCode;
use model::{
    Answer, Change, EffectiveClass, JournalEntry, PageId, PageUrl, Span, VantageId, WitnessHop,
};

use crate::answer::Reply;
use crate::ask::{Ask, address};
use crate::decide::Typed;
use crate::desk::{Desk, Standing};
use crate::frame::{Frame, Here, Trouble};
use crate::journal::EntryView;
use crate::judged::reported;
use crate::source::{self, Line, Mark};

/// Constructs that are marked.
const MARKS: usize = 400;

#[derive(Template)]
#[template(path = "page.html")]
struct CapturedPage {
    frame: Frame,
    page: String,
    address: String,
    policy: String,
    policy_style: &'static str,
    title: String,
    vantages: Vec<VantageLink>,
    facts: Vec<(&'static str, String)>,
    marks: Vec<MarkView>,
    lines: Vec<Line>,
    width: usize,
    rendering: String,
    why_no_rendering: &'static str,
    around: String,
    findings: Vec<FindingLink>,
    label: LabelForm,
}

struct VantageLink {
    word: String,
    address: String,
    is_shown: bool,
}

struct MarkView {
    number: usize,
    place: String,
    told: String,
}

struct FindingLink {
    address: String,
    told: String,
}

struct LabelForm {
    seen: u64,
    reason: String,
    reviewer: String,
    history: Vec<EntryView>,
    undo: bool,
    /// What was chosen and typed, when it was not kept.
    chosen: String,
    min_age: String,
    category: String,
    /// Codes that may be typed, with what each means.
    categories: Vec<(String, String)>,
    meanwhile: Option<EntryView>,
    wrong: String,
}

/// The page.
pub(crate) fn show(desk: &Arc<Desk>, ask: &Ask) -> Result<Reply, Trouble> {
    let asked = asked(ask)?;
    page(desk, ask, &asked, &Typed::default(), StatusCode::OK)
}

/// The page that an address names.
pub(crate) fn asked(ask: &Ask) -> Result<PageUrl, Trouble> {
    PageUrl::parse(ask.query.of("address"))
        .map_err(|_| Trouble::nothing("the case has no page of this address"))
}

/// The guise that an address names, else the first that was answered.
fn vantage(standing: &Standing, id: PageId, ask: &Ask) -> VantageId {
    let answered = standing.judged.graph().page(id).answered();
    let asked = ask.query.of("vantage");
    let named = answered.iter().find(|vantage| vantage.as_str() == asked);
    let first = answered.first();
    named.or(first).copied().unwrap_or(VantageId::Desktop)
}

/// The page with what was typed, and what became of it.
pub(crate) fn page(
    desk: &Arc<Desk>,
    ask: &Ask,
    asked: &PageUrl,
    typed: &Typed,
    status: StatusCode,
) -> Result<Reply, Trouble> {
    let frame = Frame::of(desk, ask, Here::Pages, "A captured page")?;
    let (journal, _) = desk.journal()?;
    let standing = desk.standing();
    let graph = standing.judged.graph();
    let id = (graph.find(asked)).ok_or(Trouble::nothing("the case has no page of this address"))?;
    let node = graph.page(id);
    let vantage = vantage(&standing, id, ask);
    let answer = standing.judged.answer(asked, vantage);
    let marks = answer.as_ref().map_or_else(Vec::new, |answer| {
        marks(&standing, asked, id, vantage, answer.body.len())
    });
    let kind = answer.as_ref().map_or("", |answer| content_type(answer));
    let lines = (answer.as_ref())
        .map(|answer| source::lines(&answer.body, kind, &marks))
        .unwrap_or_default();
    let to = |path: &str, vantage: VantageId| {
        address(
            path,
            &[("address", asked.as_str()), ("vantage", vantage.as_str())],
        )
    };
    let why_no_rendering = why_no_rendering(&standing, id, answer.as_ref());
    let policy = standing.judged.policy(id);
    let page = CapturedPage {
        page: report::legible(asked.as_str()),
        address: asked.as_str().to_owned(),
        policy: report::policy_words(policy),
        policy_style: report::policy_style(policy),
        title: report::shortened(&report::legible(&node.title), 300),
        vantages: (node.answered().into_iter())
            .map(|own| VantageLink {
                word: own.as_str().to_owned(),
                address: to("/page", own),
                is_shown: own == vantage,
            })
            .collect(),
        facts: facts(&standing, asked, vantage, answer.as_ref()),
        width: lines
            .iter()
            .map(|line| line.number)
            .max()
            .unwrap_or(0)
            .to_string()
            .len(),
        lines,
        marks: (marks.iter().zip(1..))
            .map(|(mark, number)| MarkView {
                number,
                place: report::span_words(mark.span),
                told: report::shortened(&mark.told, 240),
            })
            .collect(),
        rendering: if why_no_rendering.is_empty() {
            to("/rendering", vantage)
        } else {
            String::new()
        },
        why_no_rendering,
        around: address("/around", &[("address", asked.as_str())]),
        findings: findings(&standing, asked),
        label: label(ask, asked, typed, journal.entries(), &standing),
        frame,
    };
    Ok(Reply::page(status, page.render()?, &ask.nonce))
}

fn content_type(answer: &Answer) -> &str {
    answer.headers.first("content-type").unwrap_or_default()
}

/// What is known of the answer: when it came and where it is kept.
fn facts(
    standing: &Standing,
    page: &PageUrl,
    vantage: VantageId,
    answer: Option<&Answer>,
) -> Vec<(&'static str, String)> {
    let Some(answer) = answer else {
        return Vec::new();
    };
    let mut facts = vec![
        ("Status", answer.status.to_string()),
        (
            "Type",
            report::shortened(&report::legible(content_type(answer)), 120),
        ),
        (
            "Body",
            report::counted(answer.body.len() as u64, "byte", "bytes"),
        ),
    ];
    let kept = reported(&*standing.judged, |report| {
        report.snippets.record(page, vantage)
    })
    .flatten();
    if let Some(kept) = kept {
        facts.push(("Asked", kept.place.asked_at.to_string()));
        facts.push(("WARC record", report::legible(&kept.place.id)));
        facts.push((
            "File",
            format!(
                "{} at byte {}",
                report::legible(&kept.place.file),
                report::grouped(kept.place.offset)
            ),
        ));
        facts.push(("Body SHA-256", kept.place.body.to_string()));
    }
    for (name, value) in &answer.headers.0 {
        if ["location", "refresh"].contains(&name.as_str()) {
            let told = report::shortened(&report::legible(value), 600);
            facts.push((
                if name == "location" {
                    "Location"
                } else {
                    "Refresh"
                },
                told,
            ));
        }
    }
    facts
}

/// The constructs of a page: what findings rest on, and every way out that is hidden, masked or forced.
fn marks(
    standing: &Standing,
    page: &PageUrl,
    id: PageId,
    vantage: VantageId,
    length: usize,
) -> Vec<Mark> {
    let mut marks: Vec<Mark> = Vec::new();
    let mut add = |span: Option<Span>, told: String| {
        if let Some(span) = span.filter(|span| span.start < span.end && span.end <= length) {
            marks.push(Mark { span, told });
        }
    };
    let _ = reported(&*standing.judged, |report| {
        for finding in report.findings {
            for piece in &finding.evidence {
                if piece.vantage == vantage && piece.page == *page {
                    add(piece.span, report::legible(&piece.statement));
                }
            }
            for hop in finding
                .witness
                .hops
                .iter()
                .filter(|hop| hop.stands_on() == page)
            {
                if first(hop) == vantage {
                    add(hop.span, hop_told(hop));
                    for proof in &hop.proofs {
                        let name = report::technique_words(proof.technique);
                        let told = format!("{} {name}: {}", proof.technique, proof.shows);
                        add(proof.span, report::legible(&told));
                    }
                }
            }
        }
    });
    for (hop, target, link) in standing.judged.graph().ways_out(id) {
        let class = standing.judged.class(hop);
        let covert = [
            EffectiveClass::Hidden,
            EffectiveClass::Masked,
            EffectiveClass::Forced,
        ];
        if covert.contains(&class) && link.vantages.first() == Some(&vantage) {
            let target = &standing.judged.graph().page(target).address;
            let told = format!(
                "{class} {} to {}",
                link.kind,
                report::legible(target.as_str())
            );
            add(link.span, told);
        }
    }
    marks.sort_by(|a, b| {
        (a.span.start, std::cmp::Reverse(a.span.end), &a.told).cmp(&(
            b.span.start,
            std::cmp::Reverse(b.span.end),
            &b.told,
        ))
    });
    // What findings and the graph both say of a construct is said once.
    marks.dedup_by(|later, earlier| later.span == earlier.span);
    marks.truncate(MARKS);
    marks
}

fn first(hop: &WitnessHop) -> VantageId {
    hop.vantages.first().copied().unwrap_or(VantageId::Desktop)
}

fn hop_told(hop: &WitnessHop) -> String {
    format!(
        "{} {} to {}",
        hop.class,
        hop.kind,
        report::legible(hop.target.as_str())
    )
}

/// The findings whose walk passes a page, at most twenty.
fn findings(standing: &Standing, page: &PageUrl) -> Vec<FindingLink> {
    let places: Vec<usize> = reported(&*standing.judged, |report| {
        let passes = |row: &crate::desk::Row| {
            report
                .findings
                .get(row.index.finding)
                .is_some_and(|finding| {
                    finding.target == *page
                        || finding.listing == *page
                        || finding.witness.hops.iter().any(|hop| hop.source == *page)
                })
        };
        (standing.rows.iter().enumerate())
            .filter(|(_, row)| passes(row))
            .map(|(place, _)| place)
            .take(20)
            .collect()
    })
    .unwrap_or_default();
    (places.into_iter())
        .filter_map(|place| standing.rows.get(place))
        .map(|row| FindingLink {
            address: format!("/finding/{}", row.fingerprint.as_str()),
            told: format!(
                "{} · {} · {}",
                row.index.card,
                row.detector,
                report::shortened(&row.statement, 120)
            ),
        })
        .collect()
}

fn label(
    ask: &Ask,
    page: &PageUrl,
    typed: &Typed,
    entries: &[JournalEntry],
    standing: &Standing,
) -> LabelForm {
    let own: Vec<&JournalEntry> = (entries.iter())
        .filter(|entry| matches!(&entry.change, Change::Page { address, .. } if address == page))
        .collect();
    let last = own.last();
    LabelForm {
        seen: last.map_or(0, |entry| entry.number),
        undo: last
            .is_some_and(|entry| matches!(&entry.change, Change::Page { label: Some(_), .. })),
        chosen: ask.form.of("label").to_owned(),
        min_age: match ask.form.of("min_age") {
            "" => "18".to_owned(),
            typed => typed.to_owned(),
        },
        category: ask.form.of("category").to_owned(),
        categories: (standing.judged.categories().into_iter())
            .map(|(code, name)| (code.0, name))
            .collect(),
        history: own.iter().rev().map(|entry| EntryView::of(entry)).collect(),
        reason: typed.reason.clone(),
        reviewer: if typed.reviewer.is_empty() {
            ask.visitor.reviewer.clone()
        } else {
            typed.reviewer.clone()
        },
        meanwhile: typed.meanwhile.as_ref().map(EntryView::of),
        wrong: typed.wrong.clone(),
    }
}

/// Why a page is not rendered; empty where it may be.
fn why_no_rendering(standing: &Standing, id: PageId, answer: Option<&Answer>) -> &'static str {
    let Some(answer) = answer else {
        return "Nothing is kept of it.";
    };
    if standing.judged.is_text_only(id) {
        return "What this page offers is shown as text only: report it to the competent authority.";
    }
    match rendered_as(answer) {
        Some(_) => "",
        None => "It is no HTML and no plain text.",
    }
}

/// The type by which a browser renders an answer: HTML, or plain text, in the charset that was stated.
fn rendered_as(answer: &Answer) -> Option<String> {
    let stated = content_type(answer);
    let essence = stated.split(';').next().unwrap_or_default().trim();
    let kind = match essence.to_ascii_lowercase().as_str() {
        "" | "text/html" | "application/xhtml+xml" => "text/html",
        "text/plain" => "text/plain",
        _ => return None,
    };
    // Letters of two bytes are rendered from their letters: see `quieted`. Where no charset is
    // stated the browser looks for what the document says itself, as a visitor's does.
    let encoding = source::encoding(&answer.body, stated);
    let is_said = source::charset(stated).is_some();
    Some(if source::is_wide(encoding) {
        format!("{kind}; charset=utf-8")
    } else if is_said {
        format!("{kind}; charset={}", encoding.name())
    } else {
        kind.to_owned()
    })
}

/// The body as it was kept, under a policy that forbids it everything.
pub(crate) fn rendering(desk: &Arc<Desk>, ask: &Ask) -> Result<Reply, Trouble> {
    let page = asked(ask)?;
    let nothing = Trouble::nothing("there is nothing of this page that could be rendered");
    let standing = desk.standing();
    let Some(id) = standing.judged.graph().find(&page) else {
        return Err(nothing);
    };
    let answer = standing.judged.answer(&page, vantage(&standing, id, ask));
    if !why_no_rendering(&standing, id, answer.as_ref()).is_empty() {
        return Err(nothing);
    }
    let answer = answer.and_then(|answer| Some((rendered_as(&answer)?, answer)));
    let (kind, answer) = answer.ok_or(nothing)?;
    let body = source::quieted(&answer.body, content_type(&answer));
    Ok(Reply::Rendering { body, kind })
}

//! The parts of the document that repeat: finding cards, hop rows, evidence, unseen parts.

use askama::Template;
use model::{
    BodyHash, Decision, Evidence, EvidenceKind, Finding, HopKind, PatternCoverage, SitemapLoss,
    Span, Unseen, VantageId, WitnessHop,
};

use super::proof;
use crate::legible::{begun, ended, legible, shortened};
use crate::outline::{Pair, Signals};
use crate::picture::{self, Picture, Reading};
use crate::text::{legible_after, legible_before, snippet};
use crate::wording::{self, grouped, wide};
use crate::{Place, Record, Report, Snippet, strip, walk};

/// Columns of a snippet's context on either side.
const CONTEXT: usize = 240;
/// Columns of a snippet's marked part.
const MARKED: usize = 600;
/// Indicators of one kind that are listed; the rest is counted, and is in the JSON report.
const INDICATORS_SHOWN: usize = 200;
/// Pieces of evidence of an indicator that are shown.
const PIECES_SHOWN: usize = 3;

/// Pairs of listing and target that have a card; the others have a row in the table of contents.
pub(super) const CARDS_SHOWN: usize = 500;

/// One row of the table of contents.
pub(super) struct ContentsRow {
    pub(super) number: usize,
    pub(super) has_card: bool,
    pub(super) severity: &'static str,
    pub(super) listing: String,
    pub(super) target: String,
    pub(super) detectors: String,
    pub(super) chance: String,
    pub(super) cost: String,
    /// Ids of the values by which it is filtered.
    pub(super) marks: String,
}

impl ContentsRow {
    pub(super) fn of(pair: &Pair<'_>, marks: &str) -> Self {
        let first = pair.first();
        let mut detectors: Vec<&str> = Vec::new();
        for finding in &pair.findings {
            if !detectors.contains(&finding.detector.0) {
                detectors.push(finding.detector.0);
            }
        }
        Self {
            number: pair.number,
            has_card: pair.number <= CARDS_SHOWN,
            severity: first.severity.as_str(),
            listing: short(&first.listing),
            target: short(&first.target),
            detectors: detectors.join(", "),
            chance: wording::chance(first.chance),
            cost: wording::cost(first.cost),
            marks: marks.to_owned(),
        }
    }
}

/// What is said of one listing and target. Every text in it is escaped by the template.
#[derive(Template)]
#[template(path = "card.html")]
pub(crate) struct Card {
    pub(super) number: usize,
    pub(super) severity: &'static str,
    pub(super) policy_class: &'static str,
    pub(super) policy: String,
    pub(super) category: String,
    pub(super) listing: String,
    /// What the listing is, where it is not compliant; else empty.
    pub(super) listing_is: String,
    pub(super) target: String,
    /// The law that restricts the target; empty where none is named.
    pub(super) law: String,
    pub(super) statements: Vec<Statement>,
    pub(super) walks: Vec<Walk>,
    pub(super) evidence: Vec<EvidenceGroup>,
    pub(super) disproofs: Vec<String>,
    pub(super) steps: Vec<String>,
    pub(super) commands: String,
    /// Ids of the values by which it is filtered.
    pub(super) marks: String,
}

/// Pieces of evidence that answer one question.
pub(super) struct EvidenceGroup {
    pub(super) question: String,
    pub(super) pieces: Vec<EvidenceView>,
}

pub(super) struct Statement {
    pub(super) detector: &'static str,
    pub(super) severity: &'static str,
    pub(super) confidence: &'static str,
    pub(super) sentence: String,
    pub(super) fingerprint: String,
    /// What was decided of it, as a word; empty where nothing was.
    pub(super) decision: &'static str,
    /// By whom, when and why.
    pub(super) decided: String,
}

pub(super) struct Walk {
    pub(super) detectors: String,
    pub(super) wide: String,
    pub(super) narrow: String,
    pub(super) expression: String,
    pub(super) cost: String,
    pub(super) chance: String,
    pub(super) gate: &'static str,
    pub(super) hops: Vec<HopRow>,
}

pub(super) struct HopRow {
    pub(super) number: usize,
    pub(super) class: &'static str,
    pub(super) style: &'static str,
    pub(super) kind: String,
    pub(super) carrier: &'static str,
    pub(super) because: String,
    pub(super) visibility: &'static str,
    pub(super) source: String,
    pub(super) target: String,
    /// The reference as written; empty where that is the target itself.
    pub(super) href: String,
    pub(super) text: String,
    pub(super) span: String,
    pub(super) seen_by: String,
    pub(super) missing_from: String,
    pub(super) fan_out: String,
    pub(super) cost: String,
    pub(super) proofs: Vec<ProofView>,
    /// The construct in the body of the source.
    pub(super) snippet: Option<SnippetView>,
    pub(super) record: Option<RecordView>,
    /// Status and header fields by which a server sends visitors on.
    pub(super) answer: Vec<String>,
}

/// Where an answer is kept.
pub(super) struct RecordView {
    pub(super) id: String,
    pub(super) place: String,
    pub(super) body: String,
    pub(super) seen_at: String,
}

pub(super) struct ProofView {
    pub(super) technique: String,
    pub(super) name: &'static str,
    pub(super) shows: String,
    pub(super) span: String,
    /// The declaration or construct where it stands.
    pub(super) snippet: Option<SnippetView>,
}

pub(super) struct EvidenceView {
    pub(super) kind: &'static str,
    pub(super) statement: String,
    pub(super) page: String,
    pub(super) source: String,
    pub(super) seen_at: String,
    pub(super) body: String,
    pub(super) record: Option<RecordView>,
    pub(super) snippet: Option<SnippetView>,
}

pub(super) struct SnippetView {
    pub(super) before: String,
    pub(super) marked: String,
    pub(super) after: String,
}

pub(super) struct UnseenView {
    pub(super) why: String,
    pub(super) meaning: &'static str,
    pub(super) addresses: String,
    pub(super) examples: Vec<String>,
}

pub(super) struct SitemapView {
    pub(super) address: String,
    pub(super) told: String,
}

pub(super) struct SignalsView {
    pub(super) id: &'static str,
    pub(super) count: String,
    pub(super) rows: Vec<SignalRow>,
    pub(super) more: String,
}

pub(super) struct SignalRow {
    pub(super) statement: String,
    pub(super) page: String,
    pub(super) evidence: Vec<EvidenceView>,
}

impl Card {
    pub(crate) fn of(report: &Report<'_>, pair: &Pair<'_>, marks: &str) -> Self {
        let first = pair.first();
        Self {
            number: pair.number,
            severity: first.severity.as_str(),
            policy_class: picture::class_of(first.policy),
            policy: walk::policy(first.policy),
            category: walk::category(first),
            listing: legible(first.listing.as_str()),
            listing_is: wording::lawful_from_an_age(first.listing_policy).unwrap_or_default(),
            target: legible(first.target.as_str()),
            law: legible(&wording::law_of(first)),
            statements: (pair.findings.iter())
                .map(|finding| Statement::of(report, finding))
                .collect(),
            walks: (pair.walks().iter().enumerate())
                .map(|(index, (finding, detectors))| {
                    let id = format!("walk-{}-{}", pair.number, index + 1);
                    Walk::of(report, finding, &detectors.join(", "), &id)
                })
                .collect(),
            evidence: evidence_groups(report, pair),
            disproofs: proof::disproofs(first),
            steps: proof::steps(first),
            commands: proof::commands(first, report.market).join("\n"),
            marks: marks.to_owned(),
        }
    }
}

/// The evidence of a pair by the question that it answers; a question without any is left out.
fn evidence_groups(report: &Report<'_>, pair: &Pair<'_>) -> Vec<EvidenceGroup> {
    let question = |kind| match kind {
        EvidenceKind::Listing => wording::why_listing(pair.first().listing_policy),
        EvidenceKind::Target => "Why the target counts as restricted".to_owned(),
        _ => "What shows the way between".to_owned(),
    };
    let mut groups: Vec<EvidenceGroup> = [
        EvidenceKind::Listing,
        EvidenceKind::Target,
        EvidenceKind::Concealment,
    ]
    .map(|kind| EvidenceGroup {
        question: question(kind),
        pieces: Vec::new(),
    })
    .into();
    for evidence in pair.evidence() {
        let asked = question(evidence.kind);
        if let Some(group) = groups.iter_mut().find(|group| group.question == asked) {
            group.pieces.push(EvidenceView::of(report, evidence));
        }
    }
    groups.retain(|group| !group.pieces.is_empty());
    groups
}

fn short(page: &model::PageUrl) -> String {
    shortened(&format!("{}{}", walk::host(page), walk::path(page)), 72)
}

impl Statement {
    fn of(report: &Report<'_>, finding: &Finding) -> Self {
        let entry = report.decisions.get(&finding.fingerprint);
        let decision = entry.and_then(wording::decision);
        Self {
            decision: decision.map_or("", Decision::as_str),
            decided: entry.map(wording::decided_by).unwrap_or_default(),
            detector: finding.detector.0,
            severity: finding.severity.as_str(),
            confidence: finding.confidence.as_str(),
            sentence: legible(&finding.statement),
            fingerprint: finding.fingerprint.as_str().to_owned(),
        }
    }
}

impl Walk {
    fn of(report: &Report<'_>, finding: &Finding, detectors: &str, id: &str) -> Self {
        let draw = |reading, id: String| {
            // Rendering into a string cannot fail: the template has no fallible part.
            Picture::of(finding, id, reading)
                .render()
                .unwrap_or_default()
        };
        Self {
            detectors: detectors.to_owned(),
            wide: draw(Reading::Wide, format!("{id}-wide")),
            narrow: draw(Reading::Narrow, format!("{id}-narrow")),
            expression: legible(&finding.expression),
            cost: wording::cost(finding.cost),
            chance: wording::chance(finding.chance),
            gate: finding.gate.as_str(),
            hops: (finding.witness.hops.iter().enumerate())
                .map(|(index, hop)| HopRow::of(report, index + 1, hop))
                .collect(),
        }
    }
}

impl HopRow {
    fn of(report: &Report<'_>, number: usize, hop: &WitnessHop) -> Self {
        let vantage = hop.vantages.first().copied().unwrap_or(VantageId::Desktop);
        let at = |span: Span| {
            let snippet = report.snippets.snippet(hop.stands_on(), vantage, span)?;
            Some(SnippetView::of(&snippet))
        };
        let record = report.snippets.record(hop.stands_on(), vantage);
        Self {
            number,
            class: hop.class.as_str(),
            style: picture::style_of(hop.class),
            kind: match hop.status {
                Some(status) => format!("{} {status}", hop.kind),
                None => hop.kind.to_string(),
            },
            carrier: hop.carrier.as_str(),
            because: legible(&hop.because),
            visibility: hop.visibility.as_str(),
            source: legible(hop.source.as_str()),
            target: legible(hop.target.as_str()),
            href: if hop.href == hop.target.as_str() {
                String::new()
            } else {
                legible(&hop.href)
            },
            text: legible(&hop.text),
            span: hop.span.map(wording::span).unwrap_or_default(),
            seen_by: strip::words(&hop.vantages),
            missing_from: if hop.missing_from.is_empty() {
                String::new()
            } else {
                strip::words(&hop.missing_from)
            },
            fan_out: match hop.fan_out {
                0 | 1 => "the only such hop".to_owned(),
                many => format!("one of {} such hops", grouped(u64::from(many))),
            },
            cost: wording::cost(hop.cost),
            proofs: (hop.proofs.iter())
                .map(|proof| ProofView {
                    technique: proof.technique.to_string(),
                    name: wording::technique(proof.technique),
                    shows: legible(&proof.shows),
                    span: proof.span.map(wording::span).unwrap_or_default(),
                    // What stands in the construct itself is shown with it.
                    snippet: (proof.span)
                        .filter(|span| !hop.span.is_some_and(|whole| lies_in(*span, whole)))
                        .and_then(at),
                })
                .collect(),
            snippet: hop.span.and_then(at),
            answer: answer(hop, record.as_ref()),
            record: (record.as_ref()).map(|record| RecordView::of(&record.place)),
        }
    }
}

/// Whether a place lies within another.
fn lies_in(span: Span, whole: Span) -> bool {
    whole.start <= span.start && span.end <= whole.end
}

/// Status and header fields by which the source of a hop sends visitors on.
fn answer(hop: &WitnessHop, record: Option<&Record>) -> Vec<String> {
    let Some(record) = record else {
        return Vec::new();
    };
    let wanted: &[&str] = match hop.kind {
        HopKind::HttpRedirect => &["location", "set-cookie", "vary"],
        HopKind::RefreshHeader => &["refresh"],
        _ => return Vec::new(),
    };
    let fields = record.headers.0.iter();
    let fields = fields
        .filter(|(name, _)| wanted.contains(&name.as_str()))
        .map(|(name, value)| shortened(&legible(&format!("{name}: {value}")), MARKED));
    std::iter::once(record.status.to_string())
        .chain(fields)
        .collect()
}

/// The digest of a body. That of an empty one is the same for every answer and proves nothing: a reader is told
/// where to look instead.
fn digest(body: BodyHash) -> String {
    if body == BodyHash::of(b"") {
        format!(
            "{body} (no body: what this answer says stands in its header fields, in the same record)"
        )
    } else {
        body.to_string()
    }
}

impl RecordView {
    fn of(place: &Place) -> Self {
        Self {
            id: legible(&place.id),
            place: format!("{} at byte {}", legible(&place.file), grouped(place.offset)),
            body: digest(place.body),
            seen_at: place.asked_at.to_string(),
        }
    }
}

impl SnippetView {
    fn of(snippet: &Snippet) -> Self {
        Self {
            before: ended(&legible_before(&snippet.before), CONTEXT),
            marked: shortened(&legible(&snippet.marked), MARKED),
            after: begun(&legible_after(&snippet.after), CONTEXT),
        }
    }
}

impl EvidenceView {
    fn of(report: &Report<'_>, evidence: &Evidence) -> Self {
        let mut source = format!("visit {} as {}", evidence.visit.0, evidence.vantage);
        if let Some(span) = evidence.span {
            source.push_str(&format!(", {}", wording::span(span)));
        }
        Self {
            kind: evidence.kind.as_str(),
            statement: legible(&evidence.statement),
            page: legible(evidence.page.as_str()),
            source,
            seen_at: evidence.seen_at.to_string(),
            body: evidence.body.map(digest).unwrap_or_default(),
            record: (report.snippets.place(evidence.visit)).map(|place| RecordView::of(&place)),
            snippet: snippet(report, evidence).as_ref().map(SnippetView::of),
        }
    }
}

/// What became of the addresses of a pattern.
pub(super) struct PatternView {
    pub(super) pattern: String,
    pub(super) offered: String,
    pub(super) told: String,
}

impl PatternView {
    pub(super) fn of(pattern: &PatternCoverage) -> Self {
        Self {
            pattern: legible(&pattern.pattern),
            offered: grouped(pattern.offered),
            told: wording::pattern(pattern),
        }
    }
}

impl UnseenView {
    pub(super) fn of(unseen: &Unseen) -> Self {
        Self {
            why: legible(&unseen.why),
            meaning: wording::unseen(&unseen.why),
            addresses: grouped(unseen.addresses),
            examples: (unseen.examples.iter())
                .map(|page| legible(page.as_str()))
                .collect(),
        }
    }
}

impl SitemapView {
    pub(super) fn of(loss: &SitemapLoss) -> Self {
        Self {
            address: legible(loss.address.as_str()),
            told: legible(&wording::sitemap(loss)),
        }
    }
}

impl SignalsView {
    pub(super) fn of(report: &Report<'_>, signals: &Signals<'_>) -> Self {
        let more = signals.indicators.len().saturating_sub(INDICATORS_SHOWN);
        Self {
            id: signals.id,
            count: grouped(wide(signals.indicators.len())),
            rows: (signals.indicators.iter().take(INDICATORS_SHOWN))
                .map(|indicator| SignalRow {
                    statement: legible(&indicator.statement),
                    page: legible(indicator.page.as_str()),
                    evidence: (indicator.evidence.iter().take(PIECES_SHOWN))
                        .map(|evidence| EvidenceView::of(report, evidence))
                        .collect(),
                })
                .collect(),
            more: if more == 0 {
                String::new()
            } else {
                grouped(wide(more))
            },
        }
    }
}

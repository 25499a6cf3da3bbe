//! A finding as a result: where it is, the walk as a code flow, what supports it.

use model::{Decision, Evidence, Finding, PageUrl, Span, Technique, VantageId, WitnessHop};
use serde_json::{Map, Value, json};

use super::uri::uri;
use super::{CATEGORIES, Register, TECHNIQUES, level, or_dash};
use crate::legible::legible;
use crate::{Report, walk, wording};

/// The name under which the fingerprint of a finding is kept, with the version of its making.
const FINGERPRINT: &str = "sidedoorFingerprint/v1";

/// The result of a finding.
pub(super) fn of(report: &Report<'_>, register: &Register<'_>, finding: &Finding) -> Value {
    let mut result = json!({
        "ruleId": finding.detector,
        "ruleIndex": register.rule(finding),
        "kind": "fail",
        "level": level(finding.severity),
        "message": text(&finding.statement),
        "locations": [listing(report, finding)],
        "codeFlows": [{ "threadFlows": [{ "locations": flow(report, register, finding) }] }],
        "partialFingerprints": { FINGERPRINT: finding.fingerprint },
        "properties": properties(finding),
    });
    if let Some(entry) = report.decisions.get(&finding.fingerprint) {
        result["properties"]["decision"] = json!(entry);
        // What was looked at and dismissed is told as such, and alarms nobody.
        if wording::decision(entry) == Some(Decision::Dismissed) {
            result["suppressions"] = json!([{
                "kind": "external",
                "status": "accepted",
                "justification": legible(&entry.reason),
            }]);
        }
    }
    let related: Vec<Value> = finding
        .evidence
        .iter()
        .enumerate()
        .map(|(id, evidence)| related(report, id, evidence))
        .collect();
    if !related.is_empty() {
        result["relatedLocations"] = Value::Array(related);
    }
    let taxa = taxa(register, finding);
    if !taxa.is_empty() {
        result["taxa"] = Value::Array(taxa);
    }
    result
}

fn text(text: &str) -> Value {
    json!({ "text": or_dash(&legible(text)) })
}

fn properties(finding: &Finding) -> Value {
    json!({
        "severity": finding.severity,
        "confidence": finding.confidence,
        "chance": finding.chance,
        "cost": finding.cost,
        "expression": finding.expression,
        "policy": finding.policy,
        "category": finding.category,
        "categoryName": finding.category_name,
        "legalBasis": finding.legal_basis,
        "legalReview": finding.legal_review,
        "gate": finding.gate,
        "listing": finding.listing,
        "listingPolicy": finding.listing_policy,
        "target": finding.target,
    })
}

/// The listing, at the place of the first hop where that stands on it.
fn listing(report: &Report<'_>, finding: &Finding) -> Value {
    let first = (finding.witness.hops.first()).filter(|hop| hop.source == finding.listing);
    let span = first.and_then(|hop| hop.span);
    let vantage = first.and_then(|hop| hop.vantages.first().copied());
    json!({ "physicalLocation": place(report, &finding.listing, vantage, span) })
}

/// A page, and the place in its body where one is known, with the words that stand there.
fn place(
    report: &Report<'_>,
    page: &PageUrl,
    vantage: Option<VantageId>,
    span: Option<Span>,
) -> Value {
    let mut place = json!({ "artifactLocation": { "uri": uri(page) } });
    if let Some(span) = span {
        let mut region = json!({
            "byteOffset": span.start,
            "byteLength": span.end.saturating_sub(span.start),
        });
        let vantage = vantage.unwrap_or(VantageId::Desktop);
        if let Some(snippet) = report.snippets.snippet(page, vantage, span) {
            region["snippet"] = json!({ "text": snippet.marked });
        }
        place["region"] = region;
    }
    place
}

/// The walk: a location for each hop where it stands, and the target at the end.
fn flow(report: &Report<'_>, register: &Register<'_>, finding: &Finding) -> Vec<Value> {
    let mut flow: Vec<Value> = Vec::new();
    for hop in &finding.witness.hops {
        flow.push(step(report, register, hop, flow.len() + 1));
    }
    let end = format!(
        "ends at {}: {}",
        finding.target,
        walk::policy(finding.policy)
    );
    flow.push(json!({
        "executionOrder": flow.len() + 1,
        "importance": "essential",
        "kinds": ["target", finding.policy.as_str()],
        "location": {
            "physicalLocation": place(report, &finding.target, None, None),
            "message": text(&end),
        },
    }));
    flow
}

fn step(report: &Report<'_>, register: &Register<'_>, hop: &WitnessHop, order: usize) -> Value {
    let told = format!(
        "{} to {}, by {}: {}",
        walk::phrase(hop),
        hop.target,
        hop.carrier,
        hop.because
    );
    let span = hop.span;
    let mut step = json!({
        "executionOrder": order,
        "importance": "essential",
        "kinds": [hop.kind.as_str(), hop.class.as_str()],
        "location": {
            "physicalLocation": place(report, hop.stands_on(), hop.vantages.first().copied(), span),
            "message": text(&told),
        },
        "properties": {
            "target": hop.target,
            "carrier": hop.carrier,
            "class": hop.class,
            "visibility": hop.visibility,
            "status": hop.status,
            "href": hop.href,
            "text": hop.text,
            "vantages": hop.vantages,
            "missingFrom": hop.missing_from,
            "fanOut": hop.fan_out,
            "cost": hop.cost,
            "proofs": hop.proofs,
        },
    });
    let mut techniques: Vec<Technique> = hop.proofs.iter().map(|it| it.technique).collect();
    techniques.sort_unstable();
    techniques.dedup();
    if !techniques.is_empty() {
        let taxa = techniques.iter().map(|it| technique(register, *it));
        step["taxa"] = taxa.collect();
    }
    step
}

fn technique(register: &Register<'_>, technique: Technique) -> Value {
    let at = register.techniques.iter().position(|it| *it == technique);
    taxon(TECHNIQUES, &technique.to_string(), at)
}

fn taxon(component: &str, id: &str, at: Option<usize>) -> Value {
    let mut taxon = Map::new();
    taxon.insert("id".to_owned(), json!(id));
    if let Some(at) = at {
        taxon.insert("index".to_owned(), json!(at));
    }
    taxon.insert("toolComponent".to_owned(), json!({ "name": component }));
    Value::Object(taxon)
}

/// The category of the target, and every technique of the walk.
fn taxa(register: &Register<'_>, finding: &Finding) -> Vec<Value> {
    let mut taxa = Vec::new();
    if let Some(code) = &finding.category {
        let at = (register.categories.iter()).position(|(known, _)| *known == code.0);
        taxa.push(taxon(CATEGORIES, &code.0, at));
    }
    let hops = finding.witness.hops.iter();
    let mut techniques: Vec<Technique> = hops
        .flat_map(|hop| hop.proofs.iter().map(|proof| proof.technique))
        .collect();
    techniques.sort_unstable();
    techniques.dedup();
    taxa.extend(techniques.into_iter().map(|it| technique(register, it)));
    taxa
}

/// A piece of evidence: the page, the place, and which record proves it.
fn related(report: &Report<'_>, id: usize, evidence: &Evidence) -> Value {
    let told = format!(
        "{} (visit {} as {}{})",
        evidence.statement,
        evidence.visit.0,
        evidence.vantage,
        evidence
            .span
            .map(|span| format!(", {}", wording::span(span)))
            .unwrap_or_default()
    );
    json!({
        "id": id,
        "message": text(&told),
        "physicalLocation": place(report, &evidence.page, Some(evidence.vantage), evidence.span),
        "properties": {
            "kind": evidence.kind,
            "visit": evidence.visit,
            "vantage": evidence.vantage,
            "bodySha256": evidence.body,
            "record": report.snippets.place(evidence.visit).map(|place| json!({
                "id": place.id.trim_matches(['<', '>']),
                "file": place.file,
                "offset": place.offset,
            })),
            "seenAt": evidence.seen_at,
        },
    })
}

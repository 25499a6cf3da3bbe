//! The report for pipelines: SARIF 2.1.0 (OASIS Standard, 27 March 2020).
//!
//! One run. Detectors are its rules, findings its results, the witness of a finding is a code flow,
//! and what was not seen is a notification of the invocation. Concealment techniques and categories
//! are taxonomies. Indicators are no results; how many there are is told.

mod result;
mod rules;
mod uri;

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use model::{Finding, Severity, Technique, Unseen};
use serde_json::{Value, json};

use crate::legible::legible;
use crate::{Report, json, networks, outline, wording};

/// Where the schema of the format is kept.
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// Where a reader finds the detectors in words.
const HOME: &str = "https://github.com/sidedoor/sidedoor";

/// Name of the taxonomy of concealment techniques.
pub(super) const TECHNIQUES: &str = "sidedoor-techniques";
/// Name of the taxonomy of categories.
pub(super) const CATEGORIES: &str = "sidedoor-categories";

/// What results name by its place: rules and taxa in the order in which they are written.
pub(super) struct Register<'a> {
    rules: Vec<&'static str>,
    pub(super) techniques: Vec<Technique>,
    pub(super) categories: Vec<(&'a str, &'a str)>,
}

impl<'a> Register<'a> {
    fn of(report: &Report<'a>) -> Self {
        let mut rules: Vec<&'static str> = rules::ALL.iter().map(|rule| rule.id).collect();
        let found: BTreeSet<&'static str> = report
            .findings
            .iter()
            .map(|finding| finding.detector.0)
            .collect();
        rules.extend(found.iter().filter(|id| rules::named(id).is_none()));
        let hops = report.findings.iter().flat_map(|it| &it.witness.hops);
        let techniques: BTreeSet<Technique> = hops
            .flat_map(|hop| hop.proofs.iter().map(|proof| proof.technique))
            .collect();
        let mut categories: BTreeMap<&str, &str> = BTreeMap::new();
        for finding in report.findings {
            if let Some(code) = &finding.category {
                categories.entry(&code.0).or_insert(&finding.category_name);
            }
        }
        Self {
            rules,
            techniques: techniques.into_iter().collect(),
            categories: categories.into_iter().collect(),
        }
    }

    /// The place of a rule; every detector of a finding has one.
    pub(super) fn rule(&self, finding: &Finding) -> Option<usize> {
        self.rules.iter().position(|id| *id == finding.detector.0)
    }
}

/// Writes the log, pretty-printed, with a line feed at the end.
pub(crate) fn write(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let register = Register::of(report);
    let results: Vec<Value> = outline::in_numbered_order(report.findings)
        .into_iter()
        .map(|(number, finding)| {
            let mut result = result::of(report, &register, finding);
            result["properties"]["number"] = json!(number);
            result
        })
        .collect();
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": driver(report, &register) },
            "taxonomies": taxonomies(report, &register),
            "invocations": [invocation(report)],
            "results": results,
            "properties": {
                "brief": report.brief,
                "market": report.market,
                "pack": report.pack,
                "settings": report.settings,
                "summary": outline::summary(report),
                "networks": networks::touched(report.networks),
            },
        }],
    });
    json::write_value(&log, out)
}

fn driver(report: &Report<'_>, register: &Register<'_>) -> Value {
    let (name, version) = report
        .generator
        .split_once(' ')
        .unwrap_or((report.generator, ""));
    let mut driver = json!({
        "name": name,
        "informationUri": HOME,
        "rules": register.rules.iter().map(|id| rules::descriptor(id, report)).collect::<Vec<_>>(),
        "notifications": notifications(),
        "supportedTaxonomies": [{ "name": TECHNIQUES }, { "name": CATEGORIES }],
    });
    if !version.is_empty() {
        driver["version"] = json!(version);
        driver["semanticVersion"] = json!(version);
    }
    driver
}

fn taxonomies(report: &Report<'_>, register: &Register<'_>) -> Value {
    let techniques: Vec<Value> = register
        .techniques
        .iter()
        .map(|technique| {
            json!({
                "id": technique.to_string(),
                "shortDescription": { "text": wording::technique(*technique) },
            })
        })
        .collect();
    let categories: Vec<Value> = register
        .categories
        .iter()
        .map(|(code, name)| {
            json!({ "id": code, "shortDescription": { "text": or_dash(&legible(name)) } })
        })
        .collect();
    json!([
        {
            "name": TECHNIQUES,
            "organization": "Sidedoor",
            "shortDescription": { "text": "Ways of concealing a hop, or where it leads." },
            "taxa": techniques,
        },
        {
            "name": CATEGORIES,
            "organization": "Sidedoor",
            "shortDescription": { "text": format!("Restricted goods by the rule pack {}.", report.pack) },
            "taxa": categories,
        },
    ])
}

/// A text may not be empty in places where SARIF asks for one.
fn or_dash(text: &str) -> String {
    if text.is_empty() {
        "-".to_owned()
    } else {
        text.to_owned()
    }
}

fn notifications() -> Value {
    let descriptor =
        |id: &str, text: &str| json!({ "id": id, "shortDescription": { "text": text } });
    json!([
        descriptor(
            "coverage",
            "What part of the scope was seen, and why the crawl ended."
        ),
        descriptor(
            "unseen",
            "A part of the scope, or of what lies beyond it, that was not seen."
        ),
        descriptor(
            "indicators",
            "Signals that are no hidden path by themselves."
        ),
        descriptor("note", "What a reader must know besides."),
    ])
}

/// That the program ran, and what it did not see.
fn invocation(report: &Report<'_>) -> Value {
    let coverage = report.coverage;
    let level = if coverage.is_whole() {
        "note"
    } else {
        "warning"
    };
    let mut told = vec![notification(
        0,
        level,
        &format!(
            "{} {}",
            wording::extent(coverage),
            wording::stop(coverage.stop)
        ),
        json!({
            "seen": coverage.seen,
            "landings": coverage.landings,
            "scopeSeenWhole": coverage.is_whole(),
            "stop": coverage.stop,
        }),
    )];
    for (what, parts) in [
        ("in scope not seen", &coverage.unseen),
        ("landing pages not seen", &coverage.unseen_landings),
        (
            "pages not asked by the other vantages",
            &coverage.not_reasked,
        ),
        ("redirects that arrive nowhere", &coverage.chain_ends),
    ] {
        told.extend(parts.iter().map(|part| unseen(what, part)));
    }
    for loss in &coverage.sitemaps {
        let text = format!("sitemap {}: {}", loss.address, wording::sitemap(loss));
        told.push(notification(1, "warning", &text, json!({})));
    }
    if !report.indicators.is_empty() {
        let count = wording::wide(report.indicators.len());
        let count = wording::counted(count, "indicator", "indicators");
        let text = format!("{count}: signals that are no results; the JSON report has them.");
        told.push(notification(2, "note", &text, json!({})));
    }
    told.extend((report.notes.iter()).map(|note| notification(3, "note", note, json!({}))));
    json!({ "executionSuccessful": true, "toolExecutionNotifications": told })
}

fn unseen(what: &str, part: &Unseen) -> Value {
    let why = match wording::unseen(&part.why) {
        "" => part.why.clone(),
        meaning => format!("{}: {meaning}", part.why),
    };
    let text = format!("{} {what}: {why}", wording::grouped(part.addresses));
    let properties = json!({
        "why": part.why,
        "addresses": part.addresses,
        "examples": part.examples,
    });
    notification(1, "warning", &text, properties)
}

fn notification(descriptor: usize, level: &str, text: &str, properties: Value) -> Value {
    let ids = ["coverage", "unseen", "indicators", "note"];
    json!({
        "descriptor": { "id": ids[descriptor], "index": descriptor },
        "level": level,
        "message": { "text": or_dash(&legible(text)) },
        "properties": properties,
    })
}

/// The level of a severity: SARIF has three.
pub(super) const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low => "note",
    }
}

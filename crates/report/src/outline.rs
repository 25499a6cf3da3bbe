//! The order of a report: which findings stand together, and the figures of its head.

use std::collections::{BTreeMap, BTreeSet};

use model::{Evidence, Finding, Indicator, PageUrl, Severity, WitnessPath};
use serde::Serialize;

use crate::{Report, wording};

/// Findings about the same listing and target: what several detectors say of one pair.
pub(crate) struct Pair<'a> {
    /// From 1, in the order of the report.
    pub(crate) number: usize,
    /// Never empty; the weightiest first.
    pub(crate) findings: Vec<&'a Finding>,
}

impl<'a> Pair<'a> {
    /// The finding that gives the pair its place.
    pub(crate) fn first(&self) -> &'a Finding {
        self.findings[0]
    }

    /// The different witnesses of the pair, each with the first finding that has it and the
    /// detectors that share it.
    pub(crate) fn walks(&self) -> Vec<(&'a Finding, Vec<&'static str>)> {
        let mut walks: Vec<(&Finding, Vec<&'static str>)> = Vec::new();
        for finding in &self.findings {
            let same = |known: &WitnessPath| known.hops == finding.witness.hops;
            match walks.iter_mut().find(|(first, _)| same(&first.witness)) {
                Some((_, detectors)) => detectors.push(finding.detector.0),
                None => walks.push((finding, vec![finding.detector.0])),
            }
        }
        walks
    }

    /// What supports the findings of the pair, each piece once.
    pub(crate) fn evidence(&self) -> Vec<&'a Evidence> {
        let mut pieces: Vec<&Evidence> = Vec::new();
        for evidence in self.findings.iter().flat_map(|finding| &finding.evidence) {
            if !pieces.contains(&evidence) {
                pieces.push(evidence);
            }
        }
        pieces
    }
}

/// The findings by severity, then chance, then cost; findings that tie keep their order.
pub(crate) fn in_order(findings: &[Finding]) -> Vec<&Finding> {
    let mut sorted: Vec<&Finding> = findings.iter().collect();
    sorted.sort_by(|a, b| {
        (b.severity.cmp(&a.severity))
            .then(b.chance.total_cmp(&a.chance))
            .then(a.cost.total_cmp(&b.cost))
    });
    sorted
}

/// The findings in order, those about one listing and target together at the place of the first.
pub(crate) fn pairs(findings: &[Finding]) -> Vec<Pair<'_>> {
    let mut places: BTreeMap<(&PageUrl, &PageUrl), usize> = BTreeMap::new();
    let mut pairs: Vec<Pair<'_>> = Vec::new();
    for finding in in_order(findings) {
        let next = pairs.len();
        let place = *places
            .entry((&finding.listing, &finding.target))
            .or_insert(next);
        match pairs.get_mut(place) {
            Some(pair) => pair.findings.push(finding),
            None => pairs.push(Pair {
                number: next + 1,
                findings: vec![finding],
            }),
        }
    }
    pairs
}

/// The number under which reports show what was found about a listing and a target. O(n log n).
#[must_use]
pub fn number_of(findings: &[Finding], listing: &PageUrl, target: &PageUrl) -> Option<usize> {
    numbers(findings).remove(&(listing, target))
}

/// The number of each listing and target of which something was found. O(n log n).
pub(crate) fn numbers(findings: &[Finding]) -> BTreeMap<(&PageUrl, &PageUrl), usize> {
    let pairs = pairs(findings);
    pairs
        .iter()
        .map(|pair| ((&pair.first().listing, &pair.first().target), pair.number))
        .collect()
}

/// The findings in order, each with the number of its listing and target.
pub(crate) fn in_numbered_order(findings: &[Finding]) -> Vec<(usize, &Finding)> {
    let numbers = numbers(findings);
    let number = |finding: &Finding| {
        let of = numbers.get(&(&finding.listing, &finding.target));
        of.copied().unwrap_or_default()
    };
    in_order(findings)
        .into_iter()
        .map(|finding| (number(finding), finding))
        .collect()
}

/// Indicators of one id.
pub(crate) struct Signals<'a> {
    pub(crate) id: &'static str,
    pub(crate) indicators: Vec<&'a Indicator>,
}

/// The indicators by id, each list in the order given.
pub(crate) fn signals(indicators: &[Indicator]) -> Vec<Signals<'_>> {
    let mut by_id: BTreeMap<&'static str, Vec<&Indicator>> = BTreeMap::new();
    for indicator in indicators {
        by_id.entry(indicator.id).or_default().push(indicator);
    }
    by_id
        .into_iter()
        .map(|(id, indicators)| Signals { id, indicators })
        .collect()
}

/// The figures of a report.
#[derive(Debug, Serialize)]
pub(crate) struct Summary {
    pub(crate) verdict: String,
    pub(crate) scope_seen_whole: bool,
    pub(crate) findings: usize,
    pub(crate) findings_by_severity: BySeverity,
    pub(crate) findings_by_detector: BTreeMap<&'static str, usize>,
    pub(crate) listings: usize,
    pub(crate) targets: usize,
    pub(crate) pairs: usize,
    pub(crate) indicators: usize,
    pub(crate) pages_seen: u64,
    pub(crate) landings_seen: u64,
    pub(crate) addresses_unseen: u64,
    pub(crate) hops: u64,
}

/// How many findings of each severity, the worst first.
#[derive(Debug, Default, Serialize)]
pub(crate) struct BySeverity {
    pub(crate) critical: usize,
    pub(crate) high: usize,
    pub(crate) medium: usize,
    pub(crate) low: usize,
}

impl BySeverity {
    pub(crate) fn of(findings: &[Finding]) -> Self {
        let mut counts = Self::default();
        for finding in findings {
            *match finding.severity {
                Severity::Critical => &mut counts.critical,
                Severity::High => &mut counts.high,
                Severity::Medium => &mut counts.medium,
                Severity::Low => &mut counts.low,
            } += 1;
        }
        counts
    }

    /// Word and count, the worst first.
    pub(crate) fn rows(&self) -> [(&'static str, usize); 4] {
        [
            ("critical", self.critical),
            ("high", self.high),
            ("medium", self.medium),
            ("low", self.low),
        ]
    }
}

/// Counts a report.
pub(crate) fn summary(report: &Report<'_>) -> Summary {
    let findings = report.findings;
    let listings: BTreeSet<_> = findings.iter().map(|finding| &finding.listing).collect();
    let targets: BTreeSet<_> = findings.iter().map(|finding| &finding.target).collect();
    let mut by_detector = BTreeMap::new();
    for finding in findings {
        *by_detector.entry(finding.detector.0).or_insert(0) += 1;
    }
    Summary {
        verdict: wording::verdict(report).sentence,
        scope_seen_whole: report.coverage.is_whole(),
        findings: findings.len(),
        findings_by_severity: BySeverity::of(findings),
        findings_by_detector: by_detector,
        listings: listings.len(),
        targets: targets.len(),
        pairs: pairs(findings).len(),
        indicators: report.indicators.len(),
        pages_seen: report.coverage.seen,
        landings_seen: report.coverage.landings,
        addresses_unseen: wording::addresses(&report.coverage.unseen),
        hops: report.hops,
    }
}

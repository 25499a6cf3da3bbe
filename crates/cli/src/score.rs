//! How well a judgement meets a ground truth.

use std::collections::BTreeSet;

use model::{Finding, PageUrl};
use sandbox::Expected;

/// What identifies a finding in a ground truth.
type Key = (String, PageUrl, PageUrl);

/// Findings against a ground truth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Score {
    /// Expected and found.
    pub(crate) hits: Vec<Key>,
    /// Expected and not found.
    pub(crate) missed: Vec<Key>,
    /// Found and not expected.
    pub(crate) extra: Vec<Key>,
}

impl Score {
    /// Compares by detector, listing and target.
    pub(crate) fn of(findings: &[Finding], expected: &Expected) -> Self {
        let expected: BTreeSet<Key> = expected
            .findings
            .iter()
            .map(|finding| {
                (
                    finding.detector.clone(),
                    finding.listing.clone(),
                    finding.target.clone(),
                )
            })
            .collect();
        let found: BTreeSet<Key> = findings
            .iter()
            .map(|finding| {
                (
                    finding.detector.0.to_owned(),
                    finding.listing.clone(),
                    finding.target.clone(),
                )
            })
            .collect();
        Self {
            hits: expected.intersection(&found).cloned().collect(),
            missed: expected.difference(&found).cloned().collect(),
            extra: found.difference(&expected).cloned().collect(),
        }
    }

    /// Whether everything was found and nothing else.
    pub(crate) fn is_perfect(&self) -> bool {
        self.missed.is_empty() && self.extra.is_empty()
    }

    /// Share of what was found that was expected; `None` when nothing was found.
    pub(crate) fn precision(&self) -> Option<f64> {
        share(self.hits.len(), self.extra.len())
    }

    /// Share of what was expected that was found; `None` when nothing was expected.
    pub(crate) fn recall(&self) -> Option<f64> {
        share(self.hits.len(), self.missed.len())
    }

    /// The score in a few lines.
    pub(crate) fn lines(&self) -> String {
        let number = |share: Option<f64>| {
            share.map_or_else(|| "–".to_owned(), |share| format!("{share:.3}"))
        };
        let mut lines = format!(
            "Score against the ground truth: {} of {} expected findings, {} not expected\n  \
             precision {}   recall {}\n",
            self.hits.len(),
            self.hits.len() + self.missed.len(),
            self.extra.len(),
            number(self.precision()),
            number(self.recall()),
        );
        for (what, keys) in [("missed", &self.missed), ("not expected", &self.extra)] {
            for (detector, listing, target) in keys {
                lines.push_str(&format!("  {what}: {detector}  {listing}  →  {target}\n"));
            }
        }
        lines
    }
}

fn share(hits: usize, others: usize) -> Option<f64> {
    let all = u32::try_from(hits + others).ok().filter(|all| *all > 0)?;
    Some(f64::from(u32::try_from(hits).ok()?) / f64::from(all))
}

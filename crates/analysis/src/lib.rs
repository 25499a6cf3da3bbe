//! Which ways lead from a compliant listing to a restricted page?
//!
//! [`analyze`] joins a link graph with the verdicts of a rule pack and runs every detector of
//! [`detectors::ALL`]. It is offline and deterministic: the same graph, verdicts and settings
//! give the same bytes.

pub mod detectors;
mod evidence;
mod explain;
mod hidden_path;
pub mod market;
mod promise;
mod rank;
mod scene;
mod walks;

pub use explain::{Explained, WalkHop, Way, WayOutcome, explain};
pub use hidden_path::{HiddenPath, Search, SearchSettings, Step, hidden_paths, hidden_paths_to};
pub use scene::{PageVerdict, Scene, Settings};
pub use walks::{Existence, Further, Walk};

use model::{Finding, Indicator};

/// What was judged.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// Findings, the gravest first.
    pub findings: Vec<Finding>,
    /// Signals worth a look, in order.
    pub indicators: Vec<Indicator>,
}

/// Runs every detector.
#[must_use]
pub fn analyze(scene: &Scene) -> Judgement {
    let mut findings = Vec::new();
    for detector in detectors::ALL {
        detector.detect(scene, &mut findings);
    }
    findings.sort_by(|a: &Finding, b: &Finding| {
        b.severity
            .cmp(&a.severity)
            .then_with(|| b.chance.total_cmp(&a.chance))
            .then_with(|| a.cost.total_cmp(&b.cost))
            .then_with(|| a.listing.cmp(&b.listing))
            .then_with(|| a.target.cmp(&b.target))
            .then_with(|| a.detector.cmp(&b.detector))
    });
    Judgement {
        findings,
        indicators: detectors::indicators(scene),
    }
}

//! Which ways lead from a compliant listing to a restricted page?
//!
//! [`analyze`] joins a link graph with the verdicts of a rule pack and runs every detector of
//! [`detectors::ALL`]. It is offline and deterministic: the same graph, verdicts and settings
//! give the same bytes.

mod ablation;
mod amplification;
mod arrival;
mod derived;
pub mod detectors;
mod evidence;
mod explain;
mod hidden_path;
pub mod market;
pub mod networks;
mod promise;
mod rank;
mod scene;
mod site_record;
mod stage;
mod walks;

pub use ablation::{Ability, Ablation};
pub use amplification::{Amplification, Amplified, Channel};
pub use explain::{Explained, WalkHop, Way, WayOutcome, explain};
pub use hidden_path::{HiddenPath, Search, SearchSettings, Step, hidden_paths, hidden_paths_to};
pub use scene::{PageVerdict, Scene, Settings};
pub use stage::Stage;
pub use walks::{Existence, Further, Walk};

use model::{Finding, Indicator, Network};
use networks::{Ground, networks};

use market::{Cuts, Market};

/// What was judged.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// Findings, the gravest first.
    pub findings: Vec<Finding>,
    /// Signals worth a look, in order.
    pub indicators: Vec<Indicator>,
    /// Where to cut the hidden paths.
    pub cuts: Cuts,
    /// What of the way to restricted pages only the platform's own amplifiers carry.
    pub amplification: Amplification,
    /// Who is behind it, as far as rare things that they share tell.
    pub networks: Vec<Network>,
}

/// Runs every detector.
#[must_use]
pub fn analyze(scene: &Scene) -> Judgement {
    analyze_staged(scene, &mut |_| ())
}

/// The same, telling each stage as it begins.
#[must_use]
pub fn analyze_staged(scene: &Scene, begun: &mut dyn FnMut(Stage)) -> Judgement {
    begun(Stage::Detectors);
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
    let indicators = detectors::indicators(scene);
    begun(Stage::Networks);
    let ground = Ground::of_scene(scene, &scene.entities(), &findings);
    let address = |page| scene.graph.page(page).address.clone();
    let networks = networks(&ground, &scene.settings.networks, &address);
    begun(Stage::Cuts);
    Judgement {
        findings,
        indicators,
        cuts: cuts(scene),
        amplification: Amplification::of(scene),
        networks,
    }
}

/// Where to cut the hidden paths of a case.
fn cuts(scene: &Scene) -> Cuts {
    let market = Market {
        graph: &scene.freeze.graph,
        pages: &scene.market_pages(),
        settings: &scene.settings.search,
    };
    // The evidence is a part of a graph that was frozen, so that it fits as well.
    market.where_to_cut().unwrap_or_default()
}

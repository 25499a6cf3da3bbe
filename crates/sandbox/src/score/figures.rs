//! What a score tells.

use serde::Serialize;

use super::count::Counting;
use super::statistics::{Quality, Share};
use super::{Findings, TruthFolder};
use crate::PlantedPath;

/// Which planted paths a row of figures is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Needs {
    /// Every guise sees them without a browser.
    Nothing,
    /// A guise or an act of its own sees them, without a browser.
    Vantage,
    /// A reader that runs no script cannot see them.
    Browser,
}

impl Needs {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Nothing, Self::Vantage, Self::Browser];

    pub(super) fn of(path: &PlantedPath) -> Self {
        match (path.browser, path.vantage) {
            (true, _) => Self::Browser,
            (false, Some(_)) => Self::Vantage,
            (false, None) => Self::Nothing,
        }
    }
}

/// By what planted paths are told apart in a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Dimension {
    /// Technique: a path stands in the row of each of its own.
    Technique,
    /// How many techniques are stacked.
    Stacked,
    /// Number of hops.
    Hops,
    /// Language of the listing.
    Language,
    /// Category of the target.
    Category,
    /// Policy of the target.
    Policy,
    /// Template of the listing.
    Template,
    /// Whose part of the listing it begins in.
    Zone,
    /// Plain or evasive.
    Spelling,
    /// The guise that it takes.
    Vantage,
}

impl Dimension {
    /// All of them, in the order in which they are shown.
    pub const ALL: &'static [Self] = &[
        Self::Technique,
        Self::Stacked,
        Self::Hops,
        Self::Language,
        Self::Category,
        Self::Policy,
        Self::Template,
        Self::Zone,
        Self::Spelling,
        Self::Vantage,
    ];

    /// The rows in which a path stands, by a key that sorts as people count.
    pub(super) fn rows_of(self, path: &PlantedPath) -> Vec<String> {
        let counted = |count: usize| vec![format!("{count:>2}")];
        match self {
            Self::Technique => path.techniques.iter().map(ToString::to_string).collect(),
            Self::Stacked => counted(path.techniques.len()),
            Self::Hops => counted(path.hops.len()),
            Self::Language => vec![path.language.as_str().to_owned()],
            Self::Category => vec![path.category.0.clone()],
            Self::Policy => vec![path.policy.as_str().to_owned()],
            Self::Template => vec![path.template.as_str().to_owned()],
            Self::Zone => vec![path.zone.as_str().to_owned()],
            Self::Spelling => vec![if path.evasive { "evasive" } else { "plain" }.to_owned()],
            Self::Vantage => path.vantage.iter().map(ToString::to_string).collect(),
        }
    }
}

/// Planted paths of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BreakdownRow {
    /// The kind.
    pub key: String,
    /// Found of those that need neither a browser nor a vantage.
    pub found: Share,
    /// Found of those that need one.
    pub apart: Share,
}

/// Honest listings of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LookAlikeRow {
    /// The kind.
    pub kind: &'static str,
    /// How many of them were flagged.
    pub flagged: Share,
}

/// What became of the listings, each of which stands in one row.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Confusion {
    /// Planted, and one of its targets was found.
    pub planted_found: u64,
    /// Planted, and another target was named.
    pub planted_with_another_target: u64,
    /// Planted, and silent.
    pub planted_missed: u64,
    /// The same, where every path of the listing needs a browser or another vantage.
    pub planted_missed_apart: u64,
    /// Honest, and flagged with nothing but what the template conceals.
    pub template_alone: u64,
    /// Flagged with a way that begins on the page of its seller, and that is planted at another listing of
    /// that seller; with nothing else but what the template conceals.
    pub shared_alone: u64,
    /// Ordinary, and flagged.
    pub honest_flagged: u64,
    /// A look-alike, and flagged.
    pub look_alike_flagged: u64,
    /// Honest, and nothing was said of it.
    pub honest_silent: u64,
    /// Flagged, and on no host of a storefront, so no listing at all.
    pub elsewhere_flagged: u64,
}

/// A planted path that was not found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Missed {
    /// The listing.
    pub listing: String,
    /// The target.
    pub target: String,
    /// Techniques of the path.
    pub techniques: Vec<String>,
    /// What it takes to see it.
    pub needs: Needs,
}

/// A pair that was found and is not planted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FalseAlarm {
    /// The listing.
    pub listing: String,
    /// The target.
    pub target: String,
    /// What the listing is: `planted`, `ordinary`, `elsewhere`, or the kind of the look-alike.
    pub listing_is: &'static str,
    /// Who found it, where the findings tell.
    pub detectors: Vec<String>,
}

/// How a tool did.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Score {
    /// The tool, by its own name; may be empty.
    pub tool: String,
    /// Seed of the marketplace.
    pub seed: u64,
    /// Half of the vocabulary.
    pub split: &'static str,
    /// How many listings the marketplace has.
    pub listings: u64,
    /// How many findings were read, repeated ones included.
    pub rows: u64,
    /// How many different pairs of listing and target they are.
    pub pairs: u64,
    /// Pairs that only tell what the template of a storefront conceals: neither right nor wrong.
    pub template_pairs: u64,
    /// Pairs of a listing that leads to a planted target over the page of its seller, where another listing of
    /// that seller has the record: neither right nor wrong.
    pub shared_pairs: u64,
    /// Plants in templates whose target was named by some finding.
    pub template_found: Share,
    /// Pairs, of the planted paths that need nothing.
    pub of_pairs: Quality,
    /// Pairs, of those that need no browser.
    pub of_pairs_without_browser: Quality,
    /// Pairs, of every path.
    pub of_all_pairs: Quality,
    /// Listings, of those with a path that needs nothing.
    pub of_listings: Quality,
    /// Listings, of every planted one.
    pub of_all_listings: Quality,
    /// Planted paths found, by what it takes to see them.
    pub needs: Vec<(Needs, Share)>,
    /// Honest listings that were flagged.
    pub honest_flagged: Share,
    /// The same by kind of look-alike; ordinary listings last.
    pub look_alikes: Vec<LookAlikeRow>,
    /// What became of the listings.
    pub confusion: Confusion,
    /// Planted paths found, in each dimension.
    pub breakdowns: Vec<(Dimension, Vec<BreakdownRow>)>,
    /// False pairs by detector, where the findings tell; a pair of several stands in each of their rows.
    pub false_by_detector: Vec<(String, u64)>,
    /// Pages fetched, if it is known.
    pub pages: Option<u64>,
    /// Seconds taken, if it is known.
    pub seconds: Option<f64>,
    /// Pages fetched for each planted path that was found; `None` where none was, or the pages are not known.
    pub pages_per_hit: Option<f64>,
    /// What was missed, by listing and target.
    pub missed: Vec<Missed>,
    /// What was found and is not planted, by listing and target.
    pub false_alarms: Vec<FalseAlarm>,
}

impl Score {
    /// Counts. Time O(n log n) in paths and findings.
    #[must_use]
    pub fn of(truth: &TruthFolder, findings: &Findings) -> Self {
        Counting::of(truth, findings).score()
    }

    /// False alarms per 1,000 honest listings.
    #[must_use]
    pub fn alarms_per_thousand(&self) -> Option<f64> {
        self.honest_flagged.value().map(|share| share * 1_000.0)
    }
}

//! Arguments of what people decide.

use std::net::IpAddr;
use std::path::PathBuf;

use model::{CategoryCode, Decision, Policy};

use super::{PolicyArgs, decision};

#[derive(Debug, clap::Args)]
pub(crate) struct Decide {
    /// The case folder.
    #[arg(long, value_name = "DIR")]
    pub(crate) case: PathBuf,
    /// Fingerprints of the findings, as the reports show them.
    #[arg(
        value_name = "FINGERPRINT",
        required_unless_present = "page",
        conflicts_with = "page"
    )]
    pub(crate) fingerprints: Vec<String>,
    /// What is decided of them.
    #[arg(
        long = "as",
        value_name = "DECISION",
        value_parser = decision(),
        required_unless_present = "page",
        conflicts_with = "page"
    )]
    pub(crate) decision: Option<Decision>,
    /// Instead of findings, the address of a page that should have another label.
    #[arg(long, value_name = "ADDRESS", requires = "label")]
    pub(crate) page: Option<String>,
    /// Its label: illegal, age-restricted, age-restricted:16, compliant, unknown; or undone, to take a
    /// former one back.
    #[arg(long, value_name = "POLICY", requires = "page", value_parser = page_label)]
    pub(crate) label: Option<PageLabel>,
    /// Category of the label, by its code in the rule pack.
    #[arg(long, value_name = "CODE", requires = "label")]
    pub(crate) category: Option<String>,
    /// Who decides.
    #[arg(long, value_name = "NAME")]
    pub(crate) reviewer: String,
    /// Why.
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,
}

impl Decide {
    /// The category, by its code.
    pub(crate) fn category(&self) -> Option<CategoryCode> {
        self.category.clone().map(CategoryCode)
    }
}

/// What a page's label is to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PageLabel {
    /// This.
    Given(Policy),
    /// What the rules say, as before.
    Undone,
}

fn page_label(word: &str) -> Result<PageLabel, String> {
    if word == Decision::Undone.as_str() {
        return Ok(PageLabel::Undone);
    }
    let policy = rules::policy_named(word);
    policy.map(PageLabel::Given).ok_or_else(|| {
        format!(
            "`{word}` is no label: illegal, age-restricted, age-restricted:16, compliant, unknown or undone"
        )
    })
}

#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Review {
    /// The case folder.
    #[arg(long, value_name = "DIR")]
    pub(crate) case: PathBuf,
    /// The port to listen at; 0 for any free one.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) port: u16,
    /// The address to listen at. Beyond loopback nothing is encrypted: prefer a tunnel.
    #[arg(long, value_name = "IP", default_value = "127.0.0.1")]
    pub(crate) bind: IpAddr,
    #[command(flatten)]
    pub(crate) policy: PolicyArgs,
    /// See `analyze`.
    #[arg(long, value_name = "FILE")]
    pub(crate) ads: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Decisions {
    /// The case folder.
    #[arg(long, value_name = "DIR")]
    pub(crate) case: PathBuf,
    /// Form of the list.
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: DecisionsFormat,
}

/// The form of a list of decisions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum DecisionsFormat {
    /// A line for each.
    Text,
    /// The journal as it is kept: one JSON object a line.
    Jsonl,
    /// A table.
    Csv,
}

//! Arguments of what measures tools on a generated marketplace.

use std::path::PathBuf;

use super::PolicyArgs;

/// The form of a score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum ScoreFormat {
    /// For a person at a terminal.
    Text,
    /// One JSON object with every count, what was missed and every false alarm.
    Json,
    /// One page with charts.
    Html,
}

#[derive(Debug, clap::Args)]
pub(crate) struct ScoreArgs {
    /// Folder of the truth, as `sandbox truth` writes it.
    #[arg(long, value_name = "DIR")]
    pub(crate) truth: PathBuf,
    /// What the tool found: a table with the columns `listing` and `target`, or JSON with an array of
    /// objects that have both; `report --format csv` and `--format json` of this program do.
    #[arg(long, value_name = "FILE")]
    pub(crate) findings: PathBuf,
    /// How many pages the tool fetched, where the findings do not say.
    #[arg(long, value_name = "N")]
    pub(crate) pages: Option<u64>,
    /// Name of the tool, where the findings do not say.
    #[arg(long, value_name = "NAME")]
    pub(crate) tool: Option<String>,
    /// Show so many missed paths of each technique and so many false alarms; 0 on a market whose misses must
    /// not be looked at. JSON has all of them, or none for 0.
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub(crate) examples: usize,
    /// Form of the result.
    #[arg(long, value_enum, default_value = "text", value_name = "FORMAT")]
    pub(crate) format: ScoreFormat,
    /// Write to this file instead of stdout.
    #[arg(long, short, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct AblationArgs {
    /// Folder of the truth, as `sandbox truth` writes it.
    #[arg(long, value_name = "DIR")]
    pub(crate) truth: PathBuf,
    /// Case folder of a scan of that marketplace; nothing is written into it.
    #[arg(long, value_name = "DIR")]
    pub(crate) case: PathBuf,
    #[command(flatten)]
    pub(crate) policy: PolicyArgs,
    /// Form of the result.
    #[arg(long, value_enum, default_value = "text", value_name = "FORMAT")]
    pub(crate) format: ScoreFormat,
    /// Write to this file instead of stdout.
    #[arg(long, short, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

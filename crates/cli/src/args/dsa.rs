//! Arguments of the outputs for the Digital Services Act.

use std::path::PathBuf;

use clap::Subcommand;

use super::PolicyArgs;

/// The form of a notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum NoticeFormat {
    /// For programs, and to be filled in.
    Json,
    /// One page to read and print.
    Html,
}

/// What is done with a document that was filled in.
#[derive(Debug, Subcommand)]
pub(crate) enum FilledCommand {
    /// Check a document that was filled in: what is missing or wrong, with the field and the remedy.
    Check {
        /// The file, as JSON.
        file: PathBuf,
    },
}

/// What is done with a notice that was filled in.
#[derive(Debug, Subcommand)]
pub(crate) enum FilledNoticeCommand {
    /// Check a notice that was filled in: what is missing or wrong, with the field and the remedy.
    Check {
        /// The file, as JSON.
        file: PathBuf,
    },
    /// Check a notice that was filled in, and write it as HTML to read and print; while anything is missing or
    /// wrong, that is said as by `check`, and nothing is written.
    Print {
        /// The file, as JSON.
        file: PathBuf,
        /// Write to this file instead of stdout.
        #[arg(long, short, value_name = "FILE")]
        out: Option<PathBuf>,
    },
}

/// Which findings of a case.
#[derive(Debug, clap::Args)]
pub(crate) struct ChosenArgs {
    /// The case folder.
    #[arg(long, value_name = "DIR", required = true)]
    pub(crate) case: Option<PathBuf>,
    /// Fingerprints of the findings.
    #[arg(value_name = "FINGERPRINT")]
    pub(crate) fingerprints: Vec<String>,
    /// Take every finding for which it makes sense.
    #[arg(long, conflicts_with = "fingerprints")]
    pub(crate) all: bool,
    /// Write to this file instead of stdout.
    #[arg(long, short, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) policy: PolicyArgs,
}

#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct NoticeArgs {
    #[command(subcommand)]
    pub(crate) command: Option<FilledNoticeCommand>,
    #[command(flatten)]
    pub(crate) chosen: ChosenArgs,
    /// Form of the notice.
    #[arg(long, value_enum, default_value = "json")]
    pub(crate) format: NoticeFormat,
}

#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct StatementArgs {
    #[command(subcommand)]
    pub(crate) command: Option<FilledCommand>,
    #[command(flatten)]
    pub(crate) chosen: ChosenArgs,
}

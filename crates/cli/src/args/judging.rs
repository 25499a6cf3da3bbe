//! Arguments of what is judged, and by what: policies, one document, rule packs.

use std::path::PathBuf;

use clap::Subcommand;
use fetch::{Allowance, ResolveOverride};
use model::{Market, Severity};

use super::{InspectFormat, SecretArgs, severity};
use crate::policy::ListArg;

/// What pages are judged by.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct PolicyArgs {
    /// The country whose law is applied, as two letters, or EU [default: that of the last
    /// judgement of the case, else EU].
    #[arg(long, value_name = "COUNTRY")]
    pub(crate) market: Option<Market>,
    /// A rule pack to use instead of the built-in one: a file, or a folder with a pack.toml. Given
    /// more than once, the packs are joined; `eu` is the built-in one.
    #[arg(long, value_name = "PACK")]
    pub(crate) pack: Vec<PathBuf>,
    /// A list of hosts, sites, beginnings of addresses or GTINs, one a line or as CSV, that are
    /// `illegal`, `age-restricted:AGE` or `compliant`; may be given more than once.
    #[arg(long, value_name = "POLICY=FILE")]
    pub(crate) list: Vec<ListArg>,
    /// Labels of your own by address, as CSV with the columns address, policy, category and
    /// source; they outrank rules and lists.
    #[arg(long, value_name = "FILE")]
    pub(crate) labels: Vec<PathBuf>,
}

impl PolicyArgs {
    /// Whose law; that of the Union when none was named.
    pub(crate) fn market(&self) -> Market {
        self.market.clone().unwrap_or_else(Market::eu)
    }
}

#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct JudgeArgs {
    #[command(flatten)]
    pub(crate) policy: PolicyArgs,
    /// A repository of advertisements to join with the pages on which they land: .csv, .json or .jsonl
    /// with the fields of Article 39(2) of the Digital Services Act; see docs/cli.md.
    #[arg(long, value_name = "FILE")]
    pub(crate) ads: Option<PathBuf>,
}

/// What makes a judgement fail.
#[derive(Debug, Clone, Copy, Default, clap::Args)]
pub(crate) struct FailArgs {
    /// Exit with 1 for findings of at least this severity [default: low].
    #[arg(long, value_name = "SEVERITY", value_parser = severity())]
    pub(crate) fail_on: Option<Severity>,
}

impl FailArgs {
    /// The least severity that fails.
    pub(crate) fn least(self) -> Severity {
        self.fail_on.unwrap_or(Severity::Low)
    }
}

/// One document, and what came with it.
#[derive(Debug, clap::Args)]
pub(crate) struct DocumentArgs {
    /// A file, `-` for stdin, or an http(s) address.
    #[arg(value_name = "FILE-OR-URL")]
    pub(crate) document: String,
    /// The address of the file: what its relative references resolve against.
    #[arg(long, value_name = "URL")]
    pub(crate) base: Option<String>,
    /// Stylesheets that the page names.
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub(crate) css: Vec<PathBuf>,
    /// Scripts that the page links to, in the order in which it does.
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub(crate) js: Vec<PathBuf>,
    /// Status and header lines of the answer, as in `Name: value`; may be given more than once.
    #[arg(long, value_name = "LINE")]
    pub(crate) header: Vec<String>,
    /// The type of the document; by its header, its file name and its first bytes if left out.
    #[arg(long, value_name = "TYPE")]
    pub(crate) content_type: Option<String>,
    /// Decode pictures: codes in them and addresses in their metadata.
    #[arg(long)]
    pub(crate) images: bool,
    /// Status of the answer.
    #[arg(long, default_value_t = 200)]
    pub(crate) status: u16,
    /// See `scan`.
    #[arg(long, value_name = "IP[:PORT]")]
    pub(crate) allow_address: Vec<Allowance>,
    /// See `scan`.
    #[arg(long, value_name = "HOST:PORT:ADDR")]
    pub(crate) resolve: Vec<ResolveOverride>,
    #[command(flatten)]
    pub(crate) secrets: SecretArgs,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Inspect {
    #[command(flatten)]
    pub(crate) document: DocumentArgs,
    /// Form of the facts.
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: InspectFormat,
    #[command(flatten)]
    pub(crate) policy: PolicyArgs,
}

#[derive(Debug, clap::Args)]
pub(crate) struct RulesArgs {
    #[command(subcommand)]
    pub(crate) command: RulesCommand,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Explain {
    #[command(flatten)]
    pub(crate) document: DocumentArgs,
    #[command(flatten)]
    pub(crate) policy: PolicyArgs,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RulesCommand {
    /// Check a rule pack: errors with file, line and remedy, and what looks wrong.
    Check {
        /// The packs, joined: files, or folders with a pack.toml; the built-in one if left out.
        #[arg(value_name = "PACK")]
        pack: Vec<PathBuf>,
        /// Further everyday texts, files or folders of them: terms without context that occur there, or
        /// in the sentences that are built in, are told.
        #[arg(long, value_name = "PATH")]
        everyday: Vec<PathBuf>,
        /// Tell what is worth knowing as well.
        #[arg(long)]
        notes: bool,
    },
    /// Say what of a page matched, what it weighed, and what would change the verdict.
    Explain(Box<Explain>),
    /// Run the tests of a pack: pages with the label that they must get.
    Test {
        /// Files of tests in TOML, or folders of them.
        #[arg(value_name = "FILE-OR-DIR", required = true)]
        tests: Vec<PathBuf>,
        /// The packs, joined; the built-in one if left out.
        #[arg(long, value_name = "PACK")]
        pack: Vec<PathBuf>,
    },
    /// List the categories of a pack with their policy in a market.
    List {
        #[command(flatten)]
        policy: PolicyArgs,
        /// Every row of the tables, as Markdown.
        #[arg(long)]
        markdown: bool,
    },
    /// Measure a pack on a folder of labelled pages: precision, recall and F1.
    Evaluate {
        /// The folder, with `expected.csv`: file, policy, category, and where wanted language,
        /// kind and evasive.
        #[arg(value_name = "DIR")]
        folder: PathBuf,
        #[command(flatten)]
        policy: PolicyArgs,
        /// Print this many of the pages that were labelled wrongly.
        #[arg(long, value_name = "N", default_value_t = 0)]
        misses: usize,
        /// Print the figures as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Print the JSON Schema of a pack's file.
    Schema,
}

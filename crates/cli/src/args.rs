//! The command line: one definition, from which help, completions and docs/cli.md come.

mod decisions;
mod dsa;
mod graph;
mod judging;
mod marketplace;
mod scoring;

use std::num::NonZeroU32;
use std::path::PathBuf;

use clap::{Parser, Subcommand};
use fetch::{Allowance, ResolveOverride};
use model::{Landings, ScopeRule, Severity, Sitemaps, VantageId};
use sandbox::{PageLanguage, Split};

pub(crate) use self::graph::{EntityKinds, Export, GraphImport, MarketGraphArgs};
pub(crate) use decisions::{Decide, Decisions, DecisionsFormat, PageLabel, Review};
pub(crate) use dsa::{
    ChosenArgs, FilledCommand, FilledNoticeCommand, NoticeArgs, NoticeFormat, StatementArgs,
};
pub(crate) use judging::{
    DocumentArgs, FailArgs, Inspect, JudgeArgs, PolicyArgs, RulesArgs, RulesCommand,
};
pub(crate) use marketplace::{GenerateArgs, MarketplaceArgs, ServeArgs};
pub(crate) use scoring::{AblationArgs, ScoreArgs, ScoreFormat};

/// Finds the side doors of a marketplace: ways that lead from a compliant listing to an illegal
/// or age-restricted page without the shopper being shown where they lead.
#[derive(Debug, Parser)]
#[command(
    name = "sidedoor",
    version,
    max_term_width = 100,
    disable_help_subcommand = true
)]
pub(crate) struct Args {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
    /// Say more on stderr; twice for debugging.
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
    /// No progress on stderr.
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve the sandbox marketplace, scan it, print the findings and score them: a self-test.
    Demo(Demo),
    /// Crawl, analyze and report in one go, into a case folder.
    Scan(Scan),
    /// Crawl into a case folder, or go on with a crawl that was stopped.
    Crawl(CrawlArgs),
    /// Take what was seen elsewhere, without the network: captures become a case, tables of pages and
    /// hops are judged.
    Import(ImportArgs),
    /// Judge a case again, without the network.
    Analyze(Analyze),
    /// Show what was found in a case.
    Report(ReportArgs),
    /// Tell why a listing of a case is, or is not, a finding.
    Explain(ExplainArgs),
    /// Open the review desk: findings, captured pages and decisions in a browser, served on loopback.
    Review(Review),
    /// Keep what a person decided of a finding, or the label that a page should have.
    Decide(Decide),
    /// Show what was decided of a case, by whom and why.
    Decisions(Decisions),
    /// Draft a notice of illegal content (Article 16 of the Digital Services Act), or check one.
    Notice(NoticeArgs),
    /// Draft statements of reasons for the DSA transparency database, or check some.
    Statement(StatementArgs),
    /// Write the link graph of a case for other programs.
    Export(Export),
    /// Check that a case is what was kept: every digest, every record, every hop of every finding.
    Verify(VerifyArgs),
    /// Read one document and show its facts: every way out, its visibility, labels and gates.
    Inspect(Inspect),
    /// Work with rule packs.
    Rules(RulesArgs),
    /// Serve a scripted site on loopback.
    Sandbox(SandboxArgs),
    /// Write a completion script for a shell to stdout.
    Completions {
        /// The shell.
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
}

#[derive(Debug, clap::Args)]
pub(crate) struct Demo {
    /// Keep the case in this folder; it must be new, empty, or a demo's.
    #[arg(long, value_name = "DIR", default_value = "demo-case")]
    pub(crate) case: PathBuf,
    /// Scan another embedded site than the marketplace.
    #[arg(long, value_name = "NAME", default_value = "marketplace")]
    pub(crate) site: String,
    /// Form of the result on stdout.
    #[arg(long, default_value = "text", value_name = "FORMAT", value_parser = report_format())]
    pub(crate) format: report::Format,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Scan {
    #[command(flatten)]
    pub(crate) crawl: CrawlArgs,
    #[command(flatten)]
    pub(crate) judge: JudgeArgs,
    #[command(flatten)]
    pub(crate) fail: FailArgs,
    /// Form of the result on stdout.
    #[arg(long, value_name = "FORMAT", value_parser = report_format())]
    pub(crate) format: Option<report::Format>,
}

/// What proves to one's own hosts who asks.
#[derive(Debug, clap::Args)]
pub(crate) struct SecretArgs {
    /// Send the cookies of this file to the hosts that it names. In Netscape's form, as curl has it.
    #[arg(long, value_name = "FILE")]
    pub(crate) cookies: Option<PathBuf>,
    /// Send header fields to your own hosts: a file with a line for each, `HOST Name: value`.
    #[arg(long, value_name = "FILE")]
    pub(crate) headers: Option<PathBuf>,
    /// Sign in to your own host by basic authentication: with the `name:password` in an environment
    /// variable, or in a file after `@`; may be given more than once.
    #[arg(long, value_name = "HOST=VARIABLE|HOST=@FILE")]
    pub(crate) basic: Vec<String>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct CrawlArgs {
    /// Addresses to start from; they span the scope. May be left out to go on with a case.
    #[arg(value_name = "SEED")]
    pub(crate) seeds: Vec<String>,
    /// The case folder: made if it is not there, gone on with if it is.
    #[arg(long, value_name = "DIR")]
    pub(crate) case: Option<PathBuf>,
    /// What belongs to the case: all hosts of the seeds' sites, the seeds' hosts, or what is below
    /// the seeds' paths [default: site].
    #[arg(long, value_name = "RULE", value_parser = scope_rule())]
    pub(crate) scope: Option<ScopeRule>,
    /// Leave out paths that start so; may be given more than once.
    #[arg(long, value_name = "PATH")]
    pub(crate) exclude: Vec<String>,
    /// Visit at most so many addresses [default: 100000].
    #[arg(long, value_name = "N")]
    pub(crate) pages: Option<NonZeroU32>,
    /// Go at most so many clicks from a seed [default: 64].
    #[arg(long, value_name = "N")]
    pub(crate) depth: Option<u32>,
    /// Follow at most so many redirects in a row [default: 20].
    #[arg(long, value_name = "N")]
    pub(crate) redirects: Option<u32>,
    /// Ask an address again at most so many times when that may help: after 429, 5xx and failed
    /// connections [default: 2].
    #[arg(long, value_name = "N")]
    pub(crate) retries: Option<u32>,
    /// Let the vantages behind the first one ask at most so many pages again [default: 20000].
    #[arg(long, value_name = "N")]
    pub(crate) reasks: Option<u32>,
    /// Ask at most so many variants of a page: addresses that differ from one that is asked in session
    /// ids, tracking parameters and the order of the query alone [default: 3].
    #[arg(long, value_name = "N")]
    pub(crate) variants: Option<u32>,
    /// Take at most so many addresses of one site [default: no bound but that of the pages].
    #[arg(long, value_name = "N")]
    pub(crate) site_addresses: Option<u32>,
    /// Take at most so many addresses of one site out of the scope [default: 10000].
    #[arg(long, value_name = "N")]
    pub(crate) landing_addresses: Option<u32>,
    /// Take at most so many more addresses of one pattern (such as `/item/{int}`) once its pages bring
    /// nothing new [default: 10000].
    #[arg(long, value_name = "N")]
    pub(crate) pattern_addresses: Option<u32>,
    /// The same for patterns that have no end by their kind: dates, parameters that are combined at
    /// will [default: 100].
    #[arg(long, value_name = "N")]
    pub(crate) endless_addresses: Option<u32>,
    /// Stop after so many seconds; the case can be gone on with [default: 86400].
    #[arg(long, value_name = "SECONDS")]
    pub(crate) wall: Option<u64>,
    /// Give up on one exchange after so many seconds [default: 30].
    #[arg(long, value_name = "SECONDS")]
    pub(crate) timeout: Option<u64>,
    /// Read at most so many decoded bytes of one body [default: 33554432].
    #[arg(long, value_name = "BYTES")]
    pub(crate) body_bytes: Option<u64>,
    /// Wait so long between two requests to one host [default: 200; 0 where all seeds are on
    /// loopback].
    #[arg(long, value_name = "MILLISECONDS")]
    pub(crate) delay: Option<u64>,
    /// Ask one host for so much at once [default: 2; 8 where all seeds are on loopback].
    #[arg(long, value_name = "N")]
    pub(crate) per_host: Option<NonZeroU32>,
    /// Ask for so much at once in all [default: 16].
    #[arg(long, value_name = "N")]
    pub(crate) concurrency: Option<NonZeroU32>,
    /// What to do with ways that leave the scope: follow them to their landing page, go a click onward
    /// from there, or only record them [default: follow].
    #[arg(long, value_name = "POLICY", value_parser = landings())]
    pub(crate) landings: Option<Landings>,
    /// Guises to ask in, the first one crawls and the others re-ask what may be cloaked: desktop,
    /// phone, crawler, from-search, from-market, without-cookies, returning, agent, language:TAG
    /// [default: desktop,phone,crawler].
    #[arg(long = "vantage", value_name = "NAME", value_delimiter = ',')]
    pub(crate) vantages: Vec<VantageId>,
    /// Guises that ask again at doors alone: addresses out of the scope that lead on by themselves, or
    /// nowhere [default: from-search,from-market,returning,agent where --vantage is not given, else none].
    #[arg(long = "door-vantage", value_name = "NAME", value_delimiter = ',')]
    pub(crate) door_vantages: Vec<VantageId>,
    /// Keep no cookies that servers set. Written into the case.
    #[arg(long)]
    pub(crate) no_cookies: bool,
    /// What to do with sitemaps, once no link leads further [default: read].
    #[arg(long, value_name = "WORD", value_parser = sitemaps())]
    pub(crate) sitemaps: Option<Sitemaps>,
    /// Do not ask for robots.txt: for your own site only. Written into the case.
    #[arg(long)]
    pub(crate) ignore_robots: bool,
    /// Allow connections to a special-purpose address (loopback, private network ...), which are
    /// refused otherwise: an address or a network, with or without a port.
    #[arg(long, value_name = "IP[:PORT]")]
    pub(crate) allow_address: Vec<Allowance>,
    /// Connect to ADDR for HOST and PORT, as curl does; HOST may be `*` or `*.test`, ADDR may carry
    /// a port of its own.
    #[arg(long, value_name = "HOST:PORT:ADDR")]
    pub(crate) resolve: Vec<ResolveOverride>,
    #[command(flatten)]
    pub(crate) secrets: SecretArgs,
    /// Keep what `--cookies`, `--headers` and `--basic` send in the evidence, where it is masked
    /// otherwise.
    #[arg(long)]
    pub(crate) keep_secrets: bool,
    /// Answer from the evidence of another case instead of from the network.
    #[arg(long, value_name = "DIR")]
    pub(crate) replay: Option<PathBuf>,
    /// Begin a new file of evidence once one has so many bytes [default: 1073741824].
    #[arg(long, value_name = "BYTES")]
    pub(crate) rotate: Option<u64>,
    /// Who crawls, and how to reach them: written into every file of evidence.
    #[arg(long, value_name = "TEXT")]
    pub(crate) operator: Option<String>,
    #[command(flatten)]
    pub(crate) watch: WatchArgs,
    /// Settings file [default: sidedoor.toml, if it is there].
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
}

/// The form of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum EventsFormat {
    /// One JSON object a line.
    Ndjson,
}

#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct WatchArgs {
    /// Write what happens, for other programs.
    #[arg(long, value_enum, value_name = "FORM")]
    pub(crate) events: Option<EventsFormat>,
    /// Append events to this file instead of stderr, where they take the place of progress.
    #[arg(long, value_name = "FILE", requires = "events")]
    pub(crate) events_file: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Analyze {
    /// The case folder.
    #[arg(long, value_name = "DIR")]
    pub(crate) case: PathBuf,
    #[command(flatten)]
    pub(crate) judge: JudgeArgs,
    #[command(flatten)]
    pub(crate) fail: FailArgs,
    /// Form of the result on stdout.
    #[arg(long, default_value = "text", value_name = "FORMAT", value_parser = report_format())]
    pub(crate) format: report::Format,
}

#[derive(Debug, clap::Args)]
pub(crate) struct ReportArgs {
    /// The case folder.
    #[arg(long, value_name = "DIR")]
    pub(crate) case: PathBuf,
    /// Form of the report.
    #[arg(long, default_value = "text", value_name = "FORMAT", value_parser = report_format())]
    pub(crate) format: report::Format,
    /// Write to this file instead of stdout.
    #[arg(long, short, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) judge: JudgeArgs,
    /// Exit with 1 for findings of at least this severity [default: 0 whatever is shown].
    #[arg(long, value_name = "SEVERITY", value_parser = severity())]
    pub(crate) fail_on: Option<Severity>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct ExplainArgs {
    /// The case folder.
    #[arg(long, value_name = "DIR")]
    pub(crate) case: PathBuf,
    /// Address of the listing.
    pub(crate) listing: String,
    /// Address of the page that it may lead to; without it, the ends of its hidden paths, else the
    /// nearest restricted pages.
    pub(crate) target: Option<String>,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) judge: JudgeArgs,
}

/// The form of a capture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum CaptureWord {
    /// WARC 1.0 or 1.1, plain or in gzip.
    Warc,
    /// HAR 1.2, as browsers and proxies write it.
    Har,
    /// WACZ: a zip with WARC files.
    Wacz,
}

impl WatchArgs {
    /// Whether events stand on stderr, and nothing else is to be said there of the crawl.
    pub(crate) const fn take_stderr(&self) -> bool {
        self.events.is_some() && self.events_file.is_none()
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum ImportCommand {
    /// Judge a graph of your own: a table of pages and one of hops. See docs/graph-import.md.
    Graph(GraphImport),
}

#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct ImportArgs {
    #[command(subcommand)]
    pub(crate) command: Option<ImportCommand>,
    /// Form of the captures.
    #[arg(value_enum, value_name = "FORM", required = true)]
    pub(crate) form: Option<CaptureWord>,
    /// The captures: all that belong to the case.
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// The case folder: made if it is not there; one whose import was stopped is gone on with.
    #[arg(long, value_name = "DIR", required = true)]
    pub(crate) case: Option<PathBuf>,
    /// Addresses to start from; they span the scope [default: the pages that the captures name,
    /// else the first page in them].
    #[arg(long = "seed", value_name = "SEED")]
    pub(crate) seeds: Vec<String>,
    /// What belongs to the case: see `scan` [default: site].
    #[arg(long, value_name = "RULE", value_parser = scope_rule())]
    pub(crate) scope: Option<ScopeRule>,
    /// Leave out paths that start so; may be given more than once.
    #[arg(long, value_name = "PATH")]
    pub(crate) exclude: Vec<String>,
    /// What to do with ways that leave the scope: see `scan` [default: follow].
    #[arg(long, value_name = "POLICY", value_parser = landings())]
    pub(crate) landings: Option<Landings>,
    #[command(flatten)]
    pub(crate) watch: WatchArgs,
}

#[derive(Debug, clap::Args)]
pub(crate) struct VerifyArgs {
    /// The case folder.
    #[arg(long, value_name = "DIR")]
    pub(crate) case: PathBuf,
    /// Form of the result on stdout.
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: InspectFormat,
    #[command(flatten)]
    pub(crate) policy: PolicyArgs,
}

/// The form of what `inspect` and `verify` print.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum InspectFormat {
    /// For a person.
    Text,
    /// One JSON object.
    Json,
}

#[derive(Debug, clap::Args)]
pub(crate) struct SandboxArgs {
    #[command(subcommand)]
    pub(crate) command: SandboxCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SandboxCommand {
    /// Serve a site or a generated marketplace until interrupted; prints the address and a scan
    /// command.
    Serve(ServeArgs),
    /// Write a generated marketplace as a site that `serve` serves, with its truth.
    Generate(GenerateArgs),
    /// Write the truth of a generated marketplace alone.
    Truth(GenerateArgs),
    /// List the embedded sites.
    List,
    /// Write generated pages of shops with the label that each must get, to measure a rule pack on.
    Listings(ListingsArgs),
    /// Write a generated market as a graph, with what is planted in it, to measure judging on.
    Graph(MarketGraphArgs),
    /// Score what a tool found on a generated marketplace against the truth.
    Score(ScoreArgs),
    /// Judge a scan of a generated marketplace with some stages left out, and score each: what a stage brings.
    Ablation(AblationArgs),
}

#[derive(Debug, clap::Args)]
pub(crate) struct ListingsArgs {
    /// How many pages.
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    pub(crate) count: u64,
    /// Pages of the same seed are the same on every machine.
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(crate) seed: u64,
    /// Half of the vocabulary: `dev` to tune on, `test` to measure on.
    #[arg(long, value_name = "HALF", default_value = "dev", value_parser = split())]
    pub(crate) split: Split,
    /// Language of the pages; all seven without it.
    #[arg(long, value_name = "LANGUAGE", value_parser = page_language())]
    pub(crate) language: Option<PageLanguage>,
    /// Folder for pages/ and expected.csv; must be new or empty.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
}

/// A parser for one of the model's word enums, with its words as the possible values.
macro_rules! words {
    ($name:ident, $type:ty) => {
        fn $name() -> impl clap::builder::TypedValueParser<Value = $type> {
            use clap::builder::TypedValueParser as _;
            let words = <$type>::ALL.iter().map(|value| value.as_str());
            clap::builder::PossibleValuesParser::new(words).try_map(|word| {
                <$type>::ALL
                    .iter()
                    .copied()
                    .find(|value| value.as_str() == word)
                    .ok_or("not a known word")
            })
        }
    };
}

words!(report_format, report::Format);
words!(market_format, report::MarketFormat);
words!(form, ::graph::export::Form);
words!(decision, model::Decision);
words!(split, Split);
words!(page_language, PageLanguage);
words!(scope_rule, ScopeRule);
words!(landings, Landings);
words!(sitemaps, Sitemaps);
words!(severity, Severity);

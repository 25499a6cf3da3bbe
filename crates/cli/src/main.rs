//! The corridor: one binary.
//!
//! `cli` alone knows the order of the rooms: seeds → visits → facts → graph and labels →
//! findings → report. Results go to stdout, progress and logs to stderr.

#![expect(
    clippy::disallowed_methods,
    reason = "the rim: reads files, the clock and the environment for the pure rooms"
)]

mod ads;
mod args;
mod commands;
mod config;
mod cuts;
mod directives;
mod document;
mod events;
mod exit;
mod judge;
mod labelled;
mod output;
mod policy;
mod progress;
mod score;
mod secrets;
mod settings;
mod stop;
mod summary;
mod tally;

use std::process::ExitCode;

use clap::Parser;

use crate::args::{Args, Command};
use crate::exit::ExitStatus;

/// Reading pages makes and drops many small things on several threads; see
/// docs/decisions/allocator.md.
#[cfg(not(target_env = "msvc"))]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    let args = Args::parse();
    output::start_logs(args.verbose, args.quiet);
    match run(args) {
        Ok(status) => status.into(),
        Err(error) if output::is_broken_pipe(&error) => ExitStatus::Clean.into(),
        Err(error) => {
            output::complain(&error);
            ExitStatus::Unusable.into()
        }
    }
}

fn run(args: Args) -> anyhow::Result<ExitStatus> {
    match args.command {
        Command::Demo(demo) => commands::demo::run(&demo, args.quiet),
        Command::Scan(scan) => commands::scan::run(scan, args.quiet),
        Command::Crawl(crawl) => commands::crawl::run(crawl, args.quiet),
        Command::Import(import) => commands::import::run(&import, args.quiet),
        Command::Analyze(analyze) => commands::analyze::run(&analyze, args.quiet),
        Command::Report(report) => commands::report::run(&report),
        Command::Review(review) => commands::review::run(&review),
        Command::Decide(decide) => commands::decide::run(&decide),
        Command::Decisions(decisions) => commands::decide::list(&decisions),
        Command::Explain(explain) => commands::explain::run(&explain),
        Command::Notice(notice) => commands::dsa::notice(&notice),
        Command::Statement(statement) => commands::dsa::statement(&statement),
        Command::Export(export) => commands::export::run(&export),
        Command::Verify(verify) => commands::verify::run(&verify),
        Command::Inspect(inspect) => commands::inspect::run(&inspect),
        Command::Rules(rules) => commands::rules::run(&rules.command),
        Command::Sandbox(sandbox) => commands::sandbox::run(&sandbox.command, args.quiet),
        Command::Completions { shell } => commands::completions(shell),
    }
}

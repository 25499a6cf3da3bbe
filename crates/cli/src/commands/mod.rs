//! The subcommands, one file each.

pub(crate) mod analyze;
pub(crate) mod crawl;
pub(crate) mod demo;
pub(crate) mod export;
pub(crate) mod inspect;
pub(crate) mod report;
pub(crate) mod rules;
pub(crate) mod sandbox;
pub(crate) mod scan;

use clap::CommandFactory as _;

use crate::args::Args;
use crate::exit::ExitStatus;
use crate::output;

/// Writes the completion script of a shell.
pub(crate) fn completions(shell: clap_complete::Shell) -> anyhow::Result<ExitStatus> {
    clap_complete::generate(
        shell,
        &mut Args::command(),
        "sidedoor",
        &mut output::stdout(),
    );
    Ok(ExitStatus::Clean)
}

//! The subcommands, one file each.

pub(crate) mod analyze;
pub(crate) mod crawl;
pub(crate) mod decide;
pub(crate) mod demo;
pub(crate) mod dsa;
pub(crate) mod explain;
pub(crate) mod export;
pub(crate) mod import;
pub(crate) mod import_graph;
pub(crate) mod inspect;
pub(crate) mod report;
pub(crate) mod review;
pub(crate) mod rules;
pub(crate) mod sandbox;
pub(crate) mod scan;
pub(crate) mod verify;

use std::io::Write as _;

use anyhow::Context as _;
use clap::CommandFactory as _;

use crate::args::Args;
use crate::exit::ExitStatus;
use crate::output;

/// Closes a case that came to an end and seals it. A case without a seal is whole all the same.
pub(crate) fn seal(case: case::CaseFolder) {
    if let Err(wrong) = case.seal() {
        output::warn(&wrong.into());
    }
}

/// Writes the completion script of a shell.
pub(crate) fn completions(shell: clap_complete::Shell) -> anyhow::Result<ExitStatus> {
    // Into memory first: the generator panics where it cannot write.
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "sidedoor", &mut script);
    let mut out = output::stdout();
    out.write_all(&script)
        .and_then(|()| out.flush())
        .context("cannot write to stdout")?;
    Ok(ExitStatus::Clean)
}

//! `sidedoor rules`: work with rule packs.

use std::io::Write as _;

use crate::args::RulesCommand;
use crate::exit::ExitStatus;
use crate::judge;
use crate::output;

/// Runs a subcommand of `rules`.
pub(crate) fn run(command: &RulesCommand) -> anyhow::Result<ExitStatus> {
    match command {
        RulesCommand::Check { pack } => {
            let pack = judge::pack(pack.as_deref())?;
            let complaints = pack.check([]);
            let mut out = output::stdout();
            for complaint in &complaints {
                writeln!(out, "{complaint}")?;
            }
            writeln!(
                out,
                "{}: {} categories, {} complaints",
                pack.id(),
                pack.categories().count(),
                complaints.len()
            )?;
            out.flush()?;
            Ok(if complaints.is_empty() {
                ExitStatus::Clean
            } else {
                ExitStatus::Found
            })
        }
    }
}

//! `sidedoor rules`: work with rule packs.

mod check;
mod evaluate;
mod explain;
mod list;
mod test;

use std::io::Write as _;

use crate::args::RulesCommand;
use crate::exit::ExitStatus;
use crate::output;

/// Runs a subcommand of `rules`.
pub(crate) fn run(command: &RulesCommand) -> anyhow::Result<ExitStatus> {
    match command {
        RulesCommand::Check {
            pack,
            everyday,
            notes,
        } => check::run(pack, everyday, *notes),
        RulesCommand::Explain(args) => explain::run(&args.document, &args.policy),
        RulesCommand::Test { tests, pack } => test::run(tests, pack),
        RulesCommand::List { policy, markdown } => list::run(policy, *markdown),
        RulesCommand::Evaluate {
            folder,
            policy,
            misses,
            json,
        } => evaluate::run(folder, policy, *misses, *json),
        RulesCommand::Schema => {
            let mut out = output::stdout();
            write!(out, "{}", rules::SCHEMA)?;
            out.flush()?;
            Ok(ExitStatus::Clean)
        }
    }
}

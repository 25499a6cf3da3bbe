//! `sidedoor analyze`: judge a case again, without the network.

use case::CaseFolder;

use crate::args::Analyze;
use crate::commands::{self, scan};
use crate::exit::ExitStatus;
use crate::judge;
use crate::output;
use crate::progress::Stages;
use crate::summary;

/// Judges and prints.
pub(crate) fn run(args: &Analyze, is_quiet: bool) -> anyhow::Result<ExitStatus> {
    let mut case = CaseFolder::open(&args.case)?;
    let judged = judge::judge(&case, &args.judge, &mut Stages::new(is_quiet))?;
    judge::keep_market(&mut case, &judged.market)?;
    let written = judged.write(&case, args.format, output::style(), &mut output::stdout());
    output::unless_closed(written)?;
    scan::leave_report(&judged, &case)?;
    if !is_quiet {
        summary::say_of(&judged);
    }
    commands::seal(case);
    Ok(scan::status(&judged, &args.judge))
}

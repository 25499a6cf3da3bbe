//! `sidedoor analyze`: judge a case again, without the network.

use anyhow::bail;
use case::CaseFolder;

use crate::args::Analyze;
use crate::commands::scan;
use crate::exit::ExitStatus;
use crate::judge;
use crate::output;
use crate::progress::Stages;
use crate::summary;

/// Judges and prints.
pub(crate) fn run(args: &Analyze, is_quiet: bool) -> anyhow::Result<ExitStatus> {
    let case = CaseFolder::open_read_only(&args.case)?;
    let market = judge::market(&args.judge.policy, &case)?;
    let is_settled = judge::is_settled(&case, &market)?;
    if !is_settled {
        CaseFolder::must_be_free(&args.case)?;
        if case.breaks_its_seal()? {
            bail!(
                "{} is not as it was sealed, and another market cannot be kept in it, for that would seal the \
                 change: `sidedoor verify --case` tells what differs; `sidedoor report --market` judges it and \
                 writes nothing into it",
                args.case.display()
            );
        }
    }
    if is_settled && case.breaks_its_seal()? {
        output::say(
            "note: the database is not the one that was sealed; `sidedoor verify --case` tells what differs",
        );
    }
    let judged = judge::judge(&case, &args.judge, &mut Stages::new(is_quiet))?;
    // A judgement that failed, or was broken off, has left the case as it was; and what is told below is of the
    // law that the case keeps.
    let case = if is_settled {
        case
    } else {
        let was_sealed = case.is_sealed();
        drop(case);
        let mut case = CaseFolder::open(&args.case)?;
        if !was_sealed {
            judge::note_sealed_anew(&mut case)?;
        }
        let settled = judge::settle(case, &market)?;
        output::say(&format!(
            "the case keeps that it was judged for the market {market}, and has a new seal"
        ));
        settled
    };
    let written = judged.write(&case, args.format, output::style(), &mut output::stdout());
    output::unless_closed(written)?;
    scan::leave_report(&judged, &case)?;
    if !is_quiet {
        summary::say_of(&judged);
    }
    Ok(scan::status(&judged, args.fail.least()))
}

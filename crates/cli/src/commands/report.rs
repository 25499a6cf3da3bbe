//! `sidedoor report`: show what was found in a case.

use case::CaseFolder;
use report::Style;

use crate::args::ReportArgs;
use crate::commands::scan;
use crate::exit::ExitStatus;
use crate::judge;
use crate::output;
use crate::progress::Stages;

/// Writes the report. Showing is no judgement: the status is 0 whatever is shown, unless `--fail-on`
/// asks for one.
pub(crate) fn run(args: &ReportArgs) -> anyhow::Result<ExitStatus> {
    let case = CaseFolder::open_read_only(&args.case)?;
    if case.breaks_its_seal()? {
        output::say(
            "note: the database is not the one that was sealed; `sidedoor verify --case` tells what differs",
        );
    }
    let judged = judge::judge(&case, &args.judge, &mut Stages::new(true))?;
    let style = match args.out {
        None => output::style(),
        Some(_) => Style::default(),
    };
    output::write(args.out.as_deref(), &mut |out| {
        judged.write(&case, args.format, style, out)
    })?;
    Ok(match args.fail_on {
        Some(fail_on) => scan::status(&judged, fail_on),
        None => ExitStatus::Clean,
    })
}

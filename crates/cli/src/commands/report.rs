//! `sidedoor report`: show what was found in a case.

use std::fs::File;
use std::io::BufWriter;

use anyhow::Context as _;
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
    let judged = judge::judge(&case, &args.judge, &mut Stages::new(true))?;
    match &args.out {
        None => judged.write(&case, args.format, output::style(), &mut output::stdout())?,
        Some(path) => {
            let file =
                File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
            let mut out = BufWriter::new(file);
            judged
                .write(&case, args.format, Style::default(), &mut out)
                .with_context(|| format!("cannot write {}", path.display()))?;
        }
    }
    Ok(match args.judge.fail_on {
        Some(_) => scan::status(&judged, &args.judge),
        None => ExitStatus::Clean,
    })
}

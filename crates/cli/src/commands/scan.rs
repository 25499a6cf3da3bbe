//! `sidedoor scan`: crawl, analyze and report in one go.

use std::io::{BufWriter, Write as _};

use anyhow::Context as _;
use case::CaseFolder;
use model::Severity;
use report::{Format, Style};

use crate::ads::AdRepository;
use crate::args::{FailArgs, Scan};
use crate::commands::crawl::crawl;
use crate::config::Config;
use crate::exit::ExitStatus;
use crate::judge::{self, Judged};
use crate::output;
use crate::policy::AppliedPolicy;
use crate::progress::Stages;
use crate::settings::CrawlSettings;
use crate::summary;

/// Crawls, judges, prints the result and leaves an HTML report in the case.
pub(crate) fn run(args: Scan, is_quiet: bool) -> anyhow::Result<ExitStatus> {
    let config = Config::read(args.crawl.config.as_deref())?;
    let mut judge_args = args.judge;
    let policy = &mut judge_args.policy;
    policy.market = policy.market.take().or_else(|| config.market.clone());
    if policy.pack.is_empty() {
        policy.pack.extend(config.pack.clone());
    }
    let fail_on = FailArgs {
        fail_on: args.fail.fail_on.or(config.fail_on),
    };
    // A pack or an ad repository that does not read must be told before the crawl, not after it.
    AppliedPolicy::of(&judge_args.policy)?;
    let ads = judge_args.ads.as_deref().map(AdRepository::read);
    let ads = ads.transpose()?.unwrap_or_default();
    let settings = CrawlSettings::of(args.crawl, &config)?;
    let (case, _) = crawl(&settings, is_quiet)?;
    let market = judge::market(&judge_args.policy, &case)?;
    let case = judge::settle(case, &market)?;
    let judged = judge::judge_with(&case, &judge_args, &ads, &mut Stages::new(is_quiet))?;
    let format = args.format.unwrap_or(Format::Text);
    // Whoever reads may go away: what was found, and the report in the case, stay the same.
    let written = judged.write(&case, format, output::style(), &mut output::stdout());
    output::unless_closed(written)?;
    leave_report(&judged, &case)?;
    if !is_quiet {
        summary::say_of(&judged);
    }
    Ok(status(&judged, fail_on.least()))
}

/// Writes the HTML report into the case folder and says where it is.
pub(crate) fn leave_report(judged: &Judged, case: &CaseFolder) -> anyhow::Result<()> {
    let path = case.folder().join(case::REPORT);
    // Under another name first: whoever breaks off keeps the report of before.
    let fresh = path.with_extension("html.new");
    let told = || format!("cannot write {}", fresh.display());
    let mut out = BufWriter::new(case::create_anew(&fresh).with_context(told)?);
    judged
        .write(case, Format::Html, Style::default(), &mut out)
        .and_then(|()| Ok(out.flush()?))
        .with_context(told)?;
    drop(out);
    case::put_report(case.folder(), &fresh)
        .with_context(|| format!("cannot write {}", path.display()))?;
    output::say(&format!("HTML report: {}", path.display()));
    Ok(())
}

/// The exit status of a judgement: what a reviewer dismissed does not count.
pub(crate) fn status(judged: &Judged, fail_on: Severity) -> ExitStatus {
    let findings = judged.judgement.findings.iter();
    let open = findings.filter(|finding| !judged.is_dismissed(finding));
    ExitStatus::of(open, fail_on, &judged.coverage)
}

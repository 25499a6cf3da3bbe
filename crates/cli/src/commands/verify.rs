//! `sidedoor verify`: is every byte of a case still the one that was kept, and is every finding
//! proven by it?

use std::io::Write;

use anyhow::Context as _;
use case::{CaseFolder, Verified};
use model::{Finding, PageUrl, Purpose, Reply, Span, VantageId};
use serde_json::json;

use crate::args::{InspectFormat, JudgeArgs, VerifyArgs};
use crate::exit::ExitStatus;
use crate::judge;
use crate::output;
use crate::progress::Stages;

/// Checks the case, prints what was found, and says it by the status.
pub(crate) fn run(args: &VerifyArgs) -> anyhow::Result<ExitStatus> {
    let verified = case::verify(&args.case)?;
    let mut proofs = Proofs::default();
    // A case that cannot be judged any more has told its faults already.
    match proofs.check(args) {
        Err(wrong) if verified.faults.is_empty() => return Err(wrong),
        _ => {}
    }
    let mut out = output::stdout();
    match args.format {
        InspectFormat::Text => write_text(&verified, &proofs, &mut out),
        InspectFormat::Json => write_json(args, &verified, &proofs, &mut out),
    }
    .and_then(|()| out.flush())
    .context("cannot write to stdout")?;
    Ok(if !verified.faults.is_empty() || !proofs.gaps.is_empty() {
        ExitStatus::Found
    } else if verified.is_whole() {
        ExitStatus::Clean
    } else {
        ExitStatus::Incomplete
    })
}

/// What the findings of the case rest on.
#[derive(Debug, Default)]
struct Proofs {
    findings: usize,
    hops: usize,
    /// What has no record, or none that holds it, in sentences.
    gaps: Vec<String>,
}

impl Proofs {
    fn check(&mut self, args: &VerifyArgs) -> anyhow::Result<()> {
        let case = CaseFolder::open_read_only(&args.case)?;
        let judge_args = JudgeArgs {
            policy: args.policy.clone(),
            ads: None,
        };
        let judged = judge::judge(&case, &judge_args, &mut Stages::new(true))?;
        for finding in &judged.judgement.findings {
            self.findings += 1;
            self.of_finding(&case, finding);
        }
        Ok(())
    }

    fn of_finding(&mut self, case: &CaseFolder, finding: &Finding) {
        let mut wanted: Vec<(&PageUrl, VantageId, Option<Span>)> = Vec::new();
        for hop in &finding.witness.hops {
            self.hops += 1;
            let span = hop.span;
            wanted.extend(
                hop.vantages
                    .iter()
                    .map(|vantage| (hop.stands_on(), *vantage, span)),
            );
        }
        let evidence = finding.evidence.iter();
        wanted.extend(
            evidence
                .filter(|shown| shown.body.is_some())
                .map(|shown| (&shown.page, shown.vantage, shown.span)),
        );
        for (page, vantage, span) in wanted {
            if let Some(gap) = gap(case, page, vantage, span) {
                let gap = format!("finding {}: {gap}", finding.fingerprint.as_str());
                if !self.gaps.contains(&gap) {
                    self.gaps.push(gap);
                }
            }
        }
    }
}

/// What is missing of the record of a page; `None` where it is there and long enough.
fn gap(
    case: &CaseFolder,
    page: &PageUrl,
    vantage: VantageId,
    span: Option<Span>,
) -> Option<String> {
    let exchange = match case.exchange(page, vantage, Purpose::Page) {
        Ok(exchange) => exchange,
        Err(wrong) => return Some(wrong.to_string()),
    };
    match exchange.map(|exchange| exchange.reply) {
        Some(Reply::Answered(answer)) => match span {
            Some(span) if span.end > answer.body.len() => Some(format!(
                "the record of `{page}` as {vantage} ends before the place that the finding names"
            )),
            _ => None,
        },
        _ => Some(format!("there is no record of `{page}` as {vantage}")),
    }
}

fn write_text(verified: &Verified, proofs: &Proofs, out: &mut dyn Write) -> std::io::Result<()> {
    for fault in &verified.faults {
        writeln!(out, "FAULT {fault}\n      {}", fault.flaw.remedy())?;
    }
    if verified.more_faults > 0 {
        writeln!(out, "FAULT and {} more", verified.more_faults)?;
    }
    for gap in &proofs.gaps {
        writeln!(out, "FAULT {gap}")?;
    }
    for doubt in &verified.doubts {
        writeln!(out, "not checked: {doubt}")?;
    }
    writeln!(
        out,
        "{} bytes in {} files of evidence, {} exchanges, {} visits, {} hops of {} findings",
        verified.bytes,
        verified.files,
        verified.exchanges,
        verified.visits,
        proofs.hops,
        proofs.findings
    )?;
    if let Some(seal) = verified.seal {
        writeln!(out, "sealed: SHA-256 of the database is {seal}")?;
    }
    let is_faulty = !verified.faults.is_empty() || !proofs.gaps.is_empty();
    writeln!(
        out,
        "{}",
        match (is_faulty, verified.is_whole()) {
            (true, _) => "this case is NOT as it was kept",
            (false, true) => "every byte is as it was kept",
            (false, false) => "nothing wrong was found, and not everything could be checked",
        }
    )
}

fn write_json(
    args: &VerifyArgs,
    verified: &Verified,
    proofs: &Proofs,
    out: &mut dyn Write,
) -> std::io::Result<()> {
    let faults: Vec<_> = verified
        .faults
        .iter()
        .map(|fault| {
            json!({
                "file": fault.file,
                "start": fault.span.map(|(start, _)| start),
                "bytes": fault.span.map(|(_, bytes)| bytes),
                "what": fault.flaw.to_string(),
                "remedy": fault.flaw.remedy(),
            })
        })
        .collect();
    let doubts: Vec<_> = verified.doubts.iter().map(ToString::to_string).collect();
    let value = json!({
        "case": args.case,
        "whole": verified.is_whole() && proofs.gaps.is_empty(),
        "seal": verified.seal.map(|seal| seal.to_string()),
        "files": verified.files,
        "bytes": verified.bytes,
        "exchanges": verified.exchanges,
        "visits": verified.visits,
        "findings": proofs.findings,
        "hops": proofs.hops,
        "faults": faults,
        "more_faults": verified.more_faults,
        "unproven": proofs.gaps,
        "not_checked": doubts,
    });
    serde_json::to_writer_pretty(&mut *out, &value)?;
    writeln!(out)
}

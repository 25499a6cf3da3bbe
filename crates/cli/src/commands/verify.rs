//! `sidedoor verify`: is every byte of a case still the one that was kept, and is every finding
//! proven by it?

use std::io::Write;

use anyhow::Context as _;
use case::{CaseFolder, Verified};
use model::{
    Answer, Carrier, Finding, HopKind, PageUrl, Purpose, Reply, Span, Timestamp, VantageId,
    WitnessHop,
};
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
        Err(wrong) => proofs.unproven = Some(format!("{wrong:#}")),
        Ok(()) => {}
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
    /// When a judgement sealed the case that had no seal then.
    sealed_anew: Vec<Timestamp>,
    /// Why the findings were not looked at.
    unproven: Option<String>,
}

impl Proofs {
    fn check(&mut self, args: &VerifyArgs) -> anyhow::Result<()> {
        let case = CaseFolder::open_read_only(&args.case)?;
        let judge_args = JudgeArgs {
            policy: args.policy.clone(),
            ads: None,
        };
        self.sealed_anew = judge::sealed_anew(&case)?;
        let judged = judge::judge(&case, &judge_args, &mut Stages::new(true))?;
        for finding in &judged.judgement.findings {
            self.findings += 1;
            self.of_finding(&case, finding);
        }
        Ok(())
    }

    fn of_finding(&mut self, case: &CaseFolder, finding: &Finding) {
        let mut wanted: Vec<(&PageUrl, VantageId, Claim<'_>)> = Vec::new();
        for hop in &finding.witness.hops {
            self.hops += 1;
            let seen = hop.vantages.iter();
            wanted.extend(seen.map(|vantage| (hop.stands_on(), *vantage, Claim::Hop(hop))));
        }
        let evidence = finding.evidence.iter();
        wanted.extend(
            evidence
                .filter(|shown| shown.body.is_some())
                .map(|shown| (&shown.page, shown.vantage, Claim::Place(shown.span))),
        );
        for (page, vantage, claim) in wanted {
            if let Some(gap) = gap(case, page, vantage, &claim) {
                let gap = format!("finding {}: {gap}", finding.fingerprint.as_str());
                if !self.gaps.contains(&gap) {
                    self.gaps.push(gap);
                }
            }
        }
    }
}

/// What a finding says of a record.
enum Claim<'a> {
    /// A hop stands in it.
    Hop(&'a WitnessHop),
    /// It has a place.
    Place(Option<Span>),
}

/// What is missing of the record of a page; `None` where it is there, long enough, and has the hop that it is said
/// to have.
fn gap(case: &CaseFolder, page: &PageUrl, vantage: VantageId, claim: &Claim<'_>) -> Option<String> {
    let exchange = match case.exchange(page, vantage, Purpose::Page) {
        Ok(exchange) => exchange,
        Err(wrong) => return Some(wrong.to_string()),
    };
    let Some(Reply::Answered(answer)) = exchange.map(|exchange| exchange.reply) else {
        return Some(format!("there is no record of `{page}` as {vantage}"));
    };
    let (span, hop) = match claim {
        Claim::Hop(hop) => (hop.span, Some(*hop)),
        Claim::Place(span) => (*span, None),
    };
    if span.is_some_and(|span| span.end > answer.body.len()) {
        return Some(format!(
            "the record of `{page}` as {vantage} ends before the place that the finding names"
        ));
    }
    let hop = hop.filter(|hop| !stands_in(&answer, page, hop))?;
    Some(format!(
        "the record of `{page}` as {vantage}, read again, has no {} to `{}`",
        hop.kind, hop.href
    ))
}

/// Whether a body, read again by itself, has the hop. What linked scripts, sheets and pictures say is not in it, and
/// a promise is made of words.
fn stands_in(answer: &Answer, page: &PageUrl, hop: &WitnessHop) -> bool {
    let is_of_body = !matches!(
        hop.carrier,
        Carrier::Script
            | Carrier::EventHandler
            | Carrier::Image
            | Carrier::StyleSheet
            | Carrier::StyleContent
    );
    if !is_of_body || hop.kind == HopKind::Promise {
        return true;
    }
    let facts = page::read(&page::Document {
        address: page,
        status: answer.status,
        headers: &answer.headers,
        body: &answer.body,
        cut: answer.cut.is_some(),
        sheets: &[],
        scripts: &[],
    });
    let is_link = (facts.links.iter()).any(|link| link.href.as_str() == hop.href);
    // A contact is no link, and leads on because others write it, too.
    let mut contacts = facts.contacts.iter();
    is_link || contacts.any(|it| it.span == hop.span && hop.text.ends_with(&it.handle))
}

fn write_text(verified: &Verified, proofs: &Proofs, out: &mut dyn Write) -> std::io::Result<()> {
    for fault in &verified.faults {
        let fault_told = report::legible(&fault.to_string());
        writeln!(out, "FAULT {fault_told}\n      {}", fault.flaw.remedy())?;
    }
    if verified.more_faults > 0 {
        writeln!(out, "FAULT and {} more", verified.more_faults)?;
    }
    for gap in &proofs.gaps {
        writeln!(out, "FAULT {}", report::legible(gap))?;
    }
    for doubt in &verified.doubts {
        writeln!(out, "not checked: {}", report::legible(&doubt.to_string()))?;
    }
    if let Some(why) = &proofs.unproven {
        writeln!(
            out,
            "not checked: the findings, for the case cannot be judged: {}",
            report::legible(why)
        )?;
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
    for at in &proofs.sealed_anew {
        writeln!(
            out,
            "sealed anew by a judgement at {at}, when there was no seal: a writer had been killed, or somebody took the \
             seal away"
        )?;
    }
    if let Some((decisions, head)) = verified.decisions {
        writeln!(
            out,
            "{decisions} decisions, of which the last has the SHA-256 {head}"
        )?;
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
        "decisions": verified.decisions.map(|(decisions, _)| decisions),
        "decisions_head": verified.decisions.map(|(_, head)| head.to_string()),
        "sealed_anew": proofs.sealed_anew,
        "findings_not_checked": proofs.unproven,
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

#[cfg(test)]
mod tests {
    use model::{EffectiveClass, Headers, HttpVersion, VisibilityState};

    use super::*;

    fn answer(html: &'static str) -> Answer {
        Answer {
            status: 200,
            version: HttpVersion::Http11,
            headers: Headers::default(),
            payload: html.as_bytes().into(),
            body: html.as_bytes().into(),
            cut: None,
        }
    }

    #[test]
    fn a_hop_that_the_body_does_not_have_is_not_proven() {
        let page = |address: &str| PageUrl::parse(address).unwrap();
        let hop = |carrier, href: &str| WitnessHop {
            source: page("http://market.test/vase"),
            target: page("http://pills.test/"),
            kind: HopKind::Anchor,
            carrier,
            class: EffectiveClass::Hidden,
            because: String::new(),
            visibility: VisibilityState::Hidden,
            proofs: Vec::new(),
            status: None,
            href: href.to_owned(),
            text: String::new(),
            span: None,
            vantages: vec![VantageId::Desktop],
            missing_from: Vec::new(),
            fan_out: 1,
            cost: 0.1,
        };
        let listing = page("http://market.test/vase");
        let kept = answer("<a href='http://pills.test/?a&amp;b' hidden>x</a>");
        let stands = |carrier, href| stands_in(&kept, &listing, &hop(carrier, href));
        assert!(stands(Carrier::AHref, "http://pills.test/?a&b"));
        assert!(!stands(Carrier::AHref, "http://other.test/"));
        assert!(
            stands(Carrier::Script, "http://other.test/"),
            "a linked script may say it"
        );
    }
}

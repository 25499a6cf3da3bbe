//! `sidedoor decide` and `sidedoor decisions`: what people say of a case.

use std::collections::BTreeSet;
use std::io::Write;
use std::time::SystemTime;

use anyhow::{Context as _, bail};
use case::{CaseFolder, Journal, NewEntry, decide_all};
use model::{Change, Fingerprint, GivenLabel, JournalEntry, PageUrl, Timestamp};

use crate::args::{Decide, Decisions, DecisionsFormat, JudgeArgs, PageLabel};
use crate::exit::ExitStatus;
use crate::judge;
use crate::output;
use crate::progress::Stages;

/// Keeps the decisions, all of them or none: a fingerprint that is no finding of the case, a page or a
/// category that nobody knows, is an error.
pub(crate) fn run(args: &Decide) -> anyhow::Result<ExitStatus> {
    let case = CaseFolder::open_read_only(&args.case)?;
    let at = Timestamp::from(SystemTime::now());
    let new = |change| NewEntry {
        at,
        reviewer: args.reviewer.clone(),
        change,
        reason: args.reason.clone(),
    };
    let mut changes = changes(args, &case)?;
    let mut once = BTreeSet::new();
    changes.retain(|change| once.insert(format!("{change:?}")));
    let journal = Journal::read(case.folder())?;
    for last in changes
        .iter()
        .filter_map(|change| journal.last_about(change))
    {
        if last.reviewer.trim() != args.reviewer.trim() {
            output::say(&format!(
                "note: this comes behind entry {}: {}",
                last.number,
                told(last)
            ));
        }
    }
    let new = changes.into_iter().map(new).collect();
    for entry in decide_all(case.folder(), new, None)? {
        output::say(&format!("kept as entry {}: {}", entry.number, told(&entry)));
    }
    output::say("the next analyze, report and scan of the case honour it");
    Ok(ExitStatus::Clean)
}

fn changes(args: &Decide, case: &CaseFolder) -> anyhow::Result<Vec<Change>> {
    if let (Some(page), Some(label)) = (&args.page, args.label) {
        let address = PageUrl::parse(page).with_context(|| {
            format!("`{page}` is no address; begin it with http:// or https://")
        })?;
        is_known(args, case, &address)?;
        let label = match label {
            PageLabel::Given(policy) => Some(GivenLabel {
                policy,
                category: args.category(),
            }),
            PageLabel::Undone => None,
        };
        return Ok(vec![Change::Page { address, label }]);
    }
    let Some(decision) = args.decision else {
        bail!("name what is decided with --as, or a page with --page and --label");
    };
    let known = known(case)?;
    let of_text = |text: &String| {
        let fingerprint = known.iter().find(|known| known.as_str() == text).cloned();
        let fingerprint = fingerprint.with_context(|| {
            format!(
                "`{text}` is no finding of the case: `sidedoor report --case {}` shows their fingerprints",
                args.case.display()
            )
        })?;
        Ok(Change::Finding {
            fingerprint,
            decision,
        })
    };
    args.fingerprints.iter().map(of_text).collect()
}

/// Whether the page is one of the case and the category one of the rule pack: a label of anything else would
/// be kept and change nothing. One that was given is taken back in any case.
fn is_known(args: &Decide, case: &CaseFolder, page: &PageUrl) -> anyhow::Result<()> {
    let is_given = |entry: &JournalEntry| matches!(&entry.change, Change::Page { address, .. } if address == page);
    let journal = Journal::read(case.folder())?;
    if journal.entries().iter().any(is_given) && args.category.is_none() {
        return Ok(());
    }
    let judged = judge::judge(case, &JudgeArgs::default(), &mut Stages::new(true))?;
    if judged.scene.graph.find(page).is_none() {
        bail!("{page} is no page of the case: `sidedoor export --format jsonl` lists them");
    }
    let Some(code) = &args.category else {
        return Ok(());
    };
    let mut known = judged.policy.pack.categories();
    if !known.any(|category| category.code.0 == *code) {
        bail!("`{code}` is no category of the rule pack: `sidedoor rules list` shows them");
    }
    Ok(())
}

/// The findings that the case has now, and those of which something was decided.
fn known(case: &CaseFolder) -> anyhow::Result<BTreeSet<Fingerprint>> {
    let judged = judge::judge(case, &JudgeArgs::default(), &mut Stages::new(true))?;
    let findings = judged.judgement.findings.iter();
    let mut known: BTreeSet<Fingerprint> = findings
        .map(|finding| finding.fingerprint.clone())
        .collect();
    for entry in Journal::read(case.folder())?.entries() {
        if let Change::Finding { fingerprint, .. } = &entry.change {
            known.insert(fingerprint.clone());
        }
    }
    Ok(known)
}

/// Lists the journal.
pub(crate) fn list(args: &Decisions) -> anyhow::Result<ExitStatus> {
    let case = CaseFolder::open_read_only(&args.case)?;
    let journal = Journal::read(case.folder())?;
    let mut out = output::stdout();
    let written = match args.format {
        DecisionsFormat::Text => text(&journal, &mut out),
        DecisionsFormat::Jsonl => Ok(report::write_journal_lines(journal.entries(), &mut out)?),
        DecisionsFormat::Csv => Ok(report::write_journal_table(journal.entries(), &mut out)?),
    };
    output::unless_closed(written.and_then(|()| Ok(out.flush()?)))?;
    Ok(ExitStatus::Clean)
}

fn text(journal: &Journal, out: &mut dyn Write) -> anyhow::Result<()> {
    for entry in journal.entries() {
        writeln!(
            out,
            "{:>4}  {}  {}  {}: {}",
            entry.number,
            entry.at,
            told(entry),
            report::legible(&entry.reviewer),
            report::legible(&entry.reason)
        )?;
    }
    Ok(())
}

fn told(entry: &JournalEntry) -> String {
    let (about, which, decision) = report::decision_columns(&entry.change);
    format!("{about} {} {decision}", report::legible(&which))
}

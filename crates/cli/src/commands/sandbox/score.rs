//! `sidedoor sandbox score`: what a tool found, against the truth of a marketplace.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use anyhow::Context as _;
use sandbox::{Findings, Score, TruthFolder};

use super::score_sheet;
use crate::args::{ScoreArgs, ScoreFormat};
use crate::output;

/// Reads truth and findings, counts, and shows.
pub(super) fn run(args: &ScoreArgs) -> anyhow::Result<()> {
    let truth = TruthFolder::read(&args.truth)?;
    let mut findings = read(&args.findings, &truth)?;
    if let Some(tool) = &args.tool {
        findings.tool.clone_from(tool);
    }
    findings.pages = args.pages.or(findings.pages);
    let mut score = Score::of(&truth, &findings);
    if args.examples == 0 {
        score.missed.clear();
        score.false_alarms.clear();
    }
    output::unless_closed(output::write(args.out.as_deref(), &mut |out| {
        match args.format {
            ScoreFormat::Text => score_sheet::of(&score, args.examples).write_text(out)?,
            ScoreFormat::Html => score_sheet::of(&score, args.examples).write_html(out)?,
            ScoreFormat::Json => report::write_value(&score, out)?,
        }
        Ok(())
    }))
}

fn read(path: &Path, truth: &TruthFolder) -> anyhow::Result<Findings> {
    let told = || path.display().to_string();
    let file = File::open(path)
        .with_context(|| format!("cannot read {}: name the findings of a tool", told()))?;
    let base = truth
        .market
        .seeds
        .first()
        .context("the truth has no seed")?;
    Findings::read(BufReader::new(file), base).with_context(told)
}

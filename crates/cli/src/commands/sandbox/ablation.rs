//! `sidedoor sandbox ablation`: what each stage of the judgement brings on a generated marketplace.

use std::collections::{BTreeMap, BTreeSet};

use analysis::{Ability, Ablation, Settings};
use case::{CaseFolder, Journal};
use model::{PageUrl, VantageId};
use report::{Sheet, SheetPart, SheetRow};
use sandbox::{Findings, Quality, Score, Share, TruthFolder};
use serde::Serialize;

use super::score_sheet::{interval, mark, number, per_thousand, share};
use crate::args::{AblationArgs, JudgeArgs, ScoreFormat};
use crate::judge;
use crate::labelled::Labelled;
use crate::output;
use crate::policy::AppliedPolicy;
use crate::progress::Stages;

/// The table, in JSON.
#[derive(Serialize)]
struct Table {
    seed: u64,
    split: &'static str,
    listings: u64,
    /// Stages one after the other, each with those before it; the last row is the whole judgement.
    added: Vec<Row>,
    /// Everything but one stage.
    without: Vec<Row>,
}

/// What a judgement with some of the stages comes to.
#[derive(Serialize)]
struct Row {
    stages: String,
    /// Pairs, of planted paths that need no browser.
    pairs: Quality,
    /// Planted listings.
    listings: Quality,
    honest_flagged: Share,
    /// Pairs that only tell what a template conceals, which is one fact of the site.
    template_pairs: u64,
}

/// Judges the case with some of the stages after the other, scores each, and shows.
pub(super) fn run(args: &AblationArgs, is_quiet: bool) -> anyhow::Result<()> {
    let truth = TruthFolder::read(&args.truth)?;
    let case = CaseFolder::open_read_only(&args.case)?;
    let mut stages = Stages::new(is_quiet);
    let table = Table {
        seed: truth.market.seed,
        split: truth.market.split.as_str(),
        listings: truth.market.listings,
        ..table(args, &case, &truth, &mut stages)?
    };
    stages.end();
    output::unless_closed(output::write(args.out.as_deref(), &mut |out| {
        match args.format {
            ScoreFormat::Text => sheet(&table).write_text(out)?,
            ScoreFormat::Html => sheet(&table).write_html(out)?,
            ScoreFormat::Json => report::write_value(&table, out)?,
        }
        Ok(())
    }))
}

fn table(
    args: &AblationArgs,
    case: &CaseFolder,
    truth: &TruthFolder,
    stages: &mut Stages,
) -> anyhow::Result<Table> {
    let whole = whole(args, case, truth, stages)?;
    let ablation = ablation(args, case, stages)?;
    let mut row = |name: String, abilities: &BTreeSet<Ability>| {
        stages.begin("searching with some of the stages");
        Row::of(name, truth, ablation.pairs(abilities))
    };
    let mut abilities = BTreeSet::new();
    let mut added = vec![row("redirects".to_owned(), &abilities)];
    for ability in Ability::ALL {
        abilities.insert(*ability);
        added.push(row(format!("+ {}", ability.as_str()), &abilities));
    }
    added.push(whole);
    let mut without = Vec::new();
    for ability in Ability::ALL {
        let mut others = abilities.clone();
        others.remove(ability);
        without.push(row(format!("without {}", ability.as_str()), &others));
    }
    Ok(Table {
        seed: 0,
        split: "",
        listings: 0,
        added,
        without,
    })
}

/// The row of the judgement as `scan` has it.
fn whole(
    args: &AblationArgs,
    case: &CaseFolder,
    truth: &TruthFolder,
    stages: &mut Stages,
) -> anyhow::Result<Row> {
    let judging = JudgeArgs {
        policy: args.policy.clone(),
        ..JudgeArgs::default()
    };
    let judged = judge::judge(case, &judging, stages)?;
    let findings = judged.judgement.findings.into_iter();
    let pairs = findings
        .map(|finding| (finding.listing, finding.target))
        .collect();
    Ok(Row::of("+ every detector".to_owned(), truth, pairs))
}

fn ablation(
    args: &AblationArgs,
    case: &CaseFolder,
    stages: &mut Stages,
) -> anyhow::Result<Ablation> {
    let mut policy = AppliedPolicy::of(&args.policy)?;
    policy.take_labels(&Journal::read(case.folder())?)?;
    let market = judge::market(&args.policy, case)?;
    let Labelled { graph, seen, .. } = Labelled::of(case, &policy, &market, stages)?;
    let first = case.brief().vantages.first().copied();
    stages.begin("classing the hops");
    Ok(Ablation::new(
        graph,
        &seen,
        Settings::default(),
        first.unwrap_or(VantageId::Desktop),
    ))
}

impl Row {
    fn of(stages: String, truth: &TruthFolder, pairs: BTreeSet<(PageUrl, PageUrl)>) -> Self {
        let findings = Findings {
            rows: u64::try_from(pairs.len()).unwrap_or(u64::MAX),
            pairs: (pairs.into_iter())
                .map(|pair| (pair, BTreeSet::new()))
                .collect::<BTreeMap<_, _>>(),
            ..Findings::default()
        };
        let score = Score::of(truth, &findings);
        Self {
            stages,
            pairs: score.of_pairs_without_browser,
            listings: score.of_all_listings,
            honest_flagged: score.honest_flagged,
            template_pairs: score.template_pairs,
        }
    }
}

fn sheet(table: &Table) -> Sheet {
    let part = |heading: &str, about: &str, rows: &[Row]| SheetPart {
        heading: heading.to_owned(),
        about: about.to_owned(),
        columns: [
            "stages",
            "found",
            "missed",
            "false",
            "precision",
            "recall",
            "95 % interval",
            "F1",
            "false alarms per 1,000",
            "95 % interval",
        ]
        .map(str::to_owned)
        .into(),
        is_words: false,
        rows: rows.iter().map(sheet_row).collect(),
    };
    Sheet {
        title: "What each stage brings".to_owned(),
        lead: vec![
            format!(
                "{} listings, seed {}, half {}. One crawl, judged with some of the stages after the other.",
                table.listings, table.seed, table.split
            ),
            "Found, missed and false are pairs of listing and target, of planted paths that need no browser; \
             false alarms are honest listings that were flagged. Pairs that repeat what a template conceals stand in the last \
             column, and are neither found nor false. Bars show the recall."
                .to_owned(),
        ],
        tiles: Vec::new(),
        parts: vec![
            part(
                "Stage by stage",
                "Each row has the stages of the rows above it. Without labels every page out of scope that keeps its \
                 visitors counts as restricted.",
                &table.added,
            ),
            part("All but one", "", &table.without),
        ],
        generator: output::GENERATOR.to_owned(),
    }
}

fn sheet_row(row: &Row) -> SheetRow {
    SheetRow {
        cells: vec![
            row.stages.clone(),
            row.pairs.hits.to_string(),
            row.pairs.missed.to_string(),
            row.pairs.false_alarms.to_string(),
            share(row.pairs.precision()),
            share(row.pairs.recall()),
            interval(row.pairs.recall().interval()),
            number(row.pairs.f1()),
            number(row.honest_flagged.value().map(|share| share * 1_000.0)),
            per_thousand(row.honest_flagged.interval()),
            row.template_pairs.to_string(),
        ],
        mark: mark(row.pairs.recall()),
    }
}

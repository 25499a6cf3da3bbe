//! `sidedoor import`: captures made elsewhere → a case like that of a crawl.

use std::num::NonZeroU32;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use case::{Capture, CaptureForm, CaseFolder, Shelf};
use model::{Brief, Budget, Landings, PageUrl, Politeness, Robots, Scope, ScopeRule};

use crate::args::{CaptureWord, ImportArgs, ImportCommand};
use crate::commands::{self, import_graph};
use crate::exit::ExitStatus;
use crate::judge;
use crate::output::say;
use crate::progress::Progress;
use crate::{settings, stop};

/// Takes what was seen elsewhere.
pub(crate) fn run(args: &ImportArgs, is_quiet: bool) -> anyhow::Result<ExitStatus> {
    if let Some(ImportCommand::Graph(graph)) = &args.command {
        return import_graph::run(graph, is_quiet);
    }
    let (Some(form), Some(case)) = (args.form, &args.case) else {
        bail!("name the form of the captures and a --case, or a graph; see --help");
    };
    let form = match form {
        CaptureWord::Warc => CaptureForm::Warc,
        CaptureWord::Har => CaptureForm::Har,
        CaptureWord::Wacz => CaptureForm::Wacz,
    };
    import(args, form, case, is_quiet)
}

/// Imports captures, and says what was had.
fn import(
    args: &ImportArgs,
    form: CaptureForm,
    case: &Path,
    is_quiet: bool,
) -> anyhow::Result<ExitStatus> {
    let longest = Budget::default().wire_bytes;
    let (shelf, captures) = Shelf::fill(case, form, &args.files, longest)?;
    let brief = brief(args, &shelf)?;
    let (mut case, _) = CaseFolder::open_or_create(case, &brief)?;
    if let Err(refused) = keep(&mut case, &captures) {
        commands::seal(case);
        return Err(refused);
    }
    let runtime = tokio::runtime::Runtime::new().context("cannot start the runtime")?;
    let progress = Progress::open(&brief, is_quiet, &args.watch)?;
    let ended = runtime.block_on(async {
        let stop = stop::on_request();
        let ticks = tokio::spawn(progress.clone().tick());
        let mut watcher = progress.clone();
        let ended = crawl::import(Arc::new(shelf), &mut case, &mut watcher, stop.clone()).await;
        ticks.abort();
        if stop.is_cancelled() {
            say("stopped before its end; run the same command again to go on");
        }
        stop.cancel();
        ended
    });
    runtime.shutdown_background();
    let coverage = ended?;
    progress.summary(&coverage);
    if !args.watch.take_stderr() {
        let mut notes = judge::notes(&case, &coverage)?;
        notes.extend(judge::capture_notes(&captures));
        commands::crawl::tell(&case, &coverage, notes);
    }
    commands::seal(case);
    Ok(ExitStatus::of_coverage(&coverage))
}

/// Writes down what was imported. A case is of one set of captures: what another set holds would
/// be mixed with it under one scope.
fn keep(case: &mut CaseFolder, captures: &[Capture]) -> anyhow::Result<()> {
    let kept = case.captures()?;
    let digests = |captures: &[Capture]| -> Vec<String> {
        captures
            .iter()
            .map(|capture| capture.sha256.clone())
            .collect()
    };
    if kept.is_empty() && case.counts()?.done > 0 {
        bail!(
            "{} is the case of a crawl; name another folder for the captures",
            case.folder().display()
        );
    }
    if !kept.is_empty() && digests(&kept) != digests(captures) {
        bail!(
            "{} holds other captures; name a new folder and give all files at once",
            case.folder().display()
        );
    }
    Ok(case.put_captures(captures)?)
}

fn brief(args: &ImportArgs, shelf: &Shelf) -> anyhow::Result<Brief> {
    let seeds: Vec<PageUrl> = if args.seeds.is_empty() {
        shelf.seeds()
    } else {
        args.seeds
            .iter()
            .map(|text| settings::seed(text))
            .collect::<anyhow::Result<_>>()?
    };
    if seeds.is_empty() {
        bail!("no page was found in the captures; check their form, or name a --seed");
    }
    let mut scope = Scope::new(args.scope.unwrap_or(ScopeRule::Site), seeds.clone());
    scope.excluded_paths.clone_from(&args.exclude);
    Ok(Brief {
        seeds,
        scope,
        // What is on the shelf costs nothing to ask.
        budget: Budget {
            pages: NonZeroU32::MAX,
            retries: 0,
            reasks: u32::MAX,
            variants: u32::MAX,
            landing_addresses: u32::MAX,
            pattern_addresses: u32::MAX,
            endless_addresses: u32::MAX,
            total_bytes: u64::MAX >> 1,
            wall_seconds: u64::from(u32::MAX),
            ..Budget::default()
        },
        politeness: Politeness {
            per_host: NonZeroU32::MIN.saturating_add(15),
            delay_millis: 0,
            ..Politeness::default()
        },
        landings: args.landings.unwrap_or(Landings::Follow),
        robots: Robots::Ignore,
        sitemaps: model::Sitemaps::Ignore,
        cookies: model::Cookies::Refuse,
        vantages: shelf.vantages().to_vec(),
        door_vantages: Vec::new(),
    })
}

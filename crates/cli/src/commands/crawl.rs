//! `sidedoor crawl`: seeds → visits, into a case.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context as _, bail};
use case::{CaseFolder, OpenError, Opened, ReadError};
use crawl::BranchEnd;
use fetch::{Archive, Fetch, Replay};
use model::{Coverage, Exchange, PageFacts, PageUrl, Purpose, VantageId};
use rules::MinorsWatch;

use crate::args::CrawlArgs;
use crate::config::Config;
use crate::exit::ExitStatus;
use crate::output::say;
use crate::progress::Progress;
use crate::settings::CrawlSettings;
use crate::{commands, judge, stop};

/// Crawls, and says what part of the scope was seen.
pub(crate) fn run(args: CrawlArgs, is_quiet: bool) -> anyhow::Result<ExitStatus> {
    let config = Config::read(args.config.as_deref())?;
    let settings = CrawlSettings::of(args, &config)?;
    let (case, coverage) = crawl(&settings, is_quiet)?;
    if !settings.watch.take_stderr() {
        tell(&case, &coverage, judge::notes(&case, &coverage)?);
    }
    commands::seal(case);
    Ok(ExitStatus::of_coverage(&coverage))
}

/// Says what part of the scope was seen.
pub(crate) fn tell(case: &CaseFolder, coverage: &Coverage, notes: Vec<String>) {
    say(&format!(
        "{} addresses of the scope and {} landing pages seen; case {}",
        coverage.seen,
        coverage.landings,
        case.folder().display()
    ));
    for part in &coverage.unseen {
        say(&format!("not seen, {}: {}", part.why, part.addresses));
    }
    for loss in coverage.sitemaps.iter().filter(|loss| loss.counts()) {
        say(&format!("sitemap {}: {}", loss.address, loss.why));
    }
    for note in notes {
        say(&format!("note: {note}"));
    }
}

/// Opens or makes the case and crawls until nothing is left or a budget is spent.
pub(crate) fn crawl(
    settings: &CrawlSettings,
    is_quiet: bool,
) -> anyhow::Result<(CaseFolder, Coverage)> {
    let mut case = match &settings.brief {
        Some(brief) => {
            let brief = settings.goes_on_with(brief);
            let (case, opened) = CaseFolder::open_or_create(&settings.case, &brief)?;
            tracing::info!(case = %settings.case.display(), resumed = opened == Opened::Resumed);
            case
        }
        None => {
            let mut case = CaseFolder::open(&settings.case).map_err(without_seeds)?;
            if let Some(said) = &settings.said {
                let brief = said.over(case.brief().clone());
                case.go_on_under(&brief)?;
            }
            case
        }
    };
    // Its brief asks no robots.txt, because nothing was to be asked.
    if !case.captures()?.is_empty() {
        commands::seal(case);
        bail!(
            "{} is a case of captures and is not asked of the network; run `sidedoor import` again \
             to go on with it, or name another folder",
            settings.case.display()
        );
    }
    let replay = match &settings.replay {
        Some(folder) => Some(Arc::new(Replay::new(FromCase::open(folder)?))),
        None => None,
    };
    let fetch: Arc<dyn Fetch> = match &replay {
        Some(replay) => Arc::<Replay<FromCase>>::clone(replay),
        None => Arc::new(settings.live(case.brief())?),
    };
    if let Some(bytes) = settings.rotate {
        case.rotate_evidence_at(bytes);
    }
    if let Some(operator) = &settings.operator {
        case.set_operator(operator);
    }
    let runtime = tokio::runtime::Runtime::new().context("cannot start the runtime")?;
    let watch = MinorsWatch::eu()?.context("the built-in pack does not say where a branch ends")?;
    let ends = Arc::new(MinorsEnd(watch));
    let progress = Progress::open(case.brief(), is_quiet, &settings.watch)?;
    let folder = case.folder().to_owned();
    let ended = runtime.block_on(async {
        let stop = stop::on_request();
        let ticks = tokio::spawn(progress.clone().tick());
        let mut watcher = progress.clone();
        let ended = crawl::run(fetch, ends, &mut case, &mut watcher, stop.clone()).await;
        ticks.abort();
        if stop.is_cancelled() && !settings.watch.take_stderr() {
            say(&format!(
                "stopped before its end; go on with the same command, or with \
                 `sidedoor crawl --case {}`",
                folder.display()
            ));
        }
        stop.cancel();
        ended
    });
    // A document that is being read when somebody asks to stop is not waited for.
    runtime.shutdown_background();
    let coverage = ended?;
    if let Some(fault) = replay.and_then(|replay| replay.take_fault()) {
        return Err(fault).context("the case that was replayed is damaged");
    }
    progress.summary(&coverage);
    Ok((case, coverage))
}

/// Why there is nothing to crawl: no seeds, and no case that would have them.
fn without_seeds(wrong: OpenError) -> anyhow::Error {
    let is_nothing = matches!(
        wrong,
        OpenError::Missing { .. } | OpenError::NotACase { .. }
    );
    let error = anyhow::Error::new(wrong);
    if is_nothing {
        error.context("no seeds were given, and there is no case to go on with")
    } else {
        error
    }
}

/// Ends a branch at goods that sexualize minors. By the built-in pack and the law of the Union whatever
/// pack judges the case: what is asked must not depend on that.
struct MinorsEnd(MinorsWatch);

impl BranchEnd for MinorsEnd {
    fn is_end(&self, facts: &PageFacts) -> bool {
        self.0.is_offered(facts).unwrap_or_else(|error| {
            // Where it cannot be told, nothing more is asked: the safe side.
            tracing::error!(%error, "cannot tell where a branch ends");
            true
        })
    }
}

/// The evidence of a case as an archive to answer from. A connection to the base belongs to one
/// thread at a time, hence the lock.
struct FromCase(Mutex<CaseFolder>);

impl FromCase {
    fn open(folder: &Path) -> anyhow::Result<Self> {
        Ok(Self(Mutex::new(CaseFolder::open_read_only(folder)?)))
    }
}

impl Archive for FromCase {
    type Error = ReadError;

    fn exchange(
        &self,
        address: &PageUrl,
        vantage: VantageId,
        purpose: Purpose,
    ) -> Result<Option<Exchange>, ReadError> {
        // A panic while the lock was held leaves a connection that still reads.
        let case = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        case.exchange(address, vantage, purpose)
    }
}

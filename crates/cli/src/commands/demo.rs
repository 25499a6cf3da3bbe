//! `sidedoor demo`: a self-test that a newcomer can watch.

use std::net::{Ipv4Addr, SocketAddr};
use std::num::NonZeroU32;
use std::path::Path;

use anyhow::{Context as _, bail};
use case::CaseFolder;
use model::{Brief, Budget, Landings, Politeness, Robots, Scope, VantageId};
use report::Format;
use sandbox::{Expected, Sandbox};
use std::io::Write as _;

use crate::ads::AdRepository;
use crate::args::{Demo, JudgeArgs, PolicyArgs, WatchArgs};
use crate::commands::crawl::crawl;
use crate::commands::{sandbox as sites, scan};
use crate::exit::ExitStatus;
use crate::judge;
use crate::output;
use crate::progress::Stages;
use crate::score::Score;
use crate::settings::{CrawlSettings, guard};

/// Serves the site, scans it, prints the findings and scores them. Exits 0 exactly when the score
/// is perfect.
pub(crate) fn run(args: &Demo, is_quiet: bool) -> anyhow::Result<ExitStatus> {
    let script = sites::script(&args.site)?;
    let brief = brief(script.expected());
    make_room(&args.case, &brief)?;
    let runtime = tokio::runtime::Runtime::new().context("cannot start the runtime")?;
    let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let sandbox = runtime.block_on(Sandbox::serve(script, any_port))?;
    output::say(&format!(
        "serving {} on {} ({} hosts), scanning it over HTTP",
        args.site,
        sandbox.addr(),
        sandbox.hosts().len()
    ));
    let settings = CrawlSettings {
        secrets: std::sync::Arc::default(),
        case: args.case.clone(),
        brief: Some(brief),
        said: None,
        guard: guard(vec![sandbox.addr().to_string().parse()?]),
        resolve: vec![format!("*:*:{}", sandbox.addr()).parse()?],
        replay: None,
        rotate: None,
        operator: None,
        watch: WatchArgs::default(),
    };
    let (case, _) = crawl(&settings, is_quiet)?;
    let case = judge::settle(case, &sandbox.expected().market)?;
    let judge_args = JudgeArgs {
        policy: PolicyArgs {
            market: Some(sandbox.expected().market.clone()),
            ..PolicyArgs::default()
        },
        ads: None,
    };
    let ads = match sandbox.ads() {
        Some((name, bytes)) => AdRepository::parse(name, bytes)?,
        None => AdRepository::default(),
    };
    let judged = judge::judge_with(&case, &judge_args, &ads, &mut Stages::new(true))?;
    judged.write(&case, args.format, output::style(), &mut output::stdout())?;
    let score = Score::of(&judged.judgement.findings, sandbox.expected());
    if args.format == Format::Text {
        let mut out = output::stdout();
        write!(out, "\n{}", score.lines())?;
        out.flush()?;
    } else {
        output::say(&score.lines());
    }
    scan::leave_report(&judged, &case)?;
    runtime.block_on(sandbox.stop());
    Ok(if score.is_perfect() {
        ExitStatus::Clean
    } else {
        ExitStatus::Found
    })
}

/// What the ground truth asks for, in no hurry to be polite to ourselves.
fn brief(expected: &Expected) -> Brief {
    Brief {
        seeds: expected.seeds.clone(),
        scope: Scope::new(expected.scope, expected.seeds.clone()),
        budget: Budget::default(),
        politeness: Politeness {
            per_host: NonZeroU32::MIN.saturating_add(15),
            delay_millis: 0,
            ..Politeness::default()
        },
        landings: Landings::Onward,
        robots: Robots::Obey,
        sitemaps: model::Sitemaps::Read,
        cookies: model::Cookies::Keep,
        vantages: VantageId::DEFAULT.to_vec(),
        door_vantages: Vec::new(),
    }
}

/// Takes away the case of an earlier demo, known by its brief, and nothing else.
fn make_room(folder: &Path, brief: &Brief) -> anyhow::Result<()> {
    let is_empty = match std::fs::read_dir(folder) {
        Ok(mut entries) => entries.next().is_none(),
        Err(_) => true,
    };
    if is_empty {
        return Ok(());
    }
    let is_demo = CaseFolder::open_read_only(folder).is_ok_and(|case| case.brief() == brief);
    if !is_demo {
        bail!(
            "{} is not the case of an earlier demo; name another folder with --case",
            folder.display()
        );
    }
    if folder.join(case::JOURNAL).exists() {
        bail!(
            "{} holds decisions on an earlier demo, which a new one would take away; name another folder with --case, \
             or remove this one yourself",
            folder.display()
        );
    }
    std::fs::remove_dir_all(folder)
        .with_context(|| format!("cannot remove the earlier demo in {}", folder.display()))
}

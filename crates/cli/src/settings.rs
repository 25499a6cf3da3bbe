//! From flags and file to a brief: flags outrank the file, the file outranks the defaults.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use fetch::{AddressGuard, Allowance, Live, LiveSettings, ResolveOverride, Secrets};
use model::{
    Brief, Budget, Landings, PageUrl, Politeness, Robots, Scope, ScopeRule, Sitemaps, VantageId,
};

use crate::args::{CrawlArgs, WatchArgs};
use crate::config::Config;
use crate::secrets;

/// The case folder when none is named.
const CASE: &str = "sidedoor-case";

/// Politeness towards one's own machine: nobody else is kept waiting.
const LOOPBACK_PER_HOST: NonZeroU32 = NonZeroU32::MIN.saturating_add(7);

/// Everything that a crawl needs to begin.
#[derive(Debug)]
pub(crate) struct CrawlSettings {
    /// Where the case is, or will be.
    pub(crate) case: PathBuf,
    /// What is asked for; `None` to go on with a case as it was begun.
    pub(crate) brief: Option<Brief>,
    /// What may be connected to.
    pub(crate) guard: AddressGuard,
    /// What resolves to what.
    pub(crate) resolve: Vec<ResolveOverride>,
    /// A case to answer from instead of the network.
    pub(crate) replay: Option<PathBuf>,
    /// From how many bytes on a new file of evidence is begun; `None` for the default.
    pub(crate) rotate: Option<u64>,
    /// Who crawls.
    pub(crate) operator: Option<String>,
    /// Who watches besides a person.
    pub(crate) watch: WatchArgs,
    /// What proves to one's own hosts who asks. Never a part of the brief.
    pub(crate) secrets: Arc<Secrets>,
}

impl CrawlSettings {
    /// Joins flags and file.
    pub(crate) fn of(args: CrawlArgs, config: &Config) -> anyhow::Result<Self> {
        let case = args
            .case
            .clone()
            .or_else(|| config.case.clone())
            .unwrap_or_else(|| PathBuf::from(CASE));
        let mut allowances = args.allow_address.clone();
        for text in &config.allow_address {
            allowances.push(
                text.parse()
                    .with_context(|| config.place_of("allow-address"))?,
            );
        }
        let mut resolve = args.resolve.clone();
        for text in &config.resolve {
            resolve.push(text.parse().with_context(|| config.place_of("resolve"))?);
        }
        let replay = args.replay.clone();
        let (rotate, watch) = (args.rotate.or(config.rotate), args.watch.clone());
        let operator = args.operator.clone().or_else(|| config.operator.clone());
        let secrets = Arc::new(secrets::of(&args)?);
        let brief = brief(args, config, &resolve)?;
        Ok(Self {
            case,
            brief,
            guard: guard(allowances),
            resolve,
            replay,
            rotate,
            operator,
            watch,
            secrets,
        })
    }

    /// A client for the network.
    pub(crate) fn live(&self, brief: &Brief) -> anyhow::Result<Live> {
        Ok(Live::new(LiveSettings {
            guard: self.guard.clone(),
            resolve: self.resolve.clone(),
            budget: brief.budget.clone(),
            secrets: Arc::clone(&self.secrets),
            ..LiveSettings::default()
        })?)
    }
}

/// Public addresses, and what was allowed besides.
pub(crate) fn guard(allowances: Vec<Allowance>) -> AddressGuard {
    allowances
        .into_iter()
        .fold(AddressGuard::public_only(), AddressGuard::with)
}

/// A seed as a person types it: an http(s) address, or a host name.
pub(crate) fn seed(text: &str) -> anyhow::Result<PageUrl> {
    let seed = PageUrl::parse(text).with_context(|| {
        format!("the seed `{text}` is no http(s) address; write it as https://host/path")
    })?;
    let authority = text.split_once("//").map_or("", |(_, rest)| rest);
    let authority = authority.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains('@') {
        bail!(
            "the seed at {} has a name or password in it; leave it out, and give it by --basic",
            seed.host()
        );
    }
    Ok(seed)
}

fn brief(
    args: CrawlArgs,
    config: &Config,
    resolve: &[ResolveOverride],
) -> anyhow::Result<Option<Brief>> {
    let written = if args.seeds.is_empty() {
        &config.seeds
    } else {
        &args.seeds
    };
    if written.is_empty() {
        return Ok(None);
    }
    let seeds: Vec<PageUrl> = written
        .iter()
        .map(|text| seed(text))
        .collect::<anyhow::Result<_>>()?;
    let is_own = seeds.iter().all(|seed| is_on_loopback(seed, resolve));
    let rule = args.scope.or(config.scope).unwrap_or(ScopeRule::Site);
    let mut scope = Scope::new(rule, seeds.clone());
    scope.excluded_paths = if args.exclude.is_empty() {
        config.exclude.clone()
    } else {
        args.exclude.clone()
    };
    if let Some(path) = scope
        .excluded_paths
        .iter()
        .find(|path| !path.starts_with('/'))
    {
        bail!("the path `{path}` to exclude does not start with `/`");
    }
    let ignore_robots = args.ignore_robots || config.ignore_robots;
    Ok(Some(Brief {
        budget: budget(&args, config),
        politeness: politeness(&args, config, is_own),
        landings: args
            .landings
            .or(config.landings)
            .unwrap_or(Landings::Follow),
        sitemaps: args.sitemaps.or(config.sitemaps).unwrap_or(Sitemaps::Read),
        robots: if ignore_robots {
            Robots::Ignore
        } else {
            Robots::Obey
        },
        vantages: vantages(&args, config),
        seeds,
        scope,
    }))
}

fn budget(args: &CrawlArgs, config: &Config) -> Budget {
    let default = Budget::default();
    Budget {
        pages: args.pages.or(config.pages).unwrap_or(default.pages),
        depth: args.depth.or(config.depth).unwrap_or(default.depth),
        redirects: args
            .redirects
            .or(config.redirects)
            .unwrap_or(default.redirects),
        retries: args.retries.or(config.retries).unwrap_or(default.retries),
        wall_seconds: args.wall.or(config.wall).unwrap_or(default.wall_seconds),
        exchange_millis: args
            .timeout
            .or(config.timeout)
            .map_or(default.exchange_millis, |seconds| {
                seconds.saturating_mul(1000)
            }),
        body_bytes: args
            .body_bytes
            .or(config.body_bytes)
            .unwrap_or(default.body_bytes),
        ..default
    }
}

fn politeness(args: &CrawlArgs, config: &Config, is_own: bool) -> Politeness {
    let default = Politeness::default();
    Politeness {
        delay_millis: args.delay.or(config.delay).unwrap_or(if is_own {
            0
        } else {
            default.delay_millis
        }),
        per_host: args.per_host.or(config.per_host).unwrap_or(if is_own {
            LOOPBACK_PER_HOST
        } else {
            default.per_host
        }),
        in_all: args
            .concurrency
            .or(config.concurrency)
            .unwrap_or(default.in_all),
        ..default
    }
}

fn vantages(args: &CrawlArgs, config: &Config) -> Vec<VantageId> {
    let mut vantages: Vec<VantageId> = Vec::new();
    let named = if args.vantages.is_empty() {
        &config.vantage
    } else {
        &args.vantages
    };
    for vantage in if named.is_empty() {
        VantageId::ALL
    } else {
        named
    } {
        if !vantages.contains(vantage) {
            vantages.push(*vantage);
        }
    }
    vantages
}

/// Whether a seed is served by this machine: by its literal address, or by an override.
fn is_on_loopback(seed: &PageUrl, resolve: &[ResolveOverride]) -> bool {
    let ip: Option<IpAddr> = seed.ip().or_else(|| {
        resolve
            .iter()
            .find_map(|entry| entry.ip_for(&seed.host(), seed.port()))
    });
    ip.is_some_and(|ip| ip.is_loopback())
}

//! From flags and file to a brief: flags outrank the file, the file outranks the defaults.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use case::CaseFolder;
use fetch::{AddressGuard, Allowance, Live, LiveSettings, ResolveOverride, Secrets};
use model::{
    Brief, Budget, Cookies, Landings, PageUrl, Politeness, Robots, Scope, ScopeRule, Sitemaps,
    VantageId,
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
    /// What is said of a case that is gone on with.
    pub(crate) said: Option<Said>,
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
        let mut secrets = secrets::of(&args.secrets)?;
        secrets.keep = args.keep_secrets;
        let secrets = Arc::new(secrets);
        let said = Said::of(&args, config)?;
        let seeds = seeds(&args, config)?;
        let is_own = seeds.iter().all(|seed| is_on_loopback(seed, &resolve));
        let brief = (!seeds.is_empty()).then(|| {
            let mut brief = default_brief(seeds, is_own);
            // Who names the guises means these, and no more.
            if !said.vantages.is_empty() {
                brief.door_vantages.clear();
            }
            said.over(brief)
        });
        Ok(Self {
            case,
            brief,
            said: Some(said),
            guard: guard(allowances),
            resolve,
            replay,
            rotate,
            operator,
            watch,
            secrets,
        })
    }

    /// A brief, with the guises for doors that a case which is there was begun with: an earlier version gave none, and
    /// whoever names the seeds again means to go on.
    pub(crate) fn goes_on_with(&self, brief: &Brief) -> Brief {
        let mut brief = brief.clone();
        let is_said = (self.said.as_ref())
            .is_some_and(|said| !said.vantages.is_empty() || !said.door_vantages.is_empty());
        if !is_said && let Ok(case) = CaseFolder::open_read_only(&self.case) {
            brief.door_vantages.clone_from(&case.brief().door_vantages);
        }
        brief
    }

    /// A client for the network.
    pub(crate) fn live(&self, brief: &Brief) -> anyhow::Result<Live> {
        Ok(Live::new(LiveSettings {
            guard: self.guard.clone(),
            resolve: self.resolve.clone(),
            budget: brief.budget.clone(),
            connections: connections(brief),
            secrets: Arc::clone(&self.secrets),
            ..LiveSettings::default()
        })?)
    }
}

/// Idle connections to keep for a host: those of its exchanges, and as many that are begun while
/// another one becomes free.
fn connections(brief: &Brief) -> usize {
    let at_once = brief.politeness.per_host.min(brief.politeness.in_all).get();
    usize::try_from(at_once).map_or(1_024, |n| n.saturating_mul(2).clamp(8, 1_024))
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

/// The seeds that were named, by flags or in the file.
fn seeds(args: &CrawlArgs, config: &Config) -> anyhow::Result<Vec<PageUrl>> {
    let written = if args.seeds.is_empty() {
        &config.seeds
    } else {
        &args.seeds
    };
    written.iter().map(|text| seed(text)).collect()
}

/// The brief of a crawl of which nothing is said but its seeds.
fn default_brief(seeds: Vec<PageUrl>, is_own: bool) -> Brief {
    let mut politeness = Politeness::default();
    if is_own {
        politeness.delay_millis = 0;
        politeness.per_host = LOOPBACK_PER_HOST;
    }
    Brief {
        scope: Scope::new(ScopeRule::Site, seeds.clone()),
        budget: Budget::default(),
        politeness,
        landings: Landings::Follow,
        sitemaps: Sitemaps::Read,
        robots: Robots::Obey,
        cookies: Cookies::Keep,
        vantages: VantageId::DEFAULT.to_vec(),
        door_vantages: VantageId::AT_DOORS.to_vec(),
        seeds,
    }
}

/// What is said of a crawl besides its seeds, by flags or in the file.
#[derive(Debug)]
pub(crate) struct Said {
    scope: Option<ScopeRule>,
    excluded_paths: Vec<String>,
    pages: Option<NonZeroU32>,
    depth: Option<u32>,
    redirects: Option<u32>,
    retries: Option<u32>,
    reasks: Option<u32>,
    variants: Option<u32>,
    site_addresses: Option<u32>,
    landing_addresses: Option<u32>,
    pattern_addresses: Option<u32>,
    endless_addresses: Option<u32>,
    wall_seconds: Option<u64>,
    exchange_seconds: Option<u64>,
    body_bytes: Option<u64>,
    delay_millis: Option<u64>,
    per_host: Option<NonZeroU32>,
    in_all: Option<NonZeroU32>,
    landings: Option<Landings>,
    sitemaps: Option<Sitemaps>,
    ignores_robots: bool,
    refuses_cookies: bool,
    vantages: Vec<VantageId>,
    door_vantages: Vec<VantageId>,
}

impl Said {
    fn of(args: &CrawlArgs, config: &Config) -> anyhow::Result<Self> {
        let excluded_paths = if args.exclude.is_empty() {
            config.exclude.clone()
        } else {
            args.exclude.clone()
        };
        if let Some(path) = excluded_paths.iter().find(|path| !path.starts_with('/')) {
            bail!("the path `{path}` to exclude does not start with `/`");
        }
        Ok(Self {
            scope: args.scope.or(config.scope),
            excluded_paths,
            pages: args.pages.or(config.pages),
            depth: args.depth.or(config.depth),
            redirects: args.redirects.or(config.redirects),
            retries: args.retries.or(config.retries),
            reasks: args.reasks.or(config.reasks),
            variants: args.variants.or(config.variants),
            site_addresses: args.site_addresses.or(config.site_addresses),
            landing_addresses: args.landing_addresses.or(config.landing_addresses),
            pattern_addresses: args.pattern_addresses.or(config.pattern_addresses),
            endless_addresses: args.endless_addresses.or(config.endless_addresses),
            wall_seconds: args.wall.or(config.wall),
            exchange_seconds: args.timeout.or(config.timeout),
            body_bytes: args.body_bytes.or(config.body_bytes),
            delay_millis: args.delay.or(config.delay),
            per_host: args.per_host.or(config.per_host),
            in_all: args.concurrency.or(config.concurrency),
            landings: args.landings.or(config.landings),
            sitemaps: args.sitemaps.or(config.sitemaps),
            ignores_robots: args.ignore_robots || config.ignore_robots,
            refuses_cookies: args.no_cookies || config.no_cookies,
            vantages: each_once(&args.vantages, &config.vantage),
            door_vantages: each_once(&args.door_vantages, &config.door_vantage),
        })
    }

    /// A brief with all that was said in the place of what it has: of a new case that of its
    /// defaults, of one that is gone on with its own.
    pub(crate) fn over(&self, mut brief: Brief) -> Brief {
        set(&mut brief.scope.rule, self.scope);
        set(&mut brief.budget.pages, self.pages);
        set(&mut brief.budget.depth, self.depth);
        set(&mut brief.budget.redirects, self.redirects);
        set(&mut brief.budget.retries, self.retries);
        set(&mut brief.budget.reasks, self.reasks);
        set(&mut brief.budget.variants, self.variants);
        set(&mut brief.budget.site_addresses, self.site_addresses);
        set(&mut brief.budget.landing_addresses, self.landing_addresses);
        set(&mut brief.budget.pattern_addresses, self.pattern_addresses);
        set(&mut brief.budget.endless_addresses, self.endless_addresses);
        set(&mut brief.budget.wall_seconds, self.wall_seconds);
        let exchange_millis = self
            .exchange_seconds
            .map(|seconds| seconds.saturating_mul(1000));
        set(&mut brief.budget.exchange_millis, exchange_millis);
        set(&mut brief.budget.body_bytes, self.body_bytes);
        set(&mut brief.politeness.delay_millis, self.delay_millis);
        set(&mut brief.politeness.per_host, self.per_host);
        set(&mut brief.politeness.in_all, self.in_all);
        set(&mut brief.landings, self.landings);
        set(&mut brief.sitemaps, self.sitemaps);
        if self.ignores_robots {
            brief.robots = Robots::Ignore;
        }
        if self.refuses_cookies {
            brief.cookies = Cookies::Refuse;
        }
        if !self.excluded_paths.is_empty() {
            brief.scope.excluded_paths.clone_from(&self.excluded_paths);
        }
        if !self.vantages.is_empty() {
            brief.vantages.clone_from(&self.vantages);
        }
        if !self.door_vantages.is_empty() {
            brief.door_vantages.clone_from(&self.door_vantages);
        }
        brief
    }
}

fn set<T>(value: &mut T, said: Option<T>) {
    if let Some(said) = said {
        *value = said;
    }
}

/// The guises that were named, by flags or else in the file, each once.
fn each_once(by_flags: &[VantageId], in_file: &[VantageId]) -> Vec<VantageId> {
    let mut vantages: Vec<VantageId> = Vec::new();
    let named = if by_flags.is_empty() {
        in_file
    } else {
        by_flags
    };
    for vantage in named {
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

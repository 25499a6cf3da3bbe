//! The report as one file for a browser or a printer: no script, no request, no way to a page
//! that is reported about.

mod groups;
mod overview;
mod parts;
mod proof;
mod radial;
mod view;
mod ways;
mod worst;

use std::io;

use askama::Template;
use model::{Coverage, DirectiveCount, EffectiveClass, StopReason};

use crate::Report;
use crate::cuts::{CHOKE_POINTS, CUT_PAGES};
use crate::legible::{legible, shortened};
use crate::networks::{self, NetworkWords};
use crate::outline::{self, Pair, Summary};
use crate::walk;
use crate::wording::{self, Tone, counted, grouped, wide};
use groups::{Filter, Filters, Grouping};
pub use parts::{IndexRow, STYLE, card, index};
use view::{CARDS_SHOWN, Card, ContentsRow, PatternView, SignalsView, SitemapView, UnseenView};
use worst::Worst;

/// The whole document. Every text in it is escaped by the template, except pictures, which are
/// escaped by their own.
#[derive(Template)]
#[template(path = "report.html")]
struct Document {
    title: String,
    /// By which law and rules, in a few words.
    judged_by: String,
    /// Whether no site of the world has the addresses of the seeds.
    is_made_up: bool,
    generator: String,
    tone: &'static str,
    verdict: String,
    warning: String,
    worst: Vec<Worst>,
    /// How many ways are told below besides; empty where all are told.
    beside_worst: String,
    rows: Vec<ContentsRow>,
    left_out: String,
    facts: Vec<Fact>,
    tiles: Vec<Tile>,
    severities: Vec<SeverityCount>,
    /// The picture of the case; empty where nothing was found.
    overview: String,
    radials: Vec<RadialView>,
    groupings: Vec<Grouping>,
    filters: Vec<Filter>,
    /// Rules of style for the filters.
    rules: String,
    cards: Vec<Card>,
    choke_points: Vec<ChokeView>,
    curve: Vec<String>,
    /// The pages that cut all hidden paths, and how many of them are left out.
    smallest_cut: Vec<String>,
    more_in_cut: String,
    amplifiers: Vec<String>,
    coverage: CoverageView,
    networks: Vec<NetworkWords>,
    more_networks: String,
    signals: Vec<SignalsView>,
    notes: Vec<String>,
    policies: Vec<Fact>,
    settings: String,
    budget: Vec<Fact>,
    classes: Vec<ClassWord>,
}

/// A name with its values.
struct Fact {
    name: String,
    values: Vec<String>,
}

impl Fact {
    fn new(name: &str, value: impl Into<String>) -> Self {
        Self {
            name: name.to_owned(),
            values: vec![value.into()],
        }
    }
}

struct Tile {
    label: &'static str,
    value: String,
    note: String,
    class: &'static str,
}

struct SeverityCount {
    word: &'static str,
    count: usize,
}

struct ChokeView {
    page: String,
    listings: String,
    exact: bool,
    is_target: bool,
}

/// The picture of a choke point.
struct RadialView {
    /// Its row in the table of choke points.
    number: usize,
    page: String,
    svg: String,
}

struct CoverageView {
    extent: &'static str,
    whole: bool,
    stop: &'static str,
    unseen: Vec<UnseenView>,
    unseen_landings: Vec<UnseenView>,
    orphans: u64,
    sitemaps: Vec<SitemapView>,
    more_sitemaps: u64,
    retried: Vec<UnseenView>,
    patterns: Vec<PatternView>,
    learned: Vec<String>,
    directives: Vec<DirectiveView>,
    chain_ends: Vec<UnseenView>,
    reasked: u64,
    not_reasked: Vec<UnseenView>,
}

struct DirectiveView {
    pages: String,
    told: String,
}

struct ClassWord {
    letter: char,
    word: &'static str,
    style: &'static str,
    meaning: &'static str,
}

/// Writes the report.
pub(crate) fn write(report: &Report<'_>, mut out: &mut dyn io::Write) -> io::Result<()> {
    document(report).write_into(&mut out)
}

fn judged_by(report: &Report<'_>) -> String {
    let pack = legible(report.pack);
    format!("law of {}, rule pack {pack}", report.market.as_str())
}

fn choke_points(report: &Report<'_>) -> Vec<ChokeView> {
    let shown = report.cuts.choke_points.iter().take(CHOKE_POINTS);
    shown
        .map(|point| ChokeView {
            page: legible(&point.page),
            listings: grouped(point.listings()),
            exact: point.cut.is_some(),
            is_target: point.is_target,
        })
        .collect()
}

fn document(report: &Report<'_>) -> Document {
    let verdict = wording::verdict(report);
    let summary = outline::summary(report);
    let pairs = outline::pairs(report.findings);
    let touched = networks::touched(report.networks);
    let ways = ways::ways(report, &pairs);
    let worst = worst::worst(report, &pairs);
    let filters = Filters::of(report, &pairs);
    let marks = |pair: &Pair<'_>| {
        filters
            .marks
            .get(pair.number - 1)
            .map_or("", String::as_str)
    };
    Document {
        title: title(report),
        judged_by: judged_by(report),
        is_made_up: report.brief.is_made_up(),
        generator: legible(report.generator),
        tone: match verdict.tone {
            Tone::Found => "found",
            Tone::Incomplete => "incomplete",
            Tone::Clear => "clear",
        },
        verdict: verdict.sentence,
        warning: warning(report, &summary),
        beside_worst: beside(pairs.len(), &worst),
        worst,
        rows: (pairs.iter())
            .map(|pair| ContentsRow::of(pair, marks(pair)))
            .collect(),
        left_out: match pairs.len().saturating_sub(CARDS_SHOWN) {
            0 => String::new(),
            left_out => counted(wide(left_out), "path is", "paths are"),
        },
        facts: facts(report),
        tiles: tiles(report, &summary),
        severities: (summary.findings_by_severity.rows().into_iter())
            .map(|(word, count)| SeverityCount { word, count })
            .collect(),
        // Rendering into a string cannot fail: the templates have no fallible part.
        overview: (overview::Overview::of(report, &ways))
            .map(|picture| picture.render().unwrap_or_default())
            .unwrap_or_default(),
        radials: radials(report, &ways),
        groupings: groups::groupings(report, &ways),
        rules: filters.rules(),
        cards: (pairs.iter().take(CARDS_SHOWN))
            .map(|pair| Card::of(report, pair, marks(pair)))
            .collect(),
        choke_points: choke_points(report),
        curve: report.cuts.together(),
        smallest_cut: (report.cuts.smallest_cut.iter().take(CUT_PAGES))
            .map(|page| legible(page))
            .collect(),
        more_in_cut: match report.cuts.smallest_cut.len().saturating_sub(CUT_PAGES) {
            0 => String::new(),
            more => grouped(wide(more)),
        },
        amplifiers: report.cuts.amplifiers(),
        coverage: coverage(report.coverage, report.directives),
        networks: (touched.iter().take(networks::SHOWN))
            .map(|network| networks::words(network))
            .collect(),
        more_networks: match touched.len().saturating_sub(networks::SHOWN) {
            0 => String::new(),
            more => grouped(wide(more)),
        },
        signals: (outline::signals(report.indicators).iter())
            .map(|signals| SignalsView::of(report, signals))
            .collect(),
        notes: report.notes.iter().map(|note| legible(note)).collect(),
        policies: (report.pages.iter())
            .map(|(policy, pages)| Fact::new(&legible(policy), grouped(*pages)))
            .collect(),
        settings: settings(report.settings),
        budget: budget(report),
        classes: classes(),
        filters: filters.filters,
    }
}

/// What a reader must know before the figures; empty when the whole scope was seen.
fn warning(report: &Report<'_>, summary: &Summary) -> String {
    let coverage = report.coverage;
    if coverage.is_whole() {
        String::new()
    } else if coverage.stop == StopReason::FrontierEmpty && summary.addresses_unseen > 0 {
        format!(
            "The crawl followed every way it could, but {} of the scope could not be seen.",
            counted(summary.addresses_unseen, "address", "addresses")
        )
    } else {
        wording::stop(coverage.stop).to_owned()
    }
}

/// The pictures of choke points, ready to be shown.
fn radials(report: &Report<'_>, ways: &[ways::Way<'_>]) -> Vec<RadialView> {
    (radial::radials(report, ways).iter())
        .map(|picture| RadialView {
            number: picture.number,
            page: shortened(&picture.page, 100),
            // Rendering into a string cannot fail: the template has no fallible part.
            svg: picture.render().unwrap_or_default(),
        })
        .collect()
}

/// How many ways there are besides those that are told first.
fn beside(pairs: usize, worst: &[Worst]) -> String {
    match pairs.saturating_sub(worst.len()) {
        0 => String::new(),
        more => counted(wide(more), "more way is", "more ways are"),
    }
}

fn title(report: &Report<'_>) -> String {
    match report.brief.seeds.as_slice() {
        [] => "Hidden paths".to_owned(),
        [seed] => format!("Hidden paths at {}", walk::host(seed)),
        [seed, rest @ ..] => format!(
            "Hidden paths at {} and {}",
            walk::host(seed),
            counted(wide(rest.len()), "more seed", "more seeds")
        ),
    }
}

fn facts(report: &Report<'_>) -> Vec<Fact> {
    let brief = report.brief;
    let seeds = brief.seeds.iter().map(|seed| legible(seed.as_str()));
    let mut facts = vec![
        Fact {
            name: if brief.seeds.len() == 1 {
                "Seed"
            } else {
                "Seeds"
            }
            .to_owned(),
            values: seeds.collect(),
        },
        Fact::new("Scope", wording::scope(brief.scope.rule)),
    ];
    if !brief.scope.excluded_paths.is_empty() {
        facts.push(Fact {
            name: "Left out".to_owned(),
            values: (brief.scope.excluded_paths.iter())
                .map(|path| legible(path))
                .collect(),
        });
    }
    let landings = match brief.landings {
        model::Landings::Follow => "followed to their landing pages, and no further",
        model::Landings::Onward => "followed to their landing pages and a click onward",
        model::Landings::Record => "recorded, not followed",
    };
    let robots = match brief.robots {
        model::Robots::Obey => "obeyed",
        model::Robots::Ignore => "not asked",
    };
    let mut vantages = crate::strip::words(&brief.vantages);
    if !brief.door_vantages.is_empty() {
        vantages.push_str("; at doors beyond the scope also ");
        vantages.push_str(&crate::strip::words(&brief.door_vantages));
    }
    let times = || {
        let evidence = report.findings.iter().flat_map(|finding| &finding.evidence);
        evidence.map(|evidence| evidence.seen_at)
    };
    if let (Some(first), Some(last)) = (times().min(), times().max()) {
        let span = if first == last {
            first.to_string()
        } else {
            format!("{first} to {last}")
        };
        facts.push(Fact::new("Evidence seen", span));
    }
    facts.extend([
        Fact::new("Market", report.market.as_str()),
        Fact::new("Rule pack", legible(report.pack)),
        Fact::new("Vantages", vantages),
        Fact::new("Ways out of scope", landings),
        Fact::new("robots.txt", robots),
        Fact::new("Made by", legible(report.generator)),
    ]);
    facts
}

fn tiles(report: &Report<'_>, summary: &Summary) -> Vec<Tile> {
    let whole = summary.scope_seen_whole;
    vec![
        Tile {
            label: "Findings",
            value: grouped(wide(summary.findings)),
            note: match summary.findings {
                0 => "no hidden path".to_owned(),
                _ => format!(
                    "about {}: from {} to {}",
                    counted(wide(summary.pairs), "way", "ways"),
                    counted(wide(summary.listings), "listing", "listings"),
                    counted(wide(summary.targets), "target", "targets")
                ),
            },
            class: if summary.findings > 0 { "found" } else { "" },
        },
        Tile {
            label: "Pages seen",
            value: grouped(summary.pages_seen),
            note: format!(
                "and {} ({})",
                counted(summary.landings_seen, "landing page", "landing pages"),
                wording::landings(report.brief.landings)
            ),
            class: "",
        },
        Tile {
            label: "Hops in the graph",
            value: grouped(summary.hops),
            note: format!("{} of bodies", wording::bytes(report.coverage.body_bytes)),
            class: "",
        },
        Tile {
            label: "Scope",
            value: if whole {
                "seen whole"
            } else {
                "not seen whole"
            }
            .to_owned(),
            note: match summary.addresses_unseen {
                0 if whole => "nothing was left to visit".to_owned(),
                0 => format!("crawl ended: {}", report.coverage.stop),
                unseen => format!(
                    "{} not seen",
                    counted(unseen, "known address", "known addresses")
                ),
            },
            class: if whole { "clear" } else { "incomplete" },
        },
    ]
}

fn coverage(coverage: &Coverage, directives: &[DirectiveCount]) -> CoverageView {
    CoverageView {
        extent: wording::extent(coverage),
        whole: coverage.is_whole(),
        stop: wording::stop(coverage.stop),
        unseen: coverage.unseen.iter().map(UnseenView::of).collect(),
        unseen_landings: (coverage.unseen_landings.iter())
            .map(UnseenView::of)
            .collect(),
        orphans: coverage.orphans,
        sitemaps: coverage.sitemaps.iter().map(SitemapView::of).collect(),
        more_sitemaps: (coverage.sitemaps_in_all)
            .saturating_sub(u64::try_from(coverage.sitemaps.len()).unwrap_or(u64::MAX)),
        retried: coverage.retried.iter().map(UnseenView::of).collect(),
        patterns: (wording::patterns_held_back(&coverage.held_back).into_iter())
            .map(PatternView::of)
            .collect(),
        learned: (coverage.held_back.learned.iter())
            .map(|learned| legible(&wording::learned(learned)))
            .chain(wording::sessions_cut(&coverage.held_back))
            .collect(),
        directives: (wording::directives(directives).into_iter())
            .map(|(pages, told)| DirectiveView {
                pages: grouped(pages),
                told,
            })
            .collect(),
        chain_ends: coverage.chain_ends.iter().map(UnseenView::of).collect(),
        reasked: coverage.reasked,
        not_reasked: coverage.not_reasked.iter().map(UnseenView::of).collect(),
    }
}

fn settings(settings: &serde_json::Value) -> String {
    let text = serde_json::to_string_pretty(settings).unwrap_or_default();
    let lines: Vec<String> = text
        .lines()
        .map(|line| {
            let depth = line.len() - line.trim_start().len();
            format!("{}{}", " ".repeat(depth), legible(line))
        })
        .collect();
    lines.join("\n")
}

fn budget(report: &Report<'_>) -> Vec<Fact> {
    let budget = &report.brief.budget;
    let politeness = &report.brief.politeness;
    vec![
        Fact::new("Pages", grouped(u64::from(budget.pages.get()))),
        Fact::new("Clicks from a seed", grouped(u64::from(budget.depth))),
        Fact::new("Redirects in a row", grouped(u64::from(budget.redirects))),
        Fact::new(
            "Clicks beyond the scope",
            grouped(u64::from(budget.landing_clicks)),
        ),
        Fact::new(
            "Ways out of a landing page",
            grouped(u64::from(budget.landing_ways)),
        ),
        Fact::new("Bodies in all", wording::bytes(budget.total_bytes)),
        Fact::new("One payload", wording::bytes(budget.wire_bytes)),
        Fact::new("One body, decoded", wording::bytes(budget.body_bytes)),
        Fact::new(
            "One exchange",
            format!("{} ms", grouped(budget.exchange_millis)),
        ),
        Fact::new(
            "Silence in an exchange",
            format!("{} ms", grouped(budget.idle_millis)),
        ),
        Fact::new("Whole crawl", format!("{} s", grouped(budget.wall_seconds))),
        Fact::new(
            "Pause between exchanges with a host",
            format!("{} ms", grouped(politeness.delay_millis)),
        ),
    ]
}

fn classes() -> Vec<ClassWord> {
    (EffectiveClass::ALL.iter().copied())
        .map(|class| ClassWord {
            letter: class.letter(),
            word: class.as_str(),
            style: crate::picture::style_of(class),
            meaning: wording::class(class),
        })
        .collect()
}

//! What a scan costs: pages a second, CPU-seconds for 1,000 pages, and the share of each room.
//!
//! `cargo bench` makes a site of 2,000 static pages, serves it on loopback from a process of its own,
//! scans it with the program, and then gives each room the same pages alone. CPU times are those of the
//! kernel's accounting (hundredths of a second); medians of three.

#![expect(
    clippy::expect_used,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a test may fail loudly, its helpers as well"
)]

mod support;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use analysis::{Scene, Settings};
use case::{CaseFolder, Observed, Offer, Step, Waiting};
use fetch::{AddressGuard, Fetch as _, Live, LiveSettings};
use graph::Builder;
use model::{
    Ask, Brief, Budget, Exchange, Landings, Market, PageFacts, PageUrl, Politeness, Purpose, Reply,
    Robots, Scope, ScopeRule, Vantage, VantageId, Verdict,
};
use page::Document;
use report::{Format, NoSnippets, Report, Style};
use rules::RulePack;
use support::{Page, Server};

const PAGES: usize = 2000;
const LISTINGS_PER_CATEGORY: usize = 40;
/// The argument that makes this program the server.
const SERVE: &str = "serve-the-generated-site";

fn main() {
    if std::env::args().any(|arg| arg == SERVE) {
        let (listener, addr) = Server::bind();
        println!("{addr}");
        Server::serve_on(listener, site(), Duration::ZERO);
        // The parent ends this process by closing its input.
        let _ = std::io::stdin().read_line(&mut String::new());
        return;
    }
    let mut server = Command::new(std::env::current_exe().expect("this program"))
        .arg(SERVE)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the server");
    let mut addr = String::new();
    std::io::BufRead::read_line(
        &mut std::io::BufReader::new(server.stdout.take().expect("piped")),
        &mut addr,
    )
    .expect("the address");
    let seed = format!("http://{}/", addr.trim());
    let bytes: usize = site().values().map(|page| page.body.len()).sum();
    println!(
        "site: {PAGES} pages, {} KB on average\n",
        bytes / PAGES / 1000
    );

    whole_scans(&seed);
    rooms(&seed);
    drop(server.stdin.take());
    let _ = server.wait();
}

/// A market: a home, categories, listings with some 9 KB of template and text each.
fn site() -> BTreeMap<String, Page> {
    let categories = (PAGES - 1) / (LISTINGS_PER_CATEGORY + 1) + 1;
    let mut pages = BTreeMap::new();
    let menu: String = (0..categories)
        .map(|c| format!("<li><a href='/c{c}.html'>Category {c}</a></li>"))
        .collect();
    let head = "<style>.nav li{display:inline}.sr{position:absolute;width:1px;height:1px;overflow:hidden}\
        .menu ul{display:none}.menu:hover ul{display:block}.price{color:#333;background:#fff}</style>";
    let frame = |title: &str, main: &str| {
        Page::html(format!(
            "<!doctype html><html lang='en'><head><title>{title}</title>{head}</head><body><header>\
             <nav class='nav'><ul>{menu}</ul></nav></header><main>{main}</main><footer><p>{}</p></footer></body></html>",
            "Sold and shipped by independent sellers of this market. ".repeat(12)
        ))
    };
    pages.insert("/".to_owned(), frame("Market", "<h1>Market</h1>"));
    let mut listing = 0;
    for category in 0..categories {
        let mut items = String::new();
        for _ in 0..LISTINGS_PER_CATEGORY {
            if pages.len() + categories - category >= PAGES {
                break;
            }
            let _ = write!(
                items,
                "<li><a href='/p{listing}.html'>Garden thing {listing}</a> 9.90 EUR</li>"
            );
            let more: String = (1..=10)
                .map(|step| {
                    format!(
                        "<li><a href='/p{}.html'>Like this {step}</a></li>",
                        (listing + step * 7) % 1900
                    )
                })
                .collect();
            let text = "A sturdy thing of beech wood and steel for garden, kitchen and balcony. "
                .repeat(40);
            let main = format!(
                "<h1>Garden thing {listing}</h1><script type='application/ld+json'>{{\"@context\":\"https://schema.org\",\
                 \"@type\":\"Product\",\"name\":\"Garden thing {listing}\",\"description\":\"A sturdy thing of beech wood.\",\
                 \"offers\":{{\"@type\":\"Offer\",\"price\":\"9.90\",\"priceCurrency\":\"EUR\"}}}}</script>\
                 <p class='price'>9.90 EUR</p><div class='description' itemprop='description'><p>{text}</p></div>\
                 <aside class='related'><ul>{more}</ul></aside><a class='sr' href='#top'>to the top</a>"
            );
            pages.insert(
                format!("/p{listing}.html"),
                frame(&format!("Garden thing {listing}"), &main),
            );
            listing += 1;
        }
        let main = format!("<h1>Category {category}</h1><ul>{items}</ul>");
        pages.insert(
            format!("/c{category}.html"),
            frame(&format!("Category {category}"), &main),
        );
    }
    pages
}

/// CPU seconds of this process (`own`) or of its children that have ended, from the kernel.
fn cpu_seconds(own: bool) -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("Linux");
    let fields: Vec<f64> = stat
        .rsplit(')')
        .next()
        .unwrap_or_default()
        .split_whitespace()
        .map(|field| field.parse().unwrap_or(0.0))
        .collect();
    let at = if own { 11 } else { 13 };
    (fields[at] + fields[at + 1]) / 100.0
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

fn whole_scans(seed: &str) {
    println!(
        "{:<34} {:>8} {:>9} {:>16}",
        "sidedoor scan", "wall s", "pages/s", "CPU-s per 1,000"
    );
    for (what, vantages) in [
        ("one vantage", "desktop"),
        ("three vantages (default)", "desktop,phone,crawler"),
    ] {
        let mut walls = Vec::new();
        let mut cpus = Vec::new();
        for _ in 0..3 {
            let folder = tempfile::tempdir().expect("a folder");
            let (begun, cpu) = (Instant::now(), cpu_seconds(false));
            let output = support::sidedoor()
                .args([
                    "scan",
                    seed,
                    "--quiet",
                    "--vantage",
                    vantages,
                    "--allow-address",
                    "127.0.0.1",
                    "--case",
                ])
                .arg(folder.path().join("case"))
                .output()
                .expect("the program runs");
            assert_eq!(output.status.code(), Some(0), "{}", support::told(&output));
            walls.push(begun.elapsed().as_secs_f64());
            cpus.push(cpu_seconds(false) - cpu);
        }
        let (wall, cpu) = (median(walls), median(cpus));
        println!(
            "{what:<34} {wall:>8.2} {:>9.0} {:>16.2}",
            PAGES as f64 / wall,
            cpu / PAGES as f64 * 1000.0
        );
    }
    println!();
}

/// Runs one room alone, and says what it cost.
fn timed<T>(
    table: &mut Vec<(&'static str, f64)>,
    room: &'static str,
    work: impl FnOnce() -> T,
) -> T {
    let cpu = cpu_seconds(true);
    let made = work();
    table.push((room, cpu_seconds(true) - cpu));
    made
}

fn rooms(seed: &str) {
    let addresses: Vec<PageUrl> = site()
        .keys()
        .map(|path| {
            PageUrl::parse(&format!("{}{}", seed.trim_end_matches('/'), path)).expect("an address")
        })
        .collect();
    let mut table = Vec::new();
    let exchanges = timed(&mut table, "fetch", || fetched(&addresses));
    let facts: Vec<Arc<PageFacts>> = timed(&mut table, "page", || {
        exchanges
            .iter()
            .map(|exchange| Arc::new(read(exchange)))
            .collect()
    });
    let folder = tempfile::tempdir().expect("a folder");
    let case = timed(&mut table, "case", || {
        kept(folder.path(), seed, &exchanges, &facts)
    });
    let pack = RulePack::eu().expect("the pack");
    let market = Market::eu();
    let verdicts: Vec<Verdict> = timed(&mut table, "rules", || {
        facts
            .iter()
            .map(|facts| pack.label(facts, &market))
            .collect()
    });
    let graph = timed(&mut table, "graph", || {
        let mut builder = Builder::default();
        case.for_each_visit::<case::ReadError>(&mut |visit, facts| {
            builder.add(visit, facts);
            Ok(())
        })
        .expect("the case");
        builder.finish(&[])
    });
    let mut seen: BTreeMap<PageUrl, Vec<(VantageId, Verdict)>> = BTreeMap::new();
    for (address, verdict) in addresses.iter().zip(verdicts) {
        seen.insert(address.clone(), vec![(VantageId::Desktop, verdict)]);
    }
    let (scene, judgement) = timed(&mut table, "analysis", || {
        let scene = Scene::new(graph, &seen, Settings::default());
        let judgement = analysis::analyze(&scene);
        (scene, judgement)
    });
    timed(&mut table, "report", || {
        let settings = serde_json::Value::Null;
        let coverage = case.coverage().expect("the coverage");
        let report = Report {
            generator: "bench",
            brief: case.brief(),
            market: &market,
            pack: "eu",
            settings: &settings,
            coverage: &coverage,
            findings: &judgement.findings,
            indicators: &judgement.indicators,
            cuts: &report::CutsReport::default(),
            decisions: &BTreeMap::new(),
            networks: &[],
            pages: &BTreeMap::new(),
            directives: &[],
            hops: scene.graph.hop_count() as u64,
            notes: &[],
            snippets: &NoSnippets,
        };
        report::write(&report, Format::Json, Style::default(), &mut Vec::new()).expect("written");
    });
    let whole: f64 = table.iter().map(|(_, cpu)| cpu).sum();
    println!(
        "{:<12} {:>8} {:>8}   each room alone, {PAGES} pages, one vantage",
        "room", "CPU s", "share"
    );
    for (room, cpu) in &table {
        println!("{room:<12} {cpu:>8.2} {:>7.0} %", cpu / whole * 100.0);
    }
    println!("{:<12} {whole:>8.2}", "all");
    println!("(graph reads the facts back from the case; its share includes that)");
}

fn fetched(addresses: &[PageUrl]) -> Vec<Arc<Exchange>> {
    let live = Live::new(LiveSettings {
        guard: AddressGuard::public_only().with("127.0.0.1".parse().expect("an address")),
        ..LiveSettings::default()
    })
    .expect("a client");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let mut exchanges = Vec::new();
        for address in addresses {
            let ask = Ask::new(
                address.clone(),
                Vantage::standard(VantageId::Desktop),
                Purpose::Page,
            );
            exchanges.push(Arc::new(live.fetch(ask).await));
        }
        exchanges
    })
}

fn read(exchange: &Exchange) -> PageFacts {
    let Reply::Answered(answer) = &exchange.reply else {
        return PageFacts::empty(exchange.ask.address.clone());
    };
    page::read(&Document {
        address: &exchange.ask.address,
        status: answer.status,
        headers: &answer.headers,
        body: &answer.body,
        cut: answer.cut.is_some(),
        sheets: &[],
        scripts: &[],
    })
}

fn kept(
    folder: &std::path::Path,
    seed: &str,
    exchanges: &[Arc<Exchange>],
    facts: &[Arc<PageFacts>],
) -> CaseFolder {
    let seeds = vec![PageUrl::parse(seed).expect("an address")];
    let brief = Brief {
        scope: Scope::new(ScopeRule::Site, seeds.clone()),
        seeds,
        budget: Budget::default(),
        politeness: Politeness::default(),
        landings: Landings::Onward,
        robots: Robots::Ignore,
        sitemaps: model::Sitemaps::Ignore,
        cookies: model::Cookies::Keep,
        vantages: vec![VantageId::Desktop],
        door_vantages: Vec::new(),
    };
    let mut case = CaseFolder::create(&folder.join("case"), &brief).expect("a case");
    let offers: Vec<Offer> = exchanges
        .iter()
        .map(|exchange| Offer {
            address: exchange.ask.address.clone(),
            referrer: None,
            depth: 0,
            redirects: 0,
            beyond: 0,
            in_scope: true,
            found_by: case::FoundBy::Link,
            cookies: Vec::new(),
        })
        .collect();
    case.offer(&offers).expect("offered");
    let steps: Vec<Step> = offers
        .into_iter()
        .zip(exchanges)
        .zip(facts)
        .enumerate()
        .map(|(number, ((offer, exchange), facts))| Step {
            waiting: Waiting {
                place: number as u64 + 1,
                band: case::Band::First,
                offer,
            },
            observed: vec![Observed {
                exchange: Arc::clone(exchange),
                facts: Some(Arc::clone(facts)),
                churns: false,
                is_held: false,
            }],
            way_on: None,
            side: Vec::new(),
            offers: Vec::new(),
            reask: case::Reask::Needless,
            opens: false,
            refused: Vec::new(),
            likeness: None,
        })
        .collect();
    for batch in steps.chunks(32) {
        case.commit(batch).expect("committed");
    }
    case
}

//! How well, how fast and in how much memory a market is judged: the generated market of `sidedoor sandbox
//! graph`, judged from its tables, against what was planted in it.
//!
//! `cargo bench -p sidedoor-analysis --bench market -- [LISTINGS [SEED [ROWS]]]`; 400,000 listings, seed 1 and
//! all five rows of noise if left out. CPU times are those of the process; memory is the kernel's high-water mark.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark prints, reads files and may fail loudly"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::Path;
use std::time::Duration;

use cpu_time::ProcessTime;
use graph::frozen::{Direction, Reach};
use graph::warehouse::{Imported, TableForm, Tables, import};
use model::{PageId, Policy};
use sandbox::MarketNoise;
use sidedoor_analysis::market::{Market, MarketJudgement, MarketPage};
use sidedoor_analysis::{SearchSettings, Settings};

fn main() {
    let mut numbers = std::env::args()
        .skip(1)
        .filter_map(|word| word.parse::<u64>().ok());
    let listings = numbers.next().and_then(|number| u32::try_from(number).ok());
    let listings = listings.unwrap_or(400_000);
    let seed = numbers.next().unwrap_or(1);
    let rows = numbers.next().and_then(|rows| usize::try_from(rows).ok());
    let folder = tempfile::tempdir().expect("a temporary folder");
    let noise = |missed, false_concealed, restricted_links| MarketNoise {
        missed,
        false_concealed,
        restricted_links,
    };
    let runs = [
        ("as it is", noise(0.0, 1.0, 1.0)),
        ("half of the concealments missed", noise(0.5, 1.0, 1.0)),
        ("ten times the false concealments", noise(0.0, 10.0, 1.0)),
        ("both", noise(0.5, 10.0, 1.0)),
        ("both, and ten times the open links", noise(0.5, 10.0, 10.0)),
    ];
    for (name, noise) in runs.into_iter().take(rows.unwrap_or(usize::MAX)) {
        generate(folder.path(), listings, seed, noise);
        println!("\n## {listings} listings, seed {seed}, {name}\n");
        judge(folder.path(), noise == MarketNoise::default());
    }
}

fn generate(out: &Path, listings: u32, seed: u64, noise: MarketNoise) {
    let market = sandbox::Market::new(listings, seed, noise).expect("a market");
    let file = |name: &str| File::create(out.join(name)).expect("a file");
    market.write_nodes(&mut file("nodes.csv")).expect("written");
    market.write_edges(&mut file("edges.csv")).expect("written");
    market.write_truth(&mut file("truth.csv")).expect("written");
}

/// CPU time since the last mark.
struct Clock(ProcessTime);

impl Clock {
    fn lap(&mut self) -> Duration {
        let spent = self.0.elapsed();
        self.0 = ProcessTime::now();
        spent
    }
}

fn judge(folder: &Path, with_baselines: bool) {
    let mut clock = Clock(ProcessTime::now());
    let imported = read(folder);
    let loaded = clock.lap();
    let warehouse = &imported.warehouse;
    println!(
        "{} pages, {} hops; read in {:.2} CPU s, {:.1} B a hop, peak {} MB",
        warehouse.page_count(),
        warehouse.hop_count(),
        loaded.as_secs_f64(),
        warehouse.bytes() as f64 / f64::from(warehouse.hop_count()),
        peak_mb()
    );
    let settings = Settings::default();
    let _ = clock.lap();
    let classes = warehouse.classes(&settings.classes);
    let classed = clock.lap();
    let frozen = warehouse.freeze(&classes).expect("it fits");
    let froze = clock.lap();
    let pages: Vec<_> = (0..)
        .zip(&imported.policies)
        .map(|(page, policy)| MarketPage::new(*policy, warehouse.gate(PageId(page))))
        .collect();
    let market = Market {
        graph: &frozen,
        pages: &pages,
        settings: &settings.search,
    };
    let judgement = market.judge().expect("it fits");
    let judged = clock.lap();
    println!(
        "classes and template {:.2} s, freezing {:.2} s, search, ranking and cuts {:.2} s: {:.2} CPU s in all, peak {} MB",
        classed.as_secs_f64(),
        froze.as_secs_f64(),
        judged.as_secs_f64(),
        (classed + froze + judged).as_secs_f64(),
        peak_mb()
    );
    println!(
        "off the template {} hops; the search touched {} for existence, {} for the cheapest; evidence {} pages, {} hops",
        judgement.effort.hops,
        judgement.effort.touched,
        judgement.effort.touched_for_cost,
        judgement.cuts.evidence.0,
        judgement.cuts.evidence.1
    );
    println!(
        "classes {:?}, taken {:?}",
        classes.counts(),
        classes.taken()
    );
    for point in judgement.cuts.curve.iter() {
        println!(
            "the first {} choke points cut {} listings",
            point.closed, point.cut
        );
    }
    println!(
        "smallest cut: {} pages\n",
        judgement.cuts.smallest_cut.len()
    );
    let truth = Truth::read(folder, &imported);
    truth.table(&judgement, &imported);
    if with_baselines {
        baselines(&truth, &imported, market, &classes);
    }
}

fn read(folder: &Path) -> Imported {
    let mut nodes = File::open(folder.join("nodes.csv")).expect("the pages");
    let mut edges = File::open(folder.join("edges.csv")).expect("the hops");
    import(Tables {
        nodes: (TableForm::Csv, &mut nodes),
        edges: (TableForm::Csv, &mut edges),
        mapping: &[],
    })
    .expect("the tables are those of the schema")
}

/// What else one might flag, in the same table.
fn baselines(
    truth: &Truth,
    imported: &Imported,
    market: Market<'_>,
    classes: &graph::warehouse::WarehouseClasses,
) {
    for bound in [2.0, 3.0, 6.0, 9.0] {
        let settings = SearchSettings {
            cost_bound: bound,
            ..market.settings.clone()
        };
        let other = Market {
            settings: &settings,
            ..market
        };
        let judgement = other.judge().expect("it fits");
        let flagged = judgement.findings.iter().map(|finding| finding.listing.0);
        truth.row(&format!("the same, cost up to {bound}"), flagged.collect());
    }
    let all = imported.warehouse.freeze_all(classes).expect("it fits");
    let mut clock = Clock(ProcessTime::now());
    let restricted: Vec<u32> = (0..)
        .zip(&imported.policies)
        .filter(|(_, policy)| policy.is_restricted())
        .map(|(page, _)| page)
        .collect();
    let reach = Reach::of(&all, Direction::Backward, &restricted);
    let spent = clock.lap();
    let flagged = (0..)
        .zip(&imported.policies)
        .filter(|(page, policy)| **policy == Policy::Compliant && reach.contains(*page))
        .map(|(page, _)| page)
        .collect();
    truth.row("plain reachability", flagged);
    println!("\nplain reachability took {:.3} CPU s", spent.as_secs_f64());
}

/// The planted listings, by kind; a listing with two ways has two kinds.
struct Truth {
    kinds: BTreeMap<String, BTreeSet<u32>>,
    campaign: BTreeSet<u32>,
    all: BTreeSet<u32>,
}

impl Truth {
    fn read(folder: &Path, imported: &Imported) -> Self {
        let mut truth = Self {
            kinds: BTreeMap::new(),
            campaign: BTreeSet::new(),
            all: BTreeSet::new(),
        };
        let table = csv::Reader::from_path(folder.join("truth.csv")).expect("the truth");
        for row in table.into_records() {
            let row = row.expect("a row");
            let listing = imported.warehouse.find(&row[0]).expect("a page").0;
            truth.all.insert(listing);
            truth
                .kinds
                .entry(row[2].to_owned())
                .or_default()
                .insert(listing);
            if &row[4] == "true" {
                truth.campaign.insert(listing);
            }
        }
        truth
    }

    fn table(&self, judgement: &MarketJudgement, imported: &Imported) {
        println!(
            "| flagged by | listings | precision | without the campaign | recall without it |"
        );
        println!("|---|---|---|---|---|");
        let ranked: Vec<u32> = judgement
            .findings
            .iter()
            .map(|found| found.listing.0)
            .collect();
        let flagged: BTreeSet<u32> = ranked.iter().copied().collect();
        self.row("hidden paths, cost up to 4", flagged.clone());
        let own = judgement
            .findings
            .iter()
            .filter(|found| found.inherits.is_none());
        self.row(
            "of those, not inherited",
            own.map(|found| found.listing.0).collect(),
        );
        let mut rest: Vec<u32> = (0..)
            .zip(&imported.policies)
            .filter(|(page, policy)| **policy == Policy::Compliant && !flagged.contains(page))
            .map(|(page, _)| page)
            .collect();
        let chance = |page: u32| judgement.chances[page as usize];
        rest.sort_by(|a, b| chance(*b).total_cmp(&chance(*a)).then(a.cmp(b)));
        let mut whole = ranked.clone();
        whole.extend(rest);
        let mut by_chance = whole.clone();
        by_chance.sort_by(|a, b| chance(*b).total_cmp(&chance(*a)).then(a.cmp(b)));
        let kinds: Vec<String> = self
            .kinds
            .iter()
            .map(|(kind, listings)| {
                let found = listings.intersection(&flagged).count();
                format!("{kind} {:.3}", ratio(found, listings.len()))
            })
            .collect();
        println!("\nrecall by kind: {}", kinds.join(", "));
        println!(
            "average precision without the campaign: findings {:.3}, findings and then all others by chance {:.3}, all by chance {:.3}\n",
            self.average_precision(&ranked),
            self.average_precision(&whole),
            self.average_precision(&by_chance)
        );
    }

    fn row(&self, name: &str, flagged: BTreeSet<u32>) {
        let right = flagged.intersection(&self.all).count();
        let outside: BTreeSet<u32> = flagged.difference(&self.campaign).copied().collect();
        let planted: BTreeSet<u32> = self.all.difference(&self.campaign).copied().collect();
        let found = outside.intersection(&planted).count();
        println!(
            "| {name} | {} | {:.3} | {:.3} | {:.3} |",
            flagged.len(),
            ratio(right, flagged.len()),
            ratio(found, outside.len()),
            ratio(found, planted.len())
        );
    }

    /// The mean, over the planted listings, of the precision at the rank of each; 0 for those that are not
    /// in the ranking. The campaign's listings are left out of both.
    fn average_precision(&self, ranking: &[u32]) -> f64 {
        let planted = self.all.len() - self.campaign.len();
        let (mut right, mut sum) = (0, 0.0);
        let without = ranking.iter().filter(|page| !self.campaign.contains(page));
        for (rank, page) in without.enumerate() {
            if self.all.contains(page) {
                right += 1;
                sum += ratio(right, rank + 1);
            }
        }
        sum / planted.max(1) as f64
    }
}

fn ratio(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}

/// The most memory that the process ever held.
fn peak_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    kilobytes.map_or(0, |kilobytes: u64| kilobytes / 1024)
}

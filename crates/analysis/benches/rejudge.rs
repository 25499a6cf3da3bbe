//! What it costs to judge a market again of which one page in a hundred was looked at again, against judging
//! it all afresh; both must find the same.
//!
//! `cargo bench -p sidedoor-analysis --bench rejudge -- [LISTINGS [SEED]]`; 400,000 listings and seed 1 if left
//! out. CPU times are those of the process, medians of three rounds.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark prints, reads files and may fail loudly"
)]

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

use cpu_time::ProcessTime;
use graph::warehouse::{Imported, Revised, Standing, TableForm, Tables, WarehouseError, import};
use graph::{ClassSettings, Warehouse};
use model::PageId;
use sandbox::MarketNoise;
use sidedoor_analysis::SearchSettings;
use sidedoor_analysis::market::{Market, MarketJudgement, MarketPage};

const ROUNDS: usize = 3;

fn main() {
    let mut numbers = std::env::args()
        .skip(1)
        .filter_map(|word| word.parse::<u64>().ok());
    let listings = numbers.next().and_then(|number| u32::try_from(number).ok());
    let listings = listings.unwrap_or(400_000);
    let seed = numbers.next().unwrap_or(1);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path();
    let market = sandbox::Market::new(listings, seed, MarketNoise::default()).expect("a market");
    let file = |name: &str| File::create(out.join(name)).expect("a file");
    market.write_nodes(&mut file("nodes.csv")).expect("written");
    market.write_edges(&mut file("edges.csv")).expect("written");
    let told = look_again(out);
    println!("\n## {listings} listings, seed {seed}: {told} pages looked at again\n");
    let first = read(out, ["nodes.csv", "edges.csv"], import);
    let settings = ClassSettings::default();
    let standing = Standing::of(&first.warehouse, &settings);
    let mut times: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for _ in 0..ROUNDS {
        let mut clock = Clock::new(&mut times);
        let all = read(out, ["all-nodes.csv", "all-edges.csv"], import);
        clock.lap("all: reading the tables");
        let afresh = Standing::of(&all.warehouse, &settings);
        clock.lap("all: classes and template");
        let whole = judge(
            &all,
            &afresh,
            &mut clock,
            ["all: freezing", "all: search, ranking, cuts"],
        );
        drop((all, afresh));
        let mut kept = standing.clone();
        clock.skip();
        let anew = |tables: Tables<'_>| first.revised(tables);
        let revised: Revised = read(out, ["told-nodes.csv", "told-edges.csv"], anew);
        clock.lap("again: reading the tables");
        kept.revise(&first.warehouse, &revised);
        clock.lap("again: classes and template");
        let names = ["again: freezing", "again: search, ranking, cuts"];
        let again = judge(&revised.imported, &kept, &mut clock, names);
        assert_eq!(whole, again, "judged again as judged afresh");
    }
    table(&times);
}

/// Rounds by stage, and their medians.
fn table(times: &BTreeMap<&str, Vec<f64>>) {
    println!("| stage | CPU s |\n|---|---|");
    let median = |of: &[f64]| {
        let mut sorted = of.to_vec();
        sorted.sort_by(f64::total_cmp);
        sorted[sorted.len() / 2]
    };
    let mut sums = BTreeMap::from([("all", 0.0), ("again", 0.0)]);
    let mut without = sums.clone();
    for (stage, rounds) in times {
        println!("| {stage} | {:.3} |", median(rounds));
        let (run, what) = stage.split_once(": ").expect("a run and a stage");
        *sums.get_mut(run).expect("a run") += median(rounds);
        if !what.starts_with("reading") {
            *without.get_mut(run).expect("a run") += median(rounds);
        }
    }
    println!(
        "\nagain / all: {:.1} %; without reading {:.1} %",
        100.0 * sums["again"] / sums["all"],
        100.0 * without["again"] / without["all"]
    );
}

fn judge(
    imported: &Imported,
    standing: &Standing,
    clock: &mut Clock<'_>,
    [frozen_in, judged_in]: [&'static str; 2],
) -> MarketJudgement {
    let warehouse: &Warehouse = &imported.warehouse;
    let frozen = warehouse.freeze(standing.classes()).expect("it fits");
    clock.lap(frozen_in);
    let pages: Vec<_> = (0..)
        .zip(&imported.policies)
        .map(|(page, policy)| MarketPage::new(*policy, warehouse.gate(PageId(page))))
        .collect();
    let market = Market {
        graph: &frozen,
        pages: &pages,
        settings: &SearchSettings::default(),
    };
    let judgement = market.judge().expect("it fits");
    clock.lap(judged_in);
    judgement
}

fn read<T>(
    folder: &Path,
    [nodes, edges]: [&str; 2],
    taken: impl FnOnce(Tables<'_>) -> Result<T, WarehouseError>,
) -> T {
    let mut nodes = File::open(folder.join(nodes)).expect("the pages");
    let mut edges = File::open(folder.join(edges)).expect("the hops");
    taken(Tables {
        nodes: (TableForm::Csv, &mut nodes),
        edges: (TableForm::Csv, &mut edges),
        mapping: &[],
    })
    .expect("the tables are those of the schema")
}

/// CPU time since the last mark, by stage.
struct Clock<'a> {
    last: ProcessTime,
    times: &'a mut BTreeMap<&'static str, Vec<f64>>,
}

impl<'a> Clock<'a> {
    fn new(times: &'a mut BTreeMap<&'static str, Vec<f64>>) -> Self {
        Self {
            last: ProcessTime::now(),
            times,
        }
    }

    fn lap(&mut self, stage: &'static str) {
        let spent = self.last.elapsed().as_secs_f64();
        self.times.entry(stage).or_default().push(spent);
        self.skip();
    }

    fn skip(&mut self) {
        self.last = ProcessTime::now();
    }
}

/// One page in a hundred is looked at again: every seventh of its hops has gone, every eleventh to another
/// host is concealed now, and of ten such pages one has a neighbour that is new. Writes the tables of what was told
/// (`told-*.csv`) and of the whole as it is then (`all-*.csv`), hops by addresses; gives how many pages.
fn look_again(folder: &Path) -> usize {
    let rows = |name: &str| {
        let table = csv::Reader::from_path(folder.join(name)).expect("a table");
        table.into_records().map(|row| row.expect("a row"))
    };
    let header = |name: &str, table: &str| {
        let mut reader = csv::Reader::from_path(folder.join(table)).expect("a table");
        let mut out = csv::Writer::from_path(folder.join(name)).expect("a file");
        out.write_record(reader.headers().expect("a header"))
            .expect("written");
        out
    };
    let (mut all, mut told) = (
        header("all-nodes.csv", "nodes.csv"),
        header("told-nodes.csv", "nodes.csv"),
    );
    let (mut addresses, mut count) = (BTreeMap::new(), 0);
    for row in rows("nodes.csv") {
        let id: u64 = row[0].parse().expect("a number");
        addresses.insert(id, row[1].to_owned());
        all.write_record(&row).expect("written");
        if is_told(id) {
            told.write_record(&row).expect("written");
            count += 1;
        }
        if is_told(id) && id % 1000 == 7 {
            let mut new: Vec<String> = row.iter().map(str::to_owned).collect();
            new[0] = (id + NEW).to_string();
            new[1] = format!("{}-again", row[1].trim_end_matches('/'));
            addresses.insert(id + NEW, new[1].clone());
            all.write_record(&new).expect("written");
            told.write_record(&new).expect("written");
            count += 1;
        }
    }
    all.flush().expect("written");
    told.flush().expect("written");
    let (mut all, mut told) = (
        header("all-edges.csv", "edges.csv"),
        header("told-edges.csv", "edges.csv"),
    );
    for (number, row) in rows("edges.csv").enumerate() {
        let source: u64 = row[0].parse().expect("a number");
        if !is_told(source) {
            all.write_record(&row).expect("written");
            continue;
        }
        if number % 7 == 0 {
            continue;
        }
        let mut hop: Vec<String> = row.iter().map(str::to_owned).collect();
        let target: u64 = row[1].parse().expect("a number");
        let is_outside = host(&addresses[&source]) != host(&addresses[&target]);
        if number % 11 == 0 && hop[2] == "anchor" && is_outside {
            hop[3] = "hidden".to_owned();
        }
        for source in [source, source + NEW] {
            if !addresses.contains_key(&source) {
                continue;
            }
            hop[0] = source.to_string();
            hop[1].clone_from(&target.to_string());
            all.write_record(&hop).expect("written");
            hop[0].clone_from(&addresses[&source]);
            hop[1].clone_from(&addresses[&target]);
            told.write_record(&hop).expect("written");
        }
    }
    all.flush().expect("written");
    told.flush().expect("written");
    count
}

fn host(address: &str) -> &str {
    address.split('/').nth(2).unwrap_or_default()
}

/// Added to the number of a page for that of its new neighbour.
const NEW: u64 = 1 << 32;

fn is_told(id: u64) -> bool {
    id % 100 == 7
}

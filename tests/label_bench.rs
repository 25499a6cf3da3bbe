//! What labelling a page costs beside reading it, and what loading the packs costs.
//!
//! `cargo bench -p sidedoor-cli --bench label` reads and labels generated listings in seven languages,
//! and the pages of the folders that are given after `--`. Each page is read and labelled in turn, so
//! that both are measured under the same load; medians of seven rounds.

#![expect(
    clippy::expect_used,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a bench may fail loudly, reads files and prints figures"
)]

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use model::{Headers, Market, PageFacts, PageUrl};
use page::Document;
use rules::RulePack;
use sandbox::{Listings, Split};

const ROUNDS: usize = 7;

/// The most pages of one folder.
const PAGES: usize = 400;

fn main() {
    let mut loads: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            black_box(RulePack::eu().expect("the pack"));
            start.elapsed()
        })
        .collect();
    loads.sort();
    let pack = RulePack::eu().expect("the pack");
    println!(
        "{}: {} words, loaded in {:.1} ms",
        pack.id(),
        pack.words(),
        loads[ROUNDS / 2].as_secs_f64() * 1e3
    );
    println!(
        "{:<32}{:>7}{:>10}{:>12}{:>12}{:>9}",
        "pages", "number", "KB each", "read µs", "label µs", "share"
    );
    let listings = Listings::load(Split::Dev, None).expect("the goods");
    let generated: Vec<Vec<u8>> = (0..280)
        .map(|index| listings.page(1, index).expect("a page").html.into_bytes())
        .collect();
    row("generated listings", &pack, &generated);
    for folder in std::env::args().skip(1).filter(|it| !it.starts_with('-')) {
        let mut files = Vec::new();
        html_files(Path::new(&folder), &mut files);
        files.sort();
        let step = files.len().div_ceil(PAGES).max(1);
        let pages: Vec<Vec<u8>> = files
            .iter()
            .step_by(step)
            .map(|path| std::fs::read(path).expect("a page"))
            .collect();
        if !pages.is_empty() {
            row(&folder, &pack, &pages);
        }
    }
}

fn html_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            html_files(&path, files);
        } else if path
            .extension()
            .is_some_and(|ending| ending.eq_ignore_ascii_case("html"))
        {
            files.push(path);
        }
    }
}

fn read(body: &[u8]) -> PageFacts {
    let address = PageUrl::parse("http://market.example/item/1").expect("an address");
    page::read(&Document {
        address: &address,
        status: 200,
        headers: &Headers::default(),
        body,
        cut: false,
        sheets: &[],
        scripts: &[],
    })
}

/// The shares of the rounds are of times taken page by page, one right after the other.
fn row(name: &str, pack: &RulePack, pages: &[Vec<u8>]) {
    let market = Market::eu();
    let mut rounds: Vec<(f64, f64)> = (0..ROUNDS)
        .map(|_| {
            let (mut reading, mut labelling) = (Duration::ZERO, Duration::ZERO);
            for body in pages {
                let start = Instant::now();
                let facts = read(body);
                let middle = Instant::now();
                black_box(pack.label(&facts, &market));
                labelling += middle.elapsed();
                reading += middle - start;
            }
            (reading.as_secs_f64(), labelling.as_secs_f64())
        })
        .collect();
    if std::env::var_os("SIDEDOOR_BENCH_HOT").is_some() {
        let facts: Vec<PageFacts> = pages.iter().map(|body| read(body)).collect();
        let start = Instant::now();
        for _ in 0..40 {
            for facts in &facts {
                black_box(pack.label(facts, &market));
            }
        }
        let each = start.elapsed().as_secs_f64() / 40.0 / facts.len() as f64;
        println!("hot: {:.1} µs", each * 1e6);
    }
    rounds.sort_by(|one, other| (one.1 / one.0).total_cmp(&(other.1 / other.0)));
    let (reading, labelling) = rounds[ROUNDS / 2];
    let number = f64::from(u32::try_from(pages.len()).expect("few pages"));
    let bytes: usize = pages.iter().map(Vec::len).sum();
    let kilobytes = f64::from(u32::try_from(bytes / 1000).expect("few bytes")) / number;
    println!(
        "{:<32}{:>7}{kilobytes:>10.1}{:>12.1}{:>12.1}{:>8.1}%",
        name.chars().take(31).collect::<String>(),
        pages.len(),
        reading / number * 1e6,
        labelling / number * 1e6,
        labelling / reading * 100.0
    );
}

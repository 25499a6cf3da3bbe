//! What reading a page costs, against parsing it.
//!
//! `cargo bench -p sidedoor-page` prints, for generated pages of several sizes, the CPU time of a full
//! reading against that of scraper's bare `Html::parse_document` (medians of alternating runs in
//! one process), and what one reading allocates; then what an address costs that is looked into for
//! others, and what reading 32 MiB of one tag adds to the memory of the process. `cargo bench -p sidedoor-page -- FOLDER ...`
//! does the same for the HTML files below the folders, by size.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "the bench reads the pages that it is given, prints, and may fail loudly"
)]

mod made;

use std::path::{Path, PathBuf};
use std::time::Duration;

use cpu_time::ThreadTime;
use model::{Headers, PageUrl, RawHref};
use sidedoor_page::{Document, addresses_inside, read};

/// Alternating runs of each contender on each page.
const ROUNDS: usize = 9;
/// Files larger than this are left out.
const LARGEST: u64 = 600_000;
/// Files of each size class that are read.
const FILES: usize = 150;

fn main() {
    let folders: Vec<PathBuf> = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with("--"))
        .map(PathBuf::from)
        .collect();
    println!(
        "{:<34} {:>5} {:>8} {:>10} {:>10} {:>6} {:>12} {:>12} {:>10}",
        "pages",
        "count",
        "KB each",
        "parse MB/s",
        "read MB/s",
        "ratio",
        "allocs/page",
        "peak KB/page",
        "links/page"
    );
    if folders.is_empty() {
        for &kilobytes in &[5, 20, 60, 150, 500] {
            let page = made::shop_page(kilobytes * 1_000);
            row(&format!("generated, {kilobytes} KB"), &[page]);
        }
        let page = made::plain(150_000, true);
        row("generated, 150 KB, with scripts", &[page]);
        addresses();
        memory();
        return;
    }
    for folder in folders {
        let mut files = Vec::new();
        html_files(&folder, &mut files);
        files.sort();
        for (least, most) in [
            (2_000, 10_000),
            (10_000, 40_000),
            (40_000, 150_000),
            (150_000, LARGEST),
        ] {
            let fitting: Vec<&(PathBuf, u64)> = files
                .iter()
                .filter(|(_, size)| (least..most).contains(size))
                .collect();
            let step = fitting.len().div_ceil(FILES).max(1);
            let pages: Vec<Vec<u8>> = fitting
                .iter()
                .step_by(step)
                .map(|(path, _)| std::fs::read(path).unwrap())
                .collect();
            if !pages.is_empty() {
                let name = folder.display().to_string();
                let tail = name.chars().rev().take(16).collect::<Vec<_>>();
                let tail: String = tail.into_iter().rev().collect();
                row(
                    &format!("{tail} {}-{} KB", least / 1_000, most / 1_000),
                    &pages,
                );
            }
        }
    }
}

/// What an address costs that is looked into: honest ones, and those of them on the page's own host.
fn addresses() {
    let page: PageUrl = "https://market.test/listing/1".parse().unwrap();
    let lines = include_str!("../src/unwrap/honest.txt").lines();
    let honest: Vec<(&str, PageUrl)> = lines
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .filter_map(|href| Some((href, RawHref::new(href).resolve(&page).ok()?)))
        .collect();
    let plain: Vec<(&str, PageUrl)> = (0..100)
        .map(|n| match n % 4 {
            0 => format!("/item/{n}?from=list&pos={n}"),
            1 => format!("https://shop-{n}.example/p/blue-enamel-mug-{n}.html"),
            2 => format!("https://www.facebook.com/some.shop.{n}/"),
            _ => format!("https://cdn.example/a/b/c?v={n}&utm_source=x&utm_medium=y"),
        })
        .map(|href| {
            let href: &str = href.leak();
            (href, RawHref::new(href).resolve(&page).unwrap())
        })
        .collect();
    println!();
    for (name, some) in [("ordinary", plain), ("share links and the like", honest)] {
        let mut times = Vec::new();
        for _ in 0..ROUNDS {
            times.push(timed(|| {
                for _ in 0..200 {
                    for (href, target) in &some {
                        std::hint::black_box(addresses_inside(href, Some(target), &page));
                    }
                }
            }));
        }
        let each = median(times).as_nanos() / (200 * some.len() as u128);
        println!("addresses, {name:<26} {:>5} {each:>6} ns each", some.len());
    }
}

/// Peak of what the reading of 32 MiB of one tag allocates.
fn memory() {
    println!();
    for tag in ["<p>", "<a href=x>", "<div>", "<b>", "<table>"] {
        let body = tag.repeat((32 << 20) / tag.len()).into_bytes();
        let address: PageUrl = "https://market.example/item/1".parse().unwrap();
        let headers = Headers::default();
        let counted = allocation_counter::measure(|| {
            std::hint::black_box(read(&Document {
                address: &address,
                status: 200,
                headers: &headers,
                body: &body,
                cut: false,
                sheets: &[],
                scripts: &[],
            }));
        });
        println!(
            "32 MiB of {tag:<12} peak {:>6} MB",
            counted.bytes_max / 1_000_000
        );
    }
}

fn html_files(folder: &Path, into: &mut Vec<(PathBuf, u64)>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let Ok(meta) = entry.metadata() else { continue };
        if meta.is_dir() {
            html_files(&path, into);
        } else if path
            .extension()
            .is_some_and(|end| end == "html" || end == "htm")
        {
            into.push((path, meta.len()));
        }
    }
}

fn row(name: &str, pages: &[Vec<u8>]) {
    let address: PageUrl = "https://market.example/item/1".parse().unwrap();
    let headers = Headers::default();
    let document = |body| Document {
        address: &address,
        status: 200,
        headers: &headers,
        body,
        cut: false,
        sheets: &[],
        scripts: &[],
    };
    let bytes: usize = pages.iter().map(Vec::len).sum();
    let rounds = if bytes > 20_000_000 { 3 } else { ROUNDS };
    // Small pages are read several times a round, so that the clock has something to measure.
    let times = (300_000 / bytes.max(1)).max(1);
    let (mut parsing, mut reading) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        parsing.push(timed(|| {
            for _ in 0..times {
                for page in pages {
                    let text = String::from_utf8_lossy(page);
                    std::hint::black_box(scraper::Html::parse_document(&text));
                }
            }
        }));
        reading.push(timed(|| {
            for _ in 0..times {
                for page in pages {
                    std::hint::black_box(read(&document(page)));
                }
            }
        }));
    }
    let (mut allocations, mut peak, mut links) = (0, 0, 0);
    for page in pages {
        let counted = allocation_counter::measure(|| {
            links += read(&document(page)).links.len();
        });
        allocations += counted.count_total;
        peak = peak.max(counted.bytes_max);
    }
    let (parsing, reading) = (median(parsing), median(reading));
    let rate = |time: Duration| (bytes * times) as f64 / 1e6 / time.as_secs_f64();
    println!(
        "{name:<34} {:>5} {:>8.1} {:>10.1} {:>10.1} {:>6.2} {:>12} {:>12} {:>10}",
        pages.len(),
        bytes as f64 / 1e3 / pages.len() as f64,
        rate(parsing),
        rate(reading),
        reading.as_secs_f64() / parsing.as_secs_f64(),
        allocations / pages.len() as u64,
        peak / 1_000,
        links / pages.len(),
    );
}

fn timed(work: impl FnOnce()) -> Duration {
    let begun = ThreadTime::now();
    work();
    begun.elapsed()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

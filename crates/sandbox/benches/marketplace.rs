//! How fast a generated marketplace starts and answers, and in how much memory.
//!
//! `cargo bench -p sidedoor-sandbox --bench marketplace -- [LISTINGS [SEED]]`; a million listings and seed 1 if
//! left out. Answers are made in the process, on one thread, without a socket; memory is the kernel's
//! high-water mark.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark prints, reads a clock and may fail loudly"
)]

use std::time::Instant;

use sidedoor_sandbox::{Marketplace, Question, Split};

/// Addresses that are asked of each kind.
const ASKED: u64 = 4_000;

fn main() {
    let mut numbers = std::env::args()
        .skip(1)
        .filter_map(|word| word.parse::<u64>().ok());
    let listings = numbers.next().unwrap_or(1_000_000);
    let seed = numbers.next().unwrap_or(1);
    let start = Instant::now();
    let market = Marketplace::new(listings, seed, Split::Test).expect("a marketplace");
    println!("{listings} listings, seed {seed}");
    println!("start-up: {:.1} ms", start.elapsed().as_secs_f64() * 1e3);
    // The listings that a planted path begins at, spread over all: their pages and the others'.
    let step = (listings / ASKED).max(1);
    let targets: Vec<(String, String)> = (0..listings)
        .step_by(usize::try_from(step).expect("it fits"))
        .map(|listing| market.address(listing))
        .collect();
    pace(&market, "listings", &targets);
    let lists: Vec<(String, String)> = targets
        .iter()
        .enumerate()
        .map(|(place, (host, path))| {
            let lang = path.split('/').nth(1).unwrap_or("en");
            (host.clone(), format!("/{lang}/c/{}", place % 24))
        })
        .collect();
    pace(&market, "lists", &lists);
    println!("memory at its height: {}", memory());
}

fn pace(market: &Marketplace, name: &str, targets: &[(String, String)]) {
    let start = Instant::now();
    let mut bytes = 0;
    for (host, target) in targets {
        let reply = market.answer(&Question {
            host,
            target,
            headers: &[],
        });
        assert!(reply.status < 400, "{host} {target}: {}", reply.status);
        bytes += reply.body.len();
    }
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "{name}: {:.0} pages/s, {} bytes each",
        targets.len() as f64 / seconds,
        bytes / targets.len().max(1)
    );
}

fn memory() -> String {
    std::fs::read_to_string("/proc/self/status")
        .ok()
        .and_then(|status| {
            let line = status.lines().find(|line| line.starts_with("VmHWM"))?;
            Some(line.trim_start_matches("VmHWM:").trim().to_owned())
        })
        .unwrap_or_else(|| "unknown on this system".to_owned())
}

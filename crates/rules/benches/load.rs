//! What loading a rule pack costs: `cargo bench -p sidedoor-rules`.
//!
//! Prints how long [`RulePack::eu`] takes, the median of many runs in one process, beside reading
//! the pack's TOML alone, file by file, which no loading can do without.

#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a bench reads files, prints, and may fail loudly"
)]

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use sidedoor_rules::RulePack;

const ROUNDS: usize = 31;

fn median(mut run: impl FnMut()) -> Duration {
    let mut times: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed()
        })
        .collect();
    times.sort();
    times[ROUNDS / 2]
}

fn main() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("packs/eu");
    let files = std::fs::read_dir(&folder).expect("the pack's folder");
    let texts: Vec<String> = files
        .map(|file| std::fs::read_to_string(file.expect("a file").path()).expect("its text"))
        .collect();
    let toml = median(|| {
        for text in &texts {
            black_box(toml::from_str::<toml::Table>(text).expect("TOML"));
        }
    });
    let load = median(|| {
        black_box(RulePack::eu().expect("the pack"));
    });
    let pack = RulePack::eu().expect("the pack");
    let millis = |time: Duration| time.as_secs_f64() * 1e3;
    println!(
        "{}: {} words; loading {:.1} ms, of which reading TOML of {} KB into tables would be {:.1} ms",
        pack.id(),
        pack.words(),
        millis(load),
        texts.iter().map(String::len).sum::<usize>() / 1000,
        millis(toml),
    );
}

//! How fast the desk answers: `cargo bench -p sidedoor-review -- [FINDINGS [LINKS_EACH]]`.
//!
//! Makes a case of 10,000 findings whose listings have 100 links each (a million hops), asks the desk for
//! every page over loopback, and prints medians of 21; then the medians of three of writing the HTML
//! report, with its size.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    clippy::disallowed_methods,
    reason = "a bench prints, fails loudly, and reads a clock"
)]

#[path = "../tests/desk/listening.rs"]
#[expect(dead_code, reason = "the tests use all of it")]
mod listening;
#[path = "../tests/desk/made.rs"]
mod made;

use std::time::Instant;

use listening::{Listening, Reviewer};
use report::{Format, Style};

/// Rounds of which the median is told.
const ROUNDS: usize = 21;

fn main() {
    let mut args = std::env::args().skip(1).filter_map(|arg| arg.parse().ok());
    let count: usize = args.next().unwrap_or(10_000);
    let links: usize = args.next().unwrap_or(100);
    let made = made::case(count, links);
    println!("{count} findings, {} hops", made.graph.hop_count());
    html(&made);
    let finding = format!("/finding/{}", made.findings[count / 2].fingerprint.as_str());
    let listing = made.findings[count / 2].listing.to_string();
    let of = |path: &str| {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("address", &listing);
        format!("{path}?{}", query.finish())
    };
    let desk = Listening::to(made);
    let reviewer = desk.enter();
    println!("{:<44} {:>9} {:>9}", "page", "median ms", "KiB");
    for (what, path) in [
        ("list", "/"),
        ("list, its last page", "/?page=999999"),
        (
            "list, one severity and words",
            "/?severity=high&search=thing+house",
        ),
        ("list, one seller", "/?seller=seller+7"),
        ("finding", &finding),
        ("captured page", &of("/page")),
        ("its rendering", &of("/rendering")),
        ("around a page", &of("/around")),
        ("set of one seller", "/bulk?seller=seller+7"),
        ("set of all findings", "/bulk"),
        ("decisions", "/decisions"),
    ] {
        measure(&reviewer, what, path);
    }
    let all = reviewer.get("/bulk");
    let begun = Instant::now();
    let kept = reviewer.post(
        "/bulk",
        &[
            ("filter", ""),
            ("digest", &all.value("digest")),
            ("seen", &all.value("seen")),
            ("decision", "confirmed"),
            ("reason", "all of them"),
            ("reviewer", "Ada"),
        ],
    );
    assert_eq!(kept.status, 303, "{}", kept.body);
    println!(
        "{:<44} {:>9.1}",
        "keeping one decision for all, once",
        millis(begun)
    );
    for (what, path) in [
        ("list, all decided", "/"),
        ("finding, all decided", finding.as_str()),
        ("decisions, all decided", "/decisions"),
    ] {
        measure(&reviewer, what, path);
    }
}

fn measure(reviewer: &Reviewer<'_>, what: &str, path: &str) {
    let mut bytes = 0;
    let mut rounds: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let begun = Instant::now();
            let answer = reviewer.get(path);
            assert_eq!(answer.status, 200, "{path}");
            bytes = answer.body.len();
            millis(begun)
        })
        .collect();
    rounds.sort_by(f64::total_cmp);
    println!(
        "{what:<44} {:>9.1} {:>9.0}",
        rounds[ROUNDS / 2],
        bytes as f64 / 1024.0
    );
}

fn millis(begun: Instant) -> f64 {
    begun.elapsed().as_secs_f64() * 1_000.0
}

fn html(made: &made::Made) {
    let mut bytes = Vec::new();
    let mut rounds: Vec<f64> = (0..3)
        .map(|_| {
            bytes.clear();
            let begun = Instant::now();
            made.reported(|report| {
                report::write(report, Format::Html, Style::default(), &mut bytes)
                    .expect("a vector takes all");
            });
            millis(begun)
        })
        .collect();
    rounds.sort_by(f64::total_cmp);
    println!(
        "HTML report: {:.0} ms, {:.1} MB",
        rounds[1],
        bytes.len() as f64 / 1e6
    );
}

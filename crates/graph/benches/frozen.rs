//! What the frozen graph costs, against petgraph on the same graph in the same run.
//!
//! `cargo bench -p sidedoor-graph --bench frozen` makes a market of 608,000 pages and 11.1 million hops (or
//! takes the edge list that is given after `--`), asks the same questions of both, checks that the
//! answers are equal and prints CPU times of the thread: medians of three rounds, one of each in turn.
//! `-- growth` asks them of the frozen graph alone at 1, 10 and 100 million hops, each in a process of its
//! own. `-- list FILE` writes the market as an edge list; `-- ask FILE NODES` answers as the
//! script for peers wants it.

#![expect(
    clippy::expect_used,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a bench may fail loudly, reads files and prints figures"
)]

mod market;
mod peer;

use std::fs::File;
use std::hint::black_box;
use std::io::{BufReader, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use cpu_time::ThreadTime;
use market::Market;
use model::EffectiveClass;
use sidedoor_graph::Frozen;
use sidedoor_graph::frozen::text::{self, TextSettings};
use sidedoor_graph::frozen::{
    Components, Direction, Dominator, Dominators, FrozenBuilder, HittingSettings, NodeSet,
    PageRankSettings, Reach, hitting_chances, page_rank, snapshot,
};

const ROUNDS: usize = 3;
const PAGE_RANK_ROUNDS: u32 = 20;

fn main() {
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| argument != "--bench")
        .collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["growth"] => growth(),
        ["size", size] => one_size(size.parse().expect("a size")),
        ["list", file] => list(&Market::of_size(1.0), Path::new(file)),
        ["ask", file, starts] => ask(Path::new(file), starts.parse().expect("a number")),
        [file] => compare(Path::new(file), None),
        _ => {
            let market = Market::of_size(1.0);
            let file = scratch("list");
            list(&market, &file);
            compare(&file, Some(&market));
            std::fs::remove_file(file).expect("our own file");
        }
    }
}

fn scratch(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("sidedoor-frozen-{}.{name}", std::process::id()))
}

/// Writes the market as lines of source and target. Parallel hops are written once: not every peer
/// keeps them.
fn list(market: &Market, file: &Path) {
    let mut out = BufWriter::with_capacity(1 << 20, File::create(file).expect("a file"));
    let graph = build(market);
    for source in 0..graph.node_count() {
        let mut targets = graph.targets(source).to_vec();
        targets.dedup();
        for target in targets {
            writeln!(out, "{source}\t{target}").expect("room on the disk");
        }
    }
    out.flush().expect("room on the disk");
}

fn build(market: &Market) -> Frozen {
    let mut builder = FrozenBuilder::new(market.nodes() as usize).expect("nodes");
    market.for_each_hop(|hop| builder.push(hop).expect("a hop"));
    builder.finish()
}

fn load(file: &Path) -> Frozen {
    let input = BufReader::with_capacity(1 << 20, File::open(file).expect("the list"));
    text::read(input, TextSettings::default()).expect("a list")
}

fn timed<T>(ask: impl FnOnce() -> T) -> (Duration, T) {
    let start = ThreadTime::now();
    let answer = black_box(ask());
    (start.elapsed(), answer)
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// Asks both in turn, checks that they agree, and prints a row.
fn row<A: PartialEq + std::fmt::Debug>(
    question: &str,
    bar: f64,
    ours: impl Fn() -> A,
    theirs: impl Fn() -> A,
) {
    let (mut our_times, mut their_times) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let (time, our_answer) = timed(&ours);
        our_times.push(time);
        let (time, their_answer) = timed(&theirs);
        their_times.push(time);
        assert_eq!(our_answer, their_answer, "{question}");
    }
    print_row(question, bar, median(our_times), median(their_times));
}

fn print_row(question: &str, bar: f64, ours: Duration, theirs: Duration) {
    let (ours, theirs) = (milliseconds(ours), milliseconds(theirs));
    println!(
        "| {question} | {ours:.1} | {theirs:.1} | {:.1} | {bar} |",
        theirs / ours
    );
}

fn compare(file: &Path, market: Option<&Market>) {
    let graph = load(file);
    let peer = peer::load(file);
    let nodes = graph.node_count();
    let starts = market.map_or_else(|| every_two_hundredth(nodes), Market::restricted);
    println!(
        "{nodes} nodes, {} hops, {:.2} bytes for each hop\n",
        graph.hop_count(),
        graph.bytes() as f64 / f64::from(graph.hop_count())
    );
    println!("| question | frozen, CPU ms | petgraph, CPU ms | ratio | bar |");
    println!("|---|---|---|---|---|");
    row(
        "text, loaded",
        2.0,
        || load(file).hop_count() as usize,
        || peer::load(file).edge_count(),
    );
    row(
        "what leads to the restricted pages, and how far",
        20.0,
        || reached(&graph, &starts),
        || peer::reach(&peer, &starts),
    );
    row(
        "strongly connected components",
        7.0,
        || Components::of(&graph).len() as usize,
        || peer::components(&peer),
    );
    row(
        "dominators from the home",
        9.0,
        || dominated(&graph, 0),
        || peer::dominated(&peer, 0),
    );
    ranks(&graph, &peer);
    drop(peer);
    match market {
        Some(market) => alone(&build(market), &starts),
        None => alone(&graph, &starts),
    }
}

fn every_two_hundredth(nodes: u32) -> Vec<u32> {
    (0..nodes).step_by(200).collect()
}

fn reached(graph: &Frozen, starts: &[u32]) -> (usize, u64) {
    let reach = Reach::of(graph, Direction::Backward, starts);
    let distances = (0..graph.node_count()).filter_map(|node| reach.distance(node));
    distances.fold((0, 0), |(met, sum), distance| {
        (met + 1, sum + u64::from(distance))
    })
}

/// How many nodes a root dominates immediately, itself not counted.
fn dominated(graph: &Frozen, root: u32) -> usize {
    let dominators = Dominators::of(graph, Direction::Forward, &[root]);
    (0..graph.node_count())
        .filter(|node| dominators.immediate(*node) == Dominator::Node(root))
        .count()
}

fn ranked(graph: &Frozen) -> Vec<f64> {
    let settings = PageRankSettings {
        rounds: PAGE_RANK_ROUNDS,
        ..PageRankSettings::default()
    };
    page_rank(graph, settings)
}

/// Ranks are equal to six digits: ours are handed on in `f32`.
fn ranks(graph: &Frozen, peer: &peer::Peer) {
    let (mut our_times, mut their_times) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let (time, ours) = timed(|| ranked(graph));
        our_times.push(time);
        let (time, theirs) = timed(|| peer::page_rank(peer, PAGE_RANK_ROUNDS));
        their_times.push(time);
        for (ours, theirs) in ours.iter().zip(theirs) {
            assert!((ours - theirs).abs() <= 1e-6 * theirs, "{ours}, {theirs}");
        }
    }
    let question = "20 rounds of PageRank (no bar)";
    print_row(question, 1.0, median(our_times), median(their_times));
}

/// What petgraph has no counterpart for.
fn alone(graph: &Frozen, starts: &[u32]) {
    println!("\n| of the frozen graph alone | CPU ms |");
    println!("|---|---|");
    kept(graph);
    for (question, time) in questions(graph, starts) {
        println!("| {question} | {:.1} |", milliseconds(time));
    }
}

/// The snapshot against texts of the same hops: with their classes, as it has them, and without.
fn kept(graph: &Frozen) {
    let files = [scratch("snapshot"), scratch("classes"), scratch("plain")];
    let written = median(
        (0..ROUNDS)
            .map(|_| timed(|| keep(graph, &files[0])).0)
            .collect(),
    );
    let mut out = BufWriter::new(File::create(&files[1]).expect("a file"));
    text::write(graph, &mut out).expect("room on the disk");
    out.flush().expect("room on the disk");
    let mut out = BufWriter::new(File::create(&files[2]).expect("a file"));
    for (_, hop) in graph.hops() {
        writeln!(out, "{}\t{}", hop.source, hop.target).expect("room on the disk");
    }
    out.flush().expect("room on the disk");
    let mut times = [Vec::new(), Vec::new(), Vec::new()];
    for _ in 0..ROUNDS {
        let (time, read) = timed(|| read_kept(&files[0]));
        assert!(read == *graph, "what was kept is read");
        times[0].push(time);
        drop(read);
        let (time, read) = timed(|| load(&files[1]));
        assert!(read == *graph, "what was written is read");
        times[1].push(time);
        drop(read);
        times[2].push(timed(|| load(&files[2])).0);
    }
    for file in files {
        std::fs::remove_file(file).expect("our own file");
    }
    let [snapshot, classes, plain] = times.map(|times| milliseconds(median(times)));
    println!("| snapshot, written | {:.1} |", milliseconds(written));
    println!("| snapshot, read (bar: a tenth of the text) | {snapshot:.1} |");
    println!(
        "| text with classes, read | {classes:.1} ({:.1} × the snapshot) |",
        classes / snapshot
    );
    println!(
        "| text without classes, read | {plain:.1} ({:.1} × the snapshot) |",
        plain / snapshot
    );
}

fn keep(graph: &Frozen, file: &Path) {
    let out = BufWriter::new(File::create(file).expect("a file"));
    snapshot::write(graph, out).expect("room on the disk");
}

fn read_kept(file: &Path) -> Frozen {
    snapshot::read(File::open(file).expect("our own file")).expect("a snapshot")
}

/// A question and what asks it.
type Ask<'a> = (&'static str, Box<dyn Fn() + 'a>);

/// Medians of the questions of the frozen graph.
fn questions(graph: &Frozen, starts: &[u32]) -> Vec<(&'static str, Duration)> {
    let mut absorbing = NodeSet::none_of(graph.node_count());
    for start in starts {
        absorbing.insert(*start);
    }
    let searched = |class| class != EffectiveClass::Navigation;
    let asks: Vec<Ask<'_>> = vec![
        (
            "reach backward",
            Box::new(|| drop(black_box(Reach::of(graph, Direction::Backward, starts)))),
        ),
        (
            "reach backward, with the node before each",
            Box::new(|| {
                drop(black_box(
                    Reach::of(graph, Direction::Backward, starts).parents(graph),
                ));
            }),
        ),
        (
            "reach forward from the home",
            Box::new(|| drop(black_box(Reach::of(graph, Direction::Forward, &[0])))),
        ),
        (
            "strongly connected components",
            Box::new(|| drop(black_box(Components::of(graph)))),
        ),
        (
            "dominators from the home",
            Box::new(|| {
                drop(black_box(Dominators::of(graph, Direction::Forward, &[0])));
            }),
        ),
        (
            "dominators towards the restricted pages",
            Box::new(|| {
                drop(black_box(Dominators::of(
                    graph,
                    Direction::Backward,
                    starts,
                )));
            }),
        ),
        (
            "20 rounds of PageRank",
            Box::new(|| drop(black_box(ranked(graph)))),
        ),
        (
            "off-template subgraph",
            Box::new(|| drop(black_box(graph.subgraph(searched)))),
        ),
        (
            "hitting chances off the template",
            Box::new(|| {
                drop(black_box(hitting_chances(
                    graph,
                    &absorbing,
                    searched,
                    HittingSettings::default(),
                )));
            }),
        ),
    ];
    asks.into_iter()
        .map(|(question, ask)| {
            let times = (0..ROUNDS).map(|_| timed(&ask).0).collect();
            (question, median(times))
        })
        .collect()
}

/// The same questions at 1, 10 and 100 million hops.
fn growth() {
    println!("| | 1 M | 10 M | 100 M |\n|---|---|---|---|");
    let columns: Vec<Vec<(String, String)>> = [0.09, 0.9, 9.0]
        .iter()
        .map(|size| {
            let program = std::env::current_exe().expect("this program");
            let out = Command::new(program)
                .args(["size", &size.to_string()])
                .output()
                .expect("this program runs");
            assert!(out.status.success(), "{out:?}");
            let text = String::from_utf8(out.stdout).expect("text");
            text.lines()
                .filter_map(|line| line.split_once('\t'))
                .map(|(name, figure)| (name.to_owned(), figure.to_owned()))
                .collect()
        })
        .collect();
    for row in 0..columns[0].len() {
        let figures: Vec<&str> = columns
            .iter()
            .map(|column| column[row].1.as_str())
            .collect();
        println!("| {} | {} |", columns[0][row].0, figures.join(" | "));
    }
}

fn one_size(size: f64) {
    let market = Market::of_size(size);
    let (made, ()) = timed(|| {
        market.for_each_hop(|hop| {
            black_box(hop);
        });
    });
    let (time, graph) = timed(|| build(&market));
    let hops = f64::from(graph.hop_count());
    println!("nodes\t{}", graph.node_count());
    println!("hops\t{}", graph.hop_count());
    println!("bytes for each hop\t{:.2}", graph.bytes() as f64 / hops);
    println!(
        "peak bytes for each hop while built\t{:.1}",
        peak_bytes() / hops
    );
    let per_hop = |time: Duration| time.as_secs_f64() * 1e9 / hops;
    println!(
        "built, ns of CPU for each hop\t{:.1}",
        per_hop(time.saturating_sub(made))
    );
    let file = scratch("snapshot");
    let (time, ()) = timed(|| keep(&graph, &file));
    println!("snapshot, written\t{:.2}", per_hop(time));
    let (time, read) = timed(|| read_kept(&file));
    println!("snapshot, read\t{:.2}", per_hop(time));
    drop(read);
    std::fs::remove_file(file).expect("our own file");
    for (question, time) in questions(&graph, &market.restricted()) {
        println!("{question}\t{:.2}", per_hop(time));
    }
    println!(
        "peak bytes for each hop of all that\t{:.1}",
        peak_bytes() / hops
    );
}

/// The peak resident set of this process so far.
fn peak_bytes() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().nth(1));
    kilobytes.and_then(|text| text.parse().ok()).unwrap_or(0.0) * 1024.0
}

/// Answers and CPU times for the script that asks peers: one line each. The last `starts` nodes are
/// those that are searched from.
fn ask(file: &Path, starts: u32) {
    let graph = load(file);
    let starts: Vec<u32> = (graph.node_count() - starts..graph.node_count()).collect();
    answer("load", || load(file), |graph| graph.hop_count().to_string());
    answer(
        "bfs",
        || Reach::of(&graph, Direction::Backward, &starts),
        |reach| {
            let distances = (0..graph.node_count()).filter_map(|node| reach.distance(node));
            let sum: u64 = distances.map(u64::from).sum();
            format!("{} {sum}", reach.len())
        },
    );
    answer(
        "scc",
        || Components::of(&graph),
        |components| components.len().to_string(),
    );
    answer(
        "dominators",
        || dominated(&graph, 0),
        |dominated| dominated.to_string(),
    );
    answer(
        "pagerank",
        || ranked(&graph),
        |ranks| format!("{:.9e} {:.9e}", ranks[0], ranks[ranks.len() / 2]),
    );
}

/// Prints a question, its median and its answer, which is told after the clock has stopped.
fn answer<T>(question: &str, ask: impl Fn() -> T, tell: impl Fn(&T) -> String) {
    let (mut times, mut told) = (Vec::new(), String::new());
    for _ in 0..ROUNDS {
        let (time, answer) = timed(&ask);
        times.push(time);
        told = tell(&answer);
    }
    println!("{question}\t{}\t{told}", milliseconds(median(times)));
}

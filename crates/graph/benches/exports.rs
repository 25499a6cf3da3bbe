//! How fast the graph is exported: `cargo bench -p sidedoor-graph --bench exports -- [PAGES [HOPS_EACH]]`.
//!
//! Makes the graph of a case (pages with titles, sellers, policies; hops with texts, techniques and
//! proofs) and an imported one, writes both in every form to a sink that counts bytes, and prints CPU time,
//! hops for each second of it and bytes for each hop; medians of three rounds. Then the peak memory of the
//! process before the first export and after the last, of which the difference is what writing took.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    clippy::disallowed_methods,
    reason = "a bench prints, fails loudly, and reads the memory of its process"
)]

use std::io::{self, Write};

use cpu_time::ProcessTime;
use model::{
    BodyHash, Carrier, HopKind, Link, Outcome, PageFacts, PageId, PageKind, PageUrl, Proof,
    RawHref, Technique, Timestamp, VantageId, Visibility, Visit, VisitId,
};
use sidedoor_graph::export::{
    CaseGraph, Form, PageMark, Source, WarehouseGraph, write_file, write_tables,
};
use sidedoor_graph::warehouse::{TableForm, Tables, import};
use sidedoor_graph::{ClassSettings, LinkGraph, classes};

fn main() {
    let mut args = std::env::args().skip(1).filter_map(|arg| arg.parse().ok());
    let pages: u64 = args.next().unwrap_or(50_000);
    let each: u64 = args.next().unwrap_or(20);
    of_case(pages, each);
    of_tables(pages, each);
}

fn of_case(pages: u64, each: u64) {
    let graph = LinkGraph::build((0..pages).map(|page| visit(page, pages, each)), &[]);
    let classes = classes(&graph, &ClassSettings::default());
    let source = CaseGraph {
        graph: &graph,
        classes: &classes,
        mark: &|page: PageId| PageMark {
            policy: if page.0.is_multiple_of(50) {
                "illegal"
            } else {
                "compliant"
            },
            min_age: None,
            category: None,
            chance: f64::from(page.0 % 100) / 100.0,
            hidden_paths_from: u64::from(page.0.is_multiple_of(7)),
            hidden_paths_to: 0,
        },
        is_on_path: &|hop| hop.0.is_multiple_of(100),
        selection: None,
    };
    measure("the graph of a case", &source, graph.hop_count());
}

fn of_tables(pages: u64, each: u64) {
    let mut nodes = String::from("address,kind,policy,seller\n");
    let mut edges = String::from("source,target,kind,visibility,slot\n");
    for page in 0..pages {
        nodes.push_str(&format!(
            "{},listing,compliant,s{}\n",
            address(page),
            page % 999
        ));
        for at in 0..each {
            let target = (page * 31 + at * 977 + 1) % pages;
            let (source, target) = (address(page), address(target));
            edges.push_str(&format!(
                "{source},{target},anchor,visible,main/ul/li[{at}]/a\n"
            ));
        }
    }
    let imported = import(Tables {
        nodes: (TableForm::Csv, &mut nodes.as_bytes()),
        edges: (TableForm::Csv, &mut edges.as_bytes()),
        mapping: &[],
    })
    .expect("the tables are well formed");
    let classes = imported.warehouse.classes(&ClassSettings::default());
    let source = WarehouseGraph {
        warehouse: &imported.warehouse,
        classes: &classes,
        policies: &imported.policies,
    };
    let hops = imported.warehouse.hop_count() as usize;
    measure("tables of one's own", &source, hops);
}

fn measure(what: &str, source: &dyn Source, hops: usize) {
    println!("{what}: {hops} hops");
    println!(
        "{:<12} {:>8} {:>14} {:>12}",
        "form", "CPU s", "hops/CPU s", "bytes/hop"
    );
    let before = peak_mb();
    for form in Form::ALL {
        let mut rounds: Vec<(f64, u64)> = (0..3).map(|_| once(source, *form)).collect();
        rounds.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (seconds, bytes) = rounds[1];
        println!(
            "{:<12} {seconds:>8.2} {:>14.0} {:>12.0}",
            form.as_str(),
            hops as f64 / seconds,
            bytes as f64 / hops as f64
        );
    }
    println!("peak memory {before} MB before, {} MB after", peak_mb());
}

fn once(source: &dyn Source, form: Form) -> (f64, u64) {
    let started = ProcessTime::now();
    let (mut first, mut second) = (Counted(0), Counted(0));
    if form.is_tables() {
        write_tables(source, form, "bench", &mut first, &mut second).expect("a sink takes all");
    } else {
        write_file(source, form, "bench", &mut first).expect("a sink takes all");
    }
    (started.elapsed().as_secs_f64(), first.0 + second.0)
}

/// Counts what it is given.
struct Counted(u64);

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn peak_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = peak.and_then(|peak| peak.split_whitespace().next()?.parse::<u64>().ok());
    kilobytes.unwrap_or_default() / 1024
}

fn address(page: u64) -> String {
    format!(
        "https://market-{}.test/item/{page}-a-thing-for-the-house",
        page % 40
    )
}

fn page_url(page: u64) -> PageUrl {
    PageUrl::parse(&address(page)).expect("an address")
}

fn visit(page: u64, pages: u64, each: u64) -> (Visit, Option<PageFacts>) {
    let own = page_url(page);
    let mut facts = PageFacts::empty(own.clone());
    facts.kind = PageKind::Listing;
    facts.title = format!("Thing {page} for the house & garden, \"as new\"");
    facts.seller = Some(format!("seller-{}", page % 999));
    facts.links = (0..each)
        .map(|at| link((page * 31 + at * 977 + 1) % pages, at))
        .collect();
    let visit = Visit {
        id: VisitId(page + 1),
        address: own,
        vantage: VantageId::Desktop,
        referrer: None,
        depth: 1,
        in_scope: true,
        outcome: Outcome::Answered {
            status: 200,
            body: BodyHash::of(&page.to_le_bytes()),
            content_type: None,
            body_bytes: 9_000,
            cut: None,
        },
        started: Timestamp::from_millis(0),
        churns: false,
        again: false,
        orphan: false,
    };
    (visit, Some(facts))
}

fn link(target: u64, at: u64) -> Link {
    let target = address(target);
    let visibility = if at == 3 {
        Visibility::Hidden(vec![Proof {
            technique: Technique::DISPLAY_NONE,
            shows: "display:none by .gone".to_owned(),
            span: None,
        }])
    } else {
        Visibility::Visible
    };
    Link {
        text: format!("see thing {at} as well"),
        dom_path: format!("html/body/main/ul/li[{at}]/a"),
        visibility,
        ..Link::new(
            RawHref::new(&target),
            PageUrl::parse(&target).ok(),
            HopKind::Anchor,
            Carrier::AHref,
        )
    }
}

//! Exported graphs are loaded into the programs that people use: what arrives is what was there.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "a test may fail loudly, its helpers as well, and reads files"
)]

mod support;

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Command;

use support::{run, told};

/// Everything in a title that a form could trip over.
fn nasty() -> String {
    format!(
        "\"double\" 'single' \\back\\slash & <b>markup</b> ]]> \u{202e}turned\u{202c} \u{1f9ff} \u{1} =1+1 {{x}} {}",
        "long ".repeat(50)
    )
}

/// A shop of three pages, one of which has a title that is nasty.
fn serve() -> SocketAddr {
    let escaped = nasty().replace('&', "&amp;").replace('<', "&lt;");
    let pages = BTreeMap::from([
        (
            "/",
            "<title>Home</title><a href=/nasty>n</a><a href=/plain>p</a><a href=/plain>again</a>"
                .to_owned(),
        ),
        (
            "/nasty",
            format!(
                "<title>{escaped}</title><a href='/plain?q=\"&lt;>'>p</a><main><h1>Vase</h1>\
                 <p>Telegram: <a href='https://t.me/vase_direct'>@vase_direct</a></p></main>"
            ),
        ),
        ("/plain", "<title>Plain\nin two lines</title>".to_owned()),
    ]);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mut lines = BufReader::new(&stream).lines().map_while(Result::ok);
            let first = lines.next().unwrap_or_default();
            lines.find(String::is_empty);
            let target = first.split(' ').nth(1).unwrap_or_default();
            let path = target.split('?').next().unwrap_or_default();
            let body = pages.get(path).cloned().unwrap_or_default();
            let status = if body.is_empty() { "404 No" } else { "200 OK" };
            let _ = write!(
                &stream,
                "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\n\
                 Connection: close\r\n\r\n{body}",
                body.len()
            );
        }
    });
    address
}

fn case(folder: &Path) -> PathBuf {
    let case = folder.join("case");
    let seed = format!("http://{}/", serve());
    let output = run([
        "scan",
        "--quiet",
        "--allow-address",
        "127.0.0.1",
        "--case",
        case.to_str().unwrap(),
        &seed,
    ]);
    assert!(
        matches!(output.status.code(), Some(0 | 3)),
        "{}",
        told(&output)
    );
    case
}

fn exported(case: &Path, form: &str, out: &Path, more: &[&str]) {
    let args = [
        "export",
        "--case",
        case.to_str().unwrap(),
        "--format",
        form,
        "--out",
        out.to_str().unwrap(),
    ];
    let output = run(args.iter().chain(more));
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
}

fn loaded(reader: &str, path: &Path) -> serde_json::Value {
    let (program, script) = if reader.starts_with("graphology") || reader == "cytoscape-js" {
        ("node".to_owned(), "load.mjs")
    } else {
        let python = std::env::var("SIDEDOOR_PYTHON")
            .expect("tests/run installs the readers and names their Python in SIDEDOOR_PYTHON");
        (python, "load.py")
    };
    let output = Command::new(program)
        .arg(support::root().join("tests/loaders").join(script))
        .arg(reader)
        .arg(path)
        .output()
        .unwrap();
    assert!(output.status.success(), "{reader}: {}", told(&output));
    support::json(&output)
}

#[test]
fn every_form_arrives_in_a_program_that_is_not_ours() {
    let folder = tempfile::tempdir().unwrap();
    let case = case(folder.path());
    for more in [&[][..], &["--entities=all"]] {
        every_form_arrives(folder.path(), &case, more);
    }
}

fn every_form_arrives(folder: &Path, case: &Path, more: &[&str]) {
    let json = folder.join("graph.json");
    exported(case, "json", &json, more);
    let ours: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(&json).unwrap()).unwrap();
    let nodes = ours["nodes"].as_array().unwrap();
    let title_of_nasty = nodes
        .iter()
        .filter_map(|node| node["title"].as_str())
        .find(|title| title.starts_with("\"double\""))
        .unwrap();
    assert!(
        title_of_nasty.contains('\u{1f9ff}') && title_of_nasty.contains("long"),
        "{title_of_nasty}"
    );
    for (form, reader) in READERS {
        let is_xml = matches!(form, "graphml" | "gexf");
        let path = folder.join(format!("{reader}.{form}"));
        exported(case, form, &path, more);
        let theirs = loaded(reader, &path);
        assert_eq!(theirs["nodes"], nodes.len(), "{reader}");
        assert_eq!(
            theirs["edges"],
            ours["links"].as_array().unwrap().len(),
            "{reader}"
        );
        assert_eq!(theirs["directed"], true, "{reader}");
        let (pages, entities): (Vec<_>, Vec<_>) =
            nodes.iter().partition(|node| node["type"] == "page");
        assert_eq!(entities.is_empty(), more.is_empty());
        for entity in entities {
            let key = entity["key"].as_str().unwrap();
            assert_eq!(theirs["entities"][key], entity["type"], "{reader}: {key}");
        }
        for node in pages {
            let title = node["title"].as_str().unwrap_or_default();
            let expected = if is_xml {
                title.replace('\u{1}', "\u{fffd}")
            } else {
                title.to_owned()
            };
            let address = node["address"].as_str().unwrap();
            assert_eq!(theirs["titles"][address], expected, "{reader}: {address}");
        }
        // pandas keeps a column of CSV as text where rows have nothing in it, as entities do.
        if form != "csv" || more.is_empty() {
            assert_eq!(theirs["is_seed"], "bool", "{reader}");
            assert_eq!(theirs["chance"], "float", "{reader}");
        }
        assert!(
            theirs["vantages"].as_str().unwrap().contains("desktop"),
            "{reader}"
        );
    }
}

/// Every program that loads a form, and the form that it loads.
const READERS: [(&str, &str); 11] = [
    ("graphml", "networkx-graphml"),
    ("graphml", "igraph-graphml"),
    ("graphml", "graphology-graphml"),
    ("gexf", "networkx-gexf"),
    ("gexf", "gexfpy-gexf"),
    ("gexf", "graphology-gexf"),
    ("node-link", "networkx-node-link"),
    ("cytoscape", "networkx-cytoscape"),
    ("cytoscape", "cytoscape-js"),
    ("csv", "pandas-csv"),
    ("parquet", "pandas-parquet"),
];

#[test]
fn sites_and_the_entities_that_they_name_arrive_in_a_program_that_is_not_ours() {
    let folder = tempfile::tempdir().unwrap();
    let case = case(folder.path());
    let more = ["--by-site", "--entities=all"];
    let json = folder.path().join("graph.json");
    exported(&case, "json", &json, &more);
    let ours: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(&json).unwrap()).unwrap();
    let (nodes, links) = (
        ours["nodes"].as_array().unwrap(),
        ours["links"].as_array().unwrap(),
    );
    let (sites, entities): (Vec<_>, Vec<_>) = nodes.iter().partition(|node| node["type"] == "site");
    assert!(sites.len() > 1, "the shop and its messenger: {ours}");
    assert!(
        entities
            .iter()
            .any(|node| node["key"] == "contact:telegram:vase_direct"),
        "{ours}"
    );
    let mentions: u64 = links
        .iter()
        .filter_map(|edge| edge["mentions"].as_u64())
        .sum();
    assert!(mentions > 0, "{ours}");
    for (form, reader) in READERS {
        let path = folder.path().join(format!("{reader}.{form}"));
        exported(&case, form, &path, &more);
        let theirs = loaded(reader, &path);
        assert_eq!(theirs["nodes"], nodes.len(), "{reader}");
        assert_eq!(theirs["edges"], links.len(), "{reader}");
        assert_eq!(theirs["mentions"], mentions, "{reader}");
        for site in &sites {
            let name = site["site"].as_str().unwrap();
            assert_eq!(theirs["sites"][name], site["pages"], "{reader}: {name}");
        }
        for entity in &entities {
            let key = entity["key"].as_str().unwrap();
            assert_eq!(theirs["entities"][key], entity["type"], "{reader}: {key}");
        }
    }
    let lines = folder.path().join("graph.jsonl");
    exported(&case, "jsonl", &lines, &more);
    let lines = std::fs::read_to_string(lines).unwrap();
    assert_eq!(lines.lines().count(), 1 + nodes.len() + links.len());
    let dot = folder.path().join("graph.dot");
    exported(&case, "dot", &dot, &more);
    let output = Command::new("dot").arg("-Tsvg").arg(&dot).output().unwrap();
    assert!(output.status.success(), "{}", told(&output));
    let svg = String::from_utf8(output.stdout).unwrap();
    assert_eq!(svg.matches("class=\"node").count(), nodes.len(), "{svg}");
    assert_eq!(svg.matches("class=\"edge").count(), links.len(), "{svg}");
}

#[test]
fn graphviz_draws_it() {
    let folder = tempfile::tempdir().unwrap();
    let case = case(folder.path());
    let dot = folder.path().join("graph.dot");
    exported(&case, "dot", &dot, &["--entities=all"]);
    let output = Command::new("dot").arg("-Tsvg").arg(&dot).output().unwrap();
    assert!(output.status.success(), "{}", told(&output));
    let svg = String::from_utf8(output.stdout).unwrap();
    let json = folder.path().join("graph.json");
    exported(&case, "json", &json, &["--entities=all"]);
    let ours: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(&json).unwrap()).unwrap();
    let edges = ours["links"].as_array().unwrap().len();
    assert!(edges > 3, "hops and a mention");
    assert_eq!(svg.matches("class=\"edge").count(), edges, "{svg}");
    assert!(svg.contains("telegram:vase_direct"), "{svg}");
}

/// Runs the check of `tests/loaders/gexf.py` on a file.
fn checked_as_gexf(path: &Path) -> std::process::Output {
    let python = std::env::var("SIDEDOOR_PYTHON")
        .expect("tests/run installs lxml and names its Python in SIDEDOOR_PYTHON");
    Command::new(python)
        .arg(support::root().join("tests/loaders/gexf.py"))
        .arg(path)
        .output()
        .unwrap()
}

#[test]
fn gexf_keeps_to_its_grammar_whatever_part_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let case = case(folder.path());
    let path = folder.path().join("graph.gexf");
    for more in [
        &[][..],
        &["--entities=all"],
        &["--by-site"],
        &["--by-site", "--entities=all"],
        &["--by-site", "--only-hidden-paths"],
        &["--only-hidden-paths"],
        &["--only-hidden-paths", "--entities=all"],
    ] {
        exported(&case, "gexf", &path, more);
        let check = checked_as_gexf(&path);
        assert!(check.status.success(), "{more:?}: {}", told(&check));
    }
    exported(&case, "gexf", &path, &[]);
    let sound = std::fs::read_to_string(&path).unwrap();
    for (part, broken) in [
        (" title=\"policy\"", ""),
        (" version=\"1.3\"", " version=\"1.2\""),
        ("<nodes>", "<nodes><node id=\"n0\"/>"),
        (
            "<edges>",
            "<edges><edge id=\"e9\" source=\"n0\" target=\"n9\"/>",
        ),
        (" type=\"boolean\"", " type=\"long\""),
    ] {
        std::fs::write(&path, sound.replace(part, broken)).unwrap();
        let check = checked_as_gexf(&path);
        assert!(!check.status.success(), "{part} as {broken} passes");
    }
}

#[test]
fn a_part_of_the_graph_is_exported() {
    let folder = tempfile::tempdir().unwrap();
    let case = support::scanned(folder.path(), "hidden-path-three-host-redirects");
    let case = case.to_str().unwrap();
    let graph = |more: &[&str]| {
        let args = ["export", "--case", case, "--format", "json"];
        let output = run(args.iter().chain(more));
        assert_eq!(output.status.code(), Some(0), "{}", told(&output));
        support::json(&output)
    };
    let count = |graph: &serde_json::Value, rows: &str| graph[rows].as_array().unwrap().len();
    let whole = graph(&[]);
    let paths = graph(&["--only-hidden-paths"]);
    assert!(count(&paths, "links") >= 3);
    assert!(count(&paths, "nodes") < count(&whole, "nodes"));
    for link in paths["links"].as_array().unwrap() {
        assert_eq!(link["on_hidden_path"], true);
        assert!(
            whole["links"].as_array().unwrap().contains(link),
            "the same row"
        );
    }
    let listing = paths["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .find(|node| node["hidden_paths_from"] != 0)
        .unwrap();
    let address = listing["address"].as_str().unwrap();
    let around = graph(&["--around", address, "--hops", "1"]);
    assert!(count(&around, "nodes") < count(&whole, "nodes"));
    let sites = graph(&["--by-site"]);
    let hops: u64 = sites["links"]
        .as_array()
        .unwrap()
        .iter()
        .map(|bundle| bundle["hops"].as_u64().unwrap())
        .sum();
    assert_eq!(hops, count(&whole, "links") as u64);
    let nowhere = run([
        "export",
        "--case",
        case,
        "--format",
        "dot",
        "--around",
        "https://nobody.test/",
    ]);
    assert_eq!(nowhere.status.code(), Some(2), "{}", told(&nowhere));
    assert!(told(&nowhere).contains("is no page of the case"));
}

#[test]
fn tables_of_ones_own_are_written_as_graphml_and_parquet_and_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let market = folder.path().join("market");
    let made = run([
        "sandbox",
        "graph",
        "--listings",
        "300",
        "--out",
        market.to_str().unwrap(),
    ]);
    assert_eq!(made.status.code(), Some(0), "{}", told(&made));
    let python = std::env::var("SIDEDOOR_PYTHON").unwrap();
    let convert = "import pandas, sys; d = sys.argv[1]\n\
        for name in ('nodes', 'edges'):\n    \
            pandas.read_csv(f'{d}/{name}.csv', dtype={'slot': str, 'seller': str}).to_parquet(f'{d}/{name}.parquet')";
    let output = Command::new(python)
        .args(["-c", convert])
        .arg(&market)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", told(&output));
    let judged = |form: &str| {
        let table = |name: &str| market.join(format!("{name}.{form}")).display().to_string();
        let output = run([
            "import",
            "graph",
            "--quiet",
            "--format",
            "json",
            "--nodes",
            &table("nodes"),
            "--edges",
            &table("edges"),
        ]);
        assert!(
            matches!(output.status.code(), Some(0 | 1)),
            "{}",
            told(&output)
        );
        support::json(&output)
    };
    let by_csv = judged("csv");
    assert_eq!(by_csv, judged("parquet"));
    let out = folder.path().join("graph.graphml");
    let output = run([
        "export",
        "--nodes",
        market.join("nodes.csv").to_str().unwrap(),
        "--edges",
        market.join("edges.csv").to_str().unwrap(),
        "--format",
        "graphml",
        "--out",
        out.to_str().unwrap(),
    ]);
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    let text = std::fs::read_to_string(&out).unwrap();
    // Hops of a page to itself are left out, and told.
    let of_text = |tag: &str| text.matches(tag).count();
    assert_eq!(of_text("<edge "), by_csv["hops"]);
    assert_eq!(of_text("<node "), by_csv["pages"]);
}

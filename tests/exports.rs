//! The graph and the evidence, as other programs read them.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test may fail loudly, its helpers as well, and reads files"
)]

mod support;

use std::path::{Path, PathBuf};
use std::process::Command;

use support::{root, run, sidedoor, told};

const SITE: &str = "hidden-path-three-host-redirects";

fn scanned(folder: &Path) -> PathBuf {
    let case = folder.join("case");
    let output = sidedoor()
        .args(["demo", "--quiet", "--site"])
        .arg(root().join("fixtures/sites").join(SITE))
        .arg("--case")
        .arg(&case)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    case
}

fn header(path: &Path) -> String {
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().next().unwrap().to_owned()
}

#[test]
fn csv_has_the_documented_columns_and_edges_join_nodes() {
    let folder = tempfile::tempdir().unwrap();
    let case = scanned(folder.path());
    let out = folder.path().join("tables");
    let output = run([
        "export",
        "--format",
        "csv",
        "--case",
        case.to_str().unwrap(),
        "--out",
        out.to_str().unwrap(),
    ]);
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    assert_eq!(
        header(&out.join("nodes.csv")),
        "id,address,status,title,policy,category,vantages"
    );
    assert_eq!(
        header(&out.join("edges.csv")),
        "source,target,kind,carrier,visibility,techniques,covertness,zone,vantages"
    );
    let nodes = std::fs::read_to_string(out.join("nodes.csv")).unwrap();
    let ids: Vec<&str> = nodes
        .lines()
        .skip(1)
        .map(|line| line.split(',').next().unwrap())
        .collect();
    let edges = std::fs::read_to_string(out.join("edges.csv")).unwrap();
    let mut redirects = 0;
    for line in edges.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        assert!(
            ids.contains(&fields[0]) && ids.contains(&fields[1]),
            "{line}"
        );
        redirects += usize::from(fields[2] == "http-redirect");
    }
    assert!(
        redirects >= 2,
        "each redirect of the chain is an edge of its own"
    );
    assert!(
        nodes
            .lines()
            .any(|line| line.contains(",illegal,") || line.contains(",age-restricted,"))
    );
}

#[test]
fn dot_keeps_the_redirecting_address() {
    let folder = tempfile::tempdir().unwrap();
    let case = scanned(folder.path());
    let output = run([
        "export",
        "--format",
        "dot",
        "--case",
        case.to_str().unwrap(),
    ]);
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    let dot = String::from_utf8(output.stdout).unwrap();
    assert!(dot.starts_with("digraph"), "{dot}");
    assert!(dot.contains("kind=\"http-redirect\""), "{dot}");
    assert!(
        dot.contains("status=\"302\"") || dot.contains("status=\"301\""),
        "{dot}"
    );
    assert_eq!(dot.matches('{').count(), dot.matches('}').count());
}

#[test]
fn json_is_node_link() {
    let folder = tempfile::tempdir().unwrap();
    let case = scanned(folder.path());
    let output = run([
        "export",
        "--format",
        "json",
        "--case",
        case.to_str().unwrap(),
    ]);
    let graph = support::json(&output);
    let nodes = graph["nodes"].as_array().unwrap().len() as u64;
    for link in graph["links"].as_array().unwrap() {
        assert!(
            link["source"].as_u64().unwrap() < nodes && link["target"].as_u64().unwrap() < nodes
        );
    }
    assert_eq!(graph["directed"], true);
}

#[test]
fn the_evidence_is_read_by_a_warc_reader_that_is_not_ours() {
    let folder = tempfile::tempdir().unwrap();
    let case = scanned(folder.path());
    let warcio = std::env::var("SIDEDOOR_WARCIO")
        .expect("tests/run installs warcio and names it in SIDEDOOR_WARCIO");
    let mut files = 0;
    for entry in std::fs::read_dir(case.join("evidence")).unwrap() {
        let path = entry.unwrap().path();
        files += 1;
        let check = Command::new(&warcio)
            .args(["check", "-v"])
            .arg(&path)
            .output()
            .unwrap();
        let told = support::told(&check);
        assert!(check.status.success(), "{told}");
        let index = Command::new(&warcio)
            .args(["index", "-f", "warc-type,warc-target-uri,http:status"])
            .arg(&path)
            .output()
            .unwrap();
        let index = String::from_utf8(index.stdout).unwrap();
        let responses = index.matches("\"warc-type\": \"response\"").count();
        let requests = index.matches("\"warc-type\": \"request\"").count();
        assert!(responses > 4, "{index}");
        assert_eq!(responses, requests, "one request for each response");
        assert!(
            index.contains("\"http:status\": \"302\"")
                || index.contains("\"http:status\": \"301\""),
            "{index}"
        );
    }
    assert_eq!(files, 1);
}

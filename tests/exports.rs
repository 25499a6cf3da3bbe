//! The graph and the evidence, as other programs read them.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test may fail loudly, its helpers as well, and reads files"
)]

mod support;

use std::path::Path;
use std::process::Command;

use support::{run, told};

const SITE: &str = "hidden-path-three-host-redirects";

fn header(path: &Path) -> String {
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().next().unwrap().to_owned()
}

#[test]
fn csv_has_the_documented_columns_and_edges_join_nodes() {
    let folder = tempfile::tempdir().unwrap();
    let case = support::scanned(folder.path(), SITE);
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
        "id,address,status,title,policy,category,vantages,type,site,host,kind,min_age,gate,seller,in_scope,is_seed,\
         is_orphan,churns,chance,hidden_paths_from,hidden_paths_to"
    );
    assert_eq!(
        header(&out.join("edges.csv")),
        "source,target,kind,carrier,visibility,techniques,covertness,zone,vantages,missing_from,class,because,trigger,\
         status,href,text,rel,proof,span_start,span_end,count,on_hidden_path,id"
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
    let case = support::scanned(folder.path(), SITE);
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
    let case = support::scanned(folder.path(), SITE);
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
    let case = support::scanned(folder.path(), SITE);
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
        let revisits = index.matches("\"warc-type\": \"revisit\"").count();
        assert!(revisits > 0, "other vantages were given the same: {index}");
        assert_eq!(
            responses + revisits,
            requests,
            "one request for each answer"
        );
        assert!(
            index.contains("\"http:status\": \"302\"")
                || index.contains("\"http:status\": \"301\""),
            "{index}"
        );
    }
    assert_eq!(files, 1);
}

/// Serves one answer for each path, byte for byte, and closes the connection.
fn serve_raw(answers: std::collections::BTreeMap<&'static str, Vec<u8>>) -> std::net::SocketAddr {
    use std::io::{BufRead as _, BufReader, Write as _};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mut lines = BufReader::new(&stream).lines().map_while(Result::ok);
            let first = lines.next().unwrap_or_default();
            lines.find(String::is_empty);
            let path = first.split(' ').nth(1).unwrap_or_default();
            let missing = b"HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n".to_vec();
            let answer = answers.get(path).unwrap_or(&missing);
            let _ = (&stream).write_all(answer);
        }
    });
    address
}

#[test]
fn warcio_gives_the_payloads_that_the_server_sent_and_the_index_finds_them() {
    let packed: &[u8] = PACKED;
    let plain = b"<a href=/packed>p</a><a href=/chunked>c</a><a href=/one>1</a><a href=/two>2</a>";
    let long = "<p>The same on two pages.</p>".repeat(20).into_bytes();
    let head = |fields: &str| {
        format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n{fields}\r\n")
            .into_bytes()
    };
    let chunked = b"5\r\n<p>in\r\n7;x=y\r\n chunks\r\n0\r\n\r\n";
    let length = |bytes: &[u8]| format!("Content-Length: {}\r\n", bytes.len());
    let address = serve_raw(std::collections::BTreeMap::from([
        ("/", [head(&length(plain)), plain.to_vec()].concat()),
        ("/one", [head(&length(&long)), long.clone()].concat()),
        ("/two", [head(&length(&long)), long.clone()].concat()),
        (
            "/packed",
            [
                head(&format!("Content-Encoding: gzip\r\n{}", length(packed))),
                packed.to_vec(),
            ]
            .concat(),
        ),
        (
            "/chunked",
            [head("Transfer-Encoding: chunked\r\n"), chunked.to_vec()].concat(),
        ),
    ]));
    let folder = tempfile::tempdir().unwrap();
    let case = folder.path().join("case");
    let output = run([
        "crawl",
        "--quiet",
        "--ignore-robots",
        "--vantage",
        "desktop",
        "--concurrency",
        "1",
        "--operator",
        "Market surveillance, x@example.org",
        &format!("http://{address}/"),
        "--allow-address",
        &address.to_string(),
        "--case",
        case.to_str().unwrap(),
    ]);
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    let python = std::env::var("SIDEDOOR_PYTHON")
        .expect("tests/run installs warcio and names its Python in SIDEDOOR_PYTHON");
    let read = Command::new(python)
        .args(["-c", READ_BY_INDEX])
        .arg(&case)
        .output()
        .unwrap();
    let text = support::told(&read);
    assert!(read.status.success(), "{text}");
    let hex = |bytes: &[u8]| -> String { bytes.iter().map(|byte| format!("{byte:02x}")).collect() };
    for (path, kind, payload) in [
        ("/", "response", &plain[..]),
        ("/packed", "response", packed),
        ("/chunked", "response", b"<p>in chunks"),
        ("/one", "response", &long),
        ("/two", "revisit", &long),
    ] {
        let line = format!("http://{address}{path} {kind} {}\n", hex(payload));
        assert!(text.contains(&line), "{line}{text}");
    }
    assert!(text.contains("robots: ignore"), "{text}");
    assert!(
        text.contains("operator: Market surveillance, x@example.org"),
        "{text}"
    );
}

/// Prints every payload that the index leads to, and the description of the first file.
const READ_BY_INDEX: &str = r#"
import json, sys
from warcio.archiveiterator import ArchiveIterator
case, payloads, digests = sys.argv[1], {}, {}
for line in open(case + "/index.cdxj"):
    fields = json.loads(line.split(" ", 2)[2])
    with open(case + "/evidence/" + fields["filename"], "rb") as file:
        file.seek(int(fields["offset"]))
        record = next(iter(ArchiveIterator(file, check_digests="raise")))
        assert record.rec_headers.get_header("WARC-Target-URI") == fields["url"]
        payload = record.raw_stream.read()
        if record.rec_type == "revisit":
            assert fields["mime"] == "warc/revisit"
            payload = payloads[record.rec_headers.get_header("WARC-Refers-To-Target-URI")]
            assert record.rec_headers.get_header("WARC-Payload-Digest") == digests[payload]
        payloads[fields["url"]] = payload
        digests[payload] = record.rec_headers.get_header("WARC-Payload-Digest")
        print(fields["url"], record.rec_type, payload.hex())
info = next(iter(ArchiveIterator(open(case + "/evidence/00001.warc.gz", "rb"))))
print(info.raw_stream.read().decode())
"#;

/// `<p>packed, packed, packed</p>` in gzip.
const PACKED: &[u8] = &[
    0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xB3, 0x29, 0xB0, 0x2B, 0x48, 0x4C,
    0xCE, 0x4E, 0x4D, 0xD1, 0x51, 0x40, 0xA5, 0x6D, 0xF4, 0x0B, 0xEC, 0x00, 0x24, 0xD2, 0x25, 0x82,
    0x1D, 0x00, 0x00, 0x00,
];

#[test]
fn the_hidden_paths_of_an_honest_case_are_an_empty_graph_and_said_to_be_none() {
    let folder = tempfile::tempdir().unwrap();
    let case = support::scanned(folder.path(), "honest-tabs");
    let case = case.to_str().unwrap();
    let export = |rest: &[&str]| {
        let begun = ["export", "--case", case, "--format", "node-link"];
        support::run(begun.iter().chain(rest))
    };
    let output = export(&["--only-hidden-paths"]);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(support::json(&output)["nodes"], serde_json::json!([]));
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("the case has no hidden path"), "{told}");
    for (address, remedy) in [
        (
            "https://nowhere.test/",
            "`sidedoor export --format jsonl` lists them",
        ),
        ("nowhere.test/", "begin it with http:// or https://"),
    ] {
        let output = export(&["--around", address]);
        assert_eq!(output.status.code(), Some(2));
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(told.contains(remedy), "{told}");
    }
}

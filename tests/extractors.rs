//! What other parsers find in a document, Sidedoor finds as well.
//!
//! `tests/run` installs the other parsers and names them in the environment; without them the test
//! fails.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "a test may fail loudly, its helpers as well, and reads files and the environment"
)]

mod support;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use support::{root, sidedoor, told};

const BASE: &str = "http://page.example/dir/page";

/// Documents that are odd in one way each; a number in the addresses tells them apart.
const ODD: &[&str] = &[
    "<a href=/a1>x<a href='/a2'>y<A HREF=\"/a3\">z</a></a>",
    "<table><a href=/t1>x</a><tr><td background=/t2.png><a href=/t3>y</table>",
    "<p><b><a href=/m1>x<p><a href=/m2>y</b></a>",
    "</body><a href=/e1>x</a></html><a href=/e2>y</a><body><a href=/e3>z</a>",
    "<head><a href=/h1>x</a><link rel=prefetch href=/h2><title><a href=/no></title></head>",
    "<svg><a href=/s1><text>x</text></a><a xlink:href=/s2></a><image href=/s3.png /><use xlink:href='/s4.svg#x'/></svg>",
    "<math><mi href=/m1>x</mi></math>",
    "<form action=/f1><button formaction=/f2>x</button><input type=image src=/f3.png formaction=/f4></form>",
    "<iframe src=/i1></iframe><embed src=/i2><object data=/i3><a href=/i4>x</a></object>",
    "<frameset cols='0,*'><frame src=/r1><frame src=/r2></frameset>",
    "<video src=/v1 poster=/v2><source src=/v3><track src=/v4></video><audio src=/v5></audio>",
    "<img src=/g1 srcset='/g2 1x, /g3 2x' longdesc=/g4 dynsrc=/g5 lowsrc=/g6>",
    "<picture><source srcset='/p1, /p2 2x'><img srcset='/p3,x 100w'></picture>",
    "<blockquote cite=/c1><q cite=/c2>x</q></blockquote><ins cite=/c3></ins><del cite=/c4></del>",
    "<body background=/b1><table background=/b2><td background=/b3></table>",
    "<html manifest=/n1><head profile=/n2><link rel=manifest href=/n3><link rel=icon href=/n4>",
    "<link rel=stylesheet href=/l1><link rel=canonical href=/l2><link rel=EditURI href=/l3><link href=/l4>",
    "<link rel=preload as=image imagesrcset='/l5 1x, /l6 2x' href=/l7><link itemprop=url href=/l8>",
    "<base href=http://other.example/x/><a href=rel1>x</a>",
    "<script src=/j1></script><script type=module src=/j2></script>",
    "<a ping='/k1 /k2' href=/k3>x</a><area href=/k4 ping=/k5><map><area href=/k6></map>",
    "<applet codebase=/o1 code=X></applet><object codebase=/o2 data=/o3></object>",
    "<a href=' /w1 '>x</a><a href='/w2\n/x'>y</a><a href=//w3.example/z>z</a><a href=\\\\w4.example\\x>w</a>",
    "<a href=?q=1>x</a><a href=https:/one.example/x>y</a><a href=https:two.example>z</a>",
    "<a href=http://us%65r.example/>x</a><a href=http://ex%61mple.example/p1>y</a>",
    "<a href=&#47;ent1>x</a><a href='/e&amp;2'>y</a><a href=/e&copy;3>z</a><a href=/e&ampx=4>w</a>",
    "<a/href=/sl1/>x</a><a\thref=/sl2>y</a><a\nhref\n=\n'/sl3'>z</a><a class=x\"href=/no href=/sl4>",
    "<a href=/d1 href=/d2>x</a><a id=1 id=2 href=/d3>y</a>",
    "<!doctype html><select><option><a href=/q1>x</a></select><button><a href=/q2>y</a></button>",
    "<details><summary><a href=/u1>x</a></summary><a href=/u2>y</a></details><dialog><a href=/u3>z</a></dialog>",
    "<p hidden><a href=/z1>x</a></p><div style='display:none'><a href=/z2>y</a></div>",
    "<a href=tel:+491701234567>x</a><a href=mailto:a@b.example>y</a><a href=javascript:void(0)>z</a><a href=#top>w</a>",
    "<portal src=/x1></portal><fencedframe src=/x2></fencedframe><bgsound src=/x3><custom-el src=/x4 href=/x5>",
    "<div><ul><li><a href=/y1>x<li><a href=/y2>y</ul><center><font><a href=/y3>",
    "<a href=/n\u{e9}1>x</a><a href='/\u{65e5}\u{672c}'>y</a><a href=http://b\u{fc}cher.example/>z</a>",
];

/// The fixture pages and the odd documents, as files.
fn documents(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![root().join("fixtures")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "html" || e == "htm") {
                files.push(path);
            }
        }
    }
    files.retain(|path| std::fs::read_to_string(path).is_ok());
    files.sort();
    for (number, html) in ODD.iter().enumerate() {
        let path = folder.join(format!("odd-{number}.html"));
        std::fs::write(&path, html).unwrap();
        files.push(path);
    }
    files
}

/// Every address that `inspect` gives, as it is resolved and as it was written.
fn ours(file: &Path) -> BTreeSet<String> {
    let output = sidedoor()
        .args(["inspect", file.to_str().unwrap(), "--base", BASE])
        .args(["--format", "json"])
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}: {}",
        file.display(),
        told(&output)
    );
    let facts = support::json(&output);
    let mut all = BTreeSet::new();
    for list in ["links", "resources"] {
        for one in facts[list].as_array().into_iter().flatten() {
            for field in ["target", "href"] {
                all.extend(one[field].as_str().map(str::to_owned));
            }
        }
    }
    all
}

/// Whether a reference leads nowhere that a visitor could be sent: a place on the page, a script, a
/// contact, a document of its own.
fn leads_nowhere(written: &str) -> bool {
    let lower = written.trim().to_ascii_lowercase();
    let schemes = [
        "#",
        "javascript:",
        "data:",
        "blob:",
        "about:",
        "mailto:",
        "tel:",
        "sms:",
    ];
    lower.is_empty() || schemes.iter().any(|scheme| lower.starts_with(scheme))
}

/// What another program says of each file: a list of references.
fn theirs(mut command: Command, files: &[PathBuf]) -> Vec<Vec<String>> {
    let output = command.args(files).output().unwrap();
    assert!(output.status.success(), "{}", told(&output));
    String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// Three parsers that are not ours.
fn others() -> [(&'static str, Command); 3] {
    let python = std::env::var("SIDEDOOR_PYTHON")
        .expect("tests/run installs selectolax and lxml for the Python that SIDEDOOR_PYTHON names");
    let by_python = |parser: &str| {
        let mut command = Command::new(&python);
        command.arg(root().join("tests/extractors/references.py"));
        command.arg(parser);
        command
    };
    assert!(
        std::env::var_os("SIDEDOOR_NODE_MODULES").is_some(),
        "tests/run installs parse5 and names its folder in SIDEDOOR_NODE_MODULES"
    );
    let mut by_node = Command::new("node");
    by_node.arg(root().join("tests/extractors/references.mjs"));
    [
        ("selectolax", by_python("selectolax")),
        ("lxml", by_python("lxml")),
        ("parse5", by_node),
    ]
}

#[test]
fn nothing_that_another_parser_finds_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    let files = documents(folder.path());
    let ours: Vec<BTreeSet<String>> = files.iter().map(|file| ours(file)).collect();
    let mut missing = Vec::new();
    for (name, command) in others() {
        let theirs = theirs(command, &files);
        assert_eq!(theirs.len(), files.len(), "{name}");
        for ((file, ours), theirs) in files.iter().zip(&ours).zip(theirs) {
            let written: BTreeSet<&str> = ours.iter().map(|one| one.trim()).collect();
            for reference in theirs.iter().filter(|one| !leads_nowhere(one)) {
                if !written.contains(reference.trim()) {
                    missing.push(format!("{name}: {reference} in {}", file.display()));
                }
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

//! Rule packs at the command line: checking, explaining, testing, measuring, and lists that outrank
//! them.

#![expect(
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "a test may fail loudly, its helpers as well, and writes files"
)]

mod support;

use std::path::{Path, PathBuf};
use std::time::Duration;

use support::{Page, Server, json, root, run, told};

fn write(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, text).expect("a file");
    path
}

fn stdout(output: &std::process::Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

const VODKA: &str = "<!doctype html><html lang=en><head><title>Polar Vodka 70 cl | Shop</title></head>\
    <body><h1>Polar Vodka 70 cl</h1><p>€ 19,90 <button>Add to cart</button></p>\
    <p>A clear vodka of 40 % vol, distilled from wheat.</p></body></html>";

const HEAD: &str = "name = \"mine\"\nversion = \"1.0.0\"\nas_of = \"2026-01-31\"\n";

/// A pack of one category of candles.
fn candles(code: &str) -> String {
    format!(
        "{HEAD}[[category]]\ncode = \"{code}\"\nname = \"candles of lead\"\ngroup = \"own\"\nseverity = \"high\"\n\
         legal_basis = \"own\"\nsource = \"own\"\nchecked = \"no\"\nrequired_gate = \"none\"\nsure = \"terms\"\n\
         [category.terms]\nen = [\"lead candle\"]\n[[category.policy]]\nmarket = \"EU\"\nstatus = \"illegal\"\n"
    )
}

#[test]
fn a_market_without_rows_is_said_wherever_something_is_judged_by_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let page = write(folder.path(), "vodka.html", VODKA);
    let page = page.to_str().expect("a path");
    let said = "is for the market JP: the rows of the Union (EU) decide";
    let stderr =
        |output: &std::process::Output| String::from_utf8_lossy(&output.stderr).into_owned();
    for arguments in [&["rules", "explain", page][..], &["rules", "list"]] {
        let output = run(arguments.iter().chain(&["--market", "JP"]));
        assert!(output.status.success(), "{}", told(&output));
        for text in [stdout(&output), stderr(&output)] {
            assert!(text.contains(said), "{arguments:?}: {text}");
        }
        let output = run(arguments.iter().chain(&["--market", "GB"]));
        assert!(!told(&output).contains("No row of"), "{}", told(&output));
        for (market, remedy) in [("UK", "is GB"), ("XX", "has rows for")] {
            let output = run(arguments.iter().chain(&["--market", market]));
            assert_eq!(output.status.code(), Some(2), "{}", told(&output));
            assert!(stderr(&output).contains(remedy), "{}", told(&output));
        }
    }
    let inspect = |market: &str| run(["inspect", page, "--format", "json", "--market", market]);
    let output = inspect("JP");
    let note = json(&output)["policy_notes"][0].as_str().map(str::to_owned);
    assert!(note.is_some_and(|note| note.contains(said)));
    assert!(stderr(&output).contains(said));
    assert!(json(&inspect("DE"))["policy_notes"].is_null());

    let case = support::scanned(folder.path(), "hidden-path-three-host-redirects");
    let case = case.to_str().expect("a path");
    let output = run([
        "analyze", "--case", case, "--market", "JP", "--format", "json",
    ]);
    assert!(stderr(&output).contains(said), "{}", stderr(&output));
    let notes = json(&output)["notes"].to_string();
    assert!(notes.contains(said), "{notes}");
    let output = run(["report", "--case", case]);
    let text = stdout(&output)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    assert!(text.contains(said), "the market of a case is kept: {text}");
}

#[test]
fn an_explanation_says_what_weighed_what_and_which_row_decided() {
    let folder = tempfile::tempdir().expect("a folder");
    let page = write(folder.path(), "vodka.html", VODKA);
    let page = page.to_str().expect("a path");
    let output = run(["rules", "explain", page, "--market", "DE"]);
    let text = stdout(&output);
    assert!(output.status.success(), "{}", told(&output));
    for expected in [
        "age-restricted from 18",
        "D1 spirits: yes, with high confidence",
        "by the row ",
        "strong terms",
        "by d1-terms-en, bytes",
        "Without “vodka” the page would be compliant.",
    ] {
        assert!(text.contains(expected), "{expected} is not in\n{text}");
    }
}

#[test]
fn a_disguise_is_named_as_what_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let page = write(
        folder.path(),
        "v.html",
        &VODKA.replace("<h1>Polar Vodka", "<h1>Polar V0d\u{200b}ka"),
    );
    let output = run(["rules", "explain", page.to_str().expect("a path")]);
    let text = stdout(&output);
    assert!(
        text.contains("undone: invisible-characters, leetspeak"),
        "{text}"
    );
    assert!(text.contains("evasive spelling"), "{text}");
}

#[test]
fn packs_are_joined_and_two_of_one_code_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let own = write(folder.path(), "own.toml", &candles("X1"));
    let page = write(
        folder.path(),
        "candle.html",
        &VODKA.replace("Vodka", "lead candle"),
    );
    let (own, page) = (
        own.to_str().expect("a path"),
        page.to_str().expect("a path"),
    );
    let inspected = |packs: &[&str]| {
        let mut args = vec!["inspect", page, "--format", "json"];
        for pack in packs {
            args.extend(["--pack", pack]);
        }
        run(args)
    };
    assert_eq!(json(&inspected(&[]))["policy"], "compliant");
    let joined = json(&inspected(&["eu", own]));
    assert_eq!(joined["policy"], "illegal");
    assert_eq!(joined["labels"][0]["pack"], "mine@1.0.0");
    let twice = write(folder.path(), "twice.toml", &candles("D1"));
    let refused = inspected(&["eu", twice.to_str().expect("a path")]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(
        told(&refused).contains("twice.toml:4:1: category D1 of mine@1.0.0 is in eu@"),
        "{}",
        told(&refused)
    );
}

#[test]
fn a_pack_may_be_a_folder_whose_errors_name_file_and_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let pack = folder.path().join("pack");
    std::fs::create_dir(&pack).expect("a folder");
    let whole = candles("X1");
    write(&pack, "pack.toml", HEAD);
    write(&pack, "candles.toml", whole.trim_start_matches(HEAD));
    let path = pack.to_str().expect("a path");
    let checked = run(["rules", "check", path]);
    assert!(
        stdout(&checked).contains("mine@1.0.0: 1 categories"),
        "{}",
        told(&checked)
    );
    write(
        &pack,
        "candles.toml",
        &whole
            .trim_start_matches(HEAD)
            .replace("severity = \"high\"", "severity = \"huge\""),
    );
    let checked = run(["rules", "check", path]);
    assert_eq!(checked.status.code(), Some(2));
    assert!(
        told(&checked).contains("candles.toml:5:12: "),
        "{}",
        told(&checked)
    );
}

#[test]
fn a_term_with_one_use_that_everyday_text_holds_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let pack = write(
        folder.path(),
        "own.toml",
        &candles("X1").replace("lead candle", "candle"),
    );
    let text = write(
        folder.path(),
        "recipe.txt",
        "Light a candle, and serve the soup.",
    );
    let checked = run([
        "rules",
        "check",
        pack.to_str().expect("a path"),
        "--everyday",
        text.to_str().expect("a path"),
    ]);
    assert_eq!(checked.status.code(), Some(1), "{}", told(&checked));
    assert!(
        stdout(&checked)
            .contains("own.toml:15:8: warning: X1: term `candle` is said to have one use"),
        "{}",
        told(&checked)
    );
}

#[test]
fn the_tests_of_the_pack_pass_and_a_failing_one_is_named() {
    let fixtures = root().join("fixtures/rules");
    let passed = run(["rules", "test", fixtures.to_str().expect("a path")]);
    assert!(passed.status.success(), "{}", told(&passed));
    let folder = tempfile::tempdir().expect("a folder");
    let tests = write(
        folder.path(),
        "mine.toml",
        "[[page]]\nis = \"a vase\"\nexpect = \"illegal A1\"\nname = \"A vase of glass\"\ntext = \"Blown by hand.\"\n",
    );
    let failed = run(["rules", "test", tests.to_str().expect("a path")]);
    assert_eq!(failed.status.code(), Some(1));
    assert!(
        stdout(&failed).contains("mine.toml:1:1: a vase: expected illegal A1, got compliant"),
        "{}",
        told(&failed)
    );
}

#[test]
fn the_category_that_the_docs_teach_passes_its_tests() {
    let page = std::fs::read_to_string(root().join("docs/rule-packs.md")).expect("the page");
    let mut blocks = page.split("```toml").skip(1).map(|rest| {
        let block = rest.split("```").next().unwrap_or_default();
        let lines: Vec<&str> = block.lines().map(str::trim_start).collect();
        lines.join("\n")
    });
    let folder = tempfile::tempdir().expect("a folder");
    let tests = write(folder.path(), "tests.toml", &blocks.next().expect("tests"));
    let pack = write(folder.path(), "pack.toml", &blocks.next().expect("a pack"));
    let (tests, pack) = (
        tests.to_str().expect("a path"),
        pack.to_str().expect("a path"),
    );
    let checked = run(["rules", "check", "eu", pack]);
    assert!(checked.status.success(), "{}", told(&checked));
    let passed = run(["rules", "test", tests, "--pack", "eu", "--pack", pack]);
    assert!(
        stdout(&passed).contains("2 of 2 tests passed"),
        "{}",
        told(&passed)
    );
}

#[test]
fn figures_count_hits_misses_and_false_alarms() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), "vodka.html", VODKA);
    write(
        folder.path(),
        "vase.html",
        &VODKA.replace("Vodka", "Vase").replace("vodka", "vase"),
    );
    write(
        folder.path(),
        "expected.csv",
        "file,policy,category,language,kind,evasive\nvodka.html,age-restricted,D1,en,listing,false\n\
         vase.html,illegal,A1,en,listing,false\n",
    );
    let path = folder.path().to_str().expect("a path");
    let figures = json(&run(["rules", "evaluate", path, "--json"]));
    assert_eq!(figures["restricted"]["hits"], 1);
    assert_eq!(figures["restricted"]["misses"], 1);
    assert_eq!(figures["category"]["D1"]["hits"], 1);
    assert_eq!(figures["category"]["A1"]["misses"], 1);
    let text = stdout(&run(["rules", "evaluate", path, "--misses", "5"]));
    assert!(
        text.contains("vase.html: expected illegal A1, got compliant"),
        "{text}"
    );
}

#[test]
fn a_list_makes_findings_of_addresses_that_were_never_asked() {
    let pages = [
        ("/", "<a href='/item/1'>A lamp</a>"),
        (
            "/item/1",
            "<title>A lamp of brass</title><h1>A lamp of brass</h1><p>€ 20 <button>Add to cart</button></p>\
             <p>It gives a warm light.</p><div class=description>Made by hand.\
             <a style='display:none' href='http://pills.example/deal'>more</a></div>",
        ),
    ];
    let pages = pages.map(|(path, body)| (path.to_owned(), Page::html(body)));
    let server = Server::serve(pages.into_iter().collect(), Duration::ZERO);
    let (seed, addr) = (server.url("/"), server.addr().to_string());
    let folder = tempfile::tempdir().expect("a folder");
    let list = write(
        folder.path(),
        "bad.csv",
        "entry,category,source\npills.example,A1,an authority\n",
    );
    let case = folder.path().join("case");
    let case = case.to_str().expect("a path");
    let crawled = run([
        "crawl",
        &seed,
        "--case",
        case,
        "--allow-address",
        &addr,
        "--quiet",
    ]);
    assert!(
        crawled.status.code().is_some_and(|code| code != 2),
        "{}",
        told(&crawled)
    );
    let judge = |more: &[&str]| {
        let mut args = vec!["analyze", "--case", case, "--format", "json"];
        args.extend(more);
        json(&run(args))
    };
    assert_eq!(judge(&[])["findings"].as_array().map(Vec::len), Some(0));
    let list = format!("illegal={}", list.display());
    let report = judge(&["--list", &list]);
    let findings = report["findings"].as_array().expect("findings");
    assert_eq!(findings.len(), 1, "{report:#}");
    assert_eq!(findings[0]["target"], "http://pills.example/deal");
    let noted = report["notes"].to_string();
    assert!(noted.contains("bad.csv (SHA-256 "), "{noted}");
}

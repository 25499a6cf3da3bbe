//! Tables of pages and hops, as a platform judges them: a generated market against its truth, the forms of
//! the result, and what is refused.

#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    reason = "a test may fail loudly, its helpers as well, and reads files"
)]

mod support;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Output;

use support::{run, told};

fn words<'a>(words: &[&'a str], folder: &'a Path, names: [&str; 2]) -> Vec<String> {
    let mut all: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
    for (flag, name) in ["--nodes", "--edges"].into_iter().zip(names) {
        all.push(flag.to_owned());
        all.push(folder.join(name).display().to_string());
    }
    all
}

fn judged(folder: &Path, more: &[&str]) -> Output {
    let mut all = words(&["import", "graph"], folder, ["nodes.csv", "edges.csv"]);
    all.extend(more.iter().map(|word| (*word).to_owned()));
    run(all.iter().map(String::as_str))
}

fn market(folder: &Path) {
    let out = folder.display().to_string();
    let made = run([
        "sandbox",
        "graph",
        "--listings",
        "3000",
        "--seed",
        "5",
        "--out",
        &out,
    ]);
    assert!(made.status.success(), "{}", told(&made));
}

#[test]
fn a_generated_market_is_judged_as_it_was_made() {
    let folder = tempfile::tempdir().expect("a folder");
    market(folder.path());
    let judged = judged(
        folder.path(),
        &["--format", "json", "--further", "2", "--leads", "5"],
    );
    assert_eq!(judged.status.code(), Some(1), "{}", told(&judged));
    let report: serde_json::Value = serde_json::from_slice(&judged.stdout).expect("JSON");
    let findings = report["findings"].as_array().expect("findings");
    let own = findings
        .iter()
        .filter(|found| found.get("inherits").is_none());
    let found: BTreeSet<String> = own
        .map(|found| found["listing"].as_str().expect("an address").to_owned())
        .collect();
    let table = csv::Reader::from_path(folder.path().join("truth.csv")).expect("the truth");
    let planted: BTreeSet<String> = table
        .into_records()
        .map(|row| row.expect("a row")[0].to_owned())
        .collect();
    let right = found.intersection(&planted).count();
    assert!(
        right * 100 >= planted.len() * 95,
        "{right} of {}",
        planted.len()
    );
    assert!(
        right * 100 >= found.len() * 80,
        "{right} of {} are true",
        found.len()
    );
    for finding in findings {
        let witness = finding["witness"].as_array().expect("hops");
        assert_eq!(witness[0]["source"], finding["listing"]);
        assert_eq!(witness[witness.len() - 1]["target"], finding["target"]);
        assert_eq!(
            witness.len(),
            finding["expression"].as_str().expect("letters").len()
        );
        let sum: f64 = witness.iter().filter_map(|hop| hop["cost"].as_f64()).sum();
        assert!((sum - finding["cost"].as_f64().expect("a cost")).abs() < 1e-6);
        assert!(
            witness
                .iter()
                .all(|hop| !hop["because"].as_str().expect("a reason").is_empty())
        );
    }
    assert_eq!(report["leads"].as_array().expect("leads").len(), 5);
    assert!(
        !report["choke_points"]
            .as_array()
            .expect("choke points")
            .is_empty()
    );
}

#[test]
fn the_same_tables_give_the_same_bytes_in_every_form() {
    let folder = tempfile::tempdir().expect("a folder");
    market(folder.path());
    for format in ["text", "json", "csv"] {
        let once = judged(folder.path(), &["--format", format]);
        assert!(!once.stdout.is_empty());
        assert_eq!(
            once.stdout,
            judged(folder.path(), &["--format", format]).stdout
        );
    }
    let quiet = judged(folder.path(), &["--quiet"]);
    assert!(quiet.stderr.is_empty(), "{}", told(&quiet));
}

#[test]
fn what_cannot_be_taken_is_refused_with_file_row_and_column() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        std::fs::write(folder.path().join(name), text).expect("written");
    };
    write(
        "nodes.csv",
        "address,kind,policy\nhttp://m.test/a,listing,compliant\nhttp://d.test/,shop,illegal\n",
    );
    write(
        "edges.csv",
        "source,target,kind,visibility\nhttp://m.test/a,http://d.test/,anchor,hidden\n",
    );
    let wrong = judged(folder.path(), &[]);
    assert_eq!(wrong.status.code(), Some(2));
    let said = told(&wrong);
    assert!(
        said.contains("nodes.csv: row 3, column `kind`: `shop` is not known"),
        "{said}"
    );
    write(
        "nodes.csv",
        "url,kind,policy\nhttp://m.test/a,listing,compliant\nhttp://d.test/,other,illegal\n",
    );
    let missing = told(&judged(folder.path(), &[]));
    assert!(
        missing.contains("column `address`: is missing; the table has url, kind, policy"),
        "{missing}"
    );
    let mapped = judged(folder.path(), &["--column", "url=address"]);
    assert_eq!(mapped.status.code(), Some(1), "{}", told(&mapped));
    assert!(
        told(&mapped).contains("1 of 1 compliant listings"),
        "{}",
        told(&mapped)
    );
    write("nodes.xlsx", "");
    let all = words(
        &["import", "graph"],
        folder.path(),
        ["nodes.xlsx", "edges.csv"],
    );
    let unknown = told(&run(all.iter().map(String::as_str)));
    assert!(
        unknown.contains("nodes.xlsx has no known form"),
        "{unknown}"
    );
}

/// A market of thirty sellers, two of whom share what `columns` says.
fn tables(folder: &Path, shared: &str, columns: &str) {
    let commas = ",".repeat(columns.matches(',').count());
    let mut nodes = format!("address,kind,policy,seller,{columns}\n");
    for at in 0..30 {
        let holds = if at < 2 { shared } else { &commas };
        nodes.push_str(&format!(
            "http://m.test/{at},listing,compliant,seller {at},{holds}\n"
        ));
    }
    nodes.push_str(&format!("http://go.test/r,other,unknown,,{commas}\n"));
    nodes.push_str(&format!("http://d.test/,listing,illegal,,{commas}\n"));
    let edges = "source,target,kind,visibility\n\
                 http://m.test/0,http://go.test/r,anchor,hidden\n\
                 http://m.test/1,http://go.test/r,anchor,visible\n\
                 http://go.test/r,http://d.test/,http-redirect,visible\n";
    std::fs::write(folder.join("nodes.csv"), nodes).expect("written");
    std::fs::write(folder.join("edges.csv"), edges).expect("written");
}

#[test]
fn sellers_who_share_what_the_tables_name_are_one_network() {
    let folder = tempfile::tempdir().expect("a folder");
    let columns = "contacts,image_hash,affiliate,codes";
    let shared = "telegram:@Vases_Direct; phone:+49 30 555,00000000000000ff;00000000000000f8,awin1.com/77,vase77";
    tables(folder.path(), shared, columns);
    let judged_json = judged(folder.path(), &["--format", "json"]);
    let report: serde_json::Value = serde_json::from_slice(&judged_json.stdout).expect("JSON");
    let networks = report["networks"].as_array().expect("networks");
    assert_eq!(networks.len(), 1, "{}", told(&judged_json));
    let names: Vec<&str> = networks[0]["members"]
        .as_array()
        .expect("members")
        .iter()
        .map(|member| member["name"].as_str().expect("a name"))
        .collect();
    assert_eq!(names, ["seller 0", "seller 1"]);
    let mut ties: Vec<String> = networks[0]["ties"]
        .as_array()
        .expect("ties")
        .iter()
        .map(|tie| format!("{} {} ×{}", tie["kind"], tie["what"], tie["count"]).replace('"', ""))
        .collect();
    ties.sort();
    assert_eq!(
        ties,
        [
            "affiliate awin1.com/77 ×1",
            "code VASE77 ×1",
            "contact phone:+4930555 ×2",
            "image 00000000000000f8 ×1",
            "redirector go.test/r ×1",
        ]
    );
    let text = told(&judged(folder.path(), &[]));
    assert!(
        text.contains("seller “seller 0” on m.test: 1 page, 1 listing with findings"),
        "{text}"
    );
    tables(folder.path(), "telegram:vases_direct", "contacts");
    let alone = judged(folder.path(), &["--format", "json"]);
    let report: serde_json::Value = serde_json::from_slice(&alone.stdout).expect("JSON");
    assert_eq!(
        report["networks"].as_array().map(Vec::len),
        Some(1),
        "a contact and a redirector are two strands: {}",
        told(&alone)
    );
}

#[test]
fn what_the_columns_of_networks_cannot_hold_is_refused_with_its_place() {
    let folder = tempfile::tempdir().expect("a folder");
    for (column, cell, said) in [
        (
            "contacts",
            "vases_direct",
            "`vases_direct` is not of the form channel:handle",
        ),
        (
            "contacts",
            "fax:030",
            "`fax:030` is not of the form channel:handle",
        ),
        (
            "image_hash",
            "ff",
            "`ff` is not of the form 16 hexadecimal digits",
        ),
        (
            "affiliate",
            "awin1.com/",
            "`awin1.com/` is not of the form program/id",
        ),
    ] {
        tables(folder.path(), cell, column);
        let wrong = judged(folder.path(), &[]);
        assert_eq!(wrong.status.code(), Some(2), "{column}: {cell}");
        let told = told(&wrong);
        let place = format!("nodes.csv: row 2, column `{column}`: {said}");
        assert!(told.contains(&place), "{told}");
    }
}

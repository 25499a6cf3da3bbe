//! What README.md and docs/ say is true: paths, links, commands, flags, counts and help.

#![expect(
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "a test may fail loudly, its helpers as well, and reads files"
)]

mod support;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use support::{root, run, sidedoor, told};

/// README.md and every page under docs/.
fn pages() -> Vec<PathBuf> {
    let mut pages = vec![root().join("README.md")];
    let mut folders = vec![root().join("docs")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                pages.push(path);
            }
        }
    }
    pages.sort();
    pages
}

fn text(page: &Path) -> String {
    std::fs::read_to_string(page).expect("a readable page")
}

/// What stands between back quotes, outside of fenced blocks.
fn quoted(text: &str) -> Vec<String> {
    let mut quoted = Vec::new();
    for (number, part) in text.split("```").enumerate() {
        if number % 2 == 0 {
            quoted.extend(part.split('`').skip(1).step_by(2).map(str::to_owned));
        }
    }
    quoted
}

/// The lines of fenced blocks that run the program, from `sidedoor` on.
fn commands(text: &str) -> Vec<String> {
    let mut commands = Vec::new();
    for part in text.split("```").skip(1).step_by(2) {
        let joined = part.replace("\\\n", " ");
        for line in joined.lines() {
            let line = line.trim().trim_start_matches("$ ");
            if let Some(rest) = line.strip_prefix("sidedoor ") {
                commands.push(rest.to_owned());
            } else if let Some(rest) = line.strip_prefix("cargo run --release -- ") {
                commands.push(rest.to_owned());
            }
        }
    }
    commands
}

#[test]
fn every_path_in_back_quotes_exists() {
    let tops = ["crates/", "docs/", "fixtures/", "tests/", ".ci/"];
    let mut wrong = Vec::new();
    for page in pages() {
        for path in quoted(&text(&page)) {
            let is_path =
                tops.iter().any(|top| path.starts_with(top)) && !path.contains(['<', '*', ' ']);
            if is_path && !root().join(&path).exists() {
                wrong.push(format!("{}: {path}", page.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_relative_link_leads_somewhere() {
    let mut wrong = Vec::new();
    for page in pages() {
        for link in text(&page).split("](").skip(1) {
            let target = link.split([')', ' ']).next().unwrap_or_default();
            let file = target.split('#').next().unwrap_or_default();
            if file.is_empty() || file.contains("://") {
                continue;
            }
            if !page.parent().expect("a folder").join(file).exists() {
                wrong.push(format!("{}: {target}", page.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_room_has_one_heading_in_the_architecture() {
    let architecture = text(&root().join("docs/architecture.md"));
    let headings: Vec<&str> = architecture
        .lines()
        .filter_map(|line| line.strip_prefix("## ")?.split(" — ").next())
        .collect();
    for entry in std::fs::read_dir(root().join("crates")).expect("the rooms") {
        let room = entry
            .expect("an entry")
            .file_name()
            .into_string()
            .expect("a name");
        let count = headings.iter().filter(|heading| **heading == room).count();
        assert_eq!(count, 1, "{room}");
    }
}

#[test]
fn every_command_and_flag_that_is_shown_exists() {
    let mut wrong = Vec::new();
    for page in pages() {
        for command in commands(&text(&page)) {
            let words: Vec<&str> = command.split_whitespace().collect();
            let mut path: Vec<&str> = vec![words[0]];
            if ["rules", "sandbox"].contains(&words[0]) {
                path.extend(words.get(1).filter(|word| !word.starts_with('-')));
            }
            if words.starts_with(&["import", "graph"]) {
                path.push("graph");
            }
            let help = sidedoor().args(&path).arg("--help").output().expect("runs");
            let shown = String::from_utf8_lossy(&help.stdout).into_owned();
            if !help.status.success() {
                wrong.push(format!("{}: sidedoor {command}", page.display()));
            }
            for flag in words.iter().filter(|word| word.starts_with("--")) {
                let flag = flag.split('=').next().unwrap_or_default();
                if flag != "--" && !shown.contains(flag) {
                    wrong.push(format!("{}: {flag} in sidedoor {command}", page.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The commands whose help the page holds, in its order.
fn helped(page: &str) -> Vec<String> {
    let lines = page.lines();
    let commands =
        lines.filter_map(|line| line.strip_prefix("$ sidedoor ")?.strip_suffix(" --help"));
    commands.map(str::to_owned).collect()
}

/// With `SIDEDOOR_WRITE_DOCS` set, the page is written instead of compared.
#[test]
fn the_help_in_the_docs_is_the_help_of_the_program() {
    let page = root().join("docs/cli.md");
    let mut kept = text(&page);
    let mut wrong = Vec::new();
    let helped = helped(&kept);
    assert!(helped.len() > 20, "{helped:?}");
    for command in &helped {
        let path = command.split(' ');
        let help = sidedoor().args(path).arg("--help").output().expect("runs");
        let help = String::from_utf8(help.stdout).expect("text");
        let lines: Vec<&str> = help.lines().map(str::trim_end).collect();
        let block = format!(
            "```text\n$ sidedoor {command} --help\n{}\n```",
            lines.join("\n").trim_end()
        );
        if kept.contains(&block) {
            continue;
        }
        wrong.push(command.clone());
        let start = format!("```text\n$ sidedoor {command} --help\n");
        if let Some(from) = kept.find(&start) {
            let to = kept[from + 3..]
                .find("```")
                .map_or(kept.len(), |at| from + 3 + at + 3);
            kept.replace_range(from..to, &block);
        }
    }
    if std::env::var_os("SIDEDOOR_WRITE_DOCS").is_some() {
        std::fs::write(&page, kept).expect("the page is written");
        return;
    }
    assert!(
        wrong.is_empty(),
        "docs/cli.md holds other help for {wrong:?}; write it with SIDEDOOR_WRITE_DOCS=1"
    );
}

/// With `SIDEDOOR_WRITE_DOCS` set, the tables are written instead of compared.
#[test]
fn the_policy_in_the_docs_is_that_of_the_pack() {
    let page = root().join("docs/policy.md");
    let kept = text(&page);
    let head = kept.split("\n## ").next().unwrap_or_default();
    let listed = run(["rules", "list", "--markdown"]);
    assert!(listed.status.success(), "{}", told(&listed));
    let tables = String::from_utf8(listed.stdout).expect("text");
    let whole = format!("{head}\n## Categories\n{tables}");
    if std::env::var_os("SIDEDOOR_WRITE_DOCS").is_some() {
        std::fs::write(&page, whole).expect("the page is written");
        return;
    }
    assert!(
        whole == kept,
        "docs/policy.md holds other tables than the pack; write it with SIDEDOOR_WRITE_DOCS=1"
    );
}

/// Every number before one of these words, in any page, is the number of these things.
#[test]
fn every_count_is_true() {
    let sites: Vec<String> = std::fs::read_dir(root().join("fixtures/sites"))
        .expect("the sites")
        .filter(|entry| entry.as_ref().is_ok_and(|entry| entry.path().is_dir()))
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .into_string()
                .expect("a name")
        })
        .collect();
    let honest = sites
        .iter()
        .filter(|site| site.starts_with("honest-"))
        .count();
    let rooms = std::fs::read_dir(root().join("crates"))
        .expect("the rooms")
        .count();
    let detectors = text(&root().join("docs/detectors.md"))
        .lines()
        .filter(|line| line.starts_with("## "))
        .count();
    let check = run(["rules", "check"]);
    let check_told = String::from_utf8_lossy(&check.stdout).into_owned();
    let categories: usize = check_told
        .split(" categories")
        .next()
        .and_then(|before| before.rsplit(' ').next())
        .and_then(|number| number.parse().ok())
        .unwrap_or_else(|| panic!("{}", told(&check)));
    let counts = [
        ("fixture sites", sites.len()),
        ("honest sites", honest),
        ("dishonest sites", sites.len() - honest),
        ("rooms", rooms),
        ("detectors", detectors),
        ("policy categories", categories),
    ];
    let mut told_somewhere = BTreeSet::new();
    let mut wrong = Vec::new();
    for page in pages() {
        let words: Vec<String> = text(&page).split_whitespace().map(str::to_owned).collect();
        for (things, count) in counts {
            let things_words: Vec<&str> = things.split(' ').collect();
            for at in 1..words.len().saturating_sub(things_words.len() - 1) {
                let same = things_words.iter().enumerate().all(|(offset, word)| {
                    words[at + offset].trim_end_matches(['.', ',', ';', ':', ')']) == *word
                });
                if let (true, Ok(number)) = (same, words[at - 1].trim_matches('(').parse::<usize>())
                {
                    told_somewhere.insert(things);
                    if number != count {
                        wrong.push(format!(
                            "{}: {number} {things}, there are {count}",
                            page.display()
                        ));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(
        told_somewhere.contains("fixture sites"),
        "README.md tells how many sites there are"
    );
}

#[test]
fn every_technique_of_the_model_is_documented() {
    let docs = text(&root().join("docs/techniques.md"));
    let model = text(&root().join("crates/model/src/technique.rs"));
    let ids: Vec<&str> = model
        .lines()
        .filter_map(|line| line.split_once(", \"")?.1.split_once(": "))
        .map(|(id, _)| id)
        .filter(|id| id.len() == 3)
        .collect();
    assert!(ids.len() > 30, "{ids:?}");
    for id in ids {
        assert!(docs.contains(&format!("| {id} |")), "{id}");
    }
}

#[test]
fn every_column_of_the_tables_is_documented() {
    let exports = text(&root().join("docs/exports.md"));
    for column in [
        "id",
        "address",
        "status",
        "title",
        "policy",
        "category",
        "vantages",
        "source",
        "target",
        "kind",
        "carrier",
        "visibility",
        "techniques",
        "covertness",
        "zone",
    ] {
        assert!(exports.contains(&format!("| `{column}` |")), "{column}");
    }
}

//! The pack that is compiled in, and the errors and complaints about others.

#![expect(
    clippy::unwrap_used,
    reason = "a test may fail loudly, its helpers as well"
)]

use sidedoor_rules::{Gravity, PackFile, RulePack};

#[test]
fn the_pack_that_is_compiled_in_can_be_read() {
    let pack = RulePack::eu().unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(pack.id(), "eu@0.8.0");
    assert!(pack.categories().count() >= 30);
}

#[test]
fn the_pack_that_is_compiled_in_draws_no_complaint() {
    let complaints = RulePack::eu().unwrap().check([]);
    let warnings = complaints
        .iter()
        .filter(|it| it.gravity == Gravity::Warning);
    let lines: Vec<String> = warnings.map(ToString::to_string).collect();
    assert!(lines.is_empty(), "{}", lines.join("\n"));
}

fn parse(text: &str) -> Result<RulePack, sidedoor_rules::PackError> {
    RulePack::parse(&[PackFile {
        name: "mine.toml",
        text,
    }])
}

fn complaint(text: &str) -> String {
    parse(text).unwrap_err().to_string()
}

const HEADER: &str = "name = \"mine\"\nversion = \"1.2.3\"\nas_of = \"2026-01-31\"\n";

/// A pack of one category with these lines added to it.
fn one(lines: &str) -> String {
    format!(
        "{HEADER}[[category]]\ncode = \"D1\"\nname = \"spirits\"\ngroup = \"alcohol\"\nseverity = \"high\"\n\
         legal_basis = \"law\"\nsource = \"row D1\"\nchecked = \"by a lawyer\"\nrequired_gate = \"verified\"\n{lines}"
    )
}

#[test]
fn an_unknown_field_is_an_error_with_its_place_and_a_remedy() {
    let error = complaint(&one("colour = \"red\"\n"));
    assert!(
        error.starts_with("mine.toml:13:1: unknown field `colour`"),
        "{error}"
    );
    assert!(error.contains("docs/rule-packs.md"), "{error}");
}

#[test]
fn an_unknown_status_is_an_error_with_its_place() {
    let error = complaint(&one(
        "[[category.policy]]\nmarket = \"EU\"\nstatus = \"odd\"\n",
    ));
    assert!(error.starts_with("mine.toml:15:10: "), "{error}");
    assert!(error.contains("`odd`"), "{error}");
}

#[test]
fn an_age_restriction_needs_an_age() {
    let row = "[[category.policy]]\nmarket = \"EU\"\nstatus = \"age-restricted\"\n";
    let error = complaint(&one(row));
    assert!(
        error.contains("mine.toml:4:1: category D1, market EU"),
        "{error}"
    );
    assert!(error.contains("min_age"), "{error}");
}

#[test]
fn a_code_is_there_once() {
    let text = one("");
    let twice = format!("{text}{}", text.trim_start_matches(HEADER));
    let told = "mine.toml:13:1: category D1 is there twice, first at mine.toml:4:1";
    assert!(complaint(&twice).starts_with(told));
    let other = PackFile {
        name: "other.toml",
        text: &text.replace("mine", "other").replace("D1", "d1"),
    };
    let other = RulePack::parse(&[other]).unwrap();
    let error = parse(&text).unwrap().join(other).unwrap_err().to_string();
    let told = "other.toml:4:1: category d1 of other@1.2.3 is in mine@1.2.3 too, at mine.toml:4:1;";
    assert!(error.starts_with(told), "{error}");
}

/// Complaints about a pack of two categories, of which the second has these lines.
fn complaints_of_two(first: &str, second: &str) -> Vec<String> {
    let second = one(second).trim_start_matches(HEADER).replace("D1", "D9");
    let pack = parse(&format!("{}{second}", one(first))).unwrap();
    let all = pack.check([]).into_iter();
    let all = all.filter(|complaint| complaint.gravity == Gravity::Warning);
    all.map(|complaint| complaint.to_string()).collect()
}

#[test]
fn a_measure_needs_no_context_and_other_weak_terms_do() {
    let group = |line: &str| {
        let weak = format!(
            "[[category.weak]]\nid = \"d1-weak\"\nterms = [\"proof\"]\n{line}\n\
             [[category.policy]]\nmarket = \"EU\"\nstatus = \"illegal\"\n"
        );
        let all = parse(&one(&weak)).unwrap().check([]);
        let all: Vec<String> = all.iter().map(ToString::to_string).collect();
        all.join("\n")
    };
    assert_eq!(group("measure = true"), "");
    for line in ["", "context = []", "telling = true"] {
        let told = group(line);
        assert!(told.contains("`d1-weak` have no context words"), "{told}");
    }
}

#[test]
fn an_innocent_phrase_of_a_category_is_no_complaint_about_another_one() {
    let row = "[[category.policy]]\nmarket = \"EU\"\nstatus = \"illegal\"\n";
    let terms = format!("[category.terms]\nen = [\"toy pistol\"]\n{row}");
    let other = format!("innocent = [\"toy pistol\"]\n[category.terms]\nen = [\"pistol\"]\n{row}");
    assert_eq!(complaints_of_two(&other, &terms), Vec::<String>::new());
    let own = format!("innocent = [\"Toy  Pistol\"]\n{terms}");
    let told = complaints_of_two(&own, &format!("[category.terms]\nen = [\"pistol\"]\n{row}"));
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        told[0].contains("D1: term `toy pistol` is an innocent phrase of the category too, and counts all the same"),
        "{told:?}"
    );
}

#[test]
fn a_market_that_no_row_is_for_is_none_of_the_pack() {
    let pack = RulePack::eu().unwrap();
    let markets: Vec<&str> = pack.markets().into_iter().map(|it| it.as_str()).collect();
    assert!(markets.contains(&"EU") && markets.contains(&"GB") && !markets.contains(&"UK"));
}

#[test]
fn a_version_is_three_numbers_and_a_day_is_a_day() {
    let bad = HEADER.replace("1.2.3", "1.2");
    assert!(complaint(&bad).starts_with("mine.toml:2:11: `1.2` is no version"));
    let bad = HEADER.replace("2026-01-31", "2026-13-31");
    assert!(complaint(&bad).contains("is no day"));
}

#[test]
fn what_is_doubtful_is_complained_of() {
    let rows = "[[category.policy]]\nmarket = \"XX\"\nstatus = \"illegal\"\nto = \"2020-01-01\"\n\
                [[category.weak]]\nid = \"d1-weak\"\nterms = [\"malt\"]\ncontext = []\n";
    let text = one(rows);
    let other = text
        .trim_start_matches(HEADER)
        .replace("D1", "D9")
        .replace("d1-", "d9-");
    let terms = "[category.terms]\nen = [\"vodka\"]\n";
    let pack = parse(&format!("{text}{terms}{other}{terms}")).unwrap();
    let all: Vec<String> = pack.check([]).iter().map(ToString::to_string).collect();
    let all = all.join("\n");
    for expected in [
        "D1: market XX is not known",
        "D1: the row for XX ended before 2026-01-31",
        "D1: it has no row for market EU",
        "D1: weak terms `d1-weak` have no context words",
        "D9: term `vodka` is in D1 too",
    ] {
        assert!(all.contains(expected), "{expected} not in\n{all}");
    }
    let empty = parse(&one("")).unwrap().check([]);
    assert!(
        empty
            .iter()
            .any(|complaint| complaint.to_string().contains("D1: it has no terms"))
    );
}

/// A rule on a fact, with these lines in it.
fn fact(lines: &str) -> String {
    one(&format!(
        "[category.terms]\nen = [\"vodka\"]\n[[category.facts]]\nid = \"d1-fact\"\nsays = \"so\"\n{lines}"
    ))
}

#[test]
fn a_rule_on_a_trader_names_the_parts_and_one_on_a_logo_has_none() {
    let error = complaint(&fact("fact = \"trader-lacks\"\nweight = 1\n"));
    assert!(
        error.starts_with("mine.toml:4:1: category D1, rule `d1-fact`: no part is named"),
        "{error}"
    );
    let error = complaint(&fact(
        "fact = \"medicine-logo-absent\"\nweight = 1\nparts = [\"name\"]\n",
    ));
    assert!(error.contains("a logo has no `parts`"), "{error}");
    let error = complaint(&fact(
        "fact = \"medicine-logo-absent\"\nweight = 1\ngoods = \"fakes\"\n",
    ));
    assert!(
        error.contains("its goods are none of the category"),
        "{error}"
    );
}

#[test]
fn a_fact_that_makes_a_label_of_any_word_is_complained_of() {
    let said = |lines: &str| {
        let all = parse(&fact(lines)).unwrap().check([]);
        let all: Vec<String> = all.iter().map(ToString::to_string).collect();
        all.join("\n")
    };
    let elsewhere = "fact = \"medicine-logo-elsewhere\"\n";
    let heavy = said(&format!("{elsewhere}weight = 2\nlifts = \"label\"\n"));
    assert!(
        heavy.contains("mine.toml:16:7: warning: D1: rule `d1-fact` would make a label"),
        "{heavy}"
    );
    assert!(heavy.contains("name `authorities`"), "{heavy}");
    let light = said(&format!("{elsewhere}weight = 0\n"));
    assert!(light.contains("rule `d1-fact` weighs nothing"), "{light}");
}

#[test]
fn a_term_of_everyday_sentences_is_told_without_any_folder() {
    let told = |sure: &str| {
        let terms =
            "[category.terms]\nen = [\"library card\"]\nzh = [\"钢琴\"]\nde = [\"Nachtwandler\"]\n";
        let pack = parse(&one(&format!("sure = \"{sure}\"\n{terms}"))).unwrap();
        let all = pack.check([]).into_iter();
        let all = all.filter(|complaint| complaint.what.contains("everyday text"));
        all.map(|complaint| (complaint.gravity, complaint.what))
            .collect::<Vec<_>>()
    };
    for (sure, gravity) in [("terms", Gravity::Warning), ("none", Gravity::Note)] {
        let all = told(sure);
        assert_eq!(all.len(), 2, "{all:?}");
        assert!(all.iter().all(|(grave, _)| *grave == gravity), "{all:?}");
        assert!(all[0].1.contains("`library card`") || all[1].1.contains("`library card`"));
    }
}

#[test]
fn a_trial_that_expects_what_no_label_is_is_an_error_with_its_place() {
    let pack = RulePack::eu().unwrap();
    for expected in ["ilegal A1", "illegal", "illegal Y9", "compliant A1", ""] {
        let text = format!("[[page]]\nis = \"a lamp\"\nexpect = \"{expected}\"\nname = \"Lamp\"\n");
        let file = PackFile {
            name: "mine.toml",
            text: &text,
        };
        let error = pack.try_on(file).unwrap_err().to_string();
        assert!(error.starts_with("mine.toml:1:1: "), "{error}");
        assert!(error.contains("no label that the pack can give"), "{error}");
    }
}

//! Lists of authorities and a platform's own labels.

#![expect(
    clippy::unwrap_used,
    reason = "a test may fail loudly, its helpers as well"
)]

use model::{DecidedBy, Market, PageFacts, PageUrl, Policy, Product, Verdict};
use sidedoor_rules::{Lists, RulePack};

fn at(address: &str) -> PageUrl {
    PageUrl::parse(address).unwrap()
}

fn verdict(lists: &Lists, facts: &PageFacts) -> Verdict {
    let pack = RulePack::eu().unwrap();
    let market = Market::eu();
    let mut verdict = pack.label(facts, &market);
    lists.decide(&mut verdict, facts, &pack, &market);
    verdict
}

fn listed(lines: &str, address: &str) -> Policy {
    let mut lists = Lists::default();
    lists.add_policy(Policy::Illegal, "bad.txt", lines).unwrap();
    verdict(&lists, &PageFacts::empty(at(address))).policy
}

#[test]
fn a_host_stands_for_what_is_below_it() {
    let lines = "# of the authority\npills.example\n*.other.example # all of it\n";
    assert_eq!(listed(lines, "http://pills.example/a?b"), Policy::Illegal);
    assert_eq!(listed(lines, "https://de.pills.example/"), Policy::Illegal);
    assert_eq!(listed(lines, "https://x.other.example/"), Policy::Illegal);
    assert_eq!(listed(lines, "https://mypills.example/"), Policy::Unknown);
    assert_eq!(listed(lines, "http://pills.example./a"), Policy::Illegal);
    assert_eq!(
        listed("bücher.example", "https://xn--bcher-kva.example/"),
        Policy::Illegal
    );
}

#[test]
fn an_address_that_ends_in_a_slash_stands_for_what_begins_with_it() {
    let lines = "https://market.example/store/17/\nhttps://market.example/item/5\n";
    assert_eq!(
        listed(lines, "https://market.example/store/17/item?x=1"),
        Policy::Illegal
    );
    assert_eq!(
        listed(lines, "https://market.example/item/5"),
        Policy::Illegal
    );
    assert_eq!(
        listed(lines, "https://market.example./store/17/item"),
        Policy::Illegal
    );
    assert_eq!(
        listed(lines, "https://market.example/item/50"),
        Policy::Unknown
    );
    assert_eq!(
        listed(lines, "https://market.example/store/170/"),
        Policy::Unknown
    );
}

#[test]
fn a_number_of_goods_is_found_however_it_is_filled_up() {
    let mut lists = Lists::default();
    let table = "entry,category,source\n4006381333931,A1,recall 12\n";
    lists
        .add_policy(Policy::Illegal, "recalls.csv", table)
        .unwrap();
    let mut facts = PageFacts::empty(at("https://market.example/item/1"));
    facts.products.push(Product {
        gtin: Some("04006381333931".to_owned()),
        ..Product::default()
    });
    let verdict = verdict(&lists, &facts);
    assert_eq!(verdict.policy, Policy::Illegal);
    let label = verdict.deciding().unwrap();
    assert_eq!(label.name, "prescription medicines");
    assert_eq!(
        label.decided_by,
        DecidedBy::List {
            file: "recalls.csv".to_owned(),
            line: 2,
            entry: "04006381333931".to_owned(),
            source: "recall 12".to_owned(),
        }
    );
}

#[test]
fn a_line_that_is_no_entry_is_an_error_with_its_place() {
    let mut lists = Lists::default();
    let wrong = |text: &str, lists: &mut Lists| {
        lists
            .add_policy(Policy::Illegal, "bad.txt", text)
            .unwrap_err()
            .to_string()
    };
    let error = wrong("ok.example\nnot a host\n", &mut lists);
    assert!(
        error.starts_with("bad.txt:2: `not a host` is no host"),
        "{error}"
    );
    let error = wrong("4006381333932\n", &mut lists);
    assert!(
        error.starts_with("bad.txt:1: "),
        "a check digit that is wrong: {error}"
    );
    let error = wrong("ftp://x.example/\n", &mut lists);
    assert!(error.contains("no http(s) address"), "{error}");
}

#[test]
fn a_platforms_own_label_outranks_rules_and_lists_and_says_so() {
    let mut lists = Lists::default();
    lists
        .add_policy(Policy::Illegal, "bad.txt", "market.example")
        .unwrap();
    let table = "address,policy,category,source\nhttps://market.example/item/1,compliant,,checked by hand\n\
                 https://market.example/item/2,age-restricted:16,D2,\n";
    assert_eq!(lists.add_labels("ours.csv", table).unwrap(), 2);
    let verdict_of = |address: &str| verdict(&lists, &PageFacts::empty(at(address)));
    let ours = verdict_of("https://market.example/item/1");
    assert_eq!(ours.policy, Policy::Compliant);
    assert_eq!(
        ours.deciding().unwrap().decided_by,
        DecidedBy::Platform {
            file: "ours.csv".to_owned(),
            line: 2,
            source: "checked by hand".to_owned(),
        }
    );
    assert_eq!(
        verdict_of("https://market.example/item/2").policy,
        Policy::AgeRestricted { min_age: 16 }
    );
    assert_eq!(
        verdict_of("https://market.example/item/3").policy,
        Policy::Illegal
    );
    let error = lists
        .add_labels("ours.csv", "address,policy\nhttps://x.example/,odd\n")
        .unwrap_err()
        .to_string();
    assert!(
        error.starts_with("ours.csv:2: `odd` is no policy"),
        "{error}"
    );
}

#[test]
fn an_address_that_was_never_asked_has_a_verdict_by_its_list() {
    let mut lists = Lists::default();
    lists
        .add_policy(
            Policy::AgeRestricted { min_age: 18 },
            "adult.txt",
            "adult.example",
        )
        .unwrap();
    let pack = RulePack::eu().unwrap();
    let of = |address: &str| lists.of(&at(address), &pack, &Market::eu());
    assert_eq!(
        of("https://adult.example/x").unwrap().policy,
        Policy::AgeRestricted { min_age: 18 }
    );
    assert!(of("https://market.example/x").is_none());
}

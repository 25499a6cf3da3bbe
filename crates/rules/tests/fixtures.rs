//! Pages with the labels that they must get, from `fixtures/rules`.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may fail loudly, its helpers as well"
)]

use sidedoor_rules::{PackFile, RulePack};

/// How many pages a file has, and the mistakes on them.
fn mistakes(name: &str, text: &str) -> (usize, Vec<String>) {
    let pack = RulePack::eu().unwrap();
    let results = pack
        .try_on(PackFile { name, text })
        .unwrap_or_else(|error| panic!("{error}"));
    let count = results.len();
    let failed = results.into_iter().filter(|result| !result.passed);
    let wrong = failed
        .map(|result| {
            let evidence: Vec<String> = result
                .verdict
                .labels
                .iter()
                .map(|label| {
                    let words = label.matches.iter().map(|it| (it.place, it.text.as_str()));
                    format!(
                        "{:?} {:?} {:?}",
                        label.category,
                        label.policy,
                        words.collect::<Vec<_>>()
                    )
                })
                .collect();
            format!(
                "{} {}: expected {}, got {}: {evidence:#?}",
                result.place, result.is, result.expected, result.got
            )
        })
        .collect();
    (count, wrong)
}

#[test]
fn honest_pages_get_no_label_of_restricted_goods() {
    let text = include_str!("../../../fixtures/rules/honest.toml");
    let (count, wrong) = mistakes("honest.toml", text);
    assert!(
        wrong.is_empty(),
        "{} of {count}\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(count >= 40);
}

#[test]
fn restricted_pages_get_the_label_of_their_goods() {
    let text = include_str!("../../../fixtures/rules/restricted.toml");
    let (count, wrong) = mistakes("restricted.toml", text);
    assert!(
        wrong.is_empty(),
        "{} of {count}\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(count >= 40);
}

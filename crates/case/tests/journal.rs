//! The journal of decisions: nothing in it is ever lost, changed unseen, or decided over another's head.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test may fail loudly, its helpers as well, and reads files"
)]

use std::path::Path;

use model::{
    Change, Decision, DetectorId, Fingerprint, GivenLabel, PageUrl, Policy, Site, Timestamp,
};
use sidedoor_case::{JOURNAL, Journal, JournalError, NewEntry, decide, decide_all};

fn fingerprint(item: u32) -> Fingerprint {
    let listing = PageUrl::parse(&format!("https://market.test/item/{item}")).unwrap();
    Fingerprint::of(
        DetectorId("hidden-path"),
        &listing,
        &Site::named("pills.test"),
        &[],
    )
}

fn about(item: u32, decision: Decision) -> NewEntry {
    NewEntry {
        at: Timestamp::from_millis(1_000),
        reviewer: "Ada".to_owned(),
        change: Change::Finding {
            fingerprint: fingerprint(item),
            decision,
        },
        reason: "the redirect is shown in the evidence".to_owned(),
    }
}

fn text(folder: &Path) -> String {
    std::fs::read_to_string(folder.join(JOURNAL)).unwrap()
}

#[test]
fn the_last_decision_stands_and_all_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    assert_eq!(Journal::read(folder).unwrap(), Journal::default());
    decide(folder, about(1, Decision::Confirmed), None).unwrap();
    decide(folder, about(2, Decision::Unclear), None).unwrap();
    decide(folder, about(1, Decision::Dismissed), None).unwrap();
    let journal = Journal::read(folder).unwrap();
    assert_eq!(journal.entries().len(), 3);
    let standing = journal.findings();
    assert_eq!(standing[&fingerprint(1)].0, Decision::Dismissed);
    assert_eq!(standing[&fingerprint(2)].0, Decision::Unclear);
}

#[test]
fn to_undo_is_an_entry_and_only_what_stands_can_be_undone() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let nothing = decide(folder, about(1, Decision::Undone), None).unwrap_err();
    assert!(matches!(nothing, JournalError::NothingToUndo));
    decide(folder, about(1, Decision::Confirmed), None).unwrap();
    decide(folder, about(1, Decision::Undone), None).unwrap();
    let journal = Journal::read(folder).unwrap();
    assert_eq!(journal.entries().len(), 2);
    assert!(journal.findings().is_empty());
    assert!(decide(folder, about(1, Decision::Undone), None).is_err());
}

#[test]
fn many_decisions_are_kept_together_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    decide(folder, about(7, Decision::Confirmed), None).unwrap();
    let before = text(folder);
    let all = |decision| {
        (1..=40)
            .map(|item| about(item, decision))
            .collect::<Vec<_>>()
    };
    let refused = decide_all(folder, all(Decision::Dismissed), Some(0)).unwrap_err();
    assert!(matches!(refused, JournalError::Meanwhile(entry) if entry.number == 1));
    let refused = decide_all(folder, all(Decision::Undone), None).unwrap_err();
    assert!(matches!(refused, JournalError::NothingToUndo));
    assert_eq!(text(folder), before);
    let kept = decide_all(folder, all(Decision::Dismissed), Some(1)).unwrap();
    let journal = Journal::read(folder).unwrap();
    assert_eq!(
        journal.entries()[1..],
        kept,
        "the chain holds, and it is what was said"
    );
    assert_eq!(journal.findings().len(), 40);
    decide_all(folder, all(Decision::Undone), Some(41)).unwrap();
    assert!(Journal::read(folder).unwrap().findings().is_empty());
}

#[test]
fn nobody_decides_over_the_head_of_another() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    decide(folder, about(1, Decision::Confirmed), Some(0)).unwrap();
    let second = NewEntry {
        reviewer: "Ben".to_owned(),
        ..about(1, Decision::Dismissed)
    };
    let refused = decide(folder, second.clone(), Some(0)).unwrap_err();
    assert!(matches!(&refused, JournalError::Meanwhile(entry) if entry.reviewer == "Ada"));
    assert!(refused.to_string().contains("Ada decided it meanwhile"));
    decide(folder, second, Some(1)).unwrap();
    // What somebody decided of another finding is no reason to ask again.
    decide(folder, about(2, Decision::Confirmed), Some(0)).unwrap();
}

#[test]
fn many_at_once_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();
    std::thread::scope(|scope| {
        for reviewer in 0..8 {
            let folder = folder.path();
            scope.spawn(move || {
                for item in 0..10 {
                    decide(
                        folder,
                        about(reviewer * 100 + item, Decision::Confirmed),
                        None,
                    )
                    .unwrap();
                }
            });
        }
    });
    assert_eq!(Journal::read(folder.path()).unwrap().findings().len(), 80);
}

#[test]
fn a_line_that_is_changed_or_cut_out_shows() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    for item in 1..=3 {
        decide(folder, about(item, Decision::Confirmed), None).unwrap();
    }
    let whole = text(folder);
    let write = |text: &str| std::fs::write(folder.join(JOURNAL), text).unwrap();
    write(&whole.replacen("confirmed", "dismissed", 1));
    let changed = Journal::read(folder).unwrap_err();
    assert!(matches!(changed, JournalError::Chain { line: 2 }));
    let without_second: Vec<&str> = whole
        .lines()
        .enumerate()
        .filter(|(at, _)| *at != 1)
        .map(|(_, line)| line)
        .collect();
    write(&format!("{}\n", without_second.join("\n")));
    let cut = Journal::read(folder).unwrap_err();
    assert!(matches!(cut, JournalError::Chain { line: 2 }));
    write("no decision\n");
    assert!(decide(folder, about(9, Decision::Confirmed), None).is_err());
    assert_eq!(
        text(folder),
        "no decision\n",
        "nothing is written behind damage"
    );
}

#[test]
fn a_torn_line_of_a_killed_writer_is_cut_off_by_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    decide(folder, about(1, Decision::Confirmed), None).unwrap();
    let whole = text(folder);
    for cut in 1..whole.len() - 1 {
        let torn = format!("{whole}{}", &whole[..cut]);
        std::fs::write(folder.join(JOURNAL), torn).unwrap();
        assert_eq!(Journal::read(folder).unwrap().entries().len(), 1);
    }
    decide(folder, about(2, Decision::Confirmed), None).unwrap();
    assert_eq!(Journal::read(folder).unwrap().entries().len(), 2);
}

#[test]
fn a_whole_last_line_counts_without_its_line_end() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    decide(folder, about(1, Decision::Confirmed), None).unwrap();
    decide(folder, about(2, Decision::Dismissed), None).unwrap();
    let whole = text(folder);
    std::fs::write(folder.join(JOURNAL), whole.trim_end()).unwrap();
    assert_eq!(Journal::read(folder).unwrap().entries().len(), 2);
    decide(folder, about(3, Decision::Confirmed), None).unwrap();
    assert_eq!(Journal::read(folder).unwrap().entries().len(), 3);
    assert!(text(folder).starts_with(&whole));
    let forged = whole.trim_end().replace("\"number\":2", "\"number\":7");
    std::fs::write(folder.join(JOURNAL), forged).unwrap();
    let refused = Journal::read(folder).unwrap_err();
    assert!(matches!(refused, JournalError::Chain { line: 2 }));
}

#[cfg(unix)]
#[test]
fn a_journal_that_leads_elsewhere_is_neither_read_nor_written() {
    let folder = tempfile::tempdir().unwrap();
    let case = folder.path().join("case");
    std::fs::create_dir(&case).unwrap();
    let elsewhere = folder.path().join("elsewhere");
    std::os::unix::fs::symlink(&elsewhere, case.join(JOURNAL)).unwrap();
    let refused = |case: &Path| {
        for error in [
            Journal::read(case).unwrap_err(),
            decide(case, about(1, Decision::Confirmed), None).unwrap_err(),
        ] {
            assert!(matches!(error, JournalError::NoFile { .. }), "{error}");
        }
    };
    refused(&case);
    assert!(!elsewhere.exists(), "nothing is made where a link leads");
    std::fs::write(&elsewhere, "a secret without a line end").unwrap();
    refused(&case);
    assert_eq!(
        std::fs::read_to_string(&elsewhere).unwrap(),
        "a secret without a line end"
    );
    std::fs::remove_file(case.join(JOURNAL)).unwrap();
    std::fs::create_dir(case.join(JOURNAL)).unwrap();
    refused(&case);
}

#[test]
fn a_decision_has_a_name_and_a_reason() {
    let folder = tempfile::tempdir().unwrap();
    let unnamed = NewEntry {
        reviewer: "  ".to_owned(),
        ..about(1, Decision::Confirmed)
    };
    let refused = decide(folder.path(), unnamed, None).unwrap_err();
    assert!(
        refused
            .to_string()
            .starts_with("the reviewer must be given")
    );
    let unreasoned = NewEntry {
        reason: String::new(),
        ..about(1, Decision::Confirmed)
    };
    assert!(decide(folder.path(), unreasoned, None).is_err());
}

#[test]
fn labels_of_pages_are_given_and_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    let address = PageUrl::parse("https://shop.test/item/1").unwrap();
    let with = |label| NewEntry {
        change: Change::Page {
            address: address.clone(),
            label,
        },
        ..about(1, Decision::Confirmed)
    };
    let lawful = GivenLabel {
        policy: Policy::AgeRestricted { min_age: 16 },
        category: None,
    };
    decide(folder.path(), with(Some(lawful.clone())), None).unwrap();
    let journal = Journal::read(folder.path()).unwrap();
    assert_eq!(journal.labels()[&address].0, &lawful);
    decide(folder.path(), with(None), None).unwrap();
    assert!(Journal::read(folder.path()).unwrap().labels().is_empty());
}

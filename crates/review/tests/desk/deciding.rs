//! Decisions by form: one, many, by two reviewers, and of labels.

use crate::listening::{Answered, Listening, Reviewer};
use crate::made::case;

fn journal(desk: &Listening) -> Vec<serde_json::Value> {
    let path = desk.folder.path().join("decisions.jsonl");
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// The fingerprints that a list names, in its order.
fn listed(page: &Answered) -> Vec<String> {
    let parts = page.body.split("class=\"what\" href=\"/finding/").skip(1);
    parts.map(|part| part[..16].to_owned()).collect()
}

fn decide(
    reviewer: &Reviewer<'_>,
    finding: &str,
    decision: &str,
    seen: &str,
    name: &str,
) -> Answered {
    reviewer.post(
        "/decide",
        &[
            ("fingerprint", finding),
            ("decision", decision),
            ("reason", "as <b>seen</b>"),
            ("reviewer", name),
            ("seen", seen),
        ],
    )
}

#[test]
fn a_decision_is_kept_shown_and_undone_by_another_entry() {
    let desk = Listening::to(case(12, 3));
    let reviewer = desk.enter();
    let finding = listed(&reviewer.get("/"))[0].clone();
    let kept = decide(&reviewer, &finding, "confirmed", "0", "Ada");
    assert_eq!(kept.status, 303);
    let shown = reviewer.get(kept.field("location").unwrap());
    assert!(shown.body.contains("Kept as entry 1: confirmed."));
    assert!(shown.body.contains("as &#60;b&#62;seen&#60;/b&#62;"));
    assert!(shown.body.contains("class=\"decided confirmed\""));
    assert_eq!(
        decide(&reviewer, &finding, "undone", &shown.value("seen"), "Ada").status,
        303
    );
    assert!(
        !reviewer
            .get(&format!("/finding/{finding}"))
            .body
            .contains("class=\"decided")
    );
    assert_eq!(
        decide(&reviewer, &finding, "undone", "2", "Ada").status,
        422,
        "nothing to undo"
    );
    assert_eq!(journal(&desk).len(), 2);
    let trail = reviewer.get("/decisions");
    assert!(trail.body.find("entry-2").unwrap() < trail.body.find("entry-1").unwrap());
    assert_eq!(reviewer.get("/decisions.jsonl").body.lines().count(), 2);
    assert_eq!(reviewer.get("/decisions.csv").body.lines().count(), 3);
}

#[test]
fn what_is_said_after_a_change_is_borne_out_by_the_journal() {
    let desk = Listening::to(case(3, 1));
    let reviewer = desk.enter();
    for invented in ["/?kept=1", "/?kept=0", "/?kept=5-1", "/?kept=%3Cb%3E"] {
        assert!(
            !reviewer.get(invented).body.contains("class=\"said\""),
            "{invented}"
        );
    }
}

#[test]
fn a_form_without_a_decision_a_reason_or_a_name_keeps_what_was_typed() {
    let desk = Listening::to(case(3, 1));
    let reviewer = desk.enter();
    let finding = listed(&reviewer.get("/"))[0].clone();
    let answer = reviewer.post(
        "/decide",
        &[("fingerprint", &finding), ("reason", "typed here")],
    );
    assert_eq!(answer.status, 422);
    assert!(
        answer
            .body
            .contains("choose confirmed, dismissed or unclear")
    );
    assert!(answer.body.contains(">typed here</textarea>"));
    let answer = decide(&reviewer, &finding, "confirmed", "0", "  ");
    assert_eq!(answer.status, 422);
    assert!(answer.body.contains("the reviewer must be given"));
    assert!(journal(&desk).is_empty());
    assert_eq!(
        decide(&reviewer, "0123456789abcdef", "confirmed", "0", "Ada").status,
        404
    );
}

#[test]
fn of_two_reviewers_the_second_is_told_and_loses_nothing() {
    let desk = Listening::to(case(12, 3));
    let ada = desk.enter();
    let finding = listed(&ada.get("/"))[0].clone();
    assert_eq!(decide(&ada, &finding, "confirmed", "0", "Ada").status, 303);
    let late = decide(&ada, &finding, "dismissed", "0", "Bo");
    assert_eq!(late.status, 409);
    assert!(
        late.body
            .contains("<bdi>Ada</bdi> decided meanwhile: confirmed")
    );
    assert!(
        late.body
            .contains("as &#60;b&#62;seen&#60;/b&#62;</textarea>")
    );
    assert!(late.body.contains("value=\"dismissed\" checked"));
    assert_eq!(late.value("seen"), "1");
    assert_eq!(decide(&ada, &finding, "dismissed", "1", "Bo").status, 303);
    assert_eq!(journal(&desk).len(), 2);
    // Another desk, or the command line, writes to the same journal.
    let elsewhere = ::case::NewEntry {
        at: model::Timestamp::from_millis(1),
        reviewer: "Cleo".to_owned(),
        change: model::Change::Finding {
            fingerprint: case(12, 3)
                .findings
                .iter()
                .find(|one| one.fingerprint.as_str() == finding)
                .unwrap()
                .fingerprint
                .clone(),
            decision: model::Decision::Unclear,
        },
        reason: "from outside".to_owned(),
    };
    ::case::decide(desk.folder.path(), elsewhere, None).unwrap();
    assert!(
        ada.get(&format!("/finding/{finding}"))
            .body
            .contains("from outside")
    );
    assert_eq!(decide(&ada, &finding, "confirmed", "2", "Ada").status, 409);
}

#[test]
fn findings_are_decided_at_once_as_they_were_listed_or_not_at_all() {
    let desk = Listening::to(case(120, 3));
    let reviewer = desk.enter();
    for filter in [
        "seller=seller+5",
        "choke-point=go0.test%2Fr",
        "severity=critical&search=MARKET.test%20thing",
    ] {
        let page = reviewer.get(&format!("/bulk?{filter}"));
        let meant = listed(&page);
        assert!(
            !meant.is_empty() && meant.len() < 120,
            "{filter}: {}",
            meant.len()
        );
        assert_eq!(
            listed(&reviewer.get(&format!("/?{filter}"))),
            meant[..meant.len().min(50)]
        );
    }
    let page = reviewer.get("/bulk?severity=critical&decision=not+decided");
    let meant = listed(&page);
    let (digest, seen, filter) = (
        page.value("digest"),
        page.value("seen"),
        page.value("filter").replace("&#38;", "&"),
    );
    let send = |digest: &str, seen: &str| {
        reviewer.post(
            "/bulk",
            &[
                ("filter", filter.as_str()),
                ("digest", digest),
                ("seen", seen),
                ("decision", "dismissed"),
                ("reason", "one seller"),
                ("reviewer", "Ada"),
            ],
        )
    };
    assert_eq!(
        decide(&reviewer, &meant[3], "unclear", "0", "Bo").status,
        303
    );
    let late = send(&digest, &seen);
    assert_eq!(late.status, 409, "one of them was decided meanwhile");
    assert!(late.body.contains(">one seller</textarea>"));
    assert_eq!(journal(&desk).len(), 1);
    assert_eq!(listed(&late).len(), meant.len() - 1);
    let kept = send(&late.value("digest"), &late.value("seen"));
    assert_eq!(kept.status, 303, "{}", kept.body);
    let entries = journal(&desk);
    assert_eq!(entries.len(), meant.len());
    assert!(
        entries[1..]
            .iter()
            .all(|entry| entry["decision"] == "dismissed")
    );
    let said = reviewer.get(kept.field("location").unwrap());
    assert!(said.body.contains(&format!(
        "Kept {} entries, 2 to {}: dismissed.",
        meant.len() - 1,
        meant.len()
    )));
}

#[test]
fn a_label_is_corrected_and_the_case_judged_again() {
    let desk = Listening::to(case(12, 3));
    let reviewer = desk.enter();
    let target = "https://pills1.test/order";
    let page = "/page?address=https%3A%2F%2Fpills1.test%2Forder";
    let label = |fields: &[(&str, &str)]| {
        let mut all = vec![
            ("address", target),
            ("reason", "tea"),
            ("reviewer", "Ada"),
            ("seen", "0"),
        ];
        all.extend_from_slice(fields);
        reviewer.post("/label", &all)
    };
    assert_eq!(label(&[]).status, 422);
    assert_eq!(
        label(&[("label", "age-restricted"), ("min_age", "young")]).status,
        422
    );
    assert_eq!(label(&[("label", "compliant")]).status, 303);
    assert!(reviewer.get(page).body.contains("labelled compliant"));
    assert!(
        reviewer
            .get("/")
            .body
            .contains("1 corrected label is not in this judgement yet")
    );
    assert_eq!(
        label(&[("label", "illegal")]).status,
        409,
        "it was labelled meanwhile"
    );
    let last = case(12, 3).findings[11].fingerprint.as_str().to_owned();
    assert_eq!(
        decide(&reviewer, &last, "confirmed", "0", "Ada").status,
        303
    );
    assert_eq!(reviewer.post("/judge", &[]).status, 303);
    let done = loop {
        let page = reviewer.get("/judge");
        if page.field("refresh").is_none() {
            break page;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    };
    assert!(
        done.body.contains("12 findings before, 11 now"),
        "{}",
        done.body
    );
    assert!(done.body.contains("item/11-a-thing"));
    assert!(!reviewer.get("/").body.contains("not in this judgement yet"));
    let gone = reviewer.get(&format!("/finding/{last}"));
    assert_eq!(gone.status, 404);
    assert!(
        gone.body
            .contains("is no finding of this judgement any more")
    );
    assert!(gone.body.contains("confirmed") && !gone.body.contains("action=\"/decide\""));
    assert_eq!(
        decide(&reviewer, &last, "dismissed", "9", "Ada").status,
        404
    );
    let entry = &journal(&desk)[0];
    assert_eq!(
        (&entry["about"], &entry["address"]),
        (&"page".into(), &target.into())
    );
}

#[test]
fn a_label_of_an_unknown_page_or_category_is_refused_and_what_was_typed_stays() {
    let desk = Listening::to(case(12, 3));
    let reviewer = desk.enter();
    let label = |address: &str, category: &str| {
        reviewer.post(
            "/label",
            &[
                ("address", address),
                ("label", "age-restricted"),
                ("min_age", "21"),
                ("category", category),
                ("reason", "tea"),
                ("reviewer", "Ada"),
                ("seen", "0"),
            ],
        )
    };
    let known = "https://pills1.test/order";
    let unknown = label("https://elsewhere.test/", "C2");
    assert_eq!(unknown.status, 404);
    assert!(unknown.body.contains("nothing was kept"));
    let refused = label(known, "<Z9>\u{202e}");
    assert_eq!(refused.status, 422);
    assert!(
        (refused.body).contains("“&#60;Z9&#62;‹U+202E›” is no category of the rule pack"),
        "{}",
        refused.body
    );
    assert!(refused.body.contains("value=\"age-restricted\" checked"));
    assert!(refused.body.contains("maxlength=\"2\" value=\"21\""));
    assert!(
        refused
            .body
            .contains("<option value=\"C2\">e-cigarettes &#60;b&#62;</option>")
    );
    assert!(journal(&desk).is_empty());
    assert_eq!(label(known, " c2 ").status, 303);
    assert_eq!(journal(&desk)[0]["label"]["category"], "C2");
}

#[test]
fn a_finding_that_a_form_names_twice_is_decided_once() {
    let desk = Listening::to(case(12, 3));
    let reviewer = desk.enter();
    let findings = listed(&reviewer.get("/"));
    let [one, other] = [&findings[0], &findings[1]].map(String::as_str);
    let form = [
        ("fingerprint", one),
        ("also", other),
        ("also", one),
        ("also", other),
        ("decision", "confirmed"),
        ("reason", "both"),
        ("reviewer", "Ada"),
        ("seen", "0"),
    ];
    assert_eq!(reviewer.post("/decide", &form).status, 303);
    let entries = journal(&desk);
    let kept: Vec<&str> = (entries.iter())
        .filter_map(|entry| entry["fingerprint"].as_str())
        .collect();
    assert_eq!(kept, [one, other]);
}

#[test]
fn a_name_that_nobody_could_read_is_no_name() {
    let desk = Listening::to(case(3, 1));
    let reviewer = desk.enter();
    let finding = listed(&reviewer.get("/"))[0].clone();
    for name in ["\u{200b}\u{202e}", "\u{0}", "…"] {
        let answer = decide(&reviewer, &finding, "confirmed", "0", name);
        assert_eq!(answer.status, 422, "{name:?}");
        assert!(answer.body.contains("the reviewer must be given"));
    }
    assert!(journal(&desk).is_empty());
}

#[test]
fn a_decision_that_cannot_be_written_is_told_and_stays_in_the_form() {
    let desk = Listening::to(case(3, 1));
    let reviewer = desk.enter();
    let finding = listed(&reviewer.get("/"))[0].clone();
    // The folder of the case is gone, as a medium that was taken out.
    std::fs::remove_dir_all(desk.folder.path()).unwrap();
    let answer = decide(&reviewer, &finding, "confirmed", "0", "Ada");
    assert_eq!(answer.status, 500);
    assert!(answer.body.contains("Nothing was kept: "));
    assert!(answer.body.contains("decisions.jsonl"));
    assert!((answer.body).contains("as &#60;b&#62;seen&#60;/b&#62;</textarea>"));
}

#[test]
fn a_judgement_that_fails_leaves_what_stood() {
    let desk = Listening::to(case(1, 1));
    let reviewer = desk.enter();
    assert_eq!(reviewer.post("/judge", &[]).status, 303);
    let failed = loop {
        let page = reviewer.get("/judge");
        if page.field("refresh").is_none() {
            break page;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    };
    assert!(failed.body.contains("the pack is gone"));
    assert_eq!(listed(&reviewer.get("/")).len(), 1);
}

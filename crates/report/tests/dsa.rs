//! Drafts for the Digital Services Act, and the limits that they are checked by.
#![expect(
    clippy::unwrap_used,
    reason = "a document that cannot be read fails its test"
)]

#[expect(dead_code, reason = "drafts look at the findings of the sample alone")]
mod sample;

use model::{
    Finding, GateStrength, LawReview, Policy, StatementCategory, StatementClass, StatementKeyword,
    Timestamp, VantageId,
};
use serde_json::{Value, json};
use sidedoor_report::dsa::{
    self, Cited, Complaint, Ground, Item, Notice, check_notice, check_statements, filled_notice,
    is_illegal,
};

fn review(checked: &str) -> Option<LawReview> {
    Some(LawReview {
        source: "EUR-Lex".to_owned(),
        checked: checked.to_owned(),
    })
}

fn ground() -> Ground {
    Ground {
        legal_basis: "Directive 2001/83/EC, Articles 6 and 85c".to_owned(),
        legal_review: review("J. Doe, lawyer, 2026-01-31"),
        class: Some(StatementClass {
            category: StatementCategory::UnsafeAndProhibitedProducts,
            additions: vec![StatementCategory::RiskForPublicSecurity],
            keywords: vec![
                StatementKeyword::ProhibitedProducts,
                StatementKeyword::RiskPublicHealth,
            ],
        }),
        required_gate: GateStrength::Verified,
    }
}

/// A draft in which all that only a person can say was filled in.
fn filled() -> Value {
    let market = "DE".parse().unwrap();
    let mut one = dsa::statement(&sample::found().findings[0], &ground(), &market);
    one["decision_visibility"] = json!(["DECISION_VISIBILITY_CONTENT_REMOVED"]);
    one["content_date"] = json!("2025-02-28");
    one["application_date"] = json!("2026-11-23");
    one["source_type"] = json!("SOURCE_VOLUNTARY");
    one["automated_decision"] = json!("AUTOMATED_DECISION_NOT_AUTOMATED");
    one
}

/// The fields that are complained of once `change` was made to a statement that is right.
fn wrong(change: impl FnOnce(&mut Value)) -> Vec<String> {
    let mut one = filled();
    change(&mut one);
    (check_statements(&one).into_iter())
        .map(|Complaint { field, .. }| field)
        .collect()
}

#[test]
fn a_draft_is_complete_once_a_person_has_filled_it_in() {
    assert_eq!(check_statements(&filled()), []);
    let market = "DE".parse().unwrap();
    let draft = dsa::statement(&sample::found().findings[0], &ground(), &market);
    let open: Vec<String> = check_statements(&draft)
        .into_iter()
        .map(|it| it.field)
        .collect();
    assert_eq!(
        open,
        [
            "decision_visibility",
            "content_date",
            "application_date",
            "source_type",
            "automated_decision"
        ]
    );
    assert_eq!(
        draft["category"],
        "STATEMENT_CATEGORY_UNSAFE_AND_PROHIBITED_PRODUCTS"
    );
    assert_eq!(
        draft["category_specification"][1],
        "KEYWORD_RISK_PUBLIC_HEALTH"
    );
    assert_eq!(draft["territorial_scope"], json!(["DE"]));
}

#[test]
fn every_text_has_its_limit() {
    for (field, most) in [
        ("illegal_content_legal_ground", 500),
        ("illegal_content_explanation", 2000),
        ("decision_facts", 5000),
        ("source_identity", 500),
        ("category_specification_other", 500),
        ("decision_visibility_other", 500),
        ("decision_monetary_other", 500),
        ("content_type_other", 500),
        ("incompatible_content_ground", 500),
        ("incompatible_content_explanation", 2000),
        ("puid", 500),
    ] {
        let none: [&str; 0] = [];
        assert_eq!(
            wrong(|it| it[field] = json!("e".repeat(most))),
            none,
            "{field}"
        );
        assert_eq!(wrong(|it| it[field] = json!("e".repeat(most + 1))), [field]);
    }
}

#[test]
fn every_word_is_one_of_its_list() {
    for field in [
        "decision_monetary",
        "decision_provision",
        "decision_account",
        "account_type",
        "decision_ground",
        "category",
        "source_type",
        "automated_detection",
        "automated_decision",
        "incompatible_content_illegal",
        "content_language",
        "decision_ground_reference_url",
    ] {
        let told = wrong(|it| it[field] = json!("SOMETHING_ELSE"));
        assert!(told.contains(&field.to_owned()), "{field}: {told:?}");
    }
    for field in [
        "decision_visibility",
        "content_type",
        "category_addition",
        "category_specification",
        "territorial_scope",
    ] {
        let told = wrong(|it| it[field] = json!(["SOMETHING_ELSE"]));
        assert_eq!(told, [format!("{field}[0]")]);
        assert_eq!(wrong(|it| it[field] = json!("SOMETHING_ELSE")), [field]);
    }
    assert_eq!(wrong(|it| it["of_my_own"] = json!("x")), ["of_my_own"]);
}

#[test]
fn every_word_of_the_model_is_accepted() {
    for category in StatementCategory::ALL {
        let word = format!("STATEMENT_CATEGORY_{category}");
        assert!(
            wrong(|it| it["category"] = json!(word)).is_empty(),
            "{category}"
        );
    }
    for keyword in StatementKeyword::ALL
        .iter()
        .filter(|it| it.as_str() != "OTHER")
    {
        let word = format!("KEYWORD_{keyword}");
        assert!(
            wrong(|it| it["category_specification"] = json!([word])).is_empty(),
            "{keyword}"
        );
    }
}

#[test]
fn what_was_retired_is_refused_and_said_to_be_so() {
    for word in [
        "STATEMENT_CATEGORY_PORNOGRAPHY_OR_SEXUALIZED_CONTENT",
        "STATEMENT_CATEGORY_SCOPE_OF_PLATFORM_SERVICE",
        "STATEMENT_CATEGORY_NON_CONSENSUAL_BEHAVIOUR",
        "STATEMENT_CATEGORY_UNSAFE_AND_ILLEGAL_PRODUCTS",
    ] {
        let mut one = filled();
        one["category"] = json!(word);
        let told = check_statements(&one);
        assert!(
            told.len() == 1 && told[0].wrong.contains("retired"),
            "{told:?}"
        );
    }
    for word in [
        "REGULATED_GOODS_SERVICES",
        "DANGEROUS_TOYS",
        "INSUFFICIENT_INFORMATION_TRADERS",
        "DISINFORMATION",
    ] {
        let mut one = filled();
        one["category_specification"] = json!([format!("KEYWORD_{word}")]);
        let told = check_statements(&one);
        assert!(
            told.len() == 1 && told[0].wrong.contains("retired"),
            "{told:?}"
        );
    }
}

#[test]
fn what_depends_on_another_field_is_asked_for() {
    assert_eq!(
        wrong(|it| it["decision_visibility"] = json!(["DECISION_VISIBILITY_OTHER"])),
        ["decision_visibility_other"]
    );
    assert_eq!(
        wrong(|it| it["decision_monetary"] = json!("DECISION_MONETARY_OTHER")),
        ["decision_monetary_other"]
    );
    assert_eq!(
        wrong(|it| it["content_type"] = json!(["CONTENT_TYPE_OTHER"])),
        ["content_type_other"]
    );
    assert_eq!(
        wrong(|it| it["decision_ground"] = json!("DECISION_GROUND_INCOMPATIBLE_CONTENT")),
        [
            "incompatible_content_ground",
            "incompatible_content_explanation"
        ]
    );
    assert_eq!(
        wrong(|it| it["category_specification"] = json!(["KEYWORD_OTHER"])),
        ["category_specification_other"]
    );
    assert_eq!(
        wrong(|it| it["decision_visibility"] = json!([])),
        ["decision_visibility"]
    );
    assert_eq!(
        wrong(|it| it["end_date_visibility_restriction"] = json!("2026-11-22")),
        ["end_date_visibility_restriction"]
    );
}

#[test]
fn days_ids_and_numbers_of_goods_have_their_form() {
    for day in [
        "2026-02-29",
        "1999-12-31",
        "23.11.2026",
        "2026-11-23T00:00:00Z",
        "2026-13-01",
    ] {
        assert_eq!(
            wrong(|it| it["content_date"] = json!(day)),
            ["content_date"],
            "{day}"
        );
    }
    assert_eq!(
        wrong(|it| it["application_date"] = json!("2019-12-31")),
        ["application_date"]
    );
    assert!(wrong(|it| it["content_date"] = json!("2024-02-29")).is_empty());
    assert_eq!(wrong(|it| it["puid"] = json!("a b")), ["puid"]);
    assert!(wrong(|it| it["content_id"] = json!({"EAN-13": "4006381333931"})).is_empty());
    for id in ["4006381333932", "400638133393", "400638133393x"] {
        assert_eq!(
            wrong(|it| it["content_id"] = json!({"EAN-13": id})),
            ["content_id.EAN-13"]
        );
    }
    assert_eq!(
        wrong(|it| it["content_id"] = json!({"SKU": "1"})),
        ["content_id.SKU"]
    );
}

#[test]
fn personal_data_in_the_facts_is_refused_with_its_place() {
    let mut one = filled();
    one["decision_facts"] = json!("The seller writes from jane@shop.test to buyers.");
    let told = check_statements(&one);
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].wrong, "holds an e-mail address at character 24");
}

#[test]
fn a_hundred_statements_are_taken_at_once_each_with_its_own_id() {
    let with_id = |n: usize| {
        let mut one = filled();
        one["puid"] = json!(format!("id-{n}"));
        one
    };
    let many = |count: usize| json!({"statements": (0..count).map(with_id).collect::<Vec<_>>()});
    assert_eq!(check_statements(&many(100)), []);
    assert_eq!(check_statements(&many(101))[0].field, "statements");
    let beside = json!({"statements": [with_id(1)], "puid": "id-2"});
    assert_eq!(check_statements(&beside)[0].field, "puid");
    let twice = json!({"statements": [with_id(1), with_id(1)]});
    assert_eq!(check_statements(&twice)[0].field, "statements[1].puid");
    for odd in [
        json!(null),
        json!([]),
        json!("x"),
        json!({"statements": []}),
        json!({"statements": [1]}),
    ] {
        assert!(!check_statements(&odd).is_empty(), "{odd}");
    }
}

#[test]
fn only_what_breaks_the_law_is_illegal() {
    let mut finding = sample::found().findings[0].clone();
    assert!(is_illegal(&finding, &ground()));
    finding.policy = Policy::AgeRestricted { min_age: 18 };
    finding.gate = GateStrength::SelfDeclared;
    assert!(is_illegal(&finding, &ground()));
    finding.gate = GateStrength::Verified;
    assert!(!is_illegal(&finding, &ground()));
    finding.policy = Policy::Unknown;
    assert!(!is_illegal(&finding, &ground()));
}

fn notice(ground: &Ground) -> Notice {
    let finding = &sample::found().findings[0];
    let cited = Cited::new(
        "<script>alert(1)</script>",
        (&finding.listing, VantageId::Desktop),
        (Timestamp::from_millis(0), None),
        (
            "urn:uuid:1".to_owned(),
            "evidence/00001.warc.gz".to_owned(),
            7,
        ),
    );
    Notice::draft(
        "sidedoor 0.1.0",
        "DE",
        "eu@0.1.0",
        vec![Item::of(finding, ground, vec![cited])],
        &ground.unchecked_law().into_iter().collect(),
    )
}

#[test]
fn a_notice_says_all_that_article_16_asks_for_once_it_is_filled_in() {
    let mut draft = serde_json::to_value(notice(&ground())).unwrap();
    let open: Vec<String> = check_notice(&draft)
        .into_iter()
        .map(|it| it.field)
        .collect();
    assert_eq!(open, ["notifier.name", "notifier.email", "good_faith"]);
    draft["notifier"] = json!({"name": "Jane Doe", "email": "jane@example.org"});
    draft["good_faith"] = json!("I believe in good faith that this is accurate and complete.");
    assert_eq!(check_notice(&draft), []);
    for odd in [
        "jane@",
        "@example.org",
        "jane@a.",
        "jane@a..b",
        "j e@a.b",
        "jane@a.b\nx",
        "a@b@c.d",
    ] {
        let mut changed = draft.clone();
        changed["notifier"]["email"] = json!(odd);
        assert_eq!(check_notice(&changed)[0].field, "notifier.email", "{odd:?}");
    }
    let mut half = draft.clone();
    half["good_faith"] = json!("I believe TO FILL: a statement of your own");
    assert_eq!(check_notice(&half)[0].field, "good_faith");
    for (change, field) in [
        ("/items/0/explanation", "items[0].explanation"),
        ("/items/0/legal_basis", "items[0].legal_basis"),
        (
            "/items/0/locations/0/address",
            "items[0].locations[0].address",
        ),
        ("/notifier/email", "notifier.email"),
    ] {
        let mut spoilt = draft.clone();
        *spoilt.pointer_mut(change).unwrap() = json!("");
        assert_eq!(check_notice(&spoilt)[0].field, field);
    }
    let roles: Vec<&str> = (draft["items"][0]["locations"].as_array().unwrap().iter())
        .map(|it| it["role"].as_str().unwrap())
        .collect();
    assert_eq!(roles, ["listing", "passage", "target"]);
}

#[test]
fn a_law_that_nobody_checked_is_left_to_a_person() {
    let read = Ground {
        legal_review: review("2026-01-31"),
        ..ground()
    };
    let law = read.unchecked_law().unwrap();
    assert!(
        law.ends_with("[read on 2026-01-31, not checked; source: EUR-Lex]"),
        "{law}"
    );
    let unchecked = Ground {
        legal_review: review("no"),
        ..ground()
    };
    let mut draft = serde_json::to_value(notice(&unchecked)).unwrap();
    draft["notifier"] = json!({"name": "Jane Doe", "email": "jane@example.org"});
    draft["good_faith"] = json!("I believe in good faith that this is accurate and complete.");
    let complaints = check_notice(&draft);
    assert_eq!(complaints.len(), 1);
    assert_eq!(complaints[0].field, "law_checked");
    let law = "Directive 2001/83/EC, Articles 6 and 85c [not checked; source: EUR-Lex]";
    assert!(complaints[0].remedy.contains(law), "{complaints:?}");
    draft["law_checked"] = json!("Checked by J. Doe, lawyer, on 2026-02-03.");
    assert_eq!(check_notice(&draft), []);
    let html = letter(&filled_notice(&draft).unwrap());
    assert!(html.contains("Checked by J. Doe, lawyer, on 2026-02-03."));

    let finding = &sample::found().findings[0];
    let market = "DE".parse().unwrap();
    let law = dsa::statement(finding, &unchecked, &market)["illegal_content_legal_ground"].clone();
    assert!(
        law.as_str().unwrap().starts_with("TO FILL: the law"),
        "{law}"
    );
    let law = dsa::statement(finding, &ground(), &market)["illegal_content_legal_ground"].clone();
    assert_eq!(law, "Directive 2001/83/EC, Articles 6 and 85c");
}

fn letter(notice: &Notice) -> String {
    let mut html = Vec::new();
    dsa::write_letter(notice, &mut html).unwrap();
    String::from_utf8(html).unwrap()
}

#[test]
fn a_notice_that_was_filled_in_is_printed_with_all_that_was_filled_in() {
    let mut draft = serde_json::to_value(notice(&ground())).unwrap();
    let complaints = filled_notice(&draft).unwrap_err();
    assert_eq!(
        complaints,
        check_notice(&draft),
        "nothing is printed before"
    );
    draft["notifier"] = json!({"name": "Jane <b> Doe", "email": "jane@example.org"});
    draft["good_faith"] = json!("I believe in good faith that all of it is accurate.");
    draft["items"][0]["explanation"] = json!("Medicines without a prescription.");
    let html = letter(&filled_notice(&draft).unwrap());
    for told in [
        "Jane &#60;b&#62; Doe",
        "jane@example.org",
        "all of it is accurate.",
        "Medicines without a prescription.",
        "https://pills.test/order",
    ] {
        assert!(html.contains(told), "{told}");
    }
    assert!(!html.contains("class=\"open\"") && !html.contains("TO FILL"));
}

#[test]
fn a_notice_with_a_field_of_another_name_or_without_one_is_not_printed_in_silence() {
    let mut draft = serde_json::to_value(notice(&ground())).unwrap();
    draft["notifier"] = json!({"name": "Jane Doe", "email": "jane@example.org"});
    draft["good_faith"] = json!("I believe in good faith that all of it is accurate.");
    let mut odd = draft.clone();
    odd["items"][0]["expl\u{1b}anation2"] = json!("what would be lost");
    let mut less = draft;
    less["items"][0].as_object_mut().unwrap().remove("evidence");
    for (document, told) in [(odd, "unknown field"), (less, "missing field `evidence`")] {
        let complaints = filled_notice(&document).unwrap_err();
        assert!(complaints[0].wrong.contains(told), "{complaints:?}");
        assert_eq!(complaints, check_notice(&document));
    }
}

#[test]
fn a_notice_says_what_the_listing_is_itself() {
    let mut finding = sample::found().findings[0].clone();
    let explained = |finding: &Finding| Item::of(finding, &ground(), Vec::new()).explanation;
    let market = "DE".parse().unwrap();
    let stated = |finding: &Finding| {
        let one = dsa::statement(finding, &ground(), &market);
        one["illegal_content_explanation"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    for text in [explained(&finding), stated(&finding)] {
        assert!(text.contains("looks compliant"), "{text}");
    }
    finding.listing_policy = Policy::AgeRestricted { min_age: 18 };
    for text in [explained(&finding), stated(&finding)] {
        assert!(!text.contains("compliant"), "{text}");
        assert!(
            text.contains("offers goods that are lawful from 18 years of age on"),
            "{text}"
        );
    }
}

#[test]
fn who_notifies_of_abuse_of_minors_need_not_be_named() {
    let mut ground = ground();
    ground.class.as_mut().unwrap().keywords = vec![StatementKeyword::ChildSexualAbuseMaterial];
    let draft = serde_json::to_value(notice(&ground)).unwrap();
    let open: Vec<String> = check_notice(&draft)
        .into_iter()
        .map(|it| it.field)
        .collect();
    assert_eq!(open, ["good_faith"]);
    let mut unnamed = draft;
    unnamed["good_faith"] = json!("I believe in good faith that all of it is accurate.");
    let html = letter(&filled_notice(&unnamed).unwrap());
    assert!(html.contains("Not named") && !html.contains("TO FILL"));
    unnamed.as_object_mut().unwrap().remove("notifier");
    assert!(letter(&filled_notice(&unnamed).unwrap()).contains("Not named"));
}

#[test]
fn a_letter_has_no_script_and_nothing_to_click() {
    let html = letter(&notice(&ground()));
    assert!(!html.contains("<script") && !html.contains("href") && !html.contains("<img"));
    assert!(html.contains("&#60;script&#62;"), "shown as it was written");
    assert!(html.contains("https://pills.test/order") && html.contains("urn:uuid:1"));
    assert_eq!(html.matches("class=\"open\"").count(), 3);
}

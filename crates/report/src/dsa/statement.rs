//! Statements of reasons: drafted from a finding, and checked by the rules of the transparency database.

mod value;

use model::{Finding, Market, Policy, StatementCategory, StatementKeyword};
use serde_json::{Map, Value, json};

use super::fields::{self, DECISIONS, Field, Needed};
use super::{Complaint, Ground, complaint, is_illegal, marker, personal_data, words};
use crate::walk;
use crate::wording::counted;

/// Statements that the database takes at once.
pub const MOST_AT_ONCE: usize = 100;

/// The draft of a statement of reasons for what `finding` found: the decision, its day and its source are
/// left to be filled in.
#[must_use]
pub fn statement(finding: &Finding, ground: &Ground, market: &Market) -> Value {
    let mut draft = Map::new();
    let mut put = |name: &str, value: Value| {
        draft.insert(name.to_owned(), value);
    };
    let visibility = words::VISIBILITY.join(", ");
    put(
        "decision_visibility",
        json!([marker(&format!(
            "what was decided, of: {visibility}; or take the field out and give decision_monetary, decision_provision or decision_account"
        ))]),
    );
    if is_illegal(finding, ground) {
        put("decision_ground", json!(words::ILLEGAL));
        let law = if ground.legal_basis.is_empty() {
            marker("the law that is relied on")
        } else {
            match ground.unchecked_law() {
                Some(law) => marker(&format!(
                    "the law that is relied on; the rule pack names: {law}"
                )),
                None => begun(&ground.legal_basis, 500),
            }
        };
        put("illegal_content_legal_ground", json!(law));
        put(
            "illegal_content_explanation",
            json!(begun(&explanation(finding), 2000)),
        );
    } else {
        put("decision_ground", json!(words::INCOMPATIBLE));
        put(
            "incompatible_content_ground",
            json!(marker("the clause of the terms that is relied on")),
        );
        put(
            "incompatible_content_explanation",
            json!(begun(&explanation(finding), 2000)),
        );
    }
    put("content_type", json!(["CONTENT_TYPE_PRODUCT"]));
    put_class(ground, &mut put);
    put("territorial_scope", json!(scope(market)));
    put(
        "content_date",
        json!(marker(
            "the day on which the content was posted, as 2026-01-31"
        )),
    );
    put(
        "application_date",
        json!(marker(
            "the day from which the decision holds, as 2026-01-31"
        )),
    );
    put("decision_facts", json!(begun(&facts(finding), 5000)));
    put(
        "source_type",
        json!(marker(&format!(
            "where the matter came from, of: {}",
            words::SOURCE.join(", ")
        ))),
    );
    put("automated_detection", json!("Yes"));
    put(
        "automated_decision",
        json!(marker(&format!(
            "how it was decided, of: {}",
            words::AUTOMATED.join(", ")
        ))),
    );
    put(
        "puid",
        json!(format!("sidedoor-{}", finding.fingerprint.as_str())),
    );
    Value::Object(draft)
}

fn put_class(ground: &Ground, put: &mut impl FnMut(&str, Value)) {
    let Some(class) = &ground.class else {
        put(
            "category",
            json!(marker(
                "a category: the rule pack states none for these goods"
            )),
        );
        return;
    };
    let category = |it: &StatementCategory| format!("{}{it}", StatementCategory::PREFIX);
    put("category", json!(category(&class.category)));
    if !class.additions.is_empty() {
        put(
            "category_addition",
            class.additions.iter().map(category).collect(),
        );
    }
    if !class.keywords.is_empty() {
        let keyword = |it: &StatementKeyword| format!("{}{it}", StatementKeyword::PREFIX);
        put(
            "category_specification",
            class.keywords.iter().map(keyword).collect(),
        );
    }
    if class.keywords.contains(&StatementKeyword::Other) {
        put(
            "category_specification_other",
            json!(marker("which keyword is meant by OTHER")),
        );
    }
}

/// Where the decision holds: the country whose law was applied, all of the Union's for that of the Union.
fn scope(market: &Market) -> Vec<String> {
    let code = market.as_str();
    if words::UNION.contains(&code) || words::FURTHER_AREA.contains(&code) {
        vec![code.to_owned()]
    } else if code == "EU" {
        words::UNION.iter().map(|&it| it.to_owned()).collect()
    } else {
        vec![marker(
            "countries of the European Economic Area, as two capitals",
        )]
    }
}

fn explanation(finding: &Finding) -> String {
    let goods = goods(finding);
    let why = match finding.policy {
        Policy::AgeRestricted { min_age } => format!(
            "Such goods may not be sold to persons under {min_age}, and no age gate of the strength that the \
             policy asks for stands on the way to them."
        ),
        _ => "Such goods may not be offered to consumers.".to_owned(),
    };
    format!(
        "The listing {} and leads, by a way that a shopper is not shown, to a page that offers {goods}. {why}",
        super::seems(finding)
    )
}

/// The facts, of what is known by its form alone: no word of a page is in them, because pages name people.
fn facts(finding: &Finding) -> String {
    let ways: Vec<String> = finding.witness.hops.iter().map(walk::phrase).collect();
    let address = |page: &model::PageUrl| {
        if personal_data(page.as_str()).is_empty() {
            page.to_string()
        } else {
            format!(
                "a page of {} whose address names a person",
                walk::host(page)
            )
        }
    };
    format!(
        "The listing {} leads to {}, a page that offers {}, by {}: {}. The strongest age gate on the way: \
         {}. Found by automated means by the detector {}, finding {}.",
        address(&finding.listing),
        address(&finding.target),
        goods(finding),
        counted(ways.len() as u64, "hop", "hops"),
        ways.join(", "),
        finding.gate.as_str(),
        finding.detector,
        finding.fingerprint.as_str()
    )
}

fn goods(finding: &Finding) -> String {
    match finding.category_name.is_empty() {
        true => format!("{} goods", finding.policy.as_str()),
        false => walk::category(finding),
    }
}

/// The first `most` characters.
fn begun(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}

/// What is wrong with a statement, or with several of them under `statements`, as the database takes them.
/// An empty list means that all fields are filled in and within their limits. Linear.
#[must_use]
pub fn check_statements(document: &Value) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    let Some(many) = document.get("statements") else {
        check_one("", document, &mut complaints);
        return complaints;
    };
    let Some(many) = many.as_array().filter(|many| !many.is_empty()) else {
        return vec![complaint(
            "statements",
            "holds no statement",
            "make it a list of statements",
        )];
    };
    // What stands beside the list would be lost without a word.
    let beside = document.as_object().into_iter().flat_map(Map::keys);
    for name in beside.filter(|name| *name != "statements") {
        complaints.push(complaint(
            name,
            "stands beside the statements",
            "put it into each statement, or take it out",
        ));
    }
    if many.len() > MOST_AT_ONCE {
        let wrong = format!("holds {} statements", many.len());
        complaints.push(complaint(
            "statements",
            wrong,
            format!("send at most {MOST_AT_ONCE} at once"),
        ));
    }
    let mut ids: Vec<&str> = Vec::new();
    for (at, one) in many.iter().enumerate() {
        check_one(&format!("statements[{at}]."), one, &mut complaints);
        match one["puid"].as_str() {
            Some(id) if ids.contains(&id) => complaints.push(complaint(
                &format!("statements[{at}].puid"),
                format!("`{id}` stands in an earlier statement"),
                "give each statement an id of its own",
            )),
            Some(id) => ids.push(id),
            None => {}
        }
    }
    complaints
}

fn check_one(before: &str, one: &Value, complaints: &mut Vec<Complaint>) {
    let Some(members) = one.as_object() else {
        let place = before.trim_end_matches('.');
        complaints.push(complaint(
            place,
            "is no statement",
            "make it an object with the fields of docs/reports.md",
        ));
        return;
    };
    for name in members.keys() {
        if !fields::ALL.iter().any(|field| field.name == name) {
            let wrong = "is no field of a statement of reasons";
            complaints.push(complaint(&format!("{before}{name}"), wrong, "take it out"));
        }
    }
    let has = |name: &str| one.get(name).is_some_and(|value| !is_empty(value));
    if !DECISIONS.iter().any(|name| has(name)) {
        let wrong = "none of the four decisions is there";
        let remedy = format!("give one of {}", DECISIONS.join(", "));
        complaints.push(complaint(
            &format!("{before}decision_visibility"),
            wrong,
            remedy,
        ));
    }
    for field in fields::ALL {
        let place = format!("{before}{}", field.name);
        match one.get(field.name).filter(|value| !is_empty(value)) {
            Some(value) => value::check(&place, field, value, complaints),
            None if is_needed(field, one) => {
                let remedy = format!("give it: {}", value::wanted(field.holds));
                complaints.push(complaint(&place, "is not there", remedy));
            }
            None => {}
        }
    }
    check_together(before, one, complaints);
}

/// What depends on several fields.
fn check_together(before: &str, one: &Value, complaints: &mut Vec<Complaint>) {
    let start = one["application_date"].as_str().unwrap_or_default();
    for field in fields::ALL
        .iter()
        .filter(|field| field.name.starts_with("end_date"))
    {
        let end = one[field.name].as_str().unwrap_or_default();
        // Days of this form sort as text; what has another form is complained of already.
        if !end.is_empty() && value::is_day(end) && value::is_day(start) && end < start {
            let place = format!("{before}{}", field.name);
            let wrong = format!("`{end}` lies before the application_date `{start}`");
            complaints.push(complaint(&place, wrong, "end it on that day or later"));
        }
    }
    let other = one["category_specification_other"]
        .as_str()
        .unwrap_or_default();
    if holds(&one["category_specification"], "KEYWORD_OTHER") && other.is_empty() {
        let place = format!("{before}category_specification_other");
        complaints.push(complaint(
            &place,
            "is not there",
            "say in words which keyword is meant by KEYWORD_OTHER",
        ));
    }
}

fn is_needed(field: &Field, one: &Value) -> bool {
    match field.needed {
        Needed::Always => true,
        Needed::With(name, word) => holds(&one[name], word),
        Needed::No => false,
    }
}

/// Whether a value is this word, or a list with it.
fn holds(value: &Value, word: &str) -> bool {
    match value {
        Value::Array(list) => list.iter().any(|it| it == word),
        other => other == word,
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

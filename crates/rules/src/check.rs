//! Complaints: what is doubtful in a pack that can be used.

use std::collections::BTreeMap;
use std::fmt;

use model::CategoryCode;

use crate::category::{Category, PolicyRow, Status};
use crate::lexicon::folded_word;

/// Markets that a row may name: the Union, its member states, and neighbours in the single
/// market or close to it.
const MARKETS: &[&str] = &[
    "EU", "AT", "BE", "BG", "HR", "CY", "CZ", "DK", "EE", "FI", "FR", "DE", "GR", "HU", "IE", "IT",
    "LV", "LT", "LU", "MT", "NL", "PL", "PT", "RO", "SK", "SI", "ES", "SE", "IS", "LI", "NO", "CH",
    "GB",
];

/// Something doubtful in a pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// The category it is about; `None` for the whole pack.
    pub category: Option<CategoryCode>,
    /// What is doubtful, and what to do.
    pub what: String,
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.category {
            Some(code) => write!(f, "{code}: {}", self.what),
            None => f.write_str(&self.what),
        }
    }
}

/// Every complaint, by the order of the categories.
pub(crate) fn complaints(
    categories: &[Category],
    negative: &[String],
    as_of: &str,
) -> Vec<Complaint> {
    let mut found = Vec::new();
    let negative: Vec<String> = negative.iter().map(|word| folded_word(word)).collect();
    if categories.is_empty() {
        found.push(Complaint {
            category: None,
            what: "the pack has no category".to_owned(),
        });
    }
    for category in categories {
        let mut say = |what: String| {
            found.push(Complaint {
                category: Some(category.code.clone()),
                what,
            });
        };
        of_words(category, &negative, &mut say);
        of_policy(category, as_of, &mut say);
    }
    found.extend(shared_terms(categories));
    found
}

fn of_words(category: &Category, negative: &[String], say: &mut impl FnMut(String)) {
    let terms = || category.terms.values().flatten();
    let own: Vec<String> = category
        .negative
        .iter()
        .map(|word| folded_word(word))
        .collect();
    if terms().next().is_none() && category.weak.is_empty() {
        say("it has no terms: add some, or take it out".to_owned());
    }
    for weak in &category.weak {
        if weak.context.is_empty() {
            say(format!(
                "weak terms `{}` have no context words: add some",
                weak.id
            ));
        }
    }
    for term in terms() {
        let folded = folded_word(term);
        if folded.is_ascii() && folded.len() < 3 {
            say(format!(
                "term `{term}` is too short to be strong: make it weak"
            ));
        }
        if own.contains(&folded) || negative.contains(&folded) {
            say(format!(
                "term `{term}` is a negative word too: it would cancel itself"
            ));
        }
    }
    if category.checked.trim().is_empty() {
        say("nobody is said to have checked it: fill in `checked`".to_owned());
    }
}

fn of_policy(category: &Category, as_of: &str, say: &mut impl FnMut(String)) {
    if !category
        .policy
        .iter()
        .any(|row| row.market.as_str() == "EU")
    {
        say("it has no row for market EU: other markets fall back on it".to_owned());
    }
    for (at, row) in category.policy.iter().enumerate() {
        let market = &row.market;
        if !MARKETS.contains(&market.as_str()) {
            say(format!("market {market} is not known"));
        }
        if row.to.as_deref().is_some_and(|to| to < as_of) {
            say(format!(
                "the row for {market} ended before {as_of}: renew it, or take it out"
            ));
        }
        if row
            .from
            .as_deref()
            .zip(row.to.as_deref())
            .is_some_and(|(from, to)| to < from)
        {
            say(format!("the row for {market} ends before it begins"));
        }
        if row.min_age.is_some_and(|age| !(12..=25).contains(&age)) {
            say(format!("the age for {market} is unlikely"));
        }
        if row.min_age.is_some() && row.status != Status::AgeRestricted {
            say(format!(
                "the row for {market} has an age and no age restriction"
            ));
        }
        if category.policy[..at]
            .iter()
            .any(|other| overlap(other, row))
        {
            say(format!(
                "two rows for {market} hold at one time: the first one counts"
            ));
        }
    }
}

fn overlap(one: &PolicyRow, other: &PolicyRow) -> bool {
    let starts_in_time = |first: &PolicyRow, second: &PolicyRow| {
        first
            .from
            .as_deref()
            .zip(second.to.as_deref())
            .is_none_or(|(from, to)| from <= to)
    };
    one.market == other.market && starts_in_time(one, other) && starts_in_time(other, one)
}

/// Strong terms that two categories have.
fn shared_terms(categories: &[Category]) -> Vec<Complaint> {
    let mut first: BTreeMap<String, &CategoryCode> = BTreeMap::new();
    let mut found = Vec::new();
    for category in categories {
        for term in category.terms.values().flatten() {
            let owner = *first.entry(folded_word(term)).or_insert(&category.code);
            if *owner != category.code {
                found.push(Complaint {
                    category: Some(category.code.clone()),
                    what: format!("term `{term}` is in {owner} too: keep it in one of them"),
                });
            }
        }
    }
    found
}

//! Outputs for the Digital Services Act (Regulation (EU) 2022/2065): notices under Article 16, and
//! statements of reasons under Article 17 in the form of the transparency database.
//!
//! A document is drafted from a finding and from what the policy says of its target. What only a person
//! can say (who notifies, in good faith; what was decided, and when) stands in it as a [`marker`], and
//! [`check_notice`] and [`check_statements`] complain until it is filled in.
//!
//! **Never:** a decision, a signature, or a document sent anywhere. None of this is legal advice: the
//! legal bases are those of the rule pack, which says who checked them.

mod fields;
mod letter;
mod notice;
mod personal;
mod statement;
mod words;

pub use letter::write_letter;
pub use notice::{Cited, Item, Location, Notice, Notifier, check_notice, filled_notice};
pub use personal::{Personal, PersonalKind, personal_data};
pub use statement::{MOST_AT_ONCE, check_statements, statement};

use model::{Finding, GateStrength, LawReview, Market, Policy, StatementClass, StatementKeyword};

use crate::wording;

/// What the policy says of the target of a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ground {
    /// The law, as the rule pack states it; empty where it states none.
    pub legal_basis: String,
    /// Where the rule pack took that law from, and whether anybody checked it; `None` where it does not say.
    pub legal_review: Option<LawReview>,
    /// How such goods are classed in a statement of reasons.
    pub class: Option<StatementClass>,
    /// The least age gate that the policy asks for.
    pub required_gate: GateStrength,
}

impl Ground {
    /// The law and what the rule pack says of it, where nobody checked it: a person has to before it is relied on.
    #[must_use]
    pub fn unchecked_law(&self) -> Option<String> {
        let review = self.legal_review.as_ref();
        let is_open =
            review.is_none_or(|review| !review.is_checked()) && !self.legal_basis.is_empty();
        is_open.then(|| wording::law(&self.legal_basis, review))
    }

    /// Whether the goods are suspected child sexual abuse offences, for which a notifier need not be
    /// named (Article 16(2)(c)).
    #[must_use]
    pub fn is_abuse_of_minors(&self) -> bool {
        let keyword = StatementKeyword::ChildSexualAbuseMaterial;
        (self.class.as_ref()).is_some_and(|class| class.keywords.contains(&keyword))
    }
}

/// Whether the Digital Services Act applies in a market: the Union's, that of a member state, or of another state of
/// the European Economic Area.
#[must_use]
pub fn applies_in(market: &Market) -> bool {
    let code = market.as_str();
    code == "EU" || words::UNION.contains(&code) || words::FURTHER_AREA.contains(&code)
}

/// Whether content is illegal by a finding: its target is illegal, or age-restricted with no age gate of
/// the strength that the policy asks for on the way. Anything else is no matter for a notice.
#[must_use]
pub fn is_illegal(finding: &Finding, ground: &Ground) -> bool {
    match finding.policy {
        Policy::Illegal => true,
        Policy::AgeRestricted { .. } => finding.gate < ground.required_gate,
        Policy::Compliant | Policy::Unknown => false,
    }
}

/// What the listing of a finding seems to be, after `the listing`.
fn seems(finding: &Finding) -> String {
    match finding.listing_policy {
        Policy::Compliant => "looks compliant".to_owned(),
        Policy::AgeRestricted { min_age } => {
            format!("offers goods that are lawful from {min_age} years of age on")
        }
        Policy::Illegal | Policy::Unknown => "carries no label of such goods".to_owned(),
    }
}

/// What is wrong with a document, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// Where: `statements[0].category`.
    pub field: String,
    /// What is wrong.
    pub wrong: String,
    /// What to do.
    pub remedy: String,
}

/// How a marker begins.
const TO_FILL: &str = "TO FILL: ";

/// What stands where only a person can say what belongs there.
#[must_use]
pub fn marker(what: &str) -> String {
    format!("{TO_FILL}{what}")
}

/// What a text with a marker in it asks for. A marker that somebody wrote before or behind is one still.
fn asked_by_marker(text: &str) -> Option<&str> {
    let (_, asked) = text.split_once(TO_FILL.trim_end())?;
    Some(asked.trim())
}

fn complaint(field: &str, wrong: impl Into<String>, remedy: impl Into<String>) -> Complaint {
    Complaint {
        field: field.to_owned(),
        wrong: wrong.into(),
        remedy: remedy.into(),
    }
}

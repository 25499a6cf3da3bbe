//! The fields of a statement of reasons, with their limits, as data: what
//! `app/Http/Requests/StatementStoreRequest.php` of the transparency database accepts.

use super::words;

/// When a field must be there.
#[derive(Debug, Clone, Copy)]
pub(super) enum Needed {
    /// Always.
    Always,
    /// Where another field has, or holds, this value.
    With(&'static str, &'static str),
    /// It may be left out.
    No,
}

/// What a field holds.
#[derive(Debug, Clone, Copy)]
pub(super) enum Holds {
    /// A text of at most so many characters.
    Text(usize),
    /// One of these words.
    Word(&'static [&'static str]),
    /// Some of these words.
    Words(&'static [&'static str]),
    /// A category.
    Category,
    /// Some categories.
    Categories,
    /// Some keywords.
    Keywords,
    /// Country codes of the European Economic Area.
    Countries,
    /// A language, as two capitals.
    Language,
    /// A day, not before this one.
    Day(&'static str),
    /// An http(s) address of at most so many characters.
    Address(usize),
    /// An id of at most so many characters: letters, digits, `-` and `_`.
    Id(usize),
    /// An object with an EAN-13 in it.
    Ean,
    /// A text of at most so many characters that may hold no personal data.
    Facts(usize),
}

/// A field.
#[derive(Debug, Clone, Copy)]
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) needed: Needed,
    pub(super) holds: Holds,
}

const fn field(name: &'static str, needed: Needed, holds: Holds) -> Field {
    Field {
        name,
        needed,
        holds,
    }
}

/// The four kinds of decisions, of which one at least must be there.
pub(super) const DECISIONS: [&str; 4] = [
    "decision_visibility",
    "decision_monetary",
    "decision_provision",
    "decision_account",
];

use Holds::{
    Address, Categories, Category, Countries, Day, Ean, Facts, Id, Keywords, Language, Text, Word,
    Words,
};
use Needed::{Always, No, With};

/// No application date lies before this day.
const FIRST_APPLICATION: &str = "2020-01-01";
/// No content lies before this day.
const FIRST_CONTENT: &str = "2000-01-01";

/// Every field.
pub(super) const ALL: &[Field] = &[
    field("decision_visibility", No, Words(words::VISIBILITY)),
    field(
        "decision_visibility_other",
        With("decision_visibility", "DECISION_VISIBILITY_OTHER"),
        Text(500),
    ),
    field("decision_monetary", No, Word(words::MONETARY)),
    field(
        "decision_monetary_other",
        With("decision_monetary", "DECISION_MONETARY_OTHER"),
        Text(500),
    ),
    field("decision_provision", No, Word(words::PROVISION)),
    field("decision_account", No, Word(words::ACCOUNT)),
    field("account_type", No, Word(words::ACCOUNT_TYPE)),
    field("decision_ground", Always, Word(words::GROUND)),
    field("decision_ground_reference_url", No, Address(500)),
    field(
        "illegal_content_legal_ground",
        With("decision_ground", words::ILLEGAL),
        Text(500),
    ),
    field(
        "illegal_content_explanation",
        With("decision_ground", words::ILLEGAL),
        Text(2000),
    ),
    field(
        "incompatible_content_ground",
        With("decision_ground", words::INCOMPATIBLE),
        Text(500),
    ),
    field(
        "incompatible_content_explanation",
        With("decision_ground", words::INCOMPATIBLE),
        Text(2000),
    ),
    field("incompatible_content_illegal", No, Word(words::YES_NO)),
    field("content_type", Always, Words(words::CONTENT_TYPE)),
    field(
        "content_type_other",
        With("content_type", "CONTENT_TYPE_OTHER"),
        Text(500),
    ),
    field("category", Always, Category),
    field("category_addition", No, Categories),
    field("category_specification", No, Keywords),
    field("category_specification_other", No, Text(500)),
    field("content_id", No, Ean),
    // The documentation asks for it, though the code takes a statement without.
    field("territorial_scope", Always, Countries),
    field("content_language", No, Language),
    field("content_date", Always, Day(FIRST_CONTENT)),
    field("application_date", Always, Day(FIRST_APPLICATION)),
    field("end_date_account_restriction", No, Day(FIRST_APPLICATION)),
    field("end_date_monetary_restriction", No, Day(FIRST_APPLICATION)),
    field("end_date_service_restriction", No, Day(FIRST_APPLICATION)),
    field(
        "end_date_visibility_restriction",
        No,
        Day(FIRST_APPLICATION),
    ),
    field("decision_facts", Always, Facts(5000)),
    field("source_type", Always, Word(words::SOURCE)),
    field("source_identity", No, Text(500)),
    field("automated_detection", Always, Word(words::YES_NO)),
    field("automated_decision", Always, Word(words::AUTOMATED)),
    field("puid", Always, Id(500)),
];

//! Complaints: what is doubtful in a pack that can be used.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use model::{CategoryCode, PolicyStatus};

use crate::category::{Category, PolicyRow};
use crate::everyday;
use crate::fact_rule::{Fact, Lifts};
use crate::fold::Folded;
use crate::lexicon::{Hit, Role, folded_word};
use crate::pack::RulePack;
use crate::source::PackPlace;
use crate::written::WordList;

/// Markets that a row may name: the Union, its member states, and neighbours in the single
/// market or close to it.
const MARKETS: &[&str] = &[
    "EU", "AT", "BE", "BG", "HR", "CY", "CZ", "DK", "EE", "FI", "FR", "DE", "GR", "HU", "IE", "IT",
    "LV", "LT", "LU", "MT", "NL", "PL", "PT", "RO", "SK", "SI", "ES", "SE", "IS", "LI", "NO", "CH",
    "GB",
];

/// How grave a complaint is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gravity {
    /// Worth knowing; often meant so.
    Note,
    /// Most likely a mistake.
    Warning,
}

impl Gravity {
    /// The word that lines begin with.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
        }
    }
}

/// Something doubtful in a pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// Where in the pack's files.
    pub place: PackPlace,
    /// How grave.
    pub gravity: Gravity,
    /// The category it is about; `None` for the whole pack.
    pub category: Option<CategoryCode>,
    /// What is doubtful, and what to do.
    pub what: String,
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: ", self.place, self.gravity.as_str())?;
        match &self.category {
            Some(code) => write!(f, "{code}: {}", self.what),
            None => f.write_str(&self.what),
        }
    }
}

/// Gathers the complaints about a pack.
struct Gathered<'p> {
    pack: &'p RulePack,
    found: Vec<Complaint>,
}

impl Gathered<'_> {
    /// A complaint about a category, and about a word of it.
    fn say(&mut self, gravity: Gravity, at: usize, word: Option<&str>, what: String) {
        let category = self.pack.categories().nth(at);
        self.found.push(Complaint {
            place: self.pack.place(at, word),
            gravity,
            category: category.map(|category| category.code.clone()),
            what,
        });
    }
}

/// Every complaint, by file and line. `everyday` are texts beside the built-in ones that no term
/// with one use may hold.
pub(crate) fn complaints<'t>(
    pack: &RulePack,
    everyday: impl IntoIterator<Item = &'t str>,
) -> Vec<Complaint> {
    let mut gathered = Gathered {
        pack,
        found: Vec::new(),
    };
    let categories: Vec<&Category> = pack.categories().collect();
    if categories.is_empty() {
        gathered.found.push(Complaint {
            place: pack.place(0, None),
            gravity: Gravity::Warning,
            category: None,
            what: "the pack has no category".to_owned(),
        });
    }
    let negative: Vec<String> = pack.general().negative.iter().map(folded_word).collect();
    for (at, category) in categories.iter().enumerate() {
        let mut say =
            |word: Option<&str>, what: String| gathered.say(Gravity::Warning, at, word, what);
        of_words(category, &negative, &mut say);
        of_policy(category, pack.as_of(), &mut |what| say(None, what));
        of_goods(category, &mut say);
        of_facts(category, pack, &mut say);
        of_minors(category, &categories, &mut |what| say(None, what));
        for code in &category.gives_way_to {
            if !categories.iter().any(|other| other.code.0 == *code) {
                say(None, format!("it gives way to {code}, which is not there"));
            }
        }
    }
    shared_terms(&categories, &mut gathered);
    shadowed_terms(&categories, &mut gathered);
    everyday_terms(everyday, &mut gathered);
    gathered
        .found
        .sort_by(|one, other| (&one.place, &one.what).cmp(&(&other.place, &other.what)));
    gathered.found.dedup();
    gathered.found
}

fn of_words(category: &Category, negative: &[String], say: &mut impl FnMut(Option<&str>, String)) {
    let terms = || category.terms.values().flatten();
    let own: Vec<String> = category.negative.iter().map(folded_word).collect();
    if terms().next().is_none() && category.weak.is_empty() && category.minors.is_none() {
        say(None, "it has no terms: add some, or take it out".to_owned());
    }
    for weak in &category.weak {
        if weak.context.is_empty() && !weak.measure {
            let what = format!(
                "weak terms `{}` have no context words: add some, or say that they are a `measure`",
                weak.id
            );
            say(Some(&weak.id), what);
        }
    }
    for term in terms() {
        let folded = folded_word(term);
        if folded.is_ascii() && folded.len() < 3 {
            let what = format!("term `{term}` is too short to be strong: make it weak");
            say(Some(term), what);
        }
        if own.contains(&folded) || negative.contains(&folded) {
            let what = format!("term `{term}` is a negative word too: it would cancel itself");
            say(Some(term), what);
        }
    }
    if category.checked.trim().is_empty() {
        say(
            None,
            "nobody is said to have checked it: fill in `checked`".to_owned(),
        );
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
        if row.min_age.is_some() && row.status != PolicyStatus::AgeRestricted {
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
    let same = one.market == other.market && one.goods == other.goods;
    same && starts_in_time(one, other) && starts_in_time(other, one)
}

/// Goods with a law of their own are named by strong terms of the category.
fn of_goods(category: &Category, say: &mut impl FnMut(Option<&str>, String)) {
    let strong = category.terms.values().flatten();
    let weak = category.weak.iter().flat_map(|group| &group.terms);
    let known: Vec<String> = strong.chain(weak).map(folded_word).collect();
    for (kind, terms) in &category.goods {
        for term in terms {
            if !known.contains(&folded_word(term)) {
                say(
                    Some(term),
                    format!("goods `{kind}`: `{term}` is no term of the category: add it there"),
                );
            }
        }
        let has_row = category
            .policy
            .iter()
            .any(|row| row.goods.as_deref() == Some(kind));
        if !has_row {
            say(
                None,
                format!("no row is for goods `{kind}`: add one, or take them out"),
            );
        }
    }
}

/// Rules on facts weigh something, never as much as two signals, and have what they compare with.
fn of_facts(category: &Category, pack: &RulePack, say: &mut impl FnMut(Option<&str>, String)) {
    let needed = pack.weights().needed;
    for rule in &category.facts {
        let id = &rule.id;
        let mut warn = |what: &str| say(Some(id), format!("rule `{id}` {what}"));
        if rule.weight == 0 && rule.goods.is_none() {
            warn("weighs nothing: give it a weight, or take it out");
        }
        if rule.weight >= needed && rule.lifts == Lifts::Label {
            warn("would make a label of any word by itself: give it less weight");
        }
        if rule.fact == Fact::MedicineLogoElsewhere && pack.authorities().is_empty() {
            warn("holds for every logo that leads anywhere: name `authorities`");
        }
    }
}

/// Categories that a structure speaks of exist.
fn of_minors(category: &Category, all: &[&Category], say: &mut impl FnMut(String)) {
    let Some(minors) = &category.minors else {
        return;
    };
    for code in &minors.of {
        if !all.iter().any(|other| other.code.0 == *code) {
            say(format!(
                "`minors.of` names category {code}, which is not there"
            ));
        }
    }
}

/// Strong terms that two categories have.
fn shared_terms(categories: &[&Category], gathered: &mut Gathered<'_>) {
    let mut first: BTreeMap<String, &CategoryCode> = BTreeMap::new();
    for (at, category) in categories.iter().enumerate() {
        for term in category.terms.values().flatten() {
            let owner = *first.entry(folded_word(term)).or_insert(&category.code);
            if *owner != category.code {
                let what = format!("term `{term}` is in {owner} too: keep it in one of them");
                gathered.say(Gravity::Warning, at, Some(term), what);
            }
        }
    }
}

/// Strong terms that hide terms of other categories inside them, and those that the category itself, or the
/// pack, calls innocent.
fn shadowed_terms(categories: &[&Category], gathered: &mut Gathered<'_>) {
    let pack = gathered.pack;
    let folded =
        |phrases: &WordList| -> BTreeSet<String> { phrases.iter().map(folded_word).collect() };
    let general = folded(&pack.general().innocent);
    for (at, category) in categories.iter().enumerate() {
        // What is innocent among other goods may be what this category is about.
        let own = folded(&category.innocent);
        for term in category.terms.values().flatten() {
            let word = folded_word(term);
            if own.contains(&word) || general.contains(&word) {
                let whose = if own.contains(&word) {
                    "category"
                } else {
                    "pack"
                };
                let what = format!(
                    "term `{term}` is an innocent phrase of the {whose} too, and counts all the same: take it out of one \
                     of them"
                );
                gathered.say(Gravity::Warning, at, Some(term), what);
            }
            let folded = Folded::plain(term.trim_end_matches('*'));
            for other in inner_terms(pack, &folded, at) {
                let code = &categories[other].code;
                let what = format!(
                    "term `{term}` holds a term of {code}, which is not heard where this one \
                     stands: see that {} is meant",
                    category.code
                );
                gathered.say(Gravity::Note, at, Some(term), what);
            }
        }
    }
}

/// Other categories of which a strong term lies inside a term.
fn inner_terms(pack: &RulePack, folded: &Folded<'_>, own: usize) -> Vec<usize> {
    let lexicon = pack.lexicon();
    let whole = folded.text.trim().len();
    let mut others: Vec<usize> = lexicon
        .scan_all(folded)
        .into_iter()
        .filter(|hit| hit.end - hit.start < whole)
        .flat_map(|hit| lexicon.roles(hit))
        .filter_map(|role| match role {
            Role::Strong { category, .. } if *category != own => Some(*category),
            _ => None,
        })
        .collect();
    others.sort_unstable();
    others.dedup();
    others
}

/// Terms that need no context and occur in everyday text. Those that are said to have one use make a
/// label almost alone: a warning. Others need a second signal, or a place in the head: a note.
fn everyday_terms<'t>(texts: impl IntoIterator<Item = &'t str>, gathered: &mut Gathered<'_>) {
    let lexicon = gathered.pack.lexicon();
    let mut seen: BTreeMap<(usize, usize), (bool, String)> = BTreeMap::new();
    let built_in = everyday::sentences().map(|text| -> &'t str { text });
    for text in built_in.chain(texts) {
        let folded = Folded::plain(text);
        for hit in lexicon.scan(&folded) {
            for role in lexicon.roles(hit) {
                if let Role::Strong { category, sure, .. } = role {
                    seen.entry((*category, hit.entry))
                        .or_insert_with(|| (*sure, around(&folded, hit)));
                }
            }
        }
    }
    for ((at, entry), (sure, where_seen)) in seen {
        let term = as_written(gathered.pack, at, entry);
        let (gravity, what) = if sure {
            let what = format!(
                "term `{term}` is said to have one use (`sure`), and occurs in everyday text \
                 (`{where_seen}`): put it under `everyday`, or make it weak with context"
            );
            (Gravity::Warning, what)
        } else {
            let what = format!(
                "term `{term}` has no context, and occurs in everyday text (`{where_seen}`): see \
                 that honest pages have no second signal, or make it weak with context"
            );
            (Gravity::Note, what)
        };
        gathered.say(gravity, at, Some(&term), what);
    }
}

/// A strong term of a category as the pack writes it.
fn as_written(pack: &RulePack, category: usize, entry: usize) -> String {
    let folded = pack.lexicon().text(entry);
    let written = pack.categories().nth(category).and_then(|category| {
        let mut terms = category.terms.values().flatten();
        terms.find(|term| folded_word(term) == folded)
    });
    written.unwrap_or(folded).to_owned()
}

/// A hit with the words around it.
fn around(folded: &Folded<'_>, hit: Hit) -> String {
    let text = folded.text.as_str();
    let left = text[..hit.start].char_indices().rev().nth(24);
    let right = text[hit.end..].char_indices().nth(24);
    let from = left.map_or(0, |(at, _)| at);
    let to = right.map_or(text.len(), |(at, _)| hit.end + at);
    text[from..to].replace('\n', ", ").trim().to_owned()
}

//! Structured statements: what a page's markup says of itself, on purpose.

use model::{Match, PageFacts, Place, RuleId};

use crate::category::Category;
use crate::fold::Folded;
use crate::tally::Tallies;

/// Adds the page's structured statements to the tallies.
///
/// Several categories may name one statement (`AlcoholConsideration` is said of wine and of
/// vodka). It goes to those for which the page's words speak; when they speak for none, to the
/// first in the pack.
pub(crate) fn count(facts: &PageFacts, categories: &[Category], tallies: &mut Tallies) {
    for (place, text) in statements(facts) {
        let claimed: Vec<usize> = categories
            .iter()
            .enumerate()
            .filter(|(_, category)| is_named(category, place, &text))
            .map(|(at, _)| at)
            .collect();
        let spoken: Vec<usize> = claimed
            .iter()
            .copied()
            .filter(|at| {
                tallies
                    .by_category
                    .get(at)
                    .is_some_and(|tally| !tally.matches.is_empty())
            })
            .collect();
        let chosen = if spoken.is_empty() {
            claimed.into_iter().take(1).collect()
        } else {
            spoken
        };
        for at in chosen {
            let code = categories[at].code.0.to_ascii_lowercase();
            let rule = RuleId(format!("{code}-statement"));
            let tally = tallies.by_category.entry(at).or_default();
            tally.statement = true;
            tally.keep(Match {
                rule,
                text: text.clone(),
                place,
                span: None,
                normalized: Vec::new(),
            });
        }
    }
    tallies.adult_by_markup = says_adult(facts);
    tallies.adult |= tallies.adult_by_markup;
}

/// The statements with the place that a match names: ratings are [`Place::Meta`], categories
/// [`Place::Category`], adult considerations [`Place::ProductName`].
fn statements(facts: &PageFacts) -> Vec<(Place, String)> {
    let mut all: Vec<(Place, String)> = facts
        .ratings
        .iter()
        .map(|rating| (Place::Meta, rating.clone()))
        .collect();
    for product in &facts.products {
        let considerations = product.adult_considerations.iter();
        all.extend(considerations.map(|value| (Place::ProductName, value.clone())));
        all.extend(
            product
                .category
                .iter()
                .map(|value| (Place::Category, value.clone())),
        );
    }
    all
}

fn is_named(category: &Category, place: Place, text: &str) -> bool {
    let named = &category.statements;
    match place {
        Place::Meta => named.ratings.iter().any(|wanted| is_rating(wanted, text)),
        Place::ProductName => {
            let value = text.rsplit(['/', '#']).next().unwrap_or(text).trim();
            named
                .adult_considerations
                .iter()
                .any(|wanted| wanted.eq_ignore_ascii_case(value))
        }
        _ => is_in_taxonomy(category, text),
    }
}

fn is_rating(wanted: &str, text: &str) -> bool {
    let text = text.trim().to_ascii_lowercase();
    let wanted = wanted.to_ascii_lowercase();
    match wanted.strip_suffix('*') {
        Some(beginning) => text.starts_with(beginning),
        None => text == wanted,
    }
}

/// A number is an id of the taxonomy; a path (`Mature > Erotic`) names its steps.
fn is_in_taxonomy(category: &Category, text: &str) -> bool {
    let named = &category.statements;
    if let Ok(id) = text.trim().parse::<u32>() {
        return named.taxonomy.contains(&id);
    }
    text.contains('>')
        && text.split('>').any(|step| {
            let step = Folded::plain(step).text;
            named
                .taxonomy_names
                .iter()
                .any(|name| Folded::plain(name).text == step)
        })
}

/// Whether the markup, or an age gate, says that the page is for adults.
fn says_adult(facts: &PageFacts) -> bool {
    let grown = |age: Option<u8>| age.is_some_and(|age| age >= 16);
    !facts.gates.is_empty()
        || facts
            .products
            .iter()
            .any(|product| grown(product.min_age) || product.is_family_friendly == Some(false))
}

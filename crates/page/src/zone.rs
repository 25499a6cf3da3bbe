//! Whose part of the page something stands in, by landmarks, roles, microdata and the usual words
//! in class names and ids.

use model::Zone;

use crate::outline::{Index, Outline};
use crate::tags::Attrs;

/// What the labels of an element say of the place of a text in it, besides its zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Said(u8);

impl Said {
    /// It is a breadcrumb.
    pub(crate) const BREADCRUMB: Self = Self(1);
    /// It is a variant, or a swatch of one.
    pub(crate) const VARIANT: Self = Self(2);

    /// Whether the labels say this.
    pub(crate) const fn says(self, what: Self) -> bool {
        self.0 & what.0 != 0
    }
}

/// Whose part of the page each node stands in.
pub(crate) struct Zones {
    /// The zone of every node.
    pub(crate) of: Vec<Zone>,
    /// What the labels of every element say.
    pub(crate) said: Vec<Said>,
}

/// The zone of every node. One pass, a child inherits from its parent.
pub(crate) fn zones(outline: &Outline<'_>) -> Zones {
    let mut zones = Zones {
        of: Vec::with_capacity(outline.items.len()),
        said: Vec::with_capacity(outline.items.len()),
    };
    let mut known = Known::default();
    for index in 0..outline.items.len() {
        let above = outline
            .parent(index)
            .map_or(Zone::Unknown, |parent| zones.of[parent]);
        let mut said = Said::default();
        zones
            .of
            .push(zone(outline, index, above, &mut known, &mut said));
        zones.said.push(said);
    }
    zones
}

/// What a value of an attribute was found to say.
#[derive(Debug, Clone, Copy, Default)]
struct Meaning {
    rank: u8,
    said: Said,
}

/// Slots of the table of values.
const SLOTS: usize = 256;

/// The values of a page that were looked at last, with what they say: a page uses few values on
/// many elements. A later value takes the place of an earlier one of its slot.
struct Known<'t> {
    slots: Vec<(&'t str, Meaning)>,
}

impl Default for Known<'_> {
    fn default() -> Self {
        Self {
            slots: vec![("", Meaning::default()); SLOTS],
        }
    }
}

impl<'t> Known<'t> {
    fn get(&mut self, value: &'t str) -> Meaning {
        let hash = value.bytes().take(64).fold(0_u32, |hash, byte| {
            (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
        });
        let slot = &mut self.slots[(hash ^ (hash >> 16)) as usize % SLOTS];
        if slot.0 != value {
            *slot = (value, meaning(value));
        }
        slot.1
    }
}

fn meaning(value: &str) -> Meaning {
    let mut said = Said::default();
    if contains_word(value, "breadcrumb") {
        said.0 |= Said::BREADCRUMB.0;
    }
    let variants = ["variant", "swatch", "variation"];
    if variants.iter().any(|word| contains_word(value, word)) {
        said.0 |= Said::VARIANT.0;
    }
    let rank = if value.len() < 500 { rank_of(value) } else { 0 };
    Meaning { rank, said }
}

/// Whether `label` holds `word`, which is in lower case, in whatever case.
fn contains_word(label: &str, word: &str) -> bool {
    label
        .as_bytes()
        .windows(word.len())
        .any(|window| window.eq_ignore_ascii_case(word.as_bytes()))
}

fn zone<'t>(
    outline: &Outline<'t>,
    index: Index,
    above: Zone,
    known: &mut Known<'t>,
    said: &mut Said,
) -> Zone {
    let Some(element) = outline.element(index) else {
        return above;
    };
    let own = by_words(outline, index, known, said);
    let name = element.name();
    if matches!(name, "html" | "body" | "main" | "head") {
        return above;
    }
    match (above, own) {
        // An advertisement stays one; a platform's frame is never the seller's.
        (Zone::Advertising, _) | (Zone::Chrome, None | Some(Zone::Seller | Zone::User)) => above,
        (_, Some(own)) => own,
        (Zone::Unknown, None) if is_landmark(outline, index, name) => Zone::Chrome,
        (above, None) => above,
    }
}

fn is_landmark(outline: &Outline<'_>, index: Index, name: &str) -> bool {
    let role = outline
        .attr_of(index, Attrs::ROLE, "role")
        .unwrap_or_default();
    if matches!(
        role,
        "banner" | "navigation" | "contentinfo" | "search" | "complementary" | "menubar"
    ) {
        return true;
    }
    match name {
        "nav" | "aside" => true,
        // The header of an article is part of the article.
        "header" | "footer" => !outline.lineage(index).skip(1).any(|above| {
            matches!(
                outline.name(above),
                "article" | "section" | "main" | "blockquote"
            )
        }),
        _ => false,
    }
}

fn by_words<'t>(
    outline: &Outline<'t>,
    index: Index,
    known: &mut Known<'t>,
    said: &mut Said,
) -> Option<Zone> {
    let mut found = 0;
    let mut by_property = None;
    for (name, value) in &outline.element(index)?.attrs {
        match &*name.local {
            "itemprop" if by_property.is_none() => {
                let has = |words: &[&str]| value.split_whitespace().any(|p| words.contains(&p));
                if has(&["review", "reviews", "comment", "reviewBody"]) {
                    by_property = Some(Zone::User);
                } else if has(&["description"]) && outline.name(index) != "meta" {
                    by_property = Some(Zone::Seller);
                }
            }
            "class" | "id" | "aria-label" => {
                let meaning = known.get(value);
                found = found.max(meaning.rank);
                said.0 |= meaning.said.0;
            }
            "data-testid" | "data-section" => found = found.max(known.get(value).rank),
            _ => {}
        }
    }
    if by_property.is_some() {
        return by_property;
    }
    match found {
        0 => None,
        3 => Some(Zone::Advertising),
        2 => Some(Zone::User),
        _ => Some(Zone::Seller),
    }
}

/// The highest rank of the words of a value; 0 when none says anything.
fn rank_of(value: &str) -> u8 {
    let ranks = words(value)
        .into_iter()
        .map(|word| word_zone(&word).map_or(0, rank));
    ranks.max().unwrap_or(0)
}

/// Where words disagree, an advertisement beats a user's text, and that a seller's.
fn rank(zone: Zone) -> u8 {
    match zone {
        Zone::Advertising => 3,
        Zone::User => 2,
        _ => 1,
    }
}

/// The words of a class list or an id: cut at what is no letter, and where a capital begins.
fn words(value: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_lower = false;
    for c in value.chars() {
        if !c.is_alphanumeric() || (c.is_uppercase() && was_lower) {
            words.push(String::new());
        }
        if c.is_alphanumeric() {
            words
                .last_mut()
                .into_iter()
                .for_each(|word| word.extend(c.to_lowercase()));
        }
        was_lower = c.is_lowercase();
    }
    words.retain(|word| !word.is_empty());
    words
}

fn word_zone(word: &str) -> Option<Zone> {
    match word {
        "sponsored" | "sponsor" | "advert" | "advertisement" | "advertising" | "adslot"
        | "adsense" | "promoted" | "recommend" | "recommended" | "recommendation"
        | "recommendations" | "related" | "similar" | "upsell" | "crosssell" | "viewed" | "ads"
        | "ad" => Some(Zone::Advertising),
        "review" | "reviews" | "comment" | "comments" | "question" | "questions" | "qa"
        | "qanda" | "testimonial" | "testimonials" | "feedback" | "ugc" | "discussion"
        | "replies" | "reply" => Some(Zone::User),
        "description" | "desc" | "beschreibung" | "descripcion" | "descrizione" | "opis"
        | "sellernote" | "bio" | "listingtext" | "itemdescription" | "productdescription" => {
            Some(Zone::Seller)
        }
        "seller" | "vendor" | "merchant" | "shopabout" | "storeabout" | "announcement" => {
            Some(Zone::Seller)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_cut_at_marks_and_capitals() {
        assert_eq!(
            words("itemDescription sellerNote-2"),
            ["item", "description", "seller", "note", "2"]
        );
    }
}

//! Whose part of the page something stands in, by landmarks, roles, microdata and the usual words
//! in class names and ids.

use html5ever::local_name;
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
const SLOTS: usize = 512;

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
    let bytes = value.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        let starts = |word: &str| {
            bytes
                .get(at..at + word.len())
                .is_some_and(|label| label.eq_ignore_ascii_case(word.as_bytes()))
        };
        match byte.to_ascii_lowercase() {
            b'b' if starts("breadcrumb") => said.0 |= Said::BREADCRUMB.0,
            b'v' if starts("variant") || starts("variation") => said.0 |= Said::VARIANT.0,
            b's' if starts("swatch") => said.0 |= Said::VARIANT.0,
            _ => {}
        }
    }
    let rank = if value.len() < 500 { rank_of(value) } else { 0 };
    Meaning { rank, said }
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
    let spoken = Attrs::CLASS | Attrs::ID | Attrs::ARIA_LABEL | Attrs::ITEMPROP | Attrs::DATA;
    if !outline.items[index].attrs.has(spoken) {
        return None;
    }
    let mut found = 0;
    let mut by_property = None;
    for (name, value) in &outline.element(index)?.attrs {
        match name.local {
            local_name!("class") | local_name!("id") => {
                let meaning = known.get(value);
                found = found.max(meaning.rank);
                said.0 |= meaning.said.0;
            }
            local_name!("itemprop") if by_property.is_none() => {
                let has = |words: &[&str]| value.split_whitespace().any(|p| words.contains(&p));
                if has(&["review", "reviews", "comment", "reviewBody"]) {
                    by_property = Some(Zone::User);
                } else if has(&["description"]) && outline.name(index) != "meta" {
                    by_property = Some(Zone::Seller);
                }
            }
            ref other => match &**other {
                "aria-label" => {
                    let meaning = known.get(value);
                    found = found.max(meaning.rank);
                    said.0 |= meaning.said.0;
                }
                "data-testid" | "data-section" => found = found.max(known.get(value).rank),
                _ => {}
            },
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
    let mut highest = 0;
    let mut tell = |word: &str| highest = highest.max(word_zone(word).map_or(0, rank));
    if value.is_ascii() {
        each_word(value.as_bytes(), tell);
    } else {
        words(value).iter().for_each(|word| tell(word));
    }
    highest
}

/// No word that says anything is longer.
const LONGEST: usize = 18;

/// The words of an ASCII value as [`words`] cuts them, without those that are too long to say
/// anything.
fn each_word(value: &[u8], mut tell: impl FnMut(&str)) {
    let mut word = [0; LONGEST];
    let mut length = 0;
    let mut was_lower = false;
    for &byte in value.iter().chain(b" ") {
        if !byte.is_ascii_alphanumeric() || (byte.is_ascii_uppercase() && was_lower) {
            let whole = word.get(..length).map(std::str::from_utf8);
            if let (Some(Ok(word)), true) = (whole, length > 0) {
                tell(word);
            }
            length = 0;
        }
        if byte.is_ascii_alphanumeric() {
            if let Some(place) = word.get_mut(length) {
                *place = byte.to_ascii_lowercase();
            }
            length += 1;
        }
        was_lower = byte.is_ascii_lowercase();
    }
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

    #[test]
    fn words_of_plain_values_are_cut_alike() {
        for value in [
            "itemDescription sellerNote-2",
            "",
            "-a--B",
            "XMLHttp9Request ABC",
            "abcdefghijklmnopqr x",
        ] {
            let mut told = Vec::new();
            each_word(value.as_bytes(), |word| told.push(word.to_owned()));
            assert_eq!(told, words(value), "{value}");
        }
    }

    #[test]
    fn no_word_that_says_anything_is_longer_than_the_longest() {
        assert!(word_zone("productdescription").is_some());
        assert_eq!("productdescription".len(), LONGEST);
    }
}

//! Whose part of the page something stands in, by landmarks, roles, microdata and the usual words
//! in class names and ids.

use std::collections::HashMap;

use model::Zone;

use crate::outline::{Index, Outline};

/// The zone of every node. One pass, a child inherits from its parent.
#[inline(never)]
pub(crate) fn zones(outline: &Outline<'_>) -> Vec<Zone> {
    let mut zones: Vec<Zone> = Vec::with_capacity(outline.items.len());
    let mut known = Known::default();
    for index in 0..outline.items.len() {
        let above = outline
            .parent(index)
            .map_or(Zone::Unknown, |parent| zones[parent]);
        zones.push(zone(outline, index, above, &mut known));
    }
    zones
}

/// What attribute values were found to say: a page uses few values on many elements.
type Known<'t> = HashMap<&'t str, u8>;

fn zone<'t>(outline: &Outline<'t>, index: Index, above: Zone, known: &mut Known<'t>) -> Zone {
    let Some(element) = outline.element(index) else {
        return above;
    };
    let name = element.name();
    if matches!(name, "html" | "body" | "main" | "head") {
        return above;
    }
    let own = by_words(outline, index, known);
    match (above, own) {
        // An advertisement stays one; a platform's frame is never the seller's.
        (Zone::Advertising, _) | (Zone::Chrome, None | Some(Zone::Seller | Zone::User)) => above,
        (_, Some(own)) => own,
        (Zone::Unknown, None) if is_landmark(outline, index, name) => Zone::Chrome,
        (above, None) => above,
    }
}

fn is_landmark(outline: &Outline<'_>, index: Index, name: &str) -> bool {
    let role = outline.attr(index, "role").unwrap_or_default();
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

fn by_words<'t>(outline: &Outline<'t>, index: Index, known: &mut Known<'t>) -> Option<Zone> {
    let mut found = 0;
    for (name, value) in &outline.element(index)?.attrs {
        match &*name.local {
            "itemprop" => {
                let has = |words: &[&str]| value.split_whitespace().any(|p| words.contains(&p));
                if has(&["review", "reviews", "comment", "reviewBody"]) {
                    return Some(Zone::User);
                }
                if has(&["description"]) && outline.name(index) != "meta" {
                    return Some(Zone::Seller);
                }
            }
            "class" | "id" | "aria-label" | "data-testid" | "data-section" if value.len() < 500 => {
                found = found.max(*known.entry(value).or_insert_with(|| rank_of(value)));
            }
            _ => {}
        }
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

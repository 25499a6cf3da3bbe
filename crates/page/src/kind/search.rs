//! Pages that repeat a query and list what was found.

use model::{PageUrl, Zone};

use super::Signs;
use super::shape::Shapes;
use crate::outline::{Index, Outline};
use crate::structured::Claims;
use crate::tags::{Attrs, Tag};

/// Whether the page repeats a query in a field and lists what was found, or says that it does.
///
/// Cost: the fields that have a value; where one repeats the query, the children of each node, with at
/// most 40 nodes of each.
pub(super) fn is_search(
    outline: &Outline<'_>,
    zones: &[Zone],
    address: &PageUrl,
    signs: &Signs,
    claims: &Claims,
) -> bool {
    if claims.products.len() == 1 && claims.types.iter().any(|kind| kind == "Product") {
        return false;
    }
    if claims.types.iter().any(|kind| kind == "SearchResultsPage") {
        return true;
    }
    let mut inputs = signs.inputs.iter();
    if signs.is_checkout || !inputs.any(|&at| repeats_query(outline, address, signs, at)) {
        return false;
    }
    let list = results(outline, zones);
    // A thing on offer beside the list, found by the query that is still in the field.
    let has_offer = signs.buys_at.iter().any(|at| !list.range.contains(at));
    let is_one =
        has_offer && signs.headings == 1 && (1..=super::MOST_PRICES).contains(&signs.prices);
    if signs.cards >= super::CARDS {
        return !is_one;
    }
    list.count >= 2 && !has_offer
}

/// Whether a field holds what was asked for: a value of the page's query, or, in a field that is
/// for searching, words that the path or a title repeat.
fn repeats_query(outline: &Outline<'_>, address: &PageUrl, signs: &Signs, at: Index) -> bool {
    let Some(value) = outline.attr_of(at, Attrs::VALUE, "value") else {
        return false;
    };
    let value = value.trim().to_lowercase();
    if !(2..200).contains(&value.len()) {
        return false;
    }
    let kind = outline
        .attr(at, "type")
        .unwrap_or("text")
        .to_ascii_lowercase();
    if !matches!(kind.as_str(), "search" | "text" | "") {
        return false;
    }
    let is_for_search = kind == "search" || is_in_search(outline, at);
    let is_number = value
        .chars()
        .all(|c| c.is_ascii_digit() || ".,-".contains(c));
    let asked = || {
        let mut pairs = address.as_url().query_pairs();
        pairs.any(|(_, asked)| asked.trim().to_lowercase() == value)
    };
    if (is_for_search || !is_number) && asked() {
        return true;
    }
    is_for_search && is_said(outline, address, signs, &value)
}

/// Whether the path or the main heading repeats the words of a field.
fn is_said(outline: &Outline<'_>, address: &PageUrl, signs: &Signs, value: &str) -> bool {
    let path = percent_encoding::percent_decode_str(address.as_url().path()).decode_utf8_lossy();
    let path = path.replace(['+', '-', '_'], " ").to_lowercase();
    let heading = signs
        .first_heading
        .map(|at| outline.text_below(at, 200).to_lowercase());
    path.split('/').any(|step| step == value) || heading.is_some_and(|said| said.contains(value))
}

/// Whether a field is for searching: by the role of its form, or by its name.
fn is_in_search(outline: &Outline<'_>, at: Index) -> bool {
    let name = outline
        .attr(at, "name")
        .unwrap_or_default()
        .to_ascii_lowercase();
    let by_name = matches!(
        name.as_str(),
        "q" | "s"
            | "k"
            | "query"
            | "search"
            | "keyword"
            | "keywords"
            | "kw"
            | "term"
            | "wd"
            | "text"
            | "_nkw"
            | "searchterm"
            | "search_query"
            | "suche"
            | "suchbegriff"
            | "recherche"
            | "busqueda"
            | "buscar"
            | "cerca"
            | "ricerca"
            | "szukaj"
            | "string"
            | "searchtext"
    );
    by_name
        || outline.lineage(at).skip(1).take(8).any(|above| {
            outline.attr_of(above, Attrs::ROLE, "role") == Some("search")
                || outline.name(above) == "search"
                || (outline.name(above) == "form"
                    && outline
                        .attr(above, "action")
                        .is_some_and(|action| action.to_ascii_lowercase().contains("search")))
        })
}

/// The longest list of a page.
struct Results {
    count: usize,
    range: std::ops::Range<Index>,
}

/// The parent with the most children of one shape that have a link and words each.
fn results(outline: &Outline<'_>, zones: &[Zone]) -> Results {
    let mut best = Results {
        count: 0,
        range: 0..0,
    };
    for (parent, zone) in zones.iter().enumerate() {
        if outline.element(parent).is_none() || outline.items[parent].is_unread {
            continue;
        }
        if !matches!(zone, Zone::Chrome | Zone::Advertising) {
            let count = alike(outline, parent);
            if count > best.count {
                let range = outline.below(parent);
                best = Results { count, range };
            }
        }
    }
    best
}

fn alike(outline: &Outline<'_>, parent: Index) -> usize {
    let mut shapes = Shapes::default();
    for child in outline.children(parent).take(100) {
        let words = outline.read_range(child).map_or(0, |range| range.len());
        let is_block = matches!(
            outline.name(child),
            "li" | "tr" | "div" | "article" | "section" | "dt" | "p" | "table"
        );
        let linked =
            |at: Index| outline.is(at, Tag::ANCHOR) && outline.items[at].attrs.has(Attrs::HREF);
        if !is_block || words < 8 || !outline.below(child).take(40).any(linked) {
            continue;
        }
        shapes.add(outline, child);
    }
    shapes.most()
}

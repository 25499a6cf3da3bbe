//! Articles: prose that is dated or signed.

use std::sync::LazyLock;

use regex::Regex;

use super::{PROSE, Signs};
use crate::outline::{Index, Outline};
use crate::structured::Claims;
use crate::tags::{Attrs, Tag};

/// Whether the page says of itself that it is an article.
pub(super) fn is_article(signs: &Signs, claims: &Claims) -> bool {
    let is_told = |kind: &String| {
        kind.ends_with("Article")
            || kind.ends_with("BlogPosting")
            || matches!(
                kind.as_str(),
                "Report"
                    | "Recipe"
                    | "HowTo"
                    | "Review"
                    | "DiscussionForumPosting"
                    | "SocialMediaPosting"
            )
    };
    // Several of them are the teasers of a list.
    let told = claims.types.iter().filter(|kind| is_told(kind)).count();
    let is_typed = (1..=3).contains(&told) || claims.og_type.starts_with("article");
    is_typed && (signs.linked_headings < 4 || signs.prose >= PROSE)
}

/// Whether the page has the prose of an article under one heading and is dated or signed. The
/// names and forms are looked for around the heading only: O(1) of them.
pub(super) fn is_told(outline: &Outline<'_>, claims: &Claims, signs: &Signs) -> bool {
    if signs.prose < PROSE || signs.linked_headings >= 3 || signs.headings > 2 {
        return false;
    }
    if (1..=4).contains(&signs.times) || claims.is_dated {
        return true;
    }
    // Without a main heading, the first one of the second level is the title.
    let heading = signs.first_heading.or_else(|| {
        (0..outline.items.len())
            .find(|&at| outline.is(at, Tag::HEADING) && matches!(outline.name(at), "h2" | "h3"))
    });
    let Some(heading) = heading else {
        return false;
    };
    let from = heading.saturating_sub(BEFORE);
    let until = outline.items.len().min(heading + BEHIND);
    (from..until).any(|at| is_byline(outline, at) || is_date(outline, at))
}

/// Nodes before the heading, and behind it, among which a date or a name is looked for.
const BEFORE: usize = 40;
const BEHIND: usize = 100;

fn is_byline(outline: &Outline<'_>, at: Index) -> bool {
    let item = &outline.items[at];
    let spoken = Attrs::CLASS | Attrs::ID | Attrs::ITEMPROP;
    if !item.attrs.has(spoken) && !item.tag.is(Tag::ANCHOR) {
        return false;
    }
    let says = |kind, name| outline.attr_of(at, kind, name).unwrap_or_default();
    if matches!(
        says(Attrs::ITEMPROP, "itemprop"),
        "author" | "datePublished" | "dateModified"
    ) || (item.tag.is(Tag::ANCHOR) && outline.attr(at, "rel") == Some("author"))
    {
        return true;
    }
    [says(Attrs::CLASS, "class"), says(Attrs::ID, "id")]
        .iter()
        .flat_map(|value| value.split(|c: char| !c.is_ascii_alphanumeric()))
        .filter(|word| (5..=12).contains(&word.len()))
        .any(|word| {
            let is = |name: &&str| word.eq_ignore_ascii_case(name);
            BYLINES.iter().any(is)
        })
}

/// Words of class names that mark who wrote something, or when.
const BYLINES: &[&str] = &[
    "byline",
    "dateline",
    "author",
    "autor",
    "auteur",
    "autore",
    "posted",
    "postmeta",
    "postmetadata",
    "postdate",
    "pubdate",
    "published",
    "timestamp",
];

#[expect(
    clippy::unwrap_used,
    reason = "the pattern is a constant that every test compiles"
)]
static DATE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?x) (?-u:\b) \d{1,2} [./-]\s? \d{1,2} [./-]\s? (?:19|20)\d\d (?-u:\b)
        | (?-u:\b) (?:19|20)\d\d \s? [./年-] \s? \d{1,2} \s? [./月-] \s? \d{1,2}
        | (?-u:\b) \d{1,2} \.? \s (?:de\s)? \p{L}{3,12} \.? ,? \s (?:de\s)? (?:19|20)\d\d (?-u:\b)
        | \p{L}{3,12} \.? \s \d{1,2} (?:st|nd|rd|th)? , \s (?:19|20)\d\d (?-u:\b)",
    )
    .unwrap()
});

/// Whether a text is short and has a date.
fn is_date(outline: &Outline<'_>, at: Index) -> bool {
    let text = outline.text(at).map(str::trim);
    text.is_some_and(|text| (8..80).contains(&text.len()) && has_year(text) && DATE.is_match(text))
}

/// Whether a text has the beginning of a year: a cheap test before the long one.
fn has_year(text: &str) -> bool {
    let mut pairs = text.as_bytes().windows(4);
    pairs.any(|four| {
        matches!(four, [b'1', b'9', ..] | [b'2', b'0', ..]) && four.iter().all(u8::is_ascii_digit)
    })
}

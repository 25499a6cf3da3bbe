//! Where in the source an element stands: before `<html>`, after `</body>`, in a second body.
//!
//! The tree does not tell: a parser moves such elements into the one body. So the tags of `html`,
//! `head` and `body` are looked for in the text, and those that a parser would not have taken for
//! tags (in a script, a comment, an attribute) are left out.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use model::Position;
use scraper::Node;

use crate::outline::Outline;
use crate::tags;

/// At most so many tags count; no page has a use for more.
const MAX_TAGS: usize = 64;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tag {
    Html,
    HtmlEnd,
    Head,
    HeadEnd,
    Body,
    BodyEnd,
}

const TAGS: [Tag; 6] = [
    Tag::Html,
    Tag::HtmlEnd,
    Tag::Head,
    Tag::HeadEnd,
    Tag::Body,
    Tag::BodyEnd,
];

/// The six tags in the three spellings that occur; a fixed set of needles is a vectorized scan.
#[expect(
    clippy::unwrap_used,
    reason = "the needles are constants that every test compiles"
)]
static NEEDLES: LazyLock<AhoCorasick> = LazyLock::new(|| {
    AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostFirst)
        .build([
            "<html", "</html", "<head", "</head", "<body", "</body", "<HTML", "</HTML", "<HEAD",
            "</HEAD", "<BODY", "</BODY", "<Html", "</Html", "<Head", "</Head", "<Body", "</Body",
        ])
        .unwrap()
});

/// The position of every offset of one text.
#[derive(Debug, Default)]
pub(crate) struct Positions {
    /// From which offset on which position holds, ascending; ordinary before the first.
    from: Vec<(usize, Position)>,
}

impl Positions {
    /// Reads the positions of a text. One vectorized scan of the text, and one pass over the nodes.
    pub(crate) fn of(text: &str, outline: &Outline<'_>) -> Self {
        let mut tags: Vec<(usize, Tag)> = NEEDLES
            .find_iter(text)
            .filter(|hit| {
                let after = text.as_bytes().get(hit.end());
                after.is_none_or(|byte| !byte.is_ascii_alphanumeric() && *byte != b'-')
            })
            .map(|hit| (hit.start(), TAGS[hit.pattern().as_usize() % 6]))
            .take(MAX_TAGS)
            .collect();
        drop_quoted(&mut tags, outline);
        Self {
            from: positions(&tags),
        }
    }

    /// The position at an offset. O(log tags).
    pub(crate) fn at(&self, offset: usize) -> Position {
        let next = self.from.partition_point(|&(start, _)| start <= offset);
        next.checked_sub(1)
            .map_or(Position::Ordinary, |place| self.from[place].1)
    }
}

/// Leaves out what stands in a script, in a comment or in an attribute.
fn drop_quoted(tags: &mut Vec<(usize, Tag)>, outline: &Outline<'_>) {
    let (Some(&(first, _)), Some(&(last, _))) = (tags.first(), tags.last()) else {
        return;
    };
    let mut quoted = vec![false; tags.len()];
    for item in &outline.items {
        let Some((start, end)) = item
            .place
            .filter(|&(start, end)| start <= last && end > first)
        else {
            continue;
        };
        let from = match item.node.value() {
            // A start tag quotes what is in it, not itself.
            Node::Element(_) => start + 1,
            Node::Comment(_) => start,
            Node::Text(_) if outline.is(item.parent, tags::Tag::RAW) => start,
            _ => continue,
        };
        let mut at = tags.partition_point(|&(offset, _)| offset < from);
        while tags.get(at).is_some_and(|&(offset, _)| offset < end) {
            quoted[at] = true;
            at += 1;
        }
    }
    let mut is_quoted = quoted.into_iter();
    tags.retain(|_| !is_quoted.next().unwrap_or(false));
}

/// From the tags to the stretches between them.
fn positions(tags: &[(usize, Tag)]) -> Vec<(usize, Position)> {
    let mut from = Vec::new();
    let has_html = tags.first().is_some_and(|&(_, tag)| tag == Tag::Html);
    if has_html {
        from.push((0, Position::BeforeHtml));
    }
    let (mut bodies, mut is_first_html) = (0, true);
    for (place, &(offset, tag)) in tags.iter().enumerate() {
        let position = match tag {
            Tag::Html if std::mem::take(&mut is_first_html) => Position::Ordinary,
            Tag::Html => continue,
            Tag::Head if bodies == 0 => {
                // A head that no tag ends ends at the first content, which is then no oddity.
                let next = tags.get(place + 1).map(|&(_, tag)| tag);
                match next {
                    Some(Tag::HeadEnd | Tag::Body) => Position::InHead,
                    _ => Position::Ordinary,
                }
            }
            Tag::Head => continue,
            Tag::HeadEnd if bodies == 0 => Position::Ordinary,
            Tag::HeadEnd => continue,
            Tag::Body => {
                bodies += 1;
                if bodies == 1 {
                    Position::Ordinary
                } else {
                    Position::SecondBody
                }
            }
            Tag::BodyEnd => Position::AfterBody,
            Tag::HtmlEnd => Position::AfterHtml,
        };
        from.push((offset, position));
    }
    from
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::OffsetMap;
    use crate::parse::parse;

    fn position_of_link(html: &str) -> Position {
        let parsed = parse(html);
        let map = OffsetMap::identity(html.len());
        let outline = Outline::of(&parsed, &map);
        Positions::of(html, &outline).at(html.find("<a ").unwrap())
    }

    #[test]
    fn each_odd_place_is_told() {
        let link = "<a href=x>y</a>";
        for (html, position) in [
            (format!("<p>{link}"), Position::Ordinary),
            (
                format!("<html><head><title>t</title></head><body>{link}</body></html>"),
                Position::Ordinary,
            ),
            (
                format!("{link}<html><body></body></html>"),
                Position::BeforeHtml,
            ),
            (
                format!("<html><head>{link}</head><body></body>"),
                Position::InHead,
            ),
            (format!("<html><head>{link}"), Position::Ordinary),
            (
                format!("<html><body><p></body>{link}</html>"),
                Position::AfterBody,
            ),
            (
                format!("<HTML><BODY><p></BODY></HTML>{link}"),
                Position::AfterHtml,
            ),
            (
                format!("<html><body><p><body class=x>{link}"),
                Position::SecondBody,
            ),
            (
                format!("<html><body><script>'</body></html>'</script>{link}"),
                Position::Ordinary,
            ),
            (
                format!("<html><body><!-- </body> --><p title='</body>'>{link}"),
                Position::Ordinary,
            ),
            (
                format!("<html><body><header>{link}</header>"),
                Position::Ordinary,
            ),
        ] {
            assert_eq!(position_of_link(&html), position, "{html}");
        }
    }
}

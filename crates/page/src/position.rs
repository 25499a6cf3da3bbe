//! Where in the source an element stands: before `<html>`, after `</body>`, in a second body.
//!
//! The tree does not tell: a parser moves such elements into the one body. So the parser keeps the
//! tags of `html`, `head` and `body` as they come.

use model::Position;

/// At most so many tags count; no page has a use for more.
pub(crate) const MAX_MARKS: usize = 64;

/// A tag that says where the parts of a page begin or end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mark {
    Html,
    HtmlEnd,
    Head,
    HeadEnd,
    Body,
    BodyEnd,
}

/// The position of every offset of one text.
#[derive(Debug, Default)]
pub(crate) struct Positions {
    /// From which offset on which position holds, ascending; ordinary before the first.
    from: Vec<(usize, Position)>,
}

impl Positions {
    /// The positions that the tags of a text make, which ascend.
    pub(crate) fn of(marks: &[(usize, Mark)]) -> Self {
        Self {
            from: positions(marks),
        }
    }

    /// The position at an offset. O(log tags).
    pub(crate) fn at(&self, offset: usize) -> Position {
        let next = self.from.partition_point(|&(start, _)| start <= offset);
        next.checked_sub(1)
            .map_or(Position::Ordinary, |place| self.from[place].1)
    }
}

/// From the tags to the stretches between them.
fn positions(tags: &[(usize, Mark)]) -> Vec<(usize, Position)> {
    let mut from = Vec::new();
    let has_html = tags.first().is_some_and(|&(_, tag)| tag == Mark::Html);
    if has_html {
        from.push((0, Position::BeforeHtml));
    }
    let (mut bodies, mut is_first_html) = (0, true);
    for (place, &(offset, tag)) in tags.iter().enumerate() {
        let position = match tag {
            Mark::Html if std::mem::take(&mut is_first_html) => Position::Ordinary,
            Mark::Html => continue,
            Mark::Head if bodies == 0 => {
                // A head that no tag ends ends at the first content, which is then no oddity.
                let next = tags.get(place + 1).map(|&(_, tag)| tag);
                match next {
                    Some(Mark::HeadEnd | Mark::Body) => Position::InHead,
                    _ => Position::Ordinary,
                }
            }
            Mark::Head => continue,
            Mark::HeadEnd if bodies == 0 => Position::Ordinary,
            Mark::HeadEnd => continue,
            Mark::Body => {
                bodies += 1;
                if bodies == 1 {
                    Position::Ordinary
                } else {
                    Position::SecondBody
                }
            }
            Mark::BodyEnd => Position::AfterBody,
            Mark::HtmlEnd => Position::AfterHtml,
        };
        from.push((offset, position));
    }
    from
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::parse;

    fn position_of_link(html: &str) -> Position {
        Positions::of(&parse(html).marks).at(html.find("<a ").unwrap())
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

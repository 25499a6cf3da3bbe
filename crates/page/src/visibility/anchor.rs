//! Whether an anchor is seen: by a text of its content, a picture, or what it draws itself.

use model::{Proof, Technique};

use super::drawing::{Drawing, LAZY, is_clear_pixel, is_pixel_data};
use super::structure::is_unpainted;
use super::{Judge, Seen, causes_within, chain_causes, is_blank};
use crate::css::cause::Cause;
use crate::css::view::View;
use crate::outline::{Index, is_unrendered};

/// At most so many nodes of an anchor's content are looked at.
const MAX_CONTENT: usize = 2_000;

impl Judge<'_, '_> {
    /// Whether an anchor is seen on one screen.
    pub(super) fn anchor_in(&self, view: &View, index: Index) -> Seen {
        let seen = || match self.content_in(view, index) {
            Seen::No(causes) if causes.iter().all(is_invisible) => {
                self.once_shown(index, causes, || self.in_place(view, index, Seen::Yes))
            }
            seen => self.in_place(view, index, seen),
        };
        match chain_causes(view, index) {
            Some(causes) => self.once_shown(index, causes, seen),
            None => seen(),
        }
    }

    /// Whether something in it is seen, wherever it stands. What hides the anchor with all that is in
    /// it is not asked for again.
    fn content_in(&self, view: &View, index: Index) -> Seen {
        let mut content = Content::default();
        let range = self.outline.below(index);
        let (mut at, mut visited) = (range.start, 0);
        while at < range.end && visited < MAX_CONTENT {
            visited += 1;
            let name = self.outline.name(at);
            if is_unrendered(name) {
                at = self.outline.items[at].end;
            } else if let Some(causes) = causes_within(view, at, index) {
                content.unseen(causes);
                at = self.outline.items[at].end;
            } else {
                self.take_piece(view, at, name, &mut content);
                at += 1;
            }
        }
        self.weigh(view, index, content)
    }

    /// Takes in a node of the content that nothing around it hides.
    fn take_piece(&self, view: &View, at: Index, name: &str, content: &mut Content) {
        if let Some(text) = self.outline.text(at) {
            let is_marked = text.bytes().any(|b| b.is_ascii_graphic());
            if !is_marked && text.chars().all(is_blank) {
                return;
            }
            match self.text_in(view, at) {
                Seen::Yes => content.say(text),
                Seen::Maybe(why, proofs) => content.maybe = Some((why, proofs)),
                Seen::No(causes) => content.unseen(causes),
            }
            return;
        }
        let is_picture = matches!(
            name,
            "img"
                | "svg"
                | "video"
                | "canvas"
                | "input"
                | "button"
                | "object"
                | "embed"
                | "picture"
                | "iframe"
                | "select"
                | "progress"
                | "meter"
                | "math"
                | "hr"
                | "audio"
                | "marquee"
                | "rect"
                | "circle"
                | "ellipse"
                | "path"
                | "polygon"
                | "polyline"
                | "line"
                | "image"
        );
        if !is_picture && view.drawing(at) == Drawing::Nothing {
            return;
        }
        if is_unpainted(self.outline, at) {
            let shows = format!("<{name}> with neither fill nor line");
            content.unseen(vec![Cause::markup(at, Technique::FOREIGN_CONTENT, shows)]);
        } else if name == "img" && self.is_pixel(at) {
            content.pixel = Some(at);
        } else if let Some(cause) = view.invisible(at) {
            content.unseen(vec![cause.clone()]);
        } else if name != "picture" {
            content.drawn = true;
        }
    }

    /// An image of one pixel, unless a script puts the real one in later.
    fn is_pixel(&self, image: Index) -> bool {
        let side = |name| {
            self.outline
                .attr(image, name)
                .and_then(|v| v.trim().trim_end_matches("px").parse::<f32>().ok())
        };
        let lazy = LAZY
            .iter()
            .any(|name| self.outline.attr(image, name).is_some());
        if lazy {
            return false;
        }
        let tiny = |name| side(name).is_some_and(|px| px <= 1.0);
        let source = self.outline.attr(image, "src").unwrap_or_default();
        let unsized_pixel = || {
            ["width", "height", "style", "class", "id"]
                .iter()
                .all(|name| self.outline.attr(image, name).is_none())
                && is_pixel_data(source)
        };
        (tiny("width") && (tiny("height") || side("height").is_none()))
            || (tiny("height") && side("width").is_none())
            // An address that holds no data is no picture that is told by its bytes.
            || (source.contains(',') && (unsized_pixel() || is_clear_pixel(source)))
    }

    /// What the content comes to. O(content) for an anchor that shows nothing.
    fn weigh(&self, view: &View, index: Index, content: Content) -> Seen {
        let is_drawn = content.drawn || self.draws_itself(view, index, &content);
        if is_drawn || content.has_words {
            return Seen::Yes;
        }
        if !content.text.is_empty() {
            return self.weigh_speck(index, &content.text);
        }
        if let Some((why, proofs)) = content.maybe {
            return Seen::Maybe(why, proofs);
        }
        if !content.causes.is_empty() {
            return Seen::No(content.causes);
        }
        if let Some(pixel) = content.pixel {
            let shows = "image of one pixel as the anchor's only content".to_owned();
            return Seen::No(vec![Cause::markup(pixel, Technique::PIXEL_IMAGE, shows)]);
        }
        if let Some(cause) = view.invisible(index) {
            return self.once_shown(index, vec![cause.clone()], || self.weigh_empty(index));
        }
        self.weigh_empty(index)
    }

    /// Whether the box of an anchor shows something of its own. An area does not speak for content
    /// that is hidden.
    fn draws_itself(&self, view: &View, index: Index, content: &Content) -> bool {
        let is_drawn = match view.drawing(index) {
            Drawing::Picture => true,
            Drawing::Area => content.causes.is_empty(),
            Drawing::Nothing => false,
        };
        is_drawn && view.invisible(index).is_none()
    }

    /// An anchor that shows no more than a mark.
    fn weigh_speck(&self, index: Index, text: &str) -> Seen {
        // A mark that is set as code is meant to be read, as in a list of operators.
        let mut children = self.outline.children(index);
        let is_code = children
            .any(|child| matches!(self.outline.name(child), "code" | "kbd" | "samp" | "tt"));
        if self.is_labelled(index) || is_code {
            return Seen::Yes;
        }
        let shows = format!("anchor whose only content is {:?}", text.trim());
        Seen::No(vec![Cause::markup(index, Technique::TINY_ANCHOR, shows)])
    }

    /// An anchor that shows nothing that is known here: what may still be drawn in it.
    fn weigh_empty(&self, index: Index) -> Seen {
        let outline = self.outline;
        let has_icon_child = outline.children(index).any(|child| {
            let name = outline.name(child);
            matches!(name, "i" | "span" | "em" | "b" | "use") || name.contains('-')
        });
        if has_icon_child && self.is_labelled(index) {
            return Seen::Yes;
        }
        let is_styled =
            |at: Index| outline.attr(at, "class").is_some() || outline.attr(at, "id").is_some();
        let mut first = outline.below(index).take(50);
        if self.misses_sheets && (is_styled(index) || first.clone().any(is_styled)) {
            let why = "a stylesheet that was not read may draw the empty anchor".to_owned();
            return Seen::Maybe(why, Vec::new());
        }
        if first.any(|at| outline.name(at).contains('-')) {
            let why = "a custom element may draw itself by script".to_owned();
            return Seen::Maybe(why, Vec::new());
        }
        let shows = "anchor without content".to_owned();
        Seen::No(vec![Cause::markup(index, Technique::TINY_ANCHOR, shows)])
    }

    /// Whether something else than its content names an anchor.
    fn is_labelled(&self, index: Index) -> bool {
        ["aria-label", "title"].iter().any(|name| {
            let label = self.outline.attr(index, name);
            label.is_some_and(|label| !label.trim().is_empty())
        })
    }
}

fn is_invisible(cause: &Cause) -> bool {
    cause.technique == Technique::VISIBILITY_HIDDEN
}

/// What an anchor's content shows, as far as it was looked at.
#[derive(Default)]
struct Content {
    /// The text, as long as it is a mark too small to be meant for a finger.
    text: String,
    /// Whether it is more than that.
    has_words: bool,
    /// Whether it holds a picture or a control.
    drawn: bool,
    /// An image of one pixel in it.
    pixel: Option<Index>,
    /// What may be seen, and why that is not known.
    maybe: Option<(String, Vec<Proof>)>,
    /// What hides the first piece that is not seen.
    causes: Vec<Cause>,
}

impl Content {
    /// Takes in a text that is seen.
    fn say(&mut self, text: &str) {
        if !self.has_words {
            self.has_words = !is_speck(text);
            self.text.push_str(if self.has_words { "" } else { text });
            self.has_words |= !is_speck(&self.text);
        }
    }

    /// Takes in a piece that is not seen.
    fn unseen(&mut self, causes: Vec<Cause>) {
        if self.causes.is_empty() {
            self.causes = causes;
        }
    }
}

/// A mark too small to be meant for a finger: one or two of the least punctuation marks.
fn is_speck(text: &str) -> bool {
    let marks = || text.chars().filter(|c| !is_blank(*c));
    marks().nth(2).is_none()
        && marks().all(|c| {
            matches!(
                c,
                '.' | ','
                    | '\''
                    | '`'
                    | ';'
                    | ':'
                    | '-'
                    | '_'
                    | '|'
                    | '·'
                    | '˙'
                    | '¸'
                    | '"'
                    | '’'
                    | '‘'
            )
        })
}

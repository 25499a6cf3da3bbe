//! Whether a shopper sees something, with proof.
//!
//! An anchor is seen when a piece of its content is: a text, a picture, a box that draws. What
//! hides a piece is on the anchor, on any ancestor, or on the piece itself. The answer is taken
//! over all screens: hidden on every one is hidden, hidden on some is conditional.

mod beyond;
pub(crate) mod boxes;
mod covering;
pub(crate) mod drawing;
pub(crate) mod geometry;
pub(crate) mod hints;
mod layout;
mod marks;
mod metrics;
mod openers;
mod paint;
mod places;
pub(crate) mod reveal;
mod sizes;
mod structure;
mod traits;
pub(crate) mod valid;

use std::borrow::Cow;
use std::cell::Cell;
use std::rc::Rc;

use model::{Proof, Reveal, Technique, Visibility};
use scraper::node::Element;

use crate::css::cascade::Cascade;
use crate::css::cause::{Cause, Grounds};
use crate::css::context::Context;
use crate::css::plain::Look;
use crate::css::rule_set::RuleSet;
use crate::css::values::Color;
use crate::css::view::View;
use crate::outline::{Index, Outline, is_unrendered};
use drawing::{Drawing, LAZY, is_clear_pixel, is_pixel_data};
use layout::Pushed;
use metrics::smallness;
use reveal::Reveals;

/// Judges what is seen on one page.
pub(crate) struct Judge<'e, 't> {
    /// The document.
    pub(crate) outline: &'e Outline<'t>,
    /// Its rules.
    pub(crate) rules: &'e RuleSet,
    /// What they make of it.
    pub(crate) cascade: &'e Cascade,
    /// What shows what is hidden.
    pub(crate) reveals: Reveals<'e, 't>,
    /// Whether a stylesheet is missing.
    pub(crate) misses_sheets: bool,
    /// Steps left for questions that take more than one element.
    pub(crate) effort: Cell<usize>,
}

/// Steps for one page; beyond them, only an element's own declarations and its ancestors' count.
pub(crate) const EFFORT: usize = 2_000_000;

/// The answer on one screen.
enum Seen {
    Yes,
    Maybe(String, Vec<Proof>),
    No(Vec<Cause>),
}

/// At most so many causes are told.
const MAX_CAUSES: usize = 4;

/// At most so many nodes of an anchor's content are looked at.
const MAX_CONTENT: usize = 2_000;

impl Judge<'_, '_> {
    /// Whether an anchor is seen.
    pub(crate) fn anchor(&self, index: Index) -> Visibility {
        self.over_views(index, |view| self.anchor_in(view, index))
    }

    /// Whether a box is seen, whatever is in it: a form, a frame, a control.
    pub(crate) fn element(&self, index: Index) -> Visibility {
        self.over_views(index, |view| {
            match (chain_causes(view, index), view.invisible(index)) {
                (Some(causes), _) => Seen::No(causes),
                (None, Some(cause)) => Seen::No(vec![cause.clone()]),
                (None, None) => self.in_place(view, index, Seen::Yes),
            }
        })
    }

    /// Whether a text node is seen.
    pub(crate) fn text(&self, index: Index) -> Visibility {
        self.over_views(index, |view| match chain_causes(view, index) {
            Some(causes) => Seen::No(causes),
            None => self.text_in(view, index),
        })
    }

    /// Whether a box is out of sight on every screen, without asking for reveals.
    pub(crate) fn is_boxed_out(&self, index: Index) -> bool {
        self.sure_views()
            .all(|view| view.is_hidden(index) || view.invisible(index).is_some())
    }

    fn sure_views(&self) -> impl Iterator<Item = &View> {
        self.cascade
            .views
            .iter()
            .filter(|view| !view.with_uncertain)
    }

    /// What rules may ask of an element.
    fn look(&self, index: Index, element: &Element) -> Cow<'_, Look> {
        match self.cascade.look(index) {
            Some(look) => Cow::Borrowed(look),
            None => {
                let tree = self.rules.tree(self.outline, index);
                Cow::Owned(Look::of(element, tree, &self.rules.words))
            }
        }
    }

    /// Puts a cause into words.
    fn proof(&self, cause: &Cause) -> Proof {
        cause.proof(self.outline, self.rules)
    }

    fn proofs(&self, causes: &[Cause]) -> Vec<Proof> {
        let most = MAX_CAUSES * 2;
        causes
            .iter()
            .take(most)
            .map(|cause| self.proof(cause))
            .collect()
    }

    /// Whether a node comes out on a view as on the one before it.
    fn is_like_before(&self, view: usize, index: Index) -> bool {
        let views = &self.cascade.views;
        let is_in_place = |view: &View| {
            view.page.are_apart() && !view.context(index).in_cut && !view.with_uncertain
        };
        self.cascade.is_like_before(view, self.outline, index)
            && is_in_place(&views[view])
            && is_in_place(&views[view - 1])
    }

    fn over_views(&self, index: Index, seen_in: impl Fn(&View) -> Seen) -> Visibility {
        let (mut causes, mut hidden, mut maybe) = (Vec::<Cause>::new(), 0, None);
        let mut all = 0;
        for (at, view) in self.cascade.views.iter().enumerate() {
            if view.with_uncertain || self.is_like_before(at, index) {
                continue;
            }
            all += 1;
            match seen_in(view) {
                Seen::Yes => {}
                Seen::Maybe(why, proofs) => maybe = maybe.or(Some((why, proofs))),
                Seen::No(found) => {
                    hidden += 1;
                    for cause in found {
                        if !causes.iter().any(|known| known.is(&cause)) {
                            causes.push(cause);
                        }
                    }
                }
            }
        }
        let uncertain = self.cascade.views.iter().find(|view| view.with_uncertain);
        match uncertain.map(&seen_in) {
            Some(Seen::No(found)) if hidden < all => {
                let why = "a container query, which takes layout, decides whether it is hidden";
                return Visibility::Unknown(why.to_owned(), self.proofs(&found));
            }
            Some(Seen::Yes) if hidden == all => {
                let why = "a container query, which takes layout, decides whether it is shown";
                return Visibility::Unknown(why.to_owned(), self.proofs(&causes));
            }
            _ => {}
        }
        if hidden == all {
            return self.hidden(index, causes);
        }
        if hidden > 0 {
            let mut proofs = self.proofs(&causes);
            proofs.push(Proof {
                technique: Technique::CONDITIONAL_CSS,
                shows: "hidden on some screens only".to_owned(),
                span: None,
            });
            return Visibility::Conditional(Reveal::Breakpoint, proofs);
        }
        match maybe {
            Some((why, proofs)) => Visibility::Unknown(why, proofs),
            None if self.cascade.is_unmatched(self.outline, index) => Visibility::Unknown(
                "the page has more style rules than are matched".to_owned(),
                Vec::new(),
            ),
            None if self.misses_sheets => Visibility::Unknown(
                "a stylesheet that the page names was not read".to_owned(),
                Vec::new(),
            ),
            None => Visibility::Visible,
        }
    }

    /// Puts in what more than one element decides: what cuts it off, and what covers it.
    fn in_place(&self, view: &View, index: Index, seen: Seen) -> Seen {
        if !matches!(seen, Seen::Yes) {
            return seen;
        }
        if let Some(cause) = self.collapsed_column(view, index) {
            return Seen::No(vec![cause]);
        }
        let has_edges = view.page.has_far || view.context(index).in_cut;
        if has_edges || view.page.has_beyond {
            let pushed = has_edges.then(|| self.pushed_out(view, index)).flatten();
            match pushed.or_else(|| self.beyond(view, index)) {
                Some(Pushed::Out(cause)) => return Seen::No(vec![cause]),
                Some(Pushed::Maybe(cause, why)) => {
                    if self.reveals.of(self, &cause, index).is_some() {
                        return Seen::No(vec![cause]);
                    }
                    return Seen::Maybe(why.to_owned(), vec![self.proof(&cause)]);
                }
                None => {}
            }
        }
        if (view.page.has_sunk || !view.page.covers.is_empty())
            && let Some(cause) = self.covered(view, index)
        {
            return Seen::No(vec![cause]);
        }
        seen
    }

    fn hidden(&self, index: Index, causes: Vec<Cause>) -> Visibility {
        let mut told: Vec<(Cause, Proof)> = Vec::with_capacity(causes.len());
        for cause in causes {
            let proof = self.proof(&cause);
            let is_new = told
                .iter()
                .all(|(_, known)| known.technique != proof.technique || known.shows != proof.shows);
            if is_new {
                told.push((cause, proof));
            }
        }
        let mut reveal = None;
        for (cause, _) in &told {
            match self.reveals.of(self, cause, index) {
                Some(found) => reveal = reveal.or(Some(found)),
                None => return self.without_reveal(told),
            }
        }
        let reveal = reveal.unwrap_or(Reveal::Control);
        let mut proofs = first_proofs(told);
        if reveal == Reveal::State {
            proofs.push(Proof {
                technique: Technique::STATE_CSS,
                shows: "a state of the page shows it".to_owned(),
                span: None,
            });
        }
        Visibility::Conditional(reveal, proofs)
    }

    /// Hidden, unless a script that was not read may well show it.
    fn without_reveal(&self, told: Vec<(Cause, Proof)>) -> Visibility {
        let is_scripted = told
            .iter()
            .any(|(cause, _)| self.reveals.may_be_scripted(cause));
        let is_late = told.iter().any(|(cause, _)| cause.is_late);
        let mut proofs = first_proofs(told);
        if is_scripted {
            let why = "a script that was not read may show this part of the interface";
            return Visibility::Unknown(why.to_owned(), proofs);
        }
        if is_late {
            proofs.push(Proof {
                technique: Technique::STATE_CSS,
                shows: "shown only after a minute or more".to_owned(),
                span: None,
            });
        }
        Visibility::Hidden(proofs)
    }

    fn text_in(&self, view: &View, node: Index) -> Seen {
        let context = view.context(node);
        if let Some(cause) = view.invisible(node) {
            return Seen::No(vec![cause.clone()]);
        }
        let at_its_element = |grounds| view.at_its_element(self.outline, node, grounds);
        if let Some(grounds) = text_cause(context) {
            return Seen::No(vec![at_its_element(grounds)]);
        }
        let doubted = || match &context.doubt {
            Some(doubt) => {
                let at = view.doubted_at(self.outline, node, doubt);
                let proof = Proof {
                    technique: doubt.technique,
                    shows: format!("<{}>", self.outline.name(at)),
                    span: self.outline.span(at),
                };
                Seen::Maybe(doubt.why.to_owned(), vec![proof])
            }
            None => Seen::Yes,
        };
        let (Some(grounds), Some(color)) = (&context.color_cause, vanished(context)) else {
            return doubted();
        };
        let cause = at_its_element(grounds);
        let proofs = vec![self.proof(&cause)];
        if context.backdrop.picture && color.a > 0.05 {
            return Seen::Maybe("what is behind the text is a picture".to_owned(), proofs);
        }
        if color.a > 0.05 {
            match self.stands_on_layer(view, node) {
                Some(Some(ground)) if !color.vanishes_on(ground) => return doubted(),
                Some(None) => {
                    let why = "what lies behind the text is a picture, or a layer of its own";
                    return Seen::Maybe(why.to_owned(), proofs);
                }
                _ => {}
            }
            if self.misses_sheets {
                let why = "a stylesheet that was not read may color what is behind the text";
                return Seen::Maybe(why.to_owned(), proofs);
            }
        }
        Seen::No(vec![cause])
    }

    fn anchor_in(&self, view: &View, index: Index) -> Seen {
        let seen = self.content_in(view, index);
        self.in_place(view, index, seen)
    }

    fn content_in(&self, view: &View, index: Index) -> Seen {
        if let Some(causes) = chain_causes(view, index) {
            return Seen::No(causes);
        }
        let mut content = Content::default();
        let range = self.outline.below(index);
        let (mut at, mut visited) = (range.start, 0);
        while at < range.end && visited < MAX_CONTENT {
            visited += 1;
            let name = self.outline.name(at);
            if is_unrendered(name) {
                at = self.outline.items[at].end;
            } else if let Some(causes) = chain_causes(view, at) {
                content.unseen(causes);
                at = self.outline.items[at].end;
            } else {
                self.take_piece(view, at, name, &mut content);
                at += 1;
            }
        }
        self.weigh(view, index, content)
    }

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
        if let Some(cause) = view.invisible(at) {
            content.unseen(vec![cause.clone()]);
        } else if name == "img" && self.is_pixel(at) {
            content.pixel = Some(at);
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

    fn weigh(&self, view: &View, index: Index, content: Content) -> Seen {
        let is_unread = !content.causes.is_empty();
        let own_drawing = view.invisible(index).is_none()
            && match view.drawing(index) {
                Drawing::Picture => true,
                Drawing::Area => !is_unread,
                Drawing::Nothing => false,
            };
        if content.drawn || own_drawing {
            return Seen::Yes;
        }
        let labelled = ["aria-label", "title"].iter().any(|name| {
            self.outline
                .attr(index, name)
                .is_some_and(|label| !label.trim().is_empty())
        });
        if content.has_words {
            return Seen::Yes;
        }
        if !content.text.is_empty() {
            // A mark that is set as code is meant to be read, as in a list of operators.
            let mut children = self.outline.children(index);
            let is_code = children
                .any(|child| matches!(self.outline.name(child), "code" | "kbd" | "samp" | "tt"));
            if !labelled && !is_code {
                let shows = format!("anchor whose only content is {:?}", content.text.trim());
                return Seen::No(vec![Cause::markup(index, Technique::TINY_ANCHOR, shows)]);
            }
            return Seen::Yes;
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
            return Seen::No(vec![cause.clone()]);
        }
        let has_icon_child = self.outline.children(index).any(|child| {
            matches!(self.outline.name(child), "i" | "span" | "em" | "b" | "use")
                || self.outline.name(child).contains('-')
        });
        if labelled && has_icon_child {
            return Seen::Yes;
        }
        let styled = |at: Index| {
            self.outline.attr(at, "class").is_some() || self.outline.attr(at, "id").is_some()
        };
        let may_be_drawn = styled(index) || self.outline.below(index).take(50).any(styled);
        if self.misses_sheets && may_be_drawn {
            let why = "a stylesheet that was not read may draw the empty anchor".to_owned();
            return Seen::Maybe(why, Vec::new());
        }
        let custom_element = self
            .outline
            .below(index)
            .take(50)
            .any(|at| self.outline.name(at).contains('-'));
        if custom_element {
            return Seen::Maybe(
                "a custom element may draw itself by script".to_owned(),
                Vec::new(),
            );
        }
        Seen::No(vec![Cause::markup(
            index,
            Technique::TINY_ANCHOR,
            "anchor without content".to_owned(),
        )])
    }
}

/// What hides a text by itself, its color and its visibility apart.
fn text_cause(context: &Context) -> Option<&Rc<Grounds>> {
    let causes = [
        smallness(context),
        context.indent_cause.as_ref(),
        context.line_cause.as_ref(),
    ];
    causes.into_iter().flatten().next()
}

/// The color of a text that cannot be told from what is behind it.
fn vanished(context: &Context) -> Option<Color> {
    if context.is_shadowed {
        return None;
    }
    let color = context.fill.or(context.color)?;
    let vanishes = context.vanishes.get().unwrap_or_else(|| {
        let vanishes = color.vanishes_on(context.backdrop.color);
        context.vanishes.set(Some(vanishes));
        vanishes
    });
    vanishes.then_some(color)
}

/// Whether text in this context is seen, as far as its own declarations tell.
pub(crate) fn text_is_seen(context: &Context) -> bool {
    text_cause(context).is_none()
        && (vanished(context).is_none()
            || context.backdrop.picture
            || context.color_cause.is_none())
}

#[derive(Default)]
struct Content {
    /// The text, as long as it is a mark too small to be meant for a finger.
    text: String,
    /// Whether it is more than that.
    has_words: bool,
    drawn: bool,
    pixel: Option<Index>,
    maybe: Option<(String, Vec<Proof>)>,
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

    fn unseen(&mut self, causes: Vec<Cause>) {
        if self.causes.is_empty() {
            self.causes = causes;
        }
    }
}

/// The first proofs of some causes.
fn first_proofs(told: Vec<(Cause, Proof)>) -> Vec<Proof> {
    let proofs = told.into_iter().map(|(_, proof)| proof);
    proofs.take(MAX_CAUSES * 2).collect()
}

fn chain_causes(view: &View, index: Index) -> Option<Vec<Cause>> {
    view.is_hidden(index)
        .then(|| view.causes(index).take(MAX_CAUSES).cloned().collect())
}

/// Characters that leave no mark: white space, zero-width characters, fillers.
pub(crate) fn is_blank(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(
            c,
            '\u{00AD}' | '\u{034F}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
                | '\u{180B}'..='\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
                | '\u{2060}'..='\u{206F}' | '\u{2800}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}'
                | '\u{FEFF}' | '\u{FFA0}' | '\u{E0000}'..='\u{E0FFF}'
        )
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

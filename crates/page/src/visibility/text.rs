//! Whether a text is seen where it stands: its size, its place in the line, and its color.

use std::rc::Rc;

use model::Proof;

use super::effort::SPENT;
use super::metrics::smallness;
use super::{Judge, Seen};
use crate::css::cause::Grounds;
use crate::css::context::Context;
use crate::css::values::Color;
use crate::css::view::View;
use crate::outline::Index;

impl Judge<'_, '_> {
    /// Whether a text node is seen on one screen, once nothing around it hides it.
    pub(super) fn text_in(&self, view: &View, node: Index) -> Seen {
        let shown = || self.shown_text_in(view, node);
        match view.invisible(node) {
            Some(cause) => self.once_shown(node, vec![cause.clone()], shown),
            None => shown(),
        }
    }

    fn shown_text_in(&self, view: &View, node: Index) -> Seen {
        let context = view.context(node);
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
            if self.effort.is_spent() {
                return Seen::Maybe(SPENT.to_owned(), proofs);
            }
            if self.misses_sheets {
                let why = "a stylesheet that was not read may color what is behind the text";
                return Seen::Maybe(why.to_owned(), proofs);
            }
        }
        Seen::No(vec![cause])
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
pub(super) fn text_is_seen(context: &Context) -> bool {
    text_cause(context).is_none()
        && (vanished(context).is_none()
            || context.backdrop.picture
            || context.color_cause.is_none())
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

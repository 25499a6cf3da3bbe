//! Whether a shopper sees something, with proof.
//!
//! An anchor is seen when a piece of its content is: a text, a picture, a box that draws. What
//! hides a piece is on the anchor, on any ancestor, or on the piece itself. The answer is taken
//! over all screens: hidden on every one is hidden, hidden on some is conditional.

mod anchor;
mod before;
mod beyond;
mod boxes;
mod cells;
mod controls;
mod covering;
mod covers;
pub(crate) mod drawing;
pub(crate) mod effort;
pub(crate) mod element;
pub(crate) mod geometry;
pub(crate) mod hints;
mod layout;
mod marks;
mod metrics;
mod openers;
pub(crate) mod outcome;
mod over;
mod paint;
mod places;
pub(crate) mod reach;
pub(crate) mod reveal;
mod sizes;
mod structure;
mod text;
pub(crate) mod traits;
pub(crate) mod valid;

use std::borrow::Cow;

use model::{Proof, Reveal, Technique, Visibility};
use scraper::node::Element;

use crate::css::cascade::Cascade;
use crate::css::cause::Cause;
use crate::css::plain::Look;
use crate::css::rule_set::RuleSet;
use crate::css::view::View;
use crate::outline::{Index, Outline};
use effort::{Effort, SPENT};
use layout::Pushed;
use reveal::Reveals;
pub(crate) use text::is_blank;

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
    /// Steps for questions that take more than one element; see [`Effort`].
    pub(crate) effort: Effort,
}

/// The answer on one screen.
enum Seen {
    Yes,
    Maybe(String, Vec<Proof>),
    No(Vec<Cause>),
}

/// Children of more than so many are not put in the order in which they are drawn.
const MAX_REDRAWN: usize = 64;

/// At most so many causes are told.
const MAX_CAUSES: usize = 4;

impl Judge<'_, '_> {
    /// Whether an anchor is seen.
    pub(crate) fn anchor(&self, index: Index) -> Visibility {
        self.over_views(index, |view| self.anchor_in(view, index))
    }

    /// Whether a box is seen, whatever is in it: a form, a frame, a control.
    pub(crate) fn element(&self, index: Index) -> Visibility {
        self.over_views(index, |view| {
            let seen = || match view.invisible(index) {
                Some(cause) => Seen::No(vec![cause.clone()]),
                None => self.in_place(view, index, Seen::Yes),
            };
            match chain_causes(view, index) {
                Some(causes) => self.once_shown(index, causes, seen),
                None => seen(),
            }
        })
    }

    /// Whether a text node is seen.
    pub(crate) fn text(&self, index: Index) -> Visibility {
        self.over_views(index, |view| {
            let seen = || self.text_in(view, index);
            match chain_causes(view, index) {
                Some(causes) => self.once_shown(index, causes, seen),
                None => seen(),
            }
        })
    }

    /// Whether a box is out of sight on every screen, without asking for reveals.
    pub(crate) fn is_boxed_out(&self, index: Index) -> bool {
        self.sure_views()
            .all(|view| view.is_hidden(index) || view.invisible(index).is_some())
    }

    /// Whether the letters of a text node are drawn from the right to the left, whatever they are, on some screen.
    pub(crate) fn is_turned(&self, index: Index) -> bool {
        self.sure_views().any(|view| view.context(index).is_turned)
    }

    /// The children of an element in the order in which they are drawn on the first screen, where that is not the
    /// order in which they are written. O(children).
    pub(crate) fn redrawn(&self, index: Index) -> Option<Vec<Index>> {
        let view = self.sure_views().next()?;
        let flow = |at| view.context(at).flow;
        let children: Vec<Index> = self.outline.children(index).take(MAX_REDRAWN).collect();
        if !(2..MAX_REDRAWN).contains(&children.len()) {
            return None;
        }
        let mut drawn = children.clone();
        if children.iter().all(|&at| flow(at).floats_right) {
            drawn.reverse();
        } else {
            drawn.sort_by_key(|&at| flow(at).order);
            if flow(index).is_reversed {
                drawn.reverse();
            }
        }
        (drawn != children).then_some(drawn)
    }

    /// Whether some box of the page is drawn elsewhere than behind the one before it. O(styles of the page).
    pub(crate) fn has_redrawn(&self) -> bool {
        self.sure_views()
            .next()
            .is_some_and(|view| view.pool.has_flow())
    }

    /// The screens on which it is known which rules hold.
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

    /// Puts the first of some causes into words.
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
        let is_in_place = |view: &View| view.is_apart(index) && !view.with_uncertain;
        self.cascade.is_like_before(view, self.outline, index)
            && is_in_place(&views[view])
            && is_in_place(&views[view - 1])
    }

    /// The answer over all screens, from that on each.
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

    /// What is still not seen once acts have ended some causes that hide it: then that is what hides it,
    /// and no act helps. `seen` tells whether it is seen without those.
    fn once_shown(&self, index: Index, causes: Vec<Cause>, seen: impl FnOnce() -> Seen) -> Seen {
        let ends = |cause: &Cause| self.reveals.of(self, cause, index);
        let Some(acts) = causes.iter().map(ends).collect::<Option<Vec<_>>>() else {
            return Seen::No(causes);
        };
        let is_opened = acts.iter().all(|act| *act == Reveal::Disclosure);
        let outermost = causes.last().map_or(index, |cause| cause.element);
        let stays = |cause: &Cause| {
            let may_change = cause.technique == Technique::SAME_COLOR
                && !is_opened
                && self.reveals.recolors(self, index, outermost);
            !may_change && ends(cause).is_none()
        };
        match seen() {
            Seen::No(inner) if inner.iter().any(stays) => Seen::No(inner),
            _ => Seen::No(causes),
        }
    }

    /// Puts in what more than one element decides: what cuts it off, and what covers it.
    fn in_place(&self, view: &View, index: Index, seen: Seen) -> Seen {
        if !matches!(seen, Seen::Yes) || view.is_apart(index) {
            return seen;
        }
        if let Some(cause) = self.collapsed_column(view, index) {
            return Seen::No(vec![cause]);
        }
        let has_edges = view.page.has_far || view.context(index).in_cut;
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
        let may_slide = view.page.has_slid && view.page.has_grounds;
        if (view.page.has_sunk || may_slide || !view.page.covers.is_empty())
            && let Some(cause) = self.covered(view, index)
        {
            return Seen::No(vec![cause]);
        }
        if self.effort.is_spent() {
            return Seen::Maybe(SPENT.to_owned(), Vec::new());
        }
        seen
    }

    /// Hidden on every screen: by causes that some act ends, or by one that none does.
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
}

/// The first proofs of some causes.
fn first_proofs(told: Vec<(Cause, Proof)>) -> Vec<Proof> {
    let proofs = told.into_iter().map(|(_, proof)| proof);
    proofs.take(MAX_CAUSES * 2).collect()
}

/// What of the box of a node, or of those around it, hides it; `None` where nothing does.
fn chain_causes(view: &View, index: Index) -> Option<Vec<Cause>> {
    view.is_hidden(index)
        .then(|| view.causes(index).take(MAX_CAUSES).cloned().collect())
}

/// What hides a node of the content of an element, the boxes around that element apart.
fn causes_within(view: &View, node: Index, element: Index) -> Option<Vec<Cause>> {
    let mut inner = view
        .causes(node)
        .take_while(|cause| cause.element > element);
    let first = inner.next()?.clone();
    Some(
        std::iter::once(first)
            .chain(inner.cloned())
            .take(MAX_CAUSES)
            .collect(),
    )
}

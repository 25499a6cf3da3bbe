//! The cascade: which declarations win on an element, and what they do to what is in it.

use model::{Note, NoteKind};

use crate::css::looks::Looks;
use crate::css::pass::Pass;
use crate::css::plain::{Look, Plain};
use crate::css::rule::Rule;
use crate::css::rule_set::RuleSet;
use crate::css::view::View;
use crate::outline::{Index, Outline};

/// What the cascade made of a page: one view for each screen that differs.
pub(crate) struct Cascade {
    /// The views; one with uncertain rules comes last.
    pub(crate) views: Vec<View>,
    /// The first element for which no steps were left to match rules.
    pub(super) unmatched_from: Option<Index>,
    pub(super) looks: Looks,
    /// How many nodes before each place differ between a view and the one before it; empty where none
    /// does.
    pub(super) apart: Vec<Vec<u32>>,
}

impl Cascade {
    /// Runs the cascade. O(elements × rules that their words may match), capped.
    pub(crate) fn run(outline: &Outline<'_>, rules: &RuleSet) -> Self {
        let mut pass = Pass::new(outline, rules);
        for index in 0..outline.items.len() {
            match outline.element(index) {
                Some(element) => pass.enter(index, element),
                None => pass.skip(index),
            }
        }
        pass.finish()
    }

    /// Whether rules that may concern a node, or what is in it, were not matched.
    pub(crate) fn is_unmatched(&self, outline: &Outline<'_>, index: Index) -> bool {
        let end = outline.below(index).end;
        self.unmatched_from.is_some_and(|from| end > from)
    }

    /// What rules may ask of an element; `None` where they were not matched.
    pub(crate) fn look(&self, index: Index) -> Option<&Look> {
        self.looks.get(index)
    }

    /// Whether a rule matches an element.
    pub(crate) fn matches(&self, outline: &Outline<'_>, rule: &Rule, index: Index) -> bool {
        if let Some(plain) = &rule.plain
            && self.look(index).is_some()
        {
            let fits = self.fits(outline, plain, index);
            if !fits || plain.is_whole() {
                return fits;
            }
        }
        rule.selector()
            .zip(outline.element_ref(index))
            .is_some_and(|(selector, element)| selector.matches(&element))
    }

    /// Whether an element, for which rules were matched, is what a selector asks for in plain words.
    pub(crate) fn fits(&self, outline: &Outline<'_>, plain: &Plain, index: Index) -> bool {
        let above = std::iter::successors(outline.parent(index), |&at| outline.parent(at));
        let above = above.map_while(|at| Some((at, self.look(at)?)));
        self.look(index).is_some_and(|look| plain.fits(look))
            && plain.holds(|test| test.holds(outline, index))
            && plain.is_below(above, |test, at| test.holds(outline, at), &mut 0)
    }

    /// What the notes of a page have to say of the cascade.
    pub(crate) fn note(&self, outline: &Outline<'_>) -> Option<Note> {
        self.unmatched_from.map(|from| Note {
            kind: NoteKind::TooManyRules,
            text: "more style rules than are matched; what stands behind is not judged by them"
                .to_owned(),
            span: outline.span(from),
        })
    }

    /// Whether a node and all that is in it came out the same on a view and on the one before it.
    pub(crate) fn is_like_before(&self, view: usize, outline: &Outline<'_>, index: Index) -> bool {
        let Some(apart) = view
            .checked_sub(1)
            .and_then(|before| self.apart.get(before))
        else {
            return false;
        };
        apart.get(index) == apart.get(outline.below(index).end)
    }
}

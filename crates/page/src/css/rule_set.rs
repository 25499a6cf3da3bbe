//! All rules of a page, each where elements are looked for that it may match.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::css::animation::Keyframes;
use crate::css::conditions::Layers;
use crate::css::declaration::Declaration;
use crate::css::media::{self, Profiles};
use crate::css::piece::Piece;
use crate::css::plain::{Plain, Word, Words};
use crate::css::pseudo_class::is_invalid;
use crate::css::rule::{Needs, Rule};
use crate::css::rule_index::RuleIndex;
use crate::css::selector::{key, prepare, tops};
use crate::css::shadow::{InShadow, Tree, in_shadow, tree_of};
use crate::css::vocabulary::Vocabulary;
use crate::outline::{Index, Outline};

/// All rules of a page.
#[derive(Default)]
pub(crate) struct RuleSet {
    /// Rules in order of appearance.
    pub(crate) rules: Vec<Rule>,
    /// The words that their selectors name.
    pub(crate) words: Words,
    /// How many blocks of declarations they have.
    blocks: u32,
    /// Rules that hold as the page loads.
    pub(crate) base: RuleIndex,
    /// Rules that hold in a state.
    pub(crate) stateful: RuleIndex,
    /// Rules for `::before` and `::after` that draw something.
    pub(crate) pseudo: RuleIndex,
    /// The `@keyframes` that change what matters here.
    pub(crate) keyframes: Vec<Keyframes>,
    /// Whether some rule holds on some screens only.
    pub(crate) has_media: bool,
    /// Whether some rule stands in a container query.
    pub(crate) has_uncertain: bool,
    /// Cascade layers.
    pub(crate) layers: Layers,
    /// Initial values of registered custom properties.
    pub(crate) registered: BTreeMap<Rc<str>, Piece>,
    /// The words of the document, where they are known: rules about others are left out.
    pub(crate) vocabulary: Option<Vocabulary>,
}

/// What holds where a rule stands.
#[derive(Clone)]
pub(super) struct Holds {
    /// The screens.
    pub(super) profiles: Profiles,
    /// Whether it is paper only.
    pub(super) prints: bool,
    /// The cascade layer.
    pub(super) layer: u16,
    /// Whether it stands in a container query.
    pub(super) is_uncertain: bool,
    /// The prelude of the `@scope` around it.
    pub(super) scope: Option<Rc<str>>,
    /// The name of the host of the shadow tree in which the sheet stands.
    pub(super) host: Option<Rc<str>>,
}

impl RuleSet {
    /// Adds the rules of a block of declarations, one for each of its selectors. A block that declares
    /// nothing that matters, or that holds nowhere, is dropped.
    pub(super) fn add_rules(
        &mut self,
        selectors: &Piece,
        found: Vec<Declaration>,
        holds: &Holds,
        place: Option<(usize, usize)>,
    ) {
        if found.is_empty() || (holds.profiles == 0 && !holds.prints) {
            return;
        }
        let before = self.rules.len();
        let declarations: Rc<[Declaration]> = found.into();
        self.blocks += 1;
        if selectors.contains(':') && is_invalid(selectors) {
            return;
        }
        match &holds.host {
            None => {
                for selector in tops(selectors, b',') {
                    if self.may_concern(selector) {
                        let selector = selectors.part(selector);
                        self.add_rule(&selector, 0, &declarations, holds, place);
                    }
                }
            }
            Some(host) => self.add_in_shadow(host, selectors, &declarations, holds, place),
        }
        if self.rules.len() > before {
            self.has_media |= holds.profiles != media::ALL && !holds.prints;
            self.has_uncertain |= holds.is_uncertain;
        }
    }

    /// Whether a selector may match an element of the document, as far as its words are known.
    pub(super) fn may_concern(&self, selector: &str) -> bool {
        let words = self.vocabulary.as_ref();
        words.is_none_or(|words| words.may_concern(selector))
    }

    /// Adds the rules of a block that stands in the shadow trees of hosts of a name.
    fn add_in_shadow(
        &mut self,
        host: &str,
        selectors: &str,
        declarations: &Rc<[Declaration]>,
        holds: &Holds,
        place: Option<(usize, usize)>,
    ) {
        let tree = self.words.enter(host);
        for selector in in_shadow(host, selectors) {
            let (selector, tree) = match selector {
                InShadow::Inside(inside) => (inside, tree),
                InShadow::Outside(outside) => (outside, 0),
            };
            self.add_rule(&selector.into(), tree, declarations, holds, place);
        }
    }

    /// The tree in which a node stands, by number: 0 for that of the page, and in templates that are
    /// none. O(depth) within templates.
    pub(crate) fn tree(&self, outline: &Outline<'_>, index: Index) -> Word {
        match tree_of(outline, index) {
            // The tree of a host without a sheet has rules of its own too, none.
            Tree::Shadow(host) => Some(self.words.find(host))
                .filter(|&word| word != 0)
                .unwrap_or(Word::MAX),
            Tree::Page | Tree::Inert => 0,
        }
    }

    /// Adds the rule of one selector, for elements in a tree; 0 is that of the page.
    fn add_rule(
        &mut self,
        selector: &Piece,
        tree: Word,
        declarations: &Rc<[Declaration]>,
        holds: &Holds,
        place: Option<(usize, usize)>,
    ) {
        let Some(prepared) = prepare(selector) else {
            return;
        };
        let variants = [(prepared.base, holds.prints), (prepared.with_state, true)];
        for (matched, with_state) in variants {
            let matched = match matched {
                Some(Cow::Borrowed(text)) => selector.part(text),
                Some(Cow::Owned(text)) => text.into(),
                None => continue,
            };
            let index = self.rules.len();
            let target = match (prepared.pseudo, with_state) {
                (Some(_), true) => continue,
                (Some(_), false) => &mut self.pseudo,
                (None, true) => &mut self.stateful,
                (None, false) => &mut self.base,
            };
            let words = &mut self.words;
            let mut number = |word: &str| words.enter(word);
            let plain = Plain::read(&matched, &mut number);
            let found_by = match &plain {
                Some(plain) => plain.key(),
                None => key(&matched, &mut number),
            };
            let needs = match &plain {
                Some(plain) if plain.is_sure() || !matched.contains([':', '[', '~', '+']) => {
                    Needs::default()
                }
                _ => Needs::of(&matched),
            };
            target.add(found_by, index, tree);
            self.rules.push(Rule {
                text: selector.part(selector.trim()),
                matched,
                selector: OnceCell::new(),
                plain,
                needs,
                block: self.blocks,
                specificity: prepared.specificity,
                profiles: holds.profiles,
                declarations: declarations.clone(),
                place,
                needs_focus: prepared.needs_focus,
                ends_with_state: prepared.ends_with_state,
                layer: holds.layer,
                is_uncertain: holds.is_uncertain,
                prints: holds.prints,
                tree,
                pseudo: prepared.pseudo,
            });
        }
    }
}

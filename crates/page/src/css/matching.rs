//! Which rules match an element.
//!
//! Elements of one name, id and class list have one [`Look`], and what rules say of that alone is
//! matched once for all of them. What is left are the rules that ask for ancestors, siblings or
//! attributes: the plain ones are matched by numbers, the others by scraper. Elements that the same
//! rules match get the same number, by which the cascade shares its work.

use std::collections::HashMap;

use scraper::node::Element;

use crate::css::asks::Test;
use crate::css::attributes::Attributes;
use crate::css::looks::{Looks, NO_LOOK, Written};
use crate::css::matched::{Matched, SetId};
use crate::css::mixer::Keyed;
use crate::css::plain::Look;
use crate::css::rule::Rule;
use crate::css::rule_set::RuleSet;
use crate::outline::{Index, Outline};

/// Matching takes at most so many steps on one page: comparisons of an element with a part of a
/// selector. What is left then is not matched, and the page says so.
const MAX_STEPS: usize = 10_000_000;

/// So many candidates are kept for looks; those beyond are found again for each element.
const MAX_KEPT: usize = 1_000_000;

/// What is known of the elements of one look, as ranges of [`Matcher::sorted`].
#[derive(Clone, Copy, Default)]
struct Kind {
    /// Where its rules begin: first those that match by the look alone.
    start: u32,
    /// Where those begin that may match, if what is around fits.
    open: u32,
    /// Where they end.
    end: u32,
    /// What matches when no open rule does.
    alone: SetId,
}

/// Matches the rules of a page, element by element.
pub(crate) struct Matcher<'r, 't> {
    rules: &'r RuleSet,
    outline: &'r Outline<'t>,
    looks: Vec<Look>,
    kinds: Vec<Kind>,
    /// The rules of all kinds.
    sorted: Vec<u32>,
    known_looks: HashMap<Written<'t>, u32, Keyed>,
    /// Looks that were met lately, by a few bits of what is written.
    recent: Vec<Option<(Written<'t>, u32)>>,
    /// The look of each node so far.
    look_of: Vec<u32>,
    /// The bits of the words of each node and of its ancestors.
    bits_of: Vec<u64>,
    sets: Vec<Matched>,
    known_sets: HashMap<Vec<u32>, SetId, Keyed>,
    candidates: Vec<usize>,
    /// The open rules of the look at hand.
    open: Vec<u32>,
    steps: usize,
}

impl<'r, 't> Matcher<'r, 't> {
    /// For a page's rules.
    pub(crate) fn new(rules: &'r RuleSet, outline: &'r Outline<'t>) -> Self {
        let nothing = Matched {
            like: [0; 3],
            ..Matched::default()
        };
        Self {
            rules,
            outline,
            looks: vec![Look::default()],
            kinds: vec![Kind::default()],
            sorted: Vec::new(),
            known_looks: HashMap::with_capacity_and_hasher(64, Keyed::default()),
            recent: vec![None; 256],
            look_of: Vec::with_capacity(outline.items.len()),
            bits_of: Vec::with_capacity(outline.items.len()),
            sets: vec![nothing],
            known_sets: HashMap::with_capacity_and_hasher(32, Keyed::default()),
            candidates: Vec::new(),
            open: Vec::new(),
            steps: 0,
        }
    }

    /// The rules of a set.
    pub(crate) fn set(&self, id: SetId) -> Option<&Matched> {
        self.sets.get(id as usize)
    }

    /// What is left of it once all is matched.
    pub(crate) fn into_looks(self) -> Looks {
        Looks {
            all: self.looks,
            of: self.look_of,
        }
    }

    /// Whether no more steps are left.
    pub(crate) const fn is_spent(&self) -> bool {
        self.steps >= MAX_STEPS
    }

    /// Passes a node that is no element.
    pub(crate) fn pass(&mut self, parent: Option<Index>) {
        let above = parent.and_then(|at| self.bits_of.get(at)).copied();
        self.look_of.push(NO_LOOK);
        self.bits_of.push(above.unwrap_or(0));
    }

    /// Finds the rules that match the next element. O(rules that its words may match).
    pub(crate) fn enter(
        &mut self,
        index: Index,
        element: &'t Element,
        attributes: &Attributes<'t>,
    ) -> SetId {
        let parent = self.outline.parent(index);
        let above = parent
            .and_then(|at| self.bits_of.get(at))
            .copied()
            .unwrap_or(0);
        if self.rules.rules.is_empty() || self.is_spent() {
            self.look_of.push(NO_LOOK);
            self.bits_of.push(above);
            return 0;
        }
        let (look, kind) = self.kind(index, element, attributes);
        self.look_of.push(look);
        self.bits_of.push(above | self.looks[look as usize].bits());
        let mut found = self.open_rules(kind, index, above, attributes);
        if found.is_empty() {
            return kind.alone;
        }
        found.extend(&self.sorted[kind.start as usize..kind.open as usize]);
        self.set_of(found)
    }

    /// Those of some rules, in order of appearance, that match an element. Of the selectors of one
    /// block, those that a stronger one has made needless are passed over.
    fn open_rules(
        &mut self,
        kind: Kind,
        index: Index,
        above: u64,
        attributes: &Attributes<'_>,
    ) -> Vec<u32> {
        let rules = self.rules;
        let mut found = Vec::new();
        let mut strongest: Option<(u32, u32)> = None;
        for at in (kind.open..kind.end).rev() {
            let number = self.sorted[at as usize];
            let rule = &rules.rules[number as usize];
            let is_needless = rule.pseudo.is_none()
                && strongest.is_some_and(|(block, specificity)| {
                    block == rule.block && rule.specificity <= specificity
                });
            if !is_needless && self.open_matches(number, index, above, attributes) {
                found.push(number);
                if rule.pseudo.is_none() {
                    strongest = Some((rule.block, rule.specificity));
                }
            }
        }
        found
    }

    /// The look of an element, and what is known of its kind.
    fn kind(
        &mut self,
        index: Index,
        element: &'t Element,
        attributes: &Attributes<'t>,
    ) -> (u32, Kind) {
        let tree = self.rules.tree(self.outline, index);
        let written = Written {
            name: &element.name.local,
            class: attributes.class.unwrap_or_default(),
            id: attributes.id.unwrap_or_default(),
            tree,
        };
        let slot = written.bits() % self.recent.len();
        if let Some((known, look)) = self.recent[slot]
            && known == written
        {
            return (look, self.kinds[look as usize]);
        }
        if let Some(&look) = self.known_looks.get(&written) {
            self.recent[slot] = Some((written, look));
            return (look, self.kinds[look as usize]);
        }
        let look = Look::of(element, tree, &self.rules.words);
        let kind = self.new_kind(&look);
        let id = u32::try_from(self.looks.len()).unwrap_or(NO_LOOK);
        self.looks.push(look);
        self.kinds.push(kind);
        if self.sorted.len() < MAX_KEPT {
            self.known_looks.insert(written, id);
            self.recent[slot] = Some((written, id));
        }
        (id, kind)
    }

    fn new_kind(&mut self, look: &Look) -> Kind {
        if self.sorted.len() >= MAX_KEPT {
            self.sorted.truncate(MAX_KEPT);
        }
        let place = |all: &[u32]| u32::try_from(all.len()).unwrap_or(u32::MAX);
        let start = place(&self.sorted);
        self.sort_out(look);
        let open = place(&self.sorted);
        self.open.sort_unstable();
        self.sorted.append(&mut self.open);
        let alone = self.set_of(self.sorted[start as usize..open as usize].to_vec());
        Kind {
            start,
            open,
            end: place(&self.sorted),
            alone,
        }
    }

    /// Parts the candidates of a look into those that match and those that may.
    fn sort_out(&mut self, look: &Look) {
        for index in [&self.rules.base, &self.rules.pseudo] {
            if index.is_empty() {
                continue;
            }
            index.candidates(look, &mut self.candidates);
            self.steps += self.candidates.len();
            for &candidate in &self.candidates {
                let rule = &self.rules.rules[candidate];
                let number = u32::try_from(candidate).unwrap_or(u32::MAX);
                match &rule.plain {
                    Some(plain) if !plain.fits(look) => {}
                    Some(plain) if plain.is_sure() => self.sorted.push(number),
                    _ => self.open.push(number),
                }
            }
        }
    }

    /// Whether a rule that asks for more than a look matches.
    fn open_matches(
        &mut self,
        rule: u32,
        index: Index,
        above: u64,
        attributes: &Attributes<'_>,
    ) -> bool {
        let rule = &self.rules.rules[rule as usize];
        self.steps += 1;
        if self.is_spent() {
            return false;
        }
        let outline = self.outline;
        let needs = &rule.needs;
        if needs.attributes & !attributes.bits != 0
            || (needs.root && outline.parent(index) != Some(0))
        {
            return false;
        }
        if let Some(plain) = &rule.plain {
            if !plain.may_be_below(above) || !plain.holds(|test| test.holds(outline, index)) {
                return false;
            }
            let (looks, look_of) = (&self.looks, &self.look_of);
            let lineage = std::iter::successors(outline.parent(index), |&at| outline.parent(at))
                .map_while(|at| {
                    let look = look_of.get(at).filter(|&&look| look != NO_LOOK)?;
                    Some((at, looks.get(*look as usize)?))
                });
            let holds = |test: &Test, at: Index| test.holds(outline, at);
            let is_below = plain.is_below(lineage, holds, &mut self.steps);
            if !is_below || plain.is_whole() {
                return is_below;
            }
        }
        self.steps += weight(outline, rule, index);
        let reference = outline.element_ref(index);
        rule.selector()
            .zip(reference)
            .is_some_and(|(selector, element)| selector.matches(&element))
    }

    /// The number of a set of rules, in any order.
    fn set_of(&mut self, mut rules: Vec<u32>) -> SetId {
        if rules.is_empty() {
            return 0;
        }
        rules.sort_unstable();
        rules.dedup();
        if let Some(&known) = self.known_sets.get(&rules) {
            return known;
        }
        let matched = Matched::of(&rules, self.rules);
        self.sets.push(matched);
        let id = SetId::try_from(self.sets.len() - 1).unwrap_or(0);
        self.known_sets.insert(rules, id);
        id
    }
}

/// About how many steps scraper takes for a selector: its parts, times what it may look at.
fn weight(outline: &Outline<'_>, rule: &Rule, index: Index) -> usize {
    let needs = &rule.needs;
    let parts = 1 + rule.matched().len() / 8;
    let around = if needs.looks_around {
        let nodes = outline
            .parent(index)
            .map_or(0, |at| outline.below(at).len());
        nodes.min(index) / 4
    } else {
        0
    };
    let inside = if needs.looks_inside {
        outline.items.len().min(2_000) / 8
    } else {
        0
    };
    let depth = if needs.looks_up { 8 } else { 1 };
    parts * (depth + around + inside)
}

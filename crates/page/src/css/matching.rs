//! Which rules match an element, and which of their declarations win.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use crate::css::animation::{effect, run_of};
use crate::css::cascade::Context;
use crate::css::custom::{Custom, substitute};
use crate::css::declaration::{Declaration, Property, expand};
use crate::css::selector::Pseudo;
use crate::css::sheet::{Rule, RuleSet};
use crate::css::values::{Length, Units, length};
use crate::outline::{Index, Outline};
use crate::visibility::valid::{is_valid, shows};

/// What wins for a property, and who says so.
#[derive(Debug, Clone)]
pub(crate) struct Winner {
    /// The value.
    pub(crate) value: Rc<str>,
    /// Whose declaration it is.
    pub(crate) source: Source,
}

/// Who made a declaration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    /// A rule of a sheet.
    Rule(usize),
    /// The element's `style`, or a presentational attribute.
    Element,
}

/// The winners of one element, by property.
#[derive(Default, Clone)]
pub(crate) struct Winners {
    found: BTreeMap<Property, Winner>,
    /// Whether an animation that begins after a minute or later is to end what hides.
    pub(crate) is_late: bool,
}

impl Winners {
    /// The winning value of a property.
    pub(crate) fn value(&self, property: Property) -> Option<&str> {
        self.found.get(&property).map(|winner| &*winner.value)
    }

    /// The winning value and its source.
    pub(crate) fn winner(&self, property: Property) -> Option<&Winner> {
        self.found.get(&property)
    }

    /// The winning length of a property.
    pub(crate) fn length(&self, property: Property, units: Units) -> Option<Length> {
        length(self.value(property)?, units)
    }

    /// Whether nothing is declared.
    pub(crate) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Whether some property after another, in order of [`Property`], up to a last one, is declared.
    pub(crate) fn has_any(&self, first: Property, last: Property) -> bool {
        self.found.range(first..=last).next().is_some()
    }

    fn set(&mut self, property: Property, value: Rc<str>, source: Source) {
        if property == Property::All {
            self.reset(&value, source);
        } else {
            self.found.insert(property, Winner { value, source });
        }
    }

    /// `all`: every property takes the same keyword.
    fn reset(&mut self, keyword: &str, source: Source) {
        self.found.clear();
        if matches!(keyword, "initial" | "unset" | "inherit") {
            for property in [
                Property::Display,
                Property::Visibility,
                Property::Color,
                Property::FontSize,
                Property::TextIndent,
                Property::LineHeight,
                Property::LetterSpacing,
            ] {
                self.set(property, keyword.into(), source);
            }
        }
    }

    /// Puts the CSS-wide keywords into plain words: what stays undeclared is inherited, or initial.
    fn settle(&mut self) {
        let is_wide = |winner: &Winner| {
            matches!(
                &*winner.value,
                "unset" | "initial" | "inherit" | "revert" | "revert-layer"
            )
        };
        if !self.found.values().any(is_wide) {
            return;
        }
        let wide: Vec<(Property, Winner)> = self
            .found
            .iter()
            .filter(|(_, winner)| is_wide(winner))
            .map(|(property, winner)| (*property, winner.clone()))
            .collect();
        for (property, winner) in wide {
            let initial = &*winner.value == "initial"
                || (&*winner.value == "unset" && !property.is_inherited());
            let plain = match property {
                Property::Display if initial => Some("inline"),
                Property::Color if initial => Some("canvastext"),
                Property::Color if matches!(&*winner.value, "unset" | "inherit") => Some("inherit"),
                Property::Visibility if initial => Some("visible"),
                Property::FontSize if initial => Some("medium"),
                Property::TextIndent if initial => Some("0"),
                Property::LineHeight | Property::LetterSpacing | Property::WordSpacing
                    if initial =>
                {
                    Some("normal")
                }
                _ => None,
            };
            match plain {
                Some(plain) => {
                    self.found.insert(
                        property,
                        Winner {
                            value: plain.into(),
                            source: winner.source,
                        },
                    );
                }
                None => {
                    self.found.remove(&property);
                }
            }
        }
    }
}

/// Matching costs at most so many attempts; beyond them, rules are taken not to match.
const MAX_ATTEMPTS: usize = 30_000_000;

/// One screen on which winners are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Screen {
    /// Its place among the profiles.
    pub(crate) profile: usize,
    /// Whether the rules hold of which it is not known.
    pub(crate) with_uncertain: bool,
}

/// Matches the rules of a page, element by element.
pub(crate) struct Matcher<'r> {
    rules: &'r RuleSet,
    candidates: Vec<usize>,
    /// Rules that match the element, in order of the cascade.
    matched: Vec<usize>,
    /// The same in the order of important declarations, where layers turn it round.
    important: Vec<usize>,
    /// Rules that match its `::before` and `::after`.
    pseudo: Vec<usize>,
    attempts: usize,
    /// What elements with the same rules share.
    known: HashMap<Key, (Rc<Winners>, Custom)>,
    /// Keys name custom properties by address, so these must outlive them.
    customs: Vec<Custom>,
    nothing: Rc<Winners>,
}

/// What decides the winners of an element on which rules alone speak.
#[derive(PartialEq, Eq, Hash)]
struct Key {
    screen: Screen,
    matched: Vec<usize>,
    custom: usize,
}

/// So many sets of winners are kept; a page with more gains nothing from it.
const MAX_KNOWN: usize = 20_000;

impl<'r> Matcher<'r> {
    /// For a page's rules.
    pub(crate) fn new(rules: &'r RuleSet) -> Self {
        Self {
            rules,
            candidates: Vec::new(),
            matched: Vec::new(),
            important: Vec::new(),
            pseudo: Vec::new(),
            attempts: 0,
            known: HashMap::new(),
            customs: Vec::new(),
            nothing: Rc::default(),
        }
    }

    /// The winners on an element without a style and without hints; elements that the same rules
    /// match share them.
    pub(crate) fn by_rules(&mut self, screen: Screen, above: &Context) -> (Rc<Winners>, Custom) {
        if self.matched.is_empty() {
            return (self.nothing.clone(), above.custom.clone());
        }
        let key = Key {
            screen,
            matched: self.matched.clone(),
            custom: above.custom.as_ref().map_or(0, |c| Rc::as_ptr(c).addr()),
        };
        if let Some(known) = self.known.get(&key) {
            return known.clone();
        }
        let (winners, custom) = self.applied(screen, &[], &[], above);
        let found = (Rc::new(winners), custom);
        if self.known.len() < MAX_KNOWN {
            self.customs.push(above.custom.clone());
            self.known.insert(key, found.clone());
        }
        found
    }

    /// Finds the rules that match an element. O(candidates).
    pub(crate) fn match_rules(&mut self, outline: &Outline<'_>, index: Index) {
        self.matched.clear();
        self.important.clear();
        self.pseudo.clear();
        let (Some(element), Some(reference)) = (outline.element(index), outline.element_ref(index))
        else {
            return;
        };
        if self.rules.rules.is_empty() || self.attempts > MAX_ATTEMPTS {
            return;
        }
        let matches = |rule: &Rule| rule.selector().is_some_and(|s| s.matches(&reference));
        self.rules.base.candidates(element, &mut self.candidates);
        self.attempts += self.candidates.len();
        for &candidate in &self.candidates {
            if matches(&self.rules.rules[candidate]) {
                self.matched.push(candidate);
            }
        }
        self.in_order();
        if !self.rules.pseudo.is_empty() {
            self.rules.pseudo.candidates(element, &mut self.candidates);
            for &candidate in &self.candidates {
                if matches(&self.rules.rules[candidate]) {
                    self.pseudo.push(candidate);
                }
            }
            self.pseudo
                .sort_by_key(|&rule| (self.rules.rules[rule].specificity, rule));
        }
    }

    fn in_order(&mut self) {
        let rules = self.rules;
        let layers = &rules.layers;
        if !layers.is_used() {
            self.matched
                .sort_by_key(|&rule| (rules.rules[rule].specificity, rule));
            self.matched.dedup();
            return;
        }
        let rank = |rule: usize| layers.rank(rules.rules[rule].layer);
        self.matched
            .sort_by_key(|&rule| (rank(rule), rules.rules[rule].specificity, rule));
        self.matched.dedup();
        self.important.extend(&self.matched);
        self.important
            .sort_by_key(|&rule| (Reverse(rank(rule)), rules.rules[rule].specificity, rule));
    }

    /// Whether rules match the element's `::before` or `::after`.
    pub(crate) fn has_pseudo(&self) -> bool {
        !self.pseudo.is_empty()
    }

    /// The winners on a pseudo-element, on one screen.
    pub(crate) fn on_pseudo(&self, which: Pseudo, screen: Screen, own: &Context) -> Winners {
        let rules: Vec<usize> = self
            .pseudo
            .iter()
            .copied()
            .filter(|&rule| self.rules.rules[rule].pseudo == Some(which))
            .collect();
        if rules.is_empty() {
            return Winners::default();
        }
        self.winners(&rules, &rules, screen, &[], &[], own).0
    }

    /// The winners on one screen, with custom properties put in.
    pub(crate) fn applied(
        &self,
        screen: Screen,
        inline: &[Declaration],
        hints: &[(Property, Rc<str>)],
        above: &Context,
    ) -> (Winners, Custom) {
        let important = if self.important.is_empty() {
            &self.matched
        } else {
            &self.important
        };
        self.winners(&self.matched, important, screen, inline, hints, above)
    }

    fn winners(
        &self,
        normal: &[usize],
        important: &[usize],
        screen: Screen,
        inline: &[Declaration],
        hints: &[(Property, Rc<str>)],
        above: &Context,
    ) -> (Winners, Custom) {
        let mut winners = Winners::default();
        for (property, value) in hints {
            winners.set(*property, value.clone(), Source::Element);
        }
        if normal.is_empty() && inline.is_empty() {
            return (winners, above.custom.clone());
        }
        // Normal rules, then style, then important rules, then important style.
        let order = self.order(normal, screen, inline, false);
        let order = order.chain(self.order(important, screen, inline, true));
        let all: Vec<(Source, &Declaration)> = order.collect();
        let mut custom = above.custom.clone();
        if all.iter().any(|(_, d)| d.custom.is_some()) {
            let mut own = custom.take().map(|c| (*c).clone()).unwrap_or_default();
            for (_, declaration) in &all {
                if let Some(name) = &declaration.custom {
                    own.insert(name.clone(), declaration.value.clone());
                }
            }
            custom = Some(Rc::new(own));
        }
        let mut below: Option<(u16, Winners)> = None;
        for (source, declaration) in all {
            let layer = match source {
                Source::Rule(rule) if self.rules.layers.is_used() => self.rules.rules[rule].layer,
                _ => u16::MAX,
            };
            let entered = below.as_ref().is_none_or(|(known, _)| *known != layer);
            if entered && self.rules.layers.is_used() {
                below = Some((layer, winners.clone()));
            }
            if &*declaration.value == "revert-layer" {
                let property = declaration.property;
                let before = below.as_ref().map(|(_, winners)| winners);
                winners.back_to(property, before);
            } else {
                self.apply(&mut winners, declaration, source, custom.as_deref());
            }
        }
        winners.settle();
        if winners.found.contains_key(&Property::Animation) {
            self.animate(&mut winners);
        }
        (winners, custom)
    }

    fn order<'a>(
        &'a self,
        rules: &'a [usize],
        screen: Screen,
        inline: &'a [Declaration],
        important: bool,
    ) -> impl Iterator<Item = (Source, &'a Declaration)> {
        let holding = rules
            .iter()
            .map(|&rule| (rule, &self.rules.rules[rule]))
            .filter(move |(_, rule)| {
                rule.profiles & (1 << screen.profile) != 0
                    && (screen.with_uncertain || !rule.is_uncertain)
            });
        holding
            .flat_map(|(index, rule)| {
                rule.declarations
                    .iter()
                    .map(move |d| (Source::Rule(index), d))
            })
            .chain(inline.iter().map(|d| (Source::Element, d)))
            .filter(move |(_, d)| d.important == important)
    }

    fn apply(
        &self,
        winners: &mut Winners,
        declaration: &Declaration,
        source: Source,
        custom: Option<&BTreeMap<Rc<str>, Rc<str>>>,
    ) {
        let Some(property) = declaration.property else {
            return;
        };
        if !declaration.value.contains("var(") {
            if is_valid(property, &declaration.value) {
                winners.set(property, declaration.value.clone(), source);
            }
            return;
        }
        // What turns out to be invalid only now does not give way to what came before.
        let value: Rc<str> = substitute(&declaration.value, custom, &self.rules.registered)
            .map_or_else(|| "unset".into(), Into::into);
        let name = if property == Property::BackgroundColor {
            "background"
        } else {
            property.name()
        };
        expand(name, &value, &mut |property, value| {
            let value = if is_valid(property, &value) {
                value
            } else {
                "unset".into()
            };
            winners.set(property, value, source);
        });
    }

    /// Puts in what the element's animations leave.
    fn animate(&self, winners: &mut Winners) {
        let Some(animation) = winners.winner(Property::Animation).cloned() else {
            return;
        };
        let run = |one: &str| {
            run_of(
                one,
                winners.value(Property::AnimationDelay),
                winners.value(Property::AnimationFill),
                winners.value(Property::AnimationState),
            )
        };
        let Some(effect) = effect(&animation.value, run, &self.rules.keyframes, shows) else {
            return;
        };
        winners.is_late = effect.is_late;
        for (property, value) in effect.sets {
            if is_valid(property, &value) {
                winners.set(property, value, animation.source);
            }
        }
    }
}

impl Winners {
    /// Takes back what a layer declared for a property.
    fn back_to(&mut self, property: Option<Property>, before: Option<&Self>) {
        let Some(property) = property else {
            return;
        };
        match before.and_then(|before| before.found.get(&property)) {
            Some(winner) => {
                self.found.insert(property, winner.clone());
            }
            // The element's own style falls back to the rules.
            None if before.is_none() => {}
            None => {
                self.found.remove(&property);
            }
        }
    }
}

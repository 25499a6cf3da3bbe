//! What rules, `style` and presentational attributes declare together: the winners of an element.
//!
//! Elements on which the same rules and the same attributes speak have one style, which is worked
//! out once.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use crate::css::animation::{effect, run_of};
use crate::css::context::Context;
use crate::css::custom::{Custom, substitute};
use crate::css::declaration::{Declaration, Property, State, declarations, expand};
use crate::css::matched::{Matched, SetId};
use crate::css::mixer::{Keyed, Mixing};
use crate::css::piece::Piece;
use crate::css::rule_set::RuleSet;
use crate::css::selector::Pseudo;
use crate::css::winners::{Source, Winners};
use crate::visibility::valid::{is_valid, shows};

/// One screen on which winners are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Screen {
    /// Its place among the profiles.
    pub(crate) profile: usize,
    /// Whether the rules hold of which it is not known.
    pub(crate) with_uncertain: bool,
}

/// What wins on an element.
#[derive(Debug, Default)]
pub(crate) struct Style {
    /// The winners.
    pub(crate) winners: Winners,
    /// Custom properties in force.
    pub(crate) custom: Custom,
    /// Whether some value depends on the size of the screen.
    pub(crate) depends_on_screen: bool,
}

/// The number of a style; the first declares nothing.
pub(crate) type StyleId = u32;

/// What decides a style.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Key {
    set: SetId,
    own: u32,
    screen: Screen,
    /// Custom properties, by address: `kept` lets them outlive the key.
    custom: usize,
}

/// Declarations of an element itself.
#[derive(Debug, Default)]
struct Own {
    inline: Vec<Declaration>,
    hints: Vec<(Property, Piece)>,
}

/// The numbers of what elements declare by some presentational attributes.
type Hinted = HashMap<Vec<(Property, Piece)>, u32, Keyed>;

/// The styles of a page.
pub(crate) struct Styles<'r, 't> {
    rules: &'r RuleSet,
    all: Vec<Rc<Style>>,
    known: HashMap<Key, StyleId, Mixing>,
    kept: Vec<Custom>,
    own: Vec<Own>,
    known_inline: HashMap<&'t str, u32, Keyed>,
    /// Those with presentational attributes, by the `style` beside them.
    known_hinted: HashMap<&'t str, Hinted, Keyed>,
}

impl<'r, 't> Styles<'r, 't> {
    /// For a page's rules.
    pub(crate) fn new(rules: &'r RuleSet) -> Self {
        Self {
            rules,
            all: vec![Rc::default()],
            known: HashMap::with_capacity_and_hasher(32, Mixing::default()),
            kept: Vec::new(),
            own: vec![Own::default()],
            known_inline: HashMap::default(),
            known_hinted: HashMap::default(),
        }
    }

    /// The number of what an element declares itself; 0 for nothing.
    pub(crate) fn own(&mut self, style: Option<&'t str>, hints: Vec<(Property, Piece)>) -> u32 {
        let text = style.unwrap_or_default();
        if hints.is_empty() && text.is_empty() {
            return 0;
        }
        let known = if hints.is_empty() {
            self.known_inline.get(text)
        } else {
            let of_text = self.known_hinted.get(text);
            of_text.and_then(|known| known.get(&hints))
        };
        if let Some(&known) = known {
            return known;
        }
        let inline = declarations(text);
        let id = if hints.is_empty() && inline.is_empty() {
            0
        } else {
            u32::try_from(self.own.len()).unwrap_or(0)
        };
        if hints.is_empty() {
            self.known_inline.insert(text, id);
        } else {
            let of_text = self.known_hinted.entry(text).or_default();
            of_text.insert(hints.clone(), id);
        }
        if id != 0 {
            self.own.push(Own { inline, hints });
        }
        id
    }

    /// The style of a number.
    pub(crate) fn get(&self, id: StyleId) -> &Rc<Style> {
        &self.all[id as usize]
    }

    /// The style that a set of rules and an element's own declarations make on a screen.
    pub(crate) fn resolve(
        &mut self,
        set: SetId,
        matched: &Matched,
        own: u32,
        screen: Screen,
        above: &Context,
    ) -> StyleId {
        let like = Screen {
            profile: matched.like[screen.profile],
            with_uncertain: screen.with_uncertain && matched.is_uncertain,
        };
        let key = Key {
            set,
            own,
            screen: like,
            custom: above.custom.as_ref().map_or(0, |c| Rc::as_ptr(c).addr()),
        };
        if let Some(&known) = self.known.get(&key) {
            return known;
        }
        let important = if matched.important.is_empty() {
            &matched.normal
        } else {
            &matched.important
        };
        let declared = &self.own[own as usize];
        let (winners, custom) = self.winners(&matched.normal, important, like, declared, above);
        let style = Style {
            depends_on_screen: winners.depends_on_screen(),
            winners,
            custom,
        };
        self.kept.push(above.custom.clone());
        self.all.push(Rc::new(style));
        let id = StyleId::try_from(self.all.len() - 1).unwrap_or(0);
        self.known.insert(key, id);
        id
    }

    /// The winners on a pseudo-element, on one screen.
    pub(crate) fn on_pseudo(
        &self,
        which: Pseudo,
        matched: &Matched,
        screen: Screen,
        own: &Context,
    ) -> Winners {
        let rules: Vec<usize> = matched
            .pseudo
            .iter()
            .copied()
            .filter(|&rule| self.rules.rules[rule].pseudo == Some(which))
            .collect();
        if rules.is_empty() {
            return Winners::default();
        }
        self.winners(&rules, &rules, screen, &Own::default(), own).0
    }

    fn winners(
        &self,
        normal: &[usize],
        important: &[usize],
        screen: Screen,
        own: &Own,
        above: &Context,
    ) -> (Winners, Custom) {
        let mut winners = Winners::with_room();
        for (property, value) in &own.hints {
            winners.set(*property, Rc::from(&**value), Source::Element);
        }
        if normal.is_empty() && own.inline.is_empty() {
            return (winners, above.custom.clone());
        }
        // Normal rules, then style, then important rules, then important style.
        let mut all: Vec<(Source, &Declaration)> = Vec::with_capacity(32);
        let has_important = self.collect(normal, screen, &own.inline, false, &mut all);
        if has_important {
            self.collect(important, screen, &own.inline, true, &mut all);
        }
        let custom = own_custom(&all, above);
        let has_layers = self.rules.layers.is_used();
        let mut below: Option<(u16, Winners)> = None;
        for (source, declaration) in all {
            let layer = match source {
                Source::Rule(rule) if has_layers => self.rules.rules[rule].layer,
                _ => u16::MAX,
            };
            let entered = below.as_ref().is_none_or(|(known, _)| *known != layer);
            if entered && has_layers {
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
        if winners.winner(Property::Animation).is_some() {
            self.animate(&mut winners);
        }
        (winners, custom)
    }

    /// Collects the declarations of some rules and of an element, those that are important or the
    /// others; gives whether any was passed over.
    fn collect<'a>(
        &'a self,
        rules: &[usize],
        screen: Screen,
        inline: &'a [Declaration],
        important: bool,
        into: &mut Vec<(Source, &'a Declaration)>,
    ) -> bool {
        let mut passed = false;
        let mut take = |source: Source, declarations: &'a [Declaration]| {
            for declaration in declarations {
                if declaration.important == important {
                    into.push((source, declaration));
                } else {
                    passed = true;
                }
            }
        };
        for &index in rules {
            let rule = &self.rules.rules[index];
            if rule.profiles & (1 << screen.profile) != 0
                && (screen.with_uncertain || !rule.is_uncertain)
            {
                take(Source::Rule(index), &rule.declarations);
            }
        }
        take(Source::Element, inline);
        passed
    }

    fn apply(
        &self,
        winners: &mut Winners,
        declaration: &Declaration,
        source: Source,
        custom: Option<&BTreeMap<Rc<str>, Piece>>,
    ) {
        let Some(property) = declaration.property else {
            return;
        };
        match declaration.state() {
            State::Invalid => return,
            State::Valid => {
                winners.set(property, declaration.text(), source);
                return;
            }
            State::HasReference => {}
        }
        // What turns out to be invalid only now does not give way to what came before.
        let value = substitute(&declaration.value, custom, &self.rules.registered)
            .map_or(Piece::Fixed("unset"), Piece::from);
        let name = if property == Property::BackgroundColor {
            "background"
        } else {
            property.name()
        };
        expand(name, &value, &mut |property, value| {
            let value = if is_valid(property, &value) {
                value
            } else {
                Piece::Fixed("unset")
            };
            winners.set(property, Rc::from(&*value), source);
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
                winners.set(property, Rc::from(&*value), animation.source);
            }
        }
    }
}

/// The custom properties in force once some declarations are.
fn own_custom(all: &[(Source, &Declaration)], above: &Context) -> Custom {
    if all.iter().all(|(_, d)| d.custom.is_none()) {
        return above.custom.clone();
    }
    let mut own = above
        .custom
        .as_ref()
        .map(|c| (**c).clone())
        .unwrap_or_default();
    for (_, declaration) in all {
        if let Some(name) = &declaration.custom {
            own.insert(name.clone(), declaration.value.clone());
        }
    }
    Some(Rc::new(own))
}

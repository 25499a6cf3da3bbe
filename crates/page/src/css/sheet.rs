//! Stylesheets: from text to rules that can be matched.
//!
//! Only properties that can hide (or show again) are kept, and a rule without any of them is
//! dropped. Selectors are parsed when an element first asks for them, because most rules of a
//! real sheet concern no element of the page.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use html5ever::LocalName;
use scraper::Selector;

use crate::css::animation::Keyframes;
use crate::css::blocks::{blank_comments, block_end, prelude_end};
use crate::css::conditions::{Layers, scoped, supports};
use crate::css::declaration::{Declaration, Property, declare};
use crate::css::media::{self, Profiles};
use crate::css::plain::{Key, Look, Plain, Word, Words};
use crate::css::pseudo_class::is_invalid;
use crate::css::selector::{Pseudo, asks_for, key, prepare, split_top};
use crate::css::shadow::{InShadow, in_shadow, tree_of};
use crate::outline::{Index, Outline};

/// One selector with its declarations.
pub(crate) struct Rule {
    /// As a reader of the sheet would recognise it.
    pub(crate) text: Rc<str>,
    /// What is matched.
    matched: String,
    selector: OnceCell<Option<Selector>>,
    /// The same in numbers, when it is plain.
    pub(crate) plain: Option<Plain>,
    /// What an element must have before it is worth a match.
    pub(crate) needs: Needs,
    /// The block of declarations that it shares with the other selectors of its list.
    pub(crate) block: u32,
    /// Specificity.
    pub(crate) specificity: u32,
    /// Screens on which the rule holds.
    pub(crate) profiles: Profiles,
    /// What it declares.
    pub(crate) declarations: Rc<[Declaration]>,
    /// Where the rule stands in the text of the document.
    pub(crate) place: Option<(usize, usize)>,
    /// Whether the state that it needs is one of having focus.
    pub(crate) needs_focus: bool,
    /// Whether it stops to hold in some state.
    pub(crate) ends_with_state: bool,
    /// The cascade layer that it stands in.
    pub(crate) layer: u16,
    /// Whether it holds is not known: it stands in a container query.
    pub(crate) is_uncertain: bool,
    /// Whether it holds on paper only.
    pub(crate) prints: bool,
    /// The tree whose elements it is about; 0 is that of the page.
    pub(crate) tree: Word,
    /// The pseudo-element that it is about.
    pub(crate) pseudo: Option<Pseudo>,
}

impl Rule {
    /// The compiled selector; `None` when scraper does not know it.
    pub(crate) fn selector(&self) -> Option<&Selector> {
        self.selector
            .get_or_init(|| Selector::parse(&self.matched).ok())
            .as_ref()
    }

    /// Whether the selector is one that can be matched.
    pub(crate) fn is_read(&self) -> bool {
        self.plain.is_some() || self.selector().is_some()
    }

    /// The selector's text as it is matched.
    pub(crate) fn matched(&self) -> &str {
        &self.matched
    }

    /// The value that it declares for a property.
    pub(crate) fn value(&self, property: Property) -> Option<&str> {
        let found = self
            .declarations
            .iter()
            .rev()
            .find(|d| d.property == Some(property));
        found.map(|declaration| &*declaration.value)
    }
}

/// What the rightmost compound of a selector asks for, as far as it is told quickly.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Needs {
    /// The bits of the attributes that must be there; see [`attribute_bit`].
    pub(crate) attributes: u64,
    /// Whether it must be the root.
    pub(crate) root: bool,
}

/// The bit of an attribute's name in a set of 64.
pub(crate) fn attribute_bit(name: &LocalName) -> u64 {
    1 << (name.get_hash() % 64)
}

impl Needs {
    fn of(selector: &str) -> Self {
        let (names, root) = asks_for(selector);
        let bits = names
            .iter()
            // Both spellings are asked for in other documents, so only one that is its own counts.
            .filter(|name| !name.bytes().any(|b| b.is_ascii_uppercase()))
            .map(|name| attribute_bit(&LocalName::from(*name)));
        Self {
            attributes: bits.fold(0, |all, bit| all | bit),
            root,
        }
    }
}

/// Rules found by what their rightmost compound names.
#[derive(Default)]
pub(crate) struct RuleIndex {
    ids: Vec<Vec<usize>>,
    classes: Vec<Vec<usize>>,
    names: Vec<Vec<usize>>,
    any: Vec<usize>,
    count: usize,
    /// Those of shadow trees, by the name of the host.
    trees: BTreeMap<Word, RuleIndex>,
}

fn bucket(buckets: &mut Vec<Vec<usize>>, word: Word) -> &mut Vec<usize> {
    let at = word as usize;
    if buckets.len() <= at {
        buckets.resize_with(at + 1, Vec::new);
    }
    &mut buckets[at]
}

impl RuleIndex {
    /// Adds a rule that is found by a key, for elements of a tree.
    pub(crate) fn add(&mut self, key: Key, rule: usize, tree: Word) {
        self.count += 1;
        if tree != 0 {
            return self.trees.entry(tree).or_default().add(key, rule, 0);
        }
        match key {
            Key::Id(id) => bucket(&mut self.ids, id).push(rule),
            Key::Class(class) => bucket(&mut self.classes, class).push(rule),
            Key::Name(name) => bucket(&mut self.names, name).push(rule),
            Key::Any => self.any.push(rule),
        }
    }

    /// Whether it holds no rule.
    pub(crate) const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The rules that an element of a look may match.
    pub(crate) fn candidates(&self, look: &Look, into: &mut Vec<usize>) {
        into.clear();
        if look.tree != 0 {
            let inner = self.trees.get(&look.tree);
            return inner.into_iter().for_each(|own| own.in_tree(look, into));
        }
        self.in_tree(look, into);
    }

    fn in_tree(&self, look: &Look, into: &mut Vec<usize>) {
        let of = |buckets: &[Vec<usize>], word: Word, into: &mut Vec<usize>| {
            let found = buckets.get(word as usize).filter(|_| word != 0);
            into.extend(found.into_iter().flatten());
        };
        into.extend(&self.any);
        of(&self.names, look.name, into);
        for &class in &look.classes {
            of(&self.classes, class, into);
        }
        of(&self.ids, look.id, into);
    }
}

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
    pub(crate) registered: BTreeMap<Rc<str>, Rc<str>>,
}

/// No page has more rules that matter; what comes after is left out.
const MAX_RULES: usize = 60_000;

/// What holds where a rule stands.
#[derive(Clone)]
struct Holds {
    profiles: Profiles,
    prints: bool,
    layer: u16,
    is_uncertain: bool,
    scope: Option<Rc<str>>,
    /// The name of the host of the shadow tree in which the sheet stands.
    host: Option<Rc<str>>,
}

enum Frame {
    /// A conditional group.
    Group(Holds),
    /// A style rule: its selectors, declarations, what holds, and where it began.
    Style(String, Vec<Declaration>, Holds, usize),
}

impl Frame {
    fn holds(&self) -> &Holds {
        match self {
            Self::Group(holds) | Self::Style(_, _, holds, _) => holds,
        }
    }

    fn selectors(&self) -> Option<&str> {
        match self {
            Self::Style(selectors, ..) => Some(selectors),
            Self::Group(_) => None,
        }
    }
}

impl RuleSet {
    /// Adds a sheet that holds on `profiles`. `origin` is where its text begins in the document.
    pub(crate) fn add_sheet(&mut self, sheet: &str, profiles: Profiles, origin: Option<usize>) {
        self.add_scoped(sheet, profiles, origin, None);
    }

    /// Adds a sheet of the shadow trees of hosts of the name `host`, or of the page for `None`.
    pub(crate) fn add_scoped(
        &mut self,
        sheet: &str,
        profiles: Profiles,
        origin: Option<usize>,
        host: Option<&str>,
    ) {
        let text = blank_comments(sheet);
        let bytes = text.as_bytes();
        let outside = Holds {
            profiles,
            prints: false,
            layer: 0,
            is_uncertain: false,
            scope: None,
            host: host.map(Into::into),
        };
        let mut frames: Vec<Frame> = Vec::new();
        let mut at = 0;
        while at < bytes.len() && self.rules.len() < MAX_RULES {
            let end = prelude_end(bytes, at);
            let prelude = text[at..end].trim();
            let prelude = prelude.strip_prefix("<!--").unwrap_or(prelude);
            let prelude = prelude.strip_prefix("-->").unwrap_or(prelude).trim_start();
            let holds = frames.last().map_or(&outside, Frame::holds).clone();
            match bytes.get(end) {
                Some(b'{') => match self.open(prelude.trim(), holds, &frames, at) {
                    Some(frame) if frames.len() < 64 => {
                        self.close_part(frames.last_mut(), origin, at);
                        frames.push(frame);
                        at = end + 1;
                    }
                    _ => {
                        let close = block_end(bytes, end);
                        self.keep_block(prelude.trim(), &text[end..close]);
                        at = close;
                    }
                },
                terminator => {
                    if let Some(Frame::Style(_, found, _, _)) = frames.last_mut() {
                        declare(prelude, found);
                    } else if let Some(names) = prelude.strip_prefix("@layer ") {
                        for name in names.split(',') {
                            self.layers.enter(holds.layer, name.trim());
                        }
                    }
                    at = end + 1;
                    if terminator != Some(&b';')
                        && let Some(Frame::Style(selectors, found, holds, start)) = frames.pop()
                    {
                        let place =
                            origin.map(|origin| (origin + start, origin + at.min(bytes.len())));
                        self.add_rules(&selectors, found, &holds, place);
                    }
                }
            }
        }
        while let Some(frame) = frames.pop() {
            if let Frame::Style(selectors, found, holds, start) = frame {
                let place = origin.map(|origin| (origin + start, origin + bytes.len()));
                self.add_rules(&selectors, found, &holds, place);
            }
        }
    }

    /// What a rule declares in front of a nested one is a rule of its own, which comes first.
    fn close_part(&mut self, frame: Option<&mut Frame>, origin: Option<usize>, at: usize) {
        if let Some(Frame::Style(selectors, found, holds, start)) = frame
            && !found.is_empty()
        {
            let place = origin.map(|origin| (origin + *start, origin + at));
            self.add_rules(selectors, std::mem::take(found), holds, place);
        }
    }

    fn open(
        &mut self,
        prelude: &str,
        mut holds: Holds,
        frames: &[Frame],
        at: usize,
    ) -> Option<Frame> {
        let parent = frames.iter().rev().find_map(Frame::selectors);
        if let Some(rule) = prelude.strip_prefix('@') {
            let name_end = rule
                .find(|c: char| !c.is_ascii_alphanumeric() && c != '-')
                .unwrap_or(rule.len());
            let (name, condition) = rule.split_at(name_end);
            self.condition(
                &name.to_ascii_lowercase(),
                condition.trim(),
                prelude,
                &mut holds,
            )?;
            return Some(match parent {
                Some(selectors) => Frame::Style(selectors.to_owned(), Vec::new(), holds, at),
                None => Frame::Group(holds),
            });
        }
        let selectors = match (parent, &holds.scope) {
            (None, None) => prelude.to_owned(),
            (None, Some(scope)) => scoped(scope, prelude),
            // Nesting of nesting grows the text; beyond this length it is no page's own.
            (Some(parent), _) if parent.len() > 4_000 => return None,
            (Some(parent), _) => nested(parent, prelude),
        };
        Some(Frame::Style(selectors, Vec::new(), holds, at))
    }

    /// Narrows what holds by the condition of a group; `None` for a block that is no such group, or
    /// that never counts.
    fn condition(
        &mut self,
        name: &str,
        condition: &str,
        prelude: &str,
        holds: &mut Holds,
    ) -> Option<()> {
        match name {
            "media" => {
                let inner = holds.profiles & media::profiles(condition);
                holds.prints = inner == 0 && holds.profiles != 0 && media::prints(condition);
                self.has_media |= inner != holds.profiles && inner != 0;
                holds.profiles = inner;
            }
            "supports" if !supports(condition) => return None,
            "supports" => {}
            "layer" => holds.layer = self.layers.enter(holds.layer, condition),
            "container" => {
                holds.is_uncertain = true;
                self.has_uncertain = true;
            }
            "scope" => holds.scope = Some(prelude.into()),
            // The page at rest is past its starting style, and no browser knows `@document`.
            _ => return None,
        }
        Some(())
    }

    fn add_rules(
        &mut self,
        selectors: &str,
        found: Vec<Declaration>,
        holds: &Holds,
        place: Option<(usize, usize)>,
    ) {
        if found.is_empty() || (holds.profiles == 0 && !holds.prints) {
            return;
        }
        self.has_media |= holds.profiles != media::ALL && !holds.prints;
        let declarations: Rc<[Declaration]> = found.into();
        self.blocks += 1;
        if selectors.contains(':') && is_invalid(selectors) {
            return;
        }
        let Some(host) = &holds.host else {
            for selector in split_top(selectors, b',') {
                self.add_rule(selector, 0, &declarations, holds, place);
            }
            return;
        };
        let tree = self.words.enter(host);
        for selector in in_shadow(host, selectors) {
            match selector {
                InShadow::Inside(inside) => {
                    self.add_rule(&inside, tree, &declarations, holds, place);
                }
                InShadow::Outside(outside) => {
                    self.add_rule(&outside, 0, &declarations, holds, place);
                }
            }
        }
    }

    /// The tree in which a node stands, by number: 0 for that of the page, and in templates that are
    /// none. O(depth) within templates.
    pub(crate) fn tree(&self, outline: &Outline<'_>, index: Index) -> Word {
        match tree_of(outline, index) {
            // The tree of a host without a sheet has rules of its own too, none.
            Some(Some(host)) => Some(self.words.find(host))
                .filter(|&word| word != 0)
                .unwrap_or(Word::MAX),
            _ => 0,
        }
    }

    /// Adds the rule of one selector, for elements in a tree; 0 is that of the page.
    fn add_rule(
        &mut self,
        selector: &str,
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
            let Some(matched) = matched else { continue };
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
                Some(_) => Needs::default(),
                None => Needs::of(&matched),
            };
            target.add(found_by, index, tree);
            self.rules.push(Rule {
                text: selector.trim().into(),
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

    /// Blocks that are no groups of rules, and yet matter.
    fn keep_block(&mut self, prelude: &str, block: &str) {
        if let Some(name) = prelude.strip_prefix("@property") {
            let mut found = Vec::new();
            for text in split_top(block.trim_matches(['{', '}']), b';') {
                // Read as a custom property, so that its value is kept whatever it is.
                declare(&format!("--{}", text.trim()), &mut found);
            }
            let initial = found
                .into_iter()
                .find(|d| d.custom.as_deref() == Some("--initial-value"));
            if let Some(initial) = initial {
                self.registered.insert(name.trim().into(), initial.value);
            }
        } else if let Some(frames) = Keyframes::read(prelude, block) {
            self.keyframes.push(frames);
        }
    }
}

/// The selectors of a nested rule, with those of its parent put in.
fn nested(parent: &str, prelude: &str) -> String {
    let of = |selector: &str| {
        let selector = selector.trim();
        if selector.contains('&') {
            selector.replace('&', &format!(":is({parent})"))
        } else {
            format!(":is({parent}) {selector}")
        }
    };
    let all: Vec<String> = split_top(prelude, b',').into_iter().map(of).collect();
    all.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(sheet: &str) -> Vec<(String, Profiles)> {
        let mut set = RuleSet::default();
        set.add_sheet(sheet, media::ALL, None);
        set.rules
            .iter()
            .map(|r| (r.matched.clone(), r.profiles))
            .collect()
    }

    #[test]
    fn rules_that_cannot_hide_are_dropped() {
        assert_eq!(
            rules("a{font-family:x} b{display:none}"),
            [("b".to_owned(), 7)]
        );
    }

    #[test]
    fn groups_and_nesting_are_flattened() {
        let sheet = "/* x{ */ @media (max-width:600px){.a,.b{display:none}} @import 'x'; \
                     .c{color:red;&:hover{display:none} .d{opacity:0}} @font-face{src:url(a;b)} e{width:0";
        assert_eq!(
            rules(sheet),
            [
                (".a".to_owned(), 1),
                (".b".to_owned(), 1),
                (".c".to_owned(), 7),
                (":is(.c)".to_owned(), 7),
                (":is(.c) .d".to_owned(), 7),
                ("e".to_owned(), 7),
            ]
        );
    }
}

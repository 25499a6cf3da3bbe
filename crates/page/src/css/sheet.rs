//! Stylesheets: from text to rules that can be matched.
//!
//! Only properties that can hide (or show again) are kept, and a rule without any of them is
//! dropped. Selectors are parsed when an element first asks for them, because most rules of a
//! real sheet concern no element of the page.

use std::borrow::Cow;
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
use crate::css::piece::Piece;
use crate::css::plain::{Key, Look, Plain, Word, Words};
use crate::css::pseudo_class::is_invalid;
use crate::css::selector::{Pseudo, asks_for, key, prepare, split_top, tops};
use crate::css::shadow::{InShadow, in_shadow, tree_of};
use crate::outline::{Index, Outline};

/// One selector with its declarations.
pub(crate) struct Rule {
    /// As a reader of the sheet would recognise it.
    pub(crate) text: Piece,
    /// What is matched.
    matched: Piece,
    selector: OnceCell<Option<Selector>>,
    /// The same in numbers, as far as it is plain.
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
        self.plain.as_ref().is_some_and(Plain::is_whole) || self.selector().is_some()
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
    /// Whether scraper looks at its siblings.
    pub(crate) looks_around: bool,
    /// Whether scraper looks at what is in it.
    pub(crate) looks_inside: bool,
    /// Whether scraper looks at what it stands in.
    pub(crate) looks_up: bool,
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
            looks_around: selector.contains(['~', '+'])
                || selector.contains(":nth")
                || selector.contains("-type"),
            looks_inside: selector.contains(":has("),
            looks_up: selector.contains(' '),
        }
    }
}

/// The first and the last of the links of a chain, plus one; 0 for none.
#[derive(Clone, Copy, Default)]
struct Chain(u32, u32);

/// Rules found by what their rightmost compound names. The rules of one word are a chain, in order of
/// appearance.
#[derive(Default)]
pub(crate) struct RuleIndex {
    ids: Vec<Chain>,
    classes: Vec<Chain>,
    names: Vec<Chain>,
    any: Chain,
    /// Each rule, and the link behind it, plus one.
    links: Vec<(usize, u32)>,
    /// Those of shadow trees, by the name of the host.
    trees: BTreeMap<Word, RuleIndex>,
}

fn bucket(buckets: &mut Vec<Chain>, word: Word) -> &mut Chain {
    let at = word as usize;
    if buckets.len() <= at {
        buckets.resize(at + 1, Chain::default());
    }
    &mut buckets[at]
}

impl RuleIndex {
    /// Adds a rule that is found by a key, for elements of a tree.
    pub(crate) fn add(&mut self, key: Key, rule: usize, tree: Word) {
        if tree != 0 {
            return self.trees.entry(tree).or_default().add(key, rule, 0);
        }
        let chain = match key {
            Key::Id(id) => bucket(&mut self.ids, id),
            Key::Class(class) => bucket(&mut self.classes, class),
            Key::Name(name) => bucket(&mut self.names, name),
            Key::Any => &mut self.any,
        };
        self.links.push((rule, 0));
        // A page has far fewer rules than the type has numbers.
        let new = u32::try_from(self.links.len()).unwrap_or(0);
        match self.links.get_mut((chain.1 as usize).wrapping_sub(1)) {
            Some(last) => last.1 = new,
            None => chain.0 = new,
        }
        chain.1 = new;
    }

    /// Whether it holds no rule.
    pub(crate) fn is_empty(&self) -> bool {
        self.links.is_empty() && self.trees.is_empty()
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
        let mut take = |chain: Chain| {
            let mut next = chain.0;
            while let Some(&(rule, behind)) = self.links.get((next as usize).wrapping_sub(1)) {
                into.push(rule);
                next = behind;
            }
        };
        let of = |buckets: &[Chain], word: Word| {
            let found = buckets.get(word as usize).filter(|_| word != 0);
            found.copied().unwrap_or_default()
        };
        take(self.any);
        take(of(&self.names, look.name));
        for &class in &look.classes {
            take(of(&self.classes, class));
        }
        take(of(&self.ids, look.id));
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
    pub(crate) registered: BTreeMap<Rc<str>, Piece>,
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
    Style(Piece, Vec<Declaration>, Holds, usize),
}

impl Frame {
    fn holds(&self) -> &Holds {
        match self {
            Self::Group(holds) | Self::Style(_, _, holds, _) => holds,
        }
    }

    fn selectors(&self) -> Option<&Piece> {
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
        let text: Rc<str> = blank_comments(sheet).into();
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
            let holds = frames.last().map_or(&outside, Frame::holds);
            match bytes.get(end) {
                Some(b'{') => match self.open(prelude.trim(), (&text, holds), &frames, at) {
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
                    if let Some(names) = prelude.strip_prefix("@layer ")
                        && frames
                            .last()
                            .is_none_or(|frame| frame.selectors().is_none())
                    {
                        for name in names.split(',') {
                            self.layers.enter(holds.layer, name.trim());
                        }
                    }
                    if let Some(Frame::Style(_, found, _, _)) = frames.last_mut() {
                        declare(prelude, &text, found);
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
        (whole, holds): (&Rc<str>, &Holds),
        frames: &[Frame],
        at: usize,
    ) -> Option<Frame> {
        let mut holds = holds.clone();
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
                Some(selectors) => Frame::Style(selectors.clone(), Vec::new(), holds, at),
                None => Frame::Group(holds),
            });
        }
        let selectors = match (parent, &holds.scope) {
            (None, None) => Piece::within(whole, prelude),
            (None, Some(scope)) => scoped(scope, prelude).into(),
            // Nesting of nesting grows the text; beyond this length it is no page's own.
            (Some(parent), _) if parent.len() > 4_000 => return None,
            (Some(parent), _) => nested(parent, prelude).into(),
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
        selectors: &Piece,
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
            for selector in tops(selectors, b',') {
                let selector = selectors.part(selector);
                self.add_rule(&selector, 0, &declarations, holds, place);
            }
            return;
        };
        let tree = self.words.enter(host);
        for selector in in_shadow(host, selectors) {
            match selector {
                InShadow::Inside(inside) => {
                    self.add_rule(&inside.into(), tree, &declarations, holds, place);
                }
                InShadow::Outside(outside) => {
                    self.add_rule(&outside.into(), 0, &declarations, holds, place);
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

    /// Blocks that are no groups of rules, and yet matter.
    fn keep_block(&mut self, prelude: &str, block: &str) {
        if let Some(name) = prelude.strip_prefix("@property") {
            let mut found = Vec::new();
            for text in split_top(block.trim_matches(['{', '}']), b';') {
                // Read as a custom property, so that its value is kept whatever it is.
                let text: Rc<str> = format!("--{}", text.trim()).into();
                declare(&text, &text, &mut found);
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
            .map(|r| (r.matched.to_string(), r.profiles))
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

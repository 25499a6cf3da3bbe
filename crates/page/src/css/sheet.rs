//! Stylesheets: from text to rules that can be matched.
//!
//! Only properties that can hide (or show again) are kept, and a rule without any of them is
//! dropped. Selectors are parsed when an element first asks for them, because most rules of a
//! real sheet concern no element of the page.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::rc::Rc;

use scraper::Selector;

use crate::css::declaration::{Declaration, Property, declare};
use crate::css::media::{self, Profiles};
use crate::css::selector::{Key, key, prepare, split_top};

/// One selector with its declarations.
pub(crate) struct Rule {
    /// As a reader of the sheet would recognise it.
    pub(crate) text: Rc<str>,
    /// What is matched.
    matched: String,
    selector: OnceCell<Option<Selector>>,
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
}

impl Rule {
    /// The compiled selector; `None` when scraper does not know it.
    pub(crate) fn selector(&self) -> Option<&Selector> {
        self.selector
            .get_or_init(|| Selector::parse(&self.matched).ok())
            .as_ref()
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

/// Rules found by what their rightmost compound names.
#[derive(Default)]
pub(crate) struct RuleIndex {
    ids: HashMap<String, Vec<usize>>,
    classes: HashMap<String, Vec<usize>>,
    names: HashMap<String, Vec<usize>>,
    any: Vec<usize>,
}

impl RuleIndex {
    fn add(&mut self, key: Key, rule: usize) {
        match key {
            Key::Id(id) => self.ids.entry(id).or_default().push(rule),
            Key::Class(class) => self.classes.entry(class).or_default().push(rule),
            Key::Name(name) => self.names.entry(name).or_default().push(rule),
            Key::Any => self.any.push(rule),
        }
    }

    /// Whether it holds no rule.
    pub(crate) fn is_empty(&self) -> bool {
        self.ids.is_empty()
            && self.classes.is_empty()
            && self.names.is_empty()
            && self.any.is_empty()
    }

    /// The rules that an element may match.
    pub(crate) fn candidates(&self, element: &scraper::node::Element, into: &mut Vec<usize>) {
        into.clear();
        into.extend(&self.any);
        into.extend(self.names.get(element.name()).into_iter().flatten());
        if !self.classes.is_empty() {
            for class in element.classes() {
                into.extend(self.classes.get(class).into_iter().flatten());
            }
        }
        if !self.ids.is_empty()
            && let Some(id) = element.id()
        {
            into.extend(self.ids.get(id).into_iter().flatten());
        }
    }
}

/// All rules of a page.
#[derive(Default)]
pub(crate) struct RuleSet {
    /// Rules in order of appearance.
    pub(crate) rules: Vec<Rule>,
    /// Rules that hold as the page loads.
    pub(crate) base: RuleIndex,
    /// Rules that hold in a state.
    pub(crate) stateful: RuleIndex,
    /// Rules for `::before` and `::after` that draw something.
    pub(crate) pseudo: RuleIndex,
    /// Names of `@keyframes` that end the hiding that they animate.
    pub(crate) keyframes: Vec<String>,
    /// Whether some rule holds on some screens only.
    pub(crate) has_media: bool,
}

/// No page has more rules that matter; what comes after is left out.
const MAX_RULES: usize = 60_000;

enum Frame {
    /// A conditional group.
    Group(Profiles),
    /// A style rule: its selectors, declarations, profiles, and where it began.
    Style(String, Vec<Declaration>, Profiles, usize),
}

impl RuleSet {
    /// Adds a sheet that holds on `profiles`. `origin` is where its text begins in the document.
    pub(crate) fn add_sheet(&mut self, sheet: &str, profiles: Profiles, origin: Option<usize>) {
        let text = blank_comments(sheet);
        let bytes = text.as_bytes();
        let mut frames: Vec<Frame> = Vec::new();
        let mut at = 0;
        while at < bytes.len() && self.rules.len() < MAX_RULES {
            let end = prelude_end(bytes, at);
            let prelude = text[at..end].trim();
            let prelude = prelude.strip_prefix("<!--").unwrap_or(prelude);
            let prelude = prelude.strip_prefix("-->").unwrap_or(prelude).trim_start();
            let holds = frames.last().map_or(profiles, |frame| match frame {
                Frame::Group(profiles) | Frame::Style(_, _, profiles, _) => *profiles,
            });
            match bytes.get(end) {
                Some(b'{') => match self.open(prelude.trim(), holds, &frames, at) {
                    Some(frame) if frames.len() < 64 => {
                        frames.push(frame);
                        at = end + 1;
                    }
                    _ => {
                        let close = block_end(bytes, end);
                        self.keep_keyframes(prelude.trim(), &text[end..close]);
                        at = close;
                    }
                },
                terminator => {
                    if let Some(Frame::Style(_, found, _, _)) = frames.last_mut() {
                        declare(prelude, found);
                    }
                    at = end + 1;
                    if terminator != Some(&b';')
                        && let Some(Frame::Style(selectors, found, holds, start)) = frames.pop()
                    {
                        let place =
                            origin.map(|origin| (origin + start, origin + at.min(bytes.len())));
                        self.add_rules(&selectors, found, holds, place);
                    }
                }
            }
        }
        while let Some(frame) = frames.pop() {
            if let Frame::Style(selectors, found, holds, start) = frame {
                let place = origin.map(|origin| (origin + start, origin + bytes.len()));
                self.add_rules(&selectors, found, holds, place);
            }
        }
    }

    fn open(
        &mut self,
        prelude: &str,
        holds: Profiles,
        frames: &[Frame],
        at: usize,
    ) -> Option<Frame> {
        if let Some(rule) = prelude.strip_prefix('@') {
            let (name, condition) = rule.split_once([' ', '(']).unwrap_or((rule, ""));
            let inner = match name.to_ascii_lowercase().as_str() {
                "media" => {
                    let condition = rule.get(5..).unwrap_or_default();
                    holds & media::profiles(condition)
                }
                "supports" if condition.trim_start().starts_with("not") => 0,
                "supports" | "layer" | "container" | "scope" | "starting-style" | "document" => {
                    holds
                }
                _ => return None,
            };
            self.has_media |= inner != holds;
            let nested = frames.iter().rev().find_map(|frame| match frame {
                Frame::Style(selectors, ..) => Some(selectors.clone()),
                Frame::Group(_) => None,
            });
            return Some(match nested {
                Some(selectors) => Frame::Style(selectors, Vec::new(), inner, at),
                None => Frame::Group(inner),
            });
        }
        let parent = frames.iter().rev().find_map(|frame| match frame {
            Frame::Style(selectors, ..) => Some(selectors.as_str()),
            Frame::Group(_) => None,
        });
        let selectors = match parent {
            None => prelude.to_owned(),
            // Nesting of nesting grows the text; beyond this length it is no page's own.
            Some(parent) if parent.len() > 4_000 => return None,
            Some(parent) if prelude.contains('&') => {
                prelude.replace('&', &format!(":is({parent})"))
            }
            Some(parent) => format!(":is({parent}) {prelude}"),
        };
        Some(Frame::Style(selectors, Vec::new(), holds, at))
    }

    fn add_rules(
        &mut self,
        selectors: &str,
        found: Vec<Declaration>,
        profiles: Profiles,
        place: Option<(usize, usize)>,
    ) {
        if found.is_empty() || profiles == 0 {
            return;
        }
        self.has_media |= profiles != media::ALL;
        let declarations: Rc<[Declaration]> = found.into();
        for selector in split_top(selectors, b',') {
            let Some(prepared) = prepare(selector) else {
                continue;
            };
            let draws = |d: &Declaration| d.property == Some(Property::Content);
            if prepared.pseudo_element && !declarations.iter().any(draws) {
                continue;
            }
            let variants = [(prepared.base, false), (prepared.with_state, true)];
            for (matched, with_state) in variants {
                let Some(matched) = matched else { continue };
                let index = self.rules.len();
                let target = match (prepared.pseudo_element, with_state) {
                    (true, true) => continue,
                    (true, false) => &mut self.pseudo,
                    (false, true) => &mut self.stateful,
                    (false, false) => &mut self.base,
                };
                target.add(key(&matched), index);
                self.rules.push(Rule {
                    text: selector.trim().into(),
                    matched,
                    selector: OnceCell::new(),
                    specificity: prepared.specificity,
                    profiles,
                    declarations: declarations.clone(),
                    place,
                    needs_focus: prepared.needs_focus,
                    ends_with_state: prepared.ends_with_state,
                });
            }
        }
    }

    fn keep_keyframes(&mut self, prelude: &str, block: &str) {
        let is_keyframes =
            prelude.starts_with("@keyframes") || prelude.starts_with("@-webkit-keyframes");
        let shows = ["opacity", "visibility", "transform", "clip-path", "height"];
        if is_keyframes
            && shows.iter().any(|property| block.contains(property))
            && let Some(name) = prelude.split_whitespace().nth(1)
        {
            self.keyframes.push(name.to_ascii_lowercase());
        }
    }
}

/// Comments become spaces, so that offsets stay.
fn blank_comments(sheet: &str) -> String {
    if !sheet.contains("/*") {
        return sheet.to_owned();
    }
    let mut text = String::with_capacity(sheet.len());
    let mut rest = sheet;
    while let Some(at) = rest.find("/*") {
        text.push_str(&rest[..at]);
        let end = rest[at + 2..]
            .find("*/")
            .map_or(rest.len(), |end| at + 2 + end + 2);
        text.extend(std::iter::repeat_n(' ', end - at));
        rest = &rest[end..];
    }
    text.push_str(rest);
    text
}

/// Where the text from `at` meets `{`, `;` or `}` outside of brackets and quotes.
fn prelude_end(bytes: &[u8], mut at: usize) -> usize {
    let (mut depth, mut quote) = (0u32, 0u8);
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 1,
            b'\n' if quote != 0 => quote = 0,
            c if quote != 0 => quote = if c == quote { 0 } else { quote },
            c @ (b'"' | b'\'') => quote = c,
            b'(' | b'[' => depth += 1,
            b')' | b']' => depth = depth.saturating_sub(1),
            b'{' | b'}' => return at,
            b';' if depth == 0 => return at,
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

/// One past the `}` that closes the `{` at `at`.
fn block_end(bytes: &[u8], at: usize) -> usize {
    let (mut depth, mut quote, mut at) = (0u32, 0u8, at);
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 1,
            b'\n' if quote != 0 => quote = 0,
            c if quote != 0 => quote = if c == quote { 0 } else { quote },
            c @ (b'"' | b'\'') => quote = c,
            b'{' => depth += 1,
            b'}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
        at += 1;
    }
    bytes.len()
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
            rules("a{border:1px} b{display:none}"),
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
                (":is(.c)".to_owned(), 7),
                (":is(.c) .d".to_owned(), 7),
                (".c".to_owned(), 7),
                ("e".to_owned(), 7),
            ]
        );
    }
}

//! Stylesheets: from text to rules that can be matched.
//!
//! Only properties that can hide (or show again) are kept, and a rule without any of them is
//! dropped.

use std::rc::Rc;

use crate::css::animation::Keyframes;
use crate::css::blocks::{blank_comments, block_end, flat_end, prelude_end};
use crate::css::conditions::{scoped, supports};
use crate::css::declaration::{Declaration, declare};
use crate::css::media::{self, Profiles};
use crate::css::piece::Piece;
use crate::css::rule_set::{Holds, RuleSet};
use crate::css::selector::{split_top, tops};

/// No page has more rules that matter; what comes after is left out.
const MAX_RULES: usize = 60_000;

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
            let flat = bytes
                .get(end)
                .filter(|&&byte| byte == b'{' && self.is_about_others(prelude, &frames))
                .and_then(|_| flat_end(bytes, end));
            if let Some(close) = flat {
                at = close;
                continue;
            }
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

    /// Whether a rule that stands in no other names words alone that the document does not have.
    fn is_about_others(&self, prelude: &str, frames: &[Frame]) -> bool {
        self.vocabulary.is_some()
            && !prelude.starts_with('@')
            && frames.iter().all(|frame| frame.selectors().is_none())
            && tops(prelude, b',').all(|selector| !self.may_concern(selector))
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
                holds.profiles = inner;
            }
            "supports" if !supports(condition) => return None,
            "supports" => {}
            "layer" => holds.layer = self.layers.enter(holds.layer, condition),
            "container" => holds.is_uncertain = true,
            "scope" => holds.scope = Some(prelude.into()),
            // The page at rest is past its starting style, and no browser knows `@document`.
            _ => return None,
        }
        Some(())
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

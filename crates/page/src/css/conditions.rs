//! The conditions of at-rules other than media: `@supports`, `@layer`, `@scope`.

use crate::css::declaration::Property;
use crate::css::selector::split_top;
use crate::visibility::valid::is_valid;

/// Brackets nested deeper than this make a condition unread, and so false.
const MAX_DEPTH: u32 = 16;

/// Whether a current browser supports what `@supports` asks for. O(bytes × depth).
pub(crate) fn supports(condition: &str) -> bool {
    supports_at(&condition.to_ascii_lowercase(), 0)
}

fn supports_at(condition: &str, depth: u32) -> bool {
    let condition = condition.trim();
    if depth >= MAX_DEPTH || condition.is_empty() {
        return false;
    }
    if let Some(rest) = word_after(condition, "not") {
        return !supports_at(rest, depth + 1);
    }
    for (word, any) in [(" or ", true), (" and ", false)] {
        let parts = split_at_word(condition, word);
        if parts.len() > 1 {
            let mut holds = parts.iter().map(|part| supports_at(part, depth + 1));
            return if any {
                holds.any(|holds| holds)
            } else {
                holds.all(|holds| holds)
            };
        }
    }
    if let Some(selector) = condition.strip_prefix("selector(") {
        return !selector.contains("-moz-") && !selector.contains("-ms-");
    }
    let Some(inner) = condition
        .strip_prefix('(')
        .and_then(|c| c.strip_suffix(')'))
    else {
        return condition.starts_with("font-");
    };
    let inner = inner.trim();
    if inner.starts_with('(')
        || word_after(inner, "not").is_some()
        || inner.starts_with("selector(")
    {
        return supports_at(inner, depth + 1);
    }
    match inner.split_once(':') {
        Some((name, value)) => knows(name.trim(), value.trim()),
        None => false,
    }
}

fn word_after<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let rest = text.strip_prefix(word)?;
    rest.starts_with([' ', '(']).then_some(rest)
}

fn split_at_word<'a>(text: &'a str, word: &str) -> Vec<&'a str> {
    let (mut parts, mut start, mut depth) = (Vec::new(), 0, 0u32);
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ' ' if depth == 0 && at >= start && text[at..].starts_with(word) => {
                parts.push(&text[start..at]);
                start = at + word.len();
            }
            _ => {}
        }
    }
    parts.push(text.get(start..).unwrap_or_default());
    parts
}

/// First words of the properties that current browsers know, beyond those that we keep.
const FAMILIES: &[&str] = &[
    "accent",
    "align",
    "anchor",
    "animation",
    "appearance",
    "aspect",
    "backdrop",
    "background",
    "block",
    "border",
    "box",
    "break",
    "caption",
    "caret",
    "clear",
    "color",
    "column",
    "columns",
    "contain",
    "container",
    "counter",
    "direction",
    "empty",
    "fill",
    "flex",
    "font",
    "forced",
    "gap",
    "grid",
    "hanging",
    "hyphens",
    "image",
    "initial",
    "inline",
    "inset",
    "interpolate",
    "isolation",
    "justify",
    "list",
    "margin",
    "marker",
    "mask",
    "mix",
    "object",
    "offset",
    "order",
    "orphans",
    "outline",
    "overflow",
    "overlay",
    "overscroll",
    "padding",
    "page",
    "paint",
    "perspective",
    "place",
    "position",
    "quotes",
    "resize",
    "row",
    "ruby",
    "scroll",
    "scrollbar",
    "shape",
    "stroke",
    "tab",
    "table",
    "text",
    "timeline",
    "touch",
    "transform",
    "transition",
    "unicode",
    "user",
    "vertical",
    "view",
    "widows",
    "will",
    "word",
    "writing",
    "width",
    "height",
    "min",
    "max",
];

/// Properties with a vendor's prefix that current browsers still know.
const WEBKIT: &[&str] = &[
    "appearance",
    "background-clip",
    "backdrop-filter",
    "box-orient",
    "box-reflect",
    "clip-path",
    "font-smoothing",
    "line-clamp",
    "mask",
    "mask-image",
    "text-fill-color",
    "text-stroke",
    "tap-highlight-color",
    "user-select",
    "transform",
    "filter",
];

fn knows(name: &str, value: &str) -> bool {
    if name.starts_with("--") {
        return true;
    }
    if value.contains("-moz-") || value.contains("-ms-") {
        return false;
    }
    if let Some(own) = name.strip_prefix("-webkit-") {
        return WEBKIT.contains(&own);
    }
    if let Some(property) = Property::of(name) {
        return is_valid(property, value);
    }
    let family = name.split('-').next().unwrap_or_default();
    FAMILIES.contains(&family) && !value.is_empty()
}

/// Cascade layers by name, in order of their first mention.
#[derive(Debug, Default)]
pub(crate) struct Layers {
    /// Parent and full name of each layer; the first stands for rules outside of any.
    known: Vec<(u16, String)>,
    /// Rank of each: a greater one wins.
    ranks: Vec<u16>,
}

/// At most so many layers are told apart.
const MAX_LAYERS: usize = 200;

impl Layers {
    /// Whether any layer is named.
    pub(crate) fn is_used(&self) -> bool {
        self.known.len() > 1
    }

    /// Rank of a layer among all: a greater one wins where neither declaration is important.
    pub(crate) fn rank(&self, layer: u16) -> u16 {
        self.ranks.get(usize::from(layer)).copied().unwrap_or(0)
    }

    /// The layer of a name (`base.reset`) below another; without a name, a new one.
    pub(crate) fn enter(&mut self, parent: u16, name: &str) -> u16 {
        if self.known.is_empty() {
            self.known.push((0, String::new()));
        }
        let mut at = parent;
        let parts: Vec<&str> = name.split('.').map(str::trim).take(16).collect();
        for part in parts {
            let full = format!("{}.{part}", self.known[usize::from(at)].1);
            let found = self
                .known
                .iter()
                .position(|(_, known)| !part.is_empty() && *known == full);
            at = match found {
                Some(found) => u16::try_from(found).unwrap_or(0),
                None if self.known.len() < MAX_LAYERS => {
                    let own = u16::try_from(self.known.len()).unwrap_or(0);
                    let unique = if part.is_empty() {
                        format!("{full}{own}")
                    } else {
                        full
                    };
                    self.known.push((at, unique));
                    self.rank_all();
                    own
                }
                None => at,
            };
        }
        at
    }

    /// Rules straight in a layer beat those of the layers in it, and later layers beat earlier ones:
    /// the order of a walk that leaves a layer after its children.
    fn rank_all(&mut self) {
        let mut ranks = vec![0; self.known.len()];
        let mut next = 0;
        let mut open = vec![(0_usize, 0_usize)];
        while let Some((layer, from)) = open.pop() {
            let child = (from.max(layer + 1)..self.known.len())
                .find(|&at| usize::from(self.known[at].0) == layer);
            if let Some(child) = child {
                open.push((layer, child + 1));
                open.push((child, 0));
            } else {
                ranks[layer] = next;
                next += 1;
            }
        }
        self.ranks = ranks;
    }
}

/// The selectors of a rule in `@scope (root) to (limit)`, without a limit's effect on what is
/// deeper than its first match.
pub(crate) fn scoped(prelude: &str, selectors: &str) -> String {
    let inside = |text: &str| -> Option<String> {
        let start = text.find('(')?;
        let end = text.rfind(')')?;
        Some(text.get(start + 1..end)?.trim().to_owned())
    };
    let (root, limit) = match prelude.split_once(" to ") {
        Some((root, limit)) => (inside(root), inside(limit)),
        None => (inside(prelude), None),
    };
    let Some(root) = root.filter(|root| !root.is_empty() && root.len() < 2_000) else {
        return selectors.to_owned();
    };
    let limit = limit
        .filter(|limit| !limit.is_empty() && limit.len() < 2_000)
        .map(|limit| format!(":where(:not(:is({limit}), :is({limit}) *))"))
        .unwrap_or_default();
    let own = |selector: &str| {
        let selector = selector.trim();
        if selector.contains(":scope") || selector.contains('&') {
            let named = selector.replace(":scope", &format!(":where({root})"));
            format!("{}{limit}", named.replace('&', &format!(":where({root})")))
        } else {
            format!(":where({root}) {selector}{limit}")
        }
    };
    let all: Vec<String> = split_top(selectors, b',').into_iter().map(own).collect();
    all.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn support_is_asked_of_a_current_browser() {
        for yes in [
            "(display: grid)",
            "not (display: nonsense)",
            "(display:flex) and (not (foo:bar))",
            "(foo:bar) or (color:red)",
            "selector(:has(a))",
            "((position:sticky))",
            "(backdrop-filter: blur(1px))",
        ] {
            assert!(supports(yes), "{yes}");
        }
        for no in [
            "not (display: grid)",
            "(foo: bar)",
            "(display:flex) and (foo:bar)",
            "(-moz-appearance:none)",
            "(color: nocolor)",
            "",
        ] {
            assert!(!supports(no), "{no}");
        }
        assert!(!supports(&format!(
            "{}color:red{}",
            "(".repeat(9_000),
            ")".repeat(9_000)
        )));
    }

    #[test]
    fn later_layers_win_and_a_layer_beats_its_own() {
        let mut layers = Layers::default();
        let base = layers.enter(0, "base");
        let inner = layers.enter(0, "base.inner");
        let last = layers.enter(0, "last");
        assert!(layers.rank(inner) < layers.rank(base));
        assert!(layers.rank(base) < layers.rank(last));
        assert!(layers.rank(last) < layers.rank(0));
        assert_eq!(layers.enter(base, "inner"), inner);
    }

    #[test]
    fn a_scope_stands_before_its_selectors() {
        assert_eq!(
            scoped("@scope (.card)", "a, :scope"),
            ":where(.card) a,:where(.card)"
        );
    }
}

//! Rules of a shadow tree.
//!
//! Components of one name share their sheets, so the name of the host stands for the tree: a rule
//! holds in every tree of a host of that name. What it says of the host, or of what is slotted, is
//! put into words that can be matched in the tree of the page.

use crate::css::selector::split_top;
use crate::outline::{Index, Outline};

/// The tree in which a node stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tree<'o> {
    /// That of the page.
    Page,
    /// The shadow tree of a host of this name.
    Shadow(&'o str),
    /// A template that is no shadow root: nothing in it is rendered.
    Inert,
}

impl<'o> Tree<'o> {
    /// The name of the host, of a shadow tree.
    pub(crate) fn host(self) -> Option<&'o str> {
        match self {
            Self::Shadow(host) => Some(host),
            Self::Page | Self::Inert => None,
        }
    }
}

/// The tree in which a node stands. O(depth) within templates.
pub(crate) fn tree_of<'o>(outline: &'o Outline<'_>, index: Index) -> Tree<'o> {
    if !outline.items[index].in_template {
        return Tree::Page;
    }
    let template = outline
        .lineage(index)
        .find(|&at| outline.name(at) == "template");
    template
        .filter(|&at| is_shadow_root(outline, at))
        .and_then(|root| outline.parent(root))
        .map_or(Tree::Inert, |host| Tree::Shadow(outline.name(host)))
}

/// Whether a node is a template that becomes the shadow root of its parent.
pub(crate) fn is_shadow_root(outline: &Outline<'_>, index: Index) -> bool {
    outline.name(index) == "template" && outline.attr(index, "shadowrootmode").is_some()
}

/// One selector of a shadow tree.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum InShadow {
    /// Of elements within the tree.
    Inside(String),
    /// Of the host, or of its children.
    Outside(String),
}

/// The selectors of a shadow tree's rule for a host of the name `host`. O(text).
pub(crate) fn in_shadow(host: &str, selectors: &str) -> Vec<InShadow> {
    split_top(selectors, b',')
        .into_iter()
        .filter_map(|selector| one(host, selector.trim()))
        .collect()
}

fn one(host: &str, selector: &str) -> Option<InShadow> {
    let is_plain = host.starts_with(|c: char| c.is_ascii_alphabetic())
        && host
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    if let Some((_, inner)) = selector.split_once("::slotted(") {
        let inner = inner.rsplit_once(')').map_or(inner, |(inner, _)| inner);
        return is_plain.then(|| InShadow::Outside(format!("{host} > {inner}")));
    }
    let Some(after) = selector.strip_prefix(":host") else {
        return Some(InShadow::Inside(selector.to_owned()));
    };
    let mut depth = 0_u32;
    let end = after.find(|c: char| {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && (c.is_whitespace() || c == '>')
    });
    match end {
        None => is_plain.then(|| InShadow::Outside(format!("{host}{selector}"))),
        Some(0) => {
            let inside = after.trim_start().trim_start_matches('>').trim_start();
            Some(InShadow::Inside(inside.to_owned()))
        }
        // What the host is asked for may change: a state, as `selector` reads it.
        Some(end) => {
            let inside = after[end..].trim_start().trim_start_matches('>');
            Some(InShadow::Inside(format!(":host{} {inside}", &after[..end])))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::InShadow::{Inside, Outside};
    use super::*;

    #[test]
    fn selectors_hold_in_their_own_tree() {
        let inside = |text: &str| Inside(text.to_owned());
        let outside = |text: &str| Outside(text.to_owned());
        for (selectors, expected) in [
            (".a, b > c", vec![inside(".a"), inside("b > c")]),
            (":host", vec![outside("x-y:host")]),
            (":host([open])", vec![outside("x-y:host([open])")]),
            (":host > nav", vec![inside("nav")]),
            (":host([open]) .a", vec![inside(":host([open]) .a")]),
            ("slot::slotted(a.b)", vec![outside("x-y > a.b")]),
        ] {
            assert_eq!(in_shadow("x-y", selectors), expected, "{selectors}");
        }
        assert_eq!(in_shadow("x:y", ":host"), []);
    }
}

//! The document as scripts ask for it: the first element that a simple selector names.

use model::PageUrl;

use crate::outline::{Index, Outline};
use script::Page;

/// The document, for the reader of its scripts.
pub(crate) struct Dom<'e, 't> {
    /// The document in order.
    pub(crate) outline: &'e Outline<'t>,
    /// Its address.
    pub(crate) address: &'e PageUrl,
    /// The elements that carry the texts of code, in their order.
    pub(crate) elements: &'e [Index],
}

/// The parts of a compound selector: name, id, class, and one attribute.
#[derive(Default)]
struct Compound<'s> {
    name: &'s str,
    id: Option<&'s str>,
    class: Option<&'s str>,
    attribute: Option<(&'s str, Option<&'s str>)>,
}

fn compound(selector: &str) -> Compound<'_> {
    let (head, attribute) = match selector.split_once('[') {
        Some((head, rest)) => {
            let inside = rest.trim_end_matches(']');
            let attribute = match inside.split_once('=') {
                Some((name, value)) => {
                    let name = name.trim_end_matches(['~', '|', '^', '$', '*']);
                    (name, Some(value.trim_matches(['"', '\''])))
                }
                None => (inside, None),
            };
            (head, Some(attribute))
        }
        None => (selector, None),
    };
    let end = head.find(['#', '.']).unwrap_or(head.len());
    let after = |sign: char| {
        let (_, rest) = head.split_once(sign)?;
        rest.split(['#', '.', ':']).next()
    };
    Compound {
        name: head[..end].split(':').next().unwrap_or_default(),
        id: after('#'),
        class: after('.'),
        attribute,
    }
}

impl Dom<'_, '_> {
    /// The first element that the last part of a selector names. Linear in the document.
    pub(crate) fn find(&self, selector: &str) -> Option<Index> {
        if let Some(number) = selector.strip_prefix("this:") {
            return self.elements.get(number.parse::<usize>().ok()?).copied();
        }
        if let Some(rest) = selector.strip_prefix("form:") {
            let mut forms =
                (0..self.outline.items.len()).filter(|&at| self.outline.name(at) == "form");
            return match rest.parse::<usize>() {
                Ok(nth) => forms.nth(nth),
                Err(_) => forms.find(|&at| {
                    ["id", "name"]
                        .iter()
                        .any(|name| self.outline.attr(at, name) == Some(rest))
                }),
            };
        }
        let last = selector
            .split([' ', '>', ','])
            .next_back()
            .unwrap_or_default();
        let wanted = compound(last);
        if last.is_empty() {
            return None;
        }
        (0..self.outline.items.len()).find(|&at| {
            let Some(element) = self.outline.element(at) else {
                return false;
            };
            let has = |name: &str| self.outline.attr(at, name);
            (wanted.name.is_empty() || wanted.name == "*" || element.name() == wanted.name)
                && wanted.id.is_none_or(|id| has("id") == Some(id))
                && wanted.class.is_none_or(|class| {
                    has("class").is_some_and(|all| all.split_whitespace().any(|one| one == class))
                })
                && wanted.attribute.is_none_or(|(name, value)| {
                    let own = has(name);
                    value.map_or(own.is_some(), |value| own == Some(value))
                })
        })
    }
}

impl Page for Dom<'_, '_> {
    fn attribute(&self, selector: &str, name: &str) -> Option<String> {
        let index = self.find(selector)?;
        self.outline.attr(index, name).map(str::to_owned)
    }

    fn text(&self, selector: &str) -> Option<String> {
        let index = self.find(selector)?;
        let texts = self
            .outline
            .below(index)
            .filter_map(|at| self.outline.text(at));
        let text: String = texts.take(200).collect();
        (text.len() < 100_000).then_some(text)
    }

    fn origin(&self) -> (String, String, String) {
        script::origin_of(self.address)
    }

    fn path(&self) -> Option<String> {
        let url = self.address.as_url();
        let query = url.query().map(|query| format!("?{query}"));
        Some(format!("{}{}", url.path(), query.unwrap_or_default()))
    }
}

//! Links and references in SVG and MathML (V33).

use html5ever::ns;
use model::{Carrier, HopKind, ResourceKind, Technique};

use crate::carriers::Walk;
use crate::outline::Index;

impl Walk<'_, '_> {
    /// Whether an element is no HTML.
    pub(crate) fn is_foreign(&self, index: Index) -> bool {
        self.outline
            .element(index)
            .is_some_and(|element| matches!(element.name.ns, ns!(svg) | ns!(mathml)))
    }

    /// An element of SVG or MathML other than an anchor of SVG.
    pub(crate) fn foreign(&mut self, index: Index, name: &str) {
        let Some(element) = self.outline.element(index) else {
            return;
        };
        if element.name.ns == ns!(mathml) {
            if let Some(href) = self.outline.attr(index, "href") {
                self.anchor_with(index, href, Carrier::MathMl);
            }
            return;
        }
        if matches!(name, "set" | "animate") {
            self.animation(index);
            return;
        }
        let Some(href) = self.outline.attr(index, "href") else {
            return;
        };
        if href.trim_start().starts_with('#') {
            return;
        }
        let kind = match name {
            "script" => ResourceKind::Script,
            _ => ResourceKind::Image,
        };
        self.resource_on(index, href, kind, Carrier::SvgReference);
    }

    /// An animation that sets the `href` of its parent: the address that is clicked is not the one
    /// that is written there.
    fn animation(&mut self, index: Index) {
        let sets = self
            .outline
            .attr(index, "attributeName")
            .unwrap_or_default();
        if sets != "href" && sets != "xlink:href" {
            return;
        }
        let anchor = self.outline.parent(index).unwrap_or(index);
        for attribute in ["to", "from", "by", "values"] {
            let Some(value) = self.outline.attr(index, attribute) else {
                continue;
            };
            for href in value
                .split(';')
                .filter(|href| !href.trim().is_empty())
                .take(16)
            {
                let trimmed = href.trim();
                if let Some(code) = crate::carriers::elements::javascript_code(trimmed) {
                    self.javascript(index, code);
                    continue;
                }
                let mut link = self.link_on(index, trimmed, HopKind::Anchor, Carrier::SvgAnimation);
                link.text = self.anchor_text(anchor);
                link.context = self.context(anchor);
                link.visibility = self.judge.anchor(anchor);
                link.note(Technique::FOREIGN_CONTENT);
                self.add(link);
            }
        }
    }
}

//! Links that stand in scripts: elements, handlers and `javascript:` addresses.

use model::{Carrier, HopKind, Trigger, Visibility};

use crate::carriers::Walk;
use crate::outline::Index;
use crate::script::{self, FormName};

impl Walk<'_, '_> {
    /// A script element: a resource, a data block, a template, or code.
    pub(crate) fn script(&mut self, index: Index) {
        if let Some(src) = self.outline.attr(index, "src") {
            self.found
                .resource(src, &self.base.clone(), model::ResourceKind::Script);
            return;
        }
        let kind = self
            .outline
            .attr(index, "type")
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase();
        let is_code = kind.is_empty()
            || kind == "module"
            || kind.contains("javascript")
            || kind.contains("ecmascript");
        if !is_code {
            if kind.contains("template")
                || kind.contains("html")
                || kind.contains("handlebars")
                || kind.contains("mustache")
            {
                self.raw_text(index);
            } else {
                self.data_script(index, &kind);
            }
            return;
        }
        let texts: Vec<Index> = self
            .outline
            .below(index)
            .filter(|&at| self.outline.text(at).is_some())
            .collect();
        for at in texts {
            let Some(text) = self.outline.text(at) else {
                continue;
            };
            let (navigations, submissions) = script::read(text, false);
            for navigation in navigations {
                let mut link = self.link_on(
                    index,
                    &navigation.href,
                    HopKind::ScriptNavigation,
                    Carrier::Script,
                );
                link.trigger = navigation.trigger;
                link.span = self.span_inside(at, text, navigation.at).or(link.span);
                if navigation.trigger == Trigger::Act {
                    let why = "a script decides when it is taken".to_owned();
                    link.visibility = Visibility::Unknown(why, Vec::new());
                }
                self.add(link);
            }
            self.found.submissions.extend(submissions);
        }
    }

    /// Where an offset of a raw text stands in the body, when the text stands there as it is.
    pub(crate) fn span_inside(
        &self,
        text_node: Index,
        text: &str,
        at: usize,
    ) -> Option<model::Span> {
        let (start, end) = self.outline.items[text_node].place?;
        (end - start == text.len()).then(|| self.outline.body_span(start + at, end))
    }

    /// An `on…` attribute.
    pub(crate) fn handler(&mut self, index: Index, name: &str, value: &str) {
        let loads = matches!(name, "onload" | "onpageshow")
            && matches!(
                self.outline.name(index),
                "body" | "html" | "frameset" | "img" | "svg" | "iframe"
            );
        self.code(index, value, !loads, Carrier::EventHandler);
    }

    /// What follows `javascript:`.
    pub(crate) fn javascript(&mut self, index: Index, code: &str) {
        let decoded = percent_encoding::percent_decode_str(code).decode_utf8_lossy();
        self.code(index, &decoded, true, Carrier::JavascriptUrl);
    }

    fn code(&mut self, index: Index, code: &str, as_handler: bool, carrier: Carrier) {
        let (navigations, submissions) = script::read(code, as_handler);
        for navigation in navigations {
            let mut link =
                self.link_on(index, &navigation.href, HopKind::ScriptNavigation, carrier);
            link.trigger = navigation.trigger;
            if navigation.trigger == Trigger::Act {
                link.text = self.anchor_text(index);
                link.context = self.context(index);
                link.visibility = self.judge.anchor(index);
            }
            self.add(link);
        }
        self.found.submissions.extend(submissions);
    }

    /// Forms that a script submits when the page has loaded need no act.
    pub(crate) fn submit_forms(&mut self) {
        self.form_owners();
        let submissions = std::mem::take(&mut self.found.submissions);
        for submission in submissions.iter().filter(|s| s.trigger == Trigger::Load) {
            let forms = &self.found.forms;
            let form = match &submission.form {
                FormName::Nth(n) => forms.get(*n),
                FormName::Named(name) => forms
                    .iter()
                    .find(|(index, _)| {
                        ["id", "name", "class"].iter().any(|attribute| {
                            self.outline.attr(*index, attribute) == Some(name.as_str())
                        })
                    })
                    .or_else(|| forms.first().filter(|_| forms.len() == 1)),
                FormName::Some => forms.first().filter(|_| forms.len() == 1),
            };
            let place = form.and_then(|(_, place)| *place);
            if let Some(place) = place {
                self.found.links[place].trigger = Trigger::Load;
                for link in &mut self.found.links {
                    if link.inside == Some(place) {
                        link.trigger = Trigger::Load;
                    }
                }
            }
        }
    }
}

//! Forms, and the controls that send them.

use model::{Carrier, HopKind, Technique};

use crate::carriers::Walk;
use crate::outline::Index;

/// At most so many controls outside of their forms count.
const MAX_OWNERS: usize = 200;

impl Walk<'_, '_> {
    /// A form with an address.
    pub(super) fn form(&mut self, index: Index) {
        let action = self.outline.attr(index, "action").unwrap_or_default();
        if action.trim().is_empty() {
            self.found.forms.push((index, None));
            return;
        }
        let mut link = self.link_on(index, action, HopKind::Form, Carrier::FormAction);
        link.text = self.submit_text(index);
        link.context = self.outline.text_below(index, 300).into_owned();
        link.visibility = self.judge.element(index);
        let place = self.add(link);
        self.found.forms.push((index, place));
    }

    fn submit_text(&self, form: Index) -> String {
        let is_submit = |at: &Index| {
            let kind = self.outline.attr(*at, "type").unwrap_or_default();
            match self.outline.name(*at) {
                "button" => !matches!(kind, "button" | "reset"),
                "input" => matches!(kind, "submit" | "image"),
                _ => false,
            }
        };
        let Some(control) = self.outline.below(form).take(2_000).find(is_submit) else {
            return String::new();
        };
        let text = self.outline.text_below(control, 200);
        if !text.is_empty() {
            return text.into_owned();
        }
        ["value", "alt", "aria-label"]
            .iter()
            .find_map(|name| self.outline.attr(control, name))
            .map(|text| crate::outline::collapse(text, 200))
            .unwrap_or_default()
    }

    /// A control that sends a form: to an address of its own, or from outside of the form.
    pub(super) fn control(&mut self, index: Index) {
        if let Some(form) = self.outline.attr(index, "form")
            && self.found.owners.len() < MAX_OWNERS
            && self.sends(index)
        {
            self.found.owners.push((index, form.trim().to_owned()));
        }
        let Some(action) = self.outline.attr(index, "formaction") else {
            return;
        };
        let mut link = self.link_on(index, action, HopKind::Form, Carrier::FormactionAttribute);
        link.text = self.control_text(index);
        link.visibility = self.judge.element(index);
        link.note(Technique::NON_ANCHOR_CARRIER);
        self.add(link);
    }

    fn sends(&self, index: Index) -> bool {
        let kind = self.outline.attr(index, "type").unwrap_or_default();
        match self.outline.name(index) {
            "button" => !matches!(kind, "button" | "reset"),
            _ => matches!(kind, "submit" | "image"),
        }
    }

    fn control_text(&self, index: Index) -> String {
        let text = self.anchor_text(index);
        if !text.is_empty() {
            return text;
        }
        ["value", "alt", "aria-label"]
            .iter()
            .find_map(|name| self.outline.attr(index, name))
            .map(|text| crate::outline::collapse(text, 200))
            .unwrap_or_default()
    }

    /// Controls that send a form which stands elsewhere: the way out is where the control is.
    pub(crate) fn form_owners(&mut self) {
        for (control, id) in std::mem::take(&mut self.found.owners) {
            let form = self
                .found
                .forms
                .iter()
                .find(|(at, _)| self.outline.attr(*at, "id") == Some(id.as_str()));
            let Some(&(form, Some(_))) = form else {
                continue;
            };
            let is_inside = self.outline.below(form).contains(&control);
            if is_inside || self.outline.attr(control, "formaction").is_some() {
                continue;
            }
            let action = self.outline.attr(form, "action").unwrap_or_default();
            let mut link = self.link_on(control, action, HopKind::Form, Carrier::FormOwner);
            link.text = self.control_text(control);
            link.visibility = self.judge.element(control);
            link.note(Technique::NON_ANCHOR_CARRIER);
            self.add(link);
        }
    }
}

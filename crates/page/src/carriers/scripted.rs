//! What the findings of the reader of scripts mean for the ways out of a page.

use model::{
    Carrier, Condition, HopKind, Link, Proof, ResourceKind, Span, Technique, Trigger, Visibility,
};
use script::{Finding, Happening, Made, Way, Which};

use crate::ascii::begins;
use crate::carriers::scripts::Code;
use crate::carriers::{Walk, proof};
use crate::document::OffsetMap;
use crate::dom::Dom;
use crate::outline::{Index, Outline};
use crate::parse::parse;

impl<'t> Walk<'_, 't> {
    /// What one finding means for the page's ways out.
    pub(crate) fn found_in(&mut self, code: &Code<'t>, finding: &Finding) {
        match &finding.way {
            Way::Navigate {
                href,
                by_element,
                by_form,
            } => {
                let kind = if *by_form {
                    HopKind::Form
                } else {
                    HopKind::ScriptNavigation
                };
                let mut link = self.scripted_link(code, finding, href, kind);
                if *by_element {
                    link.scripted.push(proof(
                        Technique::SCRIPT_ELEMENT,
                        "an element that the script makes carries it",
                        link.span,
                    ));
                }
                if *by_form && link.trigger == Trigger::Load {
                    link.scripted.push(proof(
                        Technique::AUTO_SUBMIT,
                        "a form submits itself",
                        link.span,
                    ));
                }
                self.add_scripted(link);
            }
            Way::Exchange { href, is_action } => {
                let kind = if *is_action {
                    HopKind::Form
                } else {
                    HopKind::ScriptNavigation
                };
                let mut link = self.scripted_link(code, finding, href, kind);
                let swapped = matches!(&finding.happening, Happening::Act(_));
                link.trigger = Trigger::Act;
                link.delay_seconds = None;
                link.visibility = decided_by_script();
                let (technique, shows) = if swapped {
                    (
                        Technique::HREF_SWAP,
                        "the address is exchanged when the link is used",
                    )
                } else {
                    (
                        Technique::SCRIPT_ELEMENT,
                        "a script sets the address of an element",
                    )
                };
                link.scripted.push(proof(technique, shows, link.span));
                self.add_scripted(link);
            }
            Way::Submit(which) => self.submitted(code, finding, which),
            Way::Click(which) => self.clicked(code, finding, which),
            Way::Markup { html, as_element } => self.written(code, finding, html, *as_element),
            Way::Resource { href, is_script } => {
                let kind = if *is_script {
                    ResourceKind::Script
                } else {
                    ResourceKind::Other
                };
                let base = self.base.clone();
                self.found.resource(href, &base, kind);
            }
            Way::Worker(href) => {
                let base = self.base.clone();
                self.found.resource(href, &base, ResourceKind::Script);
                self.note("a service worker may answer in place of the server (J15)");
            }
            Way::Style(css) => self.injected.push(css.clone()),
            Way::Cookie(field) => self.found.cookie(field),
        }
    }

    /// Adds a link, unless it leads to the page itself.
    fn add_scripted(&mut self, link: Link) {
        // What a page does to itself when it loads may be a check of cookies; the rest leads nowhere.
        let moves = link.trigger == Trigger::Load && link.kind == HopKind::ScriptNavigation;
        let itself = link.target.as_ref() == Some(self.address) && link.kind != HopKind::Form;
        if moves || !itself {
            self.add(link);
        }
    }

    /// A link that a script makes or takes, with its trigger, conditions and proofs.
    fn scripted_link(&self, code: &Code<'t>, finding: &Finding, href: &str, kind: HopKind) -> Link {
        let index = code.element;
        let mut link = self.link_on(index, href, kind, code.carrier);
        link.span = self.span_of(code, finding).or(link.span);
        link.conditions.clone_from(&finding.conditions);
        link.scripted = self.proofs(code, finding, link.span);
        match &finding.happening {
            Happening::Load | Happening::Passive(_) => link.trigger = Trigger::Load,
            Happening::Timer(delay) => {
                link.trigger = Trigger::Load;
                link.delay_seconds = Some(seconds(*delay));
            }
            Happening::Act(_) | Happening::Leaving(_) if code.carrier == Carrier::Script => {
                link.visibility = decided_by_script();
            }
            Happening::Act(_) | Happening::Leaving(_) => {
                link.text = self.anchor_text(index);
                link.context = self.context(index);
                link.visibility = self.judge.anchor(index);
            }
        }
        link
    }

    fn span_of(&self, code: &Code<'t>, finding: &Finding) -> Option<Span> {
        let node = code.node?;
        self.span_inside(node, &code.source.text, finding.at as usize)
    }

    /// The techniques that a finding shows.
    fn proofs(&self, code: &Code<'t>, finding: &Finding, span: Option<Span>) -> Vec<Proof> {
        let mut proofs = Vec::new();
        let mut add = |technique: Technique, shows: String| {
            proofs.push(Proof {
                technique,
                shows,
                span,
            });
        };
        for (made, technique, shows) in [
            (
                Made::JOINED,
                Technique::SCRIPT_CONCATENATION,
                "put together from pieces",
            ),
            (
                Made::REWRITTEN,
                Technique::SCRIPT_CONCATENATION,
                "cut, turned or replaced out of another text",
            ),
            (
                Made::DECODED,
                Technique::SCRIPT_DECODING,
                "decoded by the script",
            ),
            (
                Made::CODES,
                Technique::SCRIPT_CHAR_CODES,
                "made of character codes",
            ),
            (
                Made::PACKED,
                Technique::SCRIPT_PACKER,
                "in code that other code makes",
            ),
        ] {
            if finding.made.has(made) {
                add(technique, shows.to_owned());
            }
        }
        if code.carrier != Carrier::Script {
            add(
                Technique::SCRIPT_HANDLER,
                format!("{} of <{}>", code.carrier, self.outline.name(code.element)),
            );
            let name = self.outline.name(code.element);
            if matches!(&finding.happening, Happening::Act(_))
                && !matches!(name, "a" | "area" | "button" | "input" | "form" | "select")
            {
                add(
                    Technique::LINK_WITHOUT_ANCHOR,
                    format!("<{name}> acts as a link"),
                );
            }
        }
        match &finding.happening {
            Happening::Timer(delay) => add(Technique::SCRIPT_GATED, format!("after {delay} ms")),
            Happening::Passive(event) => add(Technique::SCRIPT_GATED, format!("on {event}")),
            Happening::Leaving(event) => add(Technique::HISTORY_TRAP, format!("on {event}")),
            Happening::Load | Happening::Act(_) => {}
        }
        for condition in &finding.conditions {
            let technique = match condition {
                Condition::Storage | Condition::Referrer => Technique::STORAGE_GATED,
                Condition::UserAgent
                | Condition::Language
                | Condition::Screen
                | Condition::Automation
                | Condition::Dialog => Technique::ENVIRONMENT_CHECK,
                Condition::Answer => Technique::REMOTE_SCRIPT,
                Condition::Time | Condition::Address => continue,
            };
            add(technique, format!("depends on {condition}"));
        }
        if matches!(finding.way, Way::Navigate { .. }) {
            add(Technique::SCRIPT_REDIRECT, "a script navigates".to_owned());
        }
        proofs
    }

    /// Markup that a script writes, read as a part of the page.
    fn written(&mut self, code: &Code<'t>, finding: &Finding, html: &str, as_element: bool) {
        let before = self.found.links.len();
        let forms = self.found.forms.len();
        self.markup(code.element, html);
        if !needs_act(finding) {
            self.injected.extend(sheets_in(html));
        }
        let (technique, why) = if as_element {
            (Technique::SCRIPT_ELEMENT, "a script makes the element")
        } else {
            (Technique::SCRIPT_MARKUP, "a script writes the markup")
        };
        let span = self
            .span_of(code, finding)
            .or_else(|| self.outline.span(code.element));
        let mut proofs = self.proofs(code, finding, span);
        proofs.insert(0, proof(technique, why, span));
        let needs_act = needs_act(finding);
        self.found.forms.truncate(forms);
        for link in self.found.links.iter_mut().skip(before) {
            link.span = span;
            link.conditions.extend_from_slice(&finding.conditions);
            link.scripted.extend_from_slice(&proofs);
            if link.carrier != Carrier::InsideUrl {
                link.carrier = code.carrier;
            }
            if needs_act {
                link.trigger = Trigger::Act;
            } else if let (Happening::Timer(delay), Trigger::Load) =
                (&finding.happening, link.trigger)
            {
                link.delay_seconds = Some(seconds(*delay));
            }
            if link.visibility == Visibility::Visible && link.trigger == Trigger::Act {
                link.visibility = Visibility::Unknown(why.to_owned(), Vec::new());
            }
        }
    }

    /// Forms that a script submits when the page has loaded need no act.
    fn submitted(&mut self, code: &Code<'t>, finding: &Finding, which: &Which) {
        if needs_act(finding) {
            return;
        }
        let forms = &self.found.forms;
        let only = || forms.first().filter(|_| forms.len() == 1);
        let named = |name: &str| {
            forms.iter().find(|(index, _)| {
                ["id", "name", "class"]
                    .iter()
                    .any(|attribute| self.outline.attr(*index, attribute) == Some(name))
            })
        };
        let form = match which {
            Which::This => {
                let above: Vec<Index> = self.outline.lineage(code.element).collect();
                forms
                    .iter()
                    .find(|(index, _)| above.contains(index))
                    .or_else(only)
            }
            Which::Selector(selector) => {
                let name = selector.strip_prefix("form:").unwrap_or(selector);
                match name.parse::<usize>() {
                    Ok(nth) => forms.get(nth),
                    Err(_) => {
                        let name = name
                            .trim_start_matches("form#")
                            .trim_start_matches(['#', '.']);
                        let name = name.trim_start_matches("[name=").trim_end_matches(']');
                        named(name.trim_matches(['"', '\''])).or_else(only)
                    }
                }
            }
        };
        let Some(place) = form.and_then(|(_, place)| *place) else {
            return;
        };
        let span = self.span_of(code, finding);
        let mut proofs = self.proofs(code, finding, span);
        proofs.push(proof(
            Technique::AUTO_SUBMIT,
            "a script submits the form",
            span,
        ));
        for (at, link) in self.found.links.iter_mut().enumerate() {
            if at == place || link.inside == Some(place) {
                link.trigger = Trigger::Load;
                link.conditions.extend_from_slice(&finding.conditions);
                link.scripted.extend_from_slice(&proofs);
                if let Happening::Timer(delay) = finding.happening {
                    link.delay_seconds = Some(seconds(delay));
                }
            }
        }
    }

    /// A link of the page that a script clicks by itself.
    fn clicked(&mut self, code: &Code<'t>, finding: &Finding, which: &Which) {
        if needs_act(finding) {
            return;
        }
        let Which::Selector(selector) = which else {
            return;
        };
        let dom = Dom {
            outline: self.outline,
            address: self.address,
            elements: &[],
        };
        let Some(index) = dom.find(selector) else {
            return;
        };
        if let Some(href) = self.outline.attr(index, "href") {
            let href = href.trim();
            if href.starts_with('#') || begins(href, "javascript:") {
                return;
            }
            let mut link = self.scripted_link(code, finding, href, HopKind::ScriptNavigation);
            link.scripted.push(proof(
                Technique::SCRIPT_ELEMENT,
                "a script clicks the link",
                link.span,
            ));
            self.add_scripted(link);
            return;
        }
        // A button of a form.
        let is_button = matches!(self.outline.name(index), "button" | "input");
        let form = self
            .outline
            .lineage(index)
            .find(|&at| self.outline.name(at) == "form");
        if let Some(form) = form.filter(|_| is_button) {
            let name = ["id", "name"]
                .iter()
                .find_map(|name| self.outline.attr(form, name));
            let selector = name.unwrap_or("form").to_owned();
            self.submitted(code, finding, &Which::Selector(selector));
        }
    }
}

/// What a script must make a way out is neither seen nor hidden.
pub(crate) fn decided_by_script() -> Visibility {
    Visibility::Unknown("a script decides when it is taken".to_owned(), Vec::new())
}

/// Whether the visitor must do something first.
fn needs_act(finding: &Finding) -> bool {
    matches!(finding.happening, Happening::Act(_) | Happening::Leaving(_))
}

/// Whole seconds of a delay in milliseconds, rounded.
const fn seconds(milliseconds: u32) -> u32 {
    milliseconds.saturating_add(500) / 1_000
}

/// Style sheets in markup that a script writes. A parse only where there is one.
fn sheets_in(html: &str) -> Vec<String> {
    let opens = |at: &[u8]| at.eq_ignore_ascii_case(b"<style");
    if !html.as_bytes().windows(6).any(opens) {
        return Vec::new();
    }
    let parsed = parse(html);
    let map = OffsetMap::identity(html.len());
    let outline = Outline::of(&parsed, &map);
    (0..outline.items.len())
        .filter(|&at| outline.name(at) == "style")
        .flat_map(|at| outline.below(at))
        .filter_map(|at| outline.text(at).map(str::to_owned))
        .collect()
}

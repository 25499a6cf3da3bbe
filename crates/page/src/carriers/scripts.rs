//! Links that stand in scripts: elements, handlers, `javascript:` addresses and blocks of data.

use std::borrow::Cow;
use std::collections::BTreeMap;

use model::{
    Carrier, Condition, HopKind, Link, Note, NoteKind, PageUrl, Proof, ResourceKind, Span,
    Technique, Trigger, Visibility,
};
use script::{Finding, Happening, Made, Runs, Source, Way, Which};

use crate::carriers::{Walk, proof};
use crate::css::cascade::Cascade;
use crate::css::media;
use crate::css::sheet::RuleSet;
use crate::dom::Dom;
use crate::outline::Index;
use crate::visibility::reveal::Reveals;
use crate::visibility::{EFFORT, Judge};

/// A text of code, with the element that carries it.
pub(crate) struct Code<'t> {
    /// The element.
    element: Index,
    /// The text node, when it is the text of a script element.
    node: Option<Index>,
    carrier: Carrier,
    source: Source<'t>,
}

/// The linked scripts that were given.
#[derive(Default)]
pub(crate) struct Linked<'e> {
    given: &'e [crate::LinkedScript],
    /// How many of those that were given by hand were taken.
    by_hand: usize,
}

impl<'e> Linked<'e> {
    pub(crate) const fn new(given: &'e [crate::LinkedScript]) -> Self {
        Self { given, by_hand: 0 }
    }

    /// The one at an address, else the next that was given by hand.
    fn take(&mut self, address: Option<&PageUrl>) -> Option<&'e crate::LinkedScript> {
        let given = self.given.iter();
        let at =
            |script: &&crate::LinkedScript| address.is_some() && script.address.as_ref() == address;
        given.clone().find(at).or_else(|| {
            let nth = self.by_hand;
            self.by_hand += 1;
            given.filter(|script| script.address.is_none()).nth(nth)
        })
    }
}

impl<'t> Walk<'_, 't> {
    /// A script element: a resource, a data block, a template, or code.
    pub(crate) fn script(&mut self, index: Index) {
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
        let runs = if kind == "module" {
            Runs::Module
        } else {
            Runs::Script
        };
        if let Some(src) = self.outline.attr(index, "src") {
            let base = self.base.clone();
            self.found.resource(src, &base, ResourceKind::Script);
            self.linked_script(index, src, runs);
            return;
        }
        let outline = self.outline;
        for at in outline.below(index) {
            let Some(text) = outline.text(at) else {
                continue;
            };
            if is_code {
                self.codes.push(Code {
                    element: index,
                    node: Some(at),
                    carrier: Carrier::Script,
                    source: Source {
                        text: Cow::Borrowed(text),
                        runs: runs.clone(),
                    },
                });
            }
        }
        if is_code {
            return;
        }
        if kind.contains("template")
            || kind.contains("html")
            || kind.contains("handlebars")
            || kind.contains("mustache")
        {
            self.raw_text(index);
        } else {
            self.data_script(index, &kind);
        }
    }

    /// A linked script whose text was given.
    fn linked_script(&mut self, index: Index, src: &str, runs: Runs) {
        if self.linked.given.is_empty() {
            return;
        }
        let address = model::RawHref::new(src.trim()).resolve(&self.base).ok();
        let given = self.linked.take(address.as_ref());
        if let Some(script) = given {
            self.codes.push(Code {
                element: index,
                node: None,
                carrier: Carrier::Script,
                source: Source {
                    text: Cow::Owned(script.text.clone()),
                    runs,
                },
            });
        }
    }

    fn note(&mut self, text: &str) {
        let known = self.found.notes.iter().any(|note| note.text == text);
        if !known {
            self.found.notes.push(Note {
                kind: NoteKind::Other,
                text: text.to_owned(),
                span: None,
            });
        }
    }

    /// Where an offset of a raw text stands in the body, when the text stands there as it is.
    pub(crate) fn span_inside(&self, text_node: Index, text: &str, at: usize) -> Option<Span> {
        let (start, end) = self.outline.items[text_node].place?;
        (end - start == text.len()).then(|| self.outline.body_span(start + at, end))
    }

    /// An `on…` attribute.
    pub(crate) fn handler(&mut self, index: Index, name: &str, value: &'t str) {
        // Without a call or an assignment nothing happens.
        if !value.contains(['(', '=', '`']) {
            return;
        }
        let happening = self.happening_of(index, name);
        self.codes.push(Code {
            element: index,
            node: None,
            carrier: Carrier::EventHandler,
            source: Source {
                text: Cow::Borrowed(value),
                runs: Runs::When(happening),
            },
        });
    }

    /// What it takes for a handler of an element to run.
    fn happening_of(&self, index: Index, name: &str) -> Happening {
        let tag = self.outline.name(index);
        let has = |name: &str| self.outline.attr(index, name).is_some();
        let loads = match name {
            "onload" | "onpageshow" | "onreadystatechange" => true,
            "onerror" => {
                !has("src")
                    || matches!(
                        tag,
                        "img"
                            | "image"
                            | "video"
                            | "audio"
                            | "source"
                            | "script"
                            | "link"
                            | "object"
                            | "embed"
                            | "iframe"
                            | "input"
                    )
            }
            "onbegin"
            | "onanimationstart"
            | "onanimationend"
            | "onanimationiteration"
            | "ontransitionend"
            | "ontransitionrun"
            | "onloadstart"
            | "oncanplay"
            | "onstart" => true,
            "onfocus" => has("autofocus"),
            "ontoggle" => has("open"),
            _ => false,
        };
        if loads {
            return Happening::Load;
        }
        let on_page = matches!(tag, "body" | "html" | "frameset");
        script::happening(name.trim_start_matches("on"), on_page, false)
    }

    /// What follows `javascript:`.
    pub(crate) fn javascript(&mut self, index: Index, code: &str) {
        let decoded = percent_encoding::percent_decode_str(code).decode_utf8_lossy();
        let frame = matches!(
            self.outline.name(index),
            "iframe" | "frame" | "embed" | "object"
        );
        let happening = if frame {
            Happening::Load
        } else {
            Happening::Act("click".to_owned())
        };
        self.codes.push(Code {
            element: index,
            node: None,
            carrier: Carrier::JavascriptUrl,
            source: Source {
                text: Cow::Owned(decoded.into_owned()),
                runs: Runs::When(happening),
            },
        });
    }

    /// Reads all code that the walk has met, and adds what it does.
    pub(crate) fn run_scripts(&mut self) {
        self.form_owners();
        let codes = std::mem::take(&mut self.codes);
        if codes.is_empty() {
            return;
        }
        let elements: Vec<Index> = codes.iter().map(|code| code.element).collect();
        let sources: Vec<Source<'t>> = codes.iter().map(|code| code.source.clone()).collect();
        let dom = Dom {
            outline: self.outline,
            address: self.address,
            elements: &elements,
        };
        let scripts = script::read(&sources, &dom);
        for note in &scripts.notes {
            self.note(note);
        }
        for finding in &scripts.findings {
            if let Some(code) = codes.get(finding.source) {
                self.found_in(code, finding);
            }
        }
        self.hide_by_injected_style();
    }

    /// Links that only the style which scripts add hides. One more cascade, on pages with such
    /// style alone.
    fn hide_by_injected_style(&mut self) {
        if self.injected.is_empty() {
            return;
        }
        let mut rules = RuleSet::default();
        for css in &self.injected {
            rules.add_sheet(css, media::ALL, None);
        }
        let cascade = Cascade::run(self.outline, &rules);
        let judge = Judge {
            outline: self.outline,
            rules: &rules,
            cascade: &cascade,
            reveals: Reveals::of_page(self.outline),
            misses_sheets: false,
            effort: std::cell::Cell::new(EFFORT),
        };
        let mut hidden: BTreeMap<Span, Vec<Proof>> = BTreeMap::new();
        for index in 0..self.outline.items.len() {
            if self.outline.name(index) == "a"
                && let Visibility::Hidden(proofs) = judge.anchor(index)
                && let Some(span) = self.outline.span(index)
            {
                hidden.insert(span, proofs);
            }
        }
        for link in &mut self.found.links {
            let Some(proofs) = link.span.and_then(|span| hidden.get(&span)) else {
                continue;
            };
            if !link.visibility.is_hidden() {
                let mut proofs = proofs.clone();
                let shows = "by style that a script adds";
                proofs.push(proof(Technique::INJECTED_STYLE, shows, link.span));
                link.visibility = Visibility::Hidden(proofs);
            }
        }
    }

    fn found_in(&mut self, code: &Code<'t>, finding: &Finding) {
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
        }
    }

    /// Adds a link, unless it leads to the page itself.
    fn add_scripted(&mut self, link: Link) {
        let itself = link.target.as_ref() == Some(self.address) && link.kind != HopKind::Form;
        if !itself {
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
                link.delay_seconds = Some(delay.saturating_add(500) / 1_000);
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
        let needs_act = matches!(finding.happening, Happening::Act(_) | Happening::Leaving(_));
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
                link.delay_seconds = Some(delay.saturating_add(500) / 1_000);
            }
            if link.visibility == Visibility::Visible && link.trigger == Trigger::Act {
                link.visibility = Visibility::Unknown(why.to_owned(), Vec::new());
            }
        }
    }

    /// Forms that a script submits when the page has loaded need no act.
    fn submitted(&mut self, code: &Code<'t>, finding: &Finding, which: &Which) {
        if matches!(finding.happening, Happening::Act(_) | Happening::Leaving(_)) {
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
                    link.delay_seconds = Some(delay.saturating_add(500) / 1_000);
                }
            }
        }
    }

    /// A link of the page that a script clicks by itself.
    fn clicked(&mut self, code: &Code<'t>, finding: &Finding, which: &Which) {
        if matches!(finding.happening, Happening::Act(_) | Happening::Leaving(_)) {
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
            if href.starts_with('#')
                || href
                    .get(..11)
                    .is_some_and(|head| head.eq_ignore_ascii_case("javascript:"))
            {
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

fn decided_by_script() -> Visibility {
    Visibility::Unknown("a script decides when it is taken".to_owned(), Vec::new())
}

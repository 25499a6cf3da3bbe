//! Links that stand in scripts: elements, handlers, `javascript:` addresses and blocks of data.

use std::borrow::Cow;
use std::collections::BTreeMap;

use model::{Carrier, Note, NoteKind, PageUrl, Proof, ResourceKind, Span, Technique, Visibility};
use script::{Happening, Runs, Source};

use crate::carriers::{Walk, proof};
use crate::css::cascade::Cascade;
use crate::css::media;
use crate::css::rule_set::RuleSet;
use crate::dom::Dom;
use crate::outline::Index;
use crate::visibility::Judge;
use crate::visibility::reveal::Reveals;

/// A text of code, with the element that carries it.
pub(crate) struct Code<'t> {
    /// The element.
    pub(crate) element: Index,
    /// The text node, when it is the text of a script element.
    pub(crate) node: Option<Index>,
    /// The construct that carries it.
    pub(crate) carrier: Carrier,
    /// Its text, and how it comes to run.
    pub(crate) source: Source<'t>,
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

    pub(crate) fn note(&mut self, text: &str) {
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
        let start = self.text_start(text_node, text)?;
        Some(self.outline.body_span(start + at, start + text.len()))
    }

    /// Where a raw text begins in the decoded document, when it stands there as it is.
    pub(crate) fn text_start(&self, text_node: Index, text: &str) -> Option<usize> {
        let (start, end) = self.outline.items[text_node].place?;
        (end - start == text.len()).then_some(start)
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
            effort: self.judge.effort.clone(),
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
}

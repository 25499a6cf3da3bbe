//! Documents inside of the document: `noscript`, comments, raw text, `srcdoc`, `data:` addresses.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use model::{Carrier, HopKind, Proof, Reveal, Span, Technique, Visibility};

use crate::carriers::scripts::Linked;
use crate::carriers::{Found, Walk, add_with_nested, in_comment, proof};
use crate::css::cascade::Cascade;
use crate::css::media;
use crate::css::rule_set::RuleSet;
use crate::document::OffsetMap;
use crate::outline::{Index, Outline};
use crate::parse::parse;
use crate::position::Positions;
use crate::text_url;
use crate::unwrap::data_url;
use crate::visibility::Judge;
use crate::visibility::reveal::Reveals;

/// Documents nested deeper than this are left.
const MAX_DEPTH: usize = 3;

/// How the links of an inner document are shown.
struct Wrapping {
    carrier: Option<Carrier>,
    visibility: Visibility,
    /// Where the inner text begins in the decoded text, when it stands there as it is.
    start: Option<usize>,
    /// The element that holds it.
    host: Option<Span>,
    /// What it is to stand in there, besides being hidden.
    technique: Option<Technique>,
}

impl Walk<'_, '_> {
    /// `noscript`: browsers without script show it.
    pub(crate) fn noscript(&mut self, index: Index) {
        let shows = proof(
            Technique::NOSCRIPT,
            "inside <noscript>",
            self.outline.span(index),
        );
        let visibility = Visibility::Conditional(Reveal::NoScript, vec![shows]);
        self.raw_children(index, Some(Carrier::Noscript), &visibility);
    }

    /// Text that browsers show as text or not at all, though it reads as markup.
    pub(crate) fn raw_text(&mut self, index: Index) {
        let name = self.outline.name(index);
        let shows = format!("inside <{name}>");
        let visibility = Visibility::Hidden(vec![proof(
            Technique::NOT_RENDERED,
            &shows,
            self.outline.span(index),
        )]);
        let carrier = if name == "script" {
            Carrier::Template
        } else {
            Carrier::RawText
        };
        self.raw_children(index, Some(carrier), &visibility);
    }

    fn raw_children(&mut self, index: Index, carrier: Option<Carrier>, visibility: &Visibility) {
        let outline = self.outline;
        for (at, text) in outline.texts(index) {
            if !may_hold_links(text) {
                if let Some(carrier) = carrier.filter(|_| text.contains("://")) {
                    self.written_in(index, text, carrier, visibility);
                }
                continue;
            }
            let start = self.text_start(at, text);
            let wrapping = Wrapping {
                carrier,
                visibility: visibility.clone(),
                start,
                host: self.outline.span(index),
                technique: None,
            };
            self.inner(index, text, &wrapping, false);
        }
    }

    /// A comment, read as HTML, or as text where it holds no markup.
    pub(crate) fn comment(&mut self, index: Index, comment: &str) {
        let has_markup = may_hold_links(comment);
        if !has_markup && !comment.contains(['.', ':']) {
            return;
        }
        let span = self.outline.span(index);
        let visibility = in_comment(span);
        if !has_markup {
            self.written_in(index, comment, Carrier::Comment, &visibility);
            return;
        }
        // Outside of foreign content a section of character data is a comment that ends at the first bracket.
        let section = comment
            .strip_prefix("[CDATA[")
            .map(|html| format!("{html}>"));
        let comment = section.as_deref().unwrap_or(comment);
        let is_conditional = comment.trim_start().starts_with("[if");
        let carrier = if is_conditional {
            Carrier::ConditionalComment
        } else {
            Carrier::Comment
        };
        let wrapping = Wrapping {
            carrier: Some(carrier),
            visibility,
            start: None,
            host: span,
            technique: None,
        };
        self.inner(index, comment, &wrapping, false);
    }

    /// Addresses that are written in a text which nobody is shown.
    pub(crate) fn written_in(
        &mut self,
        index: Index,
        text: &str,
        carrier: Carrier,
        visibility: &Visibility,
    ) {
        for written in text_url::find(text).into_iter().take(10) {
            let mut link = self.link_on(index, &written.written, HopKind::TextUrl, carrier);
            link.target = Some(written.target);
            link.techniques = written.techniques;
            link.context = crate::outline::collapse(text, 300);
            link.visibility = visibility.clone();
            self.add(link);
        }
    }

    /// Markup in a string of a block of data: what a seller wrote, mostly.
    pub(crate) fn markup_in_data(&mut self, index: Index, html: &str, span: Option<Span>) {
        let why = "markup in data that a script may read".to_owned();
        let wrapping = Wrapping {
            carrier: Some(Carrier::JsonData),
            visibility: Visibility::Unknown(why, Vec::new()),
            start: None,
            host: span.or_else(|| self.outline.span(index)),
            technique: Some(Technique::SCRIPT_DATA),
        };
        self.inner(index, html, &wrapping, false);
    }

    /// What another reading of the bytes gives, where it gives a document at all.
    pub(crate) fn other_reading(&mut self, html: &str, shows: &str) {
        let proof = proof(Technique::PARSER_DIFFERENTIAL, shows, None);
        let wrapping = Wrapping {
            carrier: Some(Carrier::RawBytes),
            visibility: Visibility::Hidden(vec![proof]),
            start: None,
            host: None,
            technique: Some(Technique::PARSER_DIFFERENTIAL),
        };
        self.inner(0, html, &wrapping, false);
    }

    /// The child document of a frame.
    pub(crate) fn srcdoc(&mut self, index: Index, html: &str, visibility: &Visibility) {
        let wrapping = Wrapping {
            carrier: Some(Carrier::IframeSrcdoc),
            visibility: visibility.clone(),
            start: None,
            host: self.outline.span(index),
            technique: Some(Technique::DATA_DOCUMENT),
        };
        self.inner(index, html, &wrapping, true);
    }

    /// Markup that a script writes.
    pub(crate) fn markup(&mut self, index: Index, html: &str) {
        let lower = html.to_ascii_lowercase();
        if !may_hold_links(&lower) && !lower.contains("<script") && !lower.contains(" on") {
            return;
        }
        let wrapping = Wrapping {
            carrier: None,
            visibility: Visibility::Visible,
            technique: None,
            start: None,
            host: self.outline.span(index),
        };
        self.inner(index, html, &wrapping, true);
    }

    /// A document in a `data:` address.
    pub(crate) fn data_document(&mut self, index: Index, src: &str, visibility: &Visibility) {
        let Some(html) = data_url::document(src) else {
            return;
        };
        let shows = proof(
            Technique::DATA_DOCUMENT,
            "a document inside of an address",
            self.outline.span(index),
        );
        let before = self.found.links.len();
        let wrapping = Wrapping {
            carrier: Some(Carrier::DataUrl),
            visibility: visibility.clone(),
            start: None,
            host: self.outline.span(index),
            technique: None,
        };
        self.inner(index, &html, &wrapping, true);
        for link in self.found.links.iter_mut().skip(before) {
            if link.carrier == Carrier::DataUrl {
                link.disguises.push(shows.clone());
            }
        }
    }

    /// Reads an inner document and adopts its links. With `own_view` its own cascade counts, too.
    fn inner(&mut self, host: Index, html: &str, wrapping: &Wrapping, own_view: bool) {
        if self.depth >= MAX_DEPTH || self.found.is_full() {
            return;
        }
        let parsed = parse(html);
        let map = OffsetMap::identity(html.len());
        let outline = Outline::of(&parsed, &map);
        let mut rules = RuleSet::default();
        if own_view {
            for at in 0..outline.items.len() {
                if outline.name(at) == "style" {
                    let texts = outline.below(at).filter_map(|at| outline.text(at));
                    texts.for_each(|text| rules.add_sheet(text, media::ALL, None));
                }
            }
        }
        let cascade = Cascade::run(&outline, &rules);
        let judge = Judge {
            outline: &outline,
            rules: &rules,
            cascade: &cascade,
            reveals: Reveals::of_page(&outline),
            misses_sheets: false,
            effort: self.judge.effort.clone(),
        };
        let zones = vec![self.zones[host]; outline.items.len()];
        let mut walk = Walk {
            outline: &outline,
            judge: &judge,
            zones: &zones,
            address: self.address,
            base: self.base.clone(),
            depth: self.depth + 1,
            is_listing: self.is_listing,
            found: Found::default(),
            linked: Linked::default(),
            codes: Vec::new(),
            injected: Vec::new(),
            positions: Positions::default(),
            base_elsewhere: self.base_elsewhere,
        };
        walk.run();
        let found = walk.found;
        let position = self.position(host);
        let prefix = self.outline.dom_path(host);
        for mut link in found.links {
            // What is nested in an address is found again when its outer link is added.
            if link.inside.is_some() {
                continue;
            }
            link.span = match (wrapping.start, link.span) {
                (Some(start), Some(inner)) => {
                    let (from, to) = (start + inner.start, start + inner.end);
                    Some(self.outline.body_span(from, to))
                }
                _ => wrapping.host,
            };
            link.dom_path = format!(
                "{prefix}/{}",
                link.dom_path.trim_start_matches("html/body/")
            );
            link.visibility = adopt(&link.visibility, wrapping, own_view);
            if let Some(carrier) = wrapping.carrier {
                link.carrier = carrier;
            }
            link.position = position;
            if let Some(technique) = wrapping.technique {
                link.note(technique);
            }
            add_with_nested(&mut self.found, link, self.address);
        }
        // What only a lenient reader sees is loaded by nobody.
        let is_loaded = !matches!(
            wrapping.carrier,
            Some(Carrier::Comment | Carrier::RawText | Carrier::RawBytes)
        );
        for resource in found.resources.into_iter().filter(|_| is_loaded) {
            let (kind, carrier) = (resource.kind, resource.carrier);
            let href = resource.href.as_str();
            self.found
                .resource_with(href, &self.base, kind, carrier, wrapping.host);
        }
    }
}

/// The frame's own hiding beats that of its content. What hides within the content stands where
/// its host does in the body.
fn adopt(inner: &Visibility, wrapping: &Wrapping, own_view: bool) -> Visibility {
    if wrapping.visibility != Visibility::Visible || !own_view {
        return wrapping.visibility.clone();
    }
    let there = |proofs: &[Proof]| -> Vec<Proof> {
        let there = proofs.iter().map(|proof| Proof {
            span: wrapping.host,
            ..proof.clone()
        });
        there.collect()
    };
    match inner {
        Visibility::Visible => Visibility::Visible,
        Visibility::Hidden(proofs) => Visibility::Hidden(there(proofs)),
        Visibility::Conditional(reveal, proofs) => Visibility::Conditional(*reveal, there(proofs)),
        Visibility::Unknown(why, proofs) => Visibility::Unknown(why.clone(), there(proofs)),
    }
}

/// What markup with links has in it, besides a bracket.
#[expect(
    clippy::unwrap_used,
    reason = "the needles are constants that every test compiles"
)]
static SIGNS: LazyLock<AhoCorasick> = LazyLock::new(|| {
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .build(["href", "src=", "action", "http-equiv", "srcdoc"])
        .unwrap()
});

/// Whether a text may hold markup with links: cheaper than parsing every comment.
pub(crate) fn may_hold_links(text: &str) -> bool {
    memchr::memchr(b'<', text.as_bytes()).is_some() && SIGNS.is_match(text)
}

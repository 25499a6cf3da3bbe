//! Links: the ways out of a document.

use serde::{Deserialize, Serialize};

use crate::{
    Carrier, Condition, HopKind, Layer, PageUrl, Position, Proof, RawHref, Span, Technique,
    Trigger, Visibility, Zone,
};

/// One way out of a document: a reference to another document, by whatever carrier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// The reference as written, with character references decoded.
    pub href: RawHref,
    /// Where it leads; `None` when that is no http(s) address (a contact, a script, broken).
    pub target: Option<PageUrl>,
    /// What a visitor does, or what is done to a visitor.
    pub kind: HopKind,
    /// The construct that carries it.
    pub carrier: Carrier,
    /// What takes the visitor along.
    pub trigger: Trigger,
    /// The anchor text as a person would read it; for an image its `alt`; white space collapsed,
    /// at most 200 characters.
    pub text: String,
    /// Text of the nearest block around the link, white space collapsed, at most 300 characters.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub context: String,
    /// Whether a shopper sees it, with proof.
    pub visibility: Visibility,
    /// Whose part of the page it stands in.
    pub zone: Zone,
    /// The start tag (or the text) that carries it; `None` for a header.
    pub span: Option<Span>,
    /// Path of element names and child positions from the root, for template detection:
    /// classes of equal paths on many pages are one slot (`html/body/div:2/ul/li/a`).
    pub dom_path: String,
    /// `rel` tokens, in lower case.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub rel: Vec<String>,
    /// Layers that were taken off to find the target, outermost first; empty unless the kind is
    /// [`HopKind::NestedUrl`].
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub layers: Vec<Layer>,
    /// What about the address itself disguises where it leads, or passes it on: user information
    /// that reads like a host, a host that looks like another, a shortener, a proxy in front.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub disguises: Vec<Proof>,
    /// What the address says of a commission for whoever sends visitors.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub affiliation: Option<Box<Affiliation>>,
    /// The link in which this one is nested: its index in [`PageFacts::links`](crate::PageFacts::links).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub inside: Option<usize>,
    /// Whether the link shows one host and leads to another (text against target).
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub text_names_other_host: bool,
    /// Whether it leads a listing to its seller's page.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub to_seller: bool,
    /// Delay before a refresh or a timer takes the visitor along, in seconds.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub delay_seconds: Option<u32>,
    /// What a script tests before it takes the visitor along.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub conditions: Vec<Condition>,
    /// How a script makes or uses the address: techniques other than those of visibility.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub scripted: Vec<Proof>,
    /// Where in the source its element stands.
    #[serde(
        skip_serializing_if = "Position::is_ordinary",
        default = "Position::unsaid"
    )]
    pub position: Position,
    /// Techniques of its carrier and of the way it is written, apart from those that conceal it
    /// (see `visibility`), unwrap it (`layers`) or stand for its kind; sorted, without repeats.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub techniques: Vec<Technique>,
    /// What is odd about a link that is seen: it cannot be clicked or reached, lies unseen over other
    /// content, or is dressed as prose. It conceals nothing by itself.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub marks: Vec<Proof>,
}

impl Link {
    /// A visible link that a visitor must take, with its reference and nothing else said of it:
    /// the rest is for its maker to add.
    #[must_use]
    pub const fn new(
        href: RawHref,
        target: Option<PageUrl>,
        kind: HopKind,
        carrier: Carrier,
    ) -> Self {
        Self {
            href,
            target,
            kind,
            carrier,
            trigger: Trigger::Act,
            text: String::new(),
            context: String::new(),
            visibility: Visibility::Visible,
            zone: Zone::Unknown,
            span: None,
            dom_path: String::new(),
            rel: Vec::new(),
            layers: Vec::new(),
            disguises: Vec::new(),
            affiliation: None,
            inside: None,
            text_names_other_host: false,
            to_seller: false,
            delay_seconds: None,
            conditions: Vec::new(),
            scripted: Vec::new(),
            position: Position::Ordinary,
            techniques: Vec::new(),
            marks: Vec::new(),
        }
    }

    /// Notes that a technique is at work.
    pub fn note(&mut self, technique: Technique) {
        if let Err(place) = self.techniques.binary_search(&technique) {
            self.techniques.insert(place, technique);
        }
    }
}

/// The parts of an address that pays whoever sends visitors: who is paid, for which way, and where
/// it leads. Only what the form of the address shows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Affiliation {
    /// The network, when the host is one that the rule list names.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub network: Option<String>,
    /// Who is paid: the parameter or path part that names the publisher, as written.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub id: Option<String>,
    /// Where the visitor is sent on to, when the address says so.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub target: Option<PageUrl>,
    /// What tells one way from another: names and values, decoded, in the order of the address; at
    /// most 16.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub tracking: Vec<(String, String)>,
}

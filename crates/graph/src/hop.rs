//! A hop of the graph.

use std::sync::Arc;

use model::{
    Affiliation, Carrier, HopKind, Layer, Link, Proof, Span, Technique, Trigger, VantageId,
    Visibility, Zone,
};

use crate::alike::Alike;

/// A hop of the graph: a link to a page, with everything that a finding must show of it.
///
/// A marketplace has millions, most of them its template's, alike on every page: what many hops have alike is
/// shared between them, and what few hops have takes two words of memory where it is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hop {
    /// What a visitor does, or what is done to a visitor.
    pub kind: HopKind,
    /// The construct that carries it.
    pub carrier: Carrier,
    /// What takes the visitor along.
    pub trigger: Trigger,
    /// Whether a shopper sees it.
    pub visibility: Arc<Visibility>,
    /// Whose part of the page it stands in.
    pub zone: Zone,
    /// Place in the tree, for template detection.
    pub dom_path: Arc<str>,
    /// Reference as written.
    pub href: Arc<str>,
    /// Text as read.
    pub text: Arc<str>,
    /// Where it stands in the body of the source, as its first vantage received it.
    pub span: Option<Span>,
    /// `rel` tokens.
    pub rel: Arc<[String]>,
    /// Layers taken off.
    pub layers: Box<[Layer]>,
    /// What about the address itself disguises where it leads.
    pub disguises: Box<[Proof]>,
    /// That it is dressed as the prose around it, though it is shown.
    pub as_prose: Option<Box<Proof>>,
    /// How a script makes or uses the address, and on what of the visitor that depends.
    pub scripted: Box<[Proof]>,
    /// Techniques of its carrier and of the way it is written.
    pub noted: Arc<[Technique]>,
    /// Who is paid for visitors who come by it, when the form of the address shows that.
    pub affiliation: Option<Box<Affiliation>>,
    /// Status of the redirect.
    pub status: Option<u16>,
    /// Whether it shows one host and leads to another.
    pub text_names_other_host: bool,
    /// Whether it leads a listing to its seller's page.
    pub to_seller: bool,
    /// The guises that saw it, sorted.
    pub vantages: Arc<[VantageId]>,
    /// The guises that were answered on the source, and saw no way to where it leads, sorted.
    /// Empty where two visits from one guise differ already.
    pub missing_from: Box<[VantageId]>,
    /// On what of the visitor it depends whether it is there, by the guises that differ from the primary
    /// one; sorted. Empty where `missing_from` is.
    pub cloaked_by: Box<[Technique]>,
    /// How many links of the page are this hop.
    pub count: u32,
}

impl Hop {
    /// A link as the guise saw it, in an answer of this status.
    pub(crate) fn of(
        link: Link,
        vantage: VantageId,
        status: Option<u16>,
        alike: &mut Alike,
    ) -> Self {
        Self {
            status: status.filter(|_| link.kind == HopKind::HttpRedirect),
            kind: link.kind,
            carrier: link.carrier,
            trigger: link.trigger,
            visibility: alike.visibility(link.visibility),
            zone: link.zone,
            dom_path: alike.text(link.dom_path),
            href: alike.text(link.href.as_str().to_owned()),
            text: alike.text(link.text),
            span: link.span,
            rel: alike.relations(link.rel),
            layers: link.layers.into(),
            disguises: link.disguises.into(),
            as_prose: link
                .marks
                .into_iter()
                .find(|mark| mark.technique == Technique::NO_AFFORDANCE)
                .map(Box::new),
            scripted: link.scripted.into(),
            noted: alike.techniques(link.techniques),
            affiliation: link.affiliation,
            text_names_other_host: link.text_names_other_host,
            to_seller: link.to_seller,
            vantages: alike.vantages(vec![vantage]),
            missing_from: Box::default(),
            cloaked_by: Box::default(),
            count: 1,
        }
    }

    /// Adds a guise that saw it.
    pub(crate) fn see(&mut self, vantage: VantageId, alike: &mut Alike) {
        if !self.vantages.contains(&vantage) {
            let mut vantages = self.vantages.to_vec();
            vantages.push(vantage);
            vantages.sort_unstable();
            self.vantages = alike.vantages(vantages);
        }
    }

    /// What proves that it is concealed, made or masked by a script, disguised, or dressed as prose, in
    /// this order.
    pub fn proofs(&self) -> impl Iterator<Item = &Proof> {
        let proofs = self.visibility.proofs().iter();
        proofs
            .chain(&self.scripted)
            .chain(&self.disguises)
            .chain(self.as_prose.as_deref())
    }

    /// Every technique at work: those that conceal the hop, and those that its kind, its nesting or
    /// its vantages tell. Sorted, without repeats.
    #[must_use]
    pub fn techniques(&self) -> Vec<Technique> {
        let mut techniques = self.visibility.techniques();
        techniques.extend(self.noted.iter());
        techniques.extend(match (self.kind, self.trigger) {
            (HopKind::HttpRedirect, _) => Some(Technique::HTTP_REDIRECT),
            (HopKind::RefreshHeader | HopKind::MetaRefresh, _) => Some(Technique::REFRESH),
            (HopKind::ScriptNavigation, _) => Some(Technique::SCRIPT_REDIRECT),
            (HopKind::Form, Trigger::Load) => Some(Technique::AUTO_SUBMIT),
            (HopKind::Frame | HopKind::Embed, _) => Some(Technique::FRAME),
            (HopKind::TextUrl, _) => Some(Technique::TEXT_URL),
            (HopKind::Contact, _) => Some(Technique::CONTACT),
            (HopKind::Promise, _) => Some(Technique::DECOY_LISTING),
            _ => None,
        });
        techniques.extend(self.layers.iter().filter_map(|layer| match layer {
            Layer::Query | Layer::Matrix => Some(Technique::NESTED_URL),
            Layer::Path => Some(Technique::PATH_URL),
            Layer::Fragment => Some(Technique::FRAGMENT_URL),
            Layer::Base64
            | Layer::Base32
            | Layer::Hex
            | Layer::Rot13
            | Layer::Reversed
            | Layer::Deflate
            | Layer::Jwt => Some(Technique::ENCODED_URL),
            Layer::HostName => Some(Technique::PROXIED),
            Layer::AppScheme => Some(Technique::APP_SCHEME),
            Layer::Percent | Layer::Json | Layer::Schemeless | Layer::Prefix => None,
        }));
        let apart = self.scripted.iter().chain(&self.disguises);
        let apart = apart.chain(self.as_prose.as_deref());
        techniques.extend(apart.map(|proof| proof.technique));
        if self.text_names_other_host {
            techniques.push(Technique::TEXT_TARGET_MISMATCH);
        }
        techniques.extend(&self.cloaked_by);
        techniques.sort_unstable();
        techniques.dedup();
        techniques
    }
}

/// Place of a hop in one graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HopId(pub u32);

impl HopId {
    /// The place as an index of a slice with one entry for each hop.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

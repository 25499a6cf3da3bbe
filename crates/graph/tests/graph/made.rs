//! Links, and cases of a few pages.

use model::{
    BodyHash, Carrier, HopKind, Link, Outcome, PageFacts, PageKind, PageUrl, Proof, RawHref,
    Technique, Timestamp, Trigger, VantageId, Visibility, Visit, VisitId,
};
use sidedoor_graph::LinkGraph;

pub(crate) fn at(address: &str) -> PageUrl {
    PageUrl::parse(address).unwrap()
}

pub(crate) fn link(target: &str) -> Link {
    Link {
        dom_path: "html/body/main/a".to_owned(),
        ..Link::new(
            RawHref::new(target),
            Some(at(target)),
            HopKind::Anchor,
            Carrier::AHref,
        )
    }
}

pub(crate) fn hidden(target: &str) -> Link {
    let proof = Proof {
        technique: Technique::DISPLAY_NONE,
        shows: "display:none".to_owned(),
        span: None,
    };
    Link {
        visibility: Visibility::Hidden(vec![proof]),
        ..link(target)
    }
}

pub(crate) fn redirect(target: &str) -> Link {
    Link {
        kind: HopKind::HttpRedirect,
        trigger: Trigger::Load,
        carrier: Carrier::LocationHeader,
        ..link(target)
    }
}

#[derive(Default)]
pub(crate) struct Case(pub(crate) Vec<(Visit, Option<PageFacts>)>);

impl Case {
    pub(crate) fn seen(
        mut self,
        address: &str,
        vantage: VantageId,
        churns: bool,
        links: Vec<Link>,
    ) -> Self {
        let visit = Visit {
            id: VisitId(self.0.len() as u64 + 1),
            address: at(address),
            vantage,
            referrer: None,
            depth: 0,
            in_scope: true,
            outcome: Outcome::Answered {
                status: 200,
                body: BodyHash::of(b""),
                content_type: None,
                body_bytes: 0,
                cut: None,
            },
            started: Timestamp::from_millis(0),
            churns,
            again: false,
            orphan: false,
        };
        let mut facts = PageFacts::empty(at(address));
        let redirects = links.iter().any(|link| link.kind == HopKind::HttpRedirect);
        facts.kind = if redirects {
            PageKind::Other
        } else {
            PageKind::Listing
        };
        facts.seller = address.rsplit('-').next().map(str::to_owned);
        facts.links = links;
        self.0.push((visit, Some(facts)));
        self
    }

    /// The second visit of the primary vantage.
    pub(crate) fn again(self, address: &str, links: Vec<Link>) -> Self {
        let mut case = self.seen(address, VantageId::Desktop, false, links);
        if let Some((visit, _)) = case.0.last_mut() {
            visit.again = true;
        }
        case
    }

    pub(crate) fn page(self, address: &str, links: Vec<Link>) -> Self {
        self.seen(address, VantageId::Desktop, false, links)
    }

    pub(crate) fn graph(self) -> LinkGraph {
        LinkGraph::build(self.0, &[])
    }
}

pub(crate) const PAGE: &str = "http://market.test/item-s1";

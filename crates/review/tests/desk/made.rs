//! A judged case that was never crawled: as many findings as are wanted, with the graph around them.

#![expect(
    clippy::expect_used,
    reason = "a case that cannot be made fails whoever asked for it"
)]

use std::collections::BTreeMap;

use bytes::Bytes;
use graph::{Builder, HopId, LinkGraph};
use model::{
    Answer, BodyHash, Brief, Budget, Carrier, CategoryCode, Confidence, Coverage, DetectorId,
    EffectiveClass, Evidence, EvidenceKind, Finding, Fingerprint, GateStrength, Headers, HopKind,
    HttpVersion, Landings, Link, Market, Outcome, PageFacts, PageId, PageKind, PageUrl, Policy,
    Politeness, Proof, RawHref, Robots, Scope, ScopeRule, Severity, Span, StopReason, Technique,
    Timestamp, VantageId, Visibility, VisibilityState, Visit, VisitId, WitnessHop, WitnessPath,
};
use report::{ChokeRow, CutsReport, Place, Record, Report, Snippet, Snippets};
use sidedoor_review::Judged;

/// The body that every page answered: a link between two paragraphs, and a title that is markup.
pub(crate) const BODY: &str = "<!DOCTYPE html><title></title></script><img src=x onerror=alert(1)></title>\n\
     <p>A ceramic vase, hand made.</p>\n<p><a class=x7 href=\"https://go.test/\">more</a></p>\n";
/// Where the link stands in it.
pub(crate) const LINK: Span = Span {
    start: 113,
    end: 149,
};

/// A case that was judged.
pub(crate) struct Made {
    pub(crate) graph: LinkGraph,
    pub(crate) findings: Vec<Finding>,
    pub(crate) text_only: bool,
    brief: Brief,
    market: Market,
    settings: serde_json::Value,
    coverage: Coverage,
    cuts: CutsReport,
    pages: BTreeMap<String, u64>,
}

pub(crate) fn page(text: &str) -> PageUrl {
    PageUrl::parse(text).expect("an address")
}

fn listing(number: usize) -> String {
    format!("https://market.test/item/{number}-a-thing-for-the-house")
}

fn door(number: usize) -> String {
    format!("https://go{}.test/r", number % 40)
}

fn target(number: usize) -> String {
    format!("https://pills{}.test/order", number % 100)
}

/// A case of so many findings; each listing has so many links besides.
pub(crate) fn case(count: usize, links: usize) -> Made {
    let seed = page("https://market.test/");
    let mut builder = Builder::default();
    for number in 0..count {
        builder.add(
            visit(number, &listing(number)),
            Some(listed(number, count, links)),
        );
    }
    for number in 0..count.min(40) {
        let facts = leading(&door(number), &[(target(number), false)]);
        builder.add(visit(count + number, &door(number)), Some(facts));
    }
    for number in 0..count.min(100) {
        let facts = leading(&target(number), &[]);
        builder.add(visit(count + 40 + number, &target(number)), Some(facts));
    }
    Made {
        graph: builder.finish(std::slice::from_ref(&seed)),
        findings: (0..count).map(finding).collect(),
        text_only: false,
        market: Market::eu(),
        settings: serde_json::json!({}),
        coverage: coverage(),
        cuts: CutsReport {
            choke_points: vec![ChokeRow {
                page: door(0),
                carried: 9,
                cut: None,
                is_target: false,
            }],
            ..CutsReport::default()
        },
        pages: BTreeMap::new(),
        brief: brief(seed),
    }
}

fn brief(seed: PageUrl) -> Brief {
    Brief {
        seeds: vec![seed.clone()],
        scope: Scope::new(ScopeRule::Site, vec![seed]),
        budget: Budget::default(),
        politeness: Politeness::default(),
        landings: Landings::Follow,
        robots: Robots::Obey,
        sitemaps: model::Sitemaps::Ignore,
        cookies: model::Cookies::Keep,
        vantages: vec![VantageId::Desktop],
        door_vantages: Vec::new(),
    }
}

fn coverage() -> Coverage {
    Coverage {
        seen: 10_140,
        landings: 140,
        unseen: Vec::new(),
        unseen_landings: Vec::new(),
        orphans: 0,
        sitemaps: Vec::new(),
        sitemaps_in_all: 0,
        retried: Vec::new(),
        chain_ends: Vec::new(),
        reasked: 0,
        not_reasked: Vec::new(),
        held_back: model::HeldBack::default(),
        stop: StopReason::FrontierEmpty,
        body_bytes: 48_300_112,
    }
}

fn visit(number: usize, address: &str) -> Visit {
    Visit {
        id: VisitId(number as u64 + 1),
        address: page(address),
        vantage: VantageId::Desktop,
        referrer: None,
        depth: 1,
        in_scope: true,
        outcome: Outcome::Answered {
            status: 200,
            body: BodyHash::of(BODY.as_bytes()),
            content_type: None,
            body_bytes: BODY.len() as u64,
            cut: None,
        },
        started: Timestamp::from_millis(1_767_225_600_000),
        churns: false,
        again: false,
        orphan: false,
    }
}

/// A listing with a hidden link to its door and visible ones to other listings.
fn listed(number: usize, count: usize, links: usize) -> PageFacts {
    let mut ways = vec![(door(number), true)];
    ways.extend((0..links).map(|at| (listing((number * 31 + at * 977 + 1) % count), false)));
    let mut facts = leading(&listing(number), &ways);
    facts.kind = PageKind::Listing;
    facts.title = format!("Thing {number} for the house </script><img onerror>");
    facts.seller = Some(format!("seller {}", number % 90));
    facts
}

fn leading(address: &str, ways: &[(String, bool)]) -> PageFacts {
    let mut facts = PageFacts::empty(page(address));
    facts.links = (ways.iter().enumerate())
        .map(|(at, (target, is_hidden))| Link {
            dom_path: format!("html/body/main/ul/li[{at}]/a"),
            text: "more".to_owned(),
            span: Some(LINK),
            visibility: if *is_hidden {
                Visibility::Hidden(vec![proof()])
            } else {
                Visibility::Visible
            },
            ..Link::new(
                RawHref::new(target),
                PageUrl::parse(target).ok(),
                HopKind::Anchor,
                Carrier::AHref,
            )
        })
        .collect();
    facts
}

fn proof() -> Proof {
    Proof {
        technique: Technique::DISPLAY_NONE,
        shows: "display:none from .x7".to_owned(),
        span: None,
    }
}

fn hop(source: &str, target: &str, kind: HopKind, class: EffectiveClass) -> WitnessHop {
    WitnessHop {
        source: page(source),
        target: page(target),
        kind,
        carrier: Carrier::AHref,
        class,
        because: "concealed in every viewer profile".to_owned(),
        visibility: VisibilityState::Hidden,
        proofs: vec![proof()],
        status: None,
        href: target.to_owned(),
        text: "more".to_owned(),
        span: Some(LINK),
        vantages: vec![VantageId::Desktop],
        missing_from: Vec::new(),
        fan_out: 1,
        cost: 0.1,
    }
}

fn finding(number: usize) -> Finding {
    let (from, over, to) = (listing(number), door(number), target(number));
    let witness = WitnessPath {
        hops: vec![
            hop(&from, &over, HopKind::Anchor, EffectiveClass::Hidden),
            hop(&over, &to, HopKind::HttpRedirect, EffectiveClass::Forced),
        ],
    };
    let kinds = [HopKind::Anchor, HopKind::HttpRedirect];
    let detector = DetectorId(["hidden-path", "cloaked-link", "decoy-listing"][number % 3]);
    Finding {
        detector,
        severity: Severity::ALL[number % Severity::ALL.len()],
        confidence: Confidence::High,
        fingerprint: Fingerprint::of(detector, &page(&from), &page(&to).site(), &kinds),
        statement: format!(
            "“Thing {number} <b>” leads to illegal goods that the shopper is not shown"
        ),
        listing: page(&from),
        target: page(&to),
        listing_policy: Policy::Compliant,
        policy: Policy::Illegal,
        category: Some(CategoryCode(["A1", "C2", "F2"][number % 3].to_owned())),
        category_name: ["prescription medicines", "e-cigarettes", "blades"][number % 3].to_owned(),
        legal_basis: "Directive 2001/83/EC, Article 85c".to_owned(),
        legal_review: None,
        expression: witness.expression(),
        cost: witness.cost(),
        chance: 0.25,
        gate: GateStrength::None,
        witness,
        evidence: [
            (EvidenceKind::Listing, from),
            (EvidenceKind::Target, to.clone()),
            (EvidenceKind::Target, to),
        ]
        .map(|(kind, of)| evidence(kind, &of))
        .into(),
    }
}

fn evidence(kind: EvidenceKind, of: &str) -> Evidence {
    Evidence {
        kind,
        statement: "“sildenafil, no prescription” in body".to_owned(),
        page: page(of),
        visit: VisitId(1),
        vantage: VantageId::Desktop,
        body: Some(BodyHash::of(BODY.as_bytes())),
        span: Some(LINK),
        seen_at: Timestamp::from_millis(1_767_225_600_000),
    }
}

impl Made {
    /// What `then` makes of the report.
    pub(crate) fn reported<T>(&self, then: impl FnOnce(&Report<'_>) -> T) -> T {
        then(&Report {
            generator: "sidedoor 0.1.0",
            brief: &self.brief,
            market: &self.market,
            pack: "eu@0.1.0",
            settings: &self.settings,
            coverage: &self.coverage,
            findings: &self.findings,
            indicators: &[],
            cuts: &self.cuts,
            decisions: &BTreeMap::new(),
            networks: &[],
            pages: &self.pages,
            directives: &[],
            hops: self.graph.hop_count() as u64,
            notes: &[],
            snippets: self,
        })
    }
}

/// A made-up place of a made-up answer.
fn kept(body: &str) -> Place {
    Place {
        id: "<urn:uuid:0d4a0f7e-0000-4000-8000-000000000001>".to_owned(),
        file: "evidence/00001.warc.gz".to_owned(),
        offset: 40_312,
        body: BodyHash::of(body.as_bytes()),
        asked_at: Timestamp::from_millis(1_767_225_600_000),
    }
}

impl Snippets for Made {
    fn snippet(&self, _: &PageUrl, _: VantageId, span: Span) -> Option<Snippet> {
        Some(Snippet {
            before: BODY.get(..span.start)?.to_owned(),
            marked: BODY.get(span.start..span.end)?.to_owned(),
            after: BODY.get(span.end..)?.to_owned(),
        })
    }

    fn place(&self, visit: VisitId) -> Option<Place> {
        Some(kept(&visit.0.to_string()))
    }

    fn record(&self, page: &PageUrl, _: VantageId) -> Option<Record> {
        Some(Record {
            place: kept(page.as_str()),
            status: 200,
            headers: [("date", "now")].into(),
        })
    }

    fn seller(&self, page: &PageUrl) -> Option<String> {
        self.graph.page(self.graph.find(page)?).seller.clone()
    }
}

impl Judged for Made {
    fn lend(&self, then: &mut dyn FnMut(&Report<'_>)) {
        self.reported(|report| then(report));
    }

    fn graph(&self) -> &LinkGraph {
        &self.graph
    }

    fn policy(&self, page: PageId) -> Policy {
        match self.graph.page(page).kind {
            PageKind::Listing => Policy::Compliant,
            _ if self.graph.page(page).address.as_str().contains("pills") => Policy::Illegal,
            _ => Policy::Unknown,
        }
    }

    fn class(&self, hop: HopId) -> EffectiveClass {
        match *self.graph.hop(hop).visibility {
            Visibility::Hidden(_) => EffectiveClass::Hidden,
            _ => EffectiveClass::Navigation,
        }
    }

    fn answer(&self, page: &PageUrl, _: VantageId) -> Option<Answer> {
        self.graph.find(page)?;
        Some(Answer {
            status: 200,
            version: HttpVersion::Http11,
            headers: Headers::from([("content-type", "text/html; charset=utf-8")]),
            payload: Bytes::from_static(BODY.as_bytes()),
            body: Bytes::from_static(BODY.as_bytes()),
            cut: None,
        })
    }

    fn categories(&self) -> Vec<(CategoryCode, String)> {
        [("A1", "prescription medicines"), ("C2", "e-cigarettes <b>")]
            .map(|(code, name)| (CategoryCode(code.to_owned()), name.to_owned()))
            .into()
    }

    fn is_text_only(&self, _: PageId) -> bool {
        self.text_only
    }
}

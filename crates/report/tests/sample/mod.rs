//! An invented case: a marketplace with two hidden paths, one of them seen by two detectors.
#![expect(
    clippy::unwrap_used,
    reason = "a sample that cannot be built fails its test"
)]

use std::collections::BTreeMap;

use model::{
    BodyHash, Brief, Budget, Carrier, CategoryCode, Confidence, Coverage, Cut, DetectorId,
    EffectiveClass, Evidence, EvidenceKind, Finding, Fingerprint, GateStrength, HopKind, Indicator,
    JournalEntry, Landings, LawReview, Market, Member, MemberKind, Network, PageUrl, Policy,
    Politeness, Proof, Robots, Scope, ScopeRule, Severity, Span, StopReason, Technique, Tie,
    TieKind, Timestamp, Unseen, VantageId, VisibilityState, VisitId, WitnessHop, WitnessPath,
};
use sidedoor_report::{
    CutsReport, Format, NoSnippets, Place, Record, Report, Snippet, Snippets, Style,
};

/// Owns what a report borrows.
pub(crate) struct Sample {
    pub(crate) brief: Brief,
    pub(crate) market: Market,
    pub(crate) settings: serde_json::Value,
    pub(crate) coverage: Coverage,
    pub(crate) findings: Vec<Finding>,
    pub(crate) indicators: Vec<Indicator>,
    pub(crate) cuts: CutsReport,
    pub(crate) decisions: BTreeMap<Fingerprint, JournalEntry>,
    pub(crate) networks: Vec<Network>,
    pub(crate) pages: BTreeMap<String, u64>,
    pub(crate) directives: Vec<model::DirectiveCount>,
    pub(crate) notes: Vec<String>,
    pub(crate) snippets: Box<dyn Snippets>,
}

pub(crate) struct Canned(pub(crate) Snippet);

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

impl Snippets for Canned {
    fn snippet(&self, _: &PageUrl, _: VantageId, span: Span) -> Option<Snippet> {
        (span.start < span.end).then(|| self.0.clone())
    }

    fn place(&self, visit: VisitId) -> Option<Place> {
        Some(kept(&visit.0.to_string()))
    }

    fn record(&self, page: &PageUrl, _: VantageId) -> Option<Record> {
        Some(Record {
            place: kept(page.as_str()),
            status: 302,
            headers: [("date", "now"), ("location", "https://pills.test/order")].into(),
        })
    }
}

impl Sample {
    pub(crate) fn report(&self) -> Report<'_> {
        Report {
            generator: "sidedoor 0.1.0",
            brief: &self.brief,
            market: &self.market,
            pack: "eu@0.1.0",
            settings: &self.settings,
            coverage: &self.coverage,
            findings: &self.findings,
            indicators: &self.indicators,
            cuts: &self.cuts,
            decisions: &self.decisions,
            networks: &self.networks,
            pages: &self.pages,
            directives: &self.directives,
            hops: 20_417,
            notes: &self.notes,
            snippets: &*self.snippets,
        }
    }

    pub(crate) fn written(&self, format: Format, style: Style) -> String {
        let mut out = Vec::new();
        sidedoor_report::write(&self.report(), format, style, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    pub(crate) fn plain(&self, format: Format) -> String {
        self.written(format, Style::default())
    }
}

pub(crate) fn page(text: &str) -> PageUrl {
    PageUrl::parse(text).unwrap()
}

/// A case with nothing found in it.
pub(crate) fn clean() -> Sample {
    let seed = page("https://market.test/");
    Sample {
        brief: Brief {
            seeds: vec![seed.clone()],
            scope: Scope::new(ScopeRule::Site, vec![seed]),
            budget: Budget::default(),
            politeness: Politeness::default(),
            landings: Landings::Follow,
            robots: Robots::Obey,
            sitemaps: model::Sitemaps::Ignore,
            cookies: model::Cookies::Keep,
            vantages: vec![VantageId::Desktop, VantageId::Phone, VantageId::Crawler],
            door_vantages: Vec::new(),
        },
        market: "DE".parse().unwrap(),
        settings: serde_json::json!({"cost_bound": 4.0, "template_share": 0.005}),
        coverage: Coverage {
            seen: 1_283,
            landings: 41,
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
        },
        findings: Vec::new(),
        indicators: Vec::new(),
        cuts: CutsReport::default(),
        decisions: BTreeMap::new(),
        networks: Vec::new(),
        pages: BTreeMap::from([("compliant".to_owned(), 1_102), ("unknown".to_owned(), 222)]),
        directives: Vec::new(),
        notes: Vec::new(),
        snippets: Box::new(NoSnippets),
    }
}

/// A case that ended early, with nothing found in it.
pub(crate) fn cut_short() -> Sample {
    let mut sample = clean();
    sample.coverage.stop = StopReason::PagesSpent;
    sample.coverage.held_back.sessions_cut = 1_204;
    sample.directives = vec![model::DirectiveCount {
        carrier: model::DirectiveCarrier::MiningFile,
        agent: None,
        name: "tdm-reservation".to_owned(),
        value: Some("1".to_owned()),
        pages: 1_100,
        examples: vec![page("https://market.test/item/1")],
    }];
    sample.coverage.unseen = vec![
        Unseen {
            why: "robots".to_owned(),
            addresses: 12,
            examples: vec![page("https://market.test/cart?add=17")],
        },
        Unseen {
            why: "status 503".to_owned(),
            addresses: 1,
            examples: vec![page("https://market.test/item/903")],
        },
        Unseen {
            why: "waiting".to_owned(),
            addresses: 2_408,
            examples: vec![
                page("https://market.test/item/904"),
                page("https://market.test/item/905"),
            ],
        },
    ];
    sample
}

/// Two hidden paths; the first is seen by two detectors.
pub(crate) fn found() -> Sample {
    let mut sample = cut_short();
    sample.findings = vec![pills(), decoy(), liquor()];
    sample.pages.insert("illegal".to_owned(), 2);
    sample.pages.insert("age-restricted".to_owned(), 3);
    sample.coverage.unseen_landings = vec![Unseen {
        why: "dns".to_owned(),
        addresses: 3,
        examples: vec![page("http://gone.test/")],
    }];
    sample.indicators = vec![
        Indicator {
            id: "hidden-link",
            page: page("https://market.test/item/88"),
            statement: "A link to partner.test is not displayed.".to_owned(),
            evidence: Vec::new(),
        },
        Indicator {
            id: "unlinked-contact",
            page: page("https://market.test/item/91"),
            statement: "The description names a messenger handle.".to_owned(),
            evidence: Vec::new(),
        },
    ];
    sample.networks = vec![network()];
    sample.notes = vec!["2 pages were read as Latin-1 by guess.".to_owned()];
    sample.snippets = Box::new(Canned(Snippet {
        before: "…order now: ".to_owned(),
        marked: "sildenafil, no prescription".to_owned(),
        after: " needed, shipped in plain envelopes".to_owned(),
    }));
    sample
}

/// A seller and a shop with one contact and one redirector.
fn network() -> Network {
    let (item, order) = ("https://market.test/item/17", "https://pills.test/order");
    let seller = Member {
        kind: MemberKind::Seller,
        site: page(item).site(),
        name: "Clay & Co".to_owned(),
        page: page(item),
        pages: 14,
        restricted: 0,
        found: 1,
    };
    let shop = Member {
        kind: MemberKind::Site,
        site: page(order).site(),
        name: String::new(),
        page: page(order),
        pages: 2,
        restricted: 2,
        found: 0,
    };
    let tie = |kind: TieKind, what: &str| Tie {
        kind,
        strand: kind.strand(),
        what: what.to_owned(),
        count: 1,
        members: vec![0, 1],
        pages: vec![page(item), page(order)],
        holders: 2,
        rarity: 3.912_023,
        weight: 3.912_023,
    };
    Network {
        members: vec![seller, shop],
        ties: vec![
            tie(TieKind::Contact, "telegram:clay_direct"),
            tie(TieKind::Redirector, "go.test/r/9"),
        ],
        ties_in_all: 2,
        weakest: Cut {
            tie: 1,
            parts: vec![vec![0], vec![1]],
        },
        holding: vec![0, 1],
    }
}

fn at(start: usize, end: usize) -> Option<Span> {
    Some(Span { start, end })
}

/// A hop of which nothing is concealed.
pub(crate) fn hop(source: &str, target: &str, kind: HopKind, class: EffectiveClass) -> WitnessHop {
    WitnessHop {
        source: page(source),
        target: page(target),
        kind,
        carrier: Carrier::AHref,
        class,
        because: "visible, to another site".to_owned(),
        visibility: VisibilityState::Visible,
        proofs: Vec::new(),
        status: None,
        href: target.to_owned(),
        text: String::new(),
        span: None,
        vantages: vec![VantageId::Desktop],
        missing_from: Vec::new(),
        fan_out: 1,
        cost: 0.0,
    }
}

fn pills_walk() -> WitnessPath {
    let go = "https://go.test/r/9";
    let hidden = WitnessHop {
        because: "concealed in every viewer profile".to_owned(),
        visibility: VisibilityState::Hidden,
        proofs: vec![
            Proof {
                technique: Technique::OFFSCREEN,
                shows: "left:-9999px from .x7{position:absolute;left:-9999px}".to_owned(),
                span: at(1204, 1260),
            },
            Proof {
                technique: Technique::FONT_SIZE,
                shows: "font-size:0 from style=\"font-size:0\"".to_owned(),
                span: at(5120, 5139),
            },
        ],
        href: "//go.test/r/9#x".to_owned(),
        text: "more".to_owned(),
        span: at(5104, 5170),
        fan_out: 2,
        cost: 0.79,
        ..hop(
            "https://market.test/item/17",
            go,
            HopKind::Anchor,
            EffectiveClass::Hidden,
        )
    };
    let forced = WitnessHop {
        carrier: Carrier::LocationHeader,
        because: "the answer sends the shopper on".to_owned(),
        proofs: vec![Proof {
            technique: Technique::HTTP_REDIRECT,
            shows: "302 Location: https://pills.test/order".to_owned(),
            span: None,
        }],
        status: Some(302),
        ..hop(
            go,
            "https://pills.test/order",
            HopKind::HttpRedirect,
            EffectiveClass::Forced,
        )
    };
    WitnessPath {
        hops: vec![hidden, forced],
    }
}

fn evidence(kind: EvidenceKind, statement: &str, of: &str, visit: u64) -> Evidence {
    Evidence {
        kind,
        statement: statement.to_owned(),
        page: page(of),
        visit: VisitId(visit),
        vantage: VantageId::Desktop,
        body: Some(BodyHash::of(of.as_bytes())),
        span: (kind == EvidenceKind::Target)
            .then(|| at(880, 907))
            .flatten(),
        seen_at: Timestamp::from_millis(1_767_225_600_000),
    }
}

/// A finding around a witness: listing and target are its ends.
pub(crate) fn finding(detector: &'static str, severity: Severity, witness: WitnessPath) -> Finding {
    let listing = witness.hops[0].source.clone();
    let target = witness.hops[witness.hops.len() - 1].target.clone();
    let kinds: Vec<_> = witness.hops.iter().map(|hop| hop.kind).collect();
    Finding {
        detector: DetectorId(detector),
        severity,
        confidence: Confidence::High,
        fingerprint: Fingerprint::of(DetectorId(detector), &listing, &target.site(), &kinds),
        statement: "A listing leads to a page that the shopper is not shown.".to_owned(),
        listing,
        target,
        listing_policy: Policy::Compliant,
        policy: Policy::Illegal,
        category: Some(CategoryCode("A1".to_owned())),
        category_name: "prescription medicines".to_owned(),
        legal_basis: "Directive 2001/83/EC, Article 85c".to_owned(),
        legal_review: Some(LawReview {
            source: "general knowledge".to_owned(),
            checked: "no".to_owned(),
        }),
        expression: witness.expression(),
        cost: witness.cost(),
        chance: 0.333,
        gate: GateStrength::None,
        witness,
        evidence: Vec::new(),
    }
}

fn pills() -> Finding {
    Finding {
        statement: "“Ceramic vase, hand made” leads to an illegal page (A1 prescription \
                    medicines) that the shopper is not shown."
            .to_owned(),
        evidence: vec![
            evidence(
                EvidenceKind::Listing,
                "Labeled compliant: a product with price, seller and description.",
                "https://market.test/item/17",
                12,
            ),
            evidence(
                EvidenceKind::Target,
                "Labeled illegal by medicine-without-prescription: “sildenafil, no prescription”.",
                "https://pills.test/order",
                31,
            ),
        ],
        ..finding("hidden-path", Severity::Critical, pills_walk())
    }
}

fn decoy() -> Finding {
    Finding {
        confidence: Confidence::Medium,
        statement: "The listing is a decoy: a post elsewhere says what it really sells.".to_owned(),
        evidence: vec![evidence(
            EvidenceKind::Promise,
            "A forum post names the listing and promises “blue pills”.",
            "https://forum.test/t/4",
            40,
        )],
        ..finding("decoy-listing", Severity::High, pills_walk())
    }
}

fn liquor() -> Finding {
    let steps = [
        "https://market.test/item/88",
        "https://market.test/shop/nordlicht",
        "https://nordlicht-blog.test/2025/11/our-favourite-things-for-long-winter-evenings?utm_source=market&utm_medium=shop",
        "https://nordlicht.test/welcome",
        "https://nordlicht.test/cellar",
        "https://spirits.test/rum-40",
    ];
    let classes = [
        (HopKind::Anchor, EffectiveClass::Lateral),
        (HopKind::NestedUrl, EffectiveClass::Masked),
        (HopKind::MetaRefresh, EffectiveClass::Forced),
        (HopKind::Anchor, EffectiveClass::Overt),
        (HopKind::Frame, EffectiveClass::Forced),
    ];
    let mut hops: Vec<WitnessHop> = steps
        .windows(2)
        .zip(classes)
        .map(|(ends, (kind, class))| hop(ends[0], ends[1], kind, class))
        .collect();
    hops[1].because = "the address is nested in a parameter of another".to_owned();
    hops[2].missing_from = vec![VantageId::Crawler];
    hops[2].vantages = vec![VantageId::Desktop, VantageId::Phone];
    Finding {
        policy: Policy::AgeRestricted { min_age: 18 },
        category: Some(CategoryCode("D2".to_owned())),
        category_name: "spirits".to_owned(),
        confidence: Confidence::Medium,
        chance: 0.0004,
        cost: 2.41,
        gate: GateStrength::SelfDeclared,
        statement: "“Wool blanket” leads to an age-restricted page without a gate that the \
                    policy accepts."
            .to_owned(),
        ..finding("age-gate-bypass", Severity::Medium, WitnessPath { hops })
    }
}

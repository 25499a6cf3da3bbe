//! The serde forms of the nouns: other programs read them, so none changes by accident.

#![expect(
    clippy::unwrap_used,
    reason = "a test may fail loudly, its helpers as well"
)]

use std::num::NonZeroU32;

use proptest::prelude::*;
use sidedoor_model::*;

fn at(address: &str) -> PageUrl {
    PageUrl::parse(address).unwrap()
}

fn proof() -> Proof {
    Proof {
        technique: Technique::OFFSCREEN,
        shows: "left:-9999px".to_owned(),
        span: Some(Span { start: 10, end: 40 }),
    }
}

fn link() -> Link {
    Link {
        text: "more".to_owned(),
        context: "see more".to_owned(),
        visibility: Visibility::Hidden(vec![proof()]),
        zone: Zone::Seller,
        span: Some(Span { start: 10, end: 40 }),
        dom_path: "html/body/div:2/a".to_owned(),
        rel: vec!["nofollow".to_owned()],
        layers: vec![Layer::Query, Layer::Base64],
        inside: Some(3),
        ..Link::new(
            RawHref::new("/go?u=aHR0cDovL3guZXhhbXBsZS8"),
            Some(at("http://x.example/")),
            HopKind::NestedUrl,
            Carrier::InsideUrl,
        )
    }
}

fn label() -> Label {
    Label {
        policy: Policy::AgeRestricted { min_age: 18 },
        category: Some(CategoryCode("D1".to_owned())),
        name: "spirits".to_owned(),
        market: "de".parse().unwrap(),
        pack: "eu@0.1.0".to_owned(),
        legal_basis: "JuSchG s.9".to_owned(),
        decided_by: DecidedBy::Row {
            market: "de".parse().unwrap(),
            goods: None,
            status: PolicyStatus::AgeRestricted,
            from: Some("2003-04-01".to_owned()),
            to: None,
            source: "a source".to_owned(),
            checked: String::new(),
        },
        statement: Some(StatementClass {
            category: StatementCategory::ProtectionOfMinors,
            additions: Vec::new(),
            keywords: vec![StatementKeyword::AgeSpecificRestrictionsMinors],
        }),
        severity: Severity::Medium,
        confidence: Confidence::High,
        near: None,
        required_gate: GateStrength::SelfDeclared,
        matches: vec![Match {
            rule: RuleId("d1-terms-en".to_owned()),
            text: "vodka".to_owned(),
            place: Place::ProductName,
            span: None,
            normalized: vec![Normalization::Leetspeak],
        }],
    }
}

#[test]
fn visibility_has_four_forms() {
    insta::assert_json_snapshot!([
        Visibility::Visible,
        Visibility::Hidden(vec![proof(), proof()]),
        Visibility::Conditional(Reveal::Disclosure, vec![proof()]),
        Visibility::Unknown("a stylesheet was not read".to_owned(), vec![]),
    ]);
}

#[test]
fn facts_have_this_form() {
    let mut facts = PageFacts::empty(at("http://shop.example/item/1"));
    facts.title = "A vase".to_owned();
    facts.language = Some(Language("en".to_owned()));
    facts.kind = PageKind::Listing;
    facts.links.push(link());
    facts.contacts.push(Contact {
        kind: ContactKind::Mail,
        handle: "a@b.example".to_owned(),
        written: "a (at) b.example".to_owned(),
        visibility: Visibility::Visible,
        zone: Zone::Unknown,
        span: None,
        techniques: Vec::new(),
    });
    facts.gates.push(AgeGate {
        strength: GateStrength::SelfDeclared,
        form: GateForm::Page,
        min_age: Some(18),
        shows: "are you over 18?".to_owned(),
        span: None,
        proofs: vec![GateProof {
            sign: GateSign::BirthDate,
            shows: "date of birth".to_owned(),
            span: None,
        }],
    });
    facts.trader.vat = Some(Stated {
        text: "DE136695976".to_owned(),
        span: Some(Span { start: 1, end: 5 }),
        holds: Some(true),
    });
    facts.medicine_logo = Some(MedicineLogo {
        target: Some(at("http://register.example/")),
        shows: "eu-common-logo.png".to_owned(),
        span: None,
    });
    facts.products.push(Product {
        name: Some("Vase".to_owned()),
        offers: vec![Offer {
            price: Some("9.90".to_owned()),
            currency: Some("EUR".to_owned()),
            availability: None,
        }],
        gtin: Some("96385074".to_owned()),
        gtin_holds: Some(true),
        prices: Some(PriceRange {
            low: Some("9".to_owned()),
            high: None,
            currency: Some("EUR".to_owned()),
            count: Some(2),
        }),
        audience: Some(Audience {
            required_min: Some(18),
            ..Audience::default()
        }),
        ..Product::default()
    });
    facts.passages.push(Passage {
        place: Place::Title,
        zone: Zone::Unknown,
        text: "A vase".to_owned(),
        shown: true,
        span: None,
    });
    facts.notes.push(Note {
        kind: NoteKind::Truncated,
        text: "cut".to_owned(),
        span: None,
    });
    insta::assert_json_snapshot!(facts);
}

#[test]
fn verdicts_have_this_form() {
    insta::assert_json_snapshot!(Verdict {
        policy: Policy::AgeRestricted { min_age: 18 },
        labels: vec![label()],
        promises: vec![PromiseLabel {
            link: 0,
            target: Some(at("http://x.example/")),
            label: label(),
        }],
    });
}

#[test]
fn visits_have_these_forms() {
    let visit = |outcome| Visit {
        id: VisitId(1),
        address: at("http://x.example/"),
        vantage: VantageId::Desktop,
        referrer: Some(at("http://shop.example/")),
        depth: 2,
        in_scope: false,
        outcome,
        started: Timestamp::from_millis(1_700_000_000_123),
        churns: false,
        again: false,
        orphan: false,
    };
    insta::assert_json_snapshot!([
        visit(Outcome::Answered {
            status: 200,
            body: BodyHash::of(b"hello"),
            content_type: Some("text/html".to_owned()),
            body_bytes: 5,
            cut: Some(BodyCut::DecodedBudget),
        }),
        visit(Outcome::Declined {
            why: Declined::Robots
        }),
        visit(Outcome::Unreachable {
            why: Unreachable::Dns
        }),
    ]);
}

#[test]
fn a_brief_has_this_form() {
    let seeds = vec![at("http://shop.example/")];
    insta::assert_json_snapshot!(Brief {
        scope: Scope::new(ScopeRule::Site, seeds.clone()),
        seeds,
        budget: Budget::default(),
        politeness: Politeness {
            per_host: NonZeroU32::MIN,
            ..Politeness::default()
        },
        landings: Landings::Follow,
        robots: Robots::Obey,
        sitemaps: sidedoor_model::Sitemaps::Ignore,
        cookies: sidedoor_model::Cookies::Keep,
        vantages: VantageId::DEFAULT.to_vec(),
        door_vantages: VantageId::AT_DOORS.to_vec(),
    });
}

#[test]
fn findings_have_this_form() {
    let listing = at("http://shop.example/item/1");
    let target = at("http://x.example/");
    let hop = WitnessHop {
        source: listing.clone(),
        target: target.clone(),
        kind: HopKind::Anchor,
        carrier: Carrier::AHref,
        class: EffectiveClass::Hidden,
        because: "concealed".to_owned(),
        visibility: VisibilityState::Hidden,
        proofs: vec![proof()],
        status: None,
        href: "http://x.example/".to_owned(),
        text: "more".to_owned(),
        span: Some(Span { start: 10, end: 40 }),
        vantages: vec![VantageId::Desktop],
        missing_from: vec![VantageId::Crawler],
        fan_out: 1,
        cost: 0.1,
    };
    let detector = DetectorId("hidden-path");
    insta::assert_json_snapshot!(Finding {
        detector,
        severity: Severity::High,
        confidence: Confidence::Medium,
        fingerprint: Fingerprint::of(detector, &listing, &target.site(), &[HopKind::Anchor]),
        statement: "a way".to_owned(),
        listing,
        listing_policy: Policy::Compliant,
        target: target.clone(),
        policy: Policy::Illegal,
        category: Some(CategoryCode("A1".to_owned())),
        category_name: "prescription medicines".to_owned(),
        legal_basis: "Directive 2001/83/EC".to_owned(),
        legal_review: Some(LawReview {
            source: "general knowledge".to_owned(),
            checked: "no".to_owned(),
        }),
        expression: "H".to_owned(),
        cost: 0.1,
        chance: 0.85,
        gate: GateStrength::None,
        witness: WitnessPath { hops: vec![hop] },
        evidence: vec![Evidence {
            kind: EvidenceKind::Target,
            statement: "a word".to_owned(),
            page: target,
            visit: VisitId(7),
            vantage: VantageId::Desktop,
            body: Some(BodyHash::of(b"hello")),
            span: None,
            seen_at: Timestamp::from_millis(1_700_000_000_123),
        }],
    });
}

#[test]
fn facts_verdicts_visits_and_briefs_are_read_back_as_they_were() {
    let mut facts = PageFacts::empty(at("http://shop.example/item/1"));
    facts.links.push(link());
    let text = serde_json::to_string(&facts).unwrap();
    assert_eq!(serde_json::from_str::<PageFacts>(&text).unwrap(), facts);
    let text = serde_json::to_string(&label()).unwrap();
    assert_eq!(serde_json::from_str::<Label>(&text).unwrap(), label());
}

#[test]
fn a_site_is_the_registrable_domain_or_host_and_port() {
    let site = |address: &str| at(address).site().to_string();
    assert_eq!(site("https://a.shop.example.co.uk/x"), "example.co.uk");
    assert_eq!(site("http://www.market.test/"), "market.test");
    assert_eq!(site("http://market.test:8080/"), "market.test");
    assert_eq!(site("http://127.0.0.1:8080/"), "127.0.0.1:8080");
    assert_eq!(site("http://localhost:1/"), "localhost:1");
    assert_eq!(site("http://[::1]/"), "[::1]");
}

#[test]
fn an_address_has_no_fragment_and_no_user_information() {
    let address = at("HTTP://shop.example@Evil.test:80/a/../b?q=%20#top");
    assert_eq!(address.as_str(), "http://evil.test/b?q=%20");
    assert_eq!(address.site().as_str(), "evil.test");
}

#[test]
fn a_scope_contains_what_its_rule_spans() {
    let seeds = vec![at("http://www.shop.example/de/index.html")];
    let contains = |rule, address: &str| Scope::new(rule, seeds.clone()).contains(&at(address));
    assert!(contains(ScopeRule::Site, "http://m.shop.example/x"));
    assert!(!contains(ScopeRule::Host, "http://m.shop.example/x"));
    assert!(!contains(ScopeRule::Host, "http://www.shop.example:81/x"));
    assert!(contains(ScopeRule::Host, "http://www.shop.example/fr/"));
    assert!(contains(
        ScopeRule::PathPrefix,
        "http://www.shop.example/de/a/b"
    ));
    assert!(!contains(
        ScopeRule::PathPrefix,
        "http://www.shop.example/fr/"
    ));
    let mut scope = Scope::new(ScopeRule::Site, seeds.clone());
    scope.excluded_paths.push("/de/cart".to_owned());
    assert!(!scope.contains(&at("http://www.shop.example/de/cart/1")));
}

proptest! {
    #[test]
    fn an_address_is_its_own_text(text in "https?://[a-z]{1,8}\\.test(/[a-zA-Z0-9%._~-]{0,8}){0,3}(\\?[a-z0-9=&%]{0,9})?") {
        if let Ok(address) = PageUrl::parse(&text) {
            prop_assert_eq!(PageUrl::parse(address.as_str()).unwrap(), address);
        }
    }

    #[test]
    fn any_text_is_an_address_or_told_why_not(text in ".{0,60}") {
        let base = at("http://shop.example/item/1");
        match RawHref::new(text).resolve(&base) {
            Ok(address) => prop_assert!(address.as_url().fragment().is_none()),
            Err(why) => prop_assert!(!why.to_string().is_empty()),
        }
    }

    #[test]
    fn a_technique_is_read_back_from_its_id(family in "[VJRTCM]", number in 1_u8..=99) {
        let id = format!("{family}{number:02}");
        prop_assert_eq!(id.parse::<Technique>().unwrap().to_string(), id);
    }
}

//! An advertisement says one thing, and lands on another.

#![expect(
    clippy::unwrap_used,
    reason = "a test may fail loudly, its helpers as well"
)]

mod support;

use model::{
    Ad, GateStrength, PageFacts, Policy, Product, Severity, VantageId, Verdict, WitnessHop,
};
use sidedoor_analysis::detectors::JudgedAd;
use sidedoor_analysis::{Judgement, analyze};
use support::{ADULT, Web, at, label, redirect, told_by};

const LANDING: &str = "http://campaign.test/tins";
const SHOP: &str = "http://vapes.test/";
const AD: &str = "http://ads.test/7";

fn ad(landing: &str) -> Ad {
    Ad {
        id: "summer-7".to_owned(),
        page: at(AD),
        landing: at(landing),
        content: "Tea tins for the summer".to_owned(),
        product: Some("Tea tin".to_owned()),
        brand: None,
        subject: None,
        gtin: None,
        on_behalf_of: Some("Tins Ltd".to_owned()),
        paid_by: None,
        from: None,
        until: None,
        parameters: None,
        reach: None,
    }
}

/// What the policy says of an ad's words.
fn says(policies: &[Policy]) -> Verdict {
    Verdict {
        policy: policies.first().copied().unwrap_or(Policy::Unknown),
        labels: policies.iter().map(|policy| label(*policy)).collect(),
        promises: Vec::new(),
    }
}

fn judge(web: Web, ad: Ad, verdict: Verdict) -> Judgement {
    analyze(&web.scene().with_ads(vec![JudgedAd { ad, verdict }]))
}

fn told(web: Web, ad: Ad, verdict: Verdict) -> Vec<String> {
    told_by(&judge(web, ad, verdict), "ad-landing-mismatch")
}

fn campaign(policy: Policy) -> Web {
    Web::default()
        .page(LANDING, Policy::Unknown, vec![redirect(SHOP)])
        .page(SHOP, policy, vec![])
}

#[test]
fn an_ad_of_honest_goods_that_lands_on_restricted_ones_by_a_redirect_is_found() {
    let tracked = format!("{LANDING}?utm_source=market");
    let judgement = judge(campaign(Policy::Illegal), ad(&tracked), says(&[]));
    assert_eq!(
        told_by(&judgement, "ad-landing-mismatch"),
        [format!("ad-landing-mismatch {AD} -> {SHOP} by MF")]
    );
    let finding = &judgement.findings[0];
    assert_eq!(finding.severity, Severity::High, "the redirect forces it");
    let ends = |hop: &WitnessHop| format!("{} {} {}", hop.kind, hop.source, hop.target);
    let hops: Vec<String> = finding.witness.hops.iter().map(ends).collect();
    assert_eq!(
        hops,
        [
            format!("ad {AD} {LANDING}"),
            format!("http-redirect {LANDING} {SHOP}")
        ]
    );
    for said in ["summer-7", "Tea tin", "Tins Ltd"] {
        assert!(finding.statement.contains(said), "{}", finding.statement);
    }
}

#[test]
fn an_ad_that_lands_there_itself_is_found_and_less_grave() {
    let web = Web::default().page(SHOP, Policy::Illegal, vec![]);
    let judgement = judge(web, ad(SHOP), says(&[]));
    let finding = judgement.findings.first().unwrap();
    assert_eq!(finding.expression, "M");
    assert_eq!(finding.severity, Severity::Medium);
}

#[test]
fn an_ad_that_says_what_it_lands_on_is_none() {
    // One word of the category is too little for a label, and enough to be told.
    for said in [ADULT, Policy::Illegal] {
        assert_eq!(told(campaign(ADULT), ad(LANDING), says(&[said])), [""; 0]);
    }
    let mut weak = label(ADULT);
    weak.policy = Policy::Unknown;
    let verdict = Verdict {
        policy: Policy::Unknown,
        labels: vec![weak],
        promises: Vec::new(),
    };
    assert_eq!(told(campaign(ADULT), ad(LANDING), verdict), [""; 0]);
}

#[test]
fn an_age_gate_on_the_way_is_said_aloud() {
    let web = Web::default()
        .page(LANDING, Policy::Unknown, vec![redirect(SHOP)])
        .visit(
            SHOP,
            VantageId::Desktop,
            ADULT,
            GateStrength::SelfDeclared,
            vec![],
        );
    assert_eq!(told(web, ad(LANDING), says(&[])), [""; 0]);
}

#[test]
fn honest_landings_and_landings_that_were_not_seen_are_silent() {
    let honest = campaign(Policy::Compliant);
    assert_eq!(told(honest, ad(LANDING), says(&[])), [""; 0]);
    let unseen = campaign(Policy::Illegal).scene().with_ads(vec![JudgedAd {
        ad: ad("http://elsewhere.test/"),
        verdict: says(&[]),
    }]);
    assert_eq!(unseen.landings(), [None]);
    assert_eq!(told_by(&analyze(&unseen), "ad-landing-mismatch"), [""; 0]);
}

fn sells(name: &'static str, brand: &'static str) -> impl Fn(&mut PageFacts) {
    move |facts| {
        facts.title = name.to_owned();
        facts.products.push(Product {
            name: Some(name.to_owned()),
            brand: Some(brand.to_owned()),
            gtin: Some("4006381333931".to_owned()),
            gtin_holds: Some(true),
            ..Product::default()
        });
    }
}

/// Findings, and how many indicators.
fn other(ad: Ad, name: &'static str) -> (Vec<String>, usize) {
    let web = campaign(Policy::Compliant).with(sells(name, "Blitz"));
    let judgement = judge(web, ad, says(&[]));
    let indicators = judgement.indicators.iter();
    let count = indicators.filter(|one| one.id == "ad-landing-mismatch");
    (told_by(&judgement, "ad-landing-mismatch"), count.count())
}

#[test]
fn a_listing_of_another_product_is_found_by_its_number_or_brand_and_its_words() {
    let found = vec![format!("ad-landing-mismatch {AD} -> {SHOP} by MF")];
    let by_number = Ad {
        gtin: Some("96385074".to_owned()),
        ..ad(LANDING)
    };
    assert_eq!(
        other(by_number.clone(), "Laser pointer"),
        (found.clone(), 0)
    );
    let by_brand = Ad {
        brand: Some("Tinnery".to_owned()),
        ..ad(LANDING)
    };
    assert_eq!(other(by_brand, "Laser pointer"), (found, 0));
    assert_eq!(
        other(ad(LANDING), "Laser pointer"),
        (vec![], 1),
        "words alone"
    );
    // Of several colors of one tin a listing states one number.
    assert_eq!(other(by_number, "Tin for tea, red"), (vec![], 0));
    let same = Ad {
        gtin: Some("04006381333931".to_owned()),
        ..ad(LANDING)
    };
    assert_eq!(
        other(same, "Dose"),
        (vec![], 1),
        "one number in two lengths"
    );
}

#[test]
fn what_is_sold_by_an_ad_is_an_entity_with_its_landing() {
    let scene = campaign(Policy::Illegal).scene().with_ads(vec![JudgedAd {
        ad: ad(LANDING),
        verdict: says(&[]),
    }]);
    let entities = scene.entities();
    let id = graph::Entity::Ad {
        id: "summer-7".to_owned(),
    };
    let mentions = entities.mentions_of(entities.find(&id).unwrap());
    assert_eq!(mentions[0].page, scene.graph.find(&at(LANDING)).unwrap());
}

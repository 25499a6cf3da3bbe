//! One contact of several sellers stands on a restricted page.

#![expect(
    clippy::unwrap_used,
    reason = "a test may fail loudly, its helpers as well"
)]

mod support;

use model::{
    Confidence, Contact, ContactKind, EvidenceKind, GateStrength, PageFacts, Policy, Stated,
    Trader, VantageId, Visibility, Zone,
};
use support::{ADULT, Web, told_by};

const SHOP: &str = "http://pills.test/";

fn contact(facts: &mut PageFacts) {
    facts.contacts.push(Contact {
        kind: ContactKind::Telegram,
        handle: "vases_direct".to_owned(),
        written: "@vases_direct".to_owned(),
        visibility: Visibility::Visible,
        zone: Zone::Seller,
        span: None,
        techniques: Vec::new(),
    });
}

fn listing(at: u32) -> String {
    format!("http://market.test/item/{at:03}")
}

/// A market of `sellers` sellers; on the listings of the first `with_it` stands a contact.
fn market(sellers: u32, with_it: u32) -> Web {
    (0..sellers).fold(Web::default(), |web, at| {
        web.page(&listing(at), Policy::Compliant, vec![])
            .with(|facts| {
                facts.seller = Some(format!("seller {at}"));
                if at < with_it {
                    contact(facts);
                }
            })
    })
}

fn told(web: Web) -> (Vec<String>, usize) {
    let judgement = web.judge();
    let indicators = judgement.indicators.iter();
    let indicators = indicators.filter(|one| one.id == "off-platform-contact");
    (
        told_by(&judgement, "off-platform-contact"),
        indicators.count(),
    )
}

#[test]
fn a_contact_of_several_sellers_on_a_restricted_page_is_found_for_each() {
    let web = market(12, 3)
        .page(SHOP, Policy::Illegal, vec![])
        .with(contact);
    let judgement = web.judge();
    let expected: Vec<String> = (0..3)
        .map(|at| format!("off-platform-contact {} -> {SHOP} by H", listing(at)))
        .collect();
    assert_eq!(told_by(&judgement, "off-platform-contact"), expected);
    assert_eq!(
        judgement.findings.len(),
        3,
        "and no hidden path is made of it"
    );
    assert_eq!(judgement.indicators, [], "nor an indicator of the same");
    let finding = &judgement.findings[0];
    assert_eq!(
        finding.confidence,
        Confidence::Medium,
        "a contact is no sale"
    );
    let pages: Vec<&str> = finding
        .evidence
        .iter()
        .filter(|evidence| evidence.kind == EvidenceKind::Contact)
        .map(|evidence| evidence.page.as_str())
        .collect();
    assert_eq!(pages, [listing(0).as_str(), SHOP]);
}

#[test]
fn of_one_seller_it_is_an_indicator() {
    let web = market(12, 1)
        .page(SHOP, Policy::Illegal, vec![])
        .with(contact);
    assert_eq!(told(web), (vec![], 1));
}

#[test]
fn an_agency_s_contact_and_the_platform_s_own_are_silent() {
    for (sellers, with_it) in [(12, 12), (12, 7), (100, 21), (400, 200)] {
        let web = market(sellers, with_it)
            .page(SHOP, Policy::Illegal, vec![])
            .with(contact);
        assert_eq!(told(web), (vec![], 0), "{with_it} of {sellers}");
    }
}

#[test]
fn a_contact_on_no_restricted_page_is_silent() {
    let web = market(12, 3)
        .page("http://blog.test/", Policy::Unknown, vec![])
        .with(contact);
    assert_eq!(told(web), (vec![], 0));
}

#[test]
fn age_restricted_goods_of_the_same_market_or_behind_a_gate_make_no_finding() {
    let wine = "http://market.test/item/wine";
    let at_home = market(12, 3).page(wine, ADULT, vec![]).with(contact);
    assert_eq!(told(at_home), (vec![], 3), "an indicator for each listing");
    let cellar = "http://cellar.test/";
    let gate = GateStrength::SelfDeclared;
    let gated = market(12, 3)
        .visit(cellar, VantageId::Desktop, ADULT, gate, vec![])
        .with(contact);
    assert_eq!(told(gated), (vec![], 3));
    let open = market(12, 3).page(cellar, ADULT, vec![]).with(contact);
    let found = told(open).0;
    assert_eq!(found.len(), 3);
    assert_eq!(
        found[0],
        format!("off-platform-contact {} -> {cellar} by H", listing(0))
    );
}

#[test]
fn the_gravest_page_is_the_target() {
    let cellar = "http://cellar.test/";
    let web = market(12, 2)
        .page(cellar, ADULT, vec![])
        .with(contact)
        .page(SHOP, Policy::Illegal, vec![])
        .with(contact);
    let judgement = web.judge();
    let targets: Vec<&str> = judgement
        .findings
        .iter()
        .map(|finding| finding.target.as_str())
        .collect();
    assert_eq!(targets, [SHOP, SHOP]);
    assert!(
        judgement
            .findings
            .first()
            .unwrap()
            .statement
            .contains("2 sellers")
    );
}

/// A mail address at the shop's host, in a part of the page.
fn mail(zone: Zone) -> impl FnOnce(&mut PageFacts) {
    move |facts| {
        facts.contacts.push(Contact {
            kind: ContactKind::Mail,
            handle: "orders@pills.test".to_owned(),
            written: "orders@pills.test".to_owned(),
            visibility: Visibility::Visible,
            zone,
            span: None,
            techniques: Vec::new(),
        });
    }
}

/// Hidden paths from a listing with a change to the shop, which is in the case.
fn paths_by(change: impl FnOnce(&mut PageFacts)) -> Vec<String> {
    let web = Web::default()
        .page(&listing(1), Policy::Compliant, vec![])
        .with(change)
        .page(SHOP, Policy::Illegal, vec![]);
    told_by(&web.judge(), "hidden-path")
}

#[test]
fn a_sellers_mail_address_leads_to_the_home_of_its_host_where_that_was_visited() {
    let path = format!("hidden-path {} -> {SHOP} by H", listing(1));
    assert_eq!(paths_by(mail(Zone::Seller)), [path]);
    assert_eq!(paths_by(mail(Zone::Chrome)), [""; 0]);
    assert_eq!(paths_by(mail(Zone::User)), [""; 0]);
}

#[test]
fn what_a_trader_states_of_himself_is_no_way_out() {
    let stated = |text: &str| {
        Some(Stated {
            text: text.to_owned(),
            span: None,
            holds: None,
        })
    };
    let imprint = |address: Option<Stated>| {
        paths_by(|facts| {
            mail(Zone::Seller)(facts);
            facts.trader = Trader {
                email: stated("Orders@pills.test"),
                address,
                ..Trader::default()
            };
        })
    };
    assert_eq!(imprint(stated("Hauptstraße 1, 10115 Berlin")), [""; 0]);
    assert_eq!(imprint(None).len(), 1);
}

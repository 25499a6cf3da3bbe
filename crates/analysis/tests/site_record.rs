//! An offer that no word gives away, on a site whose other offers are restricted.

#![expect(
    clippy::unwrap_used,
    reason = "a test may fail loudly, its helpers as well"
)]

mod support;

use model::{Confidence, DecidedBy, GateStrength, Policy, VantageId};
use support::{ADULT, Web, hidden, link, told_by};

const HOME: &str = "http://market.test/";
const LISTING: &str = "http://market.test/vase";
const OFFER: &str = "http://shop.other.test/unnamed";

/// A listing with a concealed link to an offer without a label, among others of the same site.
fn among(policies: &[Policy], gate: GateStrength) -> Web {
    let web = Web::default()
        .seed(HOME)
        .page(HOME, Policy::Unknown, vec![link(LISTING)])
        .page(LISTING, Policy::Compliant, vec![hidden(OFFER)])
        .visit(
            OFFER,
            VantageId::Desktop,
            Policy::Compliant,
            GateStrength::None,
            vec![],
        )
        .out_of_scope();
    policies.iter().enumerate().fold(web, |web, (at, policy)| {
        let page = format!("http://shop.other.test/offer/{at}");
        web.visit(&page, VantageId::Desktop, *policy, gate, vec![])
            .out_of_scope()
    })
}

#[test]
fn an_offer_among_restricted_ones_is_taken_for_one_and_hardly_sure() {
    let judgement = among(&[Policy::Illegal; 4], GateStrength::None).judge();
    assert_eq!(
        told_by(&judgement, "hidden-path"),
        [format!("hidden-path {LISTING} -> {OFFER} by H")]
    );
    let finding = &judgement.findings[0];
    assert_eq!(finding.policy, Policy::Illegal);
    assert_eq!(
        (finding.confidence, finding.category.as_ref()),
        (Confidence::Low, None)
    );
    assert_eq!(
        finding.legal_basis, "",
        "nothing tells which goods they are"
    );
    let said: Vec<&str> = finding
        .evidence
        .iter()
        .map(|it| it.statement.as_str())
        .collect();
    assert!(
        said.iter()
            .any(|it| it.contains("4 of the 5 offers that were seen on its site")),
        "{said:?}"
    );
    let cited = finding
        .evidence
        .iter()
        .filter(|it| it.page.as_url().path().starts_with("/offer/"));
    assert_eq!(cited.count(), 3, "the first few of them are cited");
}

#[test]
fn a_site_of_mixed_offers_and_one_of_few_say_nothing() {
    let mut mixed = vec![Policy::Illegal; 4];
    mixed.extend([Policy::Compliant; 2]);
    for policies in [&mixed[..], &[Policy::Illegal; 3]] {
        let judgement = among(policies, GateStrength::None).judge();
        assert_eq!(told_by(&judgement, "hidden-path"), [""; 0], "{policies:?}");
    }
}

#[test]
fn a_shop_that_asks_for_the_age_may_sell_other_things() {
    let gated = among(&[ADULT; 5], GateStrength::SelfDeclared).judge();
    assert_eq!(told_by(&gated, "hidden-path"), [""; 0]);
    let open = among(&[ADULT; 5], GateStrength::None).judge();
    assert_eq!(told_by(&open, "hidden-path").len(), 1);
}

#[test]
fn what_is_examined_is_judged_by_its_own_words() {
    let offer = |at: u32| format!("http://market.test/offer/{at}");
    let web = Web::default()
        .seed(HOME)
        .page(HOME, Policy::Unknown, vec![link(LISTING)])
        .page(LISTING, Policy::Compliant, vec![hidden(&offer(9))])
        .page(&offer(9), Policy::Compliant, vec![]);
    let web = (0..9).fold(web, |web, at| web.page(&offer(at), Policy::Illegal, vec![]));
    assert_eq!(told_by(&web.judge(), "hidden-path"), [""; 0]);
}

#[test]
fn what_a_reviewer_says_of_the_offer_stands() {
    let web = among(&[Policy::Illegal; 6], GateStrength::None);
    let by = DecidedBy::Platform {
        file: "decisions.jsonl".to_owned(),
        line: 1,
        source: String::new(),
    };
    let judgement = web.decided(OFFER, &by);
    assert_eq!(told_by(&judgement.judge(), "hidden-path"), [""; 0]);
}

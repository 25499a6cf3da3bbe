//! Laws of labelling: what a label rests on, and what can never make one.

#![expect(
    clippy::unwrap_used,
    reason = "a test may fail loudly, its helpers as well"
)]

use model::{
    AgeGate, Carrier, CategoryCode, Confidence, DecidedBy, GateForm, GateStrength, HopKind, Link,
    ListingFact, Market, MedicineLogo, Note, NoteKind, Offer, PageFacts, PageKind, PageUrl,
    Passage, Place, Policy, Product, RawHref, Span, Zone,
};
use proptest::prelude::*;
use sidedoor_rules::RulePack;

fn url(text: &str) -> PageUrl {
    PageUrl::parse(text).unwrap()
}

fn say(place: Place, text: &str) -> Passage {
    Passage {
        place,
        zone: Zone::Unknown,
        text: text.to_owned(),
        shown: true,
        span: None,
    }
}

fn listing(name: &str, description: &str) -> PageFacts {
    let mut facts = PageFacts::empty(url("https://market.example/item/1"));
    facts.kind = PageKind::Listing;
    facts.offers_sale = true;
    facts.passages = vec![
        say(Place::ProductName, name),
        say(Place::Description, description),
    ];
    facts
}

fn policy(facts: &PageFacts) -> Policy {
    pack().label(facts, &Market::eu()).policy
}

fn pack() -> &'static RulePack {
    static PACK: std::sync::OnceLock<RulePack> = std::sync::OnceLock::new();
    PACK.get_or_init(|| RulePack::eu().unwrap())
}

const ADULT: Policy = Policy::AgeRestricted { min_age: 18 };

#[test]
fn one_signal_alone_is_kept_as_an_unknown_label() {
    let verdict = pack().label(
        &listing("Vodka", "A hat of felt in three sizes."),
        &Market::eu(),
    );
    assert_eq!(verdict.policy, Policy::Unknown);
    let label = &verdict.labels[0];
    assert_eq!(
        (label.policy, label.confidence),
        (Policy::Unknown, Confidence::Low)
    );
    assert_eq!(label.category, Some(CategoryCode("D1".to_owned())));
    assert_eq!(label.matches[0].text, "Vodka");
}

#[test]
fn a_label_tells_the_policy_that_one_signal_more_would_make() {
    let near = |facts: &PageFacts| {
        let verdict = pack().label(facts, &Market::eu());
        assert_eq!(verdict.policy, Policy::Unknown);
        verdict.labels.iter().find_map(|label| label.near)
    };
    let bare = || listing("Vodka", "In three sizes.");
    assert_eq!(near(&bare()), Some(ADULT));
    // Nothing of it where the goods stand beside the subject, or where nothing is sold.
    let rack = listing("Glasses for vodka", "In three sizes.");
    let verdict = pack().label(&rack, &Market::eu());
    assert!(verdict.labels.iter().all(|label| label.near.is_none()));
    let mut told = bare();
    told.kind = PageKind::Article;
    told.offers_sale = false;
    assert_eq!(near(&told), None);
}

#[test]
fn a_term_with_one_use_or_in_disguise_is_what_it_is_wherever_it_is_filed() {
    let filed = |name: &str| {
        let mut facts = listing(name, "In three sizes, packed flat.");
        facts
            .passages
            .push(say(Place::Breadcrumb, "Home > Gifts > Curiosities"));
        policy(&facts)
    };
    // Wine among the gifts may be a color or a taste; a bottle of nicotine liquid is none.
    assert_eq!(filed("Merlot"), Policy::Unknown);
    assert_eq!(filed("Nicotine pouches"), ADULT);
}

#[test]
fn the_beginning_of_a_plain_description_goes_on_over_its_lines() {
    let plain = |lines: &[&str]| {
        let mut facts = listing("Set Nordlicht", "");
        facts.passages.truncate(1);
        let lines = lines.iter().map(|line| say(Place::Body, line));
        facts.passages.extend(lines);
        policy(&facts)
    };
    let first = "Handed over at once, in plain wrapping.";
    assert_eq!(
        plain(&[first, "Counterfeit banknotes, 20 and 50."]),
        Policy::Illegal
    );
    // What stands far below may speak of anything.
    let far = "A line about the shop and its people, who are glad to help. ".repeat(5);
    assert_ne!(
        plain(&[first, &far, "Counterfeit banknotes, 20 and 50."]),
        Policy::Illegal
    );
}

#[test]
fn a_front_page_is_what_its_goods_are_when_their_prices_stand_beside_their_links() {
    let front = |names: [&str; 4], beside: &str| {
        let mut facts = PageFacts::empty(url("https://shop.example/"));
        facts.kind = PageKind::Home;
        facts.passages = vec![say(Place::Heading, "Flowers")];
        facts.links = names
            .iter()
            .map(|name| {
                link(
                    "https://shop.example/p/1",
                    name,
                    &format!("{name} {beside}"),
                )
            })
            .collect();
        facts
            .passages
            .extend(names.map(|name| say(Place::AnchorText, name)));
        policy(&facts)
    };
    let pouches = [
        "MDMA crystals 5 g",
        "Cocaine 1 g",
        "Ketamine needles 5 g",
        "A box of oak",
    ];
    assert_eq!(front(pouches, "258.99 €"), Policy::Illegal);
    let report =
        "were found by customs on Monday, who say that such parcels are worth 20 € and more";
    assert_eq!(front(pouches, report), Policy::Unknown);
    let chairs = [
        "A chair of oak",
        "A box of oak",
        "A table of oak",
        "Cocaine 1 g",
    ];
    assert_eq!(front(chairs, "258.99 €"), Policy::Unknown);
}

#[test]
fn a_page_that_neither_sells_nor_says_an_age_is_no_restricted_page() {
    let mut facts = listing("Vodka 0.7 l", "Vodka of rye, 40% vol.");
    facts.kind = PageKind::Other;
    facts.offers_sale = false;
    assert_eq!(policy(&facts), Policy::Unknown);
    facts
        .passages
        .push(say(Place::Body, "You must be over 18 to enter."));
    assert_eq!(policy(&facts), ADULT);
}

#[test]
fn a_listing_that_was_cut_is_not_compliant() {
    let mut facts = listing("Oak chair", "A chair of solid oak with a soft seat.");
    assert_eq!(policy(&facts), Policy::Compliant);
    let label = pack().label(&facts, &Market::eu()).labels.remove(0);
    let says = vec![
        ListingFact::Name,
        ListingFact::Offer,
        ListingFact::Description,
    ];
    assert_eq!(label.decided_by, DecidedBy::Facts { says });
    facts.notes.push(Note {
        kind: NoteKind::Truncated,
        text: String::new(),
        span: None,
    });
    assert_eq!(policy(&facts), Policy::Unknown);
}

#[test]
fn a_page_without_facts_is_not_compliant() {
    let mut facts = listing("Oak chair", "Oak.");
    facts.offers_sale = false;
    assert_eq!(policy(&facts), Policy::Unknown);
}

#[test]
fn a_listing_behind_an_age_gate_that_no_word_explains_is_unknown() {
    let mut facts = listing("Oak chair", "A chair of solid oak with a soft seat.");
    facts.gates.push(AgeGate {
        strength: GateStrength::SelfDeclared,
        form: GateForm::Layer,
        min_age: Some(18),
        shows: "Are you 18?".to_owned(),
        span: None,
        proofs: Vec::new(),
    });
    assert_eq!(policy(&facts), Policy::Unknown);
}

#[test]
fn a_structured_statement_counts_as_two_signals() {
    let mut facts = listing(
        "Night in Prague",
        "Seventy centilitres of joy for your evening.",
    );
    facts.products.push(Product {
        name: Some("Night in Prague".to_owned()),
        adult_considerations: vec!["AlcoholConsideration".to_owned()],
        offers: vec![Offer::default()],
        ..Product::default()
    });
    let verdict = pack().label(&facts, &Market::eu());
    assert_eq!(verdict.policy, ADULT);
    assert_eq!(verdict.labels[0].confidence, Confidence::High);
    facts.products[0].adult_considerations.clear();
    facts.products[0].category = Some("778".to_owned());
    assert_eq!(
        pack().label(&facts, &Market::eu()).labels[0].category,
        Some(CategoryCode("E1".to_owned()))
    );
}

#[test]
fn the_row_of_the_market_wins_over_that_of_the_union() {
    let facts = listing("Riesling 0.75 l", "White wine of the Mosel, 12% vol.");
    let in_market = |code: &str| pack().label(&facts, &code.parse().unwrap()).policy;
    assert_eq!(in_market("EU"), ADULT);
    assert_eq!(in_market("DE"), Policy::AgeRestricted { min_age: 16 });
    assert_eq!(in_market("FR"), ADULT);
}

#[test]
fn a_row_that_nobody_filled_in_takes_goods_out_of_no_law_for_all_of_them() {
    let facts = listing(
        "Disposable vape 600 puffs, 20 mg nicotine",
        "A disposable e-cigarette with nicotine liquid. In the basket now.",
    );
    let label = |market: &str| pack().label(&facts, &market.parse().unwrap()).labels[0].clone();
    let irish = label("IE");
    assert_eq!(
        (irish.policy, irish.category),
        (ADULT, Some(CategoryCode("C2".to_owned())))
    );
    assert_eq!(label("AT").policy, Policy::Illegal);
}

#[test]
fn where_a_country_decides_the_policy_is_unknown_and_says_why() {
    let facts = listing("Switchblade", "An automatic knife, also a butterfly knife.");
    let verdict = pack().label(&facts, &Market::eu());
    assert_eq!(verdict.policy, Policy::Unknown);
    assert!(verdict.labels[0].legal_basis.contains("national in EU"));
    assert_eq!(
        pack().label(&facts, &"DE".parse().unwrap()).policy,
        Policy::Illegal
    );
}

#[test]
fn a_match_has_the_very_words_and_their_place_in_the_body() {
    let mut facts = listing("x", "Wodka: 40% vol. Best V\u{ad}odka of the north.");
    facts.passages[0] = say(Place::ProductName, "Vodka 0.7 l");
    let length = facts.passages[1].text.len();
    facts.passages[1].span = Some(Span {
        start: 1000,
        end: 1000 + length,
    });
    let label = &pack().label(&facts, &Market::eu()).labels[0];
    let found = label
        .matches
        .iter()
        .find(|found| found.text == "V\u{ad}odka")
        .unwrap();
    let at = facts.passages[1].text.find("V\u{ad}").unwrap();
    assert_eq!(
        found.span,
        Some(Span {
            start: 1000 + at,
            end: 1000 + at + "V\u{ad}odka".len()
        })
    );
    // Where the body has other bytes than the text, the place is that of the passage.
    let wide = Span {
        start: 1000,
        end: 1400,
    };
    facts.passages[1].span = Some(wide);
    let label = &pack().label(&facts, &Market::eu()).labels[0];
    assert!(label.matches.iter().any(|found| found.span == Some(wide)));
}

#[test]
fn every_rule_id_is_kebab_case() {
    let facts = listing(
        "Replica watch 1:1 AAA quality",
        "Replica Rolex, mirror quality, yupoo, hidden link.",
    );
    for label in pack().label(&facts, &Market::eu()).labels {
        for found in label.matches {
            let id = found.rule.0;
            assert!(
                id.bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'),
                "{id}"
            );
        }
    }
}

fn link(target: &str, text: &str, context: &str) -> Link {
    Link {
        text: text.to_owned(),
        context: context.to_owned(),
        ..Link::new(
            RawHref::new(target),
            Some(url(target)),
            HopKind::Anchor,
            Carrier::AHref,
        )
    }
}

#[test]
fn words_beside_a_link_to_another_site_are_a_promise() {
    let mut facts = PageFacts::empty(url("https://forum.example/post/1"));
    facts.kind = PageKind::Article;
    facts.links = vec![
        link(
            "https://market.example/item/7",
            "phone case",
            "Rolex Submariner replica, 1:1, order this listing and get the watch",
        ),
        link(
            "https://market.example/item/8",
            "oak chair",
            "My favourite chair, buy it here",
        ),
        link(
            "https://forum.example/post/2",
            "more",
            "Rolex replica 1:1 order here",
        ),
        link(
            "https://news.example/1",
            "report",
            "Police found cocaine and heroin in the harbour",
        ),
    ];
    let promises = pack().label(&facts, &Market::eu()).promises;
    assert_eq!(promises.len(), 1, "{promises:#?}");
    assert_eq!(promises[0].link, 0);
    assert_eq!(
        promises[0].label.category,
        Some(CategoryCode("H1".to_owned()))
    );
    assert_eq!(
        promises[0].target,
        Some(url("https://market.example/item/7"))
    );
}

#[test]
fn what_advertisers_and_reviewers_write_makes_no_label() {
    let mut facts = listing("Oak chair", "A chair of solid oak with a soft seat.");
    for (place, zone) in [
        (Place::Body, Zone::Advertising),
        (Place::Review, Zone::User),
        (Place::Body, Zone::Chrome),
    ] {
        facts.passages.push(Passage {
            zone,
            ..say(
                place,
                "Vodka, whisky, viagra without prescription, sex toys",
            )
        });
    }
    assert_eq!(policy(&facts), Policy::Compliant);
}

fn any_place() -> impl Strategy<Value = Place> {
    proptest::sample::select(Place::ALL.to_vec())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Any text in any place gives a verdict, and the same one twice.
    #[test]
    fn any_text_gives_one_verdict(texts in proptest::collection::vec((any_place(), ".{0,80}"), 0..6)) {
        let mut facts = listing("", "");
        facts.passages = texts.iter().map(|(place, text)| say(*place, text)).collect();
        let verdict = pack().label(&facts, &Market::eu());
        prop_assert_eq!(&verdict, &pack().label(&facts, &Market::eu()));
        for label in &verdict.labels {
            prop_assert!(!label.policy.is_restricted() || label.confidence > Confidence::Low);
        }
    }

    /// What is proven hidden never makes a label of restricted goods.
    #[test]
    fn hidden_text_is_not_heard(place in any_place()) {
        let mut facts = listing("Oak chair", "A chair of solid oak with a soft seat.");
        facts.passages.push(Passage { shown: false, ..say(place, "Viagra 100 mg, sildenafil, no prescription, vodka, porn") });
        prop_assert_eq!(policy(&facts), Policy::Compliant);
    }

    /// Separators, case and invisible characters inside a word do not save it.
    #[test]
    fn a_disguise_changes_nothing(separator in proptest::sample::select(vec!["-", ".", "_", "*", "\u{200b}", "\u{ad}", " "])) {
        let spread = |word: &str| word.chars().map(String::from).collect::<Vec<_>>().join(separator);
        let facts = listing(&format!("{} 100 mg", spread("Viagra")), &format!("With {} inside.", spread("sildenafil")));
        prop_assert_eq!(policy(&facts), Policy::Illegal);
    }
}

#[test]
fn what_a_label_rests_on_names_the_logo_and_what_it_leads_to() {
    let mut facts = listing("Paracetamol 500 mg, 20 tablets", "Against fever.");
    facts.medicine_logo = Some(MedicineLogo {
        target: Some(url("https://shop.example/check")),
        shows: "click to verify".to_owned(),
        span: Some(Span { start: 7, end: 90 }),
    });
    let verdict = pack().label(&facts, &"FR".parse().unwrap());
    let label = &verdict.labels[0];
    assert_eq!(label.policy, Policy::Illegal);
    assert!(
        label.legal_basis.contains("leads to no authority"),
        "{}",
        label.legal_basis
    );
    let of_logo = label
        .matches
        .iter()
        .find(|it| it.rule.0 == "a2-logo-elsewhere");
    assert_eq!(of_logo.unwrap().span, Some(Span { start: 7, end: 90 }));
    let own = url("https://www.ordre.pharmacien.fr/");
    facts.medicine_logo.as_mut().unwrap().target = Some(own);
    assert_eq!(policy(&facts), Policy::Unknown);
}

proptest! {
    #[test]
    fn no_fact_of_logo_or_trader_labels_a_page_without_a_word(shows in 0usize..4, described in "[a-z ]{0,40}") {
        let mut facts = listing("Cedar shoe tree", &described);
        let bare = policy(&facts);
        facts.medicine_logo = [None, Some(None), Some(Some("https://shop.example/")), Some(Some("https://bfarm.de/"))]
            [shows]
            .map(|target| MedicineLogo { target: target.map(url), shows: String::new(), span: None });
        prop_assert_eq!(policy(&facts), bare);
    }
}

/// A post of somebody who speaks of a bottle, with one link to a market.
fn post(words: &str) -> PageFacts {
    let mut facts = PageFacts::empty(url("https://forum.example/t/1"));
    facts.kind = PageKind::Other;
    facts.passages = vec![
        say(Place::Heading, "Glen Torran single malt whisky 12 years"),
        say(
            Place::Body,
            "Order the listing below and you will receive: single malt whisky, 40% vol, 70 cl",
        ),
    ];
    facts.links = vec![link("https://market.example/item/9", words, words)];
    facts
}

fn promised(facts: &PageFacts) -> Vec<Policy> {
    let promises = pack().label(facts, &Market::eu()).promises;
    promises
        .iter()
        .map(|promise| promise.label.policy)
        .collect()
}

#[test]
fn a_post_promises_at_a_bare_link_what_it_is_about() {
    for words in [
        "https://market.example/item/9",
        "market.example/item/9",
        "Order here",
    ] {
        assert_eq!(promised(&post(words)), [ADULT], "{words}");
    }
}

#[test]
fn a_link_that_names_a_thing_of_its_own_and_one_of_an_article_are_no_promise_of_the_page() {
    let bare = "https://market.example/item/9";
    assert!(promised(&post("Set of six tumblers")).is_empty());
    assert!(
        promised(&post(
            "Delivered in a wooden box, see what else this seller has to offer you"
        ))
        .is_empty()
    );
    let mut article = post(bare);
    article.kind = PageKind::Article;
    assert!(promised(&article).is_empty());
    let mut silent = post(bare);
    silent.passages[1].text = "It tastes of smoke; single malt whisky, 40% vol, 70 cl".to_owned();
    assert!(promised(&silent).is_empty());
    let mut many = post(bare);
    for number in 0..3 {
        let address = format!("https://market{number}.example/item/1");
        many.links.push(link(&address, &address, &address));
    }
    assert!(promised(&many).is_empty());
    let mut rack = post(bare);
    rack.passages[0].text = "Rack for single malt whisky bottles".to_owned();
    assert!(promised(&rack).is_empty());
}

//! Words of one rule in different fields of a page, and lists of goods.

#![expect(
    clippy::unwrap_used,
    reason = "a test may fail loudly, its helpers as well"
)]

use model::{
    Carrier, HopKind, Link, Market, PageFacts, PageKind, PageUrl, Passage, Place, Policy, RawHref,
    Zone,
};
use sidedoor_rules::{PackFile, RulePack};

/// Lamps that are `dim` and of `amber`, or `lava` lamps, are forbidden.
const PACK: &str = r#"
name = "lamps"
version = "0.1.0"
as_of = "2026-01-31"
uses = ["for"]
absences = ["without"]
negative = ["book"]
[[category]]
code = "X1"
name = "lamps"
group = "lamps"
severity = "low"
legal_basis = "law"
source = "here"
checked = "no"
required_gate = "none"
sure = "terms"
terms.en = ["lava lamp", "glowlight"]
[[category.weak]]
id = "x1-dim"
terms = ["dim lamp"]
context = ["amber"]
counts = "strong"
[[category.weak]]
id = "x1-phrase"
terms = ["weak lamp"]
context = ["amber"]
within = 2
counts = "strong"
[[category.policy]]
market = "EU"
status = "illegal"
[[category]]
code = "X2"
name = "lights of oil"
group = "oil"
severity = "low"
legal_basis = "law"
source = "here"
checked = "no"
required_gate = "none"
gives_way_to = ["X3"]
terms.en = ["oil light", "wick"]
[[category.policy]]
market = "EU"
status = "illegal"
[[category]]
code = "X3"
name = "lights of ships"
group = "ships"
severity = "low"
legal_basis = "law"
source = "here"
checked = "no"
required_gate = "none"
terms.en = ["ship"]
[[category.policy]]
market = "EU"
status = "licence"
"#;

fn policy(facts: &PageFacts) -> Policy {
    let file = PackFile {
        name: "lamps.toml",
        text: PACK,
    };
    let pack = RulePack::parse(&[file]).unwrap();
    pack.label(facts, &Market::eu()).policy
}

fn say(place: Place, text: &str) -> Passage {
    Passage {
        place,
        zone: Zone::Seller,
        text: text.to_owned(),
        shown: true,
        span: None,
    }
}

fn page(kind: PageKind, texts: &[(Place, &str)]) -> PageFacts {
    let mut facts = PageFacts::empty(PageUrl::parse("https://market.example/item/1").unwrap());
    facts.kind = kind;
    facts.offers_sale = true;
    facts.passages = texts
        .iter()
        .map(|(place, text)| say(*place, text))
        .collect();
    facts
}

fn is_forbidden(texts: &[(Place, &str)]) -> bool {
    policy(&page(PageKind::Listing, texts)) == Policy::Illegal
}

/// The goods once more, in a text that alone is one signal of two.
const NAMED: (Place, &str) = (Place::ImageAlt, "glowlight");

#[test]
fn a_weak_term_and_its_context_meet_across_the_fields_of_one_product() {
    let name = (Place::ProductName, "Dim lamp, small");
    assert!(!is_forbidden(&[name, NAMED]));
    for other in [
        (Place::Breadcrumb, "Home > Amber"),
        (Place::Description, "Made of amber by hand."),
        (Place::Variant, "amber"),
    ] {
        assert!(is_forbidden(&[name, other, NAMED]), "{other:?}");
    }
    let described = (Place::Description, "A dim lamp for the night.");
    let of_amber = (Place::ProductName, "Amber light");
    assert!(is_forbidden(&[of_amber, described, NAMED]));
}

#[test]
fn what_may_speak_of_other_goods_lends_no_context() {
    let name = (Place::ProductName, "Dim lamp, small");
    let long = format!("{} Made of amber.", "A lamp like others. ".repeat(20));
    for other in [
        (Place::Review, "I love amber."),
        (Place::AnchorText, "Amber ring"),
        (Place::Body, "More of amber"),
        (Place::Description, "Without amber."),
        (Place::Description, "A stand for amber."),
        (Place::Description, long.as_str()),
    ] {
        let texts = [name, (Place::Description, "A lamp."), other, NAMED];
        assert!(!is_forbidden(&texts), "{other:?}");
    }
}

#[test]
fn words_that_must_be_close_do_not_meet_across_fields() {
    let texts = [
        (Place::ProductName, "Weak lamp"),
        (Place::Description, "Made of amber."),
        NAMED,
    ];
    assert!(!is_forbidden(&texts));
}

#[test]
fn a_list_that_holds_other_things_beside_is_no_product() {
    let texts = [
        (Place::Heading, "Dim lamp, small"),
        (Place::Breadcrumb, "Home > Amber"),
        NAMED,
    ];
    assert_ne!(policy(&page(PageKind::Category, &texts)), Policy::Illegal);
}

#[test]
fn a_text_that_repeats_the_name_says_nothing_new() {
    let name = (Place::ProductName, "Oil light, brass");
    for again in [Place::ImageAlt, Place::Meta, Place::Body] {
        assert!(
            !is_forbidden(&[name, (again, "Oil light, brass")]),
            "{again:?}"
        );
    }
    assert!(!is_forbidden(&[
        name,
        (Place::ImageAlt, "Oil light, brass 2")
    ]));
    assert!(is_forbidden(&[
        name,
        (Place::Description, "An oil light of old.")
    ]));
}

#[test]
fn pictures_of_other_goods_beside_their_links_do_not_speak_of_the_listing() {
    let texts = [
        (Place::ProductName, "Oil light, brass"),
        (Place::ImageAlt, "Wick, flat"),
    ];
    let mut facts = page(PageKind::Listing, &texts);
    assert_eq!(policy(&facts), Policy::Illegal);
    facts.links = vec![link("html/body/a", "Wick, flat €3.00")];
    facts.passages[1].text = "Wick, flat".to_owned();
    let beside = policy(&facts);
    // Heard beside a word in the head, as texts of links are: but as nothing that the page says.
    facts.passages[0].text = "Brass light".to_owned();
    assert_eq!(policy(&facts), Policy::Compliant, "{beside:?}");
}

#[test]
fn everyday_words_on_a_page_that_is_filed_elsewhere_need_one_signal_more() {
    let name = (Place::ProductName, "Oil light, brass");
    let text = (Place::Description, "An oil light of old.");
    assert!(is_forbidden(&[name, text]));
    assert!(!is_forbidden(&[
        name,
        text,
        (Place::Breadcrumb, "Home > Toys")
    ]));
    assert!(is_forbidden(&[
        name,
        text,
        (Place::Breadcrumb, "Home > Wick")
    ]));
}

#[test]
fn a_category_gives_way_to_the_one_that_the_page_is_filed_under() {
    let name = (Place::ProductName, "Oil light with wick");
    let text = (Place::Description, "An oil light of old.");
    assert!(is_forbidden(&[
        name,
        text,
        (Place::Breadcrumb, "Home > Wick")
    ]));
    assert!(!is_forbidden(&[
        name,
        text,
        (Place::Breadcrumb, "Ship > Wick")
    ]));
}

fn link(path: &str, text: &str) -> Link {
    let target = PageUrl::parse("https://market.example/x").unwrap();
    Link {
        text: text.to_owned(),
        dom_path: path.to_owned(),
        ..Link::new(
            RawHref::new("/x"),
            Some(target),
            HopKind::Anchor,
            Carrier::AHref,
        )
    }
}

#[test]
fn links_of_a_menu_are_none_of_the_goods_that_a_page_lists() {
    let menu = (0..20).map(|at| link("html/body/div/a", &format!("Part {at}")));
    let goods = [
        "Lava lamp, red, with a base of steel",
        "Lava lamp, blue, of glass",
    ];
    let others = [
        "A chair of oak with a soft seat",
        "A table of pine, to be folded",
    ];
    let listed = goods.iter().chain(&others);
    let listed = listed.map(|name| link("html/body/table/tbody/tr/td:2/a", name));
    let mut facts = page(PageKind::Category, &[(Place::Heading, "All")]);
    facts.links = menu.chain(listed).collect();
    facts.links.push(link(
        "html/body/table/tbody/tr/td:2/a",
        "Lava lamp, green, large",
    ));
    let texts: Vec<Passage> = facts
        .links
        .iter()
        .map(|it| say(Place::AnchorText, &it.text))
        .collect();
    facts.passages.extend(texts);
    assert_eq!(policy(&facts), Policy::Illegal);
}

#[test]
fn a_term_is_heard_in_the_forms_of_its_language_and_in_no_others() {
    let terms = "terms.it = [\"lampadina\"]\nterms.pl = [\"latarnia\", \"kaganek\"]\nterms.de = [\"Leuchtfeuer\"]\n\
                 terms.fr = [\"arsenal\"]\nterms.es = [\"farola\"]";
    let text = PACK.replace("terms.en = [\"lava lamp\", \"glowlight\"]", terms);
    let pack = RulePack::parse(&[PackFile {
        name: "lamps.toml",
        text: &text,
    }])
    .unwrap();
    let is_heard = |name: &str| {
        let facts = page(PageKind::Listing, &[(Place::ProductName, name)]);
        pack.label(&facts, &Market::eu()).policy == Policy::Illegal
    };
    let forms = [
        "Lampadina",
        "Lampadine",
        "Latarnia",
        "Latarnie",
        "Latarniami",
        "Kaganek",
        "Kaganekow",
        "Leuchtfeuer",
        "Leuchtfeuern",
        "Leuchtfeuers",
        "Arsenal",
        "Arsenaux",
        "Farola",
        "Farolas",
    ];
    for form in forms {
        assert!(is_heard(form), "{form}");
    }
    for other in [
        "Lampadino",
        "Lampadin",
        "Latarn",
        "Kaganekx",
        "Farolo",
        "Lampadinetta",
        "Leuchtfeuerlein",
    ] {
        assert!(!is_heard(other), "{other}");
    }
}

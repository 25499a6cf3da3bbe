//! What each hop is to a shopper.

use model::{
    Carrier, EffectiveClass, HopKind, Link, Proof, Reveal, Technique, Trigger, VantageId,
    Visibility, Zone,
};
use sidedoor_graph::{Because, ClassSettings, LinkGraph, classes};

use crate::made::{Case, PAGE, at, hidden, link, redirect};

/// Class and reason of each hop out of PAGE, in the order of the page.
fn told(graph: &LinkGraph) -> Vec<(EffectiveClass, Because)> {
    let classes = classes(graph, &ClassSettings::default());
    let page = graph.find(&at(PAGE)).unwrap();
    graph
        .ways_out(page)
        .map(|(hop, ..)| {
            let class = classes.of(hop).clone();
            (class.effective, class.because)
        })
        .collect()
}

fn only(graph: &LinkGraph) -> (EffectiveClass, Because) {
    let mut told = told(graph);
    assert_eq!(told.len(), 1, "{told:?}");
    told.remove(0)
}

#[test]
fn a_visible_link_is_navigation_inside_and_overt_outside() {
    let inside = Case::default()
        .page(PAGE, vec![link("http://market.test/b")])
        .graph();
    assert_eq!(
        only(&inside),
        (EffectiveClass::Navigation, Because::WithinSite)
    );
    let outside = Case::default()
        .page(PAGE, vec![link("http://b.test/")])
        .graph();
    assert_eq!(only(&outside), (EffectiveClass::Overt, Because::OtherSite));
}

#[test]
fn a_hidden_link_inside_the_site_is_hidden_when_no_page_shows_its_target() {
    let secret = "http://market.test/secret";
    let alone = Case::default().page(PAGE, vec![hidden(secret)]).graph();
    assert_eq!(only(&alone), (EffectiveClass::Hidden, Because::Concealed));
    let shown = Case::default()
        .page(PAGE, vec![hidden(secret)])
        .page("http://market.test/menu", vec![link(secret)])
        .graph();
    assert_eq!(
        only(&shown).0,
        EffectiveClass::Navigation,
        "a menu shows it elsewhere"
    );
    let chrome = Link {
        zone: Zone::Chrome,
        ..hidden(secret)
    };
    let chrome = Case::default().page(PAGE, vec![chrome]).graph();
    assert_eq!(only(&chrome).0, EffectiveClass::Navigation);
}

#[test]
fn an_address_that_a_shopper_wrote_is_hidden_only_in_disguise() {
    let written = |disguises: Vec<Proof>| Link {
        kind: HopKind::TextUrl,
        zone: Zone::User,
        disguises,
        ..link("http://shop.test/p")
    };
    let proof = |technique| Proof {
        technique,
        shows: "shop dot test".to_owned(),
        span: None,
    };
    let class = |disguises| only(&Case::default().page(PAGE, vec![written(disguises)]).graph());
    let disguised = class(vec![proof(Technique::BIDI_TEXT)]);
    assert_eq!(disguised, (EffectiveClass::Hidden, Because::Unlinked));
    assert_eq!(class(vec![]).0, EffectiveClass::Overt);
    let wrapped = class(vec![proof(Technique::NESTED_URL)]);
    assert_eq!(wrapped.0, EffectiveClass::Overt, "no disguise of the text");
}

#[test]
fn a_nested_address_masks_unless_the_text_names_its_site() {
    let nested = |text: &str| Link {
        kind: HopKind::NestedUrl,
        carrier: Carrier::InsideUrl,
        text: text.to_owned(),
        ..link("http://shop.test/p")
    };
    let mask = Case::default().page(PAGE, vec![nested("Details")]).graph();
    assert_eq!(only(&mask), (EffectiveClass::Masked, Because::Nested));
    let open = Case::default()
        .page(PAGE, vec![nested("Visit shop.test")])
        .graph();
    assert_eq!(only(&open).0, EffectiveClass::Overt);
}

#[test]
fn an_in_site_address_that_redirects_away_is_a_mask() {
    let go = "http://market.test/go/1";
    let graph = Case::default()
        .page(PAGE, vec![link(go)])
        .page(go, vec![redirect("http://shop.test/")])
        .graph();
    let told = told(&graph);
    assert!(
        matches!(told[0], (EffectiveClass::Masked, Because::RedirectsOn(_))),
        "{told:?}"
    );
    let home = Case::default()
        .page(PAGE, vec![link(go)])
        .page(go, vec![redirect("http://market.test/login")])
        .graph();
    assert_eq!(only(&home).0, EffectiveClass::Navigation);
}

#[test]
fn a_page_of_the_site_that_moves_its_visitor_on_is_no_mask_for_the_links_to_it() {
    let other = "http://market.test/other";
    let refresh = Link {
        kind: HopKind::MetaRefresh,
        trigger: Trigger::Load,
        ..link("http://shop.test/")
    };
    let graph = Case::default()
        .page(PAGE, vec![link(other)])
        .page(other, vec![refresh])
        .graph();
    assert_eq!(only(&graph).0, EffectiveClass::Navigation);
}

#[test]
fn what_a_seller_links_to_is_a_mask_when_it_only_passes_visitors_on() {
    let (go, vault) = ("http://market.test/r/1", "http://market.test/vault");
    let from = |zone, to: &str| Link { zone, ..link(to) };
    let web = |zone, to: &str, on: &str| {
        Case::default()
            .page(PAGE, vec![from(zone, to)])
            .page(to, vec![redirect(on)])
            .graph()
    };
    let seller = only(&web(Zone::Seller, go, vault));
    assert_eq!(seller, (EffectiveClass::Masked, Because::PassesOn));
    let chrome = only(&web(Zone::Chrome, go, vault));
    assert_eq!(chrome.0, EffectiveClass::Navigation);
    let tidy = only(&web(Zone::Seller, vault, "http://www.market.test/vault/"));
    assert_eq!(tidy.0, EffectiveClass::Overt, "the address is only tidied");
}

#[test]
fn text_that_names_another_host_masks_an_address_of_the_site_unless_that_leads_there() {
    let named = |to: &str| Link {
        text: "guild.test".to_owned(),
        text_names_other_host: true,
        ..link(to)
    };
    let lie = Case::default()
        .page(PAGE, vec![named("http://market.test/d")])
        .graph();
    assert_eq!(
        only(&lie),
        (EffectiveClass::Masked, Because::TextNamesOther)
    );
    let out = "http://market.test/out?to=http://guild.test/";
    let word = Case::default().page(PAGE, vec![named(out)]).graph();
    assert_eq!(only(&word).0, EffectiveClass::Navigation);
}

#[test]
fn a_listing_that_redirects_some_vantage_is_no_mask_for_the_links_to_it() {
    let other = "http://market.test/other";
    let graph = Case::default()
        .page(PAGE, vec![link(other)])
        .page(other, vec![])
        .seen(
            other,
            VantageId::Phone,
            false,
            vec![redirect("http://shop.test/")],
        )
        .graph();
    assert_eq!(only(&graph).0, EffectiveClass::Navigation);
}

#[test]
fn the_home_of_a_shop_is_no_sellers_page() {
    let to_seller = |target: &str| Link {
        to_seller: true,
        ..link(target)
    };
    let home = Case::default()
        .page(PAGE, vec![to_seller("http://market.test/")])
        .graph();
    assert_eq!(only(&home).0, EffectiveClass::Navigation);
    let seller = Case::default()
        .page(PAGE, vec![to_seller("http://market.test/seller/7")])
        .graph();
    assert_eq!(only(&seller).0, EffectiveClass::Lateral);
}

#[test]
fn a_redirect_that_leaves_after_more_redirects_masks_as_well() {
    let (go, on) = ("http://go.test/1", "http://go.test/2");
    let graph = Case::default()
        .page(PAGE, vec![link(go)])
        .page(go, vec![redirect(on)])
        .page(on, vec![redirect("http://shop.test/")])
        .graph();
    assert!(matches!(
        only(&graph),
        (EffectiveClass::Masked, Because::RedirectsOn(_))
    ));
}

#[test]
fn a_difference_between_vantages_counts_only_without_churn() {
    let case = |churns| {
        Case::default()
            .seen(
                PAGE,
                VantageId::Desktop,
                churns,
                vec![link("http://b.test/")],
            )
            .seen(PAGE, VantageId::Crawler, false, vec![])
            .graph()
    };
    assert_eq!(
        only(&case(false)),
        (EffectiveClass::Hidden, Because::SomeVantagesOnly)
    );
    assert_eq!(only(&case(true)).0, EffectiveClass::Overt);
}

#[test]
fn a_comment_speaks_only_where_a_seller_may_have_written_it() {
    let comment = |zone| Link {
        carrier: Carrier::Comment,
        zone,
        ..hidden("http://x.test/")
    };
    for zone in [Zone::Chrome, Zone::User, Zone::Advertising] {
        let platform = class_of(comment(zone));
        assert_eq!(platform, (EffectiveClass::Navigation, Because::Inert));
    }
    // On a listing, what nobody is known to own; what a platform comments out repeats on its listings.
    for zone in [Zone::Seller, Zone::Unknown] {
        assert_eq!(class_of(comment(zone)).0, EffectiveClass::Hidden);
    }
}

/// A link to a shop in a seller's text, by a construct of its own.
fn sellers(carrier: Carrier) -> Link {
    Link {
        zone: Zone::Seller,
        carrier,
        ..link("http://shop.test/")
    }
}

/// Class and reason of the only link of PAGE.
fn class_of(link: Link) -> (EffectiveClass, Because) {
    only(&Case::default().page(PAGE, vec![link]).graph())
}

#[test]
fn a_link_in_a_document_that_an_attribute_carries_is_a_mask() {
    for carrier in [Carrier::IframeSrcdoc, Carrier::DataUrl] {
        let carried = (EffectiveClass::Masked, Because::Carried);
        assert_eq!(class_of(sellers(carrier)), carried);
    }
}

#[test]
fn a_document_in_an_attribute_masks_nothing_in_an_advertisement_and_where_the_text_names_the_site()
{
    let advertisement = Link {
        zone: Zone::Advertising,
        ..sellers(Carrier::IframeSrcdoc)
    };
    let named = Link {
        text: "Our shop: shop.test".to_owned(),
        ..sellers(Carrier::IframeSrcdoc)
    };
    for link in [advertisement, named] {
        assert_eq!(class_of(link), (EffectiveClass::Overt, Because::OtherSite));
    }
}

#[test]
fn a_link_that_only_those_without_script_are_shown_is_concealed() {
    let silent = Link {
        visibility: Visibility::Conditional(Reveal::NoScript, Vec::new()),
        ..sellers(Carrier::Noscript)
    };
    let concealed = (EffectiveClass::Hidden, Because::Concealed);
    assert_eq!(class_of(silent.clone()), concealed);
    let beside = vec![silent, sellers(Carrier::AHref)];
    let told = told(&Case::default().page(PAGE, beside).graph());
    let overt = (EffectiveClass::Overt, Because::OtherSite);
    assert_eq!(told, [overt.clone(), overt], "the page shows the site");
}

#[test]
fn a_link_that_is_dressed_as_prose_is_a_mask_and_tells_by_what() {
    let proof = Proof {
        technique: Technique::NO_AFFORDANCE,
        shows: "text-decoration:none".to_owned(),
        span: None,
    };
    let prose = Link {
        marks: vec![proof.clone()],
        ..sellers(Carrier::AHref)
    };
    let graph = Case::default().page(PAGE, vec![prose]).graph();
    assert_eq!(only(&graph), (EffectiveClass::Masked, Because::AsProse));
    let (_, _, _, hop) = graph.hops().next().unwrap();
    assert_eq!(hop.proofs().collect::<Vec<_>>(), [&proof]);
    assert_eq!(hop.techniques(), [Technique::NO_AFFORDANCE]);
}

#[test]
fn a_file_with_a_link_to_another_site_masks_the_links_to_it() {
    let file = "http://market.test/media/7/a.bin";
    let to_file = |zone| Link { zone, ..link(file) };
    let web = |zone, inside: Link| {
        let mut told = told(
            &Case::default()
                .page(PAGE, vec![to_file(zone)])
                .page(file, vec![inside])
                .graph(),
        );
        told.remove(0)
    };
    for carrier in [
        Carrier::Pdf,
        Carrier::LinkFile,
        Carrier::Card,
        Carrier::Feed,
        Carrier::Opml,
    ] {
        let leads = (EffectiveClass::Masked, Because::FileLeads);
        assert_eq!(web(Zone::Seller, sellers(carrier)), leads);
        assert_eq!(web(Zone::User, sellers(carrier)), leads);
        let chrome = web(Zone::Chrome, sellers(carrier));
        assert_eq!(
            chrome.0,
            EffectiveClass::Navigation,
            "the platform's own file"
        );
    }
    let home = Link {
        carrier: Carrier::Pdf,
        ..link("http://market.test/help")
    };
    assert_eq!(
        web(Zone::Seller, home).0,
        EffectiveClass::Overt,
        "it stays in the site"
    );
    assert_eq!(
        web(Zone::Seller, sellers(Carrier::AHref)).0,
        EffectiveClass::Overt,
        "a page is no file"
    );
}

#[test]
fn a_template_counts_in_a_part_of_a_listing_that_is_nobodys() {
    let template = |zone| Link {
        zone,
        visibility: hidden("http://shop.test/").visibility,
        ..sellers(Carrier::Template)
    };
    let concealed = (EffectiveClass::Hidden, Because::Concealed);
    assert_eq!(class_of(template(Zone::Unknown)), concealed);
    assert_eq!(class_of(template(Zone::Chrome)).1, Because::Inert);
}

//! What a document's facts say, construct by construct.

use model::{
    Carrier, ContactKind, HopKind, Link, NoteKind, PageFacts, PageKind, Place, Trigger, Zone,
};
use proptest::prelude::*;

use crate::reading::{is_noted, reading};

fn facts(html: &str) -> PageFacts {
    reading(&format!("<!doctype html>{html}")).facts()
}

fn only(html: &str) -> Link {
    let mut links = facts(html).links;
    assert_eq!(links.len(), 1, "{html}: {links:#?}");
    links.remove(0)
}

const X: &str = "https://x.example.net/";

#[test]
fn headers_lead_out_too() {
    let found = reading("")
        .with_status(302)
        .with_header("location", "//x.example.net/")
        .with_header("refresh", "2;url=/b")
        .with_header("link", "</c>; rel=\"canonical\"")
        .facts();
    let kinds: Vec<_> = found.links.iter().map(|l| (l.kind, l.trigger)).collect();
    assert_eq!(
        kinds,
        [
            (HopKind::HttpRedirect, Trigger::Load),
            (HopKind::RefreshHeader, Trigger::Load),
            (HopKind::Canonical, Trigger::Act)
        ]
    );
    assert_eq!(found.links[1].delay_seconds, Some(2));
    // Browsers ignore a Location that comes with a page; it is told as a claim.
    let claimed = reading("").with_header("location", "/x").facts().links;
    assert_eq!(claimed[0].kind, HopKind::Alternate);
}

#[test]
fn a_title_stands_where_its_words_do() {
    let html = "<title>Wild Garlic Plates</title><p>words</p>";
    let found = facts(html);
    let mut passages = found.passages.iter();
    let title = passages
        .find(|passage| passage.place == Place::Title)
        .unwrap();
    let span = title.span.unwrap();
    let body = format!("<!doctype html>{html}");
    assert_eq!(body.get(span.start..span.end), Some("Wild Garlic Plates"));
    assert!(
        facts("<title></title><p>words</p>")
            .passages
            .iter()
            .all(|it| it.place != Place::Title)
    );
}

#[test]
fn a_base_on_another_site_re_roots_links_and_is_noted() {
    let found = facts("<base href='https://x.example.net/'><a href=p>x</a>");
    assert!(found.links.iter().any(|l| l.carrier == Carrier::AHref
        && l.target.as_ref().unwrap().as_str() == "https://x.example.net/p"));
    assert!(is_noted(&found, NoteKind::BaseElsewhere));
}

#[test]
fn a_nested_address_follows_its_outer_link() {
    let links = facts(
        "<p>words</p><a href='https://r.example.org/?u=https%3A%2F%2Fx.example.net%2F'>x y</a>",
    )
    .links;
    assert_eq!(links.len(), 2);
    assert_eq!(
        (links[1].kind, links[1].inside, links[1].text.as_str()),
        (HopKind::NestedUrl, Some(0), "x y")
    );
    assert_eq!(links[1].target.as_ref().unwrap().as_str(), X);
    assert_eq!(links[1].span, links[0].span);
}

#[test]
fn text_that_names_another_host_is_told() {
    assert!(only("<a href='https://x.example.net/'>www.example.org</a>").text_names_other_host);
    assert!(!only("<a href='https://www.example.org/a'>example.org</a>").text_names_other_host);
    assert!(!only("<a href='https://x.example.net/'>click here</a>").text_names_other_host);
}

#[test]
fn a_host_under_a_reserved_name_is_a_host() {
    let shown = only("<a href='https://x.example.net/'>patterns.test</a>");
    assert!(shown.text_names_other_host);
    let written = only("<p>copy http://other.test/offer into the browser</p>");
    assert_eq!(written.kind, HopKind::TextUrl);
    assert_eq!(written.target.unwrap().as_str(), "http://other.test/offer");
}

#[test]
fn a_dom_path_is_the_same_for_every_list_item() {
    let links = facts(
        "<main><div></div><div><ul><li><a href=/a>a</a><li><a href=/b>b</a></ul></div></main>",
    )
    .links;
    assert_eq!(links[0].dom_path, "html/body/main/div:2/ul/li/a");
    assert_eq!(links[0].dom_path, links[1].dom_path);
}

#[test]
fn contacts_are_normalized_wherever_they_stand() {
    let found = facts(
        "<p>WhatsApp +49 171 2345678</p><a href='https://t.me/Shop_x'>chat</a><a href='mailto:A@b.com'>mail</a>",
    );
    let contacts: Vec<_> = found
        .contacts
        .iter()
        .map(|c| (c.kind, c.handle.as_str()))
        .collect();
    assert!(
        contacts.contains(&(ContactKind::Whatsapp, "+491712345678")),
        "{contacts:?}"
    );
    assert!(
        contacts.contains(&(ContactKind::Telegram, "shop_x")),
        "{contacts:?}"
    );
    assert!(
        contacts.contains(&(ContactKind::Mail, "a@b.com")),
        "{contacts:?}"
    );
}

const LISTING: &str = r#"<title>Lamp</title><header><nav><a href=/>Home</a></nav></header><main><h1>Lamp</h1>
  <script type="application/ld+json">{"@context":"https://schema.org","@graph":[{"@type":"Product","name":"Lamp","brand":{"@type":"Brand","name":"Lux"},
  "gtin13":"0-12345","isFamilyFriendly":false,"offers":{"@type":"Offer","price":9.5,"priceCurrency":"EUR","seller":{"@type":"Organization","name":"Ann","url":"/shop/ann"}}}]}</script>
  <p>9,50 €</p><form action=/cart/add><button>Add to cart</button></form><p>Sold by <a href=/shop/ann>Ann</a></p>
  <div class="item-description"><p>Good lamp. See <a href="https://x.example.net/">more</a></p></div>
  <section class=reviews><p>Nice one</p></section><aside class=recommended><a href=/item/2>Other</a></aside></main><footer>We do not sell to under 18s.</footer>"#;

#[test]
fn availability_is_read_in_each_vocabulary() {
    let ways = [
        r#"<script type="application/ld+json">{"@context":"https://schema.org","@type":"Product","name":"Lamp","offers":{"@type":"Offer","price":1,"availability":"https://schema.org/InStock"}}</script>"#,
        r#"<div itemscope itemtype="https://schema.org/Product"><b itemprop=name>Lamp</b><p itemprop=offers itemscope itemtype="https://schema.org/Offer"><i itemprop=price>1</i><link itemprop=availability href="https://schema.org/InStock"></p></div>"#,
        r#"<meta property="og:type" content="product"><meta property="og:title" content="Lamp"><meta property="product:price:amount" content="1"><meta property="product:availability" content="InStock">"#,
    ];
    for page in ways {
        let found = facts(page);
        let offers = &found.products[0].offers;
        assert_eq!(offers[0].availability.as_deref(), Some("InStock"), "{page}");
    }
}

#[test]
fn a_listing_is_read_whole() {
    let found = facts(LISTING);
    assert_eq!(found.kind, PageKind::Listing);
    assert!(
        found.offers_sale && found.gates.is_empty(),
        "{:?}",
        found.gates
    );
    let product = &found.products[0];
    assert_eq!(
        (
            product.name.as_deref(),
            product.brand.as_deref(),
            product.gtin.as_deref()
        ),
        (Some("Lamp"), Some("Lux"), Some("012345"))
    );
    assert_eq!(
        (
            product.is_family_friendly,
            product.offers[0].price.as_deref()
        ),
        (Some(false), Some("9.5"))
    );
    assert_eq!(found.seller.as_deref(), Some("Ann"));
    let link = |target: &str| {
        found
            .links
            .iter()
            .find(|l| l.href.as_str() == target && l.carrier == Carrier::AHref)
            .unwrap()
    };
    assert!(link("/shop/ann").to_seller);
    assert!(!link("/item/2").to_seller);
    assert_eq!(link("https://x.example.net/").zone, Zone::Seller);
    assert_eq!(link("/").zone, Zone::Chrome);
    assert_eq!(link("/item/2").zone, Zone::Advertising);
    let place = |text: &str| {
        found
            .passages
            .iter()
            .find(|p| p.text.contains(text))
            .map(|p| p.place)
    };
    assert_eq!(place("Good lamp"), Some(Place::Description));
    assert_eq!(place("Nice one"), Some(Place::Review));
}

#[test]
fn broken_structured_data_ratings_and_robots_are_noted() {
    let found = facts(
        "<script type=application/ld+json>{oops</script><meta name=RATING content=RTA-5042-1996-1400-1577-RTA><meta name=robots content=noindex>",
    );
    for kind in [
        NoteKind::BrokenStructuredData,
        NoteKind::Rating,
        NoteKind::RobotsMeta,
    ] {
        assert!(is_noted(&found, kind), "{kind}");
    }
    assert_eq!(found.ratings, ["RTA-5042-1996-1400-1577-RTA"]);
}

#[test]
fn what_is_no_html_is_read_for_written_addresses() {
    let found = reading(br#"{"u":"https://x.example.net/"}"#)
        .with_type("application/json")
        .facts();
    assert_eq!(found.links.len(), 1);
    assert!(is_noted(&found, NoteKind::NotADocument));
    let found = reading(b"\x89PNG https://x.example.net/")
        .with_type("image/png")
        .facts();
    assert!(found.links.is_empty());
}

#[test]
fn deep_nesting_and_long_bodies_are_read_in_bounded_time() {
    for unit in [
        "<div>",
        "<p><b a=1>",
        "<a href=x>",
        "<li>",
        "<table><tr><td>",
        "<template>",
        "<font size=1>",
        "<!-- <a href=x> -->",
    ] {
        let found = facts(&unit.repeat(100_000));
        assert!(found.links.len() <= 5_000, "{unit}");
    }
    let attributes: String = (0..50_000).map(|n| format!(" a{n}='http://x'")).collect();
    facts(&format!("<div{attributes}>"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Any bytes give facts, twice the same, with spans inside of the body.
    #[test]
    fn any_bytes_give_facts(body in proptest::collection::vec(any::<u8>(), 0..400)) {
        let page = reading(&body).with_type("text/html");
        prop_assert_eq!(page.facts(), page.facts());
    }

    /// Markup made of the parts that matter gives facts with spans inside of the body.
    #[test]
    fn any_markup_gives_facts(parts in proptest::collection::vec(0usize..PARTS.len(), 0..40)) {
        let body: String = parts.iter().map(|part| PARTS[*part]).collect();
        let found = reading(&body).facts();
        for link in &found.links {
            prop_assert!(link.inside.is_none_or(|outer| found.links[outer].inside.is_none()));
        }
    }

    /// An honest link more changes no other link's visibility.
    #[test]
    fn an_honest_link_more_changes_nothing(parts in proptest::collection::vec(0usize..10, 0..12)) {
        let body: String = parts.iter().map(|part| format!("<div>{}</div>", PARTS[*part])).collect();
        let before = facts(&format!("<body>{body}"));
        let after = facts(&format!("<body>{body}<p><a href=https://honest.example.org/>an honest link</a></p>"));
        let states = |found: &PageFacts| -> Vec<_> {
            found.links.iter().filter(|l| !l.href.as_str().contains("honest")).map(|l| l.visibility.state()).collect()
        };
        prop_assert_eq!(states(&before), states(&after));
    }
}

const PARTS: &[&str] = &[
    "<a href=https://x.example.net/>x</a>",
    "<a href=/y style='display:none'>y</a>",
    "<a href=/z></a>",
    "<style>.k{opacity:0}</style>",
    "<p class=k>text www.example.org <a href=/q?u=https%3A%2F%2Fx.example.net>q</a>",
    "<details><a href=/d>d</a></details>",
    "<iframe width=0 src=https://f.example.net/></iframe>",
    "<noscript><a href=/n>n</a></noscript>",
    "<!-- <a href=/c>c</a> -->",
    "<ul><li><a href=/l>é漢</a></ul>",
    "<script>location='/s'</script>",
    "<template><a href=/t>t</a>",
    "</template>",
    "<form action=/f>",
    "</div>",
    "<table><a href=/foster>x<tr><td>",
    "<b><p></b>",
    "<svg><a href=/svg>",
    "<select><option>x",
    "&amp;\r\n\0",
    "<textarea><a href=/ta>",
    "<plaintext>",
];

/// The only product of a page.
fn product(html: &str) -> model::Product {
    let mut products = facts(html).products;
    assert_eq!(products.len(), 1, "{html}: {products:#?}");
    products.remove(0)
}

fn json_ld(json: &str) -> String {
    format!("<script type=application/ld+json>{json}</script>")
}

#[test]
fn a_range_of_prices_is_told_beside_the_offers() {
    let json = json_ld(
        r#"{"@type":"Product","name":"Mug","offers":{"@type":"AggregateOffer","lowPrice":"3.50","highPrice":9,"priceCurrency":"EUR","offerCount":"12"}}"#,
    );
    let markup = "<div itemscope itemtype='https://schema.org/Product'><b itemprop=name>Mug</b><div itemprop=offers itemscope itemtype='https://schema.org/AggregateOffer'>
        <i itemprop=lowPrice>3.50</i><i itemprop=highPrice>9</i><meta itemprop=priceCurrency content=EUR><meta itemprop=offerCount content=12></div></div>";
    for html in [json.as_str(), markup] {
        let product = product(html);
        let range = product.prices.unwrap();
        assert_eq!(range.low.as_deref(), Some("3.50"), "{html}");
        assert_eq!(range.high.as_deref(), Some("9"), "{html}");
        assert_eq!(range.currency.as_deref(), Some("EUR"), "{html}");
        assert_eq!(range.count, Some(12), "{html}");
        assert_eq!(product.offers[0].price.as_deref(), Some("3.50"), "{html}");
        assert!(product.span.is_some());
    }
}

#[test]
fn a_number_of_an_article_is_told_with_its_check_digit() {
    for (html, gtin, written, holds) in [
        (json_ld(r#"{"@type":"Product","gtin13":"4006381333931"}"#), "4006381333931", None, true),
        (json_ld(r#"{"@type":"Product","gtin":"4-006381-333932"}"#), "4006381333932", Some("4-006381-333932"), false),
        ("<div vocab='https://schema.org/' typeof=Product><span property=gtin8>96385074</span></div>".to_owned(), "96385074", None, true),
        ("<meta property=og:type content=product><meta property=product:ean content='96385075'>".to_owned(), "96385075", None, false),
    ] {
        let product = product(&html);
        assert_eq!(product.gtin.as_deref(), Some(gtin), "{html}");
        assert_eq!(product.gtin_written.as_deref(), written, "{html}");
        assert_eq!(product.gtin_holds, Some(holds), "{html}");
    }
}

#[test]
fn ages_of_an_audience_are_told_each_for_itself() {
    for (audience, required, suggested, age) in [
        (
            r#"{"@type":"PeopleAudience","requiredMinAge":18}"#,
            Some(18),
            None,
            Some(18),
        ),
        (
            r#"[{"@type":"Audience"},{"requiredMinAge":"18","suggestedMinAge":"16"}]"#,
            Some(18),
            Some(16),
            Some(18),
        ),
        (
            r#"{"suggestedAge":{"@type":"QuantitativeValue","minValue":36,"unitCode":"MON"}}"#,
            None,
            Some(3),
            Some(3),
        ),
        (r#"{"requiredMinAge":"eighteen"}"#, None, None, None),
        (
            r#"{"requiredMinAge":[[[]]],"suggestedAge":[1]}"#,
            None,
            None,
            None,
        ),
    ] {
        let html = json_ld(&format!(
            r#"{{"@type":"Product","name":"x","audience":{audience}}}"#
        ));
        let product = product(&html);
        let stated = product.audience.unwrap_or_default();
        assert_eq!(stated.required_min, required, "{audience}");
        assert_eq!(stated.suggested_min, suggested, "{audience}");
        assert_eq!(product.min_age, age, "{audience}");
    }
    // Clothes for grown-ups are for whoever they fit.
    let clothes = "<meta property=og:type content=product><meta property=og:title content=Shoe><meta property=product:age_group content=adult>";
    assert_eq!(product(clothes).min_age, None);
    let spirit = format!("{clothes}<meta property=og:restrictions:age content='18+'>");
    assert_eq!(product(&spirit).min_age, Some(18));
}

#[test]
fn variants_are_told_with_their_group_wherever_they_stand() {
    let nested = r#"{"@type":"ProductGroup","name":"Serum","hasVariant":[{"@type":"Product","name":"10 ml","offers":{"price":10,"priceCurrency":"EUR"}},{"@type":"Product","name":"30 ml","offers":{"price":25,"priceCurrency":"EUR"}}]}"#;
    let beside = r#"[{"@type":"ProductGroup","productGroupID":"s","name":"Serum","hasVariant":[{"@id":"a"}]},{"@type":"Product","inProductGroupWithID":"s","name":"10 ml","offers":{"price":10,"priceCurrency":"EUR"}},{"@type":"Product","inProductGroupWithID":"s","name":"30 ml","offers":{"price":25,"priceCurrency":"EUR"}}]"#;
    for json in [nested, beside] {
        let product = product(&json_ld(json));
        assert_eq!(product.name.as_deref(), Some("Serum"));
        assert_eq!(product.variants, ["10 ml", "30 ml"]);
        assert_eq!(product.offers.len(), 2);
    }
}

#[test]
fn one_product_in_two_vocabularies_is_one() {
    let html = format!(
        "{}<div itemscope itemtype='https://schema.org/Product'><b itemprop=name> mug </b><i itemprop=category>Kitchen</i></div>",
        json_ld(r#"{"@type":"Product","name":"Mug","brand":"Lux"}"#)
    );
    let product = product(&html);
    assert_eq!(product.brand.as_deref(), Some("Lux"));
    assert_eq!(product.category.as_deref(), Some("Kitchen"));
}

#[test]
fn a_rating_may_stand_in_a_header_field() {
    let rta = "RTA-5042-1996-1400-1577-RTA";
    let found = reading("<p>x").with_header("rating", rta).facts();
    assert_eq!(found.ratings, [rta]);
    let meta = facts(&format!("<meta http-equiv=Rating content='{rta}'>"));
    assert_eq!(meta.ratings, [rta]);
}

#[test]
fn adult_considerations_are_words_of_the_vocabulary() {
    for value in [
        r#""https://schema.org/AlcoholConsideration""#,
        r#"["AlcoholConsideration"]"#,
        r#"{"@id":"schema:/AlcoholConsideration"}"#,
    ] {
        let html = json_ld(&format!(
            r#"{{"@type":"Product","name":"x","isFamilyFriendly":"http://schema.org/False","hasAdultConsideration":{value}}}"#
        ));
        let product = product(&html);
        assert_eq!(
            product.adult_considerations,
            ["AlcoholConsideration"],
            "{value}"
        );
        assert_eq!(product.is_family_friendly, Some(false));
    }
}

#[test]
fn hostile_structured_data_is_bounded_and_what_is_left_out_is_noted() {
    let deep = format!(
        "{}{}",
        r#"{"@type":"Product","offers":"#.repeat(10_000),
        "}".repeat(10_000)
    );
    let found = facts(&json_ld(&deep));
    assert!(is_noted(&found, NoteKind::BrokenStructuredData));
    let offers = r#"{"price":1},"#.repeat(50_000);
    let wide = format!(
        r#"{{"@type":"Product","name":"x","offers":[{}],"hasAdultConsideration":[{}"y"],"hasVariant":[{}{{}}]}}"#,
        offers.trim_end_matches(','),
        r#""z","#.repeat(50_000),
        r#"{"name":"v"},"#.repeat(50_000)
    );
    let found = facts(&json_ld(&wide));
    assert!(found.products[0].offers.len() <= 200 && found.products[0].variants.len() <= 200);
    assert!(found.products[0].adult_considerations.len() <= 200);
    assert!(is_noted(&found, NoteKind::BrokenStructuredData));
    let many = format!(
        "[{}{{}}]",
        r#"{"@type":"Product","name":"x","url":"/y"},"#.repeat(20_000)
    );
    let found = facts(&json_ld(&many));
    assert_eq!(found.products.len(), 200);
    assert!(is_noted(&found, NoteKind::BrokenStructuredData));
    let wrong = r#"{"@type":[1,{"a":2},"Product"],"name":{"@value":3},"brand":[[[1]]],"gtin":{},"offers":[null,1,"x",[[{"price":{}}]]],"audience":"all","isFamilyFriendly":7,"hasVariant":"v","url":9}"#;
    let found = facts(&json_ld(wrong));
    assert_eq!(found.products.len(), 1);
    let nested =
        "<div itemscope itemtype='https://schema.org/Product'><b itemprop='seller seller seller'>"
            .repeat(3_000);
    assert_eq!(facts(&nested).products.len(), 1);
}

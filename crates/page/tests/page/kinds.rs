//! Kinds of pages, and age gates, by structure.

use model::{GateForm, GateStrength, PageFacts, PageKind};

use crate::reading::reading;

/// A page that states a product and offers it.
const LISTING: &str = "<script type=application/ld+json>{\"@type\":\"Product\",\"name\":\"Mug\"}</script><h1>Mug</h1><p>9 EUR</p><button>Add to cart</button>";

fn facts(html: &str) -> PageFacts {
    reading(&format!("<!doctype html>{html}")).facts()
}

/// A list of six things with a picture and a price each.
fn cards() -> String {
    let card = |n: u8| {
        format!("<li class=card><a href=/item/{n}><img src=a.png>Thing</a><b>{n},00 €</b></li>")
    };
    format!("<ul>{}</ul>", (0..6).map(card).collect::<String>())
}

#[test]
fn a_list_of_goods_with_a_question_of_age_below_it_is_no_gate() {
    let question = "<div><p>Are you over 18?</p><a href=/yes>Yes, enter</a></div>";
    let bare = facts(question);
    assert_eq!(bare.kind, PageKind::Gate, "{bare:#?}");
    let list = facts(&format!("<h1>Gin</h1>{}{question}", cards()));
    assert_eq!(list.kind, PageKind::Category);
    let forms: Vec<GateForm> = list.gates.iter().map(|gate| gate.form).collect();
    assert!(!forms.contains(&GateForm::Page), "{forms:?}");
}

#[test]
fn cards_that_are_links_as_a_whole_make_a_list() {
    let card = |n: u8| {
        format!(
            "<a class=card href=/item/{n}><img src=a.png alt=''><div>Thing</div><div>{n},00 €</div></a>"
        )
    };
    let cards: String = (0..6).map(card).collect();
    let list = facts(&format!("<h1>Lamps</h1><div class=grid>{cards}</div>"));
    assert_eq!(list.kind, PageKind::Category);
}

#[test]
fn kinds_are_told_by_structure() {
    let cards = cards();
    for (html, kind) in [
        (format!("<h1>Lamps</h1>{cards}"), PageKind::Category),
        (
            "<p>You are leaving this site. <a href='https://x.example.net/'>Continue</a></p>"
                .to_owned(),
            PageKind::Interstitial,
        ),
        (
            "<meta http-equiv=refresh content='0;url=https://x.example.net/'><p>One moment</p>"
                .to_owned(),
            PageKind::Interstitial,
        ),
        (
            "<article><h1>News</h1><p>Long text of many words.</p></article>".to_owned(),
            PageKind::Article,
        ),
        (
            "<script type=application/ld+json>{\"@type\":\"ProfilePage\"}</script><h1>Ann</h1>"
                .to_owned(),
            PageKind::Seller,
        ),
        (
            "<p>Are you over 18?</p><a href=/in>Yes, enter</a> <a href=/out>No</a>".to_owned(),
            PageKind::Gate,
        ),
        ("<p>Hello</p>".to_owned(), PageKind::Other),
    ] {
        assert_eq!(facts(&html).kind, kind, "{html}");
    }
}

#[test]
fn a_listing_without_structured_data_has_a_name_a_price_of_its_own_and_a_way_to_buy() {
    let related: String = (0..6)
        .map(|n| {
            format!("<div class=card><a href=/p/{n}><img src=a.png></a><span>$1{n}</span></div>")
        })
        .collect();
    for html in [
        "<h1>Oak stool</h1><p>Made of oak.</p><p>Price: $48.00</p>".to_owned(),
        "<h1>Oak stool</h1><p>$48</p><button>Contact seller</button>".to_owned(),
        "<h2>Oak stool</h2><span class=price>48.00</span><button>Add to cart</button>".to_owned(),
        "<h1>My Market</h1><h1>Oak stool</h1><p>48,- Euro</p><button>In den Korb</button>"
            .to_owned(),
        "<h1>Stołek</h1><p>48 zł</p><div role=button>Do koszyka</div>".to_owned(),
        "<h1>Sgabello</h1><p>48 euro</p><span class='btn btn-primary'>Metti nel carrello</span>"
            .to_owned(),
        format!("<h1>Oak stool</h1><p>$48</p><button>Add to cart</button><div>{related}</div>"),
    ] {
        assert_eq!(facts(&html).kind, PageKind::Listing, "{html}");
    }
    for html in [
        "<h1>Court fines seller</h1><p>The court heard that each bag was sold for 189 € at the market.</p>".to_owned(),
        format!("<h1>Stools</h1><div>{related}</div>"),
        "<h1>Delivery</h1><p>We deliver within five working days.</p>".to_owned(),
    ] {
        assert_ne!(facts(&html).kind, PageKind::Listing, "{html}");
    }
}

#[test]
fn gates_need_a_question_and_an_answer() {
    for (html, strength, age) in [
        (
            "<p>Are you over 18?</p><button>Yes</button><button>No</button>",
            GateStrength::SelfDeclared,
            Some(18),
        ),
        (
            "<p>Bist du mindestens 16 Jahre alt?</p><button>Ja</button>",
            GateStrength::SelfDeclared,
            Some(16),
        ),
        (
            "<p>¿Eres mayor de edad?</p><a href=/x>Sí, entrar</a>",
            GateStrength::SelfDeclared,
            None,
        ),
        (
            "<p>Avez-vous 18 ans ?</p><button>Oui</button>",
            GateStrength::SelfDeclared,
            Some(18),
        ),
        (
            "<form><label>Date of birth <input type=date></label><button>Enter</button></form>",
            GateStrength::SelfDeclared,
            None,
        ),
        (
            "<p>You must be 18. Verify your age with your ID card or passport.</p><button>Start verification</button>",
            GateStrength::Verified,
            Some(18),
        ),
        (
            "<p>Confirm your age: we estimate your age by a face scan.</p><button>Start</button>",
            GateStrength::Estimated,
            None,
        ),
    ] {
        let gates = facts(html).gates;
        assert_eq!(gates.len(), 1, "{html}: {gates:?}");
        assert_eq!(
            (gates[0].strength, gates[0].form, gates[0].min_age),
            (strength, GateForm::Page, age),
            "{html}"
        );
    }
    let page = format!(
        "{LISTING}<div role=dialog aria-modal=true><p>Are you 18 or older?</p><button>Yes</button></div>"
    );
    let gates = facts(&page).gates;
    assert_eq!(gates.len(), 1);
    assert_eq!(gates[0].form, GateForm::Layer);
    for html in [
        "<p>Not for sale to persons under 18.</p>",
        "<p>For ages 18 and over</p><a href=/lamps>Lamps</a>",
        LISTING,
    ] {
        assert_eq!(facts(html).gates, [], "{html}");
    }
}

#[test]
fn a_listing_that_moves_its_visitor_on_is_still_a_listing() {
    let product =
        "<script type=application/ld+json>{\"@type\":\"Product\",\"name\":\"Mug\"}</script>";
    let refresh = "<meta http-equiv=refresh content='2;url=https://x.example.net/'>";
    assert_eq!(
        facts(&format!("{product}{refresh}")).kind,
        PageKind::Listing
    );
    assert_eq!(facts(refresh).kind, PageKind::Interstitial);
}

/// Pages in the style of real sites, each below a line with its address, by the kind that they are.
const PAGES: &[(PageKind, &str)] = &[
    (PageKind::Listing, include_str!("kinds/listing.html")),
    (PageKind::Seller, include_str!("kinds/seller.html")),
    (PageKind::Category, include_str!("kinds/category.html")),
    (PageKind::Search, include_str!("kinds/search.html")),
    (PageKind::Gate, include_str!("kinds/gate.html")),
    (
        PageKind::Interstitial,
        include_str!("kinds/interstitial.html"),
    ),
    (PageKind::Hub, include_str!("kinds/hub.html")),
    (PageKind::Article, include_str!("kinds/article.html")),
    (PageKind::Checkout, include_str!("kinds/checkout.html")),
    (PageKind::Home, include_str!("kinds/home.html")),
    (PageKind::Other, include_str!("kinds/other.html")),
];

#[test]
fn pages_of_every_kind_are_told_in_seven_languages_and_three_styles() {
    let mut wrong = Vec::new();
    for &kind in PageKind::ALL {
        let (_, pages) = PAGES.iter().find(|(known, _)| *known == kind).unwrap();
        let pages: Vec<&str> = pages.split("=== ").skip(1).collect();
        assert!(pages.len() >= 8 || kind == PageKind::Other, "{kind}");
        for page in pages {
            let (address, html) = page.split_once('\n').unwrap();
            let found = reading(&format!("<!doctype html>{html}"))
                .at(address)
                .facts();
            if found.kind != kind {
                wrong.push(format!("{address} is {}, not {kind}", found.kind));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The strength of the only gate of a page, with what shows it first.
fn strength(html: &str) -> (GateStrength, Option<model::GateSign>) {
    let gates = facts(html).gates;
    assert_eq!(gates.len(), 1, "{html}: {gates:#?}");
    for proof in &gates[0].proofs {
        assert!(proof.span.is_some(), "{html}: {proof:?}");
    }
    (
        gates[0].strength,
        gates[0].proofs.first().map(|proof| proof.sign),
    )
}

#[test]
fn choices_that_lead_to_one_place_are_no_gate() {
    use model::GateSign::SamePlace;
    for html in [
        "<p>Are you over 18?</p><a href=/in>Yes</a> <a href=/in>No</a>",
        "<p>Bist du mindestens 18 Jahre alt?</p><a class=a href='/in?'>Ja</a><a class=b href='./../in'>Nein</a>",
        "<p>Avez-vous 18 ans ?</p><form action=/in><button>Oui</button><button>Non</button></form>",
        "<p>Czy masz ukończone 18 lat?</p><button data-bs-dismiss=modal>Tak</button><button data-bs-dismiss=modal>Nie</button>",
        "<p>您是否年满18岁？</p><a href='javascript:go()' onclick='go()'>是</a><a href='javascript:go()' onclick='go()'>否</a>",
        "<dialog open><p>¿Eres mayor de edad?</p><form method=dialog><button value=1>Sí</button><button value=0>No</button></form></dialog>",
        "<p>Are you over 18?</p><button onclick=\"location.href='https://s.example.net/'\">Yes</button><a href='https://s.example.net/'>I am under 18</a>",
    ] {
        assert_eq!(
            strength(html),
            (GateStrength::None, Some(SamePlace)),
            "{html}"
        );
    }
}

#[test]
fn a_choice_that_nobody_checks_is_a_declaration() {
    use model::GateSign::{BirthDate, Choice};
    for (html, sign) in [
        (
            "<p>Are you over 18?</p><a href=/in>Yes</a> <a href='https://a.example.org/'>No</a>",
            Choice,
        ),
        (
            "<p>Are you over 18?</p><a href=/in>I am 18</a> <a href=/in>Enter</a>",
            Choice,
        ),
        (
            "<p>Are you over 18?</p><button onclick='hide()'>Yes</button><button onclick='history.back()'>No</button>",
            Choice,
        ),
        (
            "<p>Sind Sie volljährig?</p><form action=/in><button name=a value=1>Ja</button><button name=a value=0>Nein</button></form>",
            Choice,
        ),
        (
            "<p>Are you over 18? Have your passport ready on delivery.</p><button>Yes</button><button>No</button>",
            Choice,
        ),
        // The easiest of the ways decides.
        (
            "<p>Are you over 18?</p><a href='https://ident.example.net/start'>Verify with your ID card</a><a href=/in>Yes, I am 18</a>",
            Choice,
        ),
        (
            "<form action=/in><p>Date of birth</p><select name=birth_day><option>1</select><button>Enter</button></form>",
            BirthDate,
        ),
        (
            "<script>go()</script><p>Are you over 18?</p><form><button>Yes</button><button>No</button></form>",
            Choice,
        ),
    ] {
        assert_eq!(
            strength(html),
            (GateStrength::SelfDeclared, Some(sign)),
            "{html}"
        );
    }
}

#[test]
fn what_checks_an_age_is_told_by_its_form() {
    use GateStrength::{Estimated, Verified};
    use model::GateSign::{Camera, Service, Upload, Wallet};
    let question = "<p>Confirm your age: you must be 18.</p>";
    for (rest, expected, sign) in [
        (
            "<a href='https://verify.example.net/s/9f8e'>Continue</a>",
            Verified,
            Service,
        ),
        (
            "<a href='https://face.verify.example.net/age-estimation'>Continue</a>",
            Estimated,
            Service,
        ),
        (
            "<form action='https://eid.example.net/start'><button>Yes</button></form>",
            Verified,
            Service,
        ),
        (
            "<iframe src='https://kyc.example.net/w'></iframe><button>Continue</button>",
            Verified,
            Service,
        ),
        (
            "<a href='/age-verification/start?session=77aa'>Continue</a>",
            Verified,
            Service,
        ),
        (
            "<a href='openid4vp://?client_id=x&request_uri=y'>Continue</a>",
            Verified,
            Wallet,
        ),
        (
            "<a href='http://127.0.0.1:24727/eID-Client?tcTokenURL=z'>Weiter</a>",
            Verified,
            Wallet,
        ),
        (
            "<button>Continue</button><script>navigator.credentials.get({digital:{requests:[{protocol:'openid4vp-v1'}]}})</script>",
            Verified,
            Wallet,
        ),
        (
            "<form><input type=file accept='image/*' capture=environment><button>Submit</button></form>",
            Verified,
            Upload,
        ),
        (
            "<form><input type=file accept='image/*' capture=user><button>Submit</button></form>",
            Estimated,
            Camera,
        ),
        (
            "<video></video><button>Start</button><script>navigator.mediaDevices.getUserMedia({video:true})</script>",
            Estimated,
            Camera,
        ),
    ] {
        let html = format!("{question}{rest}");
        assert_eq!(strength(&html), (expected, Some(sign)), "{html}");
    }
    // Without a run of a check, an address of the own site shows nothing.
    let plain = format!("{question}<a href=/age-verification>Continue</a>");
    assert_eq!(strength(&plain).0, GateStrength::SelfDeclared);
}

#[test]
fn a_page_that_only_passes_its_visitor_to_a_check_of_age_is_a_gate() {
    let moved = reading("")
        .with_status(302)
        .with_header("location", "https://verify.example.net/age/s/1?token=a")
        .facts();
    assert_eq!(moved.gates[0].strength, GateStrength::Verified);
    let framed = "<iframe src='https://agecheck.example.net/w?sid=1'></iframe>";
    assert_eq!(facts(framed).kind, PageKind::Gate);
    for html in [
        "<iframe src='https://maps.example.net/age'></iframe>",
        "<iframe src='https://verify.example.net/mail'></iframe>",
    ] {
        assert_eq!(facts(html).gates, [], "{html}");
    }
    let login = reading("")
        .with_status(302)
        .with_header("location", "https://id.example.net/verify");
    assert_eq!(login.facts().gates, []);
}

#[test]
fn many_questions_beside_a_long_script_take_bounded_time() {
    let script = format!("<script>/*{}*/</script>", "x ".repeat(1_000_000));
    let layer = "<div class=modal><p>Are you over 18?</p><button>Continue</button></div>";
    let gates = facts(&format!("{script}{}{LISTING}", layer.repeat(3_000))).gates;
    assert_eq!(gates.len(), 8);
}

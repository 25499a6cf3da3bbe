//! Who trades, and the logo of those who sell medicines: what is told, and what is not.

use model::{PageFacts, Stated, Trader};

use crate::reading::reading;

fn facts(html: &str) -> PageFacts {
    reading(&format!("<!doctype html>{html}")).facts()
}

fn trader(html: &str) -> Trader {
    facts(html).trader
}

fn text(part: &Option<Stated>) -> Option<&str> {
    part.as_ref().map(|stated| stated.text.as_str())
}

#[test]
fn a_box_of_the_seller_is_read_in_seven_languages() {
    for (html, vat, holds) in [
        (
            "<div><h3>Business seller information</h3><dl><dt>Business name:</dt><dd>Oak Works Ltd</dd><dt>Address:</dt><dd>5 Mill Lane, Leeds LS1 4AB</dd><dt>Email</dt><dd>post@oak.example</dd><dt>Phone</dt><dd>+44 113 4960000</dd><dt>VAT number</dt><dd>GB 123 4567 82</dd><dt>Company number</dt><dd>01234567</dd></dl></div>",
            "GB 123 4567 82",
            None,
        ),
        (
            "<table><tr><th>Firma</th><td>Eichenwerk GmbH</td></tr><tr><th>Anschrift</th><td>Mühlweg 5, 04109 Leipzig</td></tr><tr><th>E-Mail</th><td>post@oak.example</td></tr><tr><th>Telefon</th><td>+49 341 4960000</td></tr><tr><th>USt-IdNr.</th><td>DE136695976</td></tr><tr><th>Handelsregister</th><td>Amtsgericht Leipzig, HRB 12345</td></tr></table>",
            "DE136695976",
            Some(true),
        ),
        (
            "<ul class=vendeur><li><b>Raison sociale :</b> Chêne SARL</li><li><b>Adresse :</b> 5 rue du Moulin, 69001 Lyon</li><li><b>E-mail :</b> post@oak.example</li><li><b>Téléphone :</b> 04 78 00 00 00</li><li><b>N° TVA :</b> FR40303265045</li><li><b>SIRET :</b> 303 265 045 00012</li></ul>",
            "FR40303265045",
            Some(true),
        ),
        (
            "<section><p>Razón social: Roble S.L.</p><p>Domicilio: Calle Molino 5, 41001 Sevilla</p><p>Correo electrónico: post@oak.example</p><p>Teléfono: 954 000 000</p><p>NIF: B12345674</p><p>Registro Mercantil de Sevilla, hoja SE-12345</p></section>",
            "B12345674",
            None,
        ),
        (
            "<footer><div>Ragione sociale: Quercia S.r.l.<br>Indirizzo: Via del Mulino 5, 20121 Milano<br>Email: post@oak.example<br>Telefono: 02 0000000<br>P.IVA 00743110157<br>REA MI-1234567</div></footer>",
            "00743110157",
            Some(true),
        ),
        (
            "<div class='grid gap-2'><div><span>Nazwa firmy</span></div><div>Dąb sp. z o.o.</div><div><span>Adres</span></div><div>ul. Młyńska 5, 00-950 Warszawa</div><div><span>E-mail</span></div><div>post@oak.example</div><div><span>Telefon</span></div><div>22 000 00 00</div><div><span>NIP</span></div><div>856-734-62-15</div><div><span>KRS</span></div><div>0000123456</div></div>",
            "856-734-62-15",
            Some(true),
        ),
    ] {
        let found = trader(html);
        assert_eq!(text(&found.vat), Some(vat), "{html}");
        assert_eq!(found.vat.as_ref().unwrap().holds, holds, "{html}");
        for (name, part) in found.parts() {
            if !matches!(name, "manufacturer" | "responsible person") {
                assert!(part.is_some(), "{name} of {html}: {found:#?}");
                assert!(part.unwrap().span.is_some());
            }
        }
        assert_eq!(text(&found.email), Some("post@oak.example"));
    }
    let chinese = trader(
        "<div><p>经营者信息</p><p>公司名称：橡木有限公司</p><p>统一社会信用代码：91310000123456789X</p><p>联系电话：021-00000000</p><p>注册地址：上海市磨坊路5号</p></div>",
    );
    assert_eq!(text(&chinese.name), Some("橡木有限公司"));
    assert!(chinese.register.is_some() && chinese.phone.is_some() && chinese.address.is_some());
}

#[test]
fn an_imprint_in_one_breath_is_read_up_to_the_place() {
    for (written, name, address) in [
        (
            "<p>Impressum: Keller am Hang GmbH, Hangweg 3, 55116 Mainz. E-Mail: info@keller.test</p>",
            "Keller am Hang GmbH",
            "Hangweg 3, 55116 Mainz",
        ),
        (
            "<div>Angaben zum Verk\u{e4}ufer: Anna Holm, Bachstr. 2, 10115 Berlin, anna@holm.test</div>",
            "Anna Holm",
            "Bachstr. 2, 10115 Berlin",
        ),
        (
            "<p>Mentions l\u{e9}gales : Atelier Brun, 4 rue du Lac, 69001 Lyon · contact@brun.test</p>",
            "Atelier Brun",
            "4 rue du Lac, 69001 Lyon",
        ),
    ] {
        let found = trader(written);
        assert_eq!(text(&found.name), Some(name), "{written}");
        assert_eq!(text(&found.address), Some(address), "{written}");
        assert!(found.email.is_some(), "{written}");
    }
    for none in [
        "<p>Impressum: siehe unten, wir sind f\u{fc}r dich da und freuen uns auf deine Post</p>",
        "<p>Impressum und Versand nach 55116 Mainz, auch an Packstationen, jeden Tag ab neun</p>",
    ] {
        assert!(trader(none).address.is_none(), "{none}");
    }
}

#[test]
fn an_imprint_is_read_line_by_line() {
    let found = trader(
        "<h1>Impressum</h1><p>Angaben gemäß § 5 DDG</p><p>Eichenwerk GmbH<br>Mühlweg 5<br>04109 Leipzig</p><p>Vertreten durch: Uwe Tamm</p><p>Telefon: +49 341 4960000<br>E-Mail: <a href=mailto:post@oak.example>post@oak.example</a></p><p>Registergericht: Amtsgericht Leipzig<br>Registernummer: HRB 12345</p><p>Umsatzsteuer-Identifikationsnummer gemäß § 27 a: DE136695976</p>",
    );
    assert_eq!(text(&found.name), Some("Eichenwerk GmbH"));
    assert_eq!(text(&found.address), Some("Mühlweg 5, 04109 Leipzig"));
    assert_eq!(text(&found.phone), Some("+49 341 4960000"));
    assert_eq!(text(&found.email), Some("post@oak.example"));
    assert_eq!(text(&found.vat), Some("DE136695976"));
    assert!(
        text(&found.register).is_some_and(|it| it.contains("HRB 12345")),
        "{found:#?}"
    );
}

#[test]
fn manufacturer_and_responsible_person_are_read_behind_their_labels() {
    for (html, maker, person) in [
        (
            "<p><b>Manufacturer:</b> Oak Works, 5 Mill Lane</p><p><b>EU responsible person:</b> Ann Bee, Mühlweg 5, 04109 Leipzig</p>",
            "Oak Works, 5 Mill Lane",
            "Ann Bee, Mühlweg 5, 04109 Leipzig",
        ),
        (
            "<dl><dt>Hersteller</dt><dd>Eichenwerk GmbH</dd><dt>Verantwortliche Person in der EU</dt><dd>Uwe Tamm, Leipzig</dd></dl>",
            "Eichenwerk GmbH",
            "Uwe Tamm, Leipzig",
        ),
        (
            "<table><tr><td>Producent<td>Dąb sp. z o.o.<tr><td>Osoba odpowiedzialna<td>Jan Nowak, Warszawa</table>",
            "Dąb sp. z o.o.",
            "Jan Nowak, Warszawa",
        ),
        (
            "<div>Fabricant : Chêne SARL<br>Personne responsable : Léa Roux, Lyon</div>",
            "Chêne SARL",
            "Léa Roux, Lyon",
        ),
        (
            "<p>制造商：橡木有限公司</p><p>欧盟负责人：Ann Bee, Leipzig</p>",
            "橡木有限公司",
            "Ann Bee, Leipzig",
        ),
    ] {
        let found = trader(html);
        assert_eq!(text(&found.manufacturer), Some(maker), "{html}");
        assert_eq!(text(&found.responsible_person), Some(person), "{html}");
    }
}

#[test]
fn words_without_a_value_of_the_right_form_say_nothing() {
    for html in [
        "<p>Prices include VAT.</p>",
        "<p>All prices incl. 19 % VAT, plus shipping from 4,90 €</p>",
        "<p>The manufacturer of this lamp has been at it for 100 years, and gives a guarantee.</p>",
        "<p>NIP it in the bud. The siren was heard at 5.</p>",
        "<p>Name: Lamp</p><p>Phone: yes</p>",
        "<p>Private: DE136695976 stands here without a label</p>",
        "<p>USt-IdNr.: DE12</p>",
        "<nav><a href=/impressum>Impressum</a></nav>",
    ] {
        assert_eq!(trader(html), Trader::default(), "{html}");
    }
    let wrong = trader("<p>USt-IdNr.: DE136695977</p>");
    assert_eq!(wrong.vat.unwrap().holds, Some(false));
}

#[test]
fn structured_data_names_the_seller_before_the_site() {
    let html = r#"<script type=application/ld+json>[{"@type":"Organization","name":"Market","email":"a@market.example"},{"@type":"Product","name":"Mug","manufacturer":{"@type":"Organization","name":"Oak Works"},"offers":{"@type":"Offer","price":1,"seller":{"@type":"Organization","legalName":"Ann Bee","vatID":"DE136695976","address":{"@type":"PostalAddress","streetAddress":"Mühlweg 5","postalCode":"04109","addressLocality":"Leipzig"}}}}]</script>"#;
    let found = trader(html);
    assert_eq!(text(&found.name), Some("Ann Bee"));
    assert_eq!(text(&found.email), Some("a@market.example"));
    assert_eq!(text(&found.address), Some("Mühlweg 5, 04109, Leipzig"));
    assert_eq!(found.vat.unwrap().holds, Some(true));
    assert_eq!(text(&found.manufacturer), Some("Oak Works"));
    let markup = "<div itemscope itemtype='https://schema.org/Organization'><b itemprop=legalName>Ann Bee</b><i itemprop=telephone>+49 341 4960000</i></div>";
    let found = trader(markup);
    assert_eq!(text(&found.name), Some("Ann Bee"));
    assert_eq!(text(&found.phone), Some("+49 341 4960000"));
}

#[test]
fn hostile_labels_take_bounded_time() {
    for piece in [
        "USt-IdNr.: ",
        "<dt>Hersteller<dd>",
        "<p>Impressum",
        "<b>VAT</b><br>",
        "HRB 1 ",
    ] {
        let html = piece.repeat(200_000 / piece.len());
        facts(&html);
    }
}

#[test]
fn the_logo_of_sellers_of_medicines_is_told_with_its_target() {
    let authority = "https://register.example.org/verify?id=7";
    for picture in [
        "<img src=/i/x.png alt='Click to verify if this website is operating legally'>",
        "<img src=/i/x.png title='Zur Überprüfung der Legalität dieser Website hier klicken'>",
        "<img src=/i/x.png alt='Cliquer pour vérifier la légalité de ce site'>",
        "<img src=/i/x.png alt='Pulse aquí para verificar la legalidad de este sitio web'>",
        "<img src=/i/x.png alt='Clicca per verificare se questo sito web è legale'>",
        "<img src=/i/x.png alt='Kliknij, aby sprawdzić, czy ta strona internetowa działa legalnie'>",
        "<img src=/i/x.png alt='Klik om te controleren of deze website legaal werkt'>",
        "<img src=/i/EU-Versandhandelslogo.png>",
        "<img src=/i/eu_common_logo_fr.svg?v=2>",
        "<img src=/img/eu-logo.png alt='Online pharmacy'>",
        "<picture><source srcset='/i/common-logo-eu.webp 2x'><img src=data:,></picture>",
        "<svg><title>Click to verify if this website is operating legally</title></svg>",
    ] {
        let html = format!("<p>x</p><a href='{authority}'>{picture}</a>");
        let logo = facts(&html)
            .medicine_logo
            .unwrap_or_else(|| panic!("{html}"));
        assert_eq!(logo.target.unwrap().as_str(), authority, "{html}");
        assert!(logo.span.is_some());
    }
    let background = "<a href=/r style=\"background:url('/i/versandhandel-logo.png')\"></a>";
    assert!(facts(background).medicine_logo.is_some());
    let bare = facts("<img src=/i/eu-common-logo.png>")
        .medicine_logo
        .unwrap();
    assert_eq!(bare.target, None);
    for html in [
        "<a href=https://funds.example.org/><img src=/img/eu-logo.png alt='Funded by the Union'></a>",
        "<a href=/><img src=/logo.png alt='Pharmacy'></a>",
        "<title>Click to verify if this website is operating legally</title><p>What the logo says</p>",
        "<p>Click to verify if this website is operating legally</p>",
        "<img src=/eu-logo.png>",
    ] {
        assert_eq!(facts(html).medicine_logo, None, "{html}");
    }
}

//! Every construct that leads out of a document is a carrier, each with its kind and its technique.

#![expect(
    clippy::unwrap_used,
    reason = "a test may fail loudly, its helpers as well"
)]

use model::{Carrier, Headers, HopKind, Link, PageFacts, PageUrl, Position, Technique, Visibility};
use sidedoor_page::{Document, read};

fn read_bytes(headers: &[(&str, &str)], body: &[u8]) -> PageFacts {
    let address = PageUrl::parse("http://shop.example.com/v/1").unwrap();
    let headers = Headers(
        headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
    );
    read(&Document {
        address: &address,
        status: 200,
        headers: &headers,
        body,
        cut: false,
        sheets: &[],
        scripts: &[],
    })
}

fn facts(html: &str) -> PageFacts {
    read_bytes(
        &[("content-type", "text/html; charset=utf-8")],
        html.as_bytes(),
    )
}

fn link_to<'f>(facts: &'f PageFacts, target: &str) -> Option<&'f Link> {
    facts
        .links
        .iter()
        .find(|link| link.target.as_ref().is_some_and(|t| t.as_str() == target))
}

use model::{Carrier as C, HopKind as K};

const OUT: &str = "http://out.example.net/x";

const CONSTRUCTS: &[(&str, Carrier, HopKind)] = &[
    (
        "<a href='http://out.example.net/x'>y z</a>",
        C::AHref,
        K::Anchor,
    ),
    (
        "<a href=/q ping='http://out.example.net/x'>y</a>",
        C::APing,
        K::Alternate,
    ),
    (
        "<form id=f action='http://out.example.net/x'></form><button form=f>Go</button>",
        C::FormOwner,
        K::Form,
    ),
    (
        "<button formaction='http://out.example.net/x'>Go</button>",
        C::FormactionAttribute,
        K::Form,
    ),
    (
        "<input type=image src=i.png formaction='http://out.example.net/x'>",
        C::FormactionAttribute,
        K::Form,
    ),
    (
        "<svg><a xlink:href='http://out.example.net/x'><text>y</text></a></svg>",
        C::SvgA,
        K::Anchor,
    ),
    (
        "<svg><a><set attributeName=href to='http://out.example.net/x'/><text>y</text></a></svg>",
        C::SvgAnimation,
        K::Anchor,
    ),
    (
        "<svg><a><animate attributeName='xlink:href' values='/a;http://out.example.net/x'/></a></svg>",
        C::SvgAnimation,
        K::Anchor,
    ),
    (
        "<math><mtext href='http://out.example.net/x'>y</mtext></math>",
        C::MathMl,
        K::Anchor,
    ),
    (
        "<portal src='http://out.example.net/x'></portal>",
        C::PortalSrc,
        K::Frame,
    ),
    (
        "<fencedframe src='http://out.example.net/x'></fencedframe>",
        C::PortalSrc,
        K::Frame,
    ),
    (
        "<meta name='twitter:url' content='http://out.example.net/x'>",
        C::MetaUrl,
        K::Alternate,
    ),
    (
        "<meta property='al:web:url' content='http://out.example.net/x'>",
        C::MetaUrl,
        K::Alternate,
    ),
    (
        "<meta name='msapplication-starturl' content='http://out.example.net/x'>",
        C::MetaUrl,
        K::Alternate,
    ),
    (
        "<meta name='msapplication-task' content='name=Shop;action-uri=http://out.example.net/x;icon-uri=i.ico'>",
        C::MetaUrl,
        K::Alternate,
    ),
    (
        "<link rel=prev href='http://out.example.net/x'>",
        C::LinkRel,
        K::Alternate,
    ),
    (
        "<blockquote cite='http://out.example.net/x'>y</blockquote>",
        C::OtherAttribute,
        K::Alternate,
    ),
    (
        "<img longdesc='http://out.example.net/x'>",
        C::OtherAttribute,
        K::Alternate,
    ),
    (
        "<div itemscope itemid='http://out.example.net/x'></div>",
        C::OtherAttribute,
        K::Alternate,
    ),
    (
        "<!-- <a href='http://out.example.net/x'>y</a> -->",
        C::Comment,
        K::Anchor,
    ),
    (
        "<!-- see http://out.example.net/x -->",
        C::Comment,
        K::TextUrl,
    ),
    (
        "<!--[if IE]><a href='http://out.example.net/x'>y</a><![endif]-->",
        C::ConditionalComment,
        K::Anchor,
    ),
    (
        "<template><a href='http://out.example.net/x'>y</a></template>",
        C::Template,
        K::Anchor,
    ),
    (
        "<div><template shadowrootmode=open><a href='http://out.example.net/x'>y</a></template></div>",
        C::ShadowRoot,
        K::Anchor,
    ),
    (
        "<noscript><a href='http://out.example.net/x'>y</a></noscript>",
        C::Noscript,
        K::Anchor,
    ),
    (
        "<textarea><a href='http://out.example.net/x'>y</a></textarea>",
        C::RawText,
        K::Anchor,
    ),
    (
        "<script type='text/x-tmpl'><a href='http://out.example.net/x'>y</a></script>",
        C::Template,
        K::Anchor,
    ),
    (
        "<script type='application/json'>{\"a\":{\"next\":\"http:\\/\\/out.example.net\\/x\"}}</script>",
        C::JsonData,
        K::Alternate,
    ),
    (
        "<div data-props='{\"u\":\"http://out.example.net/x\"}'></div>",
        C::JsonData,
        K::Alternate,
    ),
    (
        "<script type=speculationrules>{\"prerender\":[{\"urls\":[\"http://out.example.net/x\"]}]}</script>",
        C::SpeculationRules,
        K::Alternate,
    ),
    (
        "<div data-href='http://out.example.net/x'>y</div>",
        C::DataAttribute,
        K::ScriptNavigation,
    ),
    (
        "<div data-go='aHR0cDovL291dC5leGFtcGxlLm5ldC94'>y</div>",
        C::DataAttribute,
        K::ScriptNavigation,
    ),
    (
        "<style>p::after{content:'see http://out.example.net/x'}</style><p>y</p>",
        C::StyleContent,
        K::TextUrl,
    ),
    ("<p>see http://out.example.net/x</p>", C::Text, K::TextUrl),
    (
        "<img alt='see http://out.example.net/x'>",
        C::AttributeText,
        K::TextUrl,
    ),
    (
        "<a href=/q href='http://out.example.net/x'>y</a>",
        C::RawBytes,
        K::Anchor,
    ),
    (
        "<p>y</p></p href='http://out.example.net/x'>",
        C::RawBytes,
        K::Anchor,
    ),
    (
        "<p>y<a href='http://out.example.net/x",
        C::RawBytes,
        K::Anchor,
    ),
];

#[test]
fn each_construct_is_a_carrier() {
    let mut wrong = Vec::new();
    for &(html, carrier, kind) in CONSTRUCTS {
        let facts = facts(html);
        let to_out = |link: &&Link| link.target.as_ref().is_some_and(|t| t.as_str() == OUT);
        let found: Vec<_> = facts
            .links
            .iter()
            .filter(to_out)
            .map(|link| (link.carrier, link.kind))
            .collect();
        if !found.contains(&(carrier, kind)) {
            wrong.push(format!("{html}: {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn what_a_browser_loads_is_a_resource() {
    let mut wrong = Vec::new();
    for html in [
        "<img src='http://out.example.net/x'>",
        "<noscript><img src='http://out.example.net/x'></noscript>",
        "<img srcset='/a 1x, http://out.example.net/x 2x'>",
        "<link rel=preload as=image imagesrcset='http://out.example.net/x 1x'>",
        "<video poster='http://out.example.net/x'></video>",
        "<video><track src='http://out.example.net/x'></video>",
        "<table background='http://out.example.net/x'></table>",
        "<style>p{background:url(http://out.example.net/x)}</style>",
        "<style>@import 'http://out.example.net/x';</style>",
        "<p style='background:image-set(\"http://out.example.net/x\" 1x)'>",
        "<p style=\"background:url('http://out.example.net/x')\">",
        "<svg><image href='http://out.example.net/x'/></svg>",
        "<script type=importmap>{\"imports\":{\"a\":\"http://out.example.net/x\"}}</script>",
        "<link rel=manifest href='http://out.example.net/x'>",
        "<link rel=preconnect href='http://out.example.net/x'>",
        "<meta http-equiv=content-security-policy content='img-src http://out.example.net/x'>",
        "<meta name='msapplication-config' content='http://out.example.net/x'>",
    ] {
        let facts = facts(html);
        let has = facts
            .resources
            .iter()
            .any(|r| r.target.as_ref().is_some_and(|t| t.as_str() == OUT));
        if !has {
            wrong.push(format!("{html}: {:?} {:?}", facts.resources, facts.links));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn each_disguise_of_a_written_address_is_told() {
    use Technique as T;
    let rlo = "\u{202E}x/ten.elpmaxe.tuo\u{202C}";
    let cases = [
        (
            "<p>out dot example dot net now</p>".to_owned(),
            T::SPELLED_URL,
        ),
        (
            "<p>ｏｕｔ．ｅｘａｍｐｌｅ．ｎｅｔ/x</p>".to_owned(),
            T::STYLED_LETTERS,
        ),
        (
            "<p>out.exam\u{200b}ple.net/x</p>".to_owned(),
            T::INVISIBLE_CHARACTERS,
        ),
        (
            "<p>out.exam&shy;ple.net/x</p>".to_owned(),
            T::INVISIBLE_CHARACTERS,
        ),
        ("<p>оut.ехample.net/x</p>".to_owned(), T::HOMOGLYPHS),
        (format!("<p>see {rlo} now</p>"), T::BIDI_TEXT),
        ("<p>out.<b>exam</b>ple.net/x</p>".to_owned(), T::SPLIT_TEXT),
        (
            "<table><tr><td>out<td>.<td>exa<td>mple<td>.<td>net</table>".to_owned(),
            T::SPLIT_TEXT,
        ),
        (
            "<p>out.ex<i style='display:none'>zq</i>am<i style='display:none'>.</i>ple.net/x</p>"
                .to_owned(),
            T::SPLIT_TEXT,
        ),
        (
            "<p><bdo dir=rtl>x/ten.elpmaxe.tuo</bdo></p>".to_owned(),
            T::REORDERED_TEXT,
        ),
        (
            "<p title='out.example.net/x'>y</p>".to_owned(),
            T::ATTRIBUTE_TEXT,
        ),
    ];
    let mut wrong = Vec::new();
    for (html, technique) in cases {
        let facts = facts(&html);
        let found = facts.links.iter().find(|link| {
            let host = link.target.as_ref().map(PageUrl::host);
            host.is_some_and(|host| host.as_str() == "out.example.net")
        });
        if !found.is_some_and(|link| link.techniques.contains(&technique)) {
            wrong.push(format!("{technique} {html}: {:?}", facts.links));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn spans_lead_to_the_bytes_in_any_charset() {
    let html =
        "<p>日本語</p><a href=\"http://out.example.net/x\">リンク</a> see shop.example.org/y";
    for label in ["utf-8", "shift_jis", "gb18030", "euc-jp", "iso-2022-jp"] {
        let encoding = encoding_rs::Encoding::for_label(label.as_bytes()).unwrap();
        let (body, _, _) = encoding.encode(html);
        let kind = format!("text/html; charset={label}");
        let facts = read_bytes(&[("content-type", &kind)], &body);
        let span = link_to(&facts, OUT).unwrap().span.unwrap();
        let tag = &body[span.start..span.end];
        assert_eq!(tag, b"<a href=\"http://out.example.net/x\">", "{label}");
        let text = link_to(&facts, "http://shop.example.org/y").unwrap();
        let span = text.span.unwrap();
        assert_eq!(
            &body[span.start..span.end],
            b"shop.example.org/y",
            "{label}"
        );
    }
    let mut wide = vec![0xFF, 0xFE];
    wide.extend(html.encode_utf16().flat_map(u16::to_le_bytes));
    let facts = read_bytes(&[], &wide);
    let span = link_to(&facts, OUT).unwrap().span.unwrap();
    let units: Vec<u16> = wide[span.start..span.end]
        .chunks_exact(2)
        .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
        .collect();
    let tag = String::from_utf16(&units).unwrap();
    assert_eq!(tag, "<a href=\"http://out.example.net/x\">");
}

#[test]
fn a_link_in_an_odd_place_says_so() {
    let page =
        "<html><head></head><body><p>y</p></body></html><a href='http://out.example.net/x'>z</a>";
    let found = facts(page);
    assert_eq!(link_to(&found, OUT).unwrap().position, Position::AfterHtml);
    let ordinary = facts("<html><body><a href='http://out.example.net/x'>z</a></body></html>");
    assert_eq!(
        link_to(&ordinary, OUT).unwrap().position,
        Position::Ordinary
    );
}

#[test]
fn the_text_of_an_anchor_is_what_a_person_reads() {
    let cases = [
        (
            "<a href=/q>Buy <img src=i alt=vases> now</a>",
            "Buy vases now",
        ),
        (
            "<a href=/q>Va<span style='display:none'>xx</span>ses</a>",
            "Vases",
        ),
        ("<a href=/q>Va\u{200b}ses</a>", "Vases"),
        ("<a href=/q aria-label=Basket><i></i></a>", "Basket"),
    ];
    for (html, text) in cases {
        assert_eq!(facts(html).links[0].text, text, "{html}");
    }
}

#[test]
fn headers_that_name_addresses_are_read() {
    let facts = read_bytes(
        &[
            ("content-type", "text/html"),
            ("content-location", "http://out.example.net/a"),
            (
                "link",
                "<http://out.example.net/b>; rel=prerender, </c.css>; rel=preload; as=style",
            ),
            ("x-pingback", "http://out.example.net/d"),
            (
                "content-security-policy",
                "frame-src https://pay.example.org",
            ),
        ],
        b"<p>y</p>",
    );
    let carrier = |target: &str| link_to(&facts, target).map(|link| link.carrier);
    assert_eq!(
        carrier("http://out.example.net/a"),
        Some(Carrier::ContentLocationHeader)
    );
    assert_eq!(
        carrier("http://out.example.net/b"),
        Some(Carrier::LinkHeader)
    );
    assert_eq!(
        carrier("http://out.example.net/d"),
        Some(Carrier::OtherHeader)
    );
    let early = link_to(&facts, "http://out.example.net/b").unwrap();
    assert_eq!(
        early.techniques,
        [Technique::HEADER_LINK, Technique::EARLY_HINT]
    );
    let resources: Vec<&str> = facts.resources.iter().map(|r| r.href.as_str()).collect();
    assert_eq!(resources, ["/c.css", "https://pay.example.org"]);
}

#[test]
fn a_frame_without_a_side_is_hidden() {
    let facts = facts(
        "<frameset cols='0,*'><frame src='http://out.example.net/x'><frame src=/q></frameset>",
    );
    assert!(link_to(&facts, OUT).unwrap().visibility.is_hidden());
    assert_eq!(facts.links[1].visibility, Visibility::Visible);
}

#[test]
fn text_in_a_charset_that_browsers_do_not_read_is_only_in_the_bytes() {
    let utf7 = b"<p>+ADw-a href+AD0AIg-http://out.example.net/x+ACIAPg-y z+ADw-/a+AD4-";
    let facts = read_bytes(&[("content-type", "text/html; charset=us-ascii")], utf7);
    let found: Vec<_> = facts
        .links
        .iter()
        .map(|l| (l.carrier, l.href.as_str()))
        .collect();
    assert!(found.contains(&(Carrier::RawBytes, OUT)), "{found:?}");
}

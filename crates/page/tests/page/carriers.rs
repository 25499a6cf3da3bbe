//! Every construct that leads out of a document is a carrier, each with its kind and its technique.

use model::{Carrier, Link, PageFacts, PageUrl, Position, Technique, Visibility};

use crate::reading::{Reading, links_to, reading, resources, target, way};

fn facts(html: &str) -> PageFacts {
    page(html.as_bytes())
        .with_type("text/html; charset=utf-8")
        .facts()
}

/// At an address of the scheme that addresses without one get.
fn page(body: &[u8]) -> Reading<'_> {
    reading(body).at("http://shop.example.com/v/1")
}

fn link_to<'f>(facts: &'f PageFacts, target: &str) -> Option<&'f Link> {
    links_to(facts, target).next()
}

const OUT: &str = "http://out.example.net/x";

/// How each construct leads to OUT.
const CONSTRUCTS: &[(&str, &str)] = &[
    ("anchor by a[href]", "<a href='OUT'>y z</a>"),
    ("alternate by a[ping]", "<a href=/q ping='OUT'>y</a>"),
    (
        "form by form[action], form by [form]",
        "<form id=f action='OUT'></form><button form=f>Go</button>",
    ),
    (
        "form by [formaction]",
        "<button formaction='OUT'>Go</button>",
    ),
    (
        "form by [formaction]",
        "<input type=image src=i.png formaction='OUT'>",
    ),
    (
        "anchor by svg-a[href]",
        "<svg><a xlink:href='OUT'><text>y</text></a></svg>",
    ),
    (
        "anchor by svg-animate[href]",
        "<svg><a><set attributeName=href to='OUT'/><text>y</text></a></svg>",
    ),
    (
        "anchor by svg-animate[href]",
        "<svg><a><animate attributeName='xlink:href' values='/q;OUT'/></a></svg>",
    ),
    (
        "anchor by mathml[href]",
        "<math><mtext href='OUT'>y</mtext></math>",
    ),
    ("frame by portal[src]", "<portal src='OUT'></portal>"),
    (
        "frame by portal[src] at load",
        "<fencedframe src='OUT'></fencedframe>",
    ),
    (
        "alternate by meta[url]",
        "<meta name='twitter:url' content='OUT'>",
    ),
    (
        "alternate by meta[url]",
        "<meta property='al:web:url' content='OUT'>",
    ),
    (
        "alternate by meta[url]",
        "<meta name='msapplication-starturl' content='OUT'>",
    ),
    (
        "alternate by meta[url]",
        "<meta name='msapplication-task' content='name=Shop;action-uri=OUT;icon-uri=i.ico'>",
    ),
    ("alternate by link[rel]", "<link rel=prev href='OUT'>"),
    (
        "alternate by other-attribute",
        "<blockquote cite='OUT'>y</blockquote>",
    ),
    ("alternate by other-attribute", "<img longdesc='OUT'>"),
    (
        "alternate by other-attribute",
        "<div itemscope itemid='OUT'></div>",
    ),
    ("anchor by comment", "<!-- <a href='OUT'>y</a> -->"),
    ("text-url by comment", "<!-- see OUT -->"),
    (
        "anchor by conditional-comment",
        "<!--[if IE]><a href='OUT'>y</a><![endif]-->",
    ),
    (
        "anchor by template",
        "<template><a href='OUT'>y</a></template>",
    ),
    (
        "anchor by shadow-root",
        "<div><template shadowrootmode=open><a href='OUT'>y</a></template></div>",
    ),
    (
        "anchor by noscript",
        "<noscript><a href='OUT'>y</a></noscript>",
    ),
    (
        "anchor by raw-text",
        "<textarea><a href='OUT'>y</a></textarea>",
    ),
    (
        "anchor by template",
        "<script type='text/x-tmpl'><a href='OUT'>y</a></script>",
    ),
    (
        "alternate by json-data",
        "<script type='application/json'>{\"a\":{\"next\":\"http:\\/\\/out.example.net\\/x\"}}</script>",
    ),
    (
        "alternate by json-data",
        "<div data-props='{\"u\":\"OUT\"}'></div>",
    ),
    (
        "alternate by speculation-rules",
        "<script type=speculationrules>{\"prerender\":[{\"urls\":[\"OUT\"]}]}</script>",
    ),
    (
        "script-navigation by data-attribute",
        "<div data-href='OUT'>y</div>",
    ),
    (
        "script-navigation by data-attribute",
        "<div data-go='aHR0cDovL291dC5leGFtcGxlLm5ldC94'>y</div>",
    ),
    (
        "text-url by stylesheet-content",
        "<style>p::after{content:'see OUT'}</style><p>y</p>",
    ),
    ("text-url by text", "<p>see OUT</p>"),
    ("text-url by attribute-text", "<img alt='see OUT'>"),
    ("anchor by raw-bytes", "<a href=/q href='OUT'>y</a>"),
    ("anchor by raw-bytes", "<p>y</p></p href='OUT'>"),
    ("anchor by raw-bytes", "<p>y<a href='OUT"),
    ("anchor by a[href]", "<a href='//out.example.net/x'>x</a>"),
    (
        "anchor by mathml[href]",
        "<math><mi href='OUT'>x</mi></math>",
    ),
    (
        "form by form[action]",
        "<form action='OUT'><button>Go</button></form>",
    ),
    (
        "frame by iframe[src] at load",
        "<iframe src='OUT'></iframe>",
    ),
    (
        "frame by frame[src] at load",
        "<frameset><frame src='OUT'></frameset>",
    ),
    (
        "anchor by iframe[srcdoc]",
        "<iframe srcdoc='&lt;a href=OUT>x&lt;/a>'></iframe>",
    ),
    (
        "embed by object[data] at load",
        "<object data='OUT'></object>",
    ),
    ("embed by embed[src] at load", "<embed src='OUT'>"),
    (
        "meta-refresh by meta[refresh] at load",
        "<meta http-equiv=Refresh content='3;URL=OUT'>",
    ),
    (
        "canonical by link[canonical]",
        "<link rel=canonical href='OUT'>",
    ),
    ("alternate by link[rel]", "<link rel=amphtml href='OUT'>"),
    (
        "canonical by meta[url]",
        "<meta property=og:url content='OUT'>",
    ),
    (
        "meta-refresh by noscript at load",
        "<noscript><meta http-equiv=refresh content='0;OUT'></noscript>",
    ),
    (
        "script-navigation by script at load",
        "<script>location.href='OUT'</script>",
    ),
    (
        "script-navigation by event-handler at load",
        "<body onload=\"location='OUT'\">",
    ),
    (
        "script-navigation by event-handler",
        "<div onclick=\"window.open('OUT')\">x</div>",
    ),
    (
        "script-navigation by javascript-url",
        "<a href=\"javascript:location='OUT'\">x</a>",
    ),
    (
        "alternate by structured-data",
        "<script type=application/ld+json>{\"@type\":\"Thing\",\"url\":\"OUT\"}</script>",
    ),
    ("text-url by text", "<p>go to OUT now</p>"),
    (
        "text-url by attribute-text",
        "<img src=a.png alt='see OUT'>",
    ),
    (
        "form by form[action] at load",
        "<form id=f action='OUT'></form><script>document.getElementById('f').submit()</script>",
    ),
];

#[test]
fn each_construct_is_a_carrier() {
    let mut wrong = Vec::new();
    for (expected, html) in CONSTRUCTS {
        let facts = facts(&html.replace("OUT", OUT));
        let (out, own): (Vec<_>, Vec<_>) = facts.links.iter().partition(|l| target(l) == OUT);
        let found: Vec<String> = out.into_iter().map(way).collect();
        if found.join(", ") != *expected || own.len() != html.matches("/q").count() {
            wrong.push(format!("{html}: {found:?}, besides {own:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
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
        if !resources(&facts).contains(&OUT) {
            wrong.push(format!("{html}: {:?} {:?}", facts.resources, facts.links));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Ways to write one address, and what each is.
const DISGUISES: &[(&str, Technique)] = &[
    ("<p>out dot example dot net now</p>", Technique::SPELLED_URL),
    (
        "<p>ｏｕｔ．ｅｘａｍｐｌｅ．ｎｅｔ/x</p>",
        Technique::STYLED_LETTERS,
    ),
    (
        "<p>out.exam\u{200b}ple.net/x</p>",
        Technique::INVISIBLE_CHARACTERS,
    ),
    (
        "<p>out.exam&shy;ple.net/x</p>",
        Technique::INVISIBLE_CHARACTERS,
    ),
    ("<p>оut.ехample.net/x</p>", Technique::HOMOGLYPHS),
    (
        "<p>see \u{202E}x/ten.elpmaxe.tuo\u{202C} now</p>",
        Technique::BIDI_TEXT,
    ),
    ("<p>out.<b>exam</b>ple.net/x</p>", Technique::SPLIT_TEXT),
    (
        "<table><tr><td>out<td>.<td>exa<td>mple<td>.<td>net</table>",
        Technique::SPLIT_TEXT,
    ),
    (
        "<p>out.ex<i style='display:none'>zq</i>am<i style='display:none'>.</i>ple.net/x</p>",
        Technique::SPLIT_TEXT,
    ),
    (
        "<p><bdo dir=rtl>x/ten.elpmaxe.tuo</bdo></p>",
        Technique::REORDERED_TEXT,
    ),
    (
        "<p>Ask <bdo dir=rtl>x/ten.elp<b>maxe.tuo</b></bdo> now</p>",
        Technique::REORDERED_TEXT,
    ),
    (
        "<p>Ask <i dir=rtl style='unicode-bidi: isolate-override'>x/ten.elpmaxe.tuo</i></p>",
        Technique::REORDERED_TEXT,
    ),
    (
        "<p title='out.example.net/x'>y</p>",
        Technique::ATTRIBUTE_TEXT,
    ),
    (
        "<style>p{unicode-bidi:bidi-override;direction:rtl}</style><p>x/ten.elpmaxe.tuo</p>",
        Technique::REORDERED_TEXT,
    ),
    (
        "<style>i{unicode-bidi:bidi-override}</style><div dir=rtl><i>x/ten.el<b>pmaxe.tuo</b></i></div>",
        Technique::REORDERED_TEXT,
    ),
    (
        "<p>see http://out.exa<br>mple.net/x<br>now</p>",
        Technique::SPLIT_TEXT,
    ),
    (
        "<ul><li>Order<li>http://out<li>.example.net<li>/x<li>Send</ul>",
        Technique::SPLIT_TEXT,
    ),
    (
        "<p>out.ex<i style='font-size:0'>zq</i>ample.net/x</p>",
        Technique::SPLIT_TEXT,
    ),
    (
        "<div style='display:flex'><b style='order:2'>ample.net/x</b><b style='order:1'>http://out.ex</b></div>",
        Technique::REORDERED_TEXT,
    ),
    (
        "<div style='display:flex;flex-direction:row-reverse'><b>ample.net/x</b><b>http://out.ex</b></div>",
        Technique::REORDERED_TEXT,
    ),
    (
        "<div><b style='float:right'>ample.net/x</b><b style='float:right'>http://out.ex</b></div>",
        Technique::REORDERED_TEXT,
    ),
    ("<p>htttp://out.example.net/x</p>", Technique::CODED_TEXT),
    ("<p>http://out*example*net/x</p>", Technique::CODED_TEXT),
    ("<p>out.examp1e.n3t/x</p>", Technique::CODED_TEXT),
    (
        "<iframe src=/y>http://out.example.net/x</iframe>",
        Technique::NOT_RENDERED,
    ),
    (
        "<style>/* http://out.example.net/x */</style>",
        Technique::COMMENT,
    ),
    (
        "<![CDATA[<a href='http://out.example.net/x'>y</a>]]>",
        Technique::COMMENT,
    ),
    (
        "<a href=`http://out.example.net/x`>y</a>",
        Technique::PARSER_DIFFERENTIAL,
    ),
    (
        "<p href='http://out.example.net/x'>y</p>",
        Technique::PARSER_DIFFERENTIAL,
    ),
    (
        "<a<b href='http://out.example.net/x'>y</a>",
        Technique::PARSER_DIFFERENTIAL,
    ),
    (
        "<a hr\0ef='http://out.example.net/x'>y</a>",
        Technique::PARSER_DIFFERENTIAL,
    ),
    (
        "<a title=\"y href='http://out.example.net/x'>y</a> \" >",
        Technique::PARSER_DIFFERENTIAL,
    ),
];

#[test]
fn each_disguise_of_a_written_address_is_told() {
    let mut wrong = Vec::new();
    for (html, technique) in DISGUISES {
        let facts = facts(html);
        let found = facts.links.iter().find(|link| {
            let host = link.target.as_ref().map(PageUrl::host);
            host.is_some_and(|host| host.as_str() == "out.example.net")
        });
        let is_told = |link: &model::Link| {
            let mut proofs = link.visibility.proofs().iter();
            link.techniques.contains(technique) || proofs.any(|proof| proof.technique == *technique)
        };
        if !found.is_some_and(is_told) {
            wrong.push(format!("{technique} {html}: {:?}", facts.links));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_word_before_an_address_in_the_next_block_is_no_part_of_it() {
    for html in [
        "<h1>Article</h1><p>example.com/a/b</p>",
        "<ul><li>Home<li>example.com/a</ul>",
        "<table><tr><td>https://example.com/<td>About0<td>12</table>",
        "<p>https://example.com/<br>12 Main Street</p>",
        "<div style='display:flex;flex-direction:row-reverse'><b>example.com</b><b>Contact</b></div>",
    ] {
        let facts = facts(html);
        let split = |link: &model::Link| {
            let how = &link.techniques;
            how.contains(&Technique::SPLIT_TEXT) || how.contains(&Technique::REORDERED_TEXT)
        };
        assert!(!facts.links.iter().any(split), "{html}: {:?}", facts.links);
    }
}

#[test]
fn spans_lead_to_the_bytes_in_any_charset() {
    let html = "<p>日本語</p><a href=\"http://out.example.net/x\">リンク</a> see shop.example.org/y\
                <textarea>日本語 x<a href=http://raw.example.net/>語</a></textarea>";
    for label in ["utf-8", "shift_jis", "gb18030", "euc-jp", "iso-2022-jp"] {
        let encoding = encoding_rs::Encoding::for_label(label.as_bytes()).unwrap();
        let (body, _, _) = encoding.encode(html);
        let kind = format!("text/html; charset={label}");
        let facts = page(&body).with_type(&kind).facts();
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
        let raw = link_to(&facts, "http://raw.example.net/").unwrap();
        let span = raw.span.unwrap();
        let tag = &body[span.start..span.end];
        assert_eq!(tag, b"<a href=http://raw.example.net/>", "{label}");
    }
    let mut wide = vec![0xFF, 0xFE];
    wide.extend(html.encode_utf16().flat_map(u16::to_le_bytes));
    let facts = page(&wide).facts();
    let span = link_to(&facts, OUT).unwrap().span.unwrap();
    let units: Vec<u16> = wide[span.start..span.end]
        .chunks_exact(2)
        .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
        .collect();
    let tag = String::from_utf16(&units).unwrap();
    assert_eq!(tag, "<a href=\"http://out.example.net/x\">");
}

#[test]
fn what_hides_a_link_within_a_frame_of_its_own_stands_where_the_frame_does() {
    let html = "<p>a vase</p><iframe srcdoc=\"<style>.h{display:none}</style><a class=h \
                href='http://out.example.net/x'>x</a>\"></iframe>";
    let facts = facts(html);
    let link = link_to(&facts, OUT).unwrap();
    let proof = &link.visibility.proofs()[0];
    let span = proof.span.unwrap();
    assert!(
        html[span.start..span.end].starts_with("<iframe srcdoc="),
        "{proof:?}"
    );
}

#[test]
fn data_on_what_is_no_anchor_is_not_hidden_for_being_empty() {
    for html in [
        "<head><meta name=vars data-root-path='../../'></head><p>x",
        "<button data-target='/menu' aria-label=Menu></button>",
        "<div data-url='http://out.example.net/x'></div>",
    ] {
        let facts = facts(html);
        assert_eq!(facts.links.len(), 1, "{html}");
        assert!(!facts.links[0].visibility.is_hidden(), "{html}: {facts:?}");
    }
    let inside =
        facts("<div style='display:none'><b data-url='http://out.example.net/x'>y</b></div>");
    assert!(inside.links[0].visibility.is_hidden());
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
    let facts = page(b"<p>y</p>")
        .with_type("text/html")
        .with_header("content-location", "http://out.example.net/a")
        .with_header(
            "link",
            "<http://out.example.net/b>; rel=prerender, </c.css>; rel=preload; as=style",
        )
        .with_header("x-pingback", "http://out.example.net/d")
        .with_header(
            "content-security-policy",
            "frame-src https://pay.example.org",
        )
        .facts();
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
    let facts = page(utf7).with_type("text/html; charset=us-ascii").facts();
    let found: Vec<_> = facts
        .links
        .iter()
        .map(|l| (l.carrier, l.href.as_str()))
        .collect();
    assert!(found.contains(&(Carrier::RawBytes, OUT)), "{found:?}");
}

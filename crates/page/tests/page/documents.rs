//! Documents that are no HTML: every family gives its ways out, with kind, carrier and place.

use model::{ContactKind, NoteKind, PageFacts, VisibilityState};
use proptest::prelude::*;

use crate::reading::{is_noted, reading, resources, target, ways};

fn facts(content_type: &str, body: &[u8]) -> PageFacts {
    reading(body)
        .at("https://market.example.com/feeds/doc")
        .with_type(content_type)
        .facts()
}

fn shown<'b>(facts: &PageFacts, body: &'b [u8], at: usize) -> &'b str {
    let span = facts.links[at].span.unwrap();
    std::str::from_utf8(&body[span.start..span.end]).unwrap()
}

#[test]
fn an_item_of_a_feed_is_an_anchor_with_its_title() {
    let body = br#"<?xml version="1.0"?><rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>
<title>News &amp; more</title><link>https://market.example.com/</link>
<atom:link href="https://market.example.com/feed.xml" rel="self" type="application/rss+xml"/>
<item><title>Lamp</title><link>https://shop.example.net/lamp?a=1&amp;b=2</link>
<guid isPermaLink="false">urn:1</guid><enclosure url="/lamp.jpg" type="image/jpeg" length="1"/>
<description>&lt;p&gt;See &lt;a href="https://deep.example.org/x"&gt;here&lt;/a&gt;&lt;/p&gt;</description></item>
<item><guid>https://shop.example.net/2</guid><title>Two</title>
<content:encoded><![CDATA[<div style="display:none"><a href="https://hid.example.org/">h</a></div>]]></content:encoded></item>
</channel></rss>"#;
    let facts = facts("application/rss+xml", body);
    assert_eq!(facts.title, "News & more");
    assert_eq!(
        ways(&facts),
        [
            "anchor by feed to https://market.example.com/: News & more",
            "alternate by feed to https://market.example.com/feed.xml",
            "anchor by feed to https://shop.example.net/lamp?a=1&b=2: Lamp",
            "anchor by a[href] to https://deep.example.org/x: here",
            "anchor by feed to https://shop.example.net/2: Two",
            "anchor by a[href] to https://hid.example.org/: h",
        ]
    );
    assert_eq!(
        shown(&facts, body, 2),
        "https://shop.example.net/lamp?a=1&amp;b=2"
    );
    assert_eq!(
        shown(&facts, body, 5),
        "<a href=\"https://hid.example.org/\">"
    );
    assert!(facts.links[5].visibility.is_hidden());
    assert_eq!(facts.links[2].dom_path, "rss/channel/item/link");
    assert_eq!(facts.links[1].rel, ["self"]);
    assert_eq!(resources(&facts), ["https://market.example.com/lamp.jpg"]);
}

#[test]
fn atom_and_rdf_are_feeds_whatever_type_is_stated() {
    let atom = br#"<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://blog.example.net/"><title>B</title>
<link rel="self" href="/atom"/><entry><title type="html">&lt;b&gt;One&lt;/b&gt;</title><link href="1"/><link rel="enclosure" href="a.mp3"/>
<id>tag:x,1</id><content type="xhtml"><div><p>x</p><a href="/two">two</a></div></content></entry></feed>"#;
    for kind in ["application/atom+xml", "text/html", "text/plain", ""] {
        let facts = facts(kind, atom);
        assert_eq!(
            ways(&facts),
            [
                "alternate by feed to https://blog.example.net/atom",
                "anchor by feed to https://blog.example.net/1: One",
                "anchor by a[href] to https://blog.example.net/two: two",
            ],
            "{kind}"
        );
        assert_eq!(shown(&facts, atom, 2), "<a href=\"/two\">");
    }
    let rdf = br#"<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel rdf:about="https://a.example.net/"><title>R</title></channel>
<item rdf:about="https://a.example.net/1"><title>First</title><link>https://a.example.net/1</link></item></rdf:RDF>"#;
    let mut anchors = ways(&facts("text/xml", rdf));
    anchors.retain(|way| way.starts_with("anchor"));
    assert_eq!(
        anchors,
        ["anchor by feed to https://a.example.net/1: First"]
    );
}

#[test]
fn entries_of_a_sitemap_are_claims() {
    let body = br#"<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1" xmlns:xhtml="http://www.w3.org/1999/xhtml">
<url><loc> https://market.example.com/a </loc><lastmod>2026-01-01</lastmod><image:image><image:loc>https://img.example.com/a.jpg</image:loc></image:image>
<xhtml:link rel="alternate" hreflang="de" href="https://market.example.com/de/a"/></url></urlset>"#;
    let facts = facts("application/xml", body);
    assert_eq!(
        ways(&facts),
        [
            "alternate by sitemap to https://market.example.com/a",
            "alternate by sitemap to https://market.example.com/de/a",
        ]
    );
    assert_eq!(resources(&facts), ["https://img.example.com/a.jpg"]);
}

#[test]
fn a_long_sitemap_is_read_up_to_the_limit_of_its_protocol() {
    let mut body = "<urlset>".to_owned();
    for n in 0..50_010 {
        body.push_str(&format!("<url><loc>https://m.example/{n}</loc></url>"));
    }
    let facts = facts("text/xml", body.as_bytes());
    assert_eq!(facts.links.len(), 50_000);
    assert!(is_noted(&facts, NoteKind::TooManyLinks));
}

#[test]
fn other_xml_gives_its_links_and_never_expands_entities() {
    let index =
        b"<sitemapindex><sitemap><loc>https://m.example/1.xml</loc></sitemap></sitemapindex>";
    let found = facts("", index);
    assert_eq!(
        ways(&found),
        ["alternate by sitemap to https://m.example/1.xml"]
    );
    let opml = br#"<opml version="2.0"><head><title>My list</title></head><body><outline text="A &amp; B" xmlUrl="https://a.example/feed" htmlUrl="https://a.example/"/></body></opml>"#;
    let found = facts("text/x-opml", opml);
    assert_eq!(
        ways(&found),
        [
            "alternate by opml to https://a.example/feed: A & B",
            "anchor by opml to https://a.example/: A & B",
        ]
    );
    let laughs = br#"<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>
<x xmlns="http://ns.example.org/" xmlns:xlink="http://www.w3.org/1999/xlink"><y xlink:type="simple" xlink:href="/go" xlink:title="Go">&c;</y>
<url>https://data.example.org/</url><p>find us at shop.example.net today</p><!-- https://old.example.org/ --></x>"#;
    let found = facts("application/xml", laughs);
    assert_eq!(
        ways(&found),
        [
            "anchor by xml to https://market.example.com/go: Go",
            "alternate by xml to https://data.example.org/",
            "text-url by xml to http://shop.example.net/: shop.example.net",
            "text-url by comment to https://old.example.org/: https://old.example.org/",
        ]
    );
    assert_eq!(shown(&found, laughs, 2), "shop.example.net");
    assert!(found.links[3].visibility.is_hidden());
}

#[test]
fn a_picture_in_svg_and_a_page_in_xhtml_are_read_as_pages() {
    let svg = br#"<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/x.dtd">
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"><a xlink:href="https://svg.example.org/"><text>x</text></a></svg>"#;
    for kind in ["image/svg+xml", "text/xml", ""] {
        let facts = facts(kind, svg);
        assert_eq!(
            ways(&facts),
            ["anchor by svg-a[href] to https://svg.example.org/: x"],
            "{kind}"
        );
    }
}

#[test]
fn json_gives_addresses_with_their_keys() {
    let body = br#"{"data":[{"name":"Lamp","url":"https:\/\/a.example.net\/1","image_url":"https://img.example.net/1.png"},{"note":"write to shop.example.org please","href":"/x"}],
"html":"<p><a href='https://b.example.net/'>b</a></p>"}"#;
    let facts = facts("application/json; charset=utf-8", body);
    assert_eq!(
        ways(&facts),
        [
            "alternate by json to https://a.example.net/1: Lamp",
            "text-url by json to http://shop.example.org/: shop.example.org",
            "alternate by json to https://market.example.com/x",
            "anchor by a[href] to https://b.example.net/: b",
        ]
    );
    assert_eq!(facts.links[0].dom_path, "data[0].url");
    assert_eq!(shown(&facts, body, 1), "shop.example.org");
    assert_eq!(facts.links[3].visibility.state(), VisibilityState::Unknown);
    assert_eq!(resources(&facts), ["https://img.example.net/1.png"]);
}

#[test]
fn dialects_of_json_are_known() {
    let feed = br#"{"version":"https://jsonfeed.org/version/1.1","title":"F","home_page_url":"https://f.example/","feed_url":"https://f.example/feed.json",
"items":[{"id":"https://f.example/1","url":"https://f.example/1","title":"One","content_html":"<a href=\"/y\">y</a>"}]}"#;
    let found = facts("application/feed+json", feed);
    assert_eq!(found.title, "F");
    assert_eq!(
        ways(&found),
        [
            "anchor by feed to https://f.example/: F",
            "alternate by feed to https://f.example/feed.json: F",
            "anchor by feed to https://f.example/1: One",
            "anchor by a[href] to https://market.example.com/y: y",
        ]
    );
    let manifest = br#"{"name":"App","start_url":"/start","icons":[{"src":"/i.png"}],"related_applications":[{"platform":"play","url":"https://store.example/app"}]}"#;
    let found = facts("application/manifest+json", manifest);
    assert_eq!(
        ways(&found),
        [
            "alternate by json to https://market.example.com/start: App",
            "alternate by json to https://store.example/app: App",
        ]
    );
    let linked = br#"{"@context":"https://schema.org","@type":"Product","url":"https://p.example/","sameAs":["https://s.example/"],"image":"https://i.example/1.png"}"#;
    let found = facts("application/ld+json", linked);
    assert_eq!(
        ways(&found),
        [
            "alternate by structured-data to https://p.example/",
            "alternate by structured-data to https://s.example/",
        ]
    );
    assert_eq!(resources(&found), ["https://i.example/1.png"]);
}

#[test]
fn link_files_lead_where_they_say() {
    let url = b"[InternetShortcut]\r\nURL=https://t.example.net/a\r\nIconFile=https://t.example.net/i.ico\r\n";
    let desktop = b"[Desktop Entry]\nType=Link\nName=Shop\nURL=https://t.example.net/a\n";
    let webloc = b"<?xml version=\"1.0\"?><!DOCTYPE plist PUBLIC \"-//A//DTD\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\"><plist version=\"1.0\"><dict><key>URL</key><string>https://t.example.net/a</string></dict></plist>";
    let binary = b"bplist00\xd1\x01\x02SURL_\x10\x17https://t.example.net/a\x08\x0b\x0f\0\0";
    let way = "anchor by link-file to https://t.example.net/a";
    for (body, expected) in [
        (&url[..], way),
        (desktop, &format!("{way}: Shop")),
        (webloc, way),
        (binary, way),
    ] {
        let facts = facts("", body);
        assert_eq!(ways(&facts), [expected]);
        assert!(shown(&facts, body, 0).contains("https://t.example.net/a"));
    }
}

#[test]
fn cards_and_calendars_give_addresses_and_contacts() {
    let card = b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Anna\r\nitem1.URL;type=pref:https://anna.example.net/l\r\n ong\r\nTEL;TYPE=CELL:+49 30 1234567\r\nEMAIL:Anna@Example.net\r\nNOTE:more at shop.example.org\\, daily\r\nEND:VCARD\r\n";
    let found = facts("text/vcard", card);
    assert_eq!(
        ways(&found),
        [
            "anchor by card to https://anna.example.net/long: Anna",
            "text-url by card to http://shop.example.org/: shop.example.org",
        ]
    );
    let kinds: Vec<_> = found
        .contacts
        .iter()
        .map(|c| (c.kind, c.handle.as_str()))
        .collect();
    assert_eq!(
        kinds,
        [
            (ContactKind::Phone, "+49301234567"),
            (ContactKind::Mail, "anna@example.net")
        ]
    );
    let calendar = b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Party\nURL:https://p.example.net/\nEND:VEVENT\nEND:VCALENDAR\n";
    assert_eq!(
        ways(&facts("text/calendar", calendar)),
        ["anchor by card to https://p.example.net/: Party"]
    );
}

#[test]
fn stylesheets_and_scripts_lead_nobody_by_themselves() {
    let css = b"@charset \"utf-8\";@import 'base.css';@import url(\"print.css\") print;a{background:url( https://i.example.net/a.png )}\n/* by shop.example.org */b::after{content:\"go to deal.example.org\"}";
    let found = facts("text/css", css);
    assert_eq!(
        resources(&found),
        [
            "https://market.example.com/feeds/base.css",
            "https://market.example.com/feeds/print.css",
            "https://i.example.net/a.png"
        ]
    );
    assert_eq!(
        ways(&found),
        [
            "text-url by comment to http://shop.example.org/: shop.example.org",
            "text-url by stylesheet to http://deal.example.org/: deal.example.org",
        ]
    );
    let script = b"location.href='https://n.example.net/';var a={u:\"https:\\/\\/s.example.net\\/x\",v:'/y'};// z";
    let found = facts("text/javascript", script);
    assert_eq!(
        ways(&found),
        [
            "alternate by script to https://n.example.net/",
            "alternate by script to https://s.example.net/x",
        ]
    );
}

#[test]
fn plain_text_gives_more_addresses_than_one_search() {
    let mut body = String::new();
    for n in 0..1_000 {
        body.push_str(&format!("line {n} https://t{n}.example.net/page\n"));
    }
    let facts = facts("text/plain", body.as_bytes());
    assert_eq!(facts.links.len(), 1_000);
    assert_eq!(
        shown(&facts, body.as_bytes(), 999),
        "https://t999.example.net/page"
    );
    assert_eq!(
        facts.links[999].context,
        "line 999 https://t999.example.net/page"
    );
    let list = b"#EXTM3U\n#EXTINF:-1,Channel\nhttps://tv.example.net/1.m3u8\n";
    assert_eq!(
        ways(&self::facts("audio/x-mpegurl", list)),
        ["alternate by playlist to https://tv.example.net/1.m3u8: Channel"]
    );
}

#[test]
fn broken_documents_give_what_can_be_had() {
    for (kind, body) in [
        (
            "text/xml",
            "<rss><channel><item><link>https://a.example.net/",
        ),
        (
            "text/xml",
            "<rss><channel><item><title>x<link>https://a.example.net/</item>",
        ),
        (
            "text/xml",
            "<urlset><url><loc>https://a.example.net/</url><url>",
        ),
        ("application/json", "{\"a\":[\"https://a.example.net/"),
        ("text/vcard", "BEGIN:VCARD\nURL:https://a.example.net/"),
    ] {
        let facts = facts(kind, body.as_bytes());
        assert_eq!(target(&facts.links[0]), "https://a.example.net/", "{body}");
    }
}

#[test]
fn hostile_documents_take_bounded_time() {
    let long = 400_000;
    for (kind, body) in [
        ("text/xml", "<a>".repeat(long / 3)),
        ("text/xml", "<a x=\"".repeat(long / 6)),
        ("text/xml", "<!--".repeat(long / 4)),
        (
            "text/xml",
            format!("<rss><item>{}", "<description>".repeat(long / 13)),
        ),
        ("text/xml", "&a;".repeat(long / 3)),
        ("application/json", "[".repeat(long)),
        ("application/json", "{\"a\":".repeat(long / 5)),
        ("application/json", "\"\\".repeat(long / 2)),
        ("text/css", "url(".repeat(long / 4)),
        ("text/css", "\"".repeat(long)),
        ("text/javascript", "\\/".repeat(long / 2)),
        ("text/vcard", "URL;a=\n ".repeat(long / 8)),
        ("text/plain", "a.".repeat(long / 2)),
        ("text/plain", "x".repeat(long)),
    ] {
        let start = std::time::Instant::now();
        let _ = facts(kind, body.as_bytes());
        let seconds = start.elapsed().as_secs();
        assert!(seconds < 30, "{kind} {}: {seconds} s", &body[..12]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Any bytes under any type give facts, and every span lies in the body.
    #[test]
    fn any_bytes_of_any_type_give_facts(
        kind in prop::sample::select(vec![
            "", "text/xml", "application/rss+xml", "application/json", "text/css", "text/javascript",
            "text/vcard", "text/calendar", "application/x-mswinurl", "audio/mpegurl", "text/plain",
            "application/manifest+json", "image/svg+xml",
        ]),
        head in prop::sample::select(vec![
            "", "<?xml version='1.0'?>", "<rss><channel><item>", "<feed><entry><content>", "<urlset><url><loc>",
            "<opml><outline ", "{\"version\":\"https://jsonfeed.org/version/1\",\"items\":[{", "bplist00", "BEGIN:VCARD\n",
            "[InternetShortcut]\n", "#EXTM3U\n", "@import ",
        ]),
        parts in prop::collection::vec(prop_oneof![
            prop::sample::select(vec![
                "<a href='", "https://a.example/", "//b.example/c", "\"", "'", "<", ">", "</item>", "<![CDATA[", "]]>",
                "&lt;", "&#x41;", "url(", ")", "/*", "*/", "{", "}", "[", "]", ":", ",", "\\u00e4", "\\", "\n", " ",
                "URL=", "URL:", "<title>", "</title>", "<link>", "</link>", "ä", "\u{200b}", "shop.example", "_\u{10}",
            ]).prop_map(|part| part.as_bytes().to_vec()),
            prop::collection::vec(any::<u8>(), 0..4),
        ], 0..40),
    ) {
        let mut body = head.as_bytes().to_vec();
        body.extend(parts.concat());
        let _ = facts(kind, &body);
    }
}

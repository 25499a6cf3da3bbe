//! Addresses wrapped in every way, and honest ones.

use super::*;

fn page() -> PageUrl {
    PageUrl::parse("https://market.test/listing/1").unwrap()
}

fn look(href: &str) -> Unwrapped {
    let page = page();
    let target = model::RawHref::new(href).resolve(&page).ok();
    unwrap(href, target.as_ref(), &page)
}

fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with("# ") && *line != "#")
}

#[test]
fn every_wrapped_address_comes_out() {
    let mut count = 0;
    let mut wrong = Vec::new();
    for line in lines(include_str!("wrapped.txt")) {
        let mut words = line.split_ascii_whitespace();
        let (layers, end, outer) = (
            words.next().unwrap(),
            words.next().unwrap(),
            words.next().unwrap(),
        );
        count += 1;
        let found = look(outer);
        let hit = found
            .nested
            .iter()
            .find(|nested| nested.target.as_str() == end);
        let told = hit.map(|nested| {
            let words: Vec<_> = nested.layers.iter().map(|layer| layer.as_str()).collect();
            words.join("+")
        });
        if told.as_deref() != Some(layers) {
            wrong.push(format!(
                "{outer}\n  wanted {layers} {end}\n  got {:?}",
                found.nested
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count >= 100, "{count} addresses");
}

#[test]
fn honest_addresses_hold_none() {
    let mut count = 0;
    let mut wrong = Vec::new();
    for href in lines(include_str!("honest.txt")) {
        count += 1;
        let found = look(href);
        if !found.nested.is_empty() || found.names_other_host {
            wrong.push(format!("{href}\n  {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count >= 150, "{count} addresses");
}

#[test]
fn addresses_in_addresses_in_addresses_are_all_found() {
    let found =
        look("https://a.com/?u=https%3A%2F%2Fb.com%2F%3Fu%3Dhttps%253A%252F%252Fc.com%252F");
    let targets: Vec<_> = found.nested.iter().map(|n| n.target.to_string()).collect();
    assert_eq!(
        targets,
        ["https://b.com/?u=https%3A%2F%2Fc.com%2F", "https://c.com/"]
    );
    assert_eq!(found.nested[1].layers, [Layer::Query, Layer::Query]);
}

#[test]
fn every_entry_of_the_list_does_what_it_says() {
    for line in lines(rules::TEXT) {
        let words: Vec<_> = line.split_ascii_whitespace().collect();
        let [kind, host, _, example] = words[..] else {
            panic!("four words: {line}");
        };
        let found = look(example);
        let has = |technique| found.disguises.iter().any(|(known, _)| *known == technique);
        let end = "https://x.example.com/p";
        let nested = found.nested.first().map(|nested| nested.target.as_str());
        match kind {
            "shortener" | "landing" | "deeplink" => assert!(has(Technique::SHORTENER), "{line}"),
            "dashes" | "cache" => {
                assert!(has(Technique::PROXIED), "{line}");
                assert_eq!(nested, Some(end), "{line}");
            }
            "tor" => {
                assert!(has(Technique::PROXIED), "{line}");
                assert_eq!(nested, Some("http://expyuzz4wqqyqhjn.onion/p"), "{line}");
            }
            "redirector" => {
                assert!(has(Technique::OPEN_REDIRECTOR), "{line}");
                assert_eq!(nested, Some(end), "{line}");
            }
            "network" => {
                let affiliation = found.affiliation.unwrap();
                assert_eq!(affiliation.network.as_deref(), Some(host), "{line}");
                assert!(affiliation.id.unwrap().starts_with("22"), "{line}");
                assert_eq!(affiliation.target.unwrap().as_str(), end, "{line}");
            }
            "store" => assert!(apps::is_store(&PageUrl::parse(example).unwrap()), "{line}"),
            "name" => assert!(
                found.names_other_host && has(Technique::HOMOGRAPH),
                "{line}"
            ),
            other => panic!("unknown kind {other}"),
        }
    }
}

#[test]
fn tricks_of_writing_are_disguises() {
    for (href, names_other) in [
        ("https://amazon.com@evil.top/x", true),
        ("https://amazon.com%2Flogin@evil.top/", true),
        ("https://user:secret@evil.top/", false),
        ("https:\\\\evil.top/x", false),
        ("\\\\evil.top\\x", false),
        ("/\\evil.top/x", false),
        ("///evil.top/x", false),
        ("http:evil.top/x", false),
        ("http:/evil.top/x", false),
        ("ht\ntps://evil.top/x", false),
        ("https://ev\til.top/x", false),
        ("https://evil。top/x", false),
        ("https://ｅｖｉｌ.top/x", false),
        ("https://%65vil.top/x", false),
        ("https://evil.top./x", false),
        ("http://3232235777/x", false),
        ("http://0x7f.1/x", false),
        ("http://0300.0250.1.1/", false),
        ("http://[::ffff:192.0.2.1]/", false),
        ("https://market.test.login.evil.top/", true),
        ("https://www.amazon.com.verify.evil.top/", false),
        ("https://ev\u{ad}il.top/", true),
        ("https://ev\u{200b}il.top/", true),
    ] {
        let found = look(href);
        assert!(!found.disguises.is_empty(), "{href:?}");
        assert_eq!(found.names_other_host, names_other, "{href:?} {found:?}");
    }
}

#[test]
fn hosts_that_look_like_others_are_told() {
    for href in [
        "https://xn--80ak6aa92e.com/",
        "https://pаypal.com/",
        "https://rnarket.test/",
        "https://mаrket.test/",
        "https://ѕсоре.com/",
        "https://gооgle.com/",
    ] {
        let found = look(href);
        assert!(found.names_other_host, "{href} {found:?}");
        assert_eq!(found.disguises[0].0, Technique::HOMOGRAPH, "{href}");
    }
    for href in [
        "https://müller.de/",
        "https://кино.рф/",
        "https://пример.com/",
        "https://日本語.jp/",
        "https://ışık.com.tr/",
        "https://español.es/",
        "https://xn--fiqs8s/",
        "https://한국.kr/",
        "https://smörgås.se/",
    ] {
        let found = look(href);
        assert!(!found.names_other_host, "{href} {found:?}");
        assert_eq!(found.disguises, [], "{href}");
    }
}

#[test]
fn addresses_of_apps_stand_for_pages() {
    for (href, target) in [
        (
            "intent://evil.top/x#Intent;scheme=https;package=a.b;end",
            "https://evil.top/x",
        ),
        ("android-app://a.b/https/evil.top/x", "https://evil.top/x"),
        ("view-source:https://evil.top/x", "https://evil.top/x"),
        ("microsoft-edge:https://evil.top/x", "https://evil.top/x"),
        ("googlechromes://evil.top/x", "https://evil.top/x"),
        (
            "market://details?id=a.b",
            "https://play.google.com/store/apps/details?id=a.b",
        ),
        (
            "itms-apps://apps.apple.com/app/id1",
            "https://apps.apple.com/app/id1",
        ),
    ] {
        let found = look(href);
        assert_eq!(found.target.unwrap().as_str(), target, "{href}");
        assert_eq!(found.disguises[0].0, Technique::APP_SCHEME, "{href}");
    }
}

#[test]
fn a_commission_is_taken_apart() {
    let found = look(
        "https://www.awin1.com/cread.php?awinmid=7&awinaffid=22&clickref=abc&ued=https%3A%2F%2Fshop.example.org%2Fp%3Futm_source%3Dx",
    );
    let affiliation = found.affiliation.unwrap();
    assert_eq!(affiliation.id.as_deref(), Some("22"));
    assert_eq!(
        affiliation.tracking,
        [
            ("awinmid".to_owned(), "7".to_owned()),
            ("clickref".to_owned(), "abc".to_owned())
        ]
    );
    let id = |href: &str| look(href).affiliation.and_then(|found| found.id);
    for (href, expected) in [
        (
            "https://shop.example.org/p?tag=reviewer-21&psc=1",
            Some("reviewer-21"),
        ),
        ("https://shop.example.org/p?aff_id=17&color=red", Some("17")),
        ("https://shop.example.org/p?tag=red-shoes", None),
        ("https://shop.example.org/p?aid=17&pid=3", None),
        ("https://shop.example.org/p?color=red", None),
    ] {
        assert_eq!(id(href).as_deref(), expected, "{href}");
    }
}

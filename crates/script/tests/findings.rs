//! The reader of scripts by itself, without a document.

use std::borrow::Cow;

use model::{Condition, PageUrl};
use sidedoor_script::{Finding, Happening, Made, Page, Runs, Source, Way, read, read_alone};

/// A document of one element: `#where` with `data-to`.
struct OneElement;

impl Page for OneElement {
    fn attribute(&self, selector: &str, name: &str) -> Option<String> {
        (selector == "#where" && name == "data-to").then(|| "https://x.example.net/".to_owned())
    }

    fn text(&self, _: &str) -> Option<String> {
        None
    }

    fn origin(&self) -> (String, String, String) {
        (
            "https".to_owned(),
            "shop.test".to_owned(),
            "8443".to_owned(),
        )
    }

    fn path(&self) -> Option<String> {
        Some("/item/9?color=red".to_owned())
    }
}

fn source(text: &str, runs: Runs) -> Source<'_> {
    Source {
        text: Cow::Borrowed(text),
        runs,
    }
}

fn findings(text: &str) -> Vec<Finding> {
    read(&[source(text, Runs::Script)], &OneElement).findings
}

fn navigations(findings: &[Finding]) -> Vec<&str> {
    let hrefs = findings.iter().filter_map(|finding| match &finding.way {
        Way::Navigate { href, .. } => Some(href.as_str()),
        _ => None,
    });
    hrefs.collect()
}

#[test]
fn a_navigation_tells_where_it_stands_when_it_happens_and_how_it_was_made() {
    let script =
        "var a = 1; setTimeout(function () { location = atob('aHR0cHM6Ly94LmV4YW1wbGUv') }, 3000)";
    let found = findings(script);
    assert_eq!(navigations(&found), ["https://x.example/"]);
    let finding = &found[0];
    assert_eq!(finding.happening, Happening::Timer(3000));
    assert!(finding.made.has(Made::DECODED));
    assert!(!finding.made.has(Made::CODES));
    assert_eq!(finding.source, 0);
    let at = finding.at as usize;
    assert!(script[at..].starts_with("location = "), "{}", &script[at..]);
}

#[test]
fn what_is_tested_on_the_way_is_a_condition() {
    let found = findings(
        "if (/Mobile/.test(navigator.userAgent) && document.referrer) location.href = '/m'",
    );
    assert_eq!(navigations(&found), ["/m"]);
    assert_eq!(
        found[0].conditions,
        [Condition::UserAgent, Condition::Referrer]
    );
}

#[test]
fn the_document_is_asked_for_what_it_holds() {
    let found = findings("location = document.getElementById('where').dataset.to");
    assert_eq!(navigations(&found), ["https://x.example.net/"]);
    let found = findings("location = location.protocol + '//' + location.host + '/p'");
    assert_eq!(navigations(&found), ["https://shop.test:8443/p"]);
}

#[test]
fn one_script_uses_what_another_defines_and_handlers_what_both_do() {
    let sources = [
        source("var to = 'https://x.example/'", Runs::Script),
        source("function go() { location = to }", Runs::Script),
        source("go()", Runs::When(Happening::Act("click".to_owned()))),
    ];
    let found = read(&sources, &OneElement).findings;
    assert_eq!(navigations(&found), ["https://x.example/"]);
    assert_eq!(found[0].happening, Happening::Act("click".to_owned()));
}

#[test]
fn a_script_that_is_served_alone_is_read_alone() {
    let address = PageUrl::parse("https://cdn.test/go.js").unwrap();
    let found = read_alone("location.replace('/' + 'a')", &address).findings;
    assert_eq!(navigations(&found), ["/a"]);
}

#[test]
fn nothing_is_followed_without_end_and_what_is_cut_is_told() {
    for (script, note) in [
        (
            "location='https://x.example/';for(var i=0;;i++){x=i+'a'}".to_owned(),
            "more steps",
        ),
        (
            "location='https://x.example/';function f(n){return f(n+1)+1};f(0)".to_owned(),
            "nested deeper",
        ),
        (
            "location='https://x.example/';var s='aaaaaaaa';while(1){s+=s}".to_owned(),
            "longer texts",
        ),
        (
            "location='https://x.example/';var e='a'.b;while(1){e=e.parentNode}".to_owned(),
            "more steps",
        ),
        (
            format!("location='https://x.example/';{}", "(".repeat(200_000)),
            "nested deeper than is parsed",
        ),
    ] {
        let read = read(&[source(&script, Runs::Script)], &OneElement);
        let head: String = script.chars().take(60).collect();
        assert!(
            read.notes.iter().any(|known| known.contains(note)),
            "{head}: {:?}",
            read.notes
        );
        assert!(
            navigations(&read.findings).contains(&"https://x.example/"),
            "{head}: {:?}",
            read.findings
        );
    }
}

#[test]
fn names_of_the_window_and_of_its_words_may_be_put_together() {
    let found = findings(
        "(function (w) { var l = 'loc' + 'ation'; w[l]['hr' + 'ef'] = 'https://x.example/' })(window)",
    );
    assert_eq!(navigations(&found), ["https://x.example/"]);
    let found = findings("Object.assign(location, { href: 'https://x.example/' })");
    assert_eq!(navigations(&found), ["https://x.example/"]);
    assert!(findings("Object.assign({}, { href: 'https://x.example/' })").is_empty());
}

#[test]
fn a_link_of_the_document_is_led_elsewhere_in_any_way_of_writing() {
    for script in [
        "$('a.buy').attr('href', 'https://x.example/')",
        "$('a.buy').prop({ href: 'https://x.example/', title: 't' })",
        "Object.assign(document.querySelector('a.buy'), { href: 'https://x.example/' })",
    ] {
        let found = findings(script);
        let leads = found.iter().any(|finding| {
            matches!(&finding.way, Way::Exchange { href, is_action: false } if href == "https://x.example/")
        });
        assert!(leads, "{script}: {found:?}");
    }
}

#[test]
fn a_form_that_is_found_again_leads_where_it_was_made_to_lead() {
    let found =
        findings("document.forms[0].action = 'https://x.example/'; document.forms[0].submit()");
    assert_eq!(navigations(&found), ["https://x.example/"]);
    assert_eq!(found.last().unwrap().happening, Happening::Load);
}

#[test]
fn a_picture_is_asked_for_once_it_has_an_address() {
    let found = findings("var i = new Image(); i.src = 'https://x.example/p.gif'");
    let asked = found.iter().any(
        |finding| matches!(&finding.way, Way::Resource { href, .. } if href.ends_with("p.gif")),
    );
    assert!(asked, "{found:?}");
}

#[test]
fn an_address_made_of_the_pages_own_alone_is_told() {
    for (script, to) in [
        ("location.href = location.pathname", &["/item/9"][..]),
        (
            "location.replace(location.pathname + '?lang=en')",
            &["/item/9?lang=en"],
        ),
        (
            "location = `${location.origin}/en${location.pathname}`",
            &["https://shop.test:8443/en/item/9"],
        ),
        (
            "location.assign(location.href.split('?')[0])",
            &["https://shop.test:8443/item/9"],
        ),
        ("location.replace(location.href)", &[""]),
        (
            "location.href = location.pathname + location.search + location.hash",
            &["/item/9?color=red"],
        ),
        (
            "location.href = location.pathname + '?at=' + Date.now()",
            &[],
        ),
        ("var location = {}; location.replace(location.href)", &[]),
        ("if (old) location.href = location.pathname", &[]),
    ] {
        assert_eq!(navigations(&findings(script)), to, "{script}");
    }
    // A script of its own does not know the page that it will stand on.
    let address = PageUrl::parse("https://shop.test/app.js").unwrap();
    let apart = read_alone("location.href = location.pathname", &address);
    assert_eq!(apart.findings, []);
}

//! `sidedoor inspect`: the contract of a page's facts.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test may fail loudly, its helpers as well, and reads files"
)]

mod support;

use std::process::Stdio;

use std::io::Write as _;
use support::{sidedoor, told};

const PAGE: &str = r#"<!doctype html><html lang="en"><head><title>A vase</title>
<style>.x7 { display: none }</style></head><body>
<a href="/plain">Plain</a>
<div class="x7"><a href="http://elsewhere.example/a">gone</a></div>
<details><summary>More</summary><a href="/folded">Folded</a></details>
<p>Write to us: shop@vases.example</p>
</body></html>"#;

fn inspect(page: &str, more: &[&str]) -> serde_json::Value {
    let mut child = sidedoor()
        .args([
            "inspect",
            "-",
            "--base",
            "http://vases.example/v/1",
            "--format",
            "json",
        ])
        .args(more)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(page.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    support::json(&output)
}

#[test]
fn each_link_has_the_documented_fields() {
    let facts = inspect(PAGE, &[]);
    let links = facts["links"].as_array().unwrap();
    for link in links {
        for field in [
            "href",
            "target",
            "kind",
            "carrier",
            "text",
            "visibility",
            "zone",
            "span",
        ] {
            assert!(link.get(field).is_some(), "{field} in {link}");
        }
        for field in ["state", "techniques", "evidence"] {
            assert!(link["visibility"].get(field).is_some(), "{field} in {link}");
        }
    }
    for field in ["labels", "gates", "contacts", "notes"] {
        assert!(facts[field].is_array(), "{field}");
    }
    let state = |href: &str| {
        let link = links
            .iter()
            .find(|link| link["href"] == href)
            .expect("the link");
        link["visibility"]["state"].as_str().unwrap().to_owned()
    };
    assert_eq!(state("/plain"), "visible");
    assert_eq!(state("http://elsewhere.example/a"), "hidden");
    assert_eq!(state("/folded"), "conditional");
}

#[test]
fn a_span_is_the_start_tag_in_the_bytes() {
    let facts = inspect(PAGE, &[]);
    let link = &facts["links"][0];
    let (start, end) = (
        link["span"]["start"].as_u64().unwrap(),
        link["span"]["end"].as_u64().unwrap(),
    );
    assert_eq!(&PAGE[start as usize..end as usize], r#"<a href="/plain">"#);
}

#[test]
fn a_given_stylesheet_decides() {
    let folder = tempfile::tempdir().unwrap();
    let css = folder.path().join("shop.css");
    std::fs::write(&css, ".gone { visibility: hidden }").unwrap();
    let page = r#"<link rel="stylesheet" href="/shop.css"><p class="gone"><a href="http://e.example/">x y</a></p>"#;
    let with = inspect(page, &["--css", css.to_str().unwrap()]);
    assert_eq!(with["links"][0]["visibility"]["state"], "hidden", "{with}");
    assert_eq!(with["links"][0]["visibility"]["techniques"][0], "V02");
    let without = inspect(page, &[]);
    assert_eq!(
        without["links"][0]["visibility"]["state"], "unknown",
        "{without}"
    );
}

#[test]
fn a_stated_type_and_a_picture_are_read_when_asked() {
    let feed = "<rss><channel><item><title>One</title><link>https://a.example/</link></item></channel></rss>";
    let facts = inspect(feed, &["--content-type", "text/xml"]);
    assert_eq!(facts["links"][0]["carrier"], "feed");
    assert_eq!(facts["links"][0]["text"], "One");
    let picture = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../page/tests/page/pictures/code.png"
    );
    let output = sidedoor()
        .args(["inspect", picture, "--images"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("https://qr.example.net/A"), "{text}");
}

#[test]
fn a_given_script_is_read_in_place_of_the_linked_one() {
    let folder = tempfile::tempdir().unwrap();
    let js = folder.path().join("app.js");
    std::fs::write(
        &js,
        "if (document.referrer) location = 'http://e.example/';",
    )
    .unwrap();
    let page = "<body><script src=/app.js></script></body>";
    let with = inspect(page, &["--js", js.to_str().unwrap()]);
    assert_eq!(with["links"][0]["target"], "http://e.example/", "{with}");
    assert_eq!(with["links"][0]["conditions"][0], "referrer");
    assert_eq!(inspect(page, &[])["links"], serde_json::json!([]));
}

#[test]
fn the_text_tells_all_that_is_known_of_a_link() {
    let page = r#"<!doctype html><html><head><title>Vase</title></head><body>
<a href="/go?u=http%3A%2F%2Fnested.example%2F">see</a>
<details><summary>More</summary><a href="/folded">Folded</a></details>
<a href="https://xn--pypal-4ve.com/">paypal.com</a>
<script>if (navigator.userAgent.includes("Mobile")) setTimeout(() => location = atob("aHR0cDovL3guZXhhbXBsZS8="), 3000)</script>
<img src="/i.png"></body></html><a href="/late">late</a>"#;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("page.html");
    std::fs::write(&file, page).unwrap();
    let output = sidedoor()
        .args(["inspect", file.to_str().unwrap()])
        .args(["--base", "http://vases.example/v/1"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    let text = String::from_utf8_lossy(&output.stdout);
    for told in [
        "taken out of link 0: query",
        "shown by opening a disclosure",
        "V28 inside a closed <details>",
        "disguise: R17",
        "its text names another host",
        "trigger load, after 3 s, tests user-agent",
        "script: J02 decoded by the script",
        "after-html",
        "1 resource",
    ] {
        assert!(text.contains(told), "{told} in:\n{text}");
    }
}

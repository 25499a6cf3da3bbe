//! Hostile input: bounded time and memory for what no honest page has, and laws that hold of any.
//!
//! A release build (`cargo test --release -p sidedoor-page hostile`) runs the full sizes, a
//! debug build a tenth of them. Bounds are loose, since machines have other work; they catch what
//! is quadratic. The targets in `crates/page/fuzz` run as long as one wants.

use std::fmt::Write;
use std::time::{Duration, Instant};

use model::{HopKind, NoteKind, PageFacts, Visibility};
use proptest::prelude::*;

use crate::reading::reading;

fn facts(content_type: &str, body: &[u8]) -> PageFacts {
    reading(body).with_type(content_type).facts()
}

/// Reads a body as HTML and gives how long it took.
fn timed(name: &str, body: &str) -> Duration {
    let start = Instant::now();
    let found = facts("text/html; charset=utf-8", body.as_bytes());
    let taken = start.elapsed();
    println!(
        "{name}: {} bytes, {} links, {:.2} s",
        body.len(),
        found.links.len(),
        taken.as_secs_f32()
    );
    taken
}

/// Generous: a debug build on a machine with other work.
const BOUND: Duration = Duration::from_secs(120);

/// A debug build is twenty times slower: it gets a tenth of everything.
const SHARE: usize = if cfg!(debug_assertions) { 10 } else { 1 };

/// A tag costs the tree builder a look at each of its 512 open elements, which a debug build feels.
const TAG_SHARE: usize = if cfg!(debug_assertions) { 200 } else { 1 };

fn anchors(count: usize) -> String {
    (0..count).fold(String::new(), |mut html, n| {
        let _ = write!(html, "<a href=/{n}>{n}</a>");
        html
    })
}

#[test]
fn nesting_a_hundred_thousand_deep_takes_bounded_time() {
    for tag in [
        "div",
        "b",
        "a href=/x",
        "table",
        "svg",
        "template",
        "font",
        "noscript",
        "li",
    ] {
        let body = format!("<{tag}>").repeat(100_000 / SHARE);
        assert!(timed(tag, &body) < BOUND, "{tag}");
    }
}

#[test]
fn a_million_attributes_take_bounded_time() {
    let mut body = "<p".to_owned();
    for n in 0..1_000_000 / SHARE {
        let _ = write!(body, " a{n}=1");
    }
    assert!(timed("attributes", &(body + "><a href=/x>x</a>")) < BOUND);
}

#[test]
fn attribute_values_of_a_megabyte_take_bounded_time() {
    for name in [
        "href", "style", "class", "onclick", "srcdoc", "data-x", "title", "srcset",
    ] {
        for filling in [
            "a",
            "a ",
            "(",
            "%25",
            "https://a.com/?u=",
            "&lt;p&gt;",
            "a:b;",
            "\\",
        ] {
            let value = filling.repeat(200_000 / SHARE / filling.len());
            let body = format!("<a {name}=\"{value}\">x</a><a href=/y>y</a>");
            assert!(
                timed(&format!("{name} {filling}"), &body) < BOUND,
                "{name} {filling}"
            );
        }
    }
    let body = format!("<a href=\"https://a.com/?u={}\">x</a>", "A".repeat(1 << 20));
    assert!(timed("a value of a megabyte", &body) < BOUND);
}

#[test]
fn a_hundred_thousand_anchors_take_bounded_time() {
    assert!(timed("anchors", &anchors(100_000 / SHARE)) < BOUND);
}

#[test]
fn style_rules_against_deep_trees_take_bounded_time() {
    let mut sheet = String::new();
    for n in 0..20_000 / SHARE {
        let _ = write!(sheet, "div div .c{} > a:hover{{display:none}}", n % 50);
    }
    let tree = "<div class=c1><p class=c2>".repeat(200);
    let body = format!("<style>{sheet}</style>{tree}{}", anchors(500));
    assert!(timed("rules", &body) < BOUND);
}

/// Links below `count` classes, with a rule or a selector for each.
fn below_classes(count: usize, links: usize, sheet: &str) -> String {
    let classes: Vec<String> = (0..count).map(|n| format!("q{n}")).collect();
    let body = anchors(links);
    format!(
        "<style>{sheet}</style><p class=\"{}\">{body}",
        classes.join(" ")
    )
}

#[test]
fn what_more_rules_than_are_matched_may_hide_is_unknown() {
    let sheet: String = (0..4_000).fold(String::new(), |mut sheet, n| {
        let _ = write!(sheet, ".q{n} a{{color:#{:03x}}}", n % 0x888);
        sheet
    });
    let found = facts("text/html", below_classes(4_000, 3_000, &sheet).as_bytes());
    let notes = found.notes.iter();
    let notes = notes.filter(|note| note.kind == NoteKind::TooManyRules);
    assert_eq!(notes.count(), 1);
    let anchors = found.links.iter();
    let anchors: Vec<_> = anchors
        .filter(|link| link.kind == HopKind::Anchor)
        .collect();
    let (first, last) = (anchors.first().unwrap(), anchors.last().unwrap());
    assert_eq!(first.visibility, Visibility::Visible);
    assert!(matches!(&last.visibility, Visibility::Unknown(why, _) if why.contains("style rules")));
}

#[test]
fn five_thousand_selectors_of_one_rule_cost_as_one() {
    let selectors: Vec<String> = (0..5_000).map(|n| format!(".q{n} a")).collect();
    let sheet = format!("{}{{display:none}}", selectors.join(","));
    let found = facts("text/html", below_classes(5_000, 2_600, &sheet).as_bytes());
    assert!(
        found
            .notes
            .iter()
            .all(|note| note.kind != NoteKind::TooManyRules)
    );
    let anchors = found.links.iter();
    let mut anchors = anchors.filter(|link| link.kind == HopKind::Anchor);
    assert!(anchors.all(|link| link.visibility.is_hidden()));
}

#[test]
fn selectors_made_to_be_slow_take_bounded_time() {
    let deep = "div ".repeat(200) + "a{display:none}";
    let nots = ":not(".repeat(500) + "a" + &")".repeat(500) + "{display:none}";
    let has = ":has(a:has(b:has(c:has(d))))".repeat(50) + "{display:none}";
    let list = "a,".repeat(10_000 / SHARE) + "b{display:none}";
    let siblings = "p ~ ".repeat(100) + "a{display:none}";
    let tree = "<div>".repeat(400);
    let flat = "<p>x".repeat(2_000);
    for sheet in [deep, nots, has, list, siblings] {
        let body = format!("<style>{sheet}</style>{tree}{flat}{}", anchors(200));
        assert!(timed(&sheet[..24], &body) < BOUND);
    }
}

#[test]
fn unbroken_text_of_a_million_characters_takes_bounded_time() {
    for filling in [
        "a",
        "a.",
        "@",
        "1",
        "http://",
        "dot ",
        "[.]",
        "пример.",
        "\u{200b}",
        "<",
        "&",
    ] {
        let body = format!("<p>{}", filling.repeat(1_000_000 / SHARE / filling.len()));
        assert!(timed(filling, &body) < BOUND, "{filling}");
    }
}

#[test]
fn addresses_made_to_be_slow_take_bounded_time() {
    let nested = (0..12).fold("https://z.com/".to_owned(), |inner, n| {
        format!(
            "https://h{n}.com/?u={}",
            inner.replace('%', "%25").replace('/', "%2F")
        )
    });
    let many = "u=aHR0cHM6Ly9hLmNvbQ&".repeat(400);
    let json = format!("d={}", "%5B".repeat(4_000));
    let long = format!("u=aHR0c{}", "A".repeat(14_000));
    for query in [format!("u={nested}"), many, json, long] {
        let href = format!("<a href=\"https://r.out.net/?{query}\">x</a>");
        let body = href.repeat(100 / SHARE);
        assert!(timed(&query[..20.min(query.len())], &body) < BOUND);
    }
}

#[test]
fn fifty_megabytes_of_one_tag_take_bounded_time() {
    for tag in [
        "<p>",
        "<div>",
        "<b>",
        "<a href=/x>",
        "<br>",
        "</p>",
        "<!---->",
        "<a ",
        "<",
    ] {
        let body = tag.repeat(50_000_000 / TAG_SHARE / tag.len());
        assert!(timed(tag, &body) < BOUND, "{tag}");
    }
}

const PARTS: [&str; 24] = [
    "<div style=\"display:none\">",
    "</div>",
    "<a href=https://x.test/a>x</a>",
    "<b>",
    "</b>",
    "<style>a{opacity:0}</style>",
    "<table><tr>",
    "<!-- <a href=/c>c</a> -->",
    "<template>",
    "<noscript><a href=/n>n</a></noscript>",
    "<iframe srcdoc=\"<a href=/s>s</a>\"></iframe>",
    "<script>location.href='https://s.test/'</script>",
    "<svg><a xlink:href=/v>",
    "\u{0}",
    "&#x200b;",
    "<p>see x dot com",
    "<details><summary>s</summary>",
    "<textarea><a href=/t>",
    "<plaintext>",
    "<a href=\"https://r.test/?u=aHR0cHM6Ly9ldmlsLmV4YW1wbGUub3Jn\">r</a>",
    "<select><option>",
    "<base href=https://b.test/>",
    "<a href=\"data:text/html,<a href=https://d.test/>d</a>\">d</a>",
    "<meta http-equiv=refresh content=\"0;url=https://m.test/\">",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Any bytes give facts of any type of document, twice the same, with spans inside of the body.
    #[test]
    fn any_bytes_of_any_type_give_lawful_facts(
        body in proptest::collection::vec(any::<u8>(), 0..600),
        kind in 0usize..6,
    ) {
        let kind = ["text/html", "text/plain", "application/json", "text/html; charset=utf-16le",
            "text/html; charset=shift_jis", ""][kind];
        prop_assert_eq!(facts(kind, &body), facts(kind, &body));
    }

    /// Any parts in any order give lawful facts.
    #[test]
    fn any_parts_give_lawful_facts(parts in proptest::collection::vec(0usize..PARTS.len(), 0..40)) {
        let body: String = parts.iter().map(|part| PARTS[*part]).collect();
        let page = reading(&body).with_type("text/html; charset=utf-8");
        prop_assert_eq!(page.facts(), page.facts());
    }

    /// Any address in an anchor gives lawful facts.
    #[test]
    fn any_address_gives_lawful_facts(href in "(https?://|//|/|intent://|data:text/html,)?[a-z0-9:/?#@%&=;.\\\\ -]{0,80}") {
        let body = format!("<a href=\"{href}\">x</a>");
        facts("text/html", body.as_bytes());
    }
}

/// What the fuzz targets found, as small as it could be made.
#[test]
fn what_was_found_by_fuzzing_gives_lawful_facts() {
    for body in [
        // Text that reads as markup, behind bytes that decode to more of them.
        &b"<title>\x87<a href>p3"[..],
        b"\xff<title>\xe2\x80\x80<a href=/x>i",
        b"\xff<noscript>\x87<a href=/x>x</a></noscript>",
    ] {
        facts("", body);
        facts("text/html", body);
    }
}

#[test]
fn a_link_in_noscript_has_its_place_in_the_bytes_of_any_charset() {
    let body = b"<p>\xe9\xe9\xe9</p><noscript>\xe9<a href=/x>x</a></noscript>";
    let found = facts("text/html; charset=windows-1252", body);
    let span = found.links[0].span.unwrap();
    assert_eq!(&body[span.start..span.end], b"<a href=/x>");
}

/// A small generator with a fixed seed (xorshift), so that a failure comes again.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % sides.max(1) as u64).unwrap()
    }
}

fn mutated(seed: &[u8], other: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut body = seed.to_vec();
    for _ in 0..=dice.roll(8) {
        let at = dice.roll(body.len() + 1);
        let length = dice.roll(64).min(body.len() - at);
        match dice.roll(5) {
            0 => drop(body.drain(at..at + length)),
            1 => {
                let from = dice.roll(other.len() + 1);
                let to = (from + dice.roll(200)).min(other.len());
                body.splice(at..at, other[from..to].iter().copied());
            }
            2 => {
                let part = PARTS[dice.roll(PARTS.len())];
                body.splice(at..at, part.bytes());
            }
            3 => {
                let piece = body[at..at + length].to_vec();
                body.splice(at..at, piece.repeat(1 + dice.roll(20)));
            }
            _ => {
                if let Some(byte) = body.get_mut(at) {
                    *byte = dice.roll(256) as u8;
                }
            }
        }
    }
    body
}

#[test]
fn mutations_of_real_pages_give_facts() {
    const SECONDS: u64 = 5;
    let mut seeds: Vec<Vec<u8>> = PARTS.iter().map(|part| part.as_bytes().to_vec()).collect();
    let mut folders = vec![std::path::PathBuf::from("../../fixtures/sites")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "html") {
                seeds.push(std::fs::read(path).unwrap());
            }
        }
    }
    seeds.sort();
    assert!(seeds.len() > 60, "{} seeds", seeds.len());
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    let start = Instant::now();
    let mut count = 0;
    while start.elapsed() < Duration::from_secs(SECONDS) {
        let seed = &seeds[dice.roll(seeds.len())];
        let other = &seeds[dice.roll(seeds.len())];
        let body = mutated(seed, other, &mut dice);
        let begun = Instant::now();
        facts("text/html", &body);
        assert!(
            begun.elapsed() < Duration::from_secs(30),
            "mutation {count} is slow"
        );
        count += 1;
    }
    println!("{count} mutations");
}

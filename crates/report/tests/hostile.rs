//! What hostile pages say is shown, and does nothing.
#![expect(
    clippy::unwrap_used,
    reason = "a report that cannot be read fails its test"
)]

mod sample;

use model::{
    Evidence, EvidenceKind, PageUrl, Proof, Span, Technique, Timestamp, VantageId, VisitId,
};
use quick_xml::Reader;
use quick_xml::events::Event;
use sample::{Canned, Sample};
use sidedoor_report::{ChokeRow, Format, Snippet, Style};

const HOSTILE: &str = "<script>alert(1)</script>\"><img src=x onerror=alert(2)>' {{ 7*7 }} \
                       \u{1b}]0;owned\u{7}\u{1b}[2J\u{9b}31m\r\n\u{202e}fdp.exe\u{2066} &amp; end";

/// The sample with a choke point on its first path, and evidence for an indicator.
fn choked() -> Sample {
    let mut sample = sample::found();
    sample.cuts.choke_points = vec![ChokeRow {
        page: "https://go.test/r/9".to_owned(),
        carried: 1,
        cut: Some(1),
        is_target: false,
    }];
    let piece = sample.findings[0].evidence[1].clone();
    sample.indicators[0].evidence.push(piece);
    sample
}

/// A case in which everything that a page can say is hostile.
fn hostile() -> Sample {
    let mut sample = choked();
    let long = format!(
        "https://evil.test/{}?q=%22%3E%3Cscript%3E",
        "a".repeat(10_000)
    );
    let long = PageUrl::parse(&long).unwrap();
    for finding in &mut sample.findings {
        finding.statement = HOSTILE.to_owned();
        finding.category_name = HOSTILE.to_owned();
        finding.target = long.clone();
        for hop in &mut finding.witness.hops {
            hop.because = HOSTILE.to_owned();
            hop.href = format!("{HOSTILE}{long}");
            hop.text = HOSTILE.repeat(200);
            hop.proofs.push(Proof {
                technique: Technique::DISPLAY_NONE,
                shows: HOSTILE.to_owned(),
                span: None,
            });
        }
        if let Some(last) = finding.witness.hops.last_mut() {
            last.target = long.clone();
        }
        finding.evidence.push(Evidence {
            kind: EvidenceKind::Target,
            statement: HOSTILE.to_owned(),
            page: long.clone(),
            visit: VisitId(1),
            vantage: VantageId::Phone,
            body: None,
            span: Some(Span { start: 0, end: 9 }),
            seen_at: Timestamp::from_millis(0),
        });
    }
    for indicator in &mut sample.indicators {
        indicator.statement = HOSTILE.to_owned();
        for piece in &mut indicator.evidence {
            piece.statement = HOSTILE.to_owned();
        }
        indicator.page = long.clone();
    }
    for network in &mut sample.networks {
        for member in &mut network.members {
            member.name = HOSTILE.to_owned();
            member.page = long.clone();
            member.kind = model::MemberKind::Page;
        }
        network.members[0].kind = model::MemberKind::Seller;
        for tie in &mut network.ties {
            tie.what = HOSTILE.repeat(50);
        }
    }
    sample.cuts.choke_points[0].page = long.to_string();
    sample.coverage.unseen[0].why = HOSTILE.to_owned();
    sample.coverage.unseen[0].examples = vec![long.clone()];
    sample.brief.seeds = vec![long];
    sample.brief.scope.excluded_paths = vec![HOSTILE.to_owned()];
    sample.notes = vec![HOSTILE.to_owned()];
    sample.settings = serde_json::json!({ HOSTILE: HOSTILE });
    sample.pages.insert(HOSTILE.to_owned(), 1);
    sample.snippets = Box::new(Canned(Snippet {
        before: HOSTILE.to_owned(),
        marked: HOSTILE.repeat(100),
        after: HOSTILE.to_owned(),
    }));
    sample
}

#[test]
fn no_character_that_acts_on_its_surroundings_is_written() {
    let hostile = hostile();
    for format in Format::ALL.iter().copied() {
        let written = hostile.plain(format);
        let treacherous = |c: &char| {
            (c.is_control() && *c != '\n')
                || ('\u{200e}'..='\u{200f}').contains(c)
                || ('\u{202a}'..='\u{202e}').contains(c)
                || ('\u{2066}'..='\u{2069}').contains(c)
        };
        assert_eq!(written.chars().find(treacherous), None, "{format}");
    }
}

#[test]
fn a_hostile_page_adds_no_line_to_the_text_report() {
    for width in [48, 80, 120] {
        let style = Style {
            color: false,
            width,
        };
        let text = hostile().written(Format::Text, style);
        let widest = text.lines().map(|line| line.chars().count()).max();
        assert!(widest <= Some(width), "{width}: {widest:?}");
        assert!(text.lines().count() < 600, "{}", text.lines().count());
    }
}

#[test]
fn json_keeps_the_value_of_what_it_escapes() {
    let written = hostile().plain(Format::Json);
    let value: serde_json::Value = serde_json::from_str(&written).unwrap();
    assert_eq!(value["findings"][0]["statement"], HOSTILE);
    assert_eq!(value["settings"][HOSTILE], HOSTILE);
}

/// Every element of an HTML report with its attributes, read as XML: that it can be read so
/// proves that every element is closed where it must be.
fn elements(html: &str) -> Vec<(String, Vec<(String, String)>)> {
    let body = html.split_once("<body>").unwrap().1;
    let body = format!("<body>{}", body.replace("<br>", "<br/>"));
    let mut reader = Reader::from_str(body.trim_end().trim_end_matches("</html>"));
    let mut elements = Vec::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Eof => return elements,
            Event::Start(tag) | Event::Empty(tag) => {
                let attributes = tag.attributes().map(|attribute| {
                    let attribute = attribute.unwrap();
                    (
                        String::from_utf8(attribute.key.as_ref().to_vec()).unwrap(),
                        attribute.unescape_value().unwrap().into_owned(),
                    )
                });
                let name = String::from_utf8(tag.name().as_ref().to_vec()).unwrap();
                elements.push((name, attributes.collect()));
            }
            _ => {}
        }
    }
}

#[test]
fn every_element_of_the_html_report_is_closed() {
    for sample in [sample::clean(), sample::cut_short(), choked(), hostile()] {
        assert!(elements(&sample.plain(Format::Html)).len() > 50);
    }
}

#[test]
fn hostile_text_makes_no_element_and_no_attribute() {
    let kinds = |sample: &Sample| {
        let mut kinds: Vec<String> = Vec::new();
        for (name, attributes) in elements(&sample.plain(Format::Html)) {
            let attributes: Vec<String> = attributes.into_iter().map(|(key, _)| key).collect();
            kinds.push(format!("{name} {}", attributes.join(" ")));
        }
        kinds.sort();
        kinds.dedup();
        kinds
    };
    let hostile = kinds(&hostile());
    let known = kinds(&choked());
    let new: Vec<_> = hostile
        .iter()
        .filter(|kind| !known.contains(kind))
        .collect();
    assert!(new.is_empty(), "{new:?}");
}

#[test]
fn no_address_can_be_clicked_and_none_is_requested() {
    let html = hostile().plain(Format::Html);
    assert!(!html.contains("<script") && !html.contains("<img"));
    assert_eq!(html.matches("http-equiv").count(), 1);
    assert!(!html.contains("@import") && !html.contains("url("));
    for (name, attributes) in elements(&html) {
        for (key, value) in attributes {
            assert!(!key.starts_with("on"), "{name} {key}");
            assert!(
                !["src", "action", "data", "srcset"].contains(&key.as_str()),
                "{name} {key}"
            );
            assert!(key != "href" || value.starts_with('#'), "{name} {value}");
        }
    }
}

#[test]
fn every_link_within_the_report_leads_somewhere_and_every_id_is_unique() {
    let html = choked().plain(Format::Html);
    let all = elements(&html);
    let of = |wanted: &str| -> Vec<String> {
        (all.iter().flat_map(|(_, attributes)| attributes))
            .filter(|(key, _)| key == wanted)
            .map(|(_, value)| value.clone())
            .collect()
    };
    let ids = of("id");
    let mut unique = ids.clone();
    unique.sort();
    unique.dedup();
    assert_eq!(unique.len(), ids.len());
    for reference in of("href")
        .iter()
        .map(|href| href.trim_start_matches('#').to_owned())
    {
        assert!(ids.contains(&reference), "#{reference}");
    }
    for list in of("aria-labelledby") {
        for reference in list.split(' ') {
            assert!(ids.iter().any(|id| id == reference), "{reference}");
        }
    }
}

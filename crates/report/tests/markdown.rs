//! The report as Markdown, read by a parser that is not ours.
#![expect(
    clippy::unwrap_used,
    reason = "a report that cannot be read fails its test"
)]

mod sample;

use pulldown_cmark::{Event, Options, Parser, Tag};
use sample::Sample;
use sidedoor_report::Format;

const HOSTILE: &str = "</td><script>alert(1)</script> ![x](https://evil.test/i.png) [go](https://evil.test) \
                       <https://evil.test> www.evil.test https://evil.test a@evil.test | cell `code` ``` \
                       \r\n# heading\n| - | - |\n***bold*** &lt;b&gt; $x$ [^1] {: .x} - [ ] \\";

fn hostile() -> Sample {
    let mut sample = sample::found();
    for finding in &mut sample.findings {
        finding.statement = HOSTILE.to_owned();
        finding.category_name = HOSTILE.to_owned();
        let odd = "https://evil.test/|`x`|<b>?q=%60|``|";
        finding.target = model::PageUrl::parse(odd).unwrap();
        for hop in &mut finding.witness.hops {
            hop.because = HOSTILE.to_owned();
            for proof in &mut hop.proofs {
                proof.shows = HOSTILE.to_owned();
            }
        }
        for evidence in &mut finding.evidence {
            evidence.statement = HOSTILE.to_owned();
        }
    }
    for indicator in &mut sample.indicators {
        indicator.statement = HOSTILE.to_owned();
    }
    sample.coverage.unseen[0].why = HOSTILE.to_owned();
    sample.notes = vec![HOSTILE.to_owned(), "- x".to_owned(), "1. x".to_owned()];
    sample
}

/// What the report is made of, hostile words left aside.
fn shape(markdown: &str) -> Vec<String> {
    let mut shape = Vec::new();
    for event in Parser::new_ext(markdown, Options::all()) {
        match event {
            Event::Start(tag) => shape.push(format!("{tag:?}")),
            Event::Html(html) | Event::InlineHtml(html) => shape.push(format!("HTML {html}")),
            Event::Rule => shape.push("rule".to_owned()),
            _ => {}
        }
    }
    shape
}

#[test]
fn hostile_text_makes_no_markup() {
    let mut quiet = sample::found();
    quiet.notes = ["one", "two", "three"].map(str::to_owned).to_vec();
    assert_eq!(
        shape(&hostile().plain(Format::Markdown)),
        shape(&quiet.plain(Format::Markdown))
    );
}

#[test]
fn nothing_can_be_clicked() {
    let written = hostile().plain(Format::Markdown);
    for event in Parser::new_ext(&written, Options::all()) {
        match event {
            Event::Start(Tag::Link { .. } | Tag::Image { .. }) => panic!("{event:?}"),
            // Renderers that make links of bare addresses look at text alone.
            Event::Text(text) => {
                assert!(
                    !text.contains("://") && !text.contains("www.") && !text.contains('@'),
                    "{text}"
                );
            }
            _ => {}
        }
    }
}

#[test]
fn every_row_of_the_table_has_its_cells() {
    let written = hostile().plain(Format::Markdown);
    let cells = Parser::new_ext(&written, Options::all())
        .filter(|event| matches!(event, Event::Start(Tag::TableCell)))
        .count();
    // Two columns of nine rows, nine columns of four rows, heads included.
    assert_eq!(cells, 2 * 9 + 9 * 4);
    let addresses = Parser::new_ext(&written, Options::all())
        .filter(
            |event| matches!(event, Event::Code(code) if code.starts_with("https://evil.test/|")),
        )
        .count();
    assert!(addresses >= 3, "{addresses}");
}

#[test]
fn the_markdown_report_has_this_form() {
    insta::assert_snapshot!(sample::found().plain(Format::Markdown));
}

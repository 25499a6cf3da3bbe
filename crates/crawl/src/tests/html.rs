//! The crawl with the reader of room `page`.

use std::sync::Arc;

use case::{NotOffered, Refused};
use tokio_util::sync::CancellationToken;

use super::Heard;
use super::shelf::Shelf;
use super::web::{Web, answered, brief};
use crate::reader::{BranchEnd, BranchReader, PageReader};
use crate::room::Room;

fn html(body: &str) -> model::Reply {
    answered(200, &[("content-type", "text/html; charset=utf-8")], body)
}

/// Ends branches at pages with this title.
struct EndsAt(&'static str);

impl BranchEnd for EndsAt {
    fn is_end(&self, facts: &model::PageFacts) -> bool {
        facts.title == self.0
    }
}

#[tokio::test(start_paused = true)]
async fn a_branch_ends_where_it_must_and_what_it_led_to_is_counted() {
    let end = "<!doctype html><title>End</title><meta http-equiv=refresh content='9; url=/far'>\
               <a href='/deeper'>on</a><a href='/shared'>s</a><img src='/p.jpg'>";
    let home = "<a href='/end'>e</a><a href='/shared'>s</a>";
    let web = Web::default()
        .reply("http://a.test/", None, html(home))
        .reply("http://a.test/end", None, html(end))
        .reply("http://a.test/shared", None, html("shared"));
    let mut brief = brief(&["http://a.test/"]);
    brief.vantages.push(model::VantageId::Phone);
    let mut shelf = Shelf::new(brief);
    let (fetch, reader) = (
        Arc::new(web),
        Arc::new(BranchReader(Arc::new(EndsAt("End")))),
    );
    let (mut heard, cancel) = (Heard::default(), CancellationToken::new());
    let room = Room::default();
    let run = crate::run::run(fetch, reader, &mut shelf, &mut heard, cancel, room);
    run.await.unwrap();
    assert_eq!(
        shelf.addresses(),
        [
            "http://a.test/",
            "http://a.test/end",
            "http://a.test/shared"
        ]
    );
    let step = &shelf.steps[1];
    assert_eq!(step.observed.len(), 1);
    assert_eq!(
        step.refused,
        [Refused {
            why: NotOffered::BranchEnd,
            addresses: 3
        }]
    );
    let said = heard.0.join("\n");
    assert!(said.contains("not offered http://a.test/end 3"), "{said}");
}

#[tokio::test(start_paused = true)]
async fn pages_are_read_with_their_stylesheets_and_their_ways_are_followed() {
    let listing = "<!doctype html><title>Mug</title><link rel=stylesheet href=/s.css>\
                   <a class=x href='http://out.test/'>more</a> <a href='/two'>two</a>\
                   <form method=post action=/buy><button>Buy</button></form>";
    let landing = "<meta http-equiv=refresh content='0; url=/far'><a href='/menu'>menu</a>";
    let css = answered(200, &[("content-type", "text/css")], ".x{display:none}");
    let web = Web::default()
        .reply("http://a.test/", None, html(listing))
        .reply("http://a.test/s.css", None, css)
        .reply("http://out.test/", None, html(landing))
        .redirect("http://a.test/two", "/three");
    let mut brief = brief(&["http://a.test/"]);
    brief.landings = model::Landings::Onward;
    let mut shelf = Shelf::new(brief);
    let (fetch, reader) = (Arc::new(web), Arc::new(PageReader));
    let (mut heard, cancel) = (Heard::default(), CancellationToken::new());
    let run = crate::run::run(
        fetch,
        reader,
        &mut shelf,
        &mut heard,
        cancel,
        Room::default(),
    );
    run.await.unwrap();
    assert_eq!(
        shelf.addresses(),
        [
            "http://a.test/",
            "http://out.test/",
            "http://a.test/two",
            "http://out.test/far",
            // A page that moves on by itself is there to be left, by each of its ways.
            "http://out.test/menu",
            "http://a.test/three",
        ]
    );
    let facts = shelf.steps[0].observed[0].facts.as_ref().unwrap();
    assert!(
        facts.links[0].visibility.is_hidden(),
        "{:?}",
        facts.links[0]
    );
    assert!(shelf.side("http://a.test/s.css").is_some());
}

//! The crawl with the reader of room `page`.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::Heard;
use super::shelf::Shelf;
use super::web::{Web, answered, brief};
use crate::reader::PageReader;
use crate::room::Room;

fn html(body: &str) -> model::Reply {
    answered(200, &[("content-type", "text/html; charset=utf-8")], body)
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

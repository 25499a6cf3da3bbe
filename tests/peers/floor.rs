//! The floor of a crawl: a bare loop on the project's own packages that fetches, parses, and follows
//! every link and redirect of one origin, and keeps nothing.
//!
//! `floor SEED [WORKERS]` prints how many addresses it asked.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a measuring stick may fail loudly"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use dashmap::DashSet;
use reqwest::header::LOCATION;
use scraper::{Html, Selector};
use tokio::sync::mpsc;
use url::Url;

/// What the workers share.
struct Floor {
    client: reqwest::Client,
    seen: DashSet<String>,
    open: AtomicUsize,
    anchors: Selector,
    queue: mpsc::UnboundedSender<Url>,
}

#[tokio::main]
async fn main() {
    let mut words = std::env::args().skip(1);
    let seed = words.next().expect("an address to start from");
    let seed = Url::parse(&seed).expect("an address");
    let workers: usize = words.next().map_or(16, |n| n.parse().expect("a number"));
    let provider = rustls::crypto::ring::default_provider();
    provider.install_default().expect("the first one");
    let (queue, mut next) = mpsc::unbounded_channel();
    let floor = Arc::new(Floor {
        client: reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .expect("a client"),
        seen: DashSet::new(),
        open: AtomicUsize::new(0),
        anchors: Selector::parse("a[href]").expect("a selector"),
        queue,
    });
    floor.offer(seed);
    let places = Arc::new(tokio::sync::Semaphore::new(workers));
    while floor.open.load(Ordering::Acquire) > 0 {
        // A worker that ends without an offer says nothing: look again after a moment.
        let wait = std::time::Duration::from_millis(2);
        let Ok(Some(address)) = tokio::time::timeout(wait, next.recv()).await else {
            continue;
        };
        let place = Arc::clone(&places).acquire_owned().await.expect("open");
        let floor = Arc::clone(&floor);
        tokio::spawn(async move {
            floor.visit(&address).await;
            floor.open.fetch_sub(1, Ordering::AcqRel);
            drop(place);
        });
    }
    println!("{} addresses", floor.seen.len());
}

impl Floor {
    fn offer(&self, mut address: Url) {
        address.set_fragment(None);
        if self.seen.insert(address.as_str().to_owned()) {
            self.open.fetch_add(1, Ordering::AcqRel);
            self.queue.send(address).expect("the loop listens");
        }
    }

    async fn visit(&self, address: &Url) {
        let answer = self.client.get(address.clone()).send().await;
        let answer = answer.expect("an answer");
        let location = answer.headers().get(LOCATION).cloned();
        let body = answer.text().await.expect("a body");
        if let Some(location) = location {
            let location = location.to_str().expect("a plain Location");
            self.follow(address, location);
            return;
        }
        for anchor in Html::parse_document(&body).select(&self.anchors) {
            if let Some(href) = anchor.value().attr("href") {
                self.follow(address, href);
            }
        }
    }

    fn follow(&self, base: &Url, href: &str) {
        if let Ok(target) = base.join(href)
            && target.origin() == base.origin()
        {
            self.offer(target);
        }
    }
}

//! Briefs, exchanges and steps to keep.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use model::{
    Answer, Ask, Brief, Budget, Exchange, Headers, HttpVersion, Landings, PageFacts, PageUrl,
    Politeness, Purpose, Reply, Robots, Scope, ScopeRule, Timestamp, Vantage, VantageId,
};
use sidedoor_case::{CaseFolder, Observed, Offer, Reask, Step, Waiting};

pub(crate) fn url(text: &str) -> PageUrl {
    PageUrl::parse(text).unwrap()
}

/// The `n`th page of a shop.
pub(crate) fn page(n: usize) -> PageUrl {
    url(&format!("http://shop.test/{n}"))
}

pub(crate) fn brief() -> Brief {
    Brief {
        seeds: vec![page(0)],
        scope: Scope::new(ScopeRule::Site, vec![page(0)]),
        budget: Budget::default(),
        politeness: Politeness::default(),
        landings: Landings::Follow,
        robots: Robots::Obey,
        sitemaps: model::Sitemaps::Ignore,
        cookies: model::Cookies::Keep,
        vantages: vec![VantageId::Desktop],
        door_vantages: Vec::new(),
    }
}

pub(crate) fn offer(address: PageUrl) -> Offer {
    Offer {
        address,
        referrer: None,
        depth: 0,
        redirects: 0,
        beyond: 0,
        in_scope: true,
        found_by: sidedoor_case::FoundBy::Link,
        cookies: Vec::new(),
    }
}

pub(crate) fn headers(fields: &[(&str, &str)]) -> Headers {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    Headers(fields.iter().map(owned).collect())
}

pub(crate) fn answer(status: u16, body: &str) -> Answer {
    let body = Bytes::copy_from_slice(body.as_bytes());
    Answer {
        status,
        version: HttpVersion::Http11,
        headers: headers(&[("content-type", "text/html"), ("server", "test")]),
        payload: body.clone(),
        body,
        cut: None,
    }
}

pub(crate) fn exchange(address: PageUrl, purpose: Purpose, reply: Reply) -> Exchange {
    Exchange {
        ask: Ask {
            vantage: Vantage::standard(VantageId::Desktop),
            referrer: Some(url("http://shop.test/?from=here")),
            arrives_from: None,
            cookies: String::new(),
            purpose,
            address,
        },
        request_headers: headers(&[("host", "shop.test"), ("user-agent", "Test/1.0")]),
        peer: Some("203.0.113.5:80".parse().unwrap()),
        started: Timestamp::from_millis(1_790_000_000_123),
        elapsed: Duration::from_micros(4_567),
        reply,
    }
}

/// A step that was answered, with the facts of a page of this title.
pub(crate) fn step(waiting: Waiting, reply: Reply, offers: Vec<Offer>) -> Step {
    let address = waiting.offer.address.clone();
    let facts = matches!(reply, Reply::Answered(_)).then(|| {
        let mut facts = PageFacts::empty(address.clone());
        facts.title = format!("The page {address}");
        Arc::new(facts)
    });
    Step {
        observed: vec![Observed {
            exchange: Arc::new(exchange(address, Purpose::Page, reply)),
            facts,
            churns: false,
            is_held: false,
        }],
        waiting,
        way_on: None,
        side: Vec::new(),
        offers,
        reask: Reask::Needless,
        opens: false,
        refused: Vec::new(),
        likeness: None,
    }
}

/// Does what a crawl of a chain of pages does, from wherever the case is: page `n` is answered with
/// a body of its own and offers page `n + 1`, up to page `last`. Commits by `batch`.
pub(crate) fn crawl(case: &mut CaseFolder, last: usize, batch: usize) {
    if case.counts().unwrap().waiting == 0 {
        case.offer(&[offer(page(0))]).unwrap();
    }
    loop {
        let mut steps = Vec::new();
        for waiting in case
            .next_waiting(sidedoor_case::Band::First, 0, batch)
            .unwrap()
        {
            let n = usize::try_from(waiting.place).unwrap() - 1;
            let next = (n < last).then(|| offer(page(n + 1)));
            let body = format!("<p>Page {n}.</p>").repeat(50);
            steps.push(step(
                waiting,
                Reply::Answered(answer(200, &body)),
                next.into_iter().collect(),
            ));
        }
        if steps.is_empty() {
            return;
        }
        case.commit(&steps).unwrap();
    }
}

/// Everything that a reader can see of the visits of a case.
pub(crate) fn everything(case: &CaseFolder) -> Vec<String> {
    let mut seen = Vec::new();
    case.for_each_visit::<sidedoor_case::ReadError>(&mut |visit, facts| {
        let body = case.body(&visit.address, visit.vantage)?;
        seen.push(format!("{visit:?} {facts:?} {body:?}"));
        Ok(())
    })
    .unwrap();
    seen
}

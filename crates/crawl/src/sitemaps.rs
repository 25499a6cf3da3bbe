//! Sitemaps: what a site tells crawlers to read, asked when no link leads further.
//!
//! The addresses that links lead to come first. What a sitemap names besides is a page that nobody is
//! led to from inside of the site: an orphan. So a sitemap is asked for when the frontier is empty,
//! and what it adds is marked by how it was found.
//!
//! Asked are the sitemaps that robots.txt lists and `/sitemap.xml`, each once, obeying robots.txt and within
//! the site or the scope; XML, indexes of sitemaps, plain text, each also packed with gzip.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use case::{FoundBy, Offer};
use fetch::unpacked;
use model::{Answer, BodyCut, Carrier, Exchange, Headers, Origin, PageUrl, Purpose, RawHref};

use crate::asking::answer;
use crate::follow::landed;
use crate::offers::is_too_long;
use crate::once::Side;
use crate::room::EXEMPT;
use crate::worker::Worker;

/// Sitemaps of one origin that are asked.
const FILES: usize = 100;
/// Entries of one origin that are offered: as many as the protocol allows in one file.
const ENTRIES: usize = 50_000;
/// Indexes within indexes.
const NESTING: u32 = 3;
/// Decoded bytes of one sitemap; the protocol allows 50 MiB, and files of that size are rare.
const BYTES: usize = 32 << 20;

/// What the sitemaps of an origin gave.
#[derive(Debug)]
pub(crate) struct Mapped {
    pub(crate) origin: Origin,
    /// Pages of the scope that they name, in their order.
    pub(crate) offers: Vec<Offer>,
}

/// An entry of a sitemap.
#[derive(Debug, PartialEq, Eq)]
enum Entry {
    Page(PageUrl),
    Sitemap(PageUrl),
}

/// Reads the sitemaps of an origin.
pub(crate) async fn read(worker: &Worker, origin: Origin) -> Mapped {
    let mut mapped = Mapped {
        origin,
        offers: Vec::new(),
    };
    // One sitemap is in memory at a time.
    let _alone = worker.charting.lock().await;
    // Nothing else is asked meanwhile, and nothing has a place.
    let mut side = Side::of(EXEMPT);
    let Ok(root) = PageUrl::parse(mapped.origin.as_str()) else {
        return mapped;
    };
    let mut waiting: VecDeque<(PageUrl, u32)> = VecDeque::new();
    let listed = worker.listed_sitemaps(&root).await;
    let usual = RawHref::new("/sitemap.xml").resolve(&root);
    waiting.extend(listed.into_iter().chain(usual.ok()).map(|at| (at, 0)));
    let (mut asked, mut known) = (BTreeSet::new(), BTreeSet::new());
    while let Some((address, nesting)) = waiting.pop_front() {
        let is_near = worker.brief.scope.contains(&address) || address.is_same_site(&root);
        if asked.len() == FILES || mapped.offers.len() == ENTRIES {
            break;
        }
        if !is_near || !asked.insert(address.clone()) {
            continue;
        }
        for entry in entries(worker, address.clone(), &mut side).await {
            match entry {
                Entry::Sitemap(at) if nesting < NESTING => waiting.push_back((at, nesting + 1)),
                Entry::Sitemap(_) => {}
                Entry::Page(at) => {
                    let is_wanted = mapped.offers.len() < ENTRIES
                        && worker.brief.scope.contains(&at)
                        && !is_too_long(&at);
                    if is_wanted && known.insert(at.clone()) {
                        mapped.offers.push(offer(at, &address));
                    }
                }
            }
        }
        worker.asker.hand_over(std::mem::take(&mut side.exchanges));
    }
    mapped
}

fn offer(address: PageUrl, sitemap: &PageUrl) -> Offer {
    Offer {
        address,
        referrer: Some(sitemap.clone()),
        depth: 0,
        redirects: 0,
        beyond: 0,
        in_scope: true,
        found_by: FoundBy::Sitemap,
        cookies: Vec::new(),
    }
}

/// The entries of one sitemap, through its redirects; none where there is no sitemap.
async fn entries(worker: &Worker, address: PageUrl, side: &mut Side) -> Vec<Entry> {
    match landed(worker, address, Purpose::Sitemap, None, side).await {
        Some(exchange) => entries_of(worker, exchange).await,
        None => Vec::new(),
    }
}

async fn entries_of(worker: &Worker, exchange: Arc<Exchange>) -> Vec<Entry> {
    let Some(answer) = answer(&exchange).filter(|answer| answer.status == 200) else {
        return Vec::new();
    };
    let (body, cut) = match unpacked(&answer.body, BYTES) {
        Some((body, is_whole)) => (body, (!is_whole).then_some(BodyCut::DecodedBudget)),
        None => (answer.body.clone(), answer.cut),
    };
    let address = &exchange.ask.address;
    if !is_markup(&body) {
        return lines(&body, address);
    }
    // Whatever type it was sent with, it is read as what it is.
    let xml = ("content-type".to_owned(), "application/xml".to_owned());
    let plain = Answer {
        headers: Headers(vec![xml]),
        payload: body.clone(),
        body,
        cut,
        ..answer.clone()
    };
    let plain = Arc::new(Exchange {
        reply: model::Reply::Answered(plain),
        ..Exchange::clone(&exchange)
    });
    let Some(facts) = worker.read_bare(&plain).await else {
        return Vec::new();
    };
    let links = facts.links.iter();
    links
        .filter(|link| link.carrier == Carrier::Sitemap)
        .filter_map(|link| {
            let target = link.target.clone()?;
            let is_index = link.dom_path.ends_with("sitemap/loc");
            Some(if is_index {
                Entry::Sitemap(target)
            } else {
                Entry::Page(target)
            })
        })
        .collect()
}

fn is_markup(body: &[u8]) -> bool {
    let text = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    text.trim_ascii_start().starts_with(b"<")
}

/// A sitemap of plain text: an address in each line.
fn lines(body: &[u8], address: &PageUrl) -> Vec<Entry> {
    let text = String::from_utf8_lossy(body);
    let lines = text.trim_start_matches('\u{feff}').lines();
    lines
        .map(str::trim)
        .filter(|line| line.starts_with("http://") || line.starts_with("https://"))
        .take(ENTRIES)
        .filter_map(|line| RawHref::new(line).resolve(address).ok())
        .map(Entry::Page)
        .collect()
}

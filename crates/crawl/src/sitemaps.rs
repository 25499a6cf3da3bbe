//! Sitemaps: what a site tells crawlers to read, asked when no link leads further.
//!
//! The addresses that links lead to come first. What a sitemap names besides is a page that nobody is
//! led to from inside of the site: an orphan. So a sitemap is asked for when the frontier is empty,
//! and what it adds is marked by how it was found.
//!
//! Asked are the sitemaps that robots.txt lists and `/sitemap.xml`, each once, obeying robots.txt and within
//! the site or the scope; XML, indexes of sitemaps, plain text, each also packed with gzip. What could not be
//! read of them is told: the pages that only they name were not seen.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use bytes::Bytes;
use case::{FoundBy, Offer};
use fetch::unpacked;
use model::{
    Answer, BodyCut, Carrier, Declined, Exchange, Headers, NoteKind, Origin, PageUrl, Purpose,
    RawHref, Reply, SitemapFault, SitemapLoss,
};

use crate::follow::{Lost, landed};
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
/// Bytes at the beginning and at the end of a sitemap that say what it is.
const HEAD: usize = 4 << 10;

/// What the sitemaps of an origin gave.
#[derive(Debug)]
pub(crate) struct Mapped {
    pub(crate) origin: Origin,
    /// Pages of the scope that they name, in their order.
    pub(crate) offers: Vec<Offer>,
    /// What was lost of them.
    pub(crate) losses: Vec<SitemapLoss>,
}

/// An entry of a sitemap.
#[derive(Debug, PartialEq, Eq)]
enum Entry {
    Page(PageUrl),
    Sitemap(PageUrl),
}

/// A sitemap that is to be asked.
#[derive(Debug)]
struct Next {
    address: PageUrl,
    /// In how many indexes it stands.
    nesting: u32,
    /// Whether robots.txt or an index names it: at the usual place there need not be one.
    is_named: bool,
}

/// Reads the sitemaps of an origin.
pub(crate) async fn read(worker: &Worker, origin: Origin) -> Mapped {
    let mut mapped = Mapped {
        origin,
        offers: Vec::new(),
        losses: Vec::new(),
    };
    // One sitemap is in memory at a time.
    let _alone = worker.charting.lock().await;
    // Nothing else is asked meanwhile, and nothing has a place.
    let mut side = Side::of(EXEMPT);
    let Ok(root) = PageUrl::parse(mapped.origin.as_str()) else {
        return mapped;
    };
    let mut waiting = beginnings(worker, &root).await;
    let (mut asked, mut known) = (BTreeSet::new(), BTreeSet::new());
    while let Some(next) = waiting.pop_front() {
        let at = &next.address;
        if asked.contains(at) {
            continue;
        }
        if !(worker.brief.scope.contains(at) || at.is_same_site(&root)) {
            asked.insert(at.clone());
            mapped.lose(at, Declined::Scope.to_string(), 0);
            continue;
        }
        let spent = match (asked.len() >= FILES, mapped.offers.len() >= ENTRIES) {
            (true, _) => Some(SitemapFault::Files),
            (_, true) => Some(SitemapFault::Entries),
            (false, false) => None,
        };
        if let Some(why) = spent {
            let rest = waiting.iter().map(|next| &next.address);
            let rest: BTreeSet<_> = rest.filter(|at| !asked.contains(*at)).collect();
            let left = rest.len() + usize::from(!rest.contains(at));
            mapped.lose(at, why.to_string(), left);
            break;
        }
        asked.insert(at.clone());
        let entries = entries(worker, &next, &mut mapped, &mut side).await;
        take(
            worker,
            &next,
            entries,
            &mut mapped,
            &mut known,
            &mut waiting,
        );
        worker.asker.hand_over(std::mem::take(&mut side.exchanges));
    }
    mapped
}

/// The sitemaps that robots.txt lists, and the usual place.
async fn beginnings(worker: &Worker, root: &PageUrl) -> VecDeque<Next> {
    let next = |is_named| {
        move |address| Next {
            address,
            nesting: 0,
            is_named,
        }
    };
    let listed = worker.listed_sitemaps(root).await;
    let usual = RawHref::new("/sitemap.xml").resolve(root);
    let listed = listed.into_iter().map(next(true));
    listed.chain(usual.ok().map(next(false))).collect()
}

/// Takes the entries of one sitemap.
fn take(
    worker: &Worker,
    from: &Next,
    entries: Vec<Entry>,
    mapped: &mut Mapped,
    known: &mut BTreeSet<PageUrl>,
    waiting: &mut VecDeque<Next>,
) {
    let (mut too_deep, mut too_many, mut too_long) = (0, 0, 0);
    for entry in entries {
        match entry {
            Entry::Sitemap(address) if from.nesting < NESTING => waiting.push_back(Next {
                address,
                nesting: from.nesting + 1,
                is_named: true,
            }),
            Entry::Sitemap(_) => too_deep += 1,
            Entry::Page(at) if !worker.brief.scope.contains(&at) || known.contains(&at) => {}
            Entry::Page(at) if is_too_long(&at) => too_long += 1,
            Entry::Page(_) if mapped.offers.len() >= ENTRIES => too_many += 1,
            Entry::Page(at) => {
                known.insert(at.clone());
                mapped.offers.push(offer(at, &from.address));
            }
        }
    }
    for (why, left) in [
        (SitemapFault::Nesting, too_deep),
        (SitemapFault::Entries, too_many),
        (SitemapFault::TooLong, too_long),
    ] {
        if left > 0 {
            mapped.lose(&from.address, why.to_string(), left);
        }
    }
}

impl Mapped {
    /// Notes what was lost of a sitemap, and how many entries, where that is known.
    fn lose(&mut self, address: &PageUrl, why: String, entries: usize) {
        self.losses.push(SitemapLoss {
            address: address.clone(),
            why,
            entries: u64::try_from(entries).unwrap_or(u64::MAX),
        });
    }
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

/// The entries of one sitemap, through its redirects; what is wrong with it is noted.
async fn entries(worker: &Worker, next: &Next, mapped: &mut Mapped, side: &mut Side) -> Vec<Entry> {
    let at = &next.address;
    let exchange = match landed(worker, at.clone(), Purpose::Sitemap, None, side).await {
        Ok(exchange) => exchange,
        Err(lost) => {
            // Where nobody names a sitemap, a refusal hides none.
            if next.is_named {
                mapped.lose(at, lost.word(), 0);
            }
            return Vec::new();
        }
    };
    match &exchange.reply {
        Reply::Answered(answer) if answer.status == 200 => {
            let (entries, losses) = entries_of(worker, &exchange, answer).await;
            let is_one = !entries.is_empty() || next.is_named;
            for why in losses.into_iter().filter(|_| is_one) {
                mapped.lose(at, why, 0);
            }
            entries
        }
        reply => {
            if next.is_named || hides(reply) {
                mapped.lose(at, Lost::Refused(reply.clone()).word(), 0);
            }
            Vec::new()
        }
    }
}

/// Whether a reply leaves open that there is something: 5xx, 429, and no answer at all.
fn hides(reply: &Reply) -> bool {
    match reply {
        Reply::Answered(answer) => answer.status >= 500 || answer.status == 429,
        Reply::Unreachable(_) => true,
        Reply::Declined(_) => false,
    }
}

/// The entries of an answer, and what is wrong with it.
async fn entries_of(
    worker: &Worker,
    exchange: &Exchange,
    answer: &Answer,
) -> (Vec<Entry>, Vec<String>) {
    let (body, cut) = match unpacked(&answer.body, BYTES) {
        Some((body, cut)) => (body, answer.cut.or(cut)),
        None => (answer.body.clone(), answer.cut),
    };
    let mut losses = Vec::new();
    losses.extend(cut.map(|cut| format!("body cut: {cut}")));
    let (entries, is_whole) = if is_markup(&body) {
        let (entries, fault) = marked_up(worker, exchange, answer, &body, cut).await;
        losses.extend(fault.map(|fault| fault.to_string()));
        (entries, is_closed(&body))
    } else {
        let (entries, left) = lines(&body, &exchange.ask.address);
        losses.extend((left > 0).then(|| SitemapFault::Entries.to_string()));
        (entries, true)
    };
    let fault = match (entries.is_empty(), is_whole) {
        // An empty list is one, too.
        (true, _) if !is_map(&body) => Some(SitemapFault::NoSitemap),
        (_, false) => Some(SitemapFault::Truncated),
        _ => None,
    };
    if cut.is_none() {
        losses.extend(fault.map(|fault| fault.to_string()));
    }
    (entries, losses)
}

/// The entries of a sitemap of XML. Whatever type it was sent with, it is read as what it is.
async fn marked_up(
    worker: &Worker,
    exchange: &Exchange,
    answer: &Answer,
    body: &Bytes,
    cut: Option<BodyCut>,
) -> (Vec<Entry>, Option<SitemapFault>) {
    let xml = ("content-type".to_owned(), "application/xml".to_owned());
    let plain = Answer {
        headers: Headers(vec![xml]),
        payload: body.clone(),
        body: body.clone(),
        cut,
        ..answer.clone()
    };
    let plain = Arc::new(Exchange {
        reply: Reply::Answered(plain),
        ..Exchange::clone(exchange)
    });
    let Some(facts) = worker.asker.reading.bare(&plain).await else {
        return (Vec::new(), None);
    };
    let links = facts.links.iter();
    let entries = links
        .filter(|link| link.carrier == Carrier::Sitemap)
        .filter_map(|link| {
            let target = link.target.clone()?;
            let is_index = link.dom_path.ends_with("sitemap/loc");
            Some(if is_index {
                Entry::Sitemap(target)
            } else {
                Entry::Page(target)
            })
        });
    let mut notes = facts.notes.iter();
    let has_more = notes.any(|note| note.kind == NoteKind::TooManyLinks);
    (entries.collect(), has_more.then_some(SitemapFault::Entries))
}

fn is_markup(body: &[u8]) -> bool {
    let marks: [&[u8]; 5] = [
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"\xfe\xff\0",
        b"\xfe\xff",
        b"\0",
    ];
    let mark = marks.iter().find_map(|mark| body.strip_prefix(*mark));
    let text = mark.unwrap_or(body);
    text.trim_ascii_start().starts_with(b"<")
}

/// Whether a body says that it is a sitemap, or an index of them.
fn is_map(body: &[u8]) -> bool {
    let text = String::from_utf8_lossy(&body[..body.len().min(HEAD)]);
    ["urlset", "sitemapindex"]
        .iter()
        .any(|root| text.contains(root))
}

/// Whether a sitemap is closed where it ends: one that was cut on its way looks like a short one.
fn is_closed(body: &[u8]) -> bool {
    let tail = &body[body.len().saturating_sub(HEAD)..];
    // Two bytes a letter are read as one: the other is a zero in all that counts.
    let tail: Vec<u8> = tail.iter().copied().filter(|byte| *byte != 0).collect();
    let text = String::from_utf8_lossy(&tail);
    let is_end = |name: &str| {
        let name = name.trim_end();
        let name = name.rsplit(':').next().unwrap_or(name);
        matches!(name, "urlset" | "sitemapindex")
    };
    let closes = |tag: &str| tag.split_once('>').is_some_and(|(name, _)| is_end(name));
    let is_empty = text.trim_end().ends_with("/>");
    is_empty || text.split("</").skip(1).any(closes)
}

/// A sitemap of plain text: an address in each line; and how many lines are left out.
fn lines(body: &[u8], address: &PageUrl) -> (Vec<Entry>, usize) {
    let text = String::from_utf8_lossy(body);
    let lines = text.trim_start_matches('\u{feff}').lines();
    let mut lines = lines
        .map(str::trim)
        .filter(|line| line.starts_with("http://") || line.starts_with("https://"));
    let entries = lines
        .by_ref()
        .take(ENTRIES)
        .filter_map(|line| RawHref::new(line).resolve(address).ok())
        .map(Entry::Page)
        .collect();
    (entries, lines.count())
}

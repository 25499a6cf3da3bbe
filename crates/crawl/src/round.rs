//! Checks of cookies that lie on other addresses: a page leads to another one of its site, that one sets a
//! cookie and leads back, and only whoever comes back with it is shown the page.
//!
//! No frontier finds its way through such a check: the page was asked already when it is led back to, and
//! each of them answers by rights. So a worker walks such a round as a visitor would, within its visit, and
//! asks the page once more. What it was answered on the way is evidence and counts for nothing: the addresses
//! have their own turns.

use std::sync::Arc;

use case::WayOn;
use fetch::Jar;
use model::{Ask, Cookies, Exchange, HopKind, Landings, PageUrl, Purpose};

use crate::asking::{Word, answer};
use crate::carry::{self, BACK};
use crate::chain::{self, TO_BE_READ};
use crate::once::Side;
use crate::sessions::Opening;
use crate::vantage;
use crate::worker::Worker;

/// Addresses between a page and itself, at most.
pub(crate) const STEPS: usize = 4;

/// What became of a page behind a round.
#[derive(Debug)]
pub(crate) struct Behind {
    /// What it answered last.
    pub(crate) exchange: Arc<Exchange>,
    /// Whether it leads into the round still, so that the page itself was not seen.
    pub(crate) is_unpassed: bool,
}

/// Where an exchange leads its visitor, and after how many seconds.
type Way = Option<(WayOn, u32)>;

/// The way on of an answer as it stands, without stylesheets. Pages are read only where `reads` says so.
pub(crate) async fn way(worker: &Worker, exchange: &Arc<Exchange>, reads: bool) -> Way {
    let is_redirect = answer(exchange)?.is_redirect();
    if is_redirect || !reads {
        return chain::way_of(exchange, None);
    }
    let facts = worker.asker.reading.bare(exchange).await;
    chain::way_of(exchange, facts.as_ref())
}

/// Walks the round that begins with an exchange, if there is one, and asks its address once more with the
/// cookies that were set on the way: at most twice, as long as they are new. `None` where there is no round
/// that gives any.
///
/// `opens` says that the exchange is the first one with its host: then any way within the site is walked. Else
/// it must look like a check, see [`is_sign`].
pub(crate) async fn pass(
    worker: &Worker,
    first: &Arc<Exchange>,
    mut way: Way,
    opens: bool,
    side: &mut Side,
) -> Option<Behind> {
    let mut behind: Option<Behind> = None;
    for asked in 0..=BACK {
        let exchange = behind.as_ref().map_or(first, |behind| &behind.exchange);
        let Some(target) = begins(exchange, way.as_ref()) else {
            return behind;
        };
        if !(opens || asked > 0 || is_sign(exchange, way.as_ref(), &target)) {
            return None;
        }
        let exchange = Arc::clone(exchange);
        let Some(cookies) = walk(worker, &exchange, target, side).await else {
            // It leads elsewhere.
            return behind;
        };
        let is_new = cookies != exchange.ask.cookies;
        if asked == BACK || !is_new {
            return behind.map(|behind| Behind {
                is_unpassed: true,
                ..behind
            });
        }
        worker
            .asker
            .say(Word::Tried(Box::new(Exchange::clone(&exchange)), asked + 1));
        let ask = Ask {
            cookies,
            ..exchange.ask.clone()
        };
        let exchange = Arc::new(worker.asker.ask(ask, side.place).await);
        way = self::way(worker, &exchange, true).await;
        behind = Some(Behind {
            exchange,
            is_unpassed: false,
        });
    }
    behind
}

/// The first address of a round that an exchange may begin: another one of its site, to which it leads at
/// once. The same path on another host, or by another scheme, is where a site has moved to, and no check.
fn begins(exchange: &Exchange, way: Option<&(WayOn, u32)>) -> Option<PageUrl> {
    let ask = &exchange.ask;
    let (way, delay) = way?;
    let target = way.target.as_ref()?;
    let is_moved = {
        let parts = |page: &PageUrl| {
            let url = page.as_url();
            (url.path().to_owned(), url.query().map(str::to_owned))
        };
        parts(target) == parts(&ask.address)
    };
    let may_be = ask.vantage.cookies == Cookies::Keep
        && way.end.is_none()
        && *delay < TO_BE_READ
        && !is_moved
        && target.is_same_site(&ask.address);
    may_be.then(|| target.clone())
}

/// Whether a page that leads on within its site looks like one before which a check stands: it is no HTTP
/// redirect, so that something was shown in its place; or it sets a cookie on leaving; or the address that
/// it leads to says where to come back to.
fn is_sign(exchange: &Exchange, way: Option<&(WayOn, u32)>, target: &PageUrl) -> bool {
    let is_page = way.is_some_and(|(way, _)| way.kind != HopKind::HttpRedirect);
    let url = exchange.ask.address.as_url();
    let (path, query) = (url.path(), url.query());
    let names = |value: &str| {
        let rest = query.and_then(|query| value.strip_suffix(query)?.strip_suffix('?'));
        value.ends_with(path) || rest.is_some_and(|rest| rest.ends_with(path))
    };
    let mut values = target.as_url().query_pairs();
    is_page || carry::new_line(exchange).is_some() || values.any(|(_, value)| names(&value))
}

/// Walks from `start` by way of `target` and gives the cookies with which a visitor comes back; `None` where
/// the way leads elsewhere, or must not be gone.
async fn walk(
    worker: &Worker,
    start: &Exchange,
    target: PageUrl,
    side: &mut Side,
) -> Option<String> {
    let mut walked = Vec::new();
    let cookies = steps(worker, start, target, side, &mut walked).await;
    for exchange in walked {
        // Where there is no round, each of them has its turn soon, and is to be asked once.
        let waits = cookies.is_none() && start.ask.purpose == Purpose::Page;
        worker.asker.say(Word::Walked { exchange, waits });
    }
    cookies
}

/// The steps of a walk; what was answered is appended to `walked`.
async fn steps(
    worker: &Worker,
    start: &Exchange,
    target: PageUrl,
    side: &mut Side,
    walked: &mut Vec<Arc<Exchange>>,
) -> Option<String> {
    let home = &start.ask.address;
    let mut jar = Jar::default();
    Opening::of(start).fill(&mut jar);
    let (mut from, mut next) = (home.clone(), target);
    for _ in 0..STEPS {
        if !may_ask(worker, &next) || worker.refusal(&next, side).await.is_some() {
            return None;
        }
        let arrives_from = vantage::arrival(worker, start.ask.vantage.referral, &next);
        let ask = Ask {
            cookies: jar.line(&next, arrives_from.as_ref()),
            arrives_from,
            referrer: Some(from),
            address: next.clone(),
            ..start.ask.clone()
        };
        let sent = ask.cookies.clone();
        let exchange = match worker.held(&ask).await {
            Some(held) => Arc::new(held),
            None => {
                let purpose = Purpose::Check;
                let ask = Ask { purpose, ..ask };
                let asked = Arc::new(worker.asker.ask(ask, side.place).await);
                walked.push(Arc::clone(&asked));
                asked
            }
        };
        if exchange.ask.cookies != sent {
            jar.recall(&next, &exchange.ask.cookies);
        }
        for field in fetch::set_cookies(&exchange) {
            jar.set(&next, &field);
        }
        let way = way(worker, &exchange, true).await;
        let (way, delay) = way?;
        let led = way.target.filter(|_| delay < TO_BE_READ)?;
        if led == *home {
            return Some(jar.line(home, start.ask.arrives_from.as_ref()));
        }
        if way.end.is_some() || !led.is_same_site(home) {
            return None;
        }
        (from, next) = (next, led);
    }
    None
}

/// Whether the brief allows an address to be asked at all, wherever it was found.
fn may_ask(worker: &Worker, address: &PageUrl) -> bool {
    let brief = &worker.brief;
    let mut out = brief.scope.excluded_paths.iter();
    let is_left_out = out.any(|out| address.as_url().path().starts_with(out));
    !is_left_out && (brief.scope.contains(address) || brief.landings != Landings::Record)
}

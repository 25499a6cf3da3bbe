//! Checks of cookies that lie on other addresses: a page leads to another one of its site, that one sets a
//! cookie and leads back, and only whoever comes back with it is shown the page.
//!
//! No frontier finds its way through such a check: the page was asked already when it is led back to, and
//! each of them answers by rights. So a worker walks such a round as a visitor would, within its visit, and
//! asks the page once more. What it was answered on the way is evidence and counts for nothing: the addresses
//! have their own turns.

use std::collections::BTreeSet;
use std::sync::Arc;

use case::WayOn;
use fetch::Jar;
use model::{Ask, Cookies, Exchange, HopKind, Landings, PageUrl, Purpose};

use url::Position;

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
        let exchange = Arc::clone(exchange);
        let is_round = opens || asked > 0 || is_sign(&exchange, way.as_ref(), &target);
        let is_forgotten = forgets(&exchange, &target);
        if !(is_round || is_forgotten) {
            return None;
        }
        let walk = Walk {
            start: &exchange,
            reads: is_round,
        };
        let cookies = match walk.walked(worker, target.clone(), side).await {
            Led::Back(cookies) => cookies,
            Led::Away(cookies) if is_forgotten && asked == 0 => {
                return Some(once_more(worker, &exchange, cookies, &target, side).await);
            }
            // It leads elsewhere.
            Led::Away(_) | Led::Nowhere => return behind,
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

/// Asks a page once more that was left for an address which gave `cookies` and led elsewhere. Where the page
/// leads there still, that address is asked with the cookies, too: if it gives some again, the page behind this
/// check was not seen; if it does not, the page is a redirect and nothing else.
async fn once_more(
    worker: &Worker,
    first: &Arc<Exchange>,
    cookies: String,
    target: &PageUrl,
    side: &mut Side,
) -> Behind {
    let tried = Box::new(Exchange::clone(first));
    worker.asker.say(Word::Tried(tried, 1));
    let ask = Ask {
        cookies,
        ..first.ask.clone()
    };
    let exchange = Arc::new(worker.asker.ask(ask, side.place).await);
    let way = way(worker, &exchange, false).await;
    let led = way.and_then(|(way, _)| way.target);
    let is_unpassed = led.as_ref() == Some(target) && gives(worker, &exchange, target, side).await;
    Behind {
        exchange,
        is_unpassed,
    }
}

/// Whether an address gives cookies to who comes to it from `start` with those that it has.
async fn gives(worker: &Worker, start: &Exchange, target: &PageUrl, side: &mut Side) -> bool {
    if !may_ask(worker, target) || worker.refusal(target, side).await.is_some() {
        return false;
    }
    let mut jar = Jar::default();
    jar.recall(&start.ask.address, &start.ask.cookies);
    let walk = Walk {
        start,
        reads: false,
    };
    let from = start.ask.address.clone();
    let ask = Ask {
        purpose: Purpose::Check,
        ..walk.question(worker, &jar, from, target)
    };
    let exchange = Arc::new(worker.asker.ask(ask, side.place).await);
    let gives = !fetch::set_cookies(&exchange).is_empty();
    let waits = false;
    worker.asker.say(Word::Walked { exchange, waits });
    gives
}

/// Whether a redirect for the time being leads to an address that does not say which page was left: nothing of
/// the last segment of its path, or of the values of its query, stands there. A check before many pages is such
/// an address, and so is a front page.
fn forgets(exchange: &Exchange, target: &PageUrl) -> bool {
    let is_for_now =
        answer(exchange).is_some_and(|answer| matches!(answer.status, 302 | 303 | 307));
    let runs = |text: &str| -> BTreeSet<String> {
        let runs = text.split(|c: char| !c.is_alphanumeric());
        let runs = runs.filter(|run| !run.is_empty());
        runs.map(str::to_lowercase).collect()
    };
    let page = exchange.ask.address.as_url();
    let mut said = runs(
        page.path()
            .trim_end_matches('/')
            .rsplit('/')
            .next()
            .unwrap_or(""),
    );
    for (_, value) in page.query_pairs() {
        said.extend(runs(&value));
    }
    let kept = runs(&target.as_url()[Position::BeforePath..]);
    is_for_now && !said.is_empty() && said.is_disjoint(&kept)
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
    is_page || carry::new_line(exchange, None).is_some() || values.any(|(_, value)| names(&value))
}

/// Where a walk ended.
enum Led {
    /// At its beginning, to which a visitor comes back with these cookies.
    Back(String),
    /// At an address that gave these cookies for the beginning, new ones, and leads on within the site.
    Away(String),
    /// Elsewhere, or at an address that must not be asked.
    Nowhere,
}

/// A walk from a page to see whether its visitor is led back.
struct Walk<'walk> {
    start: &'walk Exchange,
    /// Whether pages on the way are read; else redirects alone are followed.
    reads: bool,
}

impl Walk<'_> {
    /// Walks by way of `target`. What was answered on the way is handed over.
    async fn walked(&self, worker: &Worker, target: PageUrl, side: &mut Side) -> Led {
        let mut walked = Vec::new();
        let led = self.steps(worker, target, side, &mut walked).await;
        for exchange in walked {
            // Where there is no round, each of them has its turn soon, and is to be asked once.
            let is_round = matches!(led, Led::Back(_));
            let waits = !is_round && self.start.ask.purpose == Purpose::Page;
            worker.asker.say(Word::Walked { exchange, waits });
        }
        led
    }

    /// The steps of a walk; what was answered is appended to `walked`.
    async fn steps(
        &self,
        worker: &Worker,
        target: PageUrl,
        side: &mut Side,
        walked: &mut Vec<Arc<Exchange>>,
    ) -> Led {
        let start = self.start;
        let home = &start.ask.address;
        let line = |jar: &Jar| jar.line(home, start.ask.arrives_from.as_ref());
        let mut jar = Jar::default();
        Opening::of(start).fill(&mut jar);
        let mut new = None;
        let (mut from, mut next) = (home.clone(), target);
        for _ in 0..STEPS {
            let ended = new.take().map_or(Led::Nowhere, Led::Away);
            if !may_ask(worker, &next) || worker.refusal(&next, side).await.is_some() {
                return ended;
            }
            let ask = self.question(worker, &jar, from, &next);
            let sent = ask.cookies.clone();
            let exchange = self.answered(worker, ask, side, walked).await;
            let facts = match self.reads && answer(&exchange).is_some_and(|it| !it.is_redirect()) {
                true => worker.asker.reading.bare(&exchange).await,
                false => None,
            };
            let before = line(&jar);
            if exchange.ask.cookies != sent {
                jar.recall(&next, &exchange.ask.cookies);
            }
            for field in carry::given(&exchange, facts.as_ref()) {
                jar.set(&next, &field);
            }
            let Some((way, delay)) = chain::way_of(&exchange, facts.as_ref()) else {
                return ended;
            };
            let Some(led) = way.target.filter(|_| delay < TO_BE_READ) else {
                return ended;
            };
            if led == *home {
                return Led::Back(line(&jar));
            }
            if way.end.is_some() {
                return ended;
            }
            if !led.is_same_site(home) {
                // Whatever is given on the way, it is one to another site.
                return Led::Nowhere;
            }
            let is_new = line(&jar) != before;
            new = match ended {
                Led::Away(_) => Some(line(&jar)),
                _ => is_new.then(|| line(&jar)),
            };
            (from, next) = (next, led);
        }
        new.map_or(Led::Nowhere, Led::Away)
    }

    /// The question about an address on the way.
    fn question(&self, worker: &Worker, jar: &Jar, from: PageUrl, next: &PageUrl) -> Ask {
        let ask = &self.start.ask;
        let arrives_from = vantage::arrival(worker, ask.vantage.referral, next);
        Ask {
            cookies: jar.line(next, arrives_from.as_ref()),
            arrives_from,
            referrer: Some(from),
            address: next.clone(),
            ..ask.clone()
        }
    }

    /// What an address on the way answers: as it is held or, where redirects alone are followed, as it was
    /// answered to another page that led there; else it is asked.
    async fn answered(
        &self,
        worker: &Worker,
        ask: Ask,
        side: &Side,
        walked: &mut Vec<Arc<Exchange>>,
    ) -> Arc<Exchange> {
        if let Some(held) = worker.held(&ask).await {
            return Arc::new(held);
        }
        if !self.reads
            && let Some(known) = worker.asker.known(&ask).await
            && known.ask.cookies == ask.cookies
        {
            return Arc::new(*known);
        }
        let purpose = Purpose::Check;
        let ask = Ask { purpose, ..ask };
        let asked = Arc::new(worker.asker.ask(ask, side.place).await);
        walked.push(Arc::clone(&asked));
        asked
    }
}

/// Whether the brief allows an address to be asked at all, wherever it was found.
fn may_ask(worker: &Worker, address: &PageUrl) -> bool {
    let brief = &worker.brief;
    let mut out = brief.scope.excluded_paths.iter();
    let is_left_out = out.any(|out| address.as_url().path().starts_with(out));
    !is_left_out && (brief.scope.contains(address) || brief.landings != Landings::Record)
}

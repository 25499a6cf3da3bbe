//! A capture made elsewhere as a crawl: what it holds is asked in the order of a crawl, by the same
//! rules, and kept as visits, facts and evidence. No network, no clock.
//!
//! Ways that the capture does not hold are visits without an answer
//! ([`Unreachable::NotRecorded`](model::Unreachable::NotRecorded)), so that the coverage says how
//! much of the scope is missing.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use case::{CaseFolder, Found, Offer, Shelf};
use fetch::Fetch;
use model::{
    Answer, Ask, BodyCut, Carrier, Coverage, Exchange, HopKind, Landings, Link, PageFacts, PageUrl,
    Purpose, RawHref, Reply, StopReason,
};
use tokio_util::sync::CancellationToken;

use crate::asking::answer;
use crate::chain;
use crate::reader::{PageReader, Reader};
use crate::room::Room;
use crate::{CrawlError, CrawlEvent, Watcher, round, run};

/// Brings everything that `shelf` holds into the case: first what is reached from the seeds of the
/// brief, in the order of a crawl; then the other documents of the capture, in its order, each with
/// what is reached from it.
///
/// Goes on where the case stands when it was interrupted. Documents out of the scope are kept as
/// landing pages, unless the brief only records those.
///
/// # Errors
/// [`CrawlError`], in particular when the shelf cannot be read back.
pub async fn import(
    shelf: Arc<Shelf>,
    case: &mut CaseFolder,
    watcher: &mut dyn Watcher,
    cancel: CancellationToken,
) -> Result<Coverage, CrawlError> {
    let longest = case.brief().budget.body_bytes;
    let fetch = Arc::new(FromShelf {
        shelf: Arc::clone(&shelf),
        longest,
        fault: Mutex::new(None),
    });
    let reader = Arc::new(CaptureReader(Arc::clone(&shelf)));
    let mut watcher = OneStop {
        inner: watcher,
        stop: None,
    };
    let mut are_offered = false;
    let mut coverage = loop {
        let coverage = run::run(
            Arc::clone(&fetch) as Arc<dyn Fetch>,
            Arc::clone(&reader) as Arc<dyn Reader>,
            case,
            &mut watcher,
            cancel.clone(),
            Room::default(),
        )
        .await?;
        if let Some(fault) = fetch.take_fault() {
            return Err(CrawlError::Shelf(fault));
        }
        if are_offered || coverage.stop != StopReason::FrontierEmpty {
            break coverage;
        }
        let before = case.counts()?.waiting;
        case.offer(&others(&shelf, case))?;
        are_offered = true;
        if case.counts()?.waiting == before {
            break coverage;
        }
    };
    if coverage.stop == StopReason::FrontierEmpty && keep_formers(&fetch, &shelf, case)? {
        case.set_stop(coverage.stop)?;
        coverage = case.coverage()?;
    }
    watcher.end();
    Ok(coverage)
}

/// Keeps the answers of pages that were asked again while the capture was made, as a crawl would have
/// kept them; says whether there are any. Those that the case has are not kept twice.
fn keep_formers(
    fetch: &FromShelf,
    shelf: &Shelf,
    case: &mut CaseFolder,
) -> Result<bool, CrawlError> {
    let mut are_any = false;
    for (address, vantage) in shelf.repeated() {
        if !case.has_place(&address)? {
            continue;
        }
        let ask = Ask::new(address, model::Vantage::standard(vantage), Purpose::Page);
        let (_, formers) = fetch.last(&ask).map_err(CrawlError::Shelf)?;
        for (former, number) in formers.iter().zip(1..) {
            if !case.has_try(former)? {
                case.keep_try(former, number)?;
                are_any = true;
            }
        }
    }
    Ok(are_any)
}

/// Every document of the capture, as an entry of the frontier: those that were reached are known
/// to it already.
fn others(shelf: &Shelf, case: &CaseFolder) -> Vec<Offer> {
    let brief = case.brief();
    shelf
        .pages()
        .map(|(address, referrer)| {
            let in_scope = brief.scope.contains(address);
            Offer {
                address: address.clone(),
                referrer: referrer.cloned(),
                depth: 0,
                redirects: 0,
                beyond: u32::from(!in_scope),
                in_scope,
                found_by: case::FoundBy::Link,
                cookies: Vec::new(),
            }
        })
        .filter(|offer| offer.in_scope || brief.landings != Landings::Record)
        .collect()
}

/// Answers from a shelf. What it does not have is not recorded; the first time that it cannot be
/// read is kept, or a broken shelf would look like a small one.
struct FromShelf {
    shelf: Arc<Shelf>,
    /// Bytes of the longest body that is decoded.
    longest: u64,
    fault: Mutex<Option<io::Error>>,
}

impl FromShelf {
    fn take_fault(&self) -> Option<io::Error> {
        self.fault
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }

    fn answer(&self, ask: Ask) -> Exchange {
        // What was captured once is no second answer.
        if matches!(ask.purpose, Purpose::Again | Purpose::Session) {
            return fetch::not_recorded(ask);
        }
        let found = self.last(&ask).unwrap_or_else(|wrong| {
            let mut fault = self.fault.lock().unwrap_or_else(PoisonError::into_inner);
            fault.get_or_insert(wrong);
            (None, Vec::new())
        });
        found.0.unwrap_or_else(|| fetch::not_recorded(ask))
    }

    /// The answer that counts, and those before it that were asked again: a page that led to itself, and
    /// one that was not given. Of other repeated answers the first one counts.
    fn last(&self, ask: &Ask) -> io::Result<(Option<Exchange>, Vec<Exchange>)> {
        let (address, vantage) = (&ask.address, ask.vantage.id);
        let Some(found) = self.shelf.find(address, vantage)? else {
            return Ok((None, Vec::new()));
        };
        let (mut last, mut formers) = (self.exchange(ask, found), Vec::new());
        while let Some(later) = self.shelf.find_later(address, vantage, formers.len() + 1)?
            && (is_asked_again(&last) || self.comes_back(&last)?)
        {
            let later = self.exchange(ask, later);
            formers.push(std::mem::replace(&mut last, later));
        }
        Ok((Some(last), formers))
    }

    /// Whether an answer leads to other addresses of its site and, as those were answered first, back: a check
    /// that whoever captured it was sent through.
    fn comes_back(&self, first: &Exchange) -> io::Result<bool> {
        let home = &first.ask.address;
        let mut at = first.clone();
        for _ in 0..=round::STEPS {
            let Some(led) = led_by(&at).filter(|led| led.is_same_site(home)) else {
                return Ok(false);
            };
            if led == *home {
                return Ok(at.ask.address != *home);
            }
            let Some(found) = self.shelf.find(&led, first.ask.vantage.id)? else {
                return Ok(false);
            };
            let ask = Ask {
                address: led,
                ..first.ask.clone()
            };
            at = self.exchange(&ask, found);
        }
        Ok(false)
    }

    fn exchange(&self, ask: &Ask, found: Found) -> Exchange {
        let mut answer = found.answer;
        if !found.is_decoded {
            self.decode(&mut answer);
        }
        answer.cut = answer.cut.or(answer.part());
        Exchange {
            ask: Ask {
                vantage: found.vantage,
                ..ask.clone()
            },
            request_headers: found.request_headers,
            peer: found.peer,
            started: found.started,
            elapsed: found.elapsed,
            reply: Reply::Answered(answer),
        }
    }

    /// Takes the codings off. Some archives have done that and left the header as it was: a payload
    /// that does not decode at all is taken as it is.
    fn decode(&self, answer: &mut Answer) {
        let (body, cut) = fetch::without_codings(&answer.headers, &answer.payload, self.longest);
        let is_plain = body.is_empty() && cut == Some(BodyCut::BrokenCoding);
        if !is_plain {
            answer.body = body;
            answer.cut = answer.cut.or(cut);
        }
    }
}

impl Fetch for FromShelf {
    fn fetch(&self, ask: Ask) -> Pin<Box<dyn Future<Output = Exchange> + Send + '_>> {
        Box::pin(async move { self.answer(ask) })
    }
}

/// Whether a crawl asks again for what it was answered: because it leads to itself, or was not given.
fn is_asked_again(exchange: &Exchange) -> bool {
    let Reply::Answered(answer) = &exchange.reply else {
        return false;
    };
    if answer.status == 429 || answer.status >= 500 {
        return true;
    }
    let is_page = exchange.ask.purpose.is_page() && !answer.is_redirect();
    let facts = is_page.then(|| PageReader.read(&exchange.ask.address, answer, Vec::new()));
    chain::leads_back(exchange, facts.as_ref())
}

/// Where an answer leads its visitor at once.
fn led_by(exchange: &Exchange) -> Option<PageUrl> {
    let answer = answer(exchange)?;
    let is_page = !answer.is_redirect();
    let facts = is_page.then(|| PageReader.read(&exchange.ask.address, answer, Vec::new()));
    let (way, delay) = chain::way_of(exchange, facts.as_ref())?;
    way.target.filter(|_| delay < chain::TO_BE_READ)
}

/// Reads pages, and adds where a script was seen to lead while the capture was made.
struct CaptureReader(Arc<Shelf>);

impl Reader for CaptureReader {
    fn stylesheets(&self, address: &PageUrl, answer: &Answer) -> Vec<PageUrl> {
        PageReader.stylesheets(address, answer)
    }

    fn read(
        &self,
        address: &PageUrl,
        answer: &Answer,
        sheets: Vec<(PageUrl, String)>,
    ) -> PageFacts {
        let mut facts = PageReader.read(address, answer, sheets);
        for led in self.0.led(address) {
            let is_known = |link: &Link| link.target.as_ref() == Some(&led.target);
            if !facts.links.iter().any(is_known) {
                facts.links.push(Link::new(
                    RawHref::new(led.target.as_str()),
                    Some(led.target.clone()),
                    HopKind::ScriptNavigation,
                    Carrier::Script,
                ));
            }
        }
        facts
    }
}

/// Passes every event on but the ends of the parts.
struct OneStop<'watcher> {
    inner: &'watcher mut dyn Watcher,
    stop: Option<StopReason>,
}

impl OneStop<'_> {
    fn end(self) {
        if let Some(stop) = self.stop {
            self.inner.on(&CrawlEvent::Stopped(stop));
        }
    }
}

impl Watcher for OneStop<'_> {
    fn on(&mut self, event: &CrawlEvent<'_>) {
        match event {
            CrawlEvent::Stopped(stop) => self.stop = Some(*stop),
            CrawlEvent::Resumed { .. } if self.stop.is_some() => {}
            event => self.inner.on(event),
        }
    }
}

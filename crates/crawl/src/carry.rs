//! Cookies that a chain of redirects takes along.

use std::sync::Arc;

use case::{Observed, Offer, SetCookie};
use fetch::Jar;
use model::{Cookies, Exchange, PageFacts, PageUrl, Purpose, VantageId};

use crate::asking::answer;
use crate::chain;
use crate::reading::Reading;
use crate::robots::redirect;

/// Bytes of the cookies of one chain, those of all vantages together; later ones are not taken along.
const MOST: usize = 4 << 10;

/// Gives the offers to which a page moves its visitor the cookies of the chain so far, and what the page
/// itself set: for each vantage what it was given, and where it was led.
pub(crate) fn along(from: &Offer, seen: &[Observed], offers: &mut [Offer]) {
    let is_first = |seen: &&Observed| seen.exchange.ask.purpose == Purpose::Page;
    for seen in seen.iter().filter(is_first) {
        let ask = &seen.exchange.ask;
        if ask.vantage.cookies == Cookies::Refuse {
            continue;
        }
        let before = from.cookies.iter();
        let before = before
            .filter(|cookie| cookie.vantage == ask.vantage.id)
            .cloned();
        let set = set_by(seen);
        if set.is_empty() && from.cookies.is_empty() {
            continue;
        }
        let target = chain::way_on(seen).and_then(|way| way.target);
        let led = |offer: &&mut Offer| target.as_ref() == Some(&offer.address);
        if let Some(offer) = offers.iter_mut().find(led) {
            offer.cookies.extend(before.chain(set));
            let mut bytes = 0;
            offer.cookies.retain(|cookie| {
                bytes += cookie.field.len() + cookie.at.as_str().len();
                bytes <= MOST
            });
        }
    }
}

/// What an answer gives in cookies: by its header fields, and by scripts that set some for everybody.
pub(crate) fn given(exchange: &Exchange, facts: Option<&PageFacts>) -> Vec<String> {
    let mut given = fetch::set_cookies(exchange);
    given.extend(
        facts
            .into_iter()
            .flat_map(|facts| facts.script_cookies.clone()),
    );
    given
}

/// What a page set.
fn set_by(seen: &Observed) -> Vec<SetCookie> {
    let ask = &seen.exchange.ask;
    let set = given(&seen.exchange, seen.facts.as_deref()).into_iter();
    set.map(|field| SetCookie {
        vantage: ask.vantage.id,
        at: ask.address.clone(),
        field,
    })
    .collect()
}

/// Puts what the chain to an offer set for a vantage into a jar.
pub(crate) fn fill(jar: &mut Jar, offer: &Offer, vantage: VantageId) {
    let own = offer.cookies.iter();
    for cookie in own.filter(|cookie| cookie.vantage == vantage) {
        jar.set(&cookie.at, &cookie.field);
    }
}

/// The page of another site from which a visitor comes to an offer: the one that a guise says it comes from, or
/// the one that moves its visitor there by itself.
pub(crate) fn comes_from<'a>(
    offer: &'a Offer,
    arrives_from: Option<&'a PageUrl>,
) -> Option<&'a PageUrl> {
    let mover = offer.referrer.as_ref().filter(|_| offer.redirects > 0);
    mover
        .filter(|from| !from.is_same_site(&offer.address))
        .or(arrives_from)
}

/// How often an address that sends its visitor to itself is asked again, each time with a cookie that it
/// did not come with before.
pub(crate) const BACK: u32 = 2;

/// The cookies with which a visitor would come to the same address again, if the answer, and what was read in
/// it, gave some that it did not have; `None` where it would come as it came.
pub(crate) fn new_line(exchange: &Exchange, facts: Option<&PageFacts>) -> Option<String> {
    let ask = &exchange.ask;
    let keeps = ask.vantage.cookies == Cookies::Keep && ask.purpose != Purpose::Robots;
    let given = given(exchange, facts);
    if !keeps || given.is_empty() {
        return None;
    }
    let mut jar = Jar::default();
    jar.recall(&ask.address, &ask.cookies);
    for field in &given {
        jar.set(&ask.address, field);
    }
    let cookies = jar.line(&ask.address, ask.arrives_from.as_ref());
    (cookies != ask.cookies).then_some(cookies)
}

/// The cookies with which a visitor comes again whom an answer sends to where it stands, by whatever means (a
/// redirect, or a page that reloads itself), after it gave a cookie that the visitor did not have.
pub(crate) async fn comes_back(reading: &Reading, exchange: &Arc<Exchange>) -> Option<String> {
    let answer = answer(exchange)?;
    let by_field = new_line(exchange, None);
    let purpose = exchange.ask.purpose;
    let is_read = purpose.is_page() || matches!(purpose, Purpose::Session | Purpose::Check);
    if answer.is_redirect() || !is_read {
        return by_field.filter(|_| redirect(exchange).as_ref() == Some(&exchange.ask.address));
    }
    if by_field.is_none() && !may_check(&answer.body) {
        return None;
    }
    let facts = reading.bare(exchange).await;
    let line = new_line(exchange, facts.as_ref())?;
    chain::leads_back(exchange, facts.as_ref()).then_some(line)
}

/// Bytes of the largest page that is read to see whether a script of it checks cookies: it is read a second
/// time when its turn comes, and those that have something to show are large.
const CHECK: usize = 64 << 10;

/// Whether a page is small and has the words with which a script sets a cookie and loads the page again.
fn may_check(body: &[u8]) -> bool {
    let has = |word: &[u8]| memchr::memmem::find(body, word).is_some();
    let moves = || has(b"location") || has(b"history") || has(b"document.URL");
    body.len() <= CHECK && has(b".cookie") && moves()
}

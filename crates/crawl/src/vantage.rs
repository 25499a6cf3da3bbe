//! Asking again in other guises, where a page may be cloaked.

use std::collections::BTreeSet;
use std::sync::Arc;

use case::{Observed, Offer};
use model::{Answer, Ask, Exchange, HopKind, PageFacts, PageKind, PageUrl, Purpose, Vantage};

use crate::asking::answer;
use crate::offers::takes_along;
use crate::once::Side;
use crate::worker::Worker;

/// Asks `first` again in the other vantages of the brief, if what it shows may be cloaked, and
/// appends what they were answered to it.
///
/// Where they are led elsewhere, the primary vantage asks once more: if its own second answer
/// leads elsewhere too, the page churns by itself and the difference proves nothing.
pub(crate) async fn ask_again(
    worker: &Worker,
    offer: &Offer,
    observed: &mut Vec<Observed>,
    side: &mut Side,
) {
    let Some((primary, facts)) = observed.first().and_then(with_facts) else {
        return;
    };
    let others = worker.brief.vantages.get(1..).unwrap_or_default();
    if others.is_empty() || !may_be_cloaked(offer, &primary, &facts) {
        return;
    }
    for vantage in others {
        let ask = question(offer, Vantage::standard(*vantage));
        let exchange = Arc::new(worker.ask_page(ask, side.place).await);
        worker.asker.answered(&exchange);
        observed.push(read_beside(worker, exchange, (&primary, &facts), side).await);
    }
    let led = leads(&facts);
    let differs = |other: &Observed| other.facts.as_deref().is_some_and(|f| leads(f) != led);
    if !observed.iter().skip(1).any(differs) {
        return;
    }
    // Asked anew: what the case may hold is the first answer.
    let ask = question(offer, primary.ask.vantage.clone());
    let exchange = Arc::new(worker.asker.ask(ask, side.place).await);
    let room = &worker.asker.room;
    room.take(&exchange);
    let again = read_beside(worker, exchange, (&primary, &facts), side).await;
    room.give_back(&again.exchange, again.facts.as_deref());
    if differs(&again)
        && let Some(first) = observed.first_mut()
    {
        first.churns = true;
    }
}

fn question(offer: &Offer, vantage: Vantage) -> Ask {
    Ask {
        address: offer.address.clone(),
        vantage,
        referrer: offer.referrer.clone(),
        purpose: Purpose::Page,
    }
}

/// Reads another answer of a page. One that is the primary's byte for byte is not read again.
async fn read_beside(
    worker: &Worker,
    exchange: Arc<Exchange>,
    (primary, facts): (&Exchange, &Arc<PageFacts>),
    side: &mut Side,
) -> Observed {
    let is_same = answer(primary)
        .zip(answer(&exchange))
        .is_some_and(|(one, other)| is_same(one, other));
    let facts = if is_same {
        Some(Arc::clone(facts))
    } else {
        worker.read(&exchange, side).await
    };
    worker.asker.room.read(&exchange, facts.as_deref());
    Observed {
        exchange,
        facts,
        churns: false,
        is_held: false,
    }
}

fn with_facts(observed: &Observed) -> Option<(Arc<Exchange>, Arc<PageFacts>)> {
    let facts = observed.facts.as_ref()?;
    Some((Arc::clone(&observed.exchange), Arc::clone(facts)))
}

/// Whether the page is one that a cloaker would cloak: a listing, a landing page, or one that
/// moves the shopper by itself.
fn may_be_cloaked(offer: &Offer, exchange: &Exchange, facts: &PageFacts) -> bool {
    !offer.in_scope
        || facts.kind == PageKind::Listing
        || answer(exchange).is_some_and(Answer::is_redirect)
        || facts.links.iter().any(takes_along)
}

/// Whether two answers are read alike: everything that a reader looks at is equal.
fn is_same(one: &Answer, other: &Answer) -> bool {
    let fields = [
        "location",
        "refresh",
        "link",
        "content-type",
        "x-robots-tag",
    ];
    one.status == other.status
        && one.body == other.body
        && one.cut == other.cut
        && fields
            .iter()
            .all(|field| one.headers.all(field).eq(other.headers.all(field)))
}

/// Where a page leads, by kind: what is compared between vantages.
fn leads(facts: &PageFacts) -> BTreeSet<(HopKind, &PageUrl)> {
    facts
        .links
        .iter()
        .filter_map(|link| Some((link.kind, link.target.as_ref()?)))
        .collect()
}

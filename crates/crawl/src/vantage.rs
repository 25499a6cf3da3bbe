//! Asking again in other guises, where a page may be cloaked.

use std::collections::BTreeSet;
use std::sync::Arc;

use case::{Observed, Offer, Reask, Waiting};
use fetch::Jar;
use futures_util::future::join_all;
use model::{
    Answer, Ask, Cookies, Exchange, Goods, HopKind, PageFacts, PageKind, PageUrl, Purpose,
    Referral, Reply, Unreachable, Vantage, VantageId,
};

use crate::asking::answer;
use crate::carry;
use crate::offers::takes_along;
use crate::once::{NoRoom, Side};
use crate::queue::{in_order, turn};
use crate::room::EXEMPT;
use crate::round;
use crate::sessions::{Opening, Role};
use crate::worker::Worker;

/// Where a shopper says to come from who found a page by searching.
const SEARCH: &str = "https://www.google.com/";
/// A page with so many ways out, or fewer, is a dead end.
const FEW_LINKS: usize = 2;
/// The place of what is asked before it has one.
const NO_PLACE: u64 = u64::MAX;

/// What is to be known of a page before other vantages ask for it.
pub(crate) struct Entry<'entry> {
    pub(crate) waiting: &'entry Waiting,
    /// Whether the budget of the other vantages reaches to this place.
    pub(crate) is_sure: bool,
    /// What the entry is to its host.
    pub(crate) role: &'entry Role,
    /// Whether the primary vantage was led through a check of cookies.
    pub(crate) is_behind_round: bool,
}

/// What the primary vantage was answered, and what was read in it.
struct Primary {
    exchange: Arc<Exchange>,
    facts: Arc<PageFacts>,
}

/// Asks a page again in the other vantages of the brief, if what it shows may be cloaked and their
/// budget is not spent, and appends what they were answered to `observed`.
///
/// Where they are led elsewhere or shown other goods, the primary vantage asks once more, and that
/// comes last: what differs between its own two answers churns by itself, and proves nothing.
pub(crate) async fn ask_again(
    worker: &Worker,
    entry: Entry<'_>,
    observed: &mut Vec<Observed>,
    side: &mut Side,
) -> Reask {
    let Some(primary) = observed.first().and_then(Primary::of) else {
        return Reask::Needless;
    };
    let others = others(worker, &primary, &entry.waiting.offer);
    let place = entry.waiting.place;
    // Without a place nobody knows what is left of the budget: it is done in its turn.
    if others.is_empty() || place == NO_PLACE || !primary.may_be_cloaked(&entry.waiting.offer) {
        return Reask::Needless;
    }
    let turn = in_order(turn(entry.waiting));
    if !worker.reasks.reach(turn, entry.is_sure).await {
        return Reask::Spent;
    }
    observed.extend(ask_others(worker, &entry, &primary, others, side).await);
    if observed.iter().skip(1).any(|other| primary.differs(other)) {
        let again = ask_once_more(worker, &primary, side).await;
        if let Some(first) = observed.first_mut() {
            first.churns = primary.differs(&again);
        }
        // A replay, or a capture, has no second answer where none was needed.
        if again.exchange.reply == Reply::Unreachable(Unreachable::NotRecorded) {
            let room = &worker.asker.room;
            room.give_back(&again.exchange, again.facts.as_deref());
        } else {
            observed.push(again);
        }
    }
    Reask::Asked
}

/// Asks in other vantages, side by side, and reads what they were answered one after the other.
async fn ask_others(
    worker: &Worker,
    entry: &Entry<'_>,
    primary: &Primary,
    others: Vec<Vantage>,
    side: &mut Side,
) -> Vec<Observed> {
    let asked = others.into_iter().map(|vantage| async move {
        let mut side = Side::of(entry.waiting.place);
        let ask = question(worker, entry, vantage, &primary.exchange, &mut side).await;
        let exchange = worker.ask_page(ask, side.place).await;
        let is_behind = entry.is_behind_round;
        let (exchange, _) = worker
            .behind(exchange, is_behind, is_behind, &mut side)
            .await;
        worker.asker.answered(&exchange);
        (exchange, side)
    });
    let mut read = Vec::new();
    for (exchange, beside) in join_all(asked).await {
        side.exchanges.extend(beside.exchanges);
        read.push(read_beside(worker, exchange, primary, side).await);
    }
    read
}

/// Asks the question of the primary vantage a second time.
async fn ask_once_more(worker: &Worker, primary: &Primary, side: &mut Side) -> Observed {
    let ask = Ask {
        purpose: Purpose::Again,
        ..primary.exchange.ask.clone()
    };
    let exchange = Arc::new(worker.ask_page(ask, side.place).await);
    worker.asker.answered(&exchange);
    read_beside(worker, exchange, primary, side).await
}

impl Primary {
    fn of(observed: &Observed) -> Option<Self> {
        Some(Self {
            exchange: Arc::clone(&observed.exchange),
            facts: Arc::clone(observed.facts.as_ref()?),
        })
    }

    /// Whether the page is one that a cloaker would cloak: a listing, a landing page, or one that
    /// moves the shopper by itself.
    fn may_be_cloaked(&self, offer: &Offer) -> bool {
        !offer.in_scope || self.facts.kind == PageKind::Listing || self.leads_on()
    }

    /// Whether it moves a visitor on by itself.
    fn leads_on(&self) -> bool {
        answer(&self.exchange).is_some_and(Answer::is_redirect)
            || self.facts.links.iter().any(takes_along)
    }

    /// Whether the page is a door: out of the scope, and nothing that a visitor would stay for. It leads on by itself,
    /// or shows no goods and hardly a way out, as what a cloaker shows to those who are not meant.
    fn is_door(&self, offer: &Offer) -> bool {
        !offer.in_scope
            && self.facts.kind != PageKind::Listing
            && (self.facts.links.len() <= FEW_LINKS || self.leads_on())
    }

    /// Whether another answer leads elsewhere, or shows other goods. Bytes are not compared.
    fn differs(&self, other: &Observed) -> bool {
        other.facts.as_deref().is_some_and(|other| {
            leads(&self.facts) != leads(other)
                || !Goods::of(&self.facts)
                    .differences(&Goods::of(other))
                    .is_empty()
        })
    }
}

/// The vantages of the brief that may be shown something else than the primary one. Where that sent no
/// cookies, one without them is nobody else.
fn others(worker: &Worker, primary: &Primary, offer: &Offer) -> Vec<Vantage> {
    let everywhere = worker.brief.vantages.get(1..).unwrap_or_default();
    let at_doors = &worker.brief.door_vantages;
    let is_door = !at_doors.is_empty() && primary.is_door(offer);
    let more = at_doors
        .iter()
        .filter(|id| is_door && !worker.brief.vantages.contains(id));
    let keeps = worker.brief.cookies == Cookies::Keep;
    let is_other = |id: &&VantageId| match id {
        VantageId::WithoutCookies => !primary.exchange.ask.cookies.is_empty(),
        VantageId::Returning => keeps,
        _ => true,
    };
    everywhere
        .iter()
        .chain(more)
        .filter(is_other)
        .map(|id| worker.guise(*id))
        .collect()
}

/// The question of another vantage about a page that the primary one was answered.
async fn question(
    worker: &Worker,
    entry: &Entry<'_>,
    vantage: Vantage,
    primary: &Exchange,
    side: &mut Side,
) -> Ask {
    let mut jar = Jar::default();
    if vantage.id == VantageId::Returning {
        // It is the visitor who was here a moment ago.
        Opening::of(primary).fill(&mut jar);
    } else if vantage.cookies == Cookies::Keep {
        // A host that gave the primary vantage nothing is not asked what it gives to others.
        if let Role::Later(opening) = entry.role
            && opening.has_cookies()
        {
            let own = session(worker, &vantage, opening, side).await;
            Opening::of(&own).fill(&mut jar);
        }
        carry::fill(&mut jar, &entry.waiting.offer, vantage.id);
    }
    let ask = &primary.ask;
    let arrives_from = arrival(worker, vantage.referral, &ask.address);
    let from = carry::comes_from(&entry.waiting.offer, arrives_from.as_ref());
    Ask {
        cookies: jar.line(&ask.address, from),
        arrives_from,
        vantage,
        ..ask.clone()
    }
}

/// How another vantage begins at a host: where the primary one did, once in a crawl.
async fn session(
    worker: &Worker,
    vantage: &Vantage,
    opening: &Opening,
    side: &mut Side,
) -> Arc<Exchange> {
    let address = opening.address.clone();
    let ask = Ask {
        arrives_from: arrival(worker, vantage.referral, &address),
        ..Ask::new(address, vantage.clone(), Purpose::Session)
    };
    let place = side.place;
    let begun = |ask: Ask| async move {
        let exchange = Arc::new(worker.asker.try_ask(ask, place).await?);
        if !opening.is_behind_others() {
            return Some(Arc::unwrap_or_clone(exchange));
        }
        // Others may wait for it, so it never waits for room.
        let mut beside = Side::of(EXEMPT);
        let way = round::way(worker, &exchange, true).await;
        let behind = round::pass(worker, &exchange, way, true, &mut beside).await;
        worker.asker.hand_over(beside.exchanges);
        let exchange = behind.map_or(exchange, |behind| behind.exchange);
        Some(Arc::unwrap_or_clone(exchange))
    };
    loop {
        let asked = worker.once.ask_by(&worker.asker, ask.clone(), side, begun);
        match asked.await {
            Ok(exchange) => return exchange,
            Err(NoRoom) => worker.asker.room.opens_to(side.place).await,
        }
    }
}

/// Where the asker says that it comes from. Of a marketplace that is the front page, because browsers
/// tell another site no more: the page's own one where the page is in scope, else that of the first
/// seed.
pub(crate) fn arrival(worker: &Worker, referral: Referral, address: &PageUrl) -> Option<PageUrl> {
    let front = |page: &PageUrl| PageUrl::parse(page.origin().as_str()).ok();
    match referral {
        Referral::Unsaid => None,
        Referral::Search => PageUrl::parse(SEARCH).ok(),
        Referral::Market if worker.brief.scope.contains(address) => front(address),
        Referral::Market => worker.brief.seeds.first().and_then(front),
    }
}

/// Reads another answer of a page. One that is the primary's byte for byte is not read again.
async fn read_beside(
    worker: &Worker,
    exchange: Arc<Exchange>,
    primary: &Primary,
    side: &mut Side,
) -> Observed {
    let is_same = answer(&primary.exchange)
        .zip(answer(&exchange))
        .is_some_and(|(one, other)| is_same(one, other));
    let facts = if is_same {
        Some(Arc::clone(&primary.facts))
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

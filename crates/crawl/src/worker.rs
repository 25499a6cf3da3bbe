//! One address, from its place in the frontier to a step that can be committed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use case::{Observed, Reask, Step, Waiting};
use fetch::Jar;
use model::{
    Answer, Ask, Brief, ChainEnd, Cookies, Declined, Exchange, Landings, Note, NoteKind, PageFacts,
    PageUrl, Purpose, RawHref, Reply, Robots, Vantage, VantageId,
};

use crate::asking::{Asker, Recalled, answer, body_bytes, unasked};
use crate::chain;
use crate::holding::took_place;
use crate::likeness::likeness;
use crate::mining::{self, Reservations};
use crate::offers::{self, Found};
use crate::once::{Once, Side};
use crate::reader::Reader;
use crate::reasks::Reasks;
use crate::robots::Permits;
use crate::room::{EXEMPT, facts_size};
use crate::sessions::{Role, Sessions};
use crate::{carry, round, sheets, vantage};

/// What all workers share.
pub(crate) struct Worker {
    pub(crate) brief: Brief,
    pub(crate) primary: VantageId,
    pub(crate) asker: Asker,
    pub(crate) once: Once,
    pub(crate) reasks: Reasks,
    pub(crate) sessions: Sessions,
    /// Whether the case may hold answers for pages that were not committed.
    pub(crate) recalls: AtomicBool,
    /// Who reads sitemaps.
    pub(crate) charting: tokio::sync::Mutex<()>,
    permits: Permits,
    pub(crate) reservations: Reservations,
}

/// An address done and not yet committed.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) step: Step,
    /// Decoded bytes of the bodies of its pages.
    pub(crate) body_bytes: u64,
}

impl Done {
    /// Bytes that its facts keep in memory, about.
    pub(crate) fn facts_bytes(&self) -> u64 {
        let facts = self
            .step
            .observed
            .iter()
            .filter_map(|seen| seen.facts.as_deref());
        facts.map(facts_size).sum()
    }

    /// What the primary vantage was answered. Every step has one.
    pub(crate) fn primary(&self) -> Option<&Exchange> {
        self.step.observed.first().map(|seen| &*seen.exchange)
    }

    /// Whether the case holds all that was asked for it.
    pub(crate) fn is_held(&self) -> bool {
        let mut seen = self.step.observed.iter();
        seen.all(|seen| seen.is_held || !took_place(&seen.exchange))
    }
}

/// Whether a page lies behind a check of cookies on other addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Round {
    /// There is none.
    None,
    /// It was passed.
    Passed,
    /// It was not.
    Unpassed,
}

impl Round {
    const fn of(is_unpassed: bool) -> Self {
        if is_unpassed {
            Self::Unpassed
        } else {
            Self::Passed
        }
    }
}

impl Worker {
    pub(crate) fn new(brief: Brief, primary: VantageId, asker: Asker, once: Once) -> Self {
        let reasks = Reasks::of(brief.budget.reasks);
        Self {
            brief,
            primary,
            asker,
            once,
            reasks,
            sessions: Sessions::default(),
            recalls: AtomicBool::new(false),
            charting: tokio::sync::Mutex::default(),
            permits: Permits::default(),
            reservations: Reservations::default(),
        }
    }

    /// Does one address. What is done depends on the brief, the entry and the web's answers, and
    /// on nothing else: this is what makes a crawl repeatable.
    ///
    /// `is_sure` says that the budget of the other vantages reaches to this place.
    #[tracing::instrument(skip_all, fields(place = waiting.place, address = %waiting.offer.address))]
    pub(crate) async fn visit(&self, waiting: Waiting, is_sure: bool) -> Done {
        let offer = &waiting.offer;
        let mut side = Side::of(waiting.place);
        let (exchange, role, mut round) = self.ask_first(&waiting, &mut side).await;
        if took_place(&exchange) {
            // Its stylesheets, and the other vantages, may take long.
            self.asker.answered(&exchange);
        }
        let facts = self.read(&exchange, &mut side).await;
        self.asker.room.read(&exchange, facts.as_deref());
        let mut first = (exchange, facts);
        if round == Round::None && !matches!(role, Role::First) {
            round = self.behind_page(&mut first, &mut side).await;
        }
        let (exchange, facts) = first;
        let mut observed = vec![Observed {
            exchange,
            facts,
            churns: false,
            is_held: false,
        }];
        let entry = vantage::Entry {
            waiting: &waiting,
            is_sure,
            role: &role,
            is_behind_round: round != Round::None,
        };
        let reask = if self.ends_branch(&observed) {
            Reask::Needless
        } else {
            vantage::ask_again(self, entry, &mut observed, &mut side).await
        };
        let mut way_on = observed.first().and_then(chain::way_on);
        if let Some(way) = way_on.as_mut().filter(|_| round == Round::Unpassed) {
            way.end = Some(ChainEnd::CookieCheck);
        }
        let found = offers::found(&self.brief, offer, &observed);
        let found = if self.ends_branch(&observed) {
            found.at_end_of_branch()
        } else {
            found
        };
        let Found {
            mut offers,
            refused,
        } = found;
        carry::along(offer, &observed, &mut offers);
        let facts = observed.first().and_then(|seen| seen.facts.as_deref());
        let likeness = facts.map(likeness);
        let first = observed.first().map(|seen| &seen.exchange);
        let opens = matches!(role, Role::First) && first.is_some_and(|it| answer(it).is_some());
        let bodies = observed.iter().map(|seen| body_bytes(&seen.exchange));
        let body_bytes = bodies.sum();
        let step = Step {
            waiting,
            observed,
            way_on,
            side: side.exchanges,
            offers,
            reask,
            opens,
            refused,
            likeness,
        };
        Done { step, body_bytes }
    }

    /// Whether the branch ends at a page, by what any vantage read of it.
    fn ends_branch(&self, observed: &[Observed]) -> bool {
        let mut facts = observed.iter().filter_map(|seen| seen.facts.as_deref());
        facts.any(|facts| self.asker.reading.ends_branch(facts))
    }

    /// Asks an address in the primary vantage, and says what it is to its host: one that must not be
    /// asked is nothing to it.
    async fn ask_first(&self, waiting: &Waiting, side: &mut Side) -> (Arc<Exchange>, Role, Round) {
        let (offer, place) = (&waiting.offer, waiting.place);
        let guise = self.guise(self.primary);
        let mut ask = Ask {
            referrer: offer.referrer.clone(),
            arrives_from: vantage::arrival(self, guise.referral, &offer.address),
            ..Ask::new(offer.address.clone(), guise, Purpose::Page)
        };
        let refusal = match self.over_budget(waiting) {
            Some(why) => Some(Reply::Declined(why)),
            None => self.refusal(&offer.address, side).await,
        };
        let host = offer.address.host();
        let keeps = ask.vantage.cookies == Cookies::Keep;
        if let Some(reply) = refusal {
            if keeps {
                self.sessions.done(&host, place, None);
            }
            return (Arc::new(unasked(ask, reply)), Role::Early, Round::None);
        }
        if !keeps {
            let exchange = Arc::new(self.ask_page(ask, place).await);
            return (exchange, Role::Early, Round::None);
        }
        let role = self.sessions.role(&self.asker, &host, place).await;
        let mut jar = Jar::default();
        if let Role::Later(opening) = &role {
            opening.fill(&mut jar);
        }
        carry::fill(&mut jar, offer, self.primary);
        let from = carry::comes_from(offer, ask.arrives_from.as_ref());
        ask.cookies = jar.line(&offer.address, from);
        let exchange = self.ask_page(ask, place).await;
        let opens = matches!(role, Role::First);
        let (exchange, round) = self.behind(exchange, opens, opens, side).await;
        if opens {
            let answered = answer(&exchange).is_some();
            self.sessions
                .done(&host, place, answered.then_some(&*exchange));
        }
        (exchange, role, round)
    }

    /// Takes an answer to what stands behind the check of cookies that it begins, if it does. `opens` says that
    /// it is the first one of its host, `reads` that it is looked at although it is a page.
    pub(crate) async fn behind(
        &self,
        exchange: Exchange,
        opens: bool,
        reads: bool,
        side: &mut Side,
    ) -> (Arc<Exchange>, Round) {
        let exchange = Arc::new(exchange);
        let way = round::way(self, &exchange, reads).await;
        let Some(behind) = round::pass(self, &exchange, way, opens, side).await else {
            return (exchange, Round::None);
        };
        let room = &self.asker.room;
        room.read(&exchange, None);
        room.give_back(&exchange, None);
        room.take(&behind.exchange);
        (behind.exchange, Round::of(behind.is_unpassed))
    }

    /// [`behind`](Self::behind) for a page that was read.
    async fn behind_page(
        &self,
        page: &mut (Arc<Exchange>, Option<Arc<PageFacts>>),
        side: &mut Side,
    ) -> Round {
        let (exchange, facts) = &*page;
        let is_redirect = answer(exchange).is_none_or(Answer::is_redirect);
        let way = chain::way_of(exchange, facts.as_deref()).filter(|_| !is_redirect);
        let Some(behind) = round::pass(self, exchange, way, false, side).await else {
            return Round::None;
        };
        let room = &self.asker.room;
        room.give_back(exchange, facts.as_deref());
        room.take(&behind.exchange);
        let facts = self.read(&behind.exchange, side).await;
        room.read(&behind.exchange, facts.as_deref());
        *page = (behind.exchange, facts);
        Round::of(behind.is_unpassed)
    }

    /// Takes note that the entry at `place` is begun. To be called in the order of places for each host.
    pub(crate) fn enter(&self, address: &PageUrl, place: u64) {
        if self.brief.cookies == Cookies::Keep {
            self.sessions.enter(&address.host(), place);
        }
    }

    /// A vantage as this crawl has it.
    pub(crate) fn guise(&self, id: VantageId) -> Vantage {
        let mut guise = Vantage::beside(id, self.primary);
        if self.brief.cookies == Cookies::Refuse {
            guise.cookies = Cookies::Refuse;
        }
        guise
    }

    /// Asks for a page, unless the case holds the answer already, and takes room for it.
    pub(crate) async fn ask_page(&self, ask: Ask, place: u64) -> Exchange {
        while self.recalls.load(Ordering::Acquire) {
            self.asker.room.opens_to(place).await;
            match self.asker.recall(ask.clone(), Some(place)).await {
                Recalled::NoRoom => {}
                Recalled::Nothing => break,
                Recalled::Kept(mut held) => {
                    held.ask.referrer = ask.referrer;
                    held.ask.arrives_from = ask.arrives_from;
                    return *held;
                }
            }
        }
        let exchange = self.asker.ask(ask, place).await;
        self.asker.room.take(&exchange);
        exchange
    }

    /// What is held of a page whose turn has not come.
    pub(crate) async fn held(&self, ask: &Ask) -> Option<Exchange> {
        if ask.purpose != Purpose::Page || !self.recalls.load(Ordering::Acquire) {
            return None;
        }
        match self.asker.recall(ask.clone(), None).await {
            Recalled::Kept(held) => Some(*held),
            Recalled::Nothing | Recalled::NoRoom => None,
        }
    }

    /// The reply for `address` when it must not be asked. See [`Permits::refusal`].
    pub(crate) async fn refusal(&self, address: &PageUrl, side: &mut Side) -> Option<Reply> {
        match self.brief.robots {
            Robots::Ignore => None,
            Robots::Obey => {
                let (asker, once) = (&self.asker, &self.once);
                self.permits.refusal(asker, once, address, side).await
            }
        }
    }

    /// The sitemaps that robots.txt lists for the origin of `root`.
    pub(crate) async fn listed_sitemaps(&self, root: &PageUrl) -> Vec<PageUrl> {
        // The exchange itself belongs to the pages of the origin.
        if self.refusal(root, &mut Side::of(EXEMPT)).await.is_some() {
            return Vec::new();
        }
        let listed = self.permits.sitemaps(root);
        let listed = listed.iter().map(|at| RawHref::new(at.as_str()));
        listed.filter_map(|at| at.resolve(root).ok()).collect()
    }

    /// Reads an answer, with its stylesheets; `None` when there is no answer.
    pub(crate) async fn read(
        &self,
        exchange: &Arc<Exchange>,
        side: &mut Side,
    ) -> Option<Arc<PageFacts>> {
        let page = &exchange.ask.address;
        answer(exchange)?;
        let ask =
            |reader: &dyn Reader, page: &PageUrl, answer: &Answer| reader.stylesheets(page, answer);
        let reading = &self.asker.reading;
        let named = reading.put(exchange, ask).await;
        let texts = sheets::texts(self, page, named.unwrap_or_default(), side).await;
        let ask = move |reader: &dyn Reader, page: &PageUrl, answer: &Answer| {
            reader.read(page, answer, texts)
        };
        let facts = reading.put(exchange, ask).await;
        let mut facts = facts.unwrap_or_else(|| unread(page));
        let is_page = answer(exchange).is_some_and(|answer| (200..300).contains(&answer.status));
        // Whoever ignores robots.txt crawls a site of their own, or a capture.
        let asks = self.brief.robots == Robots::Obey && self.brief.scope.contains(page);
        if is_page && asks {
            let said = mining::directives(self, page, side).await;
            facts.directives.extend(said);
        }
        Some(Arc::new(facts))
    }

    fn over_budget(&self, waiting: &Waiting) -> Option<Declined> {
        let (offer, budget) = (&waiting.offer, &self.brief.budget);
        if !offer.in_scope && self.brief.landings == Landings::Record {
            Some(Declined::Scope)
        } else if offer.redirects > budget.redirects {
            Some(Declined::Redirects)
        } else {
            (offer.depth > budget.depth).then_some(Declined::Depth)
        }
    }
}

/// Facts of a document on which the reader broke: one hostile page must not end a crawl, and
/// must not pass for an empty one either.
fn unread(page: &PageUrl) -> PageFacts {
    tracing::error!(%page, "the reader broke on this document; please report it with the page");
    let mut facts = PageFacts::empty(page.clone());
    facts.notes.push(Note {
        kind: NoteKind::Other,
        text: "The reader broke on this document: nothing in it was read.".to_owned(),
        span: None,
    });
    facts
}

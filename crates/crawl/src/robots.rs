//! robots.txt by RFC 9309: asked once for each origin, kept as evidence, obeyed.

use std::sync::Arc;

use dashmap::DashMap;
use model::{
    Answer, BodyCut, Declined, Exchange, Origin, PageUrl, Purpose, RawHref, Reply, Unreachable,
};
use tokio::sync::OnceCell;

use crate::asking::{Asker, answer};
use crate::event::Note;
use crate::once::{NoRoom, Once, Side};
use crate::robots_file::RobotsFile;

/// The product token by which robots.txt may address this crawler.
const PRODUCT_TOKEN: &str = "sidedoor";
/// Redirects of a robots.txt that are followed.
const REDIRECTS: usize = 5;

/// What the origins of the crawl permit.
#[derive(Debug, Default)]
pub(crate) struct Permits {
    rows: DashMap<Origin, Arc<OnceCell<Arc<Row>>>>,
}

/// One origin: what it permits, and the addresses that were asked to learn it.
#[derive(Debug)]
struct Row {
    permit: Permit,
    asked: Vec<PageUrl>,
}

#[derive(Debug)]
enum Permit {
    /// Everything: there are no rules.
    All,
    /// Nothing, with the reply that is recorded for every page.
    Nothing(Reply),
    /// What the rules say.
    Rules(RobotsFile),
}

impl Permits {
    /// The reply for `address` when it must not be asked; `None` when it may. Never an answer.
    ///
    /// The exchanges for robots.txt that the case does not have yet are added to `side`.
    pub(crate) async fn refusal(
        &self,
        asker: &Asker,
        once: &Once,
        address: &PageUrl,
        side: &mut Side,
    ) -> Option<Reply> {
        let row = loop {
            match self.row(asker, once, address, side).await {
                Ok(row) => break row,
                Err(NoRoom) => asker.room.opens_to(side.place).await,
            }
        };
        match &row.permit {
            Permit::All => None,
            Permit::Nothing(reply) => Some(reply.clone()),
            Permit::Rules(rules) => {
                (!rules.allows(&path_of(address))).then_some(Reply::Declined(Declined::Robots))
            }
        }
    }

    /// What the origin of `address` permits, learned by one for all; when that one has no room, by
    /// the next.
    async fn row(
        &self,
        asker: &Asker,
        once: &Once,
        address: &PageUrl,
        side: &mut Side,
    ) -> Result<Arc<Row>, NoRoom> {
        let cell = Arc::clone(&self.rows.entry(address.origin()).or_default());
        let place = side.place;
        let learned = || async { Ok(Arc::new(learn(asker, once, address, place).await?)) };
        let row = cell.get_or_try_init(learned).await?;
        let known = side.exchanges.len();
        for asked in &row.asked {
            let asked = asked.clone();
            if let Err(no_room) = once.ask(asker, asked, Purpose::Robots, None, side).await {
                side.exchanges.truncate(known);
                return Err(no_room);
            }
        }
        Ok(Arc::clone(row))
    }

    /// The sitemaps that the robots.txt of an origin lists, as written. Asks for nothing: the origin is
    /// one whose permit was learned.
    pub(crate) fn sitemaps(&self, address: &PageUrl) -> Vec<String> {
        let cell = self.rows.get(&address.origin());
        let row = cell.as_ref().and_then(|cell| cell.get());
        match row.map(|row| &row.permit) {
            Some(Permit::Rules(rules)) => rules.sitemaps.clone(),
            _ => Vec::new(),
        }
    }
}

/// Asks for the robots.txt of the origin of `address`, follows its redirects and reads it.
async fn learn(asker: &Asker, once: &Once, address: &PageUrl, place: u64) -> Result<Row, NoRoom> {
    let mut row = Row {
        permit: Permit::All,
        asked: Vec::new(),
    };
    let mut next = PageUrl::parse(&format!("{}/robots.txt", address.origin().as_str())).ok();
    while let Some(asked) = next.take() {
        let exchange = once
            .ask(
                asker,
                asked.clone(),
                Purpose::Robots,
                None,
                &mut Side::of(place),
            )
            .await?;
        row.asked.push(asked);
        next = redirect(&exchange)
            .filter(|target| row.asked.len() <= REDIRECTS && !row.asked.contains(target));
        row.permit = permit(exchange).await;
    }
    if let Permit::Rules(rules) = &row.permit
        && let Some(seconds) = rules.delay
        && let Some((asked, given)) = asker.turns.lengthen(&address.host(), seconds)
    {
        asker.tell(Note::CrawlDelayCapped {
            host: address.host(),
            asked,
            given,
        });
    }
    Ok(row)
}

/// Where a redirect leads; `None` when the exchange is none, or leads to no page.
pub(crate) fn redirect(exchange: &Exchange) -> Option<PageUrl> {
    let answer = answer(exchange).filter(|answer| answer.is_redirect())?;
    let location = RawHref::new(answer.headers.first("location")?);
    location.resolve(&exchange.ask.address).ok()
}

/// What an answer permits, by RFC 9309 section 2.3.1: a file is read, "unavailable" (4xx, or more
/// redirects than are followed) permits everything, "unreachable" (5xx, or no answer) nothing.
///
/// Where the origin itself is refused or is not there, the page would meet the same: that reason is
/// the true one, and robots.txt is not to blame.
async fn permit(exchange: Arc<Exchange>) -> Permit {
    let forbidden = || Permit::Nothing(Reply::Declined(Declined::Robots));
    match &exchange.reply {
        Reply::Declined(_)
        | Reply::Unreachable(
            Unreachable::Dns
            | Unreachable::DnsFailed
            | Unreachable::Connect
            | Unreachable::Tls
            | Unreachable::TlsExpired
            | Unreachable::TlsOtherName
            | Unreachable::TlsUntrusted
            | Unreachable::NotRecorded,
        ) => Permit::Nothing(exchange.reply.clone()),
        Reply::Unreachable(_) => forbidden(),
        Reply::Answered(answer) => match answer.status {
            // Half a file may lack the rule that forbids: the rest did not come, or cannot be read.
            200..=299 if is_interrupted(answer) => forbidden(),
            200..=299 => {
                let body = answer.body.clone();
                let read = move || RobotsFile::read(&body, PRODUCT_TOKEN);
                let rules = tokio::task::spawn_blocking(read).await;
                rules.map_or_else(|_| forbidden(), Permit::Rules)
            }
            300..=499 => Permit::All,
            _ => forbidden(),
        },
    }
}

/// Whether an answer lacks a part by a fault of the network or of the server.
pub(crate) const fn is_interrupted(answer: &Answer) -> bool {
    matches!(
        answer.cut,
        Some(BodyCut::Disconnect | BodyCut::Time | BodyCut::BrokenCoding | BodyCut::Part)
    )
}

/// Path and query of an address.
pub(crate) fn path_of(address: &PageUrl) -> String {
    let url = address.as_url();
    match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    }
}

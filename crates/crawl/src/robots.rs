//! robots.txt by RFC 9309: asked once for each origin, kept as evidence, obeyed.

use std::sync::Arc;

use dashmap::DashMap;
use model::{Declined, Exchange, Origin, PageUrl, Purpose, RawHref, Reply, Unreachable};
use texting_robots::Robot;
use tokio::sync::OnceCell;

use crate::asking::{Asker, answer};
use crate::event::Note;
use crate::once::Once;

/// The product token by which robots.txt may address this crawler.
const PRODUCT_TOKEN: &str = "sidedoor";
/// Bytes of a robots.txt that are read: the least that RFC 9309 asks for.
const READ_BYTES: usize = 500 * 1024;
/// Redirects of a robots.txt that are followed.
const REDIRECTS: usize = 5;
/// Rules with `$` that are matched exactly. Each is compiled, so a hostile file could cost much;
/// those beyond lose their `$` and forbid a little more than they say.
const ANCHORED_RULES: usize = 1_000;

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
    Rules(Robot),
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
        side: &mut Vec<Arc<Exchange>>,
    ) -> Option<Reply> {
        let cell = Arc::clone(&self.rows.entry(address.origin()).or_default());
        let row = cell
            .get_or_init(|| async { Arc::new(learn(asker, once, address).await) })
            .await;
        for asked in &row.asked {
            once.ask(asker, asked.clone(), Purpose::Robots, None, side)
                .await;
        }
        match &row.permit {
            Permit::All => None,
            Permit::Nothing(reply) => Some(reply.clone()),
            Permit::Rules(rules) => {
                (!rules.allowed(&path(address))).then_some(Reply::Declined(Declined::Robots))
            }
        }
    }
}

/// Asks for the robots.txt of the origin of `address`, follows its redirects and reads it.
async fn learn(asker: &Asker, once: &Once, address: &PageUrl) -> Row {
    let mut row = Row {
        permit: Permit::All,
        asked: Vec::new(),
    };
    let mut next = PageUrl::parse(&format!("{}/robots.txt", address.origin().as_str())).ok();
    while let Some(asked) = next.take() {
        let exchange = once
            .ask(asker, asked.clone(), Purpose::Robots, None, &mut Vec::new())
            .await;
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
    row
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
            Unreachable::Dns | Unreachable::Connect | Unreachable::Tls | Unreachable::NotRecorded,
        ) => Permit::Nothing(exchange.reply.clone()),
        Reply::Unreachable(_) => forbidden(),
        Reply::Answered(answer) => match answer.status {
            200..=299 => {
                let body = answer.body.clone();
                let rules = tokio::task::spawn_blocking(move || rules(&body)).await;
                rules.ok().flatten().map_or_else(forbidden, Permit::Rules)
            }
            300..=499 => Permit::All,
            _ => forbidden(),
        },
    }
}

/// Reads a robots.txt; `None` when its rules cannot be read at all.
fn rules(body: &[u8]) -> Option<Robot> {
    Robot::new(PRODUCT_TOKEN, &tidy(body, ANCHORED_RULES))
        .or_else(|_| Robot::new(PRODUCT_TOKEN, &tidy(body, 0)))
        .ok()
}

/// The part of a robots.txt that is read, with whole lines only, product tokens cut to their
/// letters, percent encoding normalized, and at most `anchored` rules with a `$`.
fn tidy(body: &[u8], anchored: usize) -> Vec<u8> {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    let whole = if body.len() > READ_BYTES {
        let read = &body[..READ_BYTES];
        let end = read.iter().rposition(|byte| matches!(byte, b'\n' | b'\r'));
        &read[..end.unwrap_or(0)]
    } else {
        body
    };
    let mut anchors = 0;
    let mut tidied = Vec::with_capacity(whole.len());
    for line in whole.split(|byte| matches!(byte, b'\n' | b'\r')) {
        tidy_line(line, &mut anchors, anchored, &mut tidied);
        tidied.push(b'\n');
    }
    tidied
}

fn tidy_line(line: &[u8], anchors: &mut usize, anchored: usize, out: &mut Vec<u8>) {
    let line = line.split(|byte| *byte == b'#').next().unwrap_or_default();
    let Some(colon) = line.iter().position(|byte| *byte == b':') else {
        out.extend_from_slice(line);
        return;
    };
    let (field, value) = (line[..colon].trim_ascii(), line[colon + 1..].trim_ascii());
    if field.eq_ignore_ascii_case(b"user-agent") {
        let letters = value
            .iter()
            .take_while(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'-' | b'_' | b'*'));
        out.extend_from_slice(b"User-agent: ");
        out.extend(letters);
        return;
    }
    let is_rule = field.eq_ignore_ascii_case(b"allow") || field.eq_ignore_ascii_case(b"disallow");
    if !is_rule {
        out.extend_from_slice(line);
        return;
    }
    let mut value = normalize(value);
    if value.contains(&b'$') {
        *anchors += 1;
        if *anchors > anchored {
            if field.eq_ignore_ascii_case(b"allow") {
                return;
            }
            value.truncate(value.iter().position(|byte| *byte == b'$').unwrap_or(0));
        }
    }
    out.extend_from_slice(field);
    out.extend_from_slice(b": ");
    out.extend_from_slice(&value);
}

/// Path and query of an address, normalized as the rules are.
fn path(address: &PageUrl) -> String {
    let url = address.as_url();
    let mut path = url.path().as_bytes().to_vec();
    if let Some(query) = url.query() {
        path.push(b'?');
        path.extend_from_slice(query.as_bytes());
    }
    String::from_utf8_lossy(&normalize(&path)).into_owned()
}

/// Percent encoding in one form: unreserved characters are decoded, hex digits are in upper
/// case, bytes outside of ASCII are encoded.
fn normalize(text: &[u8]) -> Vec<u8> {
    let hex = |byte: u8| char::from(byte).to_digit(16);
    let mut normal = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        let pair = text.get(at + 1).zip(text.get(at + 2));
        let code =
            pair.and_then(|(high, low)| hex(*high)?.checked_mul(16)?.checked_add(hex(*low)?));
        match code.and_then(|code| u8::try_from(code).ok()) {
            Some(code) if byte == b'%' => {
                if code.is_ascii_alphanumeric() || matches!(code, b'-' | b'.' | b'_' | b'~') {
                    normal.push(code);
                } else {
                    normal.extend(text[at..at + 3].iter().map(u8::to_ascii_uppercase));
                }
                at += 3;
            }
            _ if byte.is_ascii() => {
                normal.push(byte);
                at += 1;
            }
            _ => {
                normal.extend(format!("%{byte:02X}").bytes());
                at += 1;
            }
        }
    }
    normal
}

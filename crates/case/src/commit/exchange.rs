//! Keeping exchanges: their records among the evidence, and their rows.

use model::{Exchange, Purpose, Reply};
use rusqlite::{Connection, OptionalExtension, params};

use super::Failure;
use super::row::Row;
use crate::open::Tally;
use crate::provenance::{self, Provenance};
use crate::warc::Draft;

/// Keeps an exchange that several addresses share, unless the case has it.
pub(super) fn put_side(
    base: &Connection,
    draft: &mut Draft,
    tally: &mut Tally,
    exchange: &Exchange,
) -> Result<(), Failure> {
    supersede(base, tally, exchange)?;
    if !is_known(base, exchange)? {
        put_exchange(base, draft, tally, exchange)?;
    }
    Ok(())
}

/// A robots.txt or a sitemap that was asked for anew counts from then on; the one before becomes a try of
/// it.
fn supersede(base: &Connection, tally: &mut Tally, exchange: &Exchange) -> rusqlite::Result<()> {
    if !matches!(exchange.ask.purpose, Purpose::Robots | Purpose::Sitemap) {
        return Ok(());
    }
    let before: Option<u64> = base
        .prepare_cached(
            "UPDATE exchange SET try = 1
             WHERE address = ?1 AND purpose = ?2 AND vantage = ?3 AND try = 0 AND started < ?4
             RETURNING body_bytes",
        )?
        .query_row(
            params![
                exchange.ask.address.as_str(),
                exchange.ask.purpose.as_str(),
                exchange.ask.vantage.id.as_str(),
                exchange.started.millis(),
            ],
            |row| row.get(0),
        )
        .optional()?;
    // Its bytes count no longer.
    let bytes = tally.counts.body_bytes.saturating_sub(before.unwrap_or(0));
    tally.counts.body_bytes = bytes;
    Ok(())
}

fn is_known(base: &Connection, exchange: &Exchange) -> rusqlite::Result<bool> {
    base.prepare_cached(
        "SELECT 1 FROM exchange WHERE address = ?1 AND purpose = ?2 AND vantage = ?3 AND try = 0",
    )?
    .exists(params![
        exchange.ask.address.as_str(),
        exchange.ask.purpose.as_str(),
        exchange.ask.vantage.id.as_str(),
    ])
}

/// Keeps an exchange whose bytes do not count, or not yet.
pub(crate) fn put_uncounted(
    base: &Connection,
    draft: &mut Draft,
    tally: &mut Tally,
    exchange: &Exchange,
) -> Result<u64, Failure> {
    let counted = tally.counts.body_bytes;
    let id = put_exchange(base, draft, tally, exchange)?;
    tally.counts.body_bytes = counted;
    Ok(id)
}

/// Keeps an exchange: its records first, then its row. Gives its number.
pub(super) fn put_exchange(
    base: &Connection,
    draft: &mut Draft,
    tally: &mut Tally,
    exchange: &Exchange,
) -> Result<u64, Failure> {
    tally.exchanges += 1;
    let id = tally.exchanges;
    let row = Row::of(exchange)?;
    let mut provenance = Provenance::default();
    let stretch = match &exchange.reply {
        Reply::Answered(answer) => {
            provenance = Provenance::of(base, exchange, answer, &row)?;
            draft.add(exchange, answer, id, &provenance)?
        }
        _ => {
            let found = provenance::found(base, exchange)?;
            draft.add_unanswered(exchange, id, &found)?
        }
    };
    base.prepare_cached("INSERT OR IGNORE INTO evidence (number, bytes) VALUES (?1, 0)")?
        .execute([stretch.file])?;
    base.prepare_cached(
        "INSERT INTO exchange (id, address, purpose, vantage, guise, referrer, peer, started,
            elapsed, outcome, why, sent, status, http_version, content_type, body_sha256,
            body_bytes, cut, file, offset, bytes, cookies, payload_sha256)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18,
            ?19, ?20, ?21, ?22, ?23)",
    )?
    .execute(params![
        id,
        exchange.ask.address.as_str(),
        exchange.ask.purpose.as_str(),
        exchange.ask.vantage.id.as_str(),
        guise(base, exchange)?,
        exchange.ask.referrer.as_ref().map(|from| from.as_str()),
        exchange.peer.map(|peer| peer.to_string()),
        exchange.started.millis(),
        u64::try_from(exchange.elapsed.as_nanos()).unwrap_or(u64::MAX >> 1),
        row.outcome,
        row.why,
        row.sent,
        row.status,
        row.version,
        row.content_type,
        row.body_sha256,
        row.body_bytes,
        row.cut,
        stretch.file,
        stretch.offset,
        stretch.bytes,
        Some(&exchange.ask.cookies).filter(|cookies| !cookies.is_empty()),
        row.status.map(|_| provenance.payload.bytes()),
    ])?;
    provenance.put(base, id)?;
    tally.counts.body_bytes += row.body_bytes;
    Ok(id)
}

fn guise(base: &Connection, exchange: &Exchange) -> rusqlite::Result<i64> {
    let vantage = &exchange.ask.vantage;
    let named = params![
        vantage.id.as_str(),
        vantage.user_agent,
        vantage.accept_language
    ];
    let known = base
        .prepare_cached(
            "SELECT id FROM guise WHERE vantage = ?1 AND user_agent = ?2 AND accept_language = ?3",
        )?
        .query_row(named, |row| row.get(0))
        .optional()?;
    match known {
        Some(id) => Ok(id),
        None => base
            .prepare_cached(
                "INSERT INTO guise (vantage, user_agent, accept_language, referral, cookies)
                 VALUES (?1, ?2, ?3, ?4, ?5) RETURNING id",
            )?
            .query_row(
                params![
                    vantage.id.as_str(),
                    vantage.user_agent,
                    vantage.accept_language,
                    vantage.referral.as_str(),
                    vantage.cookies.as_str(),
                ],
                |row| row.get(0),
            ),
    }
}

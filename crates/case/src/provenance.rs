//! What the records of an answer say besides it: how its address was found, and whose payload it
//! repeats.

use model::{Answer, BodyHash, Exchange, Timestamp};
use rusqlite::{Connection, OptionalExtension, params};

use crate::commit::row::Row;
use crate::warc::exchange_record_id;

/// Bytes of the shortest payload that is not kept a second time: a revisit names three things of
/// its original, which take as much room.
const REPEATED: usize = 256;

/// What is known of an answer when its records are written.
#[derive(Debug, Default)]
pub(crate) struct Provenance {
    /// SHA-256 of the payload as it was received.
    pub(crate) payload: Digest,
    /// The exchange whose records hold the payload, if it is not this one.
    pub(crate) original: Option<Original>,
    /// How the address was found, as fields of a `metadata` record.
    pub(crate) found: String,
    /// Whether later answers with this payload may refer to this one.
    is_long: bool,
}

/// A SHA-256; that of nothing by default.
#[derive(Debug)]
pub(crate) struct Digest(BodyHash);

impl Default for Digest {
    fn default() -> Self {
        Self(BodyHash::of(&[]))
    }
}

impl Digest {
    pub(crate) fn bytes(&self) -> &[u8; 32] {
        self.0.bytes()
    }
}

/// An exchange that was answered with the same payload before.
#[derive(Debug)]
pub(crate) struct Original {
    exchange: u64,
    /// Id of its response record.
    pub(crate) id: String,
    /// Its address.
    pub(crate) address: String,
    /// When it was asked.
    pub(crate) date: String,
}

impl Provenance {
    /// Of an answer that is going to be kept.
    pub(crate) fn of(
        base: &Connection,
        exchange: &Exchange,
        answer: &Answer,
        row: &Row<'_>,
    ) -> rusqlite::Result<Self> {
        let is_plain = answer.payload.as_ptr() == answer.body.as_ptr()
            && answer.payload.len() == answer.body.len();
        let payload = match row.body {
            Some(body) if is_plain => body,
            _ => BodyHash::of(&answer.payload),
        };
        let is_long = answer.payload.len() >= REPEATED;
        let original = if is_long {
            original(base, &payload, row)?
        } else {
            None
        };
        Ok(Self {
            payload: Digest(payload),
            original,
            found: found(base, exchange)?,
            is_long,
        })
    }

    /// Keeps where the payload of an exchange is.
    pub(crate) fn put(&self, base: &Connection, exchange: u64) -> rusqlite::Result<()> {
        if let Some(original) = &self.original {
            base.prepare_cached("INSERT INTO revisit (exchange, original) VALUES (?1, ?2)")?
                .execute([exchange, original.exchange])?;
        } else if self.is_long {
            base.prepare_cached(
                "INSERT OR IGNORE INTO payload (sha256, exchange) VALUES (?1, ?2)",
            )?
            .execute(params![self.payload.bytes(), exchange])?;
        }
        Ok(())
    }
}

/// The first exchange with this payload, if its body is the same too: a payload may be sent with
/// other codings.
fn original(
    base: &Connection,
    payload: &BodyHash,
    row: &Row<'_>,
) -> rusqlite::Result<Option<Original>> {
    base.prepare_cached(
        "SELECT e.id, e.address, e.vantage, e.purpose, e.started
         FROM payload p JOIN exchange e ON e.id = p.exchange
         WHERE p.sha256 = ?1 AND e.body_sha256 = ?2",
    )?
    .query_row(params![payload.bytes(), row.body_sha256], |row| {
        let (exchange, address): (u64, String) = (row.get(0)?, row.get(1)?);
        let (vantage, purpose) = (row.get_ref(2)?.as_str()?, row.get_ref(3)?.as_str()?);
        let date = Timestamp::from_millis(row.get(4)?).to_string();
        Ok(Original {
            id: exchange_record_id("response", &address, vantage, purpose, &date, exchange),
            exchange,
            address,
            date,
        })
    })
    .optional()
}

/// How an address was found, by its place in the frontier; what a page needs besides has none.
pub(crate) fn found(base: &Connection, exchange: &Exchange) -> rusqlite::Result<String> {
    let ask = &exchange.ask;
    let mut fields = String::new();
    if let Some(referrer) = &ask.referrer {
        fields.push_str(&format!("via: {referrer}\r\n"));
    }
    fields.push_str(&format!(
        "fetchTimeMs: {}\r\n",
        exchange.elapsed.as_millis()
    ));
    if ask.purpose.is_page() {
        let place = base
            .prepare_cached(
                "SELECT place, depth, redirects, reach FROM frontier WHERE address = ?1",
            )?
            .query_row([ask.address.as_str()], |row| {
                let (place, depth): (u64, u32) = (row.get(0)?, row.get(1)?);
                let (redirects, reach): (u32, String) = (row.get(2)?, row.get(3)?);
                Ok(format!(
                    "place: {place}\r\ndepth: {depth}\r\nredirects: {redirects}\r\n\
                     reach: {reach}\r\n"
                ))
            })
            .optional()?;
        fields.push_str(&place.unwrap_or_default());
    }
    Ok(fields)
}

//! Keeping what was answered ahead of its turn.
//!
//! Steps are committed in the order of the frontier, and answers come in any order. One that has to
//! wait is held: its exchange and its evidence are in the case, and it belongs to no visit until
//! its turn comes. So a killed crawl does not ask again what it was told.

use std::sync::Arc;

use model::{Ask, Exchange, Reply};
use rusqlite::{Connection, OptionalExtension, params};

use crate::commit::{CommitError, Failure, put_uncounted};
use crate::open::{CaseFolder, Tally};
use crate::read::ReadError;
use crate::warc::Draft;

impl CaseFolder {
    /// Keeps exchanges for pages whose turn has not come, in one transaction. A later
    /// [`commit`](Self::commit) of the same question takes the exchange that is held; one that is held
    /// already is not kept twice.
    ///
    /// # Errors
    /// [`CommitError`]; none of them is kept then.
    pub fn hold(&mut self, exchanges: &[Arc<Exchange>]) -> Result<(), CommitError> {
        self.change(|base, draft, tally| {
            for exchange in exchanges {
                put_held(base, draft, tally, exchange)?;
            }
            Ok(())
        })
    }

    /// How many exchanges are held. Costs nothing where the case is open for writing; else linear in
    /// their number.
    ///
    /// # Errors
    /// [`ReadError::Base`].
    pub fn held_count(&self) -> Result<u64, ReadError> {
        match &self.writing {
            Some(writing) => Ok(writing.tally.held),
            None => Ok(count(&self.base)?),
        }
    }

    /// The exchange that is held for a question about a page, as it was: read from the evidence, with
    /// every digest checked. `None` where it was asked with other cookies.
    ///
    /// # Errors
    /// As [`exchange`](Self::exchange).
    pub fn held(&self, ask: &Ask) -> Result<Option<Exchange>, ReadError> {
        match find(&self.base, ask)? {
            Some(held) if held.cookies == ask.cookies => {
                self.exchange(&ask.address, ask.vantage.id, ask.purpose)
            }
            _ => Ok(None),
        }
    }
}

/// How many exchanges are held.
pub(crate) fn count(base: &Connection) -> rusqlite::Result<u64> {
    base.query_row("SELECT count(*) FROM held", [], |row| row.get(0))
}

/// Decoded bytes of the bodies that are held.
pub(crate) fn body_bytes(base: &Connection) -> rusqlite::Result<u64> {
    base.query_row(
        "SELECT coalesce(sum(e.body_bytes), 0) FROM held h JOIN exchange e ON e.id = h.exchange",
        [],
        |row| row.get(0),
    )
}

/// An exchange that is held.
struct Held {
    id: u64,
    cookies: String,
}

/// What is held for a question, whatever cookies went with it.
fn find(base: &Connection, ask: &Ask) -> rusqlite::Result<Option<Held>> {
    base.prepare_cached(
        "SELECT e.id, e.cookies FROM exchange e JOIN held h ON h.exchange = e.id
         WHERE e.address = ?1 AND e.purpose = ?2 AND e.vantage = ?3 AND e.try = 0",
    )?
    .query_row(
        params![
            ask.address.as_str(),
            ask.purpose.as_str(),
            ask.vantage.id.as_str()
        ],
        |row| {
            let cookies: Option<String> = row.get(1)?;
            Ok(Held {
                id: row.get(0)?,
                cookies: cookies.unwrap_or_default(),
            })
        },
    )
    .optional()
}

fn put_held(
    base: &Connection,
    draft: &mut Draft,
    tally: &mut Tally,
    exchange: &Exchange,
) -> Result<(), Failure> {
    match find(base, &exchange.ask)? {
        Some(held) if held.cookies == exchange.ask.cookies => return Ok(()),
        Some(held) => give_up(base, tally, held.id)?,
        None => {}
    }
    // Its bytes count when its turn comes.
    let id = put_uncounted(base, draft, tally, exchange)?;
    base.prepare_cached("INSERT INTO held (exchange) VALUES (?1)")?
        .execute([id])?;
    tally.held += 1;
    Ok(())
}

/// Holds an exchange no longer. That it was asked, ahead of its turn, stays evidence: it does not count,
/// and was no failure after which it was asked again.
fn give_up(base: &Connection, tally: &mut Tally, id: u64) -> rusqlite::Result<()> {
    base.prepare_cached("DELETE FROM held WHERE exchange = ?1")?
        .execute([id])?;
    base.prepare_cached("UPDATE exchange SET try = -1 WHERE id = ?1")?
        .execute([id])?;
    tally.held -= 1;
    Ok(())
}

/// Takes the exchange that is held for the same question, now that its turn has come.
pub(crate) fn take(
    base: &Connection,
    tally: &mut Tally,
    exchange: &Exchange,
) -> rusqlite::Result<Option<u64>> {
    if tally.held == 0 {
        return Ok(None);
    }
    let Some(Held { id, cookies }) = find(base, &exchange.ask)? else {
        return Ok(None);
    };
    if matches!(exchange.reply, Reply::Declined(_)) || cookies != exchange.ask.cookies {
        // By the rules of its place it is not asked, or with other cookies.
        give_up(base, tally, id)?;
        return Ok(None);
    }
    base.prepare_cached("DELETE FROM held WHERE exchange = ?1")?
        .execute([id])?;
    tally.held -= 1;
    // Which page names it first is known only now.
    let referrer = exchange.ask.referrer.as_ref().map(|from| from.as_str());
    base.prepare_cached("UPDATE exchange SET referrer = ?2 WHERE id = ?1")?
        .execute(params![id, referrer])?;
    let bytes: u64 = base
        .prepare_cached("SELECT body_bytes FROM exchange WHERE id = ?1")?
        .query_row([id], |row| row.get(0))?;
    tally.counts.body_bytes += bytes;
    Ok(Some(id))
}

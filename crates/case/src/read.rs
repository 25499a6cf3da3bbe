//! Reading a case back.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use model::{
    Answer, Ask, BodyHash, Exchange, Headers, Host, Origin, Outcome, PageFacts, PageUrl, Purpose,
    Reply, Timestamp, Vantage, VantageId, Visit, VisitId,
};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::hold;
use crate::judge::Band;
use crate::open::CaseFolder;
use crate::packed::PackedVisit;
use crate::step::{FoundBy, Offer, SetCookie, Waiting};
use crate::warc::{EvidenceFault, Stretch};
use crate::words::{damaged, parsed, word};

/// How far a case has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Addresses done; those that were not asked because of what was known when they were offered are not
    /// among them.
    pub done: u64,
    /// Addresses that wait.
    pub waiting: u64,
    /// Visits.
    pub visits: u64,
    /// Decoded bytes of all bodies, those of robots.txt and stylesheets included, and those that are
    /// held ahead of their turn not.
    pub body_bytes: u64,
    /// Pages that the other vantages asked for, too.
    pub reasked: u64,
}

/// Why something cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The database cannot be read.
    #[error("the database of the case cannot be read; put back a whole copy of it")]
    Base(#[from] rusqlite::Error),
    /// The evidence of an exchange is not what was written.
    #[error(
        "the evidence of `{address}` (file {file}, byte {offset}) cannot be read; \
         put back a whole copy of the file"
    )]
    Evidence {
        /// The address that was asked.
        address: Box<PageUrl>,
        /// The file: `evidence/00001.warc.gz` is 1.
        file: u32,
        /// Where its records begin, in bytes.
        offset: u64,
        /// What is wrong with it.
        source: EvidenceFault,
    },
    /// The facts of a visit do not read.
    #[error("the facts of visit {} are damaged; put back a whole copy of the database", visit.0)]
    Facts {
        /// The visit.
        visit: VisitId,
        /// What is wrong with them.
        source: serde_json::Error,
    },
    /// A setting is no JSON.
    #[error("the setting `{key}` is damaged; write it again")]
    Setting {
        /// Its key.
        key: String,
        /// What is wrong with it.
        source: serde_json::Error,
    },
}

impl Counts {
    pub(crate) fn of(base: &Connection) -> rusqlite::Result<Self> {
        let one = |sql| base.query_row(sql, [], |row| row.get(0));
        let waiting = one("SELECT count(*) FROM frontier WHERE done = 0")?;
        let places: u64 = one("SELECT count(*) FROM frontier")?;
        let withheld = one("SELECT count(*) FROM frontier WHERE withheld IS NOT NULL")?;
        Ok(Self {
            done: places.saturating_sub(waiting + withheld),
            waiting,
            visits: one("SELECT coalesce(max(id), 0) FROM visit")?,
            body_bytes: one("SELECT coalesce(sum(body_bytes), 0) FROM exchange WHERE try = 0")?
                .saturating_sub(hold::body_bytes(base)?),
            reasked: one("SELECT count(*) FROM frontier WHERE reask = 'asked'")?,
        })
    }
}

/// An offer in the columns from the second one on, in the order in which [`CaseFolder::next_waiting`] asks.
pub(crate) fn offer(row: &Row<'_>) -> rusqlite::Result<Offer> {
    Ok(Offer {
        address: address(row, 1)?,
        referrer: maybe_address(row, 2)?,
        depth: row.get(3)?,
        redirects: row.get(4)?,
        beyond: row.get(5)?,
        in_scope: row.get(6)?,
        found_by: found_by(row, 7)?,
        cookies: cookies(row, 8)?,
    })
}

impl CaseFolder {
    /// The entries of a band of the frontier that wait, in order of place, from the first one behind
    /// `after_place` (0 for the beginning), `limit` of them at most.
    ///
    /// # Errors
    /// [`ReadError::Base`].
    pub fn next_waiting(
        &self,
        band: Band,
        after_place: u64,
        limit: usize,
    ) -> Result<Vec<Waiting>, ReadError> {
        let mut select = self.base.prepare_cached(
            "SELECT place, address, referrer, depth, redirects, beyond, in_scope, found_by,
                cookies
             FROM frontier
             WHERE done = 0 AND band = ?1 AND place > ?2 ORDER BY place LIMIT ?3",
        )?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let entries = select.query_map(params![band.number(), after_place, limit], |row| {
            Ok(Waiting {
                place: row.get(0)?,
                band,
                offer: offer(row)?,
            })
        })?;
        Ok(entries.collect::<Result<_, _>>()?)
    }

    /// The origins of the addresses in scope that were answered, in order. Linear in their number.
    ///
    /// # Errors
    /// [`ReadError::Base`].
    pub fn origins(&self) -> Result<BTreeSet<Origin>, ReadError> {
        let mut select = self.base.prepare_cached(
            "SELECT p.address FROM frontier p JOIN visit v ON v.place = p.place
                JOIN exchange e ON e.id = v.exchange
             WHERE p.in_scope = 1 AND e.outcome = 'answered'",
        )?;
        let origins = select.query_map([], |row| Ok(address(row, 0)?.origin()))?;
        Ok(origins.collect::<Result<_, _>>()?)
    }

    /// Whether an address was ever offered.
    ///
    /// # Errors
    /// [`ReadError::Base`].
    pub fn has_place(&self, address: &PageUrl) -> Result<bool, ReadError> {
        Ok(self
            .base
            .prepare_cached("SELECT 1 FROM frontier WHERE address = ?1")?
            .exists([address.as_str()])?)
    }

    /// The exchange with which the primary vantage began at a host; `None` where none was answered yet.
    ///
    /// # Errors
    /// As [`exchange`](Self::exchange).
    pub fn opening(&self, host: &Host) -> Result<Option<Exchange>, ReadError> {
        let found = self
            .base
            .prepare_cached(
                "SELECT e.address, e.vantage FROM session s JOIN exchange e ON e.id = s.exchange
                 WHERE s.host = ?1",
            )?
            .query_row([host.as_str()], |row| {
                let vantage: String = row.get(1)?;
                Ok((address(row, 0)?, parsed::<VantageId>(&vantage, 1)?))
            })
            .optional()?;
        match found {
            Some((address, vantage)) => self.exchange(&address, vantage, Purpose::Page),
            None => Ok(None),
        }
    }

    /// How far the case has come. Costs nothing where the case is open for writing; else linear
    /// in the number of addresses.
    ///
    /// # Errors
    /// [`ReadError::Base`].
    pub fn counts(&self) -> Result<Counts, ReadError> {
        match &self.writing {
            Some(writing) => Ok(writing.tally.counts),
            None => Ok(Counts::of(&self.base)?),
        }
    }

    /// Hands every visit to `f` in order of its number, with what was read in it.
    ///
    /// # Errors
    /// What `f` gives, which ends the walk; [`ReadError`] as `E` where the case does not read.
    pub fn for_each_visit<E: From<ReadError>>(
        &self,
        f: &mut dyn FnMut(Visit, Option<PageFacts>) -> Result<(), E>,
    ) -> Result<(), E> {
        self.for_each_visit_after(0, f)
    }

    /// [`for_each_visit`](Self::for_each_visit) from behind a visit on.
    pub(crate) fn for_each_visit_after<E: From<ReadError>>(
        &self,
        after: u64,
        f: &mut dyn FnMut(Visit, Option<PageFacts>) -> Result<(), E>,
    ) -> Result<(), E> {
        self.for_each_packed_visit(after, &mut |packed| {
            let facts = packed.facts()?;
            f(packed.visit, facts)
        })
    }

    /// Hands every visit from behind a number on, all behind 0, to `f` in order, with what was read in it as it is
    /// kept, for who unpacks on several threads: unpacking costs most of reading a case.
    ///
    /// # Errors
    /// What `f` gives, which ends the walk; [`ReadError`] as `E` where the database does not read.
    pub fn for_each_packed_visit<E: From<ReadError>>(
        &self,
        after: u64,
        f: &mut dyn FnMut(PackedVisit) -> Result<(), E>,
    ) -> Result<(), E> {
        let base = |wrong| E::from(ReadError::Base(wrong));
        let mut select = self
            .base
            .prepare_cached(
                "SELECT v.id, v.churns, p.referrer, p.depth, p.in_scope, e.address, e.vantage,
                    e.started, e.outcome, e.why, e.status, e.body_sha256, e.content_type,
                    e.body_bytes, e.cut, f.json, e.purpose = 'again', p.found_by = 'sitemap'
                 FROM visit v JOIN frontier p ON p.place = v.place
                    JOIN exchange e ON e.id = v.exchange LEFT JOIN facts f ON f.visit = v.id
                 WHERE v.id > ?1 ORDER BY v.id",
            )
            .map_err(base)?;
        let mut rows = select.query([after]).map_err(base)?;
        while let Some(row) = rows.next().map_err(base)? {
            let visit = visit(row).map_err(base)?;
            let facts = match row.get_ref(15).map_err(base)? {
                ValueRef::Null => None,
                ValueRef::Blob(packed) => Some(packed.to_vec()),
                // No program keeps facts so: they are damaged, as those without a byte are.
                _ => Some(Vec::new()),
            };
            f(PackedVisit { visit, facts })?;
        }
        Ok(())
    }

    /// The first exchange that asked this and counts, as it was: read from the evidence, with every digest
    /// checked.
    ///
    /// # Errors
    /// [`ReadError::Evidence`] when the evidence is damaged; [`ReadError::Base`].
    pub fn exchange(
        &self,
        address: &PageUrl,
        vantage: VantageId,
        purpose: Purpose,
    ) -> Result<Option<Exchange>, ReadError> {
        let found = self
            .base
            .prepare_cached(
                "SELECT e.referrer, g.user_agent, g.accept_language, e.peer, e.started, e.elapsed,
                    e.outcome, e.why, e.sent, e.http_version, e.cut, e.body_sha256, e.file,
                    e.offset, e.bytes, o.file, o.offset, o.bytes, g.referral, g.cookies, e.cookies
                 FROM exchange e JOIN guise g ON g.id = e.guise
                    LEFT JOIN revisit r ON r.exchange = e.id
                    LEFT JOIN exchange o ON o.id = r.original
                 WHERE e.address = ?1 AND e.purpose = ?2 AND e.vantage = ?3 AND e.try = 0
                 ORDER BY e.id LIMIT 1",
            )?
            .query_row(
                params![address.as_str(), purpose.as_str(), vantage.as_str()],
                |row| Kept::of(row, address, vantage, purpose),
            )
            .optional()?;
        found.map(|kept| self.with_evidence(kept)).transpose()
    }

    /// The decoded body that a page answered with, as its facts count in it; `None` where nothing
    /// answered.
    ///
    /// # Errors
    /// As [`exchange`](Self::exchange).
    pub fn body(&self, address: &PageUrl, vantage: VantageId) -> Result<Option<Bytes>, ReadError> {
        let exchange = self.exchange(address, vantage, Purpose::Page)?;
        Ok(exchange.and_then(|exchange| match exchange.reply {
            Reply::Answered(answer) => Some(answer.body),
            _ => None,
        }))
    }

    /// The value that was kept under a key.
    ///
    /// # Errors
    /// [`ReadError::Setting`] when it is damaged; [`ReadError::Base`].
    pub fn setting(&self, key: &str) -> Result<Option<serde_json::Value>, ReadError> {
        let text: Option<String> = self
            .base
            .query_row("SELECT value FROM setting WHERE key = ?1", [key], |row| {
                row.get(0)
            })
            .optional()?;
        text.map(|text| serde_json::from_str(&text))
            .transpose()
            .map_err(|source| ReadError::Setting {
                key: key.to_owned(),
                source,
            })
    }

    fn with_evidence(&self, kept: Kept) -> Result<Exchange, ReadError> {
        let Kept {
            mut exchange,
            evidence,
        } = kept;
        let Some((stretch, original, partial, body)) = evidence else {
            return Ok(exchange);
        };
        let budget = &self.brief.budget;
        let longest = budget.body_bytes.max(budget.wire_bytes);
        let original = original.map(|at| (self.evidence_file(at.file), at));
        let original = original.as_ref().map(|(path, at)| (path.as_path(), *at));
        let path = self.evidence_file(stretch.file);
        let read = crate::warc::read_exchange(&path, stretch, original, longest)
            .and_then(|read| {
                if BodyHash::of(&read.body) == body {
                    Ok(read)
                } else {
                    Err(EvidenceFault::Digest { what: "body" })
                }
            })
            .map_err(|source| ReadError::Evidence {
                address: Box::new(exchange.ask.address.clone()),
                file: stretch.file,
                offset: stretch.offset,
                source,
            })?;
        exchange.request_headers = read.request_headers;
        exchange.ask.arrives_from = came_from(&exchange.request_headers);
        exchange.reply = Reply::Answered(Answer {
            status: read.status,
            headers: read.headers,
            payload: read.payload,
            body: read.body,
            ..partial
        });
        Ok(exchange)
    }
}

/// Where a request said that it comes from.
fn came_from(sent: &Headers) -> Option<PageUrl> {
    PageUrl::parse(sent.first("referer")?).ok()
}

/// An exchange as the database has it; what the evidence adds is still missing.
struct Kept {
    exchange: Exchange,
    /// Where it is, and where its payload is if that is another exchange's.
    evidence: Option<(Stretch, Option<Stretch>, Answer, BodyHash)>,
}

impl Kept {
    fn of(
        row: &Row<'_>,
        address: &PageUrl,
        vantage: VantageId,
        purpose: Purpose,
    ) -> rusqlite::Result<Self> {
        let outcome: String = row.get(6)?;
        let why: Option<String> = row.get(7)?;
        let why = why.unwrap_or_default();
        let sent: Option<String> = row.get(8)?;
        let (reply, evidence) = match outcome.as_str() {
            "declined" => (Reply::Declined(word(&why, 7)?), None),
            "unreachable" => (Reply::Unreachable(word(&why, 7)?), None),
            _ => {
                let answer = Answer {
                    status: 0,
                    version: word(&row.get::<_, String>(9)?, 9)?,
                    headers: Headers::default(),
                    payload: Bytes::new(),
                    body: Bytes::new(),
                    cut: maybe_word(row, 10)?,
                };
                let stretch = stretch_at(row, 12)?.ok_or(rusqlite::Error::InvalidQuery)?;
                let original = stretch_at(row, 15)?;
                let evidence = (stretch, original, answer.clone(), body_hash(row, 11)?);
                (Reply::Answered(answer), Some(evidence))
            }
        };
        let peer: Option<String> = row.get(3)?;
        let exchange = Exchange {
            ask: Ask {
                address: address.clone(),
                vantage: Vantage {
                    id: vantage,
                    user_agent: row.get(1)?,
                    accept_language: row.get(2)?,
                    referral: word(&row.get::<_, String>(18)?, 18)?,
                    cookies: word(&row.get::<_, String>(19)?, 19)?,
                },
                referrer: maybe_address(row, 0)?,
                // Known from the request header fields alone.
                arrives_from: None,
                cookies: row.get::<_, Option<String>>(20)?.unwrap_or_default(),
                purpose,
            },
            request_headers: sent.map_or_else(
                || Ok(Headers::default()),
                |sent| serde_json::from_str(&sent).map_err(|wrong| damaged(8, wrong)),
            )?,
            peer: peer
                .map(|peer| parsed::<SocketAddr>(&peer, 3))
                .transpose()?,
            started: Timestamp::from_millis(row.get(4)?),
            elapsed: Duration::from_nanos(row.get(5)?),
            reply,
        };
        Ok(Self { exchange, evidence })
    }
}

/// The stretch in three columns: file, offset and length.
pub(crate) fn stretch_at(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Stretch>> {
    let Some(file) = row.get(column)? else {
        return Ok(None);
    };
    Ok(Some(Stretch {
        file,
        offset: row.get(column + 1)?,
        bytes: row.get(column + 2)?,
    }))
}

fn visit(row: &Row<'_>) -> rusqlite::Result<Visit> {
    let outcome: String = row.get(8)?;
    let why: Option<String> = row.get(9)?;
    let why = why.unwrap_or_default();
    let outcome = match outcome.as_str() {
        "declined" => Outcome::Declined {
            why: word(&why, 9)?,
        },
        "unreachable" => Outcome::Unreachable {
            why: word(&why, 9)?,
        },
        _ => Outcome::Answered {
            status: row.get(10)?,
            body: body_hash(row, 11)?,
            content_type: row.get(12)?,
            body_bytes: row.get(13)?,
            cut: maybe_word(row, 14)?,
        },
    };
    Ok(Visit {
        id: VisitId(row.get(0)?),
        address: address(row, 5)?,
        vantage: word(&row.get::<_, String>(6)?, 6)?,
        referrer: maybe_address(row, 2)?,
        depth: row.get(3)?,
        in_scope: row.get(4)?,
        outcome,
        started: Timestamp::from_millis(row.get(7)?),
        churns: row.get(1)?,
        again: row.get(16)?,
        orphan: row.get(17)?,
    })
}

fn found_by(row: &Row<'_>, column: usize) -> rusqlite::Result<FoundBy> {
    let word = row.get_ref(column)?.as_str()?;
    FoundBy::of(word).ok_or_else(|| damaged(column, NotAWay))
}

fn cookies(row: &Row<'_>, column: usize) -> rusqlite::Result<Vec<SetCookie>> {
    let json: Option<String> = row.get(column)?;
    let cookies = json.map(|json| serde_json::from_str(&json));
    let cookies = cookies
        .transpose()
        .map_err(|wrong| damaged(column, wrong))?;
    Ok(cookies.unwrap_or_default())
}

#[derive(Debug, thiserror::Error)]
#[error("no way in which an address is found")]
struct NotAWay;

pub(crate) fn address(row: &Row<'_>, column: usize) -> rusqlite::Result<PageUrl> {
    parsed(row.get_ref(column)?.as_str()?, column)
}

fn maybe_address(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<PageUrl>> {
    let text = row.get_ref(column)?.as_str_or_null()?;
    text.map(|text| parsed(text, column)).transpose()
}

pub(crate) fn maybe_word<T: for<'de> serde::Deserialize<'de>>(
    row: &Row<'_>,
    column: usize,
) -> rusqlite::Result<Option<T>> {
    let text = row.get_ref(column)?.as_str_or_null()?;
    text.map(|text| word(text, column)).transpose()
}

pub(crate) fn body_hash(row: &Row<'_>, column: usize) -> rusqlite::Result<BodyHash> {
    let text: String = row.get(column)?;
    BodyHash::from_hex(&text).ok_or_else(|| damaged(column, NotADigest))
}

#[derive(Debug, thiserror::Error)]
#[error("not 64 hex digits")]
struct NotADigest;

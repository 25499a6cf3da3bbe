//! What the crawl decides of an address when it is offered, and what it remembers for that.
//!
//! The case asks its [`Judge`] about every address that the frontier does not know, in the order of the
//! commits, and keeps in the same transaction what the judge wants to remember: a crawl that was
//! killed goes on with the judge that it had at its last commit.

use std::collections::BTreeSet;

use model::{Declined, PageUrl};
use rusqlite::{Connection, Row, params};

use crate::open::CaseFolder;
use crate::read::ReadError;
use crate::step::{Offer, Step};

/// When an address has its turn: all of the first band come before any of the second one, as they are
/// known then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Band {
    /// In order of place.
    #[default]
    First,
    /// Behind everything in the first band.
    Second,
}

impl Band {
    pub(crate) const fn number(self) -> u8 {
        match self {
            Self::First => 0,
            Self::Second => 1,
        }
    }
}

/// Variants of an address that are asked beyond the budget of them, because no other has the same set of
/// parameters.
pub const NAME_SETS: u32 = 16;

/// What the frontier knows of the addresses with one key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Kin {
    /// The place of the first of them.
    pub first: Option<u64>,
    /// How many of them are asked; counted up to
    /// [`NAME_SETS`] and one more than the budget of variants, and to 1,017.
    pub asked: u32,
    /// Whether none of those that are asked has the same set of parameters.
    pub has_new_names: bool,
}

/// The names of the parameters of an address, those of its path included, each once: what is sent under
/// them is left out.
#[must_use]
pub fn parameter_names(address: &PageUrl) -> BTreeSet<String> {
    let url = address.as_url();
    let in_path = url
        .path()
        .split('/')
        .flat_map(|part| part.split(';').skip(1));
    let in_path = in_path.map(|pair| pair.split('=').next().unwrap_or_default().to_owned());
    let in_query = url.query_pairs().map(|(name, _)| name.into_owned());
    in_query.chain(in_path).collect()
}

/// What is decided of an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Verdict {
    /// When it has its turn.
    pub band: Band,
    /// Why it is not asked.
    pub withheld: Option<Declined>,
}

/// Something that a judge remembers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Memo {
    /// A pattern of addresses.
    Pattern(PatternMemo),
    /// A parameter that turned out to be a session id.
    Learned(LearnedMemo),
    /// Anything else, by a key of the judge's own.
    Note {
        /// The key; a later note under it takes the place of an earlier one.
        key: String,
        /// What is remembered.
        value: String,
    },
}

/// A pattern of addresses, and what became of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatternMemo {
    /// Its number, in the order in which patterns were found.
    pub id: u64,
    /// The pattern as a person reads it.
    pub template: String,
    /// Addresses that were found.
    pub offered: u64,
    /// Pages that were answered.
    pub asked: u64,
    /// Addresses that were set back behind everything else.
    pub set_back: u64,
    /// Addresses that were not asked.
    pub withheld: u64,
    /// Why, the last time.
    pub why: Option<String>,
    /// What the judge needs besides.
    pub state: String,
}

/// A parameter that turned out to be a session id of a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LearnedMemo {
    /// The host.
    pub host: String,
    /// The name of the parameter.
    pub parameter: String,
    /// The place of the page after which it counts as one.
    pub place: u64,
    /// Addresses that differ in its value alone, and have equal content.
    pub evidence: Vec<String>,
    /// What showed that it is none.
    pub against: Option<Against>,
}

/// What showed that a parameter is no session id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Against {
    /// The place of the page after which it counts no more.
    pub place: u64,
    /// Its address.
    pub address: String,
}

/// Decides what becomes of addresses. Called in the order of the commits.
pub trait Judge {
    /// A page is about to be committed; what it offers is judged next.
    fn begin(&mut self, step: &Step);
    /// The key of an address that is new to the frontier; `None` where the address is its own key.
    fn key(&mut self, offer: &Offer) -> Option<String>;
    /// What becomes of an address that is new to the frontier; `from` is the page that offers it.
    fn verdict(&mut self, offer: &Offer, from: Option<&Step>, kin: Kin) -> Verdict;
    /// The page that was begun offers an address that the frontier knows.
    fn known(&mut self, offer: &Offer);
    /// The page that was begun has offered all it offers.
    fn end(&mut self, step: &Step);
    /// A host of which addresses were not asked by a key that they do not have any more: they are offered
    /// again, in their order, until the next call. `None` when there is no other.
    fn takes_back(&mut self) -> Option<String>;
    /// What changed since the last call, in any order.
    fn memos(&mut self) -> Vec<Memo>;
}

/// Lets everything pass, and remembers nothing.
impl Judge for () {
    fn begin(&mut self, _: &Step) {}
    fn key(&mut self, _: &Offer) -> Option<String> {
        None
    }
    fn verdict(&mut self, _: &Offer, _: Option<&Step>, _: Kin) -> Verdict {
        Verdict::default()
    }
    fn known(&mut self, _: &Offer) {}
    fn end(&mut self, _: &Step) {}
    fn takes_back(&mut self) -> Option<String> {
        None
    }
    fn memos(&mut self) -> Vec<Memo> {
        Vec::new()
    }
}

impl CaseFolder {
    /// Everything that a judge remembered: patterns in the order of their numbers, then the rest.
    ///
    /// # Errors
    /// [`ReadError::Base`].
    pub fn memos(&self) -> Result<Vec<Memo>, ReadError> {
        let mut memos = Vec::new();
        let mut select = self.base.prepare(
            "SELECT id, template, offered, asked, set_back, withheld, why, state FROM pattern
             ORDER BY id",
        )?;
        for memo in select.query_map([], pattern)? {
            memos.push(Memo::Pattern(memo?));
        }
        let learned = self.learned()?;
        memos.extend(learned.into_iter().map(Memo::Learned));
        let mut select = self
            .base
            .prepare("SELECT key, value FROM memory ORDER BY key")?;
        let notes = select.query_map([], |row| {
            Ok(Memo::Note {
                key: row.get(0)?,
                value: row.get(1)?,
            })
        })?;
        for note in notes {
            memos.push(note?);
        }
        Ok(memos)
    }

    /// The parameters that turned out to be session ids, in order of host and name.
    pub(crate) fn learned(&self) -> Result<Vec<LearnedMemo>, ReadError> {
        let mut select = self.base.prepare(
            "SELECT host, parameter, place, evidence, until, against FROM learned
             ORDER BY host, parameter",
        )?;
        let learned = select.query_map([], |row| {
            let evidence: String = row.get(3)?;
            let until: Option<u64> = row.get(4)?;
            let against: Option<String> = row.get(5)?;
            Ok(LearnedMemo {
                host: row.get(0)?,
                parameter: row.get(1)?,
                place: row.get(2)?,
                evidence: evidence.lines().map(str::to_owned).collect(),
                against: until
                    .zip(against)
                    .map(|(place, address)| Against { place, address }),
            })
        })?;
        Ok(learned.collect::<Result<_, _>>()?)
    }
}

pub(crate) fn pattern(row: &Row<'_>) -> rusqlite::Result<PatternMemo> {
    Ok(PatternMemo {
        id: row.get(0)?,
        template: row.get(1)?,
        offered: row.get(2)?,
        asked: row.get(3)?,
        set_back: row.get(4)?,
        withheld: row.get(5)?,
        why: row.get(6)?,
        state: row.get(7)?,
    })
}

/// Keeps what a judge remembers.
pub(crate) fn put_memos(base: &Connection, memos: &[Memo]) -> rusqlite::Result<()> {
    for memo in memos {
        match memo {
            Memo::Pattern(memo) => base
                .prepare_cached(
                    "INSERT OR REPLACE INTO pattern (id, template, offered, asked, set_back,
                        withheld, why, state) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                )?
                .execute(params![
                    memo.id,
                    memo.template,
                    memo.offered,
                    memo.asked,
                    memo.set_back,
                    memo.withheld,
                    memo.why,
                    memo.state,
                ])?,
            Memo::Learned(memo) => base
                .prepare_cached("INSERT OR REPLACE INTO learned VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?
                .execute(params![
                    memo.host,
                    memo.parameter,
                    memo.place,
                    memo.evidence.join("\n"),
                    memo.against.as_ref().map(|against| against.place),
                    memo.against.as_ref().map(|against| &against.address),
                ])?,
            Memo::Note { key, value } => base
                .prepare_cached("INSERT OR REPLACE INTO memory VALUES (?1, ?2)")?
                .execute(params![key, value])?,
        };
    }
    Ok(())
}

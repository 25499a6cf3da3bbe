//! Keeping what the crawl hands over: whole or not at all.

use std::sync::Arc;

use model::{Exchange, StopReason, VisitId};
use rusqlite::{Connection, TransactionBehavior, params};

use crate::chain;
use crate::hold;
use crate::judge::{Judge, put_memos};
use crate::open::{CaseFolder, Tally, Writing};
use crate::packed;
use crate::read::ReadError;
use crate::step::{Observed, Offer, Reask, Step};
use crate::warc::{Draft, Evidence};

mod exchange;
mod failure;
mod offer;
pub(crate) mod row;

pub(crate) use exchange::put_uncounted;
use exchange::{put_exchange, put_side};
pub use failure::CommitError;
pub(crate) use failure::Failure;
pub(crate) use offer::Known;
use offer::{Terms, put_offer, take_back};

impl CaseFolder {
    /// Offers addresses to the frontier, in order; those that it knows are ignored.
    ///
    /// # Errors
    /// [`CommitError`]; nothing is kept then.
    pub fn offer(&mut self, offers: &[Offer]) -> Result<(), CommitError> {
        self.offer_to(offers, &mut ())
    }

    /// [`offer`](Self::offer) with a judge of what is new.
    ///
    /// # Errors
    /// As [`offer`](Self::offer); what the judge remembers is ahead of the case then.
    pub fn offer_to(&mut self, offers: &[Offer], judge: &mut dyn Judge) -> Result<(), CommitError> {
        self.change_frontier(judge, |base, _, tally, terms| {
            for offer in offers {
                put_offer(base, tally, terms, offer, None)?;
            }
            take_back(base, tally, terms)?;
            Ok(())
        })
    }

    /// Keeps a batch of steps in their order, in one transaction: the evidence is written first,
    /// then the rows. Gives the number of each visit, in the order of the steps and of what each
    /// of them observed.
    ///
    /// Costs one compression of every payload, one wait for the disk to have the evidence and one
    /// transaction, so larger batches are cheaper.
    ///
    /// # Errors
    /// [`CommitError`]; nothing of the batch is kept then, and the case can be used further.
    pub fn commit(&mut self, steps: &[Step]) -> Result<Vec<VisitId>, CommitError> {
        self.commit_to(steps, &mut ())
    }

    /// [`commit`](Self::commit) with a judge of what is new.
    ///
    /// # Errors
    /// As [`commit`](Self::commit); what the judge remembers is ahead of the case then.
    pub fn commit_to(
        &mut self,
        steps: &[Step],
        judge: &mut dyn Judge,
    ) -> Result<Vec<VisitId>, CommitError> {
        self.change_frontier(judge, |base, draft, tally, terms| {
            let mut visits = Vec::new();
            for step in steps {
                put_step(base, draft, tally, step, &mut visits)?;
                terms.judge.begin(step);
                for offer in &step.offers {
                    put_offer(base, tally, terms, offer, Some(step))?;
                }
                terms.judge.end(step);
                take_back(base, tally, terms)?;
            }
            Ok(visits)
        })
    }

    /// A change that offers addresses. What the judge remembers of them is kept with it.
    fn change_frontier<T>(
        &mut self,
        judge: &mut dyn Judge,
        change: impl FnOnce(&Connection, &mut Draft, &mut Tally, &mut Terms<'_>) -> Result<T, Failure>,
    ) -> Result<T, CommitError> {
        let variants = self.brief.budget.variants;
        // Of a change that fails, nothing is known.
        let mut known = match &mut self.writing {
            Some(writing) => std::mem::take(&mut writing.known),
            None => Known::default(),
        };
        let value = self.change(|base, draft, tally| {
            let mut terms = Terms {
                judge,
                variants,
                known: &mut known,
            };
            let value = change(base, draft, tally, &mut terms)?;
            put_memos(base, &terms.judge.memos())?;
            Ok(value)
        })?;
        if let Some(writing) = &mut self.writing {
            writing.known = known;
        }
        Ok(value)
    }

    /// Keeps an exchange that does not count, because its question was asked again: `number` tells which
    /// try it was, from 1 on. It is evidence, and belongs to no visit.
    ///
    /// # Errors
    /// [`CommitError`]; it is not kept then.
    pub fn keep_try(&mut self, exchange: &Exchange, number: u32) -> Result<(), CommitError> {
        self.change(|base, draft, tally| {
            let id = put_uncounted(base, draft, tally, exchange)?;
            base.prepare_cached("UPDATE exchange SET try = ?2 WHERE id = ?1")?
                .execute(params![id, number])?;
            Ok(())
        })
    }

    /// Keeps an exchange that does not count, because its address has a turn of its own: it was asked on the
    /// way through a check of cookies. It is evidence, and belongs to no visit.
    ///
    /// # Errors
    /// [`CommitError`]; it is not kept then.
    pub fn keep_walked(&mut self, exchange: &Exchange) -> Result<(), CommitError> {
        self.change(|base, draft, tally| {
            let id = put_uncounted(base, draft, tally, exchange)?;
            base.prepare_cached("UPDATE exchange SET try = -1 WHERE id = ?1")?
                .execute([id])?;
            Ok(())
        })
    }

    /// Whether the case has an exchange that does not count: the try of this question that was made at that
    /// time.
    ///
    /// # Errors
    /// [`ReadError::Base`].
    pub fn has_try(&self, exchange: &Exchange) -> Result<bool, ReadError> {
        let asked = params![
            exchange.ask.address.as_str(),
            exchange.ask.purpose.as_str(),
            exchange.ask.vantage.id.as_str(),
            exchange.started.millis(),
        ];
        Ok(self
            .base
            .prepare_cached(
                "SELECT 1 FROM exchange
                 WHERE address = ?1 AND purpose = ?2 AND vantage = ?3 AND started = ?4 AND try > 0",
            )?
            .exists(asked)?)
    }

    /// Keeps exchanges that belong to no single address, but for those that the case has (same address,
    /// purpose and vantage).
    ///
    /// # Errors
    /// [`CommitError`]; none of them is kept then.
    pub fn keep_side(&mut self, side: &[Arc<Exchange>]) -> Result<(), CommitError> {
        self.change(|base, draft, tally| {
            side.iter()
                .try_for_each(|exchange| put_side(base, draft, tally, exchange))
        })
    }

    /// Writes down why the crawl ended, once the evidence is safe on the disk. A later [`commit`](Self::commit) or
    /// [`offer`](Self::offer) makes the crawl unfinished again.
    ///
    /// # Errors
    /// [`CommitError`]; the former reason stands then.
    pub fn set_stop(&mut self, reason: StopReason) -> Result<(), CommitError> {
        let folder = self.folder.clone();
        let Some(writing) = &mut self.writing else {
            return Err(CommitError::ReadOnly { folder });
        };
        if let Err(wrong) = writing.evidence.sync() {
            return Err(Failure::Evidence(wrong).within(folder));
        }
        let value = serde_json::Value::from(reason.as_str());
        put_property(&self.base, "property", "stop", &value)
            .and_then(|()| chain::tell_loops(&self.base))
            .map_err(|wrong| Failure::Base(wrong).within(folder))?;
        writing.tally.stopped = true;
        Ok(())
    }

    /// Keeps a value under a key, for other steps of the corridor; a former one is replaced.
    ///
    /// # Errors
    /// [`CommitError`]; the former value stands then.
    pub fn put_setting(&mut self, key: &str, value: &serde_json::Value) -> Result<(), CommitError> {
        let folder = self.folder.clone();
        if self.writing.is_none() {
            return Err(CommitError::ReadOnly { folder });
        }
        put_property(&self.base, "setting", key, value)
            .map_err(|wrong| Failure::Base(wrong).within(folder))
    }

    /// Runs one change of the case: either all of it is kept or nothing.
    pub(crate) fn change<T>(
        &mut self,
        change: impl FnOnce(&Connection, &mut Draft, &mut Tally) -> Result<T, Failure>,
    ) -> Result<T, CommitError> {
        let Some(Writing {
            evidence, tally, ..
        }) = &mut self.writing
        else {
            return Err(CommitError::ReadOnly {
                folder: self.folder.clone(),
            });
        };
        let mut new_tally = *tally;
        match attempt(&mut self.base, evidence, &mut new_tally, change) {
            Ok(value) => {
                *tally = new_tally;
                Ok(value)
            }
            Err(wrong) => {
                evidence.cut_back();
                Err(wrong.within(self.folder.clone()))
            }
        }
    }
}

fn attempt<T>(
    base: &mut Connection,
    evidence: &mut Evidence,
    tally: &mut Tally,
    change: impl FnOnce(&Connection, &mut Draft, &mut Tally) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let rows = base.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut draft = evidence.draft();
    let value = change(&rows, &mut draft, tally)?;
    if tally.stopped {
        rows.execute("DELETE FROM property WHERE key = 'stop'", [])?;
        tally.stopped = false;
    }
    // Evidence first, and safe on the disk: a row never points to bytes that are not there, not
    // even after a loss of power.
    evidence.write(&mut draft)?;
    if draft.lengths().next().is_some() {
        evidence.sync()?;
    }
    for (number, bytes) in draft.lengths() {
        rows.prepare_cached("UPDATE evidence SET bytes = ?2 WHERE number = ?1")?
            .execute(params![number, bytes])?;
    }
    for (number, id) in draft.begun() {
        rows.prepare_cached("UPDATE evidence SET warcinfo = ?2 WHERE number = ?1")?
            .execute(params![number, id])?;
    }
    crate::seal::note_stretches(&rows, &draft)?;
    rows.commit()?;
    evidence.keep(draft);
    Ok(value)
}

fn put_property(
    base: &Connection,
    table: &'static str,
    key: &str,
    value: &serde_json::Value,
) -> rusqlite::Result<()> {
    base.execute(
        &format!("INSERT OR REPLACE INTO {table} (key, value) VALUES (?1, ?2)"),
        params![key, value.to_string()],
    )
    .map(drop)
}

fn put_step(
    base: &Connection,
    draft: &mut Draft,
    tally: &mut Tally,
    step: &Step,
    visits: &mut Vec<VisitId>,
) -> Result<(), Failure> {
    let place = step.waiting.place;
    let address = step.waiting.offer.address.as_str();
    let taken = base
        .prepare_cached(
            "UPDATE frontier SET done = 1, reask = ?3
             WHERE place = ?1 AND address = ?2 AND done = 0",
        )?
        .execute(params![place, address, step.reask.as_str()])?;
    if taken != 1 {
        return Err(Failure::NotWaiting {
            place,
            address: address.to_owned(),
        });
    }
    tally.counts.waiting = tally.counts.waiting.saturating_sub(1);
    tally.counts.done += 1;
    if let Some(way) = &step.way_on {
        chain::put(base, place, way)?;
    }
    for exchange in &step.side {
        put_side(base, draft, tally, exchange)?;
    }
    tally.counts.reasked += u64::from(step.reask == Reask::Asked);
    let mut former = former(base, place)?;
    for (number, observed) in step.observed.iter().enumerate() {
        let (visit, exchange) = put_visit(base, draft, tally, (place, former.take()), observed)?;
        visits.push(visit);
        if number == 0 && step.opens {
            base.prepare_cached("INSERT OR IGNORE INTO session (host, exchange) VALUES (?1, ?2)")?
                .execute(params![
                    step.waiting.offer.address.host().as_str(),
                    exchange
                ])?;
        }
    }
    for refused in &step.refused {
        base.prepare_cached("INSERT INTO refused (place, why, addresses) VALUES (?1, ?2, ?3)")?
            .execute(params![place, refused.why.as_str(), refused.addresses])?;
    }
    Ok(())
}

/// The visit of an address that was declined before and is taken up again: it has its answer now, and that
/// it was declined belongs to no visit any more.
fn former(base: &Connection, place: u64) -> rusqlite::Result<Option<u64>> {
    let former = base
        .prepare_cached("SELECT min(id) FROM visit WHERE place = ?1")?
        .query_row([place], |row| row.get::<_, Option<u64>>(0))?;
    if let Some(visit) = former {
        base.prepare_cached(
            "UPDATE exchange SET try = -1 WHERE id = (SELECT exchange FROM visit WHERE id = ?1)",
        )?
        .execute([visit])?;
    }
    Ok(former)
}

fn put_visit(
    base: &Connection,
    draft: &mut Draft,
    tally: &mut Tally,
    (place, former): (u64, Option<u64>),
    observed: &Observed,
) -> Result<(VisitId, u64), Failure> {
    let exchange = match hold::take(base, tally, &observed.exchange)? {
        Some(held) => held,
        None if observed.is_held => {
            return Err(Failure::NotHeld {
                address: observed.exchange.ask.address.to_string(),
            });
        }
        None => put_exchange(base, draft, tally, &observed.exchange)?,
    };
    tally.counts.visits += u64::from(former.is_none());
    let id = former.unwrap_or(tally.counts.visits);
    base.prepare_cached(
        "INSERT INTO visit (id, place, exchange, churns) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (id) DO UPDATE SET exchange = ?3, churns = ?4",
    )?
    .execute(params![id, place, exchange, observed.churns])?;
    if let Some(facts) = &observed.facts {
        base.prepare_cached("INSERT INTO facts (visit, json) VALUES (?1, ?2)")?
            .execute(params![id, packed::pack(facts)?])?;
    }
    Ok((VisitId(id), exchange))
}

#[cfg(test)]
mod tests {
    use model::VantageId;
    use model::{Brief, Budget, Landings, PageUrl, Politeness, Robots, Scope, ScopeRule};

    use super::*;

    fn page(n: usize) -> Offer {
        Offer {
            address: PageUrl::parse(&format!("http://shop.test/{n}")).unwrap(),
            referrer: None,
            depth: 0,
            redirects: 0,
            beyond: 0,
            in_scope: true,
            found_by: crate::step::FoundBy::Link,
            cookies: Vec::new(),
        }
    }

    #[test]
    fn a_database_that_cannot_grow_is_a_full_disk_and_stays_whole() {
        let folder = tempfile::tempdir().unwrap();
        let seed = page(0).address;
        let brief = Brief {
            seeds: vec![seed.clone()],
            scope: Scope::new(ScopeRule::Site, vec![seed]),
            budget: Budget::default(),
            politeness: Politeness::default(),
            landings: Landings::Follow,
            robots: Robots::Obey,
            sitemaps: model::Sitemaps::Ignore,
            cookies: model::Cookies::Keep,
            vantages: vec![VantageId::Desktop],
            door_vantages: Vec::new(),
        };
        let mut case = CaseFolder::create(folder.path(), &brief).unwrap();
        case.offer(&[page(0)]).unwrap();
        case.base.pragma_update(None, "max_page_count", 30).unwrap();
        let many: Vec<Offer> = (0..5_000).map(page).collect();
        let refused = case.offer(&many).unwrap_err();
        assert!(
            matches!(refused, CommitError::DiskFull { .. }),
            "{refused:?}"
        );
        assert_eq!(case.counts().unwrap().waiting, 1);
        case.base
            .pragma_update(None, "max_page_count", 100_000)
            .unwrap();
        case.offer(&many).unwrap();
        assert_eq!(case.counts().unwrap().waiting, 5_000);
    }
}

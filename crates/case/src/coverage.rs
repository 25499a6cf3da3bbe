//! How much of the scope was seen.

use std::collections::BTreeMap;

use model::{ChainEnd, Coverage, PageUrl, StopReason, Unseen};
use rusqlite::{OptionalExtension, Row};

use crate::chain::{self, End};
use crate::open::CaseFolder;
use crate::read::{Counts, ReadError, address};
use crate::words::word;

mod held_back;
mod sitemaps;

/// Examples kept of each reason.
const EXAMPLES: usize = 5;

/// Reasons, each with the number of its addresses and the first of them.
type Reasons = BTreeMap<String, (u64, Vec<PageUrl>)>;

impl CaseFolder {
    /// How much of the scope was seen, by what the first vantage of each address was answered: any
    /// status is seen but those that withhold the page (401, 402, 403, 407, 429, 451 and 5xx). A body that was cut is seen, and listed among the
    /// unseen as well, because its rest is. An address whose HTTP redirects only lead round is not seen. Linear in the number of addresses.
    ///
    /// # Errors
    /// [`ReadError::Base`].
    pub fn coverage(&self) -> Result<Coverage, ReadError> {
        let mut seen = [0; 2];
        let mut unseen = [Reasons::new(), Reasons::new()];
        let (ends, mut chain_ends) = (chain::ends(&self.base)?, Reasons::new());
        let mut select = self.base.prepare_cached(
            "SELECT p.address, p.in_scope, p.done, e.outcome, e.why, e.status, e.cut, p.place,
                p.withheld
             FROM frontier p
                LEFT JOIN visit v ON v.id = (SELECT min(id) FROM visit WHERE place = p.place)
                LEFT JOIN exchange e ON e.id = v.exchange
             ORDER BY p.address",
        )?;
        let mut rows = select.query([])?;
        while let Some(row) = rows.next()? {
            let in_scope: bool = row.get(1)?;
            let side = usize::from(!in_scope);
            let (mut answered, mut why) = judge(row)?;
            if let Some(end) = ends.get(&row.get(7)?) {
                note(&mut chain_ends, end.how.as_str(), row)?;
                if hides(*end) {
                    answered = false;
                    why = why.or(Some(end.how.to_string()));
                }
            }
            seen[side] += u64::from(answered);
            if let Some(why) = why {
                note(&mut unseen[side], &why, row)?;
            }
        }
        let [mut unseen, unseen_landings] = unseen.map(listed);
        unseen.extend(self.lost_of_captures()?);
        unseen.extend(self.refused()?);
        unseen.sort();
        let (sitemaps, sitemaps_in_all) = self.sitemap_losses()?;
        Ok(Coverage {
            seen: seen[0],
            landings: seen[1],
            unseen,
            unseen_landings,
            orphans: self.base.query_row(
                "SELECT count(*) FROM frontier WHERE found_by = 'sitemap' AND in_scope = 1",
                [],
                |row| row.get(0),
            )?,
            sitemaps,
            sitemaps_in_all,
            retried: self.retried()?,
            chain_ends: listed(chain_ends),
            reasked: self.base.query_row(
                "SELECT count(*) FROM frontier WHERE reask = 'asked'",
                [],
                |row| row.get(0),
            )?,
            not_reasked: self.not_reasked()?,
            held_back: self.held_back()?,
            stop: self.stop()?,
            body_bytes: Counts::of(&self.base)?.body_bytes,
        })
    }

    /// The addresses that were asked again, by what came before.
    fn retried(&self) -> Result<Vec<Unseen>, ReadError> {
        let mut retried = Reasons::new();
        let mut select = self.base.prepare_cached(
            "SELECT DISTINCT address, outcome, why, status FROM exchange WHERE try > 0
             ORDER BY address",
        )?;
        let mut rows = select.query([])?;
        while let Some(row) = rows.next()? {
            let outcome: String = row.get(1)?;
            let why = match outcome.as_str() {
                "answered" => format!("status {}", row.get::<_, u16>(3)?),
                _ => row.get(2)?,
            };
            note(&mut retried, &why, row)?;
        }
        Ok(listed(retried))
    }

    /// The pages for which the budget of the other vantages was spent.
    fn not_reasked(&self) -> Result<Vec<Unseen>, ReadError> {
        let mut reasons = Reasons::new();
        let mut select = self
            .base
            .prepare_cached("SELECT address FROM frontier WHERE reask = 'spent' ORDER BY place")?;
        let mut rows = select.query([])?;
        while let Some(row) = rows.next()? {
            let (addresses, examples) = reasons.entry("reask-budget".to_owned()).or_default();
            *addresses += 1;
            if examples.len() < EXAMPLES {
                examples.push(address(row, 0)?);
            }
        }
        Ok(listed(reasons))
    }

    /// References that were not offered, by reason; the examples are the pages on which they stand.
    fn refused(&self) -> Result<Vec<Unseen>, ReadError> {
        let mut refused = Reasons::new();
        let mut select = self.base.prepare(
            "SELECT r.why, r.addresses, p.address FROM refused r JOIN frontier p ON p.place = r.place
             ORDER BY r.place",
        )?;
        let mut rows = select.query([])?;
        while let Some(row) = rows.next()? {
            let (addresses, examples) = refused.entry(row.get(0)?).or_default();
            *addresses += row.get::<_, u64>(1)?;
            if examples.len() < EXAMPLES {
                examples.push(address(row, 2)?);
            }
        }
        Ok(listed(refused))
    }

    fn stop(&self) -> Result<StopReason, ReadError> {
        let text: Option<String> = self
            .base
            .query_row("SELECT value FROM property WHERE key = 'stop'", [], |row| {
                row.get(0)
            })
            .optional()?;
        match text {
            Some(text) => Ok(word(text.trim_matches('"'), 0)?),
            None => Ok(StopReason::Unfinished),
        }
    }
}

/// Counts the address in the first column of a row.
fn note(reasons: &mut Reasons, why: &str, row: &Row<'_>) -> rusqlite::Result<()> {
    // A look-up before an entry: most rows have a reason that is known.
    if !reasons.contains_key(why) {
        reasons.insert(why.to_owned(), (0, Vec::new()));
    }
    if let Some((addresses, examples)) = reasons.get_mut(why) {
        *addresses += 1;
        if examples.len() < EXAMPLES {
            examples.push(address(row, 0)?);
        }
    }
    Ok(())
}

/// Whether an end of a chain of redirects hides what stands behind them: those that wait for a cookie
/// lead round, though every one of them answered. What leads nowhere has nothing behind it.
const fn hides(end: End) -> bool {
    match end.how {
        ChainEnd::Loop | ChainEnd::SelfRedirect => end.is_http,
        // Whatever it shows meanwhile is not the page.
        ChainEnd::CookieCheck => end.is_http || end.is_member,
        _ => false,
    }
}

/// Whether an address was seen, and why it, or a part of it, was not.
fn judge(row: &Row<'_>) -> rusqlite::Result<(bool, Option<String>)> {
    let done: bool = row.get(2)?;
    if !done {
        return Ok((false, Some("waiting".to_owned())));
    }
    if let Some(withheld) = row.get(8)? {
        return Ok((false, Some(withheld)));
    }
    let outcome: Option<String> = row.get(3)?;
    match outcome.as_deref() {
        None => Ok((false, Some("not asked".to_owned()))),
        Some("answered") => {
            let status: u16 = row.get(5)?;
            if withholds(status) {
                return Ok((false, Some(format!("status {status}"))));
            }
            let cut: Option<String> = row.get(6)?;
            Ok((true, cut.map(|cut| format!("body cut: {cut}"))))
        }
        Some(_) => Ok((false, row.get(4)?)),
    }
}

/// Whether a status says that there may be a page, and that we are not given it: what stands there
/// was not seen.
const fn withholds(status: u16) -> bool {
    matches!(status, 401 | 402 | 403 | 407 | 429 | 451) || status >= 500
}

fn listed(reasons: Reasons) -> Vec<Unseen> {
    reasons
        .into_iter()
        .map(|(why, (addresses, examples))| Unseen {
            why,
            addresses,
            examples,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::withholds;

    #[test]
    fn a_page_that_is_withheld_was_not_seen_and_one_that_is_missing_was() {
        for status in [401, 403, 429, 451, 500, 503] {
            assert!(withholds(status), "{status}");
        }
        for status in [200, 204, 302, 404, 410] {
            assert!(!withholds(status), "{status}");
        }
    }
}

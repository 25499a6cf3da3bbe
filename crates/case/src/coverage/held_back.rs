//! What became of addresses that look like more of the same.

use model::{HeldBack, LearnedParameter, PageUrl, PatternCoverage, Variants};
use rusqlite::{OptionalExtension, params};

use super::EXAMPLES;
use crate::judge::pattern;
use crate::open::CaseFolder;
use crate::read::{ReadError, address};

/// Pages with variants, and patterns, that are listed.
const LISTED: u32 = 50;

impl CaseFolder {
    /// Linear in the number of variants and of patterns.
    pub(super) fn held_back(&self) -> Result<HeldBack, ReadError> {
        let remembered = |key: &str| {
            let sql = "SELECT value FROM memory WHERE key = ?1";
            let value = self.base.query_row(sql, [key], |row| row.get(0));
            value.optional()
        };
        let rules: Option<String> = remembered("variant-rules")?;
        let cut: Option<String> = remembered("sessions-cut")?;
        let learned = self.learned()?.into_iter().map(|memo| LearnedParameter {
            host: memo.host,
            parameter: memo.parameter,
            from_place: memo.place,
            evidence: addresses(&memo.evidence),
            until_place: memo.against.as_ref().map(|against| against.place),
            against: memo
                .against
                .and_then(|against| PageUrl::parse(&against.address).ok()),
        });
        let mut select = self.base.prepare(
            "SELECT id, template, offered, asked, set_back, withheld, why, state FROM pattern
             WHERE offered > 0 OR asked > 0
             ORDER BY withheld DESC, set_back DESC, offered DESC, id LIMIT ?1",
        )?;
        let patterns = select.query_map([LISTED], |row| {
            let memo = pattern(row)?;
            Ok(PatternCoverage {
                pattern: memo.template,
                offered: memo.offered,
                asked: memo.asked,
                set_back: memo.set_back,
                declined: memo.withheld,
                why: memo.why,
            })
        })?;
        Ok(HeldBack {
            variant_rules: rules.unwrap_or_default(),
            variants: self.variants()?,
            learned: learned.collect(),
            patterns: patterns.collect::<Result<_, _>>()?,
            patterns_in_all: self.base.query_row(
                "SELECT count(*) FROM pattern WHERE offered > 0 OR asked > 0",
                [],
                |row| row.get(0),
            )?,
            sessions_cut: cut.and_then(|cut| cut.parse().ok()).unwrap_or(0),
        })
    }

    fn variants(&self) -> Result<Vec<Variants>, ReadError> {
        let mut select = self.base.prepare(
            "SELECT o.address, count(*) - count(v.withheld), count(v.withheld), o.place
             FROM frontier v JOIN frontier o ON o.place = v.variant_of
             WHERE v.variant_of IS NOT NULL GROUP BY o.place
             ORDER BY 3 DESC, 2 DESC, o.place LIMIT ?1",
        )?;
        let mut examples = self.base.prepare(
            "SELECT address FROM frontier WHERE variant_of = ?1 AND withheld = 'variant'
             ORDER BY place LIMIT ?2",
        )?;
        let mut rows = select.query([LISTED])?;
        let mut variants = Vec::new();
        while let Some(row) = rows.next()? {
            let place: u64 = row.get(3)?;
            let most = i64::try_from(EXAMPLES).unwrap_or(i64::MAX);
            let of_page = examples.query_map(params![place, most], |row| address(row, 0))?;
            variants.push(Variants {
                of: address(row, 0)?,
                asked: row.get(1)?,
                declined: row.get(2)?,
                examples: of_page.collect::<Result<_, _>>()?,
            });
        }
        Ok(variants)
    }
}

/// Addresses that were written down by a crawl.
fn addresses(written: &[String]) -> Vec<PageUrl> {
    let parsed = written.iter().map(|text| PageUrl::parse(text));
    parsed.filter_map(Result::ok).collect()
}

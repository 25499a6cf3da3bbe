//! Offering addresses to the frontier: what it does not know is judged and gets a place.

use std::collections::HashSet;

use model::PageUrl;
use rusqlite::{Connection, OptionalExtension, params};

use crate::judge::{Judge, Kin, NAME_SETS, parameter_names};
use crate::open::Tally;
use crate::step::{Offer, Step};

/// Variants of one address that are counted: a larger budget of them is none.
const MOST: u32 = 1_000;
/// Bytes of addresses that are remembered.
const REMEMBERED: usize = 2 << 20;

/// Addresses that the frontier is known to have, so that it is not asked for each link of a menu. Holds what
/// is committed, and what the change that borrows it is about to commit.
#[derive(Debug, Default)]
pub(crate) struct Known {
    addresses: HashSet<Box<str>>,
    bytes: usize,
}

impl Known {
    fn has(&self, address: &str) -> bool {
        self.addresses.contains(address)
    }

    fn add(&mut self, address: &str) {
        if self.bytes > REMEMBERED {
            // The menus of a site are soon known again.
            *self = Self::default();
        }
        self.bytes += address.len() + 32;
        self.addresses.insert(address.into());
    }
}

/// What an offer is put by.
pub(crate) struct Terms<'a> {
    pub(crate) judge: &'a mut dyn Judge,
    /// How many variants of an address are asked.
    pub(crate) variants: u32,
    pub(crate) known: &'a mut Known,
}

/// Offers an address, found on `from`, to the frontier; one that it knows is ignored.
///
/// Costs at most one look-up for a known address; for a new one a row, and up to two look-ups that end after as
/// many rows as there are variants to ask.
pub(crate) fn put_offer(
    base: &Connection,
    tally: &mut Tally,
    terms: &mut Terms<'_>,
    offer: &Offer,
    from: Option<&Step>,
) -> rusqlite::Result<()> {
    let address = offer.address.as_str();
    let is_known = terms.known.has(address) || {
        terms.known.add(address);
        base.prepare_cached("SELECT 1 FROM frontier WHERE address = ?1")?
            .exists([address])?
    };
    if is_known {
        terms.judge.known(offer);
        return Ok(());
    }
    put_new(base, tally, terms, offer, from)
}

/// Gives an address that the frontier does not have its place.
fn put_new(
    base: &Connection,
    tally: &mut Tally,
    terms: &mut Terms<'_>,
    offer: &Offer,
    from: Option<&Step>,
) -> rusqlite::Result<()> {
    let address = offer.address.as_str();
    let key = terms.judge.key(offer);
    let kin = match (&key, tally.keyed) {
        (None, false) => Kin::default(),
        (key, _) => kin(base, &offer.address, key.as_deref(), terms.variants)?,
    };
    let verdict = terms.judge.verdict(offer, from, kin);
    let is_withheld = verdict.withheld.is_some();
    base.prepare_cached(
        "INSERT INTO frontier (place, address, referrer, depth, redirects, beyond, in_scope,
            found_by, band, key, variant_of, withheld, done, cookies)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
    )?
    .execute(params![
        tally.places + 1,
        address,
        offer.referrer.as_ref().map(|from| from.as_str()),
        offer.depth,
        offer.redirects,
        offer.beyond,
        offer.in_scope,
        offer.found_by.as_str(),
        verdict.band.number(),
        key,
        kin.first,
        verdict.withheld.map(model::Declined::as_str),
        is_withheld,
        cookies_of(offer),
    ])?;
    tally.places += 1;
    tally.keyed |= key.is_some();
    if !is_withheld {
        tally.counts.waiting += 1;
    }
    Ok(())
}

/// Offers again what was not asked by a key that it does not have any more, each at a new place, and takes
/// such keys off what was asked. Linear in the addresses with keys, once for each time that a judge takes
/// something back.
pub(crate) fn take_back(
    base: &Connection,
    tally: &mut Tally,
    terms: &mut Terms<'_>,
) -> rusqlite::Result<()> {
    while let Some(host) = terms.judge.takes_back() {
        let last = tally.places;
        free(base, terms, &host, last)?;
        let mut from = 0;
        loop {
            let found = entries(base, HELD, from, last)?;
            let Some(end) = found.last() else { break };
            from = end.place;
            for entry in found {
                if entry.offer.address.host_text() == host && has_new_key(terms, &entry) {
                    base.prepare_cached("DELETE FROM frontier WHERE place = ?1")?
                        .execute([entry.place])?;
                    put_new(base, tally, terms, &entry.offer, None)?;
                }
            }
        }
    }
    Ok(())
}

/// Takes keys that are no longer theirs off addresses that are asked.
fn free(base: &Connection, terms: &mut Terms<'_>, host: &str, last: u64) -> rusqlite::Result<()> {
    let mut from = 0;
    loop {
        let found = entries(base, ASKED, from, last)?;
        let Some(end) = found.last() else {
            return Ok(());
        };
        from = end.place;
        for entry in found {
            if entry.offer.address.host_text() == host && has_new_key(terms, &entry) {
                let key = terms.judge.key(&entry.offer);
                base.prepare_cached(
                    "UPDATE frontier SET key = ?2, variant_of = NULL WHERE place = ?1",
                )?
                .execute(params![entry.place, key])?;
            }
        }
    }
}

fn has_new_key(terms: &mut Terms<'_>, entry: &Keyed) -> bool {
    terms.judge.key(&entry.offer) != entry.key
}

/// An entry of the frontier that has a key.
struct Keyed {
    place: u64,
    offer: Offer,
    key: Option<String>,
}

/// Entries that are read at once.
const AT_ONCE: u32 = 1_000;
/// Entries that are not asked because they are variants, in order.
const HELD: &str = "SELECT place, address, referrer, depth, redirects, beyond, in_scope, found_by,
        cookies, key FROM frontier
     WHERE withheld = 'variant' AND place > ?1 AND place <= ?2 ORDER BY place LIMIT ?3";
/// Entries with keys that are asked, in order.
const ASKED: &str = "SELECT place, address, referrer, depth, redirects, beyond, in_scope, found_by,
        cookies, key FROM frontier
     WHERE key IS NOT NULL AND withheld IS NULL AND place > ?1 AND place <= ?2
     ORDER BY place LIMIT ?3";

fn entries(base: &Connection, sql: &str, from: u64, last: u64) -> rusqlite::Result<Vec<Keyed>> {
    let mut select = base.prepare_cached(sql)?;
    let rows = select.query_map(params![from, last, AT_ONCE], |row| {
        Ok(Keyed {
            place: row.get(0)?,
            offer: crate::read::offer(row)?,
            key: row.get(9)?,
        })
    })?;
    rows.collect()
}

/// What the redirects to an address set, as JSON; `None` for nothing.
fn cookies_of(offer: &Offer) -> Option<String> {
    let json = serde_json::to_string(&offer.cookies);
    (!offer.cookies.is_empty()).then(|| json.unwrap_or_default())
}

/// What the frontier knows of the addresses with the key of `address`.
fn kin(
    base: &Connection,
    address: &PageUrl,
    key: Option<&str>,
    variants: u32,
) -> rusqlite::Result<Kin> {
    let mut kin = Kin::default();
    let (mut others, address) = (Vec::new(), (address, address.as_str()));
    if let Some(key) = key {
        // The address that is its own key.
        kin.first = base
            .prepare_cached("SELECT place FROM frontier WHERE address = ?1")?
            .query_row([key], |row| row.get(0))
            .optional()?;
        kin.asked = u32::from(kin.first.is_some());
        others.extend(kin.first.map(|_| key.to_owned()));
    }
    let mut select = base.prepare_cached(
        "SELECT place, address FROM frontier WHERE key = ?1 AND key IS NOT NULL AND withheld IS NULL LIMIT ?2",
    )?;
    let most = i64::from(variants.min(MOST)) + 1 + i64::from(NAME_SETS);
    let mut rows = select.query(params![key.unwrap_or(address.1), most])?;
    while let Some(row) = rows.next()? {
        let place = row.get(0)?;
        kin.first = Some(kin.first.map_or(place, |first: u64| first.min(place)));
        kin.asked = kin.asked.saturating_add(1);
        others.push(row.get(1)?);
    }
    if kin.asked > variants {
        let names = parameter_names(address.0);
        let others = others.iter().filter_map(|other| PageUrl::parse(other).ok());
        kin.has_new_names = others
            .map(|other| parameter_names(&other))
            .all(|other| other != names);
    }
    Ok(kin)
}

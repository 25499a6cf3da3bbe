//! Makes a warehouse of two tables: pages and hops. The schema is docs/graph-import.md.

use std::io::Read;

use model::{GateStrength, HopKind, PageKind, PageUrl, Policy, Site, VisibilityState, Zone};

use super::build::{Builder, HopBuilder, HopRow, Numbered, PageRow};
use super::columns::{self, EDGES, NODES, Word, edge, node, parse, usual_trigger};
use super::named::named;
use super::table::{Columns, Mapping, Row, Table, TableError, TableForm, Wrong};
use super::{Warehouse, WarehouseError};

/// Two tables, and what their columns are called.
pub struct Tables<'a> {
    /// The pages, and the form of their table.
    pub nodes: (TableForm, &'a mut dyn Read),
    /// The hops, and the form of their table.
    pub edges: (TableForm, &'a mut dyn Read),
    /// Other names of columns.
    pub mapping: &'a [Mapping],
}

/// What two tables held.
#[derive(Debug, Clone)]
pub struct Imported {
    /// Pages and hops.
    pub warehouse: Warehouse,
    /// What the table says of each page, by page: nothing in this room looks at it.
    pub policies: Vec<Policy>,
    /// What a reader must know besides, a sentence each.
    pub notes: Vec<String>,
}

/// Reads the tables, the pages first.
///
/// Time O(n log n) in the pages and linear in the hops, one pass each. Memory: the warehouse, 16 bytes
/// for each hop and some 40 for each page besides, and the pages' ids where they have any.
///
/// # Errors
/// [`WarehouseError`] says which table, row and column, and what to do.
pub fn import(tables: Tables<'_>) -> Result<Imported, WarehouseError> {
    let Tables {
        nodes,
        edges,
        mapping,
    } = tables;
    let (pages, known) = read_pages(Builder::default(), nodes, mapping)?;
    let mut hops = pages.hops();
    let columns = read_hops(&mut hops, edges, mapping, &|_| true)?;
    let notes = notes(&known, &columns, hops.to_themselves());
    let (warehouse, policies) = hops.finish();
    Ok(Imported {
        warehouse,
        policies,
        notes,
    })
}

/// Reads the table of pages.
pub(super) fn read_pages(
    mut builder: Builder,
    (form, input): (TableForm, &mut dyn Read),
    mapping: &[Mapping],
) -> Result<(Numbered, Columns), WarehouseError> {
    let table = Table {
        form,
        input,
        columns: NODES,
        mapping,
    };
    let words = PageWords::new();
    let columns = table
        .for_each(&mut |row| page(row, &words, &mut builder))
        .map_err(WarehouseError::Nodes)?;
    let pages = builder.number_pages().map_err(WarehouseError::Nodes)?;
    Ok((pages, columns))
}

/// Reads the table of hops, all of which begin at a page that `may_begin`.
pub(super) fn read_hops(
    hops: &mut HopBuilder,
    (form, input): (TableForm, &mut dyn Read),
    mapping: &[Mapping],
    may_begin: &dyn Fn(u32) -> bool,
) -> Result<Columns, WarehouseError> {
    let table = Table {
        form,
        input,
        columns: EDGES,
        mapping,
    };
    let words = HopWords::new();
    table
        .for_each(&mut |row| {
            let hop = hop(row, &words, &mut |place| {
                let text = row.filled(place)?;
                let page = hops.page(text).ok_or_else(|| {
                    let text = text.to_owned();
                    row.wrong(place, Wrong::NoSuchPage { text })
                })?;
                if place == edge::SOURCE && !may_begin(page) {
                    let text = text.to_owned();
                    return Err(row.wrong(place, Wrong::NotTold { text }));
                }
                Ok(page)
            })?;
            hops.push(hop, row.cell(edge::SLOT))
        })
        .map_err(WarehouseError::Edges)
}

/// What the columns tell a reader.
pub(super) fn notes(pages: &Columns, hops: &Columns, to_themselves: u64) -> Vec<String> {
    let mut notes = Vec::new();
    for (columns, table) in [(pages, "pages"), (hops, "hops")] {
        if !columns.unknown.is_empty() {
            let names: Vec<&str> = columns.unknown.iter().map(String::as_str).collect();
            notes.push(format!(
                "Columns of the {table} that were not read: {}.",
                names.join(", ")
            ));
        }
    }
    if !hops.known[edge::SLOT] {
        notes.push(
            "The hops have no column `slot`: links of the template to other sites cannot be told \
             from those of the page."
                .to_owned(),
        );
    }
    if !pages.known[node::SELLER] {
        notes.push(
            "The pages have no column `seller`: what repeats by the template is told by its share of \
             the pages alone."
                .to_owned(),
        );
    }
    if to_themselves > 0 {
        notes.push(format!(
            "{to_themselves} hops lead from a page to itself and were left out."
        ));
    }
    notes
}

struct PageWords {
    kinds: Vec<(&'static str, PageKind)>,
    policies: Vec<(&'static str, Policy)>,
    gates: Vec<(&'static str, GateStrength)>,
}

impl PageWords {
    fn new() -> Self {
        Self {
            kinds: PageKind::words(),
            policies: Policy::words(),
            gates: GateStrength::words(),
        }
    }
}

struct HopWords {
    kinds: Vec<(&'static str, HopKind)>,
    visibilities: Vec<(&'static str, VisibilityState)>,
    zones: Vec<(&'static str, Zone)>,
    triggers: Vec<(&'static str, model::Trigger)>,
}

impl HopWords {
    fn new() -> Self {
        Self {
            kinds: HopKind::words(),
            visibilities: VisibilityState::words(),
            zones: Zone::words(),
            triggers: model::Trigger::words(),
        }
    }
}

fn page(row: Row<'_>, words: &PageWords, builder: &mut Builder) -> Result<(), TableError> {
    let text = row.filled(node::ADDRESS)?;
    let address = PageUrl::parse(text).map_err(|source| {
        let text = text.to_owned();
        row.wrong(node::ADDRESS, Wrong::Address { text, source })
    })?;
    let policy = match word(row, node::POLICY, &words.policies)? {
        Some(Policy::AgeRestricted { .. }) => Policy::AgeRestricted {
            min_age: whole(row, node::MIN_AGE)?.unwrap_or(columns::ADULT),
        },
        Some(policy) => policy,
        None => Policy::Unknown,
    };
    let host = row.cell(node::HOST).unwrap_or(address.host_text());
    let site = match row.cell(node::SITE) {
        Some(site) => Site::named(site),
        None => address.site(),
    };
    let named = named(row, &site)?;
    builder.push(
        PageRow {
            row: row.number,
            address: address.as_str(),
            written: text,
            id: row.cell(node::ID),
            host,
            site,
            kind: word(row, node::KIND, &words.kinds)?.unwrap_or(PageKind::Other),
            seller: row.cell(node::SELLER),
            gate: word(row, node::GATE, &words.gates)?.unwrap_or(GateStrength::None),
            policy,
            is_home: address.as_url().path() == "/" && address.as_url().query().is_none(),
            named,
        },
        |place, wrong| row.wrong(place, wrong),
    )
}

fn hop(
    row: Row<'_>,
    words: &HopWords,
    page: &mut dyn FnMut(usize) -> Result<u32, TableError>,
) -> Result<HopRow, TableError> {
    let kind = needed(row, edge::KIND, &words.kinds)?;
    Ok(HopRow {
        source: page(edge::SOURCE)?,
        target: page(edge::TARGET)?,
        kind,
        visibility: needed(row, edge::VISIBILITY, &words.visibilities)?,
        zone: word(row, edge::ZONE, &words.zones)?.unwrap_or(Zone::Unknown),
        trigger: word(row, edge::TRIGGER, &words.triggers)?.unwrap_or(usual_trigger(kind)),
        status: whole(row, edge::STATUS)?.unwrap_or(0),
    })
}

/// The value of a cell with a word of a list, if it is filled.
fn word<T: Word>(
    row: Row<'_>,
    column: usize,
    words: &[(&'static str, T)],
) -> Result<Option<T>, TableError> {
    row.cell(column)
        .map(|text| {
            parse(words, text).map_err(|known| {
                let text = text.to_owned();
                row.wrong(column, Wrong::Word { text, known })
            })
        })
        .transpose()
}

fn needed<T: Word>(
    row: Row<'_>,
    column: usize,
    words: &[(&'static str, T)],
) -> Result<T, TableError> {
    row.filled(column)?;
    word(row, column, words)?.ok_or_else(|| row.wrong(column, Wrong::Empty))
}

/// The value of a cell with a whole number, if it is filled.
fn whole<T>(row: Row<'_>, column: usize) -> Result<Option<T>, TableError>
where
    T: std::str::FromStr + Bounded,
{
    row.cell(column)
        .map(|text| {
            text.parse().map_err(|_| {
                let text = text.to_owned();
                row.wrong(
                    column,
                    Wrong::Number {
                        text,
                        most: T::MOST,
                    },
                )
            })
        })
        .transpose()
}

/// A number with a greatest value.
trait Bounded {
    const MOST: u64;
}

impl Bounded for u8 {
    const MOST: u64 = Self::MAX as u64;
}

impl Bounded for u16 {
    const MOST: u64 = Self::MAX as u64;
}

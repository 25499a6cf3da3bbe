//! Assembles a warehouse from rows.

use std::collections::HashMap;

use model::{
    GateStrength, HopKind, PageId, PageKind, PageUrl, Policy, Site, Trigger, VisibilityState, Zone,
};

use super::columns::node;
use super::merge::Merge;
use super::named::NamedThings;
use super::table::{TableError, Wrong};
use super::{Hops, Imported, Marks, NONE, Pages, Warehouse, number};
use crate::Entity;

/// Why no warehouse can be made of two tables.
#[derive(Debug, thiserror::Error)]
pub enum WarehouseError {
    /// The table of pages.
    #[error("{0}")]
    Nodes(TableError),
    /// The table of hops.
    #[error("{0}")]
    Edges(TableError),
}

/// A row of the table of pages.
pub(super) struct PageRow<'a> {
    pub(super) row: u64,
    pub(super) address: &'a str,
    /// The address as the table has it.
    pub(super) written: &'a str,
    pub(super) id: Option<&'a str>,
    pub(super) host: &'a str,
    pub(super) site: Site,
    pub(super) kind: PageKind,
    pub(super) seller: Option<&'a str>,
    pub(super) gate: GateStrength,
    pub(super) policy: Policy,
    pub(super) is_home: bool,
    pub(super) named: Vec<Entity>,
}

/// A row of the table of hops; its ends are pages by the order of the table.
pub(super) struct HopRow {
    pub(super) source: u32,
    pub(super) target: u32,
    pub(super) kind: HopKind,
    pub(super) visibility: VisibilityState,
    pub(super) zone: Zone,
    pub(super) trigger: Trigger,
    pub(super) status: u16,
}

/// Numbers names. The hasher is the standard one: names come from outside.
#[derive(Debug, Default)]
pub(super) struct Names {
    numbers: HashMap<String, u32>,
    names: Vec<String>,
}

impl Names {
    /// Goes on after names that have their numbers.
    fn after(names: &[String]) -> Self {
        let numbers = (0..)
            .zip(names)
            .map(|(number, name)| (name.clone(), number));
        Self {
            numbers: numbers.collect(),
            names: names.to_vec(),
        }
    }

    fn of(&mut self, name: &str) -> u32 {
        if let Some(known) = self.numbers.get(name) {
            return *known;
        }
        let next = number(self.names.len());
        self.numbers.insert(name.to_owned(), next);
        self.names.push(name.to_owned());
        next
    }
}

/// What the table of hops calls the pages.
#[derive(Debug, Default)]
enum Ids {
    /// Nothing was read yet.
    #[default]
    Unread,
    /// The first page has this number, each further one the next.
    Counted { first: u64 },
    /// By number.
    Numbers(HashMap<u64, u32>),
    /// By text.
    Texts(HashMap<String, u32>),
}

impl Ids {
    /// Takes the name of the next page; the page that has it already, if one has.
    fn push(&mut self, text: &str, page: u32) -> Option<u32> {
        // A number is one spelling: `7` and `07` are two names.
        let as_number = text
            .parse::<u64>()
            .ok()
            .filter(|number| number.to_string() == text);
        match (&mut *self, as_number) {
            (Self::Unread, Some(first)) => {
                *self = Self::Counted { first };
                None
            }
            (Self::Counted { first }, Some(number)) if number == *first + u64::from(page) => None,
            (Self::Counted { first }, Some(_)) => {
                let first = *first;
                let numbers = (0..page).map(|page| (first + u64::from(page), page));
                *self = Self::Numbers(numbers.collect());
                self.push(text, page)
            }
            (Self::Numbers(known), Some(number)) => known.insert(number, page),
            (Self::Texts(known), _) => known.insert(text.to_owned(), page),
            (_, None) => {
                let texts = match std::mem::take(self) {
                    Self::Counted { first } => (0..page)
                        .map(|page| ((first + u64::from(page)).to_string(), page))
                        .collect(),
                    Self::Numbers(known) => known
                        .into_iter()
                        .map(|(number, page)| (number.to_string(), page))
                        .collect(),
                    Self::Unread | Self::Texts(_) => HashMap::new(),
                };
                *self = Self::Texts(texts);
                self.push(text, page)
            }
        }
    }

    fn get(&self, text: &str, pages: u32) -> Option<u32> {
        match self {
            Self::Unread => None,
            Self::Counted { first } => {
                let place = text.parse::<u64>().ok()?.checked_sub(*first)?;
                let page = u32::try_from(place).ok()?;
                (page < pages && is_canonical(text)).then_some(page)
            }
            Self::Numbers(known) => {
                let known = known.get(&text.parse().ok()?).copied();
                known.filter(|_| is_canonical(text))
            }
            Self::Texts(known) => known.get(text).copied(),
        }
    }
}

/// Whether a number is written without a sign or leading zeros.
fn is_canonical(text: &str) -> bool {
    text == "0" || text.starts_with(|first: char| ('1'..='9').contains(&first))
}

/// Takes the pages.
#[derive(Debug, Default)]
pub(super) struct Builder {
    pages: Pages,
    policies: Vec<Policy>,
    rows: Vec<u64>,
    ids: Ids,
    has_ids: bool,
    sites: Names,
    groups: HashMap<(u32, PageKind), u32>,
    hosts: Names,
    sellers: Names,
    named: NamedThings,
}

/// The pages of a table with their numbers, and what the table of hops calls them.
pub(super) struct Numbered {
    pages: Pages,
    policies: Vec<Policy>,
    /// Number of each page of the table, by its place there.
    place: Vec<u32>,
    ids: Ids,
    has_ids: bool,
}

impl Builder {
    /// Takes pages whose sites, hosts, sellers and what they name have the numbers of another warehouse.
    pub(super) fn after(pages: &Pages) -> Self {
        let sites: Vec<String> = pages
            .site_names
            .iter()
            .map(|site| site.as_str().to_owned())
            .collect();
        Self {
            pages: Pages {
                site_names: pages.site_names.clone(),
                host_kinds: pages.host_kinds.clone(),
                ..Pages::default()
            },
            sites: Names::after(&sites),
            groups: (pages.host_kinds.iter().copied()).zip(0..).collect(),
            hosts: Names::after(&pages.host_names),
            sellers: Names::after(&pages.seller_names),
            named: NamedThings::after(&pages.named),
            ..Self::default()
        }
    }

    pub(super) fn push(
        &mut self,
        row: PageRow<'_>,
        wrong: impl Fn(usize, Wrong) -> TableError,
    ) -> Result<(), TableError> {
        if self.rows.len() >= (NONE >> 1) as usize {
            return Err(TableError::whole(Wrong::TooMany));
        }
        let page = number(self.rows.len());
        self.has_ids = if page == 0 {
            row.id.is_some()
        } else {
            self.has_ids
        };
        let (place, name) = match (self.has_ids, row.id) {
            (false, _) => (node::ADDRESS, row.written),
            (true, Some(id)) => (node::ID, id),
            (true, None) => return Err(wrong(node::ID, Wrong::Empty)),
        };
        if let Some(first) = self.ids.push(name, page) {
            let (text, first) = (name.to_owned(), self.rows[first as usize]);
            return Err(wrong(place, Wrong::Twice { text, first }));
        }
        let pages = &mut self.pages;
        pages.text.push_str(row.address);
        pages.ends.push(pages.text.len() as u64);
        pages.kinds.push(row.kind);
        let site = self.sites.of(row.site.as_str());
        if site as usize == pages.site_names.len() {
            pages.site_names.push(row.site);
        }
        pages.sites.push(site);
        let next = number(self.groups.len());
        let host = (self.hosts.of(row.host), row.kind);
        let group = *self.groups.entry(host).or_insert(next);
        if group == next {
            pages.host_kinds.push(host);
        }
        pages.groups.push(group);
        let seller = row.seller.map_or(NONE, |seller| self.sellers.of(seller));
        pages.sellers.push(seller);
        pages.gates.push(row.gate);
        pages.homes.push(row.is_home);
        for entity in row.named {
            self.named.push(page, entity);
        }
        self.policies.push(row.policy);
        self.rows.push(row.row);
        Ok(())
    }

    /// Numbers the pages in the order of their addresses, so that numbers compare as addresses do and
    /// pages of a host lie together.
    pub(super) fn number_pages(self) -> Result<Numbered, TableError> {
        let count = self.rows.len();
        let old = self.pages;
        let mut order: Vec<u32> = (0..number(count)).collect();
        let address = |page: &u32| old.address(PageId(*page));
        order.sort_unstable_by(|a, b| address(a).cmp(address(b)).then(a.cmp(b)));
        if let Some(twice) = order
            .windows(2)
            .find(|pair| address(&pair[0]) == address(&pair[1]))
        {
            return Err(TableError {
                row: Some(self.rows[twice[1] as usize]),
                column: Some("address".to_owned()),
                source: Wrong::Twice {
                    text: address(&twice[1]).to_owned(),
                    first: self.rows[twice[0] as usize],
                },
            });
        }
        let mut place = vec![0; count];
        for (at, old) in order.iter().enumerate() {
            place[*old as usize] = number(at);
        }
        let (mut text, mut ends) = (String::with_capacity(old.text.len()), Vec::new());
        ends.reserve_exact(count);
        for old in &order {
            text.push_str(address(old));
            ends.push(text.len() as u64);
        }
        let pages = Pages {
            text,
            ends,
            kinds: permuted(&order, &old.kinds),
            sites: permuted(&order, &old.sites),
            site_names: old.site_names,
            groups: permuted(&order, &old.groups),
            host_names: self.hosts.names,
            host_kinds: old.host_kinds,
            sellers: permuted(&order, &old.sellers),
            seller_names: self.sellers.names,
            gates: permuted(&order, &old.gates),
            homes: permuted(&order, &old.homes),
            named: self.named.settled(&place),
        };
        Ok(Numbered {
            pages,
            policies: permuted(&order, &self.policies),
            place,
            ids: self.ids,
            has_ids: self.has_ids,
        })
    }
}

impl Numbered {
    /// Takes the hops of these pages, which are all there are.
    pub(super) fn hops(self) -> HopBuilder {
        HopBuilder {
            pages: self.pages,
            policies: self.policies,
            place: self.place,
            ids: self.ids,
            by_address: !self.has_ids,
            slots: Names::default(),
            rows: Vec::new(),
            to_themselves: 0,
        }
    }

    /// Puts these pages among those of another warehouse, in the place of those that they tell anew.
    pub(super) fn among(self, known: &Imported) -> Among {
        let merge = Merge::of(&known.warehouse.pages, &self.pages);
        let place = |page: &u32| merge.told[*page as usize];
        let hops = HopBuilder {
            pages: merge.pages(&known.warehouse.pages, &self.pages),
            policies: merge.column(&known.policies, &self.policies),
            place: self.place.iter().map(place).collect(),
            ids: self.ids,
            by_address: true,
            slots: Names::after(&known.warehouse.hops.slot_names),
            rows: Vec::new(),
            to_themselves: 0,
        };
        Among {
            hops,
            place: merge.known,
            told: merge.told,
        }
    }
}

/// Pages that are told anew, among those that were known.
pub(super) struct Among {
    /// Takes their hops.
    pub(super) hops: HopBuilder,
    /// New number of each page that was known.
    pub(super) place: Vec<u32>,
    /// New number of each page that is told anew, ascending.
    pub(super) told: Vec<u32>,
}

fn permuted<T: Copy>(order: &[u32], column: &[T]) -> Vec<T> {
    order.iter().map(|old| column[*old as usize]).collect()
}

/// A hop until it is put in its place: 16 bytes.
#[derive(Debug, Clone, Copy)]
struct Raw {
    source: u32,
    target: u32,
    slot: u32,
    status: u16,
    kind: HopKind,
    marks: Marks,
}

/// Takes the hops.
#[derive(Debug)]
pub(super) struct HopBuilder {
    pages: Pages,
    policies: Vec<Policy>,
    /// Number of each page, by its place in the table.
    place: Vec<u32>,
    ids: Ids,
    by_address: bool,
    slots: Names,
    rows: Vec<Raw>,
    to_themselves: u64,
}

impl HopBuilder {
    /// The page that a cell names.
    pub(super) fn page(&self, text: &str) -> Option<u32> {
        let place = self.ids.get(text, number(self.place.len()));
        let page = place.map(|place| self.place[place as usize]);
        if page.is_some() || !self.by_address {
            return page;
        }
        // Spelt otherwise than in the table of pages.
        let address = PageUrl::parse(text).ok()?;
        self.pages.find(address.as_str()).map(|page| page.0)
    }

    pub(super) fn push(&mut self, hop: HopRow, slot: Option<&str>) -> Result<(), TableError> {
        if self.rows.len() >= NONE as usize {
            return Err(TableError::whole(Wrong::TooMany));
        }
        if hop.source == hop.target && hop.kind != HopKind::HttpRedirect {
            self.to_themselves += 1;
            return Ok(());
        }
        self.rows.push(Raw {
            source: hop.source,
            target: hop.target,
            slot: slot.map_or(NONE, |slot| self.slots.of(slot)),
            status: hop.status,
            kind: hop.kind,
            marks: Marks::new(hop.visibility, hop.zone, hop.trigger),
        });
        Ok(())
    }

    /// How many hops lead from a page to itself, and were left out.
    pub(super) const fn to_themselves(&self) -> u64 {
        self.to_themselves
    }

    /// Puts the hops in the order of their sources: a counting sort, O(V + E).
    pub(super) fn finish(self) -> (Warehouse, Vec<Policy>) {
        let mut starts = vec![0_u32; self.policies.len() + 1];
        for row in &self.rows {
            starts[row.source as usize + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let count = self.rows.len();
        let mut next = starts.clone();
        let mut order = vec![0_u32; count];
        for (at, row) in self.rows.iter().enumerate() {
            let place = &mut next[row.source as usize];
            order[*place as usize] = number(at);
            *place += 1;
        }
        drop(next);
        let row = |at: &u32| self.rows[*at as usize];
        let hops = Hops {
            starts,
            targets: order.iter().map(|at| row(at).target).collect(),
            kinds: order.iter().map(|at| row(at).kind).collect(),
            marks: order.iter().map(|at| row(at).marks).collect(),
            slots: order.iter().map(|at| row(at).slot).collect(),
            statuses: order.iter().map(|at| row(at).status).collect(),
            slot_names: self.slots.names,
        };
        let warehouse = Warehouse {
            pages: self.pages,
            hops,
        };
        (warehouse, self.policies)
    }
}

//! Pages of a warehouse told anew, after a platform looked at them again.

use std::ops::Range;

use model::PageId;

use super::build::{Among, Builder};
use super::read::{notes, read_hops, read_pages};
use super::{Hops, Imported, NONE, Tables, Warehouse, WarehouseError, number};

/// A warehouse of which some pages were told anew.
#[derive(Debug, Clone)]
pub struct Revised {
    /// All pages and hops as they are now.
    pub imported: Imported,
    /// New number of each page that was known.
    pub(super) place: Vec<u32>,
    /// New number of each page that was told, ascending.
    pub(super) told: Vec<PageId>,
}

impl Revised {
    /// The pages that were told: known ones anew, and new ones. Ascending.
    #[must_use]
    pub fn told(&self) -> &[PageId] {
        &self.told
    }

    /// The number that a page has now.
    #[must_use]
    pub fn place(&self, known: PageId) -> PageId {
        PageId(self.place[known.index()])
    }
}

impl Imported {
    /// Takes pages that were looked at again, or are new. The table of pages has a row for each of them, which
    /// takes the place of what was known; that of hops has all their hops, and no hop of another page. Hops name
    /// pages by their addresses; those of the table of pages may be named by its ids. A page that is gone is
    /// told without a policy and without hops.
    ///
    /// Time and memory: O(V + E) to copy what stays, some 15 bytes for each hop, besides reading the tables.
    ///
    /// # Errors
    /// [`WarehouseError`] says which table, row and column, and what to do; nothing is changed then.
    pub fn revised(&self, tables: Tables<'_>) -> Result<Revised, WarehouseError> {
        let Tables {
            nodes,
            edges,
            mapping,
        } = tables;
        let builder = Builder::after(&self.warehouse.pages);
        let (pages, known) = read_pages(builder, nodes, mapping)?;
        let Among {
            mut hops,
            place,
            told,
        } = pages.among(self);
        let is_told = |page: u32| told.binary_search(&page).is_ok();
        let columns = read_hops(&mut hops, edges, mapping, &is_told)?;
        let notes = notes(&known, &columns, hops.to_themselves());
        let (anew, policies) = hops.finish();
        let hops = Splice::of(&place, &told, policies.len());
        let hops = hops.hops(&self.warehouse.hops, anew.hops, &place);
        let warehouse = Warehouse {
            pages: anew.pages,
            hops,
        };
        Ok(Revised {
            imported: Imported {
                warehouse,
                policies,
                notes,
            },
            place,
            told: told.into_iter().map(PageId).collect(),
        })
    }
}

/// Where the hops of each page are to be had.
pub(super) struct Splice {
    /// What follows what, in the order of the pages.
    pieces: Vec<Piece>,
}

/// Pages in a row.
enum Piece {
    /// As they were: by their former numbers.
    Known(Range<u32>),
    /// A page that was told, by its number now.
    Told(u32),
}

impl Splice {
    pub(super) fn of(place: &[u32], told: &[u32], pages: usize) -> Self {
        let mut known = vec![NONE; pages];
        for (page, at) in (0..).zip(place) {
            known[*at as usize] = page;
        }
        for page in told {
            known[*page as usize] = NONE;
        }
        let mut pieces: Vec<Piece> = Vec::new();
        for (page, known) in (0..).zip(known) {
            match pieces.last_mut() {
                _ if known == NONE => pieces.push(Piece::Told(page)),
                Some(Piece::Known(run)) if run.end == known => run.end += 1,
                _ => pieces.push(Piece::Known(known..known + 1)),
            }
        }
        Self { pieces }
    }

    /// The hops of all pages, given those that were known and those that were told.
    fn hops(&self, known: &Hops, told: Hops, place: &[u32]) -> Hops {
        let is_moved = place.iter().zip(0..).any(|(now, page)| *now != page);
        let room = known.targets.len() + told.targets.len();
        let mut hops = Hops {
            starts: Vec::with_capacity(told.starts.len()),
            targets: Vec::with_capacity(room),
            kinds: Vec::with_capacity(room),
            marks: Vec::with_capacity(room),
            slots: Vec::with_capacity(room),
            statuses: Vec::with_capacity(room),
            slot_names: Vec::new(),
        };
        hops.starts.push(0);
        for piece in &self.pieces {
            match piece {
                Piece::Told(page) => hops.take(&told, *page..page + 1, |target| target),
                Piece::Known(run) if is_moved => {
                    hops.take(known, run.clone(), |target| place[target as usize]);
                }
                Piece::Known(run) => hops.take(known, run.clone(), |target| target),
            }
        }
        hops.slot_names = told.slot_names;
        hops
    }

    /// A column of the hops of all pages; those of told pages are filled with `none`.
    pub(super) fn column<T: Copy>(
        &self,
        known: (&Warehouse, &[T]),
        now: &Warehouse,
        none: T,
    ) -> Vec<T> {
        let (before, column) = known;
        let mut spliced = Vec::with_capacity(now.hop_count() as usize);
        for piece in &self.pieces {
            match piece {
                Piece::Known(run) => {
                    let starts = &before.hops.starts;
                    let range = starts[run.start as usize]..starts[run.end as usize];
                    let range = range.start as usize..range.end as usize;
                    spliced.extend_from_slice(&column[range]);
                }
                Piece::Told(page) => {
                    let hops = now.range(PageId(*page)).len();
                    spliced.resize(spliced.len() + hops, none);
                }
            }
        }
        spliced
    }
}

impl Hops {
    /// Adds the hops of some pages in a row.
    fn take(&mut self, from: &Self, pages: Range<u32>, target: impl Fn(u32) -> u32) {
        let starts = &from.starts[pages.start as usize..=pages.end as usize];
        let (first, last) = (starts[0], starts[starts.len() - 1]);
        let here = number(self.targets.len());
        let ends = starts[1..].iter().map(|end| end - first + here);
        self.starts.extend(ends);
        let range = first as usize..last as usize;
        let targets = from.targets[range.clone()].iter();
        self.targets.extend(targets.map(|page| target(*page)));
        self.kinds.extend_from_slice(&from.kinds[range.clone()]);
        self.marks.extend_from_slice(&from.marks[range.clone()]);
        self.slots.extend_from_slice(&from.slots[range.clone()]);
        self.statuses.extend_from_slice(&from.statuses[range]);
    }
}

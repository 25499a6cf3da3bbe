//! Two lists of pages put into one.

use std::cmp::Ordering;

use model::PageId;

use super::{Pages, number};

/// Two lists of pages in the order of their addresses, put into one. Where both have an address, the second
/// tells.
pub(super) struct Merge {
    /// For each page of the whole whether it is told, and its number in its list.
    order: Vec<(bool, u32)>,
    /// New number of each page of the first list, and of the second.
    pub(super) known: Vec<u32>,
    pub(super) told: Vec<u32>,
}

impl Merge {
    pub(super) fn of(known: &Pages, told: &Pages) -> Self {
        let (mut at, mut next) = (0, 0);
        let (known_count, told_count) = (number(known.kinds.len()), number(told.kinds.len()));
        let mut merge = Self {
            order: Vec::with_capacity(known.kinds.len()),
            known: Vec::with_capacity(known.kinds.len()),
            told: Vec::with_capacity(told.kinds.len()),
        };
        while at < known_count || next < told_count {
            let place = number(merge.order.len());
            let order = match (at < known_count, next < told_count) {
                (true, true) => known.address(PageId(at)).cmp(told.address(PageId(next))),
                (true, false) => Ordering::Less,
                (false, _) => Ordering::Greater,
            };
            if order != Ordering::Greater {
                merge.known.push(place);
            }
            if order != Ordering::Less {
                merge.told.push(place);
            }
            merge.order.push(match order {
                Ordering::Less => (false, at),
                Ordering::Equal | Ordering::Greater => (true, next),
            });
            at += u32::from(order != Ordering::Greater);
            next += u32::from(order != Ordering::Less);
        }
        merge
    }

    pub(super) fn column<T: Copy>(&self, known: &[T], told: &[T]) -> Vec<T> {
        let value = |(is_told, page): &(bool, u32)| {
            let column = if *is_told { told } else { known };
            column[*page as usize]
        };
        self.order.iter().map(value).collect()
    }

    pub(super) fn pages(&self, known: &Pages, told: &Pages) -> Pages {
        let mut text = String::with_capacity(known.text.len() + told.text.len());
        let mut ends = Vec::with_capacity(self.order.len());
        for (is_told, page) in &self.order {
            let pages = if *is_told { told } else { known };
            text.push_str(pages.address(PageId(*page)));
            ends.push(text.len() as u64);
        }
        Pages {
            text,
            ends,
            kinds: self.column(&known.kinds, &told.kinds),
            sites: self.column(&known.sites, &told.sites),
            site_names: told.site_names.clone(),
            groups: self.column(&known.groups, &told.groups),
            host_names: told.host_names.clone(),
            host_kinds: told.host_kinds.clone(),
            sellers: self.column(&known.sellers, &told.sellers),
            seller_names: told.seller_names.clone(),
            gates: self.column(&known.gates, &told.gates),
            homes: self.column(&known.homes, &told.homes),
            named: told.named.among(&known.named, &self.known, &self.told),
        }
    }
}

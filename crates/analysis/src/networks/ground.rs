//! Who holds what: the ground on which networks are sought.

use std::collections::{BTreeMap, BTreeSet};

use model::{MemberKind, PageId, PageKind, Site, TieKind};

/// A party: whoever speaks on some pages. Ordered by site, kind and name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Party {
    /// Its site.
    pub site: Site,
    /// What it is.
    pub kind: MemberKind,
    /// Name of a seller, address of a page; empty for a site.
    pub name: String,
}

/// What is to be known of a page, to tell whose it is.
#[derive(Debug, Clone, Copy)]
pub struct PageOf<'a> {
    /// Its address.
    pub address: &'a str,
    /// Its site.
    pub site: &'a Site,
    /// Its kind.
    pub kind: PageKind,
    /// Who sells on it, where it says so.
    pub seller: Option<&'a str>,
    /// Whether the policy restricts it.
    pub is_restricted: bool,
    /// Whether it is the listing of a finding.
    pub is_found: bool,
}

/// A party with its pages.
#[derive(Debug, Clone)]
pub(super) struct Standing {
    pub(super) party: Party,
    /// Its first page, by address.
    pub(super) page: PageId,
    pub(super) pages: u64,
    pub(super) restricted: u64,
    pub(super) found: u64,
}

/// Something that two parties or more hold.
#[derive(Debug, Clone)]
pub(super) struct Held {
    pub(super) kind: TieKind,
    pub(super) what: String,
    /// Places of the parties, in order, each with its first page that shows it.
    pub(super) by: Vec<(u32, PageId)>,
}

/// Parties and what they hold. The order in which pages and holdings are given is all one.
#[derive(Debug, Clone, Default)]
pub struct Ground {
    /// Place of each party until [`settled`](Self::settled).
    places: BTreeMap<Party, u32>,
    pub(super) parties: Vec<Standing>,
    sells: Vec<bool>,
    held: BTreeMap<(TieKind, String), BTreeMap<u32, PageId>>,
    sites: Sites,
}

/// Who sells on each site.
#[derive(Debug, Clone, Default)]
struct Sites {
    /// The names of sellers of a site, at most two of them: more is many.
    sellers: BTreeMap<Site, BTreeSet<String>>,
    /// Sites on which something is sold.
    shops: BTreeSet<Site>,
}

impl Ground {
    /// A ground on which every page of `pages` is known: whose a page is depends on the others of its
    /// site.
    #[must_use]
    pub fn over<'a>(pages: impl IntoIterator<Item = PageOf<'a>>) -> Self {
        let mut sites = Sites::default();
        for page in pages {
            if let Some(seller) = page.seller {
                let names = sites.sellers.entry(page.site.clone()).or_default();
                if names.len() < 2 {
                    names.insert(seller.to_owned());
                }
            }
            let sells = matches!(
                page.kind,
                PageKind::Listing | PageKind::Seller | PageKind::Category | PageKind::Checkout
            );
            if (sells || page.is_restricted) && !sites.shops.contains(page.site) {
                sites.shops.insert(page.site.clone());
            }
        }
        Self {
            sites,
            ..Self::default()
        }
    }

    /// The party that speaks on a page, with the page counted as its own; `None` for the pages of a
    /// platform. Pages come in the order of their addresses, or with the least of a party first.
    pub fn party_of(&mut self, id: PageId, page: PageOf<'_>) -> Option<u32> {
        let party = self.sites.party(page)?;
        let is_seller = party.kind != MemberKind::Page;
        let next = u32::try_from(self.parties.len()).unwrap_or(u32::MAX);
        let place = *self.places.entry(party).or_insert_with_key(|party| {
            self.parties.push(Standing {
                party: party.clone(),
                page: id,
                pages: 0,
                restricted: 0,
                found: 0,
            });
            self.sells.push(is_seller);
            next
        });
        let standing = &mut self.parties[place as usize];
        standing.page = standing.page.min(id);
        standing.pages += 1;
        standing.restricted += u64::from(page.is_restricted);
        standing.found += u64::from(page.is_found);
        Some(place)
    }

    /// Says that a party holds something, as a page of it shows.
    pub fn hold(&mut self, party: u32, page: PageId, kind: TieKind, what: String) {
        let holders = self.held.entry((kind, what)).or_default();
        let first = holders.entry(party).or_insert(page);
        *first = page.min(*first);
    }

    /// How many sellers there are.
    pub(super) fn sellers(&self) -> u64 {
        self.sells.iter().filter(|sells| **sells).count() as u64
    }

    /// Parties in their order, and what two or more of them hold, by kind and text.
    pub(super) fn settled(&self) -> (Vec<&Standing>, Vec<Held>) {
        let mut place = vec![0; self.parties.len()];
        let mut parties = Vec::with_capacity(self.parties.len());
        for (at, old) in (0..).zip(self.places.values()) {
            place[*old as usize] = at;
            parties.push(&self.parties[*old as usize]);
        }
        let shared = self.held.iter().filter(|(_, holders)| holders.len() > 1);
        let held = shared
            .map(|((kind, what), holders)| {
                let mut by: Vec<(u32, PageId)> = holders
                    .iter()
                    .map(|(party, page)| (place[*party as usize], *page))
                    .collect();
                by.sort_unstable();
                Held {
                    kind: *kind,
                    what: what.clone(),
                    by,
                }
            })
            .collect();
        (parties, held)
    }
}

impl Sites {
    /// Who speaks on a page. Where a site names one seller, all of it is that seller's; where it names
    /// several, what names none is the platform's, but for listings, each of which may be anybody's. A
    /// site that sells and names nobody is one shop; on one that sells nothing many hands may write.
    fn party(&self, page: PageOf<'_>) -> Option<Party> {
        let named = self.sellers.get(page.site);
        let mut names = named.into_iter().flatten();
        let (kind, name) = match (page.seller, names.next(), names.next()) {
            (Some(seller), ..) => (MemberKind::Seller, seller),
            (None, Some(only), None) => (MemberKind::Seller, only.as_str()),
            (None, Some(_), Some(_)) if page.kind == PageKind::Listing => {
                (MemberKind::Page, page.address)
            }
            (None, Some(_), Some(_)) => return None,
            (None, None, _) if self.shops.contains(page.site) => (MemberKind::Site, ""),
            (None, None, _) => (MemberKind::Page, page.address),
        };
        Some(Party {
            site: page.site.clone(),
            kind,
            name: name.to_owned(),
        })
    }
}

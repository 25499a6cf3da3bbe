//! What must be known of a whole web before one hop of it can be classed.

use model::{HopKind, PageId, PageKind, VisibilityState, Zone};

use super::decide::{NONE, Traits, Web, is_forced, is_framed, is_in_file, is_shown, page_id};

/// Redirects in a row within a site that are followed to where they leave it.
const LONGEST_CHAIN: usize = 20;

/// What must be known of the whole web to class one hop.
///
/// 15 bytes for each page; time O(V + E) to make. Pages can be told anew, without a look at the others.
#[derive(Debug, Clone)]
pub(crate) struct Survey {
    /// How many hops show a way to a page within its site.
    shown_at_home: Vec<u32>,
    /// The other site to which a page's own hops move its visitor on. A frame moves nobody: the page round
    /// it stays.
    moves_off: Vec<u32>,
    /// The same, with what redirects within a site do.
    moves_on: Vec<u32>,
    /// Addresses that answer with an HTTP redirect, or with a page whose point is to be left.
    redirects: Vec<bool>,
    /// Those of them that move the visitor to another page. A redirect that only tidies the address (`/wine` to
    /// `/wine/`, another case, `www`) does not count.
    passes_on: Vec<bool>,
    /// Files that lead to another site: documents with links in them, contact cards, link files.
    files_out: Vec<bool>,
    /// The hops that move the visitor, frames aside, with their sources, in the order of the sources.
    forced: Vec<(PageId, PageId)>,
}

/// What a page is to the hops that lead to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Role {
    is_shown_at_home: bool,
    moves_on: u32,
    redirects: bool,
    passes_on: bool,
    is_file_out: bool,
}

impl Survey {
    pub(crate) fn of<W: Web>(web: &W) -> Self {
        let pages = web.page_count();
        let mut survey = Self {
            shown_at_home: vec![0; pages],
            moves_off: vec![NONE; pages],
            moves_on: Vec::new(),
            redirects: vec![false; pages],
            passes_on: vec![false; pages],
            files_out: vec![false; pages],
            forced: Vec::new(),
        };
        for page in 0..pages {
            survey.look(web, page_id(page));
        }
        survey.follow(web);
        survey
    }

    fn look<W: Web>(&mut self, web: &W, source: PageId) {
        let (kind, from) = (web.kind(source), web.site(source));
        for (_, target, hop) in web.ways(source) {
            // What shows one vantage a listing and redirects another is a listing all the same.
            if kind == PageKind::Interstitial
                || (hop.kind == HopKind::HttpRedirect && kind != PageKind::Listing)
            {
                self.redirects[source.index()] = true;
            }
            let to = web.site(target);
            if is_forced(hop) && !is_framed(hop) {
                self.forced.push((source, target));
                let off = &mut self.moves_off[source.index()];
                if hop.visibility != VisibilityState::Hidden && from != to && *off == NONE {
                    *off = to;
                }
            }
            if is_shown_at_home(web, source, target, hop) {
                self.shown_at_home[target.index()] += 1;
            }
            let moves = is_forced(hop) && !web.is_one_address(source, target);
            self.passes_on[source.index()] |= moves;
            self.files_out[source.index()] |= is_in_file(hop.carrier) && from != to;
        }
        self.passes_on[source.index()] &= self.redirects[source.index()];
    }

    /// A redirect within a site that then leaves it moves the visitor on as well. Chains are short,
    /// and each pass carries the knowledge one redirect further back.
    fn follow<W: Web>(&mut self, web: &W) {
        self.moves_on.clone_from(&self.moves_off);
        for _ in 0..LONGEST_CHAIN {
            let mut grown = false;
            for (source, target) in &self.forced {
                let on = self.moves_on[target.index()];
                if self.moves_on[source.index()] == NONE && on != NONE && on != web.site(*source) {
                    self.moves_on[source.index()] = on;
                    grown = true;
                }
            }
            if !grown {
                break;
            }
        }
    }

    /// Takes pages back that are told anew, as `web` knew them.
    pub(crate) fn forget<W: Web>(&mut self, web: &W, told: &[PageId]) {
        let mut is_told = vec![false; web.page_count()];
        for page in told {
            is_told[page.index()] = true;
            self.redirects[page.index()] = false;
            self.passes_on[page.index()] = false;
            self.files_out[page.index()] = false;
            self.moves_off[page.index()] = NONE;
            for (_, target, hop) in web.ways(*page) {
                if is_shown_at_home(web, *page, target, hop) {
                    self.shown_at_home[target.index()] -= 1;
                }
            }
        }
        self.forced.retain(|(source, _)| !is_told[source.index()]);
    }

    /// Makes place for pages that came between others: `place` says where each page went, and there are
    /// `pages` now.
    pub(crate) fn spread(&mut self, place: &[u32], pages: usize) {
        self.shown_at_home = spread(&self.shown_at_home, 0, place, pages);
        self.moves_off = spread(&self.moves_off, NONE, place, pages);
        self.moves_on = spread(&self.moves_on, NONE, place, pages);
        self.redirects = spread(&self.redirects, false, place, pages);
        self.passes_on = spread(&self.passes_on, false, place, pages);
        self.files_out = spread(&self.files_out, false, place, pages);
        for (source, target) in &mut self.forced {
            *source = PageId(place[source.index()]);
            *target = PageId(place[target.index()]);
        }
    }

    /// Looks at pages that were forgotten, or are new, and gives the pages that are something else to the
    /// hops that lead to them than they were before `forgotten` was made of this.
    pub(crate) fn look_again<W: Web>(
        &mut self,
        web: &W,
        told: &[PageId],
        before: &Self,
    ) -> Vec<PageId> {
        for page in told {
            self.look(web, *page);
        }
        // The chains are followed in the order of the sources, as they are the first time.
        self.forced.sort_by_key(|(source, _)| *source);
        self.follow(web);
        (0..web.page_count())
            .filter(|page| self.role(*page) != before.role(*page))
            .map(page_id)
            .collect()
    }

    /// Whether some page of its own site shows a way to a page.
    pub(super) fn is_shown_at_home(&self, page: PageId) -> bool {
        self.shown_at_home[page.index()] > 0
    }

    /// The site to which a page moves its visitor on, if that is not its own.
    pub(super) fn moves_on(&self, page: PageId) -> Option<u32> {
        let on = self.moves_on[page.index()];
        (on != NONE).then_some(on)
    }

    /// Whether an address answers with an HTTP redirect, or with a page whose point is to be left.
    pub(super) fn redirects(&self, page: PageId) -> bool {
        self.redirects[page.index()]
    }

    /// Whether an address has nothing of its own to show and moves the visitor to another page.
    pub(super) fn passes_on(&self, page: PageId) -> bool {
        self.passes_on[page.index()]
    }

    /// Whether an address is a file with a link to another site in it.
    pub(super) fn is_file_out(&self, page: PageId) -> bool {
        self.files_out[page.index()]
    }

    fn role(&self, page: usize) -> Role {
        Role {
            is_shown_at_home: self.shown_at_home[page] > 0,
            moves_on: self.moves_on[page],
            redirects: self.redirects[page],
            passes_on: self.passes_on[page],
            is_file_out: self.files_out[page],
        }
    }
}

fn is_shown_at_home<W: Web>(web: &W, source: PageId, target: PageId, hop: Traits) -> bool {
    is_shown(hop)
        && web.site(source) == web.site(target)
        && hop.zone != Zone::Seller
        && source != target
}

/// A column of pages with place for those that came between.
pub(crate) fn spread<T: Copy>(column: &[T], none: T, place: &[u32], pages: usize) -> Vec<T> {
    let mut wide = vec![none; pages];
    for (value, at) in column.iter().zip(place) {
        wide[*at as usize] = *value;
    }
    wide
}

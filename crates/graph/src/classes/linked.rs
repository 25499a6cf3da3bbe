//! A link graph, as the rules of the classes see it.

use model::{PageId, PageKind, Site};

use super::decide::{Numbers, Traits, Web};
use crate::{Hop, HopId, LinkGraph, PageNode};

/// A link graph with its sites numbered.
pub(super) struct Linked<'a> {
    graph: &'a LinkGraph,
    sites: Vec<u32>,
    names: Vec<Site>,
}

impl<'a> Linked<'a> {
    pub(super) fn of(graph: &'a LinkGraph) -> Self {
        let mut numbers = Numbers::default();
        let sites = graph.pages().map(|(_, page)| numbers.of(&page.site));
        Self {
            graph,
            sites: sites.collect(),
            names: numbers.into_names(),
        }
    }

    fn hop(&self, number: u32) -> &Hop {
        self.graph.hop(HopId(number))
    }
}

impl Web for Linked<'_> {
    fn page_count(&self) -> usize {
        self.graph.page_count()
    }

    fn kind(&self, page: PageId) -> PageKind {
        self.graph.page(page).kind
    }

    fn site(&self, page: PageId) -> u32 {
        self.sites[page.index()]
    }

    fn site_count(&self) -> usize {
        self.names.len()
    }

    fn site_name(&self, site: u32) -> Site {
        self.names[site as usize].clone()
    }

    fn is_home(&self, page: PageId) -> bool {
        is_home(self.graph.page(page))
    }

    fn ways(&self, page: PageId) -> impl Iterator<Item = (u32, PageId, Traits)> {
        self.graph
            .ways_out(page)
            .map(|(id, target, hop)| (id.0, target, traits(hop)))
    }

    fn names_site(&self, hop: u32, site: u32) -> bool {
        let name = self.names[site as usize].as_str();
        self.hop(hop).text.to_lowercase().contains(name)
    }

    fn keeps_word(&self, hop: u32, on: Option<u32>) -> bool {
        let hop = self.hop(hop);
        let text = hop.text.trim().to_lowercase();
        let bare = text.split("://").last().unwrap_or_default();
        let host = bare.split(['/', '?', ':']).next().unwrap_or_default();
        let written = hop.href.to_lowercase();
        let moves_there = on.is_some_and(|on| host.ends_with(self.names[on as usize].as_str()));
        moves_there || (!host.is_empty() && written.contains(host))
    }

    fn is_to_seller(&self, hop: u32, _: PageId, _: PageId) -> bool {
        self.hop(hop).to_seller
    }

    fn is_one_address(&self, page: PageId, other: PageId) -> bool {
        tidied(self.graph.page(page)) == tidied(self.graph.page(other))
    }
}

fn traits(hop: &Hop) -> Traits {
    Traits {
        kind: hop.kind,
        carrier: hop.carrier,
        trigger: hop.trigger,
        visibility: hop.visibility.state(),
        zone: hop.zone,
        text_names_other_host: hop.text_names_other_host,
        is_undressed: hop.as_prose.is_some(),
        is_disguised: (hop.disguises.iter()).any(|proof| proof.technique.family() == 'T'),
        for_some_only: !hop.missing_from.is_empty(),
    }
}

/// What is left of an address when spellings of one page are made one.
fn tidied(page: &PageNode) -> String {
    let host = page.address.host();
    let host = host.as_str().trim_start_matches("www.");
    let path = page.address.as_url().path().trim_end_matches('/');
    let query = page.address.as_url().query().unwrap_or_default();
    format!("{host}{path}?{query}").to_lowercase()
}

fn is_home(page: &PageNode) -> bool {
    page.address.as_url().path() == "/" && page.address.as_url().query().is_none()
}

//! Entities: what stands beside the pages and is named by them — who sells, who is paid for visitors, by
//! what buyers are spoken to, what pictures, advertisements, promises and codes there are.
//!
//! An [`Entity`] is known by what it is, not by where it stands: its [`key`](Entity::key) is the same in
//! every case that names it. Its [`EntityId`] is its place in one [`Entities`]. Each *mention* joins an
//! entity with a page, and says by which hop or statement, in which guises, and where in the body.
//! Nothing here says that two mentions are one person's doing: that is weighed in `analysis`.

use std::collections::BTreeMap;
use std::fmt;

use model::{ContactKind, HopKind, PageId, PageUrl, Site, Span, VantageId, VisitId};

use crate::traces::Said;
use crate::{Hop, HopId, LinkGraph, PageNode};

/// What an entity is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EntityKind {
    /// Who sells, on one site.
    Seller,
    /// Who is paid for visitors, in one program.
    Affiliate,
    /// What tells one way of visitors from another, in one program.
    Tracking,
    /// A channel with a handle.
    Contact,
    /// A picture, by its perceptual hash.
    Image,
    /// An advertisement of a repository.
    Ad,
    /// What an outside page says a listing is.
    Promise,
    /// A code that a buyer is to state.
    Code,
}

impl EntityKind {
    /// Every kind, in order.
    pub const ALL: &[Self] = &[
        Self::Seller,
        Self::Affiliate,
        Self::Tracking,
        Self::Contact,
        Self::Image,
        Self::Ad,
        Self::Promise,
        Self::Code,
    ];

    /// The word that keys and exports use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Seller => "seller",
            Self::Affiliate => "affiliate",
            Self::Tracking => "tracking",
            Self::Contact => "contact",
            Self::Image => "image",
            Self::Ad => "ad",
            Self::Promise => "promise",
            Self::Code => "code",
        }
    }
}

impl fmt::Display for EntityKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Something that pages name. Ordered by kind, then by what it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Entity {
    /// A seller, as its pages name it. One name on two sites is two sellers.
    Seller {
        /// The site.
        site: Site,
        /// The name.
        name: String,
    },
    /// Who is paid for visitors.
    Affiliate {
        /// The network by its host, else the site that pays.
        program: String,
        /// Whom it pays.
        id: String,
    },
    /// A value that tells one way of visitors from another.
    Tracking {
        /// The network by its host, else the site that pays.
        program: String,
        /// The parameter.
        name: String,
        /// Its value.
        value: String,
    },
    /// A contact.
    Contact {
        /// The channel.
        kind: ContactKind,
        /// The handle in its normal form.
        handle: String,
    },
    /// A picture.
    Image {
        /// Perceptual hash of 64 bits.
        hash: u64,
    },
    /// An advertisement.
    Ad {
        /// Its id in the repository.
        id: String,
    },
    /// A promise.
    Promise {
        /// The page that promises.
        page: PageUrl,
        /// Its words at the link.
        words: String,
    },
    /// A code.
    Code {
        /// In capitals.
        text: String,
    },
}

impl Entity {
    /// Its kind.
    #[must_use]
    pub const fn kind(&self) -> EntityKind {
        match self {
            Self::Seller { .. } => EntityKind::Seller,
            Self::Affiliate { .. } => EntityKind::Affiliate,
            Self::Tracking { .. } => EntityKind::Tracking,
            Self::Contact { .. } => EntityKind::Contact,
            Self::Image { .. } => EntityKind::Image,
            Self::Ad { .. } => EntityKind::Ad,
            Self::Promise { .. } => EntityKind::Promise,
            Self::Code { .. } => EntityKind::Code,
        }
    }

    /// Its key: the same wherever it is named, and another for every other entity. Kind, a colon, then
    /// what it is: `contact:telegram:vases_direct`, `seller:market.test/Ann`. Hostile text, as pages
    /// write it.
    #[must_use]
    pub fn key(&self) -> String {
        format!("{}:{}", self.kind(), self.label())
    }

    /// What it is, in a few words, without its kind. Hostile text, as pages write it.
    #[must_use]
    pub fn label(&self) -> String {
        match self {
            Self::Seller { site, name } => format!("{site}/{name}"),
            Self::Affiliate { program, id } => format!("{program}/{id}"),
            Self::Tracking {
                program,
                name,
                value,
            } => format!("{program}/{name}={value}"),
            Self::Contact { kind, handle } => format!("{kind}:{handle}"),
            Self::Image { hash } => format!("{hash:016x}"),
            Self::Ad { id } => id.clone(),
            Self::Promise { page, words } => format!("{page} {words}"),
            Self::Code { text } => text.clone(),
        }
    }
}

/// Place of an entity in one [`Entities`]; meaningless elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntityId(pub u32);

impl EntityId {
    /// The place as an index of a slice with one entry for each entity.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// By what a page names an entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MentionedBy {
    /// What the page says.
    Statement,
    /// A hop: its address says who is paid, or it carries the promise.
    Hop(HopId),
    /// A column of an imported table.
    Table,
    /// The address at which an advertisement lands.
    Landing,
}

impl MentionedBy {
    /// The word that exports use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Statement => "statement",
            Self::Hop(_) => "hop",
            Self::Table => "table",
            Self::Landing => "landing",
        }
    }
}

/// That a page names an entity.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mention {
    /// The entity.
    pub entity: EntityId,
    /// The page.
    pub page: PageId,
    /// By what.
    pub by: MentionedBy,
    /// The guises that saw it, sorted; empty where no visit did.
    pub vantages: Vec<VantageId>,
    /// The first visit that saw it.
    pub visit: Option<VisitId>,
    /// Where it stands in the body of that visit.
    pub span: Option<Span>,
}

/// A mention before entities have numbers.
#[derive(Debug, Clone)]
pub(crate) struct Named {
    pub(crate) entity: Entity,
    pub(crate) page: PageId,
    pub(crate) by: MentionedBy,
    pub(crate) said: Option<Said>,
}

/// The entities of one graph with their mentions. Entities stand in their order, mentions by entity,
/// page and means, so that equal graphs give equal entities.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entities {
    entities: Vec<Entity>,
    mentions: Vec<Mention>,
    /// The mentions of entity e are `starts[e]..starts[e + 1]`.
    starts: Vec<u32>,
    /// Places of the mentions, by page.
    by_page: Vec<u32>,
}

impl Entities {
    /// Every entity that the pages and hops of a graph name.
    ///
    /// Time O(n log n) in the mentions; memory some 120 bytes for each, and the text of each entity.
    #[must_use]
    pub fn of(graph: &LinkGraph) -> Self {
        let mut named = Vec::new();
        for (page, node) in graph.pages() {
            of_page(page, node, &mut named);
            for (id, target, hop) in graph.ways_out(page) {
                of_hop(graph, page, (id, target, hop), &mut named);
            }
        }
        Self::collect(named)
    }

    /// Numbers what was named.
    pub(crate) fn collect(named: Vec<Named>) -> Self {
        let mut by_entity: BTreeMap<Entity, Vec<Mention>> = BTreeMap::new();
        for one in named {
            let (vantages, visit, span) = match one.said {
                Some(said) => (said.vantages, Some(said.visit), said.span),
                None => (Vec::new(), None, None),
            };
            by_entity.entry(one.entity).or_default().push(Mention {
                entity: EntityId(0),
                page: one.page,
                by: one.by,
                vantages,
                visit,
                span,
            });
        }
        let mut all = Self {
            starts: vec![0],
            ..Self::default()
        };
        for (entity, mut mentions) in by_entity {
            let id = EntityId(place(all.entities.len()));
            mentions.iter_mut().for_each(|mention| mention.entity = id);
            mentions.sort_unstable();
            mentions.dedup();
            all.entities.push(entity);
            all.mentions.append(&mut mentions);
            all.starts.push(place(all.mentions.len()));
        }
        all.by_page = (0..place(all.mentions.len())).collect();
        all.by_page
            .sort_by_key(|at| all.mentions[*at as usize].page);
        all
    }

    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.entities.len()
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.entities.is_empty()
    }

    /// Every entity, in order.
    pub fn iter(&self) -> impl Iterator<Item = (EntityId, &Entity)> {
        (0..).map(EntityId).zip(&self.entities)
    }

    /// An entity.
    #[must_use]
    pub fn entity(&self, id: EntityId) -> &Entity {
        &self.entities[id.index()]
    }

    /// The place of an entity, if a page names it. O(log n).
    #[must_use]
    pub fn find(&self, entity: &Entity) -> Option<EntityId> {
        let found = self.entities.binary_search(entity).ok()?;
        Some(EntityId(place(found)))
    }

    /// Who names an entity: its mentions, by page.
    #[must_use]
    pub fn mentions_of(&self, id: EntityId) -> &[Mention] {
        let (start, end) = (self.starts[id.index()], self.starts[id.index() + 1]);
        &self.mentions[start as usize..end as usize]
    }

    /// What a page names: its mentions, by entity. O(log n) to find the first.
    pub fn named_by(&self, page: PageId) -> impl Iterator<Item = &Mention> {
        let page_of = |at: &u32| self.mentions[*at as usize].page;
        let first = self.by_page.partition_point(|at| page_of(at) < page);
        self.by_page[first..]
            .iter()
            .take_while(move |at| page_of(at) == page)
            .map(|at| &self.mentions[*at as usize])
    }

    /// Every mention, by entity, page and means.
    #[must_use]
    pub fn mentions(&self) -> &[Mention] {
        &self.mentions
    }

    /// The same with advertisements: each with its id, and the page at which it lands.
    #[must_use]
    pub fn with_ads<'a>(&self, ads: impl IntoIterator<Item = (&'a str, PageId)>) -> Self {
        let mut named: Vec<Named> = self
            .mentions
            .iter()
            .map(|mention| Named {
                entity: self.entity(mention.entity).clone(),
                page: mention.page,
                by: mention.by,
                said: mention.visit.map(|visit| Said {
                    visit,
                    vantages: mention.vantages.clone(),
                    span: mention.span,
                }),
            })
            .collect();
        named.extend(ads.into_iter().map(|(id, page)| Named {
            entity: Entity::Ad { id: id.to_owned() },
            page,
            by: MentionedBy::Landing,
            said: None,
        }));
        Self::collect(named)
    }
}

fn of_page(page: PageId, node: &PageNode, named: &mut Vec<Named>) {
    let traces = &node.traces;
    let mut name = |entity, said: &Said| {
        named.push(Named {
            entity,
            page,
            by: MentionedBy::Statement,
            said: Some(said.clone()),
        });
    };
    if let (Some(seller), Some(said)) = (&node.seller, &traces.seller) {
        let (site, name_of) = (node.site.clone(), seller.clone());
        name(
            Entity::Seller {
                site,
                name: name_of,
            },
            said,
        );
    }
    for ((kind, handle), said) in &traces.contacts {
        let (kind, handle) = (*kind, handle.clone());
        name(Entity::Contact { kind, handle }, said);
    }
    for (text, said) in &traces.codes {
        name(Entity::Code { text: text.clone() }, said);
    }
}

fn of_hop(
    graph: &LinkGraph,
    page: PageId,
    (id, target, hop): (HopId, PageId, &Hop),
    named: &mut Vec<Named>,
) {
    let by = MentionedBy::Hop(id);
    if hop.kind == HopKind::Promise {
        // The hop is the promise turned round: it stands on the page to which it leads from the listing.
        let entity = Entity::Promise {
            page: graph.page(target).address.clone(),
            words: hop.text.to_string(),
        };
        for (page, said) in [(page, None), (target, seen(graph, target, hop))] {
            let entity = entity.clone();
            named.push(Named {
                entity,
                page,
                by,
                said,
            });
        }
        return;
    }
    let said = seen(graph, page, hop);
    let mut name = |entity| {
        named.push(Named {
            entity,
            page,
            by,
            said: said.clone(),
        });
    };
    let Some(affiliation) = hop.affiliation.as_deref() else {
        return;
    };
    let paying = || graph.page(target).site.as_str().to_owned();
    let program = affiliation.network.clone().unwrap_or_else(paying);
    if let Some(id) = &affiliation.id {
        let (program, id) = (program.clone(), id.clone());
        name(Entity::Affiliate { program, id });
    }
    for (parameter, value) in &affiliation.tracking {
        if is_telling(value) {
            name(Entity::Tracking {
                program: program.clone(),
                name: parameter.clone(),
                value: value.clone(),
            });
        }
    }
}

/// Where a hop stands on the page that carries it.
fn seen(graph: &LinkGraph, page: PageId, hop: &Hop) -> Option<Said> {
    let visits = &graph.page(page).seen;
    let first = visits
        .iter()
        .find(|seen| hop.vantages.contains(&seen.vantage) && !seen.again)?;
    Some(Said {
        visit: first.visit,
        vantages: hop.vantages.to_vec(),
        span: hop.span,
    })
}

/// Whether the value of a tracking parameter can be somebody's own: words such as `newsletter` are
/// everybody's.
fn is_telling(value: &str) -> bool {
    value.len() >= 6 && value.bytes().any(|letter| letter.is_ascii_digit())
}

/// An index that is known to fit: there are fewer than 2^32 mentions.
fn place(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

//! What the columns of a table of pages name: contacts, pictures, affiliates, codes.

use std::collections::HashMap;

use model::{ContactKind, PageId, Site};

use super::columns::node;
use super::table::{Row, TableError, Wrong};
use super::{Warehouse, number};
use crate::entities::{Entities, Entity, MentionedBy, Named};

/// Entities by page, each entity once.
#[derive(Debug, Clone, Default)]
pub(super) struct NamedThings {
    numbers: HashMap<Entity, u32>,
    entities: Vec<Entity>,
    /// Page and entity.
    pub(super) pairs: Vec<(u32, u32)>,
}

impl NamedThings {
    /// Goes on after entities that have their numbers; of their pages nothing.
    pub(super) fn after(known: &Self) -> Self {
        let numbers = known.entities.iter().cloned().zip(0..);
        Self {
            numbers: numbers.collect(),
            entities: known.entities.clone(),
            pairs: Vec::new(),
        }
    }

    /// What pages name that are told anew, among what others do. `place` and `told` are the numbers of the
    /// pages of `known` and of these.
    pub(super) fn among(&self, known: &Self, place: &[u32], told: &[u32]) -> Self {
        let others = known.pairs.iter().filter_map(|(page, entity)| {
            let page = place[*page as usize];
            told.binary_search(&page)
                .is_err()
                .then_some((page, *entity))
        });
        let these = self.pairs.iter();
        let these = these.map(|(page, entity)| (told[*page as usize], *entity));
        Self {
            numbers: HashMap::new(),
            entities: self.entities.clone(),
            pairs: others.chain(these).collect(),
        }
    }

    pub(super) fn push(&mut self, page: u32, entity: Entity) {
        let next = number(self.entities.len());
        let place = *self.numbers.entry(entity).or_insert_with_key(|entity| {
            self.entities.push(entity.clone());
            next
        });
        self.pairs.push((page, place));
    }

    /// The numbers by name are for reading alone.
    pub(super) fn settled(mut self, place: &[u32]) -> Self {
        self.numbers = HashMap::new();
        for (page, _) in &mut self.pairs {
            *page = place[*page as usize];
        }
        self
    }
}

impl Warehouse {
    /// Whether the table of pages names anything beside sellers.
    #[must_use]
    pub fn names_things(&self) -> bool {
        !self.pages.named.pairs.is_empty()
    }

    /// Every entity that the table of pages names, with the pages: sellers, contacts, pictures, affiliates,
    /// codes. Time O(n log n) in what is named.
    #[must_use]
    pub fn entities(&self) -> Entities {
        let things = &self.pages.named;
        let named = things.pairs.iter().map(|(page, entity)| Named {
            entity: things.entities[*entity as usize].clone(),
            page: PageId(*page),
            by: MentionedBy::Table,
            said: None,
        });
        let sellers = (0..self.page_count()).map(PageId).filter_map(|page| {
            let name = self.seller(page)?.to_owned();
            let site = self.site_of(page).clone();
            Some(Named {
                entity: Entity::Seller { site, name },
                page,
                by: MentionedBy::Table,
                said: None,
            })
        });
        Entities::collect(named.chain(sellers).collect())
    }
}

/// The things that a row names.
pub(super) fn named(row: Row<'_>, site: &Site) -> Result<Vec<Entity>, TableError> {
    let mut found = Vec::new();
    for (column, read) in READERS {
        let Some(text) = row.cell(*column) else {
            continue;
        };
        for item in items(text) {
            let entity = read(&item, site).map_err(|form| {
                let text = item.clone();
                row.wrong(*column, Wrong::Form { text, form })
            })?;
            found.push(entity);
        }
    }
    Ok(found)
}

/// Reads one item of a cell; on failure the form that it should have.
type Reader = fn(&str, &Site) -> Result<Entity, &'static str>;

const READERS: &[(usize, Reader)] = &[
    (node::CONTACTS, contact),
    (node::IMAGE_HASH, image),
    (node::AFFILIATE, affiliate),
    (node::CODES, code),
];

/// The items of a cell: a JSON array of texts, or texts between semicolons.
fn items(text: &str) -> Vec<String> {
    let array = text.starts_with('[').then(|| serde_json::from_str(text));
    if let Some(Ok(items)) = array {
        return items;
    }
    let items = text.split(';').map(str::trim);
    items
        .filter(|item| !item.is_empty())
        .map(str::to_owned)
        .collect()
}

fn contact(item: &str, _: &Site) -> Result<Entity, &'static str> {
    const FORM: &str = "channel:handle, as in telegram:vases_direct; the channel is mail, phone, whatsapp, \
         telegram, wechat, signal, discord, snapchat, line, qq, crypto or other";
    let (channel, handle) = item.split_once(':').ok_or(FORM)?;
    let channel = channel.trim().to_lowercase();
    let kind = ContactKind::ALL
        .iter()
        .copied()
        .find(|kind| kind.as_str() == channel)
        .ok_or(FORM)?;
    let handle = handle.trim().trim_start_matches('@');
    let handle = match kind {
        ContactKind::Phone | ContactKind::Whatsapp => digits(handle),
        ContactKind::Crypto => handle.to_owned(),
        _ => handle.to_lowercase(),
    };
    if handle.is_empty() {
        return Err(FORM);
    }
    Ok(Entity::Contact { kind, handle })
}

/// A number without the signs that part its digits.
fn digits(written: &str) -> String {
    let is_kept =
        |(at, letter): &(usize, char)| letter.is_ascii_digit() || (*at == 0 && *letter == '+');
    let kept = written.char_indices().filter(is_kept);
    kept.map(|(_, letter)| letter).collect()
}

fn image(item: &str, _: &Site) -> Result<Entity, &'static str> {
    const FORM: &str = "16 hexadecimal digits, the 64 bits of a perceptual hash";
    let is_hash = item.len() == 16 && item.bytes().all(|digit| digit.is_ascii_hexdigit());
    let hash = u64::from_str_radix(item, 16).ok().filter(|_| is_hash);
    Ok(Entity::Image {
        hash: hash.ok_or(FORM)?,
    })
}

fn affiliate(item: &str, site: &Site) -> Result<Entity, &'static str> {
    let (program, id) = item.split_once('/').unwrap_or((site.as_str(), item));
    let (program, id) = (program.trim(), id.trim());
    if program.is_empty() || id.is_empty() {
        return Err("program/id, as in awin1.com/12345, or the id alone");
    }
    Ok(Entity::Affiliate {
        program: program.to_lowercase(),
        id: id.to_owned(),
    })
}

fn code(item: &str, _: &Site) -> Result<Entity, &'static str> {
    let text = item.to_uppercase();
    Ok(Entity::Code { text })
}

//! Feeds: RSS 0.9x and 2.0, RSS 1.0 (RDF), Atom, with the usual extensions.
//!
//! A reader program shows the items as a list: their links are anchors that a person sees and
//! clicks. What only programs read (the feed's own address, identifiers, hubs) is a claim.

use std::borrow::Cow;

use model::{Carrier, HopKind, PageUrl, Place, RawHref, ResourceKind};

use crate::documents::finder::{Finder, Way, is_absolute};
use crate::documents::markup::{Dialect, Path, Piece, attributes, leaf};
use crate::documents::xml::Tag;
use crate::outline;

/// A feed that is being read.
#[derive(Default)]
pub(crate) struct Feed {
    /// The item that is open.
    item: Option<Item>,
    /// Bases of elements with `xml:base`: depth, and the base before.
    bases: Vec<(usize, PageUrl)>,
    /// Whether the identifier that is open is an address to be followed.
    is_permalink: bool,
}

#[derive(Default)]
struct Item {
    depth: usize,
    first_link: usize,
    title: String,
    summary: String,
    has_link: bool,
}

impl<'x> Dialect<'x> for Feed {
    fn open(&mut self, finder: &mut Finder<'_>, path: &Path<'x>, tag: &Tag<'x>) -> bool {
        if let Some((_, base)) = tag.attributes().find(|(name, _)| *name == "xml:base")
            && let Ok(base) = RawHref::new(base.trim()).resolve(&finder.base)
            && self.bases.len() < 64
        {
            self.bases.push((path.depth(), finder.base.clone()));
            finder.base = base;
        }
        match tag.local() {
            "item" | "entry" => {
                self.item = Some(Item {
                    depth: path.depth(),
                    first_link: finder.found.links.len(),
                    ..Item::default()
                });
            }
            "guid" => {
                self.is_permalink = tag.attribute("isPermaLink").as_deref() != Some("false");
            }
            "link" => {
                if let Some(href) = tag.attribute("href") {
                    self.related(finder, path, tag, &href);
                }
            }
            "enclosure" | "player" | "content" if tag.attribute("url").is_some() => {
                self.media(finder, tag);
            }
            "thumbnail" | "image" => {
                for name in ["url", "href"] {
                    if let Some(href) = tag.attribute(name) {
                        finder.resource(&href, ResourceKind::Image);
                    }
                }
            }
            "content" if tag.attribute("src").is_some() => {
                let href = tag.attribute("src").unwrap_or_default();
                self.anchor(finder, path, &href, tag.at.clone());
            }
            _ => attributes(finder, path, tag, Carrier::Feed),
        }
        is_content(path)
    }

    fn text(&mut self, finder: &mut Finder<'_>, path: &Path<'x>, piece: &Piece<'x>) {
        let href = piece.text.trim();
        match path.above(0) {
            "title" => self.title(finder, path, piece),
            "link" | "comments" => self.anchor(finder, path, href, piece.at.clone()),
            "guid" if self.is_permalink && is_absolute(href) => {
                let has_link = self.item.as_ref().is_some_and(|item| item.has_link);
                if has_link {
                    let shown = path.to_string();
                    finder.add(&Way::claim(href, Carrier::Feed, piece.at.clone(), &shown));
                } else {
                    self.anchor(finder, path, href, piece.at.clone());
                }
            }
            // Other identifiers are names, in whatever form.
            "guid" | "docs" | "generator" if !is_absolute(href) => {}
            _ => leaf(finder, path, piece, Carrier::Feed),
        }
    }

    fn content(&mut self, finder: &mut Finder<'_>, path: &Path<'x>, piece: &Piece<'x>) {
        let shown = path.to_string();
        let is_html = piece.text.contains('<');
        if is_html {
            finder.html(&piece.text, piece.start, &piece.at, &shown, None);
        } else {
            let whole = Some(&piece.at);
            finder.written(&piece.text, piece.start, whole, Carrier::Feed, &shown);
        }
        if let Some(item) = &mut self.item
            && item.summary.is_empty()
        {
            item.summary = outline::collapse(&without_tags(&piece.text), 300);
            finder.passage(Place::Description, &item.summary, Some(&piece.at));
        }
    }

    fn close(&mut self, finder: &mut Finder<'_>, path: &Path<'x>) {
        if let Some((depth, base)) = self.bases.pop() {
            if depth == path.depth() {
                finder.base = base;
            } else {
                self.bases.push((depth, base));
            }
        }
        if self
            .item
            .as_ref()
            .is_some_and(|item| item.depth == path.depth())
            && let Some(item) = self.item.take()
        {
            let first = item.first_link.min(finder.found.links.len());
            for link in &mut finder.found.links[first..] {
                if link.carrier == Carrier::Feed || link.kind == HopKind::NestedUrl {
                    if link.text.is_empty() {
                        link.text.clone_from(&item.title);
                    }
                    if link.context.is_empty() {
                        link.context.clone_from(&item.summary);
                    }
                }
            }
        }
    }
}

impl Feed {
    fn title(&mut self, finder: &mut Finder<'_>, path: &Path<'_>, piece: &Piece<'_>) {
        let title = outline::collapse(&without_tags(&piece.text), 200);
        match &mut self.item {
            Some(item) if path.depth() == item.depth + 1 => {
                finder.passage(Place::AnchorText, &title, Some(&piece.at));
                if item.title.is_empty() {
                    item.title = title;
                }
            }
            None if path.depth() <= 3 && finder.title.is_empty() => {
                finder.passage(Place::Title, &title, Some(&piece.at));
                finder.title = title;
            }
            _ => {}
        }
        let whole = Some(&piece.at);
        finder.written(
            &piece.text,
            piece.start,
            whole,
            Carrier::Feed,
            &path.to_string(),
        );
    }

    /// A link that a reader program shows.
    fn anchor(
        &mut self,
        finder: &mut Finder<'_>,
        path: &Path<'_>,
        href: &str,
        at: std::ops::Range<usize>,
    ) {
        let text = match &mut self.item {
            Some(item) => {
                item.has_link = true;
                String::new()
            }
            None => finder.title.clone(),
        };
        finder.add(&Way {
            href,
            kind: HopKind::Anchor,
            carrier: Carrier::Feed,
            text: &text,
            at: Some(at),
            path: &path.to_string(),
        });
    }

    /// An Atom `link`: without a relation it is the item's own page.
    fn related(&mut self, finder: &mut Finder<'_>, path: &Path<'_>, tag: &Tag<'_>, href: &str) {
        let rel = tag.attribute("rel").unwrap_or_default();
        match rel.trim() {
            "" | "alternate" => self.anchor(finder, path, href, tag.at.clone()),
            "enclosure" => self.media(finder, tag),
            rel => {
                let title = tag.attribute("title").unwrap_or_default();
                let way = Way {
                    href,
                    kind: HopKind::Alternate,
                    carrier: Carrier::Feed,
                    text: &title,
                    at: Some(tag.at.clone()),
                    path: &path.to_string(),
                };
                finder.add_related(&way, &[rel]);
            }
        }
    }

    fn media(&self, finder: &mut Finder<'_>, tag: &Tag<'_>) {
        let kind = tag.attribute("type").unwrap_or_default();
        let medium = tag.attribute("medium").unwrap_or_default();
        let kind = if kind.starts_with("image/") || medium == "image" {
            ResourceKind::Image
        } else {
            ResourceKind::Other
        };
        for name in ["url", "href"] {
            if let Some(href) = tag.attribute(name) {
                finder.resource(&href, kind);
            }
        }
    }
}

/// Whether the innermost element holds text with markup.
fn is_content(path: &Path<'_>) -> bool {
    let name = path.above(0);
    matches!(
        name,
        "description" | "encoded" | "summary" | "content" | "body" | "subtitle"
    ) && path.prefix() != "dc"
}

/// The beginning of a text without its tags, if it has any.
fn without_tags(text: &str) -> Cow<'_, str> {
    if !text.contains('<') {
        return Cow::Borrowed(text);
    }
    let mut words = String::new();
    let mut rest = text;
    while words.len() < 2_000 {
        let end = rest.find('<').unwrap_or(rest.len());
        words.push_str(&rest[..end]);
        words.push(' ');
        let Some(close) = rest[end..].find('>') else {
            break;
        };
        rest = &rest[end + close + 1..];
    }
    Cow::Owned(words)
}

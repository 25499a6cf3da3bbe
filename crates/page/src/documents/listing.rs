//! XML documents that are lists of addresses: sitemaps, indexes of sitemaps, OPML.

use std::ops::Range;

use model::{Carrier, HopKind, NoteKind, Place, ResourceKind};

use crate::documents::finder::{Finder, Way, is_absolute};
use crate::documents::markup::{Dialect, Path, Piece, attributes, leaf};
use crate::documents::xml::Tag;

/// The protocol allows so many entries in one sitemap; more are left out, with a note.
const MAX_ENTRIES: usize = 50_000;

/// A sitemap, or an index of sitemaps. Its entries are claims to crawlers that no visitor sees.
#[derive(Default)]
pub(crate) struct Sitemap {
    entries: usize,
}

impl<'x> Dialect<'x> for Sitemap {
    fn open(&mut self, finder: &mut Finder<'_>, path: &Path<'x>, tag: &Tag<'x>) -> bool {
        // Other languages of the page: `xhtml:link rel=alternate hreflang href`.
        if tag.local() == "link"
            && let Some(href) = tag.attribute("href")
        {
            if self.may_add(finder) {
                finder.add_listed(&entry(&href, &tag.at, &path.to_string()));
            }
        } else {
            attributes(finder, path, tag, Carrier::Sitemap);
        }
        false
    }

    fn text(&mut self, finder: &mut Finder<'_>, path: &Path<'x>, piece: &Piece<'x>) {
        let is_entry = matches!(path.above(1), "url" | "sitemap") && path.above(0) == "loc";
        let href = piece.text.trim();
        if is_entry && matches!(path.prefix(), "" | "sm" | "ns0" | "sitemap") {
            if self.may_add(finder) {
                finder.add_listed(&entry(href, &piece.at, &path.to_string()));
            }
        } else if path.above(0) == "loc" && path.prefix() == "image"
            || path.above(0) == "thumbnail_loc"
        {
            finder.resource(href, ResourceKind::Image);
        } else if matches!(path.above(0), "content_loc" | "player_loc") {
            finder.resource(href, ResourceKind::Other);
        } else {
            leaf(finder, path, piece, Carrier::Sitemap);
        }
    }
}

fn entry<'w>(href: &'w str, at: &Range<usize>, path: &'w str) -> Way<'w> {
    Way::claim(href, Carrier::Sitemap, at.clone(), path)
}

impl Sitemap {
    fn may_add(&mut self, finder: &mut Finder<'_>) -> bool {
        self.entries += 1;
        let may = self.entries <= MAX_ENTRIES;
        if !may {
            let note = format!("more than {MAX_ENTRIES} entries; the rest is left out");
            finder.note(NoteKind::TooManyLinks, &note);
        }
        may
    }
}

/// An OPML list: what a reader program shows as a list of titles.
#[derive(Default)]
pub(crate) struct Outlines {}

impl<'x> Dialect<'x> for Outlines {
    fn open(&mut self, finder: &mut Finder<'_>, path: &Path<'x>, tag: &Tag<'x>) -> bool {
        if tag.local() != "outline" {
            attributes(finder, path, tag, Carrier::Opml);
            return false;
        }
        let name = ["text", "title"]
            .iter()
            .find_map(|name| tag.attribute(name))
            .unwrap_or_default();
        for (attribute, value) in tag.attributes() {
            let kind = match attribute.to_ascii_lowercase().as_str() {
                // The program loads the feed and shows the page.
                "htmlurl" | "url" | "href" => HopKind::Anchor,
                "xmlurl" => HopKind::Alternate,
                "text" | "title" | "description" => {
                    let whole = Some(&tag.at);
                    finder.written(&value, None, whole, Carrier::Opml, &path.to_string());
                    continue;
                }
                _ if is_absolute(&value) => HopKind::Alternate,
                _ => continue,
            };
            finder.add(&Way {
                href: &value,
                kind,
                carrier: Carrier::Opml,
                text: &name,
                at: Some(tag.at.clone()),
                path: &format!("{path}@{attribute}"),
            });
        }
        false
    }

    fn text(&mut self, finder: &mut Finder<'_>, path: &Path<'x>, piece: &Piece<'x>) {
        if path.above(0) == "title" && path.above(1) == "head" {
            finder.title = piece.text.trim().to_owned();
            finder.passage(Place::Title, &piece.text, Some(&piece.at));
        }
        leaf(finder, path, piece, Carrier::Opml);
    }
}

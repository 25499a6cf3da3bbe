//! A construct in the making.

use std::collections::BTreeSet;

use model::{HopKind, Technique};

use super::{Construct, File, Slot};
use crate::chance::Chance;
use crate::goods::Split;
use crate::marketplace::Marketplace;
use crate::marketplace::host::HostKind;
use crate::marketplace::slug;
use crate::marketplace::words::Tongue;

/// A way out of a listing, in the making: where it leads, what carries it, what conceals it.
#[derive(Debug)]
pub(in crate::marketplace) struct Draft<'m> {
    pub(in crate::marketplace) market: &'m Marketplace,
    pub(in crate::marketplace) tongue: &'m Tongue,
    pub(in crate::marketplace) chance: Chance,
    pub(in crate::marketplace) listing: u64,
    /// Address of the folder of the seller's own files, ending in `/`.
    pub(in crate::marketplace) media: String,
    /// Where it leads.
    pub(in crate::marketplace) to: String,
    /// Where it is put.
    pub(in crate::marketplace) slot: Slot,
    pub(in crate::marketplace) construct: Construct,
    pub(in crate::marketplace) kind: HopKind,
    pub(in crate::marketplace) techniques: BTreeSet<Technique>,
    pub(in crate::marketplace) browser: bool,
    /// A file that lies between the page and where it leads, and how the page leads to the file.
    pub(in crate::marketplace) through: Option<(String, HopKind)>,
    /// Files so far, by which they are named.
    pub(in crate::marketplace) files: u64,
}

impl Draft<'_> {
    /// One of the shapes that this half may use: where there are two or more, the halves share none.
    pub(in crate::marketplace) fn shape<T: Clone>(&mut self, shapes: &[T]) -> Option<T> {
        shape_of(self.market.split, shapes, &mut self.chance)
    }

    /// A class or id that no other listing has, in the manner of the half.
    pub(in crate::marketplace) fn class(&mut self) -> String {
        let word = match self.market.split {
            Split::Dev => ["box", "item", "note", "extra", "row"],
            Split::Test => ["pane", "cell", "aside", "bit", "strip"],
        };
        let first = self.chance.pick(&word).copied().unwrap_or("part");
        format!("{first}-{:05x}", self.chance.below(1 << 20))
    }

    /// An innocent text for a link.
    pub(in crate::marketplace) fn label(&mut self) -> String {
        let words = &self.tongue.words;
        let texts = [
            &words.words.details,
            &words.words.picture,
            &words.words.option,
            &self.tongue.phrases.all,
            &self.tongue.phrases.help,
            &self.tongue.phrases.go_on,
        ];
        let text = self.chance.pick(&texts).copied();
        text.cloned().unwrap_or_default()
    }

    /// The address as the value of an attribute.
    pub(in crate::marketplace) fn href(&self) -> String {
        escaped(&self.to)
    }

    /// A plain link to where it leads, with `attributes` (each with a space before it).
    pub(in crate::marketplace) fn anchor(&mut self, attributes: &str) -> String {
        let label = escaped(&self.label());
        format!("<a href=\"{}\"{attributes}>{label}</a>", self.href())
    }

    /// Puts markup to its place.
    pub(in crate::marketplace) fn put(&mut self, markup: impl Into<String>) {
        self.put_in(self.slot, markup);
    }

    /// Puts one of the shapes that this half may use to its place.
    pub(in crate::marketplace) fn put_one(&mut self, shapes: &[String]) {
        if let Some(markup) = self.shape(shapes) {
            self.put(markup);
        }
    }

    /// A line of an innocent description.
    pub(in crate::marketplace) fn line(&self) -> &'_ str {
        self.tongue.words.neutral.first().map_or("", String::as_str)
    }

    /// Puts markup into another part of the page.
    pub(in crate::marketplace) fn put_in(&mut self, slot: Slot, markup: impl Into<String>) {
        let mut markup = markup.into();
        markup.push('\n');
        self.construct.pieces.push((slot, markup));
    }

    /// Puts a box with this attribute around what was put last.
    pub(in crate::marketplace) fn wrap_last(&mut self, attribute: &str) {
        if let Some((_, markup)) = self.construct.pieces.last_mut() {
            *markup = format!("<div {attribute}>{markup}</div>");
        }
    }

    /// Puts a script to its place.
    pub(in crate::marketplace) fn script(&mut self, code: &str) {
        self.put(format!("<script>{code}</script>"));
    }

    /// Keeps a file of the seller's and gives its address.
    pub(in crate::marketplace) fn file(
        &mut self,
        end: &str,
        media: &'static str,
        body: impl Into<Vec<u8>>,
    ) -> String {
        let address = format!("{}{}{end}", self.media, letter(self.files));
        self.files += 1;
        self.construct.files.push(File {
            address: address.clone(),
            media,
            body: body.into(),
        });
        address
    }

    /// Keeps a file on an outside host and gives its address.
    pub(in crate::marketplace) fn remote(
        &mut self,
        kind: HostKind,
        end: &str,
        media: &'static str,
        body: impl Into<Vec<u8>>,
    ) -> String {
        let host = self.chance.below(64);
        let name = slug::slug(self.market.slug_key(), self.listing, 16 + self.files);
        let address = format!("http://{}/{name}{end}", self.market.host(kind, host));
        self.files += 1;
        self.construct.files.push(File {
            address: address.clone(),
            media,
            body: body.into(),
        });
        address
    }

    /// Notes what conceals it.
    pub(in crate::marketplace) fn by(&mut self, techniques: &[Technique]) {
        self.techniques.extend(techniques);
    }
}

/// One of the shapes that a half may use.
pub(in crate::marketplace) fn shape_of<T: Clone>(
    split: Split,
    shapes: &[T],
    chance: &mut Chance,
) -> Option<T> {
    if shapes.len() < 2 {
        return shapes.first().cloned();
    }
    let odd = usize::from(split == Split::Test);
    let ours: Vec<&T> = shapes.iter().skip(odd).step_by(2).collect();
    chance.pick(&ours).map(|shape| (*shape).clone())
}

fn letter(number: u64) -> char {
    char::from(b'a' + u8::try_from(number % 26).unwrap_or(0))
}

/// A text as HTML has it, in quotes or not.
pub(in crate::marketplace) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

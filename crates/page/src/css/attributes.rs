//! What an element's attributes tell the cascade.

use html5ever::{LocalName, local_name, ns};
use scraper::node::Element;

use crate::css::rule::attribute_bit;
use crate::visibility::drawing::LAZY;

/// What an element's attributes tell the cascade, read in one pass because most elements have few.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Attributes<'t> {
    /// Its `class`.
    pub(super) class: Option<&'t str>,
    /// Its `id`.
    pub(super) id: Option<&'t str>,
    /// Its `style`.
    pub(crate) style: Option<&'t str>,
    /// Its `width`.
    pub(crate) width: Option<&'t str>,
    /// Its `height`.
    pub(crate) height: Option<&'t str>,
    /// Whether a script puts its picture in later.
    pub(crate) is_lazy: bool,
    /// Whether it has an address.
    pub(crate) has_href: bool,
    /// Whether it has an attribute that hides by markup, or stands for a declaration.
    pub(crate) is_marked: bool,
    /// Bits of the names; see [`attribute_bit`].
    pub(super) bits: u64,
}

impl<'t> Attributes<'t> {
    /// Reads the attributes of an element. O(attributes).
    pub(crate) fn of(element: &'t Element) -> Self {
        let mut all = Self {
            is_marked: element.name.ns != ns!(html),
            ..Self::default()
        };
        for (name, value) in &element.attrs {
            all.bits |= attribute_bit(&name.local);
            let first = |slot: &mut Option<&'t str>| {
                slot.get_or_insert(value);
            };
            match &name.local {
                local if *local == local_name!("class") => first(&mut all.class),
                local if *local == local_name!("id") => first(&mut all.id),
                local if *local == local_name!("style") => first(&mut all.style),
                local if *local == local_name!("href") => all.has_href = true,
                local if *local == local_name!("width") => first(&mut all.width),
                local if *local == local_name!("height") => first(&mut all.height),
                local if *local == local_name!("src") || *local == local_name!("alt") => {}
                local => {
                    all.is_marked |= is_mark(local);
                    all.is_lazy |= LAZY.contains(&&**local);
                }
            }
        }
        all
    }
}

/// Whether an attribute hides by markup, or stands for a declaration.
fn is_mark(name: &LocalName) -> bool {
    *name == local_name!("hidden")
        || *name == local_name!("bgcolor")
        || *name == local_name!("background")
        || *name == local_name!("color")
        || *name == local_name!("size")
        || *name == local_name!("text")
        || *name == local_name!("dir")
        || &**name == "popover"
}

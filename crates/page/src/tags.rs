//! What the names of elements and attributes say, as bits: each name is looked at once for a page, and
//! walks ask for a bit.

use html5ever::LocalName;

/// What the name of an element says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Tag(u16);

impl Tag {
    /// It starts a block of text.
    pub(crate) const BLOCK: Self = Self(1);
    /// Its text is not part of what a person reads.
    pub(crate) const UNREAD: Self = Self(1 << 1);
    /// A line break.
    pub(crate) const BR: Self = Self(1 << 2);
    /// Something of the head, a script or a style: most pages have few.
    pub(crate) const HEAD: Self = Self(1 << 3);
    /// An anchor.
    pub(crate) const ANCHOR: Self = Self(1 << 4);
    /// A picture.
    pub(crate) const IMG: Self = Self(1 << 5);
    /// A field.
    pub(crate) const INPUT: Self = Self(1 << 6);
    /// A heading of any level.
    pub(crate) const HEADING: Self = Self(1 << 7);
    /// A line across.
    pub(crate) const HR: Self = Self(1 << 8);
    /// A title.
    pub(crate) const TITLE: Self = Self(1 << 9);
    /// It may carry an address by its name, or hold code or another document.
    pub(crate) const CARRIER: Self = Self(1 << 10);
    /// Its text is no markup, whatever it looks like.
    pub(crate) const RAW: Self = Self(1 << 11);
    /// It comes in varying numbers: items of a list, rows, paragraphs.
    pub(crate) const VARYING: Self = Self(1 << 12);

    /// Whether it is any of these.
    pub(crate) const fn is(self, any: Self) -> bool {
        self.0 & any.0 != 0
    }
}

impl std::ops::BitOr for Tag {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// Which attributes an element has, of those that are asked for often.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Attrs(u16);

impl Attrs {
    /// `id`.
    pub(crate) const ID: Self = Self(1);
    /// `class`.
    pub(crate) const CLASS: Self = Self(1 << 1);
    /// `role`.
    pub(crate) const ROLE: Self = Self(1 << 2);
    /// `href`.
    pub(crate) const HREF: Self = Self(1 << 3);
    /// `itemprop`.
    pub(crate) const ITEMPROP: Self = Self(1 << 4);
    /// `itemtype` or `typeof`.
    pub(crate) const TYPED: Self = Self(1 << 5);
    /// `aria-label`.
    pub(crate) const ARIA_LABEL: Self = Self(1 << 6);
    /// One that a person may read or hear.
    pub(crate) const READ: Self = Self(1 << 7);
    /// `value`.
    pub(crate) const VALUE: Self = Self(1 << 8);
    /// `data-*`.
    pub(crate) const DATA: Self = Self(1 << 9);
    /// `style`.
    pub(crate) const STYLE: Self = Self(1 << 11);
    /// One that names no address and holds no code.
    pub(crate) const PLAIN: Self = Self(1 << 12);
    /// Any other.
    pub(crate) const OTHER: Self = Self(1 << 13);

    /// Whether it has any of these.
    pub(crate) const fn has(self, any: Self) -> bool {
        self.0 & any.0 != 0
    }
}

impl std::ops::BitOr for Attrs {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl std::ops::BitOrAssign for Attrs {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

/// Slots of each table of names.
const SLOTS: usize = 128;

/// The names of a page that were looked at, with what they say; a later name takes the place of an
/// earlier one of its slot.
pub(crate) struct Known<'t> {
    tags: [Option<(&'t LocalName, Tag)>; SLOTS],
    attrs: [Option<(&'t LocalName, Attrs)>; SLOTS],
}

impl Default for Known<'_> {
    fn default() -> Self {
        Self {
            tags: [None; SLOTS],
            attrs: [None; SLOTS],
        }
    }
}

impl<'t> Known<'t> {
    /// What the name of an element says.
    pub(crate) fn tag(&mut self, name: &'t LocalName) -> Tag {
        let slot = slot(name);
        match self.tags[slot] {
            Some((known, tag)) if known == name => tag,
            _ => {
                let tag = tag(name);
                self.tags[slot] = Some((name, tag));
                tag
            }
        }
    }

    /// What the name of an attribute says.
    pub(crate) fn attr(&mut self, name: &'t LocalName) -> Attrs {
        let slot = slot(name);
        match self.attrs[slot] {
            Some((known, attr)) if known == name => attr,
            _ => {
                let attr = attr(name);
                self.attrs[slot] = Some((name, attr));
                attr
            }
        }
    }
}

fn slot(name: &str) -> usize {
    match name.as_bytes() {
        [] => 0,
        bytes @ [first, .., last] => {
            let sum = usize::from(*first) * 31 + usize::from(*last) * 7 + bytes.len() * 3;
            sum % SLOTS
        }
        [only] => usize::from(*only) % SLOTS,
    }
}

fn tag(name: &str) -> Tag {
    let mut tag = match name {
        "br" => Tag::BR,
        "a" => Tag::ANCHOR,
        "img" => Tag::IMG,
        "input" => Tag::INPUT,
        "hr" => Tag::HR,
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => Tag::HEADING,
        "title" => Tag::TITLE | Tag::HEAD,
        "html" | "base" | "meta" | "link" | "script" | "style" => Tag::HEAD,
        _ => Tag::default(),
    };
    if varies_in_number(name) {
        tag = tag | Tag::VARYING;
    }
    if is_raw(name) {
        tag = tag | Tag::RAW;
    }
    if is_carrier(name) {
        tag = tag | Tag::CARRIER;
    }
    if is_block(name) {
        tag = tag | Tag::BLOCK;
    }
    if is_unrendered(name) {
        tag = tag | Tag::UNREAD;
    }
    tag
}

fn attr(name: &str) -> Attrs {
    match name {
        "id" => Attrs::ID | Attrs::PLAIN,
        "class" => Attrs::CLASS | Attrs::PLAIN,
        "role" => Attrs::ROLE | Attrs::PLAIN,
        "href" => Attrs::HREF | Attrs::OTHER,
        "itemprop" => Attrs::ITEMPROP | Attrs::PLAIN,
        "itemtype" | "typeof" => Attrs::TYPED | Attrs::PLAIN,
        "aria-label" => Attrs::ARIA_LABEL | Attrs::READ | Attrs::PLAIN,
        "alt" | "title" | "aria-description" | "placeholder" | "label" | "summary"
        | "aria-valuetext" => Attrs::READ | Attrs::PLAIN,
        "value" => Attrs::VALUE | Attrs::OTHER,
        "dir" => Attrs::PLAIN,
        "style" => Attrs::STYLE | Attrs::OTHER,
        "width" | "height" | "type" | "name" | "rel" | "lang" | "itemscope" | "loading"
        | "decoding" | "colspan" | "rowspan" | "tabindex" => Attrs::PLAIN,
        _ if name.starts_with("data-") => Attrs::DATA | Attrs::OTHER,
        _ => Attrs::OTHER,
    }
}

fn varies_in_number(name: &str) -> bool {
    matches!(
        name,
        "li" | "tr"
            | "p"
            | "option"
            | "a"
            | "br"
            | "dd"
            | "dt"
            | "article"
            | "img"
            | "span"
            | "b"
            | "i"
            | "em"
            | "strong"
            | "hr"
    )
}

fn is_raw(name: &str) -> bool {
    matches!(
        name,
        "script"
            | "style"
            | "textarea"
            | "title"
            | "xmp"
            | "noscript"
            | "iframe"
            | "noembed"
            | "noframes"
            | "plaintext"
    )
}

fn is_carrier(name: &str) -> bool {
    matches!(
        name,
        "a" | "area"
            | "form"
            | "button"
            | "input"
            | "iframe"
            | "frame"
            | "portal"
            | "fencedframe"
            | "object"
            | "embed"
            | "meta"
            | "base"
            | "link"
            | "script"
            | "style"
            | "noscript"
            | "textarea"
            | "xmp"
            | "noembed"
            | "noframes"
            | "title"
            | "plaintext"
    )
}

/// Whether an element's text is not part of what a person reads.
pub(crate) fn is_unrendered(name: &str) -> bool {
    matches!(
        name,
        "script"
            | "style"
            | "template"
            | "noscript"
            | "head"
            | "title"
            | "iframe"
            | "noembed"
            | "noframes"
            | "textarea"
            | "datalist"
    )
}

/// Whether an element starts a block of text of its own.
pub(crate) fn is_block(name: &str) -> bool {
    matches!(
        name,
        "p" | "div"
            | "li"
            | "ul"
            | "ol"
            | "td"
            | "th"
            | "tr"
            | "table"
            | "section"
            | "article"
            | "main"
            | "header"
            | "footer"
            | "nav"
            | "aside"
            | "blockquote"
            | "dd"
            | "dt"
            | "dl"
            | "form"
            | "fieldset"
            | "figure"
            | "figcaption"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "pre"
            | "body"
            | "html"
            | "details"
            | "summary"
            | "dialog"
            | "address"
            | "center"
            | "tbody"
            | "thead"
            | "label"
            | "button"
            | "option"
            | "select"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_one_slot_are_told_apart() {
        let names: Vec<LocalName> = (0..2_000)
            .map(|n| LocalName::from(format!("n{n}")))
            .collect();
        let (p, data) = (LocalName::from("p"), LocalName::from("data-x"));
        let mut known = Known::default();
        for name in &names {
            assert!(!known.tag(name).is(Tag::BLOCK));
            assert!(known.tag(&p).is(Tag::BLOCK));
            assert!(!known.attr(name).has(Attrs::DATA));
            assert!(known.attr(&data).has(Attrs::DATA));
        }
    }
}

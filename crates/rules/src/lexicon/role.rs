//! What a word of the lexicon is for.

/// What a word of the lexicon is for. Numbers are places in the pack's list of categories and in
/// a category's list of weak groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// A strong term, with the language it is listed under, by its place in the lexicon.
    Strong {
        category: usize,
        language: usize,
        /// It has no use but these goods.
        sure: bool,
    },
    /// A term that needs a context word.
    Weak { category: usize, group: usize },
    /// Such a context word.
    Context { category: usize, group: usize },
    /// A word that makes a term beside it innocent: of one category, or of all.
    Negative { category: Option<usize> },
    /// A phrase that contains a term and is innocent as it stands.
    Innocent,
    /// Says that the page is for adults.
    Age,
    /// Separates a term from a negative word ("vodka with glass").
    Barrier,
    /// Speaks of buying.
    Commerce,
    /// Says that the page offers a book or a film.
    Media,
    /// Stands on the page of a book: two of them say that it is one.
    BookMark,
    /// Says what a thing is for ("holds", "goes with"): what follows is not the thing.
    Use,
    /// A word of news and courts.
    Report,
    /// Says of the term right beside it, before or `after` it, that the goods have none of it.
    Absence { after: bool },
}

/// Whether two roles of one word are one: a term of one category in two languages is.
pub(super) fn is_same_role(old: Role, role: Role) -> bool {
    match (old, role) {
        (Role::Strong { category: old, .. }, Role::Strong { category, .. }) => old == category,
        _ => old == role,
    }
}

impl Role {
    pub(super) const fn is_term(self) -> bool {
        matches!(self, Self::Strong { .. } | Self::Weak { .. })
    }

    /// Whether a word in this role hides the shorter words that lie inside it.
    pub(super) fn swallows(&self) -> bool {
        !matches!(
            self,
            Self::Context { .. }
                | Self::Barrier
                | Self::Commerce
                | Self::Age
                | Self::BookMark
                | Self::Use
                | Self::Report
                | Self::Absence { .. }
        )
    }
}

//! What is put onto a page: the way out of a listing, and the pages that pass a visitor on.

pub(super) mod carrier;
pub(super) mod code;
pub(super) mod document;
pub(super) mod draft;
pub(super) mod expression;
pub(super) mod font;
pub(super) mod frame;
pub(super) mod onward;
pub(super) mod script;
pub(super) mod technique;
pub(super) mod text;
pub(super) mod veil;
pub(super) mod wrap;

/// A part of a page that something is put into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Slot {
    /// The seller's description.
    Description,
    /// The text of a review.
    Review,
    /// The answer to a question.
    Question,
    /// The head of the document.
    Head,
    /// Right behind the start of the body.
    Top,
    /// Beside the content, in the platform's part.
    Aside,
    /// Before the end of the body.
    Bottom,
    /// Behind the end of the document.
    After,
    /// What a seller writes of himself, on the seller's page.
    About,
}

impl Slot {
    /// Whether a seller or a shopper writes what stands there.
    pub(super) const fn is_sellers(self) -> bool {
        matches!(
            self,
            Self::Description | Self::Review | Self::Question | Self::About
        )
    }
}

/// A file that a page needs, at an address of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct File {
    pub(super) address: String,
    pub(super) media: &'static str,
    pub(super) body: Vec<u8>,
}

/// What is put onto a listing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Construct {
    pub(super) pieces: Vec<(Slot, String)>,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) files: Vec<File>,
    /// A name of a variant, where one is the carrier.
    pub(super) variant: Option<String>,
}

impl Construct {
    /// All that is put into `slot`.
    pub(super) fn in_slot(&self, slot: Slot) -> String {
        self.pieces
            .iter()
            .filter(|(place, _)| *place == slot)
            .map(|(_, text)| text.as_str())
            .collect()
    }
}

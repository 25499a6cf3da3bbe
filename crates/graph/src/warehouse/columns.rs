//! The columns of the tables: their names, and the words in them.

use model::{GateStrength, HopKind, PageKind, Policy, Trigger, VisibilityState, Zone};

/// A column of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Column {
    pub(super) name: &'static str,
    pub(super) is_required: bool,
}

pub(super) const fn required(name: &'static str) -> Column {
    Column {
        name,
        is_required: true,
    }
}

pub(super) const fn optional(name: &'static str) -> Column {
    Column {
        name,
        is_required: false,
    }
}

/// The columns of the table of pages, in the order of [`node`].
pub(super) const NODES: &[Column] = &[
    required("address"),
    required("kind"),
    required("policy"),
    optional("id"),
    optional("host"),
    optional("site"),
    optional("seller"),
    optional("min_age"),
    optional("gate"),
    optional("contacts"),
    optional("image_hash"),
    optional("affiliate"),
    optional("codes"),
];

/// Places in [`NODES`].
pub(super) mod node {
    pub(in super::super) const ADDRESS: usize = 0;
    pub(in super::super) const KIND: usize = 1;
    pub(in super::super) const POLICY: usize = 2;
    pub(in super::super) const ID: usize = 3;
    pub(in super::super) const HOST: usize = 4;
    pub(in super::super) const SITE: usize = 5;
    pub(in super::super) const SELLER: usize = 6;
    pub(in super::super) const MIN_AGE: usize = 7;
    pub(in super::super) const GATE: usize = 8;
    pub(in super::super) const CONTACTS: usize = 9;
    pub(in super::super) const IMAGE_HASH: usize = 10;
    pub(in super::super) const AFFILIATE: usize = 11;
    pub(in super::super) const CODES: usize = 12;
}

/// The columns of the table of hops, in the order of [`edge`].
pub(super) const EDGES: &[Column] = &[
    required("source"),
    required("target"),
    required("kind"),
    required("visibility"),
    optional("slot"),
    optional("status"),
    optional("zone"),
    optional("trigger"),
];

/// Places in [`EDGES`].
pub(super) mod edge {
    pub(in super::super) const SOURCE: usize = 0;
    pub(in super::super) const TARGET: usize = 1;
    pub(in super::super) const KIND: usize = 2;
    pub(in super::super) const VISIBILITY: usize = 3;
    pub(in super::super) const SLOT: usize = 4;
    pub(in super::super) const STATUS: usize = 5;
    pub(in super::super) const ZONE: usize = 6;
    pub(in super::super) const TRIGGER: usize = 7;
}

/// A word of a closed list that a cell holds.
pub(super) trait Word: Copy + 'static {
    /// Every value with its word.
    fn words() -> Vec<(&'static str, Self)>;
}

macro_rules! all_words {
    ($($type:ty),*) => {$(
        impl Word for $type {
            fn words() -> Vec<(&'static str, Self)> {
                Self::ALL.iter().map(|value| (value.as_str(), *value)).collect()
            }
        }
    )*};
}

all_words!(HopKind, PageKind, Trigger, Zone);

impl Word for VisibilityState {
    fn words() -> Vec<(&'static str, Self)> {
        [
            Self::Visible,
            Self::Hidden,
            Self::Conditional,
            Self::Unknown,
        ]
        .into_iter()
        .map(|state| (state.as_str(), state))
        .collect()
    }
}

impl Word for GateStrength {
    fn words() -> Vec<(&'static str, Self)> {
        vec![
            ("none", Self::None),
            ("self-declared", Self::SelfDeclared),
            ("estimated", Self::Estimated),
            ("verified", Self::Verified),
        ]
    }
}

/// The age is in a column of its own.
impl Word for Policy {
    fn words() -> Vec<(&'static str, Self)> {
        vec![
            ("compliant", Self::Compliant),
            ("age-restricted", Self::AgeRestricted { min_age: ADULT }),
            ("illegal", Self::Illegal),
            ("unknown", Self::Unknown),
        ]
    }
}

/// The age of an age-restricted page whose row names none.
pub(super) const ADULT: u8 = 18;

/// What takes the visitor along a hop whose row does not say.
pub(super) const fn usual_trigger(kind: HopKind) -> Trigger {
    match kind {
        HopKind::Frame
        | HopKind::Embed
        | HopKind::HttpRedirect
        | HopKind::RefreshHeader
        | HopKind::MetaRefresh => Trigger::Load,
        _ => Trigger::Act,
    }
}

/// The value of a word; on failure the words that would do, for a sentence.
pub(super) fn parse<T: Word>(words: &[(&'static str, T)], text: &str) -> Result<T, String> {
    if let Some((_, value)) = words.iter().find(|(word, _)| *word == text) {
        return Ok(*value);
    }
    let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
    Err(format!("use one of {}", known.join(", ")))
}

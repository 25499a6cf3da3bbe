//! Networks: sellers and pages that rare ties join.

use serde::{Deserialize, Serialize};

use crate::hop::words;
use crate::{PageUrl, Site};

words! {
/// What a member of a network is.
MemberKind {
    /// A seller on one site.
    Seller = "seller",
    /// A whole site on which nobody else is named to sell.
    Site = "site",
    /// One page: a listing whose seller is not named, or a page among those of many hands.
    Page = "page",
}
}

words! {
/// What ties members of a network.
TieKind {
    /// A contact that they state.
    Contact = "contact",
    /// Who is paid for visitors.
    Affiliate = "affiliate",
    /// What tells one way of visitors from another.
    Tracking = "tracking",
    /// A page that their links pass on the way to elsewhere.
    Redirector = "redirector",
    /// A picture.
    Image = "image",
    /// A passage of text.
    Text = "text",
    /// A code that buyers are to state.
    Code = "code",
}
}

words! {
/// Ties that come from one source together are one strand: who buys a service gets all of it.
Strand {
    /// How buyers reach them.
    Contact = "contact",
    /// How visitors are led, and who is paid for that.
    Way = "way",
    /// Pictures and texts, which a supplier hands to all who sell its goods.
    Material = "material",
    /// Codes.
    Code = "code",
}
}

impl TieKind {
    /// The strand that such a tie belongs to.
    #[must_use]
    pub const fn strand(self) -> Strand {
        match self {
            Self::Contact => Strand::Contact,
            Self::Affiliate | Self::Tracking | Self::Redirector => Strand::Way,
            Self::Image | Self::Text => Strand::Material,
            Self::Code => Strand::Code,
        }
    }
}

/// A member of a network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Member {
    /// What it is.
    pub kind: MemberKind,
    /// Its site.
    pub site: Site,
    /// The seller's name; empty for others.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Its first page, by address.
    pub page: PageUrl,
    /// How many pages it has.
    pub pages: u64,
    /// How many of them are restricted.
    pub restricted: u64,
    /// How many of them are the listing of a finding.
    pub found: u64,
}

/// What ties some members of a network.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Tie {
    /// What it is.
    pub kind: TieKind,
    /// The strand that it belongs to.
    pub strand: Strand,
    /// What is shared, as pages write it: `telegram:vases_direct`.
    pub what: String,
    /// How many things of the kind the very same members share: passages of one text, say. `what` is the
    /// first of them.
    pub count: u64,
    /// Who has it, as places in the network's members, in order.
    pub members: Vec<usize>,
    /// A page of each of these members on which it stands, in the same order.
    pub pages: Vec<PageUrl>,
    /// How many have it in all, members of this network or not.
    pub holders: u64,
    /// Minus the natural logarithm of its frequency among sellers.
    pub rarity: f64,
    /// What it weighs: its rarity, less what it costs that many have it.
    pub weight: f64,
}

/// What is left of a network when a tie is cut.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cut {
    /// The tie, as its place in the network's ties.
    pub tie: usize,
    /// The members that still hold together, the largest part first; one part where it changes nothing.
    pub parts: Vec<Vec<usize>>,
}

/// Sellers and pages that rare ties of independent sorts join.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Network {
    /// The members, in order.
    pub members: Vec<Member>,
    /// What joins them, the weightiest first.
    pub ties: Vec<Tie>,
    /// How many ties there are in all, where not all are listed.
    pub ties_in_all: u64,
    /// What cutting the weakest tie does.
    pub weakest: Cut,
    /// The ties each of which holds the network together, alone: places in its ties.
    pub holding: Vec<usize>,
}

impl Network {
    /// Whether a member has a restricted page, or a listing with a finding.
    #[must_use]
    pub fn is_touched(&self) -> bool {
        self.members
            .iter()
            .any(|member| member.restricted > 0 || member.found > 0)
    }
}

//! What each hop is to a shopper: its effective class.
//!
//! | class | the hop |
//! |---|---|
//! | `H` hidden | concealed with no control that reveals it, its destination not also shown on the page; or written, not linked, where a seller writes; or there for some vantages only |
//! | `M` masked | shown, but it leads elsewhere than it shows |
//! | `F` forced | moves the shopper without an act |
//! | `O` overt | shown and honest, to another site, or out of a seller's zone |
//! | `L` lateral | from a listing to its seller's page |
//! | `N` navigation | every other shown link within a site, claims, and the template's hops; not searched |

mod decide;
mod linked;
mod survey;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use model::{EffectiveClass, PageId, Site};
use serde::Serialize;

pub(crate) use decide::{Decider, Numbers, Traits, Web};
pub(crate) use survey::Survey;

use crate::template::{Repeated, Template, TemplateSettings};
use crate::{HopId, LinkGraph};
use linked::Linked;

/// Settings of the classification, recorded with the judgement.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ClassSettings {
    /// Thresholds of the template rules.
    pub template: TemplateSettings,
}

/// What a class was derived from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Because {
    /// Proven concealed, and nothing shown on the page leads there.
    Concealed,
    /// Written where a seller writes, or in disguise where shoppers do, not linked.
    Unlinked,
    /// There for some vantages only.
    SomeVantagesOnly,
    /// An outside page promises something else of this listing.
    Promised,
    /// Another address is nested in the one that is linked.
    Nested,
    /// The text names one host, the link leads to another.
    TextNamesOther,
    /// What it leads to redirects to yet another site.
    RedirectsOn(Site),
    /// What a seller links to only passes visitors on to another page.
    PassesOn,
    /// The link stands in a document that an attribute or an address of the page carries.
    Carried,
    /// It leads to a file of the site that leads to another site.
    FileLeads,
    /// It is dressed as the prose around it, down to the pointer.
    AsProse,
    /// A script takes the visitor to another site, so that no address is shown.
    ScriptedAway,
    /// A seller's button leads to another site, of which it says nothing.
    BlindButton,
    /// An HTTP redirect.
    Redirected,
    /// A refresh.
    Refreshed,
    /// A script navigates at load.
    ScriptedAtLoad,
    /// A form submits itself.
    SelfSubmitted,
    /// The target is framed.
    Framed,
    /// Shown, and to another site.
    OtherSite,
    /// Shown, out of a seller's zone.
    SellerZone,
    /// To the seller's page.
    ToSeller,
    /// Shown, within the site.
    WithinSite,
    /// A claim of the page, which no visitor follows.
    Claim,
    /// In a comment or a template, which no visitor follows.
    Inert,
    /// The template's.
    Template,
}

impl Because {
    /// The reason in words.
    #[must_use]
    pub fn words(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Concealed => {
                "concealed with no control that reveals it, and nothing shown on the page leads there"
            }
            Self::Unlinked => {
                "written where a seller writes, or in disguise where shoppers do, not linked"
            }
            Self::SomeVantagesOnly => "there for some vantages only",
            Self::Promised => "an outside page promises something else of this listing",
            Self::Nested => "another address is nested in the one that is linked",
            Self::TextNamesOther => "its text names another host than it leads to",
            Self::RedirectsOn(site) => {
                return Cow::Owned(format!("what it leads to redirects on to {site}"));
            }
            Self::PassesOn => "what a seller links to only passes visitors on",
            Self::Carried => "it stands in a document that is carried inside of this one",
            Self::FileLeads => "what it leads to is a file that leads to another site",
            Self::AsProse => "it is dressed as the prose around it, down to the pointer",
            Self::ScriptedAway => "a script leads to another site and no address is shown",
            Self::BlindButton => {
                "a seller's button shows no address, and does not name the site that it leads to"
            }
            Self::Redirected => "an HTTP redirect",
            Self::Refreshed => "a refresh moves the visitor",
            Self::ScriptedAtLoad => "a script moves the visitor at load",
            Self::SelfSubmitted => "a form submits itself",
            Self::Framed => "the target is framed",
            Self::OtherSite => "shown, to another site",
            Self::SellerZone => "shown, where a seller writes",
            Self::ToSeller => "to the seller's page",
            Self::WithinSite => "shown, within the site",
            Self::Claim => "a claim of the page",
            Self::Inert => "in a comment or a template, which no visitor follows",
            Self::Template => "part of the site's template",
        })
    }
}

impl fmt::Display for Because {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words())
    }
}

/// Class of one hop, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Class {
    /// The class.
    pub effective: EffectiveClass,
    /// What it was derived from.
    pub because: Because,
}

/// The classes of every hop of one graph.
#[derive(Debug, Clone)]
pub struct Classes {
    of_hop: Vec<Class>,
    fan_out: BTreeMap<(PageId, EffectiveClass), u32>,
    template: Template,
}

impl Classes {
    /// Takes classes that were decided elsewhere, one for each hop of `graph` in order, and counts
    /// how many pages the hops of each class lead to. Time O(n log n) in the hops.
    #[must_use]
    pub fn given(graph: &LinkGraph, of_hop: Vec<Class>, template: Template) -> Self {
        let mut targets: BTreeMap<(PageId, EffectiveClass), BTreeSet<PageId>> = BTreeMap::new();
        for ((_, source, target, _), class) in graph.hops().zip(&of_hop) {
            let key = (source, class.effective);
            targets.entry(key).or_default().insert(target);
        }
        let fan_out = targets
            .into_iter()
            .map(|(key, targets)| (key, u32::try_from(targets.len()).unwrap_or(u32::MAX)))
            .collect();
        Self {
            of_hop,
            fan_out,
            template,
        }
    }

    /// Class of a hop.
    #[must_use]
    pub fn of(&self, hop: HopId) -> &Class {
        &self.of_hop[hop.index()]
    }

    /// How many distinct pages the hops of one class lead to from `page`.
    #[must_use]
    pub fn fan_out(&self, page: PageId, class: EffectiveClass) -> u32 {
        self.fan_out.get(&(page, class)).copied().unwrap_or(0)
    }

    /// What was counted over the pages.
    #[must_use]
    pub const fn template(&self) -> &Template {
        &self.template
    }
}

/// Derives the class of every hop. Time O(n log n) in the hops.
#[must_use]
pub fn classes(graph: &LinkGraph, settings: &ClassSettings) -> Classes {
    let template = Template::of(graph, settings.template.clone());
    let linked = Linked::of(graph);
    let survey = Survey::of(&linked);
    let mut decider = Decider::of(&linked, &survey);
    let nothing = Class {
        effective: EffectiveClass::Navigation,
        because: Because::WithinSite,
    };
    let mut of_hop = vec![nothing; graph.hop_count()];
    for (page, _) in graph.pages() {
        decider.page(page, &mut |hop, class| {
            let id = HopId(hop);
            of_hop[id.index()] = settle(graph, &template, id, class);
        });
    }
    Classes::given(graph, of_hop, template)
}

/// Whether the rule for a class takes a hop out of the search when the template carries it: the slot
/// rule for ordinary hops, the target rule for covert ones. Promises are never the template's: they are
/// derived. What the target rule takes where it is concealed is the template's where it is shown.
pub(crate) fn is_taken(
    class: EffectiveClass,
    is_promised: bool,
    is_slot: impl Fn() -> bool,
    repeated: impl Fn() -> Option<Repeated>,
) -> bool {
    match class {
        EffectiveClass::Overt => {
            is_slot() || repeated().is_some_and(|repeated| repeated.is_concealed)
        }
        EffectiveClass::Hidden | EffectiveClass::Masked | EffectiveClass::Forced => {
            !is_promised && repeated().is_some()
        }
        EffectiveClass::Lateral | EffectiveClass::Navigation => false,
    }
}

/// Takes the template's hops out of the search.
fn settle(graph: &LinkGraph, template: &Template, id: HopId, class: Class) -> Class {
    let is_slot = || template.is_slot(graph, id);
    let is_repeated = || template.repeated(graph, id);
    let is_promised = class.because == Because::Promised;
    if is_taken(class.effective, is_promised, is_slot, is_repeated) {
        Class {
            effective: EffectiveClass::Navigation,
            because: Because::Template,
        }
    } else {
        class
    }
}

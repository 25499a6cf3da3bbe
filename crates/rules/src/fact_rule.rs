//! Rules on facts of a page that are no words: the common logo of those who sell medicines, and what
//! a page states of its trader. What such a fact weighs, and for which category, is the pack's to say.
//!
//! A fact speaks only beside a strong term in a head that nothing makes innocent, on a listing that
//! sells: nearly every page lacks a logo for medicines, and most honest listings name their trader on
//! a page of its own.

use model::{Match, MedicineLogo, PageFacts, PageKind, Place, RuleId, Stated, Trader};
use serde::Deserialize;

use crate::category::Category;
use crate::tally::{Tallies, Tally};
use crate::weights::Standing;
use crate::written::WordList;

/// A fact that a rule asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Fact {
    /// The page shows no common logo for medicines.
    MedicineLogoAbsent,
    /// The page shows the logo as a mere picture, which leads nowhere.
    MedicineLogoUnlinked,
    /// The logo leads to a host that is none of the pack's `authorities`.
    MedicineLogoElsewhere,
    /// The page states none of the `parts` of who trades.
    TraderLacks,
}

/// A part of who trades (Regulation (EU) 2023/988, Article 19; Regulation (EU) 2022/2065, Article 30).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum TraderPart {
    /// Name of the person or company.
    Name,
    /// Postal address.
    Address,
    /// Mail address.
    Email,
    /// Telephone number.
    Phone,
    /// Trade register with the number in it.
    Register,
    /// Number for value added tax.
    Vat,
    /// The manufacturer.
    Manufacturer,
    /// The person in the Union who is responsible for the product.
    ResponsiblePerson,
}

impl TraderPart {
    const fn is_stated(self, trader: &Trader) -> bool {
        let part = match self {
            Self::Name => &trader.name,
            Self::Address => &trader.address,
            Self::Email => &trader.email,
            Self::Phone => &trader.phone,
            Self::Register => &trader.register,
            Self::Vat => &trader.vat,
            Self::Manufacturer => &trader.manufacturer,
            Self::ResponsiblePerson => &trader.responsible_person,
        };
        part.is_some()
    }

    /// The place of the part in what is known of a trader.
    pub(crate) const fn of(self, trader: &mut Trader) -> &mut Option<Stated> {
        match self {
            Self::Name => &mut trader.name,
            Self::Address => &mut trader.address,
            Self::Email => &mut trader.email,
            Self::Phone => &mut trader.phone,
            Self::Register => &mut trader.register,
            Self::Vat => &mut trader.vat,
            Self::Manufacturer => &mut trader.manufacturer,
            Self::ResponsiblePerson => &mut trader.responsible_person,
        }
    }
}

/// What a fact can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Lifts {
    /// Help a word to a label.
    Label,
    /// Make a label surer that other signals have made: an indicator, never enough beside one word.
    #[default]
    Confidence,
}

/// A rule on one fact.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct FactRule {
    /// Permanent id of the rule, in kebab-case.
    pub id: String,
    /// The fact.
    pub fact: Fact,
    /// For `trader-lacks`: the parts of which none may be stated.
    #[serde(default)]
    pub parts: Vec<TraderPart>,
    /// What it counts for.
    pub weight: u32,
    /// What it can do.
    #[serde(default)]
    pub lifts: Lifts,
    /// Goods of the category that an offer with this fact is counted among, so that a row of their
    /// own decides.
    #[serde(default)]
    pub goods: Option<String>,
    /// What a label by this rule says after its legal basis, for people.
    pub says: String,
}

impl FactRule {
    /// Whether the fact holds for a page. O(authorities).
    fn holds(&self, facts: &PageFacts, authorities: &WordList) -> bool {
        let logo = facts.medicine_logo.as_ref();
        match self.fact {
            Fact::MedicineLogoAbsent => logo.is_none(),
            Fact::MedicineLogoUnlinked => logo.is_some_and(|logo| logo.target.is_none()),
            Fact::MedicineLogoElsewhere => {
                logo.is_some_and(|logo| leads_elsewhere(logo, authorities))
            }
            Fact::TraderLacks => self.parts.iter().all(|part| !part.is_stated(&facts.trader)),
        }
    }

    /// What of the page shows it, where the page shows something.
    fn evidence(&self, facts: &PageFacts) -> Option<Match> {
        let is_of_logo = matches!(
            self.fact,
            Fact::MedicineLogoUnlinked | Fact::MedicineLogoElsewhere
        );
        let logo = facts.medicine_logo.as_ref().filter(|_| is_of_logo)?;
        Some(Match {
            rule: RuleId(self.id.clone()),
            text: logo.shows.clone(),
            place: Place::ImageAlt,
            span: logo.span,
            normalized: Vec::new(),
        })
    }
}

/// Whether a logo has a target on no host of an authority, nor below one.
fn leads_elsewhere(logo: &MedicineLogo, authorities: &WordList) -> bool {
    let Some(target) = &logo.target else {
        return false;
    };
    let host = target.host_text();
    let is_of = |authority: &str| {
        let above = host.strip_suffix(authority);
        above.is_some_and(|above| above.is_empty() || above.ends_with('.'))
    };
    !authorities.iter().any(is_of)
}

/// Adds the facts that hold to the tallies of the categories whose goods the head names.
pub(crate) fn count(
    facts: &PageFacts,
    categories: &[Category],
    authorities: &WordList,
    tallies: &mut Tallies,
) {
    if facts.kind != PageKind::Listing {
        return;
    }
    let negatives = &tallies.head_negatives;
    for (&at, tally) in &mut tallies.by_category {
        let category = &categories[at];
        let is_beside = (category.general_negative && negatives.contains(&None))
            || negatives.contains(&Some(at));
        if is_beside || tally.cancelled_in_head || !tally.strong_in(Standing::Head) {
            continue;
        }
        count_of(facts, category, authorities, tally);
    }
}

fn count_of(facts: &PageFacts, category: &Category, authorities: &WordList, tally: &mut Tally) {
    for (place, rule) in category.facts.iter().enumerate() {
        if !rule.holds(facts, authorities) {
            continue;
        }
        tally.facts.push(place);
        if let Some(found) = rule.evidence(facts) {
            tally.keep(found);
        }
        let goods = rule.goods.as_ref();
        if let Some(kind) = goods.and_then(|name| category.goods.keys().position(|it| it == name)) {
            tally.goods.insert(kind, Standing::Head);
        }
    }
}

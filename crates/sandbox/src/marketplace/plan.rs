//! What a listing is, and the way that begins at it.

use std::collections::BTreeSet;

use model::{HopKind, Technique as T};

use super::host::HostKind;
use super::listing::address_of;
use super::numbering::{self, Section};
use super::outside::{self, Offer};
use super::plant::draft::Draft;
use super::plant::onward::Onward;
use super::plant::technique::{Entry, How, REGISTRY, SLOTS, Scheme};
use super::plant::{Construct, Slot, veil};
use super::truth::{LookAlikeKind, NeededVantage};
use super::{Marketplace, Purpose, look_alike as alike, scheme, slug};
use crate::answer::mixed;
use crate::chance::Chance;
use crate::goods::Split;

/// What a listing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// A planted path begins here.
    Planted,
    /// Honest, and looks as if it were not.
    LookAlike(LookAlikeKind),
    /// Honest.
    Ordinary,
}

/// Planted listings of a thousand.
const PLANTED: usize = 40;

/// An outside page of a way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) address: String,
    pub(super) onward: Onward,
    /// Where it passes visitors on to.
    pub(super) to: String,
}

/// A step as it is walked, before its addresses are checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Walked {
    pub(super) from: String,
    pub(super) to: String,
    pub(super) kind: HopKind,
    pub(super) techniques: BTreeSet<T>,
}

/// The way that begins at a listing, planted or honest.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    /// What is put onto the listing, or onto its seller's page.
    pub(super) construct: Construct,
    /// Whether it is put onto the seller's page.
    pub(super) on_seller: bool,
    pub(super) steps: Vec<Step>,
    pub(super) hops: Vec<Walked>,
    pub(super) offer: Option<Offer>,
    pub(super) vantage: Option<NeededVantage>,
    pub(super) browser: bool,
    pub(super) slot: Slot,
    /// The marketplace's own way, where it is one.
    pub(super) scheme: Option<Scheme>,
}

impl Plan {
    /// The techniques of all steps.
    pub(super) fn techniques(&self) -> BTreeSet<T> {
        self.hops
            .iter()
            .flat_map(|hop| hop.techniques.iter().copied())
            .collect()
    }
}

/// What `listing` is. Cost: two numbers.
pub(super) fn role(market: &Marketplace, listing: u64) -> Role {
    let section = Section::of(listing);
    let leaves = market.tongue(section.language).leaves();
    if leaves.is_gated(leaves.leaf(Section::turn(listing))) {
        return Role::LookAlike(LookAlikeKind::GatedGoods);
    }
    let mut chance = market.chance(Purpose::Role, listing);
    let mut share = chance.below(1_000);
    if share < PLANTED {
        return Role::Planted;
    }
    share = chance.below(1_000);
    for (kind, weight) in alike::WEIGHTS {
        match share.checked_sub(*weight) {
            None => return Role::LookAlike(*kind),
            Some(rest) => share = rest,
        }
    }
    Role::Ordinary
}

/// The way that begins at `listing`; none for an ordinary listing.
pub(super) fn plan(market: &Marketplace, listing: u64) -> Option<Plan> {
    match role(market, listing) {
        Role::Planted => Some(planted(market, listing)),
        Role::LookAlike(kind) => Some(alike::plan(market, listing, kind)),
        Role::Ordinary => None,
    }
}

/// Draws until the combination of techniques is one of this half's.
pub(super) fn planted(market: &Marketplace, listing: u64) -> Plan {
    const ATTEMPTS: u64 = 64;
    for attempt in 0..ATTEMPTS {
        let chance = market.chance(Purpose::Plan, listing * ATTEMPTS + attempt);
        if let Some(plan) = drawn(market, listing, chance)
            && is_of_half(&plan.techniques(), market.split)
        {
            return plan;
        }
    }
    // One technique alone belongs to both halves.
    let chance = market.chance(Purpose::Plan, listing * ATTEMPTS);
    let mut draft = draft(market, listing, chance);
    let offer = outside::offer(market, draft.tongue.language, &mut draft.chance);
    draft.to.clone_from(&offer.address);
    veil::veiled(&mut draft, &[T::DISPLAY_NONE]);
    finished(draft, Vec::new(), Some(offer), None)
}

/// Whether a combination belongs to a half: of two techniques and more each combination belongs to one
/// of them, by a digest of its ids (FNV-1a, 64 bits, then the
/// finalizer of SplitMix64, for the first alone spreads the last letters badly).
pub(super) fn is_of_half(techniques: &BTreeSet<T>, split: Split) -> bool {
    if techniques.len() < 2 {
        return true;
    }
    let mut digest: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in techniques
        .iter()
        .flat_map(|one| one.to_string().into_bytes())
    {
        digest = (digest ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    (mixed(digest) >> 32) % 2 == u64::from(split == Split::Test)
}

/// A way out of `listing` with nothing on it yet.
pub(super) fn draft(market: &Marketplace, listing: u64, chance: Chance) -> Draft<'_> {
    let section = Section::of(listing);
    let host = market.host(HostKind::Storefront(section.template), 0);
    Draft {
        market,
        tongue: market.tongue(section.language),
        chance,
        listing,
        media: format!(
            "http://{host}/{}/media/{listing}/",
            section.language.as_str()
        ),
        to: String::new(),
        slot: Slot::Description,
        construct: Construct::default(),
        kind: HopKind::Anchor,
        techniques: BTreeSet::new(),
        browser: false,
        through: None,
        files: 0,
    }
}

fn drawn(market: &Marketplace, listing: u64, chance: Chance) -> Option<Plan> {
    let mut draft = draft(market, listing, chance);
    let entry = draft.chance.pick(REGISTRY)?;
    let offer = outside::offer(market, draft.tongue.language, &mut draft.chance);
    let hops = hop_count(&mut draft.chance);
    draft.slot = draft.chance.pick(SLOTS).copied()?;
    match entry.how {
        How::Absent(_) => None,
        How::Scheme(which) => scheme::schemed(draft, which, offer, hops),
        How::Veil => {
            let steps = filled(&mut draft, Vec::new(), hops.saturating_sub(1), &offer);
            let mut veils = vec![entry.technique];
            if draft.chance.percent(35) {
                veils.extend(another_veil(&mut draft.chance, entry.technique));
            }
            if draft.chance.percent(20) {
                veils.push(T::REMOTE_SHEET);
            }
            veil::veiled(&mut draft, &veils);
            Some(finished(draft, steps, Some(offer), None))
        }
        How::Carrier(put) | How::Beside(put) => {
            let steps = filled(&mut draft, Vec::new(), hops.saturating_sub(1), &offer);
            if needs_flow(entry) && !matches!(draft.slot, Slot::Description | Slot::Question) {
                draft.slot = Slot::Description;
            }
            put(&mut draft);
            draft.by(&[entry.technique]);
            Some(finished(draft, steps, Some(offer), None))
        }
        How::Wrap => {
            let status = draft.shape(&[302, 301, 302, 303])?;
            let first = vec![Onward::Exit(entry.technique, status)];
            outward(draft, first, entry, offer, hops)
        }
        How::Onward(shapes) => {
            let onward = draft.shape(shapes)?;
            let first = match onward {
                // What is open, or meant to look harmless, stands behind something that is not.
                _ if onward.is_open() => vec![filler(&mut draft.chance, false), onward],
                Onward::Distributor(_) | Onward::Laundering => vec![onward, onward],
                _ => vec![onward],
            };
            outward(draft, first, entry, offer, hops)
        }
    }
}

/// Carriers that are written for a place where paragraphs can stand.
fn needs_flow(entry: &Entry) -> bool {
    matches!(entry.technique, T::TABLE_TRICK | T::FRAME | T::BASE_HIJACK)
}

/// A way whose first outside page is given: a plain link to it, or one under a veil.
fn outward(
    mut draft: Draft<'_>,
    first: Vec<Onward>,
    entry: &Entry,
    offer: Offer,
    hops: usize,
) -> Option<Plan> {
    let more = hops.saturating_sub(1 + first.len());
    let steps = filled(&mut draft, first, more, &offer);
    if draft.chance.percent(40) {
        let veil = another_veil(&mut draft.chance, entry.technique)?;
        veil::veiled(&mut draft, &[veil]);
    } else {
        let link = draft.anchor("");
        draft.put(format!("<p>{link}</p>"));
    }
    if matches!(entry.how, How::Wrap) {
        draft.by(&[entry.technique]);
    }
    Some(finished(draft, steps, Some(offer), None))
}

fn hop_count(chance: &mut Chance) -> usize {
    match chance.below(100) {
        0..30 => 1,
        30..60 => 2,
        60..78 => 3,
        78..89 => 4,
        89..96 => 5,
        _ => 6,
    }
}

/// A veil that goes with others, other than `but`.
pub(super) fn another_veil(chance: &mut Chance, but: T) -> Option<T> {
    const OTHERS: &[T] = &[
        T::DISPLAY_NONE,
        T::VISIBILITY_HIDDEN,
        T::OPACITY,
        T::ZERO_SIZE,
        T::CLIP_PATH,
        T::OFFSCREEN,
        T::FONT_SIZE,
        T::SAME_COLOR,
        T::TRANSFORM,
        T::TEXT_INDENT,
    ];
    let others: Vec<T> = OTHERS.iter().copied().filter(|one| *one != but).collect();
    chance.pick(&others).copied()
}

/// An outside page between two others; an open one only where `may_be_open`.
fn filler(chance: &mut Chance, may_be_open: bool) -> Onward {
    const STATUS: &[u16] = &[302, 301, 303, 307, 308];
    let status = chance.pick(STATUS).copied().unwrap_or(302);
    match chance.below(100) {
        0..34 => Onward::Http(status),
        34..46 => Onward::Short(status),
        46..60 => Onward::MetaRefresh,
        60..66 => Onward::RefreshHeader,
        66..74 => Onward::Script(None),
        74..78 => Onward::Script(Some(T::SCRIPT_CONCATENATION)),
        78..82 => Onward::Script(Some(T::SCRIPT_DECODING)),
        82..86 => Onward::AutoForm,
        86..90 => Onward::Frame,
        _ if !may_be_open => Onward::Http(status),
        90..95 => Onward::Button,
        _ => Onward::Hub,
    }
}

/// The outside pages of a way: those given and `more`, with their addresses; where the way begins is set
/// on the draft. At most one of them is open, and not before something is concealed.
pub(super) fn filled(
    draft: &mut Draft<'_>,
    first: Vec<Onward>,
    more: usize,
    offer: &Offer,
) -> Vec<Step> {
    let mut onwards = first;
    for _ in 0..more {
        let may_be_open = !onwards.is_empty() && !onwards.iter().any(|one| one.is_open());
        onwards.push(filler(&mut draft.chance, may_be_open));
    }
    let mut steps: Vec<Step> = Vec::new();
    let mut to = offer.address.clone();
    let mut last_host = String::new();
    for (place, onward) in onwards.iter().enumerate().rev() {
        let mut number = draft.chance.below(64);
        // No page passes on to another of its own host.
        if draft.market.host(onward.host(), number) == last_host {
            number += 1;
        }
        let host = draft.market.host(onward.host(), number).to_owned();
        let name = slug::slug(draft.market.slug_key(), draft.listing, place as u64);
        let base = format!("http://{host}/{name}");
        let address = onward.address(&base, &to, draft.market.split, &mut draft.chance);
        let next = std::mem::replace(&mut to, address.clone());
        steps.push(Step {
            address,
            onward: *onward,
            to: next,
        });
        last_host = host;
    }
    steps.reverse();
    draft.to = to;
    steps
}

/// A plan from what was drafted: the steps that a visitor walks.
pub(super) fn finished(
    draft: Draft<'_>,
    steps: Vec<Step>,
    offer: Option<Offer>,
    scheme: Option<Scheme>,
) -> Plan {
    let market = draft.market;
    let mut from = address_of(market, draft.listing);
    let mut hops = Vec::new();
    let on_seller = draft.slot == Slot::About;
    if on_seller {
        let to = super::listing::seller_address(market, draft.listing);
        hops.push(Walked {
            from: std::mem::replace(&mut from, to.clone()),
            to,
            kind: HopKind::Anchor,
            techniques: BTreeSet::from([T::SELLER_PAGE]),
        });
    }
    let mut kind = draft.kind;
    if let Some((file, through)) = &draft.through {
        hops.push(Walked {
            from: std::mem::replace(&mut from, file.clone()),
            to: file.clone(),
            kind: *through,
            techniques: BTreeSet::new(),
        });
    }
    let mut techniques = draft.techniques;
    let mut to = draft.to.clone();
    for step in &steps {
        // An address behind `#` never reaches the server of the outer host: the step is the nested address.
        if matches!(step.onward, Onward::Exit(T::FRAGMENT_URL, _)) {
            kind = HopKind::NestedUrl;
            to.clone_from(&step.to);
            continue;
        }
        hops.push(Walked {
            from: std::mem::replace(&mut from, step.address.clone()),
            to: step.address.clone(),
            kind,
            techniques: std::mem::take(&mut techniques),
        });
        kind = step.onward.kind();
        techniques = step.onward.techniques().into_iter().collect();
        to.clone_from(&step.to);
    }
    hops.push(Walked {
        from,
        to,
        kind,
        techniques,
    });
    Plan {
        vantage: steps.iter().find_map(|step| step.onward.vantage()),
        browser: draft.browser || steps.iter().any(|step| step.onward.needs_browser()),
        construct: draft.construct,
        on_seller,
        steps,
        hops,
        offer,
        slot: draft.slot,
        scheme,
    }
}

/// Whether no page links to `listing`.
pub(super) fn is_orphan(market: &Marketplace, listing: u64) -> bool {
    role(market, listing) == Role::Planted
        && planted(market, listing).scheme == Some(Scheme::Orphan)
}

/// The first listing of a seller's page, for which there is something to put onto it.
pub(super) fn on_seller_page(market: &Marketplace, section: Section, seller: u64) -> Vec<Plan> {
    let count = section.count(market.listings);
    numbering::turns_of_seller(seller)
        .filter(|turn| *turn < count)
        .map(|turn| section.listing(turn))
        .filter(|listing| role(market, *listing) == Role::Planted)
        .map(|listing| planted(market, listing))
        .filter(|plan| plan.on_seller)
        .collect()
}

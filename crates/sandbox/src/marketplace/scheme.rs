//! The marketplace's own ways.

use std::collections::BTreeSet;

use model::{HopKind, Technique as T};

use super::host::HostKind;
use super::numbering::Section;
use super::outside::{self, Offer};
use super::plan::{Plan, Step, Walked, another_veil, filled, finished};
use super::plant::draft::Draft;
use super::plant::onward::Onward;
use super::plant::technique::Scheme;
use super::plant::{Slot, frame, text, veil};
use super::slug;

/// The number in the name of a host that looks like the storefront.
const HOMOGRAPH: u64 = 15;

/// The marketplace's own ways.
pub(super) fn schemed(
    mut draft: Draft<'_>,
    scheme: Scheme,
    offer: Offer,
    hops: usize,
) -> Option<Plan> {
    let market = draft.market;
    let mut offer = offer;
    match scheme {
        Scheme::Decoy => {
            let post = outside::post(market, draft.listing)?;
            draft.kind = HopKind::Promise;
            draft.by(&[T::DECOY_LISTING]);
            draft.to.clone_from(&post.address);
            return Some(finished(draft, Vec::new(), Some(post), Some(scheme)));
        }
        Scheme::Contact | Scheme::Diversion => {
            offer = outside::front(market, draft.tongue.language, &mut draft.chance)?;
            draft.to.clone_from(&offer.address);
            let mut around = None;
            if scheme == Scheme::Diversion {
                draft.by(&[T::DIVERSION]);
                match draft.chance.below(5) {
                    0 => {
                        draft.slot = Slot::Review;
                        draft.by(&[T::USER_FIELD]);
                    }
                    1 => draft.slot = Slot::About,
                    2 => around = Some((T::HIDDEN_ATTRIBUTE, "hidden")),
                    3 => around = Some((T::TINY_TEXT, "style=\"font-size:2px\"")),
                    _ => {}
                }
            }
            text::contact(&mut draft);
            if let Some((technique, attribute)) = around {
                draft.by(&[technique]);
                draft.wrap_last(attribute);
            }
            draft.by(&[T::CONTACT]);
            return Some(finished(draft, Vec::new(), Some(offer), Some(scheme)));
        }
        Scheme::Ring => {
            let channel = outside::channel(market, draft.tongue.language, &mut draft.chance)?;
            draft.to.clone_from(&channel.address);
            // Written out, or linked under some veil: the ring shares the channel, not the manner.
            if draft.chance.percent(30) {
                text::plain(&mut draft);
                draft.by(&[T::TEXT_URL]);
            } else {
                let veil = another_veil(&mut draft.chance, T::HIDDEN_ATTRIBUTE)?;
                veil::veiled(&mut draft, &[veil]);
            }
            draft.by(&[T::ACCOUNT_RING]);
            let mut plan = finished(draft, Vec::new(), Some(channel.offer.clone()), Some(scheme));
            if let Some(hop) = plan.hops.last_mut() {
                hop.to.clone_from(&channel.address);
            }
            plan.hops.push(Walked {
                from: channel.address,
                to: channel.offer.address,
                kind: HopKind::Anchor,
                techniques: BTreeSet::new(),
            });
            return Some(plan);
        }
        _ => {}
    }
    let more = match scheme {
        Scheme::SellerPage | Scheme::HiddenDescription | Scheme::Homograph => {
            hops.saturating_sub(2)
        }
        _ => hops.saturating_sub(1),
    };
    let mut steps = filled(&mut draft, Vec::new(), more, &offer);
    if scheme == Scheme::Homograph {
        steps.insert(0, homograph(&mut draft));
    }
    put_scheme(&mut draft, scheme)?;
    Some(finished(draft, steps, Some(offer), Some(scheme)))
}

/// A host that looks like the storefront, which redirects to where the draft leads.
fn homograph(draft: &mut Draft<'_>) -> Step {
    let template = Section::of(draft.listing).template;
    let host = draft.market.host(HostKind::Homograph(template), 0);
    let name = slug::slug(draft.market.slug_key(), draft.listing, HOMOGRAPH);
    let address = format!("http://{host}/{name}");
    Step {
        to: std::mem::replace(&mut draft.to, address.clone()),
        address,
        onward: Onward::Http(302),
    }
}

fn put_scheme(draft: &mut Draft<'_>, scheme: Scheme) -> Option<()> {
    let hider = another_veil(&mut draft.chance, T::HIDDEN_ATTRIBUTE)?;
    match scheme {
        Scheme::Variant => {
            draft.kind = HopKind::TextUrl;
            draft.construct.variant = Some(draft.to.clone());
            draft.by(&[T::TEXT_URL, T::VARIANT_TRICK]);
        }
        Scheme::Placeholder => {
            draft.slot = Slot::Description;
            text::plain(draft);
            draft.by(&[T::TEXT_URL, T::PLACEHOLDER_LISTING]);
        }
        Scheme::UserField => {
            draft.slot = draft.shape(&[Slot::Review, Slot::Question])?;
            text::plain(draft);
            draft.by(&[T::TEXT_URL, T::USER_FIELD]);
        }
        Scheme::SellerPage => {
            draft.slot = Slot::About;
            veil::veiled(draft, &[hider]);
        }
        Scheme::HiddenDescription => {
            draft.slot = Slot::Description;
            frame::description(draft);
            draft.by(&[T::DISPLAY_NONE, T::HIDDEN_DESCRIPTION]);
        }
        Scheme::Orphan => {
            veil::veiled(draft, &[hider]);
            draft.by(&[T::ORPHAN_PAGE]);
        }
        Scheme::Homograph => {
            text::mismatch(draft);
            draft.by(&[T::HOMOGRAPH]);
        }
        Scheme::Decoy | Scheme::Contact | Scheme::Diversion | Scheme::Ring => {}
    }
    Some(())
}

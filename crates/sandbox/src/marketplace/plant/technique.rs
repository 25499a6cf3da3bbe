//! Which techniques a generated marketplace can hold, and how each is served.

use model::Technique as T;

use super::draft::Draft;
use super::onward::Onward;
use super::{Slot, carrier, frame, script, text, veil};
use crate::goods::PageLanguage;
use crate::marketplace::truth::NeededVantage;

/// How a technique comes onto a page.
#[derive(Debug, Clone, Copy)]
pub(in crate::marketplace) enum How {
    /// Declarations over a plain link.
    Veil,
    /// Markup, a script or a text that carries the address itself.
    Carrier(fn(&mut Draft<'_>)),
    /// A link whose address carries the next one.
    Wrap,
    /// What an outside page does with a visitor; the shapes of the two halves may differ.
    Onward(&'static [Onward]),
    /// A way of the marketplace's own level.
    Scheme(Scheme),
    /// Stands beside another technique; by itself it conceals no way.
    Beside(fn(&mut Draft<'_>)),
    /// Not served, and why.
    Absent(&'static str),
}

/// A way of the marketplace's own level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::marketplace) enum Scheme {
    /// M01: a post elsewhere tells what the listing really is.
    Decoy,
    /// M02: a variant's name carries the address.
    Variant,
    /// M04: a listing for paying, with the address in its text.
    Placeholder,
    /// T09: a mail address at the shop.
    Contact,
    /// M05: the same, at a shop to which many accounts send.
    Diversion,
    /// M07: accounts that share one channel.
    Ring,
    /// M09: the way begins on the seller's page.
    SellerPage,
    /// M13: the description is a document of its own, with a concealed link.
    HiddenDescription,
    /// C09: no page links to the listing.
    Orphan,
    /// T15: a review or an answer carries the address.
    UserField,
    /// R17: the host of the link looks like the marketplace's.
    Homograph,
}

/// The entry of a technique.
#[derive(Debug)]
pub(in crate::marketplace) struct Entry {
    pub(in crate::marketplace) technique: T,
    pub(in crate::marketplace) how: How,
}

const fn entry(technique: T, how: How) -> Entry {
    Entry { technique, how }
}

const FILL_IN: &str = "only where another technique conceals the link";

/// Every technique of docs/techniques.md, in its order.
#[rustfmt::skip]
pub(in crate::marketplace) const REGISTRY: &[Entry] = &[
    entry(T::DISPLAY_NONE, How::Veil),
    entry(T::VISIBILITY_HIDDEN, How::Veil),
    entry(T::HIDDEN_ATTRIBUTE, How::Carrier(carrier::hidden_attribute)),
    entry(T::OPACITY, How::Veil),
    entry(T::CONTENT_VISIBILITY, How::Veil),
    entry(T::ZERO_SIZE, How::Veil),
    entry(T::MAX_SIZE_ZERO, How::Veil),
    entry(T::CLIP_RECT, How::Veil),
    entry(T::CLIP_PATH, How::Veil),
    entry(T::MASK, How::Veil),
    entry(T::OFFSCREEN, How::Veil),
    entry(T::NEGATIVE_MARGIN, How::Veil),
    entry(T::TEXT_INDENT, How::Veil),
    entry(T::TRANSFORM, How::Veil),
    entry(T::BACKFACE, How::Veil),
    entry(T::FONT_SIZE, How::Veil),
    entry(T::LINE_METRICS, How::Veil),
    entry(T::SAME_COLOR, How::Veil),
    entry(T::NO_AFFORDANCE, How::Veil),
    entry(T::TINY_ANCHOR, How::Carrier(carrier::tiny_anchor)),
    entry(T::PIXEL_IMAGE, How::Carrier(carrier::pixel_image)),
    entry(T::TINY_AREA, How::Carrier(carrier::tiny_area)),
    entry(T::COVERED, How::Carrier(carrier::covered)),
    entry(T::OVERLAY, How::Carrier(carrier::overlay)),
    entry(T::POINTER_EVENTS, How::Beside(|draft| veil::veiled(draft, &[T::POINTER_EVENTS, T::SAME_COLOR]))),
    entry(T::CONDITIONAL_CSS, How::Veil),
    entry(T::STATE_CSS, How::Veil),
    entry(T::CLOSED_DETAILS, How::Carrier(carrier::closed)),
    entry(T::NOSCRIPT, How::Carrier(carrier::noscript)),
    entry(T::TEMPLATE, How::Carrier(carrier::template)),
    entry(T::COMMENT, How::Carrier(carrier::comment)),
    entry(T::NOT_RENDERED, How::Carrier(carrier::not_rendered)),
    entry(T::FOREIGN_CONTENT, How::Carrier(carrier::foreign)),
    entry(T::HIDDEN_FRAME, How::Carrier(frame::hidden_frame)),
    entry(T::EMBEDDED_DOCUMENT, How::Carrier(frame::embedded)),
    entry(T::NON_ANCHOR_CARRIER, How::Carrier(carrier::non_anchor)),
    entry(T::BASE_HIJACK, How::Carrier(frame::base)),
    entry(T::MARQUEE, How::Carrier(carrier::marquee)),
    entry(T::OVERFLOW, How::Veil),
    entry(T::BELOW_FOLD, How::Veil),
    entry(T::GENERATED_TEXT, How::Carrier(carrier::generated)),
    entry(T::REORDERED_TEXT, How::Carrier(carrier::reordered)),
    entry(T::TABLE_TRICK, How::Carrier(carrier::table_row)),
    entry(T::FAR_AWAY, How::Veil),
    entry(T::TINY_TEXT, How::Carrier(carrier::link_cloud)),
    entry(T::REMOTE_SHEET, How::Beside(|draft| veil::veiled(draft, &[T::REMOTE_SHEET, T::OFFSCREEN]))),
    entry(T::PARSER_DIFFERENTIAL, How::Carrier(carrier::differential)),
    entry(T::UNREACHABLE, How::Beside(|draft| { carrier::unreachable(draft); hide_last(draft); })),
    entry(T::SCRIPT_CONCATENATION, How::Carrier(|draft| script::navigates(draft, Some(T::SCRIPT_CONCATENATION)))),
    entry(T::SCRIPT_DECODING, How::Carrier(|draft| script::navigates(draft, Some(T::SCRIPT_DECODING)))),
    entry(T::SCRIPT_CHAR_CODES, How::Carrier(|draft| script::navigates(draft, Some(T::SCRIPT_CHAR_CODES)))),
    entry(T::SCRIPT_PACKER, How::Carrier(|draft| script::navigates(draft, Some(T::SCRIPT_PACKER)))),
    entry(T::SCRIPT_MARKUP, How::Carrier(script::markup)),
    entry(T::SCRIPT_ELEMENT, How::Carrier(script::element)),
    entry(T::LINK_WITHOUT_ANCHOR, How::Carrier(script::without_anchor)),
    entry(T::SCRIPT_HANDLER, How::Carrier(script::handler)),
    entry(T::HREF_SWAP, How::Carrier(script::swapped)),
    entry(T::SCRIPT_GATED, How::Carrier(|draft| script::navigates(draft, Some(T::SCRIPT_GATED)))),
    entry(T::HISTORY_TRAP, How::Carrier(|draft| script::navigates(draft, Some(T::HISTORY_TRAP)))),
    entry(T::REMOTE_SCRIPT, How::Carrier(script::remote)),
    entry(T::STORAGE_GATED, How::Carrier(|draft| script::navigates(draft, Some(T::STORAGE_GATED)))),
    entry(T::ENVIRONMENT_CHECK, How::Carrier(|draft| script::navigates(draft, Some(T::ENVIRONMENT_CHECK)))),
    entry(T::SERVICE_WORKER, How::Carrier(script::worker)),
    entry(T::CLOSED_SHADOW, How::Carrier(script::closed_shadow)),
    entry(T::WASM, How::Carrier(script::wasm)),
    entry(T::SCRIPT_DATA, How::Carrier(script::data)),
    entry(T::INJECTED_STYLE, How::Carrier(script::injected)),
    entry(T::HTTP_REDIRECT, How::Onward(&[Onward::Http(302), Onward::Http(301), Onward::Http(307), Onward::Http(303), Onward::Http(308), Onward::Http(302)])),
    entry(T::REFRESH, How::Carrier(script::refresh)),
    entry(T::HEADER_LINK, How::Beside(|draft| beside(draft, T::HEADER_LINK))),
    entry(T::SCRIPT_REDIRECT, How::Carrier(|draft| script::navigates(draft, None))),
    entry(T::AUTO_SUBMIT, How::Carrier(script::auto_form)),
    entry(T::FRAME, How::Carrier(frame::full_frame)),
    entry(T::NESTED_URL, How::Wrap),
    entry(T::ENCODED_URL, How::Wrap),
    entry(T::PATH_URL, How::Wrap),
    entry(T::OPEN_REDIRECTOR, How::Wrap),
    entry(T::SHORTENER, How::Onward(&[Onward::Short(301), Onward::Short(302)])),
    entry(T::PROXIED, How::Wrap),
    entry(T::TRAFFIC_DISTRIBUTION, How::Onward(&[Onward::Distributor(302), Onward::Distributor(307)])),
    entry(T::DATA_DOCUMENT, How::Carrier(script::data_document)),
    entry(T::APP_SCHEME, How::Carrier(text::app)),
    entry(T::TEXT_TARGET_MISMATCH, How::Carrier(text::mismatch)),
    entry(T::HOMOGRAPH, How::Scheme(Scheme::Homograph)),
    entry(T::CLAIM_MISMATCH, How::Beside(|draft| beside(draft, T::CLAIM_MISMATCH))),
    entry(T::LATE_REDIRECT, How::Onward(&[Onward::Cloak(NeededVantage::Returning), Onward::Cloak(NeededVantage::Phone)])),
    entry(T::DNS_CONCEALMENT, How::Absent("all hosts share one listener and have no records of their own")),
    entry(T::FRAGMENT_URL, How::Wrap),
    entry(T::INTERSTITIAL, How::Onward(&[Onward::Interstitial])),
    entry(T::LINK_FILE, How::Carrier(frame::link_file)),
    entry(T::EARLY_HINT, How::Beside(|draft| beside(draft, T::EARLY_HINT))),
    entry(T::TEXT_URL, How::Carrier(text::plain)),
    entry(T::SPELLED_URL, How::Carrier(text::spelled)),
    entry(T::STYLED_LETTERS, How::Carrier(text::styled)),
    entry(T::INVISIBLE_CHARACTERS, How::Carrier(text::invisible)),
    entry(T::HOMOGLYPHS, How::Carrier(text::alike)),
    entry(T::BIDI_TEXT, How::Carrier(text::turned)),
    entry(T::CODED_TEXT, How::Carrier(text::coded)),
    entry(T::SPLIT_TEXT, How::Carrier(text::split)),
    entry(T::CONTACT, How::Scheme(Scheme::Contact)),
    entry(T::ATTRIBUTE_TEXT, How::Carrier(text::attribute)),
    entry(T::TEXT_IN_IMAGE, How::Carrier(text::drawn)),
    entry(T::QR_CODE, How::Carrier(text::coded_picture)),
    entry(T::FILE_METADATA, How::Carrier(text::metadata)),
    entry(T::STEGANOGRAPHY, How::Absent("a message without a known form leaves no proof to score")),
    entry(T::USER_FIELD, How::Scheme(Scheme::UserField)),
    entry(T::CATALOG_CODE, How::Absent("a code names no address: there is no step to walk")),
    entry(T::USER_AGENT_CLOAKING, How::Onward(&[Onward::Cloak(NeededVantage::Phone), Onward::Cloak(NeededVantage::Crawler), Onward::FromCrawler, Onward::FromCrawler])),
    entry(T::REFERRER_CLOAKING, How::Onward(&[Onward::Cloak(NeededVantage::FromSearch), Onward::Cloak(NeededVantage::FromMarket)])),
    entry(T::COOKIE_CLOAKING, How::Onward(&[Onward::Cloak(NeededVantage::Returning)])),
    entry(T::ORIGIN_CLOAKING, How::Onward(&[Onward::Cloak(NeededVantage::Language(PageLanguage::French)), Onward::Cloak(NeededVantage::Language(PageLanguage::German)), Onward::Cloak(NeededVantage::Language(PageLanguage::Polish)), Onward::Cloak(NeededVantage::Language(PageLanguage::Italian))])),
    entry(T::SCRIPT_CLOAKING, How::Onward(&[Onward::Fingerprint])),
    entry(T::TIME_CLOAKING, How::Absent("answers depend on the question alone, never on a clock")),
    entry(T::TOKEN_CLOAKING, How::Onward(&[Onward::Token(302), Onward::Token(303)])),
    entry(T::FINGERPRINT_CLOAKING, How::Absent("the server sees no more of a client than its request")),
    entry(T::ORPHAN_PAGE, How::Scheme(Scheme::Orphan)),
    entry(T::MEDIA_CLOAKING, How::Veil),
    entry(T::REFERRER_LAUNDERING, How::Onward(&[Onward::Laundering])),
    entry(T::ARCHIVE_DIVERGENCE, How::Absent("it takes a copy made at another time")),
    entry(T::AGENT_CLOAKING, How::Onward(&[Onward::Cloak(NeededVantage::Agent)])),
    entry(T::DECOY_LISTING, How::Scheme(Scheme::Decoy)),
    entry(T::VARIANT_TRICK, How::Scheme(Scheme::Variant)),
    entry(T::LISTING_REUSE, How::Absent("it takes captures of the listing at several times")),
    entry(T::PLACEHOLDER_LISTING, How::Scheme(Scheme::Placeholder)),
    entry(T::DIVERSION, How::Scheme(Scheme::Diversion)),
    entry(T::CATEGORY_EVASION, How::Absent("the listing is the restricted page itself: there is no path")),
    entry(T::ACCOUNT_RING, How::Scheme(Scheme::Ring)),
    entry(T::DOORWAY_COPY, How::Onward(&[Onward::Copy])),
    entry(T::SELLER_PAGE, How::Scheme(Scheme::SellerPage)),
    entry(T::LATE_SWAP, How::Onward(&[Onward::Landing])),
    entry(T::SPLIT_CATALOG, How::Onward(&[Onward::Catalog])),
    entry(T::SEARCH_SMUGGLING, How::Absent("search words are typed by shoppers: no page carries them")),
    entry(T::HIDDEN_DESCRIPTION, How::Scheme(Scheme::HiddenDescription)),
    entry(T::APP_ONLY, How::Absent("there is no app, and nobody has an account")),
];

/// What the answer or the head states of an address, beside a concealed link to it.
fn beside(draft: &mut Draft<'_>, technique: T) {
    veil::veiled(draft, &[T::DISPLAY_NONE]);
    carrier::stated(draft, technique);
}

/// Puts what was put last into a box that is not rendered.
fn hide_last(draft: &mut Draft<'_>) {
    draft.by(&[T::DISPLAY_NONE]);
    draft.wrap_last("style=\"display:none\"");
}

/// The parts of a listing in which a carrier can stand, most often first.
pub(in crate::marketplace) const SLOTS: &[Slot] = &[
    Slot::Description,
    Slot::Description,
    Slot::Description,
    Slot::Description,
    Slot::Description,
    Slot::Description,
    Slot::Question,
    Slot::Review,
    Slot::Aside,
    Slot::After,
];

/// How a technique is served, for a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServedTechnique {
    /// The technique.
    pub technique: T,
    /// How it comes onto a page, in words; for one that is not served, why.
    pub how: &'static str,
    /// Whether it is served at all.
    pub is_served: bool,
}

/// How each technique of the table is served, in the order of the table.
#[must_use]
pub fn served_techniques() -> Vec<ServedTechnique> {
    REGISTRY
        .iter()
        .map(|entry| ServedTechnique {
            technique: entry.technique,
            is_served: !matches!(entry.how, How::Absent(_)),
            how: match entry.how {
                How::Veil => "style over a plain link",
                How::Carrier(_) => "markup, script or text that carries the address",
                How::Wrap => "an address that carries the next one",
                How::Onward(_) => "an outside page",
                How::Scheme(_) => "the marketplace's own level",
                How::Beside(_) => FILL_IN,
                How::Absent(why) => why,
            },
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_veil_of_the_registry_has_shapes() {
        for entry in REGISTRY {
            if matches!(entry.how, How::Veil) {
                assert!(
                    veil::veils(entry.technique).is_some(),
                    "{}",
                    entry.technique
                );
            }
        }
    }

    #[test]
    fn no_technique_stands_twice_and_their_order_is_that_of_the_table() {
        let order = |technique: T| {
            let family = "VJRTCM".find(technique.family());
            (family, technique.to_string())
        };
        assert!(
            REGISTRY
                .windows(2)
                .all(|two| order(two[0].technique) < order(two[1].technique))
        );
    }
}

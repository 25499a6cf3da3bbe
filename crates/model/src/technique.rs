//! Concealment techniques, by the ids of docs/techniques.md.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// One way of concealing, by its permanent id: a family letter and a number of two digits.
///
/// Families: `V` visual (markup and CSS), `J` script, `R` redirects and destinations, `T` text,
/// contacts and images, `C` cloaking by vantage, `M` the marketplace's own level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Technique {
    family: char,
    number: u8,
}

macro_rules! techniques {
    ($($name:ident = $family:literal $number:literal, $doc:literal;)*) => {
        impl Technique {
            $(#[doc = $doc] pub const $name: Self = Self { family: $family, number: $number };)*
        }
    };
}

techniques! {
    DISPLAY_NONE = 'V' 1, "V01: `display:none` on the element or an ancestor.";
    VISIBILITY_HIDDEN = 'V' 2, "V02: `visibility:hidden` or `collapse`.";
    HIDDEN_ATTRIBUTE = 'V' 3, "V03: the `hidden` attribute.";
    OPACITY = 'V' 4, "V04: opacity or a filter of the element and its ancestors comes to nothing.";
    CONTENT_VISIBILITY = 'V' 5, "V05: `content-visibility:hidden`.";
    ZERO_SIZE = 'V' 6, "V06: a box of zero or one pixel that clips what is in it.";
    MAX_SIZE_ZERO = 'V' 7, "V07: `max-height:0`, `max-width:0` or a grid track of zero that clips.";
    CLIP_RECT = 'V' 8, "V08: an empty `clip: rect()`.";
    CLIP_PATH = 'V' 9, "V09: a `clip-path` without area.";
    MASK = 'V' 10, "V10: a mask that lets nothing through.";
    OFFSCREEN = 'V' 11, "V11: positioned outside the canvas.";
    NEGATIVE_MARGIN = 'V' 12, "V12: pulled outside the canvas by a negative margin.";
    TEXT_INDENT = 'V' 13, "V13: text pushed out by `text-indent`.";
    TRANSFORM = 'V' 14, "V14: a transform or zoom that leaves no area or moves the box away.";
    BACKFACE = 'V' 15, "V15: the hidden back of a turned box.";
    FONT_SIZE = 'V' 16, "V16: a font of under two pixels.";
    LINE_METRICS = 'V' 17, "V17: line height or spacing that leaves a text no room.";
    SAME_COLOR = 'V' 18, "V18: text in the color of what is behind it, or transparent.";
    NO_AFFORDANCE = 'V' 19, "V19: a link dressed as the prose around it.";
    TINY_ANCHOR = 'V' 20, "V20: an anchor without content, or of one punctuation mark.";
    PIXEL_IMAGE = 'V' 21, "V21: an image of one pixel as the anchor's content.";
    TINY_AREA = 'V' 22, "V22: an image-map area without a surface worth the name.";
    COVERED = 'V' 23, "V23: covered by an opaque box, or behind its own ground.";
    OVERLAY = 'V' 24, "V24: a transparent link laid over other content.";
    POINTER_EVENTS = 'V' 25, "V25: a link that cannot be clicked, or does not look as if.";
    CONDITIONAL_CSS = 'V' 26, "V26: hidden under some media only.";
    STATE_CSS = 'V' 27, "V27: shown in some state only (hover, focus, target, checked), or after a long delay.";
    CLOSED_DETAILS = 'V' 28, "V28: closed `details`, `dialog` or popover.";
    NOSCRIPT = 'V' 29, "V29: `noscript` content.";
    TEMPLATE = 'V' 30, "V30: `template` content, or a child that a shadow root leaves out.";
    COMMENT = 'V' 31, "V31: an HTML comment.";
    NOT_RENDERED = 'V' 32, "V32: inside an element that renders no links.";
    FOREIGN_CONTENT = 'V' 33, "V33: a link in SVG or MathML.";
    HIDDEN_FRAME = 'V' 34, "V34: a frame of no size, or hidden.";
    EMBEDDED_DOCUMENT = 'V' 35, "V35: an `object`, `embed` or document file that carries links.";
    NON_ANCHOR_CARRIER = 'V' 36, "V36: a carrier that is no anchor.";
    BASE_HIJACK = 'V' 37, "V37: `base` re-roots relative links to another site.";
    MARQUEE = 'V' 38, "V38: a `marquee` too small or too fast to read.";
    OVERFLOW = 'V' 39, "V39: pushed out of a box that cuts and does not scroll.";
    BELOW_FOLD = 'V' 40, "V40: beyond the viewport of a page that does not scroll.";
    GENERATED_TEXT = 'V' 41, "V41: text that a style sheet writes.";
    REORDERED_TEXT = 'V' 42, "V42: text whose shown order differs from its written order.";
    TABLE_TRICK = 'V' 43, "V43: hidden by a collapsed row or column.";
    FAR_AWAY = 'V' 44, "V44: far below or beside everything else.";
    TINY_TEXT = 'V' 45, "V45: text of one to three pixels.";
    REMOTE_SHEET = 'V' 46, "V46: hidden by a linked style sheet.";
    PARSER_DIFFERENTIAL = 'V' 47, "V47: a reference that only a lenient reader of the bytes sees.";
    UNREACHABLE = 'V' 48, "V48: visible and not to be reached: `inert`, `aria-hidden`.";
    SCRIPT_CONCATENATION = 'J' 1, "J01: an address put together from pieces.";
    SCRIPT_DECODING = 'J' 2, "J02: an address decoded by the script (`atob`, `unescape` ...).";
    SCRIPT_CHAR_CODES = 'J' 3, "J03: an address made of character codes.";
    SCRIPT_PACKER = 'J' 4, "J04: an address in packed code.";
    SCRIPT_MARKUP = 'J' 5, "J05: a link that a script writes as markup.";
    SCRIPT_ELEMENT = 'J' 6, "J06: a link that a script builds as an element.";
    LINK_WITHOUT_ANCHOR = 'J' 7, "J07: a link without an anchor: a handler, a data attribute.";
    SCRIPT_HANDLER = 'J' 8, "J08: a `javascript:` address or an inline handler that navigates.";
    HREF_SWAP = 'J' 9, "J09: an address that is exchanged when it is used.";
    SCRIPT_GATED = 'J' 10, "J10: navigation that waits for a timer, a scroll or idleness.";
    HISTORY_TRAP = 'J' 11, "J11: navigation when a visitor goes back.";
    REMOTE_SCRIPT = 'J' 12, "J12: a script of another host decides.";
    STORAGE_GATED = 'J' 13, "J13: navigation that depends on what is stored in the browser.";
    ENVIRONMENT_CHECK = 'J' 14, "J14: navigation that depends on the visitor's device or browser.";
    SERVICE_WORKER = 'J' 15, "J15: a service worker or import map may rewrite answers.";
    CLOSED_SHADOW = 'J' 16, "J16: content in a closed shadow root.";
    WASM = 'J' 17, "J17: addresses made in WebAssembly.";
    SCRIPT_DATA = 'J' 18, "J18: an address in a block of data.";
    INJECTED_STYLE = 'J' 19, "J19: a style that a script adds hides content.";
    HTTP_REDIRECT = 'R' 1, "R01: an HTTP redirect.";
    REFRESH = 'R' 2, "R02: a Refresh header or meta refresh.";
    HEADER_LINK = 'R' 3, "R03: an address in another header.";
    SCRIPT_REDIRECT = 'R' 4, "R04: navigation by script.";
    AUTO_SUBMIT = 'R' 5, "R05: a form that submits itself.";
    FRAME = 'R' 6, "R06: the target is framed.";
    NESTED_URL = 'R' 7, "R07: a URL nested in a parameter.";
    ENCODED_URL = 'R' 8, "R08: a nested URL in an encoding.";
    PATH_URL = 'R' 9, "R09: a URL nested in a path.";
    OPEN_REDIRECTOR = 'R' 10, "R10: a trusted host that sends on to any address.";
    SHORTENER = 'R' 11, "R11: a shortener, or a page of links.";
    PROXIED = 'R' 12, "R12: an archive, a cache, a translator or a gateway in front of the target.";
    TRAFFIC_DISTRIBUTION = 'R' 13, "R13: a chain through shared distributors.";
    DATA_DOCUMENT = 'R' 14, "R14: a document inside of an address (`data:`, `srcdoc`).";
    APP_SCHEME = 'R' 15, "R15: an app's address, with what it falls back to.";
    TEXT_TARGET_MISMATCH = 'R' 16, "R16: what is shown is not the host that is reached.";
    HOMOGRAPH = 'R' 17, "R17: a host that looks like another.";
    CLAIM_MISMATCH = 'R' 18, "R18: the page claims to be another site's.";
    LATE_REDIRECT = 'R' 19, "R19: a redirect on some visits only.";
    DNS_CONCEALMENT = 'R' 20, "R20: the name leads to another owner's server.";
    FRAGMENT_URL = 'R' 21, "R21: a URL in the fragment.";
    INTERSTITIAL = 'R' 22, "R22: a page whose point is to be left.";
    LINK_FILE = 'R' 23, "R23: a file that carries a link.";
    EARLY_HINT = 'R' 24, "R24: an address in an early hint or a speculation rule.";
    TEXT_URL = 'T' 1, "T01: a URL in plain text, not linked.";
    SPELLED_URL = 'T' 2, "T02: a URL that is spelled out.";
    STYLED_LETTERS = 'T' 3, "T03: full-width, mathematical or enclosed letters.";
    INVISIBLE_CHARACTERS = 'T' 4, "T04: characters without width inside of a URL or handle.";
    HOMOGLYPHS = 'T' 5, "T05: letters that look like others.";
    BIDI_TEXT = 'T' 6, "T06: directional marks that turn a text round.";
    CODED_TEXT = 'T' 7, "T07: letters replaced by signs, or slang.";
    SPLIT_TEXT = 'T' 8, "T08: a text split over elements.";
    CONTACT = 'T' 9, "T09: a contact handle as the next hop.";
    ATTRIBUTE_TEXT = 'T' 10, "T10: a URL or handle in an attribute that few read.";
    TEXT_IN_IMAGE = 'T' 11, "T11: text in a picture.";
    QR_CODE = 'T' 12, "T12: a code in a picture.";
    FILE_METADATA = 'T' 13, "T13: an address in the metadata of a file.";
    STEGANOGRAPHY = 'T' 14, "T14: a message hidden in a picture, a sound or a font.";
    USER_FIELD = 'T' 15, "T15: a field that users fill as carrier.";
    CATALOG_CODE = 'T' 16, "T16: a code that names an item of a catalog elsewhere.";
    USER_AGENT_CLOAKING = 'C' 1, "C01: the answer depends on the user agent.";
    REFERRER_CLOAKING = 'C' 2, "C02: the answer depends on the referrer.";
    COOKIE_CLOAKING = 'C' 3, "C03: the answer depends on cookies or on a repeat visit.";
    ORIGIN_CLOAKING = 'C' 4, "C04: the answer depends on where the visitor comes from.";
    SCRIPT_CLOAKING = 'C' 5, "C05: the content depends on what the browser can do.";
    TIME_CLOAKING = 'C' 6, "C06: the answer depends on the time.";
    TOKEN_CLOAKING = 'C' 7, "C07: the answer depends on a token.";
    FINGERPRINT_CLOAKING = 'C' 8, "C08: the answer depends on the client's fingerprint.";
    ORPHAN_PAGE = 'C' 9, "C09: a page that no page links to.";
    MEDIA_CLOAKING = 'C' 10, "C10: the content depends on the screen or on preferences.";
    REFERRER_LAUNDERING = 'C' 11, "C11: a detour that hides where the visitor came from.";
    ARCHIVE_DIVERGENCE = 'C' 12, "C12: the live page differs from its archived copy.";
    AGENT_CLOAKING = 'C' 13, "C13: content for AI agents only.";
    DECOY_LISTING = 'M' 1, "M01: the listing is a decoy for what is promised elsewhere.";
    VARIANT_TRICK = 'M' 2, "M02: a variant that is another product.";
    LISTING_REUSE = 'M' 3, "M03: a listing whose product was exchanged.";
    PLACEHOLDER_LISTING = 'M' 4, "M04: a listing without a product, for paying.";
    DIVERSION = 'M' 5, "M05: buyers are led off the platform.";
    CATEGORY_EVASION = 'M' 6, "M06: a product in a category that is not its own.";
    ACCOUNT_RING = 'M' 7, "M07: several accounts of one hand.";
    DOORWAY_COPY = 'M' 8, "M08: a copy of a marketplace page on another host.";
    SELLER_PAGE = 'M' 9, "M09: the link stands on the seller's page.";
    LATE_SWAP = 'M' 10, "M10: the landing page leads on, or was exchanged after approval.";
    SPLIT_CATALOG = 'M' 11, "M11: the catalog stands elsewhere.";
    SEARCH_SMUGGLING = 'M' 12, "M12: coded search words.";
    HIDDEN_DESCRIPTION = 'M' 13, "M13: hidden markup in a description.";
    APP_ONLY = 'M' 14, "M14: content that only the app or a login shows.";
}

impl Technique {
    /// Family letter and number, or `None` when the family is unknown.
    #[must_use]
    pub fn new(family: char, number: u8) -> Option<Self> {
        (matches!(family, 'V' | 'J' | 'R' | 'T' | 'C' | 'M') && (1..=99).contains(&number))
            .then_some(Self { family, number })
    }

    /// The family letter.
    #[must_use]
    pub const fn family(self) -> char {
        self.family
    }
}

impl fmt::Display for Technique {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{:02}", self.family, self.number)
    }
}

/// The text is no technique id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a technique id such as V01")]
pub struct NotATechnique(String);

impl FromStr for Technique {
    type Err = NotATechnique;
    fn from_str(text: &str) -> Result<Self, NotATechnique> {
        let mut chars = text.chars();
        chars
            .next()
            .zip(chars.as_str().parse().ok())
            .filter(|_| text.len() == 3)
            .and_then(|(family, number)| Self::new(family, number))
            .ok_or_else(|| NotATechnique(text.to_owned()))
    }
}

impl Serialize for Technique {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Technique {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

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
    OPACITY = 'V' 4, "V04: opacity of the element and its ancestors multiplies to nothing.";
    CONTENT_VISIBILITY = 'V' 5, "V05: `content-visibility:hidden`.";
    ZERO_SIZE = 'V' 6, "V06: a box of zero or one pixel that clips what is in it.";
    MAX_SIZE_ZERO = 'V' 7, "V07: `max-height:0` or `max-width:0` that clips.";
    CLIP_RECT = 'V' 8, "V08: an empty `clip: rect()`.";
    CLIP_PATH = 'V' 9, "V09: a `clip-path` without area.";
    OFFSCREEN = 'V' 11, "V11: positioned outside the canvas.";
    NEGATIVE_MARGIN = 'V' 12, "V12: pulled outside the canvas by a negative margin.";
    TEXT_INDENT = 'V' 13, "V13: text pushed out by `text-indent`.";
    TRANSFORM = 'V' 14, "V14: a transform that leaves no area or moves the box away.";
    FONT_SIZE = 'V' 16, "V16: a font of under two pixels.";
    SAME_COLOR = 'V' 18, "V18: text in the colour of what is behind it, or transparent.";
    TINY_ANCHOR = 'V' 20, "V20: an anchor without content, or of one punctuation mark.";
    PIXEL_IMAGE = 'V' 21, "V21: an image of one pixel as the anchor's content.";
    TINY_AREA = 'V' 22, "V22: an image-map area without a surface worth the name.";
    CONDITIONAL_CSS = 'V' 26, "V26: hidden under some media only.";
    STATE_CSS = 'V' 27, "V27: shown in some state only (hover, focus, target, checked).";
    CLOSED_DETAILS = 'V' 28, "V28: closed `details`, `dialog` or popover.";
    NOSCRIPT = 'V' 29, "V29: `noscript` content.";
    TEMPLATE = 'V' 30, "V30: `template` content.";
    COMMENT = 'V' 31, "V31: an HTML comment.";
    NOT_RENDERED = 'V' 32, "V32: inside an element that renders no links.";
    HIDDEN_FRAME = 'V' 34, "V34: a frame of no size, or hidden.";
    NON_ANCHOR_CARRIER = 'V' 36, "V36: a carrier that is no anchor.";
    BASE_HIJACK = 'V' 37, "V37: `base` re-roots relative links to another site.";
    HTTP_REDIRECT = 'R' 1, "R01: an HTTP redirect.";
    REFRESH = 'R' 2, "R02: a Refresh header or meta refresh.";
    SCRIPT_REDIRECT = 'R' 4, "R04: navigation by script.";
    AUTO_SUBMIT = 'R' 5, "R05: a form that submits itself.";
    FRAME = 'R' 6, "R06: the target is framed.";
    NESTED_URL = 'R' 7, "R07: a URL nested in a parameter.";
    ENCODED_URL = 'R' 8, "R08: a nested URL in an encoding.";
    PATH_URL = 'R' 9, "R09: a URL nested in a path.";
    FRAGMENT_URL = 'R' 21, "R21: a URL in the fragment.";
    TEXT_TARGET_MISMATCH = 'R' 16, "R16: what is shown is not the host that is reached.";
    TEXT_URL = 'T' 1, "T01: a URL in plain text, not linked.";
    SPELLED_URL = 'T' 2, "T02: a URL that is spelled out.";
    CONTACT = 'T' 9, "T09: a contact handle as the next hop.";
    USER_AGENT_CLOAKING = 'C' 1, "C01: the answer depends on the user agent.";
    DECOY_LISTING = 'M' 1, "M01: the listing is a decoy for what is promised elsewhere.";
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

//! Declarations: the properties that can hide, with shorthands taken apart.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::rc::Rc;

use crate::css::piece::Piece;
use crate::css::selector::tops;
pub(crate) use crate::css::shorthand::expand;
use crate::css::shorthand::is_kept;
use crate::visibility::valid::is_valid;

macro_rules! properties {
    ($($variant:ident = $name:literal),* $(,)?) => {
        /// A property that can hide, show, or tell how large something is.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub(crate) enum Property { $(#[doc = $name] $variant,)* }

        impl Property {
            /// Its name.
            pub(crate) const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// Whether a child takes it over from its parent.
            pub(crate) const fn is_inherited(self) -> bool {
                matches!(
                    self,
                    Self::Visibility
                        | Self::FontSize
                        | Self::Color
                        | Self::Fill
                        | Self::TextIndent
                        | Self::TextAlign
                        | Self::TextShadow
                        | Self::TextStroke
                        | Self::WhiteSpace
                        | Self::LineHeight
                        | Self::LetterSpacing
                        | Self::WordSpacing
                        | Self::Cursor
                        | Self::PointerEvents
                        | Self::Direction
                )
            }

            /// All of them.
            pub(crate) const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The property of a name.
            pub(crate) fn of(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

properties! {
    All = "all",
    Display = "display",
    Visibility = "visibility",
    Opacity = "opacity",
    Filter = "filter",
    ContentVisibility = "content-visibility",
    Width = "width",
    Height = "height",
    MaxWidth = "max-width",
    MaxHeight = "max-height",
    MinWidth = "min-width",
    MinHeight = "min-height",
    BoxSizing = "box-sizing",
    BoxShadow = "box-shadow",
    Contain = "contain",
    FlexBasis = "flex-basis",
    FlexGrow = "flex-grow",
    FlexShrink = "flex-shrink",
    Isolation = "isolation",
    GridArea = "grid-area",
    GridRow = "grid-row",
    GridColumn = "grid-column",
    LineClamp = "-webkit-line-clamp",
    OverflowX = "overflow-x",
    OverflowY = "overflow-y",
    Position = "position",
    Float = "float",
    Left = "left",
    Top = "top",
    Right = "right",
    Bottom = "bottom",
    MarginLeft = "margin-left",
    MarginTop = "margin-top",
    MarginRight = "margin-right",
    MarginBottom = "margin-bottom",
    PaddingLeft = "padding-left",
    PaddingTop = "padding-top",
    PaddingRight = "padding-right",
    PaddingBottom = "padding-bottom",
    ZIndex = "z-index",
    GridRows = "grid-template-rows",
    GridColumns = "grid-template-columns",
    FlexDirection = "flex-direction",
    Order = "order",
    TextIndent = "text-indent",
    TextAlign = "text-align",
    WhiteSpace = "white-space",
    LineHeight = "line-height",
    LetterSpacing = "letter-spacing",
    WordSpacing = "word-spacing",
    TextDecoration = "text-decoration",
    Cursor = "cursor",
    PointerEvents = "pointer-events",
    UnicodeBidi = "unicode-bidi",
    Direction = "direction",
    UserSelect = "user-select",
    Clip = "clip",
    ClipPath = "clip-path",
    Mask = "mask-image",
    MaskSize = "mask-size",
    Transform = "transform",
    Scale = "scale",
    Translate = "translate",
    Rotate = "rotate",
    Backface = "backface-visibility",
    Zoom = "zoom",
    FontSize = "font-size",
    Color = "color",
    Fill = "-webkit-text-fill-color",
    TextStroke = "-webkit-text-stroke",
    BackgroundColor = "background-color",
    BackgroundImage = "background-image",
    BackgroundClip = "background-clip",
    BackgroundSize = "background-size",
    Border = "border",
    TextShadow = "text-shadow",
    MixBlend = "mix-blend-mode",
    Animation = "animation",
    AnimationDelay = "animation-delay",
    AnimationFill = "animation-fill-mode",
    AnimationState = "animation-play-state",
    TransitionDelay = "transition-delay",
    Content = "content",
    AlignItems = "align-items",
    AlignSelf = "align-self",
    JustifyItems = "justify-items",
    JustifySelf = "justify-self",
}

/// One declaration, with shorthands taken apart.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Declaration {
    /// The property; `None` for a custom property.
    pub(crate) property: Option<Property>,
    /// The name of a custom property, with its dashes, in lower case.
    pub(crate) custom: Option<Rc<str>>,
    /// The value, trimmed and in lower case.
    pub(crate) value: Piece,
    /// The same as a text of its own, once it was asked for.
    text: OnceCell<Rc<str>>,
    /// Whether it is `!important`.
    pub(crate) important: bool,
    /// What it takes to apply it, once that was asked for.
    state: OnceCell<State>,
}

/// What it takes to apply a declaration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// Nothing.
    Valid,
    /// Browsers drop it.
    Invalid,
    /// Custom properties have to be put in.
    HasReference,
}

impl Declaration {
    /// The value as a text of its own, for those that win: they are asked for often.
    pub(crate) fn text(&self) -> Rc<str> {
        self.text.get_or_init(|| Rc::from(&*self.value)).clone()
    }

    /// What it takes to apply it.
    pub(crate) fn state(&self) -> State {
        *self.state.get_or_init(|| {
            let valid = |property| is_valid(property, &self.value);
            if self.value.contains("var(") {
                State::HasReference
            } else if self.property.is_some_and(valid) {
                State::Valid
            } else {
                State::Invalid
            }
        })
    }
}

/// Reads the declarations of a `style` attribute or of a rule's block.
pub(crate) fn declarations(block: &str) -> Vec<Declaration> {
    let mut found = Vec::new();
    if !block.is_empty() {
        let whole: Rc<str> = without_comments(block).into();
        for text in tops(&whole, b';') {
            declare(text, &whole, &mut found);
        }
    }
    found
}

/// A comment may stand between any two tokens, and parts a word in two.
fn without_comments(text: &str) -> Cow<'_, str> {
    if !text.contains("/*") {
        return Cow::Borrowed(text);
    }
    let mut bare = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("/*") {
        bare.push_str(before);
        bare.push(' ');
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    bare.push_str(rest);
    Cow::Owned(bare)
}

/// Reads one declaration, shorthands taken apart. It is a part of a text, without comments, which its
/// values share.
pub(crate) fn declare(text: &str, whole: &Rc<str>, into: &mut Vec<Declaration>) {
    let Some((name, value)) = text.split_once(':') else {
        return;
    };
    let name = name.trim();
    let mut value = value.trim();
    let mut important = false;
    if let Some(at) = value.rfind('!')
        && value[at + 1..].trim().eq_ignore_ascii_case("important")
    {
        important = true;
        value = value[..at].trim_end();
    }
    let is_custom = name.starts_with("--");
    if (value.is_empty() && !is_custom) || value.len() > 20_000 {
        return;
    }
    let plain_name = if name.bytes().all(is_simple) {
        Cow::Borrowed(name)
    } else {
        Cow::Owned(unescape(&name.to_ascii_lowercase()))
    };
    if !is_custom && !is_kept(&plain_name) {
        return;
    }
    let value = if value.bytes().all(is_simple) {
        Piece::within(whole, value)
    } else {
        let lower = value.to_ascii_lowercase();
        let is_space = |b: u8| matches!(b, b'\n' | b'\t' | b'\r' | 0xc);
        if lower.bytes().any(is_space) {
            unescape(&lower.replace(['\n', '\t', '\r', '\u{c}'], " ")).into()
        } else {
            unescape(&lower).into()
        }
    };
    if is_custom {
        into.push(Declaration {
            property: None,
            custom: Some(name.to_ascii_lowercase().into()),
            value,
            important,
            text: OnceCell::new(),
            state: OnceCell::new(),
        });
        return;
    }
    let mut push = |property: Property, value: Piece| {
        into.push(Declaration {
            property: Some(property),
            custom: None,
            value,
            important,
            text: OnceCell::new(),
            state: OnceCell::new(),
        });
    };
    expand(&plain_name, &value, &mut push);
}

/// Whether a byte of a declaration is meant as it is written.
const fn is_simple(byte: u8) -> bool {
    !byte.is_ascii_uppercase() && !matches!(byte, b'\\' | b'\n' | b'\t' | b'\r' | 0xc)
}

/// Undoes `\`-escapes in a name or a value (`displa\79`), which browsers accept.
fn unescape(name: &str) -> String {
    if !name.contains('\\') {
        return name.to_owned();
    }
    let mut plain = String::new();
    let mut chars = name.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '\\' {
            plain.push(c);
            continue;
        }
        let mut code = String::new();
        while code.len() < 6 && chars.peek().is_some_and(char::is_ascii_hexdigit) {
            code.extend(chars.next());
        }
        match u32::from_str_radix(&code, 16).ok().and_then(char::from_u32) {
            Some(c) => {
                plain.push(c);
                chars.next_if(|c| c.is_whitespace());
            }
            None => plain.extend(chars.next()),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shorthands_are_taken_apart() {
        let found =
            declarations("margin:0 0 0 -9999px!important;font:0/0 a;background:#fff url(x)");
        let value = |p| {
            found
                .iter()
                .find(|d| d.property == Some(p))
                .map(|d| &*d.value)
        };
        assert_eq!(value(Property::MarginLeft), Some("-9999px"));
        assert_eq!(value(Property::FontSize), Some("0"));
        assert_eq!(value(Property::BackgroundColor), Some("#fff"));
        assert_eq!(value(Property::BackgroundImage), Some("url()"));
        assert!(found[0].important);
    }

    #[test]
    fn data_addresses_and_quotes_do_not_end_a_declaration() {
        let found = declarations("background:url(data:a;b);content:';';display:none");
        assert!(found.iter().any(|d| d.property == Some(Property::Display)));
    }
}

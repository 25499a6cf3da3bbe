//! Declarations: the properties that can hide, with shorthands taken apart.

use std::borrow::Cow;
use std::rc::Rc;

use crate::css::selector::split_top;

macro_rules! properties {
    ($($variant:ident = $name:literal),* $(,)?) => {
        /// A property that can hide, show, or tell how large something is.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum Property { $(#[doc = $name] $variant,)* }

        impl Property {
            /// Every property.
            pub(crate) const ALL: &[Self] = &[$(Self::$variant,)*];

            /// Its name.
            pub(crate) const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            fn of(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

properties! {
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
    Overflow = "overflow",
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
    PaddingX = "padding-left",
    PaddingY = "padding-top",
    TextIndent = "text-indent",
    Clip = "clip",
    ClipPath = "clip-path",
    Transform = "transform",
    Scale = "scale",
    Translate = "translate",
    Zoom = "zoom",
    FontSize = "font-size",
    Color = "color",
    Fill = "-webkit-text-fill-color",
    BackgroundColor = "background-color",
    BackgroundImage = "background-image",
    TextShadow = "text-shadow",
    MixBlend = "mix-blend-mode",
    Animation = "animation",
    Content = "content",
}

/// One declaration, with shorthands taken apart.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Declaration {
    /// The property; `None` for a custom property.
    pub(crate) property: Option<Property>,
    /// The name of a custom property, with its dashes.
    pub(crate) custom: Option<Rc<str>>,
    /// The value, trimmed and in lower case.
    pub(crate) value: Rc<str>,
    /// Whether it is `!important`.
    pub(crate) important: bool,
}

/// Reads the declarations of a `style` attribute or of a rule's block.
pub(crate) fn declarations(block: &str) -> Vec<Declaration> {
    let mut found = Vec::new();
    for text in split_top(block, b';') {
        declare(text, &mut found);
    }
    found
}

/// Comments may stand between any two tokens, and part none of them.
fn without_comments(text: &str) -> Cow<'_, str> {
    if !text.contains("/*") {
        return Cow::Borrowed(text);
    }
    let mut bare = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("/*") {
        bare.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    bare.push_str(rest);
    Cow::Owned(bare)
}

/// Reads one declaration, shorthands taken apart.
pub(crate) fn declare(text: &str, into: &mut Vec<Declaration>) {
    let bare = without_comments(text);
    let Some((name, value)) = bare.split_once(':') else {
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
    if value.is_empty() || value.len() > 20_000 {
        return;
    }
    let value: Rc<str> = value.to_ascii_lowercase().into();
    if name.starts_with("--") {
        into.push(Declaration {
            property: None,
            custom: Some(name.into()),
            value,
            important,
        });
        return;
    }
    let mut push = |property: Property, value: Rc<str>| {
        into.push(Declaration {
            property: Some(property),
            custom: None,
            value,
            important,
        });
    };
    expand(&unescape(&name.to_ascii_lowercase()), &value, &mut push);
}

/// Undoes `\`-escapes in a property name (`displa\79`), which browsers accept.
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

/// Takes a shorthand apart as far as our properties go.
pub(crate) fn expand(name: &str, value: &Rc<str>, push: &mut dyn FnMut(Property, Rc<str>)) {
    let part = |at: usize| -> Rc<str> {
        let parts: Vec<&str> = value.split_whitespace().collect();
        let pick = match (parts.len(), at) {
            (0, _) => None,
            (1, _) => parts.first(),
            (2, at) => parts.get(at % 2),
            (3, 3) => parts.get(1),
            (_, at) => parts.get(at),
        };
        pick.copied().unwrap_or_default().into()
    };
    match name {
        "margin" => {
            for (at, side) in [
                Property::MarginTop,
                Property::MarginRight,
                Property::MarginBottom,
                Property::MarginLeft,
            ]
            .into_iter()
            .enumerate()
            {
                push(side, part(at));
            }
        }
        "inset" => {
            for (at, side) in [
                Property::Top,
                Property::Right,
                Property::Bottom,
                Property::Left,
            ]
            .into_iter()
            .enumerate()
            {
                push(side, part(at));
            }
        }
        "padding" => {
            push(Property::PaddingY, part(0));
            push(Property::PaddingX, part(1));
        }
        "padding-bottom" | "padding-block" => push(Property::PaddingY, value.clone()),
        "padding-right" | "padding-inline" => push(Property::PaddingX, value.clone()),
        "inset-inline-start" => push(Property::Left, value.clone()),
        "inset-inline-end" => push(Property::Right, value.clone()),
        "margin-inline-start" => push(Property::MarginLeft, value.clone()),
        "inline-size" => push(Property::Width, value.clone()),
        "block-size" => push(Property::Height, value.clone()),
        "max-block-size" => push(Property::MaxHeight, value.clone()),
        "overflow-x" | "overflow-y" => push(Property::Overflow, value.clone()),
        "background" => expand_background(value, push),
        "font" => {
            let size = value
                .split_whitespace()
                .map(|word| word.split('/').next().unwrap_or_default())
                .find(|word| word.starts_with(|c: char| c.is_ascii_digit() || c == '.'))
                .filter(|word| word.parse::<u32>().map_or(true, |weight| weight == 0));
            if let Some(size) = size {
                push(Property::FontSize, size.into());
            }
        }
        "-webkit-transform" | "-ms-transform" | "-moz-transform" => {
            push(Property::Transform, value.clone());
        }
        "-webkit-clip-path" => push(Property::ClipPath, value.clone()),
        "-webkit-filter" => push(Property::Filter, value.clone()),
        "animation-name" | "-webkit-animation" => push(Property::Animation, value.clone()),
        _ => {
            if let Some(property) = Property::of(name) {
                push(property, value.clone());
            }
        }
    }
}

fn expand_background(value: &Rc<str>, push: &mut dyn FnMut(Property, Rc<str>)) {
    if value.contains("var(") {
        // What a variable adds to a background is not known before it is put in.
        push(Property::BackgroundColor, value.clone());
        return;
    }
    let image = ["url(", "gradient(", "image(", "image-set("]
        .iter()
        .any(|form| value.contains(form));
    push(
        Property::BackgroundImage,
        if image { "url()".into() } else { "none".into() },
    );
    let color = split_top(value, b' ')
        .into_iter()
        .find(|word| crate::css::values::color(word).is_some() || *word == "currentcolor");
    push(
        Property::BackgroundColor,
        color.unwrap_or("transparent").into(),
    );
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

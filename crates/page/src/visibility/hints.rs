//! Declarations that presentational attributes stand for.

use crate::css::declaration::Property;
use crate::css::piece::Piece;
use crate::outline::attr;

/// The attributes of an element, as declarations that lose to every other.
pub(crate) fn hints(element: &scraper::node::Element) -> Vec<(Property, Piece)> {
    let mut found = Vec::new();
    let mut hint = |property, name: &str| {
        if let Some(value) = attr(element, name) {
            found.push((property, Piece::from(value.trim().to_ascii_lowercase())));
        }
    };
    match element.name() {
        "font" => {
            hint(Property::Color, "color");
            if let Some(size) = attr(element, "size").and_then(font_size) {
                found.push((Property::FontSize, Piece::Fixed(size)));
            }
        }
        "body" => {
            hint(Property::Color, "text");
            hint(Property::BackgroundColor, "bgcolor");
        }
        "table" | "thead" | "tbody" | "tfoot" | "tr" | "td" | "th" | "marquee" => {
            hint(Property::BackgroundColor, "bgcolor");
        }
        _ if &*element.name.ns == "http://www.w3.org/2000/svg" => {
            hint(Property::Display, "display");
            hint(Property::Visibility, "visibility");
            hint(Property::Opacity, "opacity");
            hint(Property::FontSize, "font-size");
            hint(Property::Fill, "fill");
            hint(Property::PointerEvents, "pointer-events");
            if attr(element, "fill-opacity").is_some_and(|value| value.trim() == "0") {
                found.push((Property::Fill, Piece::Fixed("transparent")));
            }
        }
        "bdo" => found.push((Property::UnicodeBidi, Piece::Fixed("isolate-override"))),
        _ => {}
    }
    if let Some(direction) = attr(element, "dir") {
        found.push((
            Property::Direction,
            Piece::from(direction.trim().to_ascii_lowercase()),
        ));
    }
    for (property, value) in &mut found {
        match property {
            Property::Color | Property::BackgroundColor => legacy_color(value),
            Property::Fill if &**value == "none" => *value = Piece::Fixed("transparent"),
            _ => {}
        }
    }
    let has_backdrop = matches!(
        element.name(),
        "body" | "table" | "thead" | "tbody" | "tfoot" | "tr" | "td" | "th"
    );
    if has_backdrop && attr(element, "background").is_some() {
        found.push((Property::BackgroundImage, Piece::Fixed("url()")));
    }
    found
}

/// Attributes take a color without its mark.
fn legacy_color(value: &mut Piece) {
    let is_hex = matches!(value.len(), 3 | 6) && value.bytes().all(|b| b.is_ascii_hexdigit());
    if is_hex {
        *value = format!("#{}", &**value).into();
    }
}

/// The seven sizes of `font`.
fn font_size(size: &str) -> Option<&'static str> {
    let size = size.trim();
    let number: i32 = size.parse().ok()?;
    let number = if size.starts_with(['+', '-']) {
        3 + number
    } else {
        number
    };
    Some(match number {
        i32::MIN..=1 => "10px",
        2 => "13px",
        3 => "16px",
        4 => "18px",
        5 => "24px",
        6 => "32px",
        _ => "48px",
    })
}

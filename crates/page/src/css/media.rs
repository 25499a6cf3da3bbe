//! Media conditions, evaluated for a fixed set of viewer profiles.

use crate::css::length::{Units, length};

/// A set of profiles, one bit each.
pub(crate) type Profiles = u8;

/// Widths of the screens that a page is judged for: phone, tablet, desktop.
pub(crate) const WIDTHS: [f32; 3] = [390.0, 768.0, 1280.0];

/// Heights of the same screens.
pub(crate) const HEIGHTS: [f32; 3] = [844.0, 1_024.0, 800.0];

/// Every profile.
pub(crate) const ALL: Profiles = 0b111;

/// The profiles in which a media query list holds. An empty list always holds; a query that is
/// not understood holds nowhere, as browsers have it.
pub(crate) fn profiles(query_list: &str) -> Profiles {
    let list = query_list.trim().to_ascii_lowercase();
    if list.is_empty() {
        return ALL;
    }
    list.split(',')
        .map(|query| query_profiles(query.trim()))
        .fold(0, |all, some| all | some)
}

/// Whether a list that holds on no screen holds on paper.
pub(crate) fn prints(query_list: &str) -> bool {
    let list = query_list.to_ascii_lowercase();
    list.split(',').any(|query| {
        let query = query.trim();
        query
            .strip_prefix("only ")
            .unwrap_or(query)
            .trim()
            .starts_with("print")
            || query == "not screen"
    })
}

fn query_profiles(query: &str) -> Profiles {
    let (negated, query) = match query.strip_prefix("not ") {
        Some(rest) => (true, rest.trim()),
        None => (false, query.strip_prefix("only ").unwrap_or(query).trim()),
    };
    let mut holds = 0;
    for (bit, &width) in WIDTHS.iter().enumerate() {
        if parts_hold(query, width) {
            holds |= 1 << bit;
        }
    }
    if negated { ALL & !holds } else { holds }
}

fn parts_hold(query: &str, width: f32) -> bool {
    if query.contains(") or (") {
        return query
            .split(" or ")
            .any(|part| part_holds(part.trim(), width));
    }
    query
        .split(" and ")
        .all(|part| part_holds(part.trim(), width))
}

fn part_holds(part: &str, width: f32) -> bool {
    if let Some(rest) = part.strip_prefix("not ") {
        return !part_holds(rest.trim(), width);
    }
    let inner = part.trim_start_matches('(').trim_end_matches(')').trim();
    if !part.starts_with('(') {
        return matches!(inner, "all" | "screen");
    }
    if inner.contains(['<', '>']) {
        return range_holds(inner, width);
    }
    let (name, value) = match inner.split_once(':') {
        Some((name, value)) => (name.trim(), value.trim()),
        None => (inner, ""),
    };
    let px = || pixels(value);
    match name {
        "min-width" | "min-device-width" => px().is_some_and(|px| width >= px),
        "max-width" | "max-device-width" => px().is_some_and(|px| width <= px),
        "width" => value.is_empty() || px().is_some_and(|px| (width - px).abs() < 0.5),
        "min-height" | "min-device-height" => px().is_some_and(|px| px <= 800.0),
        "max-height" | "max-device-height" => px().is_some_and(|px| px >= 800.0),
        "orientation" => (value == "portrait") == (width < 800.0),
        "hover" | "any-hover" => (value != "none") == (width > 1000.0),
        "pointer" | "any-pointer" => match value {
            "fine" => width > 1000.0,
            "coarse" => width <= 1000.0,
            other => other != "none",
        },
        "prefers-color-scheme" => value == "light",
        "prefers-reduced-motion" | "prefers-contrast" => value == "no-preference",
        "color" | "grid" => name == "color",
        "scripting" => value == "enabled",
        "display-mode" => value == "browser",
        "update" => value == "fast",
        _ => name.contains("resolution") || name.contains("pixel-ratio"),
    }
}

fn range_holds(inner: &str, width: f32) -> bool {
    let Some(at) = inner.find("width") else {
        return !inner.contains("height") || !inner.contains('<');
    };
    let (left, right) = (inner[..at].trim(), inner[at + 5..].trim());
    let left_holds = left.is_empty() || {
        let bound = pixels(left.trim_end_matches(['<', '>', '=', ' ']));
        bound.is_some_and(|bound| compare(bound, left, width))
    };
    let right_holds = right.is_empty() || {
        let bound = pixels(right.trim_start_matches(['<', '>', '=', ' ']));
        bound.is_some_and(|bound| compare(width, right, bound))
    };
    left_holds && right_holds
}

fn compare(left: f32, operator: &str, right: f32) -> bool {
    let or_equal = operator.contains('=') && (left - right).abs() < 0.01;
    or_equal
        || if operator.contains('<') {
            left < right
        } else {
            left > right
        }
}

fn pixels(value: &str) -> Option<f32> {
    length(value.trim(), Units::initial()).and_then(|length| length.px())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_media_query_holds_for_the_screens_that_it_describes() {
        for (query, expected) in [
            ("", 0b111),
            ("screen", 0b111),
            ("print", 0),
            ("speech", 0),
            ("not all", 0),
            ("only screen and (max-width: 600px)", 0b001),
            ("(min-width:48em)", 0b110),
            ("(min-width:600px) and (max-width:900px)", 0b010),
            ("screen, print", 0b111),
            ("(max-width: 1px)", 0),
            ("(width >= 1000px)", 0b100),
            ("(400px <= width <= 900px)", 0b010),
            ("not print", 0b111),
        ] {
            assert_eq!(profiles(query), expected, "{query}");
        }
    }
}

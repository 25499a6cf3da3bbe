//! Pseudo-classes: states are taken off a selector, and what scraper does not know is put into words
//! that it knows.

use std::borrow::Cow;

use crate::css::selector::{
    Prepared, Pseudo, next_colon, patch, pseudo_end, specificity, split_top,
};

/// States that no page is in as it loads.
const STATES: &[&str] = &[
    "hover",
    "focus-within",
    "focus-visible",
    "focus",
    "active",
    "target-within",
    "target",
    "popover-open",
    "indeterminate",
    "valid",
    "invalid",
    "user-valid",
    "user-invalid",
    "in-range",
    "out-of-range",
    "autofill",
    "-webkit-autofill",
    "placeholder-shown",
    "modal",
    "fullscreen",
    "-webkit-full-screen",
    "picture-in-picture",
    "current",
    "playing",
    "state",
];

/// What holds for everything that we judge.
const ALWAYS: &[&str] = &["enabled", "defined", "read-write", "read-only", "optional"];

/// Pseudo-classes that scraper matches itself.
const STRUCTURE: &[&str] = &[
    "root",
    "empty",
    "scope",
    "first-child",
    "last-child",
    "only-child",
    "first-of-type",
    "last-of-type",
    "only-of-type",
    "nth-child",
    "nth-last-child",
    "nth-of-type",
    "nth-last-of-type",
];

/// Pseudo-elements with one colon, as old sheets write them.
const OLD_ELEMENTS: &[&str] = &["before", "after", "first-letter", "first-line"];

/// Functions nested deeper than this make a selector unread.
const MAX_DEPTH: u32 = 6;

/// A selector as it is taken apart.
#[derive(Default)]
struct Parts {
    base: String,
    stripped: String,
    has_state: bool,
    base_holds: bool,
    needs_focus: bool,
    ends_with_state: bool,
    pseudo: Option<Pseudo>,
}

/// Prepares one complex selector (no top-level comma); `None` when it can never match here.
pub(crate) fn prepare(selector: &str) -> Option<Prepared<'_>> {
    let selector = selector.trim();
    let specificity = specificity(selector);
    if !selector.contains(':') {
        return Some(Prepared {
            base: Some(Cow::Borrowed(selector)),
            with_state: None,
            needs_focus: false,
            ends_with_state: false,
            pseudo: None,
            specificity,
        });
    }
    let parts = take_apart(selector, 0)?;
    Some(Prepared {
        base: parts.base_holds.then(|| patch(&parts.base).into()),
        with_state: parts.has_state.then(|| patch(&parts.stripped).into()),
        needs_focus: parts.needs_focus,
        ends_with_state: parts.ends_with_state,
        pseudo: parts.pseudo,
        specificity,
    })
}

fn take_apart(selector: &str, depth: u32) -> Option<Parts> {
    if depth > MAX_DEPTH {
        return None;
    }
    let mut parts = Parts {
        base_holds: true,
        ..Parts::default()
    };
    let mut rest = selector;
    while let Some(at) = next_colon(rest) {
        parts.both(&rest[..at]);
        let pseudo = &rest[at..];
        let (word, after) = pseudo.split_at(pseudo_end(pseudo));
        rest = after;
        if word.starts_with(":host") {
            parts.host(word, after);
            continue;
        }
        parts.take(word, depth)?;
    }
    parts.both(rest);
    Some(parts)
}

impl Parts {
    fn both(&mut self, text: &str) {
        self.base.push_str(text);
        self.stripped.push_str(text);
    }

    /// The element around a shadow tree. As the subject it is an element like others; around
    /// another it says nothing, unless it is asked for something that scripts set on it.
    fn host(&mut self, word: &str, after: &str) {
        let asked = arguments(word);
        if after.trim().is_empty() {
            self.both(":has(> template[shadowrootmode])");
            if !asked.is_empty() && word.starts_with(":host(") {
                self.both(&format!(":is({asked})"));
            }
        } else if !asked.is_empty() {
            self.has_state = true;
            self.base_holds = false;
        }
    }

    /// Takes one pseudo-class or pseudo-element; `None` when nothing here can match it.
    fn take(&mut self, word: &str, depth: u32) -> Option<()> {
        let name = word.trim_start_matches(':').to_ascii_lowercase();
        let bare = name.split('(').next().unwrap_or_default();
        if word.starts_with("::") || OLD_ELEMENTS.contains(&bare) {
            self.pseudo = Some(match bare {
                "before" => Pseudo::Before,
                "after" => Pseudo::After,
                _ => return None,
            });
            return Some(());
        }
        if STATES.contains(&bare) {
            self.has_state = true;
            self.needs_focus |= bare.starts_with("focus");
            self.base_holds = false;
            return Some(());
        }
        if ALWAYS.contains(&bare) {
            return Some(());
        }
        match bare {
            "visited" => return None,
            "checked" | "default" => {
                self.has_state = true;
                // What is checked as the page loads can be unchecked, but stays the default.
                self.ends_with_state |= bare == "checked";
                self.base.push_str(":is([checked],[selected])");
            }
            "open" => {
                self.has_state = true;
                self.ends_with_state = true;
                self.base.push_str("[open]");
            }
            "link" | "any-link" | "-webkit-any-link" => self.both("[href]"),
            "disabled" => self.both("[disabled]"),
            "required" => self.both("[required]"),
            "lang" => {
                let tag = arguments(&name).trim_matches(['"', '\'']).to_owned();
                if !tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
                    return None;
                }
                self.both(&format!(":is([lang|='{tag}' i],[lang|='{tag}' i] *)"));
            }
            "dir" if arguments(&name) == "rtl" => self.both(":is([dir=rtl],[dir=rtl] *)"),
            "dir" => self.both(":not(:is([dir=rtl],[dir=rtl] *))"),
            "is" | "where" | "has" | "matches" | "-webkit-any" | "not" => {
                self.function(bare, arguments(word), depth)?;
            }
            _ => self.both(word),
        }
        Some(())
    }

    /// `:is(…)`, `:where(…)`, `:has(…)` and `:not(…)`, each alternative taken apart.
    fn function(&mut self, name: &str, inner: &str, depth: u32) -> Option<()> {
        let negates = name == "not";
        let (mut held, mut stripped) = (Vec::new(), Vec::new());
        for alternative in split_top(inner, b',') {
            let alternative = alternative.trim();
            // What stands in `:has()` may begin with a combinator.
            let start = alternative
                .find(|c: char| !matches!(c, '>' | '+' | '~' | ' '))
                .unwrap_or(0);
            let (combinator, plain) = alternative.split_at(start);
            if negates && plain.contains(":defined") {
                if !self
                    .base
                    .trim_end()
                    .rsplit([' ', '>', '+', '~'])
                    .next()?
                    .contains('-')
                {
                    return None;
                }
                self.ends_with_state = true;
                continue;
            }
            let Some(parts) = take_apart(plain, depth + 1) else {
                continue;
            };
            if parts.pseudo.is_some() {
                continue;
            }
            let text = |text: &str| format!("{combinator}{}", patch(text));
            if parts.base_holds {
                held.push(text(&parts.base));
            }
            if negates {
                self.ends_with_state |= parts.has_state;
                self.needs_focus |= parts.needs_focus;
                if parts.base_holds && !parts.has_state {
                    stripped.push(text(&parts.base));
                }
            } else {
                self.has_state |= parts.has_state;
                self.needs_focus |= parts.needs_focus;
                self.ends_with_state |= parts.ends_with_state;
                stripped.push(text(&parts.stripped));
            }
        }
        let name = if matches!(name, "matches" | "-webkit-any") {
            "is"
        } else {
            name
        };
        let put = |into: &mut String, list: &[String]| {
            if !list.is_empty() {
                into.push_str(&format!(":{name}({})", list.join(",")));
            }
        };
        if !negates && stripped.is_empty() {
            return None;
        }
        self.base_holds &= negates || !held.is_empty();
        put(&mut self.base, &held);
        put(&mut self.stripped, &stripped);
        Some(())
    }
}

/// What stands between the brackets of a function.
fn arguments(word: &str) -> &str {
    let inner = word.split_once('(').map_or("", |(_, inner)| inner);
    inner.strip_suffix(')').unwrap_or(inner).trim()
}

/// Whether a browser drops the whole rule for this selector: it names a pseudo-class or a
/// pseudo-element that does not exist.
pub(crate) fn is_invalid(selector: &str) -> bool {
    let mut rest = selector;
    while let Some(at) = next_colon(rest) {
        let pseudo = &rest[at..];
        let colons = pseudo.bytes().take_while(|&b| b == b':').count();
        let name_end = pseudo[colons..]
            .bytes()
            .position(|b| !(b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')))
            .map_or(pseudo.len(), |end| colons + end);
        let word = pseudo[..name_end].to_ascii_lowercase();
        rest = &pseudo[name_end.max(1)..];
        let is_element = word.starts_with("::");
        let name = word.trim_start_matches(':');
        let foreign = ["-moz-", "-ms-", "-o-", "-khtml-"]
            .iter()
            .any(|vendor| name.starts_with(vendor));
        if foreign || name.is_empty() {
            return true;
        }
        if is_element || name.starts_with("-webkit-") || OLD_ELEMENTS.contains(&name) {
            continue;
        }
        let known = STATES.contains(&name)
            || ALWAYS.contains(&name)
            || STRUCTURE.contains(&name)
            || matches!(
                name,
                "visited"
                    | "host"
                    | "host-context"
                    | "checked"
                    | "default"
                    | "open"
                    | "link"
                    | "any-link"
                    | "disabled"
                    | "required"
                    | "lang"
                    | "dir"
                    | "is"
                    | "where"
                    | "has"
                    | "matches"
                    | "not"
                    | "past"
                    | "future"
                    | "paused"
                    | "seeking"
                    | "stalled"
                    | "buffering"
                    | "muted"
                    | "volume-locked"
                    | "heading"
                    | "active-view-transition"
                    | "interest-source"
                    | "active-view-transition-type"
                    | "has-slotted"
                    | "local-link"
                    | "blank"
            );
        if !known {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_inside_of_functions_are_taken_off() {
        let has = prepare(".w:has(:focus) .m").unwrap();
        assert_eq!(has.base, None);
        assert_eq!(has.with_state.as_deref(), Some(".w:has(*) .m"));
        let checked = prepare(".w:has(> input:checked) .m").unwrap();
        assert_eq!(
            checked.base.as_deref(),
            Some(".w:has(> input:is([checked],[selected])) .m")
        );
        let is = prepare(":is(.a:hover, .b) x").unwrap();
        assert_eq!(is.base.as_deref(), Some(":is(.b) x"));
        assert_eq!(is.with_state.as_deref(), Some(":is(.a,.b) x"));
        let not = prepare(".x:not(:hover, .y)").unwrap();
        assert_eq!(not.base.as_deref(), Some(".x:not(.y)"));
        assert!(not.ends_with_state);
        assert_eq!(
            prepare("p:has(> b)").unwrap().base.as_deref(),
            Some("p:has(> b)")
        );
        assert_eq!(prepare("div:not(:defined)"), None);
        assert!(prepare("x-card:not(:defined)").unwrap().ends_with_state);
    }

    #[test]
    fn a_host_that_is_asked_for_something_is_a_state() {
        let wide = prepare(":host([wide]) .o").unwrap();
        assert_eq!(wide.base, None);
        assert_eq!(prepare(":host .o").unwrap().base.as_deref(), Some(".o"));
        assert_eq!(
            prepare(":host").unwrap().base.as_deref(),
            Some(":has(> template[shadowrootmode])")
        );
    }

    #[test]
    fn selectors_that_do_not_exist_are_invalid() {
        for invalid in ["a:nonsense", "i:-moz-full-screen", "::-moz-selection", "a:"] {
            assert!(is_invalid(invalid), "{invalid}");
        }
        for valid in [
            "a:hover::before",
            "::-webkit-scrollbar",
            "li:nth-child(2n+1):not(.x)",
            "a",
        ] {
            assert!(!is_invalid(valid), "{valid}");
        }
    }
}

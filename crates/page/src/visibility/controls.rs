//! What of a page's markup and scripts names something that it may show.

use std::collections::{HashMap, HashSet};

use crate::outline::{Index, Outline};

/// What a script says when it waits for an act.
const LISTENS: &[&str] = &[
    "addEventListener(",
    ".onclick",
    ".click(function",
    ".click((",
    ".click(e",
    ".on(",
    ".toggle(",
    ".hover(",
];

/// What a script says when it shows something.
const SHOWS: &[&str] = &[
    ".style",
    "classList",
    "className",
    ".show",
    "oggle",
    ".hidden",
    "fadeIn",
    "slide",
    ".css(",
    "Attribute(",
    "ddClass",
    "removeClass",
    ".open",
];

/// What the controls and the scripts of a page name.
#[derive(Default)]
pub(super) struct Controls {
    /// Ids named by a control, with the control, and whether what stands next to the element may be
    /// meant, too.
    pub(super) ids: HashMap<String, Vec<(Index, bool)>>,
    /// Classes named by a control's target selector.
    pub(super) classes: HashSet<String>,
    /// Ids and classes that a script with a click handler names.
    pub(super) scripted: HashSet<String>,
    /// Whether the page has tabs.
    pub(super) has_tabs: bool,
    /// Whether the page names a script that was not read.
    pub(super) has_outer_script: bool,
    /// Elements that are `inert` or `aria-hidden`, in document order.
    unreachable: Vec<(Index, &'static str)>,
}

impl Controls {
    /// Collects the controls of a page. O(elements).
    pub(super) fn of_page(outline: &Outline<'_>) -> Self {
        let mut controls = Self::default();
        for index in 0..outline.items.len() {
            controls.take(outline, index);
        }
        controls
    }

    fn take(&mut self, outline: &Outline<'_>, index: Index) {
        let Some(element) = outline.element(index) else {
            return;
        };
        if element.name() == "script" {
            self.has_outer_script |= outline.attr(index, "src").is_some();
            self.take_script(outline, index);
            return;
        }
        for (name, value) in element.attrs() {
            match name {
                "aria-controls" | "popovertarget" | "commandfor" | "aria-owns"
                | "aria-describedby" => {
                    for id in value.split_whitespace().take(16) {
                        self.name_id(id, index, true);
                    }
                }
                "href" => {
                    if let Some(id) = value.trim().strip_prefix('#').filter(|id| !id.is_empty()) {
                        self.name_id(id, index, false);
                    }
                }
                "inert" => self.unreachable.push((index, "inert")),
                "aria-hidden" if value == "true" => {
                    self.unreachable.push((index, "aria-hidden"));
                }
                "role" => self.has_tabs |= value == "tab",
                "onclick" | "onmouseover" | "onmouseenter" | "onfocus" | "onchange" => {
                    for word in quoted_words(value) {
                        self.name_id(word, index, false);
                    }
                }
                _ if name.starts_with("data-") && !name.starts_with("data-src") => {
                    self.take_target(value, index);
                }
                _ => {}
            }
        }
    }

    fn name_id(&mut self, id: &str, control: Index, wide: bool) {
        self.ids
            .entry(id.to_owned())
            .or_default()
            .push((control, wide));
    }

    /// `data-target="#menu"`, `data-bs-target=".panel"` and the like.
    fn take_target(&mut self, value: &str, index: Index) {
        if value.len() > 200 {
            return;
        }
        for part in value.split([',', ' ']) {
            if let Some(id) = part.strip_prefix('#').filter(|id| !id.is_empty()) {
                self.name_id(id, index, true);
            } else if let Some(class) = part.strip_prefix('.').filter(|class| is_word(class)) {
                self.classes.insert(class.to_owned());
            }
        }
    }

    fn take_script(&mut self, outline: &Outline<'_>, index: Index) {
        for text in outline.below(index).filter_map(|at| outline.text(at)) {
            let reacts = text.len() < 200_000
                && LISTENS.iter().any(|sign| text.contains(sign))
                && SHOWS.iter().any(|sign| text.contains(sign));
            if !reacts {
                continue;
            }
            let pieces: Vec<&str> = text.split(['\'', '"', '`']).take(1_001).collect();
            for (word, after) in pieces.iter().skip(1).zip(pieces.iter().skip(2)) {
                let name = word.trim_start_matches(['#', '.']);
                if word.len() <= 60 && is_word(name) && !is_only_used(after) {
                    self.scripted.insert(name.to_owned());
                }
            }
        }
    }

    /// The innermost element around a link that keeps readers and keys from it.
    pub(super) fn unreachable(
        &self,
        outline: &Outline<'_>,
        link: Index,
    ) -> Option<(Index, &'static str)> {
        let before = self.unreachable.partition_point(|(at, _)| *at <= link);
        let found = self.unreachable[..before].iter().rev();
        // Those that end before the link are passed over; a page has few.
        found
            .take(64)
            .find(|(at, _)| *at == link || outline.below(*at).contains(&link))
            .copied()
    }
}

/// Whether what follows a name in a script uses the element and does not show it: it clicks it, reads
/// its address, sends it.
fn is_only_used(after: &str) -> bool {
    let rest = after.trim_start_matches([')', ' ', '?']);
    [
        ".click()",
        ".submit()",
        ".href",
        ".getAttribute",
        ".dispatchEvent",
        ".innerHTML",
    ]
    .iter()
    .any(|use_of_it| rest.starts_with(use_of_it))
}

fn is_word(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

/// Quoted identifiers in a script: `'menu'`, `"#menu"`, `".panel"`.
fn quoted_words(script: &str) -> impl Iterator<Item = &str> {
    script
        .split(['\'', '"', '`'])
        .skip(1)
        .filter(|word| word.len() <= 60 && is_word(word.trim_start_matches(['#', '.'])))
}

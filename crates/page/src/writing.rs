//! Addresses and contacts that are written in the text of a page: in one run of it, split over
//! elements (T08), in a different order than it is shown (V42), and in attributes that a person may
//! read (T10).

mod letters;

use model::{Carrier, Place, Technique, Visibility};

use crate::ascii::begins;
use crate::carriers::Found;
use crate::contact;
use crate::disguise::plain_forms;
use crate::outline::Index;
use crate::text_url;
use crate::texts::{Reader, Run, Spot, Texts, node_at, push_contact};
pub(crate) use letters::Letters;
use letters::{LONG_PIECE, MAX_PIECES, is_long};

/// Attributes that a person may read, or hear.
const READ: [&str; 8] = [
    "alt",
    "title",
    "aria-label",
    "aria-description",
    "placeholder",
    "label",
    "summary",
    "aria-valuetext",
];

/// Whether the last word of a text may be the beginning of an address.
fn may_begin(word: &str) -> bool {
    ["http", "hxxp", "www."]
        .iter()
        .any(|head| begins(word, head))
}

impl Reader<'_, '_> {
    /// Addresses and contacts of one run of text.
    pub(crate) fn written(&self, run: &Run<'_>, found: &mut Found, texts: &mut Texts) {
        let forms = plain_forms(&run.text);
        if run.anchor.is_none() {
            for mut written in text_url::find_in(&run.text, &forms) {
                self.note_split(run, &mut written);
                self.link_in_run(run, &written, found);
            }
            self.shown_only(run, found);
            self.turned(run, found);
        }
        for contact in contact::find_in(&run.text, &forms) {
            let node = node_at(run, contact.at.start);
            let span = self
                .span_in(node, contact.at.start, contact.at.end)
                .or_else(|| self.outline.span(node.1));
            let (visibility, zone) = (self.judge.text(node.1), self.zones[node.1]);
            let before = texts.contacts.len();
            push_contact(&mut texts.contacts, contact.handle, visibility, zone, span);
            if let Some(new) = texts.contacts.get_mut(before) {
                new.techniques = contact.techniques;
            }
        }
    }

    fn link_in_run(&self, run: &Run<'_>, written: &text_url::Written, found: &mut Found) {
        let at = written.at.clone().unwrap_or(0..0);
        let node = node_at(run, at.start);
        let span = written
            .at
            .as_ref()
            .and_then(|at| self.span_in(node, at.start, at.end))
            .or_else(|| self.outline.span(node.1));
        let spot = Spot {
            node: node.1,
            span,
            carrier: Carrier::Text,
            around: &run.text,
        };
        self.text_link(written, &spot, found);
    }

    /// An address that begins in one text node and ends in another is split over elements.
    fn note_split(&self, run: &Run<'_>, written: &mut text_url::Written) {
        let Some(at) = written.at.as_ref().filter(|at| at.end > at.start) else {
            return;
        };
        if run.nodes.len() > 1 && node_at(run, at.start).1 != node_at(run, at.end - 1).1 {
            written.techniques.push(Technique::SPLIT_TEXT);
        }
    }

    /// What is left of a run when its hidden pieces are left out: letters between the letters that a
    /// person sees keep programs from reading the address.
    fn shown_only(&self, run: &Run<'_>, found: &mut Found) {
        if run.nodes.len() < 3 || run.text.len() > 600 {
            return;
        }
        let may_be_address = run.text.contains(['/', '@']) && run.text.contains(['.', ':']);
        let mut shown = String::new();
        let mut is_cut = false;
        for (place, &(start, node)) in run.nodes.iter().enumerate() {
            let end = run
                .nodes
                .get(place + 1)
                .map_or(run.text.len(), |next| next.0);
            if self.judge.is_boxed_out(node)
                || (may_be_address && self.judge.text(node).is_hidden())
            {
                is_cut = true;
            } else {
                shown.push_str(&run.text[start..end]);
            }
        }
        if !is_cut {
            return;
        }
        for mut written in text_url::find(&shown) {
            written.techniques.push(Technique::SPLIT_TEXT);
            written.at = None;
            self.link_in_run(run, &written, found);
        }
    }

    /// Addresses whose pieces are drawn in another order than they are written: by `order`, by a reversed flex box,
    /// by floats. One pass over the elements, and one over the text of those that are drawn so.
    pub(crate) fn redrawn(&self, found: &mut Found) {
        for index in 0..self.outline.items.len() {
            let is_parent =
                self.outline.element(index).is_some() && !self.outline.below(index).is_empty();
            let Some(drawn) = is_parent.then(|| self.judge.redrawn(index)).flatten() else {
                continue;
            };
            let mut pieces = Letters::default();
            for child in drawn {
                let text = self.outline.text_below(child, LONG_PIECE + 1);
                if text.len() > LONG_PIECE || text.contains(char::is_whitespace) {
                    pieces = Letters::default();
                    break;
                }
                pieces.push(&text, child);
            }
            if !pieces.text.contains(['.', ':']) {
                continue;
            }
            for mut written in text_url::find(&pieces.text) {
                let is_cut = |at| pieces.is_cut(at, &written.target);
                if !written.at.as_ref().is_some_and(is_cut) {
                    continue;
                }
                written.techniques.push(Technique::REORDERED_TEXT);
                let spot = Spot {
                    node: index,
                    span: self.outline.span(index),
                    carrier: Carrier::Text,
                    around: &pieces.text,
                };
                self.text_link(&written, &spot, found);
            }
        }
    }

    /// What a run shows backwards: in `bdo`, or where a style overrides the direction.
    fn turned(&self, run: &Run<'_>, found: &mut Found) {
        let mut nodes = run.nodes.iter().peekable();
        while let Some(&(start, node)) = nodes.next() {
            if !self.judge.is_turned(node) {
                continue;
            }
            // Pieces of one text may stand in elements of their own.
            while nodes
                .next_if(|(_, node)| self.judge.is_turned(*node))
                .is_some()
            {}
            let end = nodes.peek().map_or(run.text.len(), |next| next.0);
            if !(5..=600).contains(&(end - start)) {
                continue;
            }
            let shown: String = run.text[start..end].chars().rev().collect();
            for mut written in text_url::find(&shown) {
                written.techniques.push(Technique::REORDERED_TEXT);
                written.at = Some(start..end);
                self.link_in_run(run, &written, found);
            }
        }
    }

    /// Takes a run into the word that is spelled over elements, or ends that word. An address may begin at the end
    /// of one text and go on at the beginning of the next.
    pub(crate) fn spell(
        &self,
        letters: &mut Letters,
        run: &Run<'_>,
        found: &mut Found,
        texts: &mut Texts,
    ) {
        let piece = run.text.trim();
        if piece.is_empty() {
            return;
        }
        let node = run.nodes[0].1;
        if run.anchor.is_some() {
            self.read_out(letters, found, texts);
            return;
        }
        let head_end = piece.find(char::is_whitespace).unwrap_or(piece.len());
        let is_whole = head_end == piece.len();
        // A new scheme begins a new address.
        let starts_anew = piece[..head_end].contains("://") && !letters.text.is_empty();
        let is_full = letters.pieces.len() >= MAX_PIECES || head_end > LONG_PIECE;
        // Letters that make up a word of their own end where a longer text stands.
        if starts_anew || is_full || (letters.are_spelled() && is_long(piece)) {
            self.read_out(letters, found, texts);
        }
        if is_whole {
            if head_end <= LONG_PIECE {
                letters.push(piece, node);
            }
            return;
        }
        if !letters.pieces.is_empty() {
            letters.is_cut_out = true;
            letters.push(&piece[..head_end], node);
            self.read_out(letters, found, texts);
        }
        let tail = piece.rsplit(char::is_whitespace).next().unwrap_or_default();
        if tail.len() <= LONG_PIECE && may_begin(tail) {
            letters.is_cut_out = true;
            letters.push(tail, run.nodes[run.nodes.len() - 1].1);
        }
    }

    /// Ends a word that is spelled over elements.
    pub(crate) fn read_out(&self, letters: &mut Letters, found: &mut Found, texts: &mut Texts) {
        let is_spelled = letters.are_spelled() && letters.text.len() >= 6;
        if !is_spelled && !letters.may_be_cut() {
            letters.clear();
            return;
        }
        let letters = std::mem::take(letters);
        let (pieces, text) = (&letters.pieces, &letters.text);
        let node = pieces[0].1;
        let span = self.outline.span(node);
        let found_in_it = if is_spelled {
            text_url::find(text)
        } else {
            letters.cut_addresses()
        };
        for mut written in found_in_it {
            written.techniques.push(Technique::SPLIT_TEXT);
            let begins_in = letters.node_at(written.at.as_ref().map_or(0, |at| at.start));
            let spot = Spot {
                node: begins_in,
                span: self.outline.span(begins_in),
                carrier: Carrier::Text,
                around: text,
            };
            self.text_link(&written, &spot, found);
        }
        if !is_spelled {
            return;
        }
        for handle in contact::find(text) {
            let before = texts.contacts.len();
            let visibility = self.judge.text(node);
            push_contact(
                &mut texts.contacts,
                handle,
                visibility,
                self.zones[node],
                span,
            );
            if let Some(new) = texts.contacts.get_mut(before) {
                new.techniques.push(Technique::SPLIT_TEXT);
            }
        }
    }

    /// Addresses and contacts in the attributes of an element that a person may read. One pass over
    /// its attributes.
    pub(crate) fn text_of_attributes(
        &self,
        index: Index,
        name: &str,
        found: &mut Found,
        texts: &mut Texts,
    ) {
        let Some(element) = self.outline.element(index) else {
            return;
        };
        for (attribute, value) in element.attrs() {
            if value.len() < 4 {
                continue;
            }
            let is_value = attribute == "value" && matches!(name, "input" | "button");
            let is_note =
                attribute.starts_with("data-") && value.contains(' ') && value.len() < 500;
            if !is_value && !is_note && !READ.contains(&attribute) {
                continue;
            }
            if attribute == "alt" && !texts.is_full() {
                let shown = !self.judge.element(index).is_hidden();
                self.passage(Place::ImageAlt, index, value, shown, texts);
            }
            self.text_of_attribute(index, value, found, texts);
        }
    }

    fn text_of_attribute(&self, index: Index, value: &str, found: &mut Found, texts: &mut Texts) {
        let forms = plain_forms(value);
        let written = text_url::find_in(value, &forms);
        let span = self.outline.span(index);
        if !written.is_empty() {
            let inside_anchor = self
                .outline
                .lineage(index)
                .any(|at| self.outline.name(at) == "a");
            for mut written in written.into_iter().filter(|_| !inside_anchor) {
                written.techniques.push(Technique::ATTRIBUTE_TEXT);
                let spot = Spot {
                    node: index,
                    span,
                    carrier: Carrier::AttributeText,
                    around: value,
                };
                self.text_link(&written, &spot, found);
            }
        }
        for mut contact in contact::find_in(value, &forms) {
            let visibility: Visibility = self.judge.element(index);
            let before = texts.contacts.len();
            let zone = self.zones[index];
            push_contact(&mut texts.contacts, contact.handle, visibility, zone, span);
            if let Some(new) = texts.contacts.get_mut(before) {
                contact.techniques.push(Technique::ATTRIBUTE_TEXT);
                new.techniques = contact.techniques;
            }
        }
    }
}

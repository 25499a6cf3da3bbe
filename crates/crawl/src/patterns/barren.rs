//! What the pages of a pattern bring, and when it is barren.

use case::Likeness;
use model::{Declined, PageUrl};

use super::{BARREN, LINKS, MIXED, NEAR, NEAR_DATES, Pattern, TEXTS};
use crate::likeness::distance;

impl Pattern {
    /// Whether its pages have no end by their kind: dates, or parameters that are combined at will.
    pub(crate) fn is_endless(&self) -> bool {
        self.is_dated() || self.combines()
    }

    fn is_dated(&self) -> bool {
        self.template.contains("{date}")
    }

    fn combines(&self) -> bool {
        self.template.ends_with("?{names}") || self.template.contains(MIXED)
    }

    /// Looks at what stands in a new address.
    pub(crate) fn look_at_values(&mut self, address: &PageUrl) {
        self.state.values.look_at(address);
    }

    /// Whether every address has values of its own that never come twice.
    pub(crate) const fn is_made_up(&self) -> bool {
        self.state.values.are_made_up()
    }

    /// Whether one more address of a barren pattern that a page of it leads to counts as something new: up
    /// to so many do.
    pub(crate) const fn brings(&mut self, most: u32) -> bool {
        let is_new = self.state.brought < most;
        self.state.brought = self.state.brought.saturating_add(1);
        is_new
    }

    /// Whether its last pages brought nothing new.
    pub(crate) const fn is_barren(&self) -> bool {
        self.state.barren >= BARREN
    }

    /// Counts an address that was found.
    pub(crate) const fn offered(&mut self) {
        self.offered += 1;
    }

    /// Counts an address that is not asked.
    pub(crate) const fn withhold(&mut self, why: Declined) {
        self.withheld += 1;
        self.why = Some(why);
    }

    /// Takes an address although nothing new is expected of it, unless `most` were taken so.
    pub(crate) const fn take_barren(&mut self, most: u32) -> bool {
        if self.state.taken >= most {
            return false;
        }
        self.state.taken += 1;
        self.set_back += 1;
        true
    }

    /// Counts a page that was answered; one that says nothing of its own (a redirect) is not looked at.
    pub(crate) const fn answered(&mut self) {
        self.asked += 1;
    }

    /// Looks at a page that was answered: `is_fresh` if it led to something new.
    pub(crate) fn look_at(&mut self, like: Likeness, is_fresh: bool) {
        let near = if self.is_dated() { NEAR_DATES } else { NEAR };
        let combines = self.combines();
        let state = &mut self.state;
        let mut texts = state.texts.iter();
        let is_near = combines || texts.any(|text| distance(*text, like.text) <= near);
        let leads_alike = combines || state.links.contains(&like.links);
        state.dull = match is_near && leads_alike {
            true => state.dull.saturating_add(1),
            false => 0,
        };
        if is_fresh || !is_near || !leads_alike {
            (state.barren, state.taken) = (0, 0);
        } else {
            state.barren = state.barren.saturating_add(1);
        }
        state.texts.retain(|text| *text != like.text);
        state.texts.push_back(like.text);
        if state.texts.len() > TEXTS {
            state.texts.pop_front();
        }
        if !state.links.contains(&like.links) {
            state.links.push_back(like.links);
            if state.links.len() > LINKS {
                state.links.pop_front();
            }
        }
    }
}

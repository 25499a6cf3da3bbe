//! The rules that match an element, in the order in which the cascade weighs them.

use std::cmp::Reverse;
use std::collections::HashMap;

use crate::css::rule::Rule;
use crate::css::rule_set::RuleSet;

/// The rules that match an element, in order of the cascade.
#[derive(Debug, Default)]
pub(crate) struct Matched {
    /// In the order of normal declarations.
    pub(crate) normal: Vec<usize>,
    /// In the order of important declarations, where layers turn it round; else empty.
    pub(crate) important: Vec<usize>,
    /// Those for its `::before` and `::after`.
    pub(crate) pseudo: Vec<usize>,
    /// The profiles among which each behaves as the first that is like it.
    pub(crate) like: [usize; 3],
    /// Whether it is not known of some rule whether it holds.
    pub(crate) is_uncertain: bool,
}

/// The number of a set of rules that match; the first is empty.
pub(crate) type SetId = u32;

impl Matched {
    /// Puts rules that match an element into order. O(rules × log rules).
    pub(super) fn of(all: &[u32], page: &RuleSet) -> Self {
        let (rules, layers) = (&page.rules, &page.layers);
        let rank = |rule: usize| layers.rank(rules[rule].layer);
        let (pseudo, normal): (Vec<usize>, Vec<usize>) = all
            .iter()
            .map(|&rule| rule as usize)
            .partition(|&rule| rules[rule].pseudo.is_some());
        let mut matched = Self {
            normal,
            pseudo,
            ..Self::default()
        };
        matched
            .pseudo
            .sort_by_key(|&rule| (rules[rule].specificity, rule));
        matched
            .normal
            .sort_by_key(|&rule| (rank(rule), rules[rule].specificity, rule));
        keep_last_of_blocks(&mut matched.normal, rules);
        if layers.is_used() {
            matched.important.clone_from(&matched.normal);
            matched
                .important
                .sort_by_key(|&rule| (Reverse(rank(rule)), rules[rule].specificity, rule));
        }
        let holding = |profile: usize| {
            let all = matched.normal.iter().chain(&matched.pseudo);
            all.map(move |&rule| rules[rule].profiles & (1 << profile) != 0)
        };
        for profile in 0..3 {
            let like = (0..profile).find(|&other| holding(other).eq(holding(profile)));
            matched.like[profile] = like.unwrap_or(profile);
        }
        let mut every = matched.normal.iter().chain(&matched.pseudo);
        matched.is_uncertain = every.any(|&rule| rules[rule].is_uncertain);
        matched
    }
}

/// Of the selectors of one block that match an element, the strongest alone counts.
fn keep_last_of_blocks(matched: &mut Vec<usize>, rules: &[Rule]) {
    let mut seen: Vec<u32> = Vec::new();
    let block = |rule: usize| rules[rule].block;
    if matched.len() < 2 {
        return;
    }
    seen.extend(matched.iter().map(|&rule| block(rule)));
    seen.sort_unstable();
    if seen.windows(2).all(|pair| pair[0] != pair[1]) {
        return;
    }
    let mut last: HashMap<u32, usize> = HashMap::new();
    for &rule in matched.iter() {
        last.insert(block(rule), rule);
    }
    matched.retain(|&rule| last.get(&block(rule)) == Some(&rule));
}

//! Rules found by the words of an element, so that it is compared with few of a page's rules.

use std::collections::BTreeMap;

use crate::css::plain::{Key, Look, Word};

/// The first and the last of the links of a chain, plus one; 0 for none.
#[derive(Clone, Copy, Default)]
struct Chain(u32, u32);

/// Rules found by what their rightmost compound names.
///
/// The rules of one word are a chain, in order of appearance.
#[derive(Default)]
pub(crate) struct RuleIndex {
    ids: Vec<Chain>,
    classes: Vec<Chain>,
    names: Vec<Chain>,
    any: Chain,
    /// Each rule, and the link behind it, plus one.
    links: Vec<(usize, u32)>,
    /// Those of shadow trees, by the name of the host.
    trees: BTreeMap<Word, RuleIndex>,
}

/// The chain of a word; words are numbered from one on without gaps, so a list has them all.
fn bucket(buckets: &mut Vec<Chain>, word: Word) -> &mut Chain {
    let at = word as usize;
    if buckets.len() <= at {
        buckets.resize(at + 1, Chain::default());
    }
    &mut buckets[at]
}

impl RuleIndex {
    /// Adds a rule that is found by a key, for elements of a tree.
    pub(crate) fn add(&mut self, key: Key, rule: usize, tree: Word) {
        if tree != 0 {
            return self.trees.entry(tree).or_default().add(key, rule, 0);
        }
        let chain = match key {
            Key::Id(id) => bucket(&mut self.ids, id),
            Key::Class(class) => bucket(&mut self.classes, class),
            Key::Name(name) => bucket(&mut self.names, name),
            Key::Any => &mut self.any,
        };
        self.links.push((rule, 0));
        // A page has far fewer rules than the type has numbers.
        let new = u32::try_from(self.links.len()).unwrap_or(0);
        match self.links.get_mut((chain.1 as usize).wrapping_sub(1)) {
            Some(last) => last.1 = new,
            None => chain.0 = new,
        }
        chain.1 = new;
    }

    /// Whether it holds no rule.
    pub(crate) fn is_empty(&self) -> bool {
        self.links.is_empty() && self.trees.is_empty()
    }

    /// The rules that an element of a look may match.
    pub(crate) fn candidates(&self, look: &Look, into: &mut Vec<usize>) {
        into.clear();
        if look.tree != 0 {
            let inner = self.trees.get(&look.tree);
            return inner.into_iter().for_each(|own| own.in_tree(look, into));
        }
        self.in_tree(look, into);
    }

    /// The same for the elements of one tree.
    fn in_tree(&self, look: &Look, into: &mut Vec<usize>) {
        let mut take = |chain: Chain| {
            let mut next = chain.0;
            while let Some(&(rule, behind)) = self.links.get((next as usize).wrapping_sub(1)) {
                into.push(rule);
                next = behind;
            }
        };
        let of = |buckets: &[Chain], word: Word| {
            let found = buckets.get(word as usize).filter(|_| word != 0);
            found.copied().unwrap_or_default()
        };
        take(self.any);
        take(of(&self.names, look.name));
        for &class in &look.classes {
            take(of(&self.classes, class));
        }
        take(of(&self.ids, look.id));
    }
}

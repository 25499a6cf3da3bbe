//! Chance that is the same on every machine.

/// SplitMix64: one addition and three mixes for each number, all of the state in 64 bits.
///
/// Source: G. L. Steele, D. Lea and C. H. Flood, "Fast splittable pseudorandom number generators",
/// OOPSLA 2014; the constants are those of S. Vigna's public-domain version,
/// <https://prng.di.unimi.it/splitmix64.c>.
#[derive(Debug, Clone)]
pub(crate) struct Chance(u64);

impl Chance {
    /// The numbers of place `index` in the sequence of `seed`: any page can be made without the
    /// ones before it.
    pub(crate) fn at(seed: u64, index: u64) -> Self {
        let mut start = Self(seed);
        let offset = start.number();
        let mut place = Self(index ^ offset);
        Self(place.number())
    }

    /// The next number.
    pub(crate) fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`; 0 for a bound of 0. The bias is below `bound` / 2^64.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        let wide = u128::from(self.number()) * (bound as u128);
        usize::try_from(wide >> 64).unwrap_or(0)
    }

    /// Whether what happens in so many of a hundred cases happens.
    pub(crate) fn percent(&mut self, chances: usize) -> bool {
        self.below(100) < chances
    }

    /// One of `items`, where there is any.
    pub(crate) fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        items.get(self.below(items.len()))
    }

    /// Up to `count` different ones of `items`, in the order drawn.
    pub(crate) fn some<'a, T>(&mut self, items: &'a [T], count: usize) -> Vec<&'a T> {
        let mut left: Vec<&T> = items.iter().collect();
        let mut drawn = Vec::new();
        while drawn.len() < count && !left.is_empty() {
            let place = self.below(left.len());
            drawn.push(left.swap_remove(place));
        }
        drawn
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_those_of_the_published_program() {
        let mut chance = Chance(1_234_567);
        assert_eq!(chance.number(), 6_457_827_717_110_365_317);
        assert_eq!(chance.number(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn a_number_is_below_its_bound() {
        let mut chance = Chance::at(1, 2);
        assert!((0..1_000).all(|_| chance.below(7) < 7));
        assert_eq!(chance.below(0), 0);
    }
}

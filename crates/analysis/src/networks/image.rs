//! Which perceptual hashes are of one picture.

use std::collections::BTreeMap;

use super::roots::Roots;

/// Bits of one band: hashes that differ in three bits agree in one of four bands.
const BAND_BITS: u32 = 16;
/// Bands of a hash.
const BANDS: u32 = 4;

/// For each hash the least of those that it is one picture with: two hashes are when they differ in at
/// most `bits` bits (at most 3), and so are those that others join.
///
/// Looks for pairs in each band alone, so that of h hashes that are spread evenly some h² / 2^15 pairs
/// are compared.
pub(super) fn pictures(hashes: impl IntoIterator<Item = u64>, bits: u32) -> BTreeMap<u64, u64> {
    let bits = bits.min(BANDS - 1);
    let mut sorted: Vec<u64> = hashes.into_iter().collect();
    sorted.sort_unstable();
    sorted.dedup();
    let mut roots = Roots::of(sorted.len());
    let numbers = || (0..).take(sorted.len());
    if bits > 0 {
        for band in 0..BANDS {
            let key = |at: &u32| (sorted[*at as usize] >> (band * BAND_BITS)) & 0xffff;
            let mut order: Vec<u32> = numbers().collect();
            order.sort_by_key(key);
            for run in order.chunk_by(|a, b| key(a) == key(b)) {
                join(run, &sorted, bits, &mut roots);
            }
        }
    }
    numbers()
        .map(|at| (sorted[at as usize], sorted[roots.find(at) as usize]))
        .collect()
}

fn join(run: &[u32], sorted: &[u64], bits: u32, roots: &mut Roots) {
    for (first, one) in run.iter().enumerate() {
        for other in &run[first + 1..] {
            let differ = sorted[*one as usize] ^ sorted[*other as usize];
            if differ.count_ones() <= bits {
                roots.join(*one, *other);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn three_bits_are_one_picture_and_four_are_two() {
        let base = 0x0123_4567_89ab_cdef_u64;
        let near = base ^ 0b1 ^ (1 << 20) ^ (1 << 63);
        let far = base ^ 0b1111;
        let found = pictures([far, near, base], 3);
        assert_eq!(found[&near], found[&base]);
        assert_ne!(found[&far], found[&base]);
        assert_eq!(pictures([near, base], 0)[&near], near);
    }

    proptest! {
        /// Bands find the very pairs that comparing each with each finds.
        #[test]
        fn bands_miss_no_pair(
            seeds in prop::collection::vec((0u64..6, prop::collection::vec(0u32..64, 0..5)), 0..24),
        ) {
            let hashes: Vec<u64> = seeds
                .iter()
                .map(|(seed, flips)| {
                    let base = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
                    flips.iter().fold(base, |hash, bit| hash ^ (1 << bit))
                })
                .collect();
            let found = pictures(hashes.iter().copied(), 3);
            // Each with each, until nothing changes.
            let mut least: BTreeMap<u64, u64> = hashes.iter().map(|hash| (*hash, *hash)).collect();
            for _ in 0..hashes.len() {
                for one in &hashes {
                    for other in &hashes {
                        if (one ^ other).count_ones() <= 3 {
                            let low = least[one].min(least[other]);
                            least.insert(*one, low);
                            least.insert(*other, low);
                        }
                    }
                }
            }
            prop_assert_eq!(found, least);
        }
    }
}

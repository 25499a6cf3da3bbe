//! Hashes for numbers of ours, and for words of a page.

use std::hash::{BuildHasher, BuildHasherDefault, Hasher, RandomState};

/// Builds hashers for tables whose keys are numbers of ours.
pub(crate) type Mixing = BuildHasherDefault<Mixer>;

/// Mixes the numbers of a key. They are counters of ours, which a page cannot choose freely, and a
/// page that found a way would gain no more than a slow table of what its own size allows.
#[derive(Default)]
pub(crate) struct Mixer(u64);

impl Hasher for Mixer {
    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u64(u64::from(byte));
        }
    }

    fn write_u8(&mut self, number: u8) {
        self.write_u64(u64::from(number));
    }

    fn write_u32(&mut self, number: u32) {
        self.write_u64(u64::from(number));
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = (self.0.rotate_left(5) ^ number).wrapping_mul(0x517c_c1b7_2722_0a95);
    }

    fn write_usize(&mut self, number: usize) {
        self.write_u64(number as u64);
    }

    fn write_isize(&mut self, number: isize) {
        self.write_u64(number.cast_unsigned() as u64);
    }
}

/// Builds hashers for tables whose keys are words of a page. Its two keys are drawn at random, so that
/// no page can choose words that meet in one slot; it takes a multiplication for eight bytes.
#[derive(Clone, Copy)]
pub(crate) struct Keyed(u64, u64);

impl Default for Keyed {
    fn default() -> Self {
        let random = RandomState::new();
        Self(random.hash_one(0_u8), random.hash_one(1_u8) | 1)
    }
}

impl BuildHasher for Keyed {
    type Hasher = WordMixer;

    fn build_hasher(&self) -> WordMixer {
        WordMixer {
            state: self.0,
            key: self.1,
        }
    }
}

/// Mixes the bytes of words, each eight of them multiplied by a key and folded.
pub(crate) struct WordMixer {
    state: u64,
    key: u64,
}

impl Hasher for WordMixer {
    fn finish(&self) -> u64 {
        self.state
    }

    fn write(&mut self, bytes: &[u8]) {
        let (eights, rest) = bytes.as_chunks::<8>();
        for eight in eights {
            self.write_u64(u64::from_le_bytes(*eight));
        }
        if !rest.is_empty() {
            let last = rest.iter().fold(0, |all, &byte| all << 8 | u64::from(byte));
            self.write_u64(last);
        }
    }

    fn write_u8(&mut self, number: u8) {
        self.write_u64(u64::from(number));
    }

    fn write_u32(&mut self, number: u32) {
        self.write_u64(u64::from(number));
    }

    fn write_u64(&mut self, number: u64) {
        let wide = u128::from(self.state ^ number) * u128::from(self.key);
        // Both halves of the product take part.
        self.state = (wide as u64 ^ (wide >> 64) as u64).wrapping_add(self.key);
    }
}

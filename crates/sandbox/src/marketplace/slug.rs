//! Short names of outside pages: which listing and which step, told so that they look like chance.

/// Bits of a name.
const BITS: u32 = 48;
const MASK: u64 = (1 << BITS) - 1;
/// An odd number: multiplication by it modulo 2^48 is a permutation.
const FACTOR: u64 = 0x9E37_79B9_7F4B;
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
const LENGTH: usize = 10;
/// Steps of a listing that can have a name.
const STEPS: u64 = 32;

/// The name of step `step` of `listing`: ten letters and digits.
pub(super) fn slug(key: u64, listing: u64, step: u64) -> String {
    let mut number = (listing * STEPS + step % STEPS) & MASK;
    number ^= key & MASK;
    number = number.wrapping_mul(FACTOR) & MASK;
    number ^= number >> 24;
    number = number.wrapping_mul(FACTOR) & MASK;
    (0..LENGTH)
        .map(|place| {
            let letter = usize::try_from(number >> (5 * place) & 31).unwrap_or(0);
            char::from(LETTERS[letter])
        })
        .collect()
}

/// The listing and step of a name; nothing for what is no name.
pub(super) fn of_slug(key: u64, text: &str) -> Option<(u64, u64)> {
    if text.len() != LENGTH {
        return None;
    }
    let mut number = 0_u64;
    for (place, letter) in text.bytes().enumerate() {
        let value = LETTERS.iter().position(|one| *one == letter)? as u64;
        number |= value << (5 * place);
    }
    if number > MASK {
        return None;
    }
    let inverse = inverse(FACTOR);
    number = number.wrapping_mul(inverse) & MASK;
    number ^= number >> 24;
    number = number.wrapping_mul(inverse) & MASK;
    number ^= key & MASK;
    Some((number / STEPS, number % STEPS))
}

/// The inverse of an odd number modulo 2^64, by Newton's iteration: each round doubles the right bits.
const fn inverse(odd: u64) -> u64 {
    let mut found = odd;
    let mut round = 0;
    while round < 6 {
        found = found.wrapping_mul(2_u64.wrapping_sub(odd.wrapping_mul(found)));
        round += 1;
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_name_tells_its_listing_and_step(
            key: u64, listing in 0_u64..1 << 40, step in 0_u64..STEPS,
        ) {
            prop_assert_eq!(of_slug(key, &slug(key, listing, step)), Some((listing, step)));
        }

        #[test]
        fn any_text_is_a_name_or_not(text in ".{0,12}") {
            if let Some((listing, step)) = of_slug(7, &text) {
                prop_assert_eq!(slug(7, listing, step), text);
            }
        }
    }
}

//! Addresses that take payments, told from other words of letters and digits by their checksums
//! where they have one.

use sha2::{Digest, Sha256};

const BASE58: &[u8] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const BECH32: &[u8] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";

/// Whether a word is the address of a wallet: Bitcoin, Litecoin, Dogecoin and Tron by their
/// checksums, Ethereum and Monero by their form. Costs nothing for words of other lengths.
pub(crate) fn is_wallet(word: &str) -> bool {
    let bytes = word.as_bytes();
    match bytes {
        [b'0', b'x', digits @ ..] if digits.len() == 40 => {
            digits.iter().all(u8::is_ascii_hexdigit) && digits.iter().any(|b| *b != digits[0])
        }
        [b'4' | b'8', ..] if bytes.len() == 95 => bytes.iter().all(|b| BASE58.contains(b)),
        [b'1' | b'3' | b'L' | b'M' | b'D' | b'T' | b'A' | b'9', ..]
            if (26..=35).contains(&bytes.len()) =>
        {
            base58_holds(bytes)
        }
        _ if (26..=90).contains(&bytes.len()) => bech32_holds(&word.to_ascii_lowercase()),
        _ => false,
    }
}

/// Base58Check: the last four of 25 bytes are the head of the doubled SHA-256 of the rest.
fn base58_holds(word: &[u8]) -> bool {
    let mut number = [0_u8; 25];
    for byte in word {
        let Some(digit) = BASE58.iter().position(|known| known == byte) else {
            return false;
        };
        let mut carry = digit;
        for place in number.iter_mut().rev() {
            carry += usize::from(*place) * 58;
            *place = (carry & 0xFF) as u8;
            carry >>= 8;
        }
        if carry != 0 {
            return false;
        }
    }
    let sum = Sha256::digest(Sha256::digest(&number[..21]));
    sum[..4] == number[21..]
}

/// Bech32 and Bech32m (BIP 173, BIP 350) for Bitcoin and Litecoin.
fn bech32_holds(word: &str) -> bool {
    let Some((prefix, data)) = word.rsplit_once('1') else {
        return false;
    };
    if !matches!(prefix, "bc" | "ltc") || data.len() < 14 {
        return false;
    }
    let mut values: Vec<u32> = prefix.bytes().map(|byte| u32::from(byte >> 5)).collect();
    values.push(0);
    values.extend(prefix.bytes().map(|byte| u32::from(byte & 31)));
    for byte in data.bytes() {
        let Some(value) = BECH32.iter().position(|known| *known == byte) else {
            return false;
        };
        values.push(value as u32);
    }
    let sum = values.into_iter().fold(1_u32, |sum, value| {
        let top = sum >> 25;
        let step = [
            0x3b6a_57b2,
            0x2650_8e6d,
            0x1ea1_19fa,
            0x3d42_33dd,
            0x2a14_62b3,
        ];
        let mut next = ((sum & 0x01ff_ffff) << 5) ^ value;
        for (bit, generator) in step.into_iter().enumerate() {
            if (top >> bit) & 1 == 1 {
                next ^= generator;
            }
        }
        next
    });
    matches!(sum, 1 | 0x2bc8_30a3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wallets_are_told_by_their_checksums() {
        for wallet in [
            "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
            "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy",
            "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
            "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
            "0x52908400098527886E0F7030069857D2E4169EE7",
        ] {
            assert!(is_wallet(wallet), "{wallet}");
        }
        for word in [
            "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb",
            "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5",
            "0x0000000000000000000000000000000000000000",
            "Donaudampfschifffahrtsgesellschaft",
            "3f2504e04f8911d39a0c0305e82c3301",
        ] {
            assert!(!is_wallet(word), "{word}");
        }
    }
}

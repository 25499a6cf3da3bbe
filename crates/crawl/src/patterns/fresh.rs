//! Whether the values in the addresses of a pattern ever come twice.

use std::collections::BTreeSet;

use model::{PageUrl, variant_parameter};
use serde::{Deserialize, Serialize};

use crate::likeness::Mix;

/// Values of one address that are looked at.
const VALUES: usize = 8;
/// Addresses of which no value came twice before the values of a pattern count as made up.
const ADDRESSES: u32 = 32;
/// Addresses whose values are remembered.
const REMEMBERED: u32 = 128;

/// The values of a pattern: parameters of the query, and segments of the path with a digit in them.
///
/// Goods have something in common, and so have their addresses: a category, a shop, a page of a list. Where
/// every address has two values or more and none of them was ever seen at its place before, they are made
/// up for each link: a counter, a nonce, the time.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Values {
    addresses: u32,
    seen: BTreeSet<u64>,
    /// One came twice, or an address has less than two.
    repeats: bool,
}

impl Values {
    /// Whether they are made up, as far as is known.
    pub(super) const fn are_made_up(&self) -> bool {
        !self.repeats && self.addresses >= ADDRESSES
    }

    /// Looks at a new address of the pattern.
    pub(super) fn look_at(&mut self, address: &PageUrl) {
        if self.repeats {
            return;
        }
        let values = values(address);
        if values.len() < 2 || values.iter().any(|value| self.seen.contains(value)) {
            *self = Self {
                repeats: true,
                ..Self::default()
            };
            return;
        }
        self.addresses = self.addresses.saturating_add(1);
        if self.addresses <= REMEMBERED {
            self.seen.extend(values);
        }
    }
}

/// The values of an address, each with its place in one number; those of variant parameters are none.
fn values(address: &PageUrl) -> Vec<u64> {
    let url = address.as_url();
    let mut values = Vec::new();
    let mut put = |place: &str, value: &str| {
        let mut hash = Mix::default();
        hash.text(place);
        hash.text(value);
        values.push(hash.end());
    };
    for (at, segment) in url.path().split('/').enumerate().take(VALUES) {
        if segment.bytes().any(|byte| byte.is_ascii_digit()) {
            put(&at.to_string(), segment);
        }
    }
    let pairs = url.query().unwrap_or_default().split('&');
    for pair in pairs.take(VALUES) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        if !value.is_empty() && variant_parameter(name).is_none() {
            put(name, value);
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    fn are_made_up(address: impl Fn(u64) -> String) -> bool {
        let mut values = Values::default();
        for n in 0..200 {
            let address = PageUrl::parse(&address(n)).unwrap();
            values.look_at(&address);
        }
        values.are_made_up()
    }

    #[test]
    fn a_counter_with_a_nonce_and_the_time_is_made_up_and_goods_are_not() {
        let nonce = |n: u64| format!("{:x}", n.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        assert!(are_made_up(|n| {
            let (nonce, time) = (nonce(n), 1_700_000_000 + 7 * n);
            format!("http://a.test/t?c={n}&n={nonce}&t={time}")
        }));
        assert!(are_made_up(|n| format!("http://a.test/t/{n}/{}", nonce(n))));
        for goods in [
            "http://a.test/item?id=N&category=3",
            "http://a.test/item?id=N",
            "http://a.test/item/N",
            "http://a.test/item/N?utm_source=N",
            "http://a.test/2026/item-N",
        ] {
            assert!(
                !are_made_up(|n| goods.replace('N', &n.to_string())),
                "{goods}"
            );
        }
    }
}

//! Addresses that carry another: the outer host sends on to the inner one.

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use flate2::Compression;
use flate2::write::GzEncoder;
use model::Technique as T;

use super::draft::shape_of;
use crate::chance::Chance;
use crate::goods::Split;

/// Every byte but letters, digits and the four signs that need no escape (RFC 3986, section 2.3), as a
/// query has it.
pub(in crate::marketplace) fn percent(text: &str) -> String {
    text.bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

/// The address of an exit `base` (scheme, host and name) that carries `to`, in the manner of `by`:
/// R07, R08, R09, R10, R12 or R21.
pub(super) fn carrying(base: &str, to: &str, by: T, split: Split, chance: &mut Chance) -> String {
    let shapes = match by {
        T::NESTED_URL => in_query(base, to),
        T::ENCODED_URL => encoded(base, to),
        T::PATH_URL => vec![
            format!("{base}/{to}"),
            format!("{base}/r/{}", percent(to)),
            format!("{base}/http/{}", to.trim_start_matches("http://")),
            format!("{base}/away/{to}"),
        ],
        T::OPEN_REDIRECTOR => vec![
            format!("{base}/url?q={}", percent(to)),
            format!("{base}/l.php?u={}", percent(to)),
            format!("{base}/redirect?q={}", percent(to)),
            format!("{base}/away.php?to={}", percent(to)),
        ],
        T::PROXIED => vec![
            format!("{base}/web/20250114093000/{to}"),
            format!("{base}/proxy/{to}"),
            format!("{base}/cache?url={}", percent(to)),
            format!("{base}/translate?sl=auto&u={}", percent(to)),
        ],
        T::FRAGMENT_URL => vec![
            format!("{base}#{to}"),
            format!("{base}#!/go?to={}", percent(to)),
            format!("{base}#url={}", percent(to)),
            format!("{base}#/open/{}", percent(to)),
        ],
        _ => vec![base.to_owned()],
    };
    shape_of(split, &shapes, chance).unwrap_or_else(|| base.to_owned())
}

fn in_query(base: &str, to: &str) -> Vec<String> {
    let once = percent(to);
    vec![
        format!("{base}?url={once}"),
        format!("{base}?id=7&next={once}"),
        format!("{base}?dest={}", percent(&once)),
        format!("{base}?p={}", percent(&format!("{{\"u\":\"{to}\"}}"))),
        format!("{base}?goto={}", percent(to.trim_start_matches("http:"))),
        format!("{base};u={once}?v=1"),
    ]
}

fn encoded(base: &str, to: &str) -> Vec<String> {
    let hexadecimal: String = to.bytes().map(|byte| format!("{byte:02x}")).collect();
    let turned: String = STANDARD.encode(to).chars().rev().collect();
    let moved: String = to
        .chars()
        .map(|letter| match letter {
            'a'..='m' => char::from_u32(u32::from(letter) + 13).unwrap_or(letter),
            'n'..='z' => char::from_u32(u32::from(letter) - 13).unwrap_or(letter),
            _ => letter,
        })
        .collect();
    let claims = URL_SAFE_NO_PAD.encode(format!("{{\"url\":\"{to}\"}}"));
    let head = URL_SAFE_NO_PAD.encode("{\"alg\":\"none\"}");
    let mut packed = GzEncoder::new(Vec::new(), Compression::none());
    // Writing to memory does not fail.
    let _ = packed.write_all(to.as_bytes());
    let packed = packed.finish().unwrap_or_default();
    vec![
        format!("{base}?d={}", URL_SAFE_NO_PAD.encode(to)),
        format!("{base}?h={hexadecimal}"),
        format!("{base}?u={}", percent(&STANDARD.encode(to))),
        format!("{base}?q={}", percent(&moved)),
        format!("{base}?r={}", percent(&turned)),
        format!("{base}?z={}", URL_SAFE_NO_PAD.encode(packed)),
        format!("{base}?t={head}.{claims}."),
        format!("{base}?s={}", URL_SAFE_NO_PAD.encode(format!("a1:{to}"))),
    ]
}

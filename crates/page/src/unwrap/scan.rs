//! The cheap question before the dear one: may an address hold another at all?
//!
//! One pass over the bytes behind the host looks at every window of four. A nested address shows in
//! one of few forms: `http` as it is, reversed or in ROT13; the four characters that `http` gives
//! in base64 at each of its three alignments, in hex, in base32; the first characters of what gzip
//! and zlib write; or a value with a dot, or of some length, behind a name that asks for a place to
//! go to. About a nanosecond for each byte.

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;

/// Windows of four bytes that give a nested address away, sorted, with a bitmap before them.
struct Signs {
    bitmap: Box<[u64; 1024]>,
    windows: Vec<u32>,
}

static SIGNS: LazyLock<Signs> = LazyLock::new(|| {
    let mut texts: Vec<Vec<u8>> = Vec::new();
    for word in ["http", "HTTP", "ptth", "uggc", "aHR0", "6874"] {
        for pad in ["", "x", "xx"] {
            let text = STANDARD_NO_PAD.encode(format!("{pad}{word}zz"));
            // Characters that no neighbor of the word has a part in.
            let start = [0, 2, 3][pad.len()];
            let clean = &text.as_bytes()[start..start + 4];
            texts.push(clean.to_vec());
            texts.push(clean.iter().rev().copied().collect());
        }
    }
    for text in [
        "YUhS", "WVVo", "NB2H", "nb2h", "H4sI", "%68%", "%48%", "2568", "6874", "6148", "4854",
        "mp/s",
    ] {
        texts.push(text.as_bytes().to_vec());
    }
    let mut windows: Vec<u32> = texts.iter().map(|text| window(text)).collect();
    for word in ["http", "ptth", "uggc", "cggu"] {
        // In any case: a bit for each letter in upper case.
        windows.extend((0..16_u32).map(|upper| {
            let bits = (0..4).map(|letter| (upper >> letter & 1) << (8 * letter + 5));
            window(word.as_bytes()) & !bits.sum::<u32>()
        }));
    }
    windows.sort_unstable();
    windows.dedup();
    let mut bitmap = Box::new([0_u64; 1024]);
    for &window in &windows {
        let at = place(window);
        bitmap[at / 64] |= 1 << (at % 64);
    }
    Signs { bitmap, windows }
});

fn window(text: &[u8]) -> u32 {
    text.iter()
        .fold(0, |window, &byte| (window << 8) | u32::from(byte))
}

fn place(window: u32) -> usize {
    (window.wrapping_mul(0x9E37_79B1) >> 16) as usize
}

/// Whether `text`, a path, a query or a fragment, shows a sign of a nested address.
fn has_sign(text: &str) -> bool {
    let signs = &*SIGNS;
    let mut window = 0_u32;
    text.bytes().any(|byte| {
        window = (window << 8) | u32::from(byte);
        let at = place(window);
        signs.bitmap[at / 64] >> (at % 64) & 1 != 0 && signs.windows.binary_search(&window).is_ok()
    })
}

/// Whether a query, a matrix parameter or a fragment has a value that only its name makes an
/// address: a bare host, or an encoded text.
fn has_named_value(text: &str) -> bool {
    let pairs = text
        .as_bytes()
        .split(|byte| matches!(byte, b'&' | b';' | b'?'));
    pairs.take(64).any(|pair| {
        let Some(equals) = pair.iter().position(|&byte| byte == b'=') else {
            return false;
        };
        let (name, value) = (&pair[..equals], &pair[equals + 1..]);
        // What zlib writes begins with 0x78, which is `e` and a letter in base64.
        let is_zlib = value.len() >= 24 && matches!(value, [b'e', b'J' | b'N' | b'F' | b'A', ..]);
        is_zlib
            || (value.len() >= 4
                && (value.len() >= 12 || value.iter().any(|byte| matches!(byte, b'.' | b'%')))
                && names_target(name))
    })
}

/// Whether anything behind the host may hold an address.
pub(crate) fn may_hold(path: &str, query: Option<&str>, fragment: Option<&str>) -> bool {
    has_sign(path)
        || query.is_some_and(|query| has_sign(query) || has_named_value(query))
        || fragment.is_some_and(|fragment| {
            fragment.len() > 8
                && (has_sign(fragment)
                    || has_named_value(fragment)
                    || (fragment.contains('.') && fragment.contains("//")))
        })
        || (path.len() > 8 && (has_dotted_parameter(path) || has_archived_host(path)))
}

fn has_dotted_parameter(path: &str) -> bool {
    path.as_bytes().contains(&b';') && has_named_value(path)
}

/// A date followed by a host: `/web/20200101/example.com/`.
pub(crate) fn has_archived_host(path: &str) -> bool {
    let may_be_stamp = |at: usize| {
        path.as_bytes()
            .get(at + 1..at + 5)
            .is_some_and(|head| head.iter().all(u8::is_ascii_digit))
    };
    if !memchr::memchr_iter(b'/', path.as_bytes()).any(may_be_stamp) {
        return false;
    }
    let mut segments = path.split('/').skip(1);
    let mut before = "";
    segments.any(|segment| {
        let is_stamp = before.len() >= 4
            && before.bytes().take(4).all(|b| b.is_ascii_digit())
            && before
                .trim_end_matches(['_', '*'])
                .trim_end_matches(|c: char| c.is_ascii_lowercase())
                .bytes()
                .all(|b| b.is_ascii_digit())
            && (before.len() >= 8 || before.ends_with('*'));
        before = segment;
        is_stamp && segment.contains('.')
    })
}

/// Parameter names that ask for a place to go to.
pub(crate) fn is_target_name(name: &str) -> bool {
    names_target(name.as_bytes())
}

fn names_target(name: &[u8]) -> bool {
    if name.is_empty() || name.len() > 32 {
        return false;
    }
    let mut lower = [0_u8; 32];
    for (to, from) in lower.iter_mut().zip(name) {
        *to = from.to_ascii_lowercase();
    }
    let name = &lower[..name.len()];
    if name.len() <= 4
        && matches!(
            name,
            b"u" | b"go" | b"to" | b"out" | b"ued" | b"dl" | b"ext" | b"next" | b"mpre" | b"ulp"
        )
    {
        return true;
    }
    const WORDS: [&[u8]; 20] = [
        b"url",
        b"uri",
        b"link",
        b"dest",
        b"target",
        b"redir",
        b"continue",
        b"return",
        b"goto",
        b"href",
        b"forward",
        b"location",
        b"site",
        b"domain",
        b"jump",
        b"away",
        b"exit",
        b"deeplink",
        b"relay",
        b"callback",
    ];
    name.len() >= 3
        && name.iter().enumerate().any(|(at, first)| {
            matches!(
                first,
                b'u' | b'l'
                    | b'd'
                    | b't'
                    | b'r'
                    | b'c'
                    | b'g'
                    | b'h'
                    | b'f'
                    | b's'
                    | b'j'
                    | b'a'
                    | b'e'
            ) && WORDS.iter().any(|word| name[at..].starts_with(word))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_addresses_show_no_sign() {
        for (path, query) in [
            ("/p/some-long-product-name-12345", None),
            ("/search", Some("q=blue+shoes&page=2&sort=price")),
            (
                "/",
                Some("utm_source=a&utm_medium=b&gclid=EAIaIQobChMI0Z3k"),
            ),
            ("/a/b;jsessionid=0123456789ABCDEF", None),
            ("/2020/01/readme.html", None),
        ] {
            assert!(!may_hold(path, query, None), "{path} {query:?}");
        }
    }

    #[test]
    fn every_form_of_an_address_shows_a_sign() {
        for (path, query, fragment) in [
            ("/x/aHR0cHM6Ly9hLmNvbQ", None, None),
            ("/x", Some("d=eHhodHRwczovL2EuY29t"), None),
            ("/x", Some("d=68747470733a2f2f61"), None),
            ("/x", Some("d=moc.a//:sptth"), None),
            ("/x", Some("d=uggcf://n.pbz"), None),
            ("/x", Some("url=a.com"), None),
            ("/hTtP://a.com", None, None),
            ("/x", Some("MOC.A//:SPTTH"), None),
            ("/x", Some("d=%2568%2574%2574%2570"), None),
            ("/web/20200101000000/a.com/", None, None),
            ("/x;url=a.com/b", None, None),
            ("/x", None, Some("https://a.com")),
        ] {
            assert!(may_hold(path, query, fragment), "{path} {query:?}");
        }
    }
}

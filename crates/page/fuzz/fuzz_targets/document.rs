//! A document that is no HTML: the first byte tells its type, the rest is its body.
#![no_main]

mod read;

use libfuzzer_sys::fuzz_target;

/// An empty type leaves it to the first bytes of the body.
const TYPES: [&str; 12] = [
    "",
    "application/pdf",
    "image/png",
    "image/jpeg",
    "image/gif",
    "application/xml",
    "application/json",
    "text/vcard",
    "application/x-mswinurl",
    "audio/mpegurl",
    "text/css",
    "text/javascript",
];

fuzz_target!(|data: &[u8]| {
    if let Some((kind, body)) = data.split_first() {
        read::check(TYPES[usize::from(*kind) % TYPES.len()], body);
    }
});

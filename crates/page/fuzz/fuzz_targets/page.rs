//! Any bytes, as HTML.
#![no_main]

mod read;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    read::check("text/html", data);
});

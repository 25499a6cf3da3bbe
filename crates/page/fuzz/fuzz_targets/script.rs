//! A script, in an element and in a handler.
#![no_main]

mod read;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let mut body = b"<!doctype html><body><script>".to_vec();
    body.extend_from_slice(data);
    body.extend_from_slice(b"</script><a href=/x onclick=\"");
    body.extend(data.iter().filter(|byte| **byte != b'"').take(4096));
    body.extend_from_slice(b"\">x</a>");
    read::check("text/html", &body);
});

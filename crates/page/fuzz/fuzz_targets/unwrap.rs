//! An address, one for each line.
#![no_main]

mod read;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let mut body = b"<!doctype html>".to_vec();
    for line in data.split(|byte| *byte == b'\n').take(64) {
        body.extend_from_slice(b"<a href=\"");
        body.extend(line.iter().filter(|byte| **byte != b'"'));
        body.extend_from_slice(b"\">x</a> ");
    }
    read::check("text/html; charset=utf-8", &body);
});

//! A style sheet over elements of every sort.
#![no_main]

mod read;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let mut body = b"<!doctype html><style>".to_vec();
    body.extend_from_slice(data);
    body.extend_from_slice(b"</style><div id=a class=\"a b\"><p class=b>x <a id=c href=https://a.test/>y</a><ul><li><a href=/z title=t>z</a></ul></div>");
    read::check("text/html", &body);
});

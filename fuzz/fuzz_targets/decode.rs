//! Any bytes under any Content-Type: the first line is the header, the rest the body.

#![no_main]

use govcensus_fuzz::page::{Source, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let (header, body) = data.iter().position(|it| *it == b'\n').map_or((&[][..], data), |at| data.split_at(at));
    let header = std::str::from_utf8(header).ok();
    let address = "http://a.example/x/".parse().expect("a fixed address");
    let page = read(&Source { address: &address, content_type: header, body });
    assert!(page.encoding.replaced <= body.len());
});

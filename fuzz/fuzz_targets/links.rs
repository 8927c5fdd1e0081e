//! Any text as a reference: in anchors, areas, frames, pictures, scripts, a base address, a pager, a loaded part.

#![no_main]

use govcensus_fuzz::page::{Source, address_date, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let text: String = text.chars().filter(|c| !"<>\"".contains(*c)).collect();
    let body = format!(
        "<meta charset=utf-8><base href=\"{text}\"><body><a href=\"{text}\">关于停水的通知</a><a onclick=\"location.href='{text}'\">甲</a>\
         <map><area href=\"{text}\" alt=乙></map><iframe src=\"{text}\"></iframe><img src=\"{text}\"><a href=\"{text}/2\">下一页</a>\
         <ul class=nav><li><a href=\"{text}\">首页</a></li><li><a href=\"{text}\">政务公开</a></li><li><a href=\"{text}\">办事服务</a></li></ul>\
         <script>createPageHTML(3,0,\"{text}\",\"html\");$('#a').load('{text}')</script><meta http-equiv=refresh content=\"0;url={text}\">"
    );
    let address = "http://a.example/x/index.html".parse().expect("a fixed address");
    let page = read(&Source { address: &address, content_type: None, body: body.as_bytes() });
    for address in page.links.iter().filter_map(|it| it.address.as_ref()) {
        let _ = address_date(address);
    }
});

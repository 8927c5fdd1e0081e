//! Any text in every place of a page where a date is looked for: beside a title, in it, in its hint, in its address,
//! in a cell, under a heading, in a label, in data.

#![no_main]

use govcensus_fuzz::page::{Dated, Source, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    // Markup is the business of another target.
    let text: String = text.chars().filter(|c| !"<>&\"'".contains(*c)).collect();
    let body = format!(
        "<meta charset=utf-8><meta name=PubDate content=\"{text}\"><title>关于停水的通知</title><h1>关于停水的通知</h1>\
         <p>发布时间：{text} 来源：某局</p><p>{text}</p><ul>\
         <li><a href=1.html>关于停水的通知</a><span>{text}</span></li>\
         <li><a href=2.html title=\"{text}\">关于放假安排的公告 {text}</a></li>\
         <li><a href=\"/{text}/3.html\">关于招聘工作人员的通知</a>（{text}）</li></ul>\
         <table><tr><th>标题</th><th>发布日期</th></tr><tr><td><a href=4.html>关于征集意见的公告</a></td><td>{text}</td></tr></table>\
         <script>url[0]='5.html';title[0]='甲';date[0]='{text}';url[1]='6.html';title[1]='乙';date[1]='{text}';</script>"
    );
    let address = "http://a.example/x/".parse().expect("a fixed address");
    let page = read(&Source { address: &address, content_type: None, body: body.as_bytes() });
    for item in page.lists.iter().flat_map(|it| &it.items) {
        if let Dated::Printed { day, .. } = &item.date {
            assert!((1949..=2099).contains(&day.year()));
        }
    }
});

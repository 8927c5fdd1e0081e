//! Pages put together from pieces of lists, tables, guides, letters and navigation, one byte a piece.

#![no_main]

use govcensus_fuzz::page::{Source, read};
use libfuzzer_sys::fuzz_target;

const PIECES: [&str; 96] = [
    "<ul>", "</ul>", "<li>", "</li>", "<a href=1.html>", "</a>", "<table>", "</table>", "<tr>", "<td>", "<th>", "</td>",
    "<div>", "</div>", "<div class=footer>", "<div class=nav>", "<div class=list>", "<div id=app>", "<dl>", "<dt>",
    "<dd>", "</dl>", "<span>", "</span>", "<p>", "</p>", "<br>", "<h1>", "</h1>", "<h2>", "</h2>", "<h3>更多</h3>",
    "<script>", "</script>", "<!--", "-->", "<form>", "</form>", "<iframe src=x>", "<frameset>", "<map>",
    "<area href=a.html alt=甲>", "<img src=a.jpg alt=县长信箱>", "<record><![CDATA[", "]]></record>", "<datastore>",
    "</datastore>", "<title>", "</title>", "<base href=/x/>", "<base href=''>", "<meta charset=gbk>", "{{x}}", "\0",
    "<a onclick=\"location.href='x.html'\">", "<a href='//'>", "<a href=javascript:;>", "<li onclick=\"window.open('y.html')\">",
    "通知公告", "关于做好防汛抗旱工作的紧急通知", "当前位置：", "首页", " &gt; ", " | ", "政务公开", "办事服务",
    "互动交流", "2017-06-16", "[06-16]", "2017年2月30日", "二〇一七年六月十六日", "16", "2017.06", "发布时间：",
    "来源：某局", "更多&gt;&gt;", "下一页", "尾页", "共3页", "主办单位：某某县人民政府", "网站标识码5306020001",
    "来信标题：", "来信时间：", "答复内容：", "未回复", "已办结", "申请条件：", "办理材料", "办理流程", "设定依据",
    "索引号", "暂无信息", "title=甲", "createPageHTML(3,0,'index','html')", "$('#a').load('/b.html')", "<b>",
];

fuzz_target!(|data: &[u8]| {
    let body: String = data.iter().take(4_000).map(|it| PIECES[usize::from(*it) % PIECES.len()]).collect();
    let address = "http://a.example/x/index.html".parse().expect("a fixed address");
    let _ = read(&Source { address: &address, content_type: Some("text/html; charset=utf-8"), body: body.as_bytes() });
});

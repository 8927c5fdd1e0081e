//! Service guides: which of the eight classes of elements are there, empty, or missing.
//!
//! The classes are those of 普查办关于“办事指南”指标的说明 (2015-06-10). Offices name them in many ways; [`NAMES`] is
//! the table of those names. A time limit (办理时限) is a label of a guide and no 办理时间.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use super::areas::Areas;
use super::dom::Dom;
use super::fields::{self, Field};
use super::model::{Element, Guide, Presence};

/// What offices call the classes.
const NAMES: [(Element, &[&str]); 8] = [
    (
        Element::Name,
        &[
            "事项名称",
            "项目名称",
            "审批事项",
            "服务事项",
            "办理事项",
            "办事事项",
            "许可事项",
            "许可项目",
            "审批项目",
            "服务名称",
            "名称",
            "项目",
            "事项",
            "业务名称",
            "服务项目",
            "办事项目",
            "许可项目名称",
            "行政许可事项名称",
        ],
    ),
    (
        Element::Basis,
        &[
            "设定依据",
            "办理依据",
            "法律依据",
            "审批依据",
            "实施依据",
            "许可依据",
            "政策依据",
            "法定依据",
            "法规依据",
            "办事依据",
            "依据",
            "设立依据",
            "受理依据",
            "事项依据",
            "设定与实施依据",
            "法律法规依据",
            "服务依据",
        ],
    ),
    (
        Element::Conditions,
        &[
            "申请条件",
            "办理条件",
            "申报条件",
            "受理条件",
            "审批条件",
            "许可条件",
            "办事条件",
            "准予条件",
            "申办条件",
            "条件",
            "资格条件",
            "申领条件",
            "办理要求",
            "登记条件",
            "予以批准的条件",
        ],
    ),
    (
        Element::Materials,
        &[
            "办理材料",
            "申请材料",
            "申报材料",
            "所需材料",
            "报送材料",
            "提交材料",
            "需提交材料",
            "申办材料",
            "受理材料",
            "材料清单",
            "材料",
            "所需资料",
            "申报资料",
            "申请资料",
            "需要材料",
            "提交资料",
            "需提交的材料",
            "应提交的材料",
            "申请材料目录",
            "办事材料",
            "办理所需材料",
            "需报送的材料",
            "申请人提交材料目录",
            "材料目录",
            "所需证件",
            "需带资料",
        ],
    ),
    (
        Element::Place,
        &[
            "办理地点",
            "办事地址",
            "办公地址",
            "受理地点",
            "办理地址",
            "办公地点",
            "办事地点",
            "受理地址",
            "地点",
            "地址",
            "联系地址",
            "窗口地址",
            "办理窗口",
            "受理窗口",
            "办理场所",
            "申请地点",
            "办理机构地址",
            "办事窗口",
            "受理地点及时间",
        ],
    ),
    (
        Element::Hours,
        &[
            "办理时间",
            "办公时间",
            "受理时间",
            "工作时间",
            "办事时间",
            "对外办公时间",
            "接待时间",
            "窗口办理时间",
            "服务时间",
            "上班时间",
            "办理时间段",
        ],
    ),
    (
        Element::Phone,
        &[
            "联系电话",
            "咨询电话",
            "办公电话",
            "联系方式",
            "电话",
            "服务电话",
            "咨询方式",
            "咨询热线",
            "办理电话",
            "咨询途径",
            "窗口电话",
            "联系人及电话",
            "咨询服务电话",
            "业务咨询电话",
            "咨询及投诉电话",
            "咨询投诉电话",
        ],
    ),
    (
        Element::Procedure,
        &[
            "办理流程",
            "办理程序",
            "办事流程",
            "审批程序",
            "申报程序",
            "办事程序",
            "审批流程",
            "工作流程",
            "流程",
            "程序",
            "办理流程图",
            "流程图",
            "许可程序",
            "办理步骤",
            "受理程序",
            "业务流程",
            "服务流程",
            "审核流程",
            "申请流程",
            "申办流程",
            "办事流程图",
            "审批流程图",
            "工作程序",
            "办理环节",
            "运行流程",
            "许可流程",
            "网上办理流程",
            "窗口办理流程",
        ],
    ),
];
/// Names of a time limit, by which a guide is known; none of the eight classes.
const LIMITS: [&str; 10] = [
    "办理时限",
    "承诺时限",
    "法定时限",
    "工作时限",
    "办结时限",
    "审批时限",
    "办理期限",
    "承诺办理时限",
    "审批期限",
    "许可期限",
];
/// Names too short to mean anything outside of a guide.
const SHORT: [&str; 12] =
    ["名称", "项目", "事项", "依据", "条件", "材料", "地点", "地址", "电话", "流程", "程序", "联系方式"];

static CLASSES: LazyLock<HashMap<&'static str, Vec<Element>>> = LazyLock::new(|| {
    let mut classes: HashMap<&str, Vec<Element>> = HashMap::new();
    for (element, names) in NAMES {
        for name in names {
            classes.entry(name).or_default().push(element);
        }
    }
    classes
});

/// The classes a label names; two when it names two, as 受理地点及时间 does.
fn classes(label: &str) -> Vec<Element> {
    let exact = CLASSES.get(label).cloned().unwrap_or_default();
    let is_joined = label.contains(['及', '和', '与', '、', '/']);
    if !is_joined || !exact.is_empty() && !label.contains(['及', '和', '与']) {
        return exact;
    }
    let parts: Vec<&str> = label.split(['及', '和', '与', '、', '/']).filter(|it| !it.is_empty()).collect();
    if parts.len() < 2 {
        return Vec::new();
    }
    // 受理地点及时间: the second part leaves out what both share.
    let mut all = exact;
    for part in parts {
        let whole = CLASSES.get(part).and_then(|it| it.first()).copied();
        let short = match part {
            "时间" => Some(Element::Hours),
            "地点" | "地址" => Some(Element::Place),
            "电话" => Some(Element::Phone),
            _ => None,
        };
        if let Some(element) = whole.or(short).filter(|it| !all.contains(it)) {
            all.push(element);
        }
    }
    all
}

fn is_known(label: &str) -> bool {
    LIMITS.contains(&label) || !classes(label).is_empty()
}

/// Reads the guide a page shows; `None` when it is none. `heading` is the title of the page's text, if it has one.
pub(super) fn read(dom: &Dom<'_>, areas: &Areas, heading: Option<&str>) -> Option<Guide> {
    let fields = fields::find(dom, areas, &is_known);
    let mut elements: BTreeMap<Element, Presence> = BTreeMap::new();
    let mut name = None;
    let mut telling = Vec::new();
    for field in &fields {
        for element in classes(&field.label) {
            offer(&mut elements, element, field);
            if element == Element::Name && name.is_none() && field.is_filled() {
                name = Some(field.value.chars().take(120).collect());
            }
            if !SHORT.contains(&field.label.as_str()) && !telling.contains(&element) {
                telling.push(element);
            }
        }
    }
    let core = [Element::Basis, Element::Conditions, Element::Materials, Element::Procedure];
    if telling.len() < 3 || core.iter().filter(|it| telling.contains(it)).count() < 2 {
        return None;
    }
    let first = fields.first().map_or(0, |it| it.at);
    let name = name.or_else(|| heading.map(str::to_owned)).or_else(|| title_before(dom, first));
    if let Some(name) = &name {
        elements.entry(Element::Name).or_insert_with(|| Presence::Present(name.clone()));
    }
    for element in Element::ALL {
        elements.entry(element).or_insert(Presence::Missing);
    }
    Some(Guide { name, elements })
}

/// A filled place anywhere outweighs an empty one.
fn offer(elements: &mut BTreeMap<Element, Presence>, element: Element, field: &Field) {
    let label = field.label.clone();
    if field.is_filled() {
        if !matches!(elements.get(&element), Some(Presence::Present(_))) {
            elements.insert(element, Presence::Present(label));
        }
    } else {
        elements.entry(element).or_insert(Presence::Empty(label));
    }
}

/// The nearest heading before the first label.
fn title_before(dom: &Dom<'_>, first: usize) -> Option<String> {
    dom.all()
        .take_while(|it| *it < first)
        .filter(|it| matches!(dom.tag(*it), "h1" | "h2" | "h3" | "h4") && !dom.contains(*it, first))
        .map(|it| dom.text(it))
        .filter(|it| (4..=80).contains(&it.chars().count()))
        .last()
}

#[cfg(test)]
mod tests {
    use scraper::Html;

    use super::read;
    use crate::page::areas::Areas;
    use crate::page::dom::Dom;
    use crate::page::model::{Element, Guide, Presence};

    fn guide(body: &str) -> Option<Guide> {
        let html = Html::parse_document(body);
        read(&Dom::of(&html), &Areas::default(), Some("某某许可"))
    }

    /// One letter a class: present, empty, missing.
    fn shape(body: &str) -> String {
        let guide = guide(body).expect("a guide");
        Element::ALL
            .iter()
            .map(|it| match guide.elements[it] {
                Presence::Present(_) => 'P',
                Presence::Empty(_) => 'e',
                Presence::Missing => '-',
            })
            .collect()
    }

    #[test]
    fn a_table_of_labels_and_values_is_read() {
        let body = "<table><tr><td>办理依据</td><td>某法第三条</td><td>办公时间</td><td>周一至周五</td></tr>\
                    <tr><td>申报材料</td><td>申请书</td><td>咨询电话</td><td></td></tr>\
                    <tr><td>申请条件</td><td>已成年</td><td>办事地址</td><td>政务大厅</td></tr></table>";
        assert_eq!(shape(body), "PPPPPPe-");
    }

    #[test]
    fn headings_over_text_are_read() {
        let body = "<h3>一、设定依据</h3><p>某法</p><h3>二、申请条件</h3><p>甲</p><h3>三、申请材料</h3><p>乙</p>\
                    <h3>四、办理流程</h3><h3>五、联系电话</h3><p>0870-2123456</p>";
        assert_eq!(shape(body), "PPPP--Pe");
    }

    #[test]
    fn bold_paragraphs_and_lines_are_read() {
        let body = "<p><strong>（一）法律依据：</strong>某法</p><p><b>办理条件：</b></p><p>甲</p>\
                    <p>所需材料：乙</p><p>办理程序：受理、审核</p><p>受理地点及时间：政务大厅，工作日</p>";
        assert_eq!(shape(body), "PPPPPP-P");
    }

    #[test]
    fn tabs_over_panels_are_read() {
        let body = "<ul><li>办理依据</li><li>申请条件</li><li>申报材料</li><li>办理流程图</li></ul>\
                    <div><div>某法</div><div></div><div>申请书</div><div><img src=a.png></div></div>";
        assert_eq!(shape(body), "PPeP---P");
    }

    #[test]
    fn an_empty_class_is_not_filled_by_the_label_after_it() {
        let body = "<div>审批依据：</div><div>某法</div><div>申报条件：</div><div></div><div>收费标准：</div><div>不收费</div>\
                    <div>申报材料：</div><div>乙</div>";
        assert_eq!(shape(body), "PPeP----");
    }

    #[test]
    fn an_article_that_speaks_of_materials_is_no_guide() {
        assert_eq!(
            guide("<p>各单位要按照要求报送材料，优化办理流程，公布联系电话。</p><p>联系电话：2123456</p>"),
            None
        );
    }
}

//! Pictures that take turns, with their titles kept apart: one box holds the linked pictures, another as many titles.
//!
//! A reader sees each picture with its title, and a click leads where the picture's link does. The two are put
//! together only where a box holds nothing else, so that ten banners beside ten tabs are not taken for one.

use super::areas::Areas;
use super::dom::{Dom, Id};
use super::links::target;
use super::lists::Found;
use super::model::Dated;
use super::rows::Row;

/// Pictures that take turns are this many.
const PICTURES: std::ops::RangeInclusive<usize> = 3..=10;
/// In characters.
const LONGEST_TITLE: usize = 80;

/// Every carousel of the page, each with the box that holds all of it.
pub(super) fn find(dom: &Dom<'_>, areas: &Areas) -> Vec<(Id, Found)> {
    let holds_pictures = |it: &Id| {
        dom.text_length(*it) == 0
            && PICTURES.contains(&dom.anchors(*it))
            && dom.child_elements(*it).count() == dom.anchors(*it)
            && dom
                .child_elements(*it)
                .all(|it| dom.anchors(it) == 1 && dom.tagged(it, "img").next().is_some())
    };
    let pictures = dom.all().filter(holds_pictures).filter(|it| areas.is_main(dom, *it));
    pictures.filter_map(|it| with_titles(dom, it)).collect()
}

fn with_titles(dom: &Dom<'_>, pictures: Id) -> Option<(Id, Found)> {
    let count = dom.anchors(pictures);
    let whole = dom.ancestors(pictures).take(3).find(|it| dom.text_length(*it) > 0)?;
    let titles = dom.elements(whole).find(|it| are_titles(dom, *it, count))?;
    // Numbers to choose a picture by may stand there too.
    if dom.text_length(whole) > dom.text_length(titles) + 2 * count {
        return None;
    }
    let rows = dom.child_elements(pictures).zip(dom.child_elements(titles)).map(|(picture, title)| {
        let link = dom.links_between(picture, dom.end(picture)).next().unwrap_or(picture);
        Row {
            from: picture,
            to: dom.end(picture),
            title: dom.text(title),
            href: dom.attr(link, "href").unwrap_or_default().trim().to_owned(),
            target: target(dom, link).to_owned(),
            date: Dated::Absent,
            pinned: false,
            days: Vec::new(),
        }
    });
    let rows = rows.collect();
    Some((whole, Found { element: pictures, last: pictures, rows, name: None, more: None }))
}

fn are_titles(dom: &Dom<'_>, id: Id, count: usize) -> bool {
    let is_title = |it: Id| {
        (1..=LONGEST_TITLE).contains(&dom.text_length(it))
            && dom.anchors(it) <= 1
            && dom.fragments(it).any(|(_, text)| text.chars().any(char::is_alphabetic))
            && dom.tagged(it, "img").next().is_none()
    };
    dom.text_length(id) >= count
        && dom.child_elements(id).count() == count
        && dom.child_elements(id).all(is_title)
}

//! The city's plan as a checklist: every duty is there, in the plan's own words, and somebody owes it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use govcensus::checklist::{self, Checklist, Decided, Effect, Group, Place, Portal, Role};
use govcensus::dossier;
use govcensus::site::Registry;

use crate::tidy;

fn zhaotong() -> Checklist {
    let edition = checklist::adopted().iter().find(|it| it.id == "zhaotong-2017").unwrap();
    checklist::parse(Path::new(edition.file), edition.text).unwrap()
}

/// The ids of the first reading of the plan, `fixtures/rows.tsv`.
fn read_first() -> BTreeSet<String> {
    let rows = fs::read_to_string(tidy::root().join("fixtures/rows.tsv")).unwrap();
    let rows = rows.lines().filter_map(|line| line.split_once('\t'));
    rows.filter(|(checklist, _)| *checklist == "zhaotong-2017").map(|(_, id)| id.to_owned()).collect()
}

#[test]
fn every_duty_of_the_plan_is_there_once_and_no_other() {
    let plan = zhaotong();
    let ids: BTreeSet<String> = plan.entries.iter().map(|it| it.clause.clone()).collect();
    assert_eq!((plan.entries.len(), ids.len()), (331, 331));
    assert_eq!(ids, read_first());
}

#[test]
fn every_quote_is_word_for_word_in_the_plan() {
    let plan = zhaotong();
    let path = plan.plans[0].1.text.as_ref().unwrap();
    let text = fs::read_to_string(tidy::root().join(path)).unwrap();
    let wrong: Vec<_> =
        plan.entries.iter().filter(|it| !text.contains(&it.text)).map(|it| &it.clause).collect();
    assert!(wrong.is_empty(), "not in {path}: {wrong:?}");
}

#[test]
fn every_duty_has_somebody_who_answers_and_advises() {
    let plan = zhaotong();
    for entry in &plan.entries {
        let duty = entry.duty.as_ref().unwrap_or_else(|| panic!("{} is no duty", entry.clause));
        assert!(duty.owed_by.iter().any(|it| it.role != Role::With), "{}", entry.clause);
        assert_eq!(entry.effect, Effect::Advise, "{}", entry.clause);
        let judged = entry.indicator.is_some();
        let person = entry.decided == Decided::Manual;
        let repeated = !duty.same_as.is_empty();
        assert!(judged ^ (person || repeated), "{}", entry.clause);
        for same in &duty.same_as {
            let (document, clause) = same.split_once(' ').unwrap();
            let edition = checklist::adopted().iter().find(|it| it.id == document).unwrap();
            let other = checklist::parse(Path::new(edition.file), edition.text).unwrap();
            assert!(other.entries.iter().any(|it| it.clause == clause), "{}: {same}", entry.clause);
        }
    }
    let by_a_person = plan.entries.iter().filter(|it| it.decided == Decided::Manual).count();
    assert!((24..=40).contains(&by_a_person), "{by_a_person} rows are for a person");
}

/// What is marked as the plan's own words stands in the plan; everything else is marked as ours.
#[test]
fn a_name_is_the_plans_or_is_marked_as_ours() {
    let plan = zhaotong();
    let text =
        dossier::plain(&fs::read_to_string(tidy::root().join("checklists/zhaotong-2017/plan.txt")).unwrap());
    for entry in &plan.entries {
        let duty = entry.duty.as_ref().unwrap();
        for (key, table) in &entry.terms {
            let Some(names) = table.as_table() else { continue };
            for name in names.get("plan").and_then(toml::Value::as_array).into_iter().flatten() {
                let name = name.as_str().unwrap();
                assert!(text.contains(&dossier::plain(name)), "{}: {name} is not the plan's", entry.clause);
            }
            if names.contains_key("ours") {
                let key = format!("terms.{key}.ours");
                assert!(duty.is_ours(&key), "{}: {key} is not marked", entry.clause);
            }
        }
        // The plan sets no interval in days: each one is ours.
        if entry.terms.contains_key("within_days") {
            assert!(duty.is_ours("terms.within_days"), "{}", entry.clause);
        }
    }
}

/// A city of three bodies: its portal, a county, and a bureau without a site.
const ROSTER: &str = r#"
[city]
name = "昭通市"
[[site]]
id = "city"
name = "昭通市人民政府"
url = "http://www.zt.example/"
class = "city"
[[site]]
id = "zhaoyang"
name = "昭阳区人民政府门户网站"
body = "昭阳区人民政府"
url = "http://www.zy.example/"
class = "county"
[[site]]
id = "finance"
name = "昭通财政"
url = "http://czj.zt.example/"
class = "bureau"
[[site]]
id = "hr"
name = "某某局门户"
url = "http://rsj.zt.example/"
class = "bureau"
sector = "human-resources-social-security"
[[site]]
id = "archives"
name = "昭通市档案局"
class = "bureau"
parent = "city"
"#;

/// Who owes a row, and where it is looked for.
fn owed(clause: &str) -> Vec<(String, Place)> {
    let plan = zhaotong();
    let registry = Registry::parse(Path::new("r.toml"), ROSTER).unwrap();
    let roll = checklist::resolve(&plan, &registry);
    let at = plan.entries.iter().position(|it| it.clause == format!("zt2017.{clause}")).unwrap();
    let owed = roll.owed.iter().filter(|it| it.entry == at);
    owed.map(|it| {
        let body = &roll.bodies[it.body];
        (body.site.as_ref().map_or_else(|| body.name.clone(), ToString::to_string), it.place.clone())
    })
    .collect()
}

fn own(id: &str) -> (String, Place) {
    (id.to_owned(), Place::Own(id.parse().unwrap()))
}

#[test]
fn all_bureaus_are_those_of_the_roster_and_those_the_plan_names_besides() {
    let owed = owed("0.2.no-site-fallback");
    let found: Vec<_> = owed.iter().take(3).cloned().collect();
    let archives = ("archives".to_owned(), Place::Parent("city".parse().unwrap()));
    assert_eq!(found, [own("finance"), own("hr"), archives]);
    // 市教育局 and the others are in no roster: they are named, and nobody looks for anything.
    let absent: Vec<_> = owed.iter().skip(3).collect();
    assert!(absent.iter().any(|(name, _)| name == "市教育局"));
    assert!(absent.iter().all(|(_, place)| matches!(place, Place::Person(_))));
}

#[test]
fn a_body_is_found_by_its_names_and_else_by_its_sector() {
    // 昭通财政 is an alias; 某某局门户 bears no name of the plan, and is alone in its sector.
    assert_eq!(owed("1.1.fiscal-monthly"), [own("finance")]);
    assert_eq!(owed("1.2.social-rate-cut"), [own("hr")]);
}

#[test]
fn a_duty_on_another_portal_is_looked_for_there_and_charged_to_the_body() {
    let city = || Place::Other("city".parse().unwrap());
    assert_eq!(owed("2.1.list-occupation"), [("hr".to_owned(), city())]);
    // The roster has no 市发改委; it is charged all the same, and named.
    assert_eq!(owed("2.1.list-price"), [("市发改委".to_owned(), city())]);
}

#[test]
fn a_body_without_a_site_owes_nothing_on_its_own_and_is_looked_for_on_its_parents() {
    let of = |clause| owed(clause).into_iter().find(|(id, _)| id == "archives").unwrap().1;
    assert!(matches!(of("0.2.key-area-section"), Place::Nowhere(_)));
    assert_eq!(of("6.2.disclosure-attribute"), Place::Parent("city".parse().unwrap()));
}

#[test]
fn who_only_helps_is_never_charged() {
    let bodies: Vec<_> = owed("1.2.fee-catalogue-admin").into_iter().map(|(id, _)| id).collect();
    assert_eq!(bodies, ["finance"], "市人社局 and 市地税局 配合");
    let plan = zhaotong();
    for entry in &plan.entries {
        let duty = entry.duty.as_ref().unwrap();
        if duty.group == Group::Lead {
            assert!(duty.owed_by.iter().any(|it| it.role == Role::Lead), "{}", entry.clause);
        }
        if let Portal::Of(name) = &duty.portal {
            assert!(plan.plans[0].1.bodies.iter().any(|it| it.name == *name), "{}: {name}", entry.clause);
        }
    }
}

#[test]
fn what_counties_publish_is_asked_of_counties() {
    let owed = owed("4.3.county-admission-elements");
    assert!(owed.contains(&own("zhaoyang")));
    let lead = owed.iter().find(|(name, _)| name == "市教育局").unwrap();
    assert!(matches!(lead.1, Place::Person(_)));
}

#[test]
fn the_template_of_the_roster_names_every_body_that_can_have_a_site() {
    let plan = zhaotong();
    let path = "checklists/zhaotong-2017/roster.toml";
    let title = format!("{}（{}）", plan.title, plan.source);
    tidy::keep(&[(path.to_owned(), checklist::roster_template(&plan.plans[0].1, &title, "昭通市"))]);
    let text = fs::read_to_string(tidy::root().join(path)).unwrap();
    let registry = Registry::parse(Path::new(path), &text).unwrap();
    assert_eq!(registry.sites.len(), 51);
    let roll = checklist::resolve(&plan, &registry);
    let absent: Vec<_> = roll.bodies.iter().filter(|it| it.site.is_none()).map(|it| &it.name).collect();
    // 国有企业 owes nothing by itself; schools, hospitals and polluters are in no roster of a city.
    assert_eq!(absent, ["重点排污单位", "高校", "医疗机构"]);
}

#[test]
fn the_dated_duties_of_the_year_are_in_its_calendar() {
    let plan = zhaotong();
    let due = |clause: &str| -> Vec<String> {
        let entry = plan.entries.iter().find(|it| it.clause == format!("zt2017.{clause}")).unwrap();
        let period = entry.duty.as_ref().unwrap().period.as_ref().unwrap();
        period.dues().iter().map(|it| it.day.to_string()).collect()
    };
    assert_eq!(due("0.3.impl-plan-deadline"), ["2017-07-11"]);
    assert_eq!(due("6.1.report-to-office"), ["2017-11-15"]);
    assert_eq!(due("2.1.random-list-city"), ["2017-12-31"]);
    assert_eq!(due("1.1.stats-quarterly"), ["2017-08-14", "2017-11-14", "2018-02-14"]);
    assert_eq!(due("1.1.fiscal-monthly").len(), 8);
    // The plan was issued after March 2017, so that the first list by the end of March is that of 2018.
    assert_eq!(due("4.2.key-polluter-list"), ["2018-03-31"]);
}

#[test]
fn mistakes_in_a_plan_are_named_with_their_lines() {
    let text = fs::read_to_string(tidy::root().join("fixtures/plans/lanchuan-2017.toml")).unwrap();
    let wrong = text
        .replacen("owed_by   = [\"各县区\"]", "owed_by   = [\"各乡镇\"]", 1)
        .replace("period    = { by = \"2017-10-31\" }", "period    = { until = \"2017-10-31\" }")
        .replace("decided   = \"manual\"", "decided   = \"auto\"");
    let complaints = checklist::parse(Path::new("p.toml"), &wrong).unwrap_err().to_string();
    assert!(complaints.contains("no `[[body]]` and no `[[group]]` is called `各乡镇`"), "{complaints}");
    assert!(complaints.contains("a period is written as { by }"), "{complaints}");
    assert!(complaints.contains("`indicator` is missing"), "{complaints}");
    assert_eq!(complaints.lines().count(), 3, "{complaints}");
}

#[test]
fn every_quote_of_the_invented_plan_is_its_own() {
    let path = tidy::root().join("fixtures/plans/lanchuan-2017.toml");
    let plan = checklist::parse(&path, &fs::read_to_string(&path).unwrap()).unwrap();
    let text = fs::read_to_string(tidy::root().join(plan.plans[0].1.text.as_ref().unwrap())).unwrap();
    for entry in &plan.entries {
        assert!(text.contains(&entry.text), "{}", entry.clause);
    }
}

#[test]
fn a_variant_of_a_plan_gives_points_and_lets_conditions_hold() {
    let text = r#"
id       = "zhaotong-2017-points"
extends  = "zhaotong-2017"
withheld = false
[pass]
at_least = 60
mark     = "P"
[[entry]]
clause  = "zt2017.2.1.power-list-counties"
effect  = "deduct"
each    = 2
at_most = 2
[[entry]]
clause = "zt2017.4.2.city-water-ranking"
holds  = true
"#;
    let plan = checklist::parse(Path::new("v.toml"), text).unwrap();
    assert_eq!((plan.entries.len(), plan.plans.len()), (331, 1));
    let entry =
        |clause: &str| plan.entries.iter().find(|it| it.clause == format!("zt2017.{clause}")).unwrap();
    assert!(matches!(entry("2.1.power-list-counties").effect, Effect::Deduct { .. }));
    assert!(entry("4.2.city-water-ranking").duty.as_ref().unwrap().condition.is_none());
    assert!(entry("6.2.emergency-followup").duty.as_ref().unwrap().condition.is_some());
    // Everybody still owes what they owed.
    let registry = Registry::parse(Path::new("r.toml"), ROSTER).unwrap();
    let (own, base) = (checklist::resolve(&plan, &registry), checklist::resolve(&zhaotong(), &registry));
    assert_eq!(own.owed.len(), base.owed.len());
}

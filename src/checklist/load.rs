//! Reading a checklist: every mistake with its line, and the editions that are built in.

use std::collections::BTreeMap;
use std::path::Path;

use crate::base::{Complaints, Document, Fields};
use crate::site::Class;

use super::{Checklist, Decided, DocumentName, Duty, Effect, Entry, Mark, PassMark, Plan, Points};

/// An edition that is built into the program.
#[derive(Clone, Copy, Debug)]
pub struct Adopted {
    /// What `--checklist` calls it.
    pub id: &'static str,
    /// Its file, under the top level of the package.
    pub file: &'static str,
    /// Its text.
    pub text: &'static str,
}

/// The editions that are built in, in order of name.
pub fn adopted() -> &'static [Adopted] {
    &[
        Adopted {
            id: "census-2015",
            file: "checklists/census-2015.toml",
            text: include_str!("../../checklists/census-2015.toml"),
        },
        Adopted {
            id: "guidelines-2017",
            file: "checklists/guidelines-2017.toml",
            text: include_str!("../../checklists/guidelines-2017.toml"),
        },
        Adopted {
            id: "inspection-2019",
            file: "checklists/inspection-2019.toml",
            text: include_str!("../../checklists/inspection-2019.toml"),
        },
        Adopted {
            id: "zhaotong-2017",
            file: "checklists/zhaotong-2017.toml",
            text: include_str!("../../checklists/zhaotong-2017.toml"),
        },
    ]
}

/// Reads a checklist. `file` is only named in complaints.
///
/// A local variant (pass mark, points, rows left to a person) begins with `extends = "inspection-2019"` and holds only
/// what differs: an entry whose clause stands in the adopted document changes the fields it names, any other entry is
/// a new row at the end.
pub fn parse(file: &Path, text: &str) -> Result<Checklist, Complaints> {
    let document = Document::parse(text);
    let checklist = read(file, &document.root());
    let complaints = document.into_complaints();
    match checklist {
        Some(checklist) if complaints.is_empty() => Ok(checklist),
        _ => Err(Complaints::new(file, complaints)),
    }
}

fn read(file: &Path, root: &Fields<'_>) -> Option<Checklist> {
    // Every field is read before the first `?`, so that one mistake does not hide the next.
    let base = root.text("extends").and_then(|id| extended(root, &id));
    let own = |key| if base.is_some() { root.text(key) } else { root.required(key) };
    let id = root.required("id");
    let title = own("title").or_else(|| base.as_ref().map(|it| it.title.clone()));
    let title_en = own("title_en").or_else(|| base.as_ref().map(|it| it.title_en.clone()));
    let source = own("source").or_else(|| base.as_ref().map(|it| it.source.clone()));
    let full = points(root, "full").or_else(|| base.as_ref().map(|it| it.full));
    if full.is_none() && !root.has("full") {
        root.complain("full", "`full` is missing: the score a site starts from");
    }
    let withheld = withheld(root, base.as_ref());
    let pass = root.table("pass").and_then(|fields| read_pass(&fields));
    let pass = pass.or_else(|| base.as_ref().filter(|_| !root.has("pass")).map(|it| it.pass));
    if pass.is_none() && !root.has("pass") {
        root.complain("pass", "`[pass]` is missing: with `at_least` and `mark`");
    }
    let plan =
        Plan::read(root).or_else(|| base.as_ref().and_then(|it| it.plans.first()).map(|it| it.1.clone()));
    let (tables, duties) = (root.tables("entry"), root.tables("duty"));
    let cannot_see = root.raw("cannot_see");
    if tables.is_empty() && duties.is_empty() && base.is_none() {
        root.complain("entry", "there is no `[[entry]]` and no `[[duty]]`");
    }
    let document = id.clone().unwrap_or_default();
    let mut entries = read_entries(&tables, &document, base.map(|it| it.entries).unwrap_or_default());
    entries.extend(read_duties(&duties, &document, plan.as_ref(), &cannot_see));
    for entry in &mut entries {
        entry.document.clone_from(&document);
    }
    let plans = plan.into_iter().map(|plan| (document.clone(), plan)).collect();
    Some(Checklist {
        file: file.to_owned(),
        id: id?,
        title: title?,
        title_en: title_en?,
        source: source?,
        full: full?,
        pass: pass?,
        withheld,
        entries,
        plans,
        further: Vec::new(),
    })
}

/// Several checklists as one: the first gives title, score and pass mark, the others their rows.
///
/// Points of a document that withholds its own total are withheld from the first one's as well.
pub fn joined(mut first: Checklist, others: Vec<Checklist>) -> Checklist {
    for mut other in others {
        if other.withheld.is_some() {
            for entry in &mut other.entries {
                if matches!(entry.effect, Effect::Deduct { .. }) {
                    entry.effect = Effect::Withheld;
                }
            }
        }
        first.entries.extend(other.entries);
        first.plans.extend(other.plans);
        first.further.push(DocumentName { id: other.id, title: other.title, source: other.source });
        first.further.extend(other.further);
    }
    first
}

/// The adopted document that a variant extends.
fn extended(root: &Fields<'_>, id: &str) -> Option<Checklist> {
    let edition = adopted().iter().find(|it| it.id == id);
    if edition.is_none() {
        let known = adopted().iter().map(|it| it.id).collect::<Vec<_>>().join(", ");
        root.complain("extends", format!("no adopted checklist is called `{id}`; known: {known}"));
    }
    // What is adopted reads: a test sees to that.
    edition.and_then(|it| parse(Path::new(it.file), it.text).ok())
}

/// A variant that knows the points gives the total again with `withheld = false`.
fn withheld(root: &Fields<'_>, base: Option<&Checklist>) -> Option<String> {
    if root.is_false("withheld") {
        return None;
    }
    root.text("withheld").or_else(|| base.and_then(|it| it.withheld.clone()))
}

/// The rows of the base, changed by the tables that name one of their clauses, and the new rows.
fn read_entries(tables: &[Fields<'_>], document: &str, mut entries: Vec<Entry>) -> Vec<Entry> {
    let mut lines: BTreeMap<String, usize> = BTreeMap::new();
    for fields in tables {
        let clause = fields.text("clause");
        if let Some(clause) = &clause
            && let Some(first) = lines.insert(clause.clone(), fields.line())
        {
            fields.complain("clause", format!("clause `{clause}` already stands on line {first}"));
            // It is read all the same, for its other mistakes.
            let _ = read_entry(fields, document, None);
            continue;
        }
        let at = entries.iter().position(|it| Some(&it.clause) == clause.as_ref());
        let Some(entry) = read_entry(fields, document, at.map(|at| &entries[at])) else { continue };
        match at {
            Some(at) => entries[at] = entry,
            None => entries.push(entry),
        }
    }
    entries
}

fn read_pass(fields: &Fields<'_>) -> Option<PassMark> {
    let at_least = points(fields, "at_least");
    let mark = required_word(fields, "mark", &Mark::WORDS);
    Some(PassMark { at_least: at_least?, mark: mark? })
}

/// One row; what it does not say it takes from the row that it changes.
fn read_entry(fields: &Fields<'_>, document: &str, base: Option<&Entry>) -> Option<Entry> {
    let own = |key, otherwise: fn(&Entry) -> &String| match base {
        Some(base) => Some(fields.text(key).unwrap_or_else(|| otherwise(base).clone())),
        None => fields.required(key),
    };
    let clause = own("clause", |it| &it.clause);
    let section = own("section", |it| &it.section);
    let title = own("title", |it| &it.title);
    let title_en = own("title_en", |it| &it.title_en);
    let text = own("text", |it| &it.text);
    let cannot_see = own("cannot_see", |it| &it.cannot_see);
    let decided = word_or(fields, "decided", &Decided::WORDS, base.map(|it| it.decided));
    let mark = word_or(fields, "mark", &Mark::WORDS, base.map(|it| it.mark));
    let effect = read_effect(fields, mark, base.map(|it| it.effect));
    let classes = fields.texts("applies_to");
    let applies_to: Vec<Class> = classes.iter().filter_map(|id| Class::from_id(id)).collect();
    if applies_to.len() != classes.len() {
        fields.complain("applies_to", "`applies_to` names a class of site that there is not");
    }
    let inherited = base.filter(|_| decided != Some(Decided::Manual));
    let indicator = fields.text("indicator").or_else(|| inherited.and_then(|it| it.indicator.clone()));
    let terms = fields.raw("terms");
    match (decided, indicator.is_some()) {
        (Some(Decided::Manual), true) => {
            fields.complain("indicator", "a row with `decided = \"manual\"` has no `indicator`");
        }
        (Some(Decided::Auto | Decided::Assist | Decided::Monitor), false) => {
            fields.complain(
                "indicator",
                "`indicator` is missing; only rows with `decided = \"manual\"` have none",
            );
        }
        _ => {}
    }
    Some(Entry {
        line: fields.line(),
        document: document.to_owned(),
        clause: clause?,
        section: section?,
        title: title?,
        title_en: title_en?,
        text: text?,
        indicator,
        terms: if fields.has("terms") {
            terms
        } else {
            inherited.map(|it| it.terms.clone()).unwrap_or_default()
        },
        effect: effect?,
        decided: decided?,
        mark: mark?,
        applies_to: match base {
            Some(base) if !fields.has("applies_to") => base.applies_to.clone(),
            _ => applies_to,
        },
        cannot_see: cannot_see?,
        duty: base.and_then(|it| it.duty.clone()).map(|duty| Duty {
            // A variant says of a conditional row that what it waits for has happened.
            condition: duty.condition.filter(|_| !fields.truth("holds")),
            ..duty
        }),
    })
}

/// The rows of a plan, in its order.
fn read_duties(
    tables: &[Fields<'_>],
    document: &str,
    plan: Option<&Plan>,
    cannot_see: &toml::Table,
) -> Vec<Entry> {
    let mut lines: BTreeMap<String, usize> = BTreeMap::new();
    let mut entries = Vec::new();
    for fields in tables {
        let entry = read_duty(fields, document, plan, cannot_see);
        let Some(entry) = entry else { continue };
        match lines.insert(entry.clause.clone(), entry.line) {
            Some(first) => {
                let message = format!("clause `{}` already stands on line {first}", entry.clause);
                fields.complain("clause", message);
            }
            None => entries.push(entry),
        }
    }
    entries
}

/// A row of a plan: `quote` is its rule, and it advises in official words unless it says otherwise.
fn read_duty(
    fields: &Fields<'_>,
    document: &str,
    plan: Option<&Plan>,
    cannot_see: &toml::Table,
) -> Option<Entry> {
    let clause = fields.required("clause");
    let (section, title) = (fields.required("section"), fields.required("title"));
    let (title_en, text) = (fields.required("title_en"), fields.required("quote"));
    let decided = required_word(fields, "decided", &Decided::WORDS);
    let mark = fields.word("mark", &Mark::WORDS).unwrap_or(Mark::A);
    let effect = read_effect(fields, Some(mark), Some(Effect::Advise));
    let indicator = fields.text("indicator");
    let mut terms = fields.raw("terms");
    let duty = Duty::read(fields);
    for owed_by in &duty.owed_by {
        if !plan.is_some_and(|it| it.knows(&owed_by.who)) {
            let message = format!("no `[[body]]` and no `[[group]]` is called `{}`", owed_by.who);
            fields.complain("clause", message);
        }
    }
    let by_nobody = decided == Some(Decided::Manual) || !duty.same_as.is_empty();
    match (by_nobody, indicator.is_some()) {
        (true, true) => fields.complain(
            "indicator",
            "a row that a person decides, or that another row repeats, has no `indicator`",
        ),
        (false, false) => fields.complain("indicator", "`indicator` is missing"),
        _ => {}
    }
    if indicator.is_some() && fields.has("period") {
        terms.insert("period".to_owned(), toml::Value::Table(fields.raw("period")));
    }
    let otherwise = indicator.as_deref().and_then(|it| cannot_see.get(it)).and_then(toml::Value::as_str);
    let cannot_see = fields.text("cannot_see").or_else(|| otherwise.map(str::to_owned));
    Some(Entry {
        line: fields.line(),
        document: document.to_owned(),
        clause: clause?,
        section: section?,
        title: title?,
        title_en: title_en?,
        text: text?,
        indicator,
        terms,
        effect: effect?,
        decided: decided?,
        mark,
        applies_to: Vec::new(),
        cannot_see: cannot_see.unwrap_or_else(|| "网站不能完整反映，须由人工核实。".to_owned()),
        duty: Some(duty),
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Does {
    Veto,
    Deduct,
    Advise,
}

fn read_effect(fields: &Fields<'_>, mark: Option<Mark>, base: Option<Effect>) -> Option<Effect> {
    let words = [("veto", Does::Veto), ("deduct", Does::Deduct), ("advise", Does::Advise)];
    let does = |effect: Effect| match effect {
        Effect::Veto => Does::Veto,
        Effect::Deduct { .. } | Effect::Withheld => Does::Deduct,
        Effect::Advise => Does::Advise,
    };
    let effect = word_or(fields, "effect", &words, base.map(does));
    let withheld = fields.word("points", &[("withheld", ())]).is_some();
    let (each, at_most) = (points(fields, "each"), points(fields, "at_most"));
    let effect = effect?;
    let speaks_of_points = ["points", "each", "at_most"].iter().any(|key| fields.has(key));
    if effect != Does::Deduct {
        for key in ["points", "each", "at_most"] {
            if fields.has(key) {
                fields.complain(key, format!("`{key}` goes with `effect = \"deduct\"`"));
            }
        }
        return Some(if effect == Does::Veto { Effect::Veto } else { Effect::Advise });
    }
    if let Some(base @ (Effect::Deduct { .. } | Effect::Withheld)) = base
        && !speaks_of_points
    {
        return Some(base);
    }
    match (withheld, each) {
        (true, None) => Some(Effect::Withheld),
        (true, Some(_)) => {
            fields.complain("each", "points that are withheld are not written down; leave out `each`");
            None
        }
        (false, Some(_)) if matches!(mark, Some(Mark::C)) => {
            fields
                .complain("each", "a number of mark C is from memory; write `points = \"withheld\"` instead");
            None
        }
        (false, Some(each)) if at_most.is_some_and(|at_most| at_most < each) => {
            fields.complain("at_most", "`at_most` is less than one deduction");
            None
        }
        (false, Some(each)) => Some(Effect::Deduct { each, at_most }),
        (false, None) => {
            fields.complain("each", "a deduction needs `each`, or `points = \"withheld\"`");
            None
        }
    }
}

fn points(fields: &Fields<'_>, key: &'static str) -> Option<Points> {
    let number = fields.number(key)?;
    let points = Points::from_decimal(number);
    if points.is_none() {
        fields.complain(key, format!("`{key}` is {number}; points are whole hundredths, not negative"));
    }
    points
}

/// A word that must be there, unless there is one to fall back on.
fn word_or<T: Copy>(
    fields: &Fields<'_>,
    key: &'static str,
    words: &[(&str, T)],
    otherwise: Option<T>,
) -> Option<T> {
    match otherwise {
        Some(otherwise) if !fields.has(key) => {
            // Asked for, so that it is a known key.
            fields.word(key, words).or(Some(otherwise))
        }
        _ => required_word(fields, key, words),
    }
}

fn required_word<T: Copy>(fields: &Fields<'_>, key: &'static str, words: &[(&str, T)]) -> Option<T> {
    if !fields.has(key) {
        let known = words.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(", ");
        fields.complain(key, format!("`{key}` is missing; one of {known}"));
    }
    fields.word(key, words)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{adopted, joined, parse};
    use crate::checklist::{Decided, Effect};

    #[test]
    fn every_adopted_checklist_reads() {
        for edition in adopted() {
            let checklist = parse(Path::new(edition.file), edition.text).unwrap();
            assert_eq!(checklist.id, edition.id);
        }
    }

    #[test]
    fn points_that_are_withheld_in_one_total_are_not_taken_off_another() {
        let read = |id: &str| {
            let edition = adopted().iter().find(|it| it.id == id).unwrap();
            parse(Path::new(edition.file), edition.text).unwrap()
        };
        let both = joined(read("census-2015"), vec![read("inspection-2019")]);
        let costs = |document: &str| {
            let rows = both.entries.iter().filter(|it| it.document == document);
            rows.filter(|it| matches!(it.effect, Effect::Deduct { .. })).count()
        };
        assert!(costs("census-2015") > 0);
        assert_eq!(costs("inspection-2019"), 0);
    }

    #[test]
    fn a_local_variant_holds_only_what_differs() {
        let text = "id = \"hubei-2022\"\nextends = \"inspection-2019\"\nwithheld = false\n[pass]\nat_least = 80\nmark = \"B\"\n\
                    [[entry]]\nclause = \"D19-4\"\neach = 2\nat_most = 6\n\
                    [[entry]]\nclause = \"V19-6a\"\ndecided = \"manual\"\n";
        let variant = parse(Path::new("v.toml"), text).unwrap_or_else(|error| panic!("{error}"));
        let base = adopted().iter().find(|it| it.id == "inspection-2019").unwrap();
        let base = parse(Path::new(base.file), base.text).unwrap();
        assert_eq!((variant.entries.len(), variant.pass.at_least.decimal()), (base.entries.len(), 80.0));
        assert!(variant.withheld.is_none() && base.withheld.is_some());
        let row = |clause: &str| variant.entries.iter().find(|it| it.clause == clause).unwrap();
        assert_eq!(row("D19-4").indicator.as_deref(), Some("column-stale"));
        assert!(matches!(row("D19-4").effect, Effect::Deduct { each, .. } if each.to_string() == "2"));
        assert_eq!((row("V19-6a").decided, row("V19-6a").indicator.clone()), (Decided::Manual, None));
    }

    #[test]
    fn what_is_extended_must_be_there_and_a_cap_holds_one_deduction() {
        let text = "id = \"x\"\nextends = \"census-2051\"\n";
        let complaints = parse(Path::new("v.toml"), text).unwrap_err().to_string();
        assert!(
            complaints.contains("v.toml:2: no adopted checklist is called `census-2051`"),
            "{complaints}"
        );
        let text =
            "id = \"x\"\nextends = \"census-2015\"\n[[entry]]\nclause = \"D15-3\"\neach = 5\nat_most = 4\n";
        let complaints = parse(Path::new("v.toml"), text).unwrap_err().to_string();
        assert_eq!(complaints, "v.toml:6: `at_most` is less than one deduction");
    }

    #[test]
    fn every_mistake_is_named_with_its_line() {
        let text = "id = \"x\"\ntitle = \"x\"\ntitle_en = \"x\"\nsource = \"x\"\nfull = 100\n[pass]\nat_least = 60\nmark = \"B\"\n\
                    [[entry]]\nclause = \"1\"\nsection = \"s\"\ntitle = \"t\"\ntitle_en = \"t\"\ntext = \"t\"\ncannot_see = \"c\"\n\
                    indicator = \"a\"\neffect = \"deduct\"\neach = 0.001\ndecided = \"manual\"\nmark = \"A\"\nwindow = 3\n";
        let complaints = parse(Path::new("c.toml"), text).unwrap_err();
        let lines: Vec<_> = complaints.list.iter().map(|it| it.line).collect();
        assert_eq!(lines, [16, 18, 18, 21], "{complaints}");
    }
}

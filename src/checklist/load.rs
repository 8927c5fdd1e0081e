//! Reading a checklist: every mistake with its line, and the editions that are built in.

use std::collections::BTreeMap;
use std::path::Path;

use crate::base::{Complaints, Document, Fields};
use crate::site::Class;

use super::{Checklist, Decided, Effect, Entry, Mark, PassMark, Points};

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
    ]
}

/// Reads a checklist. `file` is only named in complaints.
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
    let id = root.required("id");
    let title = root.required("title");
    let title_en = root.required("title_en");
    let source = root.required("source");
    let full = points(root, "full");
    let withheld = root.text("withheld");
    let pass = root.table("pass").and_then(|fields| read_pass(&fields));
    if !root.has("pass") {
        root.complain("pass", "`[pass]` is missing: with `at_least` and `mark`");
    }
    let tables = root.tables("entry");
    if tables.is_empty() {
        root.complain("entry", "there is no `[[entry]]`");
    }
    let mut lines: BTreeMap<String, usize> = BTreeMap::new();
    let mut entries = Vec::new();
    for fields in &tables {
        let Some(entry) = read_entry(fields) else { continue };
        if let Some(first) = lines.insert(entry.clause.clone(), entry.line) {
            fields.complain("clause", format!("clause `{}` already stands on line {first}", entry.clause));
        }
        entries.push(entry);
    }
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
    })
}

fn read_pass(fields: &Fields<'_>) -> Option<PassMark> {
    let at_least = points(fields, "at_least");
    let mark = fields.word("mark", &Mark::WORDS);
    Some(PassMark { at_least: at_least?, mark: mark? })
}

fn read_entry(fields: &Fields<'_>) -> Option<Entry> {
    let clause = fields.required("clause");
    let section = fields.required("section");
    let title = fields.required("title");
    let title_en = fields.required("title_en");
    let text = fields.required("text");
    let cannot_see = fields.required("cannot_see");
    let indicator = fields.text("indicator");
    let decided = required_word(fields, "decided", &Decided::WORDS);
    let mark = required_word(fields, "mark", &Mark::WORDS);
    let effect = read_effect(fields, mark);
    let classes = fields.texts("applies_to");
    let applies_to: Vec<Class> = classes.iter().filter_map(|id| Class::from_id(id)).collect();
    if applies_to.len() != classes.len() {
        fields.complain("applies_to", "`applies_to` names a class of site that there is not");
    }
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
        clause: clause?,
        section: section?,
        title: title?,
        title_en: title_en?,
        text: text?,
        indicator,
        terms,
        effect: effect?,
        decided: decided?,
        mark: mark?,
        applies_to,
        cannot_see: cannot_see?,
    })
}

fn read_effect(fields: &Fields<'_>, mark: Option<Mark>) -> Option<Effect> {
    let effect = required_word(fields, "effect", &[("veto", 'v'), ("deduct", 'd'), ("advise", 'a')]);
    let withheld = fields.word("points", &[("withheld", ())]).is_some();
    let (each, at_most) = (points(fields, "each"), points(fields, "at_most"));
    let effect = effect?;
    if effect != 'd' {
        for key in ["points", "each", "at_most"] {
            if fields.has(key) {
                fields.complain(key, format!("`{key}` goes with `effect = \"deduct\"`"));
            }
        }
        return Some(if effect == 'v' { Effect::Veto } else { Effect::Advise });
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

    use super::{adopted, parse};

    #[test]
    fn every_adopted_checklist_reads() {
        for edition in adopted() {
            let checklist = parse(Path::new(edition.file), edition.text).unwrap();
            assert_eq!(checklist.id, edition.id);
        }
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

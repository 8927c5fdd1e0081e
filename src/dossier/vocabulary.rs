//! What a column is for, by its name: the words of `checklists/vocabulary.toml`.

use std::path::Path;
use std::sync::LazyLock;

use crate::base::{ColumnKind, Complaints, Document, Fields};

use super::{Certainty, Kinded};

/// The words for kinds of column.
#[derive(Clone, Debug)]
pub struct Vocabulary {
    kinds: Vec<Words>,
}

#[derive(Clone, Debug)]
struct Words {
    kind: ColumnKind,
    ends: Vec<String>,
    hints: Vec<String>,
    not: Vec<String>,
}

/// The built-in vocabulary.
pub fn vocabulary() -> &'static Vocabulary {
    static BUILT_IN: LazyLock<Vocabulary> = LazyLock::new(|| {
        let text = include_str!("../../checklists/vocabulary.toml");
        #[expect(clippy::expect_used, reason = "a test reads the same text")]
        Vocabulary::parse(Path::new("checklists/vocabulary.toml"), text)
            .expect("the built-in vocabulary reads")
    });
    &BUILT_IN
}

impl Vocabulary {
    /// Reads a vocabulary. `file` is only named in complaints.
    pub fn parse(file: &Path, text: &str) -> Result<Self, Complaints> {
        let document = Document::parse(text);
        let vocabulary = read(&document.root());
        let complaints = document.into_complaints();
        if complaints.is_empty() { Ok(vocabulary) } else { Err(Complaints::new(file, complaints)) }
    }

    /// What a column of this name is for, and how sure that is.
    pub fn kind_of(&self, name: &str) -> Kinded {
        let name = bare(name);
        let fits = |words: &Words, list: &[String], how: fn(&str, &str) -> bool| {
            !words.not.iter().any(|it| name.contains(it.as_str())) && list.iter().any(|it| how(&name, it))
        };
        let said: Vec<ColumnKind> = self
            .kinds
            .iter()
            .filter(|words| fits(words, &words.ends, |name, word| name.ends_with(word)))
            .map(|words| words.kind)
            .collect();
        match said[..] {
            [kind] => return Kinded { kind: Some(kind), certainty: Certainty::Named },
            [kind, ..] => return Kinded { kind: Some(kind), certainty: Certainty::Hinted },
            [] => {}
        }
        let hinted = self
            .kinds
            .iter()
            .find(|words| fits(words, &words.hints, |name, word| name.contains(word)))
            .map(|words| words.kind);
        let certainty = if hinted.is_some() { Certainty::Hinted } else { Certainty::Unknown };
        Kinded { kind: hinted, certainty }
    }
}

/// The name without white space, punctuation and a trailing 更多.
fn bare(name: &str) -> String {
    let bare: String = name.chars().filter(|c| c.is_alphanumeric()).collect();
    bare.strip_suffix("更多").unwrap_or(&bare).to_owned()
}

fn read(root: &Fields<'_>) -> Vocabulary {
    let kinds = root.tables("kind").iter().filter_map(read_kind).collect();
    Vocabulary { kinds }
}

fn read_kind(fields: &Fields<'_>) -> Option<Words> {
    let kind = fields.word("id", &ColumnKind::ALL.map(|kind| (kind.id(), kind)));
    let (ends, hints, not) = (fields.texts("ends"), fields.texts("hints"), fields.texts("not"));
    if ends.is_empty() {
        fields.complain("ends", "`ends` is missing: the names that say this kind");
    }
    Some(Words { kind: kind?, ends, hints, not })
}

#[cfg(test)]
mod tests {
    use super::vocabulary;
    use crate::base::ColumnKind;
    use crate::dossier::Certainty;

    #[track_caller]
    fn check(name: &str, kind: Option<ColumnKind>, certainty: Certainty) {
        let kinded = vocabulary().kind_of(name);
        assert_eq!((kinded.kind, kinded.certainty), (kind, certainty), "{name}");
    }

    #[test]
    fn names_that_say_one_kind_are_sure() {
        for (name, kind) in [
            ("工作动态", ColumnKind::News),
            ("东屏要闻", ColumnKind::News),
            ("通 知 公 告", ColumnKind::Notice),
            ("公示公告 >>更多", ColumnKind::Notice),
            ("规范性文件", ColumnKind::Policy),
            ("人事任免", ColumnKind::Personnel),
            ("规划计划", ColumnKind::Plan),
            ("局长信箱", ColumnKind::Mailbox),
            ("民意征集", ColumnKind::Survey),
            ("在线访谈", ColumnKind::Interview),
            ("机构职能", ColumnKind::Static),
            ("历史专题", ColumnKind::Archive),
        ] {
            check(name, Some(kind), Certainty::Named);
        }
    }

    #[test]
    fn what_is_only_alike_is_never_held_to_a_limit() {
        for name in
            ["招标公告", "政策解读", "法律法规", "计划生育", "举报信箱", "统计调查", "双公示", "走进岚川"]
        {
            let certainty = vocabulary().kind_of(name).certainty;
            assert!(certainty > Certainty::Named, "{name} is {certainty:?}");
        }
    }
}

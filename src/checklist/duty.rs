//! What a row of a plan adds to a row: who owes it, for whom it counts, and on whose portal it must be seen.

use crate::base::{Day, Fields};

use super::Period;

/// What a body owes by a plan (责任分工).
#[derive(Clone, Debug)]
pub struct Duty {
    /// Who answers, by the names of groups or bodies.
    pub owed_by: Vec<OwedBy>,
    /// How the bodies share it.
    pub group: Group,
    /// Where it must be seen.
    pub portal: Portal,
    /// How much it weighs among the duties of a body; our proposal.
    pub severity: Severity,
    /// By when, or how often, when the plan or the checklist gives a number.
    pub period: Option<Period>,
    /// What must have happened before it is owed (发生突发事件); `None` when it is owed at once.
    pub condition: Option<String>,
    /// What it means that nothing is found.
    pub absence: Absence,
    /// Rows that ask the same, as `census-2015 V15-1`: this one is not judged and not counted again.
    pub same_as: Vec<String>,
    /// Keys of the row that are not the plan's but our proposal.
    pub ours: Vec<String>,
}

/// One body, or group of bodies, with its part in a duty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwedBy {
    /// A group's or a body's name in the plan.
    pub who: String,
    /// Its part.
    pub role: Role,
}

/// A body's part in a duty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// 牵头
    Lead,
    /// 负责、分别落实
    Each,
    /// 配合: named, and never charged.
    With,
}

/// How the bodies that are named share a duty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// Every body for itself.
    Each,
    /// 分别落实: the same.
    AllOf,
    /// 按照职责分工: enough that one of them has it.
    AnyOf,
    /// 牵头: the lead answers.
    Lead,
}

/// On whose portal a duty must be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Portal {
    /// The body's own; a body without one owes nothing.
    Own,
    /// The body's own, or that of its parent when it has none (如单位无门户网站, … 发布在相应政府网站上).
    OwnOrParent,
    /// The city government's.
    City,
    /// The counties'; a body that leads them is only named.
    Counties,
    /// That of the body with this name.
    Of(String),
}

/// What it means that nothing is found of what is owed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Absence {
    /// It was not published.
    IsMissing,
    /// There may have been nothing to publish (查处结果), or the plan does not order that it stands on a website
    /// (鼓励, 探索): a person says.
    ProvesNothing,
}

/// How much a duty weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Most.
    Major,
    /// Less.
    Minor,
    /// Least: worth knowing.
    Info,
}

impl Duty {
    /// The last day on which it can be done in time, among those not before `as_of`.
    pub fn next_due(&self, as_of: Day) -> Option<Day> {
        self.period.as_ref()?.dues().into_iter().map(|it| it.day).find(|day| *day >= as_of)
    }

    /// Whether a thing that the row says is our proposal.
    pub fn is_ours(&self, key: &str) -> bool {
        self.ours.iter().any(|it| it == key)
    }

    pub(super) fn read(fields: &Fields<'_>) -> Self {
        let roles = [("lead", Role::Lead), ("owed_by", Role::Each), ("with", Role::With)];
        let owed_by: Vec<OwedBy> = roles
            .iter()
            .flat_map(|(key, role)| fields.texts(key).into_iter().map(|who| OwedBy { who, role: *role }))
            .collect();
        if !owed_by.iter().any(|it| it.role != Role::With) {
            fields.complain("owed_by", "nobody owes it: name who answers in `lead` or `owed_by`");
        }
        let groups = [
            ("each", Group::Each),
            ("all-of", Group::AllOf),
            ("any-of", Group::AnyOf),
            ("lead", Group::Lead),
        ];
        let group = fields.word("group", &groups).unwrap_or(Group::Each);
        let portal = fields.text("portal").map_or(Portal::OwnOrParent, |it| Portal::named(&it));
        let severities = [("major", Severity::Major), ("minor", Severity::Minor), ("info", Severity::Info)];
        let severity = fields.word("severity", &severities).unwrap_or(Severity::Minor);
        let period = fields.table("period").and_then(|it| Period::read(&it));
        Self {
            owed_by,
            group,
            portal,
            severity,
            period,
            condition: fields.text("condition"),
            absence: fields
                .word(
                    "absence",
                    &[("is-missing", Absence::IsMissing), ("proves-nothing", Absence::ProvesNothing)],
                )
                .unwrap_or(Absence::IsMissing),
            same_as: fields.texts("same_as"),
            ours: fields.texts("ours"),
        }
    }
}

impl Portal {
    fn named(word: &str) -> Self {
        match word {
            "own" => Self::Own,
            "own-or-parent" => Self::OwnOrParent,
            "city" => Self::City,
            "counties" => Self::Counties,
            name => Self::Of(name.to_owned()),
        }
    }

    /// Where it must be seen, for readers of reports.
    pub fn zh(&self) -> String {
        match self {
            Self::Own => "本单位门户网站".to_owned(),
            Self::OwnOrParent => "本单位门户网站；没有门户网站的，在上级政府网站".to_owned(),
            Self::City => "市政府门户网站".to_owned(),
            Self::Counties => "各县区门户网站".to_owned(),
            Self::Of(name) => format!("{name}网站"),
        }
    }
}

impl Role {
    /// As reports spell it.
    pub fn id(self) -> &'static str {
        match self {
            Self::Lead => "lead",
            Self::Each => "each",
            Self::With => "with",
        }
    }

    /// The part with this id.
    pub fn from_id(id: &str) -> Option<Self> {
        [Self::Lead, Self::Each, Self::With].into_iter().find(|it| it.id() == id)
    }

    /// For readers of reports.
    pub fn zh(self) -> &'static str {
        match self {
            Self::Lead => "牵头",
            Self::Each => "负责",
            Self::With => "配合",
        }
    }
}

impl Severity {
    /// As reports spell it.
    pub fn id(self) -> &'static str {
        match self {
            Self::Major => "major",
            Self::Minor => "minor",
            Self::Info => "info",
        }
    }

    /// The weight with this id.
    pub fn from_id(id: &str) -> Option<Self> {
        [Self::Major, Self::Minor, Self::Info].into_iter().find(|it| it.id() == id)
    }
}

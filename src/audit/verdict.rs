//! The answer to one question, and the count that makes one.

use std::num::NonZeroUsize;

use crate::base::NonEmpty;
use crate::evidence::Gap;

use super::Finding;

/// The answer to one question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Something was examined, and the rule is met however the unread things turn out.
    Pass {
        /// How many things were looked at.
        examined: NonZeroUsize,
        /// Findings too few to fail the rule, but still worth mending.
        remarks: Vec<Finding>,
        /// What it rests on, where a rule says so: what fitted a name, and where. Counts against nobody.
        shown: Vec<Finding>,
    },
    /// The rule is broken, however the unread things turn out.
    Fail {
        /// How many things were looked at.
        examined: NonZeroUsize,
        /// What is wrong.
        findings: NonEmpty<Finding>,
        /// How many more things could not be read, and might be wrong as well.
        unread: usize,
    },
    /// The question does not arise on this site; zh-CN, why.
    NotApplicable(&'static str),
    /// We cannot say, and say so.
    Undetermined {
        /// What kept us from saying.
        gap: Gap,
        /// What was found all the same.
        remarks: Vec<Finding>,
        /// How many things could not be read; `None` when not even that is known.
        unread: Option<usize>,
        /// What a person should look at (可能相符). Counts against nobody.
        shown: Vec<Finding>,
    },
}

impl From<Gap> for Verdict {
    fn from(gap: Gap) -> Self {
        Self::Undetermined { gap, remarks: Vec::new(), unread: None, shown: Vec::new() }
    }
}

impl Verdict {
    /// As reports spell it.
    pub fn id(&self) -> &'static str {
        match self {
            Self::Pass { .. } => "pass",
            Self::Fail { .. } => "fail",
            Self::NotApplicable(_) => "not_applicable",
            Self::Undetermined { .. } => "undetermined",
        }
    }

    /// What is shown to a reader and counts against nobody.
    pub fn shown(&self) -> &[Finding] {
        match self {
            Self::Pass { shown, .. } | Self::Undetermined { shown, .. } => shown,
            Self::Fail { .. } | Self::NotApplicable(_) => &[],
        }
    }

    /// Everything that was found, whether or not it broke the rule.
    pub fn findings(&self) -> &[Finding] {
        match self {
            Self::Pass { remarks, .. } | Self::Undetermined { remarks, .. } => remarks,
            Self::Fail { findings, .. } => findings.as_slice(),
            Self::NotApplicable(_) => &[],
        }
    }
}

/// The running count an indicator keeps while it looks.
#[derive(Debug, Default)]
pub struct Survey {
    sound: usize,
    findings: Vec<Finding>,
    unread: Vec<Gap>,
}

impl Survey {
    /// This one is in order.
    pub fn sound(&mut self) {
        self.sound += 1;
    }

    /// This one is not.
    pub fn found(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// This one could not be read.
    pub fn unread(&mut self, gap: Gap) {
        self.unread.push(gap);
    }

    /// The same for a question whose findings are only signs: what was found is put to a person and never fails.
    pub fn proposal(self, nothing: &'static str) -> Verdict {
        if self.findings.is_empty() {
            return self.verdict(NonZeroUsize::MIN, nothing);
        }
        let unread = Some(self.unread.len());
        Verdict::Undetermined { gap: Gap::NeedsPerson, remarks: self.findings, unread, shown: Vec::new() }
    }

    /// Whether nothing has been looked at yet.
    pub fn is_empty(&self) -> bool {
        self.sound == 0 && self.findings.is_empty() && self.unread.is_empty()
    }

    /// Weighs the count against the number of findings at which the rule is broken.
    ///
    /// What could not be read matters only if it could tip the scale. `nothing` says, in zh-CN, why there may be
    /// nothing to examine at all.
    pub fn verdict(self, fails_at: NonZeroUsize, nothing: &'static str) -> Verdict {
        let looked_at = self.sound + self.findings.len();
        let unread = self.unread.len();
        let remarks = match NonEmpty::at_least(fails_at, self.findings) {
            Ok(findings) => {
                let examined = NonZeroUsize::new(looked_at).unwrap_or(findings.count());
                return Verdict::Fail { examined, findings, unread };
            }
            Err(too_few) => too_few,
        };
        let could_fail = remarks.len() + unread >= fails_at.get();
        match (NonZeroUsize::new(looked_at), self.unread.into_iter().min()) {
            (Some(examined), _) if !could_fail => Verdict::Pass { examined, remarks, shown: Vec::new() },
            (_, Some(gap)) => Verdict::Undetermined { gap, remarks, unread: Some(unread), shown: Vec::new() },
            (_, None) => Verdict::NotApplicable(nothing),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroUsize;

    use super::{Survey, Verdict};
    use crate::evidence::Gap;

    fn verdict(sound: usize, unread: usize, fails_at: usize) -> Verdict {
        let mut survey = Survey::default();
        (0..sound).for_each(|_| survey.sound());
        (0..unread).for_each(|_| survey.unread(Gap::DateUnread));
        survey.verdict(NonZeroUsize::new(fails_at).unwrap(), "无")
    }

    #[test]
    fn the_unread_matters_only_if_it_could_tip_the_scale() {
        assert_eq!(verdict(1, 1, 2).id(), "pass");
        assert_eq!(verdict(1, 2, 2).id(), "undetermined");
        assert_eq!(verdict(0, 1, 2).id(), "undetermined");
        assert_eq!(verdict(0, 0, 2).id(), "not_applicable");
    }
}

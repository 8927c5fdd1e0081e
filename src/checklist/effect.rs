//! What a row does to the outcome, in whole hundredths of a point.

use std::fmt;

/// Points in whole hundredths, because the documents take off tenths and halves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Points(u32);

/// What a broken rule does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// 单项否决: the site is unqualified, whatever its score.
    Veto,
    /// 扣分: each finding costs so much, up to a cap when the document sets one.
    Deduct {
        /// For each finding.
        each: Points,
        /// For the whole row.
        at_most: Option<Points>,
    },
    /// 扣分, but the points are not verified: findings are listed and nothing is taken off.
    Withheld,
    /// No effect on the outcome; advice.
    Advise,
}

impl Points {
    /// Points written as a decimal; `None` unless they are whole hundredths between 0 and 10,000.
    pub fn from_decimal(points: f64) -> Option<Self> {
        let hundredths = (points * 100.0).round();
        let whole = (points * 100.0 - hundredths).abs() < 1e-6 && (0.0..=1_000_000.0).contains(&hundredths);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked just above")]
        whole.then_some(Self(hundredths as u32))
    }

    /// As a decimal number of points.
    pub fn decimal(self) -> f64 {
        f64::from(self.0) / 100.0
    }

    /// So many times as much, without overflow.
    #[must_use]
    pub fn times(self, count: usize) -> Self {
        u32::try_from(count).map_or(Self(u32::MAX), |count| Self(self.0.saturating_mul(count)))
    }

    /// The sum, without overflow.
    #[must_use]
    pub fn plus(self, more: Self) -> Self {
        Self(self.0.saturating_add(more.0))
    }

    /// What is left, never below nothing.
    #[must_use]
    pub fn minus(self, less: Self) -> Self {
        Self(self.0.saturating_sub(less.0))
    }
}

impl fmt::Display for Points {
    /// As a table prints it: `71.2`, `0.05`, `80`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0 / 100, self.0 % 100) {
            (whole, 0) => write!(f, "{whole}"),
            (whole, rest) if rest % 10 == 0 => write!(f, "{whole}.{}", rest / 10),
            (whole, rest) => write!(f, "{whole}.{rest:02}"),
        }
    }
}

impl Effect {
    /// As reports spell it; points that are withheld are still a deduction.
    pub fn id(self) -> &'static str {
        match self {
            Self::Veto => "veto",
            Self::Deduct { .. } | Self::Withheld => "deduct",
            Self::Advise => "advise",
        }
    }

    /// For readers of reports.
    pub fn zh(self) -> &'static str {
        match self {
            Self::Veto => "单项否决",
            Self::Deduct { .. } => "扣分",
            Self::Withheld => "扣分（标准待核）",
            Self::Advise => "建议",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Points;

    #[test]
    fn points_are_whole_hundredths() {
        assert_eq!(Points::from_decimal(0.1).map(|it| it.times(3).to_string()), Some("0.3".to_owned()));
        assert_eq!(Points::from_decimal(71.25).map(|it| it.to_string()), Some("71.25".to_owned()));
        assert_eq!(Points::from_decimal(0.001), None);
        assert_eq!(Points::from_decimal(-1.0), None);
    }
}

//! A list that has something in it.

use std::num::NonZeroUsize;

/// A list with at least one element, so that "a failure without a finding" cannot be written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NonEmpty<T>(Vec<T>);

impl<T> NonEmpty<T> {
    /// A list of one.
    pub fn one(only: T) -> Self {
        Self(vec![only])
    }

    /// The list, if it has at least `least` elements; else the list back, unchanged.
    pub fn at_least(least: NonZeroUsize, list: Vec<T>) -> Result<Self, Vec<T>> {
        if list.len() >= least.get() { Ok(Self(list)) } else { Err(list) }
    }

    /// The list, if there is anything in it.
    pub fn of(list: Vec<T>) -> Option<Self> {
        Self::at_least(NonZeroUsize::MIN, list).ok()
    }

    /// All elements.
    pub fn as_slice(&self) -> &[T] {
        &self.0
    }

    /// How many there are; never none.
    pub fn count(&self) -> NonZeroUsize {
        NonZeroUsize::new(self.0.len()).unwrap_or(NonZeroUsize::MIN)
    }

    /// The first element, which is always there.
    #[expect(clippy::missing_panics_doc, reason = "a NonEmpty has a first element by construction")]
    pub fn first(&self) -> &T {
        self.0.first().expect("a NonEmpty has a first element")
    }

    /// Adds one more.
    pub fn push(&mut self, more: T) {
        self.extend([more]);
    }

    /// Adds more.
    pub fn extend(&mut self, more: impl IntoIterator<Item = T>) {
        self.0.extend(more);
    }

    /// The elements as a plain list.
    pub fn into_vec(self) -> Vec<T> {
        self.0
    }
}

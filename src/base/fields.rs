//! Reading a TOML file that a person wrote, collecting every mistake with its line.
//!
//! serde stops at the first mistake and knows no lines of values; an office that fixes a roster of three
//! hundred sites wants all of them at once. So the roster and the checklists are walked by hand with
//! [`Fields`], which also complains of every key that nobody asked for.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::str::FromStr;

use serde::Deserialize as _;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Complaint;

/// A parsed file and the mistakes found in it so far.
#[derive(Debug)]
pub struct Document<'t> {
    /// Where each line begins.
    lines: Vec<usize>,
    root: Spanned<DeTable<'t>>,
    complaints: RefCell<Vec<Complaint>>,
}

impl<'t> Document<'t> {
    /// Parses `text`; what is no TOML is already among the complaints.
    pub fn parse(text: &'t str) -> Self {
        let (root, errors) = DeTable::parse_recoverable(text);
        let lines = std::iter::once(0)
            .chain(text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1))
            .collect::<Vec<_>>();
        let complaints = errors
            .iter()
            .map(|error| Complaint {
                line: line_at(&lines, error.span().map_or(0, |span| span.start)),
                message: format!("this is no TOML: {}", error.message()),
            })
            .collect();
        Self { lines, root, complaints: RefCell::new(complaints) }
    }

    /// The outermost table.
    pub fn root(&self) -> Fields<'_> {
        Fields { document: self, table: self.root.get_ref(), line: 1, asked: RefCell::default() }
    }

    /// Adds a mistake.
    pub fn complain(&self, line: usize, message: impl Into<String>) {
        self.complaints.borrow_mut().push(Complaint { line, message: message.into() });
    }

    /// All mistakes found.
    pub fn into_complaints(self) -> Vec<Complaint> {
        self.complaints.into_inner()
    }

    fn line_of(&self, value: &Spanned<DeValue<'_>>) -> usize {
        line_at(&self.lines, value.span().start)
    }
}

fn line_at(lines: &[usize], offset: usize) -> usize {
    lines.partition_point(|start| *start <= offset)
}

/// One table of a [`Document`]. When it is dropped, keys that nobody asked for become complaints.
#[derive(Debug)]
pub struct Fields<'d> {
    document: &'d Document<'d>,
    table: &'d DeTable<'d>,
    line: usize,
    asked: RefCell<BTreeSet<&'static str>>,
}

impl<'d> Fields<'d> {
    /// The line the table begins on.
    pub fn line(&self) -> usize {
        self.line
    }

    /// The line of `key`, or of the table when it has none.
    pub fn line_of(&self, key: &'static str) -> usize {
        self.table.get(key).map_or(self.line, |value| self.document.line_of(value))
    }

    /// Adds a mistake about `key`.
    pub fn complain(&self, key: &'static str, message: impl Into<String>) {
        self.document.complain(self.line_of(key), message);
    }

    /// Whether `key` stands there.
    pub fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// A text that is not empty.
    pub fn text(&self, key: &'static str) -> Option<String> {
        let value = self.get(key)?;
        match value.get_ref().as_str().map(str::trim) {
            Some("") => {
                self.complain(key, format!("`{key}` is empty; leave it out or fill it in"));
                None
            }
            Some(text) => Some(text.to_owned()),
            None => self.wrong(key, "a text in quotes", value),
        }
    }

    /// A text that must be there.
    pub fn required(&self, key: &'static str) -> Option<String> {
        if !self.has(key) {
            self.get(key);
            self.document.complain(self.line, format!("`{key}` is missing"));
        }
        self.text(key)
    }

    /// A text read as `T`; `T`'s own words say what would be right.
    pub fn parsed<T: FromStr<Err: std::fmt::Display>>(&self, key: &'static str) -> Option<T> {
        let text = self.text(key)?;
        text.parse().map_err(|error| self.complain(key, format!("`{key}`: {error}"))).ok()
    }

    /// Whether `false` stands there.
    pub fn is_false(&self, key: &'static str) -> bool {
        self.get(key).is_some_and(|value| value.get_ref().as_bool() == Some(false))
    }

    /// Whether `true` stands there.
    pub fn truth(&self, key: &'static str) -> bool {
        self.get(key).is_some_and(|value| value.get_ref().as_bool() == Some(true))
    }

    /// One of a few words.
    pub fn word<T>(&self, key: &'static str, words: &[(&str, T)]) -> Option<T>
    where
        T: Copy,
    {
        let text = self.text(key)?;
        let found = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        if found.is_none() {
            let known = words.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(", ");
            self.complain(key, format!("`{key}` is `{text}`; one of {known}"));
        }
        found
    }

    /// A number, whole or not.
    pub fn number(&self, key: &'static str) -> Option<f64> {
        let value = self.get(key)?;
        let number = match value.get_ref() {
            DeValue::Integer(it) => it.as_str().parse().ok(),
            DeValue::Float(it) => it.as_str().parse().ok(),
            _ => None,
        };
        number.or_else(|| self.wrong(key, "a number", value))
    }

    /// A whole number that is not negative.
    pub fn count(&self, key: &'static str) -> Option<u64> {
        let value = self.get(key)?;
        match value.get_ref() {
            DeValue::Integer(it) => it.as_str().parse().ok(),
            _ => None,
        }
        .or_else(|| self.wrong(key, "a whole number of 0 or more", value))
    }

    /// A list of texts; empty when it is not there.
    pub fn texts(&self, key: &'static str) -> Vec<String> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let texts = value.get_ref().as_array().and_then(|array| {
            array.iter().map(|it| it.get_ref().as_str().map(str::to_owned)).collect::<Option<Vec<_>>>()
        });
        texts.or_else(|| self.wrong(key, "a list of texts", value)).unwrap_or_default()
    }

    /// A table.
    pub fn table(&self, key: &'static str) -> Option<Fields<'d>> {
        let value = self.get(key)?;
        match value.get_ref().as_table() {
            Some(table) => Some(self.inner(table, value)),
            None => self.wrong(key, "a table", value),
        }
    }

    /// The tables written as `[[key]]`; empty when there are none.
    pub fn tables(&self, key: &'static str) -> Vec<Fields<'d>> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let tables = value.get_ref().as_array().and_then(|array| {
            array
                .iter()
                .map(|it| it.get_ref().as_table().map(|table| self.inner(table, it)))
                .collect::<Option<Vec<_>>>()
        });
        tables.or_else(|| self.wrong(key, "written as `[[…]]`", value)).unwrap_or_default()
    }

    /// A table as it stands, for whoever knows what should be in it.
    pub fn raw(&self, key: &'static str) -> toml::Table {
        let Some(value) = self.get(key) else { return toml::Table::new() };
        let table = value.get_ref().as_table().map(|table| {
            let spanned = Spanned::new(value.span(), table.clone());
            toml::Table::deserialize(toml::de::Deserializer::from(spanned)).unwrap_or_default()
        });
        table.or_else(|| self.wrong(key, "a table", value)).unwrap_or_default()
    }

    fn inner(&self, table: &'d DeTable<'d>, value: &Spanned<DeValue<'_>>) -> Fields<'d> {
        let line = self.document.line_of(value);
        Fields { document: self.document, table, line, asked: RefCell::default() }
    }

    fn get(&self, key: &'static str) -> Option<&'d Spanned<DeValue<'d>>> {
        self.asked.borrow_mut().insert(key);
        self.table.get(key)
    }

    fn wrong<T>(&self, key: &'static str, want: &str, value: &Spanned<DeValue<'_>>) -> Option<T> {
        let is = value.get_ref().type_str();
        self.complain(key, format!("`{key}` must be {want}, and is of type {is}"));
        None
    }
}

impl Drop for Fields<'_> {
    fn drop(&mut self) {
        let asked = self.asked.borrow();
        for (key, value) in self.table {
            if !asked.contains(key.get_ref().as_ref()) {
                let known = asked.iter().copied().collect::<Vec<_>>().join(", ");
                let message = format!("nothing is called `{}` here; known: {known}", key.get_ref());
                self.document.complain(self.document.line_of(value), message);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Document;

    #[test]
    fn every_mistake_has_its_line() {
        let document = Document::parse("name = 3\ncolour = \"red\"\n[[site]]\nid = \"a\"\n");
        let root = document.root();
        assert_eq!(root.text("name"), None);
        for site in root.tables("site") {
            assert_eq!(site.required("id").as_deref(), Some("a"));
            assert_eq!(site.required("url"), None);
        }
        drop(root);
        let lines: Vec<_> = document.into_complaints().into_iter().map(|it| (it.line, it.message)).collect();
        assert_eq!(
            lines,
            [
                (1, "`name` must be a text in quotes, and is of type integer".to_owned()),
                (3, "`url` is missing".to_owned()),
                (2, "nothing is called `colour` here; known: name, site".to_owned()),
            ]
        );
    }

    #[test]
    fn what_is_no_toml_is_a_complaint_too() {
        let complaints = Document::parse("a = 1\nb = \n").into_complaints();
        assert_eq!(complaints.first().map(|it| it.line), Some(2));
    }
}

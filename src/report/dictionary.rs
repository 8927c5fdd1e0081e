//! `docs/data-dictionary.csv`: every field of every document for programs, made from the schemas and the tables.

use std::collections::BTreeSet;

use serde_json::Value;

use super::csv::{Field, TABLES, table, text};
use super::{RenderError, schemas};

const FIELDS: [Field; 5] = [("文件", ""), ("字段", ""), ("类型", ""), ("取值", ""), ("说明", "")];

/// The dictionary as CSV. Fields of a list are written with `[]`, those of a table of free keys with `{}`.
pub fn dictionary() -> Result<Vec<u8>, RenderError> {
    let mut rows = Vec::new();
    for (file, schema) in schemas() {
        let schema: Value = serde_json::from_str(&schema)?;
        let file = file.replace(".schema", "");
        let mut walk = Walk { file: &file, root: &schema, rows: &mut rows, open: BTreeSet::new() };
        walk.object(&schema, "");
    }
    for (file, fields) in TABLES {
        for (head, about) in fields {
            let row = [file, head, "string", "", about];
            rows.push(row.map(str::to_owned).to_vec());
        }
    }
    let mut bytes = Vec::new();
    table(&mut bytes, &FIELDS, rows)?;
    Ok(bytes)
}

struct Walk<'a> {
    file: &'a str,
    root: &'a Value,
    rows: &'a mut Vec<Vec<String>>,
    /// Definitions that are being walked through, so that one that names itself would end.
    open: BTreeSet<String>,
}

impl Walk<'_> {
    fn object(&mut self, schema: &Value, path: &str) {
        let Some(fields) = schema["properties"].as_object() else { return };
        for (name, field) in fields {
            let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            self.field(field, &path);
        }
    }

    fn field(&mut self, field: &Value, path: &str) {
        let about = field["description"].as_str().unwrap_or_default().replace('\n', " ");
        let target = self.resolve(field);
        let values = list(target.get("enum").or_else(|| field.get("enum")).unwrap_or(&Value::Null));
        let values =
            if values.is_empty() { field["const"].as_str().unwrap_or_default().to_owned() } else { values };
        self.rows.push(vec![
            self.file.to_owned(),
            path.to_owned(),
            kind(field, target),
            values,
            text(&about),
        ]);
        self.below(field, path);
    }

    /// What is inside a field: an object's fields, a list's items, the values of free keys.
    fn below(&mut self, field: &Value, path: &str) {
        let name = reference(field).map(str::to_owned);
        if name.as_ref().is_some_and(|it| !self.open.insert(it.clone())) {
            return;
        }
        let target = self.resolve(field).clone();
        self.object(&target, path);
        if target["items"].is_object() {
            self.below(&target["items"], &format!("{path}[]"));
        }
        if target["additionalProperties"].is_object() {
            self.below(&target["additionalProperties"], &format!("{path}{{}}"));
        }
        if let Some(name) = name {
            self.open.remove(&name);
        }
    }

    fn resolve<'v>(&'v self, field: &'v Value) -> &'v Value {
        let Some(name) = reference(field) else { return field };
        &self.root["$defs"][name]
    }
}

/// The definition a field points at, by itself or as one of two (the other is null).
fn reference(field: &Value) -> Option<&str> {
    let direct = field["$ref"].as_str();
    let either = || field["anyOf"].as_array()?.iter().find_map(|it| it["$ref"].as_str());
    direct.or_else(either)?.rsplit('/').next()
}

fn kind(field: &Value, target: &Value) -> String {
    let written = field.get("type").or_else(|| target.get("type")).unwrap_or(&Value::Null);
    let kind = match written {
        Value::String(kind) => kind.clone(),
        other => list(other).replace(" | ", "/"),
    };
    let nullable = field["anyOf"].as_array().is_some_and(|it| it.iter().any(|it| it["type"] == "null"));
    let format = field["format"].as_str().map(|it| format!(" ({it})")).unwrap_or_default();
    format!("{kind}{}{format}", if nullable { "/null" } else { "" })
}

fn list(values: &Value) -> String {
    let words = values.as_array().into_iter().flatten();
    words.map(|it| it.as_str().map_or_else(|| it.to_string(), str::to_owned)).collect::<Vec<_>>().join(" | ")
}

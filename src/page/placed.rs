//! Header and foot that a page carries as strings and puts into empty elements of its own.
//!
//! `var head = '<div>…'+'…</div>'; … document.getElementById('top').innerHTML = head;` shows a visitor what it says
//! although no element of the page holds it. Such markup is written into its element, so that everything after this
//! sees it as it sees the rest. Nothing is run: a string that is put together from anything but strings stays out.

use std::borrow::Cow;

use memchr::memmem;

const PUTS: &[u8] = b".innerHTML";
/// What a header takes at least and at most, in bytes.
const SIZES: std::ops::RangeInclusive<usize> = 80..=200_000;
/// More are no layout.
const MOST: usize = 12;

/// The text with such markup in its place, or as it was when there is none.
pub(super) fn written_in(text: &str) -> Cow<'_, str> {
    let mut found: Vec<(usize, String)> = Vec::new();
    for at in memmem::find_iter(text.as_bytes(), PUTS).take(MOST * 4) {
        let Some((place, markup)) = put(text, at) else { continue };
        // Of several branches that fill one element the last is the one without a condition.
        found.retain(|(other, _)| *other != place);
        found.push((place, markup));
    }
    if found.is_empty() || found.len() > MOST {
        return Cow::Borrowed(text);
    }
    found.sort_unstable_by_key(|(place, _)| *place);
    let mut out = String::with_capacity(text.len() + found.iter().map(|(_, it)| it.len()).sum::<usize>());
    let mut done = 0;
    for (place, markup) in found {
        out.push_str(&text[done..place]);
        out.push_str(&markup);
        done = place;
    }
    out.push_str(&text[done..]);
    Cow::Owned(out)
}

/// Where the markup of one assignment belongs, and what it is.
fn put(text: &str, at: usize) -> Option<(usize, String)> {
    let before = text[..at].trim_end().strip_suffix(')')?.trim_end();
    let quote = before.chars().next_back().filter(|it| matches!(it, '"' | '\''))?;
    let before = &before[..before.len() - 1];
    let from = before.rfind(quote)?;
    let id = &before[from + 1..];
    let is_called = before[..from].trim_end().strip_suffix('(')?.trim_end().ends_with("getElementById");
    let value = assigned(&text[at + PUTS.len()..])?;
    let place = place(text, id).filter(|_| is_called)?;
    let markup = strings(value).or_else(|| {
        let name = &value[..value.find(|c: char| !is_name(c)).unwrap_or(value.len())];
        definition(text, name)
    })?;
    (SIZES.contains(&markup.len()) && markup.trim_start().starts_with('<')).then_some((place, markup))
}

/// What stands after a single `=`.
fn assigned(text: &str) -> Option<&str> {
    let value = text.trim_start().strip_prefix('=')?;
    (!value.starts_with('=')).then(|| value.trim_start())
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '$')
}

/// The first definition of a name as strings and nothing else.
fn definition(text: &str, name: &str) -> Option<String> {
    if name.is_empty() {
        return None;
    }
    memmem::find_iter(text.as_bytes(), name).take(MOST).find_map(|at| {
        let is_whole = !text[..at].ends_with(|c: char| is_name(c) || c == '.');
        strings(assigned(&text[at + name.len()..]).filter(|_| is_whole)?)
    })
}

/// The text of one string or of several joined by `+`; `None` when anything else is among them.
fn strings(text: &str) -> Option<String> {
    let mut out = String::new();
    let mut rest = text;
    loop {
        rest = string(rest, &mut out)?.trim_start();
        match rest.strip_prefix('+') {
            Some(next) => rest = next.trim_start(),
            None => return rest.starts_with([';', '}', '<']).then_some(out),
        }
        if out.len() > *SIZES.end() {
            return None;
        }
    }
}

/// Takes one string off the front, its escapes resolved.
fn string<'t>(text: &'t str, out: &mut String) -> Option<&'t str> {
    let quote = text.chars().next().filter(|it| matches!(it, '"' | '\''))?;
    let mut letters = text[1..].char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '\\' => match letters.next()?.1 {
                'n' | 'r' | 't' | '\n' => out.push(' '),
                'u' | 'x' => return None,
                other => out.push(other),
            },
            '\n' => return None,
            _ if letter == quote => return Some(&text[at + 2..]),
            _ => out.push(letter),
        }
    }
    None
}

/// Where the content of the empty element with this id would stand.
fn place(text: &str, id: &str) -> Option<usize> {
    if id.is_empty() {
        return None;
    }
    memmem::find_iter(text.as_bytes(), id).take(MOST).find_map(|at| {
        let before = text[..at].trim_end_matches(['"', '\'']).strip_suffix("id=")?;
        let rest = &text[at + id.len()..];
        if !before.ends_with(char::is_whitespace) || !rest.starts_with(['"', '\'', ' ', '>']) {
            return None;
        }
        let open = before.rfind('<').filter(|it| !before[*it..].contains('>'))?;
        let tag = &before[open + 1..];
        let end = at + id.len() + rest.find('>')? + 1;
        let is_empty = text[end..].trim_start().strip_prefix("</").is_some_and(|it| {
            let name = tag.split_whitespace().next().unwrap_or_default();
            it.starts_with(name)
        });
        is_empty.then_some(end)
    })
}

#[cfg(test)]
mod tests {
    use super::written_in;

    const MARKUP: &str = r#"<div class="top"><a href="/">首页</a><a href="/gk/">政务公开</a><a href="/hd/">互动交流</a><i title="it's"></i></div>"#;

    fn page(script: &str) -> String {
        format!("<div id=\"top\"></div><p>正文</p><script>{script}</script>")
    }

    #[test]
    fn a_string_stands_where_it_is_put() {
        let string = MARKUP.replace('\'', r"\'").replace("<a", "'+\n'<a");
        for script in [
            format!(
                "var head = '{string}';\nfunction put() {{ document.getElementById('top').innerHTML = head; }}"
            ),
            format!("document.getElementById(\"top\").innerHTML='{string}';"),
            format!(
                "var old='{}';var head='{string}';if(aged){{document.getElementById('top').innerHTML=old}}else{{document.getElementById('top').innerHTML=head;}}",
                "<b>长者版</b>".repeat(20)
            ),
        ] {
            let want = page(&script).replace("\"top\"></div><p>", &format!("\"top\">{MARKUP}</div><p>"));
            assert_eq!(written_in(&page(&script)), want, "{script}");
        }
    }

    #[test]
    fn what_has_to_be_run_stays_out() {
        let string = MARKUP.replace('\'', r"\'");
        for script in [
            format!("document.getElementById('top').innerHTML = '{string}' + name;"),
            format!("var head = '{string}'; document.getElementById('other').innerHTML = head;"),
            format!("var head = '{string}'; if (document.getElementById('top').innerHTML == head) {{}}"),
            "document.getElementById('top').innerHTML = '今天是星期五';".to_owned(),
            "document.getElementById('top').innerHTML = head;".to_owned(),
            format!("document.getElementById('top').innerHTML = '{string}"),
        ] {
            assert_eq!(written_in(&page(&script)), page(&script), "{script}");
        }
        let full = format!(
            "<div id=top>有字</div><script>document.getElementById('top').innerHTML='{string}';</script>"
        );
        assert_eq!(written_in(&full), full);
    }
}

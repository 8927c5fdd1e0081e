//! Patterns with `*`, for ids of sites, names of indicators and addresses.

/// Whether `text` fits `pattern`, in which `*` stands for any run of characters, and nothing else is special.
///
/// Takes time in proportion to the product of both lengths at worst; there is no pattern that makes it hang.
pub fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    // The first part is always there: splitting an empty text gives one empty part.
    let Some(mut rest) = text.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    true
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_stands_for_any_run() {
        for (pattern, text, fits) in [
            ("finance", "finance", true),
            ("finance", "finances", false),
            ("*", "", true),
            ("demo-*", "demo-1", true),
            ("demo-*", "a-demo-1", false),
            ("http://*/old/*", "http://a.example/old/b", true),
            ("a*a", "a", false),
            ("*ab*ab", "ab", false),
            ("**", "x", true),
        ] {
            assert_eq!(matches(pattern, text), fits, "{pattern} on {text}");
        }
    }
}

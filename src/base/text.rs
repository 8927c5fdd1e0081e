//! Small cares for text that came from somewhere else.

/// Collapses every run of white space (also U+3000, U+00A0 and zero-width characters) to one blank and trims.
pub fn squeeze(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut gap = false;
    for c in text.chars() {
        if c.is_whitespace() {
            gap = true;
        } else if !is_invisible(c) {
            if gap && !out.is_empty() {
                out.push(' ');
            }
            gap = false;
            out.push(c);
        }
    }
    out
}

/// Text from a website made safe for a terminal or a log line: no control, no bidirectional override, one line.
pub fn printable(text: &str) -> String {
    squeeze(text).chars().filter(|c| !c.is_control() && !is_invisible(*c)).collect()
}

/// The letters, digits and characters of a text alone, full-width ones as half-width and capitals as small: two names
/// that differ only in white space, punctuation or width are one.
pub fn bare(text: &str) -> String {
    let narrow = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c,
    };
    text.chars().map(narrow).filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Characters that take no room, or turn the direction of writing, and so can hide or disguise text.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{00ad}' | '\u{061c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::{bare, printable, squeeze};

    #[test]
    fn white_space_of_every_kind_collapses() {
        assert_eq!(squeeze(" \u{3000}通知\u{a0}\n\t公告\u{200b} "), "通知 公告");
    }

    #[test]
    fn a_name_is_the_same_whatever_its_width_and_punctuation() {
        assert_eq!(bare("“互联网＋政务服务” （ＰＰＰ）"), bare("互联网+政务服务(ppp)"));
    }

    #[test]
    fn escapes_and_overrides_do_not_reach_a_terminal() {
        assert_eq!(printable("a\u{1b}[31mb\u{202e}c\u{7}"), "a[31mbc");
    }
}

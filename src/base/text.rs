//! Small cares for text that came from somewhere else.

use std::borrow::Cow;

/// Collapses every run of white space (also U+3000, U+00A0 and zero-width characters) to one blank and trims.
pub fn squeeze(text: &str) -> String {
    squeezed(text).into_owned()
}

/// The same, without a copy where the text needs none: most texts of most pages are as they should be.
pub fn squeezed(text: &str) -> Cow<'_, str> {
    let text = text.trim();
    let mut gap = false;
    let is_even = text.chars().all(|c| {
        // Nearly every character of a Chinese text stands here, and none of these is white space or invisible.
        if ('\u{3001}'..='\u{d7ff}').contains(&c) {
            gap = false;
            return true;
        }
        let even = if c.is_whitespace() { c == ' ' && !gap } else { !is_invisible(c) };
        gap = c == ' ';
        even
    });
    if is_even {
        return Cow::Borrowed(text);
    }
    let mut squeezer = Squeezer::default();
    squeezer.push(text);
    Cow::Owned(squeezer.finish())
}

/// Puts pieces of text together and squeezes them on the way.
#[derive(Debug, Default)]
pub struct Squeezer {
    out: String,
    gap: bool,
}

impl Squeezer {
    /// Text as it stands in its source; white space at its ends counts.
    pub fn push(&mut self, text: &str) {
        for c in text.chars() {
            if c.is_whitespace() {
                self.gap = true;
            } else if !is_invisible(c) {
                self.part();
                self.out.push(c);
            }
        }
    }

    /// Text that is squeezed already, with nothing at its ends.
    pub fn push_squeezed(&mut self, text: &str) {
        if !text.is_empty() {
            self.part();
            self.out.push_str(text);
        }
    }

    /// A blank, if anything comes after it.
    pub fn gap(&mut self) {
        self.gap = true;
    }

    /// What came together.
    pub fn finish(self) -> String {
        self.out
    }

    fn part(&mut self) {
        if self.gap && !self.out.is_empty() {
            self.out.push(' ');
        }
        self.gap = false;
    }
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
pub fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{00ad}' | '\u{061c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::{Squeezer, bare, printable, squeeze, squeezed};

    #[test]
    fn white_space_of_every_kind_collapses() {
        assert_eq!(squeeze(" \u{3000}通知\u{a0}\n\t公告\u{200b} "), "通知 公告");
        assert_eq!(squeeze("通\u{200b}知  公告"), "通知 公告");
        assert!(matches!(squeezed("\n 通知 公告 \u{3000}"), Cow::Borrowed("通知 公告")));
    }

    #[test]
    fn pieces_are_put_together_as_one_text() {
        let mut squeezer = Squeezer::default();
        squeezer.gap();
        squeezer.push("\n通知 ");
        squeezer.push_squeezed("公告");
        squeezer.push(" \u{200b} ");
        squeezer.push_squeezed("");
        squeezer.push("栏");
        squeezer.gap();
        assert_eq!(squeezer.finish(), "通知 公告 栏");
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

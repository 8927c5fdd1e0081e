//! Files with mistakes are refused with every mistake at once, each with its line.

use std::path::Path;

use govcensus::{audit, indicators};

const MISTAKES: &str = r#"id = "x"
title = "x"
title_en = "x"
source = "x"
full = 100
[pass]
at_least = 60
mark = "B"

[[entry]]
clause = "1"
section = "s"
title = "t"
title_en = "t"
text = "t"
cannot_see = "c"
indicator = "column-stail"
effect = "veto"
decided = "auto"
mark = "A"

[[entry]]
clause = "2"
section = "s"
title = "t"
title_en = "t"
text = "t"
cannot_see = "c"
indicator = "column-blank"
terms = { fails_at = 5, fail_at = 5 }
effect = "veto"
decided = "auto"
mark = "A"

[[entry]]
clause = "3"
section = "s"
title = "t"
title_en = "t"
text = "t"
cannot_see = "c"
indicator = "colum-blank"
terms = { fails_at = 1 }
effect = "deduct"
each = 5
decided = "auto"

[[entry]]
clause = "1"
section = "s"
title = "t"
title_en = "t"
text = "t"
cannot_see = "c"
effect = "advise"
decided = "manual"
mark = "A"

[[entry]]
clause = "4"
section = "s"
title = "t"
title_en = "t"
text = "t"
cannot_see = "c"
indicator = "column-blank"
terms = { fails_at = 1 }
effect = "deduct"
each = 5
at_most = 4
decided = "auto"
mark = "B"
"#;

#[test]
fn every_mistake_of_every_kind_is_told_at_once_with_its_line() {
    let complaints = audit::read(Path::new("c.toml"), MISTAKES, indicators::ALL).unwrap_err();
    let told: Vec<String> = complaints.to_string().lines().map(str::to_owned).collect();
    let want = [
        "c.toml:10: clause 1: no indicator is called `column-stail`",
        "c.toml:22: clause 2: terms of `column-blank`: unknown field `fail_at`, expected `fails_at`",
        "c.toml:35: `mark` is missing; one of A, B, C, P",
        "c.toml:35: clause 3: no indicator is called `colum-blank`",
        "c.toml:49: clause `1` already stands on line 10",
        "c.toml:70: `at_most` is less than one deduction",
    ];
    assert_eq!(told, want, "{complaints}");
}

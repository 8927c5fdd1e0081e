//! Every indicator, in order of name. Kept by `cargo test tidy`.

//! Every indicator, in order of name. Kept by `cargo test tidy`.

mod attachment_broken;
mod channel_missing;
mod channel_sparse;
mod channel_unused;
mod column_blank;
mod column_stale;
mod guide_element_missing;
mod home_stale;
mod home_updates_few;
mod letter_unanswered;
mod link_broken;
mod online_system_unreachable;
mod service_entry_missing;
mod site_unreachable;

use crate::audit::{Registered, registered};

/// The table.
pub static ALL: &[Registered] = &[
    registered::<attachment_broken::AttachmentBroken>(include_str!("attachment_broken.rs")),
    registered::<channel_missing::ChannelMissing>(include_str!("channel_missing.rs")),
    registered::<channel_sparse::ChannelSparse>(include_str!("channel_sparse.rs")),
    registered::<channel_unused::ChannelUnused>(include_str!("channel_unused.rs")),
    registered::<column_blank::ColumnBlank>(include_str!("column_blank.rs")),
    registered::<column_stale::ColumnStale>(include_str!("column_stale.rs")),
    registered::<guide_element_missing::GuideElementMissing>(include_str!("guide_element_missing.rs")),
    registered::<home_stale::HomeStale>(include_str!("home_stale.rs")),
    registered::<home_updates_few::HomeUpdatesFew>(include_str!("home_updates_few.rs")),
    registered::<letter_unanswered::LetterUnanswered>(include_str!("letter_unanswered.rs")),
    registered::<link_broken::LinkBroken>(include_str!("link_broken.rs")),
    registered::<online_system_unreachable::OnlineSystemUnreachable>(include_str!(
        "online_system_unreachable.rs"
    )),
    registered::<service_entry_missing::ServiceEntryMissing>(include_str!("service_entry_missing.rs")),
    registered::<site_unreachable::SiteUnreachable>(include_str!("site_unreachable.rs")),
];

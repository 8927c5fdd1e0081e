//! Every indicator, in order of name. Kept by `cargo test tidy`.

mod annual_form_late;
mod attachment_broken;
mod certificate_expiring;
mod channel_missing;
mod channel_sparse;
mod channel_unused;
mod column_blank;
mod column_stale;
mod contact_missing;
mod count_short;
mod date_contradictory;
mod deadline_missed;
mod domain_nonconforming;
mod elements_missing;
mod footer_mark_missing;
mod guide_element_missing;
mod guide_poor;
mod home_entry_missing;
mod home_slow;
mod home_stale;
mod home_updates_few;
mod interpretation_few;
mod interpretation_missing;
mod interpretation_unlinked;
mod ipv6_missing;
mod jiucuo_outdated;
mod letter_unanswered;
mod link_broken;
mod link_hidden;
mod link_hostile;
mod list_unpublished;
mod mention_missing;
mod online_system_down;
mod page_label_missing;
mod personal_data_exposed;
mod platform_unlinked;
mod publication_overdue;
mod replies_stale;
mod search_broken;
mod section_missing;
mod section_stale;
mod service_entry_missing;
mod service_missing;
mod site_code_inconsistent;
mod site_unreachable;
mod statistics_stale;
mod submission_form_missing;
mod text_republished;
mod wording_suspect;

use crate::audit::{Registered, registered};

/// The table.
pub static ALL: &[Registered] = &[
    registered::<annual_form_late::AnnualFormLate>(include_str!("annual_form_late.rs")),
    registered::<attachment_broken::AttachmentBroken>(include_str!("attachment_broken.rs")),
    registered::<certificate_expiring::CertificateExpiring>(include_str!("certificate_expiring.rs")),
    registered::<channel_missing::ChannelMissing>(include_str!("channel_missing.rs")),
    registered::<channel_sparse::ChannelSparse>(include_str!("channel_sparse.rs")),
    registered::<channel_unused::ChannelUnused>(include_str!("channel_unused.rs")),
    registered::<column_blank::ColumnBlank>(include_str!("column_blank.rs")),
    registered::<column_stale::ColumnStale>(include_str!("column_stale.rs")),
    registered::<contact_missing::ContactMissing>(include_str!("contact_missing.rs")),
    registered::<count_short::CountShort>(include_str!("count_short.rs")),
    registered::<date_contradictory::DateContradictory>(include_str!("date_contradictory.rs")),
    registered::<deadline_missed::DeadlineMissed>(include_str!("deadline_missed.rs")),
    registered::<domain_nonconforming::DomainNonconforming>(include_str!("domain_nonconforming.rs")),
    registered::<elements_missing::ElementsMissing>(include_str!("elements_missing.rs")),
    registered::<footer_mark_missing::FooterMarkMissing>(include_str!("footer_mark_missing.rs")),
    registered::<guide_element_missing::GuideElementMissing>(include_str!("guide_element_missing.rs")),
    registered::<guide_poor::GuidePoor>(include_str!("guide_poor.rs")),
    registered::<home_entry_missing::HomeEntryMissing>(include_str!("home_entry_missing.rs")),
    registered::<home_slow::HomeSlow>(include_str!("home_slow.rs")),
    registered::<home_stale::HomeStale>(include_str!("home_stale.rs")),
    registered::<home_updates_few::HomeUpdatesFew>(include_str!("home_updates_few.rs")),
    registered::<interpretation_few::InterpretationFew>(include_str!("interpretation_few.rs")),
    registered::<interpretation_missing::InterpretationMissing>(include_str!("interpretation_missing.rs")),
    registered::<interpretation_unlinked::InterpretationUnlinked>(include_str!("interpretation_unlinked.rs")),
    registered::<ipv6_missing::Ipv6Missing>(include_str!("ipv6_missing.rs")),
    registered::<jiucuo_outdated::JiucuoOutdated>(include_str!("jiucuo_outdated.rs")),
    registered::<letter_unanswered::LetterUnanswered>(include_str!("letter_unanswered.rs")),
    registered::<link_broken::LinkBroken>(include_str!("link_broken.rs")),
    registered::<link_hidden::LinkHidden>(include_str!("link_hidden.rs")),
    registered::<link_hostile::LinkHostile>(include_str!("link_hostile.rs")),
    registered::<list_unpublished::ListUnpublished>(include_str!("list_unpublished.rs")),
    registered::<mention_missing::MentionMissing>(include_str!("mention_missing.rs")),
    registered::<online_system_down::OnlineSystemDown>(include_str!("online_system_down.rs")),
    registered::<page_label_missing::PageLabelMissing>(include_str!("page_label_missing.rs")),
    registered::<personal_data_exposed::PersonalDataExposed>(include_str!("personal_data_exposed.rs")),
    registered::<platform_unlinked::PlatformUnlinked>(include_str!("platform_unlinked.rs")),
    registered::<publication_overdue::PublicationOverdue>(include_str!("publication_overdue.rs")),
    registered::<replies_stale::RepliesStale>(include_str!("replies_stale.rs")),
    registered::<search_broken::SearchBroken>(include_str!("search_broken.rs")),
    registered::<section_missing::SectionMissing>(include_str!("section_missing.rs")),
    registered::<section_stale::SectionStale>(include_str!("section_stale.rs")),
    registered::<service_entry_missing::ServiceEntryMissing>(include_str!("service_entry_missing.rs")),
    registered::<service_missing::ServiceMissing>(include_str!("service_missing.rs")),
    registered::<site_code_inconsistent::SiteCodeInconsistent>(include_str!("site_code_inconsistent.rs")),
    registered::<site_unreachable::SiteUnreachable>(include_str!("site_unreachable.rs")),
    registered::<statistics_stale::StatisticsStale>(include_str!("statistics_stale.rs")),
    registered::<submission_form_missing::SubmissionFormMissing>(include_str!("submission_form_missing.rs")),
    registered::<text_republished::TextRepublished>(include_str!("text_republished.rs")),
    registered::<wording_suspect::WordingSuspect>(include_str!("wording_suspect.rs")),
];

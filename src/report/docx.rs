//! `circular.docx` (通报) and `notices/<site-id>.docx` (整改通知单): the papers that an office sends.
//!
//! The wording is [`super::Words`]; here is only what stands where. What a person has not confirmed yet is never put
//! among the problems of a paper, and a site whose verdict is open is never called unqualified.

mod circular;
mod notice;
mod paper;

pub(super) use circular::circular;
pub(super) use notice::notice;

//! A compliance checker for Chinese government websites.
//!
//! Fourteen modules in one order: a module uses those above it and itself, and a test keeps it so.
//! `docs/architecture.md` says what is where and what each must not know.

// What is.
pub mod base;

pub mod site;

pub mod evidence;

pub mod page;

// How we ask.
pub mod crawl;

// What was asked for, and what we think of it.
pub mod checklist;

pub mod dossier;

pub mod audit;

pub mod indicators;

pub mod score;

pub mod compare;

// How we show it.
pub mod report;

pub mod drive;

pub mod cli;

//! The command line.

pub mod city;
pub mod serve;

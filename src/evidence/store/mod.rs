//! The archive of one site: WARC files and their index.

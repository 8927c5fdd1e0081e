//! Telling a web hook that something changed.

use std::sync::Arc;
use std::time::Duration;

use crate::base::{Address, Digest};
use crate::crawl::fetch::{Budget, Timed};
use crate::crawl::{Agent, HttpError, Limits, Names};
use crate::site::Contact;

/// The longest that a hook is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// The header that shows a message to be ours: `sha256=` and the HMAC of the body.
const SIGNATURE: &str = "x-govcensus-signature";

/// Whoever tells.
#[derive(Debug)]
pub struct Herald {
    client: Timed,
}

impl Herald {
    /// One that finds hosts by `names`; addresses in our own network are refused unless `names` lists them.
    pub fn new(names: Names, contact: Option<&Contact>) -> Result<Self, HttpError> {
        let client = Timed::new(Arc::new(names), &Agent::new(contact), &Limits::default())?;
        Ok(Self { client })
    }

    /// Posts a JSON document, signed with `secret` when there is one. The error says in a word what came instead of a
    /// 2xx; a redirect is not followed.
    pub async fn post(&self, to: &Address, json: &str, secret: Option<&[u8]>) -> Result<(), String> {
        let signature = secret.map(|it| format!("sha256={}", Digest::keyed(it, json)));
        let header = signature.as_deref().map(|it| (SIGNATURE, it));
        let mut budget = Budget { head: PATIENCE, body: Duration::ZERO };
        match self.client.post(to, json.to_owned(), header, &mut budget).await.result {
            Ok(answer) if answer.is_success() => Ok(()),
            Ok(answer) => Err(answer.status.to_string()),
            Err(failure) => Err(failure.detail),
        }
    }
}

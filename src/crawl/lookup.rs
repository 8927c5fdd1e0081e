//! Who is asked for the addresses of a host: the system's resolver, or another one that speaks as it does.

use std::fmt::Debug;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;

/// A name service.
pub trait NameService: Debug + Send + Sync {
    /// Every address of the host, maybe none. The words of an error are those of the system's resolver.
    fn look_up<'a>(&'a self, host: &'a str) -> LookingUp<'a>;
}

/// The answer of a [`NameService`] that is still to come, or never comes.
pub type LookingUp<'a> = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send + 'a>>;

/// The system's resolver.
#[derive(Clone, Copy, Debug)]
pub(super) struct System;

impl NameService for System {
    fn look_up<'a>(&'a self, host: &'a str) -> LookingUp<'a> {
        Box::pin(async move {
            let found = tokio::net::lookup_host((host, 0)).await?;
            Ok(found.map(|it: SocketAddr| it.ip()).collect())
        })
    }
}

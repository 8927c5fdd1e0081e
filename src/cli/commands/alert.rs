//! `alert`: tell what a judged run shows to be new.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};

use crate::drive::{Alerts, Print, RunFolder, states_of_run};
use crate::evidence::store::AlertLog;
use crate::site::Registry;

use super::super::Exit;
use super::super::args::AlertArgs;

/// Tells each change once.
pub(super) fn alert(args: &AlertArgs) -> Result<Exit> {
    let folder = RunFolder::new(&args.run);
    let registry = folder.registry().context("failed to tell")?;
    let beside = || args.run.parent().unwrap_or(&args.run).join("alerts.sqlite");
    let file = args.alerts.clone().unwrap_or_else(beside);
    let print: Print = Arc::new(|json| println!("{json}"));
    let alerts = alerts(&registry, &file, args.dry_run.then_some(print))?
        .context("the roster of the run has no [alert]; nobody is to be told")?;
    let states = states_of_run(&folder, &registry, args.days).context("failed to tell")?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let mut told = 0;
    for state in &states {
        let new =
            runtime.block_on(alerts.note(state)).map_err(|error| anyhow::anyhow!("failed to {error}"))?;
        told += usize::from(new);
    }
    eprintln!("{told} changes {}", if args.dry_run { "would be told" } else { "were told" });
    Ok(Exit::Meets)
}

/// Whom the roster names, with the secret from the environment.
pub(super) fn alerts(registry: &Registry, file: &Path, dry: Option<Print>) -> Result<Option<Alerts>> {
    let Some(alert) = registry.alert.clone() else { return Ok(None) };
    let secret = std::env::var_os(&alert.secret_env).map(std::ffi::OsString::into_encoded_bytes);
    if secret.is_none() && alert.webhook.is_some() && dry.is_none() {
        eprintln!("warning: {} is not set, so alerts are not signed", alert.secret_env);
    }
    let log = AlertLog::open(file).map_err(|error| anyhow::anyhow!("failed to {error}"))?;
    let alerts = Alerts::new(alert, registry.contact.as_ref(), secret, log, dry);
    alerts.map(Some).map_err(|error| anyhow::anyhow!("failed to {error}"))
}

//! Logs and metrics of a process.

use std::{
    io::IsTerminal as _,
    sync::{Mutex, PoisonError},
};

use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

/// The format of the logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// Human-readable lines.
    Text,
    /// One JSON object a line, for machines.
    Json,
}

/// Starts logging to stderr, at the level of `ORDERMESH_LOG` or `default`, and collecting metrics,
/// which are lost before. A second call does nothing.
pub fn log(format: LogFormat, default: &str) {
    let filter =
        EnvFilter::try_from_env("ORDERMESH_LOG").unwrap_or_else(|_| EnvFilter::new(default));
    let colours = std::io::stderr().is_terminal();
    let logs = tracing_subscriber::fmt().with_env_filter(filter);
    let logs = logs.with_writer(std::io::stderr).with_ansi(colours);
    let _ = match format {
        LogFormat::Text => logs.try_init(),
        LogFormat::Json => logs.json().flatten_event(true).try_init(),
    };
    if let Err(error) = collect() {
        tracing::debug!(%error, "metrics are not collected");
    }
}

/// Upper bounds of time histograms, in seconds.
const SECONDS: &[f64] =
    &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0];

/// Starts collecting metrics; what is returned renders them for Prometheus. A second call gives the
/// same: a process has one set of figures, whatever runs in it. What is described or counted before
/// the first is lost.
///
/// # Errors
/// When somebody else collects metrics already.
pub fn collect() -> Result<PrometheusHandle, BuildError> {
    static COLLECTED: Mutex<Option<PrometheusHandle>> = Mutex::new(None);
    let mut collected = COLLECTED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(handle) = &*collected {
        return Ok(handle.clone());
    }
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), SECONDS)?
        .install_recorder()?;
    crate::process::metrics::describe();
    *collected = Some(handle.clone());
    Ok(handle)
}

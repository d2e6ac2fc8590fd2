//! `/livez`, `/readyz` and `/metrics`, for probes and Prometheus.

use axum::{
    Router,
    extract::State,
    http::{StatusCode, header::CONTENT_TYPE},
    response::IntoResponse,
    routing::get,
};
use jiff::Timestamp;
use metrics_exporter_prometheus::PrometheusHandle;

use crate::process::health::Health;

/// The routes that every process has.
pub fn routes(health: Health, metrics: PrometheusHandle) -> Router {
    Router::new()
        .route("/livez", get(live))
        .route("/readyz", get(ready))
        .with_state(health)
        .merge(Router::new().route("/metrics", get(scrape)).with_state(metrics))
}

async fn live(State(health): State<Health>) -> impl IntoResponse {
    answer("live", &health.not_live(Timestamp::now()))
}

async fn ready(State(health): State<Health>) -> impl IntoResponse {
    answer("ready", &health.not_ready())
}

fn answer(what: &str, missing: &[&str]) -> (StatusCode, String) {
    if missing.is_empty() {
        return (StatusCode::OK, format!("{what}\n"));
    }
    (StatusCode::SERVICE_UNAVAILABLE, format!("not {what}: {}\n", missing.join(", ")))
}

async fn scrape(State(metrics): State<PrometheusHandle>) -> impl IntoResponse {
    ([(CONTENT_TYPE, "text/plain; version=0.0.4")], metrics.render())
}

//! The console: pages and their figures as JSON, for the operator on this machine. It only reads.

mod api;
mod host;
mod html;
mod pages;
mod tables;
mod time;

use axum::{
    Router,
    http::{HeaderName, HeaderValue, header},
    middleware::{self, Next},
    response::Response,
    routing::get,
};
use mesh::DatabaseConnection;

use crate::config::Hosts;

/// No scripts, nothing from elsewhere, and in nobody's frame.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; \
    base-uri 'none'; frame-ancestors 'none'";

/// The console over the control tower's database, for those who reach it under a known name.
pub fn router(db: DatabaseConnection, hosts: Hosts) -> Router {
    Router::new()
        .route("/", get(pages::overview))
        .route("/orders", get(pages::orders))
        .route("/orders/{order_id}", get(pages::order))
        .route("/decisions", get(pages::decisions))
        .route("/api/v1/status", get(api::status))
        .route("/api/v1/orders/{order_id}", get(api::order))
        .route("/api/v1/exceptions", get(api::exceptions))
        .route("/api/v1/decisions", get(api::decisions))
        .fallback(pages::nothing)
        .layer(middleware::from_fn_with_state(hosts, host::known))
        .layer(middleware::from_fn(guard))
        .with_state(db)
}

async fn guard(request: axum::extract::Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let set: [(HeaderName, &'static str); 3] = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    for (name, value) in set {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

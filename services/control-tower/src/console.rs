//! The console: pages and the same as JSON, for the operator on this machine. It only ever reads.

mod api;
mod html;
mod pages;

use axum::{
    Router,
    http::{HeaderName, HeaderValue, header},
    middleware::{self, Next},
    response::Response,
    routing::get,
};
use mesh::DatabaseConnection;

/// No scripts, nothing from elsewhere, and in nobody's frame.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; \
    base-uri 'none'; frame-ancestors 'none'";

/// The console over the control tower's database.
pub fn router(db: DatabaseConnection) -> Router {
    Router::new()
        .route("/", get(pages::overview))
        .route("/orders", get(pages::orders))
        .route("/orders/{order_id}", get(pages::order))
        .route("/api/v1/status", get(api::status))
        .route("/api/v1/orders/{order_id}", get(api::order))
        .route("/api/v1/exceptions", get(api::exceptions))
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

//! A warehouse that takes HTTP requests: each document is one, a CloudEvent in binary mode, signed.

use std::{error::Error, time::Duration};

use jiff::Timestamp;
use reqwest::{
    Client, StatusCode, Url,
    header::{self, HeaderMap},
    redirect::Policy,
};

use super::{
    signature::{HEADER, signature},
    transport::{Failure, Transport},
};
use crate::{
    config::{Secret, Webhook},
    deliveries::rows::Delivery,
};

/// The longest that a warehouse may ask to be left alone.
const LONGEST_PAUSE: u64 = 3_600;

/// The webhook of a warehouse.
pub struct Hook {
    client: Client,
    url: Url,
    secret: Secret,
}

impl Hook {
    /// A client that follows no redirects: they would carry documents to an address that nobody
    /// configured.
    pub fn new(webhook: &Webhook, timeout: Duration) -> Result<Self, reqwest::Error> {
        // The process has one provider; whoever is first names the same.
        std::mem::drop(rustls::crypto::ring::default_provider().install_default());
        let client = Client::builder().timeout(timeout).redirect(Policy::none()).build()?;
        Ok(Self { client, url: webhook.url.clone(), secret: webhook.secret.clone() })
    }
}

impl Transport for Hook {
    async fn deliver(&self, delivery: &Delivery) -> Result<(), Failure> {
        let seconds = Timestamp::now().as_second();
        let request = self
            .client
            .post(self.url.clone())
            .header(header::CONTENT_TYPE, &delivery.content_type)
            .header("ce-specversion", "1.0")
            .header("ce-id", &delivery.id)
            .header("ce-source", "/ordermesh/fulfillment-bridge")
            .header("ce-type", format!("ordermesh.{}.v1", delivery.document))
            .header("ce-time", delivery.written_at.to_string())
            .header(HEADER, signature(self.secret.reveal(), seconds, &delivery.body))
            .body(delivery.body.clone());
        let response = request.send().await.map_err(not_reached)?;
        judged(response.status(), response.headers())
    }
}

/// Leaves the address out of the reason: it may hold a key.
fn not_reached(error: reqwest::Error) -> Failure {
    if error.is_timeout() {
        return Failure::unreached("no answer in time");
    }
    let error = error.without_url();
    let mut cause: &dyn Error = &error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    Failure::unreached(format!("not reached: {cause}"))
}

/// 2xx is delivered. Time-outs, too many requests and faults pass; any other answer is about this
/// request.
fn judged(status: StatusCode, headers: &HeaderMap) -> Result<(), Failure> {
    if status.is_success() {
        return Ok(());
    }
    let passing = matches!(status, StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS);
    let refused = !status.is_server_error() && !passing;
    let asked = headers.get(header::RETRY_AFTER);
    let asked = asked.and_then(|value| value.to_str().ok()?.trim().parse::<u64>().ok());
    let again_after = asked.map(|seconds| Duration::from_secs(seconds.min(LONGEST_PAUSE)));
    Err(Failure { reason: format!("it answers {status}"), refused, again_after })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f6_a_2xx_is_delivered_and_the_rest_is_tried_again_sooner_or_later() {
        for (status, refused) in [
            (302, Some(true)),
            (400, Some(true)),
            (404, Some(true)),
            (408, Some(false)),
            (422, Some(true)),
            (429, Some(false)),
            (500, Some(false)),
            (503, Some(false)),
            (200, None),
            (204, None),
        ] {
            let status = StatusCode::from_u16(status).unwrap();
            let failure = judged(status, &HeaderMap::new()).err();
            assert_eq!(failure.as_ref().map(|it| it.refused), refused, "{status}");
            assert!(failure.is_none_or(|it| it.again_after.is_none()));
        }
        for (value, pause) in [("120", Some(120)), ("99999999", Some(3_600)), ("soon", None)] {
            let mut headers = HeaderMap::new();
            headers.insert(header::RETRY_AFTER, value.parse().unwrap());
            let failure = judged(StatusCode::SERVICE_UNAVAILABLE, &headers).unwrap_err();
            assert_eq!(failure.again_after, pause.map(Duration::from_secs), "{value}");
        }
    }
}

//! One question to the engine over HTTP.

use std::error::Error;

use reqwest::{Client, Response, StatusCode, Url, header, redirect::Policy};

use crate::{
    config::TaxEngine,
    domain::tax_quote::{Answer, Ask},
};

/// The largest answer that is read: an invoice has some thousand lines at most.
const MAX_BYTES: usize = 1_048_576;

/// A client of the tax engine.
#[derive(Debug)]
pub struct Engine {
    client: Client,
    url: Url,
    config: TaxEngine,
}

/// The reason for which there is no answer of use.
#[derive(Debug, PartialEq, Eq)]
pub struct Failure {
    pub why: String,
    /// Set when the same question may fare better later.
    pub again: bool,
    /// Set when the engine is there, and refuses this one question.
    pub there: bool,
}

impl Failure {
    fn passing(why: String) -> Self {
        Self { why, again: true, there: false }
    }
}

impl Engine {
    /// The engine at an address. Redirects are not followed: they would carry who buys what
    /// to an address that nobody configured.
    ///
    /// # Errors
    /// Fails when this machine's certificates cannot be used.
    pub fn new(config: &TaxEngine, url: Url) -> Result<Self, reqwest::Error> {
        // The process has one provider; whoever is first names the same.
        drop(rustls::crypto::ring::default_provider().install_default());
        let client =
            Client::builder().timeout(config.timeout()).redirect(Policy::none()).build()?;
        Ok(Self { client, url, config: config.clone() })
    }

    /// Asks a question once.
    ///
    /// # Errors
    /// Fails when the engine does not answer, or nothing that is of use.
    pub async fn ask(&self, ask: &Ask) -> Result<Answer, Failure> {
        let key = format!("{}/{}/{}", ask.shipment_id, ask.confirmation_id, ask.round);
        let mut request = self.client.post(self.url.clone()).json(&ask.request.0);
        request = request.header("Idempotency-Key", key);
        if let Some(secret) = self.config.secret.reveal() {
            request = request.bearer_auth(secret);
        }
        let request = request.header(header::ACCEPT, "application/json");
        let response = request.send().await.map_err(|error| not_reached(error, &self.config))?;
        if !response.status().is_success() {
            return Err(refused(response.status()));
        }
        let body = read(response, &self.config).await?;
        let answer: Answer = serde_json::from_slice(&body)
            .map_err(|error| Failure::passing(format!("its answer can not be read: {error}")))?;
        match answer.unusable(&ask.request) {
            Some(why) => Err(Failure::passing(format!("its answer can not be used: {why}"))),
            None => Ok(answer),
        }
    }
}

async fn read(mut response: Response, config: &TaxEngine) -> Result<Vec<u8>, Failure> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| not_reached(error, config))? {
        body.extend_from_slice(&chunk);
        if body.len() > MAX_BYTES {
            return Err(Failure::passing(format!("its answer is above {MAX_BYTES} bytes")));
        }
    }
    Ok(body)
}

/// Leaves the address out of the text: it may hold a key.
fn not_reached(error: reqwest::Error, config: &TaxEngine) -> Failure {
    if error.is_timeout() {
        return Failure::passing(format!("no answer within {} ms", config.timeout_ms));
    }
    let error = error.without_url();
    let causes = std::iter::successors(error.source(), |cause: &&dyn Error| (*cause).source());
    let why = causes.last().map_or_else(|| error.to_string(), ToString::to_string);
    Failure::passing(format!("it is not reached: {why}"))
}

fn refused(status: StatusCode) -> Failure {
    let why = format!("it answers {status}");
    let there = matches!(status, StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY);
    let passing = matches!(status, StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS);
    Failure { why, again: passing || !status.is_client_error(), there }
}

//! Requests and answers as JSON.

use contracts::document::read_json;
use mesh::{Asker, QuestionError};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

/// Reads a request; an empty one is one without fields.
pub fn read<T: DeserializeOwned>(request: &[u8]) -> Result<T, QuestionError> {
    let request = if request.is_empty() { b"{}" } else { request };
    read_json(request).map_err(|error| QuestionError::bad_request(error.to_string()))
}

/// Reads a request that the operator alone may make.
pub fn read_of_operator<T: DeserializeOwned>(
    asker: &Asker,
    request: &[u8],
) -> Result<T, QuestionError> {
    match asker {
        Asker::Operator => read(request),
        Asker::Partner(_) => Err(QuestionError::not_found("only the operator may ask this")),
    }
}

pub fn json(answer: impl Serialize) -> Result<Value, QuestionError> {
    let failed = |error: serde_json::Error| QuestionError { code: 500, message: error.to_string() };
    serde_json::to_value(answer).map_err(failed)
}

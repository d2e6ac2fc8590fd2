//! Signed requests: HMAC-SHA-256 over the time, a point and the body shows that a request is ours.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The header of the signature.
pub const HEADER: &str = "ordermesh-signature";

/// Returns `t=<seconds>,v1=<hexadecimal>`. The time is signed too, so that an old request cannot be sent
/// again much later.
#[must_use]
pub fn signature(secret: &[u8], seconds: i64, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("a key of any length");
    mac.update(seconds.to_string().as_bytes());
    mac.update(b".");
    mac.update(body);
    let code = mac.finalize().into_bytes();
    let hexadecimal: String = code.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("t={seconds},v1={hexadecimal}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The expected value was computed by another program.
    #[test]
    fn f6_a_signature_is_hmac_sha256_of_time_and_body() {
        assert_eq!(
            signature(b"s3cret", 1_772_452_800, br#"{"a":1}"#),
            "t=1772452800,v1=f07d72f42fc1ae0c07404791ddb3f9c1135c5c4597af852f974f4e2de66847c9"
        );
    }
}

//! The name under which the console is asked. A browser sends the name of the page that it shows:
//! one of somebody else's is answered nothing, wherever that name points.

use axum::{
    extract::{Request, State},
    http::{StatusCode, header::HOST},
    middleware::Next,
    response::{IntoResponse as _, Response},
};

use crate::config::Hosts;

const REFUSED: &str = "The console does not answer to this name.\n\
    To allow it, add it to `[control-tower] console_hosts` in the configuration file, \
    or to the environment variable ORDERMESH__CONTROL_TOWER__CONSOLE_HOSTS.\n";

pub(super) async fn known(State(hosts): State<Hosts>, request: Request, next: Next) -> Response {
    if name(&request).is_some_and(|name| hosts.know(name)) {
        return next.run(request).await;
    }
    (StatusCode::MISDIRECTED_REQUEST, REFUSED).into_response()
}

/// The host that a request names, without its port; none where it names none, or several.
fn name(request: &Request) -> Option<&str> {
    let mut named = request.headers().get_all(HOST).iter();
    let host = named.next()?.to_str().ok()?;
    if named.next().is_some() {
        return None;
    }
    // A whole URI in the request counts more than the header.
    let host = request.uri().authority().map_or(host, |authority| authority.as_str());
    let end = host.rfind(']').map_or(0, |end| end + 1);
    match host[end..].find(':') {
        Some(colon) => {
            let port = &host[end + colon + 1..];
            port.bytes().all(|digit| digit.is_ascii_digit()).then_some(&host[..end + colon])
        }
        None => Some(host),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(hosts: &[&str]) -> Option<String> {
        let request = hosts.iter().fold(Request::builder(), |it, host| it.header(HOST, *host));
        name(&request.body(axum::body::Body::empty()).unwrap()).map(str::to_owned)
    }

    #[test]
    fn a_host_is_known_by_its_name_and_not_by_its_port() {
        for (host, wanted) in [
            ("localhost", Some("localhost")),
            ("127.0.0.1:8080", Some("127.0.0.1")),
            ("[::1]:8080", Some("[::1]")),
            ("[::1]", Some("[::1]")),
            ("localhost:80@evil.example", None),
            ("localhost.evil.example:80", Some("localhost.evil.example")),
        ] {
            assert_eq!(named(&[host]).as_deref(), wanted, "{host}");
        }
        assert_eq!(named(&[]), None);
        assert_eq!(named(&["localhost", "evil.example"]), None);
    }
}

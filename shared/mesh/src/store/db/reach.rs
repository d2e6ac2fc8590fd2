//! Waiting for a PostgreSQL that does not answer yet. The log names its host and never its
//! password.

use std::{
    str::FromStr as _,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use sea_orm::{
    DbErr, RuntimeErr,
    sqlx::{self, ConnectOptions as _, Connection as _, postgres::PgConnectOptions},
};

const ATTEMPT: Duration = Duration::from_millis(2_500);
const PAUSE: Duration = Duration::from_millis(500);
/// The time without an answer after which a warning is logged.
const WARN_AFTER: Duration = Duration::from_secs(2);
/// And again after so long.
const WARN_AGAIN: Duration = Duration::from_secs(10);
/// The time of the last warning, shared by all services of a process because they use one server.
static WARNED: Mutex<Option<Instant>> = Mutex::new(None);

enum Failure {
    /// Nobody is there yet, or it is still starting.
    NoAnswer(String),
    /// The server answered and refused the connection.
    Refused(sqlx::Error),
}

/// Returns once the server of `url` lets us in; attempts go on for `patience`.
///
/// # Errors
/// When it refuses, or does not answer in that time: with the host, the port and the last cause.
pub(super) async fn server(url: &str, patience: Duration) -> Result<(), DbErr> {
    let options = PgConnectOptions::from_str(url).map_err(failed)?.disable_statement_logging();
    let place = place(&options);
    let begun = Instant::now();
    loop {
        let why = match attempt(&options).await {
            Ok(()) => return Ok(()),
            Err(Failure::Refused(error)) => return Err(failed(error)),
            Err(Failure::NoAnswer(why)) => why,
        };
        if begun.elapsed() >= patience {
            let waited = patience.as_secs();
            let text = format!("PostgreSQL at {place} did not answer for {waited} s: {why}");
            return Err(DbErr::Conn(RuntimeErr::Internal(text)));
        }
        if begun.elapsed() >= WARN_AFTER && is_news() {
            tracing::warn!("PostgreSQL at {place} does not answer; trying again: {why}");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

fn is_news() -> bool {
    let mut warned = WARNED.lock().unwrap_or_else(PoisonError::into_inner);
    let is_news = warned.is_none_or(|warned| warned.elapsed() >= WARN_AGAIN);
    if is_news {
        *warned = Some(Instant::now());
    }
    is_news
}

async fn attempt(options: &PgConnectOptions) -> Result<(), Failure> {
    match tokio::time::timeout(ATTEMPT, options.connect()).await {
        Err(_) => Err(Failure::NoAnswer(format!("no answer within {ATTEMPT:?}"))),
        Ok(Err(error)) if is_absent(&error) => Err(Failure::NoAnswer(error.to_string())),
        Ok(Err(error)) => Err(Failure::Refused(error)),
        Ok(Ok(connection)) => {
            let _ = connection.close().await;
            Ok(())
        }
    }
}

/// Returns true if the server may be available in a moment: the codes of a server that is starting,
/// stopping, or out of connections.
fn is_absent(error: &sqlx::Error) -> bool {
    match error.as_database_error() {
        Some(refusal) => matches!(refusal.code().as_deref(), Some("57P01" | "57P03" | "53300")),
        None => matches!(error, sqlx::Error::Io(_)),
    }
}

/// The server's host and port, as an operator would look for them.
fn place(options: &PgConnectOptions) -> String {
    match options.get_socket() {
        Some(socket) => format!("{} port {}", socket.display(), options.get_port()),
        None => format!("{}:{}", options.get_host(), options.get_port()),
    }
}

fn failed(error: sqlx::Error) -> DbErr {
    DbErr::Conn(RuntimeErr::SqlxError(error.into()))
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    /// A port on which no server listens: the error names the host and not the password.
    #[tokio::test]
    async fn a_server_that_is_not_there_is_named_without_its_password() {
        let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let url = format!("postgres://mesh:s3cret@{gone}/ordermesh");
        let why = server(&url, Duration::from_millis(600)).await.unwrap_err().to_string();
        assert!(why.contains(&format!("PostgreSQL at {gone} did not answer")), "{why}");
        assert!(why.contains("refused") && !why.contains("s3cret"), "{why}");
    }

    /// A server that accepts the connection and never answers, such as one behind a firewall.
    #[tokio::test]
    async fn a_silent_server_is_given_up_attempt_by_attempt() {
        let silent = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("postgres://mesh@{}/ordermesh", silent.local_addr().unwrap());
        let begun = Instant::now();
        let why = server(&url, Duration::from_secs(1)).await.unwrap_err().to_string();
        assert!(why.contains("no answer within"), "{why}");
        assert!(begun.elapsed() < Duration::from_secs(10));
    }
}

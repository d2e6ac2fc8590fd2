//! Measures what an order costs: a mesh on SQLite beside one on PostgreSQL, in one run, with the
//! processor time of the services, the database, `nats-server` and the partners apart.

#[cfg(target_os = "linux")]
mod measure;

#[cfg(target_os = "linux")]
fn main() -> std::process::ExitCode {
    measure::main()
}

#[cfg(not(target_os = "linux"))]
fn main() -> std::process::ExitCode {
    eprintln!("error: what processes use is read from /proc, which only Linux has");
    std::process::ExitCode::FAILURE
}

//! The program `ordermesh`.

use std::process::ExitCode;

use clap::Parser;
use ordermesh::cli::Cli;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("error: no asynchronous runtime could be started: {error}");
            return ExitCode::FAILURE;
        }
    };
    runtime.block_on(cli.run())
}

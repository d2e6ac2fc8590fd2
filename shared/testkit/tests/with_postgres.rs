//! Tests of `with-postgres` as a test run uses it.

#![expect(clippy::unwrap_used, reason = "a test")]

use std::{
    io::{BufRead as _, BufReader},
    net::TcpStream,
    os::unix::process::CommandExt as _,
    process::{Child, Command, Stdio},
};

use nix::{
    sys::signal::{Signal, kill, killpg},
    unistd::Pid,
};

/// Starts `with-postgres` with a shell that prints the server's URL and then runs `then`, in its
/// own process group as under a terminal. Returns the process and the URL.
fn beside(then: &str) -> (Child, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_with-postgres"));
    command.args(["sh", "-c", &format!("echo $ORDERMESH_TEST_POSTGRES; {then}")]);
    let mut child = command.process_group(0).stdout(Stdio::piped()).spawn().unwrap();
    let mut url = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut url).unwrap();
    (child, url.trim().to_owned())
}

fn answers(url: &str) -> bool {
    let address = url.strip_prefix("postgres://ordermesh@").unwrap();
    TcpStream::connect(address.split_once('/').unwrap().0).is_ok()
}

#[test]
fn it_ends_as_its_command_does_and_the_server_with_it() {
    let (mut child, url) = beside("exit 7");
    assert_eq!(child.wait().unwrap().code(), Some(7));
    assert!(!answers(&url), "{url} is still there");
}

#[test]
fn a_signal_ends_the_command_and_then_the_server() {
    let of = |child: &Child| Pid::from_raw(i32::try_from(child.id()).unwrap());
    for told in [Signal::SIGTERM, Signal::SIGINT] {
        let (mut child, url) = beside("exec sleep 600");
        assert!(answers(&url), "{url} is not there");
        // Ctrl-C signals all processes of a terminal, SIGTERM only one.
        let tell = if told == Signal::SIGINT { killpg } else { kill::<Signal> };
        tell(of(&child), told).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(128 + told as i32));
        assert!(!answers(&url), "{url} is still there");
    }
}

//! A NATS that somebody else runs: its accounts are printed, its streams and durables planned and
//! made, and the mesh runs on it.

use std::{
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

use crate::mesh::{Mesh, ordermesh};

/// A server of its own configuration, which includes the mesh's accounts.
struct Elsewhere {
    child: Child,
    url: String,
}

impl Elsewhere {
    fn start(folder: &Path) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let store = folder.join("store");
        let configuration = format!(
            "listen: \"127.0.0.1:{port}\"\nmax_payload: 8MB\n\
             jetstream {{ store_dir: {store:?}, max_file_store: 1TB }}\n\
             include accounts.conf\n"
        );
        let file = folder.join("server.conf");
        std::fs::write(&file, configuration).unwrap();
        let binary = std::env::var_os("ORDERMESH_NATS_SERVER").unwrap();
        let mut command = Command::new(binary);
        command.arg("-c").arg(file).stdout(Stdio::null()).stderr(Stdio::inherit());
        let child = command.spawn().unwrap();
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(begun.elapsed() < Duration::from_secs(30), "no server");
            std::thread::sleep(Duration::from_millis(20));
        }
        Self { child, url: format!("nats://127.0.0.1:{port}") }
    }
}

impl Drop for Elsewhere {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn topology(what: &str, folder: &Path, more: &[&str]) -> Output {
    let mut command = Command::new(ordermesh());
    command.args(["topology", what, "--data-dir"]).arg(folder).args(more);
    command.output().unwrap()
}

fn said(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn a_server_elsewhere_is_planned_and_made_and_the_mesh_runs_on_it() {
    let (home, server) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let accounts = topology("accounts", home.path(), &[]);
    assert!(accounts.status.success(), "{}", said(&accounts));
    std::fs::write(server.path().join("accounts.conf"), &accounts.stdout).unwrap();
    let elsewhere = Elsewhere::start(server.path());
    let url = ["--nats-url", &elsewhere.url];
    let plan = topology("plan", home.path(), &url);
    assert!(said(&plan).contains("+ create stream EVENTS"), "{}", said(&plan));
    assert_eq!(said(&topology("plan", home.path(), &url)), said(&plan), "only shown");
    let applied = topology("apply", home.path(), &url);
    assert!(applied.status.success(), "{}", said(&applied));
    assert!(said(&applied).contains("+ create durable allocation of stream EVENTS"));
    let again = topology("apply", home.path(), &url);
    assert!(said(&again).contains("everything is as it should be"), "{}", said(&again));
    let cluster = topology("apply", home.path(), &[&url[..], &["--replicas", "3"]].concat());
    assert!(!cluster.status.success(), "one server has no three copies");
    let mut mesh = Mesh::start_in(home, &url);
    assert_eq!(mesh.nats, elsewhere.url);
    assert!(mesh.terminate(), "{}", mesh.log());
}

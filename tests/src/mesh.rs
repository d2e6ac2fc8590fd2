//! A mesh in a process of its own: `ordermesh up` on a temporary folder.

use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::OnceLock,
    time::{Duration, Instant},
};

use futures::TryStreamExt as _;
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use serde_json::Value;
use tempfile::TempDir;

use crate::partner::Partner;

/// A running mesh, killed when dropped.
pub struct Mesh {
    folder: TempDir,
    child: Option<Child>,
    /// The URL of NATS.
    pub nats: String,
    /// The address of the HTTP server.
    pub http: String,
}

impl Mesh {
    /// Starts a mesh in a new folder.
    pub fn start(arguments: &[&str]) -> Self {
        Self::start_in(tempfile::tempdir().unwrap(), arguments)
    }

    /// Starts a mesh in this folder.
    pub fn start_in(folder: TempDir, arguments: &[&str]) -> Self {
        let mut mesh = Self { folder, child: None, nats: String::new(), http: String::new() };
        mesh.start_again(arguments);
        mesh
    }

    /// Starts the mesh in its folder again, and waits until it is ready.
    pub fn start_again(&mut self, arguments: &[&str]) {
        let mut command = Command::new(ordermesh());
        command.arg("up").arg("--data-dir").arg(self.folder.path()).args(arguments);
        let log = std::fs::File::options();
        let log = log.clone().create(true).append(true).open(self.folder.path().join("up.log"));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log.unwrap());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        self.child = Some(child);
        let part = |name: &str| {
            let found = line.split_whitespace().find_map(|part| part.strip_prefix(name));
            found.unwrap_or_else(|| panic!("not ready: `{line}`\n{}", self.log())).to_owned()
        };
        (self.nats, self.http) = (part("nats="), part("http="));
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("up.log")).unwrap_or_default()
    }

    /// Returns the processes that were started for a service, from the log of `--separate`, oldest
    /// first.
    pub fn pids(&self, service: &str) -> Vec<Pid> {
        let log = self.log();
        let started = log.lines().filter(|line| line.contains("started") && line.contains("pid="));
        let own = started.filter(|line| line.contains(&format!("\"{service}\"")));
        let pid = |line: &str| {
            let pid = line.split("pid=").nth(1).and_then(|rest| rest.split_whitespace().next());
            Pid::from_raw(pid.unwrap().parse().unwrap())
        };
        own.map(pid).collect()
    }

    /// Kills the program, and the server with it if asked to.
    pub fn kill(&mut self, server_too: bool) {
        let mut child = self.child.take().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        if server_too {
            self.kill_server();
        }
    }

    pub fn kill_server(&self) {
        let pid = std::fs::read_to_string(self.folder.path().join("nats/nats.pid")).unwrap();
        let _ = kill(Pid::from_raw(pid.trim().parse().unwrap()), Signal::SIGKILL);
    }

    /// Asks the program to end, and returns true if it ended cleanly.
    pub fn terminate(&mut self) -> bool {
        let mut child = self.child.take().unwrap();
        kill(Pid::from_raw(child.id().try_into().unwrap()), Signal::SIGTERM).unwrap();
        child.wait().unwrap().success()
    }

    /// Runs a command of the program on this folder, and returns its answer as JSON.
    pub fn json(&self, arguments: &[&str]) -> Value {
        let output = self.run(arguments);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        serde_json::from_str(&text).unwrap_or_else(|error| {
            panic!("{error}: {text}\n{}", String::from_utf8_lossy(&output.stderr))
        })
    }

    /// Runs a command of the program on this folder with `--json`.
    pub fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(ordermesh());
        command.args(arguments).arg("--json").arg("--data-dir").arg(self.folder.path());
        command.output().unwrap()
    }

    /// Adds a partner by the command that operators use.
    pub fn add_partner(&self, name: &str, arguments: &[&str]) {
        let output = self.run(&[&["partner", "add", name], arguments].concat());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// Connects as a partner, or as the operator.
    pub async fn connect(&self, name: &str) -> Partner {
        let seed = self.folder.path().join(format!("creds/{name}.nk"));
        Partner::connect(&self.nats, name, &std::fs::read_to_string(seed).unwrap()).await
    }

    /// Returns the number of events of this kind, such as `invoice.posted`, for each aggregate.
    pub async fn events(&self, event: &str) -> BTreeMap<String, usize> {
        let operator = self.connect("operator").await;
        let stream = operator.jetstream().get_stream("EVENTS").await.unwrap();
        let subjects = stream.info_with_subjects(format!("events.{event}.v1.*")).await.unwrap();
        let counts: Vec<(String, usize)> = subjects.try_collect().await.unwrap();
        let id = |subject: String| subject.rsplit('.').next().unwrap().to_owned();
        counts.into_iter().map(|(subject, count)| (id(subject), count)).collect()
    }

    /// Checks that the checker of Prometheus accepts the metrics, and that no family common to all
    /// processes is missing.
    pub fn exposes_clean_metrics(&self) {
        const FAMILIES: [&str; 8] = [
            "ordermesh_messages_total",
            "ordermesh_batch_seconds",
            "ordermesh_outbox_pending_messages",
            "ordermesh_outbox_oldest_age_seconds",
            "ordermesh_parked_messages",
            "ordermesh_dead_letters",
            "ordermesh_lost_messages_total",
            "ordermesh_pauses_total",
        ];
        let text = self.metrics();
        for family in FAMILIES {
            assert!(text.contains(&format!("# TYPE {family} ")), "no {family}: {text}");
        }
        let mut promtool = Command::new("promtool");
        promtool.args(["check", "metrics"]).stdin(Stdio::piped());
        promtool.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut promtool = promtool.spawn().expect("tests/run.sh installs promtool");
        promtool.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        let output = promtool.wait_with_output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said);
        assert!(output.status.success() && said.is_empty(), "{said}\n{text}");
    }

    fn metrics(&self) -> String {
        let mut stream = TcpStream::connect(self.http.trim_start_matches("http://")).unwrap();
        stream.write_all(b"GET /metrics HTTP/1.0\r\nhost: mesh\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer.split_once("\r\n\r\n").unwrap().1.to_owned()
    }

    /// Waits until the books of all services agree, and returns them.
    pub fn balanced(&self, within: Duration) -> Value {
        let begun = Instant::now();
        loop {
            let books = self.json(&["reconcile"]);
            if books["balanced"] == true {
                return books;
            }
            assert!(begun.elapsed() < within, "{books:#}\n{}", self.log());
            std::thread::sleep(Duration::from_millis(300));
        }
    }
}

impl Drop for Mesh {
    fn drop(&mut self) {
        if self.child.is_some() {
            self.terminate();
        }
    }
}

/// Returns the program that `ORDERMESH_TEST_PROGRAM` names, or one built as the tests were.
pub fn ordermesh() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        if let Some(named) = std::env::var_os("ORDERMESH_TEST_PROGRAM") {
            return named.into();
        }
        let build = Command::new(env!("CARGO")).args(["build", "-q", "-p", "ordermesh"]).status();
        assert!(build.unwrap().success(), "the program does not build");
        let tests = std::env::current_exe().unwrap();
        tests.parent().unwrap().parent().unwrap().join("ordermesh")
    })
}

/// Builds the programs of the services beside it.
pub fn programs() {
    static BUILT: OnceLock<()> = OnceLock::new();
    let beside = ordermesh();
    BUILT.get_or_init(|| {
        if std::env::var_os("ORDERMESH_TEST_PROGRAM").is_none() {
            let build = ["build", "-q", "--workspace", "--bins"];
            let build = Command::new(env!("CARGO")).args(build).status();
            assert!(build.unwrap().success(), "the programs do not build");
        }
        assert!(beside.with_file_name("allocation").is_file(), "no programs beside {beside:?}");
    });
}

/// Returns the path of reference data beside the checkout. If it is absent, prints so and returns
/// none.
pub fn data(path: &str) -> Option<PathBuf> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data").join(path);
    if !data.exists() {
        eprintln!("skipped: no reference data at {}", data.display());
        return None;
    }
    Some(data)
}

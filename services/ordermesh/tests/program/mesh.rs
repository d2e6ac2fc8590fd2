//! A mesh as a process of its own, with master data and partners.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

use async_nats::jetstream::{self, consumer::PullConsumer};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use ordermesh::nats::connect::connect;
use serde_json::Value;
use tempfile::TempDir;

const WITHIN: Duration = Duration::from_secs(60);
const FILES: [(&str, &str); 7] = [
    (
        "company.csv",
        "name,tax_id,currency,time_zone,address.name,address.line1,address.city,address.region,\
         address.postal_code,address.country\n\
         Midwest Supply,36-1,USD,America/Chicago,Midwest,1 Main Street,Springfield,IL,62701,US\n",
    ),
    (
        "warehouses.csv",
        "warehouse_id,name,partner,address.name,address.line1,address.city,address.region,\
         address.postal_code,address.country\nEAST,East,threepl,East,1 Dock Road,Newark,NJ,07101,US\n",
    ),
    (
        "items.csv",
        "sku,description,stock_uom,tax_category,unit_cost\nWIDGET-1,Widget,EA,standard,4.10\n",
    ),
    (
        "prices.csv",
        "price_list,currency,valid_from,sku,uom,unit_price,min_quantity\n\
         WHOLESALE,USD,2026-01-01,WIDGET-1,EA,10.00,1\n",
    ),
    (
        "customers.jsonl",
        r#"{"customer_id":"C-100","name":"Acme","status":"active","currency":"USD","price_list":"WHOLESALE","default_ship_to":{"name":"Acme","line1":"2 Main Street","city":"New York","region":"NY","postal_code":"10001","country":"US"}}"#,
    ),
    (
        "taxes.csv",
        "country,region,tax_category,rate_percent,valid_from,code\nUS,NY,standard,10,2026-01-01,S\n",
    ),
    ("stock.csv", "warehouse_id,sku,on_hand,sequence,as_of\nEAST,WIDGET-1,500,1,AS_OF\n"),
];

/// A running mesh, which is stopped on drop.
pub struct Mesh {
    folder: TempDir,
    child: Child,
    nats: String,
}

/// The result of a command.
#[derive(Debug)]
pub struct Told {
    pub exit: Option<i32>,
    /// The only value on stdout.
    pub answer: Value,
    pub words: String,
}

/// Returns the program that `ORDERMESH_TEST_PROGRAM` names, otherwise the one built with this test,
/// without any argument about a mesh.
pub fn program(arguments: &[&str]) -> Command {
    let named = std::env::var_os("ORDERMESH_TEST_PROGRAM");
    let mut command = Command::new(named.unwrap_or(env!("CARGO_BIN_EXE_ordermesh").into()));
    command.args(arguments).stdin(Stdio::null());
    command
}

/// Runs a command; all of stdout must be one JSON value.
pub fn told(command: &mut Command) -> Told {
    let Output { status, stdout, stderr } = command.output().unwrap();
    let words = String::from_utf8(stderr).unwrap();
    let answer = serde_json::from_slice(&stdout);
    let answer = answer.unwrap_or_else(|error| panic!("{command:?}: {error}: {stdout:?} {words}"));
    Told { exit: status.code(), answer, words }
}

impl Mesh {
    pub fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        // With an umask under which everybody may read new files.
        let mut up = Command::new("sh");
        up.args(["-c", "umask 0; exec \"$0\" up --data-dir \"$1\""]);
        up.arg(program(&[]).get_program()).arg(folder.path()).stdin(Stdio::null());
        let log = fs::File::create(folder.path().join("up.log")).unwrap();
        up.stdout(Stdio::piped()).stderr(log);
        let mut child = up.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let mut mesh = Self { folder, child, nats: String::new() };
        let nats = line.split_whitespace().find_map(|part| part.strip_prefix("nats="));
        mesh.nats = nats.unwrap_or_else(|| panic!("not ready: {line} {}", mesh.log())).to_owned();
        mesh
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder().join("up.log")).unwrap()
    }

    /// Imports master data and adds a partner of each role.
    pub fn with_partners(self) -> Self {
        let files = tempfile::tempdir().unwrap();
        let as_of = jiff::Timestamp::now().to_string();
        for (name, text) in FILES {
            fs::write(files.path().join(name), text.replace("AS_OF", &as_of)).unwrap();
        }
        self.done(&["import", files.path().to_str().unwrap()]);
        self.done(&["partner", "add", "acme", "--role", "buyer", "--customer", "C-100"]);
        self.done(&["partner", "add", "threepl", "--role", "warehouse", "--warehouse", "EAST"]);
        self.done(&["partner", "add", "mybank", "--role", "bank"]);
        self
    }

    /// Returns a command on this mesh, with `--json`.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = program(arguments);
        command.arg("--json").arg("--data-dir").arg(self.folder());
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Told {
        told(&mut self.command(arguments))
    }

    /// Runs a command that must succeed.
    pub fn done(&self, arguments: &[&str]) -> Value {
        let told = self.run(arguments);
        assert_eq!(told.exit, Some(0), "{arguments:?}: {told:?}");
        told.answer
    }

    /// Runs a command until its result is as expected, since messages may still be on their way.
    pub fn until(&self, arguments: &[&str], is_so: impl Fn(&Told) -> bool) -> Told {
        let begun = Instant::now();
        loop {
            let told = self.run(arguments);
            if is_so(&told) {
                return told;
            }
            assert!(begun.elapsed() < WITHIN, "{arguments:?}: {told:?}\n{}", self.log());
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// Connects to the streams as a partner or the operator.
    async fn streams(&self, name: &str) -> jetstream::Context {
        let seed = fs::read_to_string(self.folder().join(format!("creds/{name}.nk"))).unwrap();
        jetstream::new(connect(&self.nats, seed.trim(), name).await.unwrap())
    }

    /// Returns the acknowledgement time of a partner's durable.
    pub async fn ack_wait(&self, partner: &str) -> Duration {
        let stream = format!("EGRESS_{}", partner.to_uppercase());
        let operator = self.streams("operator").await;
        let durable: PullConsumer =
            operator.get_consumer_from_stream("partner", stream).await.unwrap();
        durable.cached_info().config.ack_wait
    }

    /// Publishes a partner's document.
    pub async fn send(&self, partner: &str, document: &str, body: &Value) {
        let subject = format!("ingress.{partner}.{document}.v1");
        let stream = self.streams(partner).await;
        stream.publish(subject, body.to_string().into()).await.unwrap().await.unwrap();
    }
}

impl Drop for Mesh {
    fn drop(&mut self) {
        let pid = Pid::from_raw(self.child.id().try_into().unwrap());
        if kill(pid, Signal::SIGTERM).is_ok() {
            self.child.wait().unwrap();
        }
    }
}

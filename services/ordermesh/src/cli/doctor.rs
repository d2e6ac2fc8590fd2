//! `ordermesh doctor`: checks everything that a mesh needs, and says how to repair what is wrong.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};
use async_nats::jetstream::stream::{Config, Info};
use clap::Args;
use contracts::subject::{SERVICES, dead_letter_stream};
use mesh::topology::Settings;
use serde::Serialize;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use super::{
    common::CommonArgs,
    outcome::{Outcome, chain},
};
use crate::{
    manifests,
    nats::{connect, find, folder::Folder, partner, server, version},
    operator::Operator,
    reconcile,
};

/// Check everything that a mesh needs, and say how to mend it
#[derive(Debug, Args)]
pub(crate) struct Doctor {
    #[command(flatten)]
    common: CommonArgs,
    /// The nats-server that `up` is to start [default: found on PATH, else the one that was installed]
    #[arg(long, value_name = "PATH", env = "ORDERMESH_NATS_SERVER")]
    nats_server: Option<PathBuf>,
}

#[derive(Debug, Serialize)]
struct Check {
    name: &'static str,
    ok: bool,
    detail: String,
}

impl Doctor {
    pub async fn run(self) -> Result<Outcome> {
        eprintln!("looking at {} …", self.common.data_dir.display());
        let checks = self.checks().await;
        self.common.print(&checks, |checks| text(checks))?;
        Ok(if checks.iter().all(|check| check.ok) { Outcome::Success } else { Outcome::Failure })
    }

    /// Runs the checks in order. A check that depends on one that failed is left out: it would only
    /// repeat the cause.
    async fn checks(&self) -> Vec<Check> {
        let dir = &self.common.data_dir;
        let mut checks = Vec::new();
        // Servers that somebody else runs need no program here.
        if self.common.site().map_or(true, |site| site.is_own()) {
            checks.push(check("nats-server", binary(dir, self.nats_server.as_deref()).await));
        }
        let folder = check("folder", folder(dir));
        let is_folder = folder.ok;
        checks.push(folder);
        if !is_folder {
            return checks;
        }
        let operator = match self.common.operator().await {
            Ok(operator) => operator,
            Err(error) => {
                checks.push(check("nats", Err(error)));
                return checks;
            }
        };
        checks.push(check("nats", nats(&operator)));
        checks.push(check("streams", streams(&operator, dir).await));
        let services = match std::fs::read_to_string(dir.join("http")) {
            Ok(address) => ready(address.trim()).await,
            Err(_) => answering(&operator).await,
        };
        let are_there = services.is_ok();
        checks.push(check("services", services));
        checks.push(check("dead letters", dead_letters(&operator).await));
        if are_there {
            checks.push(check("books", books(&operator).await));
        }
        checks
    }
}

fn check(name: &'static str, outcome: Result<String>) -> Check {
    match outcome {
        Ok(detail) => Check { name, ok: true, detail },
        Err(error) => Check { name, ok: false, detail: chain(&error) },
    }
}

fn text(checks: &[Check]) -> String {
    let line = |check: &Check| {
        let mark = if check.ok { "ok  " } else { "FAIL" };
        format!("{mark}  {:<13} {}\n", check.name, check.detail)
    };
    checks.iter().map(line).collect()
}

async fn binary(dir: &Path, named: Option<&Path>) -> Result<String> {
    let looked = match find::find(named).await? {
        Ok(path) => return Ok(format!("{} {}", path.display(), version::check(&path).await?)),
        Err(looked) => looked,
    };
    // A server that was named at the start of the mesh is running, wherever it is.
    let runs = Folder::at(dir).is_ok_and(|folder| server::url_of(&folder).is_ok());
    ensure!(runs, "{looked}; `ordermesh up` installs it, or name one with --nats-server");
    Ok("one runs here that is not on PATH; name it again where `ordermesh up` is started"
        .to_owned())
}

fn folder(dir: &Path) -> Result<String> {
    ensure!(
        dir.join("creds/operator.nk").exists(),
        "{} is no mesh's folder yet; `ordermesh up --data-dir {}` makes it one",
        dir.display(),
        dir.display()
    );
    let partners = Folder::at(dir)?.partners()?;
    Ok(format!("{} with {} partner(s)", dir.display(), partners.len()))
}

fn nats(operator: &Operator) -> Result<String> {
    let version = connect::suits(&operator.client)?;
    Ok(format!("{} ({version}) answers the operator", operator.client.server_info().server_name))
}

async fn streams(operator: &Operator, dir: &Path) -> Result<String> {
    let replicas = partner::copies(&operator.jetstream).await?.unwrap_or(1);
    let settings = Settings { replicas, ..Settings::default() };
    let plan = partner::plan(&Folder::at(dir)?, &manifests(), &settings)?;
    let mend = "`ordermesh topology apply` makes it so, and so does a restart of `ordermesh up`";
    for Config { name, .. } in &plan.streams {
        let found = operator.jetstream.get_stream(name).await;
        let found = found.with_context(|| format!("{name} is missing; {mend}"))?;
        let Info { config, cluster, .. } = found.cached_info();
        let there = config.num_replicas;
        ensure!(there == replicas, "{name} has {there} copies instead of {replicas}; {mend}");
        let copies = cluster.iter().flat_map(|cluster| &cluster.replicas);
        if let Some(behind) = copies.into_iter().find(|copy| copy.offline || !copy.current) {
            let how = if behind.offline { "does not run" } else { "is behind" };
            bail!("the server {} {how}, with a copy of {name}; see its log", behind.name);
        }
    }
    Ok(format!("{} streams are there; copies of each: {replicas}", plan.streams.len()))
}

/// Checks that every service answers, unless `ordermesh up` runs them in this folder.
async fn answering(operator: &Operator) -> Result<String> {
    for service in SERVICES {
        let asked = operator.client.request(format!("$SRV.PING.{service}"), "".into()).await;
        asked.with_context(|| format!("{service} does not answer; see its log"))?;
    }
    Ok(format!("{} services answer", SERVICES.len()))
}

async fn ready(address: &str) -> Result<String> {
    let host = address.trim_start_matches("http://").to_owned();
    let answer = async {
        let mut connection = TcpStream::connect(&host).await?;
        let request = format!("GET /readyz HTTP/1.0\r\nHost: {host}\r\n\r\n");
        connection.write_all(request.as_bytes()).await?;
        let mut answer = String::new();
        connection.read_to_string(&mut answer).await?;
        anyhow::Ok(answer)
    };
    let answer = answer.await.with_context(|| format!("nothing answers at {address}"))?;
    let said = answer.lines().last().unwrap_or_default();
    ensure!(answer.contains(" 200 "), "{said}; see the log of `ordermesh up`");
    Ok(format!("{} services are ready; console at {address}", SERVICES.len()))
}

/// Checks that the books of all services agree.
async fn books(operator: &Operator) -> Result<String> {
    let found = reconcile::run(operator).await?;
    ensure!(found.balanced, "{}; `ordermesh reconcile` says what differs", found.verdict());
    Ok(found.verdict())
}

async fn dead_letters(operator: &Operator) -> Result<String> {
    let mut found = Vec::new();
    for service in SERVICES {
        let stream = operator.jetstream.get_stream(dead_letter_stream(service)).await?;
        let messages = stream.cached_info().state.messages;
        if messages > 0 {
            found.push(format!("{service}: {messages}"));
        }
    }
    ensure!(found.is_empty(), "{}; see `ordermesh dlq list`", found.join(", "));
    Ok("none".to_owned())
}

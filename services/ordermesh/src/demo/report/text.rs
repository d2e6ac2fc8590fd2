//! The report as text, for people.

use std::{collections::BTreeMap, fmt};

use comfy_table::{Cell, CellAlignment, Table};

use super::{Held, PaymentsReport, Report};
use crate::{
    demo::{
        play::partner_view::Times,
        progress::millis,
        scenario::{Like, LikeOrders},
    },
    table::table as plain,
};

/// The number of surprises and missing orders that are listed.
const LISTED: usize = 10;

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let orders: usize = self.orders.values().sum();
        writeln!(f, "{}\n", self.title)?;
        let took = millis(self.duration_ms);
        write!(f, "  {orders} orders in {took}")?;
        // With few payments in the data, the rate means nothing.
        if self.order_to_settled.orders >= self.order_to_invoice.orders / 2 {
            let rate = &self.orders_per_second;
            write!(f, ", {rate} per second shipped, billed and settled")?;
        }
        writeln!(f, "\n")?;
        writeln!(f, "{}\n", self.outcomes())?;
        writeln!(f, "{}\n", self.times())?;
        writeln!(f, "{}\n", self.figures())?;
        self.data(f)?;
        self.payments(f)?;
        self.reconciled(f)?;
        let held: Vec<String> = self.held.iter().map(held).collect();
        list(f, "Still held", &held)?;
        list(f, "Not as expected", &self.surprises)?;
        list(f, "Not at its end", &self.missing)?;
        self.next(f)
    }
}

impl Report {
    fn outcomes(&self) -> Table {
        const WORDS: [(&str, &str); 10] = [
            ("settled", "shipped, billed and paid"),
            ("unpaid", "shipped and billed, left unpaid"),
            ("held", "held for a decision or for credit, see below"),
            ("rejected", "rejected: item, customer or quantity"),
            ("cancelled", "cancelled: by the buyer, or not there and not to wait"),
            ("billed", "billed, not paid"),
            ("shipping", "shipped in part"),
            ("accepted", "accepted, nothing shipped"),
            ("sent", "sent, not answered"),
            ("planned", "not sent"),
        ];
        let mut table = plain(["orders", ""]);
        let stages =
            WORDS.iter().filter_map(|(stage, words)| Some((*self.orders.get(*stage)?, words)));
        let amended = |status: &str| self.amendments.get(status).copied().unwrap_or_default();
        let more = [
            (self.resent, &"of them sent twice, taken once"),
            (self.released_by_cash, &"of them held for credit until cash came in"),
            (self.released, &"of them held for credit and released by an operator"),
            (amended("applied"), &"changes and cancels applied"),
            (amended("partially_applied"), &"changes and cancels applied in part"),
            (amended("rejected"), &"changes and cancels too late"),
            (self.returns, &"returns credited"),
        ];
        for (count, words) in stages.chain(more).filter(|(count, _)| *count > 0) {
            table.add_row([number(&count), Cell::new(words)]);
        }
        table
    }

    fn times(&self) -> Table {
        let mut table = plain(["cycle time", "orders", "p50", "p90", "p99", "longest"]);
        let rows = [
            ("order sent to first invoice", self.order_to_invoice),
            ("order sent to all paid", self.order_to_settled),
        ];
        for (name, Times { orders, p50_ms, p90_ms, p99_ms, max_ms }) in rows {
            let times = [p50_ms, p90_ms, p99_ms, max_ms].map(|it| number(&millis(it)));
            table.add_row([Cell::new(name), number(&orders)].into_iter().chain(times));
        }
        table
    }

    fn figures(&self) -> Table {
        let mut table = plain(["figures", ""]);
        for (currency, it) in &self.money {
            let rows = [
                (format!("{} invoices", it.invoices), &it.billed),
                ("paid".to_owned(), &it.paid),
                ("discounts".to_owned(), &it.discounts),
                ("credited".to_owned(), &it.credited),
                ("left unpaid".to_owned(), &it.left_unpaid),
                ("paid and not applied".to_owned(), &it.unapplied),
                ("freed by credit memos, not applied".to_owned(), &it.freed),
                ("unapplied cash: these two, as in the books".to_owned(), &it.unapplied_in_all),
            ];
            for (name, amount) in rows {
                table.add_row([Cell::new(name), number(&format!("{amount} {currency}"))]);
            }
        }
        let sent: u64 = self.documents_sent.values().sum();
        let read: u64 = self.documents_read.values().sum();
        table.add_row([Cell::new("documents sent by partners"), number(&sent)]);
        table.add_row([Cell::new("documents read by partners"), number(&read)]);
        let raised: u64 = self.exceptions.values().sum();
        let open = self.exceptions_open;
        table.add_row([Cell::new("exceptions raised"), number(&format!("{raised}, {open} open"))]);
        for (kind, count) in &self.exceptions {
            table.add_row([Cell::new(format!("  {kind}")), number(count)]);
        }
        table.add_row([Cell::new("dead letters"), number(&self.dead_letters)]);
        table
    }

    /// Writes what became of the data's rows, and the decisions that the data leaves open.
    fn data(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(source) = &self.source else { return Ok(()) };
        writeln!(f, "  rows of the data: {}, each accounted for", source.rows)?;
        for (what, rows) in source.lines() {
            writeln!(f, "  {rows:>9}  {what}")?;
        }
        writeln!(f)?;
        if source.decided.is_empty() {
            return Ok(());
        }
        writeln!(f, "  decided for the run:")?;
        source.decided.iter().try_for_each(|it| writeln!(f, "    {it}"))?;
        writeln!(f)
    }

    /// Writes what became of payments without remittance.
    fn payments(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(it) = &self.payments else { return Ok(()) };
        let PaymentsReport { reported, matched, otherwise, unapplied, .. } = it;
        let PaymentsReport {
            like_orders: LikeOrders { played, all }, unapplied_amount, why, ..
        } = it;
        writeln!(f, "  payments without a word what for: {reported}")?;
        writeln!(f, "  {matched:>9}  of exactly one open invoice's amount: it is settled by them")?;
        if *otherwise > 0 {
            writeln!(f, "  {otherwise:>9}  applied otherwise, which nobody asked for")?;
        }
        writeln!(
            f,
            "  {unapplied:>9}  kept as customers' unapplied cash{}",
            in_all(unapplied_amount)
        )?;
        why.iter().try_for_each(|(why, count)| writeln!(f, "  {count:>9}    {why}"))?;
        let like = |it: &Like| format!("{} of {}", it.like_an_order, it.payments);
        let (played, all) = (like(played), like(all));
        writeln!(f, "  an order's total is the amount of {played}; in the whole data, of {all}")?;
        writeln!(f)
    }

    /// Writes one check per line, with the differences below.
    fn reconciled(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let checks = &self.reconciliation.checks;
        let mut table = plain(["reconciliation", "left", "right", "", ""]);
        for check in checks {
            table.add_row([
                Cell::new(&check.name),
                number(&check.left),
                number(&check.right),
                Cell::new(&check.unit),
                Cell::new(if check.balanced { "ok" } else { "DIFFERS" }),
            ]);
        }
        writeln!(f, "{table}\n")?;
        for check in checks.iter().filter(|check| !check.balanced) {
            list(f, &check.name, &check.detail)?;
        }
        match checks.iter().filter(|check| !check.balanced).count() {
            0 => writeln!(f, "Balanced: all {} checks agree, to the cent.\n", checks.len()),
            differ => writeln!(f, "NOT balanced: {differ} of {} checks differ.\n", checks.len()),
        }
    }

    fn next(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = match (self.well, self.finished) {
            (true, _) => "All went as planned and every book agrees.",
            (false, true) => {
                "Every order came to its end, but not all is as it should be: see above."
            }
            (false, false) => "The run did not come to its end: see above.",
        };
        writeln!(f, "{verdict}\n\nLook further:")?;
        let po = self.look_at.as_deref().unwrap_or("PO");
        match &self.data_dir {
            Some(folder) => {
                let folder = folder.display();
                writeln!(
                    f,
                    "  ordermesh up --data-dir {folder}          the same mesh, with its console"
                )?;
                write!(
                    f,
                    "  ordermesh trace {po} --data-dir {folder}   one order, from document to posting"
                )
            }
            None => write!(
                f,
                "  ordermesh demo --keep    the same run, and its folder stays: then `up` and `trace {po}`"
            ),
        }
    }
}

fn in_all(amounts: &BTreeMap<String, String>) -> String {
    let amounts = amounts.iter().map(|(currency, amount)| format!("{amount} {currency}"));
    let amounts = amounts.collect::<Vec<_>>().join(", ");
    if amounts.is_empty() { amounts } else { format!(": {amounts}") }
}

fn held(it: &Held) -> String {
    let total = it.total.as_ref().map(|total| format!(" of {total}")).unwrap_or_default();
    let limit = it.credit_limit.as_ref().filter(|_| it.reasons == ["credit_limit"]);
    let limit = limit.map(|limit| format!(", the limit is {limit}")).unwrap_or_default();
    format!("{}{total} for {}: {}{limit}", it.po_number, it.customer, it.reasons.join(", "))
}

fn number(value: &impl ToString) -> Cell {
    Cell::new(value.to_string()).set_alignment(CellAlignment::Right)
}

fn list(f: &mut fmt::Formatter<'_>, title: &str, lines: &[String]) -> fmt::Result {
    if lines.is_empty() {
        return Ok(());
    }
    writeln!(f, "{title}:")?;
    for line in lines.iter().take(LISTED) {
        writeln!(f, "  {line}")?;
    }
    if let Some(more) = lines.len().checked_sub(LISTED).filter(|more| *more > 0) {
        writeln!(f, "  and {more} more")?;
    }
    writeln!(f)
}

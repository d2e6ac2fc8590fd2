//! The rows of either layout, in file order, as text.

use std::{
    collections::HashMap,
    fs,
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};

use crate::demo::dataset::table::{Table, text};

/// An invoice line, as written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Row {
    pub invoice: String,
    pub code: String,
    pub description: String,
    pub quantity: String,
    pub price: String,
    pub customer: String,
    pub country: String,
}

/// Handles a row; a break ends the reading.
pub(super) type Take<'a> = dyn FnMut(Row) -> ControlFlow<()> + 'a;

/// Reads the data at `path`, in either layout.
pub(super) fn read(path: &Path, take: &mut Take<'_>) -> Result<()> {
    if !path.is_dir() {
        return flat(path, take).map(drop);
    }
    if path.join("order_lines.csv").exists() {
        return split(path, take);
    }
    let listed = fs::read_dir(path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut files: Vec<PathBuf> = listed.flatten().map(|entry| entry.path()).collect();
    files.retain(|file| file.extension().is_some_and(|end| end.eq_ignore_ascii_case("csv")));
    files.sort_unstable();
    if files.is_empty() {
        bail!("{}: no .csv file is there", path.display());
    }
    for file in files {
        if flat(&file, take)?.is_break() {
            break;
        }
    }
    Ok(())
}

/// Reads one file in which each row is an invoice line with all its data.
fn flat(path: &Path, take: &mut Take<'_>) -> Result<ControlFlow<()>> {
    let table = Table::open(path)?;
    let columns = [
        table.column(&["InvoiceNo", "Invoice"])?,
        table.column(&["StockCode"])?,
        table.column(&["Description"])?,
        table.column(&["Quantity"])?,
        table.column(&["UnitPrice", "Price"])?,
        table.column(&["CustomerID", "Customer ID"])?,
        table.column(&["Country"])?,
    ];
    table.each(&mut |record| {
        let [invoice, code, description, quantity, price, customer, country] =
            columns.map(|at| text(record, at));
        take(Row { invoice, code, description, quantity, price, customer, country })
    })
}

/// Reads invoices, lines and items from a file each.
fn split(folder: &Path, take: &mut Take<'_>) -> Result<()> {
    let heads = lookup(&folder.join("orders.csv"), "invoice_no", ["customer_id", "country"])?;
    let products = folder.join("products.csv");
    let names = match products.exists() {
        true => lookup(&products, "stock_code", ["description"])?,
        false => HashMap::new(),
    };
    let lines = Table::open(&folder.join("order_lines.csv"))?;
    let columns = ["invoice_no", "stock_code", "quantity", "unit_price_gbp"];
    let [invoice, code, quantity, price] = columns.map(|name| lines.column(&[name]));
    let columns = [invoice?, code?, quantity?, price?];
    let read = lines.each(&mut |record| {
        let [invoice, code, quantity, price] = columns.map(|at| text(record, at));
        let [customer, country] = heads.get(&invoice).cloned().unwrap_or_default();
        let [description] = names.get(&code).cloned().unwrap_or_default();
        take(Row { invoice, code, description, quantity, price, customer, country })
    });
    read.map(drop)
}

fn lookup<const N: usize>(
    path: &Path,
    key: &str,
    values: [&str; N],
) -> Result<HashMap<String, [String; N]>> {
    let table = Table::open(path)?;
    let key = table.column(&[key])?;
    let values: Vec<usize> =
        values.iter().map(|name| table.column(&[name])).collect::<Result<_>>()?;
    let mut found = HashMap::new();
    let read = table.each(&mut |record| {
        let row = std::array::from_fn(|i| values.get(i).map(|at| text(record, *at)));
        found.insert(text(record, key), row.map(Option::unwrap_or_default));
        ControlFlow::Continue(())
    });
    read.map(|_| found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(path: &Path) -> Result<Vec<Row>> {
        let mut rows = Vec::new();
        read(path, &mut |row| {
            rows.push(row);
            ControlFlow::Continue(())
        })?;
        Ok(rows)
    }

    #[test]
    fn both_layouts_say_the_same() -> Result<()> {
        let temp = tempfile::tempdir()?;
        let one = temp.path().join("all.csv");
        fs::write(
            &one,
            "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n\
             100,A1,\"CUP, RED\",6,2020-01-02 10:00:00,2.50,77,France\n",
        )?;
        let folder = temp.path().join("split");
        fs::create_dir(&folder)?;
        fs::write(
            folder.join("orders.csv"),
            "invoice_no,kind,invoice_ts,customer_id,country\n100,sale,x,77,France\n",
        )?;
        fs::write(folder.join("products.csv"), "stock_code,description\nA1,\"CUP, RED\"\n")?;
        fs::write(
            folder.join("order_lines.csv"),
            "invoice_no,line_no,stock_code,quantity,unit_price_gbp\n100,1,A1,6,2.50\n",
        )?;
        assert_eq!(all(&one)?, all(&folder)?);
        assert_eq!(all(&one)?[0].description, "CUP, RED");
        Ok(())
    }

    #[test]
    fn a_column_that_is_missing_is_named() -> Result<()> {
        let temp = tempfile::tempdir()?;
        let file = temp.path().join("x.csv");
        fs::write(&file, "InvoiceNo,StockCode\n1,A\n")?;
        let error = all(&file).map_err(|error| error.to_string());
        assert!(error.is_err_and(|error| error.contains("Description")));
        Ok(())
    }
}

use anyhow::Result;
use contracts::{
    document::Journal,
    question::{JournalPage, JournalRange},
};
use serde_json::json;

use super::{Format, Row, Totals, merged, read::Pages};

fn entry(n: u32, date: &str, source: &str, currency: &str, sides: [&str; 2]) -> Journal {
    let [debit, credit] = sides;
    let entry = json!({"entry_id": format!("00000000-0000-0000-0000-{n:012}"), "date": date,
        "source": source, "currency": currency, "lines": [
            {"account": "receivable", "number": "1100", "debit": debit, "credit": "0"},
            {"account": "revenue", "debit": "0", "credit": credit}]});
    serde_json::from_value(entry).unwrap()
}

/// A service that returns so many entries per page.
fn pages(entries: Vec<Journal>, on_page: usize) -> Pages<impl super::read::Ask> {
    let range = JournalRange { limit: 2, ..JournalRange::default() };
    Pages::new(range, async move |range: JournalRange| -> Result<JournalPage> {
        let from: usize = range.after.map_or(0, |place| place.parse().unwrap());
        let entries_left = &entries[from..];
        let page = entries_left.iter().take(on_page).cloned().collect();
        let next = (entries_left.len() > on_page).then(|| (from + on_page).to_string());
        Ok(JournalPage { entries: page, next })
    })
}

async fn exported(one: Vec<Journal>, other: Vec<Journal>, on_page: usize) -> (Vec<Row>, Totals) {
    let mut rows = Vec::new();
    let keep = |row| {
        rows.push(row);
        Ok(())
    };
    let totals = merged(pages(one, on_page), pages(other, on_page), keep).await.unwrap();
    (rows, totals)
}

fn invoicing() -> Vec<Journal> {
    let sides = ["10.5", "10.50"];
    vec![
        entry(3, "2026-03-01", "invoice/INV-1", "USD", sides),
        // A database may sort lower-case letters before upper-case ones.
        entry(5, "2026-03-02", "invoice/a", "USD", sides),
        entry(4, "2026-03-02", "invoice/B", "USD", sides),
        entry(1, "2026-03-04", "invoice/INV-3", "JPY", ["7", "7"]),
    ]
}

fn payments() -> Vec<Journal> {
    let sides = ["1.00", "1.00"];
    vec![
        entry(9, "2026-03-02", "payment/bank/1", "USD", sides),
        entry(2, "2026-03-02", "payment/bank/1", "USD", sides),
        entry(6, "2026-03-03", "credit-memo/CM-1", "USD", sides),
    ]
}

#[tokio::test]
async fn both_journals_come_by_date_source_and_entry_whatever_the_pages() {
    for on_page in [1, 2, 3, 100] {
        let (rows, totals) = exported(invoicing(), payments(), on_page).await;
        let firsts = rows.iter().filter(|row| row.line == 1);
        let order: Vec<String> = firsts.map(|row| format!("{} {}", row.date, row.source)).collect();
        assert_eq!(
            order,
            [
                "2026-03-01 invoice/INV-1",
                "2026-03-02 invoice/B",
                "2026-03-02 invoice/a",
                "2026-03-02 payment/bank/1",
                "2026-03-02 payment/bank/1",
                "2026-03-03 credit-memo/CM-1",
                "2026-03-04 invoice/INV-3",
            ]
        );
        assert!(rows[6].entry_id < rows[8].entry_id);
        assert!(totals.balanced());
        assert_eq!(
            totals.to_string(),
            "7 entries: debit = credit = 7 JPY; debit = credit = 34.50 USD"
        );
    }
}

async fn written(format: Format, one: Vec<Journal>) -> String {
    let mut text = Vec::new();
    let mut out = format.begin(&mut text).unwrap();
    merged(pages(one, 10), pages(vec![], 10), |row| out.write(&row)).await.unwrap();
    out.finish().unwrap();
    String::from_utf8(text).unwrap()
}

#[tokio::test]
async fn csv_has_a_header_and_amounts_in_all_digits_of_their_currency() {
    let entries = vec![
        entry(1, "2026-03-01", "payment/bank/\"A\", 1", "USD", ["10.5", "10.5"]),
        entry(2, "2026-03-01", "x", "JPY", ["7", "7"]),
    ];
    let id = |n: u32| format!("00000000-0000-0000-0000-{n:012}");
    let (one, two) = (id(1), id(2));
    let source = "\"payment/bank/\"\"A\"\", 1\"";
    let header = "entry_id,date,currency,source,line,account,account_number,debit,credit,note";
    assert_eq!(
        written(Format::Csv, entries).await,
        format!(
            "{header}\n\
             {one},2026-03-01,USD,{source},1,receivable,1100,10.50,0.00,\n\
             {one},2026-03-01,USD,{source},2,revenue,,0.00,10.50,\n\
             {two},2026-03-01,JPY,x,1,receivable,1100,7,0,\n\
             {two},2026-03-01,JPY,x,2,revenue,,0,7,\n"
        )
    );
    assert_eq!(written(Format::Csv, vec![]).await, format!("{header}\n"));
}

#[tokio::test]
async fn jsonl_is_an_object_per_line_with_amounts_as_text() {
    let text = written(Format::Jsonl, invoicing()).await;
    let lines: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 8);
    assert_eq!((&lines[0]["debit"], &lines[0]["account"]), (&json!("10.50"), &json!("receivable")));
    assert_eq!(written(Format::Jsonl, vec![]).await, "");
}

/// Ten receipts of the largest amount there is.
#[tokio::test]
async fn d2_a_sum_has_as_many_digits_as_it_needs() {
    let sides = ["9999999999999999.99", "9999999999999999.99"];
    let receipt = |n| entry(n, "2026-03-01", &format!("payment/bank/{n}"), "USD", sides);
    let (rows, totals) = exported(vec![], (1..=10).map(receipt).collect(), 3).await;
    assert_eq!((rows.len(), totals.balanced()), (20, true));
    let text = totals.to_string();
    assert_eq!(text, "10 entries: debit = credit = 99999999999999999.90 USD");
    let told = serde_json::to_value(&totals).unwrap();
    assert_eq!(told["totals"]["USD"]["debit"], "99999999999999999.90");
}

#[tokio::test]
async fn an_entry_that_does_not_balance_is_named_though_the_totals_agree() {
    let entries = vec![
        entry(1, "2026-03-01", "invoice/INV-1", "USD", ["10.00", "9.00"]),
        entry(2, "2026-03-01", "invoice/INV-2", "USD", ["9.00", "10.00"]),
    ];
    let (_, totals) = exported(entries, vec![], 10).await;
    assert!(!totals.balanced());
    let text = totals.to_string();
    assert!(text.contains("of invoice/INV-1 (2026-03-01): debit 10.00, credit 9.00 USD"), "{text}");
    assert!(text.ends_with("2 entries: debit = credit = 19.00 USD"), "{text}");
    let off = vec![entry(1, "2026-03-01", "invoice/INV-1", "USD", ["10.00", "9.00"])];
    let (_, totals) = exported(off, vec![], 10).await;
    let text = totals.to_string();
    assert!(text.ends_with("1 entry: debit 10.00, credit 9.00 USD: THEY DIFFER"), "{text}");
}

#[tokio::test]
async fn a_journal_that_turns_in_circles_is_an_error() {
    let range = JournalRange::default();
    let round = async |_: JournalRange| -> Result<JournalPage> {
        Ok(JournalPage { entries: vec![], next: Some("again".to_owned()) })
    };
    let ended = merged(Pages::new(range, round), pages(vec![], 1), |_| Ok(())).await;
    assert!(ended.unwrap_err().to_string().contains("same page"));
}

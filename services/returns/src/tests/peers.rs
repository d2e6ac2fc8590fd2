//! Returns that another system takes back of the same sales, if reference data lies beside the
//! checkout. Every case about a return is named here; invoicing compares the credits.

use contracts::{Quantity, document::ReturnDecision, event::ReturnCompleted};
use serde_json::{Value, json};
use testkit::peers::{Compared, every_case, text};

use super::*;

/// Compares one case.
async fn compared(id: &str, case: &Value) -> Option<Compared> {
    Some(match id {
        "B5" => more_than_left(case).await,
        "F02" | "P01" => all_comes_back(case).await,
        "O16" | "O17" | "O18" => some_comes_back(case).await,
        _ => return None,
    })
}

fn is_about_returns(case: &Value) -> bool {
    let topics = case["topics"].as_array().into_iter().flatten();
    let named = topics.into_iter().any(|topic| topic == "return");
    let told = text(&case["title"]).to_lowercase().contains("return");
    named || told || !case["input"]["return"].is_null()
}

#[tokio::test]
async fn r1_every_case_of_peers_comes_back_as_theirs_or_is_refused_for_a_reason() {
    every_case(&[], compared, is_about_returns).await;
}

/// Creates a bench on which this many units of the first lines of PO-1 left together.
async fn left(units: &[String]) -> Bench {
    let lines = (1..).zip(units).map(|(line, units)| entry(line, units));
    let lines = Value::from(lines.collect::<Vec<_>>());
    let mut bench = ordered().await;
    bench.event(&dispatched("S-1", "EAST", "2026-03-02T11:00:00Z", lines)).await;
    bench
}

fn entry(line: u32, units: &str) -> Value {
    json!({"line": line, "sku": format!("WIDGET-{line}"), "quantity": units})
}

/// Returns the quantity that a request is granted; zero if it is refused. A request that waits for
/// more to leave is decided at its deadline.
async fn granted(bench: &mut Bench, id: &str, lines: Vec<Value>) -> Quantity {
    let mut outcome = bench.document(&name("acme"), &request(id, Value::from(lines))).await;
    if outcome.tally.parked > 0 {
        outcome = in_vain(bench).await;
    }
    let answer = answer(&outcome);
    let refused = answer.status == ReturnDecision::Rejected;
    let wanted = if refused { vec![Reason::OverReturn] } else { vec![] };
    assert_eq!(codes(&answer), wanted);
    answer.lines.iter().map(|line| line.quantity).sum()
}

/// Returns the quantity restocked once everything in the first authorisation has come.
async fn restocked(bench: &mut Bench, lines: &[(u32, String)]) -> Quantity {
    let mut came = receipt("RC-1", "1", "restock", true);
    let line = came.lines.remove(0);
    for (number, units) in lines {
        let mut line = line.clone();
        (line.line, line.sku) = (*number, Some(sku(&format!("WIDGET-{number}"))));
        line.quantity = quantity(units);
        came.lines.push(line);
    }
    let outcome = bench.document(&name("threepl"), &came).await;
    let completed = outcome.events::<ReturnCompleted>();
    completed[0].lines.iter().map(|line| line.restocked).sum()
}

fn numbered(units: &[String]) -> Vec<(u32, String)> {
    (1..).zip(units.iter().cloned()).collect()
}

fn entries(lines: &[(u32, String)]) -> Vec<Value> {
    lines.iter().map(|(line, units)| entry(*line, units)).collect()
}

/// B5: the other system takes back what never left. The figures are in the title of the case.
async fn more_than_left(case: &Value) -> Compared {
    let title = text(&case["title"]);
    let mut figures = title.split(|it: char| !it.is_ascii_digit()).filter(|it| !it.is_empty());
    let (shipped, asked) = (figures.next().unwrap(), figures.next().unwrap());
    let mut bench = left(&[shipped.to_owned()]).await;
    let over = granted(&mut bench, "RR-1", vec![entry(1, asked)]).await;
    let all = granted(&mut bench, "RR-2", vec![entry(1, shipped)]).await;
    let more = granted(&mut bench, "RR-3", vec![entry(1, "1")]).await;
    Compared::differs("no more comes back than left, and the whole request is refused (R1)")
        .but("units taken of all that were asked for", over, "0", &json!(asked))
        .figure("units taken when what left is asked for", all, &json!(shipped))
        .but("units taken after that", more, "0", &json!("1"))
}

/// P01, F02: whole lines come back. The other system's units are negative, or those of the order.
async fn all_comes_back(case: &Value) -> Compared {
    let (input, theirs) = (&case["input"], &case["expected"]["return_qty"]);
    let units: Vec<String> = match input["order"].as_array() {
        Some(lines) => lines.iter().map(|line| text(&line[0])).collect(),
        None => vec![text(&input["ordered"])],
    };
    let theirs = match text(theirs).strip_prefix('-') {
        Some(units) => json!(units),
        None => input["ordered"].clone(),
    };
    let mut bench = left(&units).await;
    let lines = numbered(&units);
    let taken = granted(&mut bench, "RR-1", entries(&lines)).await;
    let more = granted(&mut bench, "RR-2", vec![entry(1, "1")]).await;
    assert!(more.is_zero(), "all of it is authorised");
    let back = restocked(&mut bench, &lines).await;
    Compared::same().figure("units taken", taken, &theirs).figure("units back", back, &theirs)
}

/// O16 to O18: some of what left comes back, or all of one line of several.
async fn some_comes_back(case: &Value) -> Compared {
    let input = &case["input"];
    let wave = input["shipment_waves"][0].as_object().unwrap();
    let shipped: Vec<String> = wave.values().map(text).collect();
    let back: Vec<(u32, String)> = (input["return"].as_array().unwrap().iter())
        .map(|line| {
            let place = u32::try_from(line["line"].as_u64().unwrap()).unwrap();
            (place + 1, text(&line["quantity"]))
        })
        .collect();
    let mut bench = left(&shipped).await;
    let taken = granted(&mut bench, "RR-1", entries(&back)).await;
    // The other system does not say what may still come back: what left less that, and no more.
    let rest = quantity(&shipped[0]).saturating_sub(taken);
    let over = [rest, quantity("1")].into_iter().sum::<Quantity>().to_string();
    assert!(granted(&mut bench, "RR-2", vec![entry(1, &over)]).await.is_zero());
    if !rest.is_zero() {
        let others = granted(&mut bench, "RR-3", vec![entry(1, &rest.to_string())]).await;
        assert_eq!(others, rest);
    }
    let came = restocked(&mut bench, &back).await;
    let theirs = &input["return"][0]["quantity"];
    Compared::same().figure("units taken", taken, theirs).figure("units back", came, theirs)
}

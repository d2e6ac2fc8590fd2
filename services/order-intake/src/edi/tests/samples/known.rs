//! Codes of others that are items and customers by records of ours, which are written by hand here.

use super::*;

/// A file, the codes that the seller has for its buyer and its items, and the order that it is.
struct Known {
    file: &'static str,
    parties: &'static [(&'static str, &'static str)],
    /// Our item, the kind of its code, the code, its price, and how many are ordered.
    items: &'static [(&'static str, &'static str, &'static str, &'static str, &'static str)],
    customer: &'static str,
    total: &'static str,
}

const KNOWN: [Known; 4] = [
    Known {
        file: "blueseer.ACME_850.txt",
        parties: &[("222", "C-200"), ("111", "C-200")],
        items: &[
            ("PIPE", "BP", "BR549", "66.48", "260"),
            ("ELBOW", "BP", "BR222", "12.768", "208"),
        ],
        customer: "C-200",
        total: "19940.54",
    },
    Known {
        file: "ediengine.850.OK.edi",
        parties: &[("0003947268292", "C-200")],
        items: &[
            ("CUP", "CB", "065322-117", "9.25", "120"),
            ("PLATE", "CB", "066850-116", "13.79", "220"),
            ("BOWL", "CB", "060733-110", "10.99", "126"),
            ("FORK", "CB", "065308-116", "4.35", "76"),
            ("KNIFE", "CB", "065374-118", "7.5", "72"),
            ("SPOON", "CB", "067504-118", "9.55", "696"),
        ],
        customer: "C-200",
        total: "13045.94",
    },
    Known {
        file: "stupidedi.003050.PO850.pass.1.edi",
        parties: &[("X-1", "C-200")],
        items: &[("BOLT", "BP", "12345", "1.21", "3")],
        customer: "C-100",
        total: "3.63",
    },
    Known {
        file: "x12types.v005010.850.1.edi",
        parties: &[("ATL00069", "C-200")],
        items: &[
            ("FILTER", "BP", "AD7574", "1.00", "2"),
            ("BELT", "BP", "AD7594", "2.00", "10"),
            ("PAD", "BP", "AD7784", "3.00", "5"),
            ("DISC", "BP", "AD7822", "96.00", "1"),
        ],
        customer: "C-200",
        total: "133.00",
    },
];

/// The seller's own records alone say which item and customer are meant, and the price.
#[tokio::test]
async fn codes_of_others_are_our_items_and_customers_by_our_records() {
    for known in KNOWN {
        let file = known.file;
        let Ok(payload) = std::fs::read(folder().join("x12").join(file)) else {
            eprintln!("skipped: {file} is not in {}", folder().display());
            continue;
        };
        let mut desk = Desk::new().await;
        let mut partner = acme();
        let sender = read(&payload).unwrap().remove(0).header.sender;
        let record = partner.x12.as_mut().unwrap();
        (record.isa_qualifier, record.isa_id) = (sender.qualifier, sender.id);
        let code = |(code, id): &(&str, &str)| ((*code).to_owned(), id.parse().unwrap());
        record.customer_codes = known.parties.iter().map(code).collect();
        desk.bench.partner(partner).await;
        for (sku, qualifier, code, ..) in known.items {
            desk.erp(&item(sku, json!([{"qualifier": qualifier, "code": code}]))).await;
        }
        let price = |it: &(&str, &str, &str, &str, &str)| (it.0.to_owned(), it.3.to_owned());
        desk.erp(&prices(&known.items.iter().map(price).collect::<Vec<_>>())).await;
        let heard = desk.sends("x12", payload).await;
        let accepted = heard.events::<OrderAccepted>();
        let order = &accepted.first().unwrap_or_else(|| panic!("{file}: {heard:?}")).order;
        let lines = order.lines.iter().map(|it| (it.sku.to_string(), it.quantity.to_string()));
        let wanted = known.items.iter().map(|it| (it.0.to_owned(), it.4.to_owned()));
        assert_eq!(lines.collect::<Vec<_>>(), wanted.collect::<Vec<_>>(), "{file}");
        assert_eq!(order.customer_id.as_str(), known.customer, "{file}");
        assert_eq!(order.total.to_string(), known.total, "{file}");
    }
}

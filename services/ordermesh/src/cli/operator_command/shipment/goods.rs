//! Shipped and short goods, as written on the command line.

use std::{collections::BTreeSet, str::FromStr};

use anyhow::{Context as _, Result, bail};
use contracts::{
    Quantity, Sku,
    document::{LineQuantity, ShipConfirmLine},
};

/// A quantity of an order line, with an optional word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Goods {
    line: u32,
    quantity: Quantity,
    /// The item that was shipped, or the reason why it is short.
    word: Option<String>,
}

impl FromStr for Goods {
    type Err = String;

    /// Parses `LINE=QTY` or `LINE=QTY:WORD`; an item's name may itself contain a colon.
    fn from_str(text: &str) -> Result<Self, String> {
        let read = || {
            let (line, rest) = text.split_once('=')?;
            let (quantity, word) = match rest.split_once(':') {
                Some((quantity, word)) => (quantity, Some(word.to_owned())),
                None => (rest, None),
            };
            Some(Self { line: line.parse().ok()?, quantity: quantity.parse().ok()?, word })
        };
        read().ok_or_else(|| "an order line and a quantity are written as 1=9".to_owned())
    }
}

/// Builds the lines of a confirmation for a shipment whose requested lines are `asked`.
///
/// # Errors
/// Returns an error when the item of a line is unclear, or a line is named twice.
pub(super) fn lines(
    left: &[Goods],
    short: &[Goods],
    asked: &[LineQuantity],
) -> Result<Vec<ShipConfirmLine>> {
    let mut lines = Vec::new();
    for goods in left {
        let sku = match &goods.word {
            Some(named) => Sku::new(named)?,
            None => item_of(goods.line, asked)?,
        };
        let (line, quantity) = (goods.line, goods.quantity);
        lines.push(ShipConfirmLine {
            line,
            sku,
            quantity,
            short_quantity: None,
            short_reason: None,
        });
    }
    for goods in short {
        let at = match lines.iter().position(|line| line.line == goods.line) {
            Some(at) => at,
            None => {
                let (line, sku) = (goods.line, item_of(goods.line, asked)?);
                let quantity = Quantity::default();
                let (short_quantity, short_reason) = (None, None);
                lines.push(ShipConfirmLine { line, sku, quantity, short_quantity, short_reason });
                lines.len() - 1
            }
        };
        let line = lines.get_mut(at).context("a line that was just found")?;
        if line.short_quantity.is_some() {
            bail!("--short names line {} twice", goods.line);
        }
        line.short_quantity = Some(goods.quantity);
        line.short_reason = goods.word.clone();
    }
    Ok(lines)
}

/// Returns the item that was requested on an order line.
fn item_of(line: u32, asked: &[LineQuantity]) -> Result<Sku> {
    let items: BTreeSet<&Sku> =
        asked.iter().filter(|it| it.line == line).map(|it| &it.sku).collect();
    let mut items = items.into_iter();
    match (items.next(), items.next()) {
        (Some(item), None) => Ok(item.clone()),
        (Some(one), Some(other)) => bail!(
            "of line {line}, {one} and {other} were asked for; say which, as in --line {line}=1:{one}"
        ),
        (None, _) if asked.is_empty() => bail!(
            "the events do not know the shipment: see `ordermesh trace PO`; of one that is older \
             than they are, name the items, as in --line {line}=1:SKU"
        ),
        (None, _) => bail!(
            "line {line} is not on the shipment, which has {}; name the item where it left all the \
             same, as in --line {line}=1:SKU",
            asked.iter().map(|it| it.line.to_string()).collect::<Vec<_>>().join(", ")
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(lines: &[(u32, &str)]) -> Vec<LineQuantity> {
        let line = |(line, sku): &(u32, &str)| LineQuantity {
            line: *line,
            sku: sku.parse().unwrap(),
            quantity: "10".parse().unwrap(),
        };
        lines.iter().map(line).collect()
    }

    fn read(text: &str) -> Goods {
        text.parse().unwrap()
    }

    #[test]
    fn goods_are_a_line_a_quantity_and_a_word() {
        let quantity = "2.5".parse().unwrap();
        assert_eq!(read("1=2.5"), Goods { line: 1, quantity, word: None });
        assert_eq!(read("1=2.5:A:B").word.as_deref(), Some("A:B"));
        for wrong in ["1", "x=1", "1=x", "1=-1", "1=", "=1", "-1=2"] {
            assert!(Goods::from_str(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_item_that_can_not_be_told_is_asked_for() {
        let two = asked(&[(1, "A"), (1, "B"), (2, "C")]);
        let why = |line: &str| lines(&[read(line)], &[], &two).unwrap_err().to_string();
        assert!(why("1=1").contains("A and B were asked for"), "{}", why("1=1"));
        assert!(why("3=1").contains("line 3 is not on the shipment"), "{}", why("3=1"));
        let named = lines(&[read("1=1:B"), read("2=3")], &[], &two).unwrap();
        let items: Vec<_> = named.iter().map(|line| line.sku.as_str()).collect();
        assert_eq!(items, ["B", "C"]);
        let unknown = lines(&[read("1=1")], &[], &[]).unwrap_err().to_string();
        assert!(unknown.contains("do not know the shipment"), "{unknown}");
    }

    #[test]
    fn what_is_short_joins_its_line_or_makes_one_of_nothing() {
        let two = asked(&[(1, "A"), (2, "B")]);
        let short = [read("1=1:damaged"), read("2=10")];
        let both = lines(&[read("1=9")], &short, &two).unwrap();
        let told: Vec<_> = both
            .iter()
            .map(|it| (it.quantity.to_string(), it.short_quantity.unwrap().to_string()))
            .collect();
        assert_eq!(told, [("9".into(), "1".into()), ("0".into(), "10".into())]);
        assert_eq!(both[0].short_reason.as_deref(), Some("damaged"));
        assert!(lines(&[], &[read("1=1"), read("1=2")], &two).is_err());
    }
}

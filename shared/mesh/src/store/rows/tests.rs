use super::*;

#[derive(Debug, Clone, PartialEq)]
struct Thing {
    id: u32,
    n: i64,
}
crate::row!(Thing in "things" by (id: u32) { id, n });

#[test]
fn what_a_refused_decision_changed_is_taken_back() {
    let mut rows = Rows::loaded(vec![Thing { id: 1, n: 10 }, Thing { id: 2, n: 20 }]);
    rows.get_mut(&1).unwrap().n = 11;
    rows.mark();
    rows.get_mut(&1).unwrap().n = 12;
    rows.get_or_put(&3, || Thing { id: 3, n: 0 }).n = 30;
    rows.remove(&2);
    assert_eq!(rows.iter().count(), 2);
    rows.undo();
    let left: Vec<_> = rows.iter().map(|thing| (thing.id, thing.n)).collect();
    assert_eq!(left, [(1, 11), (2, 20)]);
}

fn things() -> Rows<Thing> {
    Rows::having_all(vec![Thing { id: 1, n: 10 }], "id", [1_u32, 2])
}

#[test]
fn a_row_that_was_asked_for_is_absent() {
    assert_eq!(things().get(&2), None);
    assert_eq!(things().having("id", &2_u32).count(), 0);
}

#[test]
#[should_panic(expected = "things 3 was read, but not asked for")]
fn a_row_that_was_not_asked_for_is_no_absent_one() {
    let _ = things().get(&3);
}

#[test]
#[should_panic(expected = "things by n 10 were read, but not asked for")]
fn a_column_that_was_not_asked_for_says_nothing() {
    let _ = things().having("n", &10_i64).count();
}

#[test]
#[should_panic(expected = "all things were read, but not asked for")]
fn a_part_of_a_table_is_not_the_table() {
    let _ = things().iter().count();
}

#[derive(Debug, Clone, PartialEq)]
struct Price {
    list: String,
    sku: String,
    from: u32,
}
crate::row!(Price in "prices" by (list: String, sku: String, from: u32) { list, sku, from });

fn prices() -> Rows<Price> {
    let price = |list: &str, from| Price { list: list.into(), sku: "A".into(), from };
    let rows = vec![price("L", 1), price("L", 2), price("M", 1)];
    let [lists, skus] = [["L", "M"], ["A", "B"]].map(|texts| texts.map(str::to_owned));
    Rows::having_both(rows, ("list", lists), ("sku", skus))
}

#[test]
fn rows_of_two_columns_are_read_by_both() {
    let key = |list: &str, sku: &str| (list.to_owned(), sku.to_owned(), 2);
    assert_eq!(prices().sharing(key("L", "A"), 2).count(), 1);
    assert_eq!(prices().get(&key("M", "B")), None);
    let other = std::panic::catch_unwind(|| prices().sharing(key("L", "C"), 2).count());
    assert!(other.is_err(), "another item was not asked for");
    let both = |sku: &str| [("list", "L"), ("sku", sku)].map(|(name, text)| (name, text.into()));
    assert_eq!(prices().filtered(both("A"), |price| price.list == "L").count(), 2);
    let other = std::panic::catch_unwind(|| prices().filtered(both("C"), |_| true).count());
    assert!(other.is_err(), "another item was not asked for");
    let whole = std::panic::catch_unwind(|| prices().from(key("L", "A")).count());
    assert!(whole.is_err(), "the whole list was not asked for");
}

#[test]
fn a_row_that_a_decision_made_is_there_until_it_is_taken_back() {
    let mut rows = Rows::default();
    rows.put(Thing { id: 7, n: 0 });
    assert!(rows.get(&7).is_some());
    rows.expect_none("n", &70_i64);
    assert_eq!(rows.having("n", &70_i64).count(), 0);
}

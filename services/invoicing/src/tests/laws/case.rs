//! An order, and the events that may happen to it.

use proptest::prelude::*;

/// Something that happens to the order; lines by their place, quantities in units.
#[derive(Debug, Clone)]
pub enum Step {
    Ship(Vec<(usize, bool, u32)>),
    Return(Back),
    Cancel(usize, u32),
    Change(usize, u32, bool),
    Rate,
    Said(bool),
}

/// Units of a line that came back, of the item or its substitute, by their fate.
#[derive(Debug, Clone, Copy)]
pub struct Back {
    pub place: usize,
    pub substitute: bool,
    pub shelf: u32,
    pub scrap: u32,
    pub customer: u32,
}

/// A line: units, price in thousandths, percent of discount, and whether the price is for seven.
pub type Ordered = (u32, u32, u32, bool);

#[derive(Debug, Clone)]
pub struct Case {
    pub currency: &'static str,
    pub tolerance: u32,
    pub lines: Vec<Ordered>,
    pub charges: Vec<u32>,
    pub late: bool,
    pub engine: bool,
    pub steps: Vec<Step>,
}

impl Case {
    /// Five of one thing at 1.000, and nothing else.
    pub fn plain() -> Self {
        Self {
            currency: "USD",
            tolerance: 0,
            lines: vec![(5, 1_000, 0, false)],
            charges: vec![],
            late: false,
            engine: false,
            steps: vec![],
        }
    }
}

fn back(most_scrap: u32) -> impl Strategy<Value = Step> {
    (0..4_usize, any::<bool>(), 0..5_u32, 0..=most_scrap, 0..3_u32).prop_map(
        |(place, substitute, shelf, scrap, customer)| {
            Step::Return(Back { place, substitute, shelf, scrap, customer })
        },
    )
}

fn step(most_scrap: u32) -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => prop::collection::vec((0..4_usize, any::<bool>(), 0..8_u32), 1..4).prop_map(Step::Ship),
        3 => back(most_scrap),
        1 => (0..4_usize, 1..6_u32).prop_map(|(at, units)| Step::Cancel(at, units)),
        1 => (0..4_usize, 1..24_u32, any::<bool>())
            .prop_map(|(at, units, at_once)| Step::Change(at, units, at_once)),
        1 => Just(Step::Rate),
        2 => any::<bool>().prop_map(Step::Said),
    ]
}

/// Anything; `most_scrap` units of a return at most do not go back to the shelf.
pub fn cases(most_scrap: u32) -> impl Strategy<Value = Case> {
    let currency = prop_oneof![Just("USD"), Just("JPY"), Just("KWD")];
    let lines = prop::collection::vec((1..20_u32, 0..5_000_u32, 0..=100_u32, any::<bool>()), 1..4);
    let charges = prop::collection::vec(0..3_000_u32, 0..3);
    let steps = prop::collection::vec(step(most_scrap), 0..12);
    let tolerance = prop_oneof![Just(0_u32), Just(10), Just(50)];
    (currency, tolerance, lines, charges, any::<bool>(), any::<bool>(), steps).prop_map(
        |(currency, tolerance, lines, charges, late, engine, steps)| Case {
            currency,
            tolerance,
            lines,
            charges,
            late,
            engine,
            steps,
        },
    )
}

/// Units of one line that left, of the item or its substitute, or came back to the shelf.
#[derive(Debug, Clone, Copy)]
pub enum Moved {
    Left(bool, u32),
    Back(u32),
}

impl Moved {
    pub fn left(self) -> u32 {
        if let Self::Left(_, units) = self { units } else { 0 }
    }

    pub fn back(self) -> u32 {
        if let Self::Back(units) = self { units } else { 0 }
    }
}

/// Units ordered, the tolerance in percent, and in any order what left and came back: no more than
/// left.
pub fn moves() -> impl Strategy<Value = (u32, u32, Vec<Moved>)> {
    let left = prop::collection::vec((any::<bool>(), 1..12_u32), 1..5);
    let back = prop::collection::vec(1..6_u32, 0..4);
    let moves = (left, back).prop_map(|(left, back)| {
        let mut out: u32 = left.iter().map(|(_, units)| units).sum();
        let mut moves: Vec<Moved> = left.into_iter().map(|it| Moved::Left(it.0, it.1)).collect();
        for units in back {
            let units = units.min(out);
            out -= units;
            moves.push(Moved::Back(units));
        }
        moves
    });
    let tolerance = prop_oneof![Just(0_u32), Just(10), Just(50)];
    (1..20_u32, tolerance, moves.prop_shuffle())
}

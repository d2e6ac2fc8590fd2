//! An order checked whole: rejected (O3), held (O4, O6), or accepted. All reasons at once (O2).
//!
//! `order` judges an order by its `head`, each `line` by itself and its `price`. A line that is added
//! or grows later is judged by the same code.

pub mod head;
pub mod judge;
pub mod line;
pub mod order;
pub mod price;

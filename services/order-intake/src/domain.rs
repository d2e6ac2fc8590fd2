//! The types that order-intake keeps, and the rules that it decides by.

pub mod acknowledgement;
pub mod amounts;
pub mod change;
pub mod complete;
pub mod credit;
pub mod evaluate;
pub mod exposure;
pub mod ledger;
pub mod line;
pub mod master;
pub mod order;
pub mod owing;
pub mod price;
pub mod release;
pub mod reprice;
pub mod tally;

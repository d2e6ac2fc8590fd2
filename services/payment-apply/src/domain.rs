//! The types and rules of cash.

pub mod announce;
pub mod apply;
pub mod cash;
pub mod check;
pub mod checked;
pub mod decision_context;
pub mod item;
pub mod journal;
pub mod master;
pub mod notifications;
pub mod period;
pub mod remit;
pub mod remittance_line;
pub mod statement;
pub mod statement_line;
pub mod takeback;
pub mod target;
pub mod today;

//! Documents in X12, UBL and ISO 20022, and answers to them.
//!
//! `purchase_order`, `change_order`, `remittance_advice` and `ubl_order` read; `acknowledgement` and
//! `ubl_response` write; all of them are about one document and know nothing of the service.
//! `interchange` judges an X12 interchange, `bank` reads a bank's notification, `hand_on` hands a
//! translated document to its owner, and `answer` says every acknowledgement in the formats that its
//! partner wants.

mod acknowledgement;
pub mod answer;
pub mod bank;
mod change_order;
pub mod hand_on;
pub mod interchange;
pub mod items;
mod parties;
mod purchase_order;
mod reader;
pub mod reference;
mod remember;
mod remittance_advice;
pub mod resolve;
pub mod rows;
#[cfg(test)]
mod tests;
pub mod translation;
pub mod ubl_order;
mod ubl_response;

//! X12 interchanges: `judge` says what the 997 says of one and what it means, `envelope` writes the
//! acknowledgement, `number` tells a sender's interchanges apart, `forget` keeps the newest.

pub mod envelope;
pub mod forget;
pub mod judge;
pub mod number;

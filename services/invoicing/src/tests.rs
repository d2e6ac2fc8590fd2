//! Rules I1–I3 and I5–I11 through the engine and a real database.

mod billing;
mod books;
mod changes;
mod charges;
mod credit;
mod journal;
mod laws;
mod peers;
mod postgres;
mod shop;
mod tax;

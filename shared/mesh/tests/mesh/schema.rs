//! The schemas of services, brought up to date.

mod expand;
mod laws;

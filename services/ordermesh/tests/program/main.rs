//! The program as operators run it, on a mesh of its own: exit codes, and the one JSON value.
#![expect(clippy::unwrap_used, reason = "test helpers")]

mod answers;
mod commands;
mod mesh;

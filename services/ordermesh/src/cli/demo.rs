//! `ordermesh demo`.

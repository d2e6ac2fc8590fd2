//! The rows that returns decides on.

use crate::domain::{master, order, rma};

mesh::unit_of_work! {
    /// The rows of one batch.
    pub struct UnitOfWork {
        company: master::Seller,
        warehouses: master::Warehouse,
        items: master::Item,
        /// Orders that messages name, and others with the same PO numbers.
        orders: order::Order,
        order_lines: order::Line,
        dispatches: order::Dispatch,
        /// The series of RMA numbers.
        series: rma::Series,
        requests: rma::Request,
        authorizations: rma::Authorization,
        lines: rma::Line,
        receipts: rma::Receipt,
    }
}

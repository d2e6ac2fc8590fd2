//! The surroundings of a decision.

use mesh::Context;

use crate::config::Config;

/// The facts of a decision besides the message and the rows.
#[derive(Debug, Clone, Copy)]
pub struct DecisionContext<'a> {
    /// The time, the partners, and the message as it came.
    pub mesh: &'a Context<'a>,
    pub config: &'a Config,
}

//! NATS JetStream: the connection, the way in, the way out, and the streams that must exist.

pub mod connection;
pub(crate) mod consume;
pub(crate) mod progress;
pub(crate) mod publish;
mod publisher;
mod sweep;
pub mod topology;
pub(crate) mod verify;
pub(crate) mod watch;

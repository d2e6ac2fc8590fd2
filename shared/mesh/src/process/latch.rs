//! A signal that is given once and can be waited for.

use tokio_util::sync::CancellationToken;

/// A latch; its clones share the signal.
#[derive(Debug, Clone, Default)]
pub(crate) struct Latch(CancellationToken);

impl Latch {
    /// Opens the latch for everybody who waits on it.
    pub fn open(&self) {
        self.0.cancel();
    }

    /// Returns once the signal is given.
    pub async fn opened(&self) {
        self.0.cancelled().await;
    }
}

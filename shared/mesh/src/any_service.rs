//! A service without its types: the engine is compiled once, and what a service's own types need is
//! compiled in the crate that calls [`AnyService::new`].

mod by_handlers;
mod erased;

use std::{fmt, sync::Arc};

use self::by_handlers::ByHandlers;
use crate::{manifest::Manifest, service::Service, store::db::Migration};

pub(crate) use erased::{AnySet, Erased, Message};

/// A [`Service`] of whichever type.
#[derive(Clone)]
pub struct AnyService {
    service: Arc<dyn Erased>,
    manifest: Arc<Manifest>,
}

impl AnyService {
    /// The service without its types.
    #[must_use]
    pub fn new<S: Service>(service: S) -> Self {
        Self { service: Arc::new(ByHandlers(service)), manifest: Manifest::of::<S>().into() }
    }

    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    #[must_use]
    pub fn name(&self) -> &'static str {
        self.manifest.service
    }

    /// The tables that it needs, step by step.
    #[must_use]
    pub fn migrations(&self) -> &'static [Migration] {
        self.service.migrations()
    }

    pub(crate) fn erased(&self) -> &dyn Erased {
        &*self.service
    }
}

impl<S: Service> From<S> for AnyService {
    fn from(service: S) -> Self {
        Self::new(service)
    }
}

impl fmt::Debug for AnyService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AnyService").field(&self.name()).finish()
    }
}

//! Each kind of handler as a [`Handle`].

use std::any::TypeId;

use contracts::{
    Event, Ingress, PartnerName,
    command::Command,
    document::{self, Faults},
};
use futures::future::BoxFuture;
use jiff::Timestamp;
use sea_orm::{DatabaseTransaction, DbErr};

use super::{
    OnCommand, OnDocument, OnDue, OnEvent, OnEveryEvent, OnFormat, Received,
    handle::{Handle, Message, Trigger},
};
use crate::{
    context::Context,
    halt::Halt,
    message::{Inbound, Origin, read_event},
    outcome::Outputs,
    store::load::Load,
};

/// The message by its type: [`Handle::read`] or [`Handle::due`] of the same handler made it.
fn typed<M: 'static>(message: &Message) -> &M {
    message.downcast_ref().expect("a handler is given its own messages")
}

macro_rules! erase_keys_and_decide {
    ($message:ty) => {
        fn message_type(&self) -> TypeId {
            TypeId::of::<$message>()
        }

        fn keys(&self, message: &Message, keys: &mut S::Keys) {
            (self.keys)(typed::<$message>(message), keys);
        }

        fn decide(
            &self,
            service: &S,
            message: &Message,
            work: &mut S::Work,
            context: &Context<'_>,
        ) -> Result<Outputs, Halt> {
            (self.decide)(service, typed::<$message>(message), work, context)
        }
    };
}

impl<S: Load, E: Event> Handle<S> for OnEvent<S, E> {
    fn trigger(&self) -> Trigger {
        Trigger::Event { aggregate: E::AGGREGATE, name: E::NAME }
    }

    fn read(&self, inbound: &Inbound) -> Result<Message, Faults> {
        Ok(Box::new(read_event::<E>(&inbound.payload)?))
    }

    erase_keys_and_decide!(E);
}

impl<S: Load, M: Send + Sync + 'static> Handle<S> for OnEveryEvent<S, M> {
    fn trigger(&self) -> Trigger {
        Trigger::EveryEvent
    }

    fn read(&self, inbound: &Inbound) -> Result<Message, Faults> {
        Ok(Box::new((self.read)(inbound)?))
    }

    erase_keys_and_decide!(M);
}

impl<S: Load, D: Ingress> Handle<S> for OnDocument<S, D> {
    fn trigger(&self) -> Trigger {
        Trigger::Document(D::DOCUMENT)
    }

    fn read(&self, inbound: &Inbound) -> Result<Message, Faults> {
        let document: D = document::read(&inbound.payload)?;
        Ok(Box::new(Received { partner: sender(inbound), document }))
    }

    erase_keys_and_decide!(Received<D>);
}

impl<S: Load, D: Send + Sync + 'static> Handle<S> for OnFormat<S, D> {
    fn trigger(&self) -> Trigger {
        Trigger::Document(self.kind.name())
    }

    fn read(&self, inbound: &Inbound) -> Result<Message, Faults> {
        let document = (self.read)(&inbound.payload)?;
        Ok(Box::new(Received { partner: sender(inbound), document }))
    }

    erase_keys_and_decide!(Received<D>);
}

impl<S: Load, C: Command> Handle<S> for OnCommand<S, C> {
    fn trigger(&self) -> Trigger {
        Trigger::Command(C::VERB)
    }

    fn read(&self, inbound: &Inbound) -> Result<Message, Faults> {
        Ok(Box::new(document::read_json::<C>(&inbound.payload)?))
    }

    erase_keys_and_decide!(C);
}

impl<S: Load, M: Send + Sync + 'static> Handle<S> for OnDue<S, M> {
    fn trigger(&self) -> Trigger {
        Trigger::Due
    }

    fn read(&self, _inbound: &Inbound) -> Result<Message, Faults> {
        unreachable!("no message of a stream leads to work that is due")
    }

    erase_keys_and_decide!(M);

    fn due<'a>(
        &self,
        service: &'a S,
        tx: &'a DatabaseTransaction,
        now: Timestamp,
        limit: u64,
    ) -> BoxFuture<'a, Result<Vec<Message>, DbErr>> {
        let found = (self.find)(service, tx, now, limit);
        Box::pin(async move {
            let boxed = |message: M| -> Message { Box::new(message) };
            Ok(found.await?.into_iter().map(boxed).collect())
        })
    }
}

/// The sender of a document.
fn sender(inbound: &Inbound) -> PartnerName {
    match &inbound.origin {
        Origin::Document { partner, .. } => partner.clone(),
        Origin::Event { .. } | Origin::Command { .. } | Origin::Unknown => {
            unreachable!("a document has a sender")
        }
    }
}

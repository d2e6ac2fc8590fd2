//! Documents in other formats than JSON.

use contracts::{PartnerName, subject::OPERATOR};

use super::{
    Outputs,
    output::{Body, Formatted, Output, Raw},
};
use crate::typed::AnyDocument;

impl Outputs {
    /// Sends a partner a document that is not JSON. Its cause is found as for [`Outputs::document`];
    /// a second one of its kind under the same cause is written behind the first.
    pub fn raw(&mut self, partner: &PartnerName, raw: Raw) -> &mut Self {
        self.raw_because(partner, raw, None)
    }

    fn raw_because(&mut self, partner: &PartnerName, raw: Raw, cause: Option<String>) -> &mut Self {
        let recipient = partner.to_string();
        let since = self.items.iter_mut().rev();
        for item in since.take_while(|item| !matches!(item, Output::Event(_))) {
            if let Output::Document { recipient: to, cause: because, body: Body::Raw(before) } =
                item
                && (&*to, &*because, before.document) == (&recipient, &cause, raw.document)
            {
                before.bytes.extend(raw.bytes);
                return self;
            }
        }
        self.items.push(Output::Document { recipient, cause, body: Body::Raw(raw) });
        self
    }

    /// Writes JSON documents in other formats too, or instead: `other` is asked for each document to
    /// each partner, wherever in the decision it was sent.
    pub fn in_formats(
        &mut self,
        mut other: impl FnMut(&PartnerName, &dyn AnyDocument) -> Formatted,
    ) -> &mut Self {
        for item in std::mem::take(&mut self.items) {
            let Output::Document { recipient, cause, body: Body::Json(document) } = &item else {
                self.items.push(item);
                continue;
            };
            let partner = PartnerName::new(recipient).ok().filter(|_| recipient != OPERATOR);
            let Some(partner) = partner else {
                self.items.push(item);
                continue;
            };
            let Formatted { instead, raw } = other(&partner, &**document);
            let cause = cause.clone();
            if !instead {
                self.items.push(item);
            }
            raw.into_iter().for_each(|raw| {
                self.raw_because(&partner, raw, cause.clone());
            });
        }
        self
    }
}

//! One outgoing message, typed until it is bytes.

use crate::typed::{AnyDocument, AnyEvent};

/// One outgoing message, before it has an id.
#[derive(Debug)]
pub(crate) enum Output {
    Event(Box<dyn AnyEvent>),
    Document {
        recipient: String,
        /// The cause, if it is neither the preceding event nor the message.
        cause: Option<String>,
        body: Body,
    },
}

/// A document in its format.
#[derive(Debug)]
pub(crate) enum Body {
    Json(Box<dyn AnyDocument>),
    Raw(Raw),
}

impl Body {
    pub fn document(&self) -> &'static str {
        match self {
            Self::Json(document) => document.name(),
            Self::Raw(raw) => raw.document,
        }
    }
}

/// A document that is not JSON: an X12 interchange, a UBL document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raw {
    /// The document's name in subjects, such as `x12`.
    pub document: &'static str,
    /// The media type, such as `application/edi-x12`.
    pub content_type: &'static str,
    pub bytes: Vec<u8>,
}

/// The other formats of a JSON document; see [`Outputs::in_formats`].
#[derive(Debug, Default)]
pub struct Formatted {
    /// True if the document is not sent in JSON.
    pub instead: bool,
    pub raw: Vec<Raw>,
}

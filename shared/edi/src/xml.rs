//! XML with limits: no document type, no custom entities, and a limited depth.

use quick_xml::{
    NsReader, Reader,
    events::Event,
    name::{Namespace, ResolveResult},
};

use serde::de::DeserializeOwned;

use crate::limits::MAX_BYTES;

/// The deepest nesting of elements. UBL needs a dozen levels.
const MAX_DEPTH: usize = 64;

/// The reason a payload is not read as XML.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum XmlError {
    /// The payload is larger than [`MAX_BYTES`].
    #[error("{0} bytes, at most {MAX_BYTES} are read")]
    TooLarge(usize),
    #[error("it is not UTF-8")]
    NotUtf8,
    /// A document type declaration could redefine the document through entities.
    #[error("a document type declaration is not read")]
    DocumentType,
    /// An entity that is not predefined in XML.
    #[error("the entity `&{0};` is not known")]
    Entity(String),
    /// Elements are nested too deep.
    #[error("more than {MAX_DEPTH} elements within each other")]
    Depth,
    #[error("not well-formed at byte {at}: {why}")]
    Malformed { at: u64, why: String },
}

/// Returns the text of a well-formed payload within the limits of this module.
pub(crate) fn trusted(payload: &[u8]) -> Result<&str, XmlError> {
    if payload.len() > MAX_BYTES {
        return Err(XmlError::TooLarge(payload.len()));
    }
    let text = std::str::from_utf8(payload).map_err(|_| XmlError::NotUtf8)?;
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = Reader::from_str(text);
    let mut depth = 0_usize;
    let mut roots = 0_usize;
    loop {
        let at = reader.buffer_position();
        let malformed = |why: String| XmlError::Malformed { at, why };
        match reader.read_event().map_err(|error| malformed(error.to_string()))? {
            Event::Start(_) => {
                roots += usize::from(depth == 0);
                depth += 1;
                if depth > MAX_DEPTH {
                    return Err(XmlError::Depth);
                }
            }
            Event::End(_) => depth = depth.saturating_sub(1),
            Event::Empty(_) => roots += usize::from(depth == 0),
            Event::DocType(_) => return Err(XmlError::DocumentType),
            Event::GeneralRef(reference) => {
                let name: &str = &reference;
                let known = matches!(name, "amp" | "lt" | "gt" | "quot" | "apos");
                if !known && !name.starts_with('#') {
                    return Err(XmlError::Entity(name.chars().take(40).collect()));
                }
            }
            Event::Text(_)
            | Event::CData(_)
            | Event::Comment(_)
            | Event::Decl(_)
            | Event::PI(_) => {}
            Event::Eof if depth > 0 => return Err(malformed("it ends too early".to_owned())),
            Event::Eof if roots != 1 => {
                return Err(malformed(format!("{roots} root elements")));
            }
            Event::Eof => return Ok(text),
        }
    }
}

/// Returns the root element's namespace and name.
pub(crate) fn root(text: &str) -> Option<(String, String)> {
    let mut reader = NsReader::from_str(text);
    loop {
        let (namespace, event) = reader.read_resolved_event().ok()?;
        let (Event::Start(start) | Event::Empty(start)) = event else {
            if matches!(event, Event::Eof) {
                return None;
            }
            continue;
        };
        let namespace = match namespace {
            ResolveResult::Bound(Namespace(name)) => name.to_owned(),
            ResolveResult::Unbound | ResolveResult::Unknown(_) => String::new(),
        };
        return Some((namespace, start.local_name().into_inner().to_owned()));
    }
}

/// The reason a document does not match its type.
pub(crate) struct Misread {
    /// The element, such as `OrderLine[0].LineItem`.
    pub path: String,
    pub message: String,
}

/// Deserializes a document. Elements that the type does not have are skipped.
pub(crate) fn parsed<T: DeserializeOwned>(text: &str) -> Result<T, Misread> {
    let mut xml = quick_xml::de::Deserializer::from_str(text);
    serde_path_to_error::deserialize(&mut xml).map_err(|error| {
        let message = error.inner().to_string();
        let path = error.path().to_string();
        let path = path.strip_prefix('.').unwrap_or(&path);
        Misread { path: place(path, &message), message }
    })
}

/// Extends the path by the missing element, if one is missing.
fn place(path: &str, message: &str) -> String {
    let missing = message.strip_prefix("missing field `").and_then(|rest| rest.split('`').next());
    match (path, missing) {
        (path, None) => path.to_owned(),
        ("", Some(field)) => field.to_owned(),
        (path, Some(field)) => format!("{path}.{field}"),
    }
}

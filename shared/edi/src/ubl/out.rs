//! An XML writer, element by element.

use std::fmt::Write;

use quick_xml::escape::escape;

const COMMON: &str = "urn:oasis:names:specification:ubl:schema:xsd:";

/// The document written so far.
#[derive(Debug)]
pub(super) struct Out(String);

impl Default for Out {
    fn default() -> Self {
        Self("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned())
    }
}

impl Out {
    /// Returns the tag of a document's root with the namespaces of its parts.
    pub(super) fn root(name: &str, namespace: &str) -> String {
        format!(
            "{name} xmlns=\"{namespace}\" xmlns:cac=\"{COMMON}CommonAggregateComponents-2\" \
             xmlns:cbc=\"{COMMON}CommonBasicComponents-2\""
        )
    }

    pub(super) fn done(self) -> String {
        self.0
    }

    /// Writes an element that contains the elements of `inner`.
    pub(super) fn block(&mut self, tag: &str, inner: impl FnOnce(&mut Self)) {
        self.push(format_args!("<{tag}>"));
        inner(self);
        let name = tag.split(' ').next().unwrap_or(tag);
        self.push(format_args!("</{name}>\n"));
    }

    /// Writes an element of text.
    pub(super) fn text(&mut self, tag: &str, text: &str) {
        self.push(format_args!("<{tag}>{}</{tag}>\n", plain(text)));
    }

    /// Writes an element of text if there is one.
    pub(super) fn maybe(&mut self, tag: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.text(tag, text);
        }
    }

    /// Writes an element of text unless the text is blank: readers refuse empty elements.
    pub(super) fn filled(&mut self, tag: &str, text: &str) {
        self.maybe(tag, (!text.trim().is_empty()).then_some(text));
    }

    /// Writes an element of text, with an attribute if the attribute has a value.
    pub(super) fn with(&mut self, tag: &str, attribute: &str, value: Option<&str>, text: &str) {
        match value {
            Some(value) => {
                let value = plain(value);
                self.push(format_args!("<{tag} {attribute}=\"{value}\">{}</{tag}>\n", plain(text)));
            }
            None => self.text(tag, text),
        }
    }

    fn push(&mut self, arguments: std::fmt::Arguments<'_>) {
        self.0.write_fmt(arguments).expect("a string takes what is written to it");
    }
}

/// Escapes the text and drops the characters that XML does not allow.
fn plain(text: &str) -> String {
    let held = |c: &char| {
        matches!(c, '\n' | '\t') || !(c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}'))
    };
    let allowed: String = text.chars().filter(held).collect();
    escape(&allowed).into_owned()
}

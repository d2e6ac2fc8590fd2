//! The repetition separator in ISA11.

use super::*;

/// Returns ISA11 and the repetition separator of an interchange written for a version.
fn repetition_of(version: &str, marks: Delimiters) -> (String, Option<char>) {
    let sender = Sender { version: version.to_owned(), ..sender(marks) };
    let written = write(&sender, None, &[group(vec![order()])]);
    let interchange = one(&written);
    assert_eq!(interchange.errors, []);
    let eleventh = written.split(marks.element).nth(11).unwrap().to_owned();
    (eleventh, interchange.delimiters.repetition)
}

/// ISA11 is a separator from 00402 on, and `U` before that.
#[test]
fn f6_isa11_is_a_separator_from_00402_on() {
    let none = Delimiters::default();
    for old in ["00200", "00400", "00401"] {
        assert_eq!(repetition_of(old, none), ("U".to_owned(), None), "{old}");
        let theirs = Delimiters { repetition: Some('^'), ..none };
        assert_eq!(repetition_of(old, theirs), ("U".to_owned(), None), "{old}");
    }
    for new in ["00402", "00501", "00802"] {
        assert_eq!(repetition_of(new, none), ("^".to_owned(), Some('^')), "{new}");
        let theirs = Delimiters { repetition: Some('!'), ..none };
        assert_eq!(repetition_of(new, theirs), ("!".to_owned(), Some('!')), "{new}");
        let taken = Delimiters { component: '^', ..none };
        assert_eq!(repetition_of(new, taken), ("!".to_owned(), Some('!')), "{new}");
        let same = Delimiters { repetition: Some('>'), ..none };
        assert_eq!(repetition_of(new, same), ("^".to_owned(), Some('^')), "{new}");
    }
}

/// Data contains no separator, including the repetition separator.
#[test]
fn f6_a_repetition_separator_is_no_part_of_a_text() {
    let sender = Sender { version: "00501".to_owned(), ..sender(Delimiters::default()) };
    let set = OutSet { id: "850", segments: vec![Segment::new("MSG", ["2^3 and 4"])] };
    has(&write(&sender, None, &[group(vec![set.clone()])]), "MSG*2 3 and 4~");
    let old = Sender { version: "00401".to_owned(), ..sender };
    has(&write(&old, None, &[group(vec![set])]), "MSG*2^3 and 4~");
}

/// An ISA11 that is the `U` of older versions, or repeats another separator, is ignored.
#[test]
fn f6_an_isa11_that_separates_nothing_is_passed_over() {
    for eleventh in ["U", ">"] {
        let text = text().replacen("*U*00401*", &format!("*{eleventh}*00501*"), 1);
        let interchange = one(&text);
        assert_eq!((interchange.errors.len(), interchange.delimiters.repetition), (0, None));
    }
    let text = text().replacen("*U*00401*", "*^*00401*", 1);
    assert_eq!(one(&text).delimiters.repetition, None);
}

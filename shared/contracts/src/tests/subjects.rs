//! Subjects: any id is one token and comes back.

use proptest::prelude::*;

use crate::subject::{self, Subject};

#[test]
fn an_ingress_subject_of_another_shape_is_of_no_known_document() {
    let parsed = Subject::parse("ingress.acme.order.v1.extra").unwrap();
    let Subject::Ingress { document, version, .. } = parsed else { panic!("{parsed:?}") };
    assert_eq!((document.as_str(), version.as_str()), ("order.v1.extra", ""));
    assert_eq!(subject::stream_of("ingress.acme-eu.order.v1").unwrap(), "INGRESS_ACME_EU");
}

proptest! {
    #[test]
    fn an_id_is_one_token_of_a_subject_and_comes_back(id in "\\PC{1,64}") {
        let subject = subject::event("item", "updated", &id);
        prop_assert_eq!(subject.split('.').count(), 5);
        prop_assert!(!subject.contains([' ', '*', '>']));
        let expected = Subject::Event { aggregate: "item".into(), event: "updated".into(), id };
        prop_assert_eq!(Subject::parse(&subject), Some(expected));
    }
}

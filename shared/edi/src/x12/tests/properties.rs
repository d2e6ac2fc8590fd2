use super::*;

fn element() -> impl Strategy<Value = String> {
    "[A-Za-z0-9 .,#&/-]{0,12}".prop_map(|text| text.trim().to_owned())
}

fn at() -> DateTime {
    date(2026, 3, 2).at(12, 0, 0, 0)
}

proptest! {
    #[test]
    fn any_set_is_read_as_it_was_written(
        bodies in prop::collection::vec(prop::collection::vec(
            ("[A-Z][A-Z0-9]{1,2}", prop::collection::vec(element(), 1..8)), 0..6), 1..4),
        component in prop::sample::select(vec!['>', ':', '<']),
        segment in prop::sample::select(vec!['~', '\n', '!']),
    ) {
        let envelope = ["ISA", "IEA", "GS", "GE", "ST", "SE"];
        let marks = Delimiters { element: '*', component, repetition: None, segment };
        let sets: Vec<OutSet> = bodies.iter().map(|body| OutSet {
            id: "850",
            segments: body.iter()
                .filter(|(id, _)| !envelope.contains(&id.as_str()) && !id.starts_with("ISA"))
                .map(|(id, elements)| Segment::new(id, elements.clone())).collect(),
        }).collect();
        let interchange = one(&write(&Sender { at: at(), ..sender(marks) }, None, &[group(sets.clone())]));
        prop_assert!(interchange.errors.is_empty());
        prop_assert!(interchange.groups[0].errors.is_empty());
        for (read, written) in interchange.groups[0].sets.iter().zip(&sets) {
            prop_assert!(read.errors.is_empty(), "{:?}", read.errors);
            let inner = &read.segments[1..read.segments.len() - 1];
            prop_assert_eq!(inner.len(), written.segments.len());
            for (read, written) in inner.iter().zip(&written.segments) {
                prop_assert_eq!(&read.id, &written.id);
                for number in 1..=written.len() {
                    prop_assert_eq!(read.get(number), written.get(number));
                }
            }
        }
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = read(&bytes);
    }

    /// After any damage in transit, each remaining group has one 997.
    #[test]
    fn each_group_of_a_damaged_interchange_has_one_answer(
        damages in prop::collection::vec((0..600_usize, any::<Option<u8>>()), 1..6),
    ) {
        let mut bytes = text().into_bytes();
        for (place, byte) in damages {
            let place = place % bytes.len();
            match byte {
                Some(byte) => bytes[place] = byte,
                None => { bytes.remove(place); }
            }
        }
        for interchange in read(&bytes).unwrap_or_default() {
            let answer = acknowledge(&interchange, &verdicts(&interchange));
            let answered: usize = answer.groups.iter().map(|group| group.sets.len()).sum();
            let named = |group: &&Group| group.is_addressable() && !group.is_acknowledgement();
            prop_assert_eq!(answered, interchange.groups.iter().filter(named).count());
            prop_assert!(answered > 0 || answer.interchange.is_some() || interchange.groups.is_empty());
            let text = write(&sender(interchange.delimiters), answer.interchange.as_ref(), &answer.groups);
            let back = read(text.as_bytes());
            prop_assert!(back.is_ok_and(|back| back.len() == 1 && back[0].errors.is_empty()), "{}", text);
        }
    }
}

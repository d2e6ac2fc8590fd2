//! Suggestions for misspelt words.

/// Returns the known word nearest to `word`, if one is near enough.
pub(super) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let plain = |text: &str| text.to_lowercase().replace([' ', '-'], "_");
    let wanted = plain(word);
    let within = (wanted.chars().count() / 3).max(1);
    let known: Vec<&str> = known.into_iter().collect();
    let last = |name: &str| name.rsplit('.').next().map(plain);
    if let Some(same) = known.iter().find(|name| last(name).as_ref() == Some(&wanted)) {
        return Some(same);
    }
    let distance = |name: &str| strsim::damerau_levenshtein(&wanted, &plain(name));
    let near = known.iter().map(|name| (distance(name), *name));
    let nearest = near.filter(|(distance, _)| *distance <= within).min();
    nearest.map(|(_, name)| name)
}

/// Returns the suggestion as a question.
pub(super) fn did_you_mean<'a>(
    word: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<String> {
    nearest(word, known).map(|name| format!("did you mean `{name}`?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: [&str; 4] = ["customer_id", "credit_limit", "bill_to.city", "tax_id"];

    #[test]
    fn a_slip_of_the_finger_is_understood() {
        assert_eq!(nearest("custmer_id", KNOWN), Some("customer_id"));
        assert_eq!(nearest("Credit Limit", KNOWN), Some("credit_limit"));
        assert_eq!(nearest("city", KNOWN), Some("bill_to.city"));
    }

    #[test]
    fn nothing_is_guessed_from_another_word() {
        assert_eq!(nearest("colour", KNOWN), None);
    }
}

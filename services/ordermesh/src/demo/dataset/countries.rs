//! ISO 3166-1 codes of the countries that the data names.

/// What a name that is no country's is taken for.
pub(super) const HOME: &str = "GB";

const CODES: [(&str, &str); 36] = [
    ("australia", "AU"),
    ("austria", "AT"),
    ("bahrain", "BH"),
    ("belgium", "BE"),
    ("brazil", "BR"),
    ("canada", "CA"),
    ("channel islands", "JE"),
    ("cyprus", "CY"),
    ("czech republic", "CZ"),
    ("denmark", "DK"),
    ("eire", "IE"),
    ("finland", "FI"),
    ("france", "FR"),
    ("germany", "DE"),
    ("greece", "GR"),
    ("hong kong", "HK"),
    ("iceland", "IS"),
    ("israel", "IL"),
    ("italy", "IT"),
    ("japan", "JP"),
    ("lebanon", "LB"),
    ("lithuania", "LT"),
    ("malta", "MT"),
    ("netherlands", "NL"),
    ("norway", "NO"),
    ("poland", "PL"),
    ("portugal", "PT"),
    ("rsa", "ZA"),
    ("saudi arabia", "SA"),
    ("singapore", "SG"),
    ("spain", "ES"),
    ("sweden", "SE"),
    ("switzerland", "CH"),
    ("united arab emirates", "AE"),
    ("united kingdom", "GB"),
    ("usa", "US"),
];

/// The code of a country; [`HOME`] for what is none, such as `Unspecified`.
pub(super) fn code(name: &str) -> &'static str {
    let name = name.trim().to_ascii_lowercase();
    let found = CODES.binary_search_by(|(known, _)| (*known).cmp(name.as_str()));
    found.ok().and_then(|at| CODES.get(at)).map_or(HOME, |(_, code)| code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_so_that_every_name_is_found() {
        assert!(CODES.is_sorted());
        assert!(CODES.iter().all(|(name, known)| code(name) == *known));
        assert_eq!((code("EIRE"), code("Unspecified")), ("IE", HOME));
    }
}

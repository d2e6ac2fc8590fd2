//! ISO 3166-1 codes of the countries that the data sets name.

/// The country used for names that are no country's.
pub(super) const HOME: &str = "GB";

const CODES: [(&str, &str); 44] = [
    ("australia", "AU"),
    ("austria", "AT"),
    ("bahrain", "BH"),
    ("belgium", "BE"),
    ("brazil", "BR"),
    ("canada", "CA"),
    ("channel islands", "JE"),
    ("china", "CN"),
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
    ("ireland", "IE"),
    ("israel", "IL"),
    ("italy", "IT"),
    ("japan", "JP"),
    ("lebanon", "LB"),
    ("lithuania", "LT"),
    ("malta", "MT"),
    ("mexico", "MX"),
    ("netherlands", "NL"),
    ("new zealand", "NZ"),
    ("norway", "NO"),
    ("philippines", "PH"),
    ("poland", "PL"),
    ("portugal", "PT"),
    ("rsa", "ZA"),
    ("russia", "RU"),
    ("saudi arabia", "SA"),
    ("singapore", "SG"),
    ("south africa", "ZA"),
    ("spain", "ES"),
    ("sweden", "SE"),
    ("switzerland", "CH"),
    ("uk", "GB"),
    ("united arab emirates", "AE"),
    ("united kingdom", "GB"),
    ("usa", "US"),
];

/// Returns the code of a country; none for other names, such as `Unspecified`.
pub(super) fn find(name: &str) -> Option<&'static str> {
    let name = name.trim().to_ascii_lowercase();
    let found = CODES.binary_search_by(|(known, _)| (*known).cmp(name.as_str()));
    found.ok().and_then(|at| CODES.get(at)).map(|(_, code)| *code)
}

/// Returns the code of a country, or [`HOME`].
pub(super) fn code(name: &str) -> &'static str {
    find(name).unwrap_or(HOME)
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

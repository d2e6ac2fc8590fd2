//! Payers, by the bank partner's record of names, accounts and codes.

use std::collections::BTreeMap;

use contracts::{CustomerId, partner::Partner};

/// The customers that a bank's codes stand for.
pub struct Payers<'a> {
    partner: &'a Partner,
    known: BTreeMap<String, Option<&'a CustomerId>>,
}

impl<'a> Payers<'a> {
    pub fn of(partner: &'a Partner) -> Self {
        let mut known: BTreeMap<String, Option<&CustomerId>> = BTreeMap::new();
        let codes = partner.x12.iter().flat_map(|x12| &x12.customer_codes);
        for (code, customer) in codes {
            // Two customers of one name: nobody is meant.
            let unclear = |before: &mut Option<&CustomerId>| {
                *before = before.filter(|before| *before == customer);
            };
            known.entry(plain(code)).and_modify(unclear).or_insert(Some(customer));
        }
        Self { partner, known }
    }

    /// The customer of the first known code; `None` where no code is known: then the cash waits where
    /// everybody sees it, or goes where its remittance says.
    pub fn find<'c>(&self, codes: impl IntoIterator<Item = &'c str>) -> Option<CustomerId> {
        let of = |code: &str| {
            let mapped = self.known.get(&plain(code)).copied().flatten().cloned();
            let own = || CustomerId::new(code).ok().filter(|id| self.partner.serves_customer(id));
            mapped.or_else(own)
        };
        codes.into_iter().filter(|code| !code.is_empty()).find_map(of)
    }
}

/// Names and account numbers are the same with other blanks and capitals.
fn plain(code: &str) -> String {
    let letters = code.chars().filter(|c| !c.is_whitespace());
    letters.flat_map(char::to_uppercase).collect()
}

//! The control numbers of what buyers are sent in X12. Each service that writes X12 counts in a
//! range of its own, so that no partner ever gets a number twice; what warehouses are sent is
//! counted apart from this, below it.

use contracts::PartnerName;

/// The first number, and the first that is another service's.
const NUMBERS: std::ops::Range<u32> = 250_000_001..300_000_001;

/// The last number that was used for a partner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Channel {
    /// The partner.
    pub partner: PartnerName,
    /// The last control number that it was sent; 0 before the first.
    pub control: u32,
}

mesh::row!(Channel in "notice_channels" by (partner: PartnerName) { partner, control });

impl Channel {
    /// One that was never used.
    #[must_use]
    pub fn new(partner: PartnerName) -> Self {
        Self { partner, control: 0 }
    }

    /// The next number. After fifty million they begin again: nobody remembers them for so long.
    pub fn next_number(&mut self) -> u32 {
        let next = self.control.saturating_add(1);
        self.control = if NUMBERS.contains(&next) { next } else { NUMBERS.start };
        self.control
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stay_in_the_range_of_this_service() {
        let mut channel = Channel::new(PartnerName::new("acme").unwrap());
        assert_eq!([channel.next_number(), channel.next_number()], [250_000_001, 250_000_002]);
        channel.control = 300_000_000;
        assert_eq!(channel.next_number(), 250_000_001);
    }
}

//! Control numbers of the X12 interchanges to buyers. Each service that writes X12 counts in a range
//! of its own, so that no partner ever gets a number twice; those of warehouses are below this one.

use contracts::PartnerName;

/// The numbers of this service.
const NUMBERS: std::ops::Range<u32> = 250_000_001..300_000_001;

/// The numbers of one partner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Channel {
    pub partner: PartnerName,
    /// The last control number; 0 before the first.
    pub control: u32,
}

mesh::row!(Channel in "notice_channels" by (partner: PartnerName) { partner, control });

impl Channel {
    #[must_use]
    pub fn new(partner: PartnerName) -> Self {
        Self { partner, control: 0 }
    }

    /// Takes the next number. After fifty million they begin again: nobody remembers them for so long.
    pub fn next_number(&mut self) -> u32 {
        let next = self.control + 1;
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

//! The flags that make up a partner's record.

use std::fmt::Display;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use contracts::{
    CustomerId, Partner as Record, PartnerName, Role, WarehouseId,
    catalogue::{self, Direction},
    partner::{Format, PartnerStatus, X12Address},
};

use crate::cli::values::one_of;

/// The qualifier of an X12 interchange id without a scheme, "mutually defined".
const ISA_QUALIFIER: &str = "ZZ";
/// The version that most retailers use.
const X12_VERSION: &str = "004010";

/// The fields of a record; those that are not given stay as they are.
#[derive(Debug, Default, Args)]
pub(super) struct Flags {
    /// A role of the partner: buyer, warehouse, carrier, bank, erp
    #[arg(long = "role", value_name = "ROLE", value_parser = role)]
    roles: Vec<Role>,
    /// A warehouse that it speaks for
    #[arg(long = "warehouse", value_name = "ID")]
    warehouses: Vec<WarehouseId>,
    /// A customer that it orders for; the first one becomes its default
    #[arg(long = "customer", value_name = "ID")]
    customers: Vec<CustomerId>,
    /// The customer of its orders that name none
    #[arg(long, value_name = "ID")]
    default_customer: Option<CustomerId>,
    /// The name shown to people
    #[arg(long, value_name = "TEXT")]
    display_name: Option<String>,
    /// active, or blocked: known and refused
    #[arg(long, value_name = "STATUS", value_parser = one_of::<PartnerStatus>)]
    status: Option<PartnerStatus>,
    /// The number of documents that it may send per second [default: the mesh's own limit]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    rate_limit: Option<u32>,
    /// Seconds after which an unacknowledged delivery is repeated [default: 10]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..=3600))]
    ack_wait: Option<u32>,
    /// The formats in which it gets a document: json, x12, ubl [default: json]
    #[arg(long = "format", value_name = "DOCUMENT=FORMAT[,FORMAT]", value_parser = format)]
    formats: Vec<(String, Vec<Format>)>,
    /// ISA05 and ISA07 of its X12: the qualifier of its interchange id [default: ZZ]
    #[arg(long, value_name = "CODE", value_parser = x12_text::<2, 2>)]
    x12_isa_qualifier: Option<String>,
    /// ISA06 and ISA08 of its X12: its interchange id
    #[arg(long, value_name = "ID", value_parser = x12_text::<1, 15>)]
    x12_isa_id: Option<String>,
    /// GS02 and GS03 of its X12: its application's id [default: the interchange id]
    #[arg(long, value_name = "ID", value_parser = x12_text::<2, 15>)]
    x12_gs_id: Option<String>,
    /// GS08 of its X12: the version [default: 004010]
    #[arg(long, value_name = "VERSION", value_parser = x12_text::<6, 12>)]
    x12_version: Option<String>,
    /// A customer code of its X12 (N104), and the customer it stands for
    #[arg(long = "x12-customer", value_name = "CODE=CUSTOMER", value_parser = code)]
    x12_customers: Vec<(String, CustomerId)>,
}

impl Flags {
    /// Writes the given fields into a record.
    pub fn apply(&self, record: &mut Record) -> Result<()> {
        add(&mut record.roles, &self.roles);
        add(&mut record.warehouses, &self.warehouses);
        let first = record.customers.is_empty();
        add(&mut record.customers, &self.customers);
        if first && record.default_customer.is_none() {
            record.default_customer = record.customers.first().cloned();
        }
        if let Some(customer) = &self.default_customer {
            add(&mut record.customers, std::slice::from_ref(customer));
            record.default_customer = Some(customer.clone());
        }
        if let Some(name) = &self.display_name {
            record.name.clone_from(name);
        }
        record.status = self.status.unwrap_or(record.status);
        record.rate_limit_per_second = self.rate_limit.or(record.rate_limit_per_second);
        record.ack_wait_seconds = self.ack_wait.unwrap_or(record.ack_wait_seconds);
        record.formats.extend(self.formats.iter().cloned());
        self.apply_x12(record)
    }

    fn apply_x12(&self, record: &mut Record) -> Result<()> {
        let given = [&self.x12_isa_qualifier, &self.x12_gs_id, &self.x12_version];
        let anything = given.into_iter().any(Option::is_some) || !self.x12_customers.is_empty();
        let mut x12 = match (record.x12.take(), &self.x12_isa_id) {
            (None, None) if anything => {
                bail!("{} has no X12 interchange id: name it with --x12-isa-id", record.partner)
            }
            (None, None) => return Ok(()),
            (None, Some(isa_id)) => X12Address {
                isa_qualifier: ISA_QUALIFIER.to_owned(),
                isa_id: isa_id.clone(),
                gs_id: isa_id.clone(),
                version: X12_VERSION.to_owned(),
                customer_codes: Default::default(),
            },
            (Some(known), isa_id) => {
                X12Address { isa_id: isa_id.clone().unwrap_or(known.isa_id), ..known }
            }
        };
        let of = |given: &Option<String>, known: String| given.clone().unwrap_or(known);
        x12.isa_qualifier = of(&self.x12_isa_qualifier, x12.isa_qualifier);
        x12.gs_id = of(&self.x12_gs_id, x12.gs_id);
        x12.version = of(&self.x12_version, x12.version);
        x12.customer_codes.extend(self.x12_customers.iter().cloned());
        record.x12 = Some(x12);
        Ok(())
    }
}

fn add<T: Clone + PartialEq>(known: &mut Vec<T>, more: &[T]) {
    for one in more {
        if !known.contains(one) {
            known.push(one.clone());
        }
    }
}

/// Removes the named values. A value that is not there is an error, since it may be misspelt.
pub(super) fn remove<T: PartialEq + Display>(
    known: &mut Vec<T>,
    gone: &[T],
    partner: &PartnerName,
    what: &str,
) -> Result<()> {
    for one in gone {
        let at = known.iter().position(|known| known == one);
        known.remove(at.with_context(|| format!("{partner} has no {what} `{one}`"))?);
    }
    Ok(())
}

pub(super) fn role(text: &str) -> Result<Role, String> {
    one_of(text)
}

fn format(text: &str) -> Result<(String, Vec<Format>), String> {
    let (document, formats) =
        text.split_once('=').ok_or("say the document and its formats, such as invoice=x12,json")?;
    let documents = catalogue::documents().into_iter();
    let told: Vec<&str> = documents
        .filter(|entry| entry.direction == Direction::Egress)
        .map(|entry| entry.name)
        .collect();
    if !told.contains(&document) {
        return Err(format!("no partner is told `{document}`; there are {}", told.join(", ")));
    }
    let formats: Vec<Format> = formats.split(',').map(one_of).collect::<Result<_, _>>()?;
    Ok((document.to_owned(), formats))
}

fn code(text: &str) -> Result<(String, CustomerId), String> {
    let (code, customer) =
        text.split_once('=').ok_or("say the code and the customer, such as 0042=C-100")?;
    let code = x12_text::<1, 80>(code)?;
    Ok((code, customer.parse().map_err(|error| format!("{error}"))?))
}

/// Parses an X12 element of a limited length, without separators.
fn x12_text<const MIN: usize, const MAX: usize>(text: &str) -> Result<String, String> {
    let plain = |c: char| c.is_ascii_graphic() && !matches!(c, '*' | '~' | '>' | ':' | '^');
    let length = text.chars().count();
    if text.trim() != text || !text.chars().all(|c| plain(c) || c == ' ') {
        return Err(format!("`{text}` holds what an X12 element must not"));
    }
    if !(MIN..=MAX).contains(&length) {
        return Err(format!("`{text}` has {length} characters; it may have {MIN} to {MAX}"));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        flags: Flags,
    }

    fn record(arguments: &str, mut record: Record) -> Result<Record> {
        let line = Line::try_parse_from(["x"].into_iter().chain(arguments.split_whitespace()))?;
        line.flags.apply(&mut record)?;
        Ok(record)
    }

    fn empty() -> Record {
        Record::new(PartnerName::new("acme").unwrap(), Vec::new())
    }

    #[test]
    fn the_first_customer_is_the_default_until_another_is_named() -> Result<()> {
        let first = record("--role buyer --customer C-1 --customer C-2", empty())?;
        assert_eq!(first.default_customer, Some("C-1".parse()?));
        let more = record("--customer C-3 --customer C-1", first.clone())?;
        assert_eq!((more.customers.len(), &more.default_customer), (3, &first.default_customer));
        let other = record("--default-customer C-9", more)?;
        assert_eq!(other.default_customer, Some("C-9".parse()?));
        assert!(other.customers.contains(&"C-9".parse()?));
        Ok(())
    }

    /// A removed default is not replaced by a customer that happens to remain.
    #[test]
    fn a_removed_default_is_not_guessed_again() -> Result<()> {
        let mut partner = record("--role buyer --customer C-1 --customer C-2", empty())?;
        partner.default_customer = None;
        assert_eq!(record("--customer C-3", partner)?.default_customer, None);
        Ok(())
    }

    #[test]
    fn formats_and_x12_are_read_and_what_is_not_named_stays() -> Result<()> {
        let line = "--format invoice=json,x12 --x12-isa-id BIGBOX --x12-customer 0042=C-1";
        let made = record(line, empty())?;
        assert_eq!(made.formats_of("invoice"), [Format::Json, Format::X12]);
        let x12 = made.x12.clone().context("an address")?;
        let address = [&*x12.isa_qualifier, &*x12.isa_id, &*x12.gs_id, &*x12.version];
        assert_eq!(address, ["ZZ", "BIGBOX", "BIGBOX", "004010"]);
        let changed = record("--x12-gs-id BOX2 --x12-customer 7=C-2 --rate-limit 5", made)?;
        let x12 = changed.x12.context("an address")?;
        assert_eq!((&*x12.isa_id, &*x12.gs_id, x12.customer_codes.len()), ("BIGBOX", "BOX2", 2));
        assert_eq!((changed.rate_limit_per_second, changed.formats.len()), (Some(5), 1));
        Ok(())
    }

    #[test]
    fn the_time_to_acknowledge_is_ten_seconds_until_another_is_named() -> Result<()> {
        let made = record("--role buyer", empty())?;
        assert_eq!(made.ack_wait_seconds, 10);
        let longer = record("--ack-wait 60", made)?;
        assert_eq!(record("--rate-limit 5", longer)?.ack_wait_seconds, 60);
        assert!(format!("{:#}", record("--ack-wait 0", empty()).unwrap_err()).contains("1..=3600"));
        Ok(())
    }

    #[test]
    fn what_can_not_be_is_refused_with_what_can() {
        let refused = |line: &str| format!("{:#}", record(line, empty()).unwrap_err());
        assert!(refused("--role byer").contains("none of buyer, warehouse, carrier, bank, erp"));
        assert!(refused("--format invoice=pdf").contains("none of json, x12, ubl"));
        assert!(refused("--format order=x12").contains("no partner is told `order`; there are"));
        assert!(refused("--x12-isa-id WAY-TOO-LONG-FOR-ISA").contains("1 to 15"));
        assert!(refused("--x12-isa-id A*B").contains("must not"));
        assert!(refused("--x12-version 005010").contains("--x12-isa-id"));
        assert!(refused("--rate-limit 0").contains("not in 1.."));
    }

    #[test]
    fn removing_what_is_not_there_is_an_error() -> Result<()> {
        let mut known: Vec<CustomerId> = vec!["C-1".parse()?];
        let name = PartnerName::new("acme")?;
        remove(&mut known, &["C-1".parse()?], &name, "customer")?;
        let error = remove(&mut known, &["C-1".parse()?], &name, "customer").unwrap_err();
        assert_eq!(error.to_string(), "acme has no customer `C-1`");
        Ok(())
    }
}

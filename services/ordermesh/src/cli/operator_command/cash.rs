//! `ordermesh apply-cash`, `write-off` and `refund`.

use anyhow::Result;
use clap::Args;
use contracts::{
    Amount, Currency, CustomerId, InvoiceNumber,
    command::{ApplyCash, Command as _, Refund, WriteOff},
};

use super::command_args::{CommandArgs, CommandEnvelope};
use crate::cli::outcome::Outcome;

/// Let unapplied cash of a payment pay an invoice
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  ordermesh apply-cash mybank/CHK-5512 --invoice INV-000123 --amount \
                  180.00 --currency USD"
)]
pub(crate) struct Apply {
    #[command(flatten)]
    pub(super) args: CommandArgs,
    /// The payment, as BANK/PAYMENT_ID; credit-memo:CM-000123 is the cash that a credit memo freed
    payment: String,
    /// The invoice that it pays
    #[arg(long, value_name = "NUMBER")]
    invoice: InvoiceNumber,
    #[command(flatten)]
    sum: Sum,
    /// The customer whose payment it is, where the bank did not know
    #[arg(long, value_name = "ID")]
    customer: Option<CustomerId>,
}

/// Give up what is open of an invoice
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  ordermesh write-off INV-000123 --amount 2.00 --currency USD --reason \
                  'bank charges'"
)]
pub(crate) struct WriteOffInvoice {
    #[command(flatten)]
    pub(super) args: CommandArgs,
    /// The invoice to write off
    #[arg(value_name = "INVOICE")]
    invoice: InvoiceNumber,
    #[command(flatten)]
    sum: Sum,
}

/// Give unapplied cash of a payment back
#[derive(Debug, Args)]
#[command(after_help = "This books the refund; whoever sends the money instructs the bank.\n\n\
                  Example:\n  ordermesh refund mybank/CHK-5512 --amount 20.00 --currency USD\n  \
                  ordermesh refund credit-memo:CM-000123 --amount 45.00 --currency USD")]
pub(crate) struct RefundPayment {
    #[command(flatten)]
    pub(super) args: CommandArgs,
    /// The payment, as BANK/PAYMENT_ID; credit-memo:CM-000123 is the cash that a credit memo freed
    payment: String,
    #[command(flatten)]
    sum: Sum,
}

#[derive(Debug, Args)]
struct Sum {
    /// The amount, such as 180.00
    #[arg(long)]
    amount: Amount,
    /// The currency, such as USD
    #[arg(long, value_name = "CODE")]
    currency: Currency,
}

impl Apply {
    pub async fn run(self) -> Result<Outcome> {
        let operator = self.args.common.operator().await?;
        let command = self.command(self.args.envelope(ApplyCash::VERB)?);
        let Sum { amount, currency } = self.sum;
        let done = || format!("{} pays {amount} {currency} of {}", self.payment, self.invoice);
        self.args.send(&operator, &command, done).await
    }

    pub(super) fn command(&self, envelope: CommandEnvelope) -> ApplyCash {
        let CommandEnvelope { command_id, operator, reason } = envelope;
        ApplyCash {
            command_id,
            operator,
            reason,
            payment: self.payment.clone(),
            customer_id: self.customer.clone(),
            invoice_number: self.invoice.clone(),
            currency: self.sum.currency,
            amount: self.sum.amount,
        }
    }
}

impl WriteOffInvoice {
    pub async fn run(self) -> Result<Outcome> {
        let operator = self.args.common.operator().await?;
        let command = self.command(self.args.envelope(WriteOff::VERB)?);
        let Sum { amount, currency } = self.sum;
        let done = || format!("{amount} {currency} of {} are given up", self.invoice);
        self.args.send(&operator, &command, done).await
    }

    pub(super) fn command(&self, envelope: CommandEnvelope) -> WriteOff {
        let CommandEnvelope { command_id, operator, reason } = envelope;
        let (currency, amount) = (self.sum.currency, self.sum.amount);
        let invoice_number = self.invoice.clone();
        WriteOff { command_id, operator, reason, invoice_number, currency, amount }
    }
}

impl RefundPayment {
    pub async fn run(self) -> Result<Outcome> {
        let operator = self.args.common.operator().await?;
        let command = self.command(self.args.envelope(Refund::VERB)?);
        let Sum { amount, currency } = self.sum;
        let done = || format!("{amount} {currency} of {} are given back", self.payment);
        self.args.send(&operator, &command, done).await
    }

    pub(super) fn command(&self, envelope: CommandEnvelope) -> Refund {
        let CommandEnvelope { command_id, operator, reason } = envelope;
        let (currency, amount) = (self.sum.currency, self.sum.amount);
        Refund { command_id, operator, reason, payment: self.payment.clone(), currency, amount }
    }
}

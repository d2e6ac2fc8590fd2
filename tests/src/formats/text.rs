//! X12 and ISO 20022 as partners read and write them, independent of the mesh's own code.

use jiff::{Timestamp, tz::TimeZone};
use serde_json::Value;

/// Returns true if a document is an interchange with this transaction set.
pub fn is_set(document: &Value, set: &str) -> bool {
    document.as_str().is_some_and(|text| text.contains(&format!("ST*{set}*")))
}

/// An interchange, segment by segment.
#[derive(Debug)]
pub struct X12(Vec<String>);

impl X12 {
    pub fn read(document: &Value) -> Self {
        Self::read_text(document.as_str().unwrap())
    }

    /// Checks that the interchange ends with the control number that it begins with.
    pub fn read_text(text: &str) -> Self {
        let segments = text.split('~').map(|segment| segment.trim_start().to_owned());
        let read = Self(segments.filter(|segment| !segment.is_empty()).collect());
        assert_eq!(read.element("ISA", 13), read.element("IEA", 2), "{text}");
        read
    }

    /// Returns an element of the first segment that begins with this.
    pub fn element(&self, segment: &str, at: usize) -> &str {
        let start = format!("{segment}*");
        let found = self.0.iter().find(|it| it.starts_with(&start));
        let found = found.unwrap_or_else(|| panic!("no {segment} in {self:#?}"));
        found.split('*').nth(at).unwrap_or_default()
    }
}

/// Creates a final 945 for a 940 of one line: the quantity shipped, and the quantity short.
pub fn advice(number: u32, asked: &X12, at: Timestamp, [shipped, short]: [&str; 2]) -> String {
    let at = at.to_zoned(TimeZone::UTC);
    let (day, time) = (at.strftime("%Y%m%d"), at.strftime("%H%M"));
    let (order, wanted) = (asked.element("W05", 2), asked.element("W01", 1));
    let (item, line) = (asked.element("W01", 5), asked.element("N9*LI", 2));
    let status = if short.is_empty() { "CC" } else { "CP" };
    format!(
        "ISA*00*          *00*          *ZZ*EASTWMS        *ZZ*ORDERMESH      *{}*{time}*U*00401*\
         {number:09}*0*P*>~\nGS*SW*EASTWMS*ORDERMESH*{day}*{time}*{number}*X*004010~\n\
         ST*945*0001~\nW06*F*{order}*{day}*BOL-{number}~\nG62*11*{day}*8*{time}*UT~\n\
         W27*M*UPSN~\nLX*1~\nW12*{status}*{wanted}*{shipped}*{short}*EA**VN*{item}~\n\
         N9*LI*{line}~\nW03*{shipped}~\nSE*9*0001~\nGE*1*{number}~\nIEA*1*{number:09}~\n",
        at.strftime("%y%m%d")
    )
}

/// Creates a camt.054 of one credit booked today. Each part names a bill with its number, amount
/// and discount.
pub fn notification(reference: &str, amount: &str, bills: &[(&str, [&str; 2])]) -> String {
    let today = Timestamp::now().strftime("%Y-%m-%d").to_string();
    let part = |(number, [amount, discount]): &(&str, [&str; 2])| {
        format!(
            r#"<Strd><RfrdDocInf><Tp><CdOrPrtry><Cd>CINV</Cd></CdOrPrtry></Tp><Nb>{number}</Nb>
            </RfrdDocInf><RfrdDocAmt>
            <DscntApldAmt><Amt Ccy="USD">{discount}</Amt></DscntApldAmt>
            <RmtdAmt Ccy="USD">{amount}</RmtdAmt></RfrdDocAmt></Strd>"#
        )
    };
    let parts: String = bills.iter().map(part).collect();
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.08"><BkToCstmrDbtCdtNtfctn>
<GrpHdr><MsgId>M-1</MsgId><CreDtTm>{today}T00:00:00Z</CreDtTm></GrpHdr>
<Ntfctn><Id>N-1</Id><CreDtTm>{today}T00:00:00Z</CreDtTm>
<Acct><Id><Othr><Id>4711</Id></Othr></Id></Acct>
<Ntry><Amt Ccy="USD">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
<BookgDt><Dt>{today}</Dt></BookgDt><ValDt><Dt>{today}</Dt></ValDt>
<AcctSvcrRef>{reference}</AcctSvcrRef><BkTxCd/>
<NtryDtls><TxDtls><Refs><EndToEndId>E-1</EndToEndId></Refs>
<Amt Ccy="USD">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd>
<RltdPties><Dbtr><Pty><Nm>Acme Stores Inc</Nm></Pty></Dbtr></RltdPties>
<RmtInf>{parts}</RmtInf></TxDtls></NtryDtls>
</Ntry></Ntfctn></BkToCstmrDbtCdtNtfctn></Document>"#
    )
}

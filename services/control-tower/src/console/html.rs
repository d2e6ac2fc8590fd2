//! The few elements that pages are made of. Text becomes HTML here and nowhere else.

use std::fmt::{self, Write as _};

/// Text as it stands in an element or in a quoted attribute.
pub(super) struct Escaped<'a>(pub &'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|character| match character {
            '&' => f.write_str("&amp;"),
            '<' => f.write_str("&lt;"),
            '>' => f.write_str("&gt;"),
            '"' => f.write_str("&quot;"),
            '\'' => f.write_str("&#39;"),
            other => f.write_char(other),
        })
    }
}

/// A cell of a table.
pub(super) enum Cell {
    Text(String),
    /// A figure, on the right.
    Figure(String),
    /// An order, with its page behind it.
    Order(String, String),
    /// A moment, with its age.
    Moment(String, String),
}

impl Cell {
    pub fn text(text: impl fmt::Display) -> Self {
        Self::Text(text.to_string())
    }

    pub fn figure(figure: impl fmt::Display) -> Self {
        Self::Figure(figure.to_string())
    }

    /// A text, or an empty cell.
    pub fn maybe(text: Option<impl fmt::Display>) -> Self {
        Self::Text(text.map(|text| text.to_string()).unwrap_or_default())
    }
}

/// Text that a narrow cell may break behind slashes and underscores, and nowhere in a word.
struct Breakable<'a>(&'a str);

impl fmt::Display for Breakable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.split_inclusive(['/', '_']).try_for_each(|part| {
            let end = if part.ends_with(['/', '_']) { "<wbr>" } else { "" };
            write!(f, "{}{end}", Escaped(part))
        })
    }
}

impl Cell {
    /// The cell with its column's name, which is shown beside it where the table is narrow.
    fn html(&self, column: &str) -> String {
        let (class, inner) = match self {
            Self::Text(text) if text.is_empty() => return "<td></td>".to_owned(),
            Self::Text(text) => ("text", Breakable(text).to_string()),
            Self::Figure(text) => ("figure", Escaped(text).to_string()),
            Self::Order(order_id, text) => {
                let (order_id, text) = (Escaped(order_id), Escaped(text));
                ("text", format!("<a href=\"/orders/{order_id}\">{text}</a>"))
            }
            Self::Moment(at, age) => {
                let (at, age) = (Escaped(at), Escaped(age));
                ("moment", format!("<span>{at}</span> <span class=\"age\">({age})</span>"))
            }
        };
        let column = Escaped(column);
        format!("<td class=\"{class}\" data-column=\"{column}\"><span>{inner}</span></td>")
    }
}

/// A table with a heading; a sentence where it would be empty.
pub(super) fn table(
    title: &str,
    columns: &[&str],
    rows: impl IntoIterator<Item = Vec<Cell>>,
) -> String {
    let row = |cells: Vec<Cell>| {
        let cells = cells.iter().zip(columns).map(|(cell, column)| cell.html(column));
        let cells: String = cells.collect();
        format!("<tr>{cells}</tr>\n")
    };
    let rows: String = rows.into_iter().map(row).collect();
    let title = Escaped(title);
    if rows.is_empty() {
        return format!("<h2>{title}</h2>\n<p class=\"none\">None.</p>\n");
    }
    let head: String = columns
        .iter()
        .map(|column| format!("<th scope=\"col\">{}</th>", Escaped(column)))
        .collect();
    format!(
        "<h2>{title}</h2>\n<div class=\"wide\">\n<table>\n<thead><tr>{head}</tr></thead>\n\
         <tbody>\n{rows}</tbody>\n</table>\n</div>\n"
    )
}

/// A whole page around `body`, which is HTML already.
pub(super) fn page(title: &str, find: &str, body: &str) -> String {
    let (title, find) = (Escaped(title), Escaped(find));
    let style = include_str!("style.css");
    format!(
        r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · Ordermesh</title>
<style>
{style}</style>
</head>
<body>
<header>
<nav>
<a class="home" href="/">Ordermesh</a>
<a href="/orders">Orders</a>
<a href="/decisions">Decisions</a>
</nav>
<form action="/orders" method="get" role="search">
<label>PO, invoice, shipment, parcel, payment or return <input name="find" value="{find}"></label>
<button>Find</button>
</form>
</header>
<main>
<h1>{title}</h1>
{body}</main>
</body>
</html>
"#
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_a_partner_writes_stays_text() {
        let evil = "<script>alert(\"1\")</script> & 'more'";
        let text = "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;more&#39;";
        assert_eq!(Escaped(evil).to_string(), text);
        let order = Cell::Order("\"><b>".to_owned(), "<i>".to_owned());
        let link = "<a href=\"/orders/&quot;&gt;&lt;b&gt;\">&lt;i&gt;</a>";
        assert!(order.html("order").contains(link));
        let shown = page(evil, evil, &table(evil, &[evil], [vec![Cell::text(evil)]]));
        assert!(!shown.contains("<script"), "{shown}");
        // In the title twice, the search, the table's title, its column twice, and broken in the cell.
        assert_eq!(shown.matches(text).count(), 6);
        assert_eq!(shown.replace("<wbr>", "").matches(text).count(), 7);
    }

    #[test]
    fn a_cell_breaks_between_words_only() {
        let cell = Cell::text("acme/order/PO-1 of price_list").html("about");
        let text = "acme/<wbr>order/<wbr>PO-1 of price_<wbr>list";
        assert!(cell.contains(&format!("<span>{text}</span>")), "{cell}");
    }

    #[test]
    fn a_table_without_rows_says_so() {
        assert!(table("Orders", &["PO"], []).contains("None."));
    }
}

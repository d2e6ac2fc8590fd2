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
    /// Text.
    Text(String),
    /// A figure, on the right.
    Figure(String),
    /// An order, with its page behind it.
    Order(String, String),
}

impl Cell {
    pub fn text(text: impl fmt::Display) -> Self {
        Self::Text(text.to_string())
    }

    pub fn figure(figure: impl fmt::Display) -> Self {
        Self::Figure(figure.to_string())
    }

    /// What may be missing.
    pub fn maybe(text: Option<impl fmt::Display>) -> Self {
        Self::Text(text.map(|text| text.to_string()).unwrap_or_default())
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "<td>{}</td>", Escaped(text)),
            Self::Figure(text) => write!(f, "<td class=\"figure\">{}</td>", Escaped(text)),
            Self::Order(order_id, text) => {
                let (order_id, text) = (Escaped(order_id), Escaped(text));
                write!(f, "<td><a href=\"/orders/{order_id}\">{text}</a></td>")
            }
        }
    }
}

/// A table with a heading; a sentence where it would be empty.
pub(super) fn table(
    title: &str,
    columns: &[&str],
    rows: impl IntoIterator<Item = Vec<Cell>>,
) -> String {
    let row = |cells: Vec<Cell>| {
        let cells: String = cells.iter().map(Cell::to_string).collect();
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
        "<h2>{title}</h2>\n<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n"
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
<a class="home" href="/">Ordermesh</a>
<form action="/orders" method="get" role="search">
<label>Order id or PO number <input name="find" value="{find}"></label>
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
        let link = "<td><a href=\"/orders/&quot;&gt;&lt;b&gt;\">&lt;i&gt;</a></td>";
        assert_eq!(order.to_string(), link);
        let shown = page(evil, evil, &table(evil, &[evil], [vec![Cell::text(evil)]]));
        assert!(!shown.contains("<script"), "{shown}");
        assert_eq!(shown.matches(text).count(), 6);
    }

    #[test]
    fn a_table_without_rows_says_so() {
        assert!(table("Orders", &["PO"], []).contains("None."));
    }
}

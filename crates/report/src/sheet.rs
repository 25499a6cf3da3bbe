//! Figures as tables and bars: what a measurement came to, for a terminal or a browser.

mod chart;
mod text;

use std::io;

use askama::Template;

use crate::legible::legible;
use chart::Chart;

/// A measurement, ready to be shown. Every text in it may be hostile.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sheet {
    /// What was measured.
    pub title: String,
    /// What a reader must know first, a sentence each.
    pub lead: Vec<String>,
    /// The figures that count most.
    pub tiles: Vec<SheetTile>,
    /// The tables, in order.
    pub parts: Vec<SheetPart>,
    /// Who made it: name and version of the program.
    pub generator: String,
}

/// A figure that stands alone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SheetTile {
    /// What it is.
    pub label: String,
    /// The figure.
    pub value: String,
    /// Its interval, or what it is of.
    pub note: String,
}

/// A table, and a chart of its rows where they have marks.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SheetPart {
    /// What it tells.
    pub heading: String,
    /// How it is to be read; may be empty.
    pub about: String,
    /// Titles of the columns. The first one names the row; the others hold numbers where `is_words` says
    /// nothing else.
    pub columns: Vec<String>,
    /// Whether the columns behind the first one hold words.
    pub is_words: bool,
    /// The rows.
    pub rows: Vec<SheetRow>,
}

/// A row of a table.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SheetRow {
    /// A cell for each column.
    pub cells: Vec<String>,
    /// What the chart shows of it.
    pub mark: Option<SheetMark>,
}

/// A share with its interval, each from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SheetMark {
    /// The share.
    pub value: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
}

impl Sheet {
    /// Writes the sheet for a terminal, without color.
    ///
    /// # Errors
    /// `out` refuses bytes.
    pub fn write_text(&self, out: &mut dyn io::Write) -> io::Result<()> {
        text::write(self, out)
    }

    /// Writes the sheet as one file for a browser or a printer: no script and no request. Light and dark
    /// follow the reader's system; beside each chart stands the table of its figures.
    ///
    /// # Errors
    /// `out` refuses bytes.
    pub fn write_html(&self, mut out: &mut dyn io::Write) -> io::Result<()> {
        let document = Document {
            title: legible(&self.title),
            generator: legible(&self.generator),
            lead: self.lead.iter().map(|line| legible(line)).collect(),
            tiles: self.tiles.iter().map(SheetTile::legible).collect(),
            parts: (self.parts.iter().enumerate())
                .map(|(number, part)| PartView::of(number, part))
                .collect(),
        };
        document.write_into(&mut out)
    }
}

impl SheetTile {
    fn legible(&self) -> Self {
        Self {
            label: legible(&self.label),
            value: legible(&self.value),
            note: legible(&self.note),
        }
    }
}

/// The whole document. Every text in it is escaped by the template, except charts, which are escaped by
/// their own.
#[derive(Template)]
#[template(path = "sheet.html")]
struct Document {
    title: String,
    generator: String,
    lead: Vec<String>,
    tiles: Vec<SheetTile>,
    parts: Vec<PartView>,
}

struct PartView {
    id: String,
    heading: String,
    about: String,
    columns: Vec<String>,
    /// Style class of the cells behind the first one.
    class: &'static str,
    rows: Vec<Vec<String>>,
    chart: String,
}

impl PartView {
    fn of(number: usize, part: &SheetPart) -> Self {
        let id = format!("part-{}", number + 1);
        Self {
            chart: Chart::of(part, &id)
                .and_then(|chart| chart.render().ok())
                .unwrap_or_default(),
            id,
            heading: legible(&part.heading),
            about: legible(&part.about),
            columns: part.columns.iter().map(|title| legible(title)).collect(),
            class: if part.is_words { "words" } else { "number" },
            rows: (part.rows.iter())
                .map(|row| row.cells.iter().map(|cell| legible(cell)).collect())
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet() -> Sheet {
        let row = |name: &str, value: f64| SheetRow {
            cells: vec![name.to_owned(), format!("{value}")],
            mark: Some(SheetMark {
                value,
                low: value / 2.0,
                high: f64::midpoint(value, 1.0),
            }),
        };
        Sheet {
            title: "A tool".to_owned(),
            lead: vec!["Two ways to hide.".to_owned()],
            tiles: vec![SheetTile {
                label: "Recall".to_owned(),
                value: "0.500".to_owned(),
                note: "0.2 to 0.8".to_owned(),
            }],
            parts: vec![SheetPart {
                heading: "By technique".to_owned(),
                about: "A path stands in several rows.".to_owned(),
                columns: vec!["technique".to_owned(), "recall".to_owned()],
                is_words: false,
                rows: vec![row("V01", 0.5), row("<b>\u{202e}", 1.0)],
            }],
            generator: "sidedoor".to_owned(),
        }
    }

    fn html(sheet: &Sheet) -> String {
        let mut out = Vec::new();
        sheet.write_html(&mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn every_chart_has_a_table_with_a_row_for_each_bar() {
        let page = html(&sheet());
        assert_eq!(page.matches("<svg").count(), 1);
        assert_eq!(page.matches("class=\"bar\"").count(), 2);
        assert_eq!(page.matches("<tr>").count(), 3, "with the header");
    }

    #[test]
    fn what_stands_in_a_cell_becomes_no_markup_and_turns_no_text_round() {
        let page = html(&sheet());
        assert!(!page.contains("<b>") && !page.contains('\u{202e}'));
        assert!(page.contains("‹U+202E›"));
    }

    #[test]
    fn a_page_asks_for_nothing_and_runs_nothing() {
        let page = html(&sheet());
        for forbidden in [
            "<script", "http:", "https:", "url(", "@import", "<link", "<img",
        ] {
            assert!(!page.contains(forbidden), "{forbidden}");
        }
    }

    #[test]
    fn a_table_without_shares_has_no_chart() {
        let mut sheet = sheet();
        for row in &mut sheet.parts[0].rows {
            row.mark = None;
        }
        assert!(!html(&sheet).contains("<svg"));
    }

    #[test]
    fn a_terminal_shows_columns_that_stand_below_each_other() {
        let mut out = Vec::new();
        sheet().write_text(&mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        let header = lines
            .iter()
            .find(|line| line.contains("technique "))
            .unwrap();
        let row = lines.iter().find(|line| line.contains("V01")).unwrap();
        let end = header.find("recall").unwrap() + "recall".len();
        assert_eq!(row.len(), end, "{text}");
        assert!(!text.contains('\u{202e}'));
    }
}

//! Which cells of a grid an item lies in.

use super::element::Element;
use crate::css::declaration::Property;

/// The cells of a grid by their lines, or by the number that stands for a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cells {
    rows: (i32, i32),
    columns: (i32, i32),
}

impl Cells {
    /// Those that an element declares, in both directions.
    pub(super) fn of(element: &Element<'_, '_>) -> Option<Self> {
        let value = |property| element.winners.value(property);
        if let Some(area) = value(Property::GridArea).filter(|area| *area != "auto") {
            let mut lines = area.split('/').map(str::trim);
            let (row, column) = (lines.next()?, lines.next());
            let (row_end, column_end) = (lines.next(), lines.next());
            if !row.starts_with(|c: char| c.is_ascii_digit() || c == '-') {
                let name = key(row);
                return Some(Self {
                    rows: (name, name),
                    columns: (name, name),
                });
            }
            return Some(Self {
                rows: lines_of(row, row_end)?,
                columns: lines_of(column?, column_end)?,
            });
        }
        let pair = |value: &str| {
            let (first, last) = value
                .split_once('/')
                .map_or((value, None), |(a, b)| (a, Some(b)));
            lines_of(first.trim(), last.map(str::trim))
        };
        Some(Self {
            rows: pair(value(Property::GridRow)?)?,
            columns: pair(value(Property::GridColumn)?)?,
        })
    }

    /// Whether all cells of another are among them.
    pub(crate) const fn hold(self, other: Self) -> bool {
        const fn within(own: (i32, i32), other: (i32, i32)) -> bool {
            let is_same = own.0 == other.0 && own.1 == other.1;
            let is_counted = own.0 > 0 && own.1 < MOST_LINES && other.0 > 0 && other.1 < MOST_LINES;
            is_same
                || (is_counted && own.0 <= other.0 && own.1 >= other.1 && other.1 > 0 && own.1 > 0)
        }
        within(self.rows, other.rows) && within(self.columns, other.columns)
    }
}

/// Numbers from here on stand for names.
const MOST_LINES: i32 = 10_000;

/// The lines between which an item lies in one direction.
fn lines_of(first: &str, last: Option<&str>) -> Option<(i32, i32)> {
    let begin: i32 = first.parse().ok()?;
    let end = match last {
        None | Some("auto") => begin + 1,
        Some(last) => match last.strip_prefix("span ") {
            Some(span) => begin + span.trim().parse::<i32>().ok()?,
            None => last.parse().ok()?,
        },
    };
    Some((begin, end))
}

/// A number for a name; the same name has the same.
fn key(name: &str) -> i32 {
    let sum = name.bytes().fold(0_i32, |key, b| {
        key.wrapping_mul(31).wrapping_add(i32::from(b))
    });
    MOST_LINES + (sum & 0x00FF_FFFF)
}

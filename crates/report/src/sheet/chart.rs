//! A table drawn as bars with their intervals.
//!
//! The layout is arithmetic on a fixed grid, so that the same figures give the same picture. Lengths are
//! in units of the picture's own coordinate system (pixels at full size).

use askama::Template;

use super::{SheetMark, SheetPart};
use crate::legible::{begun, legible};

const LABELS: i32 = 210;
const BARS: f64 = 430.0;
const VALUES: i32 = 90;
const HEAD: i32 = 24;
const ROW: i32 = 24;
const BAR: i32 = 12;

/// A bar chart, ready to be drawn. Every text in it is escaped by the template.
#[derive(Template)]
#[template(path = "chart.html")]
pub(super) struct Chart {
    id: String,
    width: i32,
    height: i32,
    title: String,
    description: String,
    ticks: Vec<Tick>,
    bars: Vec<Bar>,
}

struct Tick {
    x: String,
    label: String,
}

struct Bar {
    y: i32,
    text_y: i32,
    middle: i32,
    height: i32,
    width: String,
    low: String,
    high: String,
    cap_top: i32,
    cap_bottom: i32,
    value_x: String,
    label: String,
    value: String,
    full: String,
}

impl Chart {
    /// The rows of a table that have marks; `None` where fewer than two do.
    pub(super) fn of(part: &SheetPart, id: &str) -> Option<Self> {
        let marked: Vec<(&str, SheetMark)> = (part.rows.iter())
            .filter_map(|row| Some((row.cells.first()?.as_str(), row.mark?)))
            .collect();
        if marked.len() < 2 {
            return None;
        }
        let end = end_of(marked.iter().map(|(_, mark)| mark.high));
        let rows = i32::try_from(marked.len()).ok()?;
        Some(Self {
            id: id.to_owned(),
            width: LABELS + whole(BARS) + VALUES,
            height: HEAD + rows * ROW + 4,
            title: legible(&part.heading),
            description: format!(
                "A bar for each of {rows} rows, with the interval of 95 % as a line; the figures stand in the table."
            ),
            ticks: (0..=4)
                .map(|quarter| {
                    let share = end * f64::from(quarter) / 4.0;
                    Tick {
                        x: place(share, end),
                        label: percent(share),
                    }
                })
                .collect(),
            bars: (0..)
                .zip(&marked)
                .map(|(at, (label, mark))| Bar::of(at, label, *mark, end))
                .collect(),
        })
    }
}

impl Bar {
    fn of(at: i32, label: &str, mark: SheetMark, end: f64) -> Self {
        let y = HEAD + at * ROW + (ROW - BAR) / 2;
        let middle = y + BAR / 2;
        Self {
            y,
            text_y: middle + 4,
            middle,
            height: BAR,
            width: length(mark.value, end),
            low: place(mark.low, end),
            high: place(mark.high, end),
            cap_top: middle - 4,
            cap_bottom: middle + 4,
            value_x: format!(
                "{:.1}",
                f64::from(LABELS) + mark.high.min(end) / end * BARS + 8.0
            ),
            label: begun(&legible(label), 30),
            value: percent(mark.value),
            full: format!(
                "{}: {}, between {} and {}",
                legible(label),
                percent(mark.value),
                percent(mark.low),
                percent(mark.high)
            ),
        }
    }
}

/// Where the axis ends: at the whole, or at the least of some round shares that holds every interval.
fn end_of(highs: impl Iterator<Item = f64>) -> f64 {
    let most = highs.fold(0.0, f64::max);
    [0.004, 0.02, 0.04, 0.1, 0.2, 0.4]
        .into_iter()
        .find(|end| most <= *end)
        .unwrap_or(1.0)
}

fn length(share: f64, end: f64) -> String {
    format!("{:.1}", (share / end).clamp(0.0, 1.0) * BARS)
}

fn place(share: f64, end: f64) -> String {
    format!(
        "{:.1}",
        f64::from(LABELS) + (share / end).clamp(0.0, 1.0) * BARS
    )
}

fn percent(share: f64) -> String {
    let percent = share * 100.0;
    let text = if percent < 10.0 {
        format!("{percent:.2}")
    } else {
        format!("{percent:.1}")
    };
    let text = text.trim_end_matches('0').trim_end_matches('.');
    format!("{text} %")
}

fn whole(length: f64) -> i32 {
    length as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_holds_the_longest_interval() {
        for most in [0.0, 0.003, 0.05, 0.4, 0.41, 1.0] {
            assert!(end_of([0.0, most].into_iter()) >= most);
        }
        assert!((end_of(std::iter::once(0.5)) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn shares_are_told_in_percent_without_needless_digits() {
        let told = [0.0, 0.0015, 0.05, 0.5, 0.9876, 1.0].map(percent);
        assert_eq!(told, ["0 %", "0.15 %", "5 %", "50 %", "98.8 %", "100 %"]);
    }
}

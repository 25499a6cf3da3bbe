//! A sheet for a terminal.

use std::io;

use super::{Sheet, SheetPart};
use crate::legible::{columns, legible, wrapped};

/// Columns that running text takes.
const WIDTH: usize = 100;
/// Columns between two cells.
const GAP: usize = 2;

pub(super) fn write(sheet: &Sheet, out: &mut dyn io::Write) -> io::Result<()> {
    writeln!(out, "{}", legible(&sheet.title))?;
    for line in &sheet.lead {
        paragraph(line, out)?;
    }
    writeln!(out)?;
    let labels = sheet
        .tiles
        .iter()
        .map(|tile| columns(&legible(&tile.label)));
    let widest = labels.max().unwrap_or(0);
    for tile in &sheet.tiles {
        let label = legible(&tile.label);
        let room = " ".repeat(widest - columns(&label) + GAP);
        writeln!(
            out,
            "  {label}{room}{}  {}",
            legible(&tile.value),
            legible(&tile.note)
        )?;
    }
    for part in &sheet.parts {
        write_part(part, out)?;
    }
    Ok(())
}

fn paragraph(text: &str, out: &mut dyn io::Write) -> io::Result<()> {
    for line in wrapped(&legible(text), WIDTH) {
        writeln!(out, "{line}")?;
    }
    Ok(())
}

fn write_part(part: &SheetPart, out: &mut dyn io::Write) -> io::Result<()> {
    writeln!(out, "\n{}", legible(&part.heading))?;
    if !part.about.is_empty() {
        paragraph(&part.about, out)?;
    }
    let head: Vec<String> = part.columns.iter().map(|title| legible(title)).collect();
    let mut lines = vec![head];
    for row in &part.rows {
        lines.push(row.cells.iter().map(|cell| legible(cell)).collect());
    }
    let mut widths = vec![0; part.columns.len()];
    for line in &lines {
        for (width, cell) in widths.iter_mut().zip(line) {
            *width = columns(cell).max(*width);
        }
    }
    for line in &lines {
        let mut text = String::from("  ");
        for (at, (cell, width)) in line.iter().zip(&widths).enumerate() {
            let room = " ".repeat(width - columns(cell));
            let gap = if at == 0 { "" } else { "  " };
            text.push_str(gap);
            if at == 0 || part.is_words {
                text.push_str(cell);
                text.push_str(&room);
            } else {
                text.push_str(&room);
                text.push_str(cell);
            }
        }
        writeln!(out, "{}", text.trim_end())?;
    }
    Ok(())
}

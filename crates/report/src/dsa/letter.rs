//! A notice on paper: one HTML file that prints, without script, network or anything to click.

use std::io;

use askama::Template;

use super::Notice;
use super::asked_by_marker;
use crate::legible::legible;

#[derive(Template)]
#[template(path = "notice.html")]
struct Letter<'a> {
    notice: &'a Notice,
}

impl Letter<'_> {
    /// Text of a page or a person, harmless to read.
    fn plain(&self, text: &str) -> String {
        legible(text)
    }

    /// Whether a text is still to be filled in.
    fn is_open(&self, text: &str) -> bool {
        asked_by_marker(text).is_some()
    }
}

/// Writes a notice as HTML. Linear.
///
/// # Errors
/// `out` refuses bytes.
pub fn write_letter(notice: &Notice, out: &mut dyn io::Write) -> io::Result<()> {
    let html = Letter { notice }.render().map_err(io::Error::other)?;
    out.write_all(html.as_bytes())?;
    out.write_all(b"\n")
}

//! Playlists (M3U): what a player loads, and the names that it shows.

use model::{Carrier, HopKind};

use crate::documents::finder::{Finder, Way};

/// Reads a playlist. Its entries are loaded by a player; no page is behind them.
pub(crate) fn read(finder: &mut Finder<'_>) {
    let text = finder.text;
    let mut title = String::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        let place = start..start + text[start..at].trim_end().len();
        if let Some(rest) = line.strip_prefix('#') {
            if let Some(words) = rest.strip_prefix("EXTINF:") {
                title = words.rsplit(',').next().unwrap_or_default().to_owned();
            }
            finder.written(line, None, Some(&place), Carrier::Playlist, "comment");
            continue;
        }
        if finder.found.is_full() {
            return;
        }
        finder.add(&Way {
            href: line,
            kind: HopKind::Alternate,
            carrier: Carrier::Playlist,
            text: &std::mem::take(&mut title),
            at: Some(place),
            path: "entry",
        });
    }
}

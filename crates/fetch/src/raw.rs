//! Fields that HTTP does not allow and browsers read, off the head of an answer as it came.

use model::Headers;

/// The name of the one field that browsers follow whatever is in it.
const LOCATION: &str = "location";

/// The `Location` fields with control characters, which HTTP libraries leave out: browsers take them, and
/// percent-encode what is in them. `came` is what came before the body, interim answers included,
/// and perhaps some of the body.
///
/// A field with a line break or a NUL inside is none to browsers, either. Linear.
pub(crate) fn location(came: &[u8]) -> Vec<(String, String)> {
    let Some(head) = last_head(came) else {
        return Vec::new();
    };
    let mut lines = head.split(|byte| *byte == b'\n');
    lines.next();
    let fields = lines.filter_map(|line| {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let colon = line.iter().position(|byte| *byte == b':')?;
        let (name, value) = (line[..colon].trim_ascii_end(), &line[colon + 1..]);
        let is_told = name.eq_ignore_ascii_case(LOCATION.as_bytes())
            && !value.contains(&b'\r')
            && !value.contains(&0);
        is_told.then(|| {
            let value = Headers::text_of(LOCATION, value.trim_ascii());
            (LOCATION.to_owned(), value)
        })
    });
    fields.collect()
}

/// The head behind all interim answers.
fn last_head(mut came: &[u8]) -> Option<&[u8]> {
    loop {
        let end = end_of_head(came)?;
        let (head, rest) = came.split_at(end);
        let is_interim = head.get(9).is_some_and(|class| *class == b'1');
        if !is_interim {
            return Some(head);
        }
        came = rest;
    }
}

fn end_of_head(came: &[u8]) -> Option<usize> {
    let ends = (0..came.len()).filter(|&at| came[at] == b'\n');
    ends.map(|at| at + 1)
        .find(|&at| came[at..].starts_with(b"\n") || came[at..].starts_with(b"\r\n"))
        .map(|at| at + if came[at] == b'\n' { 1 } else { 2 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_location_is_read_off_the_last_head_alone() {
        let of = |came: &[u8]| -> Vec<String> {
            location(came).into_iter().map(|(_, value)| value).collect()
        };
        let head =
            b"HTTP/1.1 302 Found\r\nX: y\r\nLOCATION : /t\x01o \r\n\r\nLocation: /body\r\n\r\n";
        let interim = b"HTTP/1.1 103 Early Hints\r\nLocation: /early\r\n\r\n";
        assert_eq!(of(head), ["/t\u{1}o"]);
        assert_eq!(of(&[&interim[..], head].concat()), ["/t\u{1}o"]);
        assert_eq!(of(b"HTTP/1.1 302 Found\nlocation:/\x7f\n\n"), ["/\u{7f}"]);
        for none in [
            &b"HTTP/1.1 302 Found\r\nLocation: /a\r"[..],
            b"HTTP/1.1 302 Found\r\nLocation: /a\0b\r\n\r\n",
            b"HTTP/1.1 302 Found\r\nLocation: /a\rb\r\n\r\n",
            b"HTTP/1.1 302 Found\r\n\r\n",
            b"",
            b"\n",
            b"HTTP/1.1 100 Go\r\n\r\n",
        ] {
            assert!(of(none).is_empty(), "{none:?}");
        }
    }
}

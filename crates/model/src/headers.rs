//! Header fields of a message.

use serde::{Deserialize, Serialize};

/// Header fields in the order they were received; names in lower case, values as [`Headers::text_of`]
/// reads them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Headers(pub Vec<(String, String)>);

impl Headers {
    /// The first value of a field; `name` in lower case.
    #[must_use]
    pub fn first<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        self.all(name).next()
    }

    /// Every value of a field, in order; `name` in lower case.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(field, _)| field == name)
            .map(|(_, value)| value.as_str())
    }

    /// The bytes of a value as text: UTF-8 where they are that. Of others, a `Location` has each byte
    /// outside of ASCII escaped, so that the very bytes are asked for, as browsers do; what else is
    /// read byte for byte, as Latin-1. `name` in lower case.
    #[must_use]
    pub fn text_of(name: &str, value: &[u8]) -> String {
        match std::str::from_utf8(value) {
            Ok(text) => text.to_owned(),
            Err(_) if name == "location" => value.iter().fold(String::new(), |mut text, byte| {
                match byte {
                    0x80.. => text.push_str(&format!("%{byte:02X}")),
                    ascii => text.push(char::from(*ascii)),
                }
                text
            }),
            Err(_) => value.iter().copied().map(char::from).collect(),
        }
    }

    /// The type that the fields declare, by the Fetch standard ("extract a MIME type"): of several,
    /// in one field or in many, the last that is one. After it come those before it of the same
    /// essence, which may name the charset. Where none is one, the first as it is written.
    pub fn declared_types(&self) -> impl Iterator<Item = DeclaredType<'_>> {
        let fields = self.all("content-type").flat_map(split_list);
        let mut types: Vec<DeclaredType<'_>> = fields.filter_map(DeclaredType::of).collect();
        types.reverse();
        if types.is_empty() {
            types.extend(self.first("content-type").map(DeclaredType::as_written));
        }
        let counts = types.first().map(|first| first.essence.clone());
        types
            .into_iter()
            .take_while(move |one| Some(&one.essence) == counts.as_ref())
    }
}

/// One type of a `Content-Type`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclaredType<'a> {
    /// Type and subtype, in lower case.
    pub essence: String,
    /// With its parameters, as written.
    pub written: &'a str,
}

impl<'a> DeclaredType<'a> {
    /// `None` for what has no type, no subtype, or says nothing (`*/*`). As browsers have it, a
    /// space ends a subtype, too.
    fn of(written: &'a str) -> Option<Self> {
        let end = written.find(|sign: char| sign == ';' || sign == '(' || sign.is_whitespace());
        let essence = &written[..end.unwrap_or(written.len())];
        let (kind, sub) = essence.split_once('/')?;
        let is_token = |word: &str| {
            let is_sign =
                |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
            !word.is_empty() && word.bytes().all(is_sign)
        };
        (is_token(kind) && is_token(sub) && essence != "*/*").then(|| Self {
            essence: essence.to_ascii_lowercase(),
            written,
        })
    }

    fn as_written(written: &'a str) -> Self {
        let essence = written.split(';').next().unwrap_or_default();
        Self {
            essence: essence.trim().to_ascii_lowercase(),
            written,
        }
    }
}

/// The members of a list in a field: commas between quotes separate nothing.
fn split_list(field: &str) -> impl Iterator<Item = &str> {
    let mut is_quoted = false;
    let members = field.split(move |sign| {
        is_quoted ^= sign == '"';
        sign == ',' && !is_quoted
    });
    members.map(str::trim)
}

impl<const FIELDS: usize> From<[(&str, &str); FIELDS]> for Headers {
    /// Fields in order; names in lower case.
    fn from(fields: [(&str, &str); FIELDS]) -> Self {
        let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        Self(fields.into_iter().map(owned).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn declared(fields: &[&str]) -> Vec<(String, String)> {
        let fields = fields
            .iter()
            .map(|value| ("content-type".to_owned(), (*value).to_owned()));
        let headers = Headers(fields.collect());
        let types = headers.declared_types();
        types
            .map(|one| (one.essence, one.written.to_owned()))
            .collect()
    }

    #[test]
    fn of_several_types_the_last_counts_wherever_they_stand() {
        for (fields, essence) in [
            (&["text/html; charset=utf-8"][..], "text/html"),
            (&["text/plain, text/html"], "text/html"),
            (&["text/plain", "TEXT/HTML;q=1"], "text/html"),
            (&["text/html, */*"], "text/html"),
            (&["text/html", "nonsense"], "text/html"),
            (&["text/html;note=\"a, b/c\""], "text/html"),
            (&["text/html charset=utf-8"], "text/html"),
            (&["image/png, text/html, text/plain"], "text/plain"),
            (&["Nonsense; x"], "nonsense"),
        ] {
            let first = declared(fields).into_iter().next();
            assert_eq!(
                first.map(|one| one.0).as_deref(),
                Some(essence),
                "{fields:?}"
            );
        }
        assert!(declared(&[]).is_empty());
    }

    #[test]
    fn a_charset_may_stand_with_an_earlier_type_of_the_same_essence_alone() {
        let same = declared(&["text/html; charset=koi8-r", "text/html"]);
        assert_eq!(same.len(), 2);
        assert_eq!(same[1].1, "text/html; charset=koi8-r");
        assert_eq!(
            declared(&["text/plain; charset=koi8-r, text/html"]).len(),
            1
        );
    }

    #[test]
    fn a_location_keeps_the_bytes_that_no_text_has() {
        assert_eq!(
            Headers::text_of("location", b"/caf\xe9?\xff"),
            "/caf%E9?%FF"
        );
        assert_eq!(
            Headers::text_of("location", "/caf\u{e9}".as_bytes()),
            "/caf\u{e9}"
        );
        assert_eq!(
            Headers::text_of("refresh", b"0; url=/caf\xe9"),
            "0; url=/caf\u{e9}"
        );
    }
}

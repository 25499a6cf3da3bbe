//! A request as the pages read it.

use std::collections::BTreeMap;

use url::form_urlencoded;

use crate::secret::Secret;
use crate::session::Visitor;

/// What was asked.
#[derive(Debug, Default)]
pub(crate) struct Ask {
    /// Path of the address.
    pub(crate) path: String,
    /// Host and port under which the desk was asked.
    pub(crate) host: String,
    /// What stands after `?` in the address.
    pub(crate) query: Fields,
    /// What a form sent; empty unless the method is POST.
    pub(crate) form: Fields,
    /// Who asks.
    pub(crate) visitor: Visitor,
    /// The word by which the page's own script and style are told from others.
    pub(crate) nonce: String,
}

impl Ask {
    /// The last part of the path.
    pub(crate) fn last(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    /// A word for the nonce of a page.
    pub(crate) fn nonce() -> Result<String, getrandom::Error> {
        Ok(Secret::draw()?.reveal().to_owned())
    }
}

/// Names with their values, in order of the names; of a name that comes twice the last one counts, except
/// for [`Fields::all`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Fields {
    last: BTreeMap<String, String>,
    every: Vec<(String, String)>,
}

impl Fields {
    /// Reads `a=1&b=2`. Whatever is not of this form is read as the standard for forms says.
    pub(crate) fn read(text: &[u8]) -> Self {
        let every: Vec<(String, String)> = form_urlencoded::parse(text).into_owned().collect();
        Self {
            last: every.iter().cloned().collect(),
            every,
        }
    }

    /// A value; empty where there is none.
    pub(crate) fn of(&self, name: &str) -> &str {
        self.last.get(name).map_or("", String::as_str)
    }

    /// Whether it is there.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.last.contains_key(name)
    }

    /// Every value of a name.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        (self.every.iter())
            .filter(move |(field, _)| field == name)
            .map(|(_, value)| value.as_str())
    }

    /// A value as a number.
    pub(crate) fn number(&self, name: &str) -> Option<u64> {
        self.of(name).parse().ok()
    }
}

/// An address with a query.
pub(crate) fn address(path: &str, fields: &[(&str, &str)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in fields.iter().filter(|(_, value)| !value.is_empty()) {
        query.append_pair(name, value);
    }
    match query.finish() {
        query if query.is_empty() => path.to_owned(),
        query => format!("{path}?{query}"),
    }
}

//! Words that nobody guesses.

use std::fmt;

use subtle::ConstantTimeEq as _;

/// Bytes of a secret: 256 bits.
const BYTES: usize = 32;

/// A word of 64 hex digits from the system's random numbers.
#[derive(Clone)]
pub(crate) struct Secret(String);

impl Secret {
    /// A new one.
    ///
    /// # Errors
    /// When the system has no random numbers.
    pub(crate) fn draw() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; BYTES];
        getrandom::fill(&mut bytes)?;
        Ok(Self(
            bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
        ))
    }

    /// Whether a word is this one, in a time that does not depend on where they differ.
    pub(crate) fn is(&self, word: &str) -> bool {
        self.0.as_bytes().ct_eq(word.as_bytes()).into()
    }

    /// The word itself, for the one who may have it.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_itself_alone_and_is_not_printed() {
        let (one, other) = (Secret::draw().unwrap(), Secret::draw().unwrap());
        assert!(one.is(one.reveal()));
        assert!(!one.is(other.reveal()) && !one.is("") && !one.is(&one.reveal()[1..]));
        assert_eq!(one.reveal().len(), 2 * BYTES);
        assert!(!format!("{one:?}").contains(one.reveal()));
    }
}

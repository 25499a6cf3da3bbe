//! Texts whose escapes begin with a mark of their own.

use std::borrow::Cow;

/// A text with its escapes undone. At each `mark`, `undo` gets what follows it, writes the
/// characters that stand there, and gives how many bytes it has taken.
pub(crate) fn undone<'t>(
    text: &'t str,
    mark: char,
    mut undo: impl FnMut(&mut String, &'t str) -> usize,
) -> Cow<'t, str> {
    let Some((plain, mut rest)) = text.split_once(mark) else {
        return Cow::Borrowed(text);
    };
    let mut whole = String::with_capacity(text.len());
    whole.push_str(plain);
    loop {
        let taken = undo(&mut whole, rest);
        rest = rest.get(taken..).unwrap_or_default();
        let Some((plain, next)) = rest.split_once(mark) else {
            whole.push_str(rest);
            return Cow::Owned(whole);
        };
        whole.push_str(plain);
        rest = next;
    }
}

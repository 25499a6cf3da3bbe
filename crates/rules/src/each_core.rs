//! Work of which every core takes a part.

use std::num::NonZero;
use std::panic::resume_unwind;
use std::thread;

/// How many cores there are.
pub(crate) fn cores() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
}

/// What comes of each part, in order: each is worked on in a thread of its own, so there should be no
/// more than [`cores`].
pub(crate) fn each<P: Send, R: Send>(
    parts: impl Iterator<Item = P>,
    work: impl Fn(P) -> R + Sync,
) -> Vec<R> {
    let work = &work;
    thread::scope(|scope| {
        let begun: Vec<_> = parts.map(|part| scope.spawn(move || work(part))).collect();
        let done = begun.into_iter().map(thread::ScopedJoinHandle::join);
        done.map(|result| result.unwrap_or_else(|panic| resume_unwind(panic)))
            .collect()
    })
}

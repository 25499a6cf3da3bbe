//! The automaton of `L? (H|M|F)+ (O (H|M|F)*)?`.

use model::EffectiveClass;

/// Nothing was walked.
pub(super) const START: u8 = 0;
/// One lateral hop.
const AFTER_LATERAL: u8 = 1;
/// At least one covert hop.
const EVIDENCE: u8 = 2;
/// The one overt hop is used.
const OVERT_USED: u8 = 3;
/// How many states.
pub(super) const STATES: u8 = 4;
/// The states in which a walk may end.
pub(super) const ACCEPTING: [u8; 2] = [EVIDENCE, OVERT_USED];

/// The state after a hop of `class` in `state`, if the expression allows it.
pub(super) const fn next(state: u8, class: EffectiveClass) -> Option<u8> {
    use EffectiveClass::{Forced, Hidden, Lateral, Masked, Navigation, Overt};
    match (state, class) {
        (START, Lateral) => Some(AFTER_LATERAL),
        (START | AFTER_LATERAL | EVIDENCE, Hidden | Masked | Forced) => Some(EVIDENCE),
        (EVIDENCE, Overt) | (OVERT_USED, Hidden | Masked | Forced) => Some(OVERT_USED),
        (_, Hidden | Masked | Forced | Lateral | Overt | Navigation) => None,
    }
}

/// The first hop of a walk that the expression does not allow, by its place; `None` where it allows
/// all of them, whether or not the walk ends in a state that accepts.
pub(crate) fn first_break(classes: impl IntoIterator<Item = EffectiveClass>) -> Option<usize> {
    let mut state = START;
    for (at, class) in classes.into_iter().enumerate() {
        match next(state, class) {
            Some(after) => state = after,
            None => return Some(at),
        }
    }
    None
}

/// The states, one bit each, from which a hop of `class` leads to one of the states `after`.
pub(super) const fn before(after: u8, class: EffectiveClass) -> u8 {
    let mut states = 0;
    let mut state = 0;
    while state < STATES {
        if let Some(next) = next(state, class)
            && after >> next & 1 == 1
        {
            states |= 1 << state;
        }
        state += 1;
    }
    states
}

/// [`before`] for every set of states and class.
pub(super) const BEFORE: [[u8; 16]; 6] = {
    let mut table = [[0; 16]; 6];
    let mut class = 0;
    while class < table.len() {
        let mut after = 0;
        while after < 16 {
            table[class][after as usize] = before(after, EffectiveClass::ALL[class]);
            after += 1;
        }
        class += 1;
    }
    table
};

//! Animations: what an element looks like once they have run.
//!
//! A picture of a page is judged at rest: an animation that keeps its last frame leaves that one, an
//! endless one shows whatever frame shows most, and one that starts after a minute or later has not
//! begun for any visitor.

use std::rc::Rc;

use crate::css::declaration::{Declaration, Property, declarations};
use crate::css::piece::Piece;
use crate::css::selector::split_top;

/// An animation that starts after so many seconds has not begun for any visitor.
pub(crate) const LATE_SECONDS: f32 = 60.0;

/// The frames of one `@keyframes`.
#[derive(Debug)]
pub(crate) struct Keyframes {
    /// Its name, in lower case.
    pub(crate) name: String,
    /// Place of each frame in percent, with what it declares; in order.
    frames: Vec<(f32, Rc<[Declaration]>)>,
}

/// At most so many frames are kept.
const MAX_FRAMES: usize = 64;

impl Keyframes {
    /// Reads the block of a `@keyframes`, braces included. `None` when no frame declares anything
    /// that matters. O(bytes).
    pub(crate) fn read(prelude: &str, block: &str) -> Option<Self> {
        let lower = prelude.to_ascii_lowercase();
        let rest = lower
            .strip_prefix("@keyframes")
            .or_else(|| lower.strip_prefix("@-webkit-keyframes"))?;
        let name = rest.trim().trim_matches(['"', '\'']).to_owned();
        let inner = block.strip_prefix('{').unwrap_or(block);
        let mut frames = Vec::new();
        for frame in inner.split('}').take(MAX_FRAMES) {
            let Some((places, body)) = frame.split_once('{') else {
                continue;
            };
            let body: Rc<[Declaration]> = declarations(body).into();
            if body.is_empty() {
                continue;
            }
            for place in places.split(',') {
                let percent = match place.trim() {
                    "from" | "FROM" => 0.0,
                    "to" | "TO" => 100.0,
                    other => match other.trim_end_matches('%').trim().parse::<f32>() {
                        Ok(percent) => percent,
                        Err(_) => continue,
                    },
                };
                frames.push((percent, body.clone()));
            }
        }
        frames.sort_by(|a: &(f32, _), b| a.0.total_cmp(&b.0));
        (!frames.is_empty()).then_some(Self { name, frames })
    }

    /// What it declares for a property in its first, or last, frame that has it.
    fn at_end(&self, property: Property, last: bool) -> Option<&Piece> {
        let wanted = if last { 100.0 } else { 0.0 };
        self.frames
            .iter()
            .filter(|(percent, _)| (percent - wanted).abs() < 0.01)
            .flat_map(|(_, declared)| declared.iter())
            .rfind(|d| d.property == Some(property))
            .map(|d| &d.value)
    }

    /// Every value that some frame gives a property.
    fn values(&self, property: Property) -> impl Iterator<Item = &Piece> {
        self.frames
            .iter()
            .flat_map(|(_, declared)| declared.iter())
            .filter(move |d| d.property == Some(property))
            .map(|d| &d.value)
    }

    /// The properties that it changes.
    fn properties(&self) -> Vec<Property> {
        let mut all: Vec<Property> = self
            .frames
            .iter()
            .flat_map(|(_, declared)| declared.iter().filter_map(|d| d.property))
            .collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}

/// How an element's animation runs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Run {
    delay_seconds: f32,
    keeps_first: bool,
    keeps_last: bool,
    endless: bool,
    paused: bool,
    reversed: bool,
}

/// Reads how one animation of the shorthand `animation` runs, with the longhands put in.
pub(crate) fn run_of(
    animation: &str,
    delay: Option<&str>,
    fill: Option<&str>,
    state: Option<&str>,
) -> Run {
    let words = || animation.split_whitespace();
    let has = |word: &str| words().any(|w| w == word);
    let times: Vec<f32> = words().filter_map(seconds).collect();
    let fill_is = |word: &str| match fill {
        Some(fill) => fill == word || fill == "both",
        None => has(word) || has("both"),
    };
    Run {
        delay_seconds: delay
            .and_then(|d| seconds(d.split(',').next().unwrap_or_default().trim()))
            .or_else(|| times.get(1).copied())
            .unwrap_or(0.0),
        keeps_first: fill_is("backwards"),
        keeps_last: fill_is("forwards"),
        endless: has("infinite"),
        paused: state.map_or_else(|| has("paused"), |state| state == "paused"),
        reversed: has("reverse"),
    }
}

/// A time in seconds.
pub(crate) fn seconds(word: &str) -> Option<f32> {
    let (number, scale) = match word.strip_suffix("ms") {
        Some(number) => (number, 0.001),
        None => (word.strip_suffix('s')?, 1.0),
    };
    number.parse::<f32>().ok().map(|number| number * scale)
}

/// What an animation makes of an element.
pub(crate) struct Effect {
    /// What it sets, by property.
    pub(crate) sets: Vec<(Property, Piece)>,
    /// Whether what hides the element is to end only after a minute or later.
    pub(crate) is_late: bool,
}

/// What the animations of a value do. `shows` tells whether a value of a property shows something,
/// to choose among the frames of an endless animation.
pub(crate) fn effect(
    animation: &str,
    run: impl Fn(&str) -> Run,
    known: &[Keyframes],
    shows: impl Fn(Property, &str) -> bool,
) -> Option<Effect> {
    let mut sets = Vec::new();
    let mut is_late = false;
    let mut found = false;
    for one in split_top(animation, b',').into_iter().take(8) {
        let Some(frames) = known
            .iter()
            .rev()
            .find(|frames| one.split_whitespace().any(|word| word == frames.name))
        else {
            continue;
        };
        found = true;
        let run = run(one);
        let waits = run.delay_seconds >= LATE_SECONDS;
        is_late |= waits;
        for property in frames.properties() {
            let value = if waits || run.paused {
                let first = run.keeps_first || (run.paused && run.delay_seconds <= 0.0);
                frames.at_end(property, run.reversed).filter(|_| first)
            } else if run.endless {
                frames
                    .values(property)
                    .find(|value| shows(property, value))
                    .or_else(|| frames.values(property).next())
            } else if run.keeps_last {
                frames.at_end(property, !run.reversed)
            } else {
                None
            };
            if let Some(value) = value {
                sets.push((property, value.clone()));
            }
        }
    }
    found.then_some(Effect { sets, is_late })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_animation_that_keeps_its_last_frame_leaves_it() {
        let frames = Keyframes::read("@keyframes up", "{from{opacity:0}to{opacity:1}}").unwrap();
        let known = [frames];
        let of = |text: &str| {
            effect(
                text,
                |one| run_of(one, None, None, None),
                &known,
                |_, _| true,
            )
            .unwrap()
            .sets
            .first()
            .map(|(_, value)| value.to_string())
        };
        assert_eq!(of("up .5s forwards").as_deref(), Some("1"));
        assert_eq!(of("up .5s"), None);
        assert_eq!(of("up .5s reverse both").as_deref(), Some("0"));
        assert_eq!(of("up 1s 99999s both").as_deref(), Some("0"));
        assert_eq!(of("up 1s 99999s"), None);
    }
}

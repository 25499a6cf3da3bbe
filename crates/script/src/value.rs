//! Values as far as a text tells them: known, unknown, or one of a few.

use std::rc::Rc;

/// A set of small flags.
macro_rules! flags {
    ($(#[$meta:meta])* $vis:vis $name:ident : $bits:ty { $($(#[$vmeta:meta])* $flag:ident = $at:literal,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
        $vis struct $name($bits);

        impl $name {
            /// Nothing.
            $vis const NONE: Self = Self(0);
            $($(#[$vmeta])* $vis const $flag: Self = Self(1 << $at);)*

            /// Both sets.
            $vis const fn with(self, other: Self) -> Self {
                Self(self.0 | other.0)
            }

            /// Whether all of `other` is in it.
            $vis const fn has(self, other: Self) -> bool {
                self.0 & other.0 == other.0
            }
        }
    };
}

flags! {
/// What of the visitor's situation a value depends on.
pub(crate) Taint: u16 {
    /// The user agent string, platform or vendor.
    USER_AGENT = 0,
    /// The referrer.
    REFERRER = 1,
    /// Cookies, local storage, the window's name.
    STORAGE = 2,
    /// Language or time zone.
    LANGUAGE = 3,
    /// Size of the screen or window, or a media query.
    SCREEN = 4,
    /// Signs of automation: `webdriver`, plugins.
    AUTOMATION = 5,
    /// The time.
    TIME = 6,
    /// The page's own address.
    ADDRESS = 7,
    /// The answer of a server.
    ANSWER = 8,
    /// The answer of the visitor to a dialog.
    DIALOG = 9,
}
}

impl Taint {
    /// Whether nothing is in it.
    pub(crate) const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

flags! {
/// How a text was made.
pub Made: u8 {
    /// Put together from pieces.
    JOINED = 0,
    /// Decoded by a function made for it.
    DECODED = 1,
    /// Made of character codes.
    CODES = 2,
    /// In code that other code unpacked.
    PACKED = 3,
    /// Reversed, replaced or cut out of another.
    REWRITTEN = 4,
}
}

/// The first argument of a call; `undefined` where there is none.
pub(crate) fn first<'a>(arguments: &[Value<'a>]) -> Value<'a> {
    arguments.first().cloned().unwrap_or(Value::Undefined)
}

/// Stands in a text for what is not known of it. A private character of no page's language.
pub(crate) const HOLE: char = '\u{F0000}';

/// A text, with what is known about its making.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Text {
    /// The characters; [`HOLE`] for every unknown part.
    pub(crate) text: String,
    /// Whether all of it is ASCII, so that places are offsets.
    pub(crate) ascii: bool,
    /// Whether a part of it is unknown.
    pub(crate) hole: bool,
    /// What the unknown parts depend on.
    pub(crate) taint: Taint,
    /// How it was made.
    pub(crate) made: Made,
}

impl Text {
    /// A text as it is written.
    pub(crate) fn plain(text: impl Into<String>) -> Self {
        Self::made(text, Made::NONE)
    }

    /// A text that was made in a way.
    pub(crate) fn made(text: impl Into<String>, made: Made) -> Self {
        let text = text.into();
        Self {
            ascii: text.is_ascii(),
            hole: false,
            taint: Taint::NONE,
            made,
            text,
        }
    }

    /// Number of UTF-16 units.
    pub(crate) fn units(&self) -> usize {
        if self.ascii {
            self.text.len()
        } else {
            self.text.encode_utf16().count()
        }
    }

    /// The text of a range of UTF-16 units.
    pub(crate) fn slice(&self, from: usize, to: usize) -> String {
        if from >= to {
            return String::new();
        }
        if self.ascii {
            let end = to.min(self.text.len());
            return self.text.get(from..end).unwrap_or_default().to_owned();
        }
        let units: Vec<u16> = self
            .text
            .encode_utf16()
            .skip(from)
            .take(to - from)
            .collect();
        String::from_utf16_lossy(&units)
    }

    /// The unit at a place.
    pub(crate) fn unit(&self, at: usize) -> Option<u16> {
        if self.ascii {
            return self.text.as_bytes().get(at).map(|&b| u16::from(b));
        }
        self.text.encode_utf16().nth(at)
    }
}

/// A place in the heap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Id(pub(crate) u32);

/// A value of a script.
#[derive(Debug, Clone)]
pub(crate) enum Value<'a> {
    /// Not told by the text; with what it depends on.
    Unknown(Taint),
    /// `undefined`.
    Undefined,
    /// `null`.
    Null,
    /// True or false.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A text.
    Text(Rc<Text>),
    /// An object, array, function or element.
    Object(Id),
    /// Something that the browser provides, by its name.
    Native(&'static str),
    /// A method of a value, taken but not called yet.
    Method(Rc<(Value<'a>, &'a str)>),
    /// One of a few.
    Either(Rc<Vec<Value<'a>>>),
}

/// Alternatives beyond this many are one unknown.
const MAX_ALTERNATIVES: usize = 8;

impl<'a> Value<'a> {
    /// A text that is written as it is.
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Text(Rc::new(Text::plain(text)))
    }

    /// A text that was made in a way.
    pub(crate) fn made(text: impl Into<String>, made: Made) -> Self {
        Self::Text(Rc::new(Text::made(text, made)))
    }

    /// Whether it counts as true, if that is known.
    pub(crate) fn truth(&self) -> Option<bool> {
        match self {
            Self::Unknown(_) => None,
            Self::Undefined | Self::Null => Some(false),
            Self::Bool(truth) => Some(*truth),
            Self::Number(number) => Some(*number != 0.0 && !number.is_nan()),
            Self::Text(text) if text.hole => (text.text.chars().any(|c| c != HOLE)).then_some(true),
            Self::Text(text) => Some(!text.text.is_empty()),
            Self::Object(_) | Self::Native(_) | Self::Method(_) => Some(true),
            Self::Either(values) => {
                let first = values.first()?.truth()?;
                values
                    .iter()
                    .all(|value| value.truth() == Some(first))
                    .then_some(first)
            }
        }
    }

    /// What it depends on.
    pub(crate) fn taint(&self) -> Taint {
        match self {
            Self::Unknown(taint) => *taint,
            Self::Text(text) => text.taint,
            Self::Either(values) => values
                .iter()
                .fold(Taint::NONE, |taint, value| taint.with(value.taint())),
            Self::Method(method) => method.0.taint(),
            _ => Taint::NONE,
        }
    }

    /// Whether nothing of it is known.
    pub(crate) const fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown(_))
    }

    /// Whether it is `undefined` or `null`.
    pub(crate) const fn is_nothing(&self) -> bool {
        matches!(self, Self::Undefined | Self::Null)
    }

    /// The alternatives: the value itself, unless it is one of a few.
    pub(crate) fn alternatives(&self) -> &[Self] {
        match self {
            Self::Either(values) => values,
            _ => std::slice::from_ref(self),
        }
    }

    /// One of `values`, without repeats.
    pub(crate) fn either(values: impl IntoIterator<Item = Self>) -> Self {
        let mut kept: Vec<Self> = Vec::new();
        for value in values {
            for value in value.alternatives() {
                if !kept.iter().any(|known| known.same(value)) {
                    kept.push(value.clone());
                }
            }
        }
        if kept.len() > MAX_ALTERNATIVES {
            let taint = kept
                .iter()
                .fold(Taint::NONE, |taint, value| taint.with(value.taint()));
            return Self::Unknown(taint);
        }
        match kept.len() {
            0 => Self::Undefined,
            1 => kept.swap_remove(0),
            _ => Self::Either(Rc::new(kept)),
        }
    }

    /// Whether two values are the same as far as they are known; unknown ones are, too, when they
    /// depend on the same.
    pub(crate) fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Unknown(a), Self::Unknown(b)) => a == b,
            (Self::Undefined, Self::Undefined) | (Self::Null, Self::Null) => true,
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::Number(a), Self::Number(b)) => a == b || (a.is_nan() && b.is_nan()),
            (Self::Text(a), Self::Text(b)) => a.text == b.text,
            (Self::Object(a), Self::Object(b)) => a == b,
            (Self::Native(a), Self::Native(b)) => a == b,
            (Self::Method(a), Self::Method(b)) => a.1 == b.1 && a.0.same(&b.0),
            _ => false,
        }
    }

    /// The number that it is or reads as; `None` when that is not known.
    pub(crate) fn number(&self) -> Option<f64> {
        Some(match self {
            Self::Undefined => f64::NAN,
            Self::Null => 0.0,
            Self::Bool(truth) => f64::from(u8::from(*truth)),
            Self::Number(number) => *number,
            Self::Text(text) if !text.hole => number_of(&text.text),
            _ => return None,
        })
    }
}

/// What `Number(text)` gives.
fn number_of(text: &str) -> f64 {
    let text = text.trim();
    let radix = |digits: &str, radix: u32| {
        u64::from_str_radix(digits, radix).map_or(f64::NAN, |number| number as f64)
    };
    if text.is_empty() {
        return 0.0;
    }
    if let Some(hex) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        return radix(hex, 16);
    }
    if let Some(binary) = text.strip_prefix("0b") {
        return radix(binary, 2);
    }
    let is_numeric = text
        .bytes()
        .all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b'e' | b'E'));
    match text {
        "Infinity" | "+Infinity" => f64::INFINITY,
        "-Infinity" => f64::NEG_INFINITY,
        _ if is_numeric => text.parse().unwrap_or(f64::NAN),
        _ => f64::NAN,
    }
}

/// How a number is written.
pub(crate) fn written(number: f64) -> String {
    if number.is_nan() {
        "NaN".to_owned()
    } else if number.is_infinite() {
        if number > 0.0 {
            "Infinity"
        } else {
            "-Infinity"
        }
        .to_owned()
    } else if number == 0.0 {
        "0".to_owned()
    } else if number.abs() >= 1e21 {
        let text = format!("{number:e}");
        match text.split_once('e') {
            Some((digits, power)) if !power.starts_with('-') => format!("{digits}e+{power}"),
            _ => text,
        }
    } else {
        format!("{number}")
    }
}

/// A number as a signed integer of 32 bits, as bit operators take it.
pub(crate) fn to_i32(number: f64) -> i32 {
    to_u32(number) as i32
}

/// A number as an unsigned integer of 32 bits.
pub(crate) fn to_u32(number: f64) -> u32 {
    if !number.is_finite() {
        return 0;
    }
    number.trunc().rem_euclid(4_294_967_296.0) as u32
}

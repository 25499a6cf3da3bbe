//! The byte of a hop: its effective class and a quantised weight.

use std::fmt;

use model::EffectiveClass;

/// Bits of the byte that hold the weight; the three above hold the class.
const WEIGHT_BITS: u32 = 5;
const WEIGHT_MASK: u8 = (1 << WEIGHT_BITS) - 1;

/// How much a hop counts, in steps of a factor of two; or that nobody said.
///
/// Step 0 says that no weight was given. Step k of 1 to 31 stands for 2^(k − 16), hence for
/// 0.00003 to 32,768. A number is kept as the step that is nearest on the log scale, at most a factor of
/// √2 from it, and as the last step where it is beyond the scale.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Weight(u8);

impl Weight {
    /// No weight was given.
    pub const NONE: Self = Self(0);
    /// The heaviest, and the number of steps.
    pub const MOST: Self = Self(WEIGHT_MASK);

    /// Quantises a weight; none is left of what is not a number above zero.
    #[must_use]
    pub fn of(weight: f64) -> Self {
        if weight.is_nan() || weight <= 0.0 {
            return Self::NONE;
        }
        // Exact on every machine: a weight is compared with the border between two steps, which is
        // the lower one times √2, and doubling changes no digit.
        let mut border = std::f64::consts::SQRT_2 / 32_768.0;
        let mut step = 1;
        while step < WEIGHT_MASK && weight >= border {
            border *= 2.0;
            step += 1;
        }
        Self(step)
    }

    /// The weight that the step stands for; `None` where none was given.
    #[must_use]
    pub fn value(self) -> Option<f64> {
        // Shifts, not powers: the last digit of the platform's `exp2` may differ between machines.
        (self.0 > 0).then(|| f64::from(1_u32 << (self.0 - 1)) / 32_768.0)
    }

    /// Its step: 0 for none given, 1 to 31 otherwise.
    #[must_use]
    pub const fn step(self) -> u8 {
        self.0
    }
}

impl fmt::Debug for Weight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.value() {
            Some(value) => write!(f, "{value}"),
            None => f.write_str("none"),
        }
    }
}

/// Class and weight of a hop, in one byte. Ordered by class, then by weight.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HopLabel(u8);

impl HopLabel {
    /// Packs a class and a weight.
    #[must_use]
    pub const fn new(class: EffectiveClass, weight: Weight) -> Self {
        Self(code(class) << WEIGHT_BITS | weight.0)
    }

    /// The class.
    #[must_use]
    pub const fn class(self) -> EffectiveClass {
        match self.0 >> WEIGHT_BITS {
            0 => EffectiveClass::Hidden,
            1 => EffectiveClass::Masked,
            2 => EffectiveClass::Forced,
            3 => EffectiveClass::Overt,
            4 => EffectiveClass::Lateral,
            _ => EffectiveClass::Navigation,
        }
    }

    /// The weight.
    #[must_use]
    pub const fn weight(self) -> Weight {
        Weight(self.0 & WEIGHT_MASK)
    }

    /// The byte, as a snapshot keeps it.
    #[must_use]
    pub const fn byte(self) -> u8 {
        self.0
    }

    /// Reads a byte; `None` where its class is not one.
    #[must_use]
    pub const fn from_byte(byte: u8) -> Option<Self> {
        if byte >> WEIGHT_BITS <= code(EffectiveClass::Navigation) {
            Some(Self(byte))
        } else {
            None
        }
    }

    /// Reads bytes; `None` where the class of one is none. The greatest byte tells it of all.
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<impl ExactSizeIterator<Item = Self> + '_> {
        let greatest = bytes.iter().copied().fold(0, u8::max);
        Self::from_byte(greatest)?;
        Some(bytes.iter().map(|byte| Self(*byte)))
    }
}

/// The three bits of a class. Snapshots hold them, so that they never change.
const fn code(class: EffectiveClass) -> u8 {
    match class {
        EffectiveClass::Hidden => 0,
        EffectiveClass::Masked => 1,
        EffectiveClass::Forced => 2,
        EffectiveClass::Overt => 3,
        EffectiveClass::Lateral => 4,
        EffectiveClass::Navigation => 5,
    }
}

impl fmt::Debug for HopLabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{:?}", self.class().letter(), self.weight())
    }
}

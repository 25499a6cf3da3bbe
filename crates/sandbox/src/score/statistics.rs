//! Shares with their intervals.
//!
//! Every interval is for a confidence of 95 % and takes what was counted as independent draws. Pairs of
//! one listing, or listings of one seller, are not quite that, so the true intervals are a little wider.

use serde::Serialize;
use serde::ser::{SerializeStruct as _, Serializer};

/// The 0.975 quantile of the normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// Where the true value lies with a confidence of 95 %.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Interval {
    /// Its lower end.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
}

/// So many of so many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Share {
    /// How many were met.
    pub hits: u64,
    /// Of how many.
    pub of: u64,
}

impl Share {
    /// `hits` of `of`; more hits than there are to be met count as all of them.
    #[must_use]
    pub const fn new(hits: u64, of: u64) -> Self {
        Self {
            hits: if hits > of { of } else { hits },
            of,
        }
    }

    /// From 0 to 1; `None` of none.
    #[must_use]
    pub fn value(self) -> Option<f64> {
        (self.of > 0).then(|| real(self.hits) / real(self.of))
    }

    /// Wilson's score interval; `None` of none.
    ///
    /// Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference",
    /// Journal of the American Statistical Association 22 (1927); method 3 in R. G. Newcombe,
    /// "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17 (1998),
    /// whose worked examples are the tests of this function.
    #[must_use]
    pub fn interval(self) -> Option<Interval> {
        let share = self.value()?;
        let of = real(self.of);
        let square = Z * Z;
        let middle = 2.0 * of * share + square;
        let half = Z * (square + 4.0 * of * share * (1.0 - share)).sqrt();
        let whole = 2.0 * (of + square);
        Some(Interval {
            // What was always or never met has an exact end, whatever the roots are rounded to.
            low: if self.hits == 0 {
                0.0
            } else {
                (middle - half) / whole
            },
            high: if self.hits == self.of {
                1.0
            } else {
                (middle + half) / whole
            },
        })
    }
}

impl Serialize for Share {
    /// With `value`, `low` and `high`, rounded to a millionth; `null` of none.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Share", 5)?;
        fields.serialize_field("hits", &self.hits)?;
        fields.serialize_field("of", &self.of)?;
        fields.serialize_field("value", &self.value().map(rounded))?;
        let interval = self.interval();
        fields.serialize_field("low", &interval.map(|interval| rounded(interval.low)))?;
        fields.serialize_field("high", &interval.map(|interval| rounded(interval.high)))?;
        fields.end()
    }
}

/// What was found of what is there, and what besides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Quality {
    /// There, and found.
    pub hits: u64,
    /// Found, and not there.
    pub false_alarms: u64,
    /// There, and not found.
    pub missed: u64,
}

impl Quality {
    /// How much of what was found is there.
    #[must_use]
    pub const fn precision(self) -> Share {
        Share::new(self.hits, self.hits + self.false_alarms)
    }

    /// How much of what is there was found.
    #[must_use]
    pub const fn recall(self) -> Share {
        Share::new(self.hits, self.hits + self.missed)
    }

    /// The harmonic mean of precision and recall: 2h / (2h + f + m); `None` where nothing is there and
    /// nothing was found.
    #[must_use]
    pub fn f1(self) -> Option<f64> {
        self.overlap().value().map(f1_of_overlap)
    }

    /// The interval of F1 by Wilson's indirect method.
    ///
    /// F1 grows with J = h / (h + f + m), F1 = 2J / (1 + J), and J is a proportion of what is there or was
    /// found: its ends by Wilson are carried over. The interval never leaves 0 to 1 and never has no width.
    ///
    /// Source: K. F. Y. Lam, V. Gopal and J. Qian, "Confidence intervals for the F1 score: a comparison of
    /// four methods", arXiv:2309.14621 (2023).
    #[must_use]
    pub fn f1_interval(self) -> Option<Interval> {
        let overlap = self.overlap().interval()?;
        Some(Interval {
            low: f1_of_overlap(overlap.low),
            high: f1_of_overlap(overlap.high),
        })
    }

    const fn overlap(self) -> Share {
        Share::new(self.hits, self.hits + self.false_alarms + self.missed)
    }
}

impl Serialize for Quality {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Quality", 8)?;
        fields.serialize_field("hits", &self.hits)?;
        fields.serialize_field("false_alarms", &self.false_alarms)?;
        fields.serialize_field("missed", &self.missed)?;
        fields.serialize_field("precision", &self.precision())?;
        fields.serialize_field("recall", &self.recall())?;
        fields.serialize_field("f1", &self.f1().map(rounded))?;
        let interval = self.f1_interval();
        fields.serialize_field("f1_low", &interval.map(|interval| rounded(interval.low)))?;
        fields.serialize_field("f1_high", &interval.map(|interval| rounded(interval.high)))?;
        fields.end()
    }
}

fn f1_of_overlap(overlap: f64) -> f64 {
    2.0 * overlap / (1.0 + overlap)
}

fn rounded(value: f64) -> f64 {
    (value * 1e6).round() / 1e6
}

/// Counts stay far below 2^53, up to which every whole number is a real one.
fn real(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ends(interval: Option<Interval>) -> String {
        let interval = interval.unwrap();
        format!("{:.4} to {:.4}", interval.low, interval.high)
    }

    #[test]
    fn the_intervals_of_shares_are_those_of_newcombes_table() {
        for (hits, of, told) in [
            (81, 263, "0.2553 to 0.3662"),
            (15, 148, "0.0624 to 0.1605"),
            (0, 20, "0.0000 to 0.1611"),
            (1, 29, "0.0061 to 0.1718"),
        ] {
            assert_eq!(ends(Share::new(hits, of).interval()), told);
        }
    }

    #[test]
    fn an_interval_has_its_mirror_in_what_was_not_met() {
        for (hits, of) in [(0, 1), (3, 7), (29, 30), (500, 1_000)] {
            let met = Share::new(hits, of).interval().unwrap();
            let unmet = Share::new(of - hits, of).interval().unwrap();
            assert!((met.low + unmet.high - 1.0).abs() < 1e-12);
            assert!((met.high + unmet.low - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn the_ends_of_an_interval_solve_the_equation_that_defines_it() {
        for (hits, of) in [(1, 9), (40, 43), (7, 5_000)] {
            let share = Share::new(hits, of);
            let interval = share.interval().unwrap();
            for end in [interval.low, interval.high] {
                let far = (share.value().unwrap() - end).abs();
                let error = (end * (1.0 - end) / real(of)).sqrt();
                assert!((far / error - Z).abs() < 1e-9, "{hits} of {of}: {end}");
            }
        }
    }

    #[test]
    fn f1_is_the_harmonic_mean_and_lies_in_its_interval() {
        let quality = Quality {
            hits: 90,
            false_alarms: 10,
            missed: 20,
        };
        let (precision, recall) = (0.9, 90.0 / 110.0);
        let mean = 2.0 * precision * recall / (precision + recall);
        assert!((quality.f1().unwrap() - mean).abs() < 1e-12);
        // The ends of 90 of 120 by Wilson are 0.6656 and 0.8189.
        assert_eq!(ends(quality.f1_interval()), "0.7992 to 0.9004");
    }

    #[test]
    fn what_is_always_met_has_one_as_its_upper_end() {
        let whole = Quality {
            hits: 7,
            false_alarms: 0,
            missed: 0,
        };
        assert_eq!(whole.f1(), Some(1.0));
        let interval = whole.f1_interval().unwrap();
        assert!(interval.high == 1.0 && interval.low < 1.0);
    }

    #[test]
    fn of_none_nothing_is_said() {
        assert_eq!(Share::default().value(), None);
        assert_eq!(Share::default().interval(), None);
        assert_eq!(Quality::default().f1(), None);
    }

    #[test]
    fn more_hits_than_there_are_count_as_all() {
        assert_eq!(Share::new(9, 4), Share { hits: 4, of: 4 });
    }
}

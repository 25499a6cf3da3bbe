//! Decimal numbers as CSS writes them, with the unit behind them.

/// Powers of ten that are exact.
const TENS: [f32; 7] = [1.0, 10.0, 100.0, 1_000.0, 10_000.0, 100_000.0, 1_000_000.0];

/// A number of at most six digits with what follows it: both its digits and the power of ten are
/// exact, so that their quotient is the nearest number, as the slow way has it. `None` for others.
pub(super) fn short_number(value: &str) -> Option<(f32, &str)> {
    let bytes = value.as_bytes();
    let is_signed = matches!(bytes.first(), Some(b'-' | b'+'));
    let (mut at, mut digits, mut number, mut point) = (usize::from(is_signed), 0, 0_u32, None);
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'0'..=b'9' if digits < TENS.len() - 1 => {
                number = number * 10 + u32::from(byte - b'0');
                digits += 1;
            }
            b'.' if point.is_none() => point = Some(digits),
            b'0'..=b'9' | b'.' => return None,
            b'e' | b'E' => {
                let next = bytes.get(at + 1)?;
                if next.is_ascii_digit() || matches!(next, b'-' | b'+') {
                    return None;
                }
                break;
            }
            _ => break,
        }
        at += 1;
    }
    if digits == 0 {
        return None;
    }
    let number = number as f32 / TENS[point.map_or(0, |point| digits - point)];
    let is_negative = bytes[0] == b'-';
    Some((if is_negative { -number } else { number }, &value[at..]))
}

/// A number with its unit (`"12px"` → 12, `px`).
pub(super) fn split_unit(value: &str) -> Option<(f32, &str)> {
    if let Some(found) = short_number(value) {
        return Some(found);
    }
    let bytes = value.as_bytes();
    let mut end = 0;
    while end < bytes.len() {
        let c = bytes[end];
        let sign_of_exponent = end > 0 && matches!(bytes[end - 1], b'e' | b'E');
        let exponent = matches!(c, b'e' | b'E')
            && bytes
                .get(end + 1)
                .is_some_and(|next| next.is_ascii_digit() || matches!(next, b'-' | b'+'));
        if c.is_ascii_digit()
            || c == b'.'
            || exponent
            || (matches!(c, b'-' | b'+') && (end == 0 || sign_of_exponent))
        {
            end += 1;
        } else {
            break;
        }
    }
    let number: f32 = value[..end].parse().ok()?;
    number.is_finite().then_some((number, &value[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_numbers_are_read_as_all_others() {
        for text in [
            "0", "-0", "12", "+3", "0.1", ".7", "5.", "-9999", "123456", "1.23456", "-.000001",
        ] {
            let (number, rest) = short_number(text).unwrap();
            let slow: f32 = text.parse().unwrap();
            assert_eq!((number.to_bits(), rest), (slow.to_bits(), ""), "{text}");
        }
        assert_eq!(short_number("1.5em"), Some((1.5, "em")));
        for text in ["", ".", "-", "px", "1e3", "1.2.3", "1234567"] {
            assert_eq!(short_number(text), None, "{text}");
        }
    }
}

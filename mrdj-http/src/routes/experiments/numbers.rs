//! Numbers as people read them.

use mrdj_core::experiments::analysis::Interval;
use mrdj_core::messages::Language;

/// What is measured of a visitor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    /// A part of them.
    Part,
    /// Euro cents.
    Cents,
    /// How much more or less than something else, as a part of it.
    Change,
}

impl Unit {
    /// A number of this unit, as fine as it has to be.
    pub(super) fn tell(self, number: f64, language: Language) -> String {
        match self {
            Self::Part => percent(number, language),
            Self::Cents => euro(number, language),
            Self::Change => signed(number, language),
        }
    }

    /// The same beside others that are `step` apart.
    pub(super) fn mark(self, number: f64, step: f64, language: Language) -> String {
        let number = if number.abs() < step / 2.0 { 0.0 } else { number };
        let sign = if self == Self::Change && number > 0.0 { "+" } else { "" };
        match self {
            Self::Part | Self::Change => {
                let decimals = decimals_of(step * 100.0);
                format!("{sign}{}\u{a0}%", decimal(number * 100.0, decimals, language))
            }
            Self::Cents => format!("€\u{a0}{}", decimal(number / 100.0, decimals_of(step / 100.0).min(2), language)),
        }
    }

    /// A range of this unit: "1,6 % – 2,8 %", with a word for an end that nothing bounds.
    pub(super) fn range(self, range: &Interval, language: Language) -> String {
        let tell = |end: f64| self.tell(end, language);
        match (range.low.map(tell), range.high.map(tell), language) {
            (Some(low), Some(high), _) => format!("{low}\u{a0}– {high}"),
            (Some(low), None, Language::Nl) => format!("{low} of meer"),
            (Some(low), None, Language::En) => format!("{low} or more"),
            (None, Some(high), Language::Nl) => format!("{high} of minder"),
            (None, Some(high), Language::En) => format!("{high} or less"),
            (None, None, Language::Nl) => "nog onbekend".to_owned(),
            (None, None, Language::En) => "not known yet".to_owned(),
        }
    }
}

/// How many decimals it takes to tell numbers apart that are `step` apart.
fn decimals_of(step: f64) -> usize {
    if step >= 0.999 { 0 } else { (-(step * 1.001).log10().floor()).clamp(0.0, 4.0) as usize }
}

/// A part as a percentage: whole from ten on, with one decimal from one on, with two below.
pub(super) fn percent(part: f64, language: Language) -> String {
    let hundredths = part * 100.0;
    let decimals = match hundredths.abs() {
        size if size >= 9.95 || size == 0.0 => 0,
        size if size >= 0.995 => 1,
        _ => 2,
    };
    format!("{}\u{a0}%", decimal(hundredths, decimals, language))
}

fn signed(part: f64, language: Language) -> String {
    let sign = if part > 0.0 { "+" } else { "" };
    format!("{sign}{}\u{a0}%", decimal(part * 100.0, 0, language))
}

/// A chance, which is never told to be certain.
pub(super) fn chance(chance: f64, language: Language) -> String {
    if chance > 0.995 {
        "> 99\u{a0}%".to_owned()
    } else if chance < 0.005 {
        "< 1\u{a0}%".to_owned()
    } else {
        format!("{}\u{a0}%", decimal(chance * 100.0, 0, language))
    }
}

/// Euro, with cents below a hundred.
fn euro(cents: f64, language: Language) -> String {
    let euro = cents / 100.0;
    format!("€\u{a0}{}", decimal(euro, if euro.abs() < 100.0 { 2 } else { 0 }, language))
}

/// A whole number.
pub(super) fn count(number: u64, language: Language) -> String {
    let (digits, sign) = (number.to_string(), if language == Language::Nl { '.' } else { ',' });
    grouped(&digits, sign)
}

/// A number with so many decimals.
pub(super) fn decimal(number: f64, decimals: usize, language: Language) -> String {
    let text = format!("{:.decimals$}", number.abs());
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    let (group, point) = if language == Language::Nl { ('.', ',') } else { (',', '.') };
    let is_nothing = text.bytes().all(|byte| matches!(byte, b'0' | b'.'));
    let minus = if number < 0.0 && !is_nothing { "−" } else { "" };
    let whole = grouped(whole, group);
    if part.is_empty() { format!("{minus}{whole}") } else { format!("{minus}{whole}{point}{part}") }
}

fn grouped(digits: &str, sign: char) -> String {
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(sign);
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> String {
        text.replace('\u{a0}', " ")
    }

    #[test]
    fn numbers_are_written_as_each_language_does() {
        let (nl, en) = (Language::Nl, Language::En);
        assert_eq!([count(1_234_567, nl), count(1_234, en), count(12, nl)], ["1.234.567", "1,234", "12"]);
        let told = [0.0213, 0.0021, 0.5, 0.0, -0.034].map(|part| plain(&percent(part, nl)));
        assert_eq!(told, ["2,1 %", "0,21 %", "50 %", "0 %", "−3,4 %"]);
        assert_eq!([412.0, 1_234_500.0].map(|cents| plain(&euro(cents, nl))), ["€ 4,12", "€ 12.345"]);
        assert_eq!([0.12, -0.3, 0.0].map(|part| plain(&Unit::Change.tell(part, en))), ["+12 %", "−30 %", "0 %"]);
        assert_eq!([0.999, 0.42, 0.001].map(|part| plain(&chance(part, en))), ["> 99 %", "42 %", "< 1 %"]);
    }

    #[test]
    fn marks_are_as_fine_as_what_lies_between_them() {
        let part = |number, step| plain(&Unit::Part.mark(number, step, Language::Nl));
        assert_eq!([part(0.01, 0.01), part(0.005, 0.005), part(0.0, 0.02)], ["1 %", "0,5 %", "0 %"]);
        assert_eq!(plain(&Unit::Change.mark(0.5, 0.5, Language::Nl)), "+50 %");
        assert_eq!(plain(&Unit::Cents.mark(250.0, 50.0, Language::En)), "€ 2.5");
    }

    #[test]
    fn an_end_that_nothing_bounds_has_a_word() {
        let range = |low, high| plain(&Unit::Part.range(&Interval { low, high }, Language::Nl));
        assert_eq!(range(Some(0.016), Some(0.028)), "1,6 % – 2,8 %");
        assert_eq!(range(Some(0.016), None), "1,6 % of meer");
        assert_eq!(range(None, None), "nog onbekend");
    }
}

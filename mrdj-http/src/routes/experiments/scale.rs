//! Where the marks of an axis are.

use jiff::ToSpan;
use jiff::civil::Date;
use mrdj_core::messages::Language;

/// Round numbers from `low` to `high`, at most `most` steps apart, and the step between them.
pub(super) fn round_marks(low: f64, high: f64, most: u32) -> (Vec<f64>, f64) {
    let wide = (high - low).max(f64::MIN_POSITIVE) / f64::from(most.max(1));
    let power = 10_f64.powf(wide.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|one| one * power).find(|step| *step >= wide * 0.999_999);
    let step = step.unwrap_or(power * 10.0);
    let (from, to) = ((low / step - 1e-6).ceil() as i64, (high / step + 1e-6).floor() as i64);
    ((from..=to).map(|nr| nr as f64 * step).collect(), step)
}

/// Days from `first` to `last` with what stands below them, at most `most`.
pub(super) fn day_marks(first: Date, last: Date, most: i32, language: Language) -> Vec<(Date, String)> {
    let days = days_between(first, last);
    if days <= 70 {
        let step = [1, 2, 3, 7, 14, 21, 28].into_iter().find(|step| days / step < most).unwrap_or(35);
        let marks = (0..=days / step).map(|nr| first.saturating_add((nr * step).days()));
        return marks.map(|day| (day, day_and_month(day, language))).collect();
    }
    let step = [1, 2, 3, 6, 12, 24, 60].into_iter().find(|step| days / (step * 30) < most).unwrap_or(120);
    let begins = first.first_of_month();
    let begins = if begins < first { begins.saturating_add(1.month()) } else { begins };
    let marks = (0..most).map(|nr| begins.saturating_add((nr * step).months())).take_while(|day| *day <= last);
    marks.enumerate().map(|(nr, day)| (day, month(day, nr == 0 || day.month() <= step as i8, language))).collect()
}

/// How many days lie between two.
pub(super) fn days_between(first: Date, last: Date) -> i32 {
    first.until(last).map_or(0, |span| span.get_days())
}

const NL: [&str; 12] = ["jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"];
const EN: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

fn name_of_month(day: Date, language: Language) -> &'static str {
    let names = if language == Language::Nl { NL } else { EN };
    names[usize::from(day.month().unsigned_abs()) - 1]
}

/// A day as it stands on an axis: "3 mrt".
pub(super) fn day_and_month(day: Date, language: Language) -> String {
    format!("{} {}", day.day(), name_of_month(day, language))
}

/// A month, with its year where a year begins.
fn month(day: Date, with_year: bool, language: Language) -> String {
    let name = name_of_month(day, language);
    if with_year { format!("{name} {}", day.year()) } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn marks_are_round_and_few() {
        assert_eq!(round_marks(0.0, 0.034, 4).0, [0.0, 0.01, 0.02, 0.03]);
        let (marks, step) = round_marks(-0.37, 0.8, 4);
        assert_eq!((marks.len(), marks[0], step), (2, 0.0, 0.5));
        assert_eq!(round_marks(0.0, 1.0, 4).0.len(), 3);
        for (low, high) in [(0.0, 1e-6), (-1.0, 3.0), (0.0, 123_456.0), (0.0, 0.0)] {
            let (marks, _) = round_marks(low, high, 4);
            assert!(marks.len() <= 5 && marks.iter().all(|mark| mark.is_finite()), "{low} {high} {marks:?}");
        }
    }

    #[test]
    fn days_are_named_as_finely_as_they_fit() {
        let texts = |first, last| -> Vec<_> {
            day_marks(first, last, 4, Language::Nl).into_iter().map(|(_, text)| text).collect()
        };
        let first = date(2026, 12, 1);
        assert_eq!(texts(first, first), ["1 dec"]);
        assert_eq!(texts(first, date(2026, 12, 10)), ["1 dec", "4 dec", "7 dec", "10 dec"]);
        assert_eq!(texts(first, date(2027, 8, 31)), ["dec 2026", "mrt 2027", "jun"]);
        assert_eq!(texts(date(2026, 12, 15), date(2027, 3, 20)), ["jan 2027", "feb", "mrt"]);
        for days in [0, 1, 5, 69, 70, 71, 100, 365, 3_000, 30_000] {
            let marks = day_marks(first, first.saturating_add(days.days()), 4, Language::En);
            assert!((1..=4).contains(&marks.len()), "{days} {marks:?}");
        }
    }
}

//! Percentages and spans of time as people say them.

use super::{Interval, Wait};
use crate::messages::Language;

/// A part as a percentage: whole from ten on, with one decimal below, never 0 of what is more than that.
pub(super) fn percent(part: f64, language: Language) -> String {
    let hundredths = part * 100.0;
    if hundredths >= 9.95 || hundredths <= 0.0 {
        return format!("{hundredths:.0} %");
    }
    let text = format!("{:.1}", hundredths.max(0.1));
    let text = text.trim_end_matches(".0");
    match language {
        Language::Nl => format!("{} %", text.replace('.', ",")),
        Language::En => format!("{text} %"),
    }
}

/// A range that lies on one side of 0: "12 % to 95 % more".
pub(super) fn range(uplift: &Interval, language: Language) -> String {
    let (to, at_least, more, less) = match language {
        Language::En => ("to", "at least", "more", "less"),
        Language::Nl => ("tot", "minstens", "meer", "minder"),
    };
    let (near, far, word) = if uplift.is_below(0.0) {
        (uplift.high.map(|end| -end), uplift.low.map(|end| -end), less)
    } else {
        (uplift.low, uplift.high, more)
    };
    let near = percent(near.unwrap_or(0.0), language);
    match far.map(|far| percent(far, language)) {
        Some(far) => format!("{near} {to} {far} {word}"),
        None => format!("{at_least} {near} {word}"),
    }
}

/// How much longer, in the unit that people would use: "about nine more months"; `None` where nothing tells.
pub(super) fn span(wait: Wait, language: Language) -> Option<String> {
    let days = match wait {
        Wait::Unknown => return None,
        Wait::None => 0,
        Wait::Days(days) => days,
    };
    let (count, unit) = match days {
        0..14 => (days.max(1), 0),
        14..70 => (round(days, 7.0), 1),
        70..730 => (round(days, 30.44), 2),
        _ => (round(days, 365.25), 3),
    };
    if count > 10 && unit == 3 {
        return Some(match language {
            Language::En => "more than ten more years, so that only a bolder change is worth testing".to_owned(),
            Language::Nl => "nog meer dan tien jaar, zodat alleen een grotere wijziging het testen waard is".to_owned(),
        });
    }
    let number = number(count, language);
    let one = usize::from(count != 1);
    Some(match language {
        Language::En => {
            let unit = [["day", "days"], ["week", "weeks"], ["month", "months"], ["year", "years"]][unit][one];
            format!("about {number} more {unit}")
        }
        Language::Nl => {
            let unit = [["dag", "dagen"], ["week", "weken"], ["maand", "maanden"], ["jaar", "jaar"]][unit][one];
            format!("nog ongeveer {number} {unit}")
        }
    })
}

fn round(days: u32, unit: f64) -> u32 {
    (f64::from(days) / unit).round() as u32
}

fn number(count: u32, language: Language) -> String {
    let words = match language {
        Language::En => "one two three four five six seven eight nine ten eleven twelve",
        Language::Nl => "één twee drie vier vijf zes zeven acht negen tien elf twaalf",
    };
    let place = (count as usize).wrapping_sub(1);
    words.split(' ').nth(place).map_or_else(|| count.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_said_in_their_own_unit() {
        let both =
            |days| [Language::En, Language::Nl].map(|language| span(Wait::Days(days), language).expect("a span"));
        assert_eq!(both(1), ["about one more day", "nog ongeveer één dag"]);
        assert_eq!(both(20), ["about three more weeks", "nog ongeveer drie weken"]);
        assert_eq!(both(274), ["about nine more months", "nog ongeveer negen maanden"]);
        assert_eq!(both(600), ["about 20 more months", "nog ongeveer 20 maanden"]);
        assert_eq!(both(1100), ["about three more years", "nog ongeveer drie jaar"]);
        assert!(both(36_525)[0].starts_with("more than ten"));
        assert_eq!(span(Wait::Unknown, Language::En), None);
    }

    #[test]
    fn percentages_are_as_fine_as_they_have_to_be() {
        let nl = |part| percent(part, Language::Nl);
        assert_eq!([nl(0.123), nl(0.034), nl(0.03), nl(0.000_01), nl(0.0)], ["12 %", "3,4 %", "3 %", "0,1 %", "0 %"]);
        assert_eq!(range(&Interval::new(0.12, 0.95), Language::En), "12 % to 95 % more");
        assert_eq!(range(&Interval::new(-0.4, -0.05), Language::Nl), "5 % tot 40 % minder");
        assert_eq!(range(&Interval::new(0.12, f64::INFINITY), Language::En), "at least 12 % more");
    }
}

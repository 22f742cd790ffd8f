//! A line of cron: five fields that say on which days, and at which times of day, something is due.

use jiff::civil::Date;

/// The five fields of a line, each as the set of its numbers; `None` is a day or weekday left open with `*`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cron {
    pub(super) minutes: Numbers,
    pub(super) hours: Numbers,
    days: Option<Numbers>,
    months: Numbers,
    weekdays: Option<Numbers>,
}

/// What is wrong with which field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct InvalidField {
    pub(super) field: &'static str,
    pub(super) reason: String,
}

/// Numbers from 0 to 63.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Numbers(u64);

impl Numbers {
    fn with(self, number: u8) -> Self {
        Self(self.0 | 1 << number)
    }

    fn without(self, number: u8) -> Self {
        Self(self.0 & !(1 << number))
    }

    fn has(self, number: i8) -> bool {
        self.iter().any(|one| one == number)
    }

    /// Smallest first.
    pub(super) fn iter(self) -> impl Iterator<Item = i8> {
        (0..64).filter(move |number| self.0 >> number & 1 == 1)
    }
}

/// What a field may hold.
struct Field {
    name: &'static str,
    min: u8,
    max: u8,
    /// Names of the numbers from `min` on.
    words: &'static [&'static str],
}

const MINUTE: Field = Field { name: "minute", min: 0, max: 59, words: &[] };
const HOUR: Field = Field { name: "hour", min: 0, max: 23, words: &[] };
const DAY: Field = Field { name: "day of month", min: 1, max: 31, words: &[] };
const MONTH: Field = Field {
    name: "month",
    min: 1,
    max: 12,
    words: &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
};
/// 0 and 7 are both Sunday.
const WEEKDAY: Field =
    Field { name: "day of week", min: 0, max: 7, words: &["sun", "mon", "tue", "wed", "thu", "fri", "sat"] };

/// The most days that each month ever has.
const LONGEST: [i8; 12] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

impl Cron {
    /// Reads `minute hour day-of-month month day-of-week`: numbers or names, `*`, lists, ranges, and steps over either.
    pub(super) fn parse(line: &str) -> Result<Self, InvalidField> {
        let fields: Vec<_> = line.split_ascii_whitespace().collect();
        let [minute, hour, day, month, weekday] = fields[..] else {
            let reason = format!("{line:?} has {} fields instead of five", fields.len());
            return Err(InvalidField { field: "line", reason });
        };
        let cron = Self {
            minutes: MINUTE.read(minute)?,
            hours: HOUR.read(hour)?,
            days: DAY.read_unless_open(day)?,
            months: MONTH.read(month)?,
            weekdays: WEEKDAY
                .read_unless_open(weekday)?
                .map(|set| if set.has(7) { set.without(7).with(0) } else { set }),
        };
        if cron.ever_comes() { Ok(cron) } else { Err(DAY.refuse(day, "comes in none of its months")) }
    }

    fn ever_comes(&self) -> bool {
        let Some(days) = self.days.filter(|_| self.weekdays.is_none()) else { return true };
        let first = days.iter().next().unwrap_or_default();
        self.months.iter().any(|month| first <= LONGEST[month.unsigned_abs() as usize - 1])
    }

    /// Whether something is due on `date`. A line that names both days and weekdays means either, as POSIX has it.
    pub(super) fn falls_on(&self, date: Date) -> bool {
        let day = self.days.map(|days| days.has(date.day()));
        let weekday = self.weekdays.map(|days| days.has(date.weekday().to_sunday_zero_offset()));
        self.months.has(date.month()) && day.or(weekday).is_none_or(|_| day == Some(true) || weekday == Some(true))
    }

    /// Whether it is due in every hour, so that it follows the hours that pass rather than the clock on the wall.
    pub(super) fn is_due_every_hour(&self) -> bool {
        self.hours.iter().count() == 24
    }
}

impl Field {
    fn refuse(&self, text: &str, why: &str) -> InvalidField {
        InvalidField { field: self.name, reason: format!("{text:?} {why}") }
    }

    fn read_unless_open(&self, text: &str) -> Result<Option<Numbers>, InvalidField> {
        if text == "*" { Ok(None) } else { self.read(text).map(Some) }
    }

    fn read(&self, text: &str) -> Result<Numbers, InvalidField> {
        text.split(',').try_fold(Numbers::default(), |set, part| {
            let (from, to, step) = self.stretch(part)?;
            Ok((from..=to).step_by(step.into()).fold(set, Numbers::with))
        })
    }

    /// One part of a list: from where, to where, in which steps.
    fn stretch(&self, part: &str) -> Result<(u8, u8, u8), InvalidField> {
        let (range, step) = part.split_once('/').map_or((part, None), |(range, step)| (range, Some(step)));
        let (from, to) = match range.split_once('-') {
            Some((from, to)) => (self.number(from)?, self.number(to)?),
            None if range == "*" => (self.min, self.max),
            None if step.is_some() => {
                return Err(self.refuse(part, "steps over no range; write it like 0-30/10 or */10"));
            }
            None => (self.number(range)?, self.number(range)?),
        };
        if from > to {
            return Err(self.refuse(part, "ends before it begins"));
        }
        let step = step.map_or(Some(1), |step| step.parse().ok().filter(|step| (1..=self.max).contains(step)));
        let step = step.ok_or_else(|| self.refuse(part, &format!("has no step from 1 to {}", self.max)))?;
        Ok((from, to, step))
    }

    fn number(&self, text: &str) -> Result<u8, InvalidField> {
        let named = self.words.iter().zip(self.min..).find(|(word, _)| word.eq_ignore_ascii_case(text));
        // A sign or a blank would parse, too.
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        let number = named.map(|(_, number)| number).or_else(|| text.parse().ok().filter(|_| digits));
        let sound = number.filter(|number| (self.min..=self.max).contains(number));
        sound.ok_or_else(|| {
            let names = self.words.first().map_or(String::new(), |word| format!(" or a name like {word}"));
            self.refuse(text, &format!("is not a number from {} to {}{names}", self.min, self.max))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_named_with_its_field() {
        let table = [
            ("", "line: \"\" has 0 fields instead of five"),
            ("0 2 * * * *", "line: \"0 2 * * * *\" has 6 fields instead of five"),
            ("@daily", "line: \"@daily\" has 1 fields instead of five"),
            ("60 2 * * *", "minute: \"60\" is not a number from 0 to 59"),
            ("-1 2 * * *", "minute: \"\" is not a number from 0 to 59"),
            ("+1 2 * * *", "minute: \"+1\" is not a number from 0 to 59"),
            ("0 24 * * *", "hour: \"24\" is not a number from 0 to 23"),
            ("0 2,,3 * * *", "hour: \"\" is not a number from 0 to 23"),
            ("0 5-2 * * *", "hour: \"5-2\" ends before it begins"),
            ("0 */0 * * *", "hour: \"*/0\" has no step from 1 to 23"),
            ("0 */x * * *", "hour: \"*/x\" has no step from 1 to 23"),
            ("0 2/3 * * *", "hour: \"2/3\" steps over no range; write it like 0-30/10 or */10"),
            ("0 2 0 * *", "day of month: \"0\" is not a number from 1 to 31"),
            ("0 2 L * *", "day of month: \"L\" is not a number from 1 to 31"),
            ("0 2 31 2,4,6 *", "day of month: \"31\" comes in none of its months"),
            ("0 2 * 13 *", "month: \"13\" is not a number from 1 to 12 or a name like jan"),
            ("0 2 * * 8", "day of week: \"8\" is not a number from 0 to 7 or a name like sun"),
            ("0 2 * * maandag", "day of week: \"maandag\" is not a number from 0 to 7 or a name like sun"),
        ];
        for (line, expected) in table {
            let InvalidField { field, reason } = Cron::parse(line).expect_err(line);
            assert_eq!(format!("{field}: {reason}"), expected);
        }
    }

    #[test]
    fn lists_ranges_steps_and_names_are_sets_of_numbers() {
        let numbers = |set: Numbers| set.iter().collect::<Vec<_>>();
        let cron = Cron::parse("0,30-50/10,7 */6 1-3,31 JAN-mar,dec fri-7").expect("a line");
        assert_eq!(numbers(cron.minutes), [0, 7, 30, 40, 50]);
        assert_eq!(numbers(cron.hours), [0, 6, 12, 18]);
        assert_eq!(numbers(cron.days.expect("named")), [1, 2, 3, 31]);
        assert_eq!(numbers(cron.months), [1, 2, 3, 12]);
        assert_eq!(numbers(cron.weekdays.expect("named")), [0, 5, 6]);
        assert_eq!(Cron::parse("0 0 29 2 *").map(|cron| cron.is_due_every_hour()), Ok(false));
        assert_eq!(Cron::parse("0 0-23 * * *").map(|cron| cron.is_due_every_hour()), Ok(true));
    }
}

//! What a booking form says, once it is parsed.

use jiff::Timestamp;

use super::{Booking, BookingForm, Client, Event, LooseTruth};
use crate::contacts::{ContactKey, EmailAddress, PersonName};
use crate::leads::{Enquiry, EventType, Fault, FaultCode, Faults, Scales, field, line_fault, name_fault, noted};
use crate::messages::Language;

/// What a booking form says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// Who books.
    pub client: Client,
    /// What finds them again.
    pub contact: ContactKey,
    /// What is to be booked.
    pub event: Event,
    /// Whether to stand in line where the evening is held for somebody else.
    pub wait_behind: bool,
}

impl Wish {
    /// The same wish of the same client among what is open.
    pub(super) fn among<'b>(&self, open: &'b [Booking]) -> Option<&'b Booking> {
        open.iter().find(|known| known.event == self.event && known.client == self.client)
    }

    /// Parses `form` at `now`, or tells everything that is wrong with it; `is_package` knows the packages.
    pub fn parse(
        form: &BookingForm,
        now: Timestamp,
        scales: Scales<'_>,
        is_package: impl Fn(&str) -> bool,
    ) -> Result<Self, Faults> {
        let mut faults = Vec::new();
        let name = field(&mut faults, "name", &form.name, true, |text| PersonName::parse(text).map_err(name_fault));
        let email = field(&mut faults, "email", &form.email, true, |text| {
            EmailAddress::parse(text).map_err(|_| FaultCode::NotEmail)
        });
        let phone = field(&mut faults, "phone", &form.phone, true, |text| {
            scales.phones.normalize(text).map_err(|_| FaultCode::NotPhone)
        });
        let kind = field(&mut faults, "eventType", &form.event_type, true, |text| {
            EventType::parse(text).map_err(|fault| line_fault(fault.0))
        });
        let time = noted(&mut faults, form.time(now, scales.zone).map(Some));
        let place = noted(&mut faults, form.place());
        let package = noted(&mut faults, form.package(is_package));
        let message = noted(&mut faults, form.message());
        if form.wait_behind == LooseTruth::NotTruth {
            faults.push(Fault { field: "waitBehind", code: FaultCode::NotTruth });
        }
        let (Some(name), Some(email), Some(phone), Some(kind), Some(time), true) =
            (name, email, phone, kind, time, faults.is_empty())
        else {
            return Err(Faults(faults));
        };
        let contact = ContactKey::of(Some(&email), Some(&phone)).expect("it has a mailbox");
        let language = form.language.filled().map_or(scales.language, Language::prefer);
        Ok(Self {
            client: Client { name, email, phone, language },
            contact,
            event: Event { kind, time, place, package, message },
            wait_behind: form.wait_behind == LooseTruth::Is(true),
        })
    }

    /// The same as an enquiry, to be judged like one.
    pub(super) fn enquiry(&self) -> Enquiry {
        let (client, event) = (self.client.clone(), self.event.clone());
        Enquiry {
            name: client.name,
            email: Some(client.email),
            phone: Some(client.phone),
            event_type: Some(event.kind),
            event_date: Some(event.time.day()),
            package: event.package,
            message: event.message,
            language: client.language,
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use jiff::civil::date;
    use jiff::tz::TimeZone;

    use super::*;
    use crate::bookings::EventTime;
    use crate::contacts::AsDialled;

    fn parse(json: &str) -> Result<Wish, Vec<(&'static str, FaultCode)>> {
        let form: BookingForm = serde_json::from_str(json).expect("a form");
        let zone = TimeZone::get("Europe/Amsterdam").expect("a zone of the list");
        let scales = Scales { phones: &AsDialled, zone: &zone, language: Language::Nl };
        let now: Timestamp = "2024-06-01T12:00:00Z".parse().expect("a moment");
        let wish = Wish::parse(&form, now, scales, |package| package == "silver");
        wish.map_err(|faults| faults.0.into_iter().map(|fault| (fault.field, fault.code)).collect())
    }

    fn with(fields: &str) -> Result<EventTime, Vec<(&'static str, FaultCode)>> {
        let who = r#""name":"Jan","email":"jan@example.com","phone":"0612345678","eventType":"Feest""#;
        parse(&format!("{{{who},{fields}}}")).map(|wish| wish.event.time)
    }

    fn start_and_end(fields: &str) -> (String, String) {
        let time = with(fields).expect("a time");
        let span = time.hours().expect("hours").span();
        (span.start.to_string(), span.end.to_string())
    }

    #[test]
    fn a_day_is_that_day() {
        assert_eq!(with(r#""eventDate":"2025-12-31""#), Ok(EventTime::Day(date(2025, 12, 31))));
        assert_eq!(with(r#""eventDate":{"date":"31-12-2025"}"#), Ok(EventTime::Day(date(2025, 12, 31))));
        assert_eq!(with(r#""eventDate":"2025-12-30T23:00:00.000Z""#), Ok(EventTime::Day(date(2025, 12, 31))));
    }

    #[test]
    fn hours_are_read_on_the_clocks_of_the_business() {
        let naive = r#""eventDate":{"start":"2024-07-10T18:00","end":"2024-07-10T23:00"}"#;
        assert_eq!(start_and_end(naive).0, "2024-07-10T16:00:00Z");
        let overnight =
            r#""eventDate":{"from":"2024-08-15T20:00","until":"2024-08-16T02:00","timeZone":"Europe/Amsterdam"}"#;
        assert_eq!(start_and_end(overnight).1, "2024-08-16T00:00:00Z");
        let spoken = r#""eventDate":"2024-08-15","startTime":"20:00","endTime":"02:00""#;
        assert_eq!(start_and_end(spoken), ("2024-08-15T18:00:00Z".to_owned(), "2024-08-16T00:00:00Z".to_owned()));
        let in_one = r#""eventDate":"2024-08-15","hours":"20:00 - 02:00""#;
        assert_eq!(start_and_end(in_one), start_and_end(spoken));
        let elsewhere = r#""eventDate":"2024-08-15","startTime":"20.00","endTime":"23:30","timeZone":"Europe/London""#;
        assert_eq!(start_and_end(elsewhere).0, "2024-08-15T19:00:00Z");
    }

    #[test]
    fn every_fault_is_named() {
        let all =
            parse(r#"{"name":"","email":"x","phone":"x","eventType":3,"eventDate":7,"packageId":"x","message":[]}"#);
        let expected = [
            ("name", FaultCode::Missing),
            ("email", FaultCode::NotEmail),
            ("phone", FaultCode::NotPhone),
            ("eventType", FaultCode::NotText),
            ("eventDate", FaultCode::NotText),
            ("packageId", FaultCode::Unknown),
            ("message", FaultCode::NotText),
        ];
        assert_eq!(all, Err(expected.to_vec()));
        let cases = [
            (r#""eventDate":null"#, "eventDate", FaultCode::Missing),
            (r#""eventDate":"2025-02-31""#, "eventDate", FaultCode::NotDate),
            (r#""eventDate":"2024-05-31""#, "eventDate", FaultCode::InThePast),
            (r#""eventDate":"2025-02-28","startTime":"20:00""#, "endTime", FaultCode::Missing),
            (r#""eventDate":"2025-02-28","hours":"20:00""#, "hours", FaultCode::NotTime),
            (r#""eventDate":"2025-02-28","hours":["20:00"]"#, "hours", FaultCode::NotText),
            (r#""eventDate":"2025-02-28","startTime":"25:00","endTime":"02:00""#, "startTime", FaultCode::NotTime),
            (
                r#""eventDate":"2025-02-28","startTime":"20:00","endTime":"23:00","timeZone":"Mars""#,
                "timeZone",
                FaultCode::NotTime,
            ),
            (r#""eventDate":{"start":"2025-02-28T20:00","end":"2025-02-28T19:00"}"#, "eventDate", FaultCode::NotHours),
            (r#""eventDate":{"start":"2025-02-28T20:00","end":"2025-03-08T19:00"}"#, "eventDate", FaultCode::NotHours),
            (r#""eventDate":{"start":[]}"#, "eventDate", FaultCode::NotText),
            // The clocks show half past two twice that night, and this is the second time.
            (
                r#""eventDate":{"start":"2024-10-27T00:00:00Z","end":"2024-10-27T01:30:00Z"}"#,
                "eventDate",
                FaultCode::NotDate,
            ),
        ];
        for (fields, name, code) in cases {
            assert_eq!(with(fields), Err(vec![(name, code)]), "{fields}");
        }
    }

    #[test]
    fn today_s_evening_can_still_be_booked() {
        let today = with(r#""eventDate":"2024-06-01""#).expect("today");
        assert_eq!(today.span(&TimeZone::UTC).length(), SignedDuration::from_hours(24));
    }
}

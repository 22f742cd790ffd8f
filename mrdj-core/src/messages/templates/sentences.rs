//! What a client reads about his booking, in both languages side by side.

use super::booking::Occasion;
use super::house::House;
use super::words::{self, pick};
use crate::bookings::{Booking, Party, ReminderKind, Stage};
use crate::messages::{BookingLetter, Language};

/// The sentences of one letter.
pub(super) struct Said {
    pub(super) subject: String,
    pub(super) lines: Vec<String>,
    /// Whether it may reach somebody in whose name a stranger booked.
    pub(super) stranger: bool,
}

impl Said {
    fn new(subject: impl Into<String>, lines: &[&str]) -> Self {
        Self { subject: subject.into(), lines: lines.iter().map(|line| (*line).to_owned()).collect(), stranger: false }
    }

    fn for_anybody(self) -> Self {
        Self { stranger: true, ..self }
    }
}

/// What the letter of `occasion` says about `booking`.
pub(super) fn of(house: &House, booking: &Booking, occasion: &Occasion) -> Said {
    let language = booking.client.language;
    let until = booking.stage.until().map(|until| words::moment(until, &house.zone, language)).unwrap_or_default();
    match occasion.letter {
        BookingLetter::Received => received(house, booking, &until).for_anybody(),
        BookingLetter::Promoted => promoted(language, &until).for_anybody(),
        BookingLetter::Expired => expired(language).for_anybody(),
        BookingLetter::Challenged => challenged(language, &until),
        BookingLetter::Offered => offered(language, &until),
        BookingLetter::FollowUp => follow_up(language, &until),
        BookingLetter::Changed => changed(language, occasion.with_file),
        BookingLetter::Cancelled => cancelled(booking, occasion.with_file),
        BookingLetter::Reminder(kind) => reminder(kind, language),
        // What the business reads is written elsewhere.
        BookingLetter::Agreed
        | BookingLetter::Notice
        | BookingLetter::LatePayment
        | BookingLetter::Accepted
        | BookingLetter::Altered
        | BookingLetter::Withdrawn => agreed(language, occasion.with_file),
    }
}

/// For who did not book anything.
pub(super) const fn not_you(language: Language) -> &'static str {
    pick(
        language,
        "Heb je niets geboekt? Dan heeft iemand anders dit adres ingevuld. Je hoeft niets te doen.",
        "Did you not book anything? Then somebody else entered this address. You need not do anything.",
    )
}

fn received(house: &House, booking: &Booking, until: &str) -> Said {
    let (name, waits) = (&house.name, booking.stage == Stage::Waiting);
    match (booking.client.language, waits) {
        (Language::Nl, false) => Said::new(
            format!("Je boeking bij {name}"),
            &[
                &format!("Bedankt voor je boeking bij {name}. We houden deze avond voor je vast tot {until}."),
                "Wat er nu gebeurt: we kijken ernaar en doen je een voorstel. Je hoeft zelf niets te doen.",
            ],
        ),
        (Language::En, false) => Said::new(
            format!("Your booking at {name}"),
            &[
                &format!("Thank you for your booking at {name}. We keep this evening for you until {until}."),
                "What happens next: we look at it and make you an offer. There is nothing you need to do.",
            ],
        ),
        (Language::Nl, true) => Said::new(
            format!("Je staat in de rij bij {name}"),
            &[
                &format!(
                    "Bedankt voor je boeking bij {name}. Deze avond wordt nu voor iemand anders vastgehouden, en jij staat in de rij."
                ),
                "Komt de avond vrij, dan houden we hem voor je vast en hoor je het meteen.",
            ],
        ),
        (Language::En, true) => Said::new(
            format!("You are in line at {name}"),
            &[
                &format!(
                    "Thank you for your booking at {name}. This evening is being kept for somebody else, and you stand in line."
                ),
                "If the evening becomes free, we keep it for you and let you know at once.",
            ],
        ),
    }
}

fn promoted(language: Language, until: &str) -> Said {
    match language {
        Language::Nl => Said::new(
            "De avond is vrijgekomen",
            &[&format!("Goed nieuws: de avond die je wilde is vrijgekomen. We houden hem voor je vast tot {until}.")],
        ),
        Language::En => Said::new(
            "The evening has become free",
            &[&format!("Good news: the evening that you wanted has become free. We keep it for you until {until}.")],
        ),
    }
}

fn challenged(language: Language, until: &str) -> Said {
    match language {
        Language::Nl => Said::new(
            "Iemand anders wil deze avond ook",
            &[
                &format!(
                    "Iemand anders wil deze avond ook graag. Jij gaat voor: laat ons vóór {until} weten of je hem wilt."
                ),
                "Horen we niets, dan geven we de avond door.",
            ],
        ),
        Language::En => Said::new(
            "Somebody else wants this evening too",
            &[
                &format!(
                    "Somebody else wants this evening too. You come first: let us know before {until} whether you want it."
                ),
                "If we do not hear from you, we pass the evening on.",
            ],
        ),
    }
}

fn offered(language: Language, until: &str) -> Said {
    match language {
        Language::Nl => Said::new(
            "Ons voorstel voor je avond",
            &[
                &format!(
                    "We spelen graag voor je. Ons voorstel geldt tot {until}; zo lang houden we de avond voor je vast."
                ),
                "Laat ons weten of je akkoord bent.",
            ],
        ),
        Language::En => Said::new(
            "Our offer for your evening",
            &[
                &format!(
                    "We would love to play for you. Our offer stands until {until}; for so long we keep the evening for you."
                ),
                "Let us know whether you agree.",
            ],
        ),
    }
}

fn follow_up(language: Language, until: &str) -> Said {
    match language {
        Language::Nl => Said::new(
            "Heb je ons voorstel gezien?",
            &[&format!(
                "Onlangs deden we je een voorstel voor deze avond. Heb je nog vragen, of leggen we hem voor je vast? Het voorstel geldt tot {until}."
            )],
        ),
        Language::En => Said::new(
            "Have you seen our offer?",
            &[&format!(
                "Not long ago we made you an offer for this evening. Do you have any questions, or shall we put it down for you? The offer stands until {until}."
            )],
        ),
    }
}

fn agreed(language: Language, with_file: bool) -> Said {
    let file = pick(
        language,
        "Open de bijlage en de avond staat in je agenda.",
        "Open the attachment and the evening is in your calendar.",
    );
    let lines = match language {
        Language::Nl => "Het is afgesproken: we zijn erbij. We kijken ernaar uit!",
        Language::En => "It is agreed: we will be there. We look forward to it!",
    };
    let lines = if with_file { vec![lines, file] } else { vec![lines] };
    Said::new(pick(language, "Het is afgesproken", "It is agreed"), &lines)
}

fn changed(language: Language, with_file: bool) -> Said {
    let file = pick(
        language,
        "Open de bijlage en je agenda is weer bij.",
        "Open the attachment and your calendar is up to date again.",
    );
    let line = pick(
        language,
        "Je boeking is gewijzigd. Zo staat ze er nu voor:",
        "Your booking has changed. This is how it stands now:",
    );
    let lines = if with_file { vec![file, line] } else { vec![line] };
    Said::new(pick(language, "Je boeking is gewijzigd", "Your booking has changed"), &lines)
}

fn cancelled(booking: &Booking, with_file: bool) -> Said {
    let language = booking.client.language;
    let line = if booking.stage == (Stage::Cancelled { by: Party::Client }) {
        pick(
            language,
            "Je hebt deze boeking geannuleerd. Jammer, en bedankt dat je het liet weten.",
            "You have cancelled this booking. A pity, and thank you for letting us know.",
        )
    } else {
        pick(
            language,
            "Deze boeking is geannuleerd. Klopt dat niet, laat het ons dan meteen weten.",
            "This booking has been cancelled. If that is not right, let us know at once.",
        )
    };
    let file = pick(
        language,
        "Open de bijlage en de avond gaat uit je agenda.",
        "Open the attachment and the evening leaves your calendar.",
    );
    let lines = if with_file { vec![line, file] } else { vec![line] };
    Said::new(pick(language, "Je boeking is geannuleerd", "Your booking is cancelled"), &lines)
}

fn expired(language: Language) -> Said {
    match language {
        Language::Nl => Said::new(
            "We houden de avond niet meer vast",
            &[
                "De tijd om te beslissen is voorbij, en we houden deze avond niet meer voor je vast. Wil je hem nog? Vraag hem dan opnieuw aan.",
            ],
        ),
        Language::En => Said::new(
            "We keep the evening no longer",
            &[
                "The time to decide is over, and we no longer keep this evening for you. Do you still want it? Then ask for it again.",
            ],
        ),
    }
}

fn reminder(kind: ReminderKind, language: Language) -> Said {
    match (kind, language) {
        (ReminderKind::WeekBefore, Language::Nl) => Said::new(
            "Binnenkort is het zover",
            &["Binnenkort is het zover. Klopt dit allemaal nog? Laat het ons anders weten."],
        ),
        (ReminderKind::WeekBefore, Language::En) => {
            Said::new("It is nearly time", &["It is nearly time. Is all of this still right? If not, let us know."])
        }
        (ReminderKind::DayBefore, Language::Nl) => {
            Said::new("Morgen is het zover", &["Morgen is het zover. We hebben er zin in!"])
        }
        (ReminderKind::DayBefore, Language::En) => {
            Said::new("It is tomorrow", &["It is tomorrow. We look forward to it!"])
        }
        (ReminderKind::MorningOf, Language::Nl) => {
            Said::new("Vandaag is het zover", &["Vandaag is het zover. Tot straks!"])
        }
        (ReminderKind::MorningOf, Language::En) => Said::new("It is today", &["It is today. See you soon!"]),
    }
}

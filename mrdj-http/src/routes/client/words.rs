//! The words of the client's page, in both languages.

use mrdj_core::bookings::{InvalidFile, Stage};
use mrdj_core::messages::Language;

/// Every word of the page that is not the client's own.
pub(super) struct Words {
    pub(super) title: &'static str,
    pub(super) reference: &'static str,
    pub(super) kind: &'static str,
    pub(super) day: &'static str,
    pub(super) hours: &'static str,
    pub(super) place: &'static str,
    pub(super) package: &'static str,
    pub(super) message: &'static str,
    pub(super) no_package: &'static str,
    pub(super) change: &'static str,
    pub(super) start: &'static str,
    pub(super) end: &'static str,
    pub(super) save: &'static str,
    pub(super) agreed_stays: &'static str,
    pub(super) ask_day: &'static str,
    pub(super) agree: &'static str,
    pub(super) agree_why: &'static str,
    pub(super) calendar: &'static str,
    pub(super) files: &'static str,
    pub(super) no_files: &'static str,
    pub(super) file: &'static str,
    pub(super) file_hint: &'static str,
    pub(super) send: &'static str,
    pub(super) cancel: &'static str,
    pub(super) cancel_sure: &'static str,
    pub(super) cancel_do: &'static str,
    pub(super) wrong: &'static str,
    pub(super) closed: &'static str,
    pub(super) closed_why: &'static str,
}

const NL: Words = Words {
    title: "Jouw boeking",
    reference: "Kenmerk",
    kind: "Soort feest",
    day: "Dag",
    hours: "Tijd",
    place: "Locatie",
    package: "Pakket",
    message: "Wat we moeten weten",
    no_package: "Nog geen keuze",
    change: "Iets veranderen",
    start: "Van",
    end: "Tot",
    save: "Opslaan",
    agreed_stays: "Dag, tijd en pakket staan vast. Wil je die veranderen, bel of mail ons dan.",
    ask_day: "Wil je een andere dag of tijd, bel of mail ons dan.",
    agree: "Ik ga akkoord",
    agree_why: "Hiermee bevestig je de boeking.",
    calendar: "Zet in je agenda",
    files: "Bestanden",
    no_files: "Nog geen bestanden.",
    file: "Bestand",
    file_hint: "Contract, plattegrond of muzieklijst: PDF, foto of tekst van hoogstens 10 MB.",
    send: "Versturen",
    cancel: "Boeking annuleren",
    cancel_sure: "Ja, ik wil deze boeking annuleren",
    cancel_do: "Annuleren",
    wrong: "Dit klopt nog niet:",
    closed: "Deze link werkt niet",
    closed_why: "De link is verlopen of niet compleet. Open hem nog eens vanuit onze laatste mail, of bel ons.",
};

const EN: Words = Words {
    title: "Your booking",
    reference: "Reference",
    kind: "Kind of event",
    day: "Day",
    hours: "Time",
    place: "Location",
    package: "Package",
    message: "What we should know",
    no_package: "No choice yet",
    change: "Change something",
    start: "From",
    end: "Until",
    save: "Save",
    agreed_stays: "Day, time and package are settled. Call or mail us if you want to change them.",
    ask_day: "Call or mail us if you want another day or time.",
    agree: "I agree",
    agree_why: "With this you confirm the booking.",
    calendar: "Add to your calendar",
    files: "Files",
    no_files: "No files yet.",
    file: "File",
    file_hint: "Contract, floor plan or music list: PDF, picture or text of at most 10 MB.",
    send: "Send",
    cancel: "Cancel the booking",
    cancel_sure: "Yes, I want to cancel this booking",
    cancel_do: "Cancel it",
    wrong: "This is not right yet:",
    closed: "This link does not work",
    closed_why: "The link has run out or is not complete. Open it again from our latest mail, or call us.",
};

/// The words of `language`.
pub(super) const fn words(language: Language) -> &'static Words {
    match language {
        Language::Nl => &NL,
        Language::En => &EN,
    }
}

const fn pick(language: Language, nl: &'static str, en: &'static str) -> &'static str {
    match language {
        Language::Nl => nl,
        Language::En => en,
    }
}

/// How far the booking has come, in a sentence.
pub(super) const fn standing(stage: &Stage, language: Language) -> &'static str {
    let (nl, en) = match stage {
        Stage::Waiting => (
            "Je staat in de rij voor deze avond. Zodra hij vrijkomt, hoor je het.",
            "You stand in line for this evening. You will hear from us as soon as it is free.",
        ),
        Stage::Held { challenged: true, .. } | Stage::Offered { challenged: true, .. } => (
            "Iemand anders wil deze avond ook. Beslis voordat de tijd om is.",
            "Somebody else wants this evening, too. Decide before the time is over.",
        ),
        Stage::Held { .. } => ("We houden deze avond voor je vast.", "We are holding this evening for you."),
        Stage::Offered { .. } => ("Ons aanbod ligt voor je klaar.", "Our offer is ready for you."),
        Stage::Agreed => ("Deze avond is van jou. Tot dan!", "This evening is yours. See you then!"),
        Stage::Deposit => ("De aanbetaling is binnen. Tot dan!", "The deposit is in. See you then!"),
        Stage::Done => ("Het feest is geweest. Bedankt!", "The party is over. Thank you!"),
        Stage::Expired => ("De avond wordt niet meer vastgehouden.", "The evening is no longer held."),
        Stage::Cancelled { .. } => ("Deze boeking is geannuleerd.", "This booking is cancelled."),
    };
    pick(language, nl, en)
}

/// Until when, in front of the moment.
pub(super) const fn until(language: Language) -> &'static str {
    pick(language, "Tot", "Until")
}

/// What was done just now.
pub(super) fn done(what: &str, language: Language) -> Option<&'static str> {
    let (nl, en) = match what {
        "changed" => ("Opgeslagen.", "Saved."),
        "agreed" => ("Gelukt! De boeking is bevestigd.", "Done! The booking is confirmed."),
        "cancelled" => ("De boeking is geannuleerd.", "The booking is cancelled."),
        "sent" => ("Het bestand is binnen.", "The file has arrived."),
        _ => return None,
    };
    Some(pick(language, nl, en))
}

/// Why a file was not taken.
pub(super) fn file_fault(fault: InvalidFile, language: Language) -> String {
    let (nl, en) = match fault {
        InvalidFile::Empty => ("Kies een bestand", "Choose a file"),
        InvalidFile::TooLarge => ("Hoogstens 10 MB", "At most 10 MB"),
        InvalidFile::UnknownKind => ("Alleen PDF, foto of tekst", "Only PDF, picture or text"),
        InvalidFile::TooMany => ("Er zijn al 20 bestanden", "There are 20 files already"),
    };
    pick(language, nl, en).to_owned()
}

/// What a form calls a field, for who reads what is wrong with it.
pub(super) fn label(field: &str, language: Language) -> &'static str {
    let words = words(language);
    match field {
        "eventDate" => words.day,
        "hours" | "startTime" | "endTime" => words.hours,
        "location" => words.place,
        "packageId" => words.package,
        "message" => words.message,
        "file" => words.file,
        "sure" => words.cancel,
        _ => words.title,
    }
}

//! The proof of the letters: nothing a stranger wrote becomes a tag, a link or a header.

use linkify::LinkFinder;
use proptest::prelude::*;

use super::{House, Letter, confirmation, notice};
use crate::contacts::{PersonName, Phone};
use crate::leads::{EventType, Lead, LeadKind, Reference};
use crate::messages::Language;
use crate::messages::fixture::{house, lead};

pub(super) const LANGUAGES: [Language; 2] = [Language::Nl, Language::En];

/// Texts that have broken somebody's mails.
pub(super) const NAUGHTY: &[&str] = &[
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<a href=\"https://evil.example\">klik</a>",
    "<a href='javascript:alert(1)'>x</a>",
    "<style>body{display:none}</style>",
    "<!-- ",
    "-->",
    "</p></div></body></html>",
    "\"><b>",
    "' onmouseover='alert(1)",
    "&lt;b&gt;",
    "&#60;b&#62;",
    "<![CDATA[<b>]]>",
    "{{ 7 * 7 }}",
    "{% include \"letter.html\" %}",
    "{# stil #}",
    "${7*7}",
    "https://evil.example/?a=1&b=2",
    "http://192.0.2.1/",
    "//evil.example",
    "www.evil.example",
    "evil.example",
    "EVIL.EXAMPLE",
    "evil。example",
    "jan@evil.example",
    "mailto:jan@evil.example",
    "javascript:alert(1)",
    "data:text/html;base64,PGI+",
    "tel:+31612345678",
    "ftp://evil.example",
    r"\\evil.example\share",
    "jan\r\nBcc: alle@evil.example",
    "a\nb\u{2028}Kenmerk: vals\u{2029}c",
    "\u{202e}elpmaxe.live\u{202c}",
    "\u{2066}\u{200f}مرحبا\u{2069}",
    "Z̷̢a̵l̸g̶o̷",
    "👩‍👩‍👧‍👦 🎉",
    "[klik](https://evil.example)",
    "\u{feff}\u{200b}evil.example",
    "%0d%0aBcc:alle@evil.example",
];

/// A lead in which a stranger filled every place he can reach with `text`.
fn hostile(text: &str, language: Language) -> Lead {
    let mut lead = lead(language);
    if let Ok(name) = PersonName::parse(text) {
        lead.enquiry.name = name;
    }
    lead.enquiry.event_type = Some(EventType::from_stored(text.to_owned()));
    lead.enquiry.phone = Some(Phone::unknown(text.to_owned()));
    lead.enquiry.package = Some(text.to_owned());
    lead.enquiry.message = Some(format!("- {text}\n{text}"));
    lead.source = text.to_owned();
    lead
}

fn letters(lead: &Lead) -> [Letter; 3] {
    [confirmation(&house(), lead), notice(&house(), lead, false), notice(&house(), lead, true)]
}

/// The tags of a page, as a browser would see them.
pub(super) fn tags(html: &str) -> Vec<String> {
    let ends = |rest: &str| rest.find('>').map_or(rest.len(), |end| end + 1);
    html.match_indices('<').map(|(at, _)| html[at..][..ends(&html[at..])].to_owned()).collect()
}

/// The tag names of a page, without those that come once per line or row.
pub(super) fn skeleton(html: &str) -> Vec<String> {
    let names =
        tags(html).into_iter().map(|tag| tag.trim_matches(['<', '>']).split(' ').next().unwrap_or("").to_owned());
    names.filter(|name| name != "br").collect()
}

pub(super) fn links(text: &str) -> Vec<String> {
    let mut finder = LinkFinder::new();
    finder.url_must_have_scheme(false);
    finder.links(text).map(|link| link.as_str().to_owned()).collect()
}

/// The page as a person reads it: no tags, entities resolved.
pub(super) fn read(html: &str) -> String {
    let body = html.split_once("<body").map_or(html, |(_, body)| body);
    let mut text = body.to_owned();
    for tag in tags(body) {
        text = text.replacen(&tag, " ", 1);
    }
    let entities = [("&#60;", "<"), ("&#62;", ">"), ("&#34;", "\""), ("&#39;", "'"), ("&#38;", "&")];
    entities.iter().fold(text, |text, (entity, sign)| text.replace(entity, sign))
}

/// What must hold of every letter, whatever was typed.
fn check(text: &str, language: Language) {
    let page = "https://example.com/leads/web-20261121-0123456789abcde";
    for (letter, plain) in letters(&hostile(text, language)).iter().zip(letters(&hostile("x", language))) {
        assert_eq!(skeleton(&letter.html), skeleton(&plain.html), "a tag of {text:?} survives");
        assert_eq!(tags(&letter.html).iter().filter(|tag| tag.contains("href")).count(), links(&plain.text).len());
        for form in [&letter.text, &read(&letter.html)] {
            assert!(links(form).iter().all(|link| link == page), "{text:?} is a link in {form}");
            assert!(!form.contains(['\r', '\u{202e}', '\u{2028}', '\u{2029}']), "{text:?} in {form}");
        }
        assert_eq!(letter.subject.lines().count(), 1);
        assert_eq!(letter.subject, plain.subject, "{text:?} in a subject");
    }
}

#[test]
fn nothing_naughty_survives_in_any_letter() {
    assert!(NAUGHTY.len() >= 30);
    for text in NAUGHTY {
        for language in LANGUAGES {
            check(text, language);
        }
    }
}

#[test]
fn a_confirmation_repeats_nothing_that_was_typed() {
    for text in NAUGHTY {
        for language in LANGUAGES {
            let typed = hostile(text, language);
            let mut silent = lead(language);
            silent.enquiry.event_type = None;
            if typed.name().greeting().is_none() {
                silent.enquiry.name = PersonName::parse("0").expect("a name that greets nobody");
            }
            assert_eq!(confirmation(&house(), &typed), confirmation(&house(), &silent), "{text:?}");
        }
    }
}

#[test]
fn a_line_of_the_visitor_cannot_pass_for_one_of_ours() {
    let text = notice(&house(), &hostile("a\nKenmerk: vals\u{2028}Kenmerk: vals", Language::Nl), false).text;
    let ours: Vec<_> = text.lines().filter(|line| line.starts_with("Kenmerk:")).collect();
    assert_eq!(ours, ["Kenmerk: web-20261121-0123456789abcde"]);
}

#[test]
fn only_our_own_page_is_a_link_and_only_where_it_is_known() {
    let quiet = House { base_url: None, ..house() };
    for language in LANGUAGES {
        let letter = notice(&quiet, &lead(language), false);
        assert!(!letter.html.contains("href") && links(&letter.text).is_empty());
        let odd = House { base_url: Some("javascript:alert(1)//".to_owned()), ..house() };
        assert!(!notice(&odd, &lead(language), false).html.contains("href"));
        let typed = Lead { reference: Reference::from_text("../../weg".to_owned()), ..lead(language) };
        assert!(!notice(&house(), &typed, false).html.contains("href"));
    }
}

#[test]
fn a_call_back_says_so() {
    let call_back = Lead { kind: LeadKind::CallBack, ..lead(Language::Nl) };
    assert!(confirmation(&house(), &call_back).html.contains("Je wilt graag worden teruggebeld."));
    assert!(notice(&house(), &call_back, false).subject.starts_with("Nieuw terugbelverzoek"));
}

#[test]
fn a_name_greets_only_when_it_looks_like_one() {
    let named = |text| {
        let mut lead = lead(Language::En);
        lead.enquiry.name = PersonName::parse(text).expect("a name");
        confirmation(&house(), &lead)
    };
    assert!(named("Jan d'Hondt").html.contains("Dear Jan d&#39;Hondt,"));
    assert!(named("win at evil.example").text.starts_with("Hello,\n"));
}

#[test]
fn a_full_dutch_confirmation() {
    let letter = confirmation(&house(), &lead(Language::Nl));
    assert_eq!(letter.subject, "Je aanvraag bij Mister Voorbeeld & Zn (web-20261121-0123456789abcde)");
    let text = "\
Beste Jan d'Hondt,

Bedankt voor je aanvraag bij Mister Voorbeeld & Zn. We hebben hem ontvangen.

Gelegenheid: bruiloft
Datum: zaterdag 19 juni 2027
Kenmerk: web-20261121-0123456789abcde

Wat er nu gebeurt: we lezen je aanvraag en nemen contact met je op. Je hoeft zelf niets te doen.
Wil je ons eerder spreken? Bel 085 000 00 00 en noem je kenmerk.

Met vriendelijke groet,
Mister Voorbeeld & Zn

Heb je niets aangevraagd? Dan heeft iemand anders dit adres ingevuld. Je hoeft niets te doen en krijgt hierover geen mail meer.
";
    assert_eq!(letter.text.trim_end(), text.trim_end());
}

#[test]
fn a_full_english_notice() {
    let letter = notice(&house(), &lead(Language::En), false);
    let subject = "New enquiry: wedding, Saturday 19 June 2027 (web-20261121-0123456789abcde)";
    assert_eq!(letter.subject, subject);
    let text = "\
There is a new enquiry at Mister Voorbeeld & Zn.

Name: Jan d'Hondt
E-mail: jan[at]example[.]com
Phone: +31612345678
Occasion: wedding
Date: Saturday 19 June 2027
Package: gold
By: contact form
Answer in: English
Source: mister-dj-website
Reference: web-20261121-0123456789abcde

Message:
> Wij trouwen.
> 
> Zie example[.]com

Junk score: 10 of 100
- the phone number is unknown

Reply to this mail and your answer goes to the person who asked.
Links and addresses in what the visitor wrote are disarmed: [.] is a dot, [:] a colon, [at] an at sign.

See the enquiry: https://example.com/leads/web-20261121-0123456789abcde
";
    assert_eq!(letter.text.trim_end(), text.trim_end());
    let quote = "> Wij trouwen.";
    assert!(letter.text.contains(quote) && letter.html.contains("Wij trouwen.<br>"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn no_text_at_all_survives(text in r"([<>&'\x22a-z/:.@{%} \n-]|\PC|https?://|[a-z]+\.nl){1,40}") {
        for language in LANGUAGES {
            check(&text, language);
        }
    }
}

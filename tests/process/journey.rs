//! One evening from the first question to the calendar, through the real program: site, mailbox, CRM, client and crew.

use std::time::Duration;

use jiff::tz::TimeZone;
use libtest_mimic::Trial;
use mrdj_adapters::postmark::SentMail;
use mrdj_adapters::rentguy::Sandbox as RentGuy;
use mrdj_adapters::system::SystemClock;
use mrdj_core::clock::Clock;
use mrdj_harness::{Answer, Server, post, talk, trial, until};
use serde_json::{Value, json};

use crate::harness::{House, Tab};

const PATIENCE: Duration = Duration::from_secs(30);
const SITE: &str = "https://dj.example.com";
const CREW: &str = "not-a-real-token-of-the-crew";

pub(crate) fn trials() -> Vec<Trial> {
    vec![trial("journey::from_a_question_to_the_evening_in_every_calendar", from_a_question_to_the_evening)]
}

async fn send(server: &Server, path: &str, body: &Value) -> Answer {
    post(server.address, path, "application/json", body.to_string().as_bytes()).await.expect("an answer")
}

/// Does `method` at `path` as the operator.
async fn operate(server: &Server, method: &str, path: &str, body: &Value) -> Answer {
    let body = body.to_string();
    // "admin:example-password"
    let login = "YWRtaW46ZXhhbXBsZS1wYXNzd29yZA==";
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic {login}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    talk(server.address, request.as_bytes()).await.expect("an answer")
}

/// The mail called `tag`, once it has arrived; it comes once.
async fn mail(house: &House, tag: &str) -> SentMail {
    let sent = || house.partners.postmark.sent().into_iter().filter(|mail| mail.tag.as_deref() == Some(tag));
    until(&format!("{tag} has arrived"), PATIENCE, async || sent().count() > 0).await;
    let mails: Vec<_> = sent().collect();
    assert_eq!(mails.len(), 1, "{tag}: {mails:?}");
    mails.into_iter().next().expect("one")
}

/// Where the link in `mail` leads on the server itself.
fn link(mail: &SentMail) -> String {
    let text = mail.text.as_deref().expect("a plain form");
    let link = text.split_whitespace().find(|word| word.starts_with(SITE)).expect("a link");
    link.trim_end_matches('.').strip_prefix(SITE).expect("ours").to_owned()
}

async fn from_a_question_to_the_evening() {
    let house = House::new().await;
    let projects = house.partners.rentguy.account().base.to_string();
    let told = [
        ("CONFIG_DASHBOARD_ENABLED", "true"),
        ("CONFIG_DASHBOARD_PASS", "example-password"),
        ("PUBLIC_BASE_URL", SITE),
        ("CALENDAR_FEED_TOKEN", CREW),
        ("MAIL_REPLY_TO", "dj@example.com"),
        ("RENTGUY_PROJECTS_BASE_URL", &projects),
        ("RENTGUY_LOGIN_EMAIL", RentGuy::EMAIL),
        ("RENTGUY_LOGIN_PASSWORD", RentGuy::PASSWORD),
    ];
    let server = house.serve_with(&told, None).await;

    // The last evening of next year, so that it lies ahead and within the crew's two years.
    let year = SystemClock.now().to_zoned(TimeZone::UTC).year() + 1;
    let day = format!("{year}-12-31");

    // A couple asks, looks whether the evening is free, and asks for it.
    let who = json!({"name": "Zoë Jansen", "email": "zoe@example.com", "phone": "0612345678", "eventType": "Bruiloft"});
    let with = |more: Value| {
        let mut form = who.as_object().expect("an object").clone();
        form.extend(more.as_object().expect("an object").clone());
        Value::Object(form)
    };
    let enquiry = send(&server, "/contact", &with(json!({"message": "Zijn jullie vrij met oud en nieuw?"}))).await;
    assert_eq!(enquiry.status, 200);
    let evening = json!({"eventDate": day, "hours": "21:00-03:00", "location": "Breda"});
    assert_eq!(send(&server, "/availability/check", &evening).await.json()["available"], true);
    let made = send(&server, "/bookings", &with(evening.clone())).await;
    assert_eq!((made.status, &made.json()["eventDate"]), (201, &json!(day)), "{}", made.json());
    let id = made.json()["bookingId"].as_str().expect("an id").to_owned();
    assert_eq!(send(&server, "/availability/check", &evening).await.json()["reasons"][0]["code"], "held");

    // The first mail, beside the confirmation of the enquiry, brings a link; in a browser without script the client changes a
    // thing or two.
    mail(&house, "lead.confirmation").await;
    let tab = Tab::open(&server, &link(&mail(&house, "booking.received").await)).await;
    assert!(tab.html.contains(&format!("31 december {year}")) && !tab.html.contains("<script"), "{}", tab.html);
    let form = tab.form("change").expect("a form").with("startTime", "20:00").with("message", "Graag veel disco!");
    let tab = tab.send(form.with("packageId", "gold")).await;
    assert!(tab.html.contains("Opgeslagen.") && tab.html.contains("20:00 – 03:00"), "{}", tab.html);
    assert!(tab.form("agree").is_none(), "there is no offer yet");
    let altered = mail(&house, "booking.altered").await;
    assert_eq!(altered.to, "inbox@example.com", "the business hears of it");

    // The business makes an offer, and the client agrees.
    let offer = operate(&server, "POST", &format!("/bookings/{id}/steps"), &json!({"step": "offer"})).await;
    assert_eq!(offer.status, 200);
    let tab = Tab::open(&server, &link(&mail(&house, "booking.offered").await)).await;
    let agree = tab.form("agree").expect("a button");
    let tab = tab.send(agree).await;
    assert!(tab.html.contains("De boeking is bevestigd."), "{}", tab.html);
    assert!(tab.form("agree").is_none(), "once");
    mail(&house, "booking.accepted").await;

    // Mailbox, page and crew have one and the same evening.
    let agreed = mail(&house, "booking.agreed").await;
    let [file] = &agreed.attachments[..] else { panic!("one file: {agreed:?}") };
    assert_eq!(
        (file.name.as_str(), file.content_type.as_str()),
        ("booking.ics", "text/calendar; charset=utf-8; method=PUBLISH")
    );
    let mailed = String::from_utf8(file.content.clone()).expect("UTF-8");
    let saved = server.get(&tab.link("calendar.ics").expect("a link")).await;
    let saved = String::from_utf8(saved.body).expect("UTF-8");
    let subscribed = server.get(&format!("/calendar.ics?token={CREW}")).await;
    let subscribed = String::from_utf8(subscribed.body).expect("UTF-8");
    for calendar in [&mailed, &saved, &subscribed] {
        for line in [
            format!("UID:{id}"),
            format!("DTSTART;TZID=Europe/Amsterdam:{year}1231T200000"),
            format!("DTEND;TZID=Europe/Amsterdam:{}0101T030000", year + 1),
            "STATUS:CONFIRMED".to_owned(),
        ] {
            assert!(calendar.contains(&line), "{line} in {calendar}");
        }
    }
    assert!(subscribed.contains("Zoë") && !subscribed.contains("zoe@example.com"), "{subscribed}");

    // The CRM has it once, on the day on which it begins.
    until("the CRM has the booking", PATIENCE, async || house.partners.rentguy.projects().len() == 1).await;
    let project = &house.partners.rentguy.projects()[0];
    assert_eq!((project.start_date.to_string(), project.end_date.to_string()), (day.clone(), day.clone()));

    // And the client calls it off.
    let cancel = tab.form("cancel").expect("a form").ticked("sure");
    tab.send(cancel).await;
    let cancelled = mail(&house, "booking.cancelled").await;
    let cancelled = String::from_utf8(cancelled.attachments[0].content.clone()).expect("UTF-8");
    assert!(cancelled.contains("METHOD:CANCEL") && cancelled.contains(&format!("UID:{id}")), "{cancelled}");
    mail(&house, "booking.withdrawn").await;
    assert_eq!(send(&server, "/availability/check", &evening).await.json()["available"], true);
    server.stop().await;
}

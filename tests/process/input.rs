//! Bad input: a clear 4xx that changes nothing, or a row that reads back; never a fault of ours.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use libtest_mimic::Trial;
use linkify::LinkFinder;
use mrdj_adapters::postmark::SentMail;
use mrdj_core::leads::{Lead, Standing};
use mrdj_harness::{Answer, Line, enquiry, needs, post, request, talk, trial, until};
use serde_json::{Value, json};

use crate::harness::House;
use crate::naughty;

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";
const PATIENCE: Duration = Duration::from_secs(60);
/// Every field that a visitor can fill in.
const FIELDS: [&str; 9] =
    ["name", "email", "phone", "eventType", "eventDate", "message", "packageId", "language", "website"];

pub(crate) fn trials() -> Vec<Trial> {
    let listed = naughty::listed();
    vec![
        trial("input::what_is_no_form_gets_a_clear_no_and_changes_nothing", no_form),
        trial("input::what_is_no_http_harms_nobody", no_http),
        trial("input::any_text_in_any_field_is_refused_or_reads_back", || every_field(naughty::own())),
        needs(
            trial("input::the_big_list_of_naughty_strings_is_refused_or_reads_back", || {
                every_field(naughty::big_list())
            }),
            "MRDJ_BLNS, which tests/run fetches by npm",
            listed,
        ),
    ]
}

/// Bodies, their media types, and what each is answered with.
fn bodies() -> Vec<(&'static str, &'static str, Vec<u8>, u16)> {
    let with = |field: &str, value: &str| {
        let form = enquiry("bad").to_string();
        format!("{{\"{field}\":{value},{}", &form[1..]).into_bytes()
    };
    let deep = |open: &str, close: &str| format!("{}{}", open.repeat(100_000), close.repeat(100_000));
    let last = |field: &str, value: &str| {
        let form = enquiry("bad").to_string();
        format!("{},\"{field}\":{value}}}", &form[..form.len() - 1]).into_bytes()
    };
    vec![
        ("nothing", JSON, Vec::new(), 400),
        ("white space", JSON, b"  \n ".to_vec(), 400),
        ("half an object", JSON, b"{\"name\":\"Jan\"".to_vec(), 400),
        ("two objects", JSON, b"{}{}".to_vec(), 400),
        ("a comma too many", JSON, b"{\"name\":\"Jan\",}".to_vec(), 400),
        ("a list", JSON, b"[]".to_vec(), 400),
        ("a number", JSON, b"42".to_vec(), 400),
        ("null", JSON, b"null".to_vec(), 400),
        ("text", JSON, b"\"name\"".to_vec(), 400),
        ("no number", JSON, with("extra", "NaN"), 400),
        ("a byte order mark", JSON, [b"\xEF\xBB\xBF".to_vec(), enquiry("bad").to_string().into_bytes()].concat(), 400),
        ("UTF-16", JSON, enquiry("bad").to_string().encode_utf16().flat_map(u16::to_le_bytes).collect(), 400),
        ("bytes that are no text", JSON, b"{\"name\":\"\xFF\xFE\"}".to_vec(), 400),
        ("an overlong sign", JSON, b"{\"name\":\"\xC0\xAF\"}".to_vec(), 400),
        ("a bare control character", JSON, b"{\"name\":\"a\x00b\"}".to_vec(), 400),
        ("half a character", JSON, last("name", "\"a\\ud800b\""), 400),
        ("the other half", JSON, last("message", "\"\\udc00\""), 400),
        ("half a character as a key", JSON, last("\\ud800", "1"), 400),
        ("deep lists", JSON, deep("[", "]").into_bytes(), 400),
        ("deep lists in a field", JSON, last("message", &deep("[", "]")), 400),
        ("deep objects that never close", JSON, "{\"a\":".repeat(100_000).into_bytes(), 400),
        ("an exponent without end", JSON, last("extra", "1e999999"), 400),
        ("ten megabytes", JSON, last("message", &format!("\"{}\"", "a".repeat(10_000_000))), 413),
        ("ten megabytes of a form", FORM, format!("name={}", "a".repeat(10_000_000)).into_bytes(), 413),
        ("a form that is no text", FORM, b"name=%FF%FE&email=jan%40example.com".to_vec(), 400),
        ("an empty form", FORM, Vec::new(), 422),
        ("an empty object", JSON, b"{}".to_vec(), 422),
        ("numbers as texts", JSON, last("name", "42"), 422),
        ("a number of a thousand digits", JSON, last("phone", &"9".repeat(1_000)), 400),
        ("a truth as a date", JSON, last("eventDate", "true"), 422),
        ("a list as a message", JSON, last("message", "[\"a\"]"), 422),
        ("an object as a mailbox", JSON, last("email", "{\"$ne\":null}"), 422),
        ("the same key again, and wrong", JSON, last("email", "\"nobody\""), 422),
        ("a header in the name", JSON, last("name", "\"Jan\\r\\nBcc: x@example.com\""), 422),
        ("a header in the mailbox", JSON, last("email", "\"jan@example.com\\nBcc: x@example.com\""), 422),
        ("a header in the kind", JSON, last("eventType", "\"feest\\r\\nX: y\""), 422),
        ("two mailboxes", JSON, last("email", "\"a@example.com,b@example.com\""), 422),
        ("a formula", JSON, last("name", "\"=HYPERLINK(1)\""), 422),
        ("another formula", JSON, last("name", "\"@SUM(A1)\""), 422),
        ("NUL in the name", JSON, last("name", "\"a\\u0000b\""), 422),
        ("text turned around", JSON, last("name", "\"a\\u202egpj.exe\""), 422),
        ("a long name", JSON, last("name", &format!("\"{}\"", "n".repeat(201))), 422),
        ("a long message", JSON, last("message", &format!("\"{}\"", "abc".repeat(667))), 422),
        ("a thirtieth of February", JSON, last("eventDate", "\"2030-02-30\""), 422),
        ("XML", "application/xml", b"<name>Jan</name>".to_vec(), 415),
        ("Latin 1", "application/json; charset=iso-8859-1", enquiry("bad").to_string().into_bytes(), 415),
        ("parts", "multipart/form-data; boundary=x", b"--x--".to_vec(), 415),
        ("no type at all", "", enquiry("bad").to_string().into_bytes(), 415),
    ]
}

async fn no_form() {
    let house = House::new().await;
    let server = house.serve().await;
    for (what, kind, body, status) in bodies() {
        for path in ["/contact", "/api/contact"] {
            let answer =
                post(server.address, path, kind, &body).await.unwrap_or_else(|error| panic!("{what}: {error}"));
            assert_eq!(answer.status, status, "{what}: {}", String::from_utf8_lossy(&answer.body));
            assert!(answer.is_problem(), "{what} is answered with no problem document");
        }
    }
    assert_eq!(house.leads().await, [], "something was stored");
    assert!(server.stop().await.status.success());
}

/// What some would say instead of a request.
fn nonsense() -> Vec<(&'static str, Vec<u8>)> {
    let chunked = |body: &str| {
        let head = "POST /contact HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked";
        format!("{head}\r\n\r\n{body}").into_bytes()
    };
    let plain = |headers: &str| {
        format!("POST /contact HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n{headers}\r\n\r\n{{}}")
            .into_bytes()
    };
    vec![
        ("chunks of no size", chunked("zz\r\n{}\r\n0\r\n\r\n")),
        ("a chunk of all there is", chunked("ffffffffffffffff\r\n{}\r\n0\r\n\r\n")),
        ("a chunk below nothing", chunked("-1\r\n{}\r\n0\r\n\r\n")),
        ("chunks without their ends", chunked("2\r\n{}0\r\n\r\n")),
        ("a length that is none", plain("Content-Length: two")),
        ("two lengths", plain("Content-Length: 2\r\nContent-Length: 3")),
        ("a length below nothing", plain("Content-Length: -2")),
        ("a length and chunks", plain("Content-Length: 2\r\nTransfer-Encoding: chunked")),
        ("an encoding nobody knows", plain("Transfer-Encoding: gzip, weird")),
        ("a header without an end", [b"POST /contact HTTP/1.1\r\nX: ".to_vec(), vec![b'a'; 1_000_000]].concat()),
        ("many headers", plain(&"X: y\r\n".repeat(5_000))),
        ("NUL in a header", plain("X: a\0b\r\nContent-Length: 2")),
        ("a long address", format!("GET /{} HTTP/1.1\r\nHost: a\r\n\r\n", "a".repeat(100_000)).into_bytes()),
        ("a greeting of TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n".to_vec()),
        ("HTTP/2 without asking", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec()),
        ("no HTTP", b"HELO example.com\r\n\r\n".to_vec()),
    ]
}

async fn no_http() {
    let house = House::new().await;
    let server = house.serve().await;
    for (what, bytes) in nonsense() {
        // Some of it deserves no answer; what answers says that it is the caller's doing.
        if let Ok(answer) = talk(server.address, &bytes).await {
            assert!((400..500).contains(&answer.status), "{what}: {}", answer.status);
        }
    }
    let good = request("POST", "/contact", JSON, enquiry("good").to_string().as_bytes());
    assert_eq!(talk(server.address, &good).await.expect("an answer").status, 200);
    assert_eq!(house.leads().await.len(), 1, "nonsense was stored");
    assert!(server.stop().await.status.success());
}

/// Puts each of `texts` into each field, and looks at the answers, the store, and the mails.
async fn every_field(texts: Vec<String>) {
    let house = House::new().await;
    let server = house.serve_with(&[("LOG_LEVEL", "warn")], None).await;
    let mut line = Line::open(server.address).await.expect("a connection");
    let mut accepted = BTreeMap::new();
    // What ordinary mails look like, in both languages; a day in the past is a mark, and marks are a list in the notice.
    let innocent = ["innocent-nl", "innocent-en"].map(str::to_owned);
    for who in &innocent {
        let form = with(enquiry(who), "language", &who[who.len() - 2..]);
        let form = with(with(form, "packageId", "gold"), "eventDate", "2020-06-20");
        let answer = line.post("/contact", &form).await.expect("an answer");
        accepted.insert(answer.contact_id(), ("innocent", ""));
    }
    for (f, field) in FIELDS.into_iter().enumerate() {
        for (n, text) in texts.iter().enumerate() {
            let answer = line.post("/contact", &form(field, text, f * texts.len() + n)).await;
            let answer = answer.unwrap_or_else(|error| panic!("{field} {text:?}: {error}"));
            match answer.status {
                200 => drop(accepted.insert(answer.contact_id(), (field, text.as_str()))),
                status => refused(field, text, status, &answer),
            }
        }
    }
    println!("input: {} texts in {} fields, {} accepted", texts.len(), FIELDS.len(), accepted.len());
    let leads = house.leads().await;
    assert_eq!(leads.len(), accepted.len(), "what was refused is not stored, and what was accepted is");
    for lead in &leads {
        let (field, text) = accepted[&lead.id.uuid().to_string()];
        assert!(reads_back(lead, field, text), "{field} {text:?} came back as {:?}", lead.enquiry);
    }
    mails_are_harmless(&house, &leads, &innocent).await;
    assert!(server.stop().await.status.success());
}

/// A form of a person and a wish that no other is like, with `text` in `field`.
fn form(field: &str, text: &str, n: usize) -> Value {
    let wish = with(enquiry(&format!("naughty-{n}")), "packageId", &format!("package-{n}"));
    let wish = with(wish, "eventDate", &format!("{}-06-{:02}", 2030 + n / 28, 1 + n % 28));
    with(wish, field, text)
}

fn with(mut form: Value, field: &str, text: &str) -> Value {
    form[field] = json!(text);
    form
}

fn refused(field: &str, text: &str, status: u16, answer: &Answer) {
    assert_eq!(status, 422, "{field} {text:?}: {}", String::from_utf8_lossy(&answer.body));
    let details = answer.json()["details"].clone();
    let named = details.as_array().into_iter().flatten().any(|fault| fault["field"] == field);
    assert!(answer.is_problem() && named, "{field} {text:?}: {details}");
}

/// Letters and digits come back as they were; signs that show nothing may be gone.
fn reads_back(lead: &Lead, field: &str, text: &str) -> bool {
    let core = |text: &str| text.to_lowercase().chars().filter(|sign| sign.is_alphanumeric()).collect();
    let (enquiry, sent): (_, String) = (&lead.enquiry, core(text));
    let kept: Option<String> = match field {
        "name" => Some(core(enquiry.name.as_str())),
        "email" => enquiry.email.as_ref().map(|email| core(email.as_str())),
        "message" => Some(enquiry.message.as_deref().map_or_else(String::new, core)),
        "packageId" => Some(enquiry.package.as_deref().map_or_else(String::new, core)),
        "eventType" => enquiry.event_type.as_ref().map(|kind| core(kind.as_str())),
        // These are brought to another spelling, or kept nowhere.
        _ => None,
    };
    kept.is_none_or(|kept| kept == sent)
}

/// No mail holds a tag, a link or a header that a visitor made.
async fn mails_are_harmless(house: &House, leads: &[Lead], innocent: &[String]) {
    let owed = leads.iter().filter(|lead| lead.standing == Standing::Clear).count() as u64;
    let postmark = &house.partners.postmark;
    until("all mails have left", PATIENCE, async || {
        // A mailbox gets one confirmation a day, and a wish without one gets none.
        postmark.sent().iter().filter(|mail| mail.tag.as_deref() == Some("lead.notice")).count() as u64 >= owed
    })
    .await;
    let sent = postmark.sent();
    let is_innocent = |mail: &SentMail| innocent.iter().any(|name| mail.text.as_deref().unwrap_or("").contains(name));
    let usual: BTreeSet<_> = sent.iter().filter(|mail| is_innocent(mail)).flat_map(tags).collect();
    assert!(usual.len() > 5, "the innocent mails hold no tags: {usual:?}");
    for mail in &sent {
        let strange: Vec<_> = tags(mail).into_iter().filter(|tag| !usual.contains(tag)).collect();
        assert!(strange.is_empty(), "{strange:?} in {:?}", mail.html);
        let links = links(mail.text.as_deref().unwrap_or_default());
        assert!(links.is_empty(), "{links:?} in {:?}", mail.text);
        assert!(!mail.subject.contains(char::is_control), "{:?}", mail.subject);
    }
}

/// The tags of its page, as a browser would see them.
fn tags(mail: &SentMail) -> Vec<String> {
    let html = mail.html.as_deref().unwrap_or_default();
    let end = |at: usize| html[at..].find('>').map_or(html.len(), |end| at + end + 1);
    html.match_indices('<').map(|(at, _)| html[at..end(at)].to_owned()).collect()
}

fn links(text: &str) -> Vec<String> {
    let mut finder = LinkFinder::new();
    finder.url_must_have_scheme(false);
    finder.links(text).map(|link| link.as_str().to_owned()).collect()
}

//! Visitors are shown what they look for, and nothing that they wrote.

use std::collections::BTreeSet;

use axum::body::Body;
use mrdj_core::experiments::personalization::Personalization;
use mrdj_core::messages::Language;
use serde_json::{Value, json};

use crate::house::{Answer, Client, House, request};

async fn shown(client: &Client, query: &str) -> Value {
    let answer = client.get(&format!("/personalize?{query}")).await;
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, "application/json"), "{query}");
    answer.json()
}

async fn variant(client: &Client, query: &str) -> String {
    shown(client, query).await["meta"]["variantId"].as_str().expect("an id").to_owned()
}

#[tokio::test]
async fn a_wedding_is_shown_weddings_with_the_reason_and_an_unknown_word_the_default() {
    let client = House::new().client();
    let wedding = shown(&client, "keyword=bruiloft").await;
    let meta = json!({
        "variantId": "romantic_wedding", "matchType": "manual", "matchedKeywords": ["bruiloft"], "language": "nl",
        "reason": {"source": "keyword", "term": "bruiloft", "score": 140}, "experimentId": "wedding-cro-variant-a", "city": null,
    });
    assert_eq!(wedding["meta"], meta);
    assert_eq!(wedding["variant"]["leadCapture"]["defaultEventType"], "Bruiloft");
    let unknown = shown(&client, "keyword=stofzuiger").await;
    let meta = json!({
        "variantId": "default_master", "matchType": "default", "matchedKeywords": [], "language": "nl",
        "reason": null, "experimentId": "global-intent-v1", "city": null,
    });
    assert_eq!(unknown["meta"], meta);
    assert_eq!(shown(&client, "").await, unknown);
}

#[tokio::test]
async fn a_city_is_named_in_the_hero() {
    let client = House::new().client();
    let city = shown(&client, "keyword=dj+eindhoven").await;
    assert_eq!((&city["meta"]["matchType"], &city["meta"]["variantId"]), (&json!("city"), &json!("city_eindhoven")));
    assert_eq!(city["meta"]["city"]["name"], "Eindhoven");
    assert_eq!(city["variant"]["hero"]["title"], "Een DJ voor jullie feest in Eindhoven");
    assert_eq!(city["variant"]["hero"]["subtitle"], city["meta"]["city"]["intro"]);
    let both = shown(&client, "keyword=bruiloft%20dj%20in%20%27s-Hertogenbosch").await;
    assert_eq!(
        (&both["meta"]["variantId"], &both["meta"]["city"]["slug"]),
        (&json!("romantic_wedding"), &json!("den-bosch"))
    );
}

#[tokio::test]
async fn every_source_is_heard_under_each_of_its_names() {
    let client = House::new().client();
    for (query, id) in [
        ("keywords=stofzuiger,wedding+dj", "romantic_wedding"),
        ("search=Caf%C3%A9%20br%C3%BAiloft", "romantic_wedding"),
        ("q=tuinfeest", "luxury_private"),
        ("utm_term=bedrijfsfeest%20dj", "corporate_energy"),
        ("persona=bruidspaar", "romantic_wedding"),
        ("intent=festival", "festival_crowd"),
        ("city=Breda", "city_breda"),
        ("utm_campaign=zakelijk_najaar", "corporate_energy"),
        ("campaign=zakelijk-najaar", "corporate_energy"),
        ("utm_source=kermis", "festival_crowd"),
        ("source=kermis", "festival_crowd"),
        ("landing=%2Fdj-bergen-op-zoom%2F%3Futm_term%3Ddj", "city_bergen-op-zoom"),
        ("referrer=https://trouwen.example.com/", "romantic_wedding"),
        ("gclid=x&fbclid=bruiloft&keyword", "default_master"),
        ("keyword=event", "corporate_energy"),
        ("&&=&keyword=%&q=%ff%fe&language=klingon", "default_master"),
    ] {
        assert_eq!(variant(&client, query).await, id, "{query}");
        let other = client.get(&format!("/api/personalization/keyword?{query}")).await;
        assert_eq!(other.json()["meta"]["variantId"], id, "{query}");
    }
}

#[tokio::test]
async fn texts_are_in_the_language_of_the_page_or_of_the_visitor() {
    let client = House::new().client();
    let title = async |path: &str, wishes: &str| {
        let request = request("GET", path).header("accept-language", wishes);
        let answer = client.send(request.body(Body::empty()).expect("a request")).await;
        assert_eq!(answer.header("vary"), "accept-language");
        answer.json()["variant"]["hero"]["eyebrow"].as_str().expect("a text").to_owned()
    };
    assert_eq!(title("/personalize?q=bruiloft", "en-GB,nl;q=0.5").await, "Your wedding");
    assert_eq!(title("/personalize?q=bruiloft", "fr").await, "Jullie bruiloft");
    assert_eq!(title("/personalize?q=bruiloft&language=EN", "nl").await, "Your wedding");
    assert_eq!(title("/personalize?q=bruiloft&language=xx", "en").await, "Your wedding");
}

#[tokio::test]
async fn a_browser_that_has_it_already_is_told_so() {
    let client = House::new().client();
    let ask = async |query: &str, tag: &str| {
        let request = request("GET", &format!("/personalize?{query}")).header("if-none-match", tag);
        client.send(request.body(Body::empty()).expect("a request")).await
    };
    let first = ask("keyword=bruiloft", "\"another\"").await;
    let tag = first.header("etag").to_owned();
    assert_eq!((first.status.as_u16(), first.header("cache-control")), (200, "private, max-age=300"));
    for known in [tag.as_str(), "*", &format!("\"x\", W/{tag}")] {
        let again = ask("keyword=bruiloft", known).await;
        assert_eq!((again.status.as_u16(), again.header("etag"), again.body.len()), (304, tag.as_str(), 0));
        assert_eq!(again.header("cache-control"), "private, max-age=300");
    }
    for other in ["keyword=breda", "utm_term=bruiloft", "keyword=bruiloft&language=en", "keyword=bruiloft+breda"] {
        assert_eq!(ask(other, &tag).await.status, 200, "{other}");
    }
}

async fn post(client: &Client, media_type: &str, body: String) -> Answer {
    let request = request("POST", "/personalize").header("content-type", media_type);
    client.send(request.body(Body::from(body)).expect("a request")).await
}

#[tokio::test]
async fn a_form_says_the_same_without_an_address() {
    let client = House::new().client();
    let asked = shown(&client, "keyword=dj+eindhoven&persona=hr").await;
    let form = json!({"keyword": "dj eindhoven", "persona": "hr", "city": null, "gclid": 7});
    let said = post(&client, "application/json", form.to_string()).await;
    assert_eq!((said.json(), said.header("cache-control"), said.header("etag")), (asked.clone(), "no-store", ""));
    let typed = post(&client, "application/x-www-form-urlencoded", "keyword=dj+eindhoven&persona=hr".to_owned()).await;
    assert_eq!(typed.json(), asked);
    let other = client.post_json("/api/personalization/keyword", form.to_string()).await;
    assert_eq!(other.json(), asked);
}

#[tokio::test]
async fn every_field_that_is_no_text_is_named() {
    let client = House::new().client();
    let form = json!({"keyword": "bruiloft", "persona": ["bruid"], "city": {"name": "Breda"}, "utm_term": 7, "language": true});
    let problem = post(&client, "application/json", form.to_string()).await.problem(422);
    let fields: Vec<_> = problem["details"].as_array().expect("a list").iter().map(|one| &one["field"]).collect();
    assert_eq!(fields, ["utm_term", "persona", "city", "language"]);
    assert!(!problem.to_string().contains("Breda"));
    for (media_type, body, status) in [
        ("application/json", "{", 400),
        ("application/json", "[]", 400),
        ("application/json", r#"{"keyword": "\ud800"}"#, 400),
        ("text/plain", "keyword=bruiloft", 415),
    ] {
        post(&client, media_type, body.to_owned()).await.problem(status);
    }
}

/// Everything that may be said: the texts of every page, the names that answers have, and the terms.
fn own_words() -> BTreeSet<String> {
    let content = Personalization::sample();
    let pages = content.pages().iter();
    let written = pages.clone().flat_map(|page| Language::ALL.map(|language| page.json(language).to_owned()));
    let cities = pages.clone().filter_map(|page| page.city());
    let cities = cities.flat_map(|city| Language::ALL.map(|language| city.json(language).to_owned()));
    let mut words = BTreeSet::new();
    for json in written.chain(cities) {
        collect(&serde_json::from_str(&json).expect("JSON"), &mut words);
    }
    words.extend(pages.flat_map(|page| page.terms().iter().cloned().chain(page.experiment_id().map(str::to_owned))));
    let names =
        ["city", "manual", "default", "nl", "en", "keyword", "search", "utm_term", "persona", "intent", "landing"];
    words.extend(names.map(str::to_owned));
    words.extend(["utm_campaign", "utm_source", "referrer"].map(str::to_owned));
    words
}

fn collect(value: &Value, words: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => {
            words.insert(text.clone());
        }
        Value::Object(members) => members.values().for_each(|value| collect(value, words)),
        Value::Array(items) => items.iter().for_each(|value| collect(value, words)),
        _ => {}
    }
}

const NAUGHTY: [&str; 24] = [
    "",
    "\0",
    "\u{202e}gpj.exe",
    "\u{feff}\u{200b}",
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "javascript:alert(1)",
    "{city}",
    "{{ 7 * 7 }}",
    "${7*7}",
    "%s%n",
    "%3Cscript%3E",
    "'; DROP TABLE lead; --",
    "../../../etc/passwd",
    "\",\"city\":\"x",
    "\\u0022",
    "bruiloft\",\"x\":\"",
    "bruiloft <b>eindhoven</b>",
    "Jan\r\nSet-Cookie: a=b",
    "𝕭𝖗𝖚𝖎𝖑𝖔𝖋𝖙",
    "Z̸̢͎a̷͓l̶g̵o̴ eindhoven",
    "İıſßﷺ",
    "👩‍👩‍👧‍👦",
];

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[tokio::test]
async fn nothing_that_a_visitor_wrote_is_said_again() {
    let client = House::new().client();
    let own = own_words();
    let long = ["a".repeat(20_000), "é".repeat(5_000)];
    let texts: Vec<_> = NAUGHTY.into_iter().map(str::to_owned).chain(long).collect();
    for text in &texts {
        for name in ["keyword", "utm_term", "referrer", "landing", "persona", "city", "language", "unknown"] {
            let by_query = client.get(&format!("/personalize?{name}={}", encoded(text))).await;
            let by_form = client.post_json("/personalize", json!({name: text}).to_string()).await;
            for answer in [by_query, by_form] {
                assert_eq!(answer.status, 200, "{name} {text}");
                let mut said = BTreeSet::new();
                collect(&answer.json(), &mut said);
                let foreign: Vec<_> = said.difference(&own).collect();
                assert!(foreign.is_empty(), "{name} {text}: {foreign:?}");
                let headers = format!("{:?}", answer.headers);
                assert!(!headers.contains("Set-Cookie") && !headers.contains("script>"), "{headers}");
            }
        }
    }
}

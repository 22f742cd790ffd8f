//! The client's own page, behind the link that was mailed.

use axum::body::Body;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::house::{Answer, Client, House, request};

struct Visit {
    house: House,
    client: Client,
    id: String,
    link: String,
}

impl Visit {
    /// Somebody who asked for the last evening of the year, with the link to his page.
    async fn new() -> Self {
        let house = House::new();
        let client = house.client();
        let wish = json!({
            "name": "Jan Jansen", "email": "jan@example.com", "phone": "0612345678", "eventType": "Bruiloft",
            "eventDate": "2026-12-31", "hours": "20:00-01:00", "location": "Breda",
            "message": "<script>alert(1)</script> & \"hoi\"",
        });
        let id = client.post_json("/bookings", wish.to_string()).await.json()["bookingId"]
            .as_str()
            .expect("an id")
            .to_owned();
        let shown = client.operate("GET", &format!("/bookings/{id}")).await.json();
        let link = shown["clientLink"].as_str().expect("a link").to_owned();
        Self { house, client, id, link }
    }

    fn path(&self) -> &str {
        self.link.split_once('?').expect("a query").0
    }

    fn token(&self) -> &str {
        self.link.split_once("token=").expect("a token").1
    }

    async fn page(&self) -> String {
        text(&self.client.get(&self.link).await, 200)
    }

    async fn send(&self, form: &str) -> Answer {
        let request = request("POST", &self.link).header("content-type", "application/x-www-form-urlencoded");
        self.client.send(request.body(Body::from(form.to_owned())).expect("a request")).await
    }

    async fn upload(&self, name: &str, bytes: &[u8]) -> Answer {
        let path = format!("{}/files?token={}", self.path(), self.token());
        let request = request("POST", &path).header("content-type", "multipart/form-data; boundary=cut");
        self.client.send(request.body(Body::from(multipart(name, bytes))).expect("a request")).await
    }

    async fn stage(&self) -> Value {
        self.booking().await["booking"]["stage"].clone()
    }

    async fn booking(&self) -> Value {
        self.client.operate("GET", &format!("/bookings/{}", self.id)).await.json()
    }

    async fn step(&self, step: &str) {
        let answer =
            self.client.operate_with("POST", &format!("/bookings/{}/steps", self.id), &json!({"step": step})).await;
        assert_eq!(answer.status, 200, "{}", answer.json());
    }
}

fn multipart(name: &str, bytes: &[u8]) -> Vec<u8> {
    let head = format!("--cut\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n");
    [head.as_bytes(), bytes, b"\r\n--cut--\r\n"].concat()
}

fn text(answer: &Answer, status: u16) -> String {
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (status, "text/html; charset=utf-8"));
    String::from_utf8(answer.body.to_vec()).expect("UTF-8")
}

#[tokio::test]
async fn the_link_opens_a_page_without_script() {
    let visit = Visit::new().await;
    let answer = visit.client.get(&visit.link).await;
    let page = text(&answer, 200);
    for said in ["donderdag 31 december 2026", "20:00 – 01:00", "Breda", "We houden deze avond voor je vast."] {
        assert!(page.contains(said), "{said} in {page}");
    }
    assert!(!page.contains("<script"), "neither ours nor anybody's");
    assert!(page.contains("&lt;script&gt;") || page.contains("&#60;script&#62;"), "{page}");
    let policy = answer.header("content-security-policy");
    assert!(policy.contains("default-src 'none'") && policy.contains("form-action 'self'"), "{policy}");
    assert!(!policy.contains("script-src"), "{policy}");
    assert_eq!((answer.header("cache-control"), answer.header("referrer-policy")), ("no-store", "no-referrer"));
}

#[tokio::test]
async fn no_other_link_opens_it() {
    let visit = Visit::new().await;
    for token in ["", "x", "AAAA", &visit.token()[1..]] {
        text(&visit.client.get(&format!("{}?token={token}", visit.path())).await, 404);
    }
    let other = "/my-booking/019aa5b0-0000-7000-8000-000000000001";
    text(&visit.client.get(&format!("{other}?token={}", visit.token())).await, 404);
    visit.house.clock.advance(SignedDuration::from_hours(24 * 71));
    text(&visit.client.get(&visit.link).await, 410);
}

#[tokio::test]
async fn a_link_that_is_not_ours_is_refused_before_anything_is_read() {
    let visit = Visit::new().await;
    let wrong = format!("{}?token=AAAA", visit.path());
    let answer = visit.client.post_json(&wrong, "x".repeat(2_000_000)).await;
    text(&answer, 404);
    visit.client.post_json(&visit.link, "{").await.problem(400);
}

#[tokio::test]
async fn who_tries_many_links_is_slowed() {
    let visit = Visit::new().await;
    let guesser = visit.client.at("192.0.2.7");
    let guess = format!("{}?token=AAAA", visit.path());
    for _ in 0..20 {
        text(&guesser.get(&guess).await, 404);
    }
    guesser.get(&guess).await.problem(429);
    text(&visit.client.get(&visit.link).await, 200);
}

#[tokio::test]
async fn a_client_changes_what_can_still_be_changed() {
    let visit = Visit::new().await;
    let answer = visit
        .send(
            "action=change&eventDate=2027-01-02&startTime=19%3A00&endTime=23%3A30&packageId=gold&location=&message=Hoi",
        )
        .await;
    assert_eq!(answer.status, 303);
    let back = answer.header("location");
    assert_eq!(back, format!("{}?token={}&done=changed", visit.id, visit.token()));
    let page = visit.page().await;
    for said in ["zaterdag 2 januari 2027", "19:00 – 23:30", "Goud", "Hoi"] {
        assert!(page.contains(said), "{said} in {page}");
    }
    let booking = visit.booking().await["booking"].clone();
    assert_eq!((&booking["location"], &booking["version"]), (&Value::Null, &json!(2)));
    // The same again changes nothing, and is no new edition.
    visit
        .send(
            "action=change&eventDate=2027-01-02&startTime=19%3A00&endTime=23%3A30&packageId=gold&location=&message=Hoi",
        )
        .await;
    assert_eq!(visit.booking().await["booking"]["version"], 2);
    let told = text(&visit.client.get(&format!("{}&done=changed", visit.link)).await, 200);
    assert!(told.contains("Opgeslagen."), "{told}");
}

#[tokio::test]
async fn what_is_wrong_is_told_on_the_page_and_changes_nothing() {
    let visit = Visit::new().await;
    let answer =
        visit.send("action=change&eventDate=2026-02-31&startTime=25%3A00&endTime=&location=Tilburg&message=x").await;
    let page = text(&answer, 422);
    assert!(page.contains("Dag: Vul een bestaande datum in"), "{page}");
    assert!(page.contains("value=\"Tilburg\""), "nobody types it again: {page}");
    assert_eq!(visit.booking().await["booking"]["version"], 1);
    let page = text(&visit.send("action=cancel").await, 422);
    assert!(page.contains("Bevestig dat alles klopt"), "{page}");
    visit.send("action=dance").await.problem(400);
    assert_eq!(visit.stage().await, "held");
}

#[tokio::test]
async fn an_evening_of_somebody_else_is_not_to_be_had_here_either() {
    let visit = Visit::new().await;
    let other = json!({
        "name": "Piet", "email": "piet@example.com", "phone": "0612345679", "eventType": "Feest", "eventDate": "2027-01-02",
    });
    assert_eq!(visit.client.post_json("/bookings", other.to_string()).await.status, 201);
    let page = text(&visit.send("action=change&eventDate=2027-01-02").await, 409);
    assert!(page.contains("Deze avond wordt voor iemand anders vastgehouden"), "{page}");
    assert_eq!(visit.booking().await["booking"]["eventDate"], "2026-12-31");
}

#[tokio::test]
async fn a_client_agrees_to_an_offer_and_what_was_agreed_is_changed_together() {
    let visit = Visit::new().await;
    let page = text(&visit.send("action=agree").await, 409);
    assert!(page.contains("Dit klopt nog niet"), "there is no offer yet: {page}");
    assert_eq!(visit.stage().await, "held");
    visit.step("offer").await;
    assert_eq!(visit.send("action=change&eventDate=2026-12-31&startTime=10%3A00&endTime=09%3A00").await.status, 303);
    assert_eq!(visit.stage().await, "held", "other terms are no longer those of the offer");
    text(&visit.send("action=agree").await, 409);
    visit.step("offer").await;
    assert!(visit.page().await.contains("Ik ga akkoord"));
    assert_eq!(visit.send("action=agree").await.status, 303);
    assert_eq!(visit.stage().await, "agreed");
    let page = visit.page().await;
    assert!(page.contains("Deze avond is van jou") && !page.contains("name=\"eventDate\""), "{page}");
    let page = text(&visit.send("action=change&eventDate=2027-01-02").await, 409);
    assert!(page.contains("Dag, tijd en pakket staan vast"), "{page}");
    assert_eq!(visit.send("action=change&location=Tilburg&message=Tot+dan").await.status, 303);
    assert_eq!(visit.booking().await["booking"]["location"], "Tilburg");
    assert_eq!(visit.send("action=cancel&sure=yes").await.status, 303);
    assert_eq!(visit.stage().await, "cancelled");
    assert!(!visit.page().await.contains("<button"), "nothing is left to do");
    text(&visit.upload("late.pdf", b"%PDF-1.7").await, 409);
}

#[tokio::test]
async fn a_client_adds_files_which_are_served_to_be_saved() {
    let visit = Visit::new().await;
    let answer = visit.upload("../platte \"grond\".pdf", b"%PDF-1.7 plan").await;
    assert_eq!(
        (answer.status.as_u16(), answer.header("location")),
        (303, &*format!("../{}?token={}&done=sent", visit.id, visit.token()))
    );
    let file = visit.booking().await["files"][0].clone();
    assert_eq!((&file["mediaType"], &file["by"]), (&json!("application/pdf"), &json!("client")));
    let id = file["id"].as_str().expect("an id");
    let served = visit.client.get(&format!("{}/files/{id}?token={}", visit.path(), visit.token())).await;
    assert_eq!((served.status.as_u16(), &served.body[..]), (200, &b"%PDF-1.7 plan"[..]));
    assert!(served.header("content-disposition").starts_with("attachment; "), "{served:?}");
    assert_eq!(served.header("x-content-type-options"), "nosniff");
    assert!(served.header("content-security-policy").contains("sandbox"));
    let others = visit.client.operate("GET", &format!("/bookings/{}/files/{id}", visit.id)).await;
    assert_eq!(others.status, 200);
    assert_eq!(visit.client.operate("DELETE", &format!("/bookings/{}/files/{id}", visit.id)).await.status, 204);
    visit.client.operate("GET", &format!("/bookings/{}/files/{id}", visit.id)).await.problem(404);
}

#[tokio::test]
async fn a_file_is_refused_by_its_content_and_its_counted_bytes() {
    let visit = Visit::new().await;
    let page = text(&visit.upload("contract.pdf", b"MZ\x90\x00\x03").await, 422);
    assert!(page.contains("Alleen PDF, foto of tekst"), "{page}");
    text(&visit.upload("empty.pdf", b"").await, 422);
    let path = format!("/bookings/{}/files", visit.id);
    visit.client.operate_with("POST", &path, &json!({"file": "x"})).await.problem(415);
    let ten_megabytes = 10 * 1024 * 1024;
    let mut file = b"%PDF-1.7".to_vec();
    file.resize(ten_megabytes, b' ');
    assert_eq!(visit.upload("full.pdf", &file).await.status, 303);
    file.push(b' ');
    visit.upload("over.pdf", &file).await.problem(413);
    assert_eq!(visit.booking().await["files"].as_array().map(Vec::len), Some(1));
}

//! The router in somebody else's app.

use axum::Router;
use axum::routing::get;
use mrdj_http::router;
use serde_json::json;

use crate::house::{Client, House, SAMPLE};

#[tokio::test]
async fn it_works_below_a_path_of_the_hosts_choice() {
    let mut house = House::new();
    house.app.rules.mounted_at = "/shop".to_owned();
    let host = Router::new().route("/", get(|| async { "the host" })).nest("/shop", router(house.app));
    let client = Client::of(host.fallback(|| async { "the host's own" }));
    assert_eq!(client.get("/").await.body, "the host");
    assert_eq!(client.get("/elsewhere").await.body, "the host's own");
    for path in ["/shop/contact", "/shop/api/contact"] {
        assert_eq!(client.post_json(path, SAMPLE).await.status, 200, "{path}");
    }
    client.get("/shop/elsewhere").await.problem(404);
    assert_eq!(client.operate("GET", "/shop/leads").await.status, 200);
    assert_eq!(client.get("/shop/docs.json").await.json()["servers"][0]["url"], "/shop/");
}

#[tokio::test]
async fn it_can_be_merged_into_the_hosts_own_routes() {
    let host = Router::new().route("/mine", get(|| async { "the host" })).merge(router(House::new().app));
    let client = Client::of(host);
    assert_eq!(client.get("/mine").await.body, "the host");
    assert_eq!(client.get("/healthz").await.body, "ok");
}

#[tokio::test]
async fn the_front_page_says_where_to_go_on() {
    let client = House::new().client();
    for path in ["/", "/api", "/api/"] {
        let answer = client.get(path).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.json()["endpoints"]["contact"]),
            (200, &json!("/contact")),
            "{path}"
        );
    }
}

//! How the services of the samples hang together.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::sample::{Proxy, default, directives, ours, servers, services, text, word, words, yaml};

/// `60s`, as compose and systemd write it.
fn seconds(text: &str) -> u64 {
    text.trim_end_matches('s').parse().unwrap_or_else(|_| panic!("no seconds: {text}"))
}

/// Where the proxy sends visitors: hosts and ports.
fn upstreams(proxy: Proxy) -> BTreeSet<String> {
    match proxy {
        Proxy::Caddy => {
            let text = text("Caddyfile");
            let line = text.lines().find_map(|line| line.trim().strip_prefix("reverse_proxy ")).expect("upstreams");
            line.trim_end_matches('{').split_whitespace().map(str::to_owned).collect()
        }
        Proxy::Traefik => {
            let servers = &yaml("traefik-routes.yaml")["http"]["services"]["mrdj"]["loadBalancer"]["servers"];
            let urls = servers.as_array().expect("servers").iter().map(|server| word(&server["url"]));
            urls.map(|url| url.strip_prefix("http://").expect("within the machine").to_owned()).collect()
        }
    }
}

#[test]
fn every_service_has_a_health_check() {
    for proxy in Proxy::ALL {
        for (name, service) in services(proxy) {
            let check = &service["healthcheck"];
            let (test, whole) = (words(&check["test"]), check["interval"].is_string() && check["timeout"].is_string());
            assert!(whole && test.len() > 1 && test[0].starts_with("CMD"), "{name} ({proxy:?}): {check}");
        }
    }
}

#[test]
fn every_service_is_started_again_and_pinned_by_a_tag() {
    let is_pinned = |image: &str| {
        let tag = image.rsplit('/').next().and_then(|last| last.split_once(':')).map(|(_, tag)| tag);
        tag.is_some_and(|tag| !tag.is_empty() && tag != "latest")
    };
    for (name, service) in Proxy::ALL.into_iter().flat_map(services) {
        let image = word(&service["image"]);
        let image = image.strip_prefix("${MRDJ_IMAGE:-").and_then(|rest| rest.strip_suffix('}')).unwrap_or(&image);
        assert!(is_pinned(image), "{name}: {image}");
        assert_eq!(service["restart"], "unless-stopped", "{name}");
    }
    let dockerfile = text("Dockerfile");
    let stages = dockerfile.lines().filter_map(|line| line.strip_prefix("FROM ")?.split(' ').next());
    assert!(stages.clone().count() == 2 && stages.clone().all(is_pinned), "{:?}", stages.collect::<Vec<_>>());
}

#[test]
fn only_the_proxy_is_open_to_others() {
    for proxy in Proxy::ALL {
        let opened = services(proxy).into_iter().filter(|(_, service)| service.get("ports").is_some());
        assert_eq!(opened.map(|(name, _)| name).collect::<Vec<_>>(), [proxy.service()]);
    }
}

#[test]
fn the_proxy_is_where_it_is_believed() {
    for proxy in Proxy::ALL {
        let all = services(proxy);
        let address = word(&all[proxy.service()]["networks"]["edge"]["ipv4_address"]);
        for (name, service) in ours(proxy) {
            assert_eq!(service["environment"]["TRUSTED_PROXIES"], format!("{address}/32"), "{name} ({proxy:?})");
        }
    }
}

#[test]
fn every_server_is_reached_at_the_port_it_listens_on() {
    let port = default("PORT");
    let expected: BTreeSet<_> = servers().into_keys().map(|name| format!("{name}:{port}")).collect();
    assert!(expected.len() > 1, "an update without a pause takes two");
    for proxy in Proxy::ALL {
        assert_eq!(upstreams(proxy), expected, "{proxy:?}");
    }
    for (name, server) in servers() {
        let check = words(&server["healthcheck"]["test"]).concat();
        assert!(check.contains(&format!("/127.0.0.1/{port} ")), "{name}: {check}");
    }
    assert!(text("Dockerfile").contains(&format!("\nEXPOSE {port}\n")));
}

#[test]
fn visitors_are_sent_to_whoever_lives_ready_or_not() {
    assert!(text("Caddyfile").contains("health_uri /healthz\n"));
    let balancer = &yaml("traefik-routes.yaml")["http"]["services"]["mrdj"]["loadBalancer"];
    assert_eq!(balancer["healthCheck"]["path"], "/healthz");
    // What `traefik healthcheck` asks has to be switched on.
    assert!(yaml("traefik.yaml")["ping"].is_object());
}

#[test]
fn a_stop_waits_for_what_is_in_flight() {
    let patience: u64 = default("SHUTDOWN_TIMEOUT_MS").parse().expect("milliseconds");
    // Answers first, then deliveries.
    let least = 2 * patience / 1_000;
    for (name, service) in ours(Proxy::Caddy) {
        assert!(seconds(&word(&service["stop_grace_period"])) > least, "{name}");
    }
    for unit in ["mrdj-serve.service", "mrdj-work.service"] {
        let stop = directives(unit, "TimeoutStopSec");
        assert!(stop.len() == 1 && seconds(&stop[0]) > least, "{unit}: {stop:?}");
    }
}

#[test]
fn each_process_has_a_data_directory_of_its_own() {
    let dockerfile = text("Dockerfile");
    let home = dockerfile.split("DATA_DIR=").nth(1).and_then(|rest| rest.split_whitespace().next()).expect("a path");
    let volume = |service: &Value| {
        let volumes = words(&service["volumes"]);
        let own = volumes.iter().find_map(|volume| volume.strip_suffix(home)?.strip_suffix(':').map(str::to_owned));
        own.unwrap_or_else(|| panic!("no volume at {home}: {volumes:?}"))
    };
    let ours = ours(Proxy::Caddy);
    let volumes: BTreeSet<_> = ours.values().map(volume).collect();
    assert_eq!(volumes.len(), ours.len(), "{volumes:?}");
    assert!(volumes.iter().all(|name| yaml("compose.yaml")["volumes"].get(name).is_some()), "{volumes:?}");
}

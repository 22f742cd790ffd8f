//! The samples, read the way those read them who run them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use mrdj_http::settings::{Fallback, Setting, parse_dotenv};
use serde_json::{Map, Value, json};
use yaml_rust2::{Yaml, YamlLoader};

/// Who stands in front.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Proxy {
    Caddy,
    Traefik,
}

impl Proxy {
    pub(crate) const ALL: [Self; 2] = [Self::Caddy, Self::Traefik];

    pub(crate) const fn service(self) -> &'static str {
        match self {
            Self::Caddy => "caddy",
            Self::Traefik => "traefik",
        }
    }
}

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The file `name` among the samples.
pub(crate) fn text(name: &str) -> String {
    fs::read_to_string(root().join("examples/deploy").join(name)).unwrap_or_else(|cause| panic!("{name}: {cause}"))
}

/// A file of YAML, with its anchors and merges taken in.
pub(crate) fn yaml(name: &str) -> Value {
    let pages = YamlLoader::load_from_str(&text(name)).unwrap_or_else(|cause| panic!("{name}: {cause}"));
    let [page] = pages.as_slice() else { panic!("{name} holds {} documents", pages.len()) };
    value(page)
}

fn value(yaml: &Yaml) -> Value {
    match yaml {
        Yaml::Hash(pairs) => {
            let merged = pairs.get(&Yaml::String("<<".to_owned())).map(value);
            let mut members = merged.map_or_else(Map::new, |base| members(&base));
            let own = pairs.iter().filter(|(key, _)| key.as_str() != Some("<<"));
            members.extend(own.map(|(key, inner)| (word(&value(key)), value(inner))));
            Value::Object(members)
        }
        Yaml::Array(items) => items.iter().map(value).collect(),
        Yaml::String(text) | Yaml::Real(text) => text.as_str().into(),
        Yaml::Integer(number) => (*number).into(),
        Yaml::Boolean(whether) => (*whether).into(),
        Yaml::Null => Value::Null,
        Yaml::Alias(_) | Yaml::BadValue => panic!("an alias of nothing: {yaml:?}"),
    }
}

pub(crate) fn members(value: &Value) -> Map<String, Value> {
    value.as_object().unwrap_or_else(|| panic!("no mapping: {value}")).clone()
}

/// A scalar as text: `60` and `"60"` are one.
pub(crate) fn word(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The words of a list; none where there is no list.
pub(crate) fn words(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().map(word).collect()
}

/// The services that start with this proxy in front.
pub(crate) fn services(proxy: Proxy) -> BTreeMap<String, Value> {
    let mut services = members(&yaml("compose.yaml")["services"]);
    if proxy == Proxy::Traefik {
        for (name, more) in members(&yaml("compose.traefik.yaml")["services"]) {
            let service = services.entry(name).or_insert_with(|| json!({}));
            service.as_object_mut().expect("a service is a mapping").extend(members(&more));
        }
    }
    services.into_iter().filter(|(_, service)| service.get("profiles").is_none()).collect()
}

/// Those of them that run our program.
pub(crate) fn ours(proxy: Proxy) -> BTreeMap<String, Value> {
    let is_ours = |service: &Value| service["image"].as_str().is_some_and(|image| image.contains("MRDJ_IMAGE"));
    let ours: BTreeMap<_, _> = services(proxy).into_iter().filter(|(_, service)| is_ours(service)).collect();
    assert!(ours.len() > 2, "servers and a worker: {:?}", ours.keys());
    ours
}

/// Those of them that are servers.
pub(crate) fn servers() -> BTreeMap<String, Value> {
    ours(Proxy::Caddy).into_iter().filter(|(_, service)| words(&service["command"]) == ["serve"]).collect()
}

/// What is the operator's to choose.
pub(crate) fn dotenv() -> BTreeMap<String, String> {
    parse_dotenv(&text(".env.example")).expect("lines of KEY=value")
}

/// What holds when nothing is set.
pub(crate) fn default(key: &str) -> &'static str {
    match Setting::find(key).map(|setting| setting.default) {
        Some(Fallback::Is(text)) => text,
        other => panic!("{key}: {other:?}"),
    }
}

/// A line of systemd's: the values of every `key=`, in order.
pub(crate) fn directives(unit: &str, key: &str) -> Vec<String> {
    let lines = text(unit);
    let values = lines.lines().filter_map(|line| line.strip_prefix(key)?.strip_prefix('='));
    values.map(str::to_owned).collect()
}

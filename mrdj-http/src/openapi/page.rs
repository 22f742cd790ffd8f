//! A page that shows the document: written here, with nothing from elsewhere.

use std::fmt::Write;

use serde_json::{Map, Value};

/// The page's style; the policy lets in exactly this text.
pub(super) const STYLE: &str = include_str!("page.css");

/// Writes the page about `document`.
pub(super) fn render(document: &Value) -> String {
    let (title, version) = (text(&document["info"]["title"]), text(&document["info"]["version"]));
    let mut html = format!(
        "<!doctype html><html lang=en><head><meta charset=utf-8><meta name=viewport \
         content=\"width=device-width,initial-scale=1\"><title>{title} {version}</title><style>{STYLE}</style></head>\
         <body><h1>{title} <small>{version}</small></h1><p>{}</p>\
         <p>Every route answers with and without the prefix <code>/api</code>. The same as data: \
         <a href=docs.json>docs.json</a>. In the lines to try, <code>$BASE</code> is the address of this page \
         without <code>/docs</code>.</p>",
        prose(&document["info"]["description"])
    );
    let tags: Vec<_> =
        list(&document["tags"]).iter().map(|tag| (text(&tag["name"]), text(&tag["description"]))).collect();
    for (tag, about) in &tags {
        let _ = write!(html, "<h2 id=\"{tag}\">{about}</h2>");
        for (path, method, operation) in operations(document).filter(|(.., operation)| has_tag(operation, tag)) {
            write_operation(&mut html, document, path, method, operation);
        }
    }
    html.push_str("<h2 id=schemas>Shapes</h2>");
    for (name, schema) in object(&document["components"]["schemas"]) {
        let _ = write!(
            html,
            "<details id=\"{name}\"><summary><code>{name}</code></summary>{}",
            prose(&schema["description"])
        );
        write_fields(&mut html, schema);
        html.push_str("</details>");
    }
    html.push_str("</body></html>");
    html
}

fn operations(document: &Value) -> impl Iterator<Item = (&String, &String, &Value)> {
    let paths = object(&document["paths"]);
    paths.flat_map(|(path, item)| object(item).map(move |(method, operation)| (path, method, operation)))
}

fn has_tag(operation: &Value, tag: &str) -> bool {
    list(&operation["tags"]).iter().any(|name| name.as_str() == Some(tag))
}

fn write_operation(html: &mut String, document: &Value, path: &str, method: &str, operation: &Value) {
    let lock = match scheme(operation) {
        Some("signature") => " <span class=lock>a signature over the body</span>".to_owned(),
        Some(scheme) => {
            let what = if is_basic(document, scheme) { "name and password" } else { "token" };
            format!(" <span class=lock>{}: {what}</span>", escape(scheme))
        }
        None => String::new(),
    };
    let _ = write!(
        html,
        "<details id=\"{}\"><summary><b>{}</b> <code>{}</code> {}{lock}</summary><p>{}</p>",
        text(&operation["operationId"]),
        method.to_uppercase(),
        escape(path),
        prose(&operation["summary"]),
        prose(&operation["description"]),
    );
    write_parameters(html, list(&operation["parameters"]));
    write_body(html, &operation["requestBody"]);
    write_answers(html, &operation["responses"]);
    let _ = write!(
        html,
        "<h4>Try it</h4><pre><code>{}</code></pre></details>",
        escape(&curl(document, path, method, operation))
    );
}

fn write_parameters(html: &mut String, parameters: &[Value]) {
    if parameters.is_empty() {
        return;
    }
    html.push_str("<h4>Parameters</h4><dl>");
    for parameter in parameters {
        let _ = write!(
            html,
            "<dt><code>{}</code> <small>{}, {}</small></dt><dd>{}</dd>",
            text(&parameter["name"]),
            text(&parameter["in"]),
            kind(&parameter["schema"]),
            prose(&parameter["description"]),
        );
    }
    html.push_str("</dl>");
}

fn write_body(html: &mut String, body: &Value) {
    let mut formats = object(&body["content"]).peekable();
    if formats.peek().is_none() {
        return;
    }
    html.push_str("<h4>Body</h4><dl>");
    for (format, content) in formats {
        let _ = write!(html, "<dt><code>{format}</code></dt><dd>{}</dd>", kind(&content["schema"]));
    }
    html.push_str("</dl>");
}

fn write_answers(html: &mut String, answers: &Value) {
    html.push_str("<h4>Answers</h4><dl>");
    for (status, answer) in object(answers) {
        let shapes: Vec<_> = object(&answer["content"]).map(|(_, content)| kind(&content["schema"])).collect();
        let _ = write!(
            html,
            "<dt><code>{status}</code> {}</dt><dd>{}</dd>",
            prose(&answer["description"]),
            shapes.join(", "),
        );
    }
    html.push_str("</dl>");
}

fn write_fields(html: &mut String, schema: &Value) {
    let required = list(&schema["required"]);
    html.push_str("<dl>");
    for (name, field) in object(&schema["properties"]) {
        let needed = if required.iter().any(|needed| needed.as_str() == Some(name)) { ", always there" } else { "" };
        let _ = write!(
            html,
            "<dt><code>{}</code> <small>{}{needed}</small></dt><dd>{}</dd>",
            escape(name),
            kind(field),
            prose(about(field)),
        );
    }
    for value in list(&schema["enum"]) {
        let _ = write!(html, "<dt><code>{}</code></dt>", text(value));
    }
    html.push_str("</dl>");
}

/// A field's description; that of a field that may be null stands beside its link.
fn about(field: &Value) -> &Value {
    let parts = list(&field["oneOf"]).iter();
    [field]
        .into_iter()
        .chain(parts)
        .map(|part| &part["description"])
        .find(|text| text.is_string())
        .unwrap_or(&Value::Null)
}

/// What a value is, in a few words, with a link where it has a shape of its own.
fn kind(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str().and_then(|link| link.rsplit('/').next()) {
        return format!("<a href=\"#{0}\">{0}</a>", escape(name));
    }
    let parts = list(&schema["oneOf"]);
    if !parts.is_empty() {
        return parts.iter().map(kind).collect::<Vec<_>>().join(" or ");
    }
    let types: Vec<_> = match &schema["type"] {
        Value::Array(types) => types.iter().map(text).collect(),
        Value::String(one) => vec![escape(one)],
        _ => vec!["anything".to_owned()],
    };
    let format = schema["format"].as_str().map(|format| format!(" ({})", escape(format))).unwrap_or_default();
    let items = if schema["items"].is_object() { format!(" of {}", kind(&schema["items"])) } else { String::new() };
    format!("{}{format}{items}", types.join(" or "))
}

/// The first scheme by which its callers prove who they are.
fn scheme(operation: &Value) -> Option<&str> {
    operation["security"][0].as_object()?.keys().next().map(String::as_str)
}

fn is_basic(document: &Value, scheme: &str) -> bool {
    document["components"]["securitySchemes"][scheme]["scheme"] == "basic"
}

/// A line for a terminal that calls the operation with the document's examples.
fn curl(document: &Value, path: &str, method: &str, operation: &Value) -> String {
    let mut line = String::from("curl");
    if method != "get" {
        let _ = write!(line, " -X {}", method.to_uppercase());
    }
    match scheme(operation) {
        Some(scheme) if is_basic(document, scheme) => line.push_str(" -u admin"),
        Some(_) => line.push_str(" -H 'Authorization: Bearer TOKEN'"),
        None => {}
    }
    let parameters = list(&operation["parameters"]).iter();
    let address = parameters.fold(path.to_owned(), |address, parameter| {
        let name = text(&parameter["name"]);
        let filled = parameter["example"].as_str().map_or_else(|| name.to_uppercase(), str::to_owned);
        address.replace(&format!("{{{name}}}"), &filled)
    });
    let _ = write!(line, " \"$BASE{address}\"");
    if let Some(example) = body_example(document, operation) {
        let _ = write!(line, " -H 'Content-Type: application/json' -d '{example}'");
    }
    line
}

fn body_example(document: &Value, operation: &Value) -> Option<Value> {
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    let shape =
        schema["$ref"].as_str().or_else(|| list(&schema["oneOf"]).iter().find_map(|part| part["$ref"].as_str()))?;
    let shape = document.pointer(shape.strip_prefix('#')?)?;
    let fields = object(&shape["properties"]);
    let shown = fields.filter_map(|(name, field)| {
        let example = field.get("example").or_else(|| field["examples"].get(0)).or_else(|| field.get("default"))?;
        Some((name.clone(), example.clone()))
    });
    Some(Value::Object(shown.collect::<Map<_, _>>()))
}

fn object(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn text(value: &Value) -> String {
    escape(value.as_str().unwrap_or_default())
}

/// A text with its `code` set off.
fn prose(value: &Value) -> String {
    let parts = value.as_str().unwrap_or_default().split('`').enumerate();
    parts.map(|(n, part)| if n % 2 == 1 { format!("<code>{}</code>", escape(part)) } else { escape(part) }).collect()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

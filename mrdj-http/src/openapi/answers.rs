//! What holds for many routes: doors, common answers, headers.

use serde_json::{Map, Value, json};

/// Which door a route lies behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Door {
    /// Everybody may.
    Open,
    /// Everybody may, so and so often.
    Form,
    /// Operators may.
    Operator,
}

/// The scheme's name in the document.
const OPERATOR: &str = "operator";

/// How operators and partners prove who they are.
pub(super) fn security_schemes() -> Value {
    json!({
        OPERATOR: {
            "type": "http", "scheme": "basic",
            "description": "The operator's name and password; only from the addresses that are let in.",
        },
        "webhook": {
            "type": "http", "scheme": "basic",
            "description": "The webhook's own password, under any name.",
        },
        "calendar": {
            "type": "apiKey", "in": "query", "name": "token",
            "description": "The token of the crew's calendar, for programs that know nothing but an address.",
        },
        "calendarBearer": { "type": "http", "scheme": "bearer", "description": "The same token." },
        "signature": {
            "type": "apiKey", "in": "header", "name": "X-MRDJ-Signature",
            "description": "`t=<seconds since 1970>,v1=<hex of HMAC-SHA256 over t, a full stop and the body>`, made within \
                five minutes. Where the partner speaks Standard Webhooks: `webhook-id`, `webhook-timestamp` and \
                `webhook-signature`; GitHub: `X-Hub-Signature-256` and `X-GitHub-Delivery`.",
        },
    })
}

/// Headers that answers share.
pub(super) fn headers() -> Value {
    let whole = |text: &str| json!({ "description": text, "schema": { "type": "integer", "minimum": 0 } });
    json!({
        "RequestId": {
            "description": "The request's id, under which the log knows more; one that the caller sent is kept.",
            "schema": { "type": "string" },
        },
        "RetryAfter": whole("When to come again, in seconds."),
        "RateLimitLimit": whole("How many forms the tightest limit lets through in its window."),
        "RateLimitRemaining": whole("How many more it lets through before it resets."),
        "RateLimitReset": whole("When it resets, in seconds from now."),
        "Authenticate": { "description": "How to log in.", "schema": { "type": "string" } },
    })
}

/// Adds to `operation` what its door and the layers around every route bring along.
pub(super) fn complete(operation: &mut Value, path: &str, method: &str, door: Door) {
    if door == Door::Operator {
        operation["security"] = json!([{ OPERATOR: [] }]);
    }
    if door == Door::Form {
        add_form_parameters(operation);
    }
    for parameter in operation.get_mut("parameters").and_then(Value::as_array_mut).into_iter().flatten() {
        without_null(&mut parameter["schema"]);
    }
    let reads = operation.get("requestBody").is_some();
    let names = path.contains('{') || operation.get("parameters").is_some();
    let answers = operation["responses"].as_object_mut();
    let answers = answers.expect("every operation names its answers");
    for (status, text) in common_answers(door, method, path, reads, names) {
        answers.entry(status).or_insert_with(|| problem(text));
    }
    for (status, answer) in answers.iter_mut() {
        add_headers(answer, status, door);
    }
}

/// An address cannot hold a null: what is left out is left out.
fn without_null(schema: &mut Value) {
    if let Some(Value::Array(parts)) = schema.get_mut("oneOf") {
        parts.retain(|part| part["type"] != "null");
        if let [only] = parts.as_mut_slice() {
            *schema = only.take();
        }
        return;
    }
    if let Some(Value::Array(types)) = schema.get_mut("type") {
        types.retain(|kind| kind != "null");
        if let [only] = types.as_mut_slice() {
            schema["type"] = only.take();
        }
    }
}

fn common_answers(door: Door, method: &str, path: &str, reads: bool, names: bool) -> Vec<(&'static str, &'static str)> {
    let operator = door == Door::Operator;
    let parses = reads && (operator || door == Door::Form);
    let all = [
        (reads || names, "400", "The request cannot be read"),
        (operator, "401", "A login is needed"),
        (operator, "403", "The address may not enter, or the request comes from another site"),
        (operator, "404", "There is nothing of that name, or operators have no door here"),
        (operator && (method != "get"), "409", "The present does not allow it"),
        (reads, "408", "The body did not come in time"),
        (reads, "413", "The body is too large"),
        (parses, "415", "The body has another media type than is read here"),
        (parses, "422", "The form has faults, or the idempotency key belongs to another request"),
        (operator || door == Door::Form, "429", "Too many requests"),
        (true, "500", "Something is broken here"),
        (path != "/healthz", "503", "Something that is needed is away, or it took too long"),
    ];
    all.into_iter().filter_map(|(can, status, text)| can.then_some((status, text))).collect()
}

fn problem(text: &str) -> Value {
    json!({
        "description": text,
        "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/ProblemDocument" } } },
    })
}

fn add_headers(answer: &mut Value, status: &str, door: Door) {
    let mut headers = Map::new();
    let mut tell = |name: &str, component: &str| {
        headers.insert(name.to_owned(), json!({ "$ref": format!("#/components/headers/{component}") }));
    };
    tell("X-Request-Id", "RequestId");
    if matches!(status, "429" | "503") {
        tell("Retry-After", "RetryAfter");
    }
    if status == "401" {
        tell("WWW-Authenticate", "Authenticate");
    }
    if door == Door::Form {
        tell("X-RateLimit-Limit", "RateLimitLimit");
        tell("X-RateLimit-Remaining", "RateLimitRemaining");
        tell("X-RateLimit-Reset", "RateLimitReset");
    }
    answer["headers"] = Value::Object(headers);
}

fn add_form_parameters(operation: &mut Value) {
    let shared = json!([
        {
            "name": "Idempotency-Key", "in": "header", "required": false,
            "description": "The same key with the same body gets the same answer for 24 hours; with another body, 422. \
                1 to 255 visible ASCII characters; quotes around them are not part of the key.",
            "schema": { "type": "string", "minLength": 1, "maxLength": 255, "pattern": "^(?!\"\"$)[!-~]+$" },
        },
        {
            "name": "Accept-Language", "in": "header", "required": false,
            "description": "The language of the texts for the visitor: `nl` unless `en` is preferred.",
            "schema": { "type": "string" }, "example": "nl",
        },
    ]);
    let own = operation["parameters"].take();
    let all =
        [own, shared].into_iter().filter_map(|part| if let Value::Array(part) = part { Some(part) } else { None });
    operation["parameters"] = Value::Array(all.flatten().collect());
}

//! A browser without script: it follows links and answers, and sends the forms that a page has.

use std::collections::BTreeMap;

use mrdj_harness::{Answer, Server, post};

/// What one tab shows.
pub(crate) struct Tab<'s> {
    server: &'s Server,
    /// Where it is: path and query.
    pub(crate) place: String,
    /// What is written there.
    pub(crate) html: String,
}

/// A form as the page has it.
pub(crate) struct Form {
    action: String,
    fields: BTreeMap<String, String>,
}

impl<'s> Tab<'s> {
    /// Opens `place`.
    pub(crate) async fn open(server: &'s Server, place: &str) -> Self {
        let answer = server.get(place).await;
        assert_eq!(answer.status, 200, "{place}");
        Self { server, place: place.to_owned(), html: html(&answer) }
    }

    /// The form whose button does `action`, filled in as the page has it.
    pub(crate) fn form(&self, action: &str) -> Option<Form> {
        let button = format!("name=\"action\" value=\"{action}\"");
        let html = self.html.split("<form ").skip(1).map(|form| form.split("</form>").next().unwrap_or_default());
        let form = html.into_iter().find(|form| form.contains(&button))?;
        let mut fields = BTreeMap::from([("action".to_owned(), action.to_owned())]);
        for input in form.split("<input ").skip(1).filter(|input| !input.contains("type=\"checkbox\"")) {
            fields.insert(attribute(input, "name")?, attribute(input, "value").unwrap_or_default());
        }
        for area in form.split("<textarea ").skip(1) {
            let text = area.split_once('>')?.1.split("</textarea>").next().unwrap_or_default();
            fields.insert(attribute(area, "name")?, unescaped(text));
        }
        for select in form.split("<select ").skip(1) {
            let chosen = select.split("<option ").find(|option| option.contains(" selected"));
            let chosen = chosen.and_then(|option| attribute(option, "value")).unwrap_or_default();
            fields.insert(attribute(select, "name")?, chosen);
        }
        Some(Form { action: attribute(form, "action")?, fields })
    }

    /// Sends `form`, and goes where the answer leads.
    pub(crate) async fn send(self, form: Form) -> Self {
        let fields = form.fields.iter().map(|(name, value)| format!("{}={}", escaped(name), escaped(value)));
        let body = fields.collect::<Vec<_>>().join("&");
        let target = self.beside(&form.action);
        let kind = "application/x-www-form-urlencoded";
        let answer = post(self.server.address, &target, kind, body.as_bytes()).await.expect("an answer");
        assert_eq!(answer.status, 303, "{}", html(&answer));
        let next = answer.header("location").expect("a place to go to").to_owned();
        Self::open(self.server, &self.beside(&next)).await
    }

    /// The link of the page whose address holds `part`.
    pub(crate) fn link(&self, part: &str) -> Option<String> {
        let links = self.html.split("<a ").skip(1).filter_map(|link| attribute(link, "href"));
        links.into_iter().find(|link| link.contains(part)).map(|link| self.beside(&link))
    }

    /// A relative address, from here.
    fn beside(&self, relative: &str) -> String {
        let path = self.place.split('?').next().unwrap_or_default();
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        format!("{folder}/{relative}")
    }
}

impl Form {
    /// The same with `value` typed into `field`, which the page has.
    pub(crate) fn with(mut self, field: &str, value: &str) -> Self {
        let before = self.fields.insert(field.to_owned(), value.to_owned());
        assert!(before.is_some(), "the page has no field {field}");
        self
    }

    /// The same with the box `field` ticked.
    pub(crate) fn ticked(mut self, field: &str) -> Self {
        self.fields.insert(field.to_owned(), "yes".to_owned());
        self
    }
}

fn html(answer: &Answer) -> String {
    String::from_utf8(answer.body.clone()).expect("UTF-8")
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let head = tag.split('>').next().unwrap_or_default();
    let start = format!("{name}=\"");
    let at = if head.starts_with(&start) { start.len() } else { head.find(&format!(" {start}"))? + start.len() + 1 };
    head[at..].split('"').next().map(unescaped)
}

fn unescaped(text: &str) -> String {
    let signs = [("&#60;", "<"), ("&#62;", ">"), ("&#34;", "\""), ("&#39;", "'"), ("&#38;", "&"), ("&amp;", "&")];
    signs.iter().fold(text.to_owned(), |text, (code, sign)| text.replace(code, sign))
}

fn escaped(text: &str) -> String {
    let sign = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(sign).collect()
}

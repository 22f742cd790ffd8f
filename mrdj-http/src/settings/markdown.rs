//! The catalogue as a page.

use super::{CATALOGUE, Fallback, Kind, Setting};

const HEAD: &str = "\
# Configuration

Written from the catalogue in `mrdj-http/src/settings/catalogue.rs`: change it there and run
`MRDJ_BLESS=1 cargo test -p mrdj-http --features server --test configuration`.

Nothing has to be set. Each key is looked for in the process's environment, then in the managed file (`MANAGED_ENV_PATH`,
which the program itself writes), then in `.env` in the folder `mrdj` is started in; the first that holds it wins, and a
key that is set to nothing counts as not set. A secret may also stand in a file: `<KEY>_FILE` names it, in the same place
and with the same strength as the key itself. Files are lines of `KEY=value`, quoted as in a shell; nothing in a value is
replaced.

A malformed value stops the start: one message lists everything that is wrong, never with the value of a secret, and the
exit code is 2. A key that begins like one of ours and is none gives a warning with the nearest one that is. `mrdj
check-config` shows what holds, and where each value comes from.
";

/// Renders `docs/configuration.md`.
pub fn render_markdown() -> String {
    let mut page = HEAD.to_owned();
    let mut group = None;
    for setting in CATALOGUE {
        if group != Some(setting.group) {
            group = Some(setting.group);
            let title = setting.group.title();
            page.push_str(&format!(
                "\n## {title}\n\n| Key | Takes | Default | What it does |\n| --- | --- | --- | --- |\n"
            ));
        }
        page.push_str(&row(setting));
    }
    page
}

fn row(setting: &Setting) -> String {
    let default = match setting.default {
        Fallback::Unset => "–".to_owned(),
        Fallback::Is(text) => format!("`{text}`"),
        Fallback::Follows(words) => words.to_owned(),
    };
    let takes = match (setting.secret, setting.kind) {
        (true, Kind::Text) => "a secret".to_owned(),
        (true, kind) => format!("a secret: {kind}"),
        (false, kind) => kind.to_string(),
    };
    let (key, about) = (setting.key, setting.about);
    format!("| `{key}` | {takes} | {default} | {about} |\n")
}

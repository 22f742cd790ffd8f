//! On which pages an experiment runs.

use std::sync::LazyLock;

use super::Value;
use super::fields::Fields;
use super::loading::{Loading, Place};
use super::page::{PageUrl, Parts};
use super::pattern::{Pattern, PatternFault};

/// The page of who says not where they are.
static NOWHERE: LazyLock<PageUrl> = LazyLock::new(|| PageUrl::new(""));

/// What stands for anything in a part of an address, since a star may not.
const ANYTHING: &str = "_____";

/// The pages that an experiment is for, and those that it is not for.
#[derive(Debug)]
pub(super) struct Targets(Box<[Target]>);

#[derive(Debug)]
struct Target {
    include: bool,
    address: Address,
}

#[derive(Debug)]
enum Address {
    /// The whole address, or what follows the host.
    Found(Pattern),
    /// Each part that is named.
    Parts {
        host: Pattern,
        path: Pattern,
        fragment: Option<Pattern>,
        asked: Box<[(String, Pattern)]>,
    },
    Nowhere,
}

impl Targets {
    pub(super) fn read(fields: &Fields<'_>, loading: &mut Loading<'_>) -> Option<Self> {
        let items = fields.members("urlPatterns", loading)?;
        let place = fields.place.field("urlPatterns");
        Some(Self(items.iter().enumerate().map(|(at, item)| Target::read(item, place.index(at), loading)).collect()))
    }

    /// Whether it runs on `page`: on none that is excluded, and on one that is included where any is.
    pub(super) fn hold(&self, page: Option<&PageUrl>) -> bool {
        let page = page.unwrap_or_else(|| &NOWHERE).parts.as_ref();
        let matches = |target: &&Target| page.is_some_and(|page| target.address.matches(page));
        let (mut excluded, mut included) =
            (self.0.iter().filter(|one| !one.include), self.0.iter().filter(|one| one.include));
        let open = !self.0.is_empty() && self.0.iter().all(|one| !one.include);
        !excluded.any(|one| matches(&one)) && (open || included.any(|one| matches(&one)))
    }
}

impl Target {
    fn read(value: &Value, place: Place<'_>, loading: &mut Loading<'_>) -> Self {
        let text = |name| value.get(name).and_then(Value::as_text);
        let address = match (text("type"), text("pattern")) {
            (Some("regex"), Some(pattern)) => Pattern::new(pattern, false).map(Address::Found),
            (Some("simple"), Some(pattern)) => Ok(Address::simple(pattern).unwrap_or(Address::Nowhere)),
            _ => Ok(Address::Nowhere),
        };
        let address = address.unwrap_or_else(|fault| {
            loading.warn(place.field("pattern"), fault.to_string());
            Address::Nowhere
        });
        Self { include: value.get("include") != Some(&Value::Bool(false)), address }
    }
}

impl Address {
    /// An address in which stars stand for anything.
    fn simple(pattern: &str) -> Option<Self> {
        let named = pattern.find([':', '/', '?']).unwrap_or(pattern.len());
        let scheme = if pattern[..named].contains('.') { "https://" } else { "" };
        let parts = Parts::read(&format!("{scheme}{pattern}").replace('*', ANYTHING), ANYTHING)?;
        let path = parts.path.strip_prefix('/').unwrap_or(&parts.path);
        let path = path.strip_suffix('/').unwrap_or(path);
        let asked = |(name, value): &(String, String)| Some((name.clone(), part(value).ok()?));
        Some(Self::Parts {
            host: part(&parts.host).ok()?,
            path: Pattern::new(&format!("^/?{}/?$", wild(path)), true).ok()?,
            fragment: if parts.fragment.is_empty() { None } else { Some(part(&parts.fragment).ok()?) },
            asked: parts.query.iter().map(asked).collect::<Option<_>>()?,
        })
    }

    fn matches(&self, page: &Parts) -> bool {
        match self {
            Self::Found(pattern) => pattern.matches(&page.href) || pattern.matches(&page.href[page.path_at..]),
            Self::Parts { host, path, fragment, asked } => {
                host.matches(&page.host)
                    && path.matches(&page.path)
                    && fragment.as_ref().is_none_or(|fragment| fragment.matches(&page.fragment))
                    && asked.iter().all(|(name, value)| value.matches(page.asked(name)))
            }
            Self::Nowhere => false,
        }
    }
}

/// The pattern of one part, whatever the case of letters.
fn part(text: &str) -> Result<Pattern, PatternFault> {
    Pattern::new(&format!("^{}$", wild(text)), true)
}

fn wild(text: &str) -> String {
    let mut written = String::with_capacity(text.len() * 2);
    for sign in text.chars() {
        if "*.+?^${}()|[]\\".contains(sign) {
            written.push('\\');
        }
        written.push(sign);
    }
    written.replace(ANYTHING, ".*")
}

/// The older word for it: one pattern, looked for in the address and in its path.
#[derive(Debug)]
pub(super) struct LegacyUrl(Option<Pattern>);

impl LegacyUrl {
    /// Reads `url`; a pattern that JavaScript refuses is ignored, as it is there.
    pub(super) fn read(fields: &Fields<'_>, loading: &mut Loading<'_>) -> Option<Self> {
        let source = fields.text("url", loading)?;
        match Pattern::new(&source, false) {
            Ok(pattern) => Some(Self(Some(pattern))),
            Err(fault) => {
                loading.warn(fields.place.field("url"), fault.to_string());
                (fault != PatternFault::Invalid).then_some(Self(None))
            }
        }
    }

    pub(super) fn holds(&self, page: Option<&PageUrl>) -> bool {
        let (Some(pattern), Some(page)) = (&self.0, page) else { return false };
        let url = page.as_str();
        let short = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).unwrap_or(url);
        let path = short.find('/').map_or(short, |at| &short[at..]);
        !url.is_empty() && (pattern.matches(url) || pattern.matches(path))
    }
}

//! Versions, padded so that comparing them as text is comparing them.

use super::super::Value;

/// What a version is compared as, unit by unit.
pub(super) fn padded(value: &Value) -> Box<[u16]> {
    with_padded(value, |units| units.collect())
}

/// Calls `read` with the units that `value` is compared as.
pub(super) fn with_padded<T>(value: &Value, read: impl FnOnce(&mut dyn Iterator<Item = u16>) -> T) -> T {
    match value {
        Value::Number(_) => value.with_text(|text| read(&mut units(text))),
        Value::Text(text) if !text.is_empty() => read(&mut units(text)),
        _ => read(&mut units("0")),
    }
}

/// Without the leading `v` and what follows a plus; numbers in columns of five, the parts joined with dashes, and a tilde
/// behind a version of three parts, so that a release comes after its previews.
fn units(version: &str) -> impl Iterator<Item = u16> {
    let version = without_build(version.strip_prefix('v').unwrap_or(version));
    let parts = || version.split(['-', '.']);
    let release = (parts().count() == 3).then_some("~");
    parts().chain(release).enumerate().flat_map(|(at, part)| {
        let number = !part.is_empty() && part.bytes().all(|sign| sign.is_ascii_digit());
        let missing = if number { 5_usize.saturating_sub(part.len()) } else { 0 };
        let joint = (at > 0).then_some(u16::from(b'-'));
        joint.into_iter().chain(std::iter::repeat_n(u16::from(b' '), missing)).chain(part.encode_utf16())
    })
}

/// A plus begins the build, unless a line ends behind it.
fn without_build(version: &str) -> &str {
    let line = version.rfind(['\n', '\r', '\u{2028}', '\u{2029}']).unwrap_or(0);
    version[line..].find('+').map_or(version, |plus| &version[..line + plus])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(version: &str) -> String {
        String::from_utf16(&padded(&version.into())).expect("text")
    }

    #[test]
    fn a_version_is_padded() {
        assert_eq!(text("v1.2.3"), "    1-    2-    3-~");
        assert_eq!(text("1.2.3-rc.1+build123"), "    1-    2-    3-rc-    1");
        assert_eq!(text("10"), "   10");
        assert_eq!(text("1..x"), "    1--x-~");
        assert_eq!(text("+1\n+2"), "+1\n");
        assert_eq!([padded(&Value::Null), padded(&false.into()), padded(&"".into())], ["    0"; 3].map(units_of));
        assert_eq!(padded(&1.5.into()), units_of("    1-    5"));
    }

    fn units_of(text: &str) -> Box<[u16]> {
        text.encode_utf16().collect()
    }

    #[test]
    fn versions_compare_as_people_count() {
        let ascending = ["0.9.9", "1.0.0-alpha", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0", "1.2.0", "1.10.0", "2.0.0"];
        assert!(ascending.is_sorted_by_key(|version| padded(&(*version).into())));
    }
}

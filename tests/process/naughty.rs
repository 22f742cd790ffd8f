//! Texts that have broken somebody's program.

use std::fs;

/// Whether the Big List of Naughty Strings is there: `MRDJ_BLNS` names its file, a JSON array of texts.
pub(crate) fn listed() -> bool {
    std::env::var_os("MRDJ_BLNS").is_some()
}

/// That list.
pub(crate) fn big_list() -> Vec<String> {
    let path = std::env::var_os("MRDJ_BLNS").expect("this test runs where the list is there");
    let list = fs::read(path).expect("a readable list");
    let texts: Vec<String> = serde_json::from_slice(&list).expect("an array of texts");
    assert!(texts.len() > 400, "the list holds {} texts", texts.len());
    texts
}

/// Our own: each kind of trouble once or twice.
pub(crate) fn own() -> Vec<String> {
    let typed = [
        "",
        " ",
        "\t\n",
        "\0",
        "a\0b",
        "\u{1b}[31mred",
        "\u{7f}",
        "\u{feff}mark",
        "\u{200b}\u{200c}\u{200d}",
        "\u{202e}gpj.exe",
        "\u{2066}\u{202d}mixed\u{2069}",
        "\u{2028}\u{2029}",
        "\u{fffd}\u{fffe}\u{ffff}",
        "\u{10ffff}",
        "\u{e0041}\u{e007f}",
        "null",
        "undefined",
        "NaN",
        "true",
        "-0",
        "1e309",
        "99999999999999999999999999",
        "0x0",
        "01/02/03",
        "2030-02-30",
        "9999-12-31",
        "-4713-01-01",
        "2030-06-20T23:59:60+14:00",
        "=1+1",
        "+SUM(A1)",
        "-2",
        "@cmd",
        "\t=1",
        "＝1",
        "Jan\r\nBcc: all@example.com",
        "Jan%0d%0aBcc:all@example.com",
        "Subject: x",
        "\"Jan\" <jan@example.com>",
        "jan@example.com, piet@example.com",
        "jan@localhost",
        "jan@[192.0.2.1]",
        "jan@exämple.com",
        "\"a b\"@example.com",
        "a..b@example.com",
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<a href=\"https://example.net\">here</a>",
        "</td></tr></table></body></html>",
        "<!-- ",
        "<![CDATA[",
        "&lt;b&gt;&#0;",
        "javascript:alert(1)",
        "https://example.net/?a=1&b=2",
        "www.example.net",
        "example。net",
        "//example.net",
        "[here](https://example.net)",
        "{{ 7 * 7 }}",
        "${7*7}",
        "#{7*7}",
        "%s%n%x",
        "'; DROP TABLE lead; --",
        "\" OR \"\"=\"",
        "1; ATTACH DATABASE 'x' AS y",
        "../../../etc/passwd",
        "C:\\con\\con",
        "$(id)",
        "`id`",
        "| id",
        "() { :; }; id",
        "{\"$gt\":\"\"}",
        "{\"__proto__\":{\"x\":1}}",
        "\\",
        "\\u0000",
        "\"",
        "'",
        "Z̸̢͎a̷͓l̶g̵o̴",
        "ﷺ",
        "İıſß",
        "👩‍👩‍👧‍👦🏳️‍🌈",
        "مرحبا",
        "שלום",
        "日本語",
        "Ω≈ç√∫",
        "½ ⅓ ²",
        "٣٤٥",
        "+31 6 12 34 56 78",
        "0031612345678",
        "06-1234٥678",
        "tel:+31612345678",
        "Scunthorpe",
        "viagra casino https://example.net <b>x</b>",
    ];
    let long = ["a".repeat(101), "é".repeat(201), "👍".repeat(2_001), "a".repeat(100_000), "\u{301}".repeat(5_000)];
    typed.into_iter().map(str::to_owned).chain(long).collect()
}

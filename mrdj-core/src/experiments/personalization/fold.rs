//! What two spellings of a word have in common.

/// So many characters of a text are read; a word that stands across the end is not.
pub(super) const MAX_CHARS: usize = 200;

/// Writes the words of `text` into `words`, in small letters without accents, one space between two.
///
/// Whatever is neither letter nor digit ends a word, so that `'s-Hertogenbosch`, `dj_eindhoven` and `/dj/eindhoven?x` are
/// words, too.
pub(super) fn fold(text: &str, words: &mut String) {
    words.clear();
    for (n, sign) in text.chars().enumerate() {
        if n == MAX_CHARS {
            words.truncate(words.rfind(' ').unwrap_or(0));
            break;
        }
        match sign {
            'a'..='z' | '0'..='9' => words.push(sign),
            'A'..='Z' => words.push(sign.to_ascii_lowercase()),
            _ if sign.is_ascii() => end_word(words),
            // Accents that are written after their letter (Unicode's combining marks).
            '\u{300}'..='\u{36F}' => {}
            _ if sign.is_alphanumeric() => sign.to_lowercase().for_each(|letter| push_plain(letter, words)),
            _ => end_word(words),
        }
    }
    words.truncate(words.trim_end().len());
}

fn end_word(words: &mut String) {
    if !words.is_empty() && !words.ends_with(' ') {
        words.push(' ');
    }
}

/// The small letters of Latin-1 and Latin Extended-A without what stands on, under and in them.
fn push_plain(letter: char, words: &mut String) {
    let plain = match letter {
        'à'..='å' | 'ā' | 'ă' | 'ą' => "a",
        'æ' => "ae",
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' => "e",
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => "g",
        'ĥ' | 'ħ' => "h",
        'ì'..='ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' => "i",
        'ĳ' => "ij",
        'ĵ' => "j",
        'ķ' | 'ĸ' => "k",
        'ĺ' | 'ļ' | 'ľ' | 'ŀ' | 'ł' => "l",
        'ñ' | 'ń' | 'ņ' | 'ň' | 'ŉ' | 'ŋ' => "n",
        'ò'..='ö' | 'ø' | 'ō' | 'ŏ' | 'ő' => "o",
        'œ' => "oe",
        'ŕ' | 'ŗ' | 'ř' => "r",
        'ś' | 'ŝ' | 'ş' | 'š' | 'ſ' => "s",
        'ß' => "ss",
        'ţ' | 'ť' | 'ŧ' => "t",
        'þ' => "th",
        'ù'..='ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' => "u",
        'ŵ' => "w",
        'ý' | 'ÿ' | 'ŷ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        // What a capital leaves behind when it is made small, as `İ` does.
        '\u{300}'..='\u{36F}' => return,
        _ => return words.push(letter),
    };
    words.push_str(plain);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> String {
        let mut words = "left over".to_owned();
        fold(text, &mut words);
        words
    }

    #[test]
    fn spellings_of_one_word_fold_alike() {
        for (text, words) in [
            ("DJ Eindhoven", "dj eindhoven"),
            ("  dj\t+eindhoven!! ", "dj eindhoven"),
            ("/dj-eindhoven/?utm_term=Bruiloft", "dj eindhoven utm term bruiloft"),
            ("'s-Hertogenbosch", "s hertogenbosch"),
            ("CAFÉ", "cafe"),
            ("Cafe\u{301}", "cafe"),
            ("Œuvre Straße Ĳssel İzmir Łódź", "oeuvre strasse ijssel izmir lodz"),
            ("\u{200b}\0\u{202e}", ""),
            ("日本 ﷺ ٣", "日本 ﷺ ٣"),
        ] {
            assert_eq!(folded(text), words, "{text}");
        }
    }

    #[test]
    fn a_word_across_the_end_is_left_out() {
        let text = format!("{} deventertje", "x".repeat(MAX_CHARS - 9));
        assert_eq!(folded(&text), "x".repeat(MAX_CHARS - 9));
        assert_eq!(folded(&"x".repeat(MAX_CHARS + 1)), "");
        assert_eq!(folded(&"x".repeat(MAX_CHARS)).len(), MAX_CHARS);
    }
}

//! Sets of characters: `\d`, and what stands in brackets.

use std::fmt::Write;

use super::PatternFault;
use super::signs::Signs;

/// The set that a backslash and `letter` stand for; its capital stands for all others.
pub(super) fn set(letter: char) -> Option<String> {
    let members = match letter.to_ascii_lowercase() {
        'd' => "0-9",
        'w' => "0-9A-Za-z_",
        's' => r"\t\n\x0B\x0C\r \x{A0}\x{1680}\x{2000}-\x{200A}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000}\x{FEFF}",
        _ => return None,
    };
    let not = if letter.is_ascii_uppercase() { "^" } else { "" };
    Some(format!("[{not}{members}]"))
}

/// One item of a class.
enum Item {
    One(char),
    Set(String),
}

/// Translates a class, of which the opening bracket has been read.
pub(super) fn class(signs: &mut Signs<'_>) -> Result<String, PatternFault> {
    let negated = signs.skip("^");
    let mut members = String::new();
    while let Some(item) = item(signs)? {
        // A dash is a range only where something stands on both sides of it.
        if signs.rest().starts_with('-') && !signs.rest().starts_with("-]") {
            signs.take();
            let end = self::item(signs)?.ok_or(PatternFault::Invalid)?;
            range(&mut members, &item, &end)?;
        } else {
            add(&mut members, &item);
        }
    }
    Ok(match (members.is_empty(), negated) {
        (true, true) => r"[\x00-\x{10FFFF}]".to_owned(),
        (true, false) => r"[^\x00-\x{10FFFF}]".to_owned(),
        (false, true) => format!("[^{members}]"),
        (false, false) => format!("[{members}]"),
    })
}

/// The next item, or nothing at the end of the class.
fn item(signs: &mut Signs<'_>) -> Result<Option<Item>, PatternFault> {
    let sign = signs.take().ok_or(PatternFault::Invalid)?;
    if sign == ']' {
        return Ok(None);
    }
    if sign != '\\' {
        return Ok(Some(Item::One(sign)));
    }
    let sign = signs.take().ok_or(PatternFault::Invalid)?;
    if let Some(set) = set(sign) {
        return Ok(Some(Item::Set(set)));
    }
    let sign = if sign == 'b' { '\u{8}' } else { signs.escaped(sign)? };
    Ok(Some(Item::One(sign)))
}

fn add(members: &mut String, item: &Item) {
    match item {
        Item::One(sign) => write!(members, r"\x{{{:X}}}", u32::from(*sign)).expect("a string takes everything"),
        Item::Set(set) => members.push_str(set),
    }
}

fn range(members: &mut String, start: &Item, end: &Item) -> Result<(), PatternFault> {
    match (start, end) {
        (Item::One(first), Item::One(last)) if first > last => return Err(PatternFault::Invalid),
        (Item::One(_), Item::One(_)) => {
            add(members, start);
            members.push('-');
            add(members, end);
        }
        _ => [start, &Item::One('-'), end].into_iter().for_each(|item| add(members, item)),
    }
    Ok(())
}

//! What spreadsheets write in a cell that has no value.

/// Faults in the languages whose spreadsheets translate them.
const FAULTS: [&str; 33] = [
    "#n/a",
    "#ref!",
    "#value!",
    "#div/0!",
    "#name?",
    "#num!",
    "#null!",
    "#spill!",
    "#calc!",
    "#field!",
    "#blocked!",
    "#unknown!",
    "#connect!",
    "#busy!",
    "#getting_data",
    "#nv",
    "#bezug!",
    "#wert!",
    "#zahl!",
    "#überlauf!",
    "#valeur!",
    "#nom?",
    "#nombre!",
    "#¡ref!",
    "#¡valor!",
    "#¿nombre?",
    "#¡num!",
    "#¡div/0!",
    "#rif!",
    "#valore!",
    "#nome?",
    "#verw!",
    "#waarde!",
];

/// Whether a text is a fault: one of the known, one by number, or a row of `#` in a column too narrow.
pub(super) fn is_fault(text: &str) -> bool {
    if text.starts_with('#') {
        let lower = text.to_lowercase();
        return FAULTS.contains(&lower.as_str())
            || text.len() >= 4 && text.bytes().all(|b| b == b'#');
    }
    let number = text.strip_prefix("Err:").or_else(|| text.strip_prefix("#ERR"));
    number.is_some_and(|code| code.len() == 3 && code.bytes().all(|b| b.is_ascii_digit()))
}

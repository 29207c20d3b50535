//! Source rows → a line a person can follow: rows of one file together.

/// How many rows of one file are named before the rest is counted.
const N_ROWS_NAMED: usize = 8;

/// `pax8.csv, rows 12, 14; cw.csv, row 3`: the rows by file, in the order given.
pub fn by_file(places: &[String]) -> String {
    let mut files: Vec<(&str, Vec<&str>)> = Vec::new();
    for place in places {
        // A sheet's name may hold a colon; the row stands behind the last one.
        let (file, row) = place.rsplit_once(':').unwrap_or((place, ""));
        match files.iter_mut().find(|(known, _)| *known == file) {
            Some((_, rows)) => rows.push(row),
            None => files.push((file, vec![row])),
        }
    }
    let texts: Vec<String> = files.iter().map(|(file, rows)| one_file(file, rows)).collect();
    texts.join("; ")
}

fn one_file(file: &str, rows: &[&str]) -> String {
    let noun = if rows.len() == 1 { "row" } else { "rows" };
    let named = rows[..rows.len().min(N_ROWS_NAMED)].join(", ");
    match rows.len().checked_sub(N_ROWS_NAMED) {
        Some(more) if more > 0 => format!("{file}, {noun} {named} and {more} more"),
        _ => format!("{file}, {noun} {named}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_one_file_stand_together() {
        let places = ["a.csv:3", "b.xlsx!Oct: all:9", "a.csv:4"].map(str::to_owned);
        assert_eq!(by_file(&places), "a.csv, rows 3, 4; b.xlsx!Oct: all, row 9");
        assert_eq!(by_file(&[]), "");
    }

    #[test]
    fn many_rows_are_counted() {
        let places: Vec<String> = (1..=20).map(|row| format!("a.csv:{row}")).collect();
        assert_eq!(by_file(&places), "a.csv, rows 1, 2, 3, 4, 5, 6, 7, 8 and 12 more");
    }
}

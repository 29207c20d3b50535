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

/// Places ↔ texts in which rows of one file that follow each other stand together, where there are more
/// than a few: `pax8.csv:12-14,20`. A name has a row for each of its meters and days.
pub(super) mod packed {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    /// So many places are written as they are.
    const FEW: usize = 20;

    /// Rows of one file: first and last of each run without a gap.
    struct OfFile<'a> {
        file: &'a str,
        runs: Vec<(u64, u64)>,
    }

    pub(crate) fn serialize<S: Serializer>(places: &[String], out: S) -> Result<S::Ok, S::Error> {
        if places.len() <= FEW {
            return places.serialize(out);
        }
        let mut files: Vec<Result<OfFile<'_>, &str>> = Vec::new();
        for place in places {
            let Some((file, row)) = place_of(place) else {
                files.push(Err(place));
                continue;
            };
            match files.last_mut() {
                Some(Ok(last)) if last.file == file => match last.runs.last_mut() {
                    Some(run) if run.1 + 1 == row => run.1 = row,
                    _ => last.runs.push((row, row)),
                },
                _ => files.push(Ok(OfFile { file, runs: vec![(row, row)] })),
            }
        }
        out.collect_seq(files.iter().map(|one| match one {
            Err(place) => (*place).to_owned(),
            Ok(OfFile { file, runs }) => {
                let run = |&(first, last): &(u64, u64)| match first == last {
                    true => first.to_string(),
                    false => format!("{first}-{last}"),
                };
                format!("{file}:{}", runs.iter().map(run).collect::<Vec<_>>().join(","))
            }
        }))
    }

    /// File and row, where a place has the form of one that is read back as it was.
    fn place_of(place: &str) -> Option<(&str, u64)> {
        let (file, text) = place.rsplit_once(':')?;
        let row: u64 = text.parse().ok()?;
        (row.to_string() == text && row < u64::MAX).then_some((file, row))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
        let packed: Vec<String> = Vec::deserialize(from)?;
        Ok(packed.into_iter().flat_map(unpacked).collect())
    }

    /// Most rows that one text is read as: whoever spoils a run fills no memory.
    const MOST_ROWS: u64 = 1 << 24;

    fn unpacked(text: String) -> Vec<String> {
        let rows = text.rsplit_once(':').and_then(|(file, rows)| {
            let runs = rows.split(',').map(|run| {
                let (first, last) = run.split_once('-').unwrap_or((run, run));
                let (first, last): (u64, u64) = (first.parse().ok()?, last.parse().ok()?);
                (last.checked_sub(first)? < MOST_ROWS).then_some(first..=last)
            });
            let runs: Vec<std::ops::RangeInclusive<u64>> = runs.collect::<Option<_>>()?;
            let n_rows =
                runs.iter().fold(0, |n: u64, run| n.saturating_add(run.end() - run.start() + 1));
            let place = |row: u64| format!("{file}:{row}");
            (n_rows <= MOST_ROWS).then(|| runs.into_iter().flatten().map(place).collect())
        });
        rows.unwrap_or_else(|| vec![text])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_places_are_read_back_and_those_that_never_were_packed_too() {
        #[derive(serde::Serialize, serde::Deserialize)]
        struct Of(#[serde(with = "packed")] Vec<String>);
        let first = ["a, b.csv:3", "a, b.csv:9", "b.xlsx!Oct: all:9", "a, b.csv:4", "no row"];
        let places = first.map(str::to_owned).into_iter();
        let places = Of(places.chain((5..25).map(|row| format!("a.csv:{row}"))).collect());
        let json = serde_json::to_string(&places).unwrap();
        let packed = r#"["a, b.csv:3,9","b.xlsx!Oct: all:9","a, b.csv:4","no row","a.csv:5-24"]"#;
        assert_eq!(json, packed);
        assert_eq!(serde_json::from_str::<Of>(&json).unwrap().0, places.0);
        let unpacked = serde_json::to_string(&places.0).unwrap();
        assert_eq!(serde_json::from_str::<Of>(&unpacked).unwrap().0, places.0);
    }

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

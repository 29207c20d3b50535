//! Months that are missing between those that are stored.

use seatdrift_core::domain::Month;

/// Months named one by one.
const MOST_NAMED: usize = 6;

/// Says which months are missing between the first and the last of some, oldest first; nothing where none is.
pub fn gap(months: &[Month]) -> Option<String> {
    let (first, last) = (months.first()?, months.last()?);
    let all = (0..last.index() - first.index()).map(|later| first.plus(later));
    let missing: Vec<String> =
        all.filter(|month| !months.contains(month)).map(|month| month.to_string()).collect();
    let named = match missing.len() {
        0 => return None,
        1..=MOST_NAMED => missing.join(", "),
        n => format!("{} and {} more", missing[..MOST_NAMED].join(", "), n - MOST_NAMED),
    };
    Some(format!(
        "the history goes from {first} to {last} and lacks {named}: what is told of earlier months goes without; \
         load their exports with `seatdrift import FOLDER`"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_that_went_missing_is_named() {
        let months = |texts: &[&str]| -> Vec<Month> {
            texts.iter().map(|text| text.parse().unwrap()).collect()
        };
        assert_eq!(gap(&[]), None);
        assert_eq!(gap(&months(&["2026-09"])), None);
        assert_eq!(gap(&months(&["2025-12", "2026-01", "2026-02"])), None);
        let said = gap(&months(&["2025-11", "2026-01", "2026-03"])).unwrap();
        assert!(said.contains("from 2025-11 to 2026-03 and lacks 2025-12, 2026-02:"), "{said}");
        let said = gap(&months(&["2024-01", "2026-01"])).unwrap();
        assert!(said.contains("2024-07 and 17 more:"), "{said}");
    }
}

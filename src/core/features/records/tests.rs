use proptest::prelude::*;

use super::*;

fn space(left: &[[&str; 2]], right: &[[&str; 2]]) -> RecordSpace {
    let column = |name, idx: usize| SharedColumn {
        name,
        left: left.iter().map(|row| row[idx]).collect(),
        right: right.iter().map(|row| row[idx]).collect(),
    };
    RecordSpace::new(&[column("title", 0), column("price", 1)])
}

fn value(space: &RecordSpace, pair: RowPair, feature: &str) -> f64 {
    let column = space.feature_names().iter().position(|name| name == feature).expect(feature);
    record_features(space, &[pair]).matrix[(0, column)]
}

const FIRST: RowPair = RowPair { left_idx: 0, right_idx: 0 };

#[test]
fn columns_of_numbers_are_compared_as_numbers() {
    let space = space(&[["photo suite 5", "$ 1,299.00"]], &[["photo suite 5", "1299"]]);
    assert_eq!(value(&space, FIRST, "price.equal"), 1.0);
    assert_eq!(value(&space, FIRST, "title.same"), 1.0);
}

#[test]
fn a_value_in_the_wrong_column_is_found_in_the_row_as_a_whole() {
    let space = space(&[["photo suite", "x"]], &[["", "photo suite x"]]);
    assert_eq!(value(&space, FIRST, "title.one_missing"), 1.0);
    assert_eq!(value(&space, FIRST, "row.same"), 1.0);
}

#[test]
fn another_part_number_is_a_conflict_and_a_shared_one_is_not() {
    let space = space(
        &[["drive xr250 black", ""], ["drive xr250 black", ""]],
        &[["drive xr300 black", ""], ["black xr250", ""]],
    );
    let other = RowPair { left_idx: 0, right_idx: 0 };
    let shared = RowPair { left_idx: 1, right_idx: 1 };
    assert_eq!(value(&space, other, "title.other_codes"), 1.0);
    assert_eq!(value(&space, shared, "title.shared_codes"), 1.0);
}

#[test]
fn the_best_of_two_rivals_is_ahead_and_the_other_behind() {
    let pair = |left_idx, right_idx| RowPair { left_idx, right_idx };
    let standings = rivals(&[pair(0, 0), pair(0, 1), pair(1, 1)], &[0.9, 0.4, 0.7]);
    let expected = [
        [1.0, 0.5, 0.5, 1.0, 0.9, 0.9],
        [0.5, -0.5, 0.5, 0.5, -0.3, 0.3],
        [1.0, 0.7, 0.7, 1.0, 0.3, 0.3],
    ];
    for (found, expected) in standings.iter().flatten().zip(expected.iter().flatten()) {
        assert!((found - expected).abs() < 1e-9, "{standings:?}");
    }
}

proptest! {
    #[test]
    fn every_value_is_finite_whatever_is_written(
        left in prop::collection::vec("\\PC{0,30}", 6),
        right in prop::collection::vec("[a-z0-9 $.,/-]{0,30}", 6),
    ) {
        let rows = |cells: &'_ [String]| -> Vec<[String; 2]> {
            cells.chunks(2).map(|pair| [pair[0].clone(), pair[1].clone()]).collect()
        };
        let (left, right) = (rows(&left), rows(&right));
        let of = |rows: &'_ [[String; 2]], idx: usize| -> Vec<String> {
            rows.iter().map(|row| row[idx].clone()).collect()
        };
        let cells = [of(&left, 0), of(&right, 0), of(&left, 1), of(&right, 1)];
        let texts: Vec<Vec<&str>> =
            cells.iter().map(|cells| cells.iter().map(String::as_str).collect()).collect();
        let space = RecordSpace::new(&[
            SharedColumn { name: "a", left: texts[0].clone(), right: texts[1].clone() },
            SharedColumn { name: "b", left: texts[2].clone(), right: texts[3].clone() },
        ]);
        let pairs: Vec<RowPair> = (0..9).map(|idx| RowPair { left_idx: idx / 3, right_idx: idx % 3 }).collect();
        let matrix = record_features(&space, &pairs).matrix;
        prop_assert_eq!(matrix.ncols(), space.feature_names().len());
        prop_assert!(matrix.iter().all(|value| value.is_finite()));
    }
}

//! The figures as text of at most 80 columns.

use std::fmt::Write;

use super::super::words::percent;
use super::figures::{DamagedFigures, SituationFigures, SureFigures};

/// False sure claims shown, and characters of each.
const SHOWN: usize = 8;
const LONGEST: usize = 300;

/// What is claimed of spoilt exports, as text.
pub fn damaged_words(figures: &DamagedFigures) -> String {
    let mut text = String::new();
    let recipe = &figures.recipe;
    line(
        &mut text,
        &format!(
            "{} made-up MSPs of {} clients, hostile books, seed {}: each whole, and with one\ndamage to \
             1 to 10 % of the rows of one side; {} are asked about instead of read.\nsure: claims \
             from 90 %; touched: sure claims on rows the damage touched that are\nnot so; found: \
             true differences that are claims; you lose: said, for each 1.00\nthat is; first: \
             MSPs of which a file is said to be in doubt before any number",
            recipe.msps, recipe.clients, recipe.seed, figures.asked,
        ),
    );
    line(&mut text, "\n                  sure  true          claims  true    found   false   you");
    line(
        &mut text,
        "                claims     % touched          %        %  money %  lose  first",
    );
    figures.situations.iter().for_each(|one| situation(&mut text, one));
    line(
        &mut text,
        "\nBy damage             asked  lines    sure   true           elsewhere  still",
    );
    line(&mut text, "                 MSPs   about touched claims     %  touched  claimed claimed");
    for one in &figures.damages {
        let [n, asked] = one.msps;
        line(
            &mut text,
            &format!(
                "{:<24} {n:>2} {asked:>2} {:>7} {:>6} {:>6} {:>7} {:>8} {:>7}",
                one.damage,
                one.touched,
                one.sure[0],
                share(one.sure),
                one.touched_false,
                one.elsewhere[0],
                one.elsewhere[1],
            ),
        );
    }
    line(&mut text, "\nBy doubt: what rests on it, whole and spoilt, and how much of that is true");
    line(&mut text, "                     asked   true  claimed   true");
    for one in &figures.doubts {
        let cells = format!(
            "{:<20} {:>6} {:>6} {:>8} {:>6}",
            one.doubt.word(),
            one.asked[0],
            one.asked[1],
            one.claimed[0],
            one.claimed[1]
        );
        line(&mut text, &cells);
    }
    if !figures.false_sure.is_empty() {
        line(&mut text, "\nSure claims of spoilt exports that are not so");
    }
    for said in figures.false_sure.iter().take(SHOWN) {
        let said: String = said.chars().take(LONGEST).collect();
        wrapped(&mut text, &said);
    }
    text
}

fn situation(text: &mut String, one: &SituationFigures) {
    let when = if one.is_first_month { "first month" } else { "later month" };
    row(text, &format!("{when}, whole"), &one.whole);
    row(text, &format!("{when}, spoilt"), &one.spoilt);
    line(
        text,
        &format!(
            "  elsewhere: {} true differences claimed whole, {} of spoilt exports",
            one.elsewhere, one.still_found
        ),
    );
}

fn row(text: &mut String, name: &str, one: &SureFigures) {
    line(
        text,
        &format!(
            "{name:<19} {:>6} {:>5} {:>5} {:>7} {:>5} {:>6} {:>7} {:>6.2} {:>4}",
            one.sure[0],
            share(one.sure),
            one.touched_false,
            one.claims[0],
            share(one.claims),
            share(one.differences),
            percent(one.false_money),
            one.lose,
            one.said_first,
        ),
    );
}

/// The second of the first, in percent.
fn share([all, part]: [usize; 2]) -> String {
    if all == 0 { "-".to_owned() } else { percent(part as f64 / all as f64) }
}

/// A text over several lines.
fn wrapped(text: &mut String, said: &str) {
    let mut own = "  ".to_owned();
    for word in said.split_whitespace() {
        if 78 < own.chars().count() + word.chars().count() {
            line(text, own.trim_end());
            "    ".clone_into(&mut own);
        }
        own.push_str(word);
        own.push(' ');
    }
    line(text, own.trim_end());
}

fn line(text: &mut String, words: &str) {
    writeln!(text, "{words}").expect("a String takes every text");
}

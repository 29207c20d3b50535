//! How far a measurement is: the steps begun of all that are foreseen.

use std::cell::Cell;

/// What is being measured, and how many steps are behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reached<'a> {
    /// The step that begins.
    pub doing: &'a str,
    /// Steps that are done.
    pub n_done: usize,
    /// Steps foreseen, the one that begins among them.
    pub n_all: usize,
}

/// The steps of a measurement, and who is told of them.
pub struct Steps<'a> {
    tell: &'a dyn Fn(Reached<'_>),
    n_begun: Cell<usize>,
    n_all: Cell<usize>,
}

impl<'a> Steps<'a> {
    /// No step is foreseen yet; `tell` is told of each before it begins.
    pub fn new(tell: &'a dyn Fn(Reached<'_>)) -> Self {
        Self { tell, n_begun: Cell::new(0), n_all: Cell::new(0) }
    }

    /// Foresees so many more steps.
    pub(super) fn foresee(&self, n_steps: usize) {
        self.n_all.set(self.n_all.get() + n_steps);
    }

    /// Says that a step begins, and with it that those before are done.
    pub(super) fn begin(&self, doing: &str) {
        let n_done = self.n_begun.replace(self.n_begun.get() + 1);
        // A step nobody foresaw is one more.
        self.n_all.set(self.n_all.get().max(n_done + 1));
        (self.tell)(Reached { doing, n_done, n_all: self.n_all.get() });
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    #[test]
    fn the_bar_never_goes_back_and_is_full_after_the_last_step() {
        let told = RefCell::new(Vec::new());
        let tell = |reached: Reached<'_>| {
            told.borrow_mut().push((reached.doing.to_owned(), reached.n_done, reached.n_all));
        };
        let steps = Steps::new(&tell);
        steps.foresee(2);
        for doing in ["one", "two", "unforeseen"] {
            steps.begin(doing);
        }
        let told = told.borrow().clone();
        let counts: Vec<(usize, usize)> = told.iter().map(|(_, done, all)| (*done, *all)).collect();
        assert_eq!(counts, [(0, 2), (1, 2), (2, 3)]);
    }
}

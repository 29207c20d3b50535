//! Which of many belong together.

/// Which members belong together: the smallest member of a set is its root.
pub(super) struct Roots(Vec<usize>);

impl Roots {
    pub(super) fn new(n_members: usize) -> Self {
        Self((0..n_members).collect())
    }

    pub(super) fn of(&mut self, member: usize) -> usize {
        let parent = self.0[member];
        if parent == member {
            return member;
        }
        let root = self.of(parent);
        self.0[member] = root;
        root
    }

    pub(super) fn join(&mut self, left: usize, right: usize) {
        let (left, right) = (self.of(left), self.of(right));
        let (small, large) = (left.min(right), left.max(right));
        self.0[large] = small;
    }
}

/// A chain of sources is followed for at most this many steps.
pub(super) const MAX_CHAIN: usize = 16;
/// The number of worlds that are considered for one question. Leaving out the others can hide findings, but not make any.
pub(super) const MAX_WORLDS: usize = 256;

/// How far a walk along sources may still go: in depth, and in total.
#[derive(Clone, Copy, Debug)]
pub(super) struct Walk {
    depth: usize,
    steps: usize,
}

impl Walk {
    /// A walk at its start.
    pub(super) fn new() -> Self {
        Self { depth: MAX_CHAIN, steps: MAX_WORLDS }
    }

    /// Goes one step down; `false` where the walk must end.
    pub(super) fn enter(&mut self) -> bool {
        if self.depth == 0 || self.steps == 0 {
            return false;
        }
        self.depth -= 1;
        self.steps -= 1;
        true
    }

    /// Goes back up.
    pub(super) fn leave(&mut self) {
        self.depth += 1;
    }
}

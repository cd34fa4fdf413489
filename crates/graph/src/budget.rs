//! What an evaluation may cost.
//!
//! The evaluator pays before it does the work: steps for time, bytes for what is about to be made or read. What was paid is never given back, so a
//! budget bounds all that one evaluation does, temporary values included, and with it the memory that can be in use.

/// Steps and bytes that are left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Steps of evaluation: visiting an expression, comparing two items, copying some dozen bytes.
    pub steps: u64,
    /// Bytes that values, frames and keys may take.
    pub bytes: u64,
}

impl Budget {
    /// Pays `steps` and `bytes`; false where that is more than is left, and then the work must not be done. After a refusal nothing is left of what ran out:
    /// cheaper work that comes later is refused too, so that the result doesn't depend on the order of small and large work.
    #[must_use]
    pub fn pay(&mut self, steps: u64, bytes: u64) -> bool {
        let paid = self.steps.checked_sub(steps).zip(self.bytes.checked_sub(bytes));
        match paid {
            Some((steps, bytes)) => *self = Self { steps, bytes },
            None => *self = Self { steps: 0, bytes: 0 },
        }
        paid.is_some()
    }

    /// Whether nothing can be paid any more.
    #[must_use]
    pub fn is_spent(self) -> bool {
        self.steps == 0 || self.bytes == 0
    }

    /// The budget with its steps and its bytes multiplied.
    #[must_use]
    pub fn times(self, steps: u64, bytes: u64) -> Self {
        Self { steps: self.steps.saturating_mul(steps), bytes: self.bytes.saturating_mul(bytes) }
    }

    /// The fraction of `given` that this budget is: of steps or of bytes, whichever is less; 0 where it is spent.
    #[must_use]
    #[allow(clippy::cast_precision_loss)]
    pub fn part_of(self, given: Self) -> f64 {
        let part = |left: u64, given: u64| left as f64 / (given as f64).max(1.0);
        part(self.steps, given.steps).min(part(self.bytes, given.bytes)).clamp(0.0, 1.0)
    }

    /// Half of the budget, rounded down: for a part of the work that must leave something to the parts after it.
    #[must_use]
    pub fn half(self) -> Self {
        Self { steps: self.steps / 2, bytes: self.bytes / 2 }
    }

    /// What is left of `self` after a part of the work was lent `lent` and returned `rest` of it.
    #[must_use]
    pub fn after(self, lent: Self, rest: Self) -> Self {
        let spent = |lent: u64, rest: u64| lent.saturating_sub(rest);
        Self {
            steps: self.steps.saturating_sub(spent(lent.steps, rest.steps)),
            bytes: self.bytes.saturating_sub(spent(lent.bytes, rest.bytes)),
        }
    }

    /// A run's total, shared among `roots`: each gets the same share, at most `self` and at least `floor`. A root that costs less than its share is not
    /// cut, so the large ones are cut first; and no root's share depends on which thread is faster.
    #[must_use]
    pub fn share(self, total: Self, roots: usize, floor: Self) -> Self {
        let roots = (roots as u64).max(1);
        let part = |most: u64, total: u64, floor: u64| (total / roots).max(floor).min(most);
        Self { steps: part(self.steps, total.steps, floor.steps), bytes: part(self.bytes, total.bytes, floor.bytes) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn budget(steps: u64, bytes: u64) -> Budget {
        Budget { steps, bytes }
    }

    #[test]
    fn what_cannot_be_paid_ends_the_budget() {
        let mut left = budget(10, 100);
        assert!(left.pay(10, 40));
        assert_eq!(left, budget(0, 60));
        assert!(left.is_spent());
        assert!(!left.pay(1, 0));
        assert!(!left.pay(0, 1), "also what was cheaper");
        assert_eq!(left, budget(0, 0));
    }

    #[test]
    fn a_part_gets_half_and_gives_the_rest_back() {
        let all = budget(100, 7);
        let lent = all.half();
        assert_eq!(lent, budget(50, 3));
        assert_eq!(all.after(lent, budget(20, 0)), budget(70, 4));
    }

    #[test]
    fn roots_share_a_total_fairly() {
        let (most, total, floor) = (budget(20, 200), budget(100, 1_000), budget(2, 1));
        assert_eq!(most.share(total, 1, floor), most);
        assert_eq!(most.share(total, 10, floor), budget(10, 100));
        assert_eq!(most.share(total, 1_000, floor), floor);
        assert_eq!(most.share(total, 0, floor), most);
    }
}

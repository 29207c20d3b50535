//! What a model's answer is worth where the words of two names speak against it.

use crate::domain::Probability;

/// Up to here an answer is believed as it is.
const BELIEVED_UP_TO: f64 = 0.35;

/// What a sure answer is worth at most: a question, as likely no as yes.
const AT_MOST: f64 = 0.49;

/// A probability of a model that is doubted: no more than a question, and of two the greater stays the
/// greater.
pub fn doubted(probability: Probability) -> Probability {
    let above = probability.get() - BELIEVED_UP_TO;
    if above <= 0.0 {
        return probability;
    }
    let share = above / (1.0 - BELIEVED_UP_TO);
    Probability::clamped(BELIEVED_UP_TO + share * (AT_MOST - BELIEVED_UP_TO))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_doubted_is_at_most_a_question_and_keeps_its_order() {
        let doubt = |probability| doubted(Probability::clamped(probability)).get();
        assert_eq!(doubt(0.2), 0.2);
        assert!(doubt(0.5) < doubt(0.9) && doubt(0.9) < doubt(1.0) && doubt(1.0) < 0.5);
    }
}

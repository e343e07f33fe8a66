//! How much more likely something is in articles with a topic than in others: log-odds with an informative prior, after Monroe,
//! Colaresi and Quinn, "Fightin' Words" (2008).

/// How many articles the prior weighs as much as.
const PRIOR: f64 = 2.0;

/// How many articles there are of both kinds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Odds {
    pub(super) with: usize,
    pub(super) without: usize,
}

impl Odds {
    /// The difference of the log-odds in standard deviations, for what stands in `with` articles with the topic and in `without`
    /// of the others.
    pub(super) fn strength(self, with: usize, without: usize) -> f64 {
        if (with, without) == (self.with, self.without) {
            // What stands in every article tells nothing apart, and has no odds.
            return 0.0;
        }
        let all = (self.with + self.without) as f64;
        let prior = PRIOR * (with + without) as f64 / all.max(1.0);
        let log_odds = |seen: usize, of: usize| {
            let (seen, unseen) = (seen as f64 + prior, (of - seen) as f64 + PRIOR - prior);
            (seen / unseen.max(f64::MIN_POSITIVE)).ln()
        };
        let deviation = (1.0 / (with as f64 + prior) + 1.0 / (without as f64 + prior)).sqrt();
        (log_odds(with, self.with) - log_odds(without, self.without)) / deviation
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_with_the_topic_is_stronger_than_what_stands_everywhere_or_once() {
        let odds = Odds { with: 20, without: 40 };
        assert!(odds.strength(18, 2) > odds.strength(18, 20) && odds.strength(10, 0) > odds.strength(2, 0));
        assert!(odds.strength(20, 40).abs() < 0.5 && odds.strength(2, 30) < 0.0);
        assert!(odds.strength(20, 0).is_finite() && Odds { with: 1, without: 0 }.strength(1, 0).is_finite());
    }
}

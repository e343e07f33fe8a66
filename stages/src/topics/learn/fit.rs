//! A linear support vector machine whose weights are never negative, fitted by coordinate descent: only sums and products in a
//! fixed order, so that every machine fits alike.

/// How often all weights are gone through at most.
const ROUNDS: usize = 200;
/// The threshold stays above this: without any evidence the answer is no.
const LEAST_THRESHOLD: f64 = 0.1;
/// When no weight moves further than this, it is done.
const STILL: f64 = 1e-3;

/// What is fitted.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Fitted {
    /// One for each column.
    pub(super) weights: Vec<f64>,
    /// The sum from which on the answer is yes.
    pub(super) threshold: f64,
}

/// How hard weights are held down.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Shrink {
    /// Each by the same: most become nothing.
    pub(super) sparse: f64,
    /// The heavier the more: they become alike.
    pub(super) even: f64,
}

/// Fits `columns` (row and value; rows count from 0) to `answers`: the least sum over rows of (1 - margin)² where the margin is
/// below 1, and of what weights cost: each by its own factor in `costs`.
pub(super) fn fit(columns: &[Vec<(u32, f64)>], costs: &[f64], answers: &[bool], shrink: Shrink) -> Fitted {
    let sign: Vec<f64> = answers.iter().map(|yes| if *yes { 1.0 } else { -1.0 }).collect();
    let mut weights = vec![0.0; columns.len()];
    let mut threshold = 0.5;
    let mut sums = vec![-threshold; answers.len()];
    for _ in 0..ROUNDS {
        let mut moved: f64 = 0.0;
        let (mut slope, mut curve) = (0.0, 0.0);
        for (sum, sign) in sums.iter().zip(&sign) {
            let short = 1.0 - sign * sum;
            if short > 0.0 {
                slope -= 2.0 * sign * short;
                curve += 2.0;
            }
        }
        if curve > 0.0 {
            // Sums are less the threshold, so that its slope is the other way round.
            let next = (threshold + slope / curve).max(LEAST_THRESHOLD);
            let step = next - threshold;
            threshold = next;
            for sum in &mut sums {
                *sum -= step;
            }
            moved = moved.max(step.abs());
        }
        for ((column, cost), weight) in columns.iter().zip(costs).zip(&mut weights) {
            let even = shrink.even * cost;
            let (mut slope, mut curve) = (even * *weight + shrink.sparse, even);
            for (row, value) in column {
                let row = *row as usize;
                let short = 1.0 - sign[row] * sums[row];
                if short > 0.0 {
                    slope -= 2.0 * sign[row] * short * value;
                    curve += 2.0 * value * value;
                }
            }
            if curve == 0.0 {
                continue;
            }
            let next = (*weight - slope / curve).max(0.0);
            let step = next - *weight;
            if step != 0.0 {
                *weight = next;
                for (row, value) in column {
                    sums[*row as usize] += step * value;
                }
                moved = moved.max(step.abs());
            }
        }
        if moved < STILL {
            break;
        }
    }
    Fitted { weights, threshold }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_tells_gets_weight_and_what_does_not_gets_none() {
        let answers = [true, true, true, false, false, false];
        let ones = |rows: &[u32]| rows.iter().map(|row| (*row, 1.0)).collect::<Vec<_>>();
        let columns = [ones(&[0, 1]), ones(&[2]), ones(&[0, 1, 2, 3, 4, 5]), ones(&[3, 4])];
        let fitted = fit(&columns, &[1.0; 4], &answers, Shrink { sparse: 0.02, even: 0.1 });
        assert!(fitted.weights[0] > 0.5 && fitted.weights[1] > 0.5 && fitted.weights[3] == 0.0, "{fitted:?}");
        for (row, yes) in answers.iter().enumerate() {
            let sum: f64 = columns
                .iter()
                .zip(&fitted.weights)
                .map(|(column, w)| column.iter().filter(|(r, _)| *r as usize == row).map(|(_, v)| v * w).sum::<f64>())
                .sum();
            assert_eq!(sum >= fitted.threshold, *yes, "row {row} of {fitted:?}");
        }
        assert_eq!(fitted, fit(&columns, &[1.0; 4], &answers, Shrink { sparse: 0.02, even: 0.1 }));
    }
}

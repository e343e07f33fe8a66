//! Weights that make the right one of several the likeliest: a conditional logistic model, drawn towards nothing.

/// The signs of each that may be chosen, from 0 to 1000, and whether it is right.
pub(crate) type Choice = Vec<(Vec<i32>, bool)>;

const ROUNDS: usize = 300;

/// How much a weight is drawn towards nothing: of 0.5 to 40, so much gets the most links between pages right by weights from other
/// families (see [`print`]). To jump lines it hardly matters.
const DRAW: f64 = 10.0;

/// The weights of signs fitted to `choices`, but for those that are `known`; choices of which none is right tell nothing.
pub(crate) fn fit<'a>(choices: impl Iterator<Item = &'a Choice>, known: &[Option<f64>]) -> Vec<f64> {
    let choices: Vec<&Choice> = choices.filter(|choice| choice.iter().any(|(_, right)| *right)).collect();
    let mut weights: Vec<f64> = known.iter().map(|weight| weight.unwrap_or(0.0)).collect();
    let mut squares = vec![1e-3; known.len()];
    for _ in 0..ROUNDS {
        let mut slopes: Vec<f64> = weights.iter().map(|weight| -DRAW * weight).collect();
        for choice in &choices {
            let odds: Vec<f64> = choice.iter().map(|(signs, _)| sum(signs, &weights).exp()).collect();
            let all: f64 = odds.iter().sum();
            let right: f64 = odds.iter().zip(choice.iter()).filter(|(_, (_, right))| *right).map(|(odds, _)| odds).sum();
            for (odds, (signs, is_right)) in odds.iter().zip(choice.iter()) {
                let pull = if *is_right { odds / right } else { 0.0 } - odds / all;
                for (slope, sign) in slopes.iter_mut().zip(signs) {
                    *slope += pull * f64::from(*sign) / 1000.0;
                }
            }
        }
        let free = weights.iter_mut().zip(&slopes).zip(&mut squares).zip(known).filter(|(_, known)| known.is_none());
        for (((weight, slope), square), _) in free {
            *square += slope * slope;
            *weight += 0.3 * slope / f64::sqrt(*square);
        }
    }
    weights
}

/// In nats.
pub(crate) fn sum(signs: &[i32], weights: &[f64]) -> f64 {
    signs.iter().zip(weights).map(|(sign, weight)| f64::from(*sign) / 1000.0 * weight).sum()
}

/// Fits to `choices`, each of a family of pages, prints the weights of `group` in the form of the data files, and says on standard
/// error how many choices are right: of those fitted to, and of each family by weights fitted to the others.
pub(crate) fn print(group: &str, names: &[&str], choices: &[(String, Choice)], known: &[(&str, f64)]) {
    let known: Vec<Option<f64>> =
        names.iter().map(|name| known.iter().find(|(known, _)| known == name).map(|(_, weight)| *weight)).collect();
    let right = |choice: &Choice, weights: &[f64]| {
        let best = choice.iter().map(|(signs, right)| (sum(signs, weights), *right)).max_by(|a, b| a.0.total_cmp(&b.0));
        usize::from(best.is_some_and(|(_, right)| right))
    };
    let weights = fit(choices.iter().map(|(_, choice)| choice), &known);
    let own: usize = choices.iter().map(|(_, choice)| right(choice, &weights)).sum();
    let mut families: Vec<&String> = choices.iter().map(|(family, _)| family).collect();
    families.sort_unstable();
    families.dedup();
    let mut unseen = 0;
    for family in families {
        let others = fit(choices.iter().filter(|(of, _)| of != family).map(|(_, choice)| choice), &known);
        unseen += choices.iter().filter(|(of, _)| of == family).map(|(_, choice)| right(choice, &others)).sum::<usize>();
    }
    eprintln!("{group}: of {} choices {own} are right, {unseen} by weights from other families", choices.len());
    for (name, weight) in names.iter().zip(weights) {
        println!("{group} {name} {}", (weight * 1000.0).round() as i32);
    }
}

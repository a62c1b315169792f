//! The nearest valid name, for messages.

/// Names longer than this, in bytes, are compared with nothing.
const LONGEST: usize = 100;

/// `; did you mean "X"?` for the candidate that is nearest to `name`, or nothing if none is near.
#[must_use]
pub fn suggestion<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str>) -> String {
    match nearest(name, candidates) {
        Some((_, candidate)) => format!("; did you mean \"{candidate}\"?"),
        None => String::new(),
    }
}

/// The candidate that is nearest to `name` with the number of changes between them, if one is near.
#[must_use]
pub fn nearest<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<(usize, &'c str)> {
    if name.len() > LONGEST {
        return None;
    }
    let near = candidates.into_iter().filter(|candidate| candidate.len() <= LONGEST);
    let best = near.map(|candidate| (distance(name, candidate), candidate)).min();
    best.filter(|(distance, _)| *distance <= 1 + name.len() / 4)
}

/// `; did you mean "X"?` if one of the words is near, else `; write one of` and all of them.
#[must_use]
pub fn one_of(name: &str, words: &[&str]) -> String {
    match suggestion(name, words.iter().copied()) {
        hint if hint.is_empty() => format!("; write one of {}", words.join(", ")),
        hint => hint,
    }
}

/// The number of characters to insert, delete, replace or swap with their neighbour.
fn distance(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.iter().enumerate() {
        let mut next = vec![i + 1];
        for (j, b) in other.iter().enumerate() {
            let mut best = (row[j] + usize::from(a != b)).min(row[j + 1] + 1).min(next[j] + 1);
            if i > 0 && j > 0 && *a == other[j - 1] && one[i - 1] == *b {
                best = best.min(before[j - 1] + 1);
            }
            next.push(best);
        }
        before = std::mem::replace(&mut row, next);
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_offered_and_far_ones_are_not() {
        assert_eq!(suggestion("sevrity", ["severity", "title"]), "; did you mean \"severity\"?");
        assert_eq!(suggestion("limit.memory", ["limits.memory", "limits.cpu"]), "; did you mean \"limits.memory\"?");
        assert_eq!(suggestion("xyz", ["severity"]), "");
    }
}

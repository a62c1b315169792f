//! References inside of values: `$(NAME)` as the kubelet expands it, `$NAME` as a shell does.

use crate::syntax::shell::{self, Piece};

/// A stretch of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    /// Characters.
    Text(String),
    /// The value of a variable, with what stands there if the kubelet knows no such variable.
    Variable(String, Option<String>),
    /// Something that only a shell can work out.
    Shell,
}

/// The parts of a value in which the kubelet expands `$(NAME)`; `$$` is one dollar.
pub(super) fn kubelet(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(dollar) = rest.find('$') {
        push(&mut parts, &rest[..dollar]);
        let after = &rest[dollar + 1..];
        if let Some(tail) = after.strip_prefix('$') {
            push(&mut parts, "$");
            rest = tail;
        } else if let Some((name, tail)) = after.strip_prefix('(').and_then(|inner| inner.split_once(')')) {
            parts.push(Part::Variable(name.to_owned(), Some(format!("$({name})"))));
            rest = tail;
        } else {
            push(&mut parts, "$");
            rest = after;
        }
    }
    push(&mut parts, rest);
    parts
}

/// The words of a shell script, all commands in one row; an empty word stands between commands. The
/// kubelet comes before the shell and expands `$(NAME)` if it knows the name.
pub(super) fn shell(script: &str, is_known: &dyn Fn(&str) -> bool) -> Vec<Vec<Part>> {
    let script = marked(script, is_known);
    let mut words = Vec::new();
    for command in shell::parse(&script).0 {
        if !words.is_empty() {
            words.push(Vec::new());
        }
        for (name, value) in &command.assignments {
            let mut parts = vec![Part::Text(format!("{name}="))];
            value.pieces.iter().for_each(|piece| add(&mut parts, piece));
            words.push(parts);
        }
        for word in &command.words {
            let mut parts = Vec::new();
            word.pieces.iter().for_each(|piece| add(&mut parts, piece));
            // An empty word would stand between commands.
            if parts.is_empty() {
                parts.push(Part::Text(String::new()));
            }
            words.push(parts);
        }
    }
    words
}

/// Stand around a name that the kubelet expands; as long as what they stand for.
const OPENS: &str = "\u{1}\u{1}";
const CLOSES: char = '\u{2}';

/// A script in which `$(NAME)` is marked, wherever it stands, where the kubelet expands it.
fn marked(script: &str, is_known: &dyn Fn(&str) -> bool) -> String {
    let mut marked = String::with_capacity(script.len());
    let mut rest = script;
    while let Some((before, after)) = rest.split_once('$') {
        marked.extend(before.chars().filter(|next| !matches!(next, '\u{1}' | '\u{2}')));
        rest = after;
        if let Some(tail) = after.strip_prefix("$(") {
            // Two dollars are one, which is the shell's then.
            marked.push_str("$(");
            rest = tail;
        } else if let Some((name, tail)) = after.strip_prefix('(').and_then(|inner| inner.split_once(')'))
            && is_known(name)
        {
            marked.push_str(OPENS);
            marked.push_str(name);
            marked.push(CLOSES);
            rest = tail;
        } else {
            marked.push('$');
        }
    }
    marked.extend(rest.chars().filter(|next| !matches!(next, '\u{1}' | '\u{2}')));
    marked
}

/// The first marked name, between what stands before and behind it.
fn name_in(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once(OPENS)?;
    let (name, after) = rest.split_once(CLOSES)?;
    Some((before, name, after))
}

/// Adds what the shell made of a piece, with the names that were marked.
fn add(parts: &mut Vec<Part>, piece: &Piece) {
    match piece {
        Piece::Text(text) => {
            let mut rest = text.as_str();
            while let Some((before, name, after)) = name_in(rest) {
                push(parts, before);
                parts.push(Part::Variable(name.to_owned(), None));
                rest = after;
            }
            push(parts, rest);
        }
        Piece::Variable(name, None) => parts.push(Part::Variable(name.clone(), None)),
        // What it falls back to stands there only if the script itself sets no such variable.
        Piece::Variable(_, Some(_)) | Piece::Hidden => parts.push(Part::Shell),
    }
}

fn push(parts: &mut Vec<Part>, text: &str) {
    match parts.last_mut() {
        Some(Part::Text(have)) => have.push_str(text),
        _ if text.is_empty() => {}
        _ => parts.push(Part::Text(text.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `<NAME>` for a variable, `<?>` for what only a shell knows.
    fn show(parts: &[Part]) -> String {
        let show = |part: &Part| match part {
            Part::Text(text) => text.clone(),
            Part::Variable(name, _) => format!("<{name}>"),
            Part::Shell => "<?>".to_owned(),
        };
        parts.iter().map(show).collect()
    }

    #[test]
    fn the_kubelet_expands_parentheses() {
        for (text, shown) in [
            ("plain", "plain"),
            ("a$(B)c", "a<B>c"),
            ("$$(B)", "$(B)"),
            ("$B $( ${C}", "$B $( ${C}"),
            ("cost: 5$", "cost: 5$"),
            ("$(A)$(B)", "<A><B>"),
        ] {
            assert_eq!(show(&kubelet(text)), shown, "{text}");
        }
    }

    #[test]
    fn a_shell_splits_words_and_names_variables() {
        let is_known = |name: &str| name == "A";
        for (script, shown) in [
            ("redis-server --requirepass \"$PW\"", "redis-server|--requirepass|<PW>"),
            ("A='b c' run; exec x", "A=b c|run||exec|x"),
            ("x ${A} ${A:-b} $(date +%s) `id` $(A)", "date|+%s||id||x|<A>|<?>|<?>|<?>|<A>"),
            ("# note\nrun \"a b\"\\ c ''", "run|a b c|"),
            ("it's open", "its open"),
            // The kubelet knows nothing of quotes.
            ("x '$(A)' \"--to=$(A)/x\" '$A' $$(A)", "A||x|<A>|--to=<A>/x|$A|<?>"),
            ("B=$(A)-$(B) run", "B||B=<A>-<?>|run"),
            // What stands in a text for a program is no word.
            ("cat <<EOF > f\npassword=x --token $(A)\nEOF\nrun", "cat||run"),
            ("a\u{1}\u{1}b\u{2}", "ab"),
        ] {
            let words: Vec<String> = shell(script, &is_known).iter().map(|word| show(word)).collect();
            assert_eq!(words.join("|"), shown, "{script}");
        }
    }
}

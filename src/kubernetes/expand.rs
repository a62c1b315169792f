//! References inside of values: `$(NAME)` as the kubelet expands it, `$NAME` as a shell does.

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

/// The words of a shell script, all commands in one row; an empty word stands between commands.
pub(super) fn shell(script: &str) -> Vec<Vec<Part>> {
    let mut words = Vec::new();
    let mut word: Option<Vec<Part>> = None;
    let mut characters = script.chars().peekable();
    let mut double = false;
    while let Some(character) = characters.next() {
        let ends = !double && (character.is_whitespace() || ";&|()".contains(character));
        if ends {
            words.extend(word.take());
            if !matches!(character, ' ' | '\t') {
                words.push(Vec::new());
            }
            continue;
        }
        let parts = word.get_or_insert_default();
        match character {
            '"' => double = !double,
            '\'' if !double => {
                let quoted: String = characters.by_ref().take_while(|next| *next != '\'').collect();
                push(parts, &quoted);
            }
            '\\' => match characters.next() {
                Some('\n') | None => {}
                Some(escaped) => push(parts, escaped.encode_utf8(&mut [0; 4])),
            },
            '#' if parts.is_empty() && !double => while characters.next_if(|next| *next != '\n').is_some() {},
            '`' => {
                while characters.next_if(|next| *next != '`').is_some() {}
                characters.next();
                parts.push(Part::Shell);
            }
            '$' => parts.push(dollar(&mut characters)),
            _ => push(parts, character.encode_utf8(&mut [0; 4])),
        }
    }
    words.extend(word);
    words
}

/// What follows a dollar in a shell.
fn dollar(characters: &mut std::iter::Peekable<std::str::Chars>) -> Part {
    let is_name = |next: &char| next.is_ascii_alphanumeric() || *next == '_';
    match characters.peek() {
        Some('{') => {
            characters.next();
            let inner: String = characters.by_ref().take_while(|next| *next != '}').collect();
            if !inner.is_empty() && inner.chars().all(|next| is_name(&next)) {
                Part::Variable(inner, None)
            } else {
                Part::Shell
            }
        }
        Some('(') => {
            let mut depth = 0usize;
            let mut inner = String::new();
            for next in characters.by_ref() {
                inner.push(next);
                match next {
                    '(' => depth += 1,
                    ')' => depth = depth.saturating_sub(1),
                    _ => {}
                }
                if depth == 0 {
                    break;
                }
            }
            // The kubelet comes before the shell and expands `$(NAME)` if it knows the name.
            let name = inner.trim_start_matches('(').trim_end_matches(')');
            let is_variable =
                name.chars().all(|next| is_name(&next)) && name.contains(|next: char| next.is_ascii_uppercase());
            if is_variable { Part::Variable(name.to_owned(), None) } else { Part::Shell }
        }
        Some(next) if is_name(next) => {
            let mut name = String::new();
            while let Some(next) = characters.next_if(is_name) {
                name.push(next);
            }
            Part::Variable(name, None)
        }
        Some('?' | '@' | '*' | '#' | '!' | '$' | '-') => {
            characters.next();
            Part::Shell
        }
        _ => Part::Text("$".to_owned()),
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
        let words = |script: &str| shell(script).iter().map(|word| show(word)).collect::<Vec<_>>().join("|");
        assert_eq!(words("redis-server --requirepass \"$PW\""), "redis-server|--requirepass|<PW>");
        assert_eq!(words("A='b c' run; exec x"), "A=b c|run||exec|x");
        assert_eq!(words("x ${A} ${A:-b} $(date +%s) `id` $(A)"), "x|<A>|<?>|<?>|<?>|<A>");
        assert_eq!(words("# note\nrun \"a b\"\\ c"), "||run|a b c");
        assert_eq!(words("it's open"), "its open");
    }
}

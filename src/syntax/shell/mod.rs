//! Shell scripts as commands: programs with their words, what they write to, what they pipe into.
//!
//! What a script would do is not worked out: both sides of a condition count, a loop's body counts
//! once, functions are read where they are defined. After POSIX.1-2017, section 2, with what bash
//! adds in common use.

mod reader;
mod split;

pub use split::split;

use crate::source::HOLE;
use std::ops::Range;

/// The most bytes of a script that are read.
const BYTES: usize = 256 << 10;

/// A simple command.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Command {
    /// The program and its arguments; empty where a line only sets variables.
    pub words: Vec<Word>,
    /// `NAME=value` in front of the program.
    pub assignments: Vec<(String, Word)>,
    /// Files that its output is written to.
    pub writes: Vec<Word>,
    /// Whether its output goes into the next command.
    pub pipes: bool,
    /// Whether it stands in a loop that never ends: `while true; do ... done`.
    pub repeats: bool,
    /// Its bytes in the script.
    pub range: Range<usize>,
}

/// A word of a command.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Word {
    /// What it is made of.
    pub pieces: Vec<Piece>,
    /// Its bytes in the script.
    pub range: Range<usize>,
}

/// A part of a word. It may hold a secret, so `Debug` tells what kind it is only.
#[derive(Clone, PartialEq, Eq)]
pub enum Piece {
    /// Characters.
    Text(String),
    /// `$NAME`, with what `${NAME:-text}` falls back to.
    Variable(String, Option<String>),
    /// What only the running shell knows.
    Hidden,
}

impl std::fmt::Debug for Piece {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(text) => write!(formatter, "Text({} bytes)", text.len()),
            Self::Variable(name, _) => write!(formatter, "Variable({name})"),
            Self::Hidden => formatter.write_str("Hidden"),
        }
    }
}

impl Word {
    /// Adds characters.
    fn push(&mut self, text: &str) {
        match self.pieces.last_mut() {
            Some(Piece::Text(have)) => have.push_str(text),
            _ => self.pieces.push(Piece::Text(text.to_owned())),
        }
    }

    /// The word with its variables replaced by what `known` says; [`HOLE`] stands for what it does
    /// not know.
    #[must_use]
    pub fn filled(&self, known: &dyn Fn(&str) -> Option<String>) -> String {
        let mut text = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(plain) => text.push_str(plain),
                Piece::Variable(name, otherwise) => match known(name).filter(|it| !it.is_empty()).or(otherwise.clone())
                {
                    Some(value) => text.push_str(&value),
                    None => text.push(HOLE),
                },
                Piece::Hidden => text.push(HOLE),
            }
        }
        text
    }

    /// The word as it is written, if nothing in it is for the shell to fill in.
    #[must_use]
    pub fn plain(&self) -> Option<&str> {
        match self.pieces.as_slice() {
            [] => Some(""),
            [Piece::Text(text)] => Some(text),
            _ => None,
        }
    }
}

/// The commands of a script in the order in which they stand; those of a substitution `$(...)` come
/// before the pipeline that uses them. And whether those are all: very long scripts are read in part.
#[must_use]
pub fn parse(script: &str) -> (Vec<Command>, bool) {
    let mut end = BYTES.min(script.len());
    while !script.is_char_boundary(end) {
        end -= 1;
    }
    let (commands, is_whole) = reader::read(&script[..end]);
    (commands, is_whole && end == script.len())
}

/// Programs that prepare, wait or tell, and that no container is made for.
const TOOLS: [&str; 31] = [
    "[", "[[", "test", "true", "false", ":", "echo", "printf", "sleep", "wait", "fg", "cd", "set", "export", "trap",
    "exit", "mkdir", "chown", "chmod", "cp", "mv", "rm", "ln", "touch", "cat", "tee", "tail", "grep", "sed", "curl",
    "wget",
];

/// Which commands of a script, given by their words, the process may become: those behind `exec`;
/// without one all but those of common tools.
#[must_use]
pub fn lasting(commands: &[Vec<&str>]) -> Vec<bool> {
    let runs: Vec<(bool, &str)> = commands.iter().map(|words| run(words)).collect();
    let executes = runs.iter().any(|(is_exec, _)| *is_exec);
    runs.into_iter()
        .map(|(is_exec, program)| {
            let name = program.rsplit('/').next().unwrap_or(program);
            is_exec || (!executes && !name.is_empty() && !TOOLS.contains(&name))
        })
        .collect()
}

/// The program of a command, and whether the shell makes place for it.
fn run<'w>(words: &[&'w str]) -> (bool, &'w str) {
    let mut words = words.iter().skip_while(|word| reader::is_keyword(word));
    let first = words.next().copied().unwrap_or_default();
    match words.next().filter(|next| first == "exec" && !next.contains(['<', '>'])) {
        Some(program) => (true, program),
        None => (false, first),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(word: &Word) -> String {
        let show = |piece: &Piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Variable(name, None) => format!("<{name}>"),
            Piece::Variable(name, Some(otherwise)) => format!("<{name}:{otherwise}>"),
            Piece::Hidden => "<?>".to_owned(),
        };
        word.pieces.iter().map(show).collect()
    }

    fn show(script: &str) -> String {
        let command = |command: &Command| {
            let mut parts: Vec<String> =
                command.assignments.iter().map(|(name, value)| format!("{name}={}", word(value))).collect();
            parts.extend(command.words.iter().map(word));
            parts.extend(command.writes.iter().map(|file| format!(">{}", word(file))));
            parts.extend(command.pipes.then(|| "|".to_owned()));
            parts.extend(command.repeats.then(|| "@".to_owned()));
            parts.join(" ")
        };
        parse(script).0.iter().map(command).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn scripts_fall_into_commands() {
        for (script, shown) in [
            ("pg_dump -h db app > /backup/app.sql", "pg_dump -h db app >/backup/app.sql"),
            ("pg_dump app | gzip -9 >>out.gz 2>/dev/null && echo ok", "pg_dump app |; gzip -9 >out.gz; echo ok"),
            ("A=1 B=\"x y\" run '$A' \"$A\" ${B:-z}", "A=1 B=x y run $A <A> <B:z>"),
            ("F=/b/$(date +%F).sql; x > \"$F\"", "date +%F; F=/b/<?>.sql; x ><F>"),
            ("if [ -f a ]; then rm a; else touch a; fi", "[ -f a ]; rm a; touch a"),
            ("for db in $(list); do pg_dump $db; done", "list; pg_dump <db>"),
            ("while true; do backup; sleep 1d; done; x", "true @; backup @; sleep 1d @; x"),
            ("while sleep 60; do for i in 1 2; do run $i; done; b; done", "sleep 60 @; run <i> @; b @"),
            ("until pg_isready; do sleep 1; done; x", "pg_isready; sleep 1; x"),
            ("case $1 in a|b) one;; *) two ;; esac; three", "one; two; three"),
            ("go() { run x; }\ngo", "run x; go"),
            ("function go { run x; }", "run x"),
            ("# note\nrun a#b # end\nnext", "run a#b; next"),
            ("cat <<EOF > f\npg_dump\nEOF\nrun", "cat >f; run"),
            ("cat <<-'EOF'\n\tx\n\tEOF\nrun", "cat; run"),
            ("run \\\n  a \\\n  b", "run a b"),
            ("(cd /x && run); `id`", "cd /x; run; id; <?>"),
            ("run &>/dev/null & wait", "run; wait"),
            ("run >&2 2>&1 <in", "run"),
            ("((n++)); run", "run"),
            ("x ${#A} ${A%%.*} $1 $@ $((1+2))", "x <?> <?> <?> <?> <?>"),
            ("diff <(one) <(two)", "one; two; diff <?> <?>"),
            ("echo \"a $(echo \"b\") c\"", "echo b; echo a <?> c"),
            ("echo 'open", "echo open"),
            ("a | b > $(c | d)", "c |; d; a |; b ><?>"),
            ("", ""),
        ] {
            assert_eq!(show(script), shown, "{script}");
        }
    }

    #[test]
    fn a_script_becomes_what_it_executes() {
        for (script, becomes) in [
            ("while [ $i -lt 60 ]; do curl --url x; done; exec run --fast", "exec"),
            ("if a; then exec b; else exec c; fi", "exec exec"),
            ("exec >/log 2>&1; cd /x; run", "exec run"),
            ("mkdir --parents /x && run --fast; /bin/chown --recursive me /x", "run"),
            ("one & two & wait", "one two"),
            ("run 2>&1 | tee /log", "run"),
            ("for i in 1 2; do run; done", "run"),
            ("", ""),
        ] {
            let (commands, _) = parse(script);
            let words =
                |command: &Command| command.words.iter().map(|word| word.plain().unwrap_or("$").to_owned()).collect();
            let words: Vec<Vec<String>> = commands.iter().map(words).collect();
            let words: Vec<Vec<&str>> = words.iter().map(|words| words.iter().map(String::as_str).collect()).collect();
            let lasting = lasting(&words).into_iter().zip(&words).filter(|(lasts, _)| *lasts);
            let found: Vec<&str> = lasting.filter_map(|(_, words)| words.first().copied()).collect();
            assert_eq!(found.join(" "), becomes, "{script}");
        }
    }

    #[test]
    fn ranges_point_into_the_script() {
        let script = "a b\n  c \"d e\"\n";
        let (commands, _) = parse(script);
        assert_eq!(&script[commands[1].range.clone()], "c \"d e\"");
        assert_eq!(&script[commands[1].words[1].range.clone()], "\"d e\"");
    }

    proptest::proptest! {
        /// Words that mean nothing more than themselves are one command.
        #[test]
        fn plain_words_are_one_command(words in proptest::collection::vec("[a-z0-9/.:,%@+-]{1,8}", 1..6)) {
            let known = ["if", "then", "else", "elif", "while", "until", "do", "fi", "time", "done", "for", "select", "case", "esac", "function"];
            proptest::prop_assume!(!known.contains(&words[0].as_str()));
            let (commands, is_whole) = parse(&words.join(" "));
            proptest::prop_assert!(is_whole && commands.len() == 1);
            let read: Vec<&str> = commands[0].words.iter().filter_map(Word::plain).collect();
            proptest::prop_assert_eq!(read, words);
        }

        /// What stands on lines of its own is read as if it stood alone.
        #[test]
        fn lines_do_not_reach_into_each_other(one in "[a-z]{1,4}( [a-z\"$]{0,4}){0,3}", other in "[a-z]{1,4} [a-z$]{0,4}") {
            let known = ["if", "do", "fi", "for", "case", "else", "then", "elif", "time", "done", "esac"];
            proptest::prop_assume!(one.matches('"').count().is_multiple_of(2));
            proptest::prop_assume!(![&one, &other].iter().any(|line| known.contains(&line.split(' ').next().unwrap_or_default())));
            let words = |script: &str| parse(script).0.into_iter().map(|it| it.words.iter().map(word).collect()).collect::<Vec<Vec<String>>>();
            let alone = [words(&one), words(&other)].concat();
            proptest::prop_assert_eq!(words(&format!("{one}\n{other}")), alone);
        }

        /// Whatever is written, it is read, and every range lies inside.
        #[test]
        fn anything_is_only_input(script in "[a-z$(){}<>|&;\"'`\\\\#= \n]{0,60}") {
            for command in parse(&script).0 {
                for word in command.words.iter().chain(&command.writes) {
                    proptest::prop_assert!(script.get(word.range.clone()).is_some());
                }
                proptest::prop_assert!(script.get(command.range).is_some());
            }
        }
    }
}

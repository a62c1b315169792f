//! Where reports go, and in which format.

use super::Error;
use crate::render::Format;
use crate::rules::suggestion;
use std::path::PathBuf;

/// One report to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// How it is written.
    pub format: Format,
    /// Where to; none for standard output.
    pub file: Option<PathBuf>,
}

impl Output {
    /// Reads the words of `--format`: `FORMAT` or `FORMAT=FILE`. Without any, a table goes to
    /// standard output.
    ///
    /// # Errors
    /// When a format is not known, a file has no name, or two reports would go to the same place.
    pub fn read(words: &[String]) -> Result<Vec<Self>, Error> {
        if words.is_empty() {
            return Ok(vec![Self { format: Format::Table, file: None }]);
        }
        let outputs = words.iter().map(|word| Self::parse(word)).collect::<Result<Vec<_>, _>>()?;
        for (index, output) in outputs.iter().enumerate() {
            let earlier = outputs.get(..index).unwrap_or_default();
            if earlier.iter().any(|other| other.file == output.file) {
                let word = output.format.word();
                return Err(match &output.file {
                    None => Error::with_help(
                        "two reports cannot both go to standard output",
                        format!("send one of them to a file: --format {word}=FILE"),
                    ),
                    Some(file) => Error::new(format!("two reports cannot both go to \"{}\"", file.display())),
                });
            }
        }
        Ok(outputs)
    }

    fn parse(text: &str) -> Result<Self, Error> {
        let (word, file) = match text.split_once('=') {
            Some((word, file)) => (word, Some(file)),
            None => (text, None),
        };
        let words = Format::ALL.map(Format::word);
        let Some(format) = Format::parse(word) else {
            return Err(Error::with_help(
                format!("there is no format \"{word}\"{}", suggestion(word, words)),
                format!("write one of {}, or FORMAT=FILE to write it to a file", words.join(", ")),
            ));
        };
        if file == Some("") {
            return Err(Error::with_help(
                format!("--format {word}= names no file"),
                format!("write --format {word}=FILE, or --format {word} for standard output"),
            ));
        }
        Ok(Self { format, file: file.map(PathBuf::from) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &[&str]) -> Result<Vec<Output>, Error> {
        Output::read(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn reports_go_where_they_are_sent() {
        let json = |file: &str| Output { format: Format::Json, file: Some(file.into()) };
        let table = Output { format: Format::Table, file: None };
        assert_eq!(read(&[]).unwrap(), [Output { format: Format::Table, file: None }]);
        assert_eq!(read(&["table", "json=a=b.json"]).unwrap(), [table, json("a=b.json")]);
        assert_eq!(read(&["json=a", "json=b"]).unwrap(), [json("a"), json("b")]);
    }

    #[test]
    fn mistakes_are_told() {
        assert!(read(&["jsno"]).unwrap_err().message.contains("did you mean \"json\"?"));
        assert!(read(&["json="]).unwrap_err().message.contains("no file"));
        assert!(read(&["json", "table"]).unwrap_err().message.contains("standard output"));
        assert!(read(&["json=a", "table=a"]).unwrap_err().message.contains("\"a\""));
    }
}

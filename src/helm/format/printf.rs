//! `printf` as Go's `fmt.Sprintf` has it.

use super::number::Spec;
use super::show::{plain, show};
use crate::helm::value::{Builder, Came, Data, Value};

/// The largest width or precision that Go accepts.
const MAX_WIDTH: usize = 1_000_000;

struct Printer<'a> {
    format: &'a str,
    at: usize,
    args: &'a [Value],
    next: usize,
    reordered: bool,
    good_index: bool,
}

/// Prints arguments under a format; its text and theirs keep their origins.
///
/// # Errors
/// If a value contains itself or the text grows too long.
pub fn printf(format: &Value, args: &[Value]) -> Result<Value, String> {
    let text = format.as_str().unwrap_or_default();
    let mut printer = Printer { format: text, at: 0, args, next: 0, reordered: false, good_index: true };
    let mut out = Builder::new();
    while printer.at < text.len() {
        let literal = text[printer.at..].find('%').map_or(text.len(), |found| printer.at + found);
        out.slice(text, &format.came, printer.at..literal);
        printer.at = literal;
        if literal < text.len() {
            printer.at += 1;
            printer.verb(&mut out)?;
        }
    }
    if !printer.reordered && printer.next < args.len() {
        let mut extra = Vec::new();
        for value in &args[printer.next..] {
            extra.push(match value.data {
                Data::Nil(_) => "<nil>".to_owned(),
                _ => format!("{}={}", value.type_name(), plain(value)?),
            });
        }
        out.plain(&format!("%!(EXTRA {})", extra.join(", ")));
    }
    out.finish()
}

impl Printer<'_> {
    fn peek(&self) -> Option<char> {
        self.format[self.at..].chars().next()
    }

    fn verb(&mut self, out: &mut Builder) -> Result<(), String> {
        let mut spec = Spec::default();
        self.good_index = true;
        let mut after_index = false;
        loop {
            match self.peek() {
                Some('-') => (spec.minus, spec.zero) = (true, false),
                Some('+') => spec.plus = true,
                Some('#') => spec.sharp = true,
                Some(' ') => spec.space = true,
                Some('0') => spec.zero = true,
                _ => break,
            }
            self.at += 1;
        }
        after_index |= self.index();
        if self.peek() == Some('*') {
            self.at += 1;
            match self.star() {
                Some(width) => {
                    spec.minus |= width < 0;
                    spec.width = usize::try_from(width.unsigned_abs()).ok();
                }
                None => out.plain("%!(BADWIDTH)"),
            }
            after_index = false;
        } else {
            spec.width = self.digits();
            if after_index && spec.width.is_some() {
                self.good_index = false;
            }
        }
        if self.peek() == Some('.') {
            self.at += 1;
            if after_index {
                self.good_index = false;
            }
            after_index = self.index();
            if self.peek() == Some('*') {
                self.at += 1;
                match self.star() {
                    Some(precision) => spec.precision = usize::try_from(precision).ok(),
                    None => out.plain("%!(BADPREC)"),
                }
                after_index = false;
            } else {
                spec.precision = Some(self.digits().unwrap_or(0));
            }
        }
        if !after_index {
            self.index();
        }
        let Some(verb) = self.peek() else {
            out.plain("%!(NOVERB)");
            return Ok(());
        };
        self.at += verb.len_utf8();
        if verb == 'v' {
            spec.plus = false;
        }
        if verb == '%' {
            out.plain("%");
        } else if !self.good_index {
            out.plain(&format!("%!{verb}(BADINDEX)"));
        } else if let Some(value) = self.args.get(self.next) {
            self.next += 1;
            argument(out, value, verb, &spec)?;
        } else {
            out.plain(&format!("%!{verb}(MISSING)"));
        }
        Ok(())
    }

    /// `[3]`
    fn index(&mut self) -> bool {
        if self.peek() != Some('[') {
            return false;
        }
        self.reordered = true;
        let rest = &self.format[self.at + 1..];
        let Some(end) = rest.find(']') else {
            self.good_index = false;
            self.at += 1;
            return false;
        };
        self.at += end + 2;
        match rest[..end].parse::<usize>() {
            Ok(number) if (1..=self.args.len()).contains(&number) => {
                self.next = number - 1;
                true
            }
            _ => {
                self.good_index = false;
                true
            }
        }
    }

    fn star(&mut self) -> Option<i64> {
        let value = self.args.get(self.next)?;
        self.next += 1;
        match value.data {
            Data::Int(width) | Data::Int64(width) if width.unsigned_abs() <= MAX_WIDTH as u64 => Some(width),
            _ => None,
        }
    }

    fn digits(&mut self) -> Option<usize> {
        let rest = &self.format[self.at..];
        let count = rest.bytes().take_while(u8::is_ascii_digit).count();
        self.at += count;
        rest[..count].parse().ok().filter(|number| *number <= MAX_WIDTH)
    }
}

fn argument(out: &mut Builder, value: &Value, verb: char, spec: &Spec) -> Result<(), String> {
    if let (Data::Str(text), 's' | 'v', None, None, false) = (&value.data, verb, spec.width, spec.precision, spec.sharp)
    {
        out.came(text, &value.came);
        return Ok(());
    }
    let mut shown = String::new();
    show(&mut shown, value, verb, spec, 0)?;
    out.came(&shown, &value.came.main().map_or(Came::Here, Came::From));
    Ok(())
}

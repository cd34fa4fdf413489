//! The commands of a shell script, as far as they can be known without running it.

use cmklint_graph::{Kind, TextPart, Value, concat};

/// Words after which the following commands run only sometimes.
pub(super) const CONTROL: [&str; 21] = [
    "if", "then", "else", "elif", "elseif", "for", "foreach", "while", "until", "do", "case", "switch", "function",
    "try", "catch", "exit", "return", "throw", "break", "trap", "{",
];

/// A command of a script.
#[derive(Debug)]
pub(crate) struct Command {
    /// Its words, without quotes. A variable of the script is kept as it is written.
    pub(crate) words: Vec<Value>,
    /// Whether the script may end or branch before it.
    pub(crate) maybe: bool,
}

/// The commands of `script`: Bash and PowerShell alike. Text with symbolic parts keeps them in its words; `None` where nothing of it is known.
pub(crate) fn commands(script: &Value) -> Option<Vec<Command>> {
    let parts = match &script.kind {
        Kind::String(text) => vec![TextPart::Text(text.clone())],
        Kind::Template(parts) => parts.to_vec(),
        _ => return None,
    };
    let mut parser = ScriptParser::default();
    for part in &parts {
        match part {
            TextPart::Text(text) => parser.text(text),
            TextPart::Value(value) => {
                parser.flush();
                parser.pieces.push(value.clone());
                parser.in_word = true;
            }
        }
    }
    parser.end_command();
    Some(parser.out)
}

#[derive(Default)]
struct ScriptParser {
    out: Vec<Command>,
    words: Vec<Value>,
    pieces: Vec<Value>,
    run: String,
    in_word: bool,
    quote: Option<char>,
    /// The end of the comment that is being read.
    comment: Option<&'static str>,
    maybe: bool,
}

impl ScriptParser {
    fn text(&mut self, text: &str) {
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            let at = rest;
            rest = rest.get(c.len_utf8()..).unwrap_or("");
            if let Some(end) = self.comment {
                if let Some(after) = at.strip_prefix(end) {
                    self.comment = None;
                    // The end of a line ends the command too.
                    rest = if end == "\n" { at } else { after };
                }
                continue;
            }
            if let Some(quote) = self.quote {
                if c == quote {
                    self.quote = None;
                } else {
                    self.run.push(c);
                }
                continue;
            }
            match c {
                '\'' | '"' => {
                    self.quote = Some(c);
                    self.in_word = true;
                }
                '\\' | '`' if rest.starts_with(['\n', '\r']) => {
                    rest = rest.trim_start_matches('\r');
                    rest = rest.strip_prefix('\n').unwrap_or(rest);
                    self.end_word();
                }
                '#' if !self.in_word => self.comment = Some("\n"),
                '<' if rest.starts_with('#') => self.comment = Some("#>"),
                '\n' | ';' | '|' | '&' => {
                    self.end_command();
                    // Whether the command after these runs depends on the result of the one before.
                    self.maybe |= matches!(c, '|' | '&') && rest.starts_with(c);
                }
                ' ' | '\t' | '\r' | ',' | '(' | ')' => self.end_word(),
                _ => {
                    self.run.push(c);
                    self.in_word = true;
                }
            }
        }
    }

    fn flush(&mut self) {
        if !self.run.is_empty() {
            self.pieces.push(Value::string(std::mem::take(&mut self.run)));
        }
    }

    fn end_word(&mut self) {
        self.flush();
        if std::mem::take(&mut self.in_word) {
            let word = match &self.pieces[..] {
                [] => Value::string(""),
                [only] => only.clone(),
                several => concat(several),
            };
            self.pieces.clear();
            self.maybe |=
                word.as_str().is_some_and(|w| CONTROL.iter().any(|c| w.eq_ignore_ascii_case(c)) || w.ends_with('{'));
            self.words.push(word);
        }
    }

    fn end_command(&mut self) {
        self.end_word();
        if !self.words.is_empty() {
            self.out.push(Command { words: std::mem::take(&mut self.words), maybe: self.maybe });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(script: &str) -> Vec<(String, bool)> {
        let words = |c: &Command| c.words.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("·");
        commands(&Value::string(script)).unwrap().iter().map(|c| (words(c), c.maybe)).collect()
    }

    #[test]
    fn a_script_falls_into_commands_and_words() {
        let all = |script: &str| read(script).into_iter().map(|(words, _)| words).collect::<Vec<_>>();
        assert_eq!(all("az group list\naz account show"), ["az·group·list", "az·account·show"]);
        assert_eq!(all("az x \\\n  --ids 'a b' \"c\"d # no\r\ny"), ["az·x·--ids·a b·cd", "y"]);
        assert_eq!(all("Move-X `\r\n -ResourceId @('a', \"b\"),c"), ["Move-X·-ResourceId·@·a·b·c"]);
        assert_eq!(all("<# Move-X\n y #> z; # w\n"), ["z"]);
        assert_eq!(all("echo \"az resource move\""), ["echo·az resource move"]);
        assert_eq!(all("'never closed"), ["never closed"]);
        assert_eq!(all(""), Vec::<String>::new());
    }

    #[test]
    fn what_stands_after_a_condition_may_not_be_reached() {
        let maybe = |script: &str| read(script).last().unwrap().1;
        assert!(!maybe("set -e\naz login | cat\naz x"));
        assert!(maybe("if test -f a; then az x; fi"));
        assert!(maybe("test -f a && az x"));
        assert!(maybe("if ($x) { Move-X }"));
        assert!(maybe("exit 0\naz x"));
        assert!(maybe("function f {\n Move-X"));
    }

    #[test]
    fn a_word_keeps_its_symbolic_parts() {
        let symbol = Value::symbol(cmklint_graph::Symbol::new("s", "s"));
        let script = concat(&[Value::string("az --ids /a/"), symbol, Value::string("/b c")]);
        let all = commands(&script).unwrap();
        assert_eq!(all[0].words.len(), 4);
        assert!(matches!(all[0].words[2].kind, Kind::Template(_)));
    }
}

//! Files of the tree as values: `loadTextContent` and the like.
//! <https://learn.microsoft.com/azure/azure-resource-manager/bicep/bicep-functions-files>

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cmklint_graph::{Entry, Object, Value};
use cmklint_source::{Diagnostic, FileId, Span, parent};

use super::Evaluator;
use super::frame::Env;
use crate::functions::{cost, json, yaml};

impl Evaluator<'_> {
    /// What `function` (in lower case; `written` is its usual spelling) reads; `None` for other functions.
    pub(crate) fn load(
        &mut self,
        env: &Env,
        function: &str,
        written: &str,
        args: &[Value],
        span: Span,
    ) -> Option<Value> {
        let makes: fn(&str, Option<FileId>, &[Value]) -> Option<Value> = match function {
            "loadtextcontent" => |text, _, args| is_utf_8(args.get(1)).then(|| Value::string(text)),
            "loadfileasbase64" => |text, _, _| Some(Value::string(STANDARD.encode(text))),
            "loadjsoncontent" => {
                |text, file, args| is_utf_8(args.get(2)).then(|| at(json::parse_in(text, file)?, args))?
            }
            "loadyamlcontent" => {
                |text, file, args| is_utf_8(args.get(2)).then(|| at(yaml::parse_in(text, file)?, args))?
            }
            // The second is its name before it was released.
            "loaddirectoryfileinfo" | "loaddirectoryfileinformation" => {
                let files = self.directory(env, args);
                return Some(files.unwrap_or_else(|| self.symbol_at(env, span, function, "files of a folder")));
            }
            _ => return None,
        };
        let unknown = self.symbol_at(env, span, function, &format!("{written}()"));
        let Some(path) = args.first().and_then(Value::as_str) else { return Some(unknown) };
        match self.library.text(path) {
            Ok(text) => {
                let as_values = matches!(function, "loadjsoncontent" | "loadyamlcontent");
                if !self.pay(cost::of_file(text.len(), as_values), span) {
                    return Some(unknown);
                }
                Some(makes(&text, self.library.file(path), args).map_or(unknown, |value| value.written_at(span)))
            }
            Err(error) => {
                self.tell(Diagnostic::warning("unreadable", format!("{path}: {error}"), span));
                Some(unknown)
            }
        }
    }

    /// The files in a folder whose names match a pattern.
    fn directory(&mut self, env: &Env, args: &[Value]) -> Option<Value> {
        const MAX_FILES: usize = 1_000;
        let folder = args.first()?.as_str()?;
        let pattern = match args.get(1) {
            Some(pattern) => pattern.as_str()?,
            None => "*",
        };
        let names = self.library.files_in(folder).filter(|names| names.len() <= MAX_FILES)?;
        let home = self.frame(self.scope_of(env.frame)).map(|frame| parent(&frame.file).to_owned())?;
        let relative = match (&*home, folder.strip_prefix(&*home)) {
            ("", _) => folder,
            (_, Some("")) => "",
            (_, Some(below)) => below.strip_prefix('/')?,
            (_, None) => return None,
        };
        let file = |name: &String| {
            let extension = name.rfind('.').and_then(|at| name.get(at..)).unwrap_or("");
            let path = if relative.is_empty() { name.clone() } else { format!("{relative}/{name}") };
            let members = [("relativePath", path), ("baseName", name.clone()), ("extension", extension.to_owned())];
            let entries =
                members.map(|(name, text)| (Arc::from(name), Entry { key_span: None, value: Value::string(text) }));
            Value::object(Object { entries: entries.into_iter().collect(), ..Object::default() })
        };
        Some(Value::array(names.iter().filter(|name| fits(name, pattern)).map(file).collect()))
    }
}

/// The part of `value` that a JSONPath argument names.
fn at(value: Value, args: &[Value]) -> Option<Value> {
    match args.get(1) {
        Some(path) => json::at_path(&value, path.as_str()?),
        None => Some(value),
    }
}

/// Whether a reader of `encoding` sees the file's text as it is.
fn is_utf_8(encoding: Option<&Value>) -> bool {
    encoding.is_none_or(|e| e.as_str().is_some_and(|e| e.eq_ignore_ascii_case("utf-8")))
}

/// Whether `name` matches a pattern of `*` and `?`.
fn fits(name: &str, pattern: &str) -> bool {
    let name: Vec<char> = name.chars().flat_map(char::to_lowercase).collect();
    let pattern: Vec<char> = pattern.chars().flat_map(char::to_lowercase).collect();
    let (mut at, mut of, mut star) = (0, 0, None);
    while let Some(letter) = name.get(at) {
        match pattern.get(of) {
            Some('*') => {
                star = Some((of, at));
                of += 1;
            }
            Some(wanted) if *wanted == '?' || wanted == letter => {
                at += 1;
                of += 1;
            }
            _ => match star {
                // The last star takes one letter more.
                Some((place, taken)) => {
                    star = Some((place, taken + 1));
                    at = taken + 1;
                    of = place + 1;
                }
                None => return false,
            },
        }
    }
    pattern.get(of..).is_some_and(|rest| rest.iter().all(|c| *c == '*'))
}
